"""A superior's table, filled in a copy: which figure goes where, what was written, and what found no place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from gouji.checks import check
from gouji.checks.figures import place_of
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.filling.list_headers import AND
from gouji.formats.filling.lists import ListPlaces, places_in_lists
from gouji.formats.filling.mapping import mapping_text, read_mapping
from gouji.formats.filling.official import OfficialPlaces, places_in_tables
from gouji.formats.filling.places import Place
from gouji.formats.filling.refusing import refuse_other_files, told_to_the_officer
from gouji.formats.filling.writing import Outcome, Wanted, Written, write
from gouji.formats.foreign.shown_sheet import shown_sheets
from gouji.formats.spreadsheet.safe_copy import inspect
from gouji.report.model import Report
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import write_aside

_SHOWN = 5
"""What a message names of each kind that stands in the way."""


@dataclass(frozen=True)
class Source:
    """The figures that go into somebody's table."""

    called: str
    """How messages call the report."""
    report: Report
    """Fills the official tables and, in a list, the row of all units."""
    units: Mapping[str, Report] = field(default_factory=dict)
    """Full name → the report that fills the unit's row in a list."""
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Full name → the short names of each unit whose row is looked for, whether there is a report of it or not."""
    remarks: tuple[str, ...] = ()
    """What is to be told before anything is filled."""

    @property
    def form(self) -> Form:
        """The form that the report answers."""
        return self.report.form


@dataclass(frozen=True)
class NoPlace:
    """Figures of one row of the form that the table has no place for."""

    table: str
    """The name of the table, for people."""
    rows: tuple[str, ...]
    """The rows with missing places; empty if the whole table was not found."""
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Filled:
    """What became of somebody's table."""

    source: Source
    written: Written
    sha256: str
    """Of the file that was filled in a copy."""
    blank: tuple[Place, ...] = ()
    """Places whose figure the report has left blank."""
    absent: tuple[str, ...] = ()
    """Units with a row in a list and without a report."""
    official: OfficialPlaces = field(default_factory=OfficialPlaces)
    lists: ListPlaces = field(default_factory=ListPlaces)
    no_place: tuple[NoPlace, ...] = ()
    hidden: tuple[str, ...] = ()
    """The rows, columns and sheets that hold something and are hidden, for people."""

    def of(self, *what: str) -> list[Outcome]:
        """Return the figures of which this became."""
        return [outcome for outcome in self.written.outcomes if outcome.what in what]

    @property
    def differing(self) -> list[Outcome]:
        """The formulas of theirs that give another number than the report, with all that they add up filled in."""
        return [outcome for outcome in self.of("formula") if not outcome.agrees and not outcome.follows]

    def name_of(self, place: Place) -> str:
        """Return what a place asks for, for people."""
        form = self.source.form
        where = place_of(form, place.ref)
        plus = "".join(f"＋{place_of(form, ref)['cell']}" for ref in place.plus)
        return f"{place.unit}{where['where']}{where['cell']}{plus}"

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return {
            "sha256": self.sha256,
            "from": self.source.called,
            "unit": self.source.report.unit.name,
            "year": self.source.report.year,
            "edition": self.source.report.edition,
            "remarks": list(self.source.remarks),
            "cells": [_outcome_json(outcome) for outcome in self.written.outcomes],
            "blank": [_place_json(place) for place in self.blank],
            "without_report": list(self.absent),
            "no_place": [{"table": each.table, "refs": list(each.refs)} for each in self.no_place],
            "unanswered": [
                *({"cell": each.cell, "label": each.label, "why": each.why} for each in self.official.unanswered),
                *(
                    {"cell": f"{each.sheet}!{each.cell}" if each.cell else "", "label": each.what, "why": each.why}
                    for each in self.lists.unplaced
                ),
            ],
            "columns": [
                {"cell": f"{each.sheet}!{each.cell}", "label": each.path, "ref": each.ref, "factor": each.factor}
                for each in self.lists.matched
            ],
            "doubts": list(self.official.doubts),
            "altered": [
                {"cell": each.cell, "label": each.label, "taken_for": each.taken_for} for each in self.official.altered
            ],
            "hidden": list(self.hidden),
            "calculated": self.written.calculated,
            "not_calculated": list(self.written.left),
        }


def _place_json(place: Place) -> dict[str, Any]:
    ref = AND.join(place.refs)
    return {"cell": f"{place.sheet}!{place.cell}", "ref": ref, "unit": place.unit or None, "factor": place.factor}


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    differs = outcome.what == "formula" and not outcome.agrees
    return {
        **_place_json(outcome.place),
        "value": outcome.value,
        "outcome": "differs" if differs else outcome.what,
        "stood": outcome.stood or None,
        "shown": outcome.shown,
    }


def source_of(path: Path, *, accept_repairs: bool = False, forms: Forms = OFFICIAL) -> Source:
    """Return the figures of one report in any medium, with what its checks find.

    Raises GoujiError where it cannot be read.
    """
    from gouji.formats.read import read_file

    reading = read_file(path, accept_repairs=accept_repairs, forms=forms)
    findings = [finding for finding in check(reading) if finding.echo_of is None]
    counts = {
        word: sum(finding.severity == severity for finding in findings)
        for severity, word in (("error", "必须改正"), ("query", "请核实并说明"))
    }
    told = "，".join(f"{word}的 {count} 处" for word, count in counts.items() if count)
    remarks = (f"这份报告有{told}，用 gouji check 看是哪些。",) if told else ()
    report = reading.report
    named = {report.unit.name: report} if report.unit.name else {}
    return Source(f"“{path.name}”", report, named, dict.fromkeys(named, ()), remarks)


