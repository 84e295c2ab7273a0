"""The runs of one paragraph of a Word document, gathered with how each looks."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from gouji.formats.shown_text import Look, Run
from gouji.formats.word.looks import Ground

Element = etree._Element

COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
OFFICE = (
    "{http://schemas.openxmlformats.org/",
    "{http://schemas.microsoft.com/office/",
    "{http://purl.oclc.org/ooxml/",
    "{urn:schemas-microsoft-com:",
)
"""How the namespaces begin that every office program knows."""


class Place(NamedTuple):
    """Where text stands, as far as it decides whether it is seen."""

    ground: Ground
    in_cell: bool = False
    look: Look = Look.PLAIN
    """How all text looks here, as in a row that is hidden."""


class Gathered:
    """What was found so far of a paragraph."""

    def __init__(self, style: str, place: Place, runs: list[tuple[Run, int]] | None = None) -> None:
        self.style, self.place = style, place
        self.boxes: list[Element] = []
        self.field = Field()
        self.raised = 0
        """By how much the run is moved up in which text is found now."""
        self._runs: list[tuple[Run, int]] = runs if runs is not None else []

    def without_boxes(self) -> Gathered:
        """Return a Gathered that adds to the same runs, and whose boxes nobody asks for."""
        return Gathered(self.style, self.place, self._runs)

    def add(self, text: str, look: Look) -> None:
        """Add a text; white space always looks plain."""
        self._runs.append((Run(text, look if text.strip() else Look.PLAIN), self.raised))

    def take(self, element: Element, look: Look) -> None:
        """Add the text of an element; no program should find another element in it."""
        self.add(element.text or "", look)
        for child in element:
            self.add("".join(map(str, child.itertext())), both(look, Look.FOREIGN))
            self.add(child.tail or "", look)

    def add_formula(self, formula: Element, look: Look) -> None:
        """Add a formula: one that is a plain row of signs is text, any other may not be read in a row."""
        texts = [text.text or "" for text in formula.iter(f"{MATHS}t")]
        if all(part.tag == f"{MATHS}r" for part in formula):
            self.add("".join(texts), look)
        elif self.place.in_cell:
            self.add(" ".join(texts), both(look, Look.FOREIGN))

    def runs(self) -> list[Run]:
        """Return the runs; one that is moved up or down beside others that are not is a mark."""
        levels = {moved for run, moved in self._runs if run.text.strip() and run.look is Look.PLAIN}
        if len(levels) < 2:
            return [run for run, _ in self._runs]
        return [
            Run(run.text, Look.RAISED if moved > 0 else Look.LOWERED) if moved and run.look is Look.PLAIN else run
            for run, moved in self._runs
        ]


class Field:
    """Whether the text is the code of a field, which nobody sees, or its result."""

    def __init__(self) -> None:
        """Start outside of any field."""
        self._open: list[bool] = []

    @property
    def is_open(self) -> bool:
        """Whether the text is part of a field."""
        return bool(self._open)

    @property
    def in_code(self) -> bool:
        """Whether the text is the code of a field."""
        return any(self._open)

    def turn(self, mark: str) -> None:
        """Go on behind a mark at which a field begins, ends, or goes from its code to its result."""
        if mark == "begin":
            self._open.append(True)
        elif mark == "separate" and self._open:
            self._open[-1] = False
        elif mark == "end" and self._open:
            self._open.pop()


def both(outer: Look, inner: Look) -> Look:
    """Return how text looks inside two things that each change its look."""
    if Look.UNSEEN in (outer, inner):
        return Look.UNSEEN
    return inner if outer is Look.PLAIN else outer


def understood(alternatives: Element) -> list[Element]:
    """Return the choices that programs of today understand, or the fallback where there are none."""
    choices = [
        choice
        for choice in alternatives.iterchildren(f"{COMPATIBILITY}Choice")
        if all(_is_known(choice.nsmap.get(prefix)) for prefix in choice.get("Requires", "").split())
    ]
    return choices or list(alternatives.iterchildren(f"{COMPATIBILITY}Fallback"))


def _is_known(namespace: str | None) -> bool:
    return namespace is not None and f"{{{namespace}".startswith(OFFICE)
