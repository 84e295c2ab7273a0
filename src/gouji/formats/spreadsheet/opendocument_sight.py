"""What a person sees of the cells of an .ods, which stores the displayed text beside each number.

OpenDocument 1.2 part 1, 9.1.4: ``office:value`` is the number, and the paragraphs of the cell are the displayed text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import ClassVar

from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.facts import LEAST_HEIGHT, Area, area_of, holds
from gouji.formats.spreadsheet.looks import Font, hides
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import OPEN_DOCUMENT
from gouji.formats.spreadsheet.rich_text import Run, as_seen, is_odd
from gouji.formats.spreadsheet.sight import Seen, Spots, Why, same_number, text_of

_PAPER, _INK = "FFFFFF", "000000"
_FARTHEST_ROW, _FARTHEST_COLUMN = 2000, 256
_PROPERTIES = frozenset(("text-properties", "table-cell-properties", "table-properties", "table-row-properties"))
_HOLLOW = frozenset(("annotation", "line", "connector", "control"))
_BESIDE = _HOLLOW | {"frame", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "g", "caption", "shapes"}
"""Elements in or beside a cell whose text is not the cell's. Lines and notes among them cover nothing."""


@dataclass(frozen=True)
class _Style:
    """The properties of a style that decide whether text is visible."""

    struck: bool = False
    raised: bool = False
    ink: str = _INK
    ground: str = _PAPER
    hidden: bool = False

    def font(self, ground: str) -> Font:
        """Return the font of a text on a background; text in the colour of its background counts as white on white."""
        return Font(self.struck, self.raised, _PAPER if hides(self.ink, ground) else _INK)


@dataclass
class _Table:
    """The properties of a table that decide what of its cells is visible."""

    hidden: bool = False
    hidden_columns: set[int] = field(default_factory=set)
    cells: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    covered: list[Area] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass
class _Cell:
    """A cell that is not empty."""

    style: _Style
    row_hidden: bool
    covered: bool
    runs: list[Run] = field(default_factory=list)
    has_text: bool = False
    """Whether the file has the displayed text, even an empty one. Some programs leave it out; then it is unknown."""


class OdsSight:
    """What is visible of the cells of one table."""

    def __init__(self, tables: Callable[[], Mapping[str, _Table]], name: str) -> None:
        self._tables, self._name = tables, name

    @cached_property
    def _table(self) -> _Table:
        return self._tables()[self._name]

    @property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""
        return self._table.notes

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
        return _look(cell, value)


def _look(cell: _Cell, value: float | str) -> Seen | None:
    if hides(cell.style.ink, cell.style.ground):
        return Seen("", Why.UNSEEN)
    fonts = [font for _, font in cell.runs]
    text = as_seen(cell.runs)
    if any(map(is_odd, fonts)):
        return Seen(text, Why.STRUCK if any(font.struck for font in fonts) else Why.RAISED)
    if isinstance(value, str) or not cell.has_text or same_number(text, Decimal(text_of(value))):
        return None
    return Seen(text, Why.FORMAT)


