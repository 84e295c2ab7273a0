"""A document as a page or a Word file, in the manners of the programs and portals that offices use."""

from __future__ import annotations

import html
import io
import quopri
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from published_kit.tables import Cell, Table, filled


class Line(NamedTuple):
    text: str
    level: int = 0


Block = Line | Table
Body = Sequence[Block]
Cells = Callable[[Cell], str]

# ---------------------------------------------------------------- pages


def _table(table: Table, cell: Cells, attributes: str = "border='1' cellspacing='0'") -> str:
    rows = "".join("<tr>" + "".join(map(cell, row)) + "</tr>\n" for row in table)
    return f"<table {attributes}><tbody>\n{rows}</tbody></table>\n"


def _spans(cell: Cell) -> str:
    rows = f" rowspan='{cell.rowspan}'" if cell.rowspan > 1 else ""
    return rows + (f" colspan='{cell.colspan}'" if cell.colspan > 1 else "")


def _plain_cell(cell: Cell) -> str:
    return f"<td{_spans(cell)}>{'<br/>'.join(map(html.escape, cell.text.split(chr(10))))}</td>"


def _wps_cell(cell: Cell) -> str:
    """Return a cell as WPS saves it: a paragraph of spans with classes, labels and numbers cut anywhere."""
    lines = "".join(
        f"<p class='p0' style='text-align:center;margin-bottom:0pt;'>{_wps_spans(line)}</p>"
        for line in cell.text.split("\n")
    )
    return f"<td{_spans(cell)} valign='center' style='border:1px solid #000;padding:0 5pt'>{lines}</td>"


def _wps_spans(text: str) -> str:
    if not text:
        return "<span style=\"mso-spacerun:'yes';font-family:宋体;\">&nbsp;</span><o:p></o:p>"
    at = len(text) // 2
    style = "mso-spacerun:'yes';font-family:仿宋_GB2312;font-size:12.0000pt;"
    parts = [part for part in (text[:at], text[at:]) if part]
    return "".join(f'<span style="{style}"><font face="宋体">{html.escape(part)}</font></span>' for part in parts)


def _word_cell(cell: Cell) -> str:
    """Return a cell as Word saves it as a page."""
    lines = "".join(
        "<p class=MsoNormal align=center style='text-align:center'><span lang=EN-US style='font-size:10.5pt;"
        f"mso-bidi-font-size:12.0pt;color:black'>{html.escape(line) or '&nbsp;'}<o:p></o:p></span></p>"
        for line in cell.text.split("\n")
    )
    return f"<td width=64{_spans(cell)} style='border:solid windowtext 1.0pt;padding:0cm 5.4pt'>{lines}</td>"


def _div_cell(cell: Cell) -> str:
    lines = "".join(f"<div><strong><span>{html.escape(line)}</span></strong></div>" for line in cell.text.split("\n"))
    return f"<td{_spans(cell)}><div class='td-inner'>{lines}</div></td>"


def _lines(body: Body, cell: Cells, line: Callable[[Line], str]) -> str:
    return "".join(line(each) if isinstance(each, Line) else _table(each, cell) for each in body)


def _paragraph(line: Line) -> str:
    return f"<p style='text-indent:2em'><span>&nbsp;&nbsp;{html.escape(line.text)}</span></p>\n"


def _document(title: str, content: str, head: str = "") -> bytes:
    start = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
    return f"{start}<body>{content}</body></html>".encode()


NAVIGATION = ("首页", "政务公开", "政务服务", "互动交流", "走进青石")
BELOW = (
    "【打印本页】 【关闭窗口】",
    "上一篇：青石镇2023年政府信息公开工作年度报告",
    "下一篇：没有了",
    "扫一扫在手机打开当前页",
    "相关链接",
    "市政府门户网站",
    "县政府门户网站",
    "网站地图 | 联系我们 | 关于我们 | 隐私声明",
    "主办单位：安澜县人民政府办公室 承办单位：安澜县大数据中心",
    "版权所有：安澜县人民政府 某ICP备05000000号 某公网安备 41000002000000号",
    "网站标识码：4100000000",
)


