"""A whole workspace in one file, with the hash of every file and a seal over the hashes."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from gouji.collection.ledger import ledger as ledgers
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.workspace.backup_list import (
    LIST,
    MOST_PACKED,
    NAMES,
    SEAL,
    Listed,
    archived_hash,
    bytes_of,
    changed_in_archive,
    doubts,
    parts_of,
    some,
)
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.launchers import NAMES as LAUNCHERS
from gouji.collection.workspace.names import HOLDER, LOCK
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError, reason
from gouji.runtime.signatures import ZIP

_LEFT_OUT = (LOCK, HOLDER, ledgers.FILE, f"{ledgers.FILE}-journal")
_ANEW = (*LAUNCHERS, LIST, NAMES, SEAL)
"""What is left out at the top of the workspace: restoring writes launchers anew, and the lists are the backup's."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_OWNER_ONLY = 0o600
_PIECE = 2**20
"""Bytes of a file that are in memory at once."""


class BackedUp(msgspec.Struct, frozen=True):
    """What is in a new backup."""

    count: int
    remarks: tuple[str, ...] = ()
    """What is wrong with the workspace, as far as a backup can see it."""
    sealed: bool = True
    """Whether there was a key to seal it with; the key is in it then."""


def back_up(workspace: Workspace, target: Path, watch: Watch = unwatched) -> BackedUp:
    """Write a workspace into one zip file, as it is at this moment; only its owner can read the file.

    Raises GoujiError where another command is at work, or where the file cannot be written.
    """
    if target.exists():
        raise GoujiError(f"“{target}”已经有了。请换一个文件名。")
    # The same name each time, so that the next backup overwrites what a killed one has left.
    aside = target.with_name(f".gouji-{workspace.folder.resolve().name}.zip.tmp")
    copied = aside.with_suffix(".sqlite.tmp")
    try:
        with workspace.writing("备份") as ledger:
            aside.unlink(missing_ok=True)
            copied.unlink(missing_ok=True)
            open(copied, "xb", opener=_for_the_owner).close()
            ledger.copy_to(copied)
            with (
                open(aside, "xb", opener=_for_the_owner) as file,
                zipfile.ZipFile(file, "w", allowZip64=True) as packed,
            ):
                done = _packed(workspace, ledger, copied, packed, watch)
        aside.replace(target)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise GoujiError(f"备份写不了“{target}”：{reason(error)}。请检查磁盘空间，或者换一个位置。") from error
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
    finally:
        with suppress(OSError):
            copied.unlink()
    return done


def _for_the_owner(path: str, flags: int) -> int:
    """Open a new file that only its owner can read; on Windows it has the rights of its folder instead."""
    return os.open(path, flags, _OWNER_ONLY)


def _packed(workspace: Workspace, ledger: Ledger, copied: Path, packed: zipfile.ZipFile, watch: Watch) -> BackedUp:
    """Write all files of a workspace into a zip, with the copied ledger, and the lists of what was written."""
    folder = workspace.folder
    names = [*_files(folder), ledgers.FILE]
    parts, hashes = parts_of(names), {}
    for number, name in enumerate(names, 1):
        watch(number, len(names), name)
        path = copied if name == ledgers.FILE else folder / name
        hashes[parts[name]] = _pack(packed, _entry(parts[name]), path)
    listed = Listed.of(hashes, {part: bytes_of(name) for name, part in parts.items() if name != part})
    packed.writestr(_entry(LIST), listed.hashes_json, zipfile.ZIP_DEFLATED)
    if listed.names_json:
        packed.writestr(_entry(NAMES), listed.names_json, zipfile.ZIP_DEFLATED)
    key = _key(workspace)
    if key:
        packed.writestr(_entry(SEAL), listed.seal(key))
    changed, missing = changed_in_archive(hashes), missing_from_archive(workspace, ledger, hashes)
    if lost := [archived_hash(name) for name in (*changed, *missing)]:
        # The next ``collect`` reads the originals again and mends the archive. A ledger that takes nothing more,
        # because it is write-protected or its disk is full, does not keep anybody from a backup.
        with suppress(sqlite3.Error), ledger.transaction():
            ledger.seen.forget(lost)
    return BackedUp(
        len(hashes),
        (*doubts(changed, missing, keyless=not key), *_linked_folders(folder)),
        sealed=bool(key),
    )


def missing_from_archive(workspace: Workspace, ledger: Ledger, parts: dict[str, str]) -> list[str]:
    """Return the files that the ledger knows and that are not among the parts of a backup."""
    paths = (workspace.archive.path(*file) for file in ledger.file_names().items())
    return [name for path in paths if (name := path.relative_to(workspace.folder).as_posix()) not in parts]


def _key(workspace: Workspace) -> bytes | None:
    try:
        return workspace.key
    except GoujiError:
        return None


def _pack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> str:
    """Write a file into a zip piece by piece, and return its hash."""
    hashed = hashlib.sha256()
    with path.open("rb") as stream:
        entry.compress_type = _method(_pieces(stream))
        entry.file_size = os.fstat(stream.fileno()).st_size  # the library asks whether it needs more than 4 GB
        with packed.open(entry, "w") as part:
            for piece in _pieces(stream):
                hashed.update(piece)
                part.write(piece)
    return hashed.hexdigest()


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(_PIECE):
        yield piece


def _method(pieces: Iterable[bytes]) -> int:
    """Return how a file is packed: what is compressed already, or packs suspiciously well, is stored as it is."""
    size = small = 0
    compressing = zlib.compressobj()
    for piece in pieces:
        if size == 0 and piece.startswith(ZIP):
            return zipfile.ZIP_STORED
        size += len(piece)
        small += len(compressing.compress(piece))
    small += len(compressing.flush())
    return zipfile.ZIP_STORED if size > MOST_PACKED * small else zipfile.ZIP_DEFLATED


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


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.name in _LEFT_OUT or path.name.startswith(("~$", ".gouji-")) or name in _ANEW:
            continue
        if path.is_file():
            yield name


def _linked_folders(folder: Path) -> Iterator[str]:
    """Yield a sentence about the folders that are links to another place: what is in them is not in the backup."""
    linked = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() and path.is_dir()]
    if linked:
        yield f"这些文件夹是指向别处的链接，里面的文件没有备份：{some(linked)}。要备份的，请把文件夹本身放进来。"
