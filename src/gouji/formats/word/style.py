"""Fonts and styles: GB/T 9704 as offices follow it in what they publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from gouji.formats.word.oxml import Markup, part, w

LATIN = "Times New Roman"
FANGSONG = "仿宋_GB2312"
KAITI = "楷体_GB2312"
HEITI = "黑体"
SONGTI = "宋体"
TITLE_SONG = "方正小标宋简体"

WARNING = "C00000"
"""The colour of what says that a document is a draft."""

FALLBACKS = {FANGSONG: "仿宋", KAITI: "楷体", TITLE_SONG: SONGTI, HEITI: "SimHei", SONGTI: "SimSun"}
"""What Word takes where a font is not installed."""

TEXT_WIDTH = 8844
"""The width of the print area in twips: 156 mm."""
CHARACTERS = 28
"""Characters in a line of the body."""

BODY_SIZE = 16
BODY_LINE = 28.95
"""The fixed line pitch in points: 22 lines fill the page, and every text on it keeps to them."""
BODY_SPACING = floor(TEXT_WIDTH / CHARACTERS - BODY_SIZE * 20)
"""What brings 28 characters into a line, in twips a character.

A character grid of the page (``linesAndChars``) would do it in Word, but LibreOffice sets 14 in such a line."""
INDENT = 2
"""Characters by which a paragraph's first line stands in."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style; sizes are in points."""

    id: str
    name: str
    font: str
    size: float
    line: float = BODY_LINE
    latin: str = LATIN
    parent: str = "Normal"
    align: str = "both"
    indent: bool = False
    outline: int | None = None
    """The level in the document map, from 0; a heading stays with what follows it."""
    space: tuple[float, float] = (0, 0)
    """Before and after the paragraph."""
    grid: bool = True
    """Keep to the lines and characters of the body."""
    custom: bool = False


NORMAL = Style("Normal", "Normal", FANGSONG, BODY_SIZE, parent="")
TITLE = Style("Title", "Title", TITLE_SONG, 22, 35, TITLE_SONG, align="center", space=(0, BODY_LINE))
HEADING_1 = Style("Heading1", "heading 1", HEITI, BODY_SIZE, latin=HEITI, indent=True, outline=0)
HEADING_2 = Style("Heading2", "heading 2", KAITI, BODY_SIZE, indent=True, outline=1)
BODY = Style("BodyText", "Body Text", FANGSONG, BODY_SIZE, indent=True)
FOOTER = Style("Footer", "footer", SONGTI, 14, 14, SONGTI, grid=False)
TABLE = Style("TableText", "表格文字", SONGTI, 12, 16, align="center", grid=False, custom=True)
TABLE_WIDE = Style("TableTextWide", "表格文字（多列）", SONGTI, 10.5, 13, align="center", grid=False, custom=True)
TABLE_DENSE = Style("TableTextDense", "表格文字（多行）", SONGTI, 9, 11, align="center", grid=False, custom=True)

STYLES = (NORMAL, TITLE, HEADING_1, HEADING_2, BODY, FOOTER, TABLE, TABLE_WIDE, TABLE_DENSE)


def styles_part() -> bytes:
    """Return the styles part: the defaults and the styles, every font slot named in each."""
    language = w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    defaults = w("rPr", *_font(NORMAL), *font_size(NORMAL.size), language)
    return part("styles", w("docDefaults", w("rPrDefault", defaults), w("pPrDefault")), *map(_style, STYLES))


def font_table_part() -> bytes:
    """Return the font table: each Chinese font with its fallback, so that another machine chooses a near one."""
    chinese = [
        w(
            "font",
            w("altName", val=fallback),
            w("charset", val="86"),
            w("family", val="auto"),
            w("pitch", val="variable"),
            name=name,
        )
        for name, fallback in FALLBACKS.items()
    ]
    latin = w("font", w("charset", val="00"), w("family", val="roman"), w("pitch", val="variable"), name=LATIN)
    return part("fonts", *chinese, latin)


def font_size(points: float) -> tuple[Markup, Markup]:
    """Return the run properties that set a font size, which they count in half points."""
    return w("sz", val=round(points * 2)), w("szCs", val=round(points * 2))


def twips(points: float) -> int:
    """Return a length in twentieths of a point."""
    return round(points * 20)


def _style(style: Style) -> Markup:
    kind = {"default": 1} if not style.parent else {"customStyle": 1} if style.custom else {}
    return w(
        "style",
        w("name", val=style.name),
        *([w("basedOn", val=style.parent)] if style.parent else []),
        *([w("next", val=BODY.id)] if style.outline is not None or style is TITLE else []),
        w("qFormat"),
        w("pPr", *_paragraph_properties(style)),
        w("rPr", *_font(style), *_spacing(style), *font_size(style.size)),
        type="paragraph",
        styleId=style.id,
        **kind,
    )


def _paragraph_properties(style: Style) -> Iterator[Markup]:
    if style.outline is not None:
        yield from (w("keepNext"), w("keepLines"))
    yield w("widowControl")
    if not style.grid:
        yield w("snapToGrid", val=0)
    before, after = map(twips, style.space)
    yield w("spacing", before=before, after=after, line=twips(style.line), lineRule="exact")
    if style.indent:
        yield w("ind", firstLineChars=INDENT * 100, firstLine=twips(INDENT * style.size))
    yield w("jc", val=style.align)
    if style.outline is not None:
        yield w("outlineLvl", val=style.outline)


def _spacing(style: Style) -> list[Markup]:
    if style.parent and style.grid:
        return []
    return [w("spacing", val=BODY_SPACING if style.grid else 0)]


def _font(style: Style) -> list[Markup]:
    return [w("rFonts", ascii=style.latin, hAnsi=style.latin, eastAsia=style.font, cs=style.latin)]
