"""A workspace put back from its backup: every file is checked by its hash before the workspace is put in place."""

from __future__ import annotations

import errno
import os
import shutil
import zlib
from contextlib import suppress
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile

import msgspec

from gouji.collection.ledger import ledger as ledgers
from gouji.collection.ledger.ledger import last_change_in
from gouji.collection.workspace import settings
from gouji.collection.workspace.backup import missing_from_archive
from gouji.collection.workspace.backup_list import (
    LIST,
    MOST_FILES,
    MOST_PACKED,
    NAMES,
    SEAL,
    Listed,
    changed_in_archive,
    doubts,
)
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.launchers import NAMES as LAUNCHERS
from gouji.collection.workspace.launchers import write_launchers
from gouji.collection.workspace.names import ARCHIVED, FOLDERS, KEY
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError, reason
from gouji.runtime.times import local_minute
from gouji.runtime.untrusted_zip import BROKEN_ZIP, ArchiveFile, TooLargeError

_OWNER_ONLY, _READ_ONLY = 0o600, 0o444
_ALWAYS_ALLOWED = 100 * 2**20
"""Bytes that any backup may hold, however small it is."""
_LARGEST_LIST = 64 * 2**20
_LARGEST_LEDGER = 2**30

_UNCHECKED = (
    "封印没有核对：签发密钥也在备份里，只看备份本身，证明不了它没有被人改过。"
    "另外保管了签发密钥的，用 --key 写明它，恢复时就核对封印。"
)
_WITHOUT_SEAL = "这份备份没有封印（以前的程序做的，或者做的时候没有签发密钥），证明不了它没有被人改过。"


class Restored(msgspec.Struct, frozen=True):
    """What was put back."""

    count: int
    remarks: tuple[str, ...] = ()
    """What is to be said about the seal and about the files."""


def restore(backup: Path, folder: Path, watch: Watch = unwatched, *, key: bytes | None = None) -> Restored:
    """Put a workspace back from a backup, into a folder that is new or empty.

    Everything is first unpacked beside the folder and checked. With the office's ``key``, the backup must have its
    seal. Raises GoujiError where the backup is damaged, too large or not a backup, or where the folder is in use.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GoujiError(_occupied(backup, folder))
    aside = folder.with_name(f".gouji-{folder.name}.tmp")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        with _opened(backup) as parts:
            listed = _listed(parts)
            about_the_seal = _checked_seal(backup, parts, listed, key)
            hashes = _unpacked(backup, parts, listed, aside, watch)
        if not (aside / settings.FILE).is_file() or not (aside / ledgers.FILE).is_file():
            raise GoujiError(f"“{backup}”里没有工作文件夹。请用 gouji backup 做的备份。")
        for name in FOLDERS:
            (aside / name).mkdir(exist_ok=True)
        write_launchers(folder, into=aside)
        remarks = (*about_the_seal, *_doubts(Workspace(aside), hashes))
        _guard(aside)
        if folder.exists():
            folder.rmdir()
        aside.replace(folder)
    except FileNotFoundError:
        raise GoujiError(f"找不到“{backup}”。请检查文件名和位置。") from None
    except TooLargeError:
        raise GoujiError(f"“{backup}”里面大得不正常，没有恢复。请用 gouji backup 做的备份。") from None
    except (BadZipFile, zlib.error, msgspec.DecodeError, KeyError, ValueError, EOFError, RuntimeError):
        raise GoujiError(f"“{backup}”不是完整的备份文件。请用 gouji backup 做的备份。") from None
    except OSError as error:
        raise GoujiError(f"恢复不到“{folder}”：{reason(error)}。请检查磁盘空间和权限。") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Restored(len(hashes), remarks)


def _opened(backup: Path) -> ArchiveFile:
    return ArchiveFile(backup, MOST_FILES, _ALWAYS_ALLOWED + MOST_PACKED * backup.stat().st_size)


def _listed(parts: ArchiveFile) -> Listed:
    names = parts.read(NAMES, _LARGEST_LIST) if NAMES in parts else b""
    return Listed(parts.read(LIST, _LARGEST_LIST), names)


def _checked_seal(backup: Path, parts: ArchiveFile, listed: Listed, key: bytes | None) -> tuple[str, ...]:
    """Check the seal where there is a key, and return what is to be said about it.

    Raises GoujiError where there is no seal for the key, or it is another one.
    """
    seal = parts.read(SEAL, _LARGEST_LIST) if SEAL in parts else None
    if key is None:
        return (_UNCHECKED if seal else _WITHOUT_SEAL,)
    if seal is None:
        raise GoujiError(f"“{backup}”：{_WITHOUT_SEAL}没有恢复。相信它的，不写 --key 再恢复。")
    if not listed.has_seal(seal, key):
        raise GoujiError(
            f"“{backup}”的封印和 --key 的密钥对不上，没有恢复：备份被人改过，或者不是这把密钥的。"
            "请换一份备份，或者核对密钥。"
        )
    return ("封印核对过，是这把密钥的。",)


def _unpacked(backup: Path, parts: ArchiveFile, listed: Listed, aside: Path, watch: Watch) -> dict[str, str]:
    """Write the files of a backup into a folder, and return their hashes by the names of their parts.

    Raises GoujiError for a file that is not what its hash says.
    """
    # Launchers are programs: those of a backup are never put back.
    left_out = {name.casefold() for name in LAUNCHERS}
    hashes = {name: sha256 for name, sha256 in listed.hashes().items() if name.casefold() not in left_out}
    names = listed.names()
    for number, (part, sha256) in enumerate(sorted(hashes.items()), 1):
        watch(number, len(hashes), part)
        if _written(parts, part, aside, names.get(part, part)) != sha256:
            raise GoujiError(f"备份“{backup}”里的“{part}”已经损坏，没有恢复。请换一份备份。")
    return hashes


def _written(parts: ArchiveFile, part: str, aside: Path, name: str) -> str:
    """Write one file under its name on the disk, or under its part's where the system has no such names."""
    path = aside / _inside(name if os.name == "posix" else part)
    try:
        return _copied(parts, part, path)
    except OSError as error:
        if error.errno != errno.EILSEQ:
            raise
        return _copied(parts, part, aside / _inside(part))


