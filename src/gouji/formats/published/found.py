"""What the tables of a document contain for one edition of the form: cells by Ref, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from gouji.form.model import Form, Table
from gouji.formats.published.cell_text import Doubt
from gouji.formats.published.lines import Line, Spot

_WITHOUT_HEADER = 0.5
"""How much a table without a header counts when editions are compared."""
UNCLEAR = "\x00"
"""The text kept for a cell whose number is unclear; no document contains it."""


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """The content of the cell of a figure, and its place."""

    text: str
    line: Line
    spot: Spot | None = None

    @property
    def cell(self) -> str:
        """The address of the cell, for people."""
        return self.line.cell(self.spot)

    @property
    def beside(self) -> str:
        """All that the cell shows, where something was left off beside its number; else empty."""
        return self.spot.beside if self.spot else ""

    @property
    def doubt(self) -> Doubt | None:
        """Why the number of the cell is not taken, if it is not."""
        return self.spot.doubt if self.spot else None


@dataclass(frozen=True, slots=True)
class Stop:
    """A part of a table that is not read, because it is unclear which number belongs to which label."""

    rule: str
    table: str
    refs: tuple[str, ...]
    cells: tuple[str, ...]
    which: str
    """What is wrong, for people."""
    block: str = ""
    """The title of the part of the table, for people."""


@dataclass
class FoundFigures:
    """What the tables of a document contain for one edition of the form."""

    form: Form
    printed: dict[str, PrintedFigure] = field(default_factory=dict)
    """By Ref; without the rows that replace others."""
    substitutes: dict[int, dict[str, list[PrintedFigure]]] = field(default_factory=dict)
    """Number of the substitute → column → the content of its rows."""
    unclear: dict[str, PrintedFigure] = field(default_factory=dict)
    """By Ref, the cells whose number is unclear."""
    twice: dict[str, tuple[PrintedFigure, PrintedFigure]] = field(default_factory=dict)
    extra: list[tuple[str, str]] = field(default_factory=list)
    """Label and cell of the rows and columns that the form does not have."""
    altered: list[tuple[str, str, str, bool]] = field(default_factory=list)
    """Label as printed, label in the form, cell, and whether it is one of the header, of each label with a slip."""
    headless: set[str] = field(default_factory=set)
    """The tables that lack a header."""
    stopped: list[Stop] = field(default_factory=list)
    """The parts of tables that were not read, each for one reason."""

    @property
    def fit(self) -> float:
        """How well the document's tables match this edition: the share of cells that was found."""
        return sum(self._part(table) for table in self.form.official_tables)

    def _part(self, table: Table) -> float:
        stopped = {ref for stop in self.stopped for ref in stop.refs}
        seen = {*self.printed, *self.unclear, *self.twice, *stopped}
        found = sum(ref in seen for ref in table.cells)
        for number in self.substitutes:
            if self.form.substitutes[number].table == table.id:
                found += len(table.blocks[0].columns)
        return found / len(table.cells) * (_WITHOUT_HEADER if table.id in self.headless else 1)
