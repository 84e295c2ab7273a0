"""Traces in a submitted workbook: what pasting destroyed, what is outside the form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from gouji.findings.finding import Finding, found, one_line, whereabouts
from gouji.form.model import CHECKS, COVER, HIDDEN
from gouji.formats.addresses import Place, PlaceMap, column_of
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.formats.spreadsheet.values import Sheets
from gouji.formats.workbook.layout import EXPLANATION, LENGTH_COLUMN, Layout
from gouji.formats.workbook.structure import at

_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_SHOWN = 3


def traces(
    layout: Layout, package: Package, places: PlaceMap, calculated: Collection[str], locked: Collection[str]
) -> Iterator[Finding]:
    """Yield findings about these traces; ``calculated`` cells hold a formula, ``locked`` ones had no validation."""
    if package.kind.has_xml:
        yield from _lost_validations(package, {ref: places[ref] for ref in layout.form.inputs if ref not in locked})
    yield from _strays(layout, package.sheets, places, package.far)
    yield from _calculated_texts(package.sheets, places, calculated)
    if package.foreign:
        yield found("evidence.foreign", what="、".join(package.foreign))


def _lost_validations(package: Package, inputs: Mapping[str, Place]) -> Iterator[Finding]:
    sheets = {place.sheet for place in inputs.values()}
    covered = {name: _covered(package.validated.get(name, ())) for name in sheets}
    lost = [place.printed for place in inputs.values() if (place.row, place.column) not in covered[place.sheet]]
    if lost and any(package.validated.values()):
        yield found("evidence.validation", cells=tuple(lost), count=len(lost), which=_shortened(lost))
    elif lost:
        # Nobody pastes over every input, text and list of a file: a program has saved it without them.
        yield found("evidence.validation", variant="program", cells=tuple(lost), count=len(lost))


@lru_cache(64)
def _covered(areas: tuple[str, ...]) -> frozenset[tuple[int, int]]:
    """Return the rows and the columns of the cells in areas, which the workbooks of a collection have in common."""
    return frozenset(_cells(areas))


def _cells(areas: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for area in areas:
        match = _AREA.fullmatch(area)
        if match is None:
            continue
        first, top, last, bottom = match.groups()
        rows = range(int(top) - 1, min(int(bottom or top), 10_000))
        columns = range(column_of(first), min(column_of(last or first), 300) + 1)
        yield from ((row, column) for row in rows for column in columns)


def _outside(outline: _Outline, sheets: Sheets) -> Iterator[tuple[Place, Any]]:
    """Yield the values outside the cells of the form."""
    for name, (last_row, last_column) in outline.bounds.items():
        rows = sheets.get(name, ())
        if len(rows) <= last_row + 1 and max(map(len, rows), default=0) <= last_column + 1:
            continue
        for row, values in enumerate(rows):
            first = 0 if row > last_row else last_column + 1
            outside = values[first:]
            if outside.count("") < len(outside):
                yield from (
                    (Place(name, row, column), value) for column, value in enumerate(outside, first) if _holds(value)
                )


def _beside_paragraphs(outline: _Outline, sheets: Sheets) -> Iterator[tuple[Place, str]]:
    """Yield the texts left and right of the paragraphs, where the form has only a paragraph's number or nothing."""
    for name, numbers in outline.paragraphs.items():
        rows = sheets.get(name, ())
        for row in numbers:
            for column in (0, LENGTH_COLUMN):
                value = at(rows, row, column)
                if value != "" and isinstance(value, str) and _holds(value) and not _is_number_of_a_paragraph(value):
                    yield Place(name, row, column), value


