"""Rows that a page break has torn: a label without numbers on one page, numbers without a label on the other.

``joints`` joins the two parts if they certainly belong together. The others are not read but reported by name, because
a blank in print would be read as 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gouji.form.model import Form
from gouji.formats.published.found import Stop
from gouji.formats.published.lines import Line, Spot
from gouji.formats.published.vocabulary import Wanted


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line of a table of the form: a row with its numbers, or numbers alone."""

    line: Line
    wanted: Wanted | None
    """Which row it is; None for numbers without a label."""
    numbers: Sequence[Spot] = ()
    """What follows its label."""

    @property
    def is_blank(self) -> bool:
        """Whether it has a label and no numbers."""
        return self.wanted is not None and not any(spot.text for spot in self.numbers)


def torn_rows(rows: Sequence[NumberedLine], form: Form) -> Iterator[Stop]:
    """Yield what page breaks have torn in each table of the form; ``rows`` are in the order of the document."""
    torn = sorted({*_beside_nameless(rows), *_blank_at_page_ends(rows)})
    for table in form.official_tables:
        own = [rows[index] for index in torn if _table_of(rows, index) == table.id]
        labels = {row.key: row.label[-1] for block in table.blocks for row in block.rows}
        named = list(dict.fromkeys(row.wanted.row for row in own if row.wanted and row.wanted.row in labels))
        which = [f"“{labels[key]}”没有数字" for key in named]
        which += [f"{row.line.place}第{row.line.row + 1}行的数字没有名称" for row in own if row.wanted is None]
        if which:
            refs = tuple(ref for ref, cell in table.cells.items() if cell.row.key in named)
            cells = tuple(row.line.cell(None) for row in own)
            yield Stop("published.torn", table.id, refs, cells, "，".join(which))


def _beside_nameless(rows: Sequence[NumberedLine]) -> Iterator[int]:
    """Yield lines of numbers without a label, and the rows without numbers next to them."""
    for index, row in enumerate(rows):
        if row.wanted is None:
            yield index
            yield from (near for near in (index - 1, index + 1) if 0 <= near < len(rows) and rows[near].is_blank)


def _blank_at_page_ends(rows: Sequence[NumberedLine]) -> Iterator[int]:
    """Yield the rows without numbers at the page breaks inside a table.

    If other rows of the table are blank as well, the office leaves out zeros, and these rows are zeros too.
    """
    ends = {near for index, pair in enumerate(pairwise(rows)) if _is_page_end(*pair) for near in (index, index + 1)}
    blank = {index for index, row in enumerate(rows) if row.is_blank}
    usual = {_table_of(rows, index) for index in blank - ends}
    yield from (index for index in blank & ends if _table_of(rows, index) not in usual)


def _is_page_end(row: NumberedLine, following: NumberedLine) -> bool:
    return 0 < row.line.page < following.line.page and (
        row.wanted is None or following.wanted is None or row.wanted.table == following.wanted.table
    )


def _table_of(rows: Sequence[NumberedLine], index: int) -> str:
    """Return the table of the form to which a line belongs: its own, or that of the nearest row."""
    nearest = sorted((row for row in range(len(rows)) if rows[row].wanted), key=lambda row: abs(row - index))
    wanted = rows[nearest[0]].wanted if nearest else None
    return wanted.table if wanted else ""
