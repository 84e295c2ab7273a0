"""Find the cells of a submitted workbook: at their issued places or, where those moved, by their labels.

A shifted number is never taken for another one. Where labels have moved, a sheet is read by its labels if each of them
occurs exactly once; otherwise it is refused, naming the first label that does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from gouji.findings.finding import Finding, found
from gouji.findings.rules import SUBJECTS
from gouji.form.labels import normalised, same
from gouji.form.model import CHECKS, COVER, HIDDEN, Block
from gouji.form.values import YES
from gouji.formats.addresses import Place, PlaceMap
from gouji.formats.spreadsheet.values import Rows, Sheets
from gouji.formats.workbook.layout import (
    EXPLANATION,
    FIELD_LABELS,
    TOP,
    ZERO_LABEL,
    Layout,
    TableSheet,
    TextSheet,
    number_label,
)
from gouji.formats.workbook.versions import TEXT_COLUMN
from gouji.runtime.errors import DocumentError

_NO_ROW = 10**6
"""A row below every sheet: cells placed there are blank."""

_LONGEST_LABEL, _LAST_LABEL_COLUMN = 200, 256
"""Longer texts, and texts further to the right, are not labels."""

Spots = dict[str, tuple[int, int]]
"""The row and the column of each key on one sheet."""


@dataclass(frozen=True)
class Located:
    """The place of each key of the layout in a file, and the findings about its structure."""

    places: PlaceMap
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Landmark:
    """A fixed text of the form and its place in the issued form."""

    row: int
    column: int
    text: str


class Lost(Exception):  # noqa: N818 - it is raised and caught in this module only
    """A label is not at its issued place and cannot be found with certainty."""

    def __init__(self, landmark: Landmark, why: str) -> None:
        super().__init__(why)
        self.landmark, self.why = landmark, why


def locate(layout: Layout, sheets: Sheets) -> Located:
    """Find every key of the layout.

    Raises DocumentError, which names the first label that differs from the form.
    """
    places: dict[str, Place] = {}
    findings: list[Finding] = []
    for name in layout.sheets:
        if name == HIDDEN:
            continue
        actual = name if name in sheets else _renamed(layout, name, sheets)
        if actual != name:
            findings.append(found("structure.renamed", name, cells=(f"{actual}!A1",), name=name, actual=actual))
        if not _in_place(layout, name, sheets[actual]):
            places.update(_moved(layout, name, actual, sheets[actual]))
            findings.append(found("structure.moved", name, cells=(f"{actual}!A1",), where=actual))
        elif actual != name:
            places.update(_as_issued(layout, name, actual))
    extra = [name for name in sheets if name not in layout.sheets]
    extra = [name for name in extra if not any(place.sheet == name for place in places.values())]
    if extra:
        findings.append(found("structure.extra", names="、".join(f"“{name}”" for name in extra)))
    return Located(PlaceMap({**layout.places, **places}) if places else layout.places, tuple(findings))


@cache
def landmarks(layout: Layout, name: str) -> list[Landmark]:
    """Return the fixed texts by which a sheet is recognised."""
    for table in layout.tables:
        if table.section.sheet == name:
            marks = [Landmark(TOP + label.row, label.column, label.text) for label in table.grid.labels]
            return [*marks, Landmark(TOP - 1, 0, ZERO_LABEL)]
    for text in layout.texts:
        if text.section.sheet == name:
            return [Landmark(layout.version.heading_row, 0, text.section.heading), *_text_landmarks(layout, text)]
    if name == COVER:
        return [Landmark(row, column - 1, FIELD_LABELS[key]) for key, (row, column) in layout.version.cover.items()]
    return [Landmark(layout.places[f"explain.{key}"].row, 1, text) for key, text in SUBJECTS.items()]


def _text_landmarks(layout: Layout, sheet: TextSheet) -> Iterator[Landmark]:
    for line in sheet.lines:
        if line.ref:
            yield Landmark(line.row, layout.version.number_label, number_label(layout.form.cells[line.ref]))
        elif line.topic and not line.paragraph:
            yield Landmark(line.row, 0, line.topic.label)


def _in_place(layout: Layout, name: str, rows: Rows) -> bool:
    return all(
        (value := at(rows, mark.row, mark.column)) == mark.text
        or (isinstance(value, str) and value != "" and same(value, mark.text))
        for mark in landmarks(layout, name)
    )


def at(rows: Rows, row: int, column: int) -> Any:
    """Return the value of a cell, or an empty text for a cell outside the sheet."""
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _as_issued(layout: Layout, name: str, actual: str) -> dict[str, Place]:
    return {key: Place(actual, place.row, place.column) for key, place in layout.places.items() if place.sheet == name}


def _renamed(layout: Layout, name: str, sheets: Sheets) -> str:
    """Return the name of the sheet whose labels are those of a missing sheet, in place or moved."""
    strange = [other for other in sheets if other not in layout.sheets]
    candidates = [other for other in strange if _in_place(layout, name, sheets[other])]
    candidates = candidates or [other for other in strange if _found_by_labels(layout, name, sheets[other])]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        shown = "、".join(f"“{other}”" for other in candidates[:5])
        raise DocumentError(
            f"缺少“{name}”这一页，有 {len(candidates)} 页都像它：{shown}，"
            f"分不清该读哪一页。请只留填好的一页，改名为“{name}”，再发送。"
        )
    raise DocumentError(f"缺少“{name}”这一页，可能被删除了。请单位用发下去的填报表重新填写。")


def _found_by_labels(layout: Layout, name: str, rows: Rows) -> bool:
    try:
        return bool(_by_labels(layout, name, rows))
    except (Lost, DocumentError):
        return False


def _moved(layout: Layout, name: str, actual: str, rows: Rows) -> dict[str, Place]:
    try:
        spots = _by_labels(layout, name, rows)
    except Lost as lost:
        mark = lost.landmark
        place = Place(actual, mark.row, mark.column)
        actual_text = str(at(rows, mark.row, mark.column)).strip()
        shown = f"是“{actual_text[:30]}”" if actual_text else "是空的"
        raise DocumentError(
            f"{place.printed} 应当是“{mark.text}”，现在{shown}（{lost.why}）。表格可能插入、删除或者移动过行列，"
            "没有读取。请单位用发下去的填报表重新填写。"
        ) from None
    gone = {key: Place(actual, _NO_ROW, 0) for key, place in layout.places.items() if place.sheet == name}
    return {**gone, **{key: Place(actual, row, column) for key, (row, column) in spots.items()}}


def _by_labels(layout: Layout, name: str, rows: Rows) -> Spots:
    where = _Index(rows)
    for table in layout.tables:
        if table.section.sheet == name:
            spots = _across(table, where) if table.table.across else _down(table, where)
            _refuse_unlabelled(table, spots, name, rows)
            return {**spots, **_zero(table, where)}
    for text in layout.texts:
        if text.section.sheet == name:
            return _texts(layout, text, where)
    if name == CHECKS:
        return {
            f"explain.{key}": (where.only(mark)[0], EXPLANATION)
            for key, mark in zip(SUBJECTS, landmarks(layout, name), strict=True)
        }
    return {
        key: (where.only(mark)[0], where.only(mark)[1] + 1)
        for key, mark in zip(layout.version.cover, landmarks(layout, name), strict=True)
    }


class _Index:
    """The places of each text of a sheet."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.spots: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, values in enumerate(rows):
            for column, value in enumerate(values[:_LAST_LABEL_COLUMN]):
                if isinstance(value, str) and 0 < len(value) <= _LONGEST_LABEL:
                    self.spots[normalised(value)].append((row, column))

    def only(self, mark: Landmark, first_row: int = 0, last_row: int = 10**9) -> tuple[int, int]:
        """Return the place of a label that occurs exactly once between two rows. Raises Lost otherwise."""
        spots = [spot for spot in self.spots[normalised(mark.text)] if first_row <= spot[0] <= last_row]
        if len(spots) != 1:
            raise Lost(mark, "别处也有同样的文字，分不清" if spots else "别处也找不到")
        return spots[0]


