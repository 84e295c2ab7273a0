"""Reports as offices publish them: a Report as passages, then as a web page or a Word document.

A way is a function from passages to passages that lays them out as some offices do. It may be ugly, but cells keep
their texts, and every figure is where a reader of the print would look for it.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from gouji.form.editions import load_form
from gouji.form.grid import grid_of
from gouji.formats.published import Paragraph, Passage, PrintedCell, PrintedTable
from gouji.report.model import Report

Passages = list[Passage]
Way = Callable[[Passages], Passages]
Rows = list[list[PrintedCell]]

# ---------------------------------------------------------------- a report as passages


def passages(report: Report, *, mixed: bool = False) -> Passages:
    """Return a report as it should be published; ``mixed`` with the table of requests of the older form."""
    made: Passages = [Paragraph(report.title, 1)]
    made += [Paragraph(text) for text in report.texts.get("preamble", ())]
    for section in report.form.sections:
        made.append(Paragraph(section.heading))
        table = report.form.table_of(section.key)
        if table:
            older = mixed and table.id == "requests"
            made.append(_table(report, load_form("2019").table(table.id) if older else table))
        for topic in report.form.topics_of(section.key):
            if not topic.before_heading and topic.key in report.texts:
                made += [Paragraph(f"（一）{topic.heading}")] if topic.heading else []
                made += [Paragraph(text) for text in report.texts[topic.key]]
    return made


def printed(report: Report, ref: str) -> str:
    """Return the text of a number cell."""
    if ref not in report.form.cells:
        ref = ref.replace(".other.", ".other_other.")
    value = report.figures.get(ref)
    return report.unread.get(ref, "") if value is None else format(value, "d" if isinstance(value, int) else "f")


def _table(report: Report, table: object) -> PrintedTable:
    grid = grid_of(table)  # type: ignore[arg-type]
    rows: Rows = [[] for _ in range(grid.rows)]
    for placed in sorted(grid.cells, key=lambda each: each.column):
        text = placed.text or (printed(report, placed.ref) if placed.ref else "")
        rows[placed.row].append(cell(text, placed.rowspan, placed.colspan))
    return PrintedTable(tuple(map(tuple, rows)))


def cell(text: str, rowspan: int = 1, colspan: int = 1) -> PrintedCell:
    return PrintedCell(tuple(Paragraph(line) for line in text.split("\n")), rowspan, colspan)


# ---------------------------------------------------------------- ways


def of_tables(way: Callable[[PrintedTable], Sequence[PrintedTable]]) -> Way:
    """Return the way that changes each table."""

    def over(made: Passages) -> Passages:
        return [each for passage in made for each in (way(passage) if isinstance(passage, PrintedTable) else [passage])]

    return over


def of_labels(way: Callable[[str], str]) -> Way:
    """Return the way that changes each label."""

    def over(each: PrintedCell) -> PrintedCell:
        is_label = bool(re.search(r"[\u4e00-\u9fff]", each.text)) and not re.match(r"[\d.]+[万元]", each.text)
        return replace(each, passages=cell(way(each.text)).passages) if is_label else each

    return of_tables(lambda table: [replace(table, rows=tuple(tuple(map(over, row)) for row in table.rows))])


def of_texts(way: Callable[[str], str]) -> Way:
    """Return the way that changes each paragraph outside of tables."""
    return lambda made: [Paragraph(way(each.text)) if isinstance(each, Paragraph) else each for each in made]


def _full(table: PrintedTable) -> list[list[tuple[int, int]]]:
    """Return for each position of the grid the row and number of the cell that is seen there."""
    seen: dict[tuple[int, int], tuple[int, int]] = {}
    for row, cells in enumerate(table.rows):
        column = 0
        for number, each in enumerate(cells):
            while (row, column) in seen:
                column += 1
            for down in range(each.rowspan):
                for right in range(each.colspan):
                    seen[row + down, column + right] = row, number
            column += each.colspan
    width = max(column for _, column in seen) + 1
    return [[seen[row, column] for column in range(width) if (row, column) in seen] for row in range(len(table.rows))]


def unmerged(table: PrintedTable) -> list[PrintedTable]:
    """Split every merged cell, with the text in the first part."""
    rows: Rows = []
    for row, line in enumerate(_full(table)):
        there = [
            table.rows[at][number].text if at == row and (not column or line[column - 1] != (at, number)) else ""
            for column, (at, number) in enumerate(line)
        ]
        rows.append([cell(text) for text in there])
    return [PrintedTable(tuple(map(tuple, rows)))]


def cut(after: int, *, header: int = 0, label: int = 0) -> Callable[[PrintedTable], list[PrintedTable]]:
    """Cut a long table in two, as a page break does: a merged cell continues empty.

    ``header`` rows stand again on the second page; of a merged label so many characters stay on the first.
    """

    def way(table: PrintedTable) -> list[PrintedTable]:
        if len(table.rows) <= after + 1:
            return [table]
        full = _full(table)
        first = [list(row) for row in table.rows[:after]]
        second = [list(row) for row in table.rows[after:]]
        for column, (at, number) in enumerate(full[after]):
            if at < after and (not column or full[after][column - 1] != (at, number)):
                whole = table.rows[at][number]
                kept = whole.text[:label] if label else whole.text
                first[at][number] = replace(cell(kept), rowspan=after - at, colspan=whole.colspan)
                rest = replace(cell(whole.text[len(kept) :]), rowspan=at + whole.rowspan - after, colspan=whole.colspan)
                second[0].insert(len({full[after][left] for left in range(column)}), rest)
        again = [list(row) for row in table.rows[:header]] if header and len(table.rows) > 20 else []
        return [PrintedTable(tuple(map(tuple, first))), PrintedTable(tuple(map(tuple, again + second)))]

    return way


def row_cut(label: str, kept: int) -> Callable[[PrintedTable], list[PrintedTable]]:
    """Cut a table inside a row, as a page break does: the label continues in the next table, the numbers do not."""

    def way(table: PrintedTable) -> list[PrintedTable]:
        at = next((at for at, row in enumerate(table.rows) for each in row if each.text == label), None)
        if at is None:
            return [table]
        one, other = cut(at + 1)(table)
        row = one.rows[-1]
        first = tuple(
            replace(each, passages=cell(label[:kept]).passages) if each.text == label else each for each in row
        )
        rest = [cell(label[kept:] if each.text == label else "", 1, each.colspan) for each in row]
        if len(row) < len(_full(table)[at]):
            rest = [cell("")] * (len(set(_full(table)[at])) - len(row)) + rest
        return [
            replace(one, rows=(*one.rows[:-1], first)),
            PrintedTable((tuple(rest), *other.rows)),
        ]

    return way


def headless(table: PrintedTable) -> list[PrintedTable]:
    """The rows of labels above the numbers are missing."""
    if len(table.rows) < 20:
        return [table]
    return [replace(table, rows=table.rows[3:])]


def disputes_in_two(table: PrintedTable) -> list[PrintedTable]:
    """The table of disputes is two: of reconsideration and of suits."""
    if len(table.rows) != 4:
        return [table]
    top, middle, low, numbers = table.rows
    leaves = tuple(replace(each, rowspan=1) for each in middle[:5])
    return [PrintedTable((top[:1], leaves, numbers[:5])), PrintedTable((top[1:], middle[5:], low, numbers[5:]))]


def with_row(above: str, label: str) -> Callable[[PrintedTable], list[PrintedTable]]:
    """An extra row is above another."""

    def way(table: PrintedTable) -> list[PrintedTable]:
        rows = list(table.rows)
        at = next((at for at, row in enumerate(rows) for each in row if each.text == above), None)
        if at is None:
            return [table]
        size = len(rows[at]) - 1
        rows.insert(at, (cell(label), *(cell("7") for _ in range(size))))
        return [PrintedTable(tuple(rows))]

    return way


def heading_in_table(made: Passages) -> Passages:
    """The heading of a section is the first row of its table."""
    result: Passages = []
    for passage in made:
        last = result[-1] if result else None
        if isinstance(passage, PrintedTable) and isinstance(last, Paragraph):
            width = len(_full(passage)[0])
            result[-1] = PrintedTable(((cell(last.text, 1, width),), *passage.rows))
        else:
            result.append(passage)
    return result


def glued(made: Passages) -> Passages:
    """The heading of a section and its first paragraph are one line."""
    result: Passages = []
    for passage in made:
        last = result[-1] if result else None
        both = isinstance(passage, Paragraph) and isinstance(last, Paragraph)
        if both and re.match("[一二三四五六]、", last.text) and not re.match("[一二三四五六]、", passage.text):
            result[-1] = Paragraph(f"{last.text}。{passage.text}")
        else:
            result.append(passage)
    return result


def as_one_table(made: Passages) -> Passages:
    """The whole report is one table of as many columns as the widest of its tables."""
    width = max(len(_full(passage)[0]) for passage in made if isinstance(passage, PrintedTable))
    rows: Rows = []
    for passage in made:
        if isinstance(passage, PrintedTable):
            for row in passage.rows:
                rows.append(list(row))
        else:
            rows.append([cell(passage.text, 1, width)])
    return [PrintedTable(tuple(map(tuple, rows)))]


def laid_out(made: Passages) -> Passages:
    """The whole page is a table: links on the left, the report with its tables in a cell, words below."""
    inner = PrintedTable(((PrintedCell(tuple(made)),),))
    links = PrintedCell((Paragraph("首页"), Paragraph("政府信息公开年报")))
    return [
        PrintedTable(((cell("某某人民政府门户网站", 1, 2),), (links, PrintedCell((inner,))), (cell("版权所有", 1, 2),)))
    ]


def wrong_spans(table: PrintedTable) -> list[PrintedTable]:
    """The cells of the header do not have the spans that they need."""
    rows = [
        tuple(replace(each, colspan=1) if each.colspan > 3 and len(row) > 1 else each for each in row)
        for row in table.rows
    ]
    return [replace(table, rows=tuple(rows))] if len(table.rows) > 20 else [table]


def counted_columns(table: PrintedTable) -> list[PrintedTable]:
    """A row numbers the columns of a table whose rows are side by side."""
    if len(table.rows) != 4:
        return [table]
    counts = tuple(cell(str(number)) for number in range(1, 16))
    return [replace(table, rows=(*table.rows[:3], counts, table.rows[3]))]


WAYS: dict[str, Way] = {
    "as it should be": lambda made: made,
    "labels with spaces": of_labels(lambda label: " ".join(label)),
    "labels with wide spaces": of_labels(lambda label: label[:2] + "\u3000" + label[2:]),
    "labels broken over lines": of_labels(lambda label: re.sub("(..)", r"\1\n", label).strip()),
    "numbers with an enumeration comma": of_labels(lambda label: re.sub(r"^(\d)\.", r"\1、", label)),
    "numbers in full width": of_labels(
        lambda label: re.sub(r"^(\d)\.", lambda m: f"{chr(0xFEE0 + ord(m[1]))}．", label)
    ),
    "labels without numbers": of_labels(lambda label: re.sub(r"^(\d\.|[一二三四]、|（[一二三四五六七]）)", "", label)),
    "the other hook": of_labels(lambda label: label.replace("勾", "钩").replace("“", '"').replace("”", '"')),
    "brackets of half width": of_labels(lambda label: label.replace("（", "(").replace("）", ")")),
    "no merged cells": of_tables(unmerged),
    "tables cut in two": of_tables(cut(16)),
    "tables cut, header again": of_tables(cut(15, header=3)),
    "a label cut in two": of_tables(cut(17, label=4)),
    "tables cut everywhere": lambda made: of_tables(cut(9))(of_tables(cut(18))(of_tables(cut(24))(made))),
    "a row cut in two": of_tables(row_cut("5.要求行政机关确认或重新出具已获取信息", 11)),
    "a row cut after an alias": of_tables(row_cut("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 7)),
    "a row cut after its number": of_tables(row_cut("8.属于行政查询事项", 2)),
    "no header": of_tables(headless),
    "disputes in two tables": of_tables(disputes_in_two),
    "wrong spans": of_tables(wrong_spans),
    "counted columns": of_tables(counted_columns),
    "the heading in the table": heading_in_table,
    "the heading in its text": glued,
    "one table": as_one_table,
    "a page of tables": laid_out,
    "one table, unmerged": lambda made: as_one_table(of_tables(unmerged)(made)),
    "spaced, cut, on a page of tables": lambda made: laid_out(WAYS["labels with spaces"](of_tables(cut(16))(made))),
}
"""The ways that leave nothing out: every figure must be read."""

PAGES_ONLY = {"wrong spans", "a page of tables", "spaced, cut, on a page of tables"}
"""The ways that are impossible in a Word document."""

# ---------------------------------------------------------------- as a page


def page(
    made: Passages, *, encoding: str = "utf-8", declared: str | None = None, tbody: bool = True, around: bool = True
) -> bytes:
    """Return passages as a web page of a portal."""
    title = next((each.text for each in made if isinstance(each, Paragraph)), "")
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    body = "".join(_html(passage, tbody) for passage in made)
    year = re.search(r"(20\d\d)", title)
    published_on = f"{int(year[1]) + 1 if year else 2025}-01-20"
    if around:
        body = (
            "<script>var a = '<table><tr><td>一、总体情况</td></tr></table>';</script><style>td{color:red}</style>"
            "<div class=nav><ul><li><a href=#>首页</a></li><li><a href=#>政府信息公开年报</a></li></ul></div>"
            "<table><tr><td><a>行政许可</a></td><td><a>行政处罚</a></td><td><a>规章</a></td></tr></table>"
            f"<h1>{html.escape(title)}</h1><div>发布时间：{published_on} 来源：某某 字号：[大 中 小] 浏览次数：12</div>"
            f"<div id=zoom>{body}</div><div>【打印本页】 【关闭窗口】</div>"
            "<div>主办单位：某某人民政府办公室</div><table><tr><td>版权所有</td><td>备案号123</td></tr></table>"
        )
    head = f"<head>{meta}<title>{html.escape(title)}_某某门户</title></head>"
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>".encode(encoding)


def _html(passage: Passage, tbody: bool) -> str:
    if isinstance(passage, Paragraph):
        return f"<p style='text-indent:2em'><span>&nbsp;\u3000{html.escape(passage.text)}</span></p>\n"
    rows = "".join("<tr>" + "".join(_html_cell(each, tbody) for each in row) + "</tr>\n" for row in passage.rows)
    return f"<table border=1>{'<tbody>' if tbody else ''}{rows}{'</tbody>' if tbody else ''}</table>\n"


def _html_cell(each: PrintedCell, tbody: bool) -> str:
    spans = (f" rowspan='{each.rowspan}'" if each.rowspan > 1 else "") + (
        f" colspan={each.colspan}" if each.colspan > 1 else ""
    )
    if any(isinstance(passage, PrintedTable) for passage in each.passages):
        return f"<td{spans}>{''.join(_html(passage, tbody) for passage in each.passages)}</td>"
    lines = [html.escape(line) for line in each.text.split("\n")]
    content = "<br/>".join(lines) if len(lines) > 2 else "".join(f"<p><span><b>{line}</b></span></p>" for line in lines)
    return f"<td{spans}>{content}</td>"


# ---------------------------------------------------------------- as a Word document


def document(made: Passages) -> bytes:
    """Return passages as a Word document, tables with real cells and merges."""
    file = Document()
    body = file.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    for passage in made:
        body.insert(len(body) - 1, _xml(passage))
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def _xml(passage: Passage) -> object:
    if isinstance(passage, Paragraph):
        return _paragraph(passage.text)
    table = OxmlElement("w:tbl")
    table.append(_ruled())
    full = _full(passage)
    grid = OxmlElement("w:tblGrid")
    for _ in full[0]:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(_TEXT_WIDTH // len(full[0])))
        grid.append(column)
    table.append(grid)
    for row, line in enumerate(full):
        element = OxmlElement("w:tr")
        for column, (at, number) in enumerate(line):
            if column and line[column - 1] == (at, number):
                continue
            element.append(_xml_cell(passage.rows[at][number], at == row))
        table.append(element)
    return table


_TEXT_WIDTH = 8600
"""Twips."""


def _ruled() -> object:
    """Return the properties of a table that is as wide as the text, with the lines that a print of it needs."""
    properties = OxmlElement("w:tblPr")
    width = OxmlElement("w:tblW")
    width.set(qn("w:w"), str(_TEXT_WIDTH))
    width.set(qn("w:type"), "dxa")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), "4")
        borders.append(line)
    properties.extend([width, borders])
    return properties


def _xml_cell(each: PrintedCell, first: bool) -> object:
    element = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    if each.colspan > 1:
        span = OxmlElement("w:gridSpan")
        span.set(qn("w:val"), str(each.colspan))
        properties.append(span)
    if each.rowspan > 1:
        merge = OxmlElement("w:vMerge")
        if first:
            merge.set(qn("w:val"), "restart")
        properties.append(merge)
    element.append(properties)
    for passage in each.passages if first else ():
        element.append(_xml(passage))
    if not first or not each.passages or isinstance(each.passages[-1], PrintedTable):
        element.append(OxmlElement("w:p"))
    return element


def _paragraph(text: str) -> object:
    paragraph, run = OxmlElement("w:p"), OxmlElement("w:r")
    content = OxmlElement("w:t")
    content.text = text
    content.set(qn("xml:space"), "preserve")
    run.append(content)
    paragraph.append(run)
    return paragraph
