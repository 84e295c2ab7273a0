"""What a person sees of the cells of an .ods, which stores the displayed text beside each number.

OpenDocument 1.2 part 1, 9.1.4: ``office:value`` is the number, and the paragraphs of the cell are the displayed text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import ClassVar

from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet.cell_sight import aligned_seen, why_of
from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.facts import Area, area_of, holds
from gouji.formats.spreadsheet.looks import Look, is_odd
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import OPEN_DOCUMENT
from gouji.formats.spreadsheet.opendocument_styles import PROPERTIES, Style
from gouji.formats.spreadsheet.rich_text import Run, as_seen
from gouji.formats.spreadsheet.sight import Seen, Spots, Why, same_number, text_of
from gouji.runtime.errors import DocumentError

_FARTHEST_ROW, _FARTHEST_COLUMN = 2000, 256
_USUAL_WIDTH = 8.43
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
"""Where LibreOffice keeps conditional formats. The standard has only those that a style lists itself."""
_HOLLOW = frozenset(("annotation", "line", "connector", "control"))
_BESIDE = _HOLLOW | {"frame", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "g", "caption", "shapes"}
"""Elements in or beside a cell whose text is not the cell's. Lines and notes among them cover nothing."""


@dataclass
class _Table:
    """The properties of a table that decide what of its cells is visible."""

    hidden: bool = False
    hidden_columns: set[int] = field(default_factory=set)
    cells: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    covered: list[Area] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    conditional: list[tuple[Sequence[Area], str]] = field(default_factory=list)
    """The areas of each conditional format, and the name of its style; an empty name hides the number."""
    notes: list[Note] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)


@dataclass
class _Cell:
    """A cell that is not empty."""

    style: Style
    row_hidden: bool
    covered: bool
    runs: list[Run] = field(default_factory=list)
    has_text: bool = False
    """Whether the file has the displayed text, even an empty one. Some programs leave it out; then it is unknown."""


