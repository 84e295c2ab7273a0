"""Texts whose runs look different: a digit may be a footnote mark, or a number may be struck out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from gouji.formats.shown_text import raised, struck
from gouji.formats.spreadsheet.colours import PAPER, USUAL, Ground, Palette
from gouji.formats.spreadsheet.looks import PLAIN_FONT, Font, font_of, is_odd, is_unseen
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN

Run = tuple[str, Font | None]
"""A piece of a text and its font; None for the font of the cell."""

SYMBOL = "□"
"""Instead of a sign of a font of symbols."""


class _RichTexts(NamespacedWalk):
    """A pass over the shared texts for those with runs that are wanted."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget, palette: Palette, wanted: Callable[[Font | None], bool]) -> None:
        super().__init__(budget)
        self.found: dict[str, list[Run]] = {}
        self._palette, self._wanted = palette, wanted
        self._number = -1
        self._properties: dict[str, dict[str, str]] = {}
        self._runs: list[Run] = []
        self._in_properties = self._in_text = self._in_reading = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._number, self._runs, self._properties = self._number + 1, [], {}
        elif name == "r":
            self._properties = {}
        elif name == "rPr":
            self._in_properties = True
        elif name == "rPh":
            self._in_reading = True  # how a text is pronounced stands above it, if anywhere
        elif name == "t" and not self._in_reading:
            self._in_text = True
            self._runs.append(("", font_of(self._properties, self._palette) if self._properties else None))
        elif self._in_properties:
            self._properties[name] = attributes

    def ended(self, name: str) -> None:
        if name == "rPr":
            self._in_properties = False
        elif name == "rPh":
            self._in_reading = False
        elif name == "t":
            self._in_text = False
        elif name == "si" and any(self._wanted(font) for _, font in self._runs):
            self.found[str(self._number)] = self._runs

    def said(self, text: str) -> None:
        if self._in_text:
            before, font = self._runs[-1]
            self._runs[-1] = (before + text, font)


def _is_odd_on_paper(font: Font | None) -> bool:
    return font is not None and is_odd(font)


class SharedTexts:
    """The texts with runs among those that the cells of a workbook share, by their numbers."""

    def __init__(self, xml: bytes = b"", palette: Palette = USUAL) -> None:
        self._xml, self._palette = xml, palette

    @cached_property
    def odd(self) -> Mapping[str, Sequence[Run]]:
        """The texts in which a run looks odd on a light background."""
        if b"rPr" not in self._xml:
            return {}
        # Nearly all properties of runs are alike, so it is enough to look at each once.
        _, *runs = self._xml.split(b"<rPr>")
        properties = {run.partition(b"</rPr>")[0] for run in runs}
        usual = self._xml.count(b"rPr") == 2 * len(runs) and all(map(_PROPERTIES.fullmatch, properties))
        if usual and not _UNUSUAL_ATTRIBUTE.search(b"".join(properties)) and not self._has_odd(properties):
            return {}
        return self._walked(_is_odd_on_paper)

    @cached_property
    def every(self) -> Mapping[str, Sequence[Run]]:
        """All texts with a run that has a font of its own."""
        return self._walked(lambda font: font is not None) if b"rPr" in self._xml else {}

    def _walked(self, wanted: Callable[[Font | None], bool]) -> Mapping[str, Sequence[Run]]:
        walk = _RichTexts(Budget(), self._palette, wanted)
        walk.over(self._xml)
        return walk.found

    def _has_odd(self, properties: Iterable[bytes]) -> bool:
        """Tell whether a run with some of these properties is odd."""
        for tags in properties:
            font = {name.decode(): _attributes(said) for name, said in _PROPERTY.findall(tags)}
            if is_odd(font_of(font, self._palette)):
                return True
        return False


def _attributes(said: bytes) -> dict[str, str]:
    return {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(said)}


_PROPERTIES = re.compile(rb"(?:<[A-Za-z]+(?: [^<>]*)?/>)*")
_PROPERTY = re.compile(rb"<([A-Za-z]+)([^<>]*)/>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_UNUSUAL_ATTRIBUTE = re.compile(rb"[A-Za-z](?:\s+=|=\s+|=')|=\"[^\"<>]*&|sz\s{2,}|sz\s[^v]")
"""An attribute that is not written as programs write it, or not where they do."""


def as_seen(runs: Sequence[Run], own: Font = PLAIN_FONT, ground: Ground = PAPER) -> str:
    """Return a text as displayed in a cell with a font of its ``own``.

    Raised digits stay raised, struck-out runs are marked, invisible runs are left out.
    """
    pieces = []
    for text, one in runs:
        font = one or own
        if is_unseen(font, ground):
            continue
        if font.symbols:
            text = re.sub(r"\S", SYMBOL, text)
        if font.raised:
            text = raised(text)
        pieces.append(struck(text) if font.struck else text)
    return "".join(pieces)
