"""The labels of a form's tables, for looking them up in a published table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from gouji.form.forms import Forms
from gouji.form.labels import bare, normalised
from gouji.form.model import Block, Form, Row, Table

SUBSTITUTE = "substitute."
"""The beginning of the key of a row that replaces others."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that a label names: a row of the form, or one that replaces others (see ``Substitute``)."""

    table: str
    block: int
    row: str
    certain: bool = True
    """The label has its number; some labels without a number are words of the header as well."""


@dataclass
class Vocabulary:
    """Every label of a form, in all the ways in which it is printed."""

    rows: dict[str, Wanted] = field(default_factory=dict)
    """Normalised label → row; also with the labels of its groups before it, for merged cells."""
    bare_rows: dict[str, Wanted] = field(default_factory=dict)
    columns: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    """Table and block → normalised label → key of the column."""
    printed_columns: dict[tuple[str, int], dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """Table and block → key of the column → the labels under which it is printed."""
    printed_rows: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """Table → key of the row → the labels under which it is printed, without its groups."""
    corners: set[str] = field(default_factory=set)
    """The titles of blocks and the labels above the labels of rows, without numbers and signs."""
    overheads: set[str] = field(default_factory=set)
    """The labels above those of columns, without numbers and signs."""
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    """For a table whose rows are side by side: normalised label → key of the row."""
    beginnings: set[str] = field(default_factory=set)
    """All beginnings of row labels, without the whole labels."""
    known: set[str] = field(default_factory=set)
    """Every label, without its number and signs."""

    def row_of(self, label: str) -> Wanted | None:
        """Return the row that a label names."""
        return self.rows.get(normalised(label)) or self.bare_rows.get(bare(label))

    def column_of(self, table: str, block: int, label: str) -> str | None:
        """Return the column that a label names."""
        columns = self.columns[table, block]
        return columns.get(normalised(label)) or columns.get(bare(label))


@cache
def vocabulary_of(form: Form) -> Vocabulary:
    """Return the labels of a form."""
    words = Vocabulary()
    for table in form.tables:
        for number, block in enumerate(table.blocks):
            words.columns[table.id, number] = columns = {}
            words.printed_columns[table.id, number] = {
                column.key: (column.label[-1], *column.aliases) for column in block.columns
            }
            words.corners |= {bare(block.title), bare(block.corner)}
            for column in block.columns:
                words.known.update(map(bare, column.label))
                words.overheads.update(map(bare, column.label[:-1]))
                for label in (column.label[-1], *column.aliases):
                    columns[normalised(label)] = columns[bare(label)] = column.key
                    if not table.official or column.kind == "money":
                        columns[bare(f"{label}（{column.unit}）")] = column.key
                        columns[bare(f"{label}（单位：{column.unit}）")] = column.key
            if not table.official:
                # Its numbers stand below its header, without a label, and no printed form gives it its words.
                words.known.update(columns)
                continue
            words.known.update(map(bare, (block.title, block.corner)))
            for row in block.rows:
                _add_row(words, table, number, row)
    for index, substitute in enumerate(form.substitutes):
        for part, path in enumerate(substitute.labels):
            wanted = Wanted(substitute.table, 0, f"{SUBSTITUTE}{index}.{part}", certain=False)
            _add(words, _printed(path, ()), wanted)
    words.known.discard("")
    words.beginnings = {label[:end] for label in words.rows for end in range(1, len(label))}
    return words


def _add_row(words: Vocabulary, table: Table, block: int, row: Row) -> None:
    wanted = Wanted(table.id, block, row.key, certain=not table.across)
    words.known.update(map(bare, row.label))
    words.printed_rows.setdefault(table.id, {})[row.key] = (row.label[-1], *row.aliases)
    _add(words, _printed(row.label, row.aliases), wanted)
    if table.across:
        groups = words.groups.setdefault(table.id, {})
        for label in (row.label[-1], *row.aliases):
            groups[normalised(label)] = groups[bare(label)] = row.key
        words.overheads.update(map(bare, (*row.label, *row.aliases)))


def _add(words: Vocabulary, printed: Iterator[str], wanted: Wanted) -> None:
    for label in printed:
        words.rows.setdefault(normalised(label), wanted)
        words.known.add(bare(label))
        uncertain = Wanted(wanted.table, wanted.block, wanted.row, certain=False)
        words.bare_rows.setdefault(bare(label), uncertain)


def _printed(label: tuple[str, ...], aliases: tuple[str, ...]) -> Iterator[str]:
    """Yield the last part of a label, then with its groups before it."""
    for last in (label[-1], *aliases):
        for first in range(len(label) - 1, -1, -1):
            yield "".join((*label[first:-1], last))


@cache
def every_label(forms: Forms) -> frozenset[str]:
    """Return the labels of some forms, without numbers and signs."""
    return frozenset(label for form in forms.every for label in vocabulary_of(form).known)


def columns_of(block: Block) -> tuple[str, ...]:
    """Return the keys of a block's columns, in their order."""
    return tuple(column.key for column in block.columns)