class OdsSight:
    """What is visible of the cells of one table."""

    def __init__(self, walked: Callable[[], _Sights], name: str) -> None:
        self._walked, self._name = walked, name

    @cached_property
    def _table(self) -> _Table:
        return self._document.tables[self._name]

    @cached_property
    def _document(self) -> _Sights:
        return self._walked()

    @property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""
        return self._table.notes

    @property
    def merges(self) -> Sequence[Area]:
        """The areas of merged cells."""
        return self._table.merges

    def digits(self, row: int, column: int, value: float) -> str | None:
        """Return how a cell shows a number, with the zeros before it; None where that is not known."""
        cell = self._table.cells.get((row, column))
        return as_seen(cell.runs) if cell and cell.has_text else None

    def is_ordinary(self, spots: Spots) -> bool:
        """Tell that each cell has to be looked at."""
        return False

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is visible of a cell that stores a value, or None where that is the value itself."""
        cell = self._table.cells.get((row, column))
        if self._table.hidden:
            return Seen("", Why.SHEET)
        if column in self._table.hidden_columns:
            return Seen("", Why.COLUMN)
        if cell is None:
            return None
        if cell.row_hidden:
            return Seen("", Why.ROW)
        if cell.covered:
            return Seen("", Why.MERGED)
        if any(holds(area, row, column) for area in self._table.covered):
            return Seen("", Why.COVERED)
        if seen := _look(cell, value):
            return seen
        if cell.style.crossed or cell.style.repeated or cell.style.shrunk:
            look = Look(crossed=cell.style.crossed, repeated=cell.style.repeated, shrunk=cell.style.shrunk)
            if seen := aligned_seen(look, self._table.widths.get(column, _USUAL_WIDTH), text_of(value)):
                return seen
        return Seen("", Why.CONDITIONAL) if self._is_changed(row, column, cell.style) else None

    def _is_changed(self, row: int, column: int, style: Style) -> bool:
        """Tell whether a conditional format may make a number invisible."""
        names = [*style.maps]
        for areas, name in self._table.conditional:
            if any(holds(area, row, column) for area in areas):
                if not name:
                    return True
                names.append(name)
        styles = self._document.styles
        return any(styles[name].over(style).is_odd for name in names if name in styles)


def _look(cell: _Cell, value: float | str) -> Seen | None:
    if cell.style.ground.hides(cell.style.base.colour):
        return Seen("", Why.UNSEEN)
    text = as_seen(cell.runs)
    fonts = [font for part, font in cell.runs if font and part.strip()]
    if any(map(is_odd, fonts)):
        return Seen(text, why_of(fonts) if text else Why.UNSEEN)
    if not cell.has_text and cell.style.is_odd:
        text = as_seen([(text_of(value), cell.style.font(cell.style.ground))])
        return Seen(text, why_of([cell.style.base]) if text else Why.UNSEEN)
    if isinstance(value, str) or not cell.has_text or same_number(text, Decimal(text_of(value))):
        return None
    return Seen(text, Why.FORMAT)


class _Sights(NamespacedWalk):
    """A pass over the styles and tables of a document."""

    namespaces: ClassVar[Mapping[str, str]] = dict.fromkeys((*OPEN_DOCUMENT, _CALC), "")
    """All names that matter here differ, so one prefix for all namespaces is enough."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.tables: dict[str, _Table] = {}
        self.styles: dict[str, Style] = {}
        self._named: dict[str, str] = {}
        self._style = ""
        self._table = _Table()
        self._row = self._rows = self._column = 0
        self._row_hidden = False
        self._cell: _Cell | None = None
        self._spans: list[Style] = []
        self._paragraphs = 0
        self._beside = 0
        """How many open elements contain text that is not the cell's, such as a note or a drawing."""
        self._conditional: Sequence[Area] = ()
        self._note: dict[str, str] | None = None
        self._in_note = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        said = attributes
        if self._beside or name in _BESIDE:
            self._begin_beside(name, said)
        elif name == "style":
            self._style = said.get("name", "")
            parent = self.styles.get(said.get("parent-style-name", ""), Style())
            self.styles[self._style] = parent
            if "display-name" in said:
                self._named[said["display-name"]] = self._style
        elif name in PROPERTIES and self._style:
            self.styles[self._style] = self.styles[self._style].with_properties(name, said)
        elif name == "map" and self._style:
            style = self.styles[self._style]
            self.styles[self._style] = replace(style, maps=(*style.maps, said.get("apply-style-name", "")))
        elif name == "conditional-format":
            areas = map(_area_of, said.get("target-range-address", "").split())
            self._conditional = [area for area in areas if area]
        elif name == "condition" and self._conditional:
            self._table.conditional.append((self._conditional, said.get("apply-style-name", "")))
        elif said.get("show-value") == "false" and self._conditional:
            self._table.conditional.append((self._conditional, ""))
        elif name == "table":
            self._table = self.tables[said.get("name", "")] = _Table(
                hidden=self.styles.get(said.get("style-name", ""), Style()).hidden
            )
            self._row = self._column = 0
        elif name == "table-column":
            self._begin_column(said)
        elif name == "table-row":
            self._rows = _times(said, "number-rows-repeated")
            self._column = 0
            flat = self.styles.get(said.get("style-name", ""), Style()).hidden
            self._row_hidden = flat or said.get("visibility") in ("collapse", "filter")
        elif name in ("table-cell", "covered-table-cell"):
            self._begin_cell(name, said)
        elif name == "span":
            self._spans.append(self.styles.get(said.get("style-name", ""), Style()))
        elif name == "p" and self._cell is not None:
            self._paragraphs += 1
            self._cell.has_text = True
            if self._paragraphs > 1:
                self._add("\n")

    def _begin_beside(self, name: str, said: dict[str, str]) -> None:
        self._beside += 1
        self._in_note = name
        if name == "annotation":
            self._note = {"creator": "", "p": ""}
        elif self._beside == 1 and name not in _HOLLOW:
            first = (self._row, self._column - 1)
            last = _area_of(said.get("end-cell-address", ""))
            self._table.covered.append((*first, *(last[2:] if last else first)))

    def _end_beside(self, name: str) -> None:
        self._beside -= 1
        if name == "annotation" and self._note is not None:
            address = address_of(self._row, max(self._column - 1, 0))
            self._table.notes.append(Note(address, self._note["creator"], self._note["p"]))
            self._note = None

    def named(self) -> Mapping[str, Style]:
        """Return the styles by their names, and by the names that people see, which conditional formats use."""
        return {**{shown: self.styles[name] for shown, name in self._named.items()}, **self.styles}

    def ended(self, name: str) -> None:
        if self._beside:
            self._end_beside(name)
        elif name == "style":
            self._style = ""
        elif name == "table-row":
            self._row += self._rows
        elif name in ("table-cell", "covered-table-cell"):
            self._cell = None
        elif name == "span" and self._spans:
            self._spans.pop()

    def said(self, text: str) -> None:
        if self._beside:
            if self._note is not None and self._in_note in self._note:
                self._note[self._in_note] += text
        elif self._cell is not None and self._paragraphs:
            self._add(text)

    def _add(self, text: str) -> None:
        assert self._cell is not None
        style = self._spans[-1] if self._spans else self._cell.style
        self._cell.runs.append((text, style.font(self._cell.style.ground)))

    def _begin_column(self, said: dict[str, str]) -> None:
        count = _times(said, "number-columns-repeated")
        style = self.styles.get(said.get("style-name", ""), Style())
        columns = range(self._column, min(self._column + count, _FARTHEST_COLUMN))
        if style.hidden or said.get("visibility") in ("collapse", "filter"):
            self._table.hidden_columns.update(columns)
        if style.width:
            self._table.widths.update(dict.fromkeys(columns, style.width))
        self._column += count

    def _begin_cell(self, name: str, said: dict[str, str]) -> None:
        count = _times(said, "number-columns-repeated")
        rows, columns = _times(said, "number-rows-spanned"), _times(said, "number-columns-spanned")
        if (rows > 1 or columns > 1) and self._row < _FARTHEST_ROW and self._column < _FARTHEST_COLUMN:
            self._table.merges.append((self._row, self._column, self._row + rows - 1, self._column + columns - 1))
        if "value-type" in said and self._row < _FARTHEST_ROW and self._column < _FARTHEST_COLUMN:
            style = self.styles.get(said.get("style-name", ""), Style())
            self._cell = _Cell(style, self._row_hidden, covered=name == "covered-table-cell")
            self._spans, self._paragraphs = [], 0
            # A repeated cell is the same at each of its places.
            for row in range(self._row, min(self._row + self._rows, _FARTHEST_ROW)):
                for column in range(self._column, min(self._column + count, _FARTHEST_COLUMN)):
                    self._table.cells[row, column] = self._cell
        self._column += count


def _times(said: Mapping[str, str], name: str) -> int:
    text = said.get(name)
    if text is None:
        return 1
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _area_of(text: str) -> Area | None:
    """Return the area of a reference such as ``Sheet.B2:Sheet.D5``."""
    corners = (corner.rpartition(".")[2].replace("$", "") for corner in text.split(":"))
    return area_of(":".join(corners).upper())


def sights(content: bytes, styles: bytes, names: Iterable[str]) -> Mapping[str, OdsSight]:
    """Return what is visible of the tables of a parsed document; each table is examined only when needed.

    The ``styles`` are a part of its own, which may be missing or broken.
    """

    @cache
    def walked() -> _Sights:
        walk = _Sights(Budget())
        if styles:
            common = _Sights(Budget())
            with contextlib.suppress(DocumentError):
                common.over(styles)
            walk.styles.update(common.named())
        walk.over(content)
        return walk

    return {name: OdsSight(walked, name) for name in names}
