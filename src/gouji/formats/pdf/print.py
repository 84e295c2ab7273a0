"""What is printed on a page: characters as lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from gouji.formats.pdf.page import Char
from gouji.formats.pdf.radicals import without_radicals
from gouji.formats.shown_text import Look, Run, prose_of

_NUMBER = re.compile(r"[\s—–\-－·~]*(?:第\s*)?\d{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s—–\-－·~]*")
_EDGE, _NUMBER_EDGE = 0.08, 0.14
"""The shares of a page's height, at the top and at the bottom, without any text, and with the page number."""
_SAME_LINE = 0.5
"""In font sizes: two characters are in one line if their middles differ by less."""
_PRINTED_TWICE = 0.5
"""In its own width: the same character so close to itself was printed twice, to make it bold."""
_BLANK = 0.25
"""In font sizes: a wider gap between Latin characters is a blank."""
_LARGE = 0.9
"""In sizes of the largest character of a line: smaller characters may be marks."""
_RAISED, _LOWERED = 0.12, 0.06
"""In the same unit: the least distance of a mark above or below the baseline."""
_MORE = 2
"""The factor for a mark that is as large as the rest of the line."""
_SAME_EDGE = 3
"""Points between the ends of two lines that are both full."""
_PADDING = 5.5
"""Points: the widest space that a cell leaves free at each of its edges."""


@dataclass(slots=True, eq=False)
class Line:
    """A line of print; measures are in points."""

    text: str
    left: float
    right: float
    top: float
    size: float
    first: float
    """The width of its first character."""
    at_edge: bool = False
    """It stands above or below what is printed on a page."""
    runs: tuple[Run, ...] = ()
    """All its runs, if one of them does not look plain; else none."""
    page: int = 0
    """The page on which it stands, from 1."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the lines of a document begin and end."""

    left: float
    right: float


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """Return characters as lines, from top to bottom; a character that was printed twice is one."""
    lines: list[list[Char]] = []
    last, before = 0.0, 0.0
    """The middle of the character before, twice, and its size."""
    for char in sorted(chars, key=_middle):
        middle, size = char.top + char.bottom, char.size
        if lines and middle - last < 2 * _SAME_LINE * max(size, before, 1):
            lines[-1].append(char)
        else:
            lines.append([char])
        last, before = middle, size
    made = [_line(sorted(line, key=_left)) for line in lines]
    return [line for line in made if line.text or line.runs]


_left = attrgetter("x0")


def _middle(char: Char) -> float:
    """Return twice the middle of a character."""
    return char.top + char.bottom


def _line(chars: list[Char]) -> Line:
    kept: list[Char] = []
    texts: list[str] = []
    last = first = chars[0]
    is_odd = False
    for char in chars:
        text = char.text
        if char is not first:
            if text == last.text and char.x0 - last.x0 < _PRINTED_TWICE * (last.x1 - last.x0):
                continue
            if (char.is_apart or char.x0 - last.x1 > _BLANK * char.size) and _is_blank_between(last, char):
                text = f" {text}"
        if char.baseline != first.baseline or char.size != first.size or char.look is not Look.PLAIN:
            is_odd = True
        kept.append(char)
        texts.append(text)
        last = char
    runs = _odd_runs(kept, texts) if is_odd else ()
    seen = [char for char in chars if not char.text.isspace()] or chars
    top, size = min([char.top for char in chars]), max([char.size for char in seen])
    first, last = seen[0], seen[-1]
    text = prose_of(runs) if runs else without_radicals("".join(texts))
    return Line(" ".join(text.split()), first.x0, last.x1, top, size, first.x1 - first.x0, runs=runs)


def _odd_runs(chars: Sequence[Char], texts: Sequence[str]) -> tuple[Run, ...]:
    """Return the runs of a line; none if all of it looks plain, as nearly every line does."""
    look_of = _looks(chars)
    looks = [look_of(char) if char.text.strip() else Look.PLAIN for char in chars]
    if all(look is Look.PLAIN for look in looks):
        return ()
    runs: list[Run] = []
    for text, look in zip(texts, looks, strict=True):
        if len(text) > 1 and text[0] == " ":
            runs.append(Run(" "))
        runs.append(Run(without_radicals(text.removeprefix(" ") if len(text) > 1 else text), look))
    return tuple(runs)


def _is_blank_between(one: Char, other: Char) -> bool:
    room = other.x0 - one.x1
    if not one.text.strip() or not other.text.strip():
        return False
    if other.is_apart:
        return True
    return room > _BLANK * other.size and one.text.isascii() and other.text.isascii()


def _looks(chars: Sequence[Char]) -> Callable[[Char], Look]:
    """Return a function that gives the look of each character of a line: marks are above or below the baseline."""
    largest = max(char.size for char in chars)
    lines = [char.baseline for char in chars if char.size > _LARGE * largest and char.baseline is not None]
    middle = sorted(lines)[(len(lines) - 1) // 2] if lines else None

    def look_of(char: Char) -> Look:
        own = char.baseline
        if char.look is not Look.PLAIN or own is None or middle is None:
            return char.look
        least = 1 if char.size <= _LARGE * largest else _MORE
        if middle - own > least * _RAISED * largest:
            return Look.RAISED
        return Look.LOWERED if own - middle > least * _LOWERED * largest else Look.PLAIN

    return look_of


def without_page_number(lines: Sequence[Line], height: float) -> list[Line]:
    """Return the lines of a page without its page number; lines at its edges are marked."""
    return [
        replace(line, at_edge=_is_within(line, height, _EDGE))
        for line in lines
        if not (_is_within(line, height, _NUMBER_EDGE) and _NUMBER.fullmatch(line.text))
    ]


def _is_within(line: Line, height: float, part: float) -> bool:
    return line.top < part * height or line.top > (1 - part) * height


def margins_of(lines: Sequence[Line]) -> Margins:
    """Return where lines begin and end, ignoring stray ones.

    Full lines may be few among many short ones, but they end where others do.
    """
    if not lines:
        return Margins(0, 0)
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    shared = [right for before, right in pairwise(rights) if right - before < _SAME_EDGE]
    return Margins(lefts[len(lefts) // 20], max(rights[-1 - len(rights) // 20], *shared[-1:], 0))


def runs_of(lines: Iterable[Line], width: float) -> list[Run]:
    """Return the lines of a cell of this width, joined as broken words are.

    Two numbers below one another stay apart, unless the first one had no room to go on.
    """
    runs: list[Run] = []
    last: Line | None = None
    for line in lines:
        if last is not None and last.text[-1:].isascii() and line.text[:1].isascii():
            room = width - (last.right - last.left) > line.first + 2 * _PADDING
            runs += [Run("\n")] if room else []
        runs += line.runs or (Run(line.text),)
        last = line
    return runs
