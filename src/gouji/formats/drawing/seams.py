"""The seams with xlsxwriter: every private or undocumented member of the library that gouji uses, and why.

Private members may change in any release. They are used here and nowhere else (a test looks for others), and each has
a test of its own in ``tests/formats/drawing/test_seams.py``, which names the member and what broke. Where the library
has a public way, the other modules use that.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from xlsxwriter.core import Core
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.url import Url
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from gouji.formats.drawing.measure import DEFAULT_FONT
from gouji.runtime.printable import clean
from gouji.runtime.xml_text import escape

LANGUAGE = "zh-CN"
"""The language of every workbook."""

_OF_NUMBERS = (("type", "whole"), ("type", "decimal"))
"""The first attribute of validations of numbers."""

_TEXTS_STAY_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows can grow with what is typed into them, and whose formulas say when they give a text."""

    _growing: dict[int, float]
    """The heights of the rows that grow, in points."""

    def __init__(self) -> None:
        super().__init__()
        self._growing = {}

    def grow(self, row: int, height: float) -> None:
        """Make a row open at a height in points, and grow when more is typed into it."""
        code = self.set_row(row, height)
        assert code == 0, f"the workbook library has no row {row}"
        self._growing[row] = height

    def _write_row(self, row: int, spans: str | None, row_info: Any = None, empty_row: bool = False) -> None:
        # Worksheet._write_row and XMLwriter.fh: the library fixes every height that it writes (customHeight), and a
        # row whose height is fixed never grows. No option turns this off.
        if row not in self._growing:
            super()._write_row(row, spans, row_info, empty_row)
            return
        spanned = f' spans="{spans}"' if spans else ""
        self.fh.write(f'<row r="{row + 1}"{spanned} ht="{self._growing[row]:g}"{"/" * empty_row}>')

    def _xml_start_tag(self, tag: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        # XMLwriter._xml_start_tag: the library has no option for the input method. On cells for numbers it is turned
        # off, because digits that it types are as wide as Chinese characters.
        if tag == "dataValidation" and attributes[0] in _OF_NUMBERS:
            attributes = [*attributes, ("imeMode", "off")]
        super()._xml_start_tag(tag, attributes)

    def _xml_formula_element(self, formula: str, result: Any, attributes: list[tuple[str, Any]]) -> None:
        # XMLwriter._xml_formula_element: the library writes an empty text as a number without digits, which some
        # programs read as 0 and others as nothing. Excel writes it as a text.
        if result == "":
            attributes.append(("t", "str"))
        super()._xml_formula_element(formula, result, attributes)


class FileLink(Url):  # type: ignore[misc]
    """A link to a file whose path is relative to the folder of the workbook."""

    def __init__(self, path: str, tip: str, text: str = "") -> None:
        super().__init__(f"external:{path}")
        # Url._link, Url._original_url and Url._relationship_link: the path three times more, which only Url._target()
        # would need. A list has thousands of links.
        self._link = self._original_url = self._relationship_link = ""
        self._path = path
        self.tip = tip
        self.text = text

    def _target(self) -> str:
        # Url._target: the library turns the slashes of a path into backslashes, which no URI has and some programs do
        # not follow, and it never escapes a path that looks escaped. Chinese stays as the library writes it; how Excel
        # writes it was not tried.
        return _PERHAPS_ESCAPED.sub(lambda character: _escaped(character[0]), self._path)


_PERHAPS_ESCAPED = re.compile(r"[^A-Za-z0-9_.~/-]")
"""The characters that need a closer look: a path in the archive has hardly any, and a list links to thousands."""


def _escaped(character: str) -> str:
    # Of a name that is not UTF-8, the bytes; of an invisible character, its escape.
    if character.isascii() or clean(character) != character:
        return quote(os.fsencode(character), safe="/")
    return character


class _Core(Core):  # type: ignore[misc]
    def _write_dc_title(self) -> None:
        # Core._write_dc_title and XMLwriter._xml_data_element: the library writes no language. The elements may stand
        # in any order.
        super()._write_dc_title()
        self._xml_data_element("dc:language", LANGUAGE)


class _Packager(Packager):  # type: ignore[misc]
    def _write_core_file(self) -> None:
        # Packager._write_core_file and Packager._filename: the only place that makes a Core.
        core = _Core()
        core._set_properties(self.workbook.doc_properties)
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._assemble_xml_file()


class PlainWorkbook(Workbook):  # type: ignore[misc]
    """A workbook that never takes a text for a formula, a link, a number or rich text."""

    def __init__(self, buffer: io.BytesIO, options: dict[str, Any] | None = None) -> None:
        # The library copies the default font's properties into every format, which need not repeat them.
        super().__init__(
            buffer, {**_TEXTS_STAY_TEXTS, "default_format_properties": dict(DEFAULT_FONT), **(options or {})}
        )
        self.worksheet_class = PlainSheet
        # Workbook.str_table: the constructor takes no other table of texts. Sheets get it when they are added.
        self.str_table = _PrintableTexts()

    def _get_packager(self) -> Packager:
        # Workbook._get_packager: the library's own way to write other parts.
        return _Packager()


class _PlainTexts(SharedStringTable):  # type: ignore[misc]
    """The shared texts of a workbook, to which cells refer by number."""

    def _get_shared_string_index(self, string: str) -> Any:
        # SharedStringTable._get_shared_string_index: the library takes a text that looks like runs of rich text for
        # the result of write_rich_string() and writes it into the file unescaped. No option turns this off. Such a
        # text becomes the one run of a rich text.
        if string.startswith("<r>") and string.endswith("</r>"):
            string = f'<r><t xml:space="preserve">{escape(string)}</t></r>'
        return super()._get_shared_string_index(string)


class _PrintableTexts(_PlainTexts):
    """The shared texts of a list: names, texts and explanations of others, cleaned."""

    def _get_shared_string_index(self, string: str) -> Any:
        return super()._get_shared_string_index(clean(string))


class LockedWorkbook(PlainWorkbook):
    """A workbook whose structure is locked: no sheet can be added, removed, renamed or moved.

    Its sheets write formulas unchanged (see :class:`_PlainFormulaSheet`). It is a form: what a unit typed goes back to
    the unit as it was.
    """

    def __init__(self, buffer: io.BytesIO, password: str, options: dict[str, Any] | None = None) -> None:
        super().__init__(buffer, options)
        self.str_table = _PlainTexts()
        self.worksheet_class = _PlainFormulaSheet
        self._password = password

    def _write_workbook_pr(self) -> None:
        # Workbook._write_workbook_pr and XMLwriter._xml_empty_tag: the library cannot lock a workbook's structure. The
        # element must stand right after workbookPr, or Excel calls the file damaged.
        super()._write_workbook_pr()
        # Worksheet._encode_password: the hash that Worksheet.protect() makes of a password.
        password = self.worksheets()[0]._encode_password(self._password)
        self._xml_empty_tag("workbookProtection", [("workbookPassword", password), ("lockStructure", 1)])


class _PlainFormulaSheet(PlainSheet):
    """A sheet whose formulas are written unchanged."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        # Worksheet._prepare_formula: the library searches every formula for 160 functions newer than any of ours,
        # which takes three quarters of its time. No option turns this off.
        return formula.removeprefix("=")


class BodySheet(PlainSheet):
    """A sheet whose last rows are written as XML by its subclass, not cell by cell."""

    def body(self) -> Iterator[str]:
        """Return the ``row`` elements that follow the rows of the library's own cells."""
        return iter(())

    def text_number(self, text: str) -> int:
        """Return the number by which a cell refers to a text, and count one cell more that shows it.

        Call it before the workbook is closed: the library completes its table of texts before it writes the sheets.
        """
        # Worksheet.str_table and SharedStringTable._get_shared_string_index: what write_string() calls. It would keep
        # a record of every cell as well, which is what this class is there to avoid.
        return int(self.str_table._get_shared_string_index(text))

    def reach(self, row: int, column: int) -> None:
        """Extend the sheet's dimension to a cell of the body. A cell outside every sheet is an AssertionError."""
        # Worksheet._check_dimensions: the dimension stands before the cells, and all public methods that extend it
        # write a cell or a row.
        code = self._check_dimensions(row, column)
        assert code == 0, f"the workbook library has no row {row}, column {column}"

    def link(self, row: int, column: int, target: FileLink) -> None:
        """Make a cell of the body a link."""
        # Worksheet.ignore_write_string: write_url() writes a cell with the text of the link as well; ours is in the
        # body. The library sets this itself for the link of a picture that it embeds in a cell.
        self.ignore_write_string = True
        code = self.write_url(row, column, target)
        self.ignore_write_string = False
        assert code == 0, f"the workbook library refused a link to {target._path} with {code}"

    def _write_rows(self) -> None:
        # Worksheet._write_rows and XMLwriter.fh: the rows are the only content of sheetData, so what follows them there
        # is one more row.
        super()._write_rows()
        self.fh.writelines(self.body())


def format_number(cell_format: Format) -> int:
    """Return the number by which a cell refers to its format."""
    # Format._get_xf_index: what the library writes as the style of its own cells.
    return int(cell_format._get_xf_index())
