"""Reports as offices publish them: a Report as blocks, made ugly in some way, as a web page or a Word document.

A way is a function from blocks to blocks. It changes tables as offices do: cells keep their texts, and every figure is
where a reader of the print looks for it.
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
from gouji.formats.published import Block, Cell, Paragraph, Table
from gouji.report.model import Report

Blocks = list[Block]
Way = Callable[[Blocks], Blocks]
Rows = list[list[Cell]]

# ---------------------------------------------------------------- a report as blocks


def blocks(report: Report, *, mixed: bool = False) -> Blocks:
    """Return a report as it should be published; ``mixed`` with the table of requests of the older form."""
    content: Blocks = [Paragraph(report.title, 1)]
    content += [Paragraph(text) for text in report.texts.get("preamble", ())]
    for section in report.form.sections:
        content.append(Paragraph(section.heading))
        table = report.form.table_of(section.key)
        if table:
            older = mixed and table.id == "requests"
            content.append(_table(report, load_form("2019").table(table.id) if older else table))
        for topic in report.form.topics_of(section.key):
            if not topic.before_heading and topic.key in report.texts:
                content += [Paragraph(f"（一）{topic.heading}")] if topic.heading else []
                content += [Paragraph(text) for text in report.texts[topic.key]]
    return content


def printed(report: Report, ref: str) -> str:
    """Return the text of a number cell."""
    if ref not in report.form.cells:
        ref = ref.replace(".other.", ".other_other.")
    value = report.figures.get(ref)
    return report.unread.get(ref, "") if value is None else format(value, "d" if isinstance(value, int) else "f")


def _table(report: Report, table: object) -> Table:
    grid = grid_of(table)  # type: ignore[arg-type]
    rows: Rows = [[] for _ in range(grid.rows)]
    for placed in sorted(grid.cells, key=lambda label: label.column):
        text = placed.text or (printed(report, placed.ref) if placed.ref else "")
        rows[placed.row].append(cell(text, placed.rowspan, placed.colspan))
    return Table(tuple(map(tuple, rows)))


def cell(text: str, rowspan: int = 1, colspan: int = 1) -> Cell:
    return Cell(tuple(Paragraph(line) for line in text.split("\n")), rowspan, colspan)


# ---------------------------------------------------------------- ways


def of_tables(way: Callable[[Table], Sequence[Table]]) -> Way:
    """Return a way that changes each table."""

    def over(content: Blocks) -> Blocks:
        return [part for block in content for part in (way(block) if isinstance(block, Table) else [block])]

    return over


def of_labels(way: Callable[[str], str]) -> Way:
    """Return a way that changes each label."""

    def over(item: Cell) -> Cell:
        is_label = bool(re.search(r"[\u4e00-\u9fff]", item.text)) and not re.match(r"[\d.]+[万元]", item.text)
        return replace(item, blocks=cell(way(item.text)).blocks) if is_label else item

    return of_tables(lambda table: [replace(table, rows=tuple(tuple(map(over, row)) for row in table.rows))])


def of_texts(way: Callable[[str], str]) -> Way:
    """Return a way that changes each paragraph outside the tables."""
    return lambda content: [Paragraph(way(block.text)) if isinstance(block, Paragraph) else block for block in content]


def _full(table: Table) -> list[list[tuple[int, int]]]:
    """Return for each position of the grid the row and the index of the cell that covers it."""
    seen: dict[tuple[int, int], tuple[int, int]] = {}
    for row, cells in enumerate(table.rows):
        column = 0
        for number, item in enumerate(cells):
            while (row, column) in seen:
                column += 1
            for down in range(item.rowspan):
                for right in range(item.colspan):
                    seen[row + down, column + right] = row, number
            column += item.colspan
    width = max(column for _, column in seen) + 1
    return [[seen[row, column] for column in range(width) if (row, column) in seen] for row in range(len(table.rows))]


def unmerged(table: Table) -> list[Table]:
    """Split every merged cell into single cells, with the text in the first."""
    rows: Rows = []
    for row, line in enumerate(_full(table)):
        texts = [
            table.rows[top][number].text if top == row and (not column or line[column - 1] != (top, number)) else ""
            for column, (top, number) in enumerate(line)
        ]
        rows.append([cell(text) for text in texts])
    return [Table(tuple(map(tuple, rows)))]


def cut(after: int, *, header: int = 0, label: int = 0) -> Callable[[Table], list[Table]]:
    """Cut a long table in two, as a page end does; a merged cell continues empty.

    The second page repeats this many ``header`` rows; the first page keeps this many characters of a merged ``label``.
    """

    def way(table: Table) -> list[Table]:
        if len(table.rows) <= after + 1:
            return [table]
        full = _full(table)
        first = [list(row) for row in table.rows[:after]]
        second = [list(row) for row in table.rows[after:]]
        for column, (top, number) in enumerate(full[after]):
            if top < after and (not column or full[after][column - 1] != (top, number)):
                whole = table.rows[top][number]
                kept = whole.text[:label] if label else whole.text
                first[top][number] = replace(cell(kept), rowspan=after - top, colspan=whole.colspan)
                rest = replace(
                    cell(whole.text[len(kept) :]), rowspan=top + whole.rowspan - after, colspan=whole.colspan
                )
                second[0].insert(len({full[after][left] for left in range(column)}), rest)
        again = [list(row) for row in table.rows[:header]] if header and len(table.rows) > 20 else []
        return [Table(tuple(map(tuple, first))), Table(tuple(map(tuple, again + second)))]

    return way


def row_cut(label: str, kept: int) -> Callable[[Table], list[Table]]:
    """Cut a table inside a row, as a page end does: its label continues in the next table, its numbers do not."""

    def way(table: Table) -> list[Table]:
        index = next((index for index, row in enumerate(table.rows) for item in row if item.text == label), None)
        if index is None:
            return [table]
        one, other = cut(index + 1)(table)
        row = one.rows[-1]
        first = tuple(replace(item, blocks=cell(label[:kept]).blocks) if item.text == label else item for item in row)
        rest = [cell(label[kept:] if item.text == label else "", 1, item.colspan) for item in row]
        if len(row) < len(_full(table)[index]):
            rest = [cell("")] * (len(set(_full(table)[index])) - len(row)) + rest
        return [
            replace(one, rows=(*one.rows[:-1], first)),
            Table((tuple(rest), *other.rows)),
        ]

    return way


def headless(table: Table) -> list[Table]:
    """Drop the rows of labels above the numbers."""
    if len(table.rows) < 20:
        return [table]
    return [replace(table, rows=table.rows[3:])]


def disputes_in_two(table: Table) -> list[Table]:
    """Split the table of disputes into one of reconsideration and one of suits."""
    if len(table.rows) != 4:
        return [table]
    top, middle, low, numbers = table.rows
    leaves = tuple(replace(leaf, rowspan=1) for leaf in middle[:5])
    return [Table((top[:1], leaves, numbers[:5])), Table((top[1:], middle[5:], low, numbers[5:]))]


def with_row(above: str, label: str) -> Callable[[Table], list[Table]]:
    """Insert a row of the unit's own above another row."""

    def way(table: Table) -> list[Table]:
        rows = list(table.rows)
        index = next((index for index, row in enumerate(rows) for item in row if item.text == above), None)
        if index is None:
            return [table]
        size = len(rows[index]) - 1
        rows.insert(index, (cell(label), *(cell("7") for _ in range(size))))
        return [Table(tuple(rows))]

    return way


