"""Workspaces of a year to be collected: returns are made once and linked into the workspace of each build."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from gouji.collection.workspace.roster import Member, write_roster
from gouji.report.model import to_json
from kit import returns
from kit.builds import Build

_KEY = "签发密钥.txt"
_ROSTER = "名册.xlsx"
_RECEIVED = "回收"
_SETTLED = 4
"""Seconds after which the time of a file's last change says that it has not been changed since."""


def returns_of(folder: Path, count: int, build: Build, kind: str = "xlsx") -> Path:
    """Return a folder with the returns of this many units, the roster and the key; an earlier run's is taken again."""
    target = folder / f"returns-{kind}-{count}"
    if target.exists():
        return target
    making = folder / f"{target.name}.part"
    shutil.rmtree(making, ignore_errors=True)
    begin(build, making / "year")
    received = making / _RECEIVED
    received.mkdir()
    for name, data in _data(count, kind, (making / "year" / _KEY).read_bytes().strip()):
        returns.write(received / name, data)
    shutil.move(making / "year" / _KEY, making / _KEY)
    shutil.rmtree(making / "year")
    units = map(returns.unit_of, range(count))
    write_roster(making / _ROSTER, [Member(code=unit.code, name=unit.name, level=unit.level) for unit in units])
    making.rename(target)
    return target


def _data(count: int, kind: str, key: bytes) -> Iterator[tuple[str, bytes]]:
    if kind == "json":
        for number in range(count):
            yield f"{returns.unit_of(number).code}.json", to_json(returns.report_of(number))
    else:
        for unit, data in returns.workbooks(count, key):
            yield f"{unit.code}.xlsx", data


def begin(build: Build, folder: Path) -> None:
    """Begin a year in an empty folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    deadline = f"{returns.YEAR + 1}-01-31"
    build.gouji("init", folder, "--office", returns.OFFICE, "--year", returns.YEAR, "--deadline", deadline)


def year_of(build: Build, made: Path, folder: Path) -> Path:
    """Return a new workspace of a build in which the returns wait to be collected."""
    shutil.rmtree(folder, ignore_errors=True)
    begin(build, folder)
    for name in (_KEY, _ROSTER):
        shutil.copyfile(made / name, folder / name)
    for path in (made / _RECEIVED).iterdir():
        os.link(path, folder / _RECEIVED / path.name)
    time.sleep(_SETTLED)
    return folder


def saved_files(folder: Path, count: int) -> list[Path]:
    """Return workbooks as they were issued and filled."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, (_, data) in enumerate(returns.workbooks(count, b"a key of an office")):
        paths.append(folder / f"{number}.xlsx")
        paths[-1].write_bytes(data)
    return paths


def by_libreoffice(paths: Sequence[Path], folder: Path) -> list[Path] | None:
    """Return the same workbooks as LibreOffice saves them; None where it is not installed."""
    from libreoffice import LibreOffice

    program = shutil.which("soffice") or shutil.which("libreoffice")
    return LibreOffice(program, folder / "profile").convert(paths, folder / "saved") if program else None
