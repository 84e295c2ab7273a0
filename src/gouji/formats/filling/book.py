"""An .xlsx of which only cells of its sheets are changed; every other part stays byte for byte as it is.

The one exception is the part that lists the sheets, where programs are told to calculate anew.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from gouji.formats.filling.sheet_xml import SheetXml, name, parsed, written
from gouji.formats.spreadsheet.namespaces import LINKS
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, Archive
from gouji.runtime.zip_writing import deflated, packed

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_START = "_rels/.rels"
_USUAL_START = "xl/workbook.xml"
_BEFORE_CALCULATION = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences", "definedNames"),
)
"""What stands before the settings of calculation, by ECMA-376 part 1, 18.2.27."""


class _Sheets(Mapping[str, SheetXml]):
    """The sheets by name; one is taken apart when somebody asks for it, for a large one takes much memory."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self.opened: dict[str, SheetXml] = {}
        self.calculating = frozenset(name for name, xml in parts.items() if _FORMULA.search(xml))
        """Those with formulas."""

    def __getitem__(self, title: str) -> SheetXml:
        if title not in self.opened:
            self.opened[title] = SheetXml(self._parts[title])
        return self.opened[title]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


class Book:
    """A workbook that was looked through before (:func:`gouji.formats.spreadsheet.safe_copy.inspect`)."""

    def __init__(self, data: bytes) -> None:
        """Open a workbook.

        Raises DocumentError where it is broken or too large.
        """
        self._archive = Archive(data)
        self._main = self._main_part()
        self._book = parsed(self._archive.read(self._main))
        folder, _, file = self._main.rpartition("/")
        links = parsed(self._archive.read(f"{folder}/_rels/{file}.rels"))
        targets = {
            link.get("Id", ""): link.get("Target", "")
            for link in links
            if link.get("Type", "").endswith("/worksheet") and link.get("TargetMode") != "External"
        }
        self._parts: dict[str, str] = {}
        for sheet in self._book.iterfind(f"{name('sheets')}/{name('sheet')}"):
            target = targets.get(sheet.get(f"{{{LINKS}}}id", ""), "")
            part = posixpath.join("/" + folder, target).lstrip("/")
            if part in self._archive and target:
                self._parts[sheet.get("name", "")] = part
        self.sheets = _Sheets({title: self._archive.read(part) for title, part in self._parts.items()})

    def _main_part(self) -> str:
        if _START in self._archive:
            for link in parsed(self._archive.read(_START)):
                target = link.get("Target", "").lstrip("/")
                if link.get("Type", "").endswith("/officeDocument") and target in self._archive:
                    return target
        if _USUAL_START not in self._archive:
            raise DocumentError(BROKEN)
        return _USUAL_START

    def data(self, *, calculate: bool) -> bytes:
        """Return the workbook with its changed cells; ``calculate`` tells programs to calculate every formula anew."""
        changed = {
            _plain(self._parts[title]): written(sheet.root)
            for title, sheet in self.sheets.opened.items()
            if sheet.is_changed
        }
        if calculate:
            self._calculate_on_load()
            changed[_plain(self._main)] = written(self._book)
        fresh = Archive(self._archive.whole)
        return packed(deflated(part, changed.get(_plain(part)) or fresh.read(part)) for part in fresh.in_order)

    def _calculate_on_load(self) -> None:
        settings = self._book.find(name("calcPr"))
        if settings is None:
            settings = etree.Element(name("calcPr"))
            before = [element for tag in _BEFORE_CALCULATION for element in self._book.iterchildren(name(tag))]
            before[-1].addnext(settings)
        settings.set("fullCalcOnLoad", "1")


def _plain(part: str) -> str:
    return posixpath.normpath(part.replace("\\", "/").lstrip("/")).lower()
