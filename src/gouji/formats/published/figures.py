"""Finding the figures of a form in the rows of published tables: by label, never by position alone.

A row is found by its label, a column by the header above it. Cells are told apart by their order where row and header
have as many, else by the columns of the grid that they share; where neither says without doubt which cell is which,
nothing is read and it is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gouji.form.labels import bare
from gouji.form.model import Cell, Form, Table
from gouji.formats.published.across import header_across
from gouji.formats.published.altered_rows import with_slips
from gouji.formats.published.found import UNCLEAR, FoundFigures, PrintedFigure, Stop
from gouji.formats.published.headers import Header, Leaf, header_in, in_own_order
from gouji.formats.published.joints import Match, Matched, is_nameless, is_number, whole_rows
from gouji.formats.published.lines import Item, Line, Spot, Text
from gouji.formats.published.torn_rows import NumberedLine, torn_rows
from gouji.formats.published.vocabulary import SUBSTITUTE, Wanted, columns_of, vocabulary_of

_DIGIT = re.compile(r"\d")

_NO_LABEL = "没有列名的一列"

Pair = tuple[Leaf, list[Spot] | None]
"""A column and the cells of a row that may be its own; None where they are shared."""


def figures_in(items: Sequence[Item], form: Form, labels: frozenset[str]) -> FoundFigures:
    """Find the figures of a form; ``labels`` are those of all known forms."""
    return _Search(form, labels).over(items)


class _Search:
    def __init__(self, form: Form, labels: frozenset[str]) -> None:
        self.form, self.words, self.labels = form, vocabulary_of(form), labels
        self.found = FoundFigures(form)
        self.headers: dict[tuple[str, int], Header] = {}
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
        self.doubts: dict[tuple[str, str], tuple[str, Line, list[str]]] = {}
        """By table and label, where it is unclear which column is below it: the label, a line, and the cells."""
        self.rows: list[NumberedLine] = []
        """The rows of the form and the lines of numbers without a label, in the order of the document."""

    def over(self, items: Sequence[Item]) -> FoundFigures:
        matched = with_slips(whole_rows(items, self.form, self.words, self.labels), self.form, self.words)
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
        self.found.stopped += [self._doubted(table, *doubt) for (table, _), doubt in self.doubts.items()]
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
        for leaf, cells in pairs:
            if leaf.either and any(_DIGIT.search(spot.text) for spot in cells or rest):
                refs = tuple(f"{wanted.table}.{row.key}.{key}" for row in block.rows for key in leaf.either)
                self._doubt(leaf, self.form.table(wanted.table), refs, line)
        self._extra_columns(header, pairs, line)

    def _compare(
        self,
        header: Header,
        pairs: Sequence[Pair],
        rest: Sequence[Spot],
        line: Line,
        wanted: Wanted,
        keys: tuple[str, ...],
    ) -> None:
        """Note a header that lacks columns of the form, if there are numbers below none of those that it names."""
        doubtful = {key for leaf in header.leaves for key in leaf.either}
        lacking = set(keys) - {leaf.key for leaf in header.leaves if leaf.key} - doubtful
        named = {id(spot) for leaf, spots in pairs if leaf.key or leaf.either for spot in spots or ()}
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

    def _header_of(self, table: str, block: int, keys: tuple[str, ...]) -> Header | None:
        """Return the header of a row: the one above it, the last one of its kind, or the form's own order."""
        place = table, block
        above = self._read_header(self.header, table, block)
        if above:
            self.headers[place] = above
        if place in self.headers:
            return self.headers[place]
        named = any(len(line.filled) > 1 for line in self.header)
        shared = None if named else self._read_header(self.last_header, table, block)
        if shared or named or self.foreign:
            return shared  # else they are labels of another form, or of none
        self.found.headless.add(table)
        return in_own_order(keys)

    def _read_header(self, lines: list[Line], table: str, block: int) -> Header | None:
        """Return the columns that lines of labels name, if they are those of a block."""
        header = header_in(lines, self.words, self.form.table(table), block)
        if header:
            self._keep(header, table)
        return header

    def _keep(self, header: Header, table: str) -> None:
        """Note what is unusual about a header."""
        self.found.altered += [(*slip, True) for slip in header.altered]
        if header.guessed:
            self.found.headless.add(table)

    # ------------------------------------------------------------ rows side by side

    def _across(self, line: Line, matched: Matched, index: int) -> bool:
        """Read a line of numbers below the header of a table whose rows are side by side."""
        spots = tuple(spot for spot in line.spots if spot.own)
        if not self.header or not spots or not self._are_numbers(spots):
            return False
        if (not line.filled or _counts_columns(spots)) and matched.numbers_follow(index):
            return False
        for table in self.form.tables:
            if table.official and not table.across:
                continue
            header = header_across(self.header, self.words, table, self.last_text)
            if header and (line.filled or len(spots) >= sum(bool(leaf.key) for leaf in header.leaves)):
                self._keep(header, table.id)
                self._read_across(table, header, spots, line)
                return True
        return False

    def _are_numbers(self, spots: Sequence[Spot]) -> bool:
        """Tell whether cells are numbers; beside them there may be words in a few, but no labels."""
        others = [spot for spot in spots if not self._is_number(spot)]
        filled = sum(bool(spot.text) for spot in spots)
        return not others or (2 * len(others) <= filled and not any(bare(spot.text) in self.labels for spot in others))

    def _read_across(self, table: Table, header: Header, spots: tuple[Spot, ...], line: Line) -> None:
        pairs = _paired(header, spots, line)
        for key, cells in _by_key(pairs).items():
            row, _, column = key.partition(".")
            self._take(table.id, row, column, cells, line)
        for leaf, cells in pairs:
            if leaf.either and any(_DIGIT.search(spot.text) for spot in cells or spots):
                self._doubt(leaf, table, tuple(f"{table.id}.{key}" for key in leaf.either), line)

    # ------------------------------------------------------------ what was found

    def _doubt(self, leaf: Leaf, table: Table, refs: tuple[str, ...], line: Line) -> None:
        """Note numbers below a label that does not say which column they belong to."""
        self.doubts.setdefault((table.id, bare(leaf.text)), (leaf.text, line, []))[2].extend(refs)

    def _doubted(self, table: str, text: str, line: Line, refs: list[str]) -> Stop:
        cells = self.form.table(table).cells
        labels = dict.fromkeys(_column_name(cells[ref], self.form.table(table)) for ref in refs)
        which = "还是".join(f"“{label}”" for label in labels)
        sure = "是不是" if len(labels) == 1 else "是"
        return Stop(
            "published.either",
            table,
            tuple(dict.fromkeys(refs)),
            (line.cell(None),),
            f"{sure}{which}",
            text or _NO_LABEL,
        )

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

    def _extra_columns(self, header: Header, pairs: Sequence[Pair], line: Line) -> None:
        """Note each column that the form does not have, at its first number."""
        for leaf, spots in pairs:
            number = next((spot for spot in spots or () if _DIGIT.search(spot.text) and self._is_number(spot)), None)
            if leaf.key is None and not leaf.either and number and (header.table, leaf.left) not in self.extra_columns:
                self.extra_columns.add((header.table, leaf.left))
                self.found.extra.append((leaf.text or _NO_LABEL, line.cell(number)))


