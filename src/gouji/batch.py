"""Many files: which of them a folder holds, what became of each, and last year's report of the same unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import msgspec

from gouji.checks import check, state, verdict
from gouji.errors import DocumentError, GoujiError
from gouji.finding import Finding, found
from gouji.media import open_file, read, read_data
from gouji.reading import Reading
from gouji.repairs import accept_repairs as repaired

_NO_REPORTS = ("~$", ".", "Thumbs.db", "desktop.ini")
"""How the names begin of what office programs and file managers leave in a folder."""

Verdict = Literal["pass", "query", "fail", "unreadable"]


class Checked(msgspec.Struct, frozen=True):
    """What became of one file."""

    path: str
    sha256: str | None
    verdict: Verdict
    reading: Reading | None = None
    state: str | None = None
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        report = self.reading.report if self.reading else None
        return {
            "path": self.path,
            "sha256": self.sha256,
            "unit": report.unit.name if report else None,
            "year": report.year if report else None,
            "edition": report.edition if report else None,
            "state": self.state,
            "verdict": self.verdict,
            "findings": [msgspec.to_builtins(finding, builtin_types=(Decimal,)) for finding in self.findings],
        }


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files that are named, and those inside the folders that are named, each once, in order.

    Raises GoujiError for a path that does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(_in_folder(path)))
        elif not path.exists():
            raise GoujiError(f"找不到“{path}”。请检查文件名和位置。")
        else:
            found[path] = None
    return list(found)


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(_NO_REPORTS) for part in path.relative_to(folder).parts):
            yield path


class Previous:
    """Last year's reports: one file, or a folder in which the unit finds its own."""

    def __init__(self, path: Path | None) -> None:
        """Read them.

        Raises GoujiError for a path that does not exist and for a single file that cannot be read; in a folder,
        files that hold no report are left out.
        """
        self._single: Reading | None = None
        self._by_unit: dict[str, Reading] = {}
        if path is None:
            return
        if path.is_dir():
            for file in files_in([path]):
                self._remember(file)
        else:
            self._single = read(path)

    def _remember(self, file: Path) -> None:
        try:
            reading = read(file)
        except DocumentError:
            return
        for key in (reading.report.unit.code, reading.report.unit.name):
            if key:
                self._by_unit.setdefault(key, reading)

    def of(self, reading: Reading) -> Reading | None:
        """Return last year's report of the unit, if it is known."""
        unit = reading.report.unit
        return self._single or self._by_unit.get(unit.code or "") or self._by_unit.get(unit.name)


def check_file(path: Path, previous: Previous, *, accept_repairs: bool = False) -> Checked:
    """Read and check one file; a file that cannot be read is a verdict, not an error.

    With ``accept_repairs`` the file is repaired as it is read; last year's never is, for nobody would be told.
    Raises GoujiError where the file is gone, or where last year's report is not of last year.
    """
    sha256 = None
    try:
        file = open_file(path)
        sha256 = file.sha256
        reading = read_data(file.data)
    except DocumentError as error:
        problem = found("unreadable", problem=error)
        return Checked(path=str(path), sha256=sha256, verdict="unreadable", findings=(problem,))
    if accept_repairs:
        reading = repaired(reading)
    findings = check(reading, previous.of(reading))
    return Checked(
        path=str(path),
        sha256=sha256,
        verdict=verdict(findings),
        reading=reading,
        state=state(reading.report).word,
        findings=findings,
    )
