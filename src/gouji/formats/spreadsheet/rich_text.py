"""Texts whose runs look different: a digit may be a footnote mark, or a number may be struck out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gouji.formats.shown_text import raised, struck
from gouji.formats.spreadsheet.looks import Font, font_of, is_unseen
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN

Run = tuple[str, Font]
"""A piece of a text and its font."""

_PAPER = "FFFFFF"


class _RichTexts(NamespacedWalk):
    """A pass over the shared texts for those whose runs look different."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.found: dict[str, list[Run]] = {}
        self._number = -1
        self._properties: dict[str, dict[str, str]] = {}
        self._runs: list[Run] = []
        self._in_properties = self._in_text = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._number, self._runs, self._properties = self._number + 1, [], {}
        elif name == "r":
            self._properties = {}
        elif name == "rPr":
            self._in_properties = True
        elif name == "t":
            self._in_text = True
            self._runs.append(("", font_of(self._properties)))
        elif self._in_properties:
            self._properties[name] = attributes

    def ended(self, name: str) -> None:
        if name == "rPr":
            self._in_properties = False
        elif name == "t":
            self._in_text = False
        elif name == "si" and any(is_odd(font) for _, font in self._runs):
            self.found[str(self._number)] = self._runs

    def said(self, text: str) -> None:
        if self._in_text:
            before, font = self._runs[-1]
            self._runs[-1] = (before + text, font)


def is_odd(font: Font) -> bool:
    """Tell whether a run is struck out, raised or invisible."""
    return font.struck or font.raised or is_unseen(font, _PAPER)


def rich_texts(xml: bytes, budget: Budget) -> Mapping[str, Sequence[Run]]:
    """Return the shared texts in which a run is struck out, raised or invisible, by their numbers."""
    if b"rPr" not in xml:
        return {}
    # Nearly all properties of runs are alike, so it is enough to look at each once.
    _, *runs = xml.split(b"<rPr>")
    properties = {run.partition(b"</rPr>")[0] for run in runs}
    usual = xml.count(b"rPr") == 2 * len(runs) and all(map(_PROPERTIES.fullmatch, properties))
    tags = b"".join(properties) if usual else xml
    small = tags.lower()
    if not any(sign in small for sign in _SIGNS_OF_ODD_RUNS) and not _UNUSUAL_ATTRIBUTE.search(tags):
        return {}
    walk = _RichTexts(budget)
    walk.over(xml)
    return walk.found


_SIGNS_OF_ODD_RUNS = (
    *(b"strike", b"vertalign", b'ffffff"', b'theme="0"', b'indexed="1"', b'indexed="9"', b'indexed="65"'),
    *(b'sz val="%b' % size for size in (b"0", b"1.", b'1"', b"2.", b'2"', b"3.", b'3"', b".")),
)
"""One of them stands in every part that has a run with an odd look; without any, nothing has to be walked over."""
_PROPERTIES = re.compile(rb"(?:<[A-Za-z]+(?: [^<>]*)?/>)*")
_UNUSUAL_ATTRIBUTE = re.compile(rb"[A-Za-z](?:\s+=|=\s+|=')|=\"[^\"<>]*&|sz\s{2,}|sz\s[^v]")
"""An attribute that is not written as programs write it, or not where they do."""


def as_seen(runs: Sequence[Run]) -> str:
    """Return a text as displayed: raised digits stay raised, struck-out runs are marked, invisible runs left out."""
    pieces = []
    for text, font in runs:
        if is_unseen(font, _PAPER):
            continue
        if font.struck:
            pieces.append(struck(text))
        else:
            pieces.append(raised(text) if font.raised else text)
    return "".join(pieces)
