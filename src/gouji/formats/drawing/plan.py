"""The plan of a workbook: the place of each key, and what the calculated cells compute.

The workbook and the totals each make their own plan, and the canvas draws by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gouji.form.model import Form
from gouji.form.values import Expression
from gouji.formats.addresses import Place, PlaceMap

STATE = "show.state"
"""The key of the cell that shows the overall state."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """The cells of a workbook by key. A plan is made once and compared by identity, so that it can be a cache's key."""

    form: Form
    places: PlaceMap = field(default_factory=PlaceMap)
    expressions: dict[str, Expression] = field(default_factory=dict)
    """What the calculated cells compute; each comes after the ones that it depends on."""

    @cached_property
    def formulas(self) -> dict[str, str]:
        """The formulas of the calculated cells, with addresses as seen from the sheet of each."""
        views = {sheet: View(self, sheet) for sheet in {place.sheet for place in self.places.values()}}
        return {key: expression.formula(views[self.places[key].sheet]) for key, expression in self.expressions.items()}

    def printed(self, key: str) -> str:
        """Return the address of a key as people read it."""
        return self.places[key].printed


class View:
    """The addresses of a plan as the formulas of one sheet write them."""

    def __init__(self, plan: Plan, sheet: str) -> None:
        self._plan, self._sheet = plan, sheet

    def at(self, key: str) -> str:
        """Return the address of one cell."""
        return self._seen(self._plan.places[key])

    def over(self, keys: Sequence[str]) -> list[str]:
        """Return ranges that together cover exactly these cells, each as wide and then as high as possible."""
        wanted = sorted(self._plan.places[key] for key in keys)
        open_places = set(wanted)
        ranges = []
        for place in wanted:
            if place not in open_places:
                continue
            right, down = place, place
            while (nxt := Place(place.sheet, place.row, right.column + 1)) in open_places:
                right = nxt
            while all(
                Place(place.sheet, down.row + 1, column) in open_places
                for column in range(place.column, right.column + 1)
            ):
                down = Place(place.sheet, down.row + 1, place.column)
            open_places -= {
                Place(place.sheet, row, column)
                for row in range(place.row, down.row + 1)
                for column in range(place.column, right.column + 1)
            }
            last = Place(place.sheet, down.row, right.column)
            ranges.append(self._seen(place) if last == place else f"{self._seen(place)}:{last.address}")
        return ranges

    def _seen(self, place: Place) -> str:
        return place.address if place.sheet == self._sheet else f"'{place.sheet}'!{place.address}"
