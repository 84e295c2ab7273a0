"""Where a figure goes in somebody else's workbook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A cell that asks for one figure."""

    sheet: str
    cell: str
    """Its address, such as ``C7``."""
    ref: str
    """The figure that it asks for: ``table.row.column``."""
    unit: str = ""
    """The unit that it asks about, by its name in the list; empty where the workbook is about one report."""
    factor: int = 1
    """By what the figure is multiplied to be in the unit of the cell: 10000 where it asks for 元 and the form for
    万元."""
    plus: tuple[str, ...] = ()
    """The figures that are added to it, where the officer has said that the cell asks for a sum."""

    @property
    def refs(self) -> tuple[str, ...]:
        """The figures whose sum goes there; mostly one."""
        return (self.ref, *self.plus)
