"""What the reader of a medium returns: paragraphs and tables of strings, in the order of the document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gouji.formats.published.cell_text import CellText, cell_text, has_typed_marks
from gouji.formats.shown_text import Run
from gouji.runtime.errors import NoFormError


class NoReportError(NoFormError):
    """The document is not one of these reports; the caller, who knows the medium, says what it is."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    text: str
    """Without what is struck out or unseen."""
    level: int = 0
    """The level of a heading, from 1, where the document marks it as one; else 0."""
    runs: tuple[Run, ...] = ()
    """All runs of the paragraph, if one of them does not look plain; otherwise none."""
    page: int = 0
    """The page on which a printed paragraph begins, from 1; 0 in a medium without pages."""


@dataclass(frozen=True)
class PrintedCell:
    """A cell of a table: its content, and how many rows and columns of the grid it covers."""

    passages: tuple[Passage, ...] = ()
    rowspan: int = 1
    colspan: int = 1
    address: str = ""
    """The address of the cell in a spreadsheet, such as ``D8``; else empty."""

    @property
    def text(self) -> str:
        """The text of the cell, a line for each paragraph; without the text of a table inside it."""
        return self.content.text

    @cached_property
    def content(self) -> CellText:
        """The text of the cell, and what was left off."""
        paragraphs = [passage for passage in self.passages if isinstance(passage, Paragraph)]
        if not any(paragraph.runs or has_typed_marks(paragraph.text) for paragraph in paragraphs):
            return CellText("\n".join(paragraph.text for paragraph in paragraphs).strip())
        runs: list[Run] = []
        for paragraph in paragraphs:
            runs += [Run("\n")] if runs else []
            runs += paragraph.runs or (Run(paragraph.text),)
        return cell_text(runs)

    @cached_property
    def holds_table(self) -> bool:
        """Whether there is a table inside the cell."""
        return any(isinstance(passage, PrintedTable) for passage in self.passages)


@dataclass(frozen=True)
class PrintedTable:
    """A table: its rows, each with the cells that begin in it, from left to right."""

    rows: tuple[tuple[PrintedCell, ...], ...]
    place: str = ""
    """Where the table stands, for people, such as 第2页."""
    page: int = 0
    """The page on which a printed table stands, from 1; 0 in a medium without pages."""


Passage = Paragraph | PrintedTable
