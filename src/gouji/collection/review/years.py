"""One unit over the years: its key figures, how far it came, when it handed in.

A workspace knows last year's reports (上年). Where the workspaces of earlier years stand beside it, as they do for an
office that begins each year from the last one, they tell the rest.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.course import PUNCTUAL_WORDS, HandedIn, all_recorded, handed_in
from gouji.collection.review.in_force import STATE_WORDS, UnitProgress
from gouji.collection.review.status import status_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import LAST_YEAR, SETTINGS
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import plain
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.report.model import Report, figures_of
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import columns_of
from gouji.runtime.times import local_minute

_NONE = "-"
_MOST_BESIDE = 1000
"""Entries of the folder around the workspace that are looked at."""


class YearOfUnit(msgspec.Struct, frozen=True):
    """A unit in one year; a unit that continues others has several in the years before."""

    year: int
    code: str
    name: str
    figures: Mapping[str, Number | None] = {}
    """Those of the report that counts, by Ref."""
    handed_in: HandedIn | None = None
    """None where there is no workspace of the year, only a report in 上年."""
    files: int = 0
    """The files that it sent in."""
    all_recorded: bool = True
    """Whether all that went back to it is known; a workspace of an older program does not know its beginning."""

    @property
    def sent_back(self) -> int | None:
        """How many of its files went back to be corrected; None where that is not known."""
        known = self.handed_in and (self.all_recorded or self.handed_in.sent_back)
        return self.handed_in.sent_back if self.handed_in and known else None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, without the figures."""
        how = self.handed_in
        return {
            "year": self.year,
            "code": self.code,
            "name": self.name,
            "state": how.state if how else None,
            "state_word": STATE_WORDS[how.state] if how else None,
            "punctual": how.punctual if how else None,
            "first": local_minute(how.first.moment) if how and how.first else None,
            "first_by_mail": how.first.received if how and how.first else None,
            "accepted": local_minute(how.accepted.moment) if how and how.accepted else None,
            "files": self.files if how else None,
            "sent_back": self.sent_back,
        }


class YearsOfUnit(msgspec.Struct, frozen=True):
    """A unit over the years, the earliest first."""

    member: Member
    form: Form
    years: tuple[YearOfUnit, ...]
    remarks: tuple[str, ...] = ()
    """What could not be read of the years before, in sentences."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, with the figures that the form calls key figures."""
        years = [
            {**one.as_json(), "figures": {ref: one.figures.get(ref) for ref in self.form.key_figures}}
            for one in self.years
        ]
        return {"code": self.member.code, "name": self.member.name, "years": years, "remarks": list(self.remarks)}


def years_of(workspace: Workspace, unit: str, today: datetime.date) -> YearsOfUnit:
    """Return a unit over the years, through 撤并.

    Raises GoujiError where it is not clear which unit is meant, or where this year's workspace cannot be read.
    """
    member = workspace.roster.find(unit)
    former, remarks = _former(workspace)
    rows: list[YearOfUnit] = []
    year, codes, reports = workspace.settings.year, [member.code], dict[str, Report]()
    here: Workspace | None = workspace
    while here:
        try:
            rows += _told_by(here, codes, reports, today)
            reports = {}
            codes, reports = _before(here, codes)
        except GoujiError as error:
            if here is workspace:
                raise
            remarks.append(f"“{here.folder.name}”读不出来：{error}")
            break
        year -= 1
        here = former.get(year)
    rows += [YearOfUnit(year, code, report.unit.name, report.figures) for code, report in reports.items()]
    return YearsOfUnit(member, workspace.settings.form, tuple(sorted(rows, key=_order)), tuple(remarks))


def _order(row: YearOfUnit) -> tuple[int, str]:
    return row.year, row.code


def _former(workspace: Workspace) -> tuple[dict[int, Workspace], list[str]]:
    """Return the workspaces of the same office that stand beside one, by year; of several, the last one used."""
    found: dict[int, list[tuple[str, Workspace]]] = {}
    remarks = []
    for other in _beside(workspace):
        try:
            with other.ledger() as ledger:
                found.setdefault(other.settings.year, []).append((ledger.last_change(), other))
        except GoujiError as error:
            remarks.append(f"“{other.folder.name}”读不出来：{error}")
    former = {}
    for year, several in sorted(found.items()):
        _, former[year] = max(several, key=lambda one: one[0])
        if len(several) > 1:
            used = former[year].folder.name
            remarks.append(f"{year} 年度的工作文件夹有 {len(several)} 个，用的是最后收表、改动的“{used}”。")
    return former, remarks


