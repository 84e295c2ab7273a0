"""A .docx as blocks: what a reader of the printed page would see, in its order.

Text that was deleted with changes tracked is not there, inserted text is; text boxes stand after the paragraph to
which they are anchored; headers, footers and notes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gouji.formats.published import Block, Cell, Paragraph, Table
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE, UNSAFE, Archive

_MAIN = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MOST_ELEMENTS = 300_000

Element = etree._Element


def blocks_of(data: bytes) -> list[Block]:
    """Return the paragraphs and tables of a Word document.

    Raises DocumentError for what is no Word document, is broken, encrypted or larger than any report.
    """
    archive = Archive(data)
    name = _main_part(archive)
    root = _parsed(archive, name)
    strict = root.tag.startswith(_STRICT_W)
    levels = _levels(archive, name)
    body = root.find(f"{_STRICT_W if strict else _W}body")
    if body is None:
        raise DocumentError(BROKEN)
    return _merged(_Walk(_STRICT_W if strict else _W, levels).over(body))


def _main_part(archive: Archive) -> str:
    """Return the part with the text: where all programs put it, or where the package says."""
    if _MAIN in archive:
        return _MAIN
    if "_rels/.rels" in archive:
        for relation in _parsed(archive, "_rels/.rels").iter("{*}Relationship"):
            target = relation.get("Target", "").lstrip("/")
            if relation.get("Type", "").endswith("/officeDocument") and target in archive:
                return target
    raise DocumentError(BROKEN)


def _parsed(archive: Archive, name: str) -> Element:
    xml = archive.read(name)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise DocumentError(UNSAFE)
    if xml.count(b"<") - xml.count(b"</") > MOST_ELEMENTS:
        raise DocumentError(TOO_LARGE)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise DocumentError(BROKEN) from None


def _levels(archive: Archive, main: str) -> dict[str, int]:
    """Return the heading level of each style that has one."""
    name = main.rpartition("/")[0] + "/styles.xml"
    if name not in archive:
        return {}
    levels = {}
    for style in _parsed(archive, name).iter("{*}style"):
        outline = style.find("{*}pPr/{*}outlineLvl")
        level = _number(_attribute(outline, "val"), 9) if outline is not None else 9
        if level < 9:
            levels[_attribute(style, "styleId")] = level + 1
    return levels


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT_W}{name}") or ""


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else otherwise


_ON = ("", "1", "true", "on")


class _Open(Paragraph):
    """A paragraph whose end was deleted: the next one goes on in it."""


def _merged(blocks: Iterator[Block]) -> list[Block]:
    """Join each paragraph whose end was deleted with the next one."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if isinstance(last, _Open) and isinstance(block, Paragraph):
            kind = _Open if isinstance(block, _Open) else Paragraph
            merged[-1] = kind(last.text + block.text, block.level)
        else:
            merged.append(block)
    return merged


