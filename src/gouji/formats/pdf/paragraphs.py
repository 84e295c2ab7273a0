"""Which lines of print are one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from gouji.formats.pdf.print import Line, Margins

_ROOM_IN_FULL_LINE = 1.5
"""In font sizes: a line is full if it leaves less free at its end."""
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)]")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,2}、")
_ENDS = ("。", "！", "？", "：")
_INDENT = 1.2
"""In font sizes: a line is indented if it begins further to the right."""
_WIDE = 20
"""In font sizes: a narrower cell holds a label or a number, and no paragraphs."""


def goes_on(line: Line, following: Line, margins: Margins) -> bool:
    """Tell whether a line continues in the next one: it is full, and the next one is neither indented nor a heading."""
    size = max(line.size, following.size)
    full = line.right > margins.right - _ROOM_IN_FULL_LINE * size
    indented = following.left > margins.left + _INDENT * size
    begins = line.text.endswith(_ENDS) and _NUMBERED.match(following.text) is not None
    return full and not indented and not begins and abs(line.size - following.size) < 1


def joined(one: str, other: str) -> str:
    """Return the text of a line and of the one in which it continues."""
    return f"{one} {other}" if one[-1:].isascii() and other[:1].isascii() and one[-1:].isalpha() else one + other


def paragraphs_in(lines: Sequence[Line], left: float, right: float) -> list[str]:
    """Return the paragraphs of a cell between two places that lays out a page; none for any other cell."""
    if len(lines) < 2 or right - left < _WIDE * max(line.size for line in lines) or any(line.runs for line in lines):
        return []
    margins = Margins(min(line.left for line in lines), max(line.right for line in lines))
    texts = [lines[0].text]
    for line, following in pairwise(lines):
        if goes_on(line, following, margins):
            texts[-1] = joined(texts[-1], following.text)
        else:
            texts.append(following.text)
    # The lines of a label stand in the middle of their cell, as if they were indented; a label is no heading.
    return texts if len(texts) > 1 and any(map(_HEADING.match, texts)) else []
