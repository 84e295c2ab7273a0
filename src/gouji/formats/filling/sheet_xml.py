"""The XML of one sheet, changed cell by cell: everything that is not a cell which is written stays as it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from lxml import etree

from gouji.formats.addresses import address_of
from gouji.formats.filling.references import moved
from gouji.formats.spreadsheet.facts import Area, area_of, holds
from gouji.formats.spreadsheet.namespaces import MAIN
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN

Spot = tuple[int, int]
"""Row and column, which count from 0."""

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


@dataclass(frozen=True)
class Text:
    """A text, a truth value or nothing that could be added up."""

    error: bool = False
    """An error value."""


@dataclass(frozen=True)
class Formula:
    """A formula of a cell."""

    text: str
    """Without the equals sign, with its references as they are for this cell; empty where that is not known."""
    area: Area | None = None
    """The cells that it fills, if it fills several at once."""


def name(tag: str) -> str:
    """Return the name of an element of a sheet with its namespace."""
    return f"{{{MAIN}}}{tag}"


def parsed(xml: bytes) -> etree._Element:
    """Return the root of a part that was looked through before; nothing is fetched and no entity is put in.

    Raises DocumentError where it is broken.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=False)
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DocumentError(BROKEN) from None


def written(root: etree._Element) -> bytes:
    """Return a part with a changed tree."""
    return _HEAD + etree.tostring(root, encoding="UTF-8", xml_declaration=False)


