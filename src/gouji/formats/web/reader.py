"""A saved page as passages: of the page only the part that holds the report, without what a portal puts around it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree, html

from gouji.form.forms import Forms
from gouji.formats.published import Paragraph, Passage, PrintedCell, PrintedTable, is_around, is_landmark
from gouji.formats.published.dates import NAMED, day_in, published_on
from gouji.formats.shown_text import NO_TEXT, Look, Run, prose_of
from gouji.formats.web.encoding import is_archive, text_of
from gouji.formats.web.looks import Looks, Seen
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
_SHOWN = {
    "select", "button", "textarea", "iframe", "object", "embed", "svg", "math", "canvas", "audio", "video", "input",
    "meter", "progress", "marquee",
}  # fmt: skip
"""Elements that show something in a cell that is not the text of the page."""
_SPACER = re.compile(r"(?:spacer|blank|space|pixel|transparent|clear|dot)[\w-]*\.(?:gif|png)", re.IGNORECASE)
"""The pictures that keep a place free in old pages."""
_INLINE = {
    "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "img", "wbr",
    "o:p", "p:span", "ruby", "rb", "rt", "rp",
}  # fmt: skip
_ABOVE = 40
_LONGEST_MARK = 120
_TO_THE_END = 1000
"""The rows that a cell covers whose rowspan is 0: all to the end of the table."""
_RIGHT_TO_LEFT = "\u202e"
"""The Unicode character that reverses the text after it; no number contains it."""


@dataclass(frozen=True)
class WebPage:
    """The passages of a page that hold its report, and what else may name it."""

    passages: list[Passage]
    around: list[str] = field(default_factory=list)
    """The title of the page, and the words above the report."""
    published: datetime.date | None = None
    """The day of publication that the page says above the report, or else in its head."""


def looks_like_a_page(data: bytes) -> bool:
    """Tell whether the bytes may be a page, from their beginning."""
    if is_archive(data):
        return True
    head = data[:8192]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:64].count(0) * 5 > 64:
        from gouji.formats.web.encoding import decoded

        return bool(_START.match(decoded(head[: len(head) // 2 * 2])))
    return bool(_START.match(head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")))


_COMPARISON = b'<meta name="generator" content="gouji compare">'


def is_comparison_page(data: bytes) -> bool:
    """Tell whether a page is a comparison that we have written; it shows the official tables and is no report."""
    return _COMPARISON in data[:4096]


def page_of(data: bytes, forms: Forms) -> WebPage:
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
    _without_closed_dialogs(root)
    part, above = _report_part(root, forms)
    looks = Looks(root)
    walk = _Walk(looks)
    title = " ".join(element.text or "" for element in root.iter("title"))
    everything = list(walk.passages(part))
    passages = list(_without_around(everything, forms))
    published = published_on([*above[-_ABOVE:], *_above_the_report(everything, forms)]) or _named_day(root)
    return WebPage(passages, [*above[-_ABOVE:][::-1], " ".join(title.split())], published)


def _above_the_report(passages: list[Passage], forms: Forms) -> Iterator[str]:
    """Yield the first lines of the part of a page that holds the report, up to the report's own."""
    for passage in passages:
        if not isinstance(passage, Paragraph) or is_landmark(passage.text[:_LONGEST_MARK], forms):
            return
        yield passage.text


def _named_day(root: Element) -> datetime.date | None:
    """Return the day of publication that the head of a page names for programs."""
    named = (meta for meta in root.iter("meta") if (meta.get("name") or meta.get("property") or "").lower() in NAMED)
    return next((day for meta in named if (day := day_in(meta.get("content") or ""))), None)


def _without_declaration(text: str) -> str:
    text = text.replace("\x00", "")
    return re.sub(r"^\s*<\?xml[^>]{0,300}\?>", "", text, count=1)


def _without_closed_dialogs(root: Element) -> None:
    """Remove the dialogs that nobody has opened: they are not part of the page that people see."""
    for dialog in list(root.iter("dialog")):
        parent = dialog.getparent()
        if dialog.get("open") is None and "display" not in dialog.get("style", "") and parent is not None:
            before = dialog.getprevious()
            if dialog.tail and before is not None:
                before.tail = (before.tail or "") + dialog.tail
            elif dialog.tail:
                parent.text = (parent.text or "") + dialog.tail
            parent.remove(dialog)


