"""What people see in print is what gouji reads: the cases of shown_cells.py, as Word files, as pages and printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import published
import pytest
import reports
from browser import Browser, started
from libreoffice import LibreOffice
from shown_cells import (
    CASES,
    IN_PRINT,
    MARKED,
    NOT_FROM_CHROMIUM,
    NOT_IN_PRINT,
    REF,
    STRUCK,
    Case,
    page_file,
    report,
    unzipped,
    word_file,
    zipped,
)

from gouji.checks import check
from gouji.formats.read import read_data
from gouji.report.model import Report
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError

WORD = {name: case for name, case in CASES.items() if case.word is not None}
PAGES = {name: case for name, case in CASES.items() if case.page is not None}


@pytest.mark.parametrize("name", WORD)
def test_a_cell_of_a_word_file_is_read_as_it_is_seen(name: str) -> None:
    case = WORD[name]
    answered(read_data(word_file({MARKED: case.word or ""})), case)


@pytest.mark.parametrize("name", PAGES)
def test_a_cell_of_a_page_is_read_as_it_is_seen(name: str) -> None:
    case = PAGES[name]
    answered(read_data(page_file({MARKED: case.page or ""}, case.style)), case)


def answered(reading: Reading, case: Case, ref: str = REF) -> None:
    """Assert that a cell has its answer, that it is asked about once if at all, and that no other number changed."""
    read = reading.report
    assert (read.unread.get(ref) if isinstance(case.answer, str) else read.figures.get(ref)) == case.answer
    assert (ref in read.unread) is isinstance(case.answer, str)
    findings = [finding for finding in check(reading) if finding.rule.startswith(("figure.", "published."))]
    assert [(finding.rule, finding.refs) for finding in findings] == ([(case.asked, (ref,))] if case.asked else [])
    others = {key: value for key, value in report().figures.items() if key != ref and "processing" not in key}
    assert {key: read.figures.get(key) for key in others} == others


# ---------------------------------------------------------------- printed

CELLS = [ref for ref in report().form.inputs if ref.startswith("requests.")]
FIRST_NUMBER = 7001
"""The cells hold this number and the next ones, until a case takes their place."""


def all_at_once() -> Report:
    """Return a report in which every cell of the table of requests has a number of its own."""
    numbers = {ref.replace(".", "__"): FIRST_NUMBER + at for at, ref in enumerate(CELLS)}
    return reports.with_figures(report(), **numbers)


def numbered(names: list[str]) -> dict[int, Case]:
    return {FIRST_NUMBER + at: CASES[name] for at, name in enumerate(names)}


def of_its_own(text: str, number: int) -> str:
    """Return a page or a style sheet with classes that no other case has."""
    return re.sub(r"(class=\"?|\.)(x|fn|old|gone|a gone)\b", rf"\g<1>\g<2>{number}", text)


def answered_in_print(data: bytes, names: list[str]) -> None:
    """Assert that each case of a print has its answer, and that every other number is right or not taken."""
    read = read_data(data).report
    answers = {name: read.unread.get(ref, read.figures.get(ref)) for name, ref in zip(names, CELLS, strict=False)}
    for name, answer in answers.items():
        expected = IN_PRINT.get(name, CASES[name].answer)
        assert isinstance(answer, str) if expected is None else answer == expected, name
    others = CELLS[len(names) :]
    wrong = {
        ref: value for ref in others if (value := read.figures.get(ref)) not in (None, FIRST_NUMBER + CELLS.index(ref))
    }
    assert wrong == {}


def test_cells_that_libreoffice_printed_are_read_as_they_are_seen(libreoffice: LibreOffice, tmp_path: Path) -> None:
    names = [name for name in WORD if name not in NOT_IN_PRINT]
    contents = {number: case.word or "" for number, case in numbered(names).items()}
    (tmp_path / "cells.docx").write_bytes(word_file(contents, published.passages(all_at_once())))
    (path,) = libreoffice.convert([tmp_path / "cells.docx"], tmp_path / "out", "pdf")
    answered_in_print(path.read_bytes(), names)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from started(tmp_path_factory.mktemp("browser"))


FROM_CHROMIUM = [
    name
    for name, case in PAGES.items()
    if name not in NOT_FROM_CHROMIUM and not (isinstance(case.answer, str) and re.fullmatch(r"[\d□\n]+", case.answer))
]
ON_A_PAGE = 70
"""Some cells need a high row, so that a table with all cases would be torn by the ends of pages."""


@pytest.mark.parametrize("start", range(0, len(FROM_CHROMIUM), ON_A_PAGE))
def test_cells_that_chromium_printed_are_read_as_they_are_seen(browser: Browser, tmp_path: Path, start: int) -> None:
    names = FROM_CHROMIUM[start : start + ON_A_PAGE]
    cases = numbered(names)
    contents = {number: of_its_own(case.page or "", number) for number, case in cases.items()}
    style = "tr{break-inside:avoid}" + "".join(of_its_own(case.style, number) for number, case in cases.items())
    (tmp_path / "cells.html").write_bytes(page_file(contents, style, published.passages(all_at_once())))
    browser.open(tmp_path / "cells.html")
    answered_in_print(browser.printed(grounds=True), names)


# ---------------------------------------------------------------- in Word, what is said elsewhere than in the run


def word_with(cell: str, styles: str = "", other_parts: dict[str, bytes] | None = None) -> bytes:
    """Return the report as a Word file with other styles and other parts."""
    parts = unzipped(word_file({MARKED: cell}))
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"</w:styles>", styles.encode() + b"</w:styles>")
    return zipped({**parts, **(other_parts or {})})


STYLED = "<w:r><w:rPr><w:rStyle w:val='mine'/></w:rPr><w:t>46</w:t></w:r>"
STYLES = {
    "of the run": (STYLED, "<w:style w:type='character' w:styleId='mine'><w:rPr><w:strike/></w:rPr></w:style>"),
    "on which that of the run is based": (
        STYLED,
        "<w:style w:type='character' w:styleId='mine'><w:basedOn w:val='base'/></w:style>"
        "<w:style w:type='character' w:styleId='base'><w:rPr><w:strike/></w:rPr></w:style>",
    ),
    "of the paragraph": (
        "<w:pPr><w:pStyle w:val='mine'/></w:pPr>[46]",
        "<w:style w:type='paragraph' w:styleId='mine'><w:rPr><w:dstrike/></w:rPr></w:style>",
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_style_of_word_may_strike_out_a_number(style: str) -> None:
    cell, styles = STYLES[style]
    answered(read_data(word_with(cell, styles)), CASES["struck out"])


def test_a_run_may_undo_its_style() -> None:
    cell = STYLED.replace("</w:rPr>", "<w:strike w:val='0'/></w:rPr>")
    answered(read_data(word_with(cell, STYLES["of the run"][1])), CASES["a number"])


def test_white_text_is_seen_where_a_style_colours_the_cells() -> None:
    """What colour a cell has by its table's style is not worked out, so nothing is taken to be unseen."""
    parts = unzipped(word_with("[46|color=FFFFFF]", styles=DARK_TABLE))
    document = parts["word/document.xml"].replace(b"<w:tblPr>", b"<w:tblPr><w:tblStyle w:val='dark'/>")
    answered(read_data(zipped({**parts, "word/document.xml": document})), CASES["white on black"])


