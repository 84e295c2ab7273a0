"""Finding the figures of a form in the rows of published tables: by label, never by position alone.

A row is found by its label, a column by the header above it. Cells are told apart by their order where row and header
have as many, else by the columns of the grid that they share; where neither says without doubt which cell is which,
nothing is read and it is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gouji.form.labels import bare, normalised
from gouji.form.model import Form, Table
from gouji.formats.published.found import UNCLEAR, FoundFigures, PrintedFigure, Stop
from gouji.formats.published.joints import Match, Matched, is_nameless, is_number, whole_rows
from gouji.formats.published.lines import Item, Line, Spot, Text
from gouji.formats.published.torn_rows import NumberedLine, torn_rows
from gouji.formats.published.vocabulary import SUBSTITUTE, Wanted, columns_of, vocabulary_of

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A column as the header names it."""

    key: str | None
    text: str
    left: int
    right: int


_Pair = tuple[_Leaf, list[Spot] | None]
"""A column and the cells of a row that may be its own; None where they are shared."""


@dataclass(frozen=True)
class _Header:
    """The columns of a table, from left to right."""

    table: int
    leaves: tuple[_Leaf, ...]


def figures_in(items: Sequence[Item], form: Form, labels: frozenset[str]) -> FoundFigures:
    """Find the figures of a form; ``labels`` are those of all known forms."""
    return _Search(form, labels).over(items)


