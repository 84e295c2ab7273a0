"""What is printed on a page: characters as lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from gouji.formats.pdf.radicals import without_radicals

Char = dict[str, Any]

_NUMBER = re.compile(r"[\s—–\-－·~]*(?:第\s*)?\d{1,4}\s*页?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[\s—–\-－·~]*")
_EDGE, _NUMBER_EDGE = 0.08, 0.14
"""The parts of a page's height, above and below, in which nothing of a text stands, and in which its number may."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the lines of a document begin and end."""

    left: float
    right: float


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """Return characters as lines, from top to bottom; a character that was printed twice is one."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda each: (each["top"] + each["bottom"]) / 2):
        last = lines[-1][-1] if lines else None
        if last is not None and _middle(char) - _middle(last) < 0.5 * max(char["size"], 1):
            lines[-1].append(char)
        else:
            lines.append([char])
    return [line for each in lines if (line := _line(sorted(each, key=lambda char: char["x0"]))).text]


def _middle(char: Char) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _line(chars: list[Char]) -> Line:
    pieces: list[str] = []
    last: Char | None = None
    for char in chars:
        if last is not None:
            if char["text"] == last["text"] and char["x0"] - last["x0"] < 0.3 * char["size"]:
                continue
            if char["x0"] - last["x1"] > 0.25 * char["size"] and char["text"].isascii() and last["text"].isascii():
                pieces.append(" ")
        pieces.append(char["text"])
        last = char
    seen = [char for char in chars if char["text"].strip()] or chars
    return Line(
        without_radicals(re.sub(r"\s+", " ", "".join(pieces)).strip()),
        float(seen[0]["x0"]),
        float(seen[-1]["x1"]),
        float(min(char["top"] for char in chars)),
        float(max(char["size"] for char in seen)),
        float(seen[0]["x1"] - seen[0]["x0"]),
    )


def without_page_number(lines: Sequence[Line], height: float) -> list[Line]:
    """Return the lines of a page but its number, those marked that stand at its edges."""
    return [
        replace(line, at_edge=_is_within(line, height, _EDGE))
        for line in lines
        if not (_is_within(line, height, _NUMBER_EDGE) and _NUMBER.fullmatch(line.text))
    ]


def _is_within(line: Line, height: float, part: float) -> bool:
    return line.top < part * height or line.top > (1 - part) * height


def margins_of(lines: Sequence[Line]) -> Margins:
    """Return where lines begin and end, a stray one left aside.

    Full lines may be few among many short ones, but they end where others do.
    """
    if not lines:
        return Margins(0, 0)
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    shared = [right for before, right in pairwise(rights) if right - before < _SAME_EDGE]
    return Margins(lefts[len(lefts) // 20], max(rights[-1 - len(rights) // 20], *shared[-1:], 0))


_SAME_EDGE = 3
"""Points between the ends of two lines that are both full."""


def text_of(chars: Sequence[Char], right: float) -> str:
    """Return what stands in a cell that ends at ``right``: its lines joined, as words are that were broken.

    Two numbers below one another stay apart, unless the first one had no room to go on.
    """
    text, last = "", None
    for line in lines_of(chars):
        if last is not None and last.text[-1].isascii() and line.text[0].isascii():
            room = right - last.right > line.first + _PADDING
            text += "\n" if room else ""
        text += line.text
        last = line
    return text


_PADDING = 4
"""The most that a cell leaves free at its edge, beside what no longer fits."""
