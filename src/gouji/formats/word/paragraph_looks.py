"""What the properties of a paragraph, a row and a table of a Word document do to all text in them."""

from __future__ import annotations

from lxml import etree

from gouji.formats.shown_text import Look
from gouji.formats.word.colours import Attributes, plain_names
from gouji.formats.word.looks import Properties, measured

Element = etree._Element

_LEAST_HEIGHT = 80
"""Twips; a line or a row of exactly this height, or less, cuts its text off."""
_OUT_ON_THE_LEFT, _OUT_ON_THE_RIGHT = -3000, 9000
"""Twips by which text is indented so far that it leaves its cell or the paper."""
_OFF_THE_PAPER = 17_000
"""Twips; the longer side of A4."""


def look_of_paragraph(properties: Properties) -> Look:
    """Return how all text of a paragraph looks because of the height of its lines or the place where it stands."""
    if not properties:
        return Look.PLAIN
    spacing, frame = properties.get("spacing", {}), properties.get("framePr", {})
    if spacing.get("lineRule") == "exact" and 0 < measured(spacing.get("line", ""), 0) < _LEAST_HEIGHT:
        return Look.UNSEEN
    if _is_thin(frame, "h") or 0 < measured(frame.get("w", ""), 0) < _LEAST_HEIGHT:
        return Look.UNSEEN
    if any(abs(measured(frame.get(side, ""), 0)) > _OFF_THE_PAPER for side in ("x", "y")):
        return Look.UNSURE
    indents = properties.get("ind", {})
    for side in ("left", "start", "right", "end", "firstLine"):
        if side in indents and not _OUT_ON_THE_LEFT < measured(indents.get(side, ""), 0) < _OUT_ON_THE_RIGHT:
            return Look.UNSURE
    return Look.PLAIN


def is_thin_row(height: Attributes) -> bool:
    """Tell whether a row is so low that its text is cut off."""
    return _is_thin(height, "val")


def _is_thin(attributes: Attributes, name: str) -> bool:
    return attributes.get("hRule") == "exact" and 0 < measured(attributes.get(name, ""), 0) < _LEAST_HEIGHT


def is_off_the_paper(table: dict[str, Element]) -> bool:
    """Tell whether the properties of a table move it off the paper."""
    indent = plain_names(table["tblInd"].attrib) if "tblInd" in table else {}
    if not -_OFF_THE_PAPER < measured(indent.get("w", ""), 0) < _OUT_ON_THE_RIGHT:
        return True
    place = plain_names(table["tblpPr"].attrib) if "tblpPr" in table else {}
    return any(abs(measured(place.get(side, ""), 0)) > _OFF_THE_PAPER for side in ("tblpX", "tblpY"))


class Numberings:
    """The lists of a document, as far as they put numbers before paragraphs."""

    def __init__(self, root: Element | None) -> None:
        """Read the part with the lists; without one there are none."""
        self._levels: dict[str, dict[str, bool]] = {}
        """Whether a level of a list shows digits, by the id of the list and the number of the level."""
        if root is None:
            return
        abstract = {
            _value(each.attrib, "abstractNumId"): {
                _value(level.attrib, "ilvl"): _shows_digits(level) for level in each.iterfind("{*}lvl")
            }
            for each in root.iterfind("{*}abstractNum")
        }
        for number in root.iterfind("{*}num"):
            of = number.find("{*}abstractNumId")
            levels = abstract.get(_value(of.attrib, "val") if of is not None else "", {})
            changed = {_value(level.attrib, "ilvl"): _shows_digits(level) for level in number.iter("{*}lvl")}
            self._levels[_value(number.attrib, "numId")] = levels | changed

    def put_digits_before(self, properties: Properties) -> bool:
        """Tell whether a paragraph with these properties gets a number before its text."""
        of = properties.get("numPr", {})
        levels = self._levels.get(of.get("numId", "0"))
        # The levels of a list that only names a style are elsewhere; any of them may be a number.
        return levels is not None and levels.get(of.get("ilvl", "0"), not levels)


def _shows_digits(level: Element) -> bool:
    kind, text = level.find("{*}numFmt"), level.find("{*}lvlText")
    shown = _value(text.attrib, "val") if text is not None else ""
    of_kind = _value(kind.attrib, "val") if kind is not None else "decimal"
    return any(sign.isdigit() for sign in shown) and of_kind not in ("bullet", "none")


def _value(attributes: etree._Attrib, name: str) -> str:
    return plain_names(attributes).get(name, "")
