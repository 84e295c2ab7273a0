"""The form: what is asked, in one edition.

An edition is a TOML file (:mod:`gouji.form.editions`), decoded into these frozen records. A label, a clause or anything
that differs between years is written there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

import msgspec

from gouji.runtime.errors import EditionError
from gouji.runtime.spelling import closest, meant

Kind = Literal["count", "change", "money", "decimal"]
"""What a cell may hold: a whole number of at least 0; a whole number; an amount; any number; both at least 0."""

COVER, CHECKS, HIDDEN = "填报说明", "校验", "_gouji"
"""The sheets that the workbook has beside one for each section; no section can be called so."""

FRACTIONS: tuple[Kind, ...] = ("money", "decimal")
"""The kinds that need not be whole."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A frozen record that refuses keys that it does not know."""


class Section(_Record, frozen=True):
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


class Topic(_Record, frozen=True):
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


class Column(_Record, frozen=True):
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


class Row(_Record, frozen=True):
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


class Block(_Record, frozen=True):
    """Rows under one header; a table is a stack of blocks."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    corner: str = ""
    clause: str = ""


class Cell(_Record, frozen=True):
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


class Table(_Record, frozen=True):
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


class RelationFamily(_Record, frozen=True):
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


class Term(_Record, frozen=True):
    """One summand of a relation."""

    ref: str
    previous: bool = False
    negative: bool = False


class Relation(_Record, frozen=True):
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


class Substitute(_Record, frozen=True):
    """Rows of another edition's table that published reports have in place of rows of this one."""

    table: str
    labels: tuple[tuple[str, ...], ...]
    """The labels of those rows."""
    row: str
    """The row that takes their sum."""
    zero: tuple[str, ...] = ()
    """The rows that then are 0."""


class LevelLimit(_Record, frozen=True):
    """A row that must be zero for units of certain levels."""

    id: str
    name: str
    table: str
    row: str
    levels: tuple[str, ...]
    clause: str


class Fee(_Record, frozen=True):
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


class Roles(_Record, frozen=True):
    """Which relations have a meaning that checks ask about, by their ids."""

    balance: str
    """On its left side is what came in, on its right side what was closed and what is carried over."""
    results: str
    """On its left side is what was closed, on its right side the results, one by one."""