def portal(title: str, body: Body) -> bytes:
    """A page of a portal with navigation above and a footer in plain divs."""
    above = "".join(f"<li><a href='#'>{name}</a></li>" for name in NAVIGATION)
    below = "".join(f"<div class='foot'>{html.escape(text)}</div>" for text in BELOW)
    meta = "<div class='info'>发布时间：2025-01-20 来源：安澜县人民政府 浏览次数：12 字号：[大 中 小]</div>"
    content = _lines(body, _plain_cell, _paragraph)
    return _document(title, f"<div class='nav'><ul>{above}</ul></div><h1>{title}</h1>{meta}{content}{below}")


def portal_in_one_part(title: str, body: Body) -> bytes:
    """A page on which the footer stands in the same element as the report, line by line."""
    below = "<br/>".join(map(html.escape, BELOW))
    content = _lines(body, _div_cell, _paragraph)
    return _document(title, f"<div id='zoom'><h1>{title}</h1>{content}<p>{below}</p></div>")


def portal_of_today(title: str, body: Body) -> bytes:
    """A page with header, nav, main and footer elements."""
    links = "".join(f"<a href='#'>{name}</a>" for name in NAVIGATION)
    below = "".join(f"<p>{html.escape(text)}</p>" for text in BELOW)
    content = _lines(body, _plain_cell, lambda line: f"<div class='p'>{html.escape(line.text)}</div>")
    main = f"<main><article><h1>{title}</h1>{content}</article></main>"
    return _document(title, f"<header><nav>{links}</nav></header>{main}<footer>{below}</footer>")


def wps(title: str, body: Body) -> bytes:
    """A page as WPS saves a document."""
    content = _lines(body, _wps_cell, lambda line: f"<p class='p0'>{_wps_spans(line.text)}</p>")
    style = "<style>p.p0{margin:0pt;text-indent:32pt} .15{mso-style-name:'页码'}</style>"
    return _document(title, f"<div class='Section0'><p class='p0'>{_wps_spans(title)}</p>{content}</div>", style)


def word(title: str, body: Body) -> bytes:
    """A page as Word saves a document, in GB 2312."""
    heading = f"<p class=MsoNormal align=center><b><span style='font-size:22.0pt'>{title}<o:p></o:p></span></b></p>"
    content = _lines(
        body, _word_cell, lambda line: f"<p class=MsoNormal><span lang=EN-US>{html.escape(line.text)}</span></p>"
    )
    head = "<meta http-equiv=Content-Type content='text/html; charset=gb2312'><meta name=Generator content='Word 15'>"
    text = f"<html xmlns:o='urn:schemas-microsoft-com:office:office'><head>{head}<title>{title}</title></head>"
    return f"{text}<body lang=ZH-CN><div class=WordSection1>{heading}{content}</div></body></html>".encode("gb18030")


def old_portal(title: str, body: Body) -> bytes:
    """A page that is laid out with tables inside one another."""
    content = _lines(body, _plain_cell, _paragraph)
    links = "".join(f"<tr><td><a href='#'>{name}</a></td></tr>" for name in NAVIGATION)
    below = "".join(f"<tr><td align=center>{html.escape(text)}</td></tr>" for text in BELOW[-3:])
    inner = f"<table width='98%'><tr><td align=center>{title}</td></tr><tr><td>{content}</td></tr></table>"
    outer = f"<tr><td width=180><table>{links}</table></td><td>{inner}</td></tr>"
    return _document(title, f"<table width=1000>{outer}<tr><td colspan=2><table>{below}</table></td></tr></table>")


