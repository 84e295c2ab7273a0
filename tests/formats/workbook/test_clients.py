"""Whatever program has saved our form, its figures come back exact, or the file gets one true sentence a cause.

Each program loads the filled form and the blank one, and puts a number into it; docs/clients.md lists what came back
and what the program drops.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import programs
import pytest
import reports
from clients import CLIENTS, NPM_NAMES, Saving, Typed, saved_by
from libreoffice import LibreOffice

from gouji.checks import check
from gouji.formats.read import read, read_data
from gouji.report.reading import Reading
from gouji.report.repairs import accept_repairs

ROOT = Path(__file__).parents[3]
FILLED, BLANK = ROOT / "samples" / "qingxi-2025.xlsx", ROOT / "templates" / "report_template.xlsx"
REF, TYPED = "requests.new.natural", Typed("三、依申请公开", "D8", 7)

each_client = pytest.mark.parametrize("name", CLIENTS)

Save = Callable[[str, Path, Typed | None], Reading]


@pytest.fixture
def save(request: pytest.FixtureRequest, tmp_path: Path) -> Save:
    """Read what a program saves of a file."""

    def saved(name: str, source: Path, typed: Typed | None) -> Reading:
        libreoffice: Callable[[], LibreOffice] = functools.partial(request.getfixturevalue, "libreoffice")
        return read_data(saved_by(name, Saving(source, typed, tmp_path / "saved.xlsx", libreoffice)))

    return saved


@pytest.mark.slow
@each_client
def test_the_filled_form_comes_back_exact(name: str, save: Save) -> None:
    reading, expected = save(name, FILLED, None), read(FILLED)
    new = [finding for finding in check(reading) if finding.id not in {old.id for old in check(expected)}]
    assert {finding.rule for finding in new} == CLIENTS[name].rules
    first = [finding for finding in new if finding.cells and not finding.echo_of]
    causes = [(finding.rule, finding.cells[0].split("!")[0]) for finding in first]
    assert len(causes) == len(set(causes)), "one sentence for a table"
    assert reports.same(accept_repairs(reading).report, expected.report)


@pytest.mark.slow
@each_client
def test_a_number_that_is_typed_into_the_blank_form_comes_back(name: str, save: Save) -> None:
    report = accept_repairs(save(name, BLANK, TYPED)).report
    assert report.figures == {**read(BLANK).report.figures, REF: TYPED.number}
    assert not report.unread


@pytest.mark.slow
@each_client
def test_a_number_that_is_changed_in_the_filled_form_changes_its_totals_and_nothing_else(name: str, save: Save) -> None:
    """Most of these programs do not calculate: the totals in the file are then old, or missing.

    Only where the formulas are gone, too, may an old total be what somebody means.
    """
    reading, before = accept_repairs(save(name, FILLED, TYPED)), read(FILLED).report
    assert reports.same(reading.report, reports.changed(before, figures={**before.figures, REF: TYPED.number}))
    assert ("total_differs" in {finding.rule for finding in check(reading)}) is (name == "pandas")


# ---------------------------------------------------------------- the page

_CODE = re.compile(r"`([a-z_.]+)`")


def table() -> dict[str, tuple[str, str, frozenset[str]]]:
    lines = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {name: (version, origin, frozenset(_CODE.findall(back))) for name, version, origin, back, _ in rows[2:]}


def test_the_page_lists_the_programs_of_these_tests_and_what_they_find() -> None:
    assert table() == {name: (client.version, client.origin, client.rules) for name, client in CLIENTS.items()}


def test_what_comes_from_npm_is_the_version_of_the_page() -> None:
    pinned = json.loads(programs.PACKAGES.read_text(encoding="utf-8"))["dependencies"]
    assert {name: pinned[package] for name, package in NPM_NAMES.items()} == {
        name: client.version for name, client in CLIENTS.items() if client.origin == "npm"
    }