class Form(_Record, frozen=True):
    """What the official form asks, in one edition."""

    edition: str
    document: str
    first_year: int
    """The first report year for which the form is in force."""
    title: str
    law: str
    counted_at: str
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    tables: tuple[Table, ...]
    relation_families: tuple[RelationFamily, ...] = msgspec.field(name="relations")
    continuity_families: tuple[RelationFamily, ...] = msgspec.field(name="continuity", default=())
    level_limits: tuple[LevelLimit, ...] = ()
    last_year: int | None = None
    fee: Fee | None = None
    roles: Roles | None = None
    base: str = ""
    """Of an office's own form: the official edition to which it adds something."""
    titles: tuple[str, ...] = ()
    """What the titles of published reports end with, the form's own and others."""
    substitutes: tuple[Substitute, ...] = ()

    @property
    def basis(self) -> str:
        """The official document that asks it, and what an office has added, as people read it."""
        name, _, version = self.edition.rpartition("@")
        return f"{self.document}，另加{name}（{version}）" if name else self.document

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every number cell of the form by its Ref, in printed order."""
        return {ref: cell for table in self.tables for ref, cell in table.cells.items()}

    @cached_property
    def official_tables(self) -> tuple[Table, ...]:
        """The tables that the report prints: the three official ones, and those that an office has added."""
        return tuple(table for table in self.tables if table.official)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation inside one report."""
        return tuple(relation for family in self.relation_families for relation in self._instances(family))

    @cached_property
    def continuity(self) -> tuple[Relation, ...]:
        """Every relation with last year's report."""
        return tuple(relation for family in self.continuity_families for relation in self._instances(family))

    @cached_property
    def totals(self) -> dict[str, tuple[str, ...]]:
        """Each cell that is a sum by definition, with its parts; parts come before the totals built on them."""
        sums: dict[str, tuple[str, ...]] = {}
        for relation in self.relations:
            if relation.family.sums and relation.left:
                sums.setdefault(relation.left[0].ref, tuple(term.ref for term in relation.right))
        ordered: dict[str, tuple[str, ...]] = {}
        while sums:
            ready = [total for total, parts in sums.items() if not any(part in sums for part in parts)]
            if not ready:
                raise EditionError(f"relations：合计互相依赖，算不出来：{'、'.join(sorted(sums))}。")
            for total in ready:
                ordered[total] = sums.pop(total)
        return ordered

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The Refs of the cells that are no totals."""
        return tuple(ref for ref in self.cells if ref not in self.totals)

    def section(self, key: str) -> Section:
        """Return the section of that key."""
        return next(section for section in self.sections if section.key == key)

    def table(self, id: str) -> Table:
        """Return the table of that id."""
        return next(table for table in self.tables if table.id == id)

    def sheet_of(self, table: str) -> str:
        """Return the name of the sheet on which a table stands."""
        return self.section(self.table(table).section).sheet

    def topic(self, key: str) -> Topic:
        """Return the topic of that key."""
        return next(topic for topic in self.topics if topic.key == key)

    def topics_of(self, section: str) -> tuple[Topic, ...]:
        """Return the topics of a section, in printed order."""
        return tuple(topic for topic in self.topics if topic.section == section)

    def table_of(self, section: str) -> Table | None:
        """Return the official table of a section, if it has one."""
        return next((table for table in self.official_tables if table.section == section), None)

    def report_title(self, unit: str, year: int | None) -> str:
        """Return the title of a unit's report."""
        return self.title.format(unit=unit, year=year if year is not None else "____")

    def _instances(self, family: RelationFamily) -> Iterator[Relation]:
        table = self.table(family.table)
        axis = _axis(table, family)
        unknown = set(family.only) - set(axis)
        if unknown:
            raise _unknown(f"{family.id}.only", unknown.pop(), axis)

        def term(key: str, instance: str) -> Term:
            negative, previous = key.startswith("-"), key.removeprefix("-").startswith("previous.")
            bare = key.removeprefix("-").removeprefix("previous.")
            ref = _ref(table, family, bare, instance)
            if ref not in self.cells:
                known = _keys(self.tables, table, family)
                if bare in known and instance:
                    raise EditionError(
                        f"{family.id}：没有“{bare}”与“{instance}”这一格。只对一部分行或者列的，用 only 写明是哪些。"
                    )
                raise _unknown(family.id, bare, known)
            return Term(ref=ref, previous=previous, negative=negative)

        for instance in family.only or axis:
            yield Relation(
                id=f"{family.id}:{instance}",
                family=family,
                key=instance,
                left=tuple(term(key, instance) for key in family.left),
                right=tuple(term(key, instance) for key in family.right),
            )


def _unknown(place: str, key: str, known: Sequence[str] | set[str]) -> EditionError:
    return EditionError(f"{place}：表里没有名为“{key}”的行或者列{meant(closest(key, sorted(known)))}")


def _axis(table: Table, family: RelationFamily) -> list[str]:
    """Return the columns or rows for which a relation is asked; of single cells the row of the first."""
    if family.each == "cell":
        first = family.left[0].removeprefix("-").removeprefix("previous.") if family.left else ""
        return [first.split(".")[-2] if "." in first else first]
    return [
        member.key for block in table.blocks for member in (block.columns if family.each == "column" else block.rows)
    ]


def _ref(table: Table, family: RelationFamily, key: str, instance: str) -> str:
    """Return the Ref that a key of a relation means, whether the form has it or not."""
    parts = key.split(".")
    if family.each == "cell":
        return key if len(parts) > 2 else f"{table.id}.{key}"
    other, bare = (parts[0], parts[1]) if len(parts) == 2 else (table.id, key)
    return f"{other}.{bare}.{instance}" if family.each == "column" else f"{other}.{instance}.{bare}"


def _keys(tables: tuple[Table, ...], own: Table, family: RelationFamily) -> set[str]:
    """Return every key that a relation could name."""
    known = set()
    for table in tables:
        for cell in table.cells.values():
            key = {
                "column": cell.row.key,
                "row": cell.column.key,
                "cell": f"{cell.row.key}.{cell.column.key}",
            }[family.each]
            known.add(key if table == own else f"{table.id}.{key}")
    return known