def nested(title: str, body: Body) -> bytes:
    """A page on which each paragraph and table stands in a table of its own, with head cells and parts of tables."""

    def head(cell: Cell) -> str:
        tag = "th" if cell.is_label else "td"
        return _plain_cell(cell).replace("<td", f"<{tag}", 1).removesuffix("</td>") + f"</{tag}>"

    parts = []
    for each in body:
        inner = _paragraph(each) if isinstance(each, Line) else _table(each, head, "class='MsoTableGrid'")
        parts.append(f"<table width='100%'><tbody><tr><td>&nbsp;</td><td>{inner}</td></tr></tbody></table>")
    below = "".join(f"<div>{html.escape(text)}</div>" for text in BELOW)
    return _document(title, f"<center><h2>{title}</h2></center>{''.join(parts)}<div class='footer'>{below}</div>")


def saved_archive(title: str, body: Body) -> bytes:
    """A page that a browser saved as one file (.mht)."""
    page = portal(title, body)
    content = quopri.encodestring(page).decode("ascii")
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----part"\r\n\r\n'
    part = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return f"{head}------part\r\n{part}{content}\r\n------part--\r\n".encode("ascii")


def one_table(title: str, body: Body) -> bytes:
    """A page on which the whole report is one table."""
    width = max(len(filled(each)[0]) for each in body if not isinstance(each, Line))
    rows: Table = [[Cell(title, 1, width)]]
    for each in body:
        rows += [[Cell(each.text, 1, width)]] if isinstance(each, Line) else each
    return _document(title, f"<div class='content'>{_table(rows, _plain_cell)}</div>")


# ---------------------------------------------------------------- Word files


def word_file(title: str, body: Body) -> bytes:
    """A Word file with real tables and merges."""
    file = Document()
    end = file.element.body[-1]
    for each in (Line(title, 1), *body):
        end.addprevious(_xml_paragraph(each.text) if isinstance(each, Line) else _xml_table(each))
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def signed_word_file(title: str, body: Body) -> bytes:
    """A Word file that ends with signature and date."""
    unit = title.partition("20")[0]
    signed = f"安澜县{unit}人民政府" if unit[-1] in "镇乡" else unit
    return word_file(title, [*body, Line("（此件公开发布）"), Line(signed), Line("2025年1月20日")])


def _xml_table(table: Table) -> object:
    element = OxmlElement("w:tbl")
    element.append(OxmlElement("w:tblPr"))
    grid = OxmlElement("w:tblGrid")
    full = filled(table)
    grid.extend([OxmlElement("w:gridCol") for _ in full[0]])
    element.append(grid)
    for line in full:
        row = OxmlElement("w:tr")
        last: Cell | None = None
        for cell, begins in line:
            if cell is not last or begins:
                row.append(_xml_cell(cell, begins))
            last = cell
        element.append(row)
    return element


def _xml_cell(cell: Cell, begins: bool) -> object:
    element, properties = OxmlElement("w:tc"), OxmlElement("w:tcPr")
    if cell.colspan > 1:
        span = OxmlElement("w:gridSpan")
        span.set(qn("w:val"), str(cell.colspan))
        properties.append(span)
    if cell.rowspan > 1:
        merge = OxmlElement("w:vMerge")
        if begins:
            merge.set(qn("w:val"), "restart")
        properties.append(merge)
    element.append(properties)
    lines = cell.text.split("\n") if begins else [""]
    element.extend([_xml_paragraph(line) for line in lines])
    return element


def _xml_paragraph(text: str) -> object:
    paragraph = OxmlElement("w:p")
    rng = random.Random(text)
    at = rng.randrange(len(text) + 1)
    for part in (text[:at], text[at:]):
        if part:
            run, content = OxmlElement("w:r"), OxmlElement("w:t")
            content.text = part
            content.set(qn("xml:space"), "preserve")
            run.append(content)
            paragraph.append(run)
    return paragraph


PAGES = (portal, portal_in_one_part, portal_of_today, wps, word, old_portal, nested, saved_archive, one_table)
FILES = (word_file, signed_word_file)
