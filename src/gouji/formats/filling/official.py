"""Where the figures of the official tables go in somebody else's workbook: found by label, as in a published document.

Blank cells and cells with formulas are places like others. Two tables that ask for the same figures are told apart by
the unit and the year in their titles; where these do not tell, nothing is filled and both are named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gouji.checks.names import names_of_name
from gouji.findings.finding import one_line
from gouji.form.forms import Forms
from gouji.form.labels import normalised
from gouji.form.model import Form
from gouji.formats.filling.asking import Asked, numbered
from gouji.formats.filling.places import Place
from gouji.formats.filling.units_of_money import UNITS_OF_MONEY, factor_between
from gouji.formats.foreign.blocks import Signs, passages_of, signs_of
from gouji.formats.foreign.shown_sheet import ShownSheet
from gouji.formats.published import Paragraph, Passage, found_in
from gouji.formats.published.found import FoundFigures, PrintedFigure
from gouji.formats.published.sections import title_of
from gouji.runtime.errors import GoujiError

_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年")
_OTHER = re.compile("示例|样例|样表|范例|范本|上年|上一年|去年|往年")
"""Words in the name of a table that is not to be filled, where there is another one."""
_NO_LABEL = "没有列名"
_NO_NUMBERS = ("备注", "说明", "序号", "单位", "计量单位", "审核人")
"""Columns of theirs that ask for no number."""
_FEWEST_LABELS = 3
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class Unanswered:
    """A place of theirs that no figure of ours answers."""

    label: str
    cell: str
    """With its sheet, for people."""
    why: str


@dataclass(frozen=True)
class Altered:
    """A label of theirs that is not quite one of the form, and was taken for it."""

    label: str
    taken_for: str
    cell: str


@dataclass(frozen=True)
class OfficialPlaces:
    """The places of the official tables in a workbook."""

    places: tuple[Place, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    altered: tuple[Altered, ...] = ()
    doubts: tuple[str, ...] = ()
    """What the titles say that does not fit the report, for people."""


def places_in_tables(
    sheets: Sequence[ShownSheet], form: Form, units: Collection[str], year: int | None
) -> OfficialPlaces:
    """Return where the figures of a form go; ``units`` are the names of the unit whose report it is.

    Raises GoujiError where two tables ask for the same figures and their titles do not say which is meant.
    """
    signs = signs_of(Forms.of(form))
    seen = [sheet for sheet in sheets if _labels(sheet, signs) >= _FEWEST_LABELS]
    asked = list(numbered(seen, form))
    parts: Sequence[_Part] = [part for each in asked for part in _parts(each, signs)]
    found = _found(parts, form)
    if _twice(found, asked):
        parts = _meant(parts, form, units, year, asked, found)
        found = _found(parts, form)
    return OfficialPlaces(
        places=tuple(_places(found, asked, form)),
        unanswered=tuple(_unanswered(found, asked, form)),
        doubts=tuple(_doubts(parts, found, units, year)),
        altered=tuple(Altered(one_line(label), meant, cell) for label, meant, cell, _ in dict.fromkeys(found.altered)),
    )


def _labels(sheet: ShownSheet, signs: Signs) -> int:
    return len({cell.text for cell in sheet.cells.values() if signs.is_label(cell.text)})


# ---------------------------------------------------------------- which tables are meant


@dataclass
class _Part:
    """What stands below one title, or on one sheet without any."""

    sheet: str
    titles: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    @property
    def years(self) -> set[str]:
        """The years that the titles name."""
        return {year for text in self.titles for year in _YEAR.findall(text)}


def _parts(asked: Asked, signs: Signs) -> Iterator[_Part]:
    part = _Part(asked.sheet.name, [asked.sheet.name])
    has_table = False
    for passage in passages_of(asked.sheet, signs):
        if isinstance(passage, Paragraph):
            is_title = len(passage.text) <= _LONGEST_TITLE and not signs.is_landmark(passage.text)
            if is_title and has_table and (_YEAR.search(passage.text) or title_of(passage.text)):
                yield part
                part, has_table = _Part(asked.sheet.name, []), False
            if is_title:
                part.titles.append(passage.text)
        else:
            has_table = True
        part.passages.append(passage)
    yield part


def _found(parts: Sequence[_Part], form: Form) -> FoundFigures:
    return found_in([passage for part in parts for passage in part.passages], form)


def _twice(found: FoundFigures, asked: Sequence[Asked]) -> list[str]:
    """Return the figures that two cells ask for."""
    addresses = {sheet.sheet.name: sheet.money for sheet in asked}
    return [ref for ref, pair in found.twice.items() if all(_is_asked(each, addresses) for each in pair)]


def _is_asked(entry: PrintedFigure, addresses: Mapping[str, Mapping[str, str]]) -> bool:
    return entry.spot is not None and entry.spot.address in addresses.get(entry.line.place, ())


def _meant(
    parts: Sequence[_Part],
    form: Form,
    units: Collection[str],
    year: int | None,
    asked: Sequence[Asked],
    found: FoundFigures,
) -> Sequence[_Part]:
    """Return the parts without those that are titled for another unit or year."""
    own = [part for part in parts if not any(map(_OTHER.search, part.titles))]
    of_unit = [part for part in own if any(name in normalised(text) for text in part.titles for name in _names(units))]
    of_year = [part for part in of_unit or own if not part.years or str(year) in part.years]
    if of_year and len(of_year) < len(parts) and not _twice(_found(of_year, form), asked):
        return of_year
    first = _twice(found, asked)[0]
    one, other = (entry.cell for entry in found.twice[first])
    table = form.sheet_of(form.cells[first].table)
    raise GoujiError(
        f"有两张“{table}”：{one} 和 {other} 填的是同一格（{form.cells[first].printed}），分不清填哪一张，没有填。"
        "请在要填的一张的表名里写明单位或者年度，或者另存一份，只留要填的一张。"
    )


def _names(units: Collection[str]) -> list[str]:
    """Return the full and the short names of a unit."""
    return [normalised(name) for unit in units if unit for name in names_of_name(unit)]


def _doubts(parts: Sequence[_Part], found: FoundFigures, units: Collection[str], year: int | None) -> Iterator[str]:
    """Yield where the titles of filled tables name another unit or year than the report."""
    used = {entry.line.place for entry in found.printed.values()}
    for part in parts:
        if part.sheet not in used:
            continue
        if year and part.years and str(year) not in part.years:
            yield f"“{part.sheet}”的表名写的是 {'、'.join(sorted(part.years))} 年，填的是 {year} 年的数字。"
        said = [title.unit for text in part.titles if (title := title_of(text)) and title.unit]
        names = _names(units)
        if (
            names
            and said
            and not any(name in normalised(unit) or normalised(unit) in name for unit in said for name in names)
        ):
            yield f"“{part.sheet}”的表名写的是{said[0]}，填的是{next(iter(units))}的数字。"


# ---------------------------------------------------------------- places


def _places(found: FoundFigures, asked: Sequence[Asked], form: Form) -> Iterator[Place]:
    sheets = {sheet.sheet.name: sheet for sheet in asked}
    addresses = {name: sheet.money for name, sheet in sheets.items()}
    for ref, entry in found.printed.items():
        if not _is_asked(entry, addresses):
            continue
        assert entry.spot
        factor = _factor(ref, entry, sheets[entry.line.place], form)
        if factor:
            yield Place(entry.line.place, entry.spot.address, ref, factor=factor)


def _factor(ref: str, entry: PrintedFigure, sheet: Asked, form: Form) -> int | None:
    """Return by what a figure is multiplied; None where the sheet does not say in which unit it asks for it."""
    column = form.cells[ref].column
    if column.kind != "money" or column.unit not in UNITS_OF_MONEY:
        return 1
    assert entry.spot
    theirs = sheet.money[entry.spot.address]
    if not theirs:
        return 1 if sheet.noted <= {column.unit} else None
    return factor_between(column.unit, theirs)


def _unanswered(found: FoundFigures, asked: Sequence[Asked], form: Form) -> Iterator[Unanswered]:
    sheets = {sheet.sheet.name: sheet for sheet in asked}
    addresses = {name: sheet.money for name, sheet in sheets.items()}
    for label, cell in dict.fromkeys(found.extra):
        if normalised(label) and not label.startswith(_NO_LABEL) and normalised(label) not in _NO_NUMBERS:
            yield Unanswered(one_line(label), cell, "报告里没有这一项")
    for ref, entry in found.printed.items():
        if _is_asked(entry, addresses) and not _factor(ref, entry, sheets[entry.line.place], form):
            theirs = "、".join(sorted(sheets[entry.line.place].noted)) or sheets[entry.line.place].money.get(
                entry.spot.address if entry.spot else "", ""
            )
            yield Unanswered(
                form.cells[ref].printed, entry.cell, f"报告里的单位是{form.cells[ref].column.unit}，表里写的是{theirs}"
            )
    for ref, entry in found.unclear.items():
        if _is_asked(entry, addresses) and ref not in found.printed:
            yield Unanswered(form.cells[ref].printed, entry.cell, "分不清数字填在哪一格")
    for columns in found.substitutes.values():
        entry = next(iter(columns.values()))[0]
        yield Unanswered("", entry.cell, "这几行是另一版格式的，报告里没有这样分")
    for stop in found.stopped:
        if stop.refs:
            yield Unanswered(
                stop.block or form.sheet_of(stop.table), stop.cells[0], f"列名不全或者对不上（{stop.which}）"
            )
