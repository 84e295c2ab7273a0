"""A saved page as blocks: of the page only the part that holds the report, without what a portal puts around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from gouji.form.forms import Forms
from gouji.formats.published import Block, Cell, Paragraph, Table, is_landmark
from gouji.formats.web.encoding import is_archive, text_of
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE

MOST_ELEMENTS = 300_000
DEEPEST = 200
"""Elements within elements; pages that people make have a tenth of it."""

Element = etree._Element

_START = re.compile(
    r"(?:<\?xml[^>]{0,200}>|<!--.{0,5000}?-->|\s)*<(?:!doctype|html|head|body|table|div|meta|title|style|p|span|h\d|font|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_UNSEEN = {
    "script", "style", "noscript", "template", "head", "select", "option", "button", "textarea", "iframe", "object",
    "svg", "math", "canvas", "audio", "video", "nav", "footer", "input",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "img", "wbr",
    "o:p", "p:span",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AROUND = re.compile(
    r"""[【\[（(]?\s*(?:
      (?:发布|更新|成文|生成|公开)?(?:日期|时间)\s*[:：].* | (?:信息)?来源\s*[:：].* | 作者\s*[:：].* |
      字[体号]\s*[:：].* | (?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：].* | 责任编辑.* |
      (?:分享|打印|关闭|收藏|返回)[^。]{0,20} | 大|中|小 | 扫一扫.* | 相关(?:链接|阅读|附件|文章|稿件).* |
      [上下]一[篇条].* | 当前位置.* | 您(?:当前|现在)?的?位置.* | 首页\s*[>＞].* |
      (?:主办|承办)(?:单位)?\s*[:：].* | 版权所有.* | 网站(?:地图|标识码).* | .{0,10}ICP备.* | .{0,10}公网安备.* |
      Copyright.* | 索\s*引\s*号.* | 公开(?:方式|范围)\s*[:：].*
    )\s*[】\]）)]?""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a portal writes into the text of a page, above the report or below it."""
_LONGEST_AROUND = 120


@dataclass(frozen=True)
class Page:
    """The blocks of a page that hold its report, and what else may name it."""

    blocks: list[Block]
    around: list[str] = field(default_factory=list)
    """The title of the page, and the words above the report."""


def looks_like_a_page(data: bytes) -> bool:
    """Tell whether the bytes may be a page, from their beginning."""
    if is_archive(data):
        return True
    head = data[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:64].count(0) * 5 > 64:
        from gouji.formats.web.encoding import decoded

        return bool(_START.match(decoded(head[: len(head) // 2 * 2])))
    return bool(_START.match(head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")))


def page_of(data: bytes, forms: Forms) -> Page:
    """Return the paragraphs and tables of a page, from where its report on one of the forms begins to where it ends.

    Raises DocumentError for what is broken, or larger or deeper than any page that was made for people.
    """
    text = _without_declaration(text_of(data))
    if text.count("<") - text.count("</") > MOST_ELEMENTS:
        raise DocumentError(TOO_LARGE)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise DocumentError(BROKEN) from None
    if root is None:
        raise DocumentError(BROKEN)
    _refuse_depth(root)
    part, above = _report_part(root, forms)
    walk = _Walk()
    title = " ".join(each.text or "" for each in root.iter("title"))
    blocks = list(_without_around(walk.blocks([part])))
    return Page(blocks, [*above[-_ABOVE:][::-1], " ".join(title.split())])


_ABOVE = 40


def _without_declaration(text: str) -> str:
    text = text.replace("\x00", "")
    return re.sub(r"^\s*<\?xml[^>]{0,300}\?>", "", text, count=1)


def _refuse_depth(root: Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise DocumentError(TOO_LARGE)


# ---------------------------------------------------------------- where the report is


def _report_part(root: Element, forms: Forms) -> tuple[Element, list[str]]:
    """Return the smallest part of a page that holds all fixed texts of the form, and the lines above it."""
    marks: list[Element] = []
    lines: list[tuple[Element, str]] = []
    for element in root.iter():
        if isinstance(element.tag, str) and _is_leaf(element):
            text = "".join(_seen(element)).strip()
            if text:
                lines.append((element, text))
                if is_landmark(text[:_LONGEST_MARK], forms):
                    marks.append(element)
    if not marks:
        return root, []
    part = _common(marks)
    while part.tag in ("table", "tbody", "thead", "tfoot", "tr") and (parent := part.getparent()) is not None:
        part = parent
    inside = {id(element) for element in part.iter()}
    first = next(at for at, (element, _) in enumerate(lines) if id(element) in inside or element is marks[0])
    return part, [text for _, text in lines[:first] if len(text) <= _LONGEST_MARK]


_LONGEST_MARK = 120


def _is_leaf(element: Element) -> bool:
    """Tell whether an element is a line of its own: no inline one, with nothing but inline ones in it."""
    if element.tag in _INLINE or element.tag in _UNSEEN:
        return False
    return all(not isinstance(child.tag, str) or child.tag in _INLINE or child.tag == "br" for child in element)


def _seen(element: Element) -> Iterator[str]:
    if element.tag not in _UNSEEN:
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield from _seen(child)
            yield child.tail or ""


def _common(elements: list[Element]) -> Element:
    """Return the smallest element that holds all of some elements."""
    path = [*reversed(list(elements[0].iterancestors())), elements[0]]
    for element in elements[1:]:
        ancestors = {id(each) for each in (element, *element.iterancestors())}
        while id(path[-1]) not in ancestors:
            path.pop()
    return path[-1]


def _without_around(blocks: Iterator[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph) and len(block.text) <= _LONGEST_AROUND and _AROUND.fullmatch(block.text):
            continue
        yield block


# ---------------------------------------------------------------- blocks


class _Walk:
    """A pass over a part of a page."""

    def blocks(self, elements: list[Element]) -> Iterator[Block]:
        pieces: list[str] = []
        for element in elements:
            yield from self._element(element, pieces, 0)
        yield from _flush(pieces, 0)

    def inside(self, element: Element) -> Iterator[Block]:
        pieces: list[str] = []
        yield from self._children(element, pieces, 0)
        yield from _flush(pieces, 0)

    def _children(self, element: Element, pieces: list[str], level: int) -> Iterator[Block]:
        pieces.append(element.text or "")
        for child in element:
            yield from self._element(child, pieces, level)
            pieces.append(child.tail or "")

    def _element(self, element: Element, pieces: list[str], level: int) -> Iterator[Block]:
        tag = element.tag
        if not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
            return
        if tag == "br":
            yield from _flush(pieces, level)
        elif tag in _INLINE:
            yield from self._children(element, pieces, level)
        elif tag == "table":
            yield from _flush(pieces, level)
            yield self._table(element)
        else:
            yield from _flush(pieces, level)
            level = int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else level
            yield from self._children(element, pieces, level)
            yield from _flush(pieces, level)

    def _table(self, table: Element) -> Table:
        rows = []
        for row in _parts(table, "tr"):
            cells = []
            for cell in _parts(row, "td", "th"):
                rowspan, colspan = _span(cell, "rowspan"), _span(cell, "colspan")
                # 0 means: to the end of the table.
                cells.append(Cell(tuple(self.inside(cell)), rowspan or 1000, colspan or 1))
            rows.append(tuple(cells))
        return Table(tuple(rows))


def _parts(parent: Element, *wanted: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, those of tables inside left out."""
    for child in parent:
        if child.tag in wanted:
            if not _is_hidden(child):
                yield child
        elif isinstance(child.tag, str) and child.tag != "table" and child.tag not in _UNSEEN:
            yield from _parts(child, *wanted)


def _span(cell: Element, name: str) -> int:
    said = re.match(r"\s*(\d{1,4})", cell.get(name, "1"), re.ASCII)
    return int(said[1]) if said else 1


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


_BLANKS = re.compile(r"[\s\xa0\u3000\u200b-\u200f\ufeff]+")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])[ ]?\n\s*(?=[\u4e00-\u9fff])")
"""Where the lines of a page's source end between two ideographs, there is no blank in the text."""


def _flush(pieces: list[str], level: int) -> Iterator[Block]:
    """Yield what was gathered as a paragraph."""
    text = "".join(pieces).replace("\r", "")
    pieces.clear()
    text = _BLANKS.sub(" ", _BETWEEN.sub("", text)).strip()
    if text:
        yield Paragraph(text, level)
