"""Facts in a sheet's XML that decide what of its cells is visible: hidden rows, merges, styles, drawings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from gouji.formats.addresses import address_of, column_of
from gouji.formats.spreadsheet.conditional import Rule, RuleReader, extended_rules
from gouji.formats.spreadsheet.looks import font_of
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk, Walk, is_true, start_tags
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN
from gouji.formats.spreadsheet.rich_text import Run
from gouji.runtime.errors import DocumentError

Area = tuple[int, int, int, int]
"""First row, first column, last row and last column, counted from 0."""

LEAST_HEIGHT, LEAST_WIDTH = 5.0, 0.5
"""Below this height of a row in points and this width of a column in characters, no digit can be read.
A wider column shows a number that does not fit as ####."""

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


def area_of(text: str) -> Area | None:
    """Return the area of a reference such as ``B2:D5``."""
    found = _AREA.fullmatch(text)
    if found is None:
        return None
    left, top, right, bottom = found.groups()
    return int(top) - 1, column_of(left), int(bottom or top) - 1, column_of(right or left)


def holds(area: Area, row: int, column: int) -> bool:
    """Tell whether a cell lies in an area."""
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


@dataclass
class Facts:
    """Facts in a sheet's XML that decide what of its cells is visible."""

    styles: dict[str, str] = field(default_factory=dict)
    """Address → style."""
    texts: dict[str, str] = field(default_factory=dict)
    """Address → number of the shared text."""
    runs: dict[str, list[Run]] = field(default_factory=dict)
    """Address → the runs of a text that the cell itself holds."""
    hidden_rows: set[int] = field(default_factory=set)
    shown_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    rows_hidden: bool = False
    """Whether rows are hidden unless they say otherwise."""
    zeros_hidden: bool = False
    merges: list[Area] = field(default_factory=list)
    conditional: list[Rule] = field(default_factory=list)
    covered: bool = False
    """Whether the sheet has drawings or the boxes of notes, which may cover cells."""
    heights: dict[int, float] = field(default_factory=dict)
    """Row → its height in points, for rows that have one of their own."""
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    """The first column, the last column, and the width of both and all between, in characters."""
    default_height: float = 15.0
    default_width: float = 8.43

    def height(self, row: int) -> float:
        """Return the height of a row in points."""
        return self.heights.get(row, self.default_height)

    def width(self, column: int) -> float:
        """Return the width of a column in characters."""
        return next((wide for first, last, wide in self.widths if first <= column <= last), self.default_width)


