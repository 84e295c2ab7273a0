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
from typing import Any, NamedTuple
from xml.etree import ElementTree

import openpyxl
import pytest
import reports
from libreoffice import LibreOffice
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Alignment, Border, Color, Font, GradientFill, PatternFill, Side
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture
from shown_cells import unzipped, zipped

from gouji.checks import check
from gouji.form.editions import load_form
from gouji.formats.read import read_data
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.reading import Reading

SHEET, ADDRESS, REF = "三、依申请公开", "D8", "requests.new.natural"
MONEY = "disclosure.fees.amount"
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
    edit: Callable[[dict[str, bytes]], None] | None = None
    """Changes the parts of the saved file, for what the library cannot write."""
    alone: bool = False
    """Whether it changes more than its cell, so no other case can stand in the same workbook."""


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


def high(points: float) -> Callable[[Worksheet, str], None]:
    """Return what makes a row that high."""

    def make(sheet: Worksheet, address: str) -> None:
        sheet.row_dimensions[sheet[address].row].height = points

    return make


def shrunk_into(width: float) -> Callable[[Worksheet, str], None]:
    """Return what shrinks a number until it fits into a column."""

    def make(sheet: Worksheet, address: str) -> None:
        sheet[address].value, sheet[address].alignment = 2532, Alignment(shrink_to_fit=True)
        sheet.column_dimensions[sheet[address].column_letter].width = width

    return make


def under(rule: Rule, **style: Any) -> Callable[[Worksheet, str], None]:
    """Return what gives a cell a conditional format and a look."""

    def make(sheet: Worksheet, address: str) -> None:
        for name, part in style.items():
            setattr(sheet[address], name, part)
        sheet.conditional_formatting.add(address, rule)

    return make


def nothing(sheet: Worksheet, address: str) -> None:
    """Leave the sheet as it is."""


SHEET_PART, DRAWING_PART = "xl/worksheets/sheet4.xml", "xl/drawings/drawing1.xml"


def extended(rule: str) -> Callable[[dict[str, bytes]], None]:
    """Return what adds a conditional format to the extension of the sheet."""
    added = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
        ' uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings><x14:conditionalFormatting'
        f' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{rule}<xm:sqref>{ADDRESS}</xm:sqref>'
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
    )

    def edit(parts: dict[str, bytes]) -> None:
        parts[SHEET_PART] = parts[SHEET_PART].replace(b"</worksheet>", added.encode())

    return edit


