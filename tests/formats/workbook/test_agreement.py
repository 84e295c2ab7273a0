"""The workbook and Python agree: LibreOffice recalculates filled workbooks and must get the same results in each cell.

By default a program may show the results that are stored in a file. So every stored result is made wrong on purpose
before LibreOffice opens the file; whatever it then shows, it has calculated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import agreement
import libreoffice as office
import pytest
import reports
import sheet_xml
from _pytest.mark import ParameterSet
from pace import slow

import gouji
from gouji.form.editions import load_form
from gouji.form.values import Entry, Outcome, State, Value
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report

SHARE, DEFAULT, ALL = 20, 60, 300
"""Workbooks for each edition: in one test, of which only the first is quick; in the test of what they hold; in all."""

POISON = {sheet_xml.POISON_NUMBER, sheet_xml.POISON_TEXT}


@dataclass(frozen=True)
class Recalculated:
    """A workbook as we wrote it, and as LibreOffice saved it after recalculating."""

    report: Report
    written: bytes
    path: Path
    sent: Mapping[tuple[str, str], sheet_xml.Formula]
    back: Mapping[tuple[str, str], sheet_xml.Formula]

    @property
    def found(self) -> agreement.Found:
        """The results that LibreOffice calculated."""
        return {place: formula.result for place, formula in self.back.items()}


def recalculated(libreoffice: office.LibreOffice, given: Sequence[Report], folder: Path) -> Iterator[Recalculated]:
    """Write workbooks, make all their results wrong, and have LibreOffice open and save them."""
    written = [workbook_bytes(report) for report in given]
    files = [folder / f"report{number}.xlsx" for number in range(len(given))]
    for file, data in zip(files, written, strict=True):
        file.write_bytes(sheet_xml.poisoned(data))
    for report, data, file, saved in zip(
        given, written, files, libreoffice.convert(files, folder / "saved"), strict=True
    ):
        sent, back = (sheet_xml.formulas(path.read_bytes()) for path in (file, saved))
        yield Recalculated(report, data, saved, sent, back)


# ---------------------------------------------------------------- what the comparison relies on


@pytest.mark.slow
def test_the_random_workbooks_have_every_entry_outcome_and_state() -> None:
    for edition in reports.EDITIONS:
        seen: Counter[tuple[str, Value]] = Counter()
        form = load_form(edition)
        for seed in range(DEFAULT):
            values = agreement.in_python(reports.at_random(edition, seed))
            seen.update((key.partition(".")[0], value) for key, value in values.items())
            seen.update((key, value) for key, value in values.items() if key.startswith(("outcome.", "declared.")))
        assert all(seen["entry", entry.value] > 10 for entry in Entry)
        assert all(seen["state", state.value] >= 5 for state in State)
        for relation in form.relations:
            assert seen[f"outcome.{relation.id}", Outcome.HOLDS] >= 5
            assert seen[f"outcome.{relation.id}", Outcome.NOT_CHECKABLE] >= 5
            # A total is a formula, so in a workbook it cannot differ from its parts.
            assert relation.family.sums or seen[f"outcome.{relation.id}", Outcome.BROKEN] >= 3
        for table in form.official_tables:
            assert seen[f"declared.{table.id}", 1] >= 5
            assert seen[f"outcome.zero.{table.id}", Outcome.BROKEN] >= 2
        assert all(seen["outcome.rules_level", outcome] for outcome in Outcome)
        assert all(seen["outcome.text.overview", outcome] for outcome in (Outcome.HOLDS, Outcome.NOT_CHECKABLE))


# ---------------------------------------------------------------- agreement


def _shares() -> Iterator[ParameterSet]:
    for edition in reports.EDITIONS:
        for first in range(0, ALL, SHARE):
            marks = [pytest.mark.slow] if first or edition != "2021" else []
            yield pytest.param(edition, range(first, first + SHARE), id=f"{edition}-{first}", marks=marks)


@pytest.mark.parametrize("edition, seeds", list(_shares()))
def test_the_workbook_and_python_agree_on_random_reports(
    edition: str, seeds: range, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    for workbook in recalculated(libreoffice, [reports.at_random(edition, seed) for seed in seeds], tmp_path):
        every_formula_was_recalculated(workbook)
        every_relation_every_entry_and_the_state_are_the_same(workbook)
        every_result_that_we_wrote_is_the_same(workbook)
        the_findings_are_the_lines_that_the_workbook_shows_as_wrong(workbook)
        the_saved_file_holds_the_same_report(workbook)


@pytest.mark.parametrize("edition", ["2021", slow("2019")])
def test_the_workbook_and_python_agree_on_a_correct_report_a_blank_one_and_every_mistake(
    edition: str, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    given = [reports.blank(edition), *(spoil(reports.right(edition)) for spoil in reports.MUTATIONS.values())]
    for workbook in recalculated(libreoffice, given, tmp_path):
        every_formula_was_recalculated(workbook)
        every_relation_every_entry_and_the_state_are_the_same(workbook)
        every_result_that_we_wrote_is_the_same(workbook)
        the_findings_are_the_lines_that_the_workbook_shows_as_wrong(workbook)
        the_saved_file_holds_the_same_report(workbook)


def every_formula_was_recalculated(workbook: Recalculated) -> None:
    assert len(workbook.sent) > 350
    assert {formula.result for formula in workbook.sent.values()} == POISON
    assert workbook.sent.keys() == workbook.back.keys()
    assert not [place for place, formula in workbook.back.items() if formula.result in POISON]


def every_relation_every_entry_and_the_state_are_the_same(workbook: Recalculated) -> None:
    assert not agreement.differences(workbook.report, workbook.found), workbook.path


def every_result_that_we_wrote_is_the_same(workbook: Recalculated) -> None:
    ours = sheet_xml.formulas(workbook.written)
    assert ours.keys() == workbook.back.keys()
    different = {
        place: (workbook.back[place].result, formula.result, formula.text)
        for place, formula in ours.items()
        if not agreement.alike(workbook.back[place].result, formula.result)
    }
    assert not different, workbook.path


def the_findings_are_the_lines_that_the_workbook_shows_as_wrong(workbook: Recalculated) -> None:
    theirs, reading = agreement.by_key(workbook.report, workbook.found), gouji.read(workbook.path)
    broken = {finding.id for finding in gouji.check(reading) if finding.outcome == "broken"}
    relations = {relation.id for relation in workbook.report.form.relations}
    assert broken & relations == {id for id in relations if theirs[f"outcome.{id}"] == Outcome.BROKEN}
    assert theirs["show.state"] == gouji.state(reading.report).word


def the_saved_file_holds_the_same_report(workbook: Recalculated) -> None:
    reading = gouji.read(workbook.path)
    assert reports.same(reading.report, workbook.report)
    assert reading.findings == ()
