"""The columns of a table whose rows stand side by side, as those of the table of disputes do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gouji.form.labels import bare, normalised
from gouji.form.model import Table
from gouji.formats.published.headers import (
    Header,
    Leaf,
    RawHeader,
    altered_in,
    enough_for,
    in_order,
    is_even,
    own_labels,
    place_of,
    raw_headers,
)
from gouji.formats.published.likeness import Placed, placed
from gouji.formats.published.lines import Line, Spot
from gouji.formats.published.vocabulary import Vocabulary, columns_of


def header_across(lines: Sequence[Line], words: Vocabulary, table: Table, last_text: str) -> Header | None:
    """Return the columns that lines of labels name, each with the key ``row.column``.

    ``last_text`` is the text above the table; it may name the only row of it.
    """
    keys = columns_of(table.blocks[0])
    for raw in raw_headers(lines, words, table, 0):
        if len({leaf.key for leaf in raw.leaves if leaf.key}) < enough_for(keys):
            continue
        if not is_even(raw.lines):
            guessed = in_order(raw.lines, words, table, 0)
            return _with_rows(RawHeader(-1, raw.lines, guessed.leaves), words, table, last_text) if guessed else None
        return _with_rows(raw, words, table, last_text) or _with_slips(raw, words, table, last_text)
    return None


def _with_rows(raw: RawHeader, words: Vocabulary, table: Table, last_text: str) -> Header | None:
    """Return the columns with the row to which each belongs, if their labels are right."""
    leaves = [leaf for leaf in raw.leaves if leaf.key]
    rows = _rows_of(leaves, list(_groups(raw, words, table)), words, table, last_text)
    if rows is None:
        return None
    named = iter(rows)
    return Header(
        raw.table,
        tuple(replace(leaf, key=f"{next(named)}.{leaf.key}") if leaf.key else leaf for leaf in raw.leaves),
    )


def _rows_of(
    leaves: list[Leaf], groups: list[tuple[Spot, str]], words: Vocabulary, table: Table, last_text: str
) -> list[str] | None:
    """Return the row to which each column belongs, by the groups above it or by their order."""
    rows, columns = [row.key for row in table.blocks[0].rows], columns_of(table.blocks[0])
    if not table.official:
        return rows * len(leaves) if len(rows) == 1 else None
    above = [_group_above(leaf, groups) for leaf in leaves]
    known = [row for row in above if row]
    pairs = {(row, leaf.key) for row, leaf in zip(above, leaves, strict=True)}
    if len(known) == len(leaves) == len(pairs) == len(set(known)) * len(columns):
        return known
    if tuple(leaf.key for leaf in leaves) != columns * (len(leaves) // len(columns)):
        return None
    order = list(dict.fromkeys(row for spot, row in sorted(groups, key=lambda group: group[0].left)))
    if len(leaves) == len(columns):
        alone = order or [row for row in [_group_of(words, table, last_text)] if row]
        return alone * len(columns) if len(alone) == 1 else None
    if len(leaves) == len(rows) * len(columns) and (set(order) == set(rows) or not order):
        return [row for row in order or rows for _ in columns]
    return None


def _groups(raw: RawHeader, words: Vocabulary, table: Table) -> Iterator[tuple[Spot, str]]:
    """Yield the cells of the header that name a row, the lowest line first."""
    for line in reversed(raw.lines) if raw.table >= 0 else ():
        for spot in line.spots:
            if row := _group_of(words, table, spot.text):
                yield spot, row


def _group_of(words: Vocabulary, table: Table, text: str) -> str | None:
    groups = words.groups.get(table.id, {})
    return groups.get(normalised(text)) or groups.get(bare(text)) if text else None


def _group_above(leaf: Leaf, groups: list[tuple[Spot, str]]) -> str | None:
    return next((row for spot, row in groups if spot.left <= leaf.left and leaf.right <= spot.right), None)


# ---------------------------------------------------------------- labels with slips


def _with_slips(raw: RawHeader, words: Vocabulary, table: Table, last_text: str) -> Header | None:
    """Return the columns with the row to which each belongs, if no column is missing or too many."""
    keys, named = columns_of(table.blocks[0]), list(raw.leaves)
    while not named[-1].text:
        named.pop()  # an empty margin
    if not table.official or len(named) % len(keys):
        return None
    parts = [named[start : start + len(keys)] for start in range(0, len(named), len(keys))]
    texts = [_text_above(part, raw, words) or (last_text if len(parts) == 1 else "") for part in parts]
    exact_rows = [_group_of(words, table, text) for text in texts]
    # The end of a page may have cut off the name of a group: what is left is the one above it, as …诉讼.
    texts = [
        "" if not row and bare(text) in words.overheads else text for row, text in zip(exact_rows, texts, strict=True)
    ]
    rows = placed(texts, exact_rows, [row.key for row in table.blocks[0].rows], words.printed_rows[table.id])
    if not all(place.key or place.either for place in rows):
        return None
    leaves: list[Leaf] = []
    for row, part in zip(rows, parts, strict=True):
        exact = [leaf.key for leaf in part]
        columns = placed(own_labels(part, words), exact, keys, words.printed_columns[table.id, 0])
        leaves += [_of_row(leaf, row, column) for leaf, column in zip(part, columns, strict=True)]
    groups = _altered_groups(rows, texts, raw, table)
    return Header(raw.table, tuple(leaves), (*groups, *altered_in(leaves, raw.lines, table)))


def _of_row(leaf: Leaf, row: Placed, column: Placed) -> Leaf:
    """Return a column of a row; if one of them is unclear, the columns that it may be."""
    if row.key and column.key:
        return replace(leaf, key=f"{row.key}.{column.key}", altered=column.altered)
    rows, columns = row.either or (row.key,), column.either or (column.key,)
    return replace(leaf, key=None, either=tuple(f"{one}.{other}" for one in rows for other in columns if one and other))


def _altered_groups(
    rows: Sequence[Placed], texts: Sequence[str], raw: RawHeader, table: Table
) -> Iterator[tuple[str, str, str]]:
    """Yield label as printed, label in the form, and cell, of each row with a slip."""
    labels = {row.key: row.label[-1] for row in table.blocks[0].rows}
    for row, text in zip(rows, texts, strict=True):
        if row.altered and row.key and text:
            yield text, labels[row.key], place_of(text, raw.lines[:1])


def _text_above(part: Sequence[Leaf], raw: RawHeader, words: Vocabulary) -> str:
    """Return the lowest label above the first column of a part of a header, other than that of the column."""
    column = part[0].left
    above = [spot for line in reversed(raw.lines) for spot in line.spots if spot.left <= column < spot.right]
    cells = list(dict.fromkeys((spot.text, spot.left, spot.right) for spot in above if spot.text))
    own = 0 if bare(part[0].text) in words.overheads else 1  # a column without a label of its own has that of its group
    return next((text for text, *_ in cells[own:]), "")