def drawn(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """Return what changes the picture on the sheet."""

    def edit(parts: dict[str, bytes]) -> None:
        changed = re.sub(old, new, parts[DRAWING_PART], flags=re.DOTALL)
        assert changed != parts[DRAWING_PART]
        parts[DRAWING_PART] = changed

    return edit


def in_styles(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """Return what changes the styles."""

    def edit(parts: dict[str, bytes]) -> None:
        assert old in parts["xl/styles.xml"]
        parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(old, new)

    return edit


X14_BAR = '<x14:cfRule type="dataBar" id="{A}"><x14:dataBar showValue="0"><x14:cfvo type="autoMin"/>'
X14_BAR += '<x14:cfvo type="autoMax"/><x14:fillColor rgb="FF638EC6"/></x14:dataBar></x14:cfRule>'
X14_ICONS = '<x14:cfRule type="iconSet" id="{A}"><x14:iconSet iconSet="3Stars" showValue="0">'
X14_ICONS += '<x14:cfvo type="percent"><xm:f>0</xm:f></x14:cfvo></x14:iconSet></x14:cfRule>'
X14_WHITE = '<x14:cfRule type="cellIs" operator="{}" id="{{A}}"><xm:f>5</xm:f><x14:dxf><font><color rgb="FFFFFFFF"/>'
X14_WHITE += "</font></x14:dxf></x14:cfRule>"
LINE = b'<sp macro="" textlink="" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
LINE += b'<nvSpPr><cNvPr id="2" name="line"/><cNvSpPr/></nvSpPr><spPr><a:xfrm><a:off x="0" y="0"/>'
LINE += b'<a:ext cx="571500" cy="190500"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln/></spPr></sp>'
BOX = LINE.replace(b"line", b"rect").replace(b"<a:ln/>", b"%s<a:ln/>")
CLEAR = b'<a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="0"/></a:srgbClr></a:solidFill>'
PAINT = b'<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
WHITE = Font(color="FFFFFFFF")
ACCENT = Color(theme=4)
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
    Case("a column that is too narrow", narrow_column, None, 9, alone=True),
    Case("red by a conditional format", when_filled(font=Font(color="FFFF0000")), "9", 9),
    Case("a yellow conditional format", when_filled(fill=PatternFill("solid", bgColor="FFFFFF00")), "9", 9),
    Case("a framed conditional format", when_filled(border=Border(left=Side("thin", "FFFFFFFF"))), "9", 9),
    Case("the general format in capitals", holds(3, "GENERAL"), None, 3),
    Case("the format of a language", holds(3, "[$-zh-CN]0"), None, 3),
    Case("the built-in accounting format", holds(12, BUILTIN_FORMATS[41]), "12", 12),
    Case("our own note", our_note, None, 9, alone=True),
    Case("yuan", holds(3, "¥0"), "¥3", 3),
    Case("an account in some currency", holds(12, BUILTIN_FORMATS[42]), None, 12),
    Case("an account of nothing in some currency", holds(0, BUILTIN_FORMATS[44]), None, 0),
    Case("a condition that changes nothing", holds(3, "[>0]0;0"), "3", 3),
    Case("zero by the other condition", holds(0, "[>0]0;0"), "0", 0),
    Case("Chinese numerals", holds(46, "[DBNum1]General"), None, 46),
    Case("Chinese numerals of a language", holds(46, "[DBNum1][$-804]0"), "四十六", 46),
    Case("Chinese numerals as on cheques", holds(46, "[DBNum2][$-804]0"), "肆拾陆", 46),
    Case("white by its number format on blue", holds(3, "[White]0", fill=BLUE_GROUND), "3", 3),
    Case("black on a light pattern", holds(3, fill=PatternFill("gray125")), "3", 3),
    Case("white on a blue theme", holds(3, font=WHITE, fill=PatternFill("solid", fgColor=ACCENT)), "3", 3),
    Case("in the font Symbol, whose digits are digits", holds(3, font=Font(name="Symbol")), "3", 3),
    Case(
        "a white run on blue",
        holds(CellRichText(run("4", color="FFFFFFFF"), "6"), fill=BLUE_GROUND, font=WHITE),
        None,
        "46",
    ),
    Case(
        "a conditional format for other numbers", under(CellIsRule("equal", ["0"], font=WHITE)), "9", 9, {"ods": UNSEEN}
    ),
    Case(
        "white by a conditional format on blue",
        under(FormulaRule(formula=["TRUE"], font=WHITE), fill=BLUE_GROUND),
        "9",
        9,
    ),
    Case("a bar beside the number", under(DataBarRule("min", None, "max", None, "FF638EC6")), "9", 9),
    Case("a sign beside the number", under(IconSetRule("3Arrows", "percent", [0, 33, 66])), "9", 9),
    Case("red to green", under(ColorScaleRule("min", None, "FFF8696B", end_type="max", end_color="FF63BE7B")), "9", 9),
    Case("written downwards", holds(46, alignment=Alignment(text_rotation=255)), "46", 46),
    Case("indented", holds(46, alignment=Alignment(horizontal="right", indent=2)), "46", 46),
    Case("shrunk a little", shrunk_into(5), None, 2532, alone=True),
    Case(
        "filling the cell with all its digits",
        holds(1234567, alignment=Alignment(horizontal="fill")),
        "1234567",
        1234567,
    ),
    Case("in a low row", high(8), "9", 9, alone=True),
    Case(
        "below a hidden picture", picture, None, 9, edit=drawn(rb"<(xdr:)?cNvPr ", rb'<\1cNvPr hidden="1" '), alone=True
    ),
    Case(
        "below a transparent picture",
        picture,
        None,
        9,
        {"xls": UNSEEN, "ods": UNSEEN},
        edit=drawn(rb"(<a:blip [^>]*?)/>", rb'\1><a:alphaModFix amt="0"/></a:blip>'),
        alone=True,
    ),
    Case("below a line", picture, None, 9, edit=drawn(rb"<(xdr:)?pic>.*</(xdr:)?pic>", LINE), alone=True),
    Case(
        "below a clear box",
        picture,
        None,
        9,
        {"ods": UNSEEN},
        edit=drawn(rb"<(xdr:)?pic>.*</(xdr:)?pic>", BOX % CLEAR),
        alone=True,
    ),
    Case(
        "a new conditional format for other numbers",
        nothing,
        None,
        9,
        {"ods": UNSEEN},
        edit=extended(X14_WHITE.format("lessThan")),
        alone=True,
    ),
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
    Case("filled up with a digit", holds(5, "*30"), None, "335", {"ods": 5}),
    Case("zero is left out by a condition", holds(0, '[=0]"";0'), "", UNSEEN),
    Case("a text that its format hides", holds("9", ";;;"), None, UNSEEN, {"ods": "9"}),
    Case("a text to which its format adds a digit", holds("9", '@"0"'), None, "90"),
    Case("rounded to tens of thousands", holds(Decimal("12.345"), "0.0"), "12.3", "12.3", money=True),
    Case("rounded to whole", holds(Decimal("12.5"), "0"), "13", "13", money=True),
    Case("all digits of the money", holds(Decimal("12.5"), "0.00"), "12.50", Decimal("12.5"), money=True),
    # ---- the noise of doubles
    Case("noise behind two decimals", holds(24.150000000000002), None, Decimal("24.15"), money=True),
    Case("noise behind a whole number", holds(9.0000000000000018), None, 9),
    Case("one tenth and two tenths", holds(0.1 + 0.2), None, Decimal("0.3"), money=True),
    # ---- fonts
    Case("white on white", holds(3, font=WHITE, fill=WHITE_GROUND), None, UNSEEN),
    Case("white on the cream of an input", holds(3, font=WHITE), None, UNSEEN),
    Case("white on no ground", holds(3, font=WHITE, fill=PatternFill()), None, UNSEEN),
    Case("black on black", holds(3, fill=PatternFill("solid", fgColor="FF000000")), None, UNSEEN),
    Case("white by its number format", holds(3, "[White]0"), None, UNSEEN, {"ods": 3}),
    Case("yellow by its number format", holds(3, "[Yellow]0"), None, UNSEEN, {"ods": 3}),
    Case(
        "a colour of the theme on itself",
        holds(3, font=Font(color=ACCENT), fill=PatternFill("solid", fgColor=ACCENT)),
        None,
        UNSEEN,
    ),
    Case(
        "a colour of the theme on the same by its value",
        holds(3, font=Font(color=ACCENT), fill=PatternFill("solid", fgColor="FF4F81BD")),
        None,
        UNSEEN,
    ),
    Case(
        "a shade of the theme on itself",
        holds(
            3, font=Font(color=Color(theme=5, tint=0.4)), fill=PatternFill("solid", fgColor=Color(theme=5, tint=0.4))
        ),
        None,
        UNSEEN,
    ),
    Case(
        "a colour of the palette on itself",
        holds(3, font=Font(color=Color(indexed=43)), fill=PatternFill("solid", fgColor=Color(indexed=43))),
        None,
        UNSEEN,
    ),
    Case("yellow on white", holds(3, font=Font(color="FFFFFF00"), fill=WHITE_GROUND), None, UNSEEN),
    Case(
        "white on a light pattern",
        holds(3, font=WHITE, fill=PatternFill("gray125")),
        None,
        UNSEEN,
        {"xls": 3, "ods": 3},  # LibreOffice makes a grey of it
    ),
    Case("white on a lighter pattern", holds(3, font=WHITE, fill=PatternFill("gray0625")), None, UNSEEN),
    Case(
        "black on a dark pattern",
        holds(3, fill=PatternFill("darkTrellis", fgColor="FF000000", bgColor="FF333333")),
        None,
        UNSEEN,
    ),
    Case(
        "white on a white gradient",
        holds(3, font=WHITE, fill=GradientFill(stop=("FFFFFFFF", "FFFAFAFA"))),
        None,
        UNSEEN,
    ),
    Case("in the font Wingdings", holds(3, font=Font(name="Wingdings")), None, "□"),
    Case("in the font Webdings", holds(46, font=Font(name="Webdings")), None, "□□"),
    Case(
        "in a font of symbols by its character set",
        holds(3, font=Font(name="标志", charset=2)),
        None,
        "□",
        {"ods": 3},
    ),
    Case(
        "crossed out by a diagonal border",
        holds(3, border=Border(diagonal=Side("thin"), diagonalUp=True)),
        None,
        "（斜线：3）",
    ),
    Case("repeated until the cell is full", holds(3, alignment=Alignment(horizontal="fill")), None, "333…"),
    Case("shrunk into a sliver", shrunk_into(1.5), None, UNSEEN, alone=True),
    Case("the lightest grey", holds(3, font=Font(color=GREY), fill=PatternFill()), None, UNSEEN),
    Case("one point high", holds(3, font=Font(size=1)), None, UNSEEN),
    Case("struck out", holds(3, font=Font(strike=True)), None, "（划去：3）"),
    Case("raised", holds(3, font=Font(vertAlign="superscript")), None, "³", {"xls": 3, "ods": 3}),
    Case("lowered", holds(3, font=Font(vertAlign="subscript")), None, "³", {"xls": 3, "ods": 3}),
    # ---- texts with runs
    Case("a footnote mark", holds(CellRichText("46", run("1", vertAlign="superscript"))), None, "46¹"),
    Case("an old number struck out", holds(CellRichText(run("45", strike=True), "46")), None, "（划去：45）46"),
    Case("a white digit", holds(CellRichText("4", run("6", color="FFFFFFFF"))), None, "4"),
    Case("a yellow digit", holds(CellRichText("4", run("6", color="FFFFFF00")), fill=WHITE_GROUND), None, "4"),
    Case(
        "a blue digit on blue",
        holds(CellRichText("4", run("6", color="FF1F3864")), fill=BLUE_GROUND, font=WHITE),
        None,
        "4",
    ),
    Case("a digit in Wingdings", holds(CellRichText("4", run("6", rFont="Wingdings"))), None, "4□"),
    # ---- where the cell stands
    Case("in a hidden column", hidden_column, None, UNSEEN, alone=True),
    Case("in a hidden row", hidden_row, None, UNSEEN, alone=True),
    Case(
        "in a row without height", flat_row, None, UNSEEN, {"xls": 9, "ods": 9}, alone=True
    ),  # LibreOffice makes it higher
    Case("on a hidden sheet", hidden_sheet, None, UNSEEN, alone=True),
    Case("zero where zeros are not shown", no_zeros, None, UNSEEN, {"ods": 0, "xls": 0}, alone=True),
    Case("below a picture", picture, None, UNSEEN, alone=True),
    Case(
        "below a white box", picture, None, UNSEEN, edit=drawn(rb"<(xdr:)?pic>.*</(xdr:)?pic>", BOX % PAINT), alone=True
    ),
    Case("white by a conditional format", when_filled(font=WHITE), None, UNSEEN, {"xls": 9}),
    Case("below a black conditional format", when_filled(fill=BLACK_WHEN), None, UNSEEN, {"xls": 9}),
    Case(
        "blue by a conditional format on blue",
        under(FormulaRule(formula=["TRUE"], font=Font(color="FF1F3864")), fill=BLUE_GROUND, font=WHITE),
        None,
        UNSEEN,
        {"xls": 9},
    ),
    Case("struck out by a conditional format", when_filled(font=Font(strike=True)), None, UNSEEN, {"xls": 9}),
    Case(
        "only a bar",
        under(DataBarRule("min", None, "max", None, "FF638EC6", showValue=False)),
        None,
        UNSEEN,
        {"xls": 9},
    ),
    Case(
        "only a sign", under(IconSetRule("3Arrows", "percent", [0, 33, 66], showValue=False)), None, UNSEEN, {"xls": 9}
    ),
    Case(
        "black by its scale",
        under(ColorScaleRule("min", None, "FF000000", end_type="max", end_color="FF000000")),
        None,
        UNSEEN,
        {"xls": 9, "ods": 9},
    ),
    Case(
        "a number that a condition matches",
        under(CellIsRule("greaterThan", ["5"], font=WHITE)),
        None,
        UNSEEN,
        {"xls": 9},
    ),
    Case(
        "white by a new conditional format",
        nothing,
        None,
        UNSEEN,
        {"xls": 9},
        edit=extended(X14_WHITE.format("greaterThan")),
        alone=True,
    ),
    Case("only a new bar", nothing, None, UNSEEN, {"xls": 9, "ods": 9}, edit=extended(X14_BAR), alone=True),
    Case("only a new sign", nothing, None, UNSEEN, {"xls": 9}, edit=extended(X14_ICONS), alone=True),
    Case("in a row of two and a half points", high(2.5), None, UNSEEN, alone=True),
    Case("in a row of four points", high(4), None, UNSEEN, alone=True),
    Case("in a sliver of a column", sliver_of_a_column, None, UNSEEN, alone=True),
)


PLACES = layout_of(load_form("2021")).places
SPOTS = [ref for ref in load_form("2021").inputs if PLACES[ref].sheet == SHEET]
"""The cells for the cases that can stand in one workbook."""


def workbook(cases: Mapping[str, Case]) -> bytes:
    """Return a good workbook with some cells spoiled."""
    report = reports.changed(reports.right("2021"), figures={**dict.fromkeys(SPOTS, 9), MONEY: Decimal("9.5")})
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(report)), rich_text=True)
    for ref, case in cases.items():
        case.make(book[PLACES[ref].sheet], PLACES[ref].address)
    saved = io.BytesIO()
    book.save(saved)
    edits = [case.edit for case in cases.values() if case.edit]
    if not edits:
        return saved.getvalue()
    parts = unzipped(saved.getvalue())
    for edit in edits:
        edit(parts)
    return zipped(parts)