class _Walk:
    """A pass over the body, and over what stands in cells and text boxes."""

    def __init__(self, w: str, levels: dict[str, int]) -> None:
        self._w, self._levels = w, levels

    def over(self, parent: Element) -> Iterator[Block]:
        for element in parent:
            kind = self._kind(element)
            if kind == "p":
                yield from self._paragraph(element)
            elif kind == "tbl":
                yield self._table(element)
            elif kind not in _NOT_SEEN:
                yield from self.over(element)

    def _kind(self, element: Element) -> str:
        tag = element.tag
        if not isinstance(tag, str):
            return "del"
        if tag.startswith(self._w):
            return tag[len(self._w) :]
        if tag == f"{_CHOICE}Fallback":
            previous = element.getprevious()
            return "del" if previous is not None and previous.tag == f"{_CHOICE}Choice" else "other"
        return "other"

    # ------------------------------------------------------------ paragraphs

    def _paragraph(self, element: Element) -> Iterator[Block]:
        pieces: list[str] = []
        boxes: list[Element] = []
        self._text(element, pieces, boxes, _Field())
        properties = self._properties(element, "pPr")
        level = self._levels.get(_attribute(properties["pStyle"], "val"), 0) if "pStyle" in properties else 0
        if "outlineLvl" in properties:
            level = (_number(_attribute(properties["outlineLvl"], "val"), 9) + 1) % 10
        kind = Paragraph
        if "rPr" in properties and any(self._kind(mark) == "del" for mark in properties["rPr"]):
            kind = _Open
        yield kind("".join(pieces), level)
        for box in boxes:
            yield from self.over(box)

    def _text(self, parent: Element, pieces: list[str], boxes: list[Element], field: _Field) -> None:
        for element in parent:
            kind = self._kind(element)
            if kind == "t":
                if not field.in_code:
                    pieces.append(element.text or "")
            elif kind == "fldChar":
                field.turn(_attribute(element, "fldCharType"))
            elif kind in _SIGNS:
                if not field.in_code:
                    pieces.append(_SIGNS[kind])
            elif kind == "txbxContent":
                boxes.append(element)
            elif kind == "r" and self._is_hidden(element):
                continue
            elif kind not in _NOT_SEEN:
                self._text(element, pieces, boxes, field)

    def _is_hidden(self, run: Element) -> bool:
        properties = self._properties(run, "rPr")
        return "vanish" in properties and _attribute(properties["vanish"], "val") in _ON

    def _properties(self, element: Element, name: str) -> dict[str, Element]:
        """Return the properties of an element by their names."""
        length = len(self._w)
        for properties in element.iterchildren(self._w + name):
            return {each.tag[length:]: each for each in properties if isinstance(each.tag, str)}
        return {}

    # ------------------------------------------------------------ tables

    def _table(self, table: Element) -> Table:
        rows: list[list[_Drawn]] = []
        above: dict[int, _Drawn] = {}
        for row in self._children(table, "tr"):
            properties = self._properties(row, "trPr")
            if "del" in properties:
                continue
            drawn: list[_Drawn] = []
            following: dict[int, _Drawn] = {}
            column = 0
            if "gridBefore" in properties and (idle := _number(_attribute(properties["gridBefore"], "val"), 0)):
                drawn.append(_Drawn((), column, idle))
                column = idle
            for element in self._children(row, "tc"):
                cell = self._cell(element, column)
                if cell is None:
                    continue
                column += cell.colspan
                upper = above.get(cell.column)
                if cell.merge == "continue" and upper is not None and upper.colspan == cell.colspan:
                    upper.rowspan += 1
                    following[cell.column] = upper
                elif cell.joined and drawn:
                    drawn[-1].colspan += cell.colspan
                else:
                    drawn.append(cell)
                    if cell.merge:
                        following[cell.column] = cell
            rows.append(drawn)
            above = following
        return Table(tuple(tuple(cell.done() for cell in row) for row in rows))

    def _children(self, parent: Element, wanted: str) -> Iterator[Element]:
        """Yield the rows of a table or the cells of a row, also those in a content control."""
        for element in parent:
            kind = self._kind(element)
            if kind == wanted:
                yield element
            elif kind in _WRAPPERS:
                yield from self._children(element, wanted)

    def _cell(self, element: Element, column: int) -> _Drawn | None:
        properties = self._properties(element, "tcPr")
        if "cellDel" in properties:
            return None
        cell = _Drawn(tuple(_merged(self.over(element))), column, 1)
        if "gridSpan" in properties:
            cell.colspan = max(1, _number(_attribute(properties["gridSpan"], "val"), 1))
        if "vMerge" in properties:
            cell.merge = _attribute(properties["vMerge"], "val") or "continue"
        if "hMerge" in properties:
            cell.joined = (_attribute(properties["hMerge"], "val") or "continue") == "continue"
        return cell


class _Field:
    """Whether the text is the code of a field, which nobody sees, or its result."""

    def __init__(self) -> None:
        self._open: list[bool] = []

    @property
    def in_code(self) -> bool:
        return any(self._open)

    def turn(self, mark: str) -> None:
        if mark == "begin":
            self._open.append(True)
        elif mark == "separate" and self._open:
            self._open[-1] = False
        elif mark == "end" and self._open:
            self._open.pop()


class _Drawn:
    """A cell that may still grow."""

    def __init__(self, blocks: tuple[Block, ...], column: int, colspan: int) -> None:
        self.blocks, self.column, self.colspan, self.rowspan = blocks, column, colspan, 1
        self.merge, self.joined = "", False

    def done(self) -> Cell:
        return Cell(self.blocks, self.rowspan, self.colspan)


_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_NOT_SEEN = {
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "sectPr",
    "pPr",
    "tcPr",
    "rPr",
    "sdtPr",
    "sdtEndPr",
}
_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo"}
