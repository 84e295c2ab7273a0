"""Passages as one stream: texts and the rows of tables with figures, each cell with the grid columns that it covers.

A table that only lays out a page (it holds other tables, or none of the form's labels) is taken apart into what stands
in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import or_

from gouji.formats.published.cell_text import Doubt
from gouji.formats.published.passages import Paragraph, Passage, PrintedCell, PrintedTable
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

MOST_COLUMNS = 200
_WIDEST_ROW = 4 * MOST_COLUMNS
MOST_SPOTS = 200_000
"""Grid positions of all tables of a document together."""
DEEPEST = 40
"""Tables inside one another."""
_LABELS_OF_A_TABLE = 3
"""Any table may have fewer, such as 其他 and 总计."""
_SENTENCE_END = "。"
_EDGES = " \t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u3000\u200b\u200c\u200d\u200e\u200f\ufeff"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text."""

    text: str
    level: int = 0
    page: int = 0
    """The page on which it is printed, from 1; 0 in a medium without pages."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell as seen in one row; columns count from 0, ``right`` is the first column after it."""

    text: str
    left: int
    right: int
    own: bool = True
    """The cell begins in this row."""
    high: bool = False
    """The cell reaches over several rows."""
    beside: str = ""
    """All that the cell shows, where something was left off beside its number; else empty."""
    doubt: Doubt | None = None
    """Why the text is what the cell shows instead of a number."""
    address: str = ""
    """The address of the cell in a spreadsheet; else empty."""


@dataclass(frozen=True)
class Line:
    """A row of a table that holds figures."""

    table: int
    place: str
    row: int
    spots: tuple[Spot, ...]
    page: int = 0
    """The page on which it is printed, from 1; 0 in a medium without pages."""

    @cached_property
    def filled(self) -> tuple[Spot, ...]:
        """The cells that begin in this row and hold something."""
        return tuple(spot for spot in self.spots if spot.own and spot.text)

    def cell(self, spot: Spot | None) -> str:
        """Return the address of a cell, for people; without one, that of the row."""
        addressed = spot or next((own for own in self.spots if own.own), None)
        if addressed and addressed.address:
            return f"{self.place}!{addressed.address}"
        row = f"{self.place}!第{self.row + 1}行"
        return row if spot is None else f"{row}第{self.spots.index(spot) + 1}格"


Item = Text | Line


@dataclass(frozen=True, slots=True)
class Signs:
    """How the form is recognised in a cell."""

    is_label: Callable[[str], bool]
    """It holds a label of the form."""
    is_row: Callable[[str], bool]
    """It holds a label that only a row of the form has."""
    is_number: Callable[[str], bool]
    """It holds a number, or nothing."""
    is_heading: Callable[[str], bool]
    """It begins with the heading of a section."""


def items_of(passages: Iterable[Passage], signs: Signs) -> list[Item]:
    """Return the passages of a document as texts and lines.

    Raises DocumentError for tables larger or deeper than any that was made to be read.
    """
    return list(_Stream(signs).over(passages, 0))


