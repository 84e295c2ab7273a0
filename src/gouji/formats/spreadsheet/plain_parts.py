"""Parts of an .xlsx written anew, so that every reader sees in them the tree that the standard means.

Readers differ in what they make of a comment inside a number, of an element of another namespace, of two values in one
cell. A part that a scan does not know is walked over here by its namespaces (ECMA-376 part 1, 18.3 and 18.4); what may
stand in a cell is taken as the standard says, anything else is refused by its name, and the library reads what was
taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gouji.formats.addresses import address_of, column_letters
from gouji.formats.spreadsheet.markup import Budget, NamespacedWalk
from gouji.formats.spreadsheet.namespaces import MAIN, ONLY_MAIN
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN
from gouji.runtime.xml_text import escape, quoteattr

LAST_ROW, LAST_COLUMN = 2000, 256
"""Beyond these no form of ours has a cell."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ADDRESS = re.compile(r"([A-Za-z]{1,7})(\d{1,9})")
_IN_A_CELL = frozenset(("f", "v", "is"))
_ENDS_OF_LINES = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_SPACES = " \t\n\r"
_SPACE = "xml:space"
_TEXTS = ("str", "inlineStr")


def unusual(where: str, what: str) -> DocumentError:
    """Return what is said of a part in which something stands that no office program writes there."""
    return DocumentError(
        f"{where}里有办公软件不会写的内容（{what[:20]}），不同的程序会读出不同的数，没有读取。"
        "请单位用填报表重新填写、重新发送。"
    )


@dataclass(frozen=True)
class PlainSheet:
    """What the XML of a sheet says, and the sheet written anew."""

    xml: bytes
    """The sheet with nothing but its values."""
    formulas: Mapping[str, str]
    """Address → formula as typed."""
    validated: Sequence[str]
    """The ranges that have a validation."""
    far: str
    """Where the first value stands that is too far out to be read."""


def sheet(xml: bytes, budget: Budget, name: str) -> PlainSheet:
    """Return what a sheet says, as far out as a form can have cells; ``name`` is for what is said of it.

    Raises DocumentError where it is broken or too large, or where something stands in a cell that no program writes.
    """
    walk = _SheetWalk(budget, name)
    walk.over(xml)
    return PlainSheet(walk.written(), walk.formulas, walk.validated, walk.far)


class _Cell(NamedTuple):
    """What a cell says."""

    style: str
    kind: str
    value: str


class _SheetWalk(NamespacedWalk):
    """A pass over a sheet: its cells as far out as a form can have some, formulas and validations."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget, name: str) -> None:
        super().__init__(budget)
        self.formulas: dict[str, str] = {}
        self.validated: list[str] = []
        self.far = ""
        """Where the first value stands that is too far out to be read."""
        self._name = name
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._row = self._column = 0
        self._address = ""
        self._attributes: dict[str, str] = {}
        self._in_data = self._in_cell = False
        self._path: list[str] = []
        """The elements inside of a cell."""
        self._said: dict[str, str] = {}
        """What the cell holds, by the names of its elements."""
        self._is_sheet = self._keeps = False
        self._run = ""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if self._in_cell:
            self._begin_inside(name, attributes)
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() and len(number) < 10 else self._row + 1
            self._column = 0
        elif name == "sheetData":
            self._in_data = True
        elif name == "dataValidation":
            self.validated += attributes.get("sqref", "").split()
        elif name == "worksheet":
            self._is_sheet = True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if not self._in_data:
            raise DocumentError(BROKEN)
        address = attributes.get("r", "")
        found = _ADDRESS.fullmatch(address)
        if address and not found:
            raise DocumentError(BROKEN)
        if found:
            self._column, self._row = column_number(found[1]), int(found[2])
            self._address = address.upper()
        else:
            self._column += 1
            self._address = f"{column_letters(self._column - 1)}{self._row}"
        self._in_cell, self._attributes, self._said, self._path = True, attributes, {}, []

    def _begin_inside(self, name: str, attributes: dict[str, str]) -> None:
        inside = self._path[0] if self._path else ""
        if not inside and name in _IN_A_CELL and name not in self._said:
            self._said[name] = ""
        elif inside not in ("is", "extLst") and (inside or name != "extLst"):
            raise unusual(self._where(), name)
        self._path.append(name)
        if inside == "is" and name == "t":
            self._keeps = attributes.get(_SPACE) == "preserve"
            self._run = ""

    def ended(self, name: str) -> None:
        if self._path:
            self._path.pop()
            if name == "t" and self._path[:1] == ["is"] and "rPh" not in self._path:
                self._said["is"] += self._run if self._keeps else self._run.strip(_SPACES)
        elif name == "c":
            self._end_cell()
        elif name == "sheetData":
            self._in_data = False

    def said(self, text: str) -> None:
        if not self._path:
            return
        if self._path[0] == "is":
            if self._path[-1] == "t":
                self._run += text
        elif self._path[0] != "extLst":
            self._said[self._path[0]] += text

    def _end_cell(self) -> None:
        self._in_cell = False
        row, column, said = self._row, self._column, self._said
        if row > LAST_ROW or column > LAST_COLUMN or row < 1:
            if said and not self.far:
                self.far = self._address
            return
        if "f" in said:
            self.formulas[self._address] = "=" + said["f"]
        kind = self._attributes.get("t", "n")
        if "is" in said and ("v" in said or kind != "inlineStr"):
            raise unusual(self._where(), "is")
        if (row, column) in self._cells:
            raise DocumentError(BROKEN)
        value = said.get("is", said.get("v", ""))
        self._cells[row, column] = _Cell(
            self._attributes.get("s", ""), kind, value if kind in _TEXTS else value.strip(_SPACES)
        )

    def met_foreign(self, name: str) -> None:
        if self._in_data and self._path[:1] != ["extLst"]:
            raise unusual(self._where() if self._in_cell else f"“{self._name}”", name)

    def _where(self) -> str:
        return f"“{self._name}”{self._address} "

    def written(self) -> bytes:
        """Return the sheet with nothing but its values."""
        if not self._is_sheet:
            raise DocumentError(BROKEN)
        rows: dict[int, list[str]] = {}
        for row, column in sorted(self._cells):
            cell = self._cells[row, column]
            if cell.value:
                rows.setdefault(row, []).append(_element(address_of(row - 1, column - 1), cell))
        data = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
        return f'{_HEAD}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'.encode()


def _element(address: str, cell: _Cell) -> str:
    style = f" s={quoteattr(cell.style)}" if cell.style else ""
    text = escape(cell.value, _ENDS_OF_LINES)
    if cell.kind == "inlineStr":
        return f'<c r="{address}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if cell.kind == "e":
        text = _ANY_ERROR  # the library knows the errors of its day only; which one it is, a second look tells
    kind = "" if cell.kind == "n" else f" t={quoteattr(cell.kind)}"
    return f'<c r="{address}"{style}{kind}><v>{text}</v></c>'


_ANY_ERROR = "#N/A"


def column_number(letters: str) -> int:
    """Return the number of a column, from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


