"""Tables whose columns are not ruled: numbers below one another, the labels before them and the names above them.

Lines between the rows are taken as proof of where a row ends. Where there are none either, the lines of a label belong
to the numbers that stand at their middle, or at the first of them. What is found here is only read where its labels are
those of a form; everything else stays text.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from gouji.formats.pdf.column_names import ColumnNames
from gouji.formats.pdf.label_lines import by_middle
from gouji.formats.pdf.page import Char
from gouji.formats.pdf.ruled import Rules
from gouji.formats.pdf.table import content_of
from gouji.formats.pdf.words import Word, by_line, word_lines
from gouji.formats.published import PrintedCell, PrintedTable

_FEWEST_IN_A_ROW = 4
"""Numbers of a row that is a table by itself."""
_FARTHEST = 3.0
"""In font sizes: the room between two lines of one table."""
_AT_AN_END = 4.0
"""In font sizes: how far from its numbers the label of a row may stand where no line ends it."""
_MOST_ABOVE = 2
"""Lines above the first table of a page that goes on from the page before, such as a running head."""
_BESIDE = 1.3
"""In font sizes: how far above or below its numbers the nearest line of a label stands."""
_MOST_LINES = 10
"""Lines of a label outside of the rows."""
_ONE_CELL = 0.5
"""In font sizes: the room between two lines of one cell."""


@dataclass(frozen=True, slots=True)
class Found:
    """A table, and the characters of the page that are in it."""

    table: PrintedTable
    top: float
    chars: frozenset[int]
    """Their identities."""


@dataclass
class _Row:
    """The numbers of a row, and its label."""

    numbers: list[Word]
    before: list[Word]
    """The words before them on their line."""
    label: list[Word] = field(default_factory=list)

    @property
    def y(self) -> float:
        return self.numbers[0].y

    @property
    def size(self) -> float:
        return self.numbers[0].size


def tables_without_columns(chars: Sequence[Char], rules: Rules, page: int) -> list[Found]:
    """Return the tables of a page whose columns are not ruled, from top to bottom."""
    lines = word_lines(chars)
    found: list[Found] = []
    start = 0
    for first, last in _blocks(lines):
        block = _Block(lines, start, first, last, rules)
        if made := block.table(page):
            found.append(made)
            start = last + 1
    return found


def _row_of(line: Sequence[Word]) -> _Row | None:
    """Return a line as a row: words, and then numbers up to its end."""
    first = len(line)
    while first and line[first - 1].is_number:
        first -= 1
    numbers = list(line[first:])
    if not numbers or not any(char.isdigit() for word in numbers for char in word.text):
        return None
    return _Row(numbers, list(line[:first]))


def _blocks(lines: Sequence[Sequence[Word]]) -> list[tuple[int, int]]:
    """Return the first and last line of each run of rows without names of columns in between."""
    blocks: list[tuple[int, int]] = []
    left, bottom = 0.0, 0.0
    for number, line in enumerate(lines):
        if left:
            is_name = any(word.x > left and not word.is_number for word in line)
            if is_name or line[0].top - bottom > _FARTHEST * line[0].size:
                left = 0.0
        bottom = max(word.bottom for word in line)
        row = _row_of(line)
        if row is None or (len(row.numbers) == 1 and not row.before and not left):
            continue
        if left:
            blocks[-1] = blocks[-1][0], number
            left = min(left, row.numbers[0].x0)
        else:
            blocks.append((number, number))
            left = row.numbers[0].x0
    return blocks


class _Block:
    """Rows below one another, with the names above them."""

    def __init__(self, lines: Sequence[Sequence[Word]], start: int, first: int, last: int, rules: Rules) -> None:
        found = [row for line in lines[first : last + 1] if (row := _row_of(line))]
        numbers = [word for row in found for word in row.numbers]
        self.size = numbers[0].size
        self.columns = _intervals(numbers)
        self.left = self.columns[0][0]
        """Where the numbers begin."""
        self.spans = rules.levels
        reach = (self.columns[0][0] + self.columns[-1][1]) / 2
        self.levels = sorted({rule.at for rule in rules.levels if rule.start < self.left + 1 and rule.end > reach})
        self.rows = self._whole_rows(found)
        self.above = [line for line in lines[start:first] if line]
        wide = [line for line in self.above if line[-1].x1 > self.left]
        self.is_first = start == 0 and len(wide) <= _MOST_ABOVE
        """It is the first one of its page."""
        near = [*self._labels_near(lines[start:first][::-1]), *lines[first : last + 1]]
        near += self._labels_near(lines[last + 1 :])
        self.before = [word for line in near for word in line if word.x1 < self.left and not word.is_number]
        """The words before the numbers, also of the lines above and below."""
        self.used: list[Word] = list(numbers)
        rights = [word.x1 for row in self.rows for word in row.before]
        self.margin = (max(rights) + self.left) / 2 if rights else -math.inf
        """What ends before this is a label."""

    def _labels_near(self, lines: Sequence[Sequence[Word]]) -> list[Sequence[Word]]:
        """Return the lines next to the rows that end before their numbers."""
        return list(takewhile(lambda line: all(word.x1 < self.left for word in line), lines[:_MOST_LINES]))

    def table(self, page: int) -> Found | None:
        """Return the block as a table, if it is one."""
        if not self._is_aligned():
            return None
        self._find_labels()
        names = self._names()
        # The ends of a few names that begin on the page before are no names.
        heads = names.rows((len(self.columns) + 1) // 2 if self.is_first else 1)
        if not self._is_certain(heads):
            return None
        if heads:
            self.used += names.words
        rows = [*(heads or self._rest_of_label()), *(self._cells(row, names.edges) for row in self.rows)]
        if not any(row[0].passages for row in rows):
            rows = [row[1:] for row in rows]
        chars = frozenset(id(char) for word in self.used for char in word.chars)
        return Found(PrintedTable(tuple(rows), f"第{page}页", page), min(word.top for word in self.used), chars)

    def _names(self) -> ColumnNames:
        first = self.rows[0]
        top = min(word.top for word in (*first.label, *first.numbers))
        left = min(word.x0 for row in self.rows for word in (*row.label, *row.numbers))
        labels = {id(word) for row in self.rows for word in row.label}
        lines = [[word for word in line if id(word) not in labels] for line in self.above]
        above = [line for line in lines if line]
        return ColumnNames(self.columns, above, top, left, self.margin, self.size, self.spans)

    def _whole_rows(self, found: list[_Row]) -> list[_Row]:
        """Return rows with numbers that go on on the next line of their cell."""
        rows: list[_Row] = []
        for row in found:
            last = rows[-1] if rows else None
            if last and self._in_one_row(last, row):
                last.numbers += row.numbers
            else:
                rows.append(row)
        return rows

    def _in_one_row(self, one: _Row, other: _Row) -> bool:
        bottom, top = max(word.bottom for word in one.numbers), other.numbers[0].top
        if len(self.levels) > 1:
            return not any(bottom - 1 < level < top + 1 for level in self.levels)
        return top - bottom < _ONE_CELL * self.size and 2 * len(other.numbers) <= len(one.numbers)

    def _is_aligned(self) -> bool:
        """Tell whether no two numbers of a line stand in one column."""
        return all(
            len({(self._column(word), round(word.y)) for word in row.numbers}) == len(row.numbers) for row in self.rows
        )

    def _is_certain(self, heads: Sequence[tuple[PrintedCell, ...]]) -> bool:
        if len(self.rows[0].numbers) >= _FEWEST_IN_A_ROW:
            return True
        if len(self.columns) > 1 and len(self.rows) > 1:
            return True
        # Without names above it, one number after a label goes on from the page before.
        return bool(heads or self.is_first) and any(row.label for row in self.rows)

    def _column(self, word: Word) -> int:
        return bisect_right([left for left, _ in self.columns], word.x) - 1

    # ------------------------------------------------------------ labels

    def _find_labels(self) -> None:
        """Give each row its label: of words beside one another, the last ones."""
        border = self._border()
        words = [word for word in self.before if word.x1 > border]
        # A label may stand in the place of the names of groups.
        lone = {id(word) for row in self.rows for word in row.before[-1:] if not self._is_beside(row, words)}
        lines = by_line([*words, *(word for word in self.before if id(word) in lone)], self.size)
        groups = self._by_rules(lines) or by_middle([row.y for row in self.rows], lines, self.size)
        for row, group in zip(self.rows, groups, strict=True):
            row.label = [word for line in group for word in line]
        for number, row in enumerate(self.rows):
            if row.before and id(row.before[-1]) in lone:
                row.label = self._column_of(row.before[-1], number)
            elif across := [word for word in row.label if word.x0 < border]:
                row.label = self._column_of(max(across, key=lambda word: word.x1), number, row.label)
            self.used += row.label
        top, bottom = self.rows[0].y - self.size, self.rows[-1].y + self.size
        self.used += [word for word in self.before if word.x1 <= border and top < word.y < bottom]

    def _is_beside(self, row: _Row, words: Sequence[Word]) -> bool:
        """Tell whether some of these words stand beside the numbers of a row."""
        return any(abs(word.y - row.y) < _BESIDE * self.size for word in words)

    def _border(self) -> float:
        """Return where the last labels of rows begin, if names of groups stand before some of them."""
        top, bottom = self.rows[0].y, self.rows[-1].y
        starts = {rule.start for rule in self.spans if top < rule.at < bottom and rule.start < self.left}
        rights = sorted(row.before[-1].x1 for row in self.rows if row.before)
        most = rights[len(rights) // 2] if rights else 0.0
        inner = [start for start in starts if min(starts) + self.size < start < most - self.size]
        if inner:
            return max(inner)
        middles = sorted((row.before[-2].x1 + row.before[-1].x0) / 2 for row in self.rows if len(row.before) > 1)
        return middles[len(middles) // 2] if middles else -math.inf

    def _by_rules(self, lines: list[list[Word]]) -> list[list[list[Word]]] | None:
        """Give lines of labels to the rows between the same lines of the table."""
        bands = [bisect_right(self.levels, row.y) for row in self.rows]
        if len(set(bands)) != len(bands) or len(self.levels) < 2:
            return None
        groups = [[line for line in lines if bisect_right(self.levels, line[0].y) == band] for band in bands]
        if bands[-1] == len(self.levels):  # at the end of a page the line may be missing
            groups[-1] = [line for line in groups[-1] if line[0].y - self.rows[-1].y < _AT_AN_END * self.size]
        if bands[0] == 0:
            groups[0] = [line for line in groups[0] if self.rows[0].y - line[0].y < _AT_AN_END * self.size]
        return groups

    def _column_of(self, word: Word, number: int, label: Sequence[Word] = ()) -> list[Word]:
        """Return a word of the label of a row with the lines above and below it, where lines of the table show them."""
        above = self.rows[number - 1].y if number else -math.inf
        below = self.rows[number + 1].y if number + 1 < len(self.rows) else math.inf
        column = [
            other for other in self.before if other.x0 < word.x1 and other.x1 > word.x0 and above < other.y < below
        ]
        groups = self._by_rules(by_line(column, self.size))
        return [word for line in groups[number] for word in line] if groups else [*label] or [word]

    # ------------------------------------------------------------ rows

    def _cells(self, row: _Row, edges: Sequence[float]) -> tuple[PrintedCell, ...]:
        inside: list[list[Word]] = [[] for _ in self.columns]
        for word in row.numbers:
            inside[self._column(word)].append(word)
        # A number goes on on the next line of its cell only if lines of the table show where the cell ends.
        edges = self._cell_edges(edges)
        numbers = (
            PrintedCell(content_of(_chars(words), left, right)) if words else PrintedCell()
            for words, (left, right) in zip(inside, pairwise(edges), strict=True)
        )
        return (_label_cell(row.label), *numbers)

    def _cell_edges(self, edges: Sequence[float]) -> list[float]:
        """Return where cells begin and end, as far as that is certain."""
        if len(self.levels) < 2:
            return [-math.inf, *(math.inf for _ in self.columns)]
        lefts = [left for left, _ in self.columns]
        starts = [word.x0 - lefts[self._column(word)] for row in self.rows for word in row.numbers]
        if max(starts) < 1 and len(starts) > len(lefts):
            # All numbers stand at the left edges of their columns.
            ends = [rule.end for rule in self.spans if rule.start < lefts[-1] < rule.end]
            return [*lefts, max(ends, default=edges[-1])]
        return list(edges)

    def _rest_of_label(self) -> list[tuple[PrintedCell, ...]]:
        """Return the end of a label that begins on the page before, as a row without numbers."""
        if not self.is_first:
            return []
        named = {id(word) for row in self.rows for word in row.label}
        first = min(word.top for word in (*self.rows[0].label, *self.rows[0].numbers))
        border = self._border()
        rest = [word for word in self.before if id(word) not in named and word.x1 > border and word.bottom < first + 1]
        if not rest or len(rest) < sum(len(line) for line in self.above if line[0].x1 > border):
            return []
        self.used += rest
        return [(_label_cell(rest), *(PrintedCell() for _ in self.columns))]


def _label_cell(words: Sequence[Word]) -> PrintedCell:
    return PrintedCell(content_of(_chars(words), -math.inf, -math.inf))


def _chars(words: Sequence[Word]) -> list[Char]:
    return [char for word in words for char in word.chars]


def _intervals(words: Sequence[Word]) -> list[tuple[float, float]]:
    """Return the columns in which words stand below one another."""
    columns: list[list[float]] = []
    for word in sorted(words, key=lambda word: word.x0):
        if columns and word.x0 < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], word.x1)
        else:
            columns.append([word.x0, word.x1])
    return [(left, right) for left, right in columns]
