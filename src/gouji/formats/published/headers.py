"""The columns that the header above numbers names, from left to right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.form.labels import bare
from gouji.form.model import Table
from gouji.formats.published.likeness import Placed, Words, placed, resembles
from gouji.formats.published.lines import Line, Spot
from gouji.formats.published.vocabulary import Vocabulary, columns_of

_NAMED = 3
"""A header of a block names at least this many of its columns."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column as the header names it."""

    key: str | None
    text: str
    left: int
    right: int
    either: tuple[str, ...] = ()
    """If it is unclear which column it is: the keys of those that it may be."""
    altered: bool = False


@dataclass(frozen=True)
class Header:
    """The columns of a table, from left to right."""

    table: int
    """The number of the printed table; -1 if the columns are in the form's own order."""
    leaves: tuple[Leaf, ...]
    altered: tuple[tuple[str, str, str], ...] = ()
    """Label as printed, label in the form, and cell, of each label with a slip."""

    @property
    def guessed(self) -> bool:
        """Whether the columns are in the form's own order, because the cells do not say which is which."""
        return self.table < 0


def in_own_order(keys: Sequence[str]) -> Header:
    """Return the columns of a block in the order of the form."""
    return Header(-1, tuple(Leaf(key, "", 0, 0) for key in keys))


def header_in(lines: Sequence[Line], words: Vocabulary, table: Table, block: int) -> Header | None:
    """Return the columns that lines of labels name, if they are those of a block of a table."""
    keys, labels = columns_of(table.blocks[block]), words.printed_columns[table.id, block]
    for raw in raw_headers(lines, words, table, block):
        exact = {leaf.key for leaf in raw.leaves if leaf.key}
        if not exact and len(_labels(raw, words)) != len(keys):
            continue
        places = _placed_once(own_labels(raw.leaves, words), [leaf.key for leaf in raw.leaves], keys, labels)
        if len({*exact, *(place.key for place in places if place.key)}) < enough_for(keys):
            continue
        if not is_even(raw.lines):
            return in_order(raw.lines, words, table, block)
        leaves = tuple(
            replace(leaf, key=place.key, either=place.either, altered=place.altered)
            for leaf, place in zip(raw.leaves, places, strict=True)
        )
        return Header(raw.table, leaves, tuple(altered_in(leaves, raw.lines, table)))
    return None


@dataclass(frozen=True)
class RawHeader:
    """Lines of labels of one printed table, and the columns below them; those with a slip have no key."""

    table: int
    lines: tuple[Line, ...]
    leaves: tuple[Leaf, ...]


def raw_headers(lines: Sequence[Line], words: Vocabulary, table: Table, block: int) -> Iterator[RawHeader]:
    """Yield the header in each printed table of some lines, the nearest to the numbers first."""
    keys = columns_of(table.blocks[block])
    for number in dict.fromkeys(line.table for line in reversed(lines)):
        own = tuple(line for line in lines if line.table == number)
        leaves = [replace(leaf, key=words.column_of(table.id, block, leaf.text)) for leaf in _lowest(own)]
        yield RawHeader(number, own, tuple(leaves[_first([leaf.key for leaf in leaves], keys) :]))


def _placed_once(texts: Sequence[str], exact: Sequence[str | None], keys: Sequence[str], labels: Words) -> list[Placed]:
    """Return what each label is; a merged cell that was saved as several with one text is one label."""
    firsts = [
        index for index, text in enumerate(texts) if not index or not text or exact[index] or text != texts[index - 1]
    ]
    found = placed([texts[index] for index in firsts], [exact[index] for index in firsts], keys, labels)
    return [found[bisect_right(firsts, index) - 1] for index in range(len(texts))]


def own_labels(leaves: Sequence[Leaf], words: Vocabulary) -> list[str]:
    """Return the labels of columns; empty for one that has only the label of its group."""
    return ["" if bare(leaf.text) in words.overheads else leaf.text for leaf in leaves]


def _labels(raw: RawHeader, words: Vocabulary) -> set[str]:
    """Return the labels of a header that may name a column."""
    return {leaf.text for leaf in raw.leaves if leaf.text and not resembles(leaf.text, words.corners)}


def _first(named: Sequence[str | None], keys: Sequence[str]) -> int:
    """Return the first leaf that may be a column: what is before it are corners and labels of rows."""
    first = next((index for index, key in enumerate(named) if key), 0)
    key = named[first] if named else None
    return max(0, first - keys.index(key)) if key else 0


def altered_in(leaves: Sequence[Leaf], lines: Sequence[Line], table: Table) -> Iterator[tuple[str, str, str]]:
    """Yield label as printed, label in the form, and cell, of each column with a slip."""
    labels = {column.key: column.label[-1] for block in table.blocks for column in block.columns}
    for leaf in leaves:
        if leaf.altered and leaf.key and leaf.text:
            yield leaf.text, labels[leaf.key.rpartition(".")[2]], place_of(leaf.text, lines)


def place_of(text: str, lines: Sequence[Line]) -> str:
    """Return the place of a label in a header: its cell where cells have addresses, else the last line."""
    spots = ((line, spot) for line in reversed(lines) for spot in line.spots if spot.address and spot.text == text)
    for line, spot in spots:
        return line.cell(spot)
    return f"{lines[-1].place}!第{lines[-1].row + 1}行"


def enough_for(keys: Sequence[str]) -> int:
    """Return how many of a block's columns its header must name; one of three or more may be altered."""
    return min(_NAMED, max(len(keys) - 1, 2), len(keys))


def in_order(lines: Sequence[Line], words: Vocabulary, table: Table, block: int) -> Header | None:
    """Return the form's own order for a header whose cells do not say how many columns they cover.

    Its columns may then stand under other cells than they seem to; all must be there, in no line out of order.
    """
    keys = columns_of(table.blocks[block])
    rows = [[key for spot in line.filled if (key := words.column_of(table.id, block, spot.text))] for line in lines]
    if {key for row in rows for key in row} != set(keys):
        return None
    if any(row != sorted(row, key=keys.index) for row in rows):
        return None
    return in_own_order(keys)


def _lowest(lines: Sequence[Line]) -> Iterator[Leaf]:
    """Yield the lowest label above each column of a grid, from left to right, each cell once."""
    last: Spot | None = None
    for column in range(max(spot.right for line in lines for spot in line.spots)):
        above = [spot for line in reversed(lines) for spot in line.spots if spot.left <= column < spot.right]
        spot = next((spot for spot in above if spot.text), above[0] if above else None)
        if spot and (last is None or (spot.text, spot.left, spot.right) != (last.text, last.left, last.right)):
            yield Leaf(None, spot.text, spot.left, spot.right)
        last = spot or last


def is_even(lines: Sequence[Line]) -> bool:
    """Tell whether the lines of a header end at the same column, as they do if their spans are right."""
    own = [line for line in lines if len(line.filled) > 1]
    return len({max(spot.right for spot in line.spots) for line in own}) <= 1