def heading_in_table(content: Blocks) -> Blocks:
    """Make the heading of a section the first row of its table."""
    result: Blocks = []
    for block in content:
        last = result[-1] if result else None
        if isinstance(block, Table) and isinstance(last, Paragraph):
            width = len(_full(block)[0])
            result[-1] = Table(((cell(last.text, 1, width),), *block.rows))
        else:
            result.append(block)
    return result


def glued(content: Blocks) -> Blocks:
    """Put the heading of a section into one line with its first paragraph."""
    result: Blocks = []
    for block in content:
        last = result[-1] if result else None
        both = isinstance(block, Paragraph) and isinstance(last, Paragraph)
        if both and re.match("[一二三四五六]、", last.text) and not re.match("[一二三四五六]、", block.text):
            result[-1] = Paragraph(f"{last.text}。{block.text}")
        else:
            result.append(block)
    return result


def as_one_table(content: Blocks) -> Blocks:
    """Make the whole report one table, with as many columns as the widest of its tables."""
    width = max(len(_full(block)[0]) for block in content if isinstance(block, Table))
    rows: Rows = []
    for block in content:
        if isinstance(block, Table):
            for row in block.rows:
                rows.append(list(row))
        else:
            rows.append([cell(block.text, 1, width)])
    return [Table(tuple(map(tuple, rows)))]


def laid_out(content: Blocks) -> Blocks:
    """Make the whole page a table: links on the left, the report in one cell, a footer below."""
    inner = Table(((Cell(tuple(content)),),))
    links = Cell((Paragraph("首页"), Paragraph("政府信息公开年报")))
    return [Table(((cell("某某人民政府门户网站", 1, 2),), (links, Cell((inner,))), (cell("版权所有", 1, 2),)))]


def wrong_spans(table: Table) -> list[Table]:
    """Drop from the cells of the header how many columns they cover."""
    rows = [
        tuple(replace(item, colspan=1) if item.colspan > 3 and len(row) > 1 else item for item in row)
        for row in table.rows
    ]
    return [replace(table, rows=tuple(rows))] if len(table.rows) > 20 else [table]


def counted_columns(table: Table) -> list[Table]:
    """Insert a row that numbers the columns of a table whose rows are side by side."""
    if len(table.rows) != 4:
        return [table]
    counts = tuple(cell(str(number)) for number in range(1, 16))
    return [replace(table, rows=(*table.rows[:3], counts, table.rows[3]))]


