"""Offices that collect JSON files in this process, which is fast, for tests of the totals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import county
import plain_sums
import reports
from county import County, member

from gouji.collection.intake.collect import collect
from gouji.collection.workspace.roster import Member
from gouji.form.editions import load_form
from gouji.form.values import Number
from gouji.report.model import Report, make_report, to_json

FORM = load_form("2021")
OFFICE = member(99, name=county.OFFICE, short=("县政府办",), level="county")
TOWNS = [member(number) for number in range(1, 4)]


def at_once(function: Any, items: Sequence[Any]) -> Any:
    """Do an executor's work at once, in this process."""
    return (function(item) for item in items)


def office_with(folder: Path, units: Sequence[Member], sent: Mapping[Member, Report]) -> County:
    """Return an office that has collected these reports."""
    office = County(folder / "年报", units)
    for unit, report in sent.items():
        send(office, unit, report)
    take_in(office)
    return office


def send(office: County, unit: Member, report: Report) -> None:
    """Put a report of a unit into 回收."""
    own = make_report(
        edition=report.edition,
        year=report.year,
        unit=county.unit_of(unit),
        figures=report.figures,
        texts=report.texts,
        unread=report.unread,
        explanations=report.explanations,
    )
    (office.folder / "回收" / f"{unit.code}.json").write_bytes(to_json(own))


def take_in(office: County) -> None:
    """Collect the files in 回收."""
    assert not collect(office.workspace, executor=at_once).problems


def summed(office: County, *more: object, fails: int = 0) -> dict[str, Any]:
    """Return what ``gouji summary --json`` prints."""
    document: dict[str, Any] = json.loads(office.run("summary", "--json", *more, fails=fails))
    return document


def findings(document: Mapping[str, Any]) -> list[str]:
    return [finding["id"] for finding in document["findings"]]


def right(seed: int) -> Report:
    return reports.right("2021", seed)


def sum_of(*given: Report) -> Report:
    """Return a report with the totals of other reports, and its own texts."""
    figures = plain_sums.added([report.figures for report in given], FORM.cells)
    return reports.changed(right(1), figures=figures)


def without_totals(report: Report, **figures: Number | None) -> Report:
    """Return a report with other figures and its old totals, as media other than ours can hold it."""
    named = {name.replace("__", "."): value for name, value in figures.items()}
    kept = {ref: value for ref, value in {**report.figures, **named}.items() if value is not None}
    return make_report(edition=report.edition, year=report.year, unit=report.unit, figures=kept, texts=report.texts)
