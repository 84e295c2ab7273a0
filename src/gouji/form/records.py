"""What a form is made of: its sections, tables, rows and columns, and the relations between its cells."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec

Kind = Literal["count", "change", "money", "decimal"]
"""What a cell may hold: a whole number of at least 0; a whole number; an amount; any number; both at least 0."""

COVER, CHECKS, HIDDEN = "填报说明", "校验", "_gouji"
"""The sheets that the workbook has beside one for each section; no section can be called so."""

FRACTIONS: tuple[Kind, ...] = ("money", "decimal")
"""The kinds that need not be whole."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A frozen record that refuses keys that it does not know."""


class Section(Record, frozen=True):
    """A section of the report: one of the official six, or one that an office has added."""

    key: str
    heading: str
    sheet: str
    note: str
    clause: str = ""
    required: bool = False
    limit: int | None = None
    """The length in characters that the texts of the section should not exceed."""
    aliases: tuple[str, ...] = ()
    """Other headings, without their number, under which the section is published."""


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
    """The text stands before the section's heading."""
    optional: bool = False
    aliases: tuple[str, ...] = ()
    """Other second-level headings, without their number, under which the text is published."""
    keywords: tuple[str, ...] = ()
    """A second-level heading with one of these words, and none of another topic's, is of this topic."""


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
        """The column as a reader would name it."""
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
        """The row as a reader would name it: with its group where its own label may stand twice."""
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
    """The rows of its table stand side by side."""

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
    def note(self) -> str:
        """What the cell counts."""
        return self.row.note + self.column.note


class Table(Record, frozen=True):
    """A table of the form, as a stack of blocks."""

    id: str
    section: str
    blocks: tuple[Block, ...]
    across: bool = False
    """The rows stand side by side in one line instead of one below another."""
    official: bool = True
    """The report prints it as a table, and the workbook has a sheet for it with a zero declaration; the numbers of
    another one stand beside the texts of its section."""
    cases: str = ""
    """What it counts, where its numbers are cases of one kind and its columns their kinds, as in 申请人类型."""
    kinds: str = ""
    board: tuple[str, ...] = ()
    """The cells, row and column, whose sums the board shows."""
    chart: tuple[str, ...] = ()
    """The cells that are drawn beside last year's in the workbook of the sum."""

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
    """A relation of the form, once for each column or row of a table, or for single cells."""

    id: str
    name: str
    table: str
    each: Literal["column", "row", "cell"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    """Keys of the other axis, for ``cell`` of both; a table before them means a cell of that one. ``previous.`` before
    a key means last year's report, ``-`` subtracts. The left side begins in the family's own table."""
    clause: str
    sums: bool = False
    """The left side is the total of the right side."""
    only: tuple[str, ...] = ()
    """The columns or rows for which it is asked; empty means all."""
    advice: str = ""
    """What to do where it is broken, in the words of the office that asks it."""


class Term(Record, frozen=True):
    """One summand of a relation."""

    ref: str
    previous: bool = False
    negative: bool = False


class Relation(Record, frozen=True):
    """One instance of a relation: the two sides must be equal."""

    id: str
    family: RelationFamily
    key: str
    """The column or row that the instance is about; of single cells the row."""
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """The cells of this year's report that take part, left side first."""
        return tuple(term.ref for term in (*self.left, *self.right) if not term.previous)


class Substitute(Record, frozen=True):
    """Rows of another edition's table that published reports have in place of rows of this one."""

    table: str
    labels: tuple[tuple[str, ...], ...]
    """The labels of those rows."""
    row: str
    """The row that takes their sum."""
    zero: tuple[str, ...] = ()
    """The rows that then are 0."""


class LevelLimit(Record, frozen=True):
    """A row that must be zero for units of certain levels."""

    id: str
    name: str
    table: str
    row: str
    levels: tuple[str, ...]
    clause: str


class Fee(Record, frozen=True):
    """The statement on the processing fee that a section must make."""

    id: str
    table: str
    section: str
    phrase: str
    """A text with this phrase speaks of the fee."""
    sentence: str
    clause: str
    notices: str
    """The Ref of the number of fee notices."""
    unpaid: str = ""
    """The Ref of the requests that were closed because nobody paid; empty where the form does not ask."""


class Roles(Record, frozen=True):
    """Which relations have a meaning that checks ask about, by their ids."""

    balance: str
    """On its left side is what came in, on its right side what was closed and what is carried over."""
    results: str
    """On its left side is what was closed, on its right side the results, one by one."""