class _Stream:
    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._tables, self._spots = 0, MOST_SPOTS

    def over(self, passages: Iterable[Passage], depth: int) -> Iterator[Item]:
        if depth > DEEPEST:
            raise DocumentError(TOO_LARGE)
        for passage in passages:
            if isinstance(passage, Paragraph):
                yield from _texts(passage)
            else:
                yield from self._table(passage, depth)

    def _table(self, table: PrintedTable, depth: int) -> Iterator[Item]:
        if not self._holds_figures(table):
            for row in table.rows:
                yield from self._laid_out(row, depth)
            return
        self._tables += 1
        number = self._tables
        place = table.place or f"第{number}个表"
        for index, spots in enumerate(self._grid(table)):
            row = table.rows[index]
            lone = _lone(row, spots)
            if any(cell.holds_table for cell in row):
                yield from self._laid_out(row, depth)
            elif lone and not self._signs.is_label(lone.text) and self._is_text(lone, spots):
                yield from self.over(lone.passages, depth + 1)
            elif spots:
                yield Line(number, place, index, tuple(spots), table.page)

    def _holds_figures(self, table: PrintedTable) -> bool:
        """Tell whether a table belongs to the form, or is a piece of one without its labels."""
        cells = [cell for row in table.rows for cell in row if not cell.holds_table]
        texts = [text for cell in cells if (text := self._text_of(cell))]
        if not texts or all(map(self._signs.is_number, texts)):
            return bool(texts) and not any(cell.holds_table for row in table.rows for cell in row)
        labels = list(map(self._signs.is_label, texts))
        if any(map(self._signs.is_row, texts)) or sum(labels) >= _LABELS_OF_A_TABLE:
            return True
        # The first line of a header, the rest of which is on the next page.
        if len(table.rows) == 1 and len(texts) > 1 and all(labels):
            return True
        # The rest of a table on the next page: labels and numbers, and nothing else.
        numbers = list(map(self._signs.is_number, texts))
        return any(labels) and any(numbers) and all(map(or_, labels, numbers))

    def _text_of(self, cell: PrintedCell) -> str:
        """Return the text of a cell; a label of the form is one even if it is struck out."""
        label = cell.content.label
        return label if label and self._signs.is_label(label) else cell.text

    def _is_text(self, cell: PrintedCell, spots: list[Spot]) -> bool:
        """Tell whether the only filled cell of a row is a paragraph rather than a row of the table."""
        whole = len({(spot.left, spot.right) for spot in spots}) == 1
        if whole or self._signs.is_heading(cell.text.partition("\n")[0]):
            return True
        # A layout leaves a margin before its text, and none behind it; no label is a sentence.
        return spots[-1].text == cell.text and 2 * _width(spots[-1]) > spots[-1].right and _SENTENCE_END in cell.text

    def _laid_out(self, row: tuple[PrintedCell, ...], depth: int) -> Iterator[Item]:
        filled = [cell for cell in row if cell.passages and (cell.text or cell.holds_table)]
        if len(filled) > 1 and all(_is_short(cell) for cell in filled):
            yield from _texts(Paragraph(" ".join(cell.text for cell in filled)))
            return
        for cell in filled:
            yield from self.over(cell.passages, depth + 1)

    def _grid(self, table: PrintedTable) -> Iterator[list[Spot]]:
        """Yield the cells that are seen in each row, including those from rows above."""
        above: list[tuple[int, Spot]] = []
        for index, row in enumerate(table.rows):
            taken = {column for _, spot in above for column in range(spot.left, spot.right)}
            spots, column, following = [spot for _, spot in above], 0, []
            for cell in row:
                while column in taken:
                    column += 1
                right = column + max(1, min(cell.colspan, MOST_COLUMNS))
                self._spots -= right - column
                if right > _WIDEST_ROW or self._spots < 0:
                    raise DocumentError(TOO_LARGE)
                rows = max(1, min(cell.rowspan, len(table.rows) - index))
                content = cell.content
                text = self._text_of(cell)
                spot = Spot(text, column, right, True, rows > 1, content.beside, content.doubt, cell.address)
                spots.append(spot)
                if rows > 1:
                    following.append((rows, spot))
                column = right
            self._spots -= len(above)
            yield sorted(spots, key=lambda spot: spot.left)
            above = [(left - 1, _seen_below(spot)) for left, spot in [*above, *following] if left > 1]


_SHORT = 40


def _width(spot: Spot) -> int:
    return spot.right - spot.left


def _seen_below(spot: Spot) -> Spot:
    return spot if not spot.own else replace(spot, own=False, high=True)


def _lone(row: tuple[PrintedCell, ...], spots: list[Spot]) -> PrintedCell | None:
    """Return the only cell that holds anything in a row, if there is just one."""
    filled = [cell for cell in row if cell.text]
    return filled[0] if len(filled) == 1 and not any(spot.text for spot in spots if not spot.own) else None


def _is_short(cell: PrintedCell) -> bool:
    return not cell.holds_table and len(cell.passages) == 1 and len(cell.text) <= _SHORT and "\n" not in cell.text


def _texts(paragraph: Paragraph) -> Iterator[Text]:
    for line in paragraph.text.splitlines():
        text = line.strip(_EDGES)
        if text:
            yield Text(text, paragraph.level, paragraph.page)
