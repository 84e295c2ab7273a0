"""The second look: what really stands in a cell where a number was expected.

The first reader shows an error value as an empty cell. Only files with something wrong pay for this.
"""

from __future__ import annotations

from collections.abc import Mapping

from gouji.formats.addresses import Place
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import ONLY_MAIN


def as_typed(sheets: Mapping[str, bytes], places: Mapping[str, Place]) -> dict[str, str]:
    """Return, for each of the cells that holds an error value, which one; ``sheets`` is the XML of a Package."""
    found: dict[str, str] = {}
    for name, xml in sheets.items():
        wanted = {place.address: ref for ref, place in places.items() if place.sheet == name}
        if wanted:
            errors = _Errors(Budget())
            errors.over(xml)
            found.update({ref: errors.shown[address] for address, ref in wanted.items() if address in errors.shown})
    return found


class _Errors(NamespacedWalk):
    """A pass over the cells of a sheet for error values, by address."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.shown: dict[str, str] = {}
        self._address = ""
        self._inside = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._address = attributes.get("r", "").upper() if attributes.get("t") == "e" else ""
        self._inside = bool(self._address) and name == "v"

    def ended(self, name: str) -> None:
        self._inside = False

    def said(self, text: str) -> None:
        if self._inside:
            self.shown[self._address] = (self.shown.get(self._address, "") + text)[:40]
