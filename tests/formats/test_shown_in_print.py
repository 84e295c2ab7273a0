"""What people see in print is what gouji reads: the cases of shown_cells.py, as Word files, as pages and printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import published
import pytest
import reports
from browser import Browser, started
from libreoffice import LibreOffice
from shown_cells import (
    CASES,
    IN_PRINT,
    MARKED,
    NOT_IN_PRINT,
    REF,
    TRANSPARENT,
    Case,
    page_file,
    report,
    word_file,
)

from gouji.checks import check
from gouji.formats.read import read_data
from gouji.report.model import Report
from gouji.report.reading import Reading

WORD = {name: case for name, case in CASES.items() if case.word is not None}
PAGES = {name: case for name, case in CASES.items() if case.page is not None}


@pytest.mark.parametrize("name", WORD)
def test_a_cell_of_a_word_file_is_read_as_it_is_seen(name: str) -> None:
    case = WORD[name]
    answered(read_data(word_file({MARKED: case.word or ""})), case)


@pytest.mark.parametrize("name", PAGES)
def test_a_cell_of_a_page_is_read_as_it_is_seen(name: str) -> None:
    case = PAGES[name]
    answered(read_data(page_file({MARKED: case.page or ""}, case.style)), case)


def answered(reading: Reading, case: Case, ref: str = REF) -> None:
    """Assert that a cell has its answer, that it is asked about once if at all, and that no other number changed."""
    read = reading.report
    assert (read.unread.get(ref) if isinstance(case.answer, str) else read.figures.get(ref)) == case.answer
    assert (ref in read.unread) is isinstance(case.answer, str)
    findings = [finding for finding in check(reading) if finding.rule.startswith(("figure.", "published."))]
    assert [(finding.rule, finding.refs) for finding in findings] == ([(case.asked, (ref,))] if case.asked else [])
    others = {key: value for key, value in report().figures.items() if key != ref and "processing" not in key}
    assert {key: read.figures.get(key) for key in others} == others


# ---------------------------------------------------------------- printed

CELLS = [ref for ref in report().form.inputs if ref.startswith("requests.")]
FIRST_NUMBER = 7001
"""The cells hold this number and the next ones, until a case takes their place."""


def all_at_once() -> Report:
    """Return a report in which every cell of the table of requests has a number of its own."""
    numbers = {ref.replace(".", "__"): FIRST_NUMBER + at for at, ref in enumerate(CELLS)}
    return reports.with_figures(report(), **numbers)


def numbered(names: list[str]) -> dict[int, Case]:
    return {FIRST_NUMBER + at: CASES[name] for at, name in enumerate(names)}


def of_its_own(text: str, number: int) -> str:
    """Return a page or a style sheet with classes that no other case has."""
    return re.sub(r"(class=\"?|\.)(x|fn|old|gone|a gone)\b", rf"\1\2{number}", text)


def answered_in_print(data: bytes, names: list[str]) -> None:
    """Assert that each case of a print has its answer, and that every other number is right or not taken."""
    read = read_data(data).report
    answers = {name: read.unread.get(ref, read.figures.get(ref)) for name, ref in zip(names, CELLS, strict=False)}
    for name, answer in answers.items():
        expected = IN_PRINT.get(name, CASES[name].answer)
        assert isinstance(answer, str) if expected is None else answer == expected, name
    others = CELLS[len(names) :]
    wrong = {
        ref: value for ref in others if (value := read.figures.get(ref)) not in (None, FIRST_NUMBER + CELLS.index(ref))
    }
    assert wrong == {}


@pytest.mark.xdist_group("libreoffice")
def test_cells_that_libreoffice_printed_are_read_as_they_are_seen(libreoffice: LibreOffice, tmp_path: Path) -> None:
    names = [name for name in WORD if name not in NOT_IN_PRINT]
    contents = {number: case.word or "" for number, case in numbered(names).items()}
    (tmp_path / "cells.docx").write_bytes(word_file(contents, published.blocks(all_at_once())))
    (path,) = libreoffice.convert([tmp_path / "cells.docx"], tmp_path / "out", "pdf")
    answered_in_print(path.read_bytes(), names)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from started(tmp_path_factory.mktemp("browser"))


@pytest.mark.xdist_group("browser")
def test_cells_that_chromium_printed_are_read_as_they_are_seen(browser: Browser, tmp_path: Path) -> None:
    names = [name for name in PAGES if name != TRANSPARENT]
    cases = numbered(names)
    contents = {number: of_its_own(case.page or "", number) for number, case in cases.items()}
    style = "".join(of_its_own(case.style, number) for number, case in cases.items())
    (tmp_path / "cells.html").write_bytes(page_file(contents, style, published.blocks(all_at_once())))
    browser.open(tmp_path / "cells.html")
    answered_in_print(browser.printed(grounds=True), names)
