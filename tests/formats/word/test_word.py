"""The Word document: its content, its typesetting, and that it opens."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import time
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from lxml import etree

from gouji.form.editions import load_form
from gouji.formats.word.letter import OfficeLetter, letter_bytes
from gouji.formats.word.plain_table import PlainTable
from gouji.formats.word.working_papers import Chapter, Papers, Signatures, papers_bytes
from gouji.formats.word.writer import document_bytes, write_document
from gouji.report.model import Unit, make_report
from gouji.runtime.errors import GoujiError

OFFICIAL = Path(__file__).parents[2] / "official"
EDITIONS = ["2021", "2019"]
TABLES = ["disclosure", "requests", "disputes"]
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"

MATTERS = "六、其他需要报告的事项"

UNIT = Unit(name="平桥县青石乡人民政府", level="township")
TEXTS = {
    "preamble": [
        "根据《中华人民共和国政府信息公开条例》规定，现公布青石乡人民政府政府信息公开工作年度报告。本报告所列数据的统计期限"
        "自1月1日起至12月31日止。如有疑问，请与青石乡党政办公室联系（地址：平桥县青石乡政府路8号；电话：0000—1234567）。"
    ],
    "overview.general": ["青石乡围绕乡村振兴和群众“急难愁盼”问题，扎实推进政府信息公开工作。"],
    "overview.disclosure": ["全年公开信息326条，在村务公开栏张贴公示、公告147份，让群众看得到、看得懂、能监督。"] * 3,
    "overview.requests": ["收到政府信息公开申请4件，上年结转1件，全部依法按期答复。"],
    "overview.platform": ["完善乡便民服务中心政务公开专区，各村设信息公开查阅点14个。"],
    "notes.requests": ["注：表中“其他”为申请人主动撤回申请的情形。"],
    "problems.problems": ["村级财务公开的及时性有待提高，信息员更换较快，业务不够熟悉。"],
    "problems.improvements": ["建立按月公开台账，党政办每月5日前逐村核对，完成一轮集中培训。"],
    "matters.other": ["承办人大代表建议2件、政协提案1件，均已按期答复并公开。"],
}


def report(edition="2021", *, figures=None, texts=None, year=2024, unit=UNIT, unread=None):
    return make_report(
        edition=edition, year=year, unit=unit, figures=figures or {}, texts=texts or {}, unread=unread or {}
    )


def zeros(edition="2021"):
    return dict.fromkeys(load_form(edition).cells, 0)


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def body_of(content):
    return part(content, "word/document.xml").find(f"{W}body")


def text_of(element):
    return "".join(
        node.text or "" if node.tag == f"{W}t" else {f"{W}br": "\n", f"{W}tab": "\t"}.get(node.tag, "")
        for node in element.iter()
    )


def paragraphs(content):
    """Return (style id, text) of each paragraph outside the tables."""
    return [
        (element.find(f"{W}pPr/{W}pStyle").get(f"{W}val"), text_of(element))
        for element in body_of(content).findall(f"{W}p")
    ]


def texts_after(content, heading):
    """Return the paragraphs between a first-level heading and the next one."""
    lines = paragraphs(content)
    start = next(at for at, line in enumerate(lines) if line == ("Heading1", heading)) + 1
    end = next((at for at in range(start, len(lines)) if lines[at][0] == "Heading1"), len(lines))
    return lines[start:end]


def drawn(table):
    """Return {(row, column): (rowspan, colspan, text)} of the cells as they are in the table."""
    cells, above = {}, {}
    for row, line in enumerate(table.findall(f"{W}tr")):
        column, current = 0, {}
        for cell in line.findall(f"{W}tc"):
            properties = cell.find(f"{W}tcPr")
            span, merge = properties.find(f"{W}gridSpan"), properties.find(f"{W}vMerge")
            width = int(span.get(f"{W}val")) if span is not None else 1
            if merge is not None and merge.get(f"{W}val") == "continue":
                start = above[column]
                assert start[1] == column
                assert cells[start][1] == width
                assert text_of(cell) == ""
                cells[start] = (row - start[0] + 1, *cells[start][1:])
            else:
                start = (row, column)
                cells[start] = (1, width, text_of(cell))
            if merge is not None:
                current[column] = start
            column += width
        above = current
    return cells


def official(edition, table):
    document = json.loads((OFFICIAL / f"{edition}.json").read_text(encoding="utf-8"))
    return next(entry for entry in document["tables"] if entry["id"] == table)


def drawn_table(content, table):
    return body_of(content).findall(f"{W}tbl")[TABLES.index(table)]


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_the_official_one_cell_by_cell_and_span_by_span(edition, table):
    expected = official(edition, table)
    cells = {
        (label["row"], label["col"]): (label["rowspan"], label["colspan"], label["text"])
        for label in expected["labels"]
    }
    cells |= {(row, column): (down, right, "") for row, column, down, right in expected["number_cells"]}
    assert drawn(drawn_table(document_bytes(report(edition)), table)) == cells


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", TABLES)
def test_each_number_is_in_its_cell(edition, table):
    refs = list(load_form(edition).table(table).cells)
    content = document_bytes(report(edition, figures={ref: 100 + at for at, ref in enumerate(refs)}))
    found = drawn(drawn_table(content, table))
    places = sorted((row, column) for row, column, _, _ in official(edition, table)["number_cells"])
    assert [found[place][2] for place in places] == [str(100 + at) for at in range(len(refs))]


@pytest.mark.parametrize(
    "value, printed",
    [
        (0, "0"),
        (11398889, "11398889"),
        (Decimal("72701.2578"), "72701.2578"),
        (Decimal("3.60"), "3.60"),
        (Decimal("0.00"), "0.00"),
        (Decimal("1E+7"), "10000000"),
        (Decimal("0.0000001"), "0.0000001"),
        (None, ""),
    ],
)
def test_a_figure_is_printed_with_all_digits_and_a_blank_as_nothing(value, printed):
    content = document_bytes(report(figures={"disclosure.fees.amount": value}))
    assert drawn(drawn_table(content, "disclosure"))[13, 1][2] == printed


def test_a_decrease_is_printed_with_its_sign():
    content = document_bytes(report("2019", figures={"disclosure.fees.change": -3}))
    assert drawn(drawn_table(content, "disclosure"))[14, 2][2] == "-3"


def test_what_is_not_a_number_is_printed_as_typed():
    content = document_bytes(report(unread={"disclosure.fees.amount": "约3\x07万元=A1<b>"}))
    assert drawn(drawn_table(content, "disclosure"))[13, 1][2] == "约3万元=A1<b>"


def test_spaces_tabs_and_line_ends_are_kept_as_typed():
    typed = "  3 件\t左右\n \u3000约 "
    cell = drawn_table(document_bytes(report(unread={"disclosure.fees.amount": typed})), "disclosure")
    assert drawn(cell)[13, 1][2] == typed
    kept = "{http://www.w3.org/XML/1998/namespace}space"
    pieces = {piece.text: piece.get(kept) for piece in cell.iter(f"{W}t")}
    assert (pieces["  3 件"], pieces["左右"], pieces[" \u3000约 "]) == ("preserve", None, "preserve")


def test_one_report_leaves_nothing_in_the_next():
    blank = document_bytes(report())
    document_bytes(report(figures=dict.fromkeys(load_form("2021").cells, 987654), texts=TEXTS))
    document_bytes(report("2019", figures=zeros("2019")))
    assert document_bytes(report()) == blank
    assert "987654" not in text_of(body_of(blank))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", TABLES)
def test_a_table_fills_the_print_area_and_all_widths_agree(edition, table):
    element = drawn_table(document_bytes(report(edition)), table)
    widths = [int(column.get(f"{W}w")) for column in element.findall(f"{W}tblGrid/{W}gridCol")]
    assert sum(widths) == 8844
    assert element.find(f"{W}tblPr/{W}tblW").get(f"{W}w") == "8844"
    assert element.find(f"{W}tblPr/{W}tblLayout").get(f"{W}type") == "fixed"
    for row in element.findall(f"{W}tr"):
        column = 0
        for cell in row.findall(f"{W}tc"):
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            end = column + (int(span.get(f"{W}val")) if span is not None else 1)
            assert int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) == sum(widths[column:end])
            column = end
        assert column == len(widths)


def test_all_cells_have_thin_black_borders_and_no_row_is_divided():
    for element in body_of(document_bytes(report())).findall(f"{W}tbl"):
        borders = element.find(f"{W}tblPr/{W}tblBorders")
        assert len(borders) == 6
        assert {(b.get(f"{W}val"), b.get(f"{W}sz"), b.get(f"{W}color")) for b in borders} == {("single", "4", "000000")}
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in element.findall(f"{W}tr"))


@pytest.mark.parametrize("table, repeated", [("disclosure", 2), ("requests", 3), ("disputes", 3)])
def test_header_rows_are_marked_to_repeat(table, repeated):
    rows = drawn_table(document_bytes(report()), table).findall(f"{W}tr")
    marked = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
    assert marked == [True] * repeated + [False] * (len(rows) - repeated)


def test_only_a_long_table_starts_a_page_and_the_short_ones_are_not_divided():
    body = body_of(document_bytes(report()))
    breaks = [text_of(p) for p in body.findall(f"{W}p") if p.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert breaks == [load_form("2021").section("requests").heading]
    for element in body.findall(f"{W}tbl"):
        rows = element.findall(f"{W}tr")
        kept = [all(p.find(f"{W}pPr/{W}keepNext") is not None for p in row.iter(f"{W}p")) for row in rows]
        assert kept == ([True] * (len(rows) - 1) + [False] if len(rows) < 20 else [True] * 3 + [False] * 25)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_table_has_a_caption_a_look_and_room_in_its_cells(edition):
    headings = [section.heading for section in load_form(edition).sections]
    tables = body_of(document_bytes(report(edition))).findall(f"{W}tbl/{W}tblPr")
    assert [table.find(f"{W}tblCaption").get(f"{W}val") for table in tables] == headings[1:4]
    for table in tables:
        assert table.find(f"{W}tblLook").get(f"{W}firstRow") == "1"
        assert all(int(side.get(f"{W}w")) > 0 for side in table.find(f"{W}tblCellMar"))


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_group_label_breaks_after_its_number(edition):
    """With the indent, four characters do not fit into its first line; without it, four fill the second."""
    table = drawn_table(document_bytes(report(edition)), "requests")
    (label,) = (cell for cell in table.iter(f"{W}tc") if text_of(cell) == "（三）不予公开")
    padding = sum(int(table.find(f"{W}tblPr/{W}tblCellMar/{W}{side}").get(f"{W}w")) for side in ("left", "right"))
    room = (int(label.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) - padding) / 20
    indent = int(label.find(f"{W}p/{W}pPr/{W}ind").get(f"{W}firstLine")) / 20
    assert indent + 3 * 9 <= room < indent + 4 * 9
    assert room >= 4 * 9


def test_a_number_too_long_for_its_cell_gets_a_smaller_font_on_one_line():
    content = document_bytes(report(figures={"requests.new.natural": 123456789, "requests.new.total": 12345}))
    sizes = {
        text_of(run): run.find(f"{W}rPr/{W}sz").get(f"{W}val") if run.find(f"{W}rPr/{W}sz") is not None else ""
        for run in drawn_table(content, "requests").iter(f"{W}r")
    }
    assert 8 <= int(sizes["123456789"]) < 18
    assert sizes["12345"] == ""


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_six_section_headings_follow_the_title_in_order(edition):
    content = document_bytes(report(edition, texts=TEXTS))
    lines = paragraphs(content)
    assert lines[0][0] == "Title"
    assert lines[1] == ("BodyText", TEXTS["preamble"][0])
    headings = [text for style, text in lines if style == "Heading1"]
    assert headings == [section.heading for section in load_form(edition).sections]


def test_headings_are_the_heading_styles_of_word():
    document = docx.Document(io.BytesIO(document_bytes(report(texts=TEXTS))))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 6
    assert styles.count("Heading 2") == 5
    assert document.styles["Heading 1"].element.find(f"{W}pPr/{W}outlineLvl").get(f"{W}val") == "0"
    assert document.styles["Heading 2"].element.find(f"{W}pPr/{W}outlineLvl").get(f"{W}val") == "1"


def test_subjects_with_text_are_numbered_after_the_general_text():
    content = document_bytes(report(texts=TEXTS))
    overview = texts_after(content, "一、总体情况")
    assert overview[0] == ("BodyText", TEXTS["overview.general"][0])
    assert [text for style, text in overview if style == "Heading2"] == [
        "（一）主动公开情况",
        "（二）依申请公开情况",
        "（三）政府信息公开平台建设情况",
    ]
    problems = texts_after(content, "五、存在的主要问题及改进情况")
    assert [style for style, _ in problems] == ["Heading2", "BodyText", "Heading2", "BodyText"]


def test_a_subject_with_its_own_number_gets_no_second_number():
    texts = {
        "overview.disclosure": ["（一）主动公开。全年公开信息326条。"],
        "overview.requests": ["收到申请4件。"],
        "overview.management": ["（三）政府信息管理", "落实三级审核。"],
    }
    assert texts_after(document_bytes(report(texts=texts)), "一、总体情况") == [
        ("BodyText", "（一）主动公开。全年公开信息326条。"),
        ("Heading2", "（二）依申请公开情况"),
        ("BodyText", "收到申请4件。"),
        ("Heading2", "（三）政府信息管理"),
        ("BodyText", "落实三级审核。"),
    ]


def test_our_numbering_continues_that_of_the_general_text():
    texts = {"overview.general": ["（一）基本情况", "一段文字。"], "overview.platform": ["查阅点14个。"]}
    overview = texts_after(document_bytes(report(texts=texts)), "一、总体情况")
    assert overview[2] == ("Heading2", "（二）政府信息公开平台建设情况")


@pytest.mark.parametrize(
    "text, style",
    [
        ("（一）主动公开情况", "Heading2"),
        ("(二)依申请公开情况", "Heading2"),
        ("（一）主动公开。", "BodyText"),
        ("（一）" + "公开" * 20, "BodyText"),
        ("1.主动公开情况", "BodyText"),
        ("主动公开情况", "BodyText"),
    ],
)
def test_a_numbered_line_without_a_stop_is_a_heading(text, style):
    content = document_bytes(report(texts={"overview.general": [text]}))
    assert texts_after(content, "一、总体情况") == [(style, text)]


def test_a_numbered_sentence_at_the_start_of_a_paragraph_is_set_in_kaiti():
    content = document_bytes(report(texts={"overview.general": ["（一）主动公开。全年公开信息326条。"]}))
    runs = body_of(content).findall(f"{W}p")[2].findall(f"{W}r")
    assert [text_of(run) for run in runs] == ["（一）主动公开。", "全年公开信息326条。"]
    fonts = [run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") for run in runs]
    assert fonts == ["楷体_GB2312", None]


def test_notes_are_below_their_table():
    body = list(body_of(document_bytes(report(texts=TEXTS))))
    at = next(at for at, element in enumerate(body) if text_of(element) == TEXTS["notes.requests"][0])
    assert body[at - 1].tag == f"{W}tbl"


def test_every_paragraph_is_separate_and_markup_stays_text():
    texts = {"overview.general": ["第一段 <w:p/> & ]]>", "=1+1", "第三段\n第四段", "a_x0007_b"]}
    assert [text for _, text in texts_after(document_bytes(report(texts=texts)), "一、总体情况")] == [
        "第一段 <w:p/> & ]]>",
        "=1+1",
        "第三段",
        "第四段",
        "a_x0007_b",
    ]


def test_control_characters_are_removed_everywhere():
    dirty = "甲\x00乙\x07丙\x1b丁\x7f\ud800\uffff戊"
    content = document_bytes(
        report(unit=Unit(name=dirty), texts={"overview.general": [dirty], "matters.other": ["\x08"]})
    )
    assert texts_after(content, "一、总体情况") == [("BodyText", "甲乙丙丁戊")]
    assert texts_after(content, "六、其他需要报告的事项") == []
    assert paragraphs(content)[0][1].startswith("甲乙丙丁戊")


def test_a_very_long_text_is_written_completely():
    text = "公开" * 30_000
    assert texts_after(document_bytes(report(texts={"overview.general": [text]})), "一、总体情况") == [
        ("BodyText", text)
    ]


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_empty_report_is_a_document_with_headings_and_empty_tables(edition):
    content = document_bytes(report(edition, unit=Unit(), year=None))
    assert [style for style, _ in paragraphs(content)] == ["Title"] + ["Heading1"] * 6
    assert len(body_of(content).findall(f"{W}tbl")) == 3


def test_a_title_that_needs_two_lines_breaks_after_the_unit():
    assert paragraphs(document_bytes(report()))[0][1] == "平桥县青石乡人民政府\n2024年政府信息公开工作年度报告"
    assert paragraphs(document_bytes(report(unit=Unit(name="甲县"))))[0][1] == "甲县2024年政府信息公开工作年度报告"


# ---------------------------------------------------------------- the fee

FEE = "processing.fee."


@pytest.mark.parametrize(
    "notices, billed, received, told",
    [
        (0, 0, 0, "通知0件，收费通知总金额0元，实际收取信息处理费0元。"),
        (25, Decimal("2950.50"), 2950, "通知25件，收费通知总金额2950.50元，实际收取信息处理费2950元。"),
    ],
)
def test_section_six_begins_with_the_fee(notices, billed, received, told):
    figures = {f"{FEE}notices": notices, f"{FEE}billed": billed, f"{FEE}received": received}
    content = document_bytes(report(figures=figures, texts=TEXTS))
    first, second = texts_after(content, "六、其他需要报告的事项")
    assert first[0] == "BodyText"
    assert first[1].startswith("2024年")
    assert first[1].endswith(told)
    assert second == ("BodyText", TEXTS["matters.other"][0])


def test_the_fee_is_not_stated_twice():
    texts = {"matters.other": ["2024年没有收取信息处理费。"]}
    content = document_bytes(report(figures=zeros(), texts=texts))
    assert texts_after(content, "六、其他需要报告的事项") == [("BodyText", "2024年没有收取信息处理费。")]


@pytest.mark.parametrize(
    "typed, kept", [("无", False), ("无。", False), ("没有", False), ("无其他需要报告的事项。", True)]
)
def test_nothing_else_is_not_printed_below_the_statement_on_the_fee(typed, kept):
    below = texts_after(document_bytes(report(figures=zeros(), texts={"matters.other": [typed]})), MATTERS)[1:]
    assert below == [("BodyText", typed)] * kept
    without = texts_after(document_bytes(report(texts={"matters.other": [typed]})), MATTERS)
    assert without == [("BodyText", typed)]


@pytest.mark.parametrize("missing", ["notices", "billed", "received"])
def test_a_fee_that_is_only_partly_known_is_not_stated(missing):
    figures = zeros() | {FEE + missing: None}
    for unread in ({}, {FEE + missing: "无"}):
        content = document_bytes(report(figures=figures, unread=unread))
        assert texts_after(content, "六、其他需要报告的事项") == []


def test_an_edition_without_the_fee_statement_writes_none():
    assert texts_after(document_bytes(report("2019", figures=zeros("2019"))), "六、其他需要报告的事项") == []


# ---------------------------------------------------------------- typography


def test_every_style_names_a_chinese_font_and_no_theme_decides():
    content = document_bytes(report(texts=TEXTS))
    styles = part(content, "word/styles.xml")
    for holder in (styles.find(f"{W}docDefaults/{W}rPrDefault"), *styles.findall(f"{W}style")):
        fonts = holder.find(f"{W}rPr/{W}rFonts")
        assert all(fonts.get(f"{W}{slot}") for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not re.search(rb"asciiTheme|hAnsiTheme|eastAsiaTheme|themeColor", archive.read(name)), name
        assert not any("theme" in name for name in archive.namelist())


def test_every_run_has_such_a_style_and_prefers_the_chinese_font():
    content = document_bytes(report(figures=zeros(), texts=TEXTS))
    known = {style.get(f"{W}styleId") for style in part(content, "word/styles.xml").findall(f"{W}style")}
    for name in ("word/document.xml", "word/footer1.xml", "word/footer2.xml"):
        for paragraph in part(content, name).iter(f"{W}p"):
            assert paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") in known
            for run in paragraph.iter(f"{W}r"):
                assert run.find(f"{W}rPr/{W}rFonts").get(f"{W}hint") == "eastAsia"


@pytest.mark.parametrize(
    "style, font, size",
    [
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Body Text", "仿宋_GB2312", 16),
        ("Normal", "仿宋_GB2312", 16),
        ("Footer", "宋体", 14),
    ],
)
def test_fonts_and_sizes_are_those_of_official_documents(style, font, size):
    found = docx.Document(io.BytesIO(document_bytes(report()))).styles[style]
    assert found.element.rPr.rFonts.get(f"{W}eastAsia") == font
    assert found.font.size.pt == size
    assert not found.font.bold
    assert found.font.color.rgb is None


def test_missing_fonts_have_a_named_fallback():
    fonts = part(document_bytes(report()), "word/fontTable.xml")
    fallbacks = {
        font.get(f"{W}name"): alternative.get(f"{W}val")
        for font in fonts
        if (alternative := font.find(f"{W}altName")) is not None
    }
    assert fallbacks.items() >= {"仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "方正小标宋简体": "宋体"}.items()


def test_the_page_is_a4_with_22_lines_of_28_characters():
    document = docx.Document(io.BytesIO(document_bytes(report())))
    section, body = document.sections[0], document.styles["Body Text"]
    lengths = [section.page_width, section.page_height, section.top_margin, section.left_margin]
    lengths += [section.right_margin, section.bottom_margin]
    assert [round(length.mm) for length in lengths] == [210, 297, 37, 28, 26, 35]
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    line = document.styles["Normal"].paragraph_format.line_spacing
    spacing = int(document.styles["Normal"].element.find(f"{W}rPr/{W}spacing").get(f"{W}val"))
    assert height // line == 22
    assert width // (16 * 12700 + spacing * 635) == 28
    indent = body.element.find(f"{W}pPr/{W}ind")
    assert (indent.get(f"{W}firstLineChars"), indent.get(f"{W}firstLine")) == ("200", "640")


def test_page_numbers_are_at_the_outer_edge():
    document = docx.Document(io.BytesIO(document_bytes(report())))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]._p
        assert text_of(paragraph) == "— 1 —"
        assert paragraph.find(f"{W}fldSimple").get(f"{W}instr").strip() == "PAGE"
        assert paragraph.find(f"{W}pPr/{W}jc").get(f"{W}val") == side
        assert paragraph.find(f"{W}pPr/{W}ind").get(f"{W}{side}Chars") == "100"


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl snapToGrid spacing ind jc outlineLvl",
    "rPr": "rFonts spacing sz szCs lang",
    "tblPr": "tblW jc tblBorders tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "tcW gridSpan vMerge vAlign",
    "trPr": "cantSplit trHeight tblHeader",
    "style": "name basedOn next qFormat pPr rPr",
    "font": "altName charset family pitch",
    "sectPr": "footerReference pgSz pgMar docGrid",
    "settings": "zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat themeFontLang decimalSymbol "
    "listSeparator",
    "tbl": "tblPr tblGrid tr",
    "tc": "tcPr p",
    "tr": "trPr tc",
}
"""The order of the elements that we write, as the schema of WordprocessingML requires it."""


def test_elements_are_in_the_order_of_the_schema():
    figures = zeros() | {"requests.new.natural": 123456789}
    content = document_bytes(report(figures=figures, texts=TEXTS))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            for element in etree.fromstring(archive.read(name)).iter(f"{W}*"):
                order = ORDER.get(etree.QName(element).localname)
                if order is not None:
                    places = [order.split().index(etree.QName(child).localname) for child in element]
                    assert places == sorted(places)


# ---------------------------------------------------------------- the file


def test_the_same_report_gives_the_same_bytes(monkeypatch):
    content = document_bytes(report(figures=zeros(), texts=TEXTS))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1_000_000)
    assert document_bytes(report(figures=zeros(), texts=TEXTS)) == content


def test_the_properties_are_those_of_the_report():
    content = document_bytes(report())
    properties = docx.Document(io.BytesIO(content)).core_properties
    assert properties.title == "平桥县青石乡人民政府2024年政府信息公开工作年度报告"
    assert properties.author == UNIT.name
    assert properties.language == "zh-CN"
    assert properties.comments == ""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"python" in archive.read(name) for name in archive.namelist())


def test_markup_in_a_name_stays_text_in_the_properties_too():
    properties = docx.Document(io.BytesIO(document_bytes(report(unit=Unit(name='A<b>&"]]>乡'))))).core_properties
    assert properties.author == 'A<b>&"]]>乡'
    assert properties.title.startswith('A<b>&"]]>乡')


def test_a_name_may_have_any_length():
    name = "某" * 400
    content = document_bytes(report(unit=Unit(name=name)))
    assert paragraphs(content)[0][1].startswith(name)


def test_an_older_file_is_replaced_without_leftovers(tmp_path):
    target = tmp_path / "report.docx"
    target.write_bytes(b"old")
    write_document(report(), str(target))
    assert target.read_bytes() == document_bytes(report())
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_reported_in_one_sentence(tmp_path):
    with pytest.raises(GoujiError, match=r"no[/\\]report.docx”：没有“.*no”这个文件夹。请先建好"):
        write_document(report(), tmp_path / "no" / "report.docx")


def test_a_file_in_place_of_the_folder_is_reported_in_one_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(GoujiError, match=r"没有“.*file”这个文件夹"):
        write_document(report(), tmp_path / "file" / "report.docx")


def test_a_folder_in_place_of_the_file_is_reported_in_one_sentence(tmp_path):
    with pytest.raises(GoujiError, match="这是一个文件夹"):
        write_document(report(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_open_in_word_is_reported_in_one_sentence_and_unchanged(tmp_path, monkeypatch):
    target = tmp_path / "report.docx"
    target.write_bytes(b"old")

    def refuse(self, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(GoujiError, match="正在 Excel、Word、WPS 里打开"):
        write_document(report(), target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


# ---------------------------------------------------------------- letters and working papers


def test_a_signature_is_on_the_page_of_the_last_two_paragraphs():
    lines = [f"第{number}段。" for number in range(1, 6)]
    content = letter_bytes(OfficeLetter("通知", "各单位", lines, "平桥县人民政府办公室", date(2026, 1, 10)))
    kept = [text_of(p) for p in body_of(content).findall(f"{W}p") if p.find(f"{W}pPr/{W}keepNext") is not None]
    assert kept == ["第4段。", "第5段。", "", "平桥县人民政府办公室"]


def test_a_table_of_working_papers_repeats_its_head_and_ends_beside_the_signature():
    table = PlainTable("计入汇总的文件", ("单位", "文件"), [("甲", "a"), ("乙", "b"), ("丙", "c")], (1, 2))
    signed = Chapter("二、签字", [Signatures(("制表人", "复核人"))])
    content = papers_bytes(Papers("底稿", [Chapter("一、文件", [table]), signed], "某办公室"))
    (drawing,) = body_of(content).findall(f"{W}tbl")
    rows = drawing.findall(f"{W}tr")
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False, False]
    assert [row.find(f".//{W}keepNext") is not None for row in rows] == [True, False, False, True]
    assert drawing.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") == "计入汇总的文件"
    order = ORDER["tblPr"].split()
    places = [order.index(etree.QName(child).localname) for child in drawing.find(f"{W}tblPr")]
    assert places == sorted(places)


# ---------------------------------------------------------------- LibreOffice


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Return the pages, as text, of one full report in each edition, printed by LibreOffice."""
    if missing := [tool for tool in ("soffice", "pdftotext") if not shutil.which(tool)]:
        if os.environ.get("GOUJI_REQUIRE_ALL") == "1":
            pytest.fail(f"{missing} must be installed")
        pytest.skip(f"{missing} not installed")
    folder = tmp_path_factory.mktemp("word")
    files = [folder / f"report{edition}.docx" for edition in EDITIONS]
    for edition, file in zip(EDITIONS, files, strict=True):
        figures = zeros(edition) | {"requests.new.natural": 1234567, "disclosure.penalty.decisions": 11398889}
        write_document(report(edition, figures=figures, texts=TEXTS), file)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {edition: pages_of(file.with_suffix(".pdf")) for edition, file in zip(EDITIONS, files, strict=True)}