def _copied(parts: ArchiveFile, part: str, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        return parts.copy(part, target)


def _inside(name: str) -> PurePosixPath:
    """Return a path that cannot lead out of the folder.

    Raises ValueError for one that would.
    """
    path = PurePosixPath(name)
    out = path.is_absolute() or ".." in path.parts or os.path.splitdrive(name)[0]
    if out or (os.name != "posix" and "\\" in name):
        raise ValueError(name)
    return path


def _doubts(workspace: Workspace, hashes: dict[str, str]) -> tuple[str, ...]:
    missing: list[str] = []
    with suppress(GoujiError), workspace.ledger() as ledger:
        missing = missing_from_archive(workspace, ledger, hashes)
    keyless = not (workspace.folder / KEY).is_file()
    return tuple(doubts(changed_in_archive(hashes), missing, keyless=keyless))


def _guard(folder: Path) -> None:
    """Protect what arrived from changes and the key from other readers."""
    with suppress(OSError):
        (folder / KEY).chmod(_OWNER_ONLY)
        for path in (path for path in (folder / ARCHIVED).rglob("*") if path.is_file()):
            path.chmod(_READ_ONLY)


def _occupied(backup: Path, folder: Path) -> str:
    """Return why nothing is restored into a folder that is in use: what is in it may be newer than the backup."""
    there = here = ""
    with suppress(*BROKEN_ZIP, TooLargeError), _opened(backup) as parts:
        there = last_change_in(parts.read(ledgers.FILE, _LARGEST_LEDGER))
    with suppress(OSError):
        here = last_change_in((folder / ledgers.FILE).read_bytes())
    newer = "比备份新，恢复会丢掉后来做的" if here > there else "不比备份新"
    compared = (
        f"它的台账最后的变动是 {local_minute(here)}，备份里的是 {local_minute(there)}，{newer}。"
        if here and there
        else ""
    )
    return f"“{folder}”里已经有东西了，没有恢复。{compared}请恢复到一个新的文件夹。"
