"""Invented reports in many styles, all of them correct: none has a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import plain_sums
import pytest

from gouji.checks import check
from gouji.form.editions import load_form
from gouji.report.model import Report, from_json, make_report

WHOLE = sorted(Path(__file__).parents[1].joinpath("whole").glob("*.json"))


def whole(path: Path) -> Report:
    """Read a report from a file that leaves out zeros and totals."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    form = load_form(document["edition"])
    figures = {ref: document["figures"].get(ref, 0) for ref in form.inputs}
    figures = plain_sums.with_totals(form.edition, figures)
    zero = document.get("zero", [])
    document["figures"] = {ref: figures[ref] for ref in form.cells if ref.partition(".")[0] not in zero}
    return from_json(json.dumps(document).encode())


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_correct_report_has_no_findings(path: Path) -> None:
    assert [(finding.id, finding.message) for finding in check(whole(path))] == []


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_a_correct_report_has_no_findings_beside_the_names_of_all_others(path: Path) -> None:
    others = [whole(other).unit.name for other in WHOLE if other != path]
    assert check(whole(path), others=others) == ()


def test_there_are_reports_of_both_editions_and_of_most_levels() -> None:
    reports = [whole(path) for path in WHOLE]
    assert {report.edition for report in reports} == {"2019", "2021"}
    assert {report.unit.level for report in reports} >= {"township", "county_department", "county", "city"}


@pytest.mark.parametrize(
    "name, ref",
    [
        ("street", "disclosure.normative.in_force"),
        ("street", "requests.new.natural"),
        ("street", "requests.granted.natural"),
        ("bureau", "disclosure.licensing.decisions"),
        ("bureau", "disclosure.fees.amount"),
        ("bureau", "requests.new.business"),
        ("bureau", "requests.carried_out.natural"),
        ("bureau", "disputes.reconsideration.upheld"),
        ("zero", "disclosure.normative.made"),
        ("zero", "disputes.reconsideration.pending"),
        ("bureau", "requests.carried_in.natural"),
        ("bureau", "processing.fee.received"),
        ("trial_form", "requests.granted.natural"),
    ],
)
def test_a_changed_figure_disagrees_with_the_text(name: str, ref: str) -> None:
    report = whole(next(path for path in WHOLE if path.stem == name))
    form = report.form
    inputs = {key: report.figures.get(key, 0) for key in form.inputs}
    inputs[ref] += 7
    figures = plain_sums.with_totals(form.edition, inputs)
    changed = make_report(
        edition=report.edition, year=report.year, unit=report.unit, texts=report.texts, figures=figures
    )
    assert [finding.rule for finding in check(changed) if finding.rule.startswith("narrative")]