def _beside(workspace: Workspace) -> Iterator[Workspace]:
    """Yield the workspaces of earlier years and the same office that stand beside one."""
    mine, own = workspace.settings, workspace.folder.resolve()
    for folder in sorted(own.parent.iterdir())[:_MOST_BESIDE]:
        if folder.name != own.name and (folder / SETTINGS).is_file():
            other = Workspace(folder)
            with suppress(GoujiError):  # another office's, whose settings are wrong, is no matter of ours
                if mine.office and other.settings.office == mine.office and other.settings.year < mine.year:
                    yield other


def _told_by(
    workspace: Workspace, codes: Sequence[str], reports: Mapping[str, Report], today: datetime.date
) -> list[YearOfUnit]:
    """Return what a workspace tells of the units with these codes; ``reports`` are what the year after it kept."""
    year, rows = workspace.settings.year, []
    status = status_of(workspace, today)
    units = {unit.member.code: unit for unit in status.progress.units}
    with workspace.ledger() as ledger:
        how, is_known = {one.member.code: one for one in handed_in(ledger, status)}, all_recorded(ledger)
        for code in codes:
            unit, kept = units.get(code), reports.get(code)
            figures = _figures(ledger, unit) or (kept.figures if kept else {})
            if unit:
                files, name = len(unit.submissions), unit.member.name
                rows.append(YearOfUnit(year, code, name, figures, how[code], files, is_known))
            elif kept:
                rows.append(YearOfUnit(year, code, kept.unit.name, figures))
    return rows


def _figures(ledger: Ledger, unit: UnitProgress | None) -> Mapping[str, Number | None]:
    report = ledger.report(unit.in_force.sha256) if unit and unit.in_force else None
    return figures_of(report).figures if report else {}


def _before(workspace: Workspace, codes: Sequence[str]) -> tuple[list[str], dict[str, Report]]:
    """Return the codes that some units had the year before, and the reports of that year under them."""
    roster = workspace.roster
    members = [roster.member(code) for code in codes]
    pairs = zip(codes, members, strict=True)
    before = dict.fromkeys(old for code, one in pairs for old in (roster.sources(one) if one else (code,)))
    kept = LastYear(workspace.folder / LAST_YEAR, workspace.settings.forms)
    return list(before), {code: report for code in before if (report := kept.report(code))}


# ---------------------------------------------------------------- for the screen


def years_lines(years: YearsOfUnit) -> Iterator[str]:
    """Yield a table with a column for each year."""
    if not years.years:
        yield f"{years.member.name}（{years.member.code}）：今年不用报，往年的也没有找到。"
        yield from (f"  {remark}" for remark in years.remarks)
        return
    span = "—".join(dict.fromkeys(str(one.year) for one in (years.years[0], years.years[-1])))
    yield f"{years.member.name}（{years.member.code}），{span} 年度："
    table = years_table(years)
    widths = [max(map(columns_of, column)) for column in zip(*table, strict=True)]
    for label, *values in table:
        texts = (" " * (width - columns_of(text)) + text for text, width in zip(values, widths[1:], strict=True))
        yield f"  {label}{' ' * (widths[0] - columns_of(label))}  {'  '.join(texts)}".rstrip()
    yield from (f"  {remark}" for remark in remarks_on(years))


def years_table(years: YearsOfUnit) -> list[list[str]]:
    """Return a table with a column for each year: the heads, how it handed in, then the key figures."""
    cells = years.form.cells
    return [
        ["", *(_head(one, years.member) for one in years.years)],
        *([title, *(say(one) or _NONE for one in years.years)] for title, say in _LINES),
        *(
            [cells[ref].titled, *(plain(one.figures.get(ref)) or _NONE for one in years.years)]
            for ref in years.form.key_figures
        ),
    ]


def remarks_on(years: YearsOfUnit) -> Iterator[str]:
    """Yield what is to be known of that table."""
    if any(one.handed_in and one.handed_in.first and not one.handed_in.first.received for one in years.years):
        yield "第一次报送的时间是邮箱收到的；不是邮箱收到的，是收表的时间，报送不晚于它。"
    if any(one.handed_in is None for one in years.years):
        yield f"没有状态的年度，旁边没有那一年的工作文件夹，数字取自“{LAST_YEAR}”里的报告。"
    yield from years.remarks


def _head(one: YearOfUnit, member: Member) -> str:
    return f"{one.year}" if one.name == member.name else f"{one.year} {one.name}"


def _first(one: YearOfUnit) -> str:
    return local_minute(one.handed_in.first.moment) if one.handed_in and one.handed_in.first else ""


_LINES: tuple[tuple[str, Callable[[YearOfUnit], str]], ...] = (
    ("状态", lambda one: STATE_WORDS[one.handed_in.state] if one.handed_in else ""),
    ("第一次报送", _first),
    ("按时与否", lambda one: PUNCTUAL_WORDS[one.handed_in.punctual] if one.handed_in else ""),
    ("报来的份数", lambda one: str(one.files) if one.handed_in else ""),
    ("退回次数", lambda one: "" if one.sent_back is None else str(one.sent_back)),
)
