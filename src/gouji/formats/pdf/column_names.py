"""The names above the columns of a table that is not ruled."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from gouji.formats.pdf.page import Char
from gouji.formats.pdf.ruled import Rule
from gouji.formats.pdf.table import content_of
from gouji.formats.pdf.words import Word, by_line
from gouji.formats.published import PrintedCell

_HEAD_ROOM = 2.5
"""In font sizes: the room between the first row and the names above it, and between two lines of names."""
_ONE_CELL = 0.5
"""In font sizes: the room between two lines of one cell."""
_WIDER = 1.3
"""By how much the name of a column may be wider than the column."""
_HEADING = re.compile("[一二三四五六七八九十]{1,3}[、.．]")


class ColumnNames:
    """The names above numbers that stand in columns.

    ``above`` are the lines above them, ``left`` is the left edge of the table, ``margin`` is where labels of rows end,
    and ``rules`` are the level lines of the page.
    """

    def __init__(
        self,
        columns: Sequence[tuple[float, float]],
        above: Sequence[Sequence[Word]],
        top: float,
        left: float,
        margin: float,
        size: float,
        rules: Sequence[Rule],
    ) -> None:
        self.columns, self.left, self.margin, self.size, self.rules = columns, columns[0][0], margin, size, rules
        self.middle = (left + columns[-1][1]) / 2
        self.words = self._zone(above, top)
        """Everything above the numbers that belongs to the table."""
        self.edges = self._edges(self.words)
        """Where the columns begin and end."""

    def rows(self, fewest: int) -> list[tuple[PrintedCell, ...]]:
        """Return the rows of names; the lowest one has the name of each column, of ``fewest`` columns at least."""
        zone, edges = self.words, self.edges
        lowest: list[list[Word]] = []
        for left, right in pairwise(edges):
            own = [word for word in zone if left <= word.x < right and word.x1 - word.x0 < _WIDER * (right - left)]
            lowest.append(self._lowest([word for word in own if word.x1 > self.margin]))
        if sum(map(bool, lowest)) < fewest:
            return []
        named = {id(word) for words in lowest for word in words}
        rest = [word for word in zone if id(word) not in named]
        upper = by_line([word for word in rest if word.x1 > self.margin], self.size)
        corner = [word for word in rest if word.x1 <= self.margin]
        leaves = [PrintedCell(content_of(_chars(words))) for words in lowest]
        first = PrintedCell(content_of(_chars(corner)))
        return [*(self._upper(line, edges) for line in upper), (first, *leaves)]

    def _zone(self, above: Sequence[Sequence[Word]], top: float) -> list[Word]:
        """Return the words above the numbers that may name columns."""
        zone: list[Word] = []
        waiting: list[Word] = []
        """Words before the numbers, which belong to the table only if there are names above them."""
        for words in reversed(above):
            if top - max(word.bottom for word in words) > _HEAD_ROOM * self.size:
                break
            if any(word.is_number for word in words) and len(words) > 1:
                break
            if len(words) == 1 and _HEADING.match(words[0].text):
                break
            crosses = any(word.x0 < self.margin - self.size and word.x1 > self.left for word in words)
            if crosses and not (zone and len(words) == 1 and self._is_middle(words[0])):
                break
            if any(word.x1 > self.margin for word in words):
                zone += [*waiting, *words]
                waiting = []
            else:
                waiting += words
            top = min(top, *(word.top for word in words))
        return zone

    def _is_middle(self, word: Word) -> bool:
        """Tell whether a line stands in the middle of the table, and looks like the rest of it."""
        return abs(word.size - self.size) < 1 and abs(word.x - self.middle) < 3 * self.size

    def _edges(self, zone: Sequence[Word]) -> list[float]:
        """Return where columns begin and end; words above the numbers may be wider than these."""
        first, last = self.columns[0], self.columns[-1]
        over = [word.x0 for word in zone if word.x0 > self.margin and word.x0 < first[1] and word.x1 > first[0]]
        edges = [min([self.left - self.size, *over])]
        for (_, right), (left, _) in pairwise(self.columns):
            places = [right + (left - right) * part / 8 for part in (4, 3, 5, 2, 6, 1, 7)]
            edges.append(min(places, key=lambda place: sum(word.x0 < place < word.x1 for word in zone)))
        beyond = [word.x1 for word in zone if word.x0 < last[1] and word.x1 > last[1]]
        return [*edges, max([last[1] + self.size, *beyond]) + 1]

    def _lowest(self, words: Sequence[Word]) -> list[Word]:
        """Return the lines of the lowest cell among words above one another, from top to bottom."""
        lines = by_line(words, self.size)
        kept = lines[-1:]
        for line in reversed(lines[:-1]):
            above, below = max(word.bottom for word in line), min(word.top for word in kept[0])
            if below - above > _ONE_CELL * self.size or self._is_ruled(line[0], above, below):
                break
            kept.insert(0, line)
        return [word for line in kept for word in line]

    def _is_ruled(self, word: Word, top: float, bottom: float) -> bool:
        return any(top - 1 <= rule.at <= bottom + 1 and rule.start <= word.x <= rule.end for rule in self.rules)

    def _upper(self, line: Sequence[Word], edges: Sequence[float]) -> tuple[PrintedCell, ...]:
        """Return a line of names of several columns; each covers the columns below it."""
        cells = [PrintedCell()]
        at = 0
        for word in line:
            first = max(at, bisect_right(edges, word.x0) - 1)
            last = max(first, min(len(self.columns) - 1, bisect_right(edges, word.x1) - 1))
            if first >= len(self.columns):
                break
            cells += [PrintedCell() for _ in range(first - at)]
            cells.append(PrintedCell(content_of(word.chars), 1, last - first + 1))
            at = last + 1
        return (*cells, *(PrintedCell() for _ in range(len(self.columns) - at)))


def _chars(words: Sequence[Word]) -> list[Char]:
    return [char for word in words for char in word.chars]
