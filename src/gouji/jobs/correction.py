"""What goes back to a unit: its own report as a fresh workbook, with what is wrong marked in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gouji.checks import check
from gouji.findings.finding import Finding
from gouji.form.forms import OFFICIAL, Forms
from gouji.formats.read import read_file
from gouji.jobs.batch import Previous
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError


@dataclass(frozen=True)
class Returned:
    """The number of problems that the unit has to solve; without any, no workbook is written."""

    errors: int
    queries: int

    @property
    def written(self) -> bool:
        """Whether there was any problem, so that a workbook was written."""
        return bool(self.errors or self.queries)


def correct(
    source: Path, target: Path, previous: Previous, key: bytes | None = None, forms: Forms = OFFICIAL
) -> Returned:
    """Check a file and, if it has errors or queries, write the workbook to send back to the unit.

    The file may answer any of ``forms``. Raises GoujiError if the file cannot be read, if the workbook cannot be
    written, or if they are the same file.
    """
    from gouji.formats.workbook.writer import write_workbook

    reading = read_file(source, key=key, forms=forms)
    if target.exists() and target.samefile(source):
        raise GoujiError(f"“{source}”是收到的文件，不能改动。请用 -o 写出别的文件名。")
    last_year = previous.of(reading.report.unit, reading.report.year)
    # Only a workbook tells which of these cells the office filled in; JSON has no cells.
    typed = [key for key in _IDENTITY if key in reading.places and key not in reading.locked]
    reading = in_a_fresh_workbook(reading)
    findings = check(reading, last_year)
    causes = [finding for finding in findings if finding.echo_of is None]
    returned = Returned(
        errors=sum(finding.severity == "error" for finding in causes),
        queries=sum(finding.severity == "query" for finding in causes),
    )
    if returned.written:
        write_workbook(
            reading.report, target, locked=still_locked(reading, findings), typed=typed, findings=findings, key=key
        )
    return returned


_IDENTITY = ("unit.name", "unit.code", "unit.level", "year")


def in_a_fresh_workbook(reading: Reading) -> Reading:
    """Return the reading with the places of our layout: cells may have moved in the file, and JSON has none."""
    from gouji.formats.workbook.corrections import places_in

    places = places_in(reading.report)
    moved: dict[str, str] = {}
    for key, cell in reading.places.items():
        if key in places:
            # A cell that held several paragraphs is where its first one is now.
            moved.setdefault(cell, places[key])
    findings = tuple(
        msgspec.structs.replace(finding, cells=tuple(moved.get(cell, cell) for cell in finding.cells))
        for finding in reading.findings
    )
    return msgspec.structs.replace(reading, findings=findings, places=places)


def still_locked(reading: Reading, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the keys of the locked cells, without a cell that is itself wrong: the unit could not correct it."""
    wrong = {finding.cells[0] for finding in findings if finding.severity == "error" and len(finding.cells) == 1}
    return (key for key in reading.locked if reading.places.get(key) not in wrong)
