"""The pictures and shapes that cover cells of a sheet, and the notes on its cells.

ECMA-376 part 1, 20.5 (drawings) and 18.7 (comments). Shapes of older programs are in a VML part.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gouji.formats.spreadsheet.facts import Area, Facts
from gouji.formats.spreadsheet.markup import Budget, Walk, is_true
from gouji.formats.spreadsheet.parts import SheetArchive
from gouji.runtime.errors import DocumentError

_LARGEST = 4 * 2**20
_EMU_PER_POINT = 12_700
_EMU_PER_PIXEL = 9_525
_PIXELS_PER_CHARACTER, _PIXELS_AROUND = 7, 5
_CONNECTORS = (f"{kind}Connector{bends}" for kind in ("straight", "bent", "curved") for bends in range(1, 6))
_LINES = frozenset(("line", "lineInv", *_CONNECTORS))
_FARTHEST = 3_000
"""Rows or columns. No form is larger."""


@dataclass(frozen=True)
class Note:
    """A note on a cell."""

    address: str
    author: str
    text: str


class OnTop:
    """The drawings and notes of one sheet, whose parts are read only when needed."""

    def __init__(self, archive: SheetArchive, budget: Budget, part: str) -> None:
        """Take the name of the sheet's own ``part``."""
        self._archive, self._budget, self._part = archive, budget, part.lstrip("/")

    def covered(self, facts: Facts) -> Sequence[Area]:
        """Return the areas covered by pictures and shapes. Lines, empty frames and the boxes of notes cover nothing."""
        areas: list[Area] = []
        for kind, target in self._targets().values():
            xml = self._read(target) if kind in ("drawing", "vmlDrawing") else b""
            if kind == "drawing" and xml:
                walk = _Anchors(self._budget, facts)
                self._over(walk, xml)
                areas += walk.areas
            elif xml:
                areas += _old_shapes(xml)
        return areas

    def notes(self) -> Sequence[Note]:
        """Return the notes on the cells."""
        found: list[Note] = []
        for kind, target in self._targets().values():
            xml = self._read(target) if kind == "comments" else b""
            if xml:
                walk = _Notes(self._budget)
                self._over(walk, xml)
                found += walk.notes
        return found

    def _targets(self) -> Mapping[str, tuple[str, str]]:
        folder, _, file = self._part.rpartition("/")
        xml = self._read(f"{folder}/_rels/{file}.rels")
        if not xml:
            return {}
        walk = _Targets(self._budget)
        self._over(walk, xml)
        return {
            id: (kind, posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/"))
            for id, (kind, target) in walk.targets.items()
        }

    def _read(self, part: str) -> bytes:
        return self._archive.read(part, _LARGEST) if part in self._archive else b""

    def _over(self, walk: Walk, xml: bytes) -> None:
        try:
            walk.over(xml)
        except DocumentError:
            return  # programs do not display a broken drawing, so it hides nothing


class _Targets(Walk):
    """A pass over the parts that belong to a sheet."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.targets: dict[str, tuple[str, str]] = {}

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class _Notes(Walk):
    """A pass over the notes of a sheet."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.notes: list[Note] = []
        self._authors: list[str] = []
        self._address = self._author = self._text = ""
        self._inside = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "author":
            self._authors.append("")
            self._inside = name
        elif name == "comment":
            number = attributes.get("authorId", "")
            known = number.isdigit() and int(number) < len(self._authors)
            self._address, self._author = attributes.get("ref", "").upper(), self._authors[int(number)] if known else ""
            self._text = ""
        elif name == "t":
            self._inside = name

    def ended(self, name: str) -> None:
        if name == "comment":
            self.notes.append(Note(self._address, self._author, self._text))
        if name == self._inside:
            self._inside = ""

    def said(self, text: str) -> None:
        if self._inside == "author":
            self._authors[-1] += text
        elif self._inside == "t":
            self._text += text


class _Anchors(Walk):
    """A pass over the drawings of a sheet: the anchor of each, and whether it hides the cells below it."""

    def __init__(self, budget: Budget, facts: Facts) -> None:
        super().__init__(budget)
        self.areas: list[Area] = []
        self._facts = facts
        self._path: list[str] = []
        self._numbers: dict[str, str] = {}
        self._size = (0, 0)
        self._position = (0, 0)
        self._hidden = self._line = self._transparent = self._filled = self._words = False
        self._paint = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"):
            self._numbers, self._size, self._position = {}, (0, 0), (0, 0)
            self._hidden = self._line = self._transparent = self._filled = self._words = False
        elif name == "ext" and len(self._path) > 1 and self._path[-2].endswith("Anchor"):
            self._size = _emu(attributes.get("cx")), _emu(attributes.get("cy"))
        elif name == "pos":
            self._position = _emu(attributes.get("x")), _emu(attributes.get("y"))
        elif name == "cNvPr":
            self._hidden = self._hidden or is_true(attributes.get("hidden"))
        elif name in ("pic", "graphicFrame"):
            self._filled = True
        elif name == "cxnSp" or (name == "prstGeom" and attributes.get("prst") in _LINES):
            self._line = True
        else:
            self._take_filling(name, attributes)

    def _take_filling(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._path[-2] if len(self._path) > 1 else ""
        if parent == "spPr":
            self._transparent = self._transparent or name == "noFill"
            self._filled = self._filled or name in ("solidFill", "gradFill", "blipFill", "pattFill")
        elif name == "fillRef" and attributes.get("idx") == "0":
            self._transparent = True
        elif (name == "alphaModFix" and attributes.get("amt") == "0") or (
            name == "alpha" and attributes.get("val") == "0" and self._path[-4:-2] == ["spPr", "solidFill"]
        ):
            # A picture or a paint that nothing is seen of.
            self._transparent, self._filled = True, False

    def ended(self, name: str) -> None:
        self._path.pop()
        if name.endswith("Anchor"):
            hollow = self._transparent and not self._filled and not self._words
            if not (self._line or hollow or self._hidden) and (area := self._area(name)):
                self.areas.append(area)

    def said(self, text: str) -> None:
        if len(self._path) > 1 and self._path[-2] in ("from", "to"):
            key = f"{self._path[-2]}.{self._path[-1]}"
            self._numbers[key] = self._numbers.get(key, "") + text
        elif self._path[-1:] == ["t"] and text.strip():
            self._words = True

    def _area(self, kind: str) -> Area | None:
        if kind == "absoluteAnchor":
            (left, top), (width, height) = self._position, self._size
            return self._row_at(top), self._column_at(left), self._row_at(top + height), self._column_at(left + width)
        first = _whole(self._numbers.get("from.row")), _whole(self._numbers.get("from.col"))
        if kind == "oneCellAnchor":
            top = self._top(first[0]) + _emu(self._numbers.get("from.rowOff"))
            left = self._left(first[1]) + _emu(self._numbers.get("from.colOff"))
            return *first, self._row_at(top + self._size[1]), self._column_at(left + self._size[0])
        last = _whole(self._numbers.get("to.row")), _whole(self._numbers.get("to.col"))
        # An edge at the very beginning of a row or a column does not reach into it.
        last_row = last[0] - (_emu(self._numbers.get("to.rowOff")) == 0)
        last_column = last[1] - (_emu(self._numbers.get("to.colOff")) == 0)
        return *first, max(last_row, first[0]), max(last_column, first[1])

    def _top(self, row: int) -> int:
        return round(sum(map(self._facts.height, range(min(row, _FARTHEST)))) * _EMU_PER_POINT)

    def _left(self, column: int) -> int:
        return sum(map(self._width, range(min(column, _FARTHEST))))

    def _width(self, column: int) -> int:
        return round(self._facts.width(column) * _PIXELS_PER_CHARACTER + _PIXELS_AROUND) * _EMU_PER_PIXEL

    def _row_at(self, offset: int) -> int:
        return _reached(offset, (round(self._facts.height(row) * _EMU_PER_POINT) for row in range(_FARTHEST)))

    def _column_at(self, offset: int) -> int:
        return _reached(offset, map(self._width, range(_FARTHEST)))


def _reached(offset: int, sizes: Iterator[int]) -> int:
    """Return the row or column at a distance from the edge of the sheet."""
    number = 0
    for number, size in enumerate(sizes):
        if offset <= size:
            return number
        offset -= size
    return number


def _emu(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,12}", text.strip()) else 0


def _whole(text: str | None) -> int:
    return min(_emu(text), _FARTHEST)


_OLD_SHAPE = re.compile(
    rb'<(?:x:)?ClientData [^<>]*ObjectType="(\w+)"[^<>]*>(.{0,2000}?)</(?:x:)?ClientData>', re.DOTALL
)
_OLD_ANCHOR = re.compile(rb"<(?:x:)?Anchor>([^<>]{1,200})</(?:x:)?Anchor>")


def _old_shapes(xml: bytes) -> Iterator[Area]:
    for kind, body in _OLD_SHAPE.findall(xml):
        anchor = _OLD_ANCHOR.search(body)
        if kind == b"Note" or anchor is None:
            continue
        numbers = [part.strip() for part in anchor[1].decode("ascii", "replace").split(",")]
        if len(numbers) == 8 and all(number.isdigit() for number in numbers):
            # Left column, offset, top row, offset, right column, offset, bottom row, offset.
            left, _, top, _, right, right_offset, bottom, bottom_offset = map(int, numbers)
            yield top, left, bottom - (bottom_offset == 0), right - (right_offset == 0)
