"""The web page of a report: the official tables, unchanged texts, and nothing loaded from elsewhere."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import reports
from lxml import html

from gouji.form.editions import load_form
from gouji.formats.web.report_page import page_bytes, write_page
from gouji.report.model import Report, Unit, make_report

OFFICIAL = Path(__file__).parents[2] / "official"
EDITIONS = ["2021", "2019"]
TABLES = ["disclosure", "requests", "disputes"]
HOSTILE = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "=1+1",
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt; & \"quoted\" 'twice'",
]


def page(report: Report) -> html.HtmlElement:
    return html.document_fromstring(page_bytes(report).decode())


def report(edition: str = "2021", **changes) -> Report:
    fields = {"figures": {}, "texts": {}, "unit": Unit(name="平桥县青石乡人民政府")} | changes
    return make_report(edition=edition, year=reports.YEAR[edition], **fields)


def table_of(document: html.HtmlElement, table: str) -> html.HtmlElement:
    return document.findall(".//table")[TABLES.index(table)]


def placed(table: html.HtmlElement) -> dict[tuple[int, int], tuple[int, int, html.HtmlElement]]:
    """Return the position of each cell as a browser lays them out: {(row, column): (rowspan, colspan, cell)}."""
    cells, taken = {}, set()
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            spans = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            cells[row, column] = (*spans, cell)
            taken |= {(row + down, column + right) for down in range(spans[0]) for right in range(spans[1])}
            column += spans[1]
    return cells


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_the_official_one_cell_by_cell_and_span_by_span(edition: str, table: str) -> None:
    official = json.loads((OFFICIAL / f"{edition}.json").read_text("utf-8"))
    expected = next(entry for entry in official["tables"] if entry["id"] == table)
    cells = placed(table_of(page(report(edition)), table))
    labels = {
        at: (*spans, cell.text_content()) for at, (*spans, cell) in cells.items() if cell.get("class") != "number"
    }
    assert labels == {
        (label["row"], label["col"]): (label["rowspan"], label["colspan"], label["text"])
        for label in expected["labels"]
    }
    numbers = {(*at, *spans) for at, (*spans, _) in cells.items() if at not in labels}
    assert numbers == {tuple(cell) for cell in expected["number_cells"]}


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_number_is_in_its_cell_and_refers_to_all_its_labels(edition: str) -> None:
    form = load_form(edition)
    refs = [ref for table in form.official_tables for ref in table.cells]
    document = page(report(edition, figures={ref: at + 1000 for at, ref in enumerate(refs)}))
    names = {cell.get("id"): cell.text_content() for cell in document.iter("th")}
    assert len(names) == len(list(document.iter("th")))
    told = {
        cell.text_content(): [names[id] for id in cell.get("headers").split()]
        for cell in document.iter("td")
        if cell.get("class") == "number"
    }
    for at, ref in enumerate(refs):
        cell = form.cells[ref]
        title = [cell.block.title] if cell.block.title else []
        axes = [*cell.row.label, *cell.column.label] if cell.across else [*cell.column.label, *cell.row.label]
        assert told[str(at + 1000)] == title + axes, ref


def test_labels_are_header_cells_and_no_cell_spans_two_groups() -> None:
    document = page(report())
    assert {cell.get("scope") for cell in document.iter("th")} == {"row", "col"}
    for group in (*document.iter("thead"), *document.iter("tbody")):
        rows = group.findall("tr")
        for at, row in enumerate(rows):
            assert all(at + int(cell.get("rowspan", 1)) <= len(rows) for cell in row)
    assert [len(table.findall("tbody")) for table in document.iter("table")] == [4, 1, 1]


def test_title_sections_and_texts_are_in_order() -> None:
    texts = {
        "preamble": ["依照条例编制。"],
        "overview.general": ["总的情况。", "（一）主动公开。全年公开信息326条。"],
        "overview.platform": ["查阅点14个。"],
        "notes.requests": ["注：按户统计。"],
        "matters.other": ["没有其他事项。"],
    }
    figures = {"processing.fee.notices": 1, "processing.fee.billed": Decimal("30.50"), "processing.fee.received": 0}
    document = page(report(texts=texts, figures=figures))
    main = document.find(".//main")
    assert main.find("h1").text_content() == report().title == document.findtext(".//title")
    assert main.find("p").text == "依照条例编制。"
    assert [h2.text for h2 in main.iter("h2")] == [section.heading for section in report().form.sections]
    overview, _, requests, _, _, matters = main.findall("section")
    assert [(line.tag, line.text_content()) for line in overview][1:] == [
        ("p", "总的情况。"),
        ("p", "（一）主动公开。全年公开信息326条。"),
        ("h3", "（二）政府信息公开平台建设情况"),
        ("p", "查阅点14个。"),
    ]
    assert overview.find("p/b").text == "（一）主动公开。"
    assert requests[-1].text == "注：按户统计。"
    fee, other = matters.findall("p")
    assert fee.text.endswith("通知1件，收费通知总金额30.50元，实际收取信息处理费0元。")
    assert other.text == "没有其他事项。"


def test_hostile_texts_are_shown_completely_and_harmlessly() -> None:
    long = "公开" * 20_000
    dirty = "甲\x00乙\x07丙\u202e丁\ud800戊"
    document = page(
        report(
            texts={"overview.general": [*HOSTILE, long, dirty]},
            unit=Unit(name=HOSTILE[0]),
            unread={"requests.new.natural": HOSTILE[1], "requests.new.business": "3件\x1b"},
        )
    )
    paragraphs = [p.text_content() for p in document.find(".//section").findall("p")]
    assert paragraphs == [*HOSTILE, long, "甲乙丙丁戊"]
    assert document.find(".//h1").text_content().startswith(HOSTILE[0])
    numbers = [cell.text_content() for cell in table_of(document, "requests").iter("td")]
    assert HOSTILE[1] in numbers
    assert "3件" in numbers
    assert {element.tag for element in document.iter()} <= {
        *("html", "head", "body", "meta", "title", "style", "main", "section", "h1", "h2", "h3", "p", "b", "span"),
        *("div", "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td"),
    }


def test_a_web_page_runs_no_script_and_loads_nothing() -> None:
    text = page_bytes(report()).decode()
    document = html.document_fromstring(text)
    assert not document.xpath("//@*[name()='src' or name()='href' or starts-with(name(), 'on')]")
    assert "url(" not in text
    assert "@import" not in text
    assert document.xpath("//meta/@content[starts-with(., \"default-src 'none'\")]")
    assert text.startswith('<!DOCTYPE html>\n<html lang="zh-CN">')


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_empty_report_is_a_web_page_with_empty_tables(edition: str) -> None:
    document = html.document_fromstring(page_bytes(make_report(edition=edition, year=None, figures={})).decode())
    assert len(document.findall(".//table")) == 3
    assert not "".join(cell.text_content() for cell in document.iter("td") if cell.get("class") == "number")


def test_the_same_report_gives_the_same_bytes_and_replaces_an_older_file(tmp_path: Path) -> None:
    one = reports.right("2021", 1)
    write_page(one, tmp_path / "a.html")
    write_page(one, tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == page_bytes(one)
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]