WAYS: dict[str, Way] = {
    "as it should be": lambda content: content,
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
    "tables cut everywhere": lambda content: of_tables(cut(9))(of_tables(cut(18))(of_tables(cut(24))(content))),
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
    "one table, unmerged": lambda content: as_one_table(of_tables(unmerged)(content)),
    "spaced, cut, on a page of tables": lambda content: laid_out(
        WAYS["labels with spaces"](of_tables(cut(16))(content))
    ),
}
"""The ways that leave nothing out, so that every figure must be read."""

PAGES_ONLY = {"wrong spans", "a page of tables", "spaced, cut, on a page of tables"}
"""The ways that are impossible in a Word document."""

# ---------------------------------------------------------------- as a page


def page(
    content: Blocks, *, encoding: str = "utf-8", declared: str | None = None, tbody: bool = True, around: bool = True
) -> bytes:
    """Return blocks as a page of a portal."""
    title = next((block.text for block in content if isinstance(block, Paragraph)), "")
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    body = "".join(_html(block, tbody) for block in content)
    if around:
        body = (
            "<script>var a = '<table><tr><td>一、总体情况</td></tr></table>';</script><style>td{color:red}</style>"
            "<div class=nav><ul><li><a href=#>首页</a></li><li><a href=#>政府信息公开年报</a></li></ul></div>"
            "<table><tr><td><a>行政许可</a></td><td><a>行政处罚</a></td><td><a>规章</a></td></tr></table>"
            f"<h1>{html.escape(title)}</h1><div>发布时间：2025-01-20 来源：某某 字号：[大 中 小] 浏览次数：12</div>"
            f"<div id=zoom>{body}</div><div>【打印本页】 【关闭窗口】</div>"
            "<div>主办单位：某某人民政府办公室</div><table><tr><td>版权所有</td><td>备案号123</td></tr></table>"
        )
    head = f"<head>{meta}<title>{html.escape(title)}_某某门户</title></head>"
    return f"<!DOCTYPE html><html>{head}<body>{body}</body></html>".encode(encoding)


def _html(block: Block, tbody: bool) -> str:
    if isinstance(block, Paragraph):
        return f"<p style='text-indent:2em'><span>&nbsp;\u3000{html.escape(block.text)}</span></p>\n"
    rows = "".join("<tr>" + "".join(_html_cell(item, tbody) for item in row) + "</tr>\n" for row in block.rows)
    return f"<table border=1>{'<tbody>' if tbody else ''}{rows}{'</tbody>' if tbody else ''}</table>\n"


def _html_cell(item: Cell, tbody: bool) -> str:
    spans = (f" rowspan='{item.rowspan}'" if item.rowspan > 1 else "") + (
        f" colspan={item.colspan}" if item.colspan > 1 else ""
    )
    if any(isinstance(block, Table) for block in item.blocks):
        return f"<td{spans}>{''.join(_html(block, tbody) for block in item.blocks)}</td>"
    lines = [html.escape(line) for line in item.text.split("\n")]
    content = "<br/>".join(lines) if len(lines) > 2 else "".join(f"<p><span><b>{line}</b></span></p>" for line in lines)
    return f"<td{spans}>{content}</td>"


# ---------------------------------------------------------------- as a Word document


def document(content: Blocks) -> bytes:
    """Return blocks as a Word document, tables with real cells and merges."""
    file = Document()
    body = file.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    for block in content:
        body.insert(len(body) - 1, _xml(block))
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def _xml(block: Block) -> object:
    if isinstance(block, Paragraph):
        return _paragraph(block.text)
    table = OxmlElement("w:tbl")
    table.append(_ruled())
    full = _full(block)
    grid = OxmlElement("w:tblGrid")
    for _ in full[0]:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(_TEXT_WIDTH // len(full[0])))
        grid.append(column)
    table.append(grid)
    for row, line in enumerate(full):
        element = OxmlElement("w:tr")
        for column, (top, number) in enumerate(line):
            if column and line[column - 1] == (top, number):
                continue
            element.append(_xml_cell(block.rows[top][number], top == row))
        table.append(element)
    return table


_TEXT_WIDTH = 8600
"""In twips, a twentieth of a point."""


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


def _xml_cell(item: Cell, first: bool) -> object:
    element = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    if item.colspan > 1:
        span = OxmlElement("w:gridSpan")
        span.set(qn("w:val"), str(item.colspan))
        properties.append(span)
    if item.rowspan > 1:
        merge = OxmlElement("w:vMerge")
        if first:
            merge.set(qn("w:val"), "restart")
        properties.append(merge)
    element.append(properties)
    for block in item.blocks if first else ():
        element.append(_xml(block))
    if not first or not item.blocks or isinstance(item.blocks[-1], Table):
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