# ---------------------------------------------------------------- what the sheets share


class _TextsWalk(NamespacedWalk):
    """A pass over the shared texts."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.texts: list[str] = []
        self._path: list[str] = []
        self._run = ""
        self._keeps = False

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if name == "si":
            self.texts.append("")
        elif name == "t":
            self._run, self._keeps = "", attributes.get(_SPACE) == "preserve"

    def ended(self, name: str) -> None:
        self._path.pop()
        if name == "t" and self._path[1:2] == ["si"] and "rPh" not in self._path:
            self.texts[-1] += self._run if self._keeps else self._run.strip(_SPACES)

    def said(self, text: str) -> None:
        if self._path[-1:] == ["t"]:
            self._run += text

    def met_foreign(self, name: str) -> None:
        if self._path[1:2] == ["si"] or len(self._path) == 1:
            raise unusual("文件的文字", name)


def texts(xml: bytes, budget: Budget) -> bytes:
    """Return the part of the shared texts with nothing but them.

    Raises DocumentError where it is broken or too large, or where something stands in it that no program writes.
    """
    walk = _TextsWalk(budget)
    walk.over(xml)
    items = "".join(f'<si><t xml:space="preserve">{escape(text, _ENDS_OF_LINES)}</t></si>' for text in walk.texts)
    return f'{_HEAD}<sst xmlns="{MAIN}">{items}</sst>'.encode()


class _FormatsWalk(NamespacedWalk):
    """A pass over the styles for the number formats."""

    namespaces = ONLY_MAIN

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.codes: list[tuple[str, str]] = []
        self.used: list[str] = []
        self._path: list[str] = []

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if self._path[1:] == ["numFmts", "numFmt"]:
            self.codes.append((attributes.get("numFmtId", ""), attributes.get("formatCode", "")))
        elif self._path[1:] == ["cellXfs", "xf"]:
            self.used.append(attributes.get("numFmtId", "0"))

    def ended(self, name: str) -> None:
        self._path.pop()

    def met_foreign(self, name: str) -> None:
        if self._path[1:2] in (["numFmts"], ["cellXfs"]) and "extLst" not in self._path:
            raise unusual("文件的格式", name)


def formats(xml: bytes, budget: Budget) -> bytes:
    """Return the part of the styles with nothing but the number formats.

    Raises DocumentError as :func:`texts` does.
    """
    walk = _FormatsWalk(budget)
    walk.over(xml)
    return f'{_HEAD}<styleSheet xmlns="{MAIN}">{_codes(walk.codes)}{_used(walk.used)}</styleSheet>'.encode()


def _codes(codes: Sequence[tuple[str, str]]) -> str:
    entries = "".join(f"<numFmt numFmtId={quoteattr(id)} formatCode={quoteattr(code)}/>" for id, code in codes)
    return f"<numFmts>{entries}</numFmts>" if entries else ""


def _used(ids: Sequence[str]) -> str:
    return f"<cellXfs>{''.join(f'<xf numFmtId={quoteattr(id)}/>' for id in ids)}</cellXfs>"