def document_with(old: str, new: str, styles: str = "", other_parts: dict[str, bytes] | None = None) -> bytes:
    """Return the report as a Word file in which the markup around the cell is changed."""
    parts = unzipped(word_with("[46]", styles, other_parts))
    before, cell, after = parts["word/document.xml"].decode().partition("<w:t>46<")
    head, found, tail = before.rpartition(old)
    assert found
    return zipped({**parts, "word/document.xml": f"{head}{new}{tail}{cell}{after}".encode()})


def test_a_row_of_one_point_is_missing_together_with_its_label() -> None:
    reading = read_data(document_with("<w:tr>", '<w:tr><w:trPr><w:trHeight w:val="20" w:hRule="exact"/></w:trPr>'))
    assert REF not in reading.report.figures
    assert "published.part_missing" in [finding.rule for finding in reading.findings if REF in finding.refs]


def test_a_row_of_a_fixed_height_is_seen() -> None:
    row = '<w:tr><w:trPr><w:trHeight w:val="340" w:hRule="exact"/></w:trPr>'
    answered(read_data(document_with("<w:tr>", row)), CASES["a number"])


def test_a_table_style_may_strike_out_a_number() -> None:
    style = "<w:style w:type='table' w:styleId='mine'><w:rPr><w:strike/></w:rPr></w:style>"
    reading = read_data(document_with("<w:tblPr>", "<w:tblPr><w:tblStyle w:val='mine'/>", style))
    assert reading.report.unread[REF] == STRUCK


