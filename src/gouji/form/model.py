"""The form: what is asked, in one edition.

An edition is a TOML file (:mod:`gouji.form.editions`), decoded into these frozen records. A label, a clause or anything
that differs between years is written there and nowhere else.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import msgspec

from gouji.form.records import (
    CHECKS,
    COVER,
    FRACTIONS,
    HIDDEN,
    Block,
    Cell,
    Column,
    Fee,
    Kind,
    LevelLimit,
    Record,
    Relation,
    RelationFamily,
    Roles,
    Row,
    Section,
    Substitute,
    Table,
    Term,
    Topic,
)
from gouji.runtime.errors import EditionError
from gouji.runtime.spelling import closest, meant

__all__ = [
    "CHECKS",
    "COVER",
    "FRACTIONS",
    "HIDDEN",
    "Block",
    "Cell",
    "Column",
    "Fee",
    "Form",
    "Kind",
    "LevelLimit",
    "Relation",
    "RelationFamily",
    "Roles",
    "Row",
    "Section",
    "Substitute",
    "Table",
    "Term",
    "Topic",
    "name_of",
    "unpacked",
]


class Form(Record, frozen=True, eq=False):
    """One edition of the official form, or a supplementary form, which adds sections and tables to an official one.

    Two forms are equal if their editions have the same name. This is safe because the name of a supplementary form
    contains a hash of its file, and it makes a form cheap as the key of a cache.
    """

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
    """The official edition to which a supplementary form adds something; empty for an official form."""
    titles: tuple[str, ...] = ()
    """The endings that the titles of published reports have: the form's own and other common ones."""
    substitutes: tuple[Substitute, ...] = ()

    def __eq__(self, other: object) -> bool:
        return self.edition == other.edition if isinstance(other, Form) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.edition)

    def __repr__(self) -> str:
        return f"Form({self.edition!r})"

    @property
    def name(self) -> str:
        """The name that a supplementary form has in its file; empty for an official form."""
        return name_of(self.edition)

    @property
    def official(self) -> str:
        """The official edition: this one, or the one to which a supplementary form adds something."""
        return self.base or self.edition

    @property
    def basis(self) -> str:
        """The official document that prescribes the form and the office's addition, for people to read."""
        name, _, version = self.edition.rpartition("@")
        return f"{self.document}，另加{name}（{version}）" if name else self.document

    @cached_property
    def packed(self) -> bytes:
        """The whole form as bytes, a quarter as long as its pickle; :func:`unpacked` restores the form."""
        return zlib.compress(msgspec.json.encode(self))

    @property
    def digest(self) -> str:
        """A hash of the whole form. An official form has one too, because its texts may change with the program."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every number cell of the form by its Ref, in printed order."""
        return {ref: cell for table in self.tables for ref, cell in table.cells.items()}

    @cached_property
    def official_tables(self) -> tuple[Table, ...]:
        """The tables that the report prints: the three official ones and those that an office adds."""
        return tuple(table for table in self.tables if table.official)

    @cached_property
    def key_figures(self) -> tuple[str, ...]:
        """The Refs of the figures that say most about a year."""
        return tuple(f"{table.id}.{key}" for table in self.tables for key in table.board)

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
        """The parts of each cell that is a total by definition; a total comes after the totals that it adds up."""
        unordered: dict[str, tuple[str, ...]] = {}
        for relation in self.relations:
            if relation.family.sums and relation.left:
                unordered.setdefault(relation.left[0].ref, tuple(term.ref for term in relation.right))
        ordered: dict[str, tuple[str, ...]] = {}
        while unordered:
            ready = [total for total, parts in unordered.items() if not any(part in unordered for part in parts)]
            if not ready:
                raise EditionError(f"relations：合计互相依赖，算不出来：{'、'.join(sorted(unordered))}。")
            for total in ready:
                ordered[total] = unordered.pop(total)
        return ordered

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The Refs of the cells that are not totals."""
        return tuple(ref for ref in self.cells if ref not in self.totals)

    def section(self, key: str) -> Section:
        """Return the section with this key."""
        return next(section for section in self.sections if section.key == key)

    def table(self, id: str) -> Table:
        """Return the table with this id."""
        return next(table for table in self.tables if table.id == id)

    def sheet_of(self, table: str) -> str:
        """Return the name of the sheet that holds a table."""
        return self.section(self.table(table).section).sheet

    def topic(self, key: str) -> Topic:
        """Return the topic with this key."""
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


def name_of(edition: str) -> str:
    """Return the name in an edition ``name@hash`` of a supplementary form; empty for an official edition."""
    return edition.rpartition("@")[0]


@lru_cache(maxsize=16)
def unpacked(data: bytes) -> Form:
    """Return the form from :attr:`Form.packed`; all reports that a process unpickles share one copy."""
    return msgspec.json.decode(zlib.decompress(data), type=Form)


def _unknown(place: str, key: str, known: Sequence[str] | set[str]) -> EditionError:
    return EditionError(f"{place}：表里没有名为“{key}”的行或者列{meant(closest(key, sorted(known)))}")


def _axis(table: Table, family: RelationFamily) -> list[str]:
    """Return the columns or rows that a relation covers; for single cells, the row of the first cell."""
    if family.each == "cell":
        first = family.left[0].removeprefix("-").removeprefix("previous.") if family.left else ""
        return [first.split(".")[-2] if "." in first else first]
    return [
        member.key for block in table.blocks for member in (block.columns if family.each == "column" else block.rows)
    ]


def _ref(table: Table, family: RelationFamily, key: str, instance: str) -> str:
    """Return the Ref that a key in a relation refers to, whether or not the form has that cell."""
    parts = key.split(".")
    if family.each == "cell":
        return key if len(parts) > 2 else f"{table.id}.{key}"
    other, bare = (parts[0], parts[1]) if len(parts) == 2 else (table.id, key)
    return f"{other}.{bare}.{instance}" if family.each == "column" else f"{other}.{instance}.{bare}"


def _keys(tables: tuple[Table, ...], family_table: Table, family: RelationFamily) -> set[str]:
    """Return every key that a relation could name; cells of other tables have their table's id before the key."""
    known = set()
    for table in tables:
        for cell in table.cells.values():
            key = {
                "column": cell.row.key,
                "row": cell.column.key,
                "cell": f"{cell.row.key}.{cell.column.key}",
            }[family.each]
            known.add(key if table == family_table else f"{table.id}.{key}")
    return known