class _Sights(NamespacedWalk):
    """A pass over the styles and tables of a document."""

    namespaces: ClassVar[Mapping[str, str]] = dict.fromkeys(OPEN_DOCUMENT, "")
    """All names that matter here differ, so one prefix for all namespaces is enough."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.tables: dict[str, _Table] = {}
        self._styles: dict[str, _Style] = {}
        self._style = ""
        self._table = _Table()
        self._row = self._rows = self._column = 0
        self._row_hidden = False
        self._cell: _Cell | None = None
        self._spans: list[_Style] = []
        self._paragraphs = 0
        self._beside = 0
        """How many open elements contain text that is not the cell's, such as a note or a drawing."""
        self._note: dict[str, str] | None = None
        self._in_note = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        said = attributes
        if self._beside or name in _BESIDE:
            self._begin_beside(name, said)
        elif name == "style":
            self._style = said.get("name", "")
            self._styles[self._style] = self._styles.get(said.get("parent-style-name", ""), _Style())
        elif (
            name in ("text-properties", "table-cell-properties", "table-properties", "table-row-properties")
            and self._style
        ):
            self._styles[self._style] = _with(self._styles[self._style], name, said)
        elif name == "table":
            self._table = self.tables[said.get("name", "")] = _Table(
                hidden=self._styles.get(said.get("style-name", ""), _Style()).hidden
            )
            self._row = self._column = 0
        elif name == "table-column":
            self._begin_column(said)
        elif name == "table-row":
            self._rows = _times(said, "number-rows-repeated")
            self._column = 0
            flat = self._styles.get(said.get("style-name", ""), _Style()).hidden
            self._row_hidden = flat or said.get("visibility") in ("collapse", "filter")
        elif name in ("table-cell", "covered-table-cell"):
            self._begin_cell(name, said)
        elif name == "span":
            self._spans.append(self._styles.get(said.get("style-name", ""), _Style()))
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
            last = area_of(said.get("end-cell-address", "").rpartition(".")[2].replace("$", "").upper())
            self._table.covered.append((*first, *(last[2:] if last else first)))

    def _end_beside(self, name: str) -> None:
        self._beside -= 1
        if name == "annotation" and self._note is not None:
            address = address_of(self._row, max(self._column - 1, 0))
            self._table.notes.append(Note(address, self._note["creator"], self._note["p"]))
            self._note = None

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
        if said.get("visibility") in ("collapse", "filter"):
            last = min(self._column + count, _FARTHEST_COLUMN)
            self._table.hidden_columns.update(range(self._column, last))
        self._column += count

    def _begin_cell(self, name: str, said: dict[str, str]) -> None:
        count = _times(said, "number-columns-repeated")
        if "value-type" in said and self._row < _FARTHEST_ROW and self._column < _FARTHEST_COLUMN:
            style = self._styles.get(said.get("style-name", ""), _Style())
            self._cell = _Cell(style, self._row_hidden, covered=name == "covered-table-cell")
            self._spans, self._paragraphs = [], 0
            # A repeated cell is the same at each of its places.
            for row in range(self._row, min(self._row + self._rows, _FARTHEST_ROW)):
                for column in range(self._column, min(self._column + count, _FARTHEST_COLUMN)):
                    self._table.cells[row, column] = self._cell
        self._column += count


def _with(style: _Style, properties: str, said: Mapping[str, str]) -> _Style:
    """Return a style with the properties of one element; a background of the text alone hides nothing."""
    ground = said.get("background-color") if properties == "table-cell-properties" else None
    position = said.get("text-position", "")
    through = said.get("text-line-through-type") or said.get("text-line-through-style")
    return _Style(
        struck=style.struck if through is None else through != "none",
        raised=style.raised if not position else position.startswith(("super", "sub")) or _is_moved(position),
        # Text in the window's own colour changes with its background, so it is always visible.
        ink="" if said.get("use-window-font-color") == "true" else _colour(said.get("color"), style.ink),
        ground=_colour(ground, style.ground),
        hidden=style.hidden or said.get("display") == "false" or _is_flat(said.get("row-height")),
    )


def _is_flat(height: str | None) -> bool:
    """Tell whether a row is lower than one point."""
    found = re.fullmatch(r"([0-9.]+)(in|cm|mm|pt)", height or "")
    return found is not None and float(found[1]) * _POINTS[found[2]] < LEAST_HEIGHT


_POINTS = {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0}


def _is_moved(position: str) -> bool:
    """Tell whether a text position such as ``33% 58%`` is above or below the line."""
    moved = re.match(r"-?([0-9]+)(?:\.[0-9]+)?%", position)
    return moved is not None and int(moved[1]) != 0


def _colour(text: str | None, default: str) -> str:
    if text is None:
        return default
    if text == "transparent":
        return _PAPER
    return text.removeprefix("#").upper() if re.fullmatch(r"#[0-9A-Fa-f]{6}", text) else default


def _times(said: Mapping[str, str], name: str) -> int:
    text = said.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def sights(xml: bytes, names: Iterable[str]) -> Mapping[str, OdsSight]:
    """Return what is visible of the tables of a parsed document; each table is examined only when needed."""

    @cache
    def tables() -> Mapping[str, _Table]:
        walk = _Sights(Budget())
        walk.over(xml)
        return walk.tables

    return {name: OdsSight(tables, name) for name in names}