def ref_of(case: Case) -> str:
    return MONEY if case.money else REF


def answer(reading: Reading, ref: str) -> int | Decimal | str | None:
    """Return what gouji says of the spoiled cell: the figure, or the text that is unread."""
    return reading.report.unread.get(ref, reading.report.figures.get(ref))


each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_a_cell_is_read_as_it_is_shown(case: Case) -> None:
    ref = ref_of(case)
    reading = read_data(workbook({ref: case}))
    assert answer(reading, ref) == case.answer
    told = [finding for finding in check(reading) if finding.rule == "figure.unread" and ref in finding.refs]
    assert len(told) == isinstance(case.answer, str)
    causes = [finding for finding in check(reading) if finding.rule == "figure.unread" and finding.echo_of is None]
    assert len(causes) == isinstance(case.answer, str), "one cause is told once"


class Saved(NamedTuple):
    """A case as LibreOffice has saved it."""

    ref: str
    data: bytes
    reading: Reading


def _shared_books() -> list[dict[str, Case]]:
    """Return the cases by their cells: in a workbook of its own each one that changes more than its cell."""
    books = [{ref_of(case): case} for case in CASES if case.alone or case.money]
    others = [case for case in CASES if not (case.alone or case.money)]
    return [*books, dict(zip(SPOTS, others, strict=False))]


