"""What people see in print is what gouji reads: the cases of shown_cells.py, as Word files and as pages."""

from __future__ import annotations

import pytest
from shown_cells import CASES, MARKED, REF, Case, page_file, report, word_file

from gouji.checks import check
from gouji.formats.read import read_data
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
