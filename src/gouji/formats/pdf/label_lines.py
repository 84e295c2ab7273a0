"""Which lines of labels belong to which row of numbers, where no line of the table tells."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.formats.pdf.words import Word

_LABEL_ROOM = 1.2
"""In font sizes: the room between two lines of one label."""
_NO_LABEL = 40.0
"""Points that a row without any label costs when lines of labels are given to rows."""


def by_middle(rows: Sequence[float], lines: list[list[Word]], size: float) -> list[list[list[Word]]]:
    """Give lines of labels to rows, so that the numbers stand at the middle of each label, or at its first line."""
    options = (_given(rows, lines, size, at_top=False), _given(rows, lines, size, at_top=True))
    return min(options, key=lambda option: option[0])[1]


def _given(
    rows: Sequence[float], lines: list[list[Word]], size: float, *, at_top: bool
) -> tuple[float, list[list[list[Word]]]]:
    """Return the cheapest way to give lines to rows in their order, and what it costs; lines may be left over."""
    best: list[tuple[float, list[tuple[int, int]]]] = [(0.0, [])] * (len(lines) + 1)
    for y in rows:
        following: list[tuple[float, list[tuple[int, int]]]] = []
        for end in range(len(lines) + 1):
            options = [(best[end][0] + _NO_LABEL, [*best[end][1], (end, end)])]
            for start in range(end - 1, -1, -1):
                if start < end - 1 and _gap(lines[start], lines[start + 1]) > _LABEL_ROOM * size:
                    break
                first, last = lines[start][0].y, lines[end - 1][0].y
                cost = abs((first if at_top else (first + last) / 2) - y)
                options.append((best[start][0] + cost, [*best[start][1], (start, end)]))
            if following:
                options.append((following[-1][0], following[-1][1]))
            following.append(min(options, key=lambda option: option[0]))
        best = following
    cost, places = best[-1]
    return cost, [lines[start:end] for start, end in places]


def _gap(one: list[Word], other: list[Word]) -> float:
    return min(word.top for word in other) - max(word.bottom for word in one)
