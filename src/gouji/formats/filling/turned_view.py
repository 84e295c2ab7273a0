"""A sheet, or a sheet with rows and columns exchanged: what is read one way is read the other way too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gouji.formats.foreign.shown_sheet import ShownSheet


@dataclass(frozen=True)
class View:
    """A sheet, or a sheet with rows and columns exchanged."""

    sheet: ShownSheet
    turned: bool = False
    texts: dict[tuple[int, int], str] = field(default_factory=dict, compare=False)

    def _turn(self, spot: tuple[int, int]) -> tuple[int, int]:
        return (spot[1], spot[0]) if self.turned else spot

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.sheet.columns if self.turned else self.sheet.rows)

    @property
    def width(self) -> int:
        """The number of columns."""
        return len(self.sheet.rows if self.turned else self.sheet.columns)

    def first(self, row: int, column: int) -> tuple[int, int]:
        """Return where the cell begins that covers a place."""
        spot = self._turn((row, column))
        return self._turn(self.sheet.covered.get(spot, spot))

    def text(self, row: int, column: int) -> str:
        """Return what the cell that covers a place holds."""
        if (row, column) not in self.texts:
            cell = self.sheet.cells.get(self._turn(self.first(row, column)))
            self.texts[row, column] = cell.text if cell else ""
        return self.texts[row, column]

    def span(self, row: int, column: int) -> tuple[int, int]:
        """Return over how many rows and columns the cell reaches that begins at a place."""
        cell = self.sheet.cells.get(self._turn((row, column)))
        return self._turn((cell.rows, cell.columns)) if cell else (1, 1)

    def address(self, row: int, column: int) -> str:
        """Return the address of the cell that covers a place."""
        cell = self.sheet.at(*self._turn(self.first(row, column)))
        return cell.address if cell else ""

    def filled(self) -> Iterator[tuple[int, int]]:
        """Yield where cells begin that hold something."""
        return (self._turn(spot) for spot, cell in self.sheet.cells.items() if cell.text)
