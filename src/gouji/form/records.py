"""What a form is made of: its sections, tables, rows and columns, and the relations between its cells."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

import msgspec

Kind = Literal["count", "change", "money", "decimal"]
"""What a cell may hold.

A ``count`` is a whole number of at least 0, a ``change`` any whole number, ``money`` an amount of at least 0, and a
``decimal`` any number of at least 0.
"""

COVER, CHECKS, HIDDEN = "填报说明", "校验", "_gouji"
"""The workbook has these sheets in addition to one for each section; no section may use their names."""

FRACTIONS: tuple[Kind, ...] = ("money", "decimal")
"""The kinds that may have decimal places."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A frozen record that rejects unknown keys."""


class Section(Record, frozen=True):
    """A section of the report: one of the official six, or one that an office adds."""

    key: str
    heading: str
    sheet: str
    note: str
    clause: str = ""
    required: bool = False
    limit: int | None = None
    """The greatest length of the section's texts, in characters."""
    aliases: tuple[str, ...] = ()
    """Other headings of this section in published reports, without their numbers."""


class Topic(Record, frozen=True):
    """A place for text: one subject of a section."""

    key: str
    section: str
    label: str
    note: str
    rows: int
    """Paragraph rows in the workbook."""
    heading: str = ""
    """The second-level heading under which the text is printed; empty for text that belongs to no subject."""
    before_heading: bool = False
    """Whether the text comes before the section's heading."""
    optional: bool = False
    aliases: tuple[str, ...] = ()
    """Other second-level headings of this text in published reports, without their numbers."""
    keywords: tuple[str, ...] = ()
    """A second-level heading belongs to this topic if it contains one of these words and no other topic's words."""


class Column(Record, frozen=True):
    """A column of a block; its label is a path through the header levels."""

    key: str
    label: tuple[str, ...]
    unit: str
    kind: Kind = "count"
    note: str = ""
    aliases: tuple[str, ...] = ()
    """Other words for the last part of the label in published reports."""

    @property
    def printed(self) -> str:
        """The column as a reader names it."""
        return self.label[-1]


class Row(Record, frozen=True):
    """A row of a block; its label is a path through the stub columns."""

    key: str
    label: tuple[str, ...]
    note: str = ""
    clause: str = ""
    aliases: tuple[str, ...] = ()
    """Other words for the last part of the label in published reports."""

    @property
    def printed(self) -> str:
        """The row as a reader names it: with its group where the label alone may not be unique."""
        return "".join(self.label[-2:]) if len(self.label) > 2 else self.label[-1]


class Block(Record, frozen=True):
    """Rows under one header; a table is a stack of blocks."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    corner: str = ""
    clause: str = ""


class Cell(Record, frozen=True):
    """One number that the form asks for."""

    ref: str
    table: str
    row: Row
    column: Column
    block: Block
    across: bool = False
    """Whether the rows of its table are printed side by side."""

    @property
    def kind(self) -> Kind:
        """What the cell may hold."""
        return self.column.kind

    @property
    def printed(self) -> str:
        """Row and column as printed."""
        if self.across:
            return f"“{self.row.printed}”的“{self.column.printed}”"
        return f"“{self.row.printed}”行“{self.column.printed}”列"

    @property
    def titled(self) -> str:
        """Row, column and unit, as the title of its number in a list of few."""
        words = "，".join((*self.row.label, self.column.printed))
        return words if self.column.unit in words else f"{words}（{self.column.unit}）"

    @property
    def note(self) -> str:
        """What the cell counts."""
        return self.row.note + self.column.note


class Table(Record, frozen=True):
    """A table of the form, as a stack of blocks."""

    id: str
    section: str
    blocks: tuple[Block, ...]
    across: bool = False
    """Whether the rows are printed side by side in one line instead of one below another."""
    official: bool = True
    """Whether the report prints it as a table and the workbook gives it a sheet with a zero declaration. The numbers of
    any other table stand beside the texts of its section."""
    cases: str = ""
    """What it counts, where its numbers are cases of one kind and its columns their kinds, as in 申请人类型."""
    kinds: str = ""
    board: tuple[str, ...] = ()
    """The cells, row and column, whose sums the board shows: the key figures."""
    chart: tuple[str, ...] = ()
    """The cells that the workbook of the totals draws as a chart, beside last year's figures."""

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every number cell by its Ref, in printed order."""
        cells = (
            Cell(
                ref=f"{self.id}.{row.key}.{column.key}",
                table=self.id,
                row=row,
                column=column,
                block=block,
                across=self.across,
            )
            for block in self.blocks
            for row in block.rows
            for column in block.columns
        )
        return {cell.ref: cell for cell in cells}


class RelationFamily(Record, frozen=True):
    """A relation that the form states once for all columns or rows of a table, or for single cells."""

    id: str
    name: str
    table: str
    each: Literal["column", "row", "cell"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    """Keys of the other axis; for ``cell``, ``row.column``. A table id before a key refers to a cell of that table,
    ``previous.`` to last year's report, and ``-`` subtracts. The first term of the left side is in the family's own
    table."""
    clause: str
    sums: bool = False
    """Whether the left side is by definition the total of the right side."""
    only: tuple[str, ...] = ()
    """The columns or rows that the relation covers; empty means all."""
    advice: str = ""
    """What to do where the relation is broken, in the words of the office that added it."""


class Term(Record, frozen=True):
    """One summand of a relation."""

    ref: str
    previous: bool = False
    negative: bool = False


class Relation(Record, frozen=True):
    """One instance of a relation family: its two sides must be equal."""

    id: str
    family: RelationFamily
    key: str
    """The column or row that the instance covers; for single cells, the row."""
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """The cells of this year's report in the relation, left side first."""
        return tuple(term.ref for term in (*self.left, *self.right) if not term.previous)


class Substitute(Record, frozen=True):
    """Rows of another edition's table that some published reports print in place of rows of this edition."""

    table: str
    labels: tuple[tuple[str, ...], ...]
    """The labels of the other edition's rows."""
    row: str
    """The row of this edition that takes their total."""
    zero: tuple[str, ...] = ()
    """The rows of this edition that are then 0."""


class LevelLimit(Record, frozen=True):
    """A row that must be zero for units of certain levels."""

    id: str
    name: str
    table: str
    row: str
    levels: tuple[str, ...]
    clause: str


class Fee(Record, frozen=True):
    """The statement on the processing fee that a section must contain."""

    id: str
    table: str
    section: str
    words: str
    """A pattern: a text in which it is found is about the fee."""
    denial: str
    """A pattern: a text in which it is found says that nothing was charged."""
    sentence: str
    clause: str
    notices: str
    """The Ref of the number of fee notices."""
    unpaid: str = ""
    """The Ref of the requests closed because the fee was not paid; empty if the form does not ask for them."""

    def is_stated(self, text: str) -> bool:
        """Tell whether a text states the fee in words of its own."""
        return re.search(self.words, text) is not None

    def is_denied(self, text: str) -> bool:
        """Tell whether a text says, without naming this fee, that nothing was charged."""
        return re.search(self.denial, text) is not None


class Roles(Record, frozen=True):
    """The relations and cells whose meaning the checks need to know, by their ids and Refs."""

    balance: str
    """The left side holds the requests that came in, the right side those closed and those carried over."""
    results: str
    """The left side holds the requests that were closed, the right side the results, one by one."""
    direct_suits: str = ""
    """The number of suits that were brought without a review."""
    later_suits: str = ""
    """The number of suits that were brought after a review."""
