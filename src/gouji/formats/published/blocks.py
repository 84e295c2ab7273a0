"""What a medium's reader gives: paragraphs and tables of strings, in the order of the document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gouji.runtime.errors import DocumentError


class NoReportError(DocumentError):
    """A document that is none of these reports; the one who knows its medium says what it is."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    text: str
    level: int = 0
    """The level of a heading, from 1, where the document marks it as one; else 0."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what stands in it, and over how many rows and columns of the grid it reaches."""

    blocks: tuple[Block, ...] = ()
    rowspan: int = 1
    colspan: int = 1

    @cached_property
    def text(self) -> str:
        """The words of the cell, a line for each paragraph; those of a table inside it are not its own."""
        return "\n".join(block.text for block in self.blocks if isinstance(block, Paragraph)).strip()

    @cached_property
    def holds_table(self) -> bool:
        """Whether there is a table inside the cell."""
        return any(isinstance(block, Table) for block in self.blocks)


@dataclass(frozen=True)
class Table:
    """A table: its rows, each with the cells that begin in it, from left to right."""

    rows: tuple[tuple[Cell, ...], ...]
    place: str = ""
    """Where the table stands, for people, such as 第2页."""


Block = Paragraph | Table
