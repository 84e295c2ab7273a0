"""A whole workspace in one file, and back: every file is checked by its hash before the workspace is put in place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

import msgspec

from gouji.collection.ledger import ledger as ledgers
from gouji.collection.workspace import settings
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.launchers import let_start
from gouji.collection.workspace.names import ARCHIVED, FOLDERS, HOLDER, KEY, LOCK
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError, reason
from gouji.runtime.signatures import ZIP

_LIST = "gouji-backup.json"
_LEFT_OUT = (LOCK, HOLDER, ledgers.FILE, f"{ledgers.FILE}-journal")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PIECE = 2**20
"""Bytes that are copied at a time."""
_OWNER_ONLY, _READ_ONLY = 0o600, 0o444


def back_up(workspace: Workspace, target: Path, watch: Watch = unwatched) -> int:
    """Write a workspace into one zip file, as it is at this moment; return the number of files.

    Raises GoujiError where another command is at work, or where the file cannot be written.
    """
    if target.exists():
        raise GoujiError(f"“{target}”已经有了。请换一个文件名。")
    # The same name each time, so that the next backup overwrites what a killed one has left.
    aside = target.with_name(f".gouji-{workspace.folder.resolve().name}.zip.tmp")
    try:
        with workspace.writing("备份") as ledger:
            names = [path.relative_to(workspace.folder).as_posix() for path in _files(workspace.folder)]
            with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as zip_file:
                hashes = {}
                for number, name in enumerate((*names, ledgers.FILE), 1):
                    watch(number, len(names) + 1, name)
                    data = ledger.copy() if name == ledgers.FILE else (workspace.folder / name).read_bytes()
                    hashes[name] = hashlib.sha256(data).hexdigest()
                    # Workbooks and zips are compressed already: they are stored as they are.
                    packed = zipfile.ZIP_STORED if data.startswith(ZIP) else zipfile.ZIP_DEFLATED
                    zip_file.writestr(_entry(name), data, packed)
                zip_file.writestr(_entry(_LIST), json.dumps(hashes, ensure_ascii=False, indent=0), zipfile.ZIP_DEFLATED)
        aside.replace(target)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise GoujiError(f"备份写不了“{target}”：{reason(error)}。请检查磁盘空间，或者换一个位置。") from error
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
    return len(hashes)


def backup_beside(folder: Path, stamp: str) -> Path:
    """Return where a backup of a workspace is written by default: beside it."""
    return folder.parent / f"{folder.name}_备份_{stamp}.zip"


def backups_beside(folder: Path) -> list[Path]:
    """Return the backups that were written beside a workspace."""
    before, after = backup_beside(folder, "*").name.split("*")
    try:
        beside = list(folder.parent.iterdir())
    except OSError:
        return []
    return [path for path in beside if path.name.startswith(before) and path.name.endswith(after)]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.external_attr = _OWNER_ONLY << 16  # where a zip keeps the permissions of Unix
    return entry


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in _LEFT_OUT and not path.name.startswith(("~$", ".gouji-")):
            yield path


def restore(backup: Path, folder: Path, watch: Watch = unwatched) -> int:
    """Put a workspace back from a backup, into a folder that is new or empty; return the number of files.

    Everything is first unpacked beside the folder and checked. Raises GoujiError where the backup is damaged or is not
    a backup, or where the folder is in use.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GoujiError(f"“{folder}”里已经有东西了，没有恢复。请恢复到一个新的文件夹。")
    aside = folder.with_name(f".gouji-{folder.name}.tmp")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        with zipfile.ZipFile(backup) as zip_file:
            hashes = msgspec.json.decode(zip_file.read(_LIST), type=dict[str, str])
            for number, (name, sha256) in enumerate(sorted(hashes.items()), 1):
                watch(number, len(hashes), name)
                path = aside / _inside(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                if _unpacked(zip_file, name, path) != sha256:
                    raise GoujiError(f"备份“{backup}”里的“{name}”已经损坏，没有恢复。请换一份备份。")
        if not (aside / settings.FILE).is_file() or not (aside / ledgers.FILE).is_file():
            raise GoujiError(f"“{backup}”里没有工作文件夹。请用 gouji backup 做的备份。")
        for name in FOLDERS:
            (aside / name).mkdir(exist_ok=True)
        _guard(aside)
        if folder.exists():
            folder.rmdir()
        aside.replace(folder)
    except FileNotFoundError:
        raise GoujiError(f"找不到“{backup}”。请检查文件名和位置。") from None
    except (zipfile.BadZipFile, zlib.error, msgspec.DecodeError, KeyError, ValueError, EOFError, RuntimeError):
        raise GoujiError(f"“{backup}”不是完整的备份文件。请用 gouji backup 做的备份。") from None
    except OSError as error:
        raise GoujiError(f"恢复不到“{folder}”：{reason(error)}。请检查磁盘空间和权限。") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return len(hashes)


def _guard(folder: Path) -> None:
    """Protect what arrived from changes and the key from other readers; make the launchers executable again."""
    let_start(folder)
    with suppress(OSError):
        (folder / KEY).chmod(_OWNER_ONLY)
        for path in (path for path in (folder / ARCHIVED).rglob("*") if path.is_file()):
            path.chmod(_READ_ONLY)


def _inside(name: str) -> PurePosixPath:
    """Return a path that cannot lead out of the folder.

    Raises ValueError for one that would.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or os.path.splitdrive(name)[0]:
        raise ValueError(name)
    return path


def _unpacked(zip_file: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write a file of a backup to a path and return its hash."""
    digest = hashlib.sha256()
    with zip_file.open(name) as source, path.open("wb") as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()