class _Facts(NamespacedWalk):
    """A pass over a sheet."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.facts = Facts()
        self._row, self._address = 0, ""
        self._column = 0
        self._shared = self._in_value = self._in_text = False
        self._properties: dict[str, dict[str, str]] = {}
        self._in_run_properties = self._in_inline = self._in_reading = False
        self._rules = RuleReader()
        self.facts.conditional = self._rules.rules

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "v":
            self._in_value = self._shared
        elif name == "is":
            self._in_inline, self._properties = True, {}
        elif self._in_inline:
            self._inside_text(name, attributes)
        else:
            self._around(name, attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isdigit() and len(number) < 9 else self._row + 1
        self._column = 0
        hidden = is_true(attributes.get("hidden"))
        if hidden or "ht" in attributes:
            self.facts.heights[self._row - 1] = 0.0 if hidden else length(attributes["ht"])
        if hidden or is_under(attributes.get("ht"), LEAST_HEIGHT):
            self.facts.hidden_rows.add(self._row - 1)
        elif "ht" in attributes:
            self.facts.shown_rows.add(self._row - 1)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r", "").upper()
        area = area_of(address)
        self._column = area[1] + 1 if area else self._column + 1
        self._address = address if area else address_of(self._row - 1, self._column - 1)
        if style := attributes.get("s"):
            self.facts.styles[self._address] = style
        self._shared = attributes.get("t") == "s"

    def _inside_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "r":
            self._properties = {}
        elif name == "rPr":
            self._in_run_properties = True
        elif name == "rPh":
            self._in_reading = True
        elif name == "t" and not self._in_reading:
            self._in_text = True
            font = font_of(self._properties) if self._properties else None
            self.facts.runs.setdefault(self._address, []).append(("", font))
        elif self._in_run_properties:
            self._properties[name] = attributes

    def _around(self, name: str, attributes: dict[str, str]) -> None:
        facts = self.facts
        if name == "col":
            self._column_of_the_sheet(attributes)
        elif name == "sheetFormatPr":
            facts.rows_hidden = is_true(attributes.get("zeroHeight")) or is_under(
                attributes.get("defaultRowHeight"), LEAST_HEIGHT
            )
            facts.default_height = length(attributes.get("defaultRowHeight"), facts.default_height)
            facts.default_width = length(attributes.get("defaultColWidth"), facts.default_width)
        elif name == "sheetView":
            facts.zeros_hidden = facts.zeros_hidden or attributes.get("showZeros") in ("0", "false", "off")
        elif name == "mergeCell":
            if area := area_of(attributes.get("ref", "").upper()):
                facts.merges.append(area)
        elif name in ("drawing", "legacyDrawing"):
            facts.covered = True
        else:
            self._rules.started(name, attributes)

    def _column_of_the_sheet(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if not (first.isdigit() and last.isdigit()):
            return
        span = int(first) - 1, int(last) - 1
        if is_true(attributes.get("hidden")) or is_under(attributes.get("width"), LEAST_WIDTH):
            self.facts.hidden_columns.append(span)
            self.facts.widths.append((*span, 0.0))
        elif "width" in attributes:
            self.facts.widths.append((*span, length(attributes["width"])))

    def ended(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "t":
            self._in_text = False
        elif name == "rPr":
            self._in_run_properties = False
        elif name == "is":
            self._in_inline = False
        elif name == "rPh":
            self._in_reading = False
        else:
            self._rules.ended(name)

    def said(self, text: str) -> None:
        if self._in_value:
            self.facts.texts[self._address] = self.facts.texts.get(self._address, "") + text
        elif self._in_text and self._in_inline:
            before, font = self.facts.runs[self._address][-1]
            self.facts.runs[self._address][-1] = (before + text, font)
        else:
            self._rules.said(text)


def length(value: str | None, default: float = 0.0) -> float:
    """Return the length in an attribute."""
    return float(value) if value and re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,20})?", value) else default


def is_under(value: str | None, least: float) -> bool:
    """Tell whether an attribute has a length below the least one that shows anything."""
    return value is not None and length(value, least) < least


def facts_of(xml: bytes, budget: Budget) -> Facts:
    """Return the facts of a sheet.

    Raises DocumentError where the XML is broken or too large.
    """
    walk = _Facts(budget)
    walk.over(xml)
    walk.facts.conditional += extended_rules(xml, budget)
    return walk.facts


def facts_around(before: bytes, after: bytes) -> Facts:
    """Return the facts of a sheet from what stands before and after its cells, which is nothing but tags and text.

    Whoever moves a margin or selects another cell leaves the conditional formats as the form has them, so these are
    remembered by themselves. Raises DocumentError as :func:`facts_of` does.
    """
    root = before[: before.find(b">") + 1]
    end = max((at + len(tag) for tag in _ENDS_OF_RULES if (at := after.rfind(tag)) >= 0), default=0)
    rules = _rules(root, after[:end]) if 0 < end <= _LONGEST_RULES else None
    if rules is None or not _is_inside(root, after[end:]):
        return facts_of(before + b"<sheetData>" + after, Budget())
    facts = facts_of(before + b"<sheetData></sheetData>" + after[end:], Budget())
    facts.merges += rules.merges
    facts.conditional += rules.conditional
    return facts


_LONGEST_RULES = 2**17
"""Those of the largest table are over half as long, as office programs save them."""
_ENDS_OF_RULES = (b"</conditionalFormatting>", b"</dataValidations>")
_AMONG_RULES = frozenset(
    b"sheetProtection mergeCells mergeCell phoneticPr conditionalFormatting cfRule formula colorScale cfvo color "
    b"dataBar iconSet dataValidations dataValidation formula1 formula2".split()
)
"""What says nothing but merges and rules."""


@lru_cache(64)
def _rules(root: bytes, piece: bytes) -> Facts | None:
    """Return the facts in a piece that begins with the end of the cells; None where it is not whole or says others."""
    names = start_tags(piece)
    if names is None or not _AMONG_RULES.issuperset(names):
        return None
    try:
        return facts_of(root + b"<sheetData>" + piece + b"</worksheet>", Budget())
    except DocumentError:
        return None


def _is_inside(root: bytes, rest: bytes) -> bool:
    """Tell whether the rest of a sheet begins right inside its root: then so does what stands before that rest."""
    try:
        Walk(Budget()).over(root + rest)
    except DocumentError:
        return False
    return True
