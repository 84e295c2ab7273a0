"""A sheet as passages: its areas between blank rows and columns are tables, and rows of one text are paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from gouji.form.forms import Forms
from gouji.form.labels import bare
from gouji.formats.foreign.shown_sheet import ShownCell, ShownSheet
from gouji.formats.published import Paragraph, Passage, PrintedCell, PrintedTable, is_landmark
from gouji.formats.published.sections import heading_of, title_of
from gouji.formats.published.vocabulary import every_label, vocabulary_of
from gouji.formats.shown_text import Look, prose_of
from gouji.formats.spreadsheet.values import Sheets

_LONGEST_LABEL = 120
_LABELS_OF_A_TABLE = 3
_LABELS_OF_A_COPY = 8


@dataclass(frozen=True)
class Signs:
    """How the form is recognised in a text."""

    is_label: Callable[[str], bool]
    is_row: Callable[[str], bool]
    """The text may be the label of a row."""
    is_heading: Callable[[str], bool]
    """The text is the heading of a section or the title of a report."""
    is_landmark: Callable[[str], bool]


def signs_of(forms: Forms) -> Signs:
    """Return how some forms are recognised."""
    labels = every_label(forms)
    rows = {label for form in forms.every for label in vocabulary_of(form).bare_rows}
    return Signs(
        is_label=lambda text: 0 < len(text) <= _LONGEST_LABEL and bare(text) in labels,
        is_row=lambda text: 0 < len(text) <= _LONGEST_LABEL and bare(text) in rows,
        is_heading=lambda text: heading_of(text, forms) is not None or title_of(text) is not None,
        is_landmark=lambda text: is_landmark(text, forms),
    )


def labels_on(sheets: Sheets, signs: Signs) -> int:
    """Return how many different labels of the form some sheets have, seen or not."""
    texts = {cell for rows in sheets.values() for row in rows for cell in row if isinstance(cell, str)}
    return len({bare(text) for text in texts if signs.is_label(text)})


def passages_of(sheet: ShownSheet, signs: Signs) -> Iterator[Passage]:
    """Yield what stands on a sheet, from the top; of tables side by side, the left one first."""
    if sheet.cells and signs.is_landmark(sheet.name):
        yield Paragraph(sheet.name)
    yield from _Blocks(sheet, signs).over(range(len(sheet.rows)), range(len(sheet.columns)))


def without_blank_copies(passages: Sequence[Passage], signs: Signs) -> list[Passage]:
    """Return passages without the tables that say nothing: blank ones whose labels a table with numbers has as well."""
    labels, filled = {}, set()
    for index, passage in enumerate(passages):
        if isinstance(passage, PrintedTable):
            texts = [cell.text for row in passage.rows for cell in row if cell.text]
            labels[index] = {bare(text) for text in texts if signs.is_label(text)}
            if not all(map(signs.is_label, texts)):
                filled.add(index)
    blank = {
        index
        for index in labels.keys() - filled
        if any(len(labels[index] & labels[other]) >= _LABELS_OF_A_COPY for other in filled)
    }
    return [passage for index, passage in enumerate(passages) if index not in blank]


class _Blocks:
    def __init__(self, sheet: ShownSheet, signs: Signs) -> None:
        self._sheet, self._signs = sheet, signs
        filled = {spot for spot, cell in sheet.cells.items() if cell.text}
        self._filled = filled
        self._used = filled | {spot for spot, first in sheet.covered.items() if first in filled}

    def over(self, rows: range, columns: range) -> Iterator[Passage]:
        """Yield what stands in an area."""
        used = [spot for spot in self._used if spot[0] in rows and spot[1] in columns]
        for part in _runs({row for row, _ in used}):
            sides = list(_runs({column for row, column in used if row in part}))
            tables = self._tables(part, sides)
            for side in tables:
                yield from self.over(part, side) if len(tables) > 1 else self._block(part, side)

    def _labels(self, rows: range, columns: range, is_label: Callable[[str], bool]) -> set[str]:
        spots = (spot for spot in self._filled if spot[0] in rows and spot[1] in columns)
        return {bare(text) for spot in spots if is_label(text := self._sheet.cells[spot].text)}

    def _tables(self, rows: range, sides: list[range]) -> list[range]:
        """Return the columns of the tables that stand side by side, with blank columns between them.

        A side is a table of its own if it has row labels, as another one has, or has labels that another one has. Any
        other belongs to the table on its left: a blank column in a table divides no more than its cells.
        """
        own = [self._labels(rows, side, self._signs.is_row) for side in sides]
        every = [self._labels(rows, side, self._signs.is_label) for side in sides]
        starts = [
            index
            for index, labels in enumerate(every)
            if len(own[index]) >= _LABELS_OF_A_TABLE
            or any(len(labels & other) >= _LABELS_OF_A_TABLE for other in every if other is not labels)
        ]
        if len(starts) < 2:
            return [range(sides[0].start, sides[-1].stop)]
        ends = [*(sides[index].start for index in starts[1:]), sides[-1].stop]
        return [
            range(sides[0 if index == starts[0] else index].start, end) for index, end in zip(starts, ends, strict=True)
        ]

    def _block(self, rows: range, columns: range) -> Iterator[Passage]:
        """Yield the paragraphs and the tables of an area without a blank row."""
        if not self._labels(rows, columns, self._signs.is_label):
            area = ((row, column) for row in rows for column in columns)
            yield from (_paragraph(self._sheet.cells[spot]) for spot in area if spot in self._filled)
            return
        lone = {row: cell for row in rows if (cell := self._lone(row, columns))}
        texts = {row for row, cell in lone.items() if self._is_text(row, rows, cell, lone)}
        for is_text, group in groupby(rows, key=texts.__contains__):
            part = list(group)
            if is_text:
                yield from (_paragraph(lone[row]) for row in part)
            else:
                yield self._table(range(part[0], part[-1] + 1), columns)

    def _lone(self, row: int, columns: range) -> ShownCell | None:
        """Return the only cell that holds anything in a row, if no merged cell from above reaches into it."""
        filled = [column for column in columns if (row, column) in self._filled]
        if len(filled) != 1:
            return None
        cell = self._sheet.cells[row, filled[0]]
        from_above = any(
            self._sheet.covered[row, column] in self._filled and self._sheet.covered[row, column][0] < row
            for column in columns
            if (row, column) in self._sheet.covered
        )
        return None if from_above or cell.rows > 1 else cell

    def _is_text(self, row: int, rows: range, cell: ShownCell, lone: dict[int, ShownCell]) -> bool:
        """Tell whether the only text of a row is a paragraph, rather than a row of a table that is blank otherwise."""
        if self._signs.is_heading(cell.text):
            return True
        if self._signs.is_label(cell.text):
            return False
        return not all(near in rows and near not in lone for near in (row - 1, row + 1))

    def _table(self, rows: range, columns: range) -> PrintedTable:
        used = [column for row in rows for column in columns if (row, column) in self._used]
        columns = range(min(used), max(used) + 1)
        cells = (
            [_printed(cell, rows, columns) for column in columns if (cell := self._sheet.at(row, column))]
            for row in rows
        )
        return PrintedTable(tuple(map(tuple, cells)), self._sheet.name)


def _printed(cell: ShownCell, rows: range, columns: range) -> PrintedCell:
    rowspan = min(cell.rows, rows.stop - cell.spot[0])
    colspan = min(cell.columns, columns.stop - cell.spot[1])
    return PrintedCell((_paragraph(cell),), rowspan, colspan, cell.address)


def _paragraph(cell: ShownCell) -> Paragraph:
    odd = any(run.look is not Look.PLAIN for run in cell.runs)
    return Paragraph(prose_of(cell.runs), runs=cell.runs if odd else ())


def _runs(numbers: Iterable[int]) -> Iterator[range]:
    """Yield the runs of numbers without a gap, in order."""
    start = last = None
    for number in sorted(numbers):
        if start is None or last is None or number > last + 1:
            if start is not None and last is not None:
                yield range(start, last + 1)
            start = number
        last = number
    if start is not None and last is not None:
        yield range(start, last + 1)
