"""What the tables of a document give for one edition of the form: cells by Ref, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from gouji.form.model import Form, Table
from gouji.formats.published.cell_text import Doubt
from gouji.formats.published.lines import Line, Spot

UNCLEAR = "\x00"
"""What is kept of a cell whose number cannot be told; no document has it."""


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """What stands in the cell of a figure, and where."""

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
    """A part of a table that is not read, since nobody can tell which number belongs to which name."""

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
    """What the tables of a document give for one edition of the form."""

    form: Form
    printed: dict[str, PrintedFigure] = field(default_factory=dict)
    """By Ref; the rows that stand for others are not among them."""
    substitutes: dict[int, dict[str, list[PrintedFigure]]] = field(default_factory=dict)
    """Number of the substitute → column → what its rows have there."""
    unclear: dict[str, PrintedFigure] = field(default_factory=dict)
    """By Ref, where it cannot be told which number is whose."""
    twice: dict[str, tuple[PrintedFigure, PrintedFigure]] = field(default_factory=dict)
    extra: list[tuple[str, str]] = field(default_factory=list)
    """Label and cell of the rows and columns that the form does not have."""
    altered: list[tuple[str, str, str]] = field(default_factory=list)
    """Label as printed, as in the form, and cell, where it was recognised by its place between others."""
    headless: set[str] = field(default_factory=set)
    """The tables of which a header is missing."""
    stopped: list[Stop] = field(default_factory=list)
    """The parts of tables that were not read, each for one reason."""

    @property
    def fit(self) -> float:
        """How well the document's tables are those of this edition: their part that was found."""
        return sum(self._part(table) for table in self.form.official_tables)

    def _part(self, table: Table) -> float:
        stopped = {ref for stop in self.stopped for ref in stop.refs}
        seen = {*self.printed, *self.unclear, *self.twice, *stopped}
        found = sum(ref in seen for ref in table.cells)
        for number in self.substitutes:
            if self.form.substitutes[number].table == table.id:
                found += len(table.blocks[0].columns)
        return found / len(table.cells) * (0.5 if table.id in self.headless else 1)
