"""Edit the XML of a workbook directly, as an office program allows once the lock is off.

Cached results, validations, formats and properties stay unchanged; a library that loads and saves would lose them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NS = f"{{{MAIN}}}"

Cell = tuple[int, int]
"""Row and column, from 1."""
Move = Callable[[int, int], Cell | None]
"""Returns the new row and column of a cell, or None to remove it."""

ElementTree.register_namespace("", MAIN)
ElementTree.register_namespace("r", LINK)


def cell_of(address: str) -> Cell:
    """Return row and column of an address such as ``D8``."""
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def address_of(row: int, column: int) -> str:
    """Return the address of a cell."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"


class Sheet:
    """The cells of one sheet."""

    def __init__(self, xml: bytes) -> None:
        self.root = ElementTree.fromstring(xml)
        found = self.root.find(f"{_NS}sheetData")
        assert found is not None
        self.data = found

    def xml(self) -> bytes:
        """Return the sheet's XML."""
        return ElementTree.tostring(self.root, "UTF-8", xml_declaration=True)

    def cell(self, address: str) -> ElementTree.Element:
        """Return the element of a cell, and create it where there is none."""
        row, _ = cell_of(address)
        for element in self.data:
            if int(element.attrib["r"]) == row:
                break
        else:
            element = ElementTree.SubElement(self.data, f"{_NS}row", r=str(row))
            self.data[:] = sorted(self.data, key=lambda child: int(child.attrib["r"]))
        for cell in element:
            if cell.attrib["r"] == address:
                return cell
        cell = ElementTree.SubElement(element, f"{_NS}c", r=address)
        element[:] = sorted(element, key=lambda child: cell_of(child.attrib["r"])[1])
        return cell

    def clear(self, address: str) -> ElementTree.Element:
        """Empty a cell and keep its format."""
        cell = self.cell(address)
        cell[:] = []
        cell.attrib.pop("t", None)
        return cell

    def set(self, address: str, value: float | str | bool, style: str | None = None) -> None:
        """Write a value into a cell; a text that begins with # is an error value."""
        cell = self.clear(address)
        if style is not None:
            cell.attrib["s"] = style
        if isinstance(value, bool):
            cell.attrib["t"] = "b"
            ElementTree.SubElement(cell, f"{_NS}v").text = str(int(value))
        elif isinstance(value, str) and not value.startswith("#"):
            cell.attrib["t"] = "inlineStr"
            text = ElementTree.SubElement(ElementTree.SubElement(cell, f"{_NS}is"), f"{_NS}t")
            text.text = value
            text.attrib["{http://www.w3.org/XML/1998/namespace}space"] = "preserve"
        else:
            if isinstance(value, str):
                cell.attrib["t"] = "e"
            ElementTree.SubElement(cell, f"{_NS}v").text = str(value)

    def calculate(self, address: str, formula: str, result: float | str | None) -> None:
        """Write a formula with its cached result, or with none."""
        cell = self.clear(address)
        ElementTree.SubElement(cell, f"{_NS}f").text = formula
        if result is not None:
            if isinstance(result, str):
                cell.attrib["t"] = "str"
            ElementTree.SubElement(cell, f"{_NS}v").text = str(result)

    def move(self, to: Move, *, areas: bool = True) -> None:
        """Move every cell, with merged ranges, validations and colours, as an office program does."""
        moved: dict[Cell, ElementTree.Element] = {}
        for row in self.data:
            for cell in row:
                goal = to(*cell_of(cell.attrib["r"]))
                if goal:
                    cell.attrib["r"] = address_of(*goal)
                    moved[goal] = cell
        self.data[:] = []
        for number, goal in enumerate(sorted(moved)):
            if number == 0 or int(self.data[-1].attrib["r"]) != goal[0]:
                ElementTree.SubElement(self.data, f"{_NS}row", r=str(goal[0]))
            self.data[-1].append(moved[goal])
        if areas:
            for element in self.root.iter():
                for key in ("ref", "sqref"):
                    if key in element.attrib and element.tag not in (f"{_NS}f", f"{_NS}dimension", f"{_NS}selection"):
                        ranges = (_moved(area, to) for area in element.attrib[key].split())
                        element.attrib[key] = " ".join(area for area in ranges if area) or "XFD1"

    def insert_rows(self, first: int, count: int = 1) -> None:
        """Insert rows before one."""
        self.move(lambda row, column: (row + count if row >= first else row, column))

    def delete_rows(self, first: int, count: int = 1) -> None:
        """Delete rows from one on."""
        self.move(lambda row, column: None if first <= row < first + count else (row - count * (row >= first), column))

    def insert_columns(self, first: int, count: int = 1) -> None:
        """Insert columns before one."""
        self.move(lambda row, column: (row, column + count if column >= first else column))

    def delete_columns(self, first: int, count: int = 1) -> None:
        """Delete columns from one on."""
        self.move(
            lambda row, column: None if first <= column < first + count else (row, column - count * (column >= first))
        )

    def swap_rows(self, one: int, other: int) -> None:
        """Swap two rows with their labels."""
        places = {one: other, other: one}
        self.move(lambda row, column: (places.get(row, row), column), areas=False)

    def swap_columns(self, one: int, other: int) -> None:
        """Swap two columns with their labels."""
        places = {one: other, other: one}
        self.move(lambda row, column: (row, places.get(column, column)), areas=False)

    def delete_cell(self, address: str, *, up: bool) -> None:
        """Delete a cell; those below it move up, or those right of it move left."""
        self.move(_closing(cell_of(address), up), areas=False)

    def insert_cell(self, address: str, *, down: bool) -> None:
        """Insert a cell; the cells from there on move down, or right."""
        place = cell_of(address)

        def to(row: int, column: int) -> Cell:
            if down:
                return (row + 1, column) if column == place[1] and row >= place[0] else (row, column)
            return (row, column + 1) if row == place[0] and column >= place[1] else (row, column)

        self.move(to, areas=False)

    def remove(self, tag: str) -> None:
        """Remove every child of the sheet element with this tag."""
        for element in self.root.findall(f"{_NS}{tag}"):
            self.root.remove(element)

    def value_only(self) -> None:
        """Replace every formula by its result."""
        for cell in self.data.iter(f"{_NS}c"):
            for formula in cell.findall(f"{_NS}f"):
                cell.remove(formula)


