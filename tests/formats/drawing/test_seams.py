"""A test for each private member of xlsxwriter that gouji uses.

A failure says what broke in gouji and which member of the library is gone or changed. The members, and why each is
used, are in ``gouji.formats.drawing.seams``.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sheet_xml
import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

import gouji
from gouji.formats.drawing.seams import BodySheet, FileLink, LockedWorkbook, PlainWorkbook, format_number

PACKAGE = Path(gouji.__file__).parent
LAST_ROW, LAST_COLUMN = 1048576 - 1, 16384 - 1
"""The last row and column of any sheet, counted from 0."""


@contextmanager
def seam(*members: tuple[type, str], breaks: str) -> Iterator[None]:
    """Name what breaks and the responsible member of xlsxwriter, where a member is gone or the test body fails."""
    # A workbook that cannot be closed fails again during garbage collection in a later test, so check the members
    # first.
    gone = [name_of(member) for member in members if not has(*member)]
    if gone:
        pytest.fail(f"{breaks}: xlsxwriter {xlsxwriter.__version__} has no {' and no '.join(gone)}", pytrace=False)
    try:
        yield
    except Exception as error:
        changed = f"xlsxwriter {xlsxwriter.__version__} has changed {' or '.join(map(name_of, members))}"
        pytest.fail(f"{breaks}: {changed}\n{type(error).__name__}: {error}", pytrace=False)


def has(owner: Any, name: str) -> bool:
    """Tell whether a class has a member, or its instances have it."""
    return hasattr(owner, name) or name in owner.__init__.__code__.co_names


def name_of(member: tuple[type, str]) -> str:
    """Return the name of a member as written in code."""
    return f"{member[0].__name__}.{member[1]}"


def locked_workbook() -> bytes:
    """Return a workbook with a lock on its structure and on its only sheet, which has one formula."""
    buffer = io.BytesIO()
    workbook = LockedWorkbook(buffer, "gouji", {"in_memory": True, "use_future_functions": True})
    sheet = workbook.add_worksheet()
    sheet.write_formula(0, 0, "=STDEV.S(B1:B9)", None, 1)
    sheet.protect("gouji")
    workbook.close()
    return buffer.getvalue()


class BodyBook:
    """A workbook with one sheet, which has a head in row 1 and room for a body."""

    def __init__(self, kind: type[BodySheet] = BodySheet) -> None:
        self._buffer = io.BytesIO()
        self.workbook = PlainWorkbook(self._buffer)
        self.bold = self.workbook.add_format({"bold": True})
        self.sheet: Any = self.workbook.add_worksheet("单位", kind)
        self.sheet.write_string(0, 0, "名称", self.bold)

    def xml(self, part: str = "xl/worksheets/sheet1.xml") -> str:
        """Close the workbook and return a part of it."""
        self.workbook.close()
        return sheet_xml.part(self._buffer.getvalue(), part)


class WithTwoRows(BodySheet):
    """A sheet with two rows below its head."""

    def body(self) -> Iterator[str]:
        return iter(['<row r="2"/>', '<row r="3"/>'])


def test_a_text_that_looks_like_rich_text_is_kept() -> None:
    buffer = io.BytesIO()
    with seam(
        (Workbook, "str_table"),
        (SharedStringTable, "_get_shared_string_index"),
        breaks="PlainWorkbook does not keep a text that looks like rich text",
    ):
        workbook = PlainWorkbook(buffer)
        workbook.add_worksheet().write_string(0, 0, "<r>镇 & 乡</r>")
        workbook.close()
        texts = sheet_xml.part(buffer.getvalue(), "xl/sharedStrings.xml")
        assert '<si><r><t xml:space="preserve">&lt;r&gt;镇 &amp; 乡&lt;/r&gt;</t></r></si>' in texts


def test_a_formula_is_written_unchanged() -> None:
    with seam((Worksheet, "_prepare_formula"), breaks="LockedWorkbook does not write a formula unchanged"):
        sheet = sheet_xml.part(locked_workbook(), "xl/worksheets/sheet1.xml")
        # With this option the library itself writes _xlfn.STDEV.S.
        assert "<f>STDEV.S(B1:B9)</f>" in sheet


def test_the_language_stands_in_the_properties() -> None:
    with seam(
        (Workbook, "_get_packager"),
        (Packager, "_write_core_file"),
        (Packager, "_filename"),
        (Core, "_write_dc_title"),
        (XMLwriter, "_xml_data_element"),
        breaks="PlainWorkbook does not write the language",
    ):
        assert "<dc:language>zh-CN</dc:language>" in BodyBook().xml("docProps/core.xml")


@pytest.mark.parametrize("kind, off", [("integer", True), ("decimal", True), ("length", False)])
def test_the_input_method_is_off_for_numbers_only(kind: str, off: bool) -> None:
    with seam((XMLwriter, "_xml_start_tag"), breaks="PlainSheet leaves the input method on where numbers are typed"):
        book = BodyBook()
        book.sheet.data_validation(1, 0, 1, 0, {"validate": kind, "criteria": ">", "value": 0})
        assert ('imeMode="off"' in book.xml()) is off


@pytest.mark.parametrize(
    "result, written",
    [
        ("", ' t="str"><f>A1</f><v></v>'),
        ("相符", ' t="str"><f>A1</f><v>相符</v>'),
        (0, "><f>A1</f><v>0</v>"),
    ],
    ids=["empty text", "text", "number"],
)
def test_a_formula_says_that_its_result_is_a_text(result: str | int, written: str) -> None:
    with seam((XMLwriter, "_xml_formula_element"), breaks="PlainSheet writes an empty text as a number"):
        book = BodyBook()
        book.sheet.write_formula(1, 0, "=A1", None, result)
        assert f'<c r="A2"{written}</c>' in book.xml()


def test_the_lock_on_the_structure_follows_workbook_pr() -> None:
    with seam(
        (Workbook, "_write_workbook_pr"),
        (XMLwriter, "_xml_empty_tag"),
        breaks="LockedWorkbook does not lock the structure of a workbook",
    ):
        workbook = sheet_xml.part(locked_workbook(), "xl/workbook.xml")
        assert re.search(r'<workbookPr [^>]*/><workbookProtection workbookPassword="\w+" lockStructure="1"/>', workbook)


def test_the_structure_and_the_sheets_have_one_password() -> None:
    with seam((Worksheet, "_encode_password"), breaks="LockedWorkbook locks the structure with another password"):
        data = locked_workbook()
        assert 'workbookPassword="C714"' in sheet_xml.part(data, "xl/workbook.xml")
        assert '<sheetProtection password="C714"' in sheet_xml.part(data, "xl/worksheets/sheet1.xml")


def test_a_row_that_grows_has_a_height_that_is_not_fixed() -> None:
    with seam(
        (Worksheet, "_write_row"), (XMLwriter, "fh"), breaks="PlainSheet fixes the height of a row that should grow"
    ):
        book = BodyBook()
        for row, height in ((1, 52.5), (2, 15), (3, 40)):
            book.sheet.grow(row, height)
        book.sheet.write_string(1, 0, "一段")
        book.sheet.write_comment(2, 0, "批注")
        book.sheet.set_row(4, 40)
        rows = re.findall("<row [^>]*>", book.xml())
        assert rows[1:] == [
            '<row r="2" spans="1:1" ht="52.5">',
            '<row r="3" spans="1:1" ht="15"/>',
            '<row r="4" spans="1:1" ht="40"/>',
            '<row r="5" spans="1:1" ht="39.75" customHeight="1"/>',
        ]


def test_the_body_follows_the_rows_of_the_library() -> None:
    with seam((Worksheet, "_write_rows"), (XMLwriter, "fh"), breaks="BodySheet does not write its body"):
        rows = re.search("<sheetData>(.*)</sheetData>", BodyBook(WithTwoRows).xml())
        assert rows
        assert re.findall(r'<row r="(\d+)"', rows[1]) == ["1", "2", "3"]


def test_the_body_and_the_cells_of_the_library_share_one_table_of_texts() -> None:
    with seam(
        (Worksheet, "str_table"),
        (SharedStringTable, "_get_shared_string_index"),
        breaks="BodySheet.text_number() returns numbers of other texts",
    ):
        book = BodyBook()
        assert [book.sheet.text_number(text) for text in ("名称", "青石镇")] == [0, 1]
        texts = book.xml("xl/sharedStrings.xml")
        assert 'count="3" uniqueCount="2"' in texts
        assert re.findall("<t>(.*?)</t>", texts) == ["名称", "青石镇"]


def test_a_format_number_is_what_the_cells_of_the_library_have() -> None:
    with seam((Format, "_get_xf_index"), breaks="format_number() returns the number of another format"):
        book = BodyBook()
        assert f'<c r="A1" s="{format_number(book.bold)}" t="s">' in book.xml()


def test_the_dimension_of_a_sheet_covers_its_body() -> None:
    with seam((Worksheet, "_check_dimensions"), breaks="BodySheet.reach() does not extend the dimension"):
        book = BodyBook()
        book.sheet.reach(2, 4)
        assert '<dimension ref="A1:E3"/>' in book.xml()


@pytest.mark.parametrize(
    "row, column",
    [(LAST_ROW + 1, 0), (0, LAST_COLUMN + 1)],
    ids=["row below the last one", "column right of the last one"],
)
def test_a_body_outside_the_sheet_is_refused(row: int, column: int) -> None:
    with seam((Worksheet, "_check_dimensions"), breaks="BodySheet.reach() takes cells that no sheet has"):
        sheet = BodyBook().sheet
        sheet.reach(LAST_ROW, LAST_COLUMN)
        with pytest.raises(AssertionError, match=f"no row {row}, column {column}"):
            sheet.reach(row, column)


def test_a_link_in_the_body_writes_no_cell() -> None:
    with seam((Worksheet, "ignore_write_string"), breaks="BodySheet.link() writes a second cell"):
        book = BodyBook()
        book.sheet.link(2, 0, FileLink("归档/青石镇.xlsx", "打开"))
        sheet = book.xml()
        assert re.findall('<hyperlink ref="(.*?)"', sheet) == ["A3"]
        assert re.findall('<c r="(.*?)"', sheet) == ["A1"]


def private_members(path: Path) -> list[str]:
    """Return the private attributes of other objects that a module uses, with their lines."""
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and re.match("_[a-z]", node.attr)
        and not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"})
    ]


def subclasses_of_the_library(path: Path) -> list[str]:
    """Return the classes of a module that derive from one that it imports from xlsxwriter."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xlsxwriter")
        for alias in node.names
    }
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        for node in classes
        if any(isinstance(base, ast.Name) and base.id in imported for base in node.bases)
    ]


def test_only_the_seams_use_private_members_of_the_library() -> None:
    seams = PACKAGE / "formats" / "drawing" / "seams.py"
    folders = [PACKAGE / "formats" / name for name in ("drawing", "workbook", "tables")]
    others = [path for folder in folders for path in folder.glob("*.py") if path != seams]
    assert private_members(seams), "the search finds nothing, not even where there are some"
    assert subclasses_of_the_library(seams)
    assert [found for path in others for found in private_members(path)] == []
    assert [found for path in others for found in subclasses_of_the_library(path)] == []