def _down(sheet: TableSheet, where: _Index) -> Spots:
    """Find each number at the crossing of its row's and its column's label."""
    spots: Spots = {}
    marks = {label.text: Landmark(TOP + label.row, label.column, label.text) for label in sheet.grid.labels}
    after = -1
    for block in sheet.table.blocks:
        rows = {row.key: where.only(marks[row.label[-1]])[0] for row in block.rows}
        top, bottom = min(rows.values()), max(rows.values())
        if top <= after:
            raise Lost(marks[block.rows[0].label[-1]], "各部分的先后变了")
        for column in block.columns:
            _, at_column = where.only(_own_mark(sheet, block, column.label[-1], marks), after + 1, top - 1)
            for key, row in rows.items():
                spots[f"{sheet.table.id}.{key}.{column.key}"] = (row, at_column)
        after = bottom
    return spots


def _own_mark(sheet: TableSheet, block: Block, text: str, marks: dict[str, Landmark]) -> Landmark:
    """Return the landmark of a column label; where several blocks have it, the one right above this block's rows."""
    first = TOP + sheet.grid.numbers[f"{sheet.table.id}.{block.rows[0].key}.{block.columns[0].key}"].row
    own = [label for label in sheet.grid.labels if label.text == text and TOP + label.row < first]
    return Landmark(TOP + own[-1].row, own[-1].column, text) if own else marks[text]


