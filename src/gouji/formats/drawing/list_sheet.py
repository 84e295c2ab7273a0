"""A sheet with a list of thousands of rows, whose XML is written row by row.

The library keeps a record of every cell until the workbook is closed. Here a row is kept as its numbers: a text is the
number of a shared text, and rows that look alike share what they look like.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlsxwriter.format import Format

from gouji.formats.addresses import column_letters
from gouji.formats.drawing.seams import BodySheet, format_number

LONGEST_TEXT = 32_767
"""The most UTF-16 units of a text in a cell."""

ListCell = tuple[str | float | Decimal | None, Format]
"""What a cell shows, and its format."""

_Look = tuple[tuple[Format, bool], ...]
"""Of each cell of a row its format, and whether it is a text."""


class ListSheet(BodySheet):
    """A sheet whose rows below the head are added one after another, all with the same number of cells."""

    _first = 0

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[_Look, tuple[float | Decimal | None, ...], float]] = []
        self._looks: dict[_Look, _Look] = {}

    def begin_list(self, first: int) -> None:
        """Set the row with which the list begins."""
        self._first = first

    def add_row(self, cells: Sequence[ListCell], height: float) -> None:
        """Add a row that opens at a height in points, and grows when more is typed into it."""
        look = tuple((cell_format, isinstance(value, str)) for value, cell_format in cells)
        look = self._looks.setdefault(look, look)
        values = tuple(self.text_number(value) if isinstance(value, str) else value for value, _ in cells)
        self.reach(self._first + len(self._rows), len(cells) - 1)
        self._rows.append((look, values, height))

    def body(self) -> Iterator[str]:
        """Return the rows as XML."""
        columns = [column_letters(column) for column in range(len(self._rows[0][1]) if self._rows else 0)]
        for row, (look, values, height) in enumerate(self._rows, self._first + 1):
            cells = [
                _cell(f'<c r="{column}{row}" s="{format_number(cell_format)}"', value, is_text)
                for column, (cell_format, is_text), value in zip(columns, look, values, strict=True)
            ]
            yield f'<row r="{row}" spans="1:{len(columns)}" ht="{height:g}">{"".join(cells)}</row>'


def _cell(start: str, value: float | Decimal | None, is_text: bool) -> str:
    if value is None:
        return f"{start}/>"
    return f'{start} t="s"><v>{value}</v></c>' if is_text else f"{start}><v>{value:.16G}</v></c>"


def fits(text: str) -> bool:
    """Tell whether a cell can keep a text."""
    return len(text) <= LONGEST_TEXT // 2 or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_TEXT
