"""A sheet with a great many rows of figures, whose XML is written directly.

The library keeps a record of every cell and makes the XML cell by cell, which takes half a minute for two million
cells. Here the rows below the head are assembled from pieces that are the same in every row. The library does the rest:
heads, links, panes, filter and page setup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlsxwriter.format import Format

from gouji.form.values import Number
from gouji.formats.addresses import column_letters
from gouji.formats.drawing.seams import BodySheet, format_number

Row = tuple[Sequence[str], Sequence[Number | None]]
"""The texts at the beginning of a row, and the figures after them."""


class RowSheet(BodySheet):
    """A sheet whose rows below the head are given all at once."""

    _body: tuple[int, Sequence[tuple[Sequence[int], Sequence[Number | None]]], Sequence[Format], Format] | None = None
    """The first row, the rows (with texts by their number), the formats of the texts, and the format of the figures."""

    def set_body(self, first: int, rows: Sequence[Row], texts: Sequence[Format], figure: Format) -> None:
        """Set the rows from row ``first`` on, with one format for each leading text and one for all figures."""
        numbered = [([*map(self.text_number, row_texts)], figures) for row_texts, figures in rows]
        self._body = (first, numbered, texts, figure)
        if rows:
            self.reach(first + len(rows) - 1, len(rows[0][0]) + len(rows[0][1]) - 1)

    def body(self) -> Iterator[str]:
        """Return the rows as XML."""
        return self._drawn(*self._body) if self._body else iter(())

    def _drawn(
        self,
        first: int,
        rows: Sequence[tuple[Sequence[int], Sequence[Number | None]]],
        texts: Sequence[Format],
        figure: Format,
    ) -> Iterator[str]:
        width = len(texts) + (len(rows[0][1]) if rows else 0)
        starts = [f'<c r="{column_letters(column)}' for column in range(width)]
        text_ends = [f'" s="{format_number(text_format)}" t="s"><v>' for text_format in texts]
        ending, empty = f'" s="{format_number(figure)}"><v>', f'" s="{format_number(figure)}"/>'
        figure_starts = starts[len(texts) :]
        for row, (text_numbers, figures) in enumerate(rows, first + 1):
            cells = [
                f"{start}{row}{end}{number}</v></c>"
                for start, end, number in zip(starts, text_ends, text_numbers, strict=False)
            ]
            cells += [
                f"{start}{row}{empty}" if value is None else f"{start}{row}{ending}{value}</v></c>"
                for start, value in zip(figure_starts, figures, strict=True)
            ]
            yield f'<row r="{row}">{"".join(cells)}</row>'
