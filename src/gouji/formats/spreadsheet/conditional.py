"""The conditional formats of a sheet of an .xlsx, as far as they decide whether a number is visible.

ECMA-376 part 1, 18.3.1.18 to 18.3.1.49; newer programs keep some of them in an extension, [MS-XLSX] 2.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from gouji.formats.spreadsheet.colours import Ground, Palette
from gouji.formats.spreadsheet.looks import Change, change_of
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import MAIN
from gouji.runtime.errors import DocumentError

Properties = dict[str, dict[str, str]]


@dataclass
class Rule:
    """A conditional format as the file has it."""

    areas: str = ""
    dxf: int | None = None
    """The number of its look in the styles."""
    own: Properties | None = None
    """Its look, where the rule itself has one."""
    hides: bool = False
    """Whether it shows a picture or a bar instead of the number."""
    colours: list[dict[str, str]] = field(default_factory=list)
    """The colours of a scale or a bar, which become the background."""
    compares: str = ""
    """The operator of a comparison of the cell with numbers."""
    numbers: list[str] = field(default_factory=list)

    def changes(self, looks: Sequence[Change], palette: Palette) -> Sequence[Change] | None:
        """Return what the rule may change of a cell; None where it hides the number."""
        if self.hides:
            return None
        changes = [Change(ground=Ground((palette.colour(colour),))) for colour in self.colours]
        if self.own is not None:
            changes.append(change_of(self.own, palette))
        if self.dxf is not None and self.dxf < len(looks):
            changes.append(looks[self.dxf])
        return [change for change in changes if not change.is_harmless]

    def is_harmless(self, looks: Sequence[Change]) -> bool:
        """Tell whether the rule is one of the many that only paint a cell."""
        if self.hides or self.own is not None or self.colours:
            return False
        return self.dxf is None or self.dxf >= len(looks) or looks[self.dxf].is_harmless

    def may_hold(self, value: float | str) -> bool:
        """Tell whether the condition may be met; only comparisons with numbers are evaluated."""
        if isinstance(value, str) or self.compares not in _COMPARED:
            return True
        if not self.numbers or not all(map(_CONSTANT.fullmatch, self.numbers)):
            return True
        number, bounds = Decimal(f"{value:.15g}"), [Decimal(text.strip()) for text in self.numbers]
        return _COMPARED[self.compares](number, bounds)


_CONSTANT = re.compile(r"\s*-?[0-9]{1,15}(?:\.[0-9]{1,15})?\s*")
_COMPARED: Mapping[str, Callable[[Decimal, list[Decimal]], bool]] = {
    "equal": lambda number, bounds: number == bounds[0],
    "notEqual": lambda number, bounds: number != bounds[0],
    "lessThan": lambda number, bounds: number < bounds[0],
    "lessThanOrEqual": lambda number, bounds: number <= bounds[0],
    "greaterThan": lambda number, bounds: number > bounds[0],
    "greaterThanOrEqual": lambda number, bounds: number >= bounds[0],
    "between": lambda number, bounds: min(bounds) <= number <= max(bounds),
    "notBetween": lambda number, bounds: not min(bounds) <= number <= max(bounds),
}


# ---------------------------------------------------------------- the walk


class RuleReader:
    """Takes the elements of conditional formats, whatever else the walk that meets them is for."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._areas = ""
        self._open: list[Rule] = []
        """The rules of the present list."""
        self._inside = ""
        self._in_border = False

    @property
    def in_look(self) -> bool:
        """Whether the look of a rule has begun."""
        return bool(self._open) and self._open[-1].own is not None

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """Take a start tag."""
        if name == "conditionalFormatting":
            self._areas, self._open = attributes.get("sqref", ""), []
        elif name == "cfRule":
            number = attributes.get("dxfId", "")
            self._open.append(
                Rule(
                    dxf=int(number) if number.isdigit() and len(number) < 6 else None,
                    compares=attributes.get("operator", "") if attributes.get("type") == "cellIs" else "",
                )
            )
        elif name == "sqref":
            self._inside = name
        elif self._open:
            self._in_rule(self._open[-1], name, attributes)

    def _in_rule(self, rule: Rule, name: str, attributes: dict[str, str]) -> None:
        if name in ("dataBar", "iconSet"):
            rule.hides = rule.hides or attributes.get("showValue") in ("0", "false", "off")
        elif name == "dxf":
            rule.own = {}
        elif name == "border":
            self._in_border = True
        elif rule.own is not None:
            if not self._in_border:
                rule.own.setdefault(name, attributes)
        elif name in ("color", "fillColor"):
            rule.colours.append(attributes)
        elif name in ("formula", "f") and rule.compares:
            self._inside = name
            rule.numbers.append("")

    def ended(self, name: str) -> None:
        """Take an end tag."""
        if name == "conditionalFormatting":
            for rule in self._open:
                rule.areas = self._areas
            self.rules += self._open
            self._open = []
        elif name == "border":
            self._in_border = False
        if name == self._inside:
            self._inside = ""

    def said(self, text: str) -> None:
        """Take a piece of text."""
        if self._inside == "sqref":
            self._areas += text
        elif self._inside and self._open:
            self._open[-1].numbers[-1] += text


_EXTENSION = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_EXCEL = "http://schemas.microsoft.com/office/excel/2006/main"


class _Extended(NamespacedWalk):
    """A pass over the conditional formats in the extension of a sheet.

    They have the same names there. Their areas stand behind them, and their looks inside.
    """

    namespaces: ClassVar[Mapping[str, str]] = {MAIN: "main:", _EXTENSION: "", _EXCEL: ""}

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.reader = RuleReader()

    def started(self, name: str, attributes: dict[str, str]) -> None:
        # Inside of a look stand the usual elements; everywhere else they belong to what is no extension.
        plain = name.removeprefix("main:")
        if plain == name or self.reader.in_look:
            self.reader.started(plain, attributes)

    def ended(self, name: str) -> None:
        plain = name.removeprefix("main:")
        if plain == name or self.reader.in_look:
            self.reader.ended(plain)

    def said(self, text: str) -> None:
        self.reader.said(text)


def extended_rules(xml: bytes, budget: Budget) -> Sequence[Rule]:
    """Return the conditional formats in the extension of a sheet; most sheets have none."""
    if _EXTENSION.encode() not in xml:
        return ()
    walk = _Extended(budget)
    try:
        walk.over(xml)
    except DocumentError:
        return ()
    return walk.reader.rules
