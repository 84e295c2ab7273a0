"""The files that were made: listed from the ledger and from fixed folders, and known to addresses by a key."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from types import MappingProxyType

import msgspec

from gouji.collection.intake.attachments.names import safe_name
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.outgoing.publishing import PAGES, PDFS
from gouji.collection.workspace.backup import backups_beside
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import REPORTS, TOTALS
from gouji.runtime.output import make_folder, write_aside
from gouji.runtime.times import local_minute

OF_UNITS: Mapping[str, str] = MappingProxyType({REPORTS: "Word 报告", PAGES: "网页和数据", PDFS: "PDF"})
"""The folders with files of single units, and what is in them."""

THEIRS = f"{TOTALS}/上级的表"
"""Where the files of the office above are kept that were filled or followed."""

_KEY = 16
_BESIDE = (".xlsx", ".docx", ".html", ".zip")
"""Endings of the files that we write for the whole collection."""
_UNITS = ("字节", "KB", "MB", "GB")


class MadeFile(msgspec.Struct, frozen=True):
    """A file that was made."""

    key: str
    """By which an address names it."""
    path: Path
    code: str = ""
    """The unit that it is about; empty where it is about all of them."""
    written: float = 0.0
    """When, as a time stamp."""
    bytes: int = 0

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def when(self) -> str:
        """When it was written, for people."""
        return local_minute(datetime.datetime.fromtimestamp(self.written).astimezone().isoformat())

    @property
    def size(self) -> str:
        """How large it is, for people."""
        size, unit = float(self.bytes), 0
        while size >= 1000 and unit < len(_UNITS) - 1:
            size, unit = size / 1024, unit + 1
        return f"{size:.0f} {_UNITS[unit]}" if unit == 0 or size >= 10 else f"{size:.1f} {_UNITS[unit]}"


def of_totals(workspace: Workspace) -> list[MadeFile]:
    """Return the files about all units, the newest first."""
    return _newest_first(_listed(workspace, TOTALS))


def zips_of_reports(workspace: Workspace) -> list[MadeFile]:
    """Return the zips of all reports, the newest first."""
    return _newest_first(one for one in _listed(workspace, REPORTS) if one.name.endswith(".zip"))


def of_unit(workspace: Workspace, ledger: Ledger, code: str) -> list[MadeFile]:
    """Return what was made of the report of a unit and is still there."""
    return [one for one in _of_units(workspace, ledger) if one.code == code and _is_there(one.path)]


def backups(workspace: Workspace) -> list[MadeFile]:
    """Return the backups beside a workspace, the newest first. They have no key: none of them leaves its folder."""
    return _newest_first(_made("", path) for path in backups_beside(workspace.folder) if _is_there(path))


def file_of(workspace: Workspace, key: str) -> Path | None:
    """Return the file of a key; None where we have made none that is still there."""
    for one in (*of_totals(workspace), *zips_of_reports(workspace)):
        if one.key == key:
            return one.path
    with workspace.ledger() as ledger:
        made = next((one for one in _of_units(workspace, ledger) if one.key == key), None)
    return made.path if made and _is_there(made.path) else None


def _of_units(workspace: Workspace, ledger: Ledger) -> Iterator[MadeFile]:
    for folder in OF_UNITS:
        for path, product in ledger.products(folder).items():
            yield MadeFile(_key(path), workspace.folder / path, product.code)


def _listed(workspace: Workspace, folder: str) -> Iterator[MadeFile]:
    """Yield the files of a folder that are ours by their endings; no link leads out of it."""
    try:
        paths = sorted((workspace.folder / folder).iterdir())
    except OSError:
        return
    for path in paths:
        if not path.name.startswith((".", "~")) and path.name.endswith(_BESIDE) and _is_there(path):
            yield _made(_key(f"{folder}/{path.name}"), path)


def _made(key: str, path: Path) -> MadeFile:
    found = path.stat()
    return MadeFile(key, path, written=found.st_mtime, bytes=found.st_size)


def _is_there(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _key(path: str) -> str:
    return hashlib.sha256(path.encode(errors="surrogateescape")).hexdigest()[:_KEY]


def _newest_first(files: Iterable[MadeFile]) -> list[MadeFile]:
    return sorted(files, key=lambda one: -one.written)


def keep_theirs(workspace: Workspace, name: str, data: bytes) -> Path:
    """Write a file of the office above, which the officer has chosen, beside the totals and return its path.

    A file there with the same name and another content stays as it is: the new one gets a number.
    """
    folder = workspace.folder / THEIRS
    make_folder(folder)
    for path in _numbered(folder, safe_name(name)):
        if not os.path.lexists(path):
            write_aside(path, data)
            return path
        if _is_there(path) and path.read_bytes() == data:
            return path
    raise AssertionError


def unused(workspace: Workspace, name: str) -> Path:
    """Return a path beside the totals that is new, numbered where there is a file with the name.

    What people may have completed since it was written is not replaced.
    """
    return next(path for path in _numbered(workspace.folder / TOTALS, name) if not os.path.lexists(path))


def _numbered(folder: Path, name: str) -> Iterator[Path]:
    wanted = Path(name)
    yield folder / name
    yield from (folder / f"{wanted.stem}{number}{wanted.suffix}" for number in count(2))