class SheetXml:
    """A sheet whose cells can be looked at and written."""

    def __init__(self, xml: bytes) -> None:
        """Take the XML of a sheet.

        Raises DocumentError where it is broken.
        """
        self.root = parsed(xml)
        data = self.root.find(name("sheetData"))
        if data is None:
            raise DocumentError(BROKEN)
        self._data = data
        self.is_changed = False
        self._rows: dict[int, etree._Element] = {}
        self.cells: dict[Spot, etree._Element] = {}
        """The cells that the file has, blank ones too."""
        row = -1
        for element in data.iterchildren(name("row")):
            number = element.get("r", "")
            row = int(number) - 1 if number.isdigit() else row + 1
            self._rows.setdefault(row, element)
            column = -1
            for cell in element.iterchildren(name("c")):
                area = area_of(cell.get("r", "").upper())
                column = area[1] if area else column + 1
                self.cells.setdefault((row, column), cell)

    # ---- what stands in it

    def held(self, spot: Spot) -> Decimal | Text | None:
        """Return what a cell holds or, for a formula, the result that was kept; None where there is nothing."""
        cell = self.cells.get(spot)
        kind = cell.get("t", "n") if cell is not None else ""
        if cell is None or kind == "inlineStr":
            return None if cell is None or not "".join(map(str, cell.itertext())).strip() else Text()
        value = cell.findtext(name("v"))
        if value is None or (not value.strip() and kind != "s"):
            return None
        if kind != "n":
            return Text(error=kind == "e")
        try:
            return Decimal(value.strip())
        except InvalidOperation:
            return Text()

    @cached_property
    def formulas(self) -> Mapping[Spot, Formula]:
        """The formulas by their cells."""
        masters: dict[str, tuple[Spot, str]] = {}
        found: dict[Spot, Formula] = {}
        for spot, cell in self.cells.items():
            element = cell.find(name("f"))
            if element is None:
                continue
            text, kind, number = element.text or "", element.get("t", ""), element.get("si", "")
            if kind in ("array", "dataTable"):
                found[spot] = Formula(text, area_of(element.get("ref", "").upper()) or (*spot, *spot))
            elif kind == "shared" and not text:
                first, text = masters.get(number, (spot, ""))
                found[spot] = Formula(moved(text, spot[0] - first[0], spot[1] - first[1]))
            else:
                if kind == "shared":
                    masters[number] = spot, text
                found[spot] = Formula(text)
        return found

    @cached_property
    def _areas(self) -> list[Area]:
        return [formula.area for formula in self.formulas.values() if formula.area]

    def is_calculated(self, spot: Spot) -> bool:
        """Tell whether a cell has a formula, or is filled by one of another cell."""
        return spot in self.formulas or any(holds(area, *spot) for area in self._areas)

    @cached_property
    def _merged(self) -> list[Area]:
        elements = self.root.iterfind(f"{name('mergeCells')}/{name('mergeCell')}")
        return [area for element in elements if (area := area_of(element.get("ref", "").upper()))]

    def first_of(self, spot: Spot) -> Spot:
        """Return the first cell of the merged area that covers a cell, else the cell."""
        return next((area[:2] for area in self._merged if holds(area, *spot)), spot)

    def validations(self, spot: Spot) -> Iterator[etree._Element]:
        """Yield the validations of a cell."""
        for element in self.root.iterfind(f"{name('dataValidations')}/{name('dataValidation')}"):
            areas = (area_of(text.upper()) for text in element.get("sqref", "").split())
            if any(area and holds(area, *spot) for area in areas):
                yield element

    # ---- writing

    def write(self, spot: Spot, number: str) -> None:
        """Write a number into a cell that has no formula; the look of the cell stays, or is that of its row or column.

        A text of the workbook's list of texts stays in that list.
        """
        cell = self.cells.get(spot)
        if cell is None:
            cell = self._added(spot)
        for element in (*cell.iterchildren(name("v")), *cell.iterchildren(name("is"))):
            cell.remove(element)
        cell.attrib.pop("t", "")
        value = etree.Element(name("v"))
        value.text = number
        cell.insert(0, value)
        self.is_changed = True

    def set_result(self, spot: Spot, number: str | None) -> None:
        """Write the result of a formula; without one the program that opens the file calculates it."""
        cell = self.cells[spot]
        value = cell.find(name("v"))
        if number is None and value is None:
            return
        cell.attrib.pop("t", "")
        self.is_changed = True
        if number is None:
            if value is not None:
                cell.remove(value)
            return
        if value is None:
            value = etree.Element(name("v"))
            formula = cell.find(name("f"))
            cell.insert(0 if formula is None else cell.index(formula) + 1, value)
        value.text = number

    def _added(self, spot: Spot) -> etree._Element:
        row, column = spot
        element = self._row(row)
        own = sorted((at[1], cell) for at, cell in self.cells.items() if at[0] == row) if len(element) else []
        for at, cell in own:
            cell.set("r", address_of(row, at))
        cell = etree.Element(name("c"), r=address_of(row, column))
        if style := self._style_of(element, column):
            cell.set("s", style)
        after = bisect_left([at for at, _ in own], column)
        element.insert(element.index(own[after][1]) if after < len(own) else len(own), cell)
        element.attrib.pop("spans", "")  # how far the cells of a row reach; programs do without
        self.cells[spot] = cell
        self._widen(spot)
        return cell

    def _row(self, row: int) -> etree._Element:
        if row in self._rows:
            return self._rows[row]
        numbers = sorted(self._rows)
        for number in numbers:
            self._rows[number].set("r", str(number + 1))
        element = etree.Element(name("row"), r=str(row + 1))
        after = bisect_left(numbers, row)
        if after < len(numbers):
            self._rows[numbers[after]].addprevious(element)
        else:
            self._data.append(element)
        self._rows[row] = element
        return element

    def _style_of(self, row: etree._Element, column: int) -> str | None:
        """Return the look that a new cell has: that of its row, else that of its column."""
        if row.get("customFormat") in ("1", "true") and row.get("s"):
            return row.get("s")
        for element in self.root.iterfind(f"{name('cols')}/{name('col')}"):
            if int(element.get("min", "0")) <= column + 1 <= int(element.get("max", "0")):
                return element.get("style")
        return None

    def _widen(self, spot: Spot) -> None:
        """Let the sheet's note on how far its cells reach include a new one."""
        element = self.root.find(name("dimension"))
        area = area_of(element.get("ref", "").upper()) if element is not None else None
        if element is None or area is None or holds(area, *spot):
            return
        top, left = min(area[0], spot[0]), min(area[1], spot[1])
        bottom, right = max(area[2], spot[0]), max(area[3], spot[1])
        element.set("ref", f"{address_of(top, left)}:{address_of(bottom, right)}")
