"""The ruled tables of a page: the boxes between its lines.

Programs that print often leave out the line at the end of a page where a table goes on on the next one, and offices
leave out the lines at both sides. Where at least three lines end together without another one across, the table is
taken to end there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gouji.formats.pdf.page import Box

_NEAR = 3.0
"""Points: lines so close to each other are one line, and a line so close to another one meets it."""
_SHORTEST = 3.0
"""Points; a shorter line is a dot."""
_FEWEST_ENDS = 3
"""Lines that end together without another one across."""
_MOST_POINTS = 20_000
"""Where lines meet; a page with more is a drawing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: where it is across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float

    def reaches(self, place: float) -> bool:
        """Tell whether it goes as far as a place in its direction."""
        return self.start - _NEAR <= place <= self.end + _NEAR


@dataclass(frozen=True, slots=True)
class Rules:
    """The lines of a page."""

    levels: tuple[Rule, ...]
    """From top to bottom."""
    uprights: tuple[Rule, ...]
    """From left to right."""


def rules_of(strokes: Iterable[Box]) -> Rules:
    """Return the lines that the strokes of a page make together."""
    levels, uprights = [], []
    for x0, top, x1, bottom in strokes:
        if x1 - x0 >= bottom - top:
            levels.append(Rule((top + bottom) / 2, x0, x1))
        else:
            uprights.append(Rule((x0 + x1) / 2, top, bottom))
    return Rules(tuple(_joined(levels)), tuple(_joined(uprights)))


def closed(rules: Rules) -> Rules:
    """Return the lines together with those that are missing where a table ends."""
    levels = [*rules.levels, *_missing(rules.uprights, rules.levels)]
    # Lines without any upright between them are those of a text, or of a table whose columns are not ruled.
    crossed = [rule for rule in levels if sum(_meet(rule, other) for other in rules.uprights) > 1]
    uprights = [*rules.uprights, *_missing(crossed, rules.uprights)]
    return Rules(tuple(_joined(levels)), tuple(_joined(uprights)))


def boxes_of(rules: Rules) -> list[list[Box]]:
    """Return the boxes between lines, table by table, from top to bottom."""
    across: dict[int, list[int]] = defaultdict(list)
    """By level, the uprights that it meets, from left to right."""
    down: dict[int, list[int]] = defaultdict(list)
    """By upright, the levels that it meets, from top to bottom."""
    meeting: set[tuple[int, int]] = set()
    for number, level in enumerate(rules.levels):
        for other, upright in enumerate(rules.uprights):
            if _meet(level, upright):
                meeting.add((number, other))
                across[number].append(other)
                down[other].append(number)
        if len(meeting) > _MOST_POINTS:
            return []
    boxes = [
        (left, top, right, bottom)
        for top, left in sorted(meeting)
        for bottom, right in [_corner(top, left, across, down, meeting)]
        if bottom >= 0
    ]
    return [
        [
            (rules.uprights[left].at, rules.levels[top].at, rules.uprights[right].at, rules.levels[bottom].at)
            for left, top, right, bottom in table
        ]
        for table in _together(boxes)
    ]


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Return lines with those that lie on one another, or go on from one another, as one."""
    found: list[Rule] = []
    group: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if group and rule.at - group[-1].at > _NEAR:
            found += _in_one_place(group)
            group = []
        group.append(rule)
    return found + _in_one_place(group)


def _in_one_place(group: list[Rule]) -> list[Rule]:
    if not group:
        return []
    at = sum(rule.at for rule in group) / len(group)
    pieces: list[list[float]] = []
    for rule in sorted(group, key=lambda rule: rule.start):
        if pieces and rule.start <= pieces[-1][1] + _NEAR:
            pieces[-1][1] = max(pieces[-1][1], rule.end)
        else:
            pieces.append([rule.start, rule.end])
    return [Rule(at, start, end) for start, end in pieces if end - start >= _SHORTEST]


def _meet(level: Rule, upright: Rule) -> bool:
    return level.reaches(upright.at) and upright.reaches(level.at)


def _missing(rules: Sequence[Rule], across: Sequence[Rule]) -> list[Rule]:
    """Return the lines across the ends of others, where at least three end together and there is none."""
    made: list[Rule] = []
    for ends in ([(rule.start, rule.at) for rule in rules], [(rule.end, rule.at) for rule in rules]):
        loose = sorted(
            (end, at)
            for end, at in ends
            if not any(abs(other.at - end) <= _NEAR and other.reaches(at) for other in across)
        )
        for group in _groups(loose):
            if len(group) >= _FEWEST_ENDS:
                places = [at for _, at in group]
                made.append(Rule(sum(end for end, _ in group) / len(group), min(places), max(places)))
    return made


def _groups(ends: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    groups: list[list[tuple[float, float]]] = [ends[:1]] if ends else []
    for before, end in pairwise(ends):
        if end[0] - before[0] <= _NEAR:
            groups[-1].append(end)
        else:
            groups.append([end])
    return groups


def _corner(
    top: int, left: int, across: dict[int, list[int]], down: dict[int, list[int]], meeting: set[tuple[int, int]]
) -> tuple[int, int]:
    """Return the lower right corner of the smallest box with this upper left corner; −1 if there is none."""
    for bottom in down[left]:
        if bottom <= top:
            continue
        for right in across[top]:
            if right > left and (bottom, right) in meeting:
                return bottom, right
    return -1, -1


def _together(boxes: list[tuple[int, int, int, int]]) -> list[list[tuple[int, int, int, int]]]:
    """Return boxes in groups that share corners."""
    by_corner: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (left, top, right, bottom) in enumerate(boxes):
        for corner in ((left, top), (left, bottom), (right, top), (right, bottom)):
            by_corner[corner].append(number)
    group = [-1] * len(boxes)
    tables: list[list[tuple[int, int, int, int]]] = []
    for first in range(len(boxes)):
        if group[first] >= 0:
            continue
        group[first], waiting = len(tables), [first]
        tables.append([])
        while waiting:
            number = waiting.pop()
            left, top, right, bottom = boxes[number]
            tables[-1].append(boxes[number])
            for corner in ((left, top), (left, bottom), (right, top), (right, bottom)):
                for other in by_corner[corner]:
                    if group[other] < 0:
                        group[other] = group[first]
                        waiting.append(other)
    return [sorted(table, key=lambda box: (box[1], box[0])) for table in tables]
