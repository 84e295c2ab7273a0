"""Issuing many workbooks gives the same bytes as one by one, and draws only once what they have in common."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import reports
from hypothesis import given, settings
from hypothesis import strategies as st

import gouji
from gouji.form.editions import load_form
from gouji.form.levels import LEVELS
from gouji.form.values import Number
from gouji.formats.workbook import issuing
from gouji.formats.workbook.issuing import Issuer
from gouji.formats.workbook.reader import read_workbook
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit, make_report

KEY = b"the office's key"
every_edition = pytest.mark.parametrize("edition", reports.EDITIONS)
signed_or_not = pytest.mark.parametrize("key", [KEY, None], ids=["signed", "not signed"])


def carried_over(edition: str) -> list[str]:
    return [ref for ref in load_form(edition).inputs if ref.startswith("requests.carried_in.")]


def form_for(edition: str, unit: Unit, *carried: Number | None) -> Report:
    """Return the blank form of a unit, with the requests carried over from last year."""
    figures = dict(zip(carried_over(edition), carried, strict=False))
    return make_report(edition=edition, year=reports.YEAR[edition], unit=unit, figures=figures)


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets an entry for each workbook that is drawn."""
    drawn: list[str] = []
    draw = issuing.drawn

    def counting(report: Report, *others: Any) -> bytes:
        drawn.append(report.edition)
        return draw(report, *others)

    monkeypatch.setattr(issuing, "drawn", counting)
    return drawn


# ---------------------------------------------------------------- the same bytes


@every_edition
@signed_or_not
def test_the_issuer_writes_the_same_form_as_the_writer_alone(edition: str, key: bytes | None) -> None:
    issuer = Issuer(key)
    for unit in (reports.UNIT, Unit("柳塘乡人民政府", "410411202", "township"), Unit("发展和改革委员会", "", "county")):
        report = form_for(edition, unit, 2, 0, 0, 0, 0, 1)
        locked = carried_over(edition)
        assert issuer.workbook(report, locked=locked) == workbook_bytes(report, locked=locked, key=key)


_odd = st.text(st.sampled_from("镇乡&<>\"'_x0041 \ue000\ue002\u3000\t\n𠮷"), max_size=12)
_elsewhere = st.sampled_from(
    ["township", "填报人", "unit.name", "version", "1", "2025", "2021", "第1段", "=1+1", "<r>镇</r>", "&amp;", "是"]
)
_said = st.sampled_from(["", "青石镇人民政府", "410411201", "县<统计局>&“信访局”"]) | _odd | _elsewhere
_units = st.builds(Unit, _said, _said, st.sampled_from(["", *LEVELS]))
_carried = st.none() | st.sampled_from([0, 0, 1, 17, -1, 10**12, Decimal("1"), Decimal("0.5")])


@cache
def issuer_of(key: bytes | None) -> Issuer:
    """Return one issuer for all examples, so that its patterns come from other units."""
    return Issuer(key)


@settings(max_examples=12)
@given(
    st.sampled_from(reports.EDITIONS),
    st.lists(_units, min_size=1, max_size=3),
    st.just([0] * 6) | st.lists(_carried, min_size=6, max_size=6),
    st.sampled_from([None, 2019, 2025]),
    st.sampled_from([KEY, None]),
    st.booleans(),
)
def test_the_issuer_writes_the_same_form_for_any_unit(
    edition: str, units: list[Unit], carried: list[Number | None], year: int | None, key: bytes | None, lock: bool
) -> None:
    figures = dict(zip(carried_over(edition), carried, strict=True))
    locked = [ref for ref, value in figures.items() if value is not None] if lock else []
    for unit in units:
        report = make_report(edition=edition, year=year, unit=unit, figures=figures)
        assert issuer_of(key).workbook(report, locked=locked) == workbook_bytes(report, locked=locked, key=key)


@pytest.mark.parametrize(
    "name, code",
    [
        ("填报人", "1"),
        ("青石镇", "青石镇"),
        ("township", "2025"),
        ("没有签发", ""),
        ("政府信息公开工作年度报告填报表", "是"),
    ],
)
@signed_or_not
def test_a_name_that_is_also_a_text_of_the_form_is_written_correctly(name: str, code: str, key: bytes | None) -> None:
    """A workbook stores equal texts once and refers to them by number, so all later numbers change."""
    issuer = Issuer(key)
    for unit in (reports.UNIT, Unit(name, code, "township")):
        report = form_for("2021", unit)
        assert issuer.workbook(report) == workbook_bytes(report, key=key)


@pytest.mark.parametrize("name", ["<r>镇</r>", "镇_x0041_", " 镇", "镇\u00a0", "\ue000", "\ue001镇", "字" * 255])
def test_a_name_that_needs_special_writing_is_written_correctly(name: str) -> None:
    issuer = Issuer(KEY)
    for unit in (reports.UNIT, Unit(name, "1")):
        report = form_for("2021", unit)
        assert issuer.workbook(report) == workbook_bytes(report, key=KEY)


@every_edition
def test_a_report_with_more_than_a_blank_form_is_written_completely(edition: str) -> None:
    issuer = Issuer(KEY)
    for report in (form_for(edition, reports.UNIT), reports.right(edition), reports.at_random(edition, 3)):
        assert issuer.workbook(report) == workbook_bytes(report, key=KEY)


@every_edition
def test_the_form_from_the_issuer_is_read_and_its_signature_verified(edition: str) -> None:
    issuer = Issuer(KEY)
    for number in range(3):
        report = form_for(edition, Unit(f"第{number}镇人民政府", f"41041120{number}", "township"), 3)
        reading = read_workbook(issuer.workbook(report, locked=carried_over(edition)[:1]), key=KEY)
        assert reading.report == report
        assert reading.findings == ()


def test_the_issuer_refuses_a_number_that_no_spreadsheet_keeps() -> None:
    with pytest.raises(gouji.GoujiError, match="超过 15 位有效数字"):
        Issuer().workbook(form_for("2021", reports.UNIT, 1234567890123456))


# ---------------------------------------------------------------- drawn once


def issue(issuer: Issuer, carried: Iterable[int]) -> None:
    for number, locked in enumerate(carried):
        issuer.workbook(form_for("2021", Unit(f"第{number}镇人民政府", f"4104{number}", "township"), locked))


def test_the_forms_of_units_with_equal_figures_are_drawn_once(drawings: list[str]) -> None:
    issue(Issuer(KEY), [0, 0, 0, 2, 0, 2])
    assert len(drawings) == 2


def test_units_with_and_without_a_code_are_drawn_separately(drawings: list[str]) -> None:
    issuer = Issuer(KEY)
    for code in ("1001", "", "1002", ""):
        issuer.workbook(form_for("2021", Unit(f"镇{code}", code, "township")))
    assert len(drawings) == 2


def test_the_least_recently_used_pattern_is_dropped(drawings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "_KEPT", 2)
    issue(Issuer(KEY), [0, 1, 0, 2, 0])
    assert len(drawings) == 3
    issue(Issuer(KEY), [0, 1, 2, 0])
    assert len(drawings) == 7