def test_a_part_of_a_table_style_that_may_hide_a_number_is_asked_about() -> None:
    style = (
        "<w:style w:type='table' w:styleId='mine'><w:tblStylePr w:type='lastCol'><w:rPr><w:vanish/></w:rPr>"
        "</w:tblStylePr></w:style>"
    )
    reading = read_data(document_with("<w:tblPr>", "<w:tblPr><w:tblStyle w:val='mine'/>", style))
    assert reading.report.unread[REF] == "46"


def test_styles_of_paragraph_and_run_that_both_strike_out_take_it_away_again() -> None:
    cell = f"<w:pPr><w:pStyle w:val='all'/></w:pPr>{STYLED}"
    styles = (
        STYLES["of the run"][1] + "<w:style w:type='paragraph' w:styleId='all'><w:rPr><w:strike/></w:rPr></w:style>"
    )
    answered(read_data(word_with(cell, styles)), CASES["a number"])


THEME = (
    b"<a:theme xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><a:themeElements><a:clrScheme>"
    b"<a:accent1><a:srgbClr val='FFFFF0'/></a:accent1></a:clrScheme></a:themeElements></a:theme>"
)


def test_the_theme_of_the_document_says_what_its_colours_are() -> None:
    cell = "<w:r><w:rPr><w:color w:val='auto' w:themeColor='accent1'/></w:rPr><w:t>46</w:t></w:r>"
    answered(read_data(word_with(cell, other_parts={"word/theme/theme1.xml": THEME})), CASES["a white number"])


def numbering(text: str) -> dict[str, bytes]:
    return {
        "word/numbering.xml": (
            '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
            '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
        ).encode()
    }


LISTED = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>[46]'


def test_a_number_that_word_puts_before_the_text_of_a_cell_is_asked_about() -> None:
    assert read_data(word_with(LISTED, other_parts=numbering("%1"))).report.unread[REF] == "□46"


def test_a_point_that_word_puts_before_the_text_of_a_cell_is_harmless() -> None:
    answered(read_data(word_with(LISTED, other_parts=numbering("•"))), CASES["a number"])


DARK_TABLE = (
    "<w:style w:type='table' w:styleId='dark'><w:tcPr><w:shd w:val='clear' w:fill='1F3864'/></w:tcPr></w:style>"
)


def test_the_text_is_read_from_the_part_that_the_package_names() -> None:
    """A second part under the usual name is what no program shows."""
    parts = unzipped(word_file({MARKED: "[46]"}))
    shown, usual = parts["word/document.xml"], "word/document.xml"
    parts = {name.replace("document.xml", "text.xml"): part for name, part in parts.items()}
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/text.xml")
    parts[usual] = shown.replace(b">46<", b">99<")
    answered(read_data(zipped(parts)), CASES["a number"])


def test_a_declaration_that_an_encoding_hides_is_refused() -> None:
    parts = unzipped(word_file({MARKED: "[46]"}))
    text = parts["word/document.xml"].decode().partition("?>")[2]
    hostile = f'<?xml version="1.0" encoding="UTF-7"?><!DOCTYPE w:document [<!ENTITY n "9">]>{text}'
    parts["word/document.xml"] = hostile.encode("utf-16-le")
    with pytest.raises(DocumentError):
        read_data(zipped(parts))


# ---------------------------------------------------------------- cells that are hidden, and texts


def test_a_hidden_cell_of_a_page_keeps_its_place_in_the_grid() -> None:
    page = page_file({MARKED: "46"}).replace(b"<td>46</td>", b"<td style='visibility:hidden'>46</td>")
    answered(read_data(page), CASES["a hidden number"])


def test_a_cell_that_is_not_displayed_has_no_place_in_the_grid() -> None:
    page = page_file({MARKED: "46"}).replace(b"<td>46</td>", b"<td style='display:none'>9</td><td>46</td>")
    answered(read_data(page), CASES["a number"])


@pytest.mark.parametrize(
    "selector",
    ["tr", "td, th", "tr:nth-child(n + 1)", "table tr:not(.x) > *", "tbody", "[style] tr, tr"],
)
def test_a_table_that_is_struck_out_keeps_its_labels(selector: str) -> None:
    read = read_data(page_file({}, f"{selector}{{text-decoration:line-through}}")).report
    assert not [ref for ref in report().figures if ref in read.figures and "processing" not in ref]
    assert read.unread["requests.new.total"].startswith("（划去：")