@pytest.fixture(scope="module")
def saved(libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Saved]:
    """Every case as LibreOffice saves it, by format and name."""
    folder = tmp_path_factory.mktemp("cases")
    books = _shared_books()
    files = [folder / f"{number}.xlsx" for number in range(len(books))]
    for file, cases in zip(files, books, strict=True):
        file.write_bytes(workbook(cases))
    found = {}
    for kind in ("xls", "ods"):
        for cases, path in zip(books, libreoffice.convert(files, folder, kind), strict=True):
            data = path.read_bytes()
            reading = read_data(data)
            found.update({(kind, case.name): Saved(ref, data, reading) for ref, case in cases.items()})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "ods"])
@each_case
def test_a_cell_saved_in_another_format_is_read_as_it_is_shown(
    case: Case, kind: str, saved: dict[tuple[str, str], Saved]
) -> None:
    ref, _, reading = saved[kind, case.name]
    assert answer(reading, ref) == case.not_in.get(kind, case.answer)


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if case.seen is not None], ids=lambda case: case.name)
def test_libreoffice_shows_what_the_table_says(case: Case, saved: dict[tuple[str, str], Saved]) -> None:
    ref, data, _ = saved["ods", case.name]
    xml = zipfile.ZipFile(io.BytesIO(data)).read("content.xml")
    name, address = PLACES[ref].sheet, PLACES[ref].address
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
    assert len(CASES) >= 110
    assert len({case.name for case in CASES}) == len(CASES)


def test_no_suggestion_joins_a_footnote_mark_to_the_number() -> None:
    from gouji.report.repairs import accept_repairs

    for name in ("a footnote mark", "an old number struck out"):
        case = next(case for case in CASES if case.name == name)
        repaired = accept_repairs(read_data(workbook({REF: case})))
        assert REF in repaired.report.unread
        (finding,) = (finding for finding in check(repaired) if finding.refs == (REF,))
        assert not re.search(r"是不是应当填|已按", finding.message)


def test_the_message_names_the_cell_what_is_shown_and_what_is_stored() -> None:
    case = next(case for case in CASES if case.name == "divided by a thousand")
    (finding,) = (finding for finding in check(read_data(workbook({REF: case}))) if finding.rule == "figure.unread")
    assert "D8" in finding.message
    assert "“3”" in finding.message
    assert "3000" in finding.message


def test_a_digit_in_the_colour_of_its_ground_is_not_said_to_be_raised() -> None:
    case = next(case for case in CASES if case.name == "a white digit")
    (finding,) = (finding for finding in check(read_data(workbook({REF: case}))) if finding.rule == "figure.unread")
    assert "显示的是“4”，存的是 46：文字和底色相同，或者字太小。" in finding.message
