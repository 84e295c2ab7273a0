"""The years on this computer: those that are found, and where a new one can be made. The server lists both."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from gouji.collection.ledger import ledger
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.launchers import NAMES, outside_bundle
from gouji.collection.workspace.names import FOLDERS, HOLDER, KEY, LOCK, ROSTER, SETTINGS
from gouji.collection.workspace.settings import OWN_FORM
from gouji.desk.year import place_of
from gouji.runtime.errors import GoujiError

_MOST_ENTRIES = 2000
"""Entries of a folder that are looked at: nobody waits for a whole disk."""
_DOCUMENTS = ("文档", "Documents", "我的文档")
_OF_A_YEAR = {*FOLDERS, *NAMES, KEY, ROSTER, LOCK, HOLDER, OWN_FORM, ledger.FILE}


class Found(msgspec.Struct, frozen=True):
    """A year's folder."""

    key: str
    """The name by which addresses know it."""
    folder: Path
    year: int
    """0 where its settings cannot be read."""
    office: str
    trouble: str


class Site(msgspec.Struct, frozen=True):
    """Where the folder of a new year can be made."""

    key: str
    words: str
    folder: Path


def sites(home: Path) -> tuple[Site, ...]:
    """Return where new years can be made: beside those that are there, never in a year or in an offline bundle."""
    base = outside_bundle(home)
    while (base / SETTINGS).is_file() and base != base.parent:
        base = base.parent
    found = {base: "勾稽旁边"}
    for folder in _documents():
        found.setdefault(folder, "“文档”文件夹")
    places = [Site(place_of(folder), words, folder) for folder, words in found.items()]
    # Started from a menu of the system, we may be in a folder of the system: that is not proposed first.
    return tuple(sorted(places, key=lambda place: not os.access(place.folder, os.W_OK)))


def found_years(home: Path, opened: Iterable[Path]) -> tuple[Found, ...]:
    """Return the years in and beside those places, and those that are open; the newest first."""
    opened = tuple(opened)
    around = [home.resolve(), *(site.folder for site in sites(home)), *(folder.parent for folder in opened)]
    folders = dict.fromkeys(folder for top in dict.fromkeys(around) for folder in _years_in(top))
    found = [_found(folder) for folder in dict.fromkeys([*folders, *opened])]
    return tuple(sorted(found, key=lambda one: (-one.year, str(one.folder))))


def is_free(folder: Path) -> bool:
    """Tell whether a year can be made there: nothing is there, or one that was begun and not completed."""
    try:
        return all(path.name in _OF_A_YEAR or path.name.startswith(".gouji-") for path in folder.iterdir())
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _documents() -> Iterator[Path]:
    try:
        home = Path.home().resolve()
    except (OSError, RuntimeError):
        return
    seen: list[Path] = []
    for name in _DOCUMENTS:
        folder = home / name
        if folder.is_dir() and not any(folder.samefile(other) for other in seen):
            seen.append(folder)
            yield folder.resolve()


def _years_in(top: Path) -> Iterator[Path]:
    if (top / SETTINGS).is_file():
        yield top
    try:
        with os.scandir(top) as entries:
            for _, entry in zip(range(_MOST_ENTRIES), entries, strict=False):
                if not entry.name.startswith(".") and (top / entry.name / SETTINGS).is_file():
                    yield (top / entry.name).resolve()
    except OSError:  # a folder that may not be looked into holds no year of ours
        return


def _found(folder: Path) -> Found:
    try:
        settings = Workspace(folder).settings
    except GoujiError as error:
        return Found(place_of(folder), folder, 0, "", str(error))
    return Found(place_of(folder), folder, settings.year, settings.office, "")
