"""The columns of a list that are used: of several for one thing, those that say it best."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gouji.form.level_words import level_meant
from gouji.formats.contacts.columns import Columns, Head, What
from gouji.formats.contacts.grid import Row, letters
from gouji.formats.contacts.units import Column
from gouji.formats.contacts.values import is_nothing


class Chosen:
    """The columns that are used, by what they hold."""

    def __init__(self, heads: Columns, rows: Sequence[Row]) -> None:
        self.heads = heads
        by_what: dict[What, list[int]] = {}
        for what in What:
            ranks = [head.rank for head in heads.values() if head.what is what]
            by_what[what] = sorted(at for at, head in heads.items() if head == Head(what, min(ranks, default=0)))
        self.name = by_what[What.NAME][:1]
        self.code = sorted(
            (at for at, head in heads.items() if head.what is What.CODE),
            key=lambda at: (_repeated(rows, at), heads[at].rank, at),
        )[:1]
        self.level = [
            at
            for at, head in heads.items()
            if head.what is What.LEVEL and _speak_of_levels(row.text(at) for row in rows)
        ]
        self.short, self.parent = by_what[What.SHORT], by_what[What.PARENT][:1]
        self.email, self.people, self.phone = by_what[What.EMAIL], by_what[What.CONTACT], by_what[What.PHONE]
        self.number = by_what[What.NUMBER]

    @property
    def used(self) -> dict[int, What]:
        """What is taken from each column that is used."""
        lists = {
            What.NAME: self.name,
            What.SHORT: self.short,
            What.CODE: self.code,
            What.LEVEL: self.level,
            What.PARENT: self.parent,
            What.EMAIL: self.email,
            What.CONTACT: self.people,
            What.PHONE: self.phone,
        }
        return {at: what for what, columns in lists.items() for at in columns}


def _repeated(rows: Sequence[Row], column: int) -> int:
    """Return how many rows have no code of their own in a column, in tenths of the rows."""
    texts = [row.text(column) for row in rows if row.text(column)]
    return 10 - 10 * len(set(texts)) // max(len(rows), 1)


def _speak_of_levels(texts: Iterable[str]) -> bool:
    values = [text for text in texts if not is_nothing(text)]
    return bool(values) and 2 * sum(level_meant(text) is not None for text in values) >= len(values)


def columns_used(chosen: Chosen, head: Row | None, found: Mapping[int, Head], rows: Sequence[Row]) -> Iterator[Column]:
    """Yield the columns for people, without the one that numbers the rows."""
    used = chosen.used
    for column in sorted({at for row in (*rows, *filter(None, [head])) for at in row.cells}):
        text = " ".join(head.text(column).split()) if head else ""
        if column in used:
            yield Column(used[column].value, text, letters(column), by_content=column in found)
        elif column not in chosen.number and any(row.text(column) for row in rows):
            yield Column("", text, letters(column))
