"""The workbook and Python agree in other calculators too, and an error value in any cell makes a report not ready.

Gnumeric, HyperFormula and IronCalc were written from scratch; offices and web pages open workbooks with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import agreement
import libreoffice as office
import pytest
import reports
import sheet_xml
from _pytest.mark import ParameterSet
from calculators import CALCULATORS, Results
from pace import slow

import gouji
from gouji.form.model import Form
from gouji.form.values import Entry, State
from gouji.formats.drawing.plan import STATE
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report

SHARE, ALL = 10, 150
"""Workbooks for each edition: without the slow tests, which is also the number in one test, and with them."""

Calculate = Callable[[Sequence[bytes]], Sequence[Results]]


def _shares() -> Iterator[ParameterSet]:
    for name in CALCULATORS:
        for edition in reports.EDITIONS:
            for first in range(0, ALL, SHARE):
                marks = [pytest.mark.slow] if first or edition != "2021" else []
                yield pytest.param(
                    name, edition, range(first, first + SHARE), id=f"{name}-{edition}-{first}", marks=marks
                )


@pytest.mark.parametrize("name, edition, seeds", list(_shares()))
def test_a_calculator_and_python_agree_on_random_reports(name: str, edition: str, seeds: range, tmp_path: Path) -> None:
    _agrees(name, [reports.at_random(edition, seed) for seed in seeds], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", CALCULATORS)
@pytest.mark.parametrize("edition", reports.EDITIONS)
def test_a_calculator_and_python_agree_on_a_correct_report_a_blank_one_and_every_mistake(
    name: str, edition: str, tmp_path: Path
) -> None:
    mistakes = [spoil(reports.right(edition)) for spoil in reports.MUTATIONS.values()]
    _agrees(name, [reports.blank(edition), *mistakes], tmp_path)


def _agrees(name: str, given: Sequence[Report], folder: Path) -> None:
    written = [workbook_bytes(report) for report in given]
    calculated = CALCULATORS[name]([sheet_xml.poisoned(data) for data in written], folder)
    for report, data, found in zip(given, written, calculated, strict=True):
        ours = sheet_xml.formulas(data)
        assert ours.keys() == found.keys()
        assert len(found) > 350
        assert not agreement.differences(report, found)
        assert not {
            place: (found[place], formula.result, formula.text)
            for place, formula in ours.items()
            if not agreement.alike(found[place], formula.result)
        }


# ---------------------------------------------------------------- what no report of ours holds


@pytest.fixture(params=["LibreOffice", *(slow(name) for name in CALCULATORS)])
def calculate(request: pytest.FixtureRequest, tmp_path: Path) -> Calculate:
    """Recalculate workbooks with each of the programs."""
    if request.param == "LibreOffice":
        libreoffice: office.LibreOffice = request.getfixturevalue("libreoffice")
        return lambda workbooks: list(_by_libreoffice(libreoffice, workbooks, tmp_path))
    return lambda workbooks: CALCULATORS[request.param](workbooks, tmp_path)


def _by_libreoffice(libreoffice: office.LibreOffice, workbooks: Sequence[bytes], folder: Path) -> Iterator[Results]:
    files = [folder / f"report{number}.xlsx" for number in range(len(workbooks))]
    for file, data in zip(files, workbooks, strict=True):
        file.write_bytes(data)
    for saved in libreoffice.convert(files, folder / "saved"):
        found = sheet_xml.formulas(saved.read_bytes())
        yield {place: "" if formula.result is None else formula.result for place, formula in found.items()}


ANSWERS: dict[tuple[str, str], Entry] = {
    ("", ""): Entry.BLANK,
    ("inlineStr", "<is><t></t></is>"): Entry.BLANK,
    ("str", '<f>""</f><v></v>'): Entry.BLANK,
    ("n", "<v>0</v>"): Entry.ZERO,
    ("n", "<v>-0</v>"): Entry.ZERO,
    ("n", "<v>1E+300</v>"): Entry.LARGE,
    ("inlineStr", '<is><t xml:space="preserve"> </t></is>'): Entry.UNREAD,
    ("inlineStr", "<is><t>0</t></is>"): Entry.UNREAD,
    ("e", "<v>#DIV/0!</v>"): Entry.UNREAD,
}
"""What stands in a number cell: kind and XML of the cell, as programs write them."""


def test_blank_zero_and_text_are_three_answers_in_every_calculator(calculate: Calculate) -> None:
    """An empty text is a blank, as a program leaves it that pastes values."""
    report, ref = reports.right("2021"), "requests.new.natural"
    places = layout_of(report.form).places
    place, entry = places[ref], places[f"entry.{ref}"]
    right = workbook_bytes(report)
    given = [sheet_xml.with_cell(right, place.sheet, place.address, kind, content) for kind, content in ANSWERS]
    found = calculate([sheet_xml.poisoned(data) for data in given])
    assert [results[entry.sheet, entry.address] for results in found] == list(ANSWERS.values())


def _cases() -> Iterator[ParameterSet]:
    for edition in reports.EDITIONS:
        for filled in ("nothing", "all declared zero"):
            marks = [pytest.mark.slow] if (edition, filled) != ("2021", "nothing") else []
            yield pytest.param(edition, filled, id=f"{edition}-{filled}", marks=marks)


@pytest.mark.parametrize("edition, spoiled_by", list(_cases()))
def test_a_report_with_an_error_value_in_any_relevant_cell_is_never_ready(
    edition: str, spoiled_by: str, calculate: Calculate
) -> None:
    report = reports.MUTATIONS[spoiled_by](reports.right(edition))
    assert gouji.state(report) == State.READY
    places = layout_of(report.form).places
    right, keys = workbook_bytes(report), list(_one_of_each_kind(report.form))
    wrong = [sheet_xml.with_cell(right, places[key].sheet, places[key].address, "e", "<v>#N/A</v>") for key in keys]
    before, *after = calculate([sheet_xml.poisoned(data) for data in (right, *wrong)])
    shown = places[STATE].sheet, places[STATE].address
    assert before[shown] == State.READY.word
    assert [key for key, found in zip(keys, after, strict=True) if found[shown] == State.READY.word] == []


def _one_of_each_kind(form: Form) -> list[str]:
    """Return the key of one input or calculated cell of each kind, since all cells of a kind are treated alike."""
    texts = (f"text.{topic.key}.1" for topic in form.topics)
    calculated = (key for key in layout_of(form).expressions if not key.startswith("show."))
    zeros = (f"zero.{table.id}" for table in form.official_tables)
    kinds: dict[str, str] = {}
    for key in ("level", *form.inputs, *zeros, *texts, *calculated):
        kinds.setdefault(_kind(form, key), key)
    return list(kinds.values())


def _kind(form: Form, key: str) -> str:
    if key in form.cells:
        return "total" if key in form.totals else "input"
    first, _, rest = key.partition(".")
    if first in ("text", "length"):
        return f"{first} {form.topic(rest.removesuffix('.1')).optional}"
    return f"{first} {rest.partition('.')[0] if first == 'outcome' else ''}"