def fill(theirs: Path, target: Path, source: Source, *, mapping: Path | None = None, overwrite: bool = False) -> Filled:
    """Fill a copy of somebody's .xlsx with the figures of a report; the file itself is not changed.

    ``mapping`` is the officer's file on the columns of lists: read if it is there, written with what was found if it is
    not. With ``overwrite``, other entries are replaced; formulas never are.
    Raises GoujiError where the file is no such workbook, no cell asks for a figure, or the copy cannot be written.
    """
    file = open_file(theirs)
    refuse_other_files(file.data, theirs.name)
    with told_to_the_officer(theirs.name):
        package = inspect(file.data)
        sheets = list(shown_sheets(package))
    form, report = source.form, source.report
    answers = _answers(mapping, form)
    area = [name for name in _names(report) if name not in source.names]
    lists = places_in_lists(sheets, form, source.names, answers, area=area, year=report.year)
    of_lists = {place.sheet for place in lists.places} | {each.sheet for each in lists.matched}
    others = [sheet for sheet in sheets if sheet.name not in of_lists]
    with told_to_the_officer(theirs.name):
        official = places_in_tables(others, form, _names(report), report.year)
    places = [*official.places, *lists.places]
    if mapping and not mapping.exists() and (lists.matched or any(each.is_column for each in lists.unplaced)):
        _write_mapping(mapping, lists, form)
    hidden = [name for sheet in sheets for name in sheet.unseen]
    if not places:
        raise GoujiError(_nothing(theirs, official, lists, hidden))
    wanted, blank, absent = _wanted(places, source)
    with told_to_the_officer(theirs.name):
        written = write(file.data, package, wanted, overwrite=overwrite, without=blank)
    write_aside(target, written.data)
    return Filled(
        source=source,
        written=written,
        sha256=hashlib.sha256(file.data).hexdigest(),
        blank=tuple(blank),
        absent=tuple(absent),
        official=official,
        lists=lists,
        no_place=tuple(_no_place(official, report)),
        hidden=tuple(hidden),
    )


def _names(report: Report) -> list[str]:
    return [report.unit.name] if report.unit.name else []


def _wanted(places: Sequence[Place], source: Source) -> tuple[list[Wanted], list[Place], list[str]]:
    """Return the figures for places, the places without a figure, and the units without a report."""
    wanted: list[Wanted] = []
    blank: list[Place] = []
    absent: dict[str, None] = {}
    for place in places:
        report = source.units.get(place.unit) if place.unit else source.report
        if report is None:
            absent[place.unit] = None
            continue
        figures = [figure for ref in place.refs if (figure := report.figures.get(ref)) is not None]
        if len(figures) < len(place.refs):
            blank.append(place)
        else:
            wanted.append(Wanted(place, _multiplied(sum(figures), place.factor)))
    return wanted, blank, list(absent)


def _multiplied(figure: Number, factor: int) -> Number:
    value = figure * factor
    return int(value) if value == int(value) else Decimal(value).normalize()


def _no_place(official: OfficialPlaces, report: Report) -> Iterator[NoPlace]:
    """Yield the figures that a table of theirs has no place for; of a table that is not there, all in one."""
    placed = {place.ref for place in official.places}
    if not placed:
        return
    for table in report.form.official_tables:
        lacking = [ref for ref in table.cells if ref not in placed and report.figures.get(ref) is not None]
        if not lacking:
            continue
        rows = dict.fromkeys(table.cells[ref].row.printed for ref in lacking)
        whole = not any(ref in placed for ref in table.cells)
        yield NoPlace(report.form.sheet_of(table.id), () if whole else tuple(rows), tuple(lacking))


def _nothing(theirs: Path, official: OfficialPlaces, lists: ListPlaces, hidden: Sequence[str]) -> str:
    """Return why nothing was filled, with what stands in the way."""
    lines = [f"“{theirs.name}”里没有找到能填的格，没有写出文件。"]
    if hidden:
        lines.append(f"隐藏着的：{'、'.join(hidden[:_SHOWN])}。隐藏的行、列和工作表不填，请先取消隐藏。")
    lines += [f"{each.cell}“{each.label}”：{each.why}。" for each in official.unanswered[:_SHOWN]]
    lines += [each.message for each in lists.unplaced[:_SHOWN]]
    return "\n".join(lines)


# ---------------------------------------------------------------- the officer's file on columns


def _answers(mapping: Path | None, form: Form) -> Mapping[str, str]:
    if mapping is None or not mapping.exists():
        return {}
    return read_mapping(open_file(mapping).data, form, mapping.name)


def _write_mapping(mapping: Path, lists: ListPlaces, form: Form) -> None:
    write_aside(mapping, mapping_text(lists, form).encode("utf-8-sig"))
