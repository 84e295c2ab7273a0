"""Rows that a page end has torn: a name without numbers on one page, numbers without a name on the other.

Where it is certain that the two belong together they are joined (see ``joints``). What is left is not read, and named:
a blank in print would be a 0.
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
    """Which row it is; None for numbers without a name."""
    numbers: Sequence[Spot] = ()
    """What stands after its name."""

    @property
    def is_blank(self) -> bool:
        """Whether it has a name and nothing else."""
        return self.wanted is not None and not any(spot.text for spot in self.numbers)


def torn_rows(rows: Sequence[NumberedLine], form: Form) -> Iterator[Stop]:
    """Yield for each table of the form what a page end has torn in it; ``rows`` are in the order of the document."""
    torn = sorted({*_beside_nameless(rows), *_blank_at_page_ends(rows)})
    for table in form.official_tables:
        own = [rows[at] for at in torn if _table_of(rows, at) == table.id]
        labels = {row.key: row.label[-1] for block in table.blocks for row in block.rows}
        named = list(dict.fromkeys(row.wanted.row for row in own if row.wanted and row.wanted.row in labels))
        which = [f"“{labels[key]}”没有数字" for key in named]
        which += [f"{row.line.place}第{row.line.row + 1}行的数字没有名称" for row in own if row.wanted is None]
        if which:
            refs = tuple(ref for ref, cell in table.cells.items() if cell.row.key in named)
            cells = tuple(row.line.cell(None) for row in own)
            yield Stop("published.torn", table.id, refs, cells, "，".join(which))


def _beside_nameless(rows: Sequence[NumberedLine]) -> Iterator[int]:
    """Yield numbers without a name, and the rows beside them that have none: nobody knows whose they are."""
    for at, row in enumerate(rows):
        if row.wanted is None:
            yield at
            yield from (near for near in (at - 1, at + 1) if 0 <= near < len(rows) and rows[near].is_blank)


def _blank_at_page_ends(rows: Sequence[NumberedLine]) -> Iterator[int]:
    """Yield the rows without numbers where a table goes on on the next page.

    Where other rows of the table are blank as well, the office leaves out zeros, and a blank is one.
    """
    ends = {near for at, pair in enumerate(pairwise(rows)) if _is_page_end(*pair) for near in (at, at + 1)}
    blank = {at for at, row in enumerate(rows) if row.is_blank}
    usual = {_table_of(rows, at) for at in blank - ends}
    yield from (at for at in blank & ends if _table_of(rows, at) not in usual)


def _is_page_end(row: NumberedLine, following: NumberedLine) -> bool:
    return 0 < row.line.page < following.line.page and (
        row.wanted is None or following.wanted is None or row.wanted.table == following.wanted.table
    )


def _table_of(rows: Sequence[NumberedLine], at: int) -> str:
    """Return the table of the form to which a line belongs: its own, or that of the nearest row."""
    nearest = sorted((row for row in range(len(rows)) if rows[row].wanted), key=lambda row: abs(row - at))
    wanted = rows[nearest[0]].wanted if nearest else None
    return wanted.table if wanted else ""