def _strays(layout: Layout, sheets: Sheets, places: PlaceMap, far: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a query for texts beside the paragraphs of a sheet of texts, and a note on everything else outside."""
    outline = _as_issued(layout) if places is layout.places else _outline(layout, places)
    texts: dict[str, list[tuple[Place, str]]] = defaultdict(list)
    strays = []
    for place, value in (*_outside(outline, sheets), *_beside_paragraphs(outline, sheets)):
        if place.sheet in outline.paragraphs and isinstance(value, str):
            texts[place.sheet].append((place, value))
        else:
            strays.append(place.printed)
    for name, lost in texts.items():
        cells = tuple(place.printed for place, _ in lost)
        yield found(
            "evidence.text",
            name,
            cells=cells[:_MOST_CELLS],
            where=name,
            which=whereabouts([place.address for place, _ in lost]),
            text=one_line(lost[0][1]),
        )
    strays += [cell for cell in far if cell.rpartition("!")[0] in places.by_sheet]
    if strays:
        strays.sort()
        yield found("evidence.stray", cells=tuple(strays[:_MOST_CELLS]), which=_shortened(strays))


def _calculated_texts(sheets: Sheets, places: PlaceMap, calculated: Collection[str]) -> Iterator[Finding]:
    """Yield a query for the formulas in cells of texts, one a sheet.

    Only the result of a formula is read. Programs such as pandas store a text that begins with "=" as a formula, with 0
    or nothing as its result.
    """
    formulas: dict[str, list[Place]] = defaultdict(list)
    for key in calculated:
        if key.startswith(_TEXTS):
            formulas[places[key].sheet].append(places[key])
    for name, cells in formulas.items():
        cells.sort()
        first = cells[0]
        result = one_line(str(at(sheets[name], first.row, first.column)))
        yield found(
            "evidence.formula",
            name,
            cells=tuple(place.printed for place in cells[:_MOST_CELLS]),
            where=name,
            which=whereabouts([place.address for place in cells]),
            text=result or "（空白）",
        )


_PARAGRAPH = "text."
_TEXTS = (_PARAGRAPH, "people.")
_NUMBER_OF_A_PARAGRAPH = re.compile(r"\s*第[0-9]{1,3}段\s*")
_MOST_CELLS = 50


@lru_cache(1024)
def _is_number_of_a_paragraph(text: str) -> bool:
    return _NUMBER_OF_A_PARAGRAPH.fullmatch(text) is not None


def _holds(value: Any) -> bool:
    return str(value).strip() != ""


@dataclass(frozen=True)
class _Outline:
    """Where a file has the cells of the form."""

    bounds: Mapping[str, tuple[int, int]]
    """The last row and column that the form uses of each sheet."""
    paragraphs: Mapping[str, Sequence[int]]
    """The rows of the paragraphs on each sheet of texts."""


@cache
def _as_issued(layout: Layout) -> _Outline:
    return _outline(layout, layout.places)


def _outline(layout: Layout, places: PlaceMap) -> _Outline:
    sheets = {name: cells for name, cells in places.by_sheet.items() if name != HIDDEN}
    paragraphs = {name: [row for key, row, _ in cells if key.startswith(_PARAGRAPH)] for name, cells in sheets.items()}
    return _Outline(
        {
            name: _bounds(layout, name, max(row for _, row, _ in cells if row < 10**6), places)
            for name, cells in sheets.items()
        },
        {name: rows for name, rows in paragraphs.items() if rows},
    )


def _bounds(layout: Layout, name: str, last_row: int, places: PlaceMap) -> tuple[int, int]:
    """Return the last row and column that a sheet of the form uses; ``last_row`` is the last row with a key."""
    for table in layout.tables:
        if places[f"zero.{table.table.id}"].sheet == name:
            columns = [places[key].column for key in table.grid.numbers]
            return last_row + 2 + len(table.differences), max(*columns, table.grid.columns - 1)
    if name == COVER:
        return 1000, 4
    return last_row, EXPLANATION if name == CHECKS else LENGTH_COLUMN


def _shortened(cells: list[str]) -> str:
    return "、".join(cells[:_SHOWN]) + (f" 等 {len(cells)} 格" if len(cells) > _SHOWN else "")