def _refuse_depth(root: Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise DocumentError(TOO_LARGE)


# ---------------------------------------------------------------- where the report is


def _report_part(root: Element, forms: Forms) -> tuple[Element, list[str]]:
    """Return the smallest part of a page that contains all fixed texts of the form, and the lines above it."""
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
    first = next(index for index, (element, _) in enumerate(lines) if id(element) in inside or element is marks[0])
    return part, [text for _, text in lines[:first] if len(text) <= _LONGEST_MARK]


def _is_leaf(element: Element) -> bool:
    """Tell whether an element is a line of its own: not inline, and with only inline elements in it."""
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
        ancestors = {id(ancestor) for ancestor in (element, *element.iterancestors())}
        while id(path[-1]) not in ancestors:
            path.pop()
    return path[-1]


def _without_around(passages: list[Passage], forms: Forms) -> Iterator[Passage]:
    """Yield passages without what a portal writes among them; the end is kept, as it shows where the report ends."""
    texts = [passage.text if isinstance(passage, Paragraph) else "" for passage in passages]
    last = max((index for index, text in enumerate(texts) if is_landmark(text[:_LONGEST_MARK], forms)), default=-1)
    for index, passage in enumerate(passages):
        if index > last or not is_around(texts[index]):
            yield passage


# ---------------------------------------------------------------- passages


class _Walk:
    """A pass over a part of a page."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks

    def passages(self, part: Element) -> Iterator[Passage]:
        """Yield what stands in a part of the page."""
        parent = part.getparent()
        seen = self._looks.at(parent) if parent is not None else Seen()
        pieces: list[Run] = []
        yield from self._element(part, pieces, _Spot(seen, 0, in_cell=False))
        yield from _flush(pieces, 0)

    def _inside(self, cell: Element, seen: Seen) -> Iterator[Passage]:
        pieces: list[Run] = []
        yield from self._children(cell, pieces, _Spot(seen, 0, in_cell=True))
        yield from _flush(pieces, 0, in_cell=True)

    def _children(self, element: Element, pieces: list[Run], spot: _Spot) -> Iterator[Passage]:
        look = spot.seen.look
        pieces.extend(self._added(element, "before", spot))
        if element.text:
            pieces.append(Run(element.text, look))
        for child in element:
            yield from self._element(child, pieces, spot)
            if child.tail:
                pieces.append(Run(child.tail, look))
        pieces.extend(self._added(element, "after", spot))

    def _added(self, element: Element, where: str, spot: _Spot) -> Iterator[Run]:
        added = self._looks.added(element, where, spot.seen)
        return (run for run in added if spot.in_cell or run.look is not Look.NO_TEXT)

    def _element(self, element: Element, pieces: list[Run], spot: _Spot) -> Iterator[Passage]:
        tag = element.tag
        if not isinstance(tag, str) or (tag in _UNSEEN and not spot.in_cell):
            return
        seen = self._looks.inside(element, spot.seen)
        is_seen = spot.in_cell and seen.look is not Look.UNSEEN
        stands_before = is_seen and _is_marked(element, self._looks)
        if is_seen and _is_no_text(element):
            pieces.append(Run(NO_TEXT, Look.NO_TEXT))
        if tag in _UNSEEN:
            return
        if not spot.in_cell and _is_hidden(element, seen, spot.seen):
            return
        inside = spot._replace(seen=seen)
        if tag == "br":
            yield from _flush(pieces, spot.level, spot.in_cell)
        elif tag in _INLINE:
            if tag == "bdo" and element.get("dir", "").lower() == "rtl":
                pieces.append(Run(_RIGHT_TO_LEFT, seen.look))
            yield from self._children(element, pieces, inside)
        elif tag == "table":
            yield from _flush(pieces, spot.level, spot.in_cell)
            yield self._table(element, seen)
        else:
            yield from _flush(pieces, spot.level, spot.in_cell)
            if stands_before:
                pieces.append(Run(NO_TEXT, Look.NO_TEXT))
            inside = inside._replace(level=int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else spot.level)
            yield from self._children(element, pieces, inside)
            yield from _flush(pieces, inside.level, spot.in_cell)

    def _table(self, table: Element, seen: Seen) -> PrintedTable:
        rows = []
        for row, of_row in self._parts(table, seen, "tr"):
            cells = []
            for cell, of_cell in self._parts(row, of_row, "td", "th"):
                rowspan, colspan = _span(cell, "rowspan"), _span(cell, "colspan")
                cells.append(PrintedCell(tuple(self._inside(cell, of_cell)), rowspan or _TO_THE_END, colspan or 1))
            rows.append(tuple(cells))
        return PrintedTable(tuple(rows))

    def _parts(self, parent: Element, seen: Seen, *wanted: str) -> Iterator[tuple[Element, Seen]]:
        """Yield the rows of a table or the cells of a row, those of tables inside left out.

        One that is not displayed takes no place in the grid; one that is only hidden does.
        """
        for child in parent:
            if not isinstance(child.tag, str) or not self._looks.has_place(child):
                continue
            inside = self._looks.inside(child, seen)
            if child.tag in wanted:
                yield child, inside
            elif child.tag != "table" and child.tag not in _UNSEEN:
                yield from self._parts(child, inside, *wanted)


class _Spot(NamedTuple):
    """A place in the page, as far as it affects how its text is read."""

    seen: Seen
    level: int
    """Of the heading; 0 for other text."""
    in_cell: bool


def _is_no_text(element: Element) -> bool:
    """Tell whether an element shows something that is no text of the page."""
    tag = element.tag
    if tag == "img":
        small = any(re.fullmatch(r"\s*[0-3](?:px)?\s*", element.get(side, "")) for side in ("width", "height"))
        return not small and not _SPACER.search(element.get("src", ""))
    if tag == "script":
        return "document.write" in (element.text or "")
    return tag in _SHOWN and element.get("type") != "hidden"


def _is_marked(element: Element, looks: Looks) -> bool:
    """Tell whether a browser puts something before an element, such as the number of an item."""
    if element.tag == "li":
        return looks.marks(element)
    return element.tag == "details" and element.get("open") is None


def _is_hidden(element: Element, seen: Seen, outer: Seen) -> bool:
    """Tell whether an element outside of cells is left out because of its own attributes.

    Style sheets hide much that scripts show again, so they hide nothing outside of cells.
    """
    own = element.get("style") or ""
    return element.get("hidden") is not None or (
        bool(own) and ((seen.gone and not outer.gone) or (seen.hidden and not outer.hidden))
    )


def _span(cell: Element, name: str) -> int:
    number = re.match(r"\s*(\d{1,4})", cell.get(name, "1"), re.ASCII)
    return int(number[1]) if number else 1


_NO_WIDTH = str.maketrans("", "", "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\r")
"""Characters that take no room, such as the soft hyphen that is seen at the end of a line only."""
_BLANKS = re.compile(r"[\s\xa0\u3000]+")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])[ ]?\n\s*(?=[\u4e00-\u9fff])")
"""A line end in the source between two ideographs is not a blank in the text."""


def _flush(pieces: list[Run], level: int, in_cell: bool = False) -> Iterator[Passage]:
    """Yield the gathered text as a paragraph; inside a cell, also a paragraph without plain text."""
    if not pieces:
        return
    runs = [Run(text.translate(_NO_WIDTH), look) for text, look in pieces]
    pieces.clear()
    odd = any(look is not Look.PLAIN and text.strip() for text, look in runs)
    text = _tidy(prose_of(runs) if odd else "".join([text for text, _ in runs]))
    if text or (odd and in_cell):
        # White space is plain, however it looks.
        yield Paragraph(text, level, tuple(map(_kept, runs)) if odd else ())


def _kept(run: Run) -> Run:
    return Run(_BLANKS.sub(" ", run.text), run.look if run.text.strip() else Look.PLAIN)


def _tidy(text: str) -> str:
    return _BLANKS.sub(" ", _BETWEEN.sub("", text)).strip()
