"""The runs of one paragraph of a Word document, gathered with how each looks."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from gouji.formats.shown_text import NO_TEXT, Look, Run
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
"""The beginnings of the namespaces that every office program knows."""


class Place(NamedTuple):
    """Where text stands, as far as it decides whether it is seen."""

    ground: Ground
    in_cell: bool = False
    look: Look = Look.PLAIN
    """How all text looks here, as in a row that is hidden."""
    table_style: str = ""


class Gathered:
    """What was found so far of a paragraph."""

    def __init__(self, style: str, place: Place, runs: list[tuple[Run, int]] | None = None) -> None:
        self.style, self.place = style, place
        self.boxes: list[Element] = []
        self.field = Field()
        self.raised = 0
        """By how much the current run is moved up."""
        self._runs: list[tuple[Run, int]] = runs if runs is not None else []

    def without_boxes(self) -> Gathered:
        """Return a Gathered that adds to the same runs and has its own, unused list of boxes."""
        return Gathered(self.style, self.place, self._runs)

    def add(self, text: str, look: Look) -> None:
        """Add a text; white space is always plain."""
        self._runs.append((Run(text, look if text.strip() else Look.PLAIN), self.raised))

    def take(self, element: Element, look: Look) -> None:
        """Add the text of an element; another element inside it is foreign markup."""
        self.add(element.text or "", look)
        for child in element:
            self.add("".join(map(str, child.itertext())), both(look, Look.FOREIGN))
            self.add(child.tail or "", look)

    def add_no_text(self, look: Look) -> None:
        """Add something that is seen beside a number and is no text; outside of cells it does not matter."""
        if self.place.in_cell:
            self.add(NO_TEXT, both(look, Look.NO_TEXT))

    def turn(self, mark: str, look: Look) -> None:
        """Process a mark of a field; what programs draw by the code of a field is no text."""
        if self.field.turn(mark):
            self.add_no_text(look)

    def add_formula(self, formula: Element, look: Look) -> None:
        """Add a formula: a plain row of characters is text; any other formula cannot be read as one row."""
        texts = [text.text or "" for text in formula.iter(f"{MATHS}t")]
        if all(part.tag == f"{MATHS}r" for part in formula):
            self.add("".join(texts), look)
        elif self.place.in_cell:
            self.add(" ".join(texts), both(look, Look.FOREIGN))

    def runs(self) -> list[Run]:
        """Return the runs; a run that is moved up or down next to others that are not is a mark."""
        levels = {moved for run, moved in self._runs if run.text.strip() and run.look is Look.PLAIN}
        if len(levels) < 2:
            return [run for run, _ in self._runs]
        return [
            Run(run.text, Look.RAISED if moved > 0 else Look.LOWERED) if moved and run.look is Look.PLAIN else run
            for run, moved in self._runs
        ]


_DRAWN = re.compile(
    r"\s*\\?(?:EQ|SYMBOL|LISTNUM|ADVANCE|AUTONUM(?:LGL|OUT)?|MACROBUTTON|GOTOBUTTON|DISPLAYBARCODE|MERGEBARCODE|BARCODE)\b",
    re.I,
)
"""Fields that programs show by their code; any result that is stored beside it is not looked at."""


def is_drawn(code: str) -> bool:
    """Tell whether programs show a field by its code."""
    return bool(_DRAWN.match(code))


class Field:
    """Whether the text is the code of a field, which nobody sees, or its result."""

    def __init__(self) -> None:
        """Start outside of any field."""
        self._open: list[bool] = []
        self._codes: list[str] = []

    @property
    def is_open(self) -> bool:
        """Whether the text is part of a field."""
        return bool(self._open)

    @property
    def in_code(self) -> bool:
        """Whether the text is the code of a field."""
        return any(self._open)

    def add_code(self, code: str) -> None:
        """Add a part of the code."""
        self._codes[-1] += code

    def turn(self, mark: str) -> bool:
        """Process a mark at which a field begins, ends, or changes from its code to its result.

        Return whether a field has ended that programs show by its code.
        """
        if mark == "begin":
            self._open.append(True)
            self._codes.append("")
        elif mark == "separate" and self._open:
            self._open[-1] = False
        elif mark == "end" and self._open:
            self._open.pop()
            return is_drawn(self._codes.pop()) and not self.in_code
        return False


def both(outer: Look, inner: Look) -> Look:
    """Return how text looks inside two elements that both change its look."""
    if Look.UNSEEN in (outer, inner):
        return Look.UNSEEN
    return inner if outer is Look.PLAIN else outer


def understood(alternatives: Element) -> list[Element]:
    """Return the choices that today's programs understand, or the fallback if there are none."""
    choices = [
        choice
        for choice in alternatives.iterchildren(f"{COMPATIBILITY}Choice")
        if all(_is_known(choice.nsmap.get(prefix)) for prefix in choice.get("Requires", "").split())
    ]
    return choices or list(alternatives.iterchildren(f"{COMPATIBILITY}Fallback"))


def _is_known(namespace: str | None) -> bool:
    return namespace is not None and f"{{{namespace}".startswith(OFFICE)
