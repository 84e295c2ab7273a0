"""The styles of a Word document, as far as they decide how text looks.

ECMA-376 part 1, 17.7.2: the defaults of the document, the style of the table, that of the paragraph, that of the run,
then the properties of the run; a style begins with those of the style on which it is based.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from gouji.formats.word.colours import PAPER, Attributes, Palette, plain_names
from gouji.formats.word.looks import Ground, Properties, is_on, properties_of, shading_of

Element = etree._Element

_DEEPEST = 20
"""The longest chain of styles, each based on the next."""
_TOGGLES = ("strike", "vanish")
"""Properties that a style of a run takes away again where that of the paragraph has them (17.7.3)."""
_OF_PARAGRAPHS = ("spacing", "ind", "numPr", "framePr")


class Named(NamedTuple):
    """The names of the styles of a run; empty for none."""

    table: str = ""
    paragraph: str = ""
    run: str = ""


class Styles:
    """The styles of a document."""

    def __init__(self, root: Element | None, palette: Palette) -> None:
        """Read the styles part; without one, everything is plain."""
        self.palette = palette
        self._elements: dict[str, Element] = {}
        self._own: dict[str, Properties] = {}
        self._whole_paragraphs: dict[str, Properties] = {}
        self._based: dict[str, str] = {}
        self._default, self._normal = Properties(), ""
        self._default_paragraph = Properties()
        self._shaded: dict[str, bool] = {}
        self._known: dict[tuple[Named, int], Properties] = {}
        if root is not None:
            self._take(root)

    def _take(self, root: Element) -> None:
        for default in root.iterfind("{*}docDefaults/{*}rPrDefault/{*}rPr"):
            self._default = properties_of(default, self.palette)
        for default in root.iterfind("{*}docDefaults/{*}pPrDefault/{*}pPr"):
            self._default_paragraph = paragraph_properties(default)
        for style in root.iter("{*}style"):
            attributes = plain_names(style.attrib)
            id = attributes.get("styleId", "")
            self._elements[id] = style
            based = style.find("{*}basedOn")
            if based is not None:
                self._based[id] = plain_names(based.attrib).get("val", "")
            if attributes.get("type") == "paragraph" and attributes.get("default") in ("1", "true"):
                self._normal = id

    def _shades(self, shading: Element) -> bool:
        parent = shading.getparent()
        of_text = parent is not None and str(parent.tag).endswith("}rPr")
        return not of_text and Ground().under(shading_of(shading, self.palette)).colour != PAPER

    def of(self, named: Named) -> Properties:
        """Return what the styles of a run say."""
        return self._of(named, Properties(), 0)

    def in_parts(self, named: Named) -> list[Properties]:
        """Return what the styles of a run say if it stands in one or another of the parts of its table's style.

        Which these are, such as the first row, is not worked out.
        """
        if not named.table:
            return []
        elements = [self._elements[style] for style in self._chain(named.table)]
        parts = [properties_of(part, self.palette) for of in elements for part in of.iterfind("{*}tblStylePr/{*}rPr")]
        return [self._of(named, part, number) for number, part in enumerate(parts, 1) if part]

    def _of(self, named: Named, part: Properties, number: int) -> Properties:
        key = named, number
        if key not in self._known:
            levels = [self._whole(named.table) | part, self._whole(named.paragraph or self._normal)]
            levels.append(self._whole(named.run))
            properties = self._default | levels[0] | levels[1] | levels[2]
            for name in _TOGGLES:
                if name in properties:
                    on = is_on(self._default.get(name)) or sum(is_on(level.get(name)) for level in levels) % 2
                    properties[name] = {"val": "1" if on else "0"}
            self._known[key] = properties
        return self._known[key]

    def of_paragraph(self, id: str) -> Properties:
        """Return what a style says of paragraphs."""
        if id not in self._whole_paragraphs:
            whole = self._default_paragraph
            for style in reversed(self._chain(id or self._normal)):
                own = self._elements[style].find("{*}pPr")
                whole = over(whole, paragraph_properties(own)) if own is not None else whole
            self._whole_paragraphs[id] = whole
        return self._whole_paragraphs[id]

    def are_shaded(self, id: str) -> bool:
        """Tell whether a style colours cells or paragraphs; their ground is then treated as unknown."""
        if id not in self._shaded:
            shadings = (shading for style in self._chain(id) for shading in self._elements[style].iter("{*}shd"))
            self._shaded[id] = any(map(self._shades, shadings))
        return self._shaded[id]

    def _whole(self, id: str) -> Properties:
        whole = Properties()
        for style in reversed(self._chain(id)):
            if style not in self._own:
                properties = self._elements[style].find("{*}rPr")
                self._own[style] = properties_of(properties, self.palette) if properties is not None else {}
            whole |= self._own[style]
        return whole

    def _chain(self, id: str) -> list[str]:
        """Return a style and those on which it is based, the nearest first."""
        chain: list[str] = []
        while id in self._elements and id not in chain and len(chain) < _DEEPEST:
            chain.append(id)
            id = self._based.get(id, "")
        return chain


def paragraph_properties(properties: Element) -> Properties:
    """Return those properties of a paragraph that decide whether its text is seen."""
    found = Properties()
    for part in properties:
        name = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else ""
        if name in _OF_PARAGRAPHS:
            attributes: Attributes = plain_names(part.attrib)
            inner = {etree.QName(child).localname: plain_names(child.attrib).get("val", "") for child in part}
            found[name] = {**attributes, **inner}
    return found


def over(outer: Properties, inner: Properties) -> Properties:
    """Return properties of a paragraph over others; of each, the attributes are inherited one by one."""
    return {name: {**outer.get(name, {}), **inner.get(name, {})} for name in outer.keys() | inner.keys()}