def _closing(place: Cell, up: bool) -> Move:
    def to(row: int, column: int) -> Cell | None:
        if (row, column) == place:
            return None
        if up:
            return (row - 1, column) if column == place[1] and row > place[0] else (row, column)
        return (row, column - 1) if row == place[0] and column > place[1] else (row, column)

    return to


def _moved(area: str, to: Move) -> str:
    first, _, last = area.partition(":")
    ends = [to(*cell_of(end)) for end in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        return ""
    return ":".join(address_of(*end) for end in dict.fromkeys(ends) if end)


class Workbook:
    """The parts of an .xlsx, which can be changed and zipped again."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        self._sheets: dict[str, Sheet] = {}

    def __getitem__(self, name: str) -> Sheet:
        part = self.part_of(name)
        return self._sheets.setdefault(part, Sheet(self.parts[part]))

    @property
    def names(self) -> list[str]:
        """The names of the sheets, in order."""
        return [sheet.attrib["name"] for sheet in self._list()]

    def _book(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.parts["xl/workbook.xml"])

    def _list(self, book: ElementTree.Element | None = None) -> ElementTree.Element:
        found = (self._book() if book is None else book).find(f"{_NS}sheets")
        assert found is not None
        return found

    def edit_list(self, edit: Callable[[ElementTree.Element], None]) -> None:
        """Change the list of sheets."""
        book = self._book()
        edit(self._list(book))
        self.parts["xl/workbook.xml"] = ElementTree.tostring(book, "UTF-8", xml_declaration=True)

    def part_of(self, name: str) -> str:
        """Return the part that holds a sheet."""
        links = ElementTree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {link.attrib["Id"]: link.attrib["Target"] for link in links}
        ids = {sheet.attrib["name"]: sheet.attrib[f"{{{LINK}}}id"] for sheet in self._list()}
        return f"xl/{targets[ids[name]]}"

    def rename(self, name: str, other: str) -> None:
        """Give a sheet another name."""

        def edit(sheets: ElementTree.Element) -> None:
            for sheet in sheets:
                if sheet.attrib["name"] == name:
                    sheet.attrib["name"] = other

        self.edit_list(edit)

    def drop(self, name: str) -> None:
        """Delete a sheet."""

        def edit(sheets: ElementTree.Element) -> None:
            sheets[:] = [sheet for sheet in sheets if sheet.attrib["name"] != name]

        self.edit_list(edit)

    def add(self, name: str, xml: bytes) -> None:
        """Add a sheet at the end."""
        number = len(self.parts)
        self.parts[f"xl/worksheets/sheet{number}.xml"] = xml
        links = ElementTree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        attributes = {"Id": f"rId{number}", "Type": f"{LINK}/worksheet", "Target": f"worksheets/sheet{number}.xml"}
        ElementTree.SubElement(links, f"{{{PACKAGE}}}Relationship", attributes)
        self.parts["xl/_rels/workbook.xml.rels"] = ElementTree.tostring(links, "UTF-8", xml_declaration=True)
        entry = {"name": name, "sheetId": str(number), f"{{{LINK}}}id": f"rId{number}"}
        self.edit_list(lambda sheets: sheets.append(ElementTree.Element(f"{_NS}sheet", entry)))

    def replace(self, part: str, old: str | bytes, new: str | bytes) -> None:
        """Replace a text inside a part, which must contain it."""
        old, new = (text.encode() if isinstance(text, str) else text for text in (old, new))
        assert old in self.parts[part]
        self.parts[part] = self.parts[part].replace(old, new)

    def data(self) -> bytes:
        """Return the file."""
        parts = {**self.parts, **{part: sheet.xml() for part, sheet in self._sheets.items()}}
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
        return target.getvalue()