def _across(sheet: TableSheet, where: _Index) -> Spots:
    """Find the numbers of a table whose rows are side by side, below its lowest labels in their issued order."""
    leaves = [
        max((label for label in sheet.grid.labels if label.column == number.column), key=lambda label: label.row)
        for number in sheet.grid.numbers.values()
    ]
    texts = {normalised(leaf.text) for leaf in leaves}
    seen = sorted((column, row, text) for text in texts for row, column in where.spots[text])
    for leaf, spot in zip(leaves, [*seen, *[(0, 0, "")] * len(leaves)], strict=False):
        if spot[2] != normalised(leaf.text):
            raise Lost(Landmark(TOP + leaf.row, leaf.column, leaf.text), "次序与原表不同")
    if len(seen) != len(leaves):
        raise Lost(Landmark(TOP + leaves[0].row, leaves[0].column, leaves[0].text), "多出了同样的文字")
    for label in sheet.grid.labels:
        if normalised(label.text) not in texts:
            where.only(Landmark(TOP + label.row, label.column, label.text))
    row = max(row for _, row, _ in seen) + 1
    return {ref: (row, column) for ref, (column, _, _) in zip(sheet.grid.numbers, seen, strict=True)}


def _refuse_unlabelled(sheet: TableSheet, spots: Spots, name: str, rows: Rows) -> None:
    """Refuse a table with a number in a row or column that the form does not have."""
    top, bottom = min(row for row, _ in spots.values()), max(row for row, _ in spots.values())
    left, right = min(column for _, column in spots.values()), max(column for _, column in spots.values())
    taken = set(spots.values())
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            value = at(rows, row, column)
            if (row, column) not in taken and isinstance(value, int | float) and not isinstance(value, bool):
                raise DocumentError(
                    f"{Place(name, row, column).printed} 在表格多出来的行或者列里，却填了数，没有读取。"
                    "请单位用发下去的填报表重新填写。"
                )


def _zero(sheet: TableSheet, where: _Index) -> Spots:
    """Find the zero drop-down: the cell in its label's row that says 是, or else the one in the issued column."""
    row, _ = where.only(Landmark(TOP - 1, 0, ZERO_LABEL))
    chosen = [column for column, value in enumerate(where.rows[row]) if str(value).strip() == YES]
    return {f"zero.{sheet.table.id}": (row, chosen[0] if chosen else sheet.zero_column)}


def _texts(layout: Layout, sheet: TextSheet, where: _Index) -> Spots:
    """Find the paragraphs of each topic: all rows between its heading and the next label."""
    spots: Spots = {}
    version = layout.version
    heading = where.only(Landmark(version.heading_row, 0, sheet.section.heading))[0]
    first = 1 + version.above_paragraphs
    starts: list[tuple[int, str]] = []
    for line in sheet.lines:
        if line.ref:
            mark = Landmark(line.row, version.number_label, number_label(layout.form.cells[line.ref]))
            row, column = where.only(mark, heading)
            spots[line.ref] = (row, column + 1)
            starts.append((row, ""))
        elif line.topic and not line.paragraph:
            starts.append((where.only(Landmark(line.row, 0, line.topic.label), heading)[0], line.topic.key))
    starts.sort()
    ends = [row for row, _ in starts[1:]] + [len(where.rows)]
    for (start, topic), end in zip(starts, ends, strict=True):
        if topic:
            spots.update(
                {f"text.{topic}.{n}": (row, TEXT_COLUMN) for n, row in enumerate(range(start + first, end), 1)}
            )
    return spots
