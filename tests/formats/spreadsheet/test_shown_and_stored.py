"""Shown and stored: a number is taken only where what the file shows is what it stores.

The table CASES says of each cell what it stores, what a person sees, and what gouji answers; LibreOffice decides what
is seen of a number format. The same cells are then read from what LibreOffice saves as .xls and .ods.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import reports
from libreoffice import LibreOffice
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Color, Font, PatternFill, Side
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from gouji.checks import check
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.reading import Reading

SHEET, ADDRESS, REF = "三、依申请公开", "D8", "requests.new.natural"
MONEY_SHEET, MONEY_ADDRESS, MONEY = "二、主动公开", "B18", "disclosure.fees.amount"
UNSEEN = "（看不见）"


@dataclass(frozen=True)
class Case:
    """One cell."""

    name: str
    make: Callable[[Worksheet, str], None]
    """Spoils a sheet at an address."""
    seen: str | None
    """What is seen; None where LibreOffice cannot be asked, since it hides the cell in another way than Excel."""
    answer: int | Decimal | str
    """What gouji answers: the figure, or the text of a figure that is left unread."""
    not_in: Mapping[str, int | Decimal | str] = field(default_factory=dict)
    """What it answers in a format that does not keep the cause, or where it cannot be told."""
    money: bool = False


def holds(value: object, code: str = "General", **style: Any) -> Callable[[Worksheet, str], None]:
    """Return what puts a value with a look into a cell."""

    def make(sheet: Worksheet, address: str) -> None:
        cell = sheet[address]
        cell.value, cell.number_format = value, code
        for name, part in style.items():
            setattr(cell, name, part)

    return make


def hidden_column(sheet: Worksheet, address: str) -> None:
    sheet.column_dimensions[sheet[address].column_letter].hidden = True


def narrow_column(sheet: Worksheet, address: str) -> None:
    sheet[address].value = 9
    sheet.column_dimensions[sheet[address].column_letter].width = 1


def hidden_row(sheet: Worksheet, address: str) -> None:
    sheet.row_dimensions[sheet[address].row].hidden = True


def flat_row(sheet: Worksheet, address: str) -> None:
    sheet.row_dimensions[sheet[address].row].height = 0.5


def hidden_sheet(sheet: Worksheet, address: str) -> None:
    sheet.sheet_state = "hidden"


def no_zeros(sheet: Worksheet, address: str) -> None:
    sheet[address].value = 0
    sheet.sheet_view.showZeros = False


def picture(sheet: Worksheet, address: str) -> None:
    drawn = io.BytesIO()
    Picture.new("RGB", (60, 20)).save(drawn, "png")
    sheet.add_image(Image(drawn), address)


def our_note(sheet: Worksheet, address: str) -> None:
    sheet[address].comment = Comment("请核对", "gouji")


def when_filled(**look: Any) -> Callable[[Worksheet, str], None]:
    """Return what gives a cell a conditional format."""

    def make(sheet: Worksheet, address: str) -> None:
        sheet.conditional_formatting.add(address, FormulaRule(formula=["TRUE"], **look))

    return make


def sliver_of_a_column(sheet: Worksheet, address: str) -> None:
    sheet.column_dimensions[sheet[address].column_letter].width = 0.3


def run(text: str, **font: Any) -> TextBlock:
    return TextBlock(InlineFont(**font), text)


WHITE = Font(color="FFFFFFFF")
WHITE_GROUND = PatternFill("solid", fgColor="FFFFFFFF")
BLACK_WHEN = PatternFill("solid", bgColor="FF000000")
GREY = Color(theme=0, tint=-4.9989318521683403e-2)
BLUE_GROUND = PatternFill("solid", fgColor="FF1F3864")
ACCOUNTING = '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '

CASES = (
    # ---- the same number: silence
    Case("a plain number", holds(3), "3", 3),
    Case("thousands are grouped", holds(12345, "#,##0"), "12,345", 12345),
    Case("idle decimals", holds(3, "0.00"), "3.00", 3),
    Case("the unit of the cell", holds(3, '0"件"'), "3件", 3),
    Case("a space for a bracket", holds(3, "#,##0_);(#,##0)"), "3", 3),
    Case("leading zeros", holds(7, "000"), "007", 7),
    Case("as accountants write it", holds(12, ACCOUNTING), "12", 12),
    Case("zero as accountants write it", holds(0, ACCOUNTING), "-", 0),
    Case("a date is no number", holds(3, "yyyy-mm-dd"), None, "1900-01-03", {"ods": "1900-01-02"}),
    Case("white on blue", holds(3, font=WHITE, fill=BLUE_GROUND), "3", 3),
    Case("bold and red", holds(3, font=Font(bold=True, color="FFFF0000")), "3", 3),
    Case("a column that is too narrow", narrow_column, None, 9),
    Case("red by a conditional format", when_filled(font=Font(color="FFFF0000")), "9", 9),
    Case("a yellow conditional format", when_filled(fill=PatternFill("solid", bgColor="FFFFFF00")), "9", 9),
    Case("a framed conditional format", when_filled(border=Border(left=Side("thin", "FFFFFFFF"))), "9", 9),
    Case("the general format in capitals", holds(3, "GENERAL"), None, 3),
    Case("the format of a language", holds(3, "[$-zh-CN]0"), None, 3),
    Case("the built-in accounting format", holds(12, BUILTIN_FORMATS[41]), "12", 12),
    Case("our own note", our_note, None, 9),
    # ---- number formats
    Case("divided by a thousand", holds(3000, "0,"), "3", "3"),
    Case("divided by a million", holds(3_000_000, "0,,"), "3", "3"),
    Case("percent", holds(3, "0%"), "300%", "300%"),
    Case("always a three", holds(5, '"3"'), "3", "3"),
    Case("nothing at all", holds(5, ";;;"), "", UNSEEN),
    Case("zero is left out", holds(0, "0;-0;;@"), "", UNSEEN),
    Case("ten thousands", holds(34000, '0.0,"万"'), "34.0万", "34.0万"),
    Case("a one before the number", holds(2, '"1"0'), "12", "12"),
    Case("about so many", holds(3, '"约"0'), "约3", "约3"),
    Case("yuan", holds(3, "¥0"), "¥3", "¥3"),
    Case("a text that its format hides", holds("9", ";;;"), None, UNSEEN, {"xls": "9", "ods": "9"}),
    Case("a text to which its format adds a digit", holds("9", '@"0"'), None, "90", {"xls": "9"}),
    Case("Chinese numerals", holds(3, "[DBNum1]General"), None, "3（格式 [DBNum1]General）", {"xls": 3, "ods": 3}),
    Case("rounded to tens of thousands", holds(Decimal("12.345"), "0.0"), "12.3", "12.3", money=True),
    Case("rounded to whole", holds(Decimal("12.5"), "0"), "13", "13", money=True),
    Case("all digits of the money", holds(Decimal("12.5"), "0.00"), "12.50", Decimal("12.5"), money=True),
    # ---- the noise of doubles
    Case("noise behind two decimals", holds(24.150000000000002), None, Decimal("24.15"), money=True),
    Case("noise behind a whole number", holds(9.0000000000000018), None, 9),
    Case("one tenth and two tenths", holds(0.1 + 0.2), None, Decimal("0.3"), money=True),
    # ---- fonts
    Case("white on white", holds(3, font=WHITE, fill=WHITE_GROUND), None, UNSEEN),
    Case("white on the cream of an input", holds(3, font=WHITE), None, UNSEEN, {"xls": 3}),
    Case("white on no ground", holds(3, font=WHITE, fill=PatternFill()), None, UNSEEN),
    Case("black on black", holds(3, fill=PatternFill("solid", fgColor="FF000000")), None, UNSEEN, {"xls": 3}),
    Case(
        "white by its number format",
        holds(3, "[White]0"),
        None,
        "3（格式 [White]0）",
        {"xls": "3（格式 [WHITE]0）", "ods": 3},
    ),
    Case("the lightest grey", holds(3, font=Font(color=GREY), fill=PatternFill()), None, UNSEEN, {"xls": 3}),
    Case("one point high", holds(3, font=Font(size=1)), None, UNSEEN, {"ods": 3}),
    Case("struck out", holds(3, font=Font(strike=True)), None, "（划去：3）"),
    Case("raised", holds(3, font=Font(vertAlign="superscript")), None, "³", {"xls": 3, "ods": 3}),
    Case("lowered", holds(3, font=Font(vertAlign="subscript")), None, "³", {"xls": 3, "ods": 3}),
    # ---- texts with runs
    Case("a footnote mark", holds(CellRichText("46", run("1", vertAlign="superscript"))), None, "46¹", {"xls": "461"}),
    Case(
        "an old number struck out",
        holds(CellRichText(run("45", strike=True), "46")),
        None,
        "（划去：45）46",
        {"xls": "（划去：4546）"},
    ),
    Case("a white digit", holds(CellRichText("4", run("6", color="FFFFFFFF"))), None, "4", {"xls": "46"}),
    # ---- where the cell stands
    Case("in a hidden column", hidden_column, None, UNSEEN),
    Case("in a hidden row", hidden_row, None, UNSEEN),
    Case("in a row without height", flat_row, None, UNSEEN, {"xls": 9, "ods": 9}),  # LibreOffice makes it higher
    Case("on a hidden sheet", hidden_sheet, None, UNSEEN),
    Case("zero where zeros are not shown", no_zeros, None, UNSEEN, {"ods": 0, "xls": 0}),
    Case("below a picture", picture, None, UNSEEN, {"xls": 9}),
    Case("white by a conditional format", when_filled(font=WHITE), None, UNSEEN, {"xls": 9, "ods": 9}),
    Case("below a black conditional format", when_filled(fill=BLACK_WHEN), None, UNSEEN, {"xls": 9, "ods": 9}),
    Case("in a sliver of a column", sliver_of_a_column, None, UNSEEN, {"ods": 9}),
)


def workbook(case: Case) -> bytes:
    """Return a good workbook with one cell spoiled."""
    report = reports.changed(reports.right("2021"), figures={REF: 9, MONEY: Decimal("9.5")})
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(report)), rich_text=True)
    case.make(book[MONEY_SHEET if case.money else SHEET], MONEY_ADDRESS if case.money else ADDRESS)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def answer(reading: Reading, case: Case) -> int | Decimal | str | None:
    """Return what gouji says of the spoiled cell: the figure, or the text that is unread."""
    ref = MONEY if case.money else REF
    return reading.report.unread.get(ref, reading.report.figures.get(ref))


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_a_cell_is_read_as_it_is_shown(case: Case) -> None:
    reading = read_data(workbook(case))
    assert answer(reading, case) == case.answer
    ref = MONEY if case.money else REF
    told = [finding for finding in check(reading) if finding.rule == "figure.unread" and ref in finding.refs]
    assert len(told) == isinstance(case.answer, str)
    causes = [finding for finding in check(reading) if finding.rule == "figure.unread" and finding.echo_of is None]
    assert len(causes) == isinstance(case.answer, str), "one cause is told once"


@pytest.fixture(scope="module")
def saved(libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """Every case as LibreOffice saves it, by format and name."""
    folder = tmp_path_factory.mktemp("cases")
    files = [folder / f"{number}.xlsx" for number in range(len(CASES))]
    for file, case in zip(files, CASES, strict=True):
        file.write_bytes(workbook(case))
    found = {}
    for kind in ("xls", "ods"):
        for case, path in zip(CASES, libreoffice.convert(files, folder, kind), strict=True):
            found[kind, case.name] = path.read_bytes()
    return found


@pytest.mark.parametrize("kind", ["xls", "ods"])
@each_case
def test_a_cell_saved_in_another_format_is_read_as_it_is_shown(
    case: Case, kind: str, saved: dict[tuple[str, str], bytes]
) -> None:
    assert answer(read_data(saved[kind, case.name]), case) == case.not_in.get(kind, case.answer)


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.mark.parametrize("case", [case for case in CASES if case.seen is not None], ids=lambda case: case.name)
def test_libreoffice_shows_what_the_table_says(case: Case, saved: dict[tuple[str, str], bytes]) -> None:
    xml = zipfile.ZipFile(io.BytesIO(saved["ods", case.name])).read("content.xml")
    name, address = (MONEY_SHEET, MONEY_ADDRESS) if case.money else (SHEET, ADDRESS)
    (table,) = (one for one in ElementTree.fromstring(xml).iter(f"{_TABLE}table") if one.get(f"{_TABLE}name") == name)
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
    rows = [row for row in table.iter(f"{_TABLE}table-row") for _ in range(_times(row, "rows"))]
    row = rows[int(number) - 1]
    cells = [cell for cell in row if "cell" in cell.tag for _ in range(_times(cell, "columns"))]
    cell = cells[ord(letters) - 65]
    assert "".join("".join(part.itertext()) for part in cell.iter(f"{_TEXT}p")).strip() == case.seen


def _times(element: ElementTree.Element, what: str) -> int:
    return min(int(element.get(f"{_TABLE}number-{what}-repeated", "1")), 300)


def test_the_table_has_enough_cases() -> None:
    assert len(CASES) >= 45
    assert len({case.name for case in CASES}) == len(CASES)


def test_no_suggestion_joins_a_footnote_mark_to_the_number() -> None:
    from gouji.report.repairs import accept_repairs

    for name in ("a footnote mark", "an old number struck out"):
        case = next(case for case in CASES if case.name == name)
        repaired = accept_repairs(read_data(workbook(case)))
        assert REF in repaired.report.unread
        (finding,) = (finding for finding in check(repaired) if finding.refs == (REF,))
        assert not re.search(r"是不是应当填|已按", finding.message)


def test_the_message_names_the_cell_what_is_shown_and_what_is_stored() -> None:
    case = next(case for case in CASES if case.name == "divided by a thousand")
    (finding,) = (finding for finding in check(read_data(workbook(case))) if finding.rule == "figure.unread")
    assert "D8" in finding.message
    assert "“3”" in finding.message
    assert "3000" in finding.message


def test_a_digit_in_the_colour_of_its_ground_is_not_said_to_be_raised() -> None:
    case = next(case for case in CASES if case.name == "a white digit")
    (finding,) = (finding for finding in check(read_data(workbook(case))) if finding.rule == "figure.unread")
    assert "显示的是“4”，存的是 46：文字和底色相同，或者字太小。" in finding.message
