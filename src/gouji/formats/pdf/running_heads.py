"""What is printed above and below the text of every page: running heads, feet, and what a browser adds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from gouji.formats.pdf.print import Line
from gouji.formats.published import PrintedTable

Item = Line | PrintedTable

_OUTERMOST = 2
"""Lines at the top and at the bottom of a page that may be repeated on every page."""
_SAME_PLACE = 3.0
"""Points."""
_NUMBERED = re.compile(r"\d+")
_BY_A_BROWSER = re.compile(
    r"(?:https?|file|about|chrome):\S*\s+\d{1,4}\s*/\s*\d{1,4}"
    r"|\d{1,4}[/.\-年]\d{1,2}[/.\-月]\d{1,4}日?,?\s*(?:[上下]午\s*)?\d{1,2}:\d{2}.*"
)
"""The address of the page with its number, and the time with the title."""


def without_running_heads(pages: Sequence[Sequence[Item]]) -> list[Item]:
    """Return what is printed on all pages, without the lines that stand on most of them at the same place.

    Page numbers and dates in such lines may differ.
    """
    places: Counter[tuple[str, int]] = Counter()
    for page in pages:
        places.update({place for line in _outer_lines(page) for place in _places_of(line)})
    most = max(2, len(pages) // 2 + 1)

    def is_head(line: Line) -> bool:
        if line.at_edge and _BY_A_BROWSER.fullmatch(line.text):
            return True
        return (line.at_edge or len(pages) > 2) and any(places[at] >= most for at in _places_of(line))

    kept: list[Item] = []
    for page in pages:
        heads = {id(line) for line in _outer_lines(page) if is_head(line)}
        kept += [item for item in page if id(item) not in heads]
    return kept


def _outer_lines(page: Sequence[Item]) -> list[Line]:
    """Return the first and the last lines of a page, as far as no table comes before them."""
    lines: list[Line] = []
    for items in (page[:_OUTERMOST], page[::-1][:_OUTERMOST]):
        for item in items:
            if not isinstance(item, Line):
                break
            lines.append(item)
    return lines


def _places_of(line: Line) -> tuple[tuple[str, int], ...]:
    """Return the text of a line without its numbers and where it stands; two places, because heights are inexact."""
    text, at = _NUMBERED.sub("0", line.text), line.top / _SAME_PLACE
    return (text, int(at)), (text, int(at + 0.5) + 1_000_000)
