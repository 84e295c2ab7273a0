"""A .docx as passages: what a reader of the printed page sees, in the same order.

Text that was deleted with changes tracked is not in the text, inserted text is; text boxes stand after the paragraph
to which they are anchored; headers, footers and notes are left out. Where a run does not look plain, the paragraph
keeps its runs: see :mod:`gouji.formats.shown_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gouji.formats.published import Paragraph, Passage, PrintedCell, PrintedTable
from gouji.formats.shown_text import NO_TEXT, Look, Run, prose_of
from gouji.formats.word.colours import Attributes, Palette, plain_names
from gouji.formats.word.document_styles import Named, Styles, over, paragraph_properties
from gouji.formats.word.looks import Ground, Properties, look_of, properties_of, raise_of, shading_of
from gouji.formats.word.paragraph_looks import Numberings, is_off_the_paper, is_thin_row, look_of_paragraph
from gouji.formats.word.paragraph_runs import COMPATIBILITY, MATHS, OFFICE, Gathered, Place, both, is_drawn, understood
from gouji.formats.word.parts import main_part, parsed, part_beside
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, Archive

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
Element = etree._Element
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_IN_CELLS = {
    "footnoteReference": ("注", Look.RAISED),
    "endnoteReference": ("注", Look.RAISED),
    "sym": ("□", Look.PLAIN),
    **dict.fromkeys(
        ("pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong"), ("□", Look.PLAIN)
    ),
}
"""What beside a number matters and in a text does not: marks of notes, and signs of a font of signs."""
_PICTURES = ("drawing", "pict", "object", "control")
_TURNED = ("bdo", "dir")
_BODY_LEVEL = 9
"""The outline level of body text; headings have 0 to 8."""
_STRUCK = {"del", "moveFrom"}
_NOT_SEEN = {"delInstrText", "sectPr", "pPr", "tcPr", "rPr", "sdtPr", "sdtEndPr"}
_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "smartTag", "moveTo", "AlternateContent"}


def passages_of(data: bytes) -> list[Passage]:
    """Return the paragraphs and tables of a Word document.

    Raises DocumentError for what is no Word document, is broken, encrypted or larger than any report.
    """
    archive = Archive(data)
    name = main_part(archive)
    root = parsed(archive, name)
    w = _STRICT_W if root.tag.startswith(_STRICT_W) else _W
    palette = Palette(part_beside(archive, name, "theme", "theme/theme1"), part_beside(archive, name, "settings"))
    styles = Styles(style_root := part_beside(archive, name, "styles"), palette)
    walk = _Walk(w, styles, _levels(style_root), Numberings(part_beside(archive, name, "numbering")))
    body = root.find(f"{w}body")
    if body is None:
        raise DocumentError(BROKEN)
    # A page of another colour is not worked out: nothing is then taken to be unseen by its colour.
    ground = Ground() if root.find(f"{w}background") is None else Ground("")
    return _merged(walk.over(body, Place(ground)))


def _levels(styles: Element | None) -> dict[str, int]:
    """Return the heading level of each style that has one."""
    levels = {}
    for style in styles.iter("{*}style") if styles is not None else ():
        outline = style.find("{*}pPr/{*}outlineLvl")
        level = _number(_attribute(outline, "val"), _BODY_LEVEL) if outline is not None else _BODY_LEVEL
        if level < _BODY_LEVEL:
            levels[_attribute(style, "styleId")] = level + 1
    return levels


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT_W}{name}") or ""


def _number(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,4}", text, re.ASCII) else otherwise


class _Open(Paragraph):
    """A paragraph whose end was deleted: the next one goes on in it."""


def _merged(passages: Iterator[Passage]) -> list[Passage]:
    """Join each paragraph whose end was deleted with the next one."""
    merged: list[Passage] = []
    for passage in passages:
        last = merged[-1] if merged else None
        if isinstance(last, _Open) and isinstance(passage, Paragraph):
            kind = _Open if isinstance(passage, _Open) else Paragraph
            merged[-1] = kind(last.text + passage.text, passage.level, _runs_of(last, passage))
        else:
            merged.append(passage)
    return merged


def _runs_of(*paragraphs: Paragraph) -> tuple[Run, ...]:
    """Return the runs of paragraphs that are one, if one of them keeps its runs."""
    if not any(paragraph.runs for paragraph in paragraphs):
        return ()
    return tuple(run for paragraph in paragraphs for run in paragraph.runs or (Run(paragraph.text),))


class _Walk:
    """A pass over the body, and over what stands in cells and text boxes."""

    def __init__(self, w: str, styles: Styles, levels: dict[str, int], numberings: Numberings) -> None:
        self._w, self._styles, self._levels, self._numberings = w, styles, levels, numberings
        self._plain_looks: dict[tuple[Named, Ground], tuple[int, Look]] = {}
        """How runs without properties of their own look, by their styles."""

    def over(self, parent: Element, place: Place) -> Iterator[Passage]:
        for element in self._children_of(parent):
            kind = self._kind(element)
            if kind == "p":
                yield from self._paragraph(element, place)
            elif kind == "tbl":
                yield self._table(element, place)
            elif kind == "altChunk":  # another document, which programs put here
                if place.in_cell:
                    yield Paragraph(NO_TEXT, runs=(Run(NO_TEXT, both(place.look, Look.NO_TEXT)),))
            elif kind not in _NOT_SEEN:
                inside = both(place.look, self._look_inside(kind, place))
                yield from self.over(element, place._replace(look=inside))

    def _kind(self, element: Element) -> str:
        tag = element.tag
        if tag.startswith(self._w):
            return tag[len(self._w) :]
        if tag in (f"{MATHS}oMath", f"{COMPATIBILITY}AlternateContent"):
            return tag.rpartition("}")[2]
        return "other" if tag.startswith(OFFICE) else "foreign"

    def _children_of(self, parent: Element) -> Iterator[Element]:
        """Yield what is inside an element; of alternatives the first that a program of today understands."""
        if parent.tag == f"{COMPATIBILITY}AlternateContent":
            yield from next(iter(understood(parent)), ())
        else:
            yield from parent

    # ------------------------------------------------------------ paragraphs

    def _paragraph(self, element: Element, place: Place) -> Iterator[Passage]:
        properties = self._properties(element, "pPr")
        style = _attribute(properties["pStyle"], "val") if "pStyle" in properties else ""
        ground = Ground("") if self._styles.are_shaded(style) else place.ground
        if "shd" in properties:
            ground = ground.under(self._shading(properties["shd"]))
        gathered = Gathered(style, place._replace(ground=ground))
        own = element.find(f"{self._w}pPr")
        whole = self._styles.of_paragraph(style)
        if own is not None and (stated := paragraph_properties(own)):
            whole = over(whole, stated)
        look = both(place.look, look_of_paragraph(whole) if place.in_cell else Look.PLAIN)
        if self._numberings.put_digits_before(whole):
            gathered.add_no_text(look)
        self._text(element, gathered, look)
        level = self._levels.get(style, 0)
        if "outlineLvl" in properties:
            level = (_number(_attribute(properties["outlineLvl"], "val"), _BODY_LEVEL) + 1) % (_BODY_LEVEL + 1)
        kind = Paragraph
        if "rPr" in properties and any(self._kind(mark) == "del" for mark in properties["rPr"]):
            kind = _Open
        runs = gathered.runs()
        odd = any(look is not Look.PLAIN for _, look in runs)
        yield kind(prose_of(runs), level, tuple(runs) if odd else ())
        for box in gathered.boxes:
            yield from self.over(box, place)

    def _text(self, parent: Element, gathered: Gathered, look: Look) -> None:
        for element in parent:
            kind, field = self._kind(element), gathered.field
            if kind == "t":
                if not field.in_code:
                    gathered.take(element, look)
            elif kind == "delText":
                gathered.take(element, both(look, Look.STRUCK))
            elif kind == "instrText":
                if field.is_open:
                    field.add_code(element.text or "")
                else:
                    gathered.take(element, both(look, Look.FOREIGN))
            elif kind == "fldChar":
                gathered.turn(_attribute(element, "fldCharType"), look)
            elif kind == "fldSimple" and is_drawn(_attribute(element, "instr")):
                gathered.add_no_text(look)
            elif kind in _PICTURES:
                if _is_picture(element):
                    gathered.add_no_text(look)
                self._text(element, gathered, look)
            elif kind in _SIGNS:
                if not field.in_code:
                    gathered.add(_SIGNS[kind], look)
            elif kind == "txbxContent":
                gathered.boxes.append(element)
            elif kind == "r":
                self._run(element, gathered, look)
            elif kind == "oMath":
                gathered.add_formula(element, look)
            elif kind == "AlternateContent":
                self._alternatives(element, gathered, look)
            elif kind in _IN_CELLS:
                if gathered.place.in_cell:
                    sign, odd = _IN_CELLS[kind]
                    gathered.add(sign, both(look, odd))
            elif kind not in _NOT_SEEN:
                turned = kind in _TURNED and gathered.place.in_cell and _attribute(element, "val") == "rtl"
                inside = Look.FOREIGN if turned else self._look_inside(kind, gathered.place)
                self._text(element, gathered, both(look, inside))

    def _look_inside(self, kind: str, place: Place) -> Look:
        if kind == "rt":  # the reading that stands small above its characters
            return Look.RAISED if place.in_cell else Look.UNSEEN
        return Look.STRUCK if kind in _STRUCK else Look.FOREIGN if kind == "foreign" else Look.PLAIN

    def _run(self, run: Element, gathered: Gathered, look: Look) -> None:
        own = next(run.iterchildren(f"{self._w}rPr"), None)
        style = own.find(f"{self._w}rStyle") if own is not None else None
        named = Named(gathered.place.table_style, gathered.style, _attribute(style, "val") if style is not None else "")
        stated = properties_of(own, self._styles.palette) if own is not None else {}
        ground = gathered.place.ground
        if stated:
            gathered.raised, own_look = self._look_of_run(named, stated, ground)
        else:
            if (named, ground) not in self._plain_looks:
                self._plain_looks[named, ground] = self._look_of_run(named, stated, ground)
            gathered.raised, own_look = self._plain_looks[named, ground]
        self._text(run, gathered, both(look, own_look))
        gathered.raised = 0

    def _look_of_run(self, named: Named, stated: Properties, ground: Ground) -> tuple[int, Look]:
        """Return by how much a run is moved up, and how it looks."""
        properties = self._styles.of(named) | stated
        look = look_of(properties, ground)
        elsewhere = (look_of(part | stated, ground) for part in self._styles.in_parts(named))
        if any(other is not look for other in elsewhere):
            look = both(look, Look.UNSURE)
        return raise_of(properties), look

    def _alternatives(self, element: Element, gathered: Gathered, look: Look) -> None:
        """Take what programs of today show of alternatives; some show more than one, which the standard forbids."""
        for first in understood(element)[:1]:
            self._text(first, gathered, look)
        for other in understood(element)[1:]:
            self._text(other, gathered.without_boxes(), both(look, Look.FOREIGN))

    def _properties(self, element: Element, name: str) -> dict[str, Element]:
        """Return the properties of an element by their names."""
        length = len(self._w)
        for properties in element.iterchildren(self._w + name):
            return {part.tag[length:]: part for part in properties}
        return {}

    def _shading(self, shading: Element) -> Attributes:
        return shading_of(shading, self._styles.palette)

    # ------------------------------------------------------------ tables

    def _table(self, table: Element, place: Place) -> PrintedTable:
        properties = self._properties(table, "tblPr")
        ground = place.ground
        style = _attribute(properties["tblStyle"], "val") if "tblStyle" in properties else ""
        if self._styles.are_shaded(style):
            ground = Ground("")
        if "shd" in properties:
            ground = ground.under(self._shading(properties["shd"]))
        of_table = both(place.look, Look.UNSURE if is_off_the_paper(properties) else Look.PLAIN)
        rows: list[list[_Drawn]] = []
        above: dict[int, _Drawn] = {}
        for row in self._children(table, "tr"):
            properties = self._properties(row, "trPr")
            if "del" in properties:
                continue
            thin = "trHeight" in properties and is_thin_row(plain_names(properties["trHeight"].attrib))
            look = Look.UNSEEN if thin or _is_on(properties.get("hidden")) else of_table
            inside = Place(ground, in_cell=True, look=look, table_style=style)
            drawn: list[_Drawn] = []
            following: dict[int, _Drawn] = {}
            column = 0
            if "gridBefore" in properties and (idle := _number(_attribute(properties["gridBefore"], "val"), 0)):
                drawn.append(_Drawn((), column, idle))
                column = idle
            for element in self._children(row, "tc"):
                cell = self._cell(element, column, inside)
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
        return PrintedTable(tuple(tuple(cell.done() for cell in row) for row in rows))

    def _children(self, parent: Element, wanted: str) -> Iterator[Element]:
        """Yield the rows of a table or the cells of a row, also those in a content control."""
        for element in self._children_of(parent):
            kind = self._kind(element)
            if kind == wanted:
                yield element
            elif kind in _WRAPPERS:
                yield from self._children(element, wanted)

    def _cell(self, element: Element, column: int, place: Place) -> _Drawn | None:
        properties = self._properties(element, "tcPr")
        if "cellDel" in properties:
            return None
        if "shd" in properties:
            place = place._replace(ground=place.ground.under(self._shading(properties["shd"])))
        cell = _Drawn(tuple(_merged(self.over(element, place))), column, 1)
        if "gridSpan" in properties:
            cell.colspan = max(1, _number(_attribute(properties["gridSpan"], "val"), 1))
        if "vMerge" in properties:
            cell.merge = _attribute(properties["vMerge"], "val") or "continue"
        if "hMerge" in properties:
            cell.joined = (_attribute(properties["hMerge"], "val") or "continue") == "continue"
        return cell


def _is_picture(drawing: Element) -> bool:
    """Tell whether a drawing is seen where it stands, and is more than a box of text, which is read as such."""
    if any(part.get("behindDoc") in ("1", "true") for part in drawing.iterfind("{*}anchor")):
        return False
    if any(part.get("hidden") in ("1", "true") for part in drawing.iter("{*}docPr")):
        return False
    return next(drawing.iter("{*}txbxContent"), None) is None


def _is_on(property: Element | None) -> bool:
    return property is not None and _attribute(property, "val") not in ("0", "false", "off")


class _Drawn:
    """A cell that may still grow."""

    def __init__(self, passages: tuple[Passage, ...], column: int, colspan: int) -> None:
        self.passages, self.column, self.colspan, self.rowspan = passages, column, colspan, 1
        self.merge, self.joined = "", False

    def done(self) -> PrintedCell:
        return PrintedCell(self.passages, self.rowspan, self.colspan)
