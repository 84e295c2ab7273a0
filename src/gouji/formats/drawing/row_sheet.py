"""A sheet with a great many rows of figures, whose XML is written directly.

The library keeps a record of every cell and makes the XML cell by cell, which takes half a minute for two million
cells. Here the rows below the head are assembled from pieces that are the same in every row. The library does the rest:
heads, links, panes, filter and page setup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.format import Format

from gouji.form.values import Number
from gouji.formats.addresses import column_letters
from gouji.formats.drawing.seams import BodySheet, format_number
from gouji.report.figure_rows import picked

Row = tuple[Sequence[str], Mapping[str, Number | None]]
"""The texts at the beginning of a row, and the figures after them."""


class RowSheet(BodySheet):
    """A sheet whose rows below the head are given all at once."""

    _body: tuple[int, Sequence[tuple[Sequence[int], Mapping[str, Number | None]]]] | None = None
    """The first row, and the rows, with texts by their number."""
    _refs: Sequence[str] = ()
    """The figures that a row has, from left to right."""
    _formats: tuple[Sequence[Format], Format]
    """One format for each leading text, and one for all figures."""

    def set_body(
        self, first: int, rows: Sequence[Row], refs: Sequence[str], texts: Sequence[Format], figure: Format
    ) -> None:
        """Set the rows from row ``first`` on: texts, each with a format of its own, and the figures of ``refs``."""
        self._body = first, [(tuple(map(self.text_number, row_texts)), figures) for row_texts, figures in rows]
        self._refs, self._formats = refs, (texts, figure)
        if rows:
            self.reach(first + len(rows) - 1, len(texts) + len(refs) - 1)

    def body(self) -> Iterator[str]:
        """Return the rows as XML."""
        return self._drawn(*self._body) if self._body else iter(())

    def _drawn(self, first: int, rows: Sequence[tuple[Sequence[int], Mapping[str, Number | None]]]) -> Iterator[str]:
        texts, figure = self._formats
        starts = [f'<c r="{column_letters(column)}' for column in range(len(texts) + len(self._refs))]
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
                for start, value in zip(figure_starts, picked(figures, self._refs), strict=True)
            ]
            yield f'<row r="{row}">{"".join(cells)}</row>'