def _paired(header: Header, rest: tuple[Spot, ...], line: Line) -> list[Pair]:
    """Return the cells of a row that may belong to each column of a header; None if columns share them."""
    leaves = header.leaves
    labelled = _without_empty_ends(leaves)
    inside = _without_margins(rest, len(labelled))
    if len(inside) == len(labelled) and all(spot.text for spot in inside):
        return [(leaf, [spot]) for leaf, spot in zip(labelled, inside, strict=True)]
    rest = _without_margins(rest, len(leaves))
    if len(rest) == len(leaves):
        pairs: list[Pair] = [(leaf, [spot]) for leaf, spot in zip(leaves, rest, strict=True)]
        # On another page the margin may be at the other side: a number below it may be that of any column.
        moved = header.table != line.table and any(
            not leaf.text and spot.text for leaf, spot in zip(leaves, rest, strict=True)
        )
        return [(leaf, None) for leaf in leaves] if moved and not header.guessed else pairs
    if header.table == line.table:
        return [(leaf, _below(leaf, rest)) for leaf in leaves]
    if len(leaves) == 1:
        return [(leaves[0], list(rest))]
    return [(leaf, None if any(spot.text for spot in rest) else []) for leaf in leaves]


def _without_empty_ends(leaves: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    """Return columns without those at the right end that have no label: the margin of a page."""
    end = len(leaves)
    while end > 1 and not leaves[end - 1].text and not leaves[end - 1].key:
        end -= 1
    return leaves[:end]


def _by_key(pairs: Sequence[Pair]) -> dict[str, list[Spot] | None]:
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


def _below(leaf: Leaf, rest: tuple[Spot, ...]) -> list[Spot] | None:
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


def _column_name(cell: Cell, table: Table) -> str:
    """Return how a column is named for people; where rows stand side by side, with its row."""
    return f"{cell.row.label[-1]}：{cell.column.label[-1]}" if table.across else cell.column.label[-1]
