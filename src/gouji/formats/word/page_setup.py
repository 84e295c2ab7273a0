"""The page setup: A4 with a print area of 22 lines by 28 characters, and the page number below it."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.formats.word.oxml import Markup, paragraph, part, run, w
from gouji.formats.word.style import BODY_LINE, FOOTER, HEITI, TEXT_WIDTH, WARNING, twips

_PAPER = {"w": 11906, "h": 16838}
_MARGINS = {"top": 2098, "right": 1474, "bottom": 1984, "left": _PAPER["w"] - 1474 - TEXT_WIDTH}
_FOOTER = 1446
"""From the lower edge of the paper to the footer: its dashes are then 7 mm below the print area."""
_WORD = "http://schemas.microsoft.com/office/word"


def section_properties(odd_footer: str, even_footer: str, headers: Sequence[str] = ()) -> Markup:
    """Return the properties of the document's one section.

    The arguments are the relationship ids of the footers and, where there are any, of the headers of odd and of even
    pages.
    """
    return w(
        "sectPr",
        *(w("headerReference", type=side, r_id=id_) for side, id_ in zip(("default", "even"), headers, strict=False)),
        w("footerReference", type="default", r_id=odd_footer),
        w("footerReference", type="even", r_id=even_footer),
        w("pgSz", **_PAPER),
        w("pgMar", **_MARGINS, header=851, footer=_FOOTER, gutter=0),
        w("docGrid", type="lines", linePitch=twips(BODY_LINE)),
    )


def footer_part(side: str) -> bytes:
    """Return a footer: the page number between dashes at the outer side, one character in from the edge."""
    number = w("fldSimple", run("1"), instr=" PAGE ")
    inset = w("ind", **{f"{side}Chars": 100, side: twips(FOOTER.size)})
    properties = (inset, w("jc", val=side))
    return part("ftr", paragraph(FOOTER.id, run("— "), number, run(" —"), properties=properties))


def header_part(text: str) -> bytes:
    """Return a header: one line in the middle, in red, above a rule."""
    rule = w("pBdr", w("bottom", val="single", sz=8, space=4, color=WARNING))
    line = run(text, w("b"), w("color", val=WARNING), eastAsia=HEITI)
    return part("hdr", paragraph(FOOTER.id, line, properties=(rule, w("jc", val="center"))))


def settings_part() -> bytes:
    """Return the settings: footers that differ on odd and even pages, and the layout of today's Word."""
    return part(
        "settings",
        w("zoom", percent=100),
        w("defaultTabStop", val=420),
        w("evenAndOddHeaders"),
        w("characterSpacingControl", val="compressPunctuation"),
        w("compat", w("compatSetting", name="compatibilityMode", uri=_WORD, val=15)),
        w("themeFontLang", val="en-US", eastAsia="zh-CN"),
        w("decimalSymbol", val="."),
        w("listSeparator", val=","),
    )
