"""The official form: what is asked, in one edition.

An edition is a TOML file beside this module. It is decoded strictly into frozen records: an unknown key, a duplicate
id or a relation that names no cell is refused with the file and the place. A label, a clause or anything that differs
between years is written there and nowhere else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib import resources
from typing import Literal, TypeVar

import msgspec

from gouji.errors import EditionError, GoujiError
from gouji.levels import LEVELS

Kind = Literal["count", "change", "money"]
"""What a cell may hold: a whole number of at least 0; a whole number; a decimal number of at least 0."""

T = TypeVar("T")


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A frozen record that refuses keys that it does not know."""


class Section(_Record, frozen=True):
    """One of the six sections of the report."""

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
    """One of the three tables that the official form prints."""

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
    """A relation of the form, once for each column or row of a table."""

    id: str
    name: str
    table: str
    each: Literal["column", "row"]
    left: tuple[str, ...]
    right: tuple[str, ...]
    """Keys of the other axis; ``previous.`` before a key means last year's report, ``-`` subtracts."""
    clause: str
    sums: bool = False
    """The left side is the total of the right side."""
    only: tuple[str, ...] = ()
    """The columns or rows for which it is asked; empty means all."""


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
    """The column or row that the instance is about."""
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
    titles: tuple[str, ...] = ()
    """What the titles of published reports end with, the form's own and others."""
    substitutes: tuple[Substitute, ...] = ()

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every number cell of the form by its Ref, in printed order."""
        return {ref: cell for table in self.tables for ref, cell in table.cells.items()}

    @cached_property
    def official_tables(self) -> tuple[Table, ...]:
        """The three tables that the official form prints."""
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
            if relation.family.sums:
                sums.setdefault(relation.left[0].ref, tuple(term.ref for term in relation.right))
        ordered: dict[str, tuple[str, ...]] = {}
        while sums:
            ready = [total for total, parts in sums.items() if not any(part in sums for part in parts)]
            if not ready:
                raise EditionError(f"editions/{self.edition}.toml: totals that depend on one another: {sorted(sums)}")
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
        rows = {row.key for block in table.blocks for row in block.rows}
        columns = {column.key for block in table.blocks for column in block.columns}
        axis = [
            member.key
            for block in table.blocks
            for member in (block.columns if family.each == "column" else block.rows)
        ]
        unknown = set(family.only) - set(axis)
        if unknown:
            raise _unknown(self.edition, f"{family.id}.only", unknown.pop(), axis)

        def term(key: str, instance: str) -> Term:
            negative, previous = key.startswith("-"), key.removeprefix("-").startswith("previous.")
            bare = key.removeprefix("-").removeprefix("previous.")
            ref = f"{table.id}.{bare}.{instance}" if family.each == "column" else f"{table.id}.{instance}.{bare}"
            if ref not in table.cells:
                raise _unknown(self.edition, family.id, bare, rows if family.each == "column" else columns)
            return Term(ref=ref, previous=previous, negative=negative)

        for instance in family.only or axis:
            yield Relation(
                id=f"{family.id}:{instance}",
                family=family,
                key=instance,
                left=tuple(term(key, instance) for key in family.left),
                right=tuple(term(key, instance) for key in family.right),
            )


@cache
def editions() -> tuple[str, ...]:
    """Return the names of the editions that are shipped, newest first."""
    files = resources.files("gouji").joinpath("editions").iterdir()
    return tuple(
        sorted((file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")), reverse=True)
    )


@cache
def load_form(edition: str) -> Form:
    """Return the form of an edition, which is named by its first year.

    Raises GoujiError for an edition that is not shipped, EditionError for a file that is not a form.
    """
    if edition not in editions():
        known = "、".join(editions())
        raise GoujiError(f"没有“{edition}”版的格式。现有的是：{known}。")
    text = resources.files("gouji").joinpath("editions", f"{edition}.toml").read_text(encoding="utf-8")
    return parse_form(text, f"editions/{edition}.toml")


def edition_in_force(year: int | None) -> str:
    """Return the edition that is in force for reports on a year; without a year, the newest one."""
    forms = [load_form(edition) for edition in editions()]
    if year is None:
        return forms[0].edition
    return next((form.edition for form in forms if form.first_year <= year), forms[-1].edition)


def parse_form(text: str, file: str) -> Form:
    """Decode an edition file strictly.

    Raises EditionError that names the file and the place: an unknown key, a value of the wrong type, a duplicate id,
    a relation that names no cell.
    """
    try:
        form = msgspec.toml.decode(text, type=Form)
    except msgspec.DecodeError as error:
        raise EditionError(f"{file}: {_with_suggestion(str(error))}") from None
    _refuse_duplicates(form, file)
    _refuse_dangling(form, file)
    return form


def closest(word: str, known: Sequence[str]) -> str:
    """Return the known word nearest to a misspelt one, or an empty text."""
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.6)), "")


_FIELDS = sorted(
    {
        field.encode_name
        for record in (Form, Section, Topic, Table, Block, Row, Column, RelationFamily, Substitute, LevelLimit, Fee)
        for field in msgspec.structs.fields(record)
    }
)


def _with_suggestion(message: str) -> str:
    unknown = re.search(r"unknown field `(.+?)`", message)
    near = closest(unknown.group(1), _FIELDS) if unknown else ""
    return f"{message}; did you mean `{near}`?" if near else message


def _unknown(edition: str, place: str, key: str, known: Sequence[str] | set[str]) -> EditionError:
    near = closest(key, sorted(known))
    hint = f"; did you mean `{near}`?" if near else ""
    return EditionError(f"editions/{edition}.toml: {place}: no cell of the table has the key `{key}`{hint}")


def _refuse_duplicates(form: Form, file: str) -> None:
    groups: dict[str, list[str]] = {
        "sections": [section.key for section in form.sections],
        "sections.sheet": [section.sheet for section in form.sections],
        "topics": [topic.key for topic in form.topics],
        "tables": [table.id for table in form.tables],
        "rules": [
            rule.id
            for rule in (*form.relation_families, *form.continuity_families, *form.level_limits, form.fee)
            if rule is not None
        ],
    }
    for table in form.tables:
        groups[f"tables.{table.id}.rows"] = [row.key for block in table.blocks for row in block.rows]
        for block in table.blocks:
            groups[f"tables.{table.id}.{block.title}.columns"] = [column.key for column in block.columns]
    for place, names in groups.items():
        for name in names:
            if names.count(name) > 1:
                raise EditionError(f"{file}: {place}: the id `{name}` stands twice")


def _refuse_dangling(form: Form, file: str) -> None:
    sections = [section.key for section in form.sections]
    tables = [table.id for table in form.tables]
    references = [
        *((f"topics.{topic.key}.section", topic.section, sections) for topic in form.topics),
        *((f"tables.{table.id}.section", table.section, sections) for table in form.tables),
        *(
            (f"{family.id}.table", family.table, tables)
            for family in (*form.relation_families, *form.continuity_families)
        ),
        *((f"{limit.id}.table", limit.table, tables) for limit in form.level_limits),
        *(("substitutes.table", substitute.table, tables) for substitute in form.substitutes),
        *((f"{limit.id}.levels", level, list(LEVELS)) for limit in form.level_limits for level in limit.levels),
    ]
    if form.fee:
        references += [("fee.table", form.fee.table, tables), ("fee.section", form.fee.section, sections)]
    for place, name, known in references:
        if name not in known:
            near = closest(name, known)
            raise EditionError(
                f"{file}: {place}: `{name}` is not known" + (f"; did you mean `{near}`?" if near else "")
            )
    wanted = [(f"{limit.id}.row", limit.table, limit.row) for limit in form.level_limits]
    wanted += [("substitutes.row", each.table, row) for each in form.substitutes for row in (each.row, *each.zero)]
    for place, table, wanted_row in wanted:
        if wanted_row not in [row.key for block in form.table(table).blocks for row in block.rows]:
            raise EditionError(f"{file}: {place}: `{wanted_row}` is not known")
    try:
        _ = form.relations, form.continuity, form.totals
    except EditionError as error:
        raise EditionError(f"{file}: {str(error).split(': ', 1)[-1]}") from None