@pytest.mark.parametrize(
    "selector, answer",
    [
        ("td kbd:first-child", "（看不见）"),
        ("td > [class=mine]", "（看不见）"),
        ("td u + kbd", 46),
        ("td kbd:last-of-type:not([id])", "（看不见）"),
        ("td kbd:hover", 46),
        ("td kbd:nth-child(2)", 46),
        (":root body kbd[class^='mi'], x", "（看不见）"),
        ("i ~ kbd", 46),
        ("td :is(kbd, u)", "（看不见）"),
    ],
)
def test_a_selector_means_the_elements_that_a_browser_gives_it(selector: str, answer: int | str) -> None:
    page = page_file({MARKED: '<kbd class="mine">46</kbd>'}, f"{selector}{{display:none}}")
    read = read_data(page).report
    assert read.unread.get(REF, read.figures.get(REF)) == answer


def test_a_closed_dialog_elsewhere_on_the_page_is_no_part_of_it() -> None:
    page = page_file({MARKED: "46"})
    inside = page.partition(b"<body")[2].partition(b">")[2].partition(b"</body>")[0].replace(b"46", b"64")
    answered(read_data(page.replace(b"</body>", b"<dialog>" + inside + b"</dialog></body>")), CASES["a number"])


def test_what_moves_the_whole_table_is_not_asked_about() -> None:
    style = "table{position:relative;left:40px;margin-left:-6pt;float:left;transform:translateX(-50%)}"
    answered(read_data(page_file({MARKED: "46"}, style)), CASES["a number"])


def test_one_cause_is_reported_once() -> None:
    other = next(value for ref, value in report().figures.items() if ref == "requests.new.total")
    assert list(report().figures.values()).count(other) == 1
    findings = check(read_data(page_file({MARKED: "<s>46</s>", int(other): "<s>46</s>"})))
    struck = [finding for finding in findings if finding.rule == "figure.unread"]
    assert [finding.echo_of for finding in struck] == [None, struck[0].id]
    assert struck[0].message == (
        "三、依申请公开“一、本年新收政府信息公开申请数量”行“总计”列印的是“（划去：46）”（这样的一共 2 格）："
        "数字被划去，没有读取。请核对原文，改成要报的数。"
    )


def test_marks_beside_numbers_are_reported_once_per_table() -> None:
    reading = read_data(word_file({MARKED: CASES["a footnote mark"].word or ""}))
    (finding,) = [finding for finding in reading.findings if finding.rule == "published.mark"]
    assert (finding.severity, finding.cells) == ("query", (reading.places[REF],))
    assert finding.message == (
        "三、依申请公开有 1 格的数字旁边有上标、下标或者划去的字，没有算进数字："
        "“（一）予以公开”行“法律服务机构”列的“46¹”读作 46。请核对。"
    )


def test_struck_out_words_of_a_text_are_left_out_and_raised_ones_stay_raised() -> None:
    page = page_file({MARKED: "46"}).decode().replace("公开12条。", "公开<s>1</s>12<sup>1</sup>条<i hidden>，9</i>。")
    assert read_data(page.encode()).report.texts["overview.general"] == ("公开12¹条。",)


@pytest.mark.parametrize(
    "printed, asked",
    [("24.150000000000002", ["24.15"]), ("9.0000000000000018", ["9"]), ("24.15", []), ("123456789012.345", [])],
)
def test_a_number_of_more_than_15_digits_is_taken_as_printed_and_asked_about(printed: str, asked: list[str]) -> None:
    amount = reports.with_figures(report(), disclosure__fees__amount=Decimal(printed))
    reading = read_data(published.page(published.passages(amount)))
    assert reading.report.figures["disclosure.fees.amount"] == Decimal(printed)
    findings = [finding for finding in check(reading) if finding.rule == "published.digits"]
    assert [finding.message for finding in findings] == [
        f"二、主动公开“行政事业性收费”行“本年收费金额（单位：万元）”列印的是 {printed}，超过 15 位有效数字，"
        f"像是计算留下的尾数，可能应当是 {shorter}；已按印的读取。请核对。"
        for shorter in asked
    ]