class _Search:
    def __init__(self, form: Form, labels: frozenset[str]) -> None:
        self.form, self.words, self.labels = form, vocabulary_of(form), labels
        self.found = FoundFigures(form)
        self.headers: dict[tuple[str, int], _Header] = {}
        self.header: list[Line] = []
        """The lines of labels since the last row."""
        self.last_header: list[Line] = []
        self.foreign = False
        """Whether the last header belongs to another edition."""
        self.last_text = ""
        self.extra_columns: set[tuple[int, int]] = set()
        """Table and left edge of the columns that were already reported."""
        self.shifted: dict[tuple[str, int], tuple[Line, set[str]]] = {}
        """By table and block, where a header does not fit the numbers below it, and the columns that it lacks."""
        self.rows: list[NumberedLine] = []
        """The rows of the form and the lines of numbers without a label, in the order of the document."""

    def over(self, items: Sequence[Item]) -> FoundFigures:
        matched = whole_rows(items, self.form, self.words, self.labels)
        tables = {line.table for line, match in matched.lines if match}
        self.found.altered += matched.altered
        for index, item in enumerate(matched.items):
            if isinstance(item, Text):
                self.last_text = item.text
                continue
            match = matched.of(item)
            if match:
                self._row(item, match)
            elif self._across(item, matched, index):
                self.header = []
            elif item.table in tables and is_nameless(item, self.labels):
                self.rows.append(NumberedLine(item, None))
            elif any(spot.text and not self._is_number(spot) for spot in item.spots):
                if any(map(self._is_number, item.filled)):
                    self._extra(item, tables)
                else:
                    self.header.append(item)
        self.found.stopped += [self._stopped(*place) for place in self.shifted]
        self.found.stopped += torn_rows(self.rows, self.form)
        for ref in [ref for stop in self.found.stopped for ref in stop.refs]:
            self.found.printed.pop(ref, None)
        return self.found

    def _is_number(self, spot: Spot) -> bool:
        return is_number(spot.text, self.labels)

    # ------------------------------------------------------------ rows below one another

    def _row(self, line: Line, match: Match) -> None:
        wanted = match.wanted
        block = self.form.table(wanted.table).blocks[wanted.block]
        keys, rest = columns_of(block), line.spots[match.index + 1 :]
        if not rest:
            return
        header = self._header_of(wanted.table, wanted.block, keys)
        if any(len(row.filled) > 1 for row in self.header):
            self.last_header, self.foreign = self.header, header is None
        self.header = []
        if header is None:
            return
        self.rows.append(NumberedLine(line, wanted, rest))
        pairs = _paired(header, rest, line)
        self._compare(header, pairs, rest, line, wanted, keys)
        for key, spots in _by_key(pairs).items():
            self._take(wanted.table, wanted.row, key, spots, line)
        self._extra_columns(header, pairs, line)

    def _compare(
        self,
        header: _Header,
        pairs: Sequence[_Pair],
        rest: Sequence[Spot],
        line: Line,
        wanted: Wanted,
        keys: tuple[str, ...],
    ) -> None:
        """Note a header that lacks columns of the form, if there are numbers below none of those that it names."""
        lacking = set(keys) - {leaf.key for leaf in header.leaves if leaf.key}
        named = {id(spot) for leaf, spots in pairs if leaf.key for spot in spots or ()}
        if lacking and any(id(spot) not in named and _DIGIT.search(spot.text) for spot in rest):
            self.shifted.setdefault((wanted.table, wanted.block), (line, lacking))

    def _stopped(self, table: str, number: int) -> Stop:
        """Return the part of a table whose header is not above its numbers."""
        block, (line, lacking) = self.form.table(table).blocks[number], self.shifted[table, number]
        columns = [column.label[-1] for column in block.columns if column.key in lacking]
        refs = tuple(f"{table}.{row.key}.{column.key}" for row in block.rows for column in block.columns)
        which = "、".join(f"“{column}”" for column in columns)
        return Stop(
            "published.shifted", table, refs, (line.cell(None),), which, block.title or block.columns[0].label[0]
        )

    def _header_of(self, table: str, block: int, keys: tuple[str, ...]) -> _Header | None:
        """Return the header of a row: the one above it, the last one of its kind, or the form's own order."""
        place = table, block
        above = self._read_header(self.header, table, block, keys)
        if above:
            self.headers[place] = above
        if place in self.headers:
            return self.headers[place]
        named = any(len(line.filled) > 1 for line in self.header)
        shared = None if named else self._read_header(self.last_header, table, block, keys)
        if shared or named or self.foreign:
            return shared  # else they are labels of another form, or of none
        self.found.headless.add(table)
        return _Header(-1, tuple(_Leaf(key, "", 0, 0) for key in keys))

    def _read_header(self, lines: list[Line], table: str, block: int, keys: tuple[str, ...]) -> _Header | None:
        """Return the columns that lines of labels name, if they are those of a block."""
        for number in dict.fromkeys(line.table for line in reversed(lines)):
            leaves = list(_lowest([line for line in lines if line.table == number]))
            named = [self.words.column_of(table, block, leaf.text) for leaf in leaves]
            if len({key for key in named if key}) < _enough_for(keys):
                continue
            if not _is_even(lines, number):
                return self._in_order([line for line in lines if line.table == number], table, block, keys)
            first = next(index for index, key in enumerate(named) if key)
            first = max(0, first - keys.index(named[first] or ""))
            own = [
                _Leaf(key, leaf.text, leaf.left, leaf.right)
                for key, leaf in zip(named[first:], leaves[first:], strict=True)
            ]
            return _Header(number, tuple(self._completed(own, keys, lines)))
        return None

    def _in_order(self, lines: list[Line], table: str, block: int, keys: tuple[str, ...]) -> _Header | None:
        """Return the form's own order for a header whose cells do not say how many columns they cover.

        Its columns may then stand under other cells than they seem to; all must be there, in no line out of order.
        """
        named = [
            [key for spot in line.filled if (key := self.words.column_of(table, block, spot.text))] for line in lines
        ]
        if {key for row in named for key in row} != set(keys):
            return None
        if any(row != sorted(row, key=keys.index) for row in named):
            return None
        self.found.headless.add(table)
        return _Header(-1, tuple(_Leaf(key, "", 0, 0) for key in keys))

    def _completed(self, leaves: list[_Leaf], keys: tuple[str, ...], lines: list[Line]) -> Iterator[_Leaf]:
        """Name the columns whose label is missing or altered, if all others are in the order of the form."""
        whole = len(leaves) == len(keys) and all(
            leaf.key in (None, key) for leaf, key in zip(leaves, keys, strict=True)
        )
        for index, leaf in enumerate(leaves):
            if leaf.key is None and whole:
                yield _Leaf(keys[index], leaf.text, leaf.left, leaf.right)
                if leaf.text:
                    self.found.altered.append((leaf.text, "", f"{lines[-1].place}!第{lines[-1].row + 1}行"))
            else:
                yield leaf

    # ------------------------------------------------------------ rows side by side

    def _across(self, line: Line, matched: Matched, index: int) -> bool:
        """Read a line of numbers below the header of a table whose rows are side by side."""
        spots = tuple(spot for spot in line.spots if spot.own)
        if not self.header or not spots or not all(map(self._is_number, spots)):
            return False
        if (not line.filled or _counts_columns(spots)) and matched.numbers_follow(index):
            return False
        for table in self.form.tables:
            if table.official and not table.across:
                continue
            header = self._read_header(self.header, table.id, 0, columns_of(table.blocks[0]))
            rows = self._rows_of(table, header) if header else None
            if header and rows:
                self._read_across(table, header, rows, spots, line)
                return True
        return False

    def _read_across(self, table: Table, header: _Header, rows: list[str], spots: tuple[Spot, ...], line: Line) -> None:
        named = iter(rows)
        leaves = tuple(replace(leaf, key=f"{next(named)}.{leaf.key}") if leaf.key else leaf for leaf in header.leaves)
        for key, cells in _by_key(_paired(_Header(header.table, leaves), spots, line)).items():
            row, _, column = key.partition(".")
            self._take(table.id, row, column, cells, line)

    def _rows_of(self, table: Table, header: _Header) -> list[str] | None:
        """Return the row to which each column of a header belongs, by the groups above it or by their order."""
        leaves = [leaf for leaf in header.leaves if leaf.key]
        rows, columns = [row.key for row in table.blocks[0].rows], columns_of(table.blocks[0])
        if not table.official:
            return rows * len(leaves) if len(rows) == 1 else None
        groups = list(self._groups(table.id, header.table))
        above = [_group_above(leaf, groups) for leaf in leaves]
        known = [row for row in above if row]
        pairs = {(row, leaf.key) for row, leaf in zip(above, leaves, strict=True)}
        if len(known) == len(leaves) == len(pairs) == len(set(known)) * len(columns):
            return known
        if tuple(leaf.key for leaf in leaves) != columns * (len(leaves) // len(columns)):
            return None
        order = list(dict.fromkeys(row for spot, row in sorted(groups, key=lambda group: group[0].left)))
        if len(leaves) == len(columns):
            alone = order or [row for row in [self._group_of(table.id, self.last_text)] if row]
            return alone * len(columns) if len(alone) == 1 else None
        if len(leaves) == len(rows) * len(columns):
            if set(order) == set(rows) or not order:
                return [row for row in order or rows for _ in columns]
            # The end of a page has cut off the name of one group; the others are where they should be.
            own = [row for row in rows for _ in columns]
            if len(set(order)) + 1 == len(rows) and all(map(lambda one, other: one in (None, other), above, own)):
                return own
        return None

    def _groups(self, table: str, number: int) -> Iterator[tuple[Spot, str]]:
        """Yield the cells of the header that name a row, the lowest line first."""
        for line in reversed(self.header):
            for spot in line.spots if line.table == number else ():
                if row := self._group_of(table, spot.text):
                    yield spot, row

    def _group_of(self, table: str, text: str) -> str | None:
        groups = self.words.groups[table]
        return groups.get(normalised(text)) or groups.get(bare(text)) if text else None

    # ------------------------------------------------------------ what was found

    def _take(self, table: str, row: str, column: str, spots: list[Spot] | None, line: Line) -> None:
        """Keep the content of a cell; ``spots`` are the candidates, None if other cells share them."""
        filled = [spot for spot in spots or () if spot.text]
        doubtful = spots is None or len(filled) > 1 or any(spot.high for spot in filled)
        if spots is not None and not spots:
            return
        spot = next(iter(filled or spots or ()), None)
        printed = PrintedFigure(spot.text if spot else "", line, spot)
        if row.startswith(SUBSTITUTE):
            number = int(row.removeprefix(SUBSTITUTE).partition(".")[0])
            columns = self.found.substitutes.setdefault(number, {})
            columns.setdefault(column, []).append(PrintedFigure(UNCLEAR, line, spot) if doubtful else printed)
            return
        ref = f"{table}.{row}.{column}"
        if doubtful:
            self.found.unclear.setdefault(ref, printed)
        elif ref in self.found.printed and self.found.printed[ref].text != printed.text:
            self.found.twice.setdefault(ref, (self.found.printed[ref], printed))
        else:
            self.found.printed.setdefault(ref, printed)

    def _extra(self, line: Line, tables: set[int]) -> None:
        """Note a row that the form does not have, in a table of the form."""
        label = next((spot.text for spot in reversed(line.filled) if not self._is_number(spot)), "")
        if line.table in tables and label:
            self.found.extra.append((label, line.cell(line.filled[0])))

    def _extra_columns(self, header: _Header, pairs: Sequence[_Pair], line: Line) -> None:
        """Note each column that the form does not have, at its first number."""
        for leaf, spots in pairs:
            number = next((spot for spot in spots or () if _DIGIT.search(spot.text) and self._is_number(spot)), None)
            if leaf.key is None and number and (header.table, leaf.left) not in self.extra_columns:
                self.extra_columns.add((header.table, leaf.left))
                self.found.extra.append((leaf.text or "没有列名的一列", line.cell(number)))


_NAMED = 3
"""A header of a block names at least this many of its columns."""


def _enough_for(keys: Sequence[str]) -> int:
    """Return how many of a block's columns its header must name; one of three or more may be altered."""
    return min(_NAMED, max(len(keys) - 1, 2), len(keys))


def _group_above(leaf: _Leaf, groups: list[tuple[Spot, str]]) -> str | None:
    return next((row for spot, row in groups if spot.left <= leaf.left and leaf.right <= spot.right), None)


def _lowest(lines: list[Line]) -> Iterator[_Leaf]:
    """Yield the lowest label above each column of a grid, from left to right, each cell once."""
    last: Spot | None = None
    for column in range(max(spot.right for line in lines for spot in line.spots)):
        above = [spot for line in reversed(lines) for spot in line.spots if spot.left <= column < spot.right]
        spot = next((spot for spot in above if spot.text), above[0] if above else None)
        if spot and (last is None or (spot.text, spot.left, spot.right) != (last.text, last.left, last.right)):
            yield _Leaf(None, spot.text, spot.left, spot.right)
        last = spot or last


def _is_even(lines: list[Line], number: int) -> bool:
    """Tell whether the lines of a header end at the same column, as they do if their spans are right."""
    own = [line for line in lines if line.table == number and len(line.filled) > 1]
    return len({max(spot.right for spot in line.spots) for line in own}) <= 1


def _paired(header: _Header, rest: tuple[Spot, ...], line: Line) -> list[_Pair]:
    """Return the cells of a row that may belong to each column of a header; None if columns share them."""
    leaves = header.leaves
    rest = _without_margins(rest, len(leaves))
    if len(rest) == len(leaves):
        return [(leaf, [spot]) for leaf, spot in zip(leaves, rest, strict=True)]
    if header.table == line.table:
        return [(leaf, _below(leaf, rest)) for leaf in leaves]
    if len(leaves) == 1:
        return [(leaves[0], list(rest))]
    return [(leaf, None if any(spot.text for spot in rest) else []) for leaf in leaves]


def _by_key(pairs: Sequence[_Pair]) -> dict[str, list[Spot] | None]:
    """Return the cells of each column of the form.

    Columns of one name share theirs: a merged cell that was saved as several says the same thing in each, and where
    they say different things nobody knows which one counts.
    """
    cells: dict[str, list[Spot] | None] = {}
    for leaf, spots in pairs:
        if leaf.key is None:
            continue
        before = cells.get(leaf.key, [])
        if before is None or spots is None:
            cells[leaf.key] = None
        else:
            known = {spot.text for spot in before if spot.text}
            cells[leaf.key] = [*before, *(spot for spot in spots if spot.text not in known)]
    return cells


def _below(leaf: _Leaf, rest: tuple[Spot, ...]) -> list[Spot] | None:
    """Return the cells below a header's cell; None if one of them is filled and wider than that."""
    below = [spot for spot in rest if spot.left < leaf.right and leaf.left < spot.right]
    if any(spot.text and not (leaf.left <= spot.left and spot.right <= leaf.right) for spot in below):
        return None
    return below


def _without_margins(rest: tuple[Spot, ...], wanted: int) -> tuple[Spot, ...]:
    """Leave out empty cells before and after the numbers, if as many numbers as columns remain."""
    idle = len(rest) - wanted
    if idle <= 0 or sum(bool(spot.text) for spot in rest) != wanted:
        return rest
    filled = [index for index, spot in enumerate(rest) if spot.text]
    return rest[filled[0] : filled[-1] + 1] if filled[-1] - filled[0] + 1 == wanted else rest


def _counts_columns(spots: Sequence[Spot]) -> bool:
    """Tell whether a line only numbers the columns: 1, 2, 3 and so on."""
    return len(spots) > 1 and [spot.text for spot in spots] == [str(number) for number in range(1, len(spots) + 1)]