def pages_of(file):
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, timeout=60).stdout
    return [re.sub(r"\s+", "", page) for page in text.decode().split("\f")[:-1]]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_long_table_is_on_one_page_with_its_heading_and_note(edition, printed):
    pages = printed[edition]
    page = next(page for page in pages if "三、收到和处理政府信息公开申请情况" in page)
    assert page.startswith("三、")
    assert page.index("四、结转下年度继续办理") < page.index("主动撤回申请")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_other_tables_are_undivided_below_their_headings(edition, printed):
    last = "行政事业性收费" if edition == "2021" else "政府集中采购"
    page = next(page for page in printed[edition] if "二、主动公开政府信息情况" in page)
    assert page.index("二、主动公开政府信息情况") < page.index("规章") < page.rindex(last)
    page = next(page for page in printed[edition] if "四、政府信息公开行政复议、行政诉讼情况" in page)
    assert page.index("四、政府") < page.index("复议后起诉") < page.index("五、存在")


@pytest.mark.parametrize("edition", EDITIONS)
def test_long_numbers_are_not_broken_and_pages_are_few_and_numbered(edition, printed):
    pages = printed[edition]
    assert 4 <= len(pages) <= 5
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(pages, start=1))
    assert "1234567" in "".join(pages)
    assert "11398889" in "".join(pages)
