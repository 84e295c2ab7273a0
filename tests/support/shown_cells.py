"""Cells of print in which what a person sees is not simply the text: one table over the media.

A case says what is seen, how Word and a page hold it, and what gouji must answer: a number, or the text that is left
unread. ``asked`` is the rule of the finding that names the cell; without one there is nothing to ask.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import published
import reports

from gouji.report.model import Report

REF = "requests.granted.legal"
MARKED = 777001
"""The number whose cell is changed; it stands nowhere else in the report."""
STRUCK = "（划去：46）"
UNREAD, MARK, BLANK = "figure.unread", "published.mark", "published.blank"

DELETED = "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>"


class Case(NamedTuple):
    """What a person sees, what the file holds, and what is answered."""

    seen: str
    answer: int | str
    asked: str | None
    word: str | None = None
    """The content of the paragraph in the cell; ``[46]`` is a plain run, ``[46|strike]`` one with that property."""
    page: str | None = None
    """The content of the cell."""
    style: str = ""
    """A style sheet in the page."""


def field(code: str, result: str) -> str:
    """Return a field of Word; without a result, as Word stores those that it draws by their code."""
    separate = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}' if result else ""
    code = f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{mark}"/></w:r>' for mark in ("begin", "end"))
    return f"{begin}{code}{separate}{end}"


def filled(text: str, colour: str, fill: str) -> str:
    """Return a run of Word with a colour, and with a fill that Word 2010 puts in its place."""
    fill = f"<w14:textFill>{fill}</w14:textFill>"
    return f"<w:r><w:rPr><w:color w:val='{colour}'/>{fill}</w:rPr><w:t>{text}</w:t></w:r>"


def coloured(text: str, colour: str, theme: str) -> str:
    """Return a run of Word with a colour of the theme."""
    return f'<w:r><w:rPr><w:color w:val="{colour}" w:themeColor="{theme}"/></w:rPr><w:t>{text}</w:t></w:r>'


WHITE_FILL = '<w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'
CLEAR = '><w14:alpha w14:val="100000"/></w14:srgbClr>'
PICTURE = '<w:pict><v:rect style="width:20pt;height:20pt" fillcolor="black"/></w:pict>'
UNSEEN = "（看不见）"

CASES: dict[str, Case] = {
    # ------------------------------------------------------------ plain
    "a number": Case("46", 46, None, "[46]", "46"),
    "a number in pieces": Case("46", 46, None, "[4][6]", "<b>4</b><i>6</i>"),
    "a number in a control, a link, an insertion": Case(
        "46", 46, None, "<w:hyperlink>[4]</w:hyperlink><w:ins>[6]</w:ins>", "<a>4</a><ins>6</ins>"
    ),
    # ------------------------------------------------------------ struck out
    "struck out": Case("4̶6̶", STRUCK, UNREAD, "[46|strike]", "<s>46</s>"),
    "struck out twice": Case("4̶6̶", STRUCK, UNREAD, "[46|dstrike]", "<strike>46</strike>"),
    "struck out by style": Case(
        "4̶6̶", STRUCK, UNREAD, None, '<span style="color:#333; TEXT-DECORATION: line-through">46</span>'
    ),
    "struck out around another element": Case(
        "4̶6̶", STRUCK, UNREAD, None, '<s><span style="text-decoration:none"><b>46</b></span></s>'
    ),
    "struck out by a class": Case(
        "4̶6̶", STRUCK, UNREAD, None, '<span class="a gone">46</span>', ".gone{text-decoration: line-through}"
    ),
    "struck out by a class in a table": Case(
        "4̶6̶",
        "（划去：46）",
        UNREAD,
        None,
        '<i class="old">46</i>',
        "td .old, th > b { text-decoration-line:line-through }",
    ),
    "an element whose line is taken away": Case("46", 46, None, None, '<s style="text-decoration:none">46</s>'),
    "one number struck out, one not": Case("4̶5̶ 46", 46, MARK, "[45|strike][46]", "<s>45</s>46"),
    "deleted and inserted": Case(
        "9̶9̶ 0",
        0,
        MARK,
        "<w:del><w:r><w:delText>99</w:delText></w:r></w:del><w:ins>[0]</w:ins>",
        "<del>99</del><ins>0</ins>",
    ),
    "deleted": Case("4̶6̶", STRUCK, UNREAD, DELETED.format(46), "<del>46</del>"),
    "moved away": Case("4̶6̶", STRUCK, UNREAD, "<w:moveFrom>[46]</w:moveFrom>"),
    "moved here": Case("46", 46, None, "<w:moveTo>[46]</w:moveTo>"),
    "one digit struck out": Case("45̶6", "4（划去：5）6", UNREAD, "[4][5|strike][6]", "4<s>5</s>6"),
    # ------------------------------------------------------------ raised and lowered
    "a footnote mark": Case("46¹", 46, MARK, "[46][1|vertAlign=superscript]", "46<sup>1</sup>"),
    "a footnote mark in brackets": Case("46[1]", 46, MARK, "[46][(1)|vertAlign=superscript]", "46<sup>(1)</sup>"),
    "a star": Case("46*", 46, MARK, "[46][*|vertAlign=superscript]", "46<sup>*</sup>"),
    "a mark before the number": Case("¹46", 46, MARK, "[1|vertAlign=superscript][46]", "<sup>1</sup>46"),
    "a mark in two pieces": Case(
        "46¹²", 46, MARK, "[46][1|vertAlign=superscript][2|vertAlign=superscript]", "46<sup>1</sup><sup>2</sup>"
    ),
    "a mark by style": Case("46¹", 46, MARK, None, '46<span style="vertical-align:super;font-size:60%">1</span>'),
    "a mark that is moved up": Case(
        "46¹",
        46,
        MARK,
        "[46][1|position=12|sz=12]",
        '46<span style="position:relative;top:-6px;font-size:60%">1</span>',
    ),
    "a number that is set straight": Case("46", 46, None, "[46|position=6]", '<i style="vertical-align:middle">46</i>'),
    "a mark by a class": Case("46¹", 46, MARK, None, "46<b class=fn>1</b>", "b.fn{vertical-align:super}"),
    "a lowered digit": Case("46₁", 46, MARK, "[46][1|vertAlign=subscript]", "46<sub>1</sub>"),
    "a raised element that is not": Case("46", 46, None, None, '4<sup style="vertical-align:baseline">6</sup>'),
    "a power": Case("46³⁴⁵", "46³⁴⁵", UNREAD, "[46][345|vertAlign=superscript]", "46<sup>345</sup>"),
    "a raised digit inside": Case("4⁵6", "4⁵6", UNREAD, "[4][5|vertAlign=superscript][6]", "4<sup>5</sup>6"),
    "a raised number alone": Case("⁴⁶", "⁴⁶", UNREAD, "[46|vertAlign=superscript]", "<sup>46</sup>"),
    "a raised sign typed as such": Case("46¹", 46, MARK, "[46¹]", "46¹"),
    "a note of Word": Case("46¹", 46, MARK, '[46]<w:r><w:footnoteReference w:id="2"/></w:r>'),
    "the reading of a sign": Case("46", 46, MARK, None, "<ruby>46<rt>9</rt></ruby>"),
    # ------------------------------------------------------------ hidden
    "a hidden digit": Case("46", 46, None, "[46][9|vanish]", '46<span style="display:none">9</span>'),
    "a hidden number": Case("", "（看不见）", UNREAD, "[46|vanish]", '<span style="display:none">46</span>'),
    "hidden by visibility": Case("46", 46, None, None, '46<span style="visibility:hidden">9</span>'),
    "shown again inside": Case(
        "46", 46, None, None, '<b style="visibility:hidden">9<i style="visibility:visible">46</i></b>'
    ),
    "hidden by opacity": Case("46", 46, None, None, '46<span style="opacity:0">9</span>'),
    "hidden by size": Case("46", 46, None, "[46][9|sz=2]", '46<span style="font-size:0">9</span>'),
    "hidden by a class": Case("46", 46, None, None, "46<span class=x>9</span>", "/* a */ .x{display:none!important}"),
    "hidden on paper only": Case("46", 46, None, None, "4<span class=x>6</span>", "@media print{.x{display:none}}"),
    "hidden by an attribute": Case("46", 46, None, None, "46<span hidden>9</span>"),
    "moved out of the window": Case("46", 46, None, None, '46<i style="position:absolute;left:-9999px">9</i>'),
    "added by a style sheet": Case("46", 46, None, None, "<b class=x>6</b>", ".x::before{content:'4'}"),
    "white": Case("46", 46, None, "[46][9|color=FFFFFF]", '46<span style="color:white">9</span>'),
    "a white number": Case("", "（看不见）", UNREAD, "[46|color=FFFFFF]", '<font color="#FFF">46</font>'),
    "white on black": Case(
        "46", 46, None, "[46|color=FFFFFF|shd=000000]", '<span style="color:#fff;background:#000">46</span>'
    ),
    "black on black": Case(
        "",
        "（看不见）",
        UNREAD,
        "[46|color=000000|shd=000000]",
        '<span style="color:rgb(0,0,0);background-color:black">46</span>',
    ),
    "transparent": Case("46", 46, None, None, '46<span style="color:rgba(0,0,0,0)">9</span>'),
    "a hidden remark in an empty cell": Case("", 0, BLANK, "[无法统计|vanish]", '<i style="display:none">备注</i>'),
    # ------------------------------------------------------------ one parse
    "a comment inside": Case("46", 46, None, "<w:r><w:t>4<!-- 5 -->6</w:t></w:r>", "4<!-- 5 -->6"),
    "an instruction inside": Case("46", 46, None, "<w:r><w:t>4<?x 5?>6</w:t></w:r>", "4<?x 5?>6"),
    "a section of characters": Case("46", 46, None, "<w:r><w:t>4<![CDATA[6]]></w:t></w:r>"),
    "an empty element that nobody knows": Case("46", 46, None, "<w:r><w:t>4<x:y/>6</w:t></w:r>"),
    "an element that nobody knows": Case("46 or 496", "496", UNREAD, "<w:r><w:t>4<x:y>9</x:y>6</w:t></w:r>"),
    "an element around a run": Case("46 or 496", "496", UNREAD, "[4]<x:f>[9]</x:f>[6]"),
    "alternatives": Case(
        "46",
        46,
        None,
        '<mc:AlternateContent><mc:Choice Requires="x">[9]</mc:Choice>'
        "<mc:Fallback>[46]</mc:Fallback></mc:AlternateContent>",
    ),
    "two alternatives at once": Case(
        "9 or 98",
        "98",
        UNREAD,
        '<mc:AlternateContent><mc:Choice Requires="w14">[9]</mc:Choice><mc:Choice Requires="w14">[8]</mc:Choice>'
        "</mc:AlternateContent>",
    ),
    "a formula": Case("46", 46, None, "<m:oMath><m:r><m:t>46</m:t></m:r></m:oMath>"),
    "a sign of a font": Case(
        "46 and a sign", "46□", UNREAD, '[46]<w:r><w:sym w:font="Wingdings" w:char="F031"/></w:r>'
    ),
    # ------------------------------------------------------------ Word: colours
    "filled with white": Case("46", 46, None, "[46]" + filled("9", "FFFFFF", WHITE_FILL)),
    "a number filled with white": Case("", UNSEEN, UNREAD, filled("46", "auto", WHITE_FILL)),
    "a number without a fill": Case("", UNSEEN, UNREAD, filled("46", "auto", "<w14:noFill/>")),
    "a number filled with nothing but transparency": Case(
        "", UNSEEN, UNREAD, filled("46", "auto", WHITE_FILL.replace("FFFFFF", "000000").replace("/>", CLEAR, 1))
    ),
    "a number filled with black": Case("46", 46, None, filled("46", "auto", WHITE_FILL.replace("FFFFFF", "000000"))),
    "white for older programs, filled with black": Case(
        "46 or nothing", "46", UNREAD, filled("46", "FFFFFF", WHITE_FILL.replace("FFFFFF", "000000"))
    ),
    "a number in the theme's colour of the paper": Case("", UNSEEN, UNREAD, coloured("46", "auto", "background1")),
    "a number in the theme's first light colour": Case("", UNSEEN, UNREAD, coloured("46", "FFFFFF", "light1")),
    "a number in the theme's colour of text": Case("46", 46, None, coloured("46", "000000", "text1")),
    "a number in the theme's grey": Case("46", 46, None, coloured("46", "808080", 'background1" w:themeShade="80')),
    "a number in a tint that is nearly white": Case(
        "", UNSEEN, UNREAD, coloured("46", "F2F2F2", 'text1" w:themeTint="0D')
    ),
    "a number on a ground of the theme": Case(
        "",
        UNSEEN,
        UNREAD,
        "<w:r><w:rPr><w:color w:val='000000'/><w:shd w:val='clear' w:fill='auto' w:themeFill='text1'/></w:rPr>"
        "<w:t>46</w:t></w:r>",
    ),
    # ------------------------------------------------------------ Word: sizes and places
    "squeezed to a stroke": Case("46", 46, None, "[46][9|w=1]"),
    "a number that is squeezed to a stroke": Case("", UNSEEN, UNREAD, "[46|w=1]"),
    "a number that is narrow": Case("46", 46, None, "[46|w=66]"),
    "of two and a half points": Case("46", 46, None, "[46][9|sz=5]"),
    "a number of two and a half points": Case("", UNSEEN, UNREAD, "[46|sz=5]"),
    "a number of a size in another unit": Case("", UNSEEN, UNREAD, "[46|sz=1pt]"),
    "a number fitted into nothing": Case("", UNSEEN, UNREAD, "[46|fitText=1]"),
    "digits over one another": Case("4 on 6", "46", UNREAD, "[46|spacing=-200]"),
    "digits that are a little closer": Case("46", 46, None, "[46|spacing=-10]"),
    "a number far above its line": Case("", "46", UNREAD, "[46|position=400]"),
    "digits in two lines": Case(
        "4 over 6",
        "46",
        UNREAD,
        "<w:r><w:rPr><w:eastAsianLayout w:id='1' w:combine='1'/></w:rPr><w:t>46</w:t></w:r>",
    ),
    "digits from right to left": Case("64", "46", UNREAD, '<w:bdo w:val="rtl">[46]</w:bdo>'),
    "in a line of one point": Case(
        "", UNSEEN, UNREAD, '<w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr>[46]'
    ),
    "in a line of fixed height": Case(
        "46", 46, None, '<w:pPr><w:spacing w:line="240" w:lineRule="exact"/></w:pPr>[46]'
    ),
    "indented off the paper": Case("", "46", UNREAD, '<w:pPr><w:ind w:left="-20000"/></w:pPr>[46]'),
    "in a frame of one point": Case(
        "", UNSEEN, UNREAD, '<w:pPr><w:framePr w:w="20" w:h="20" w:hRule="exact"/></w:pPr>[46]'
    ),
    # ------------------------------------------------------------ Word: what is no text
    "a field that lays digits over others": Case("9 on 46", "46□", UNREAD, "[46]" + field(r" EQ \\o\\ac(46,9) ", "")),
    "a field that lays out digits, alone": Case("99", "46□", UNREAD, field(r"eq \\o(9,9)", "[46]")),
    "a field of its own that lays out digits": Case("946", "□46", UNREAD, r'<w:fldSimple w:instr="EQ \\f(9,1)"/>[46]'),
    "a field with a result": Case("46", 46, None, field(" =40+6 ", "[46]")),
    "a picture beside the number": Case("46 and a picture", "46□", UNREAD, f"[46]<w:r>{PICTURE}</w:r>"),
    "a picture in place of the number": Case("a picture", "□", UNREAD, f"<w:r>{PICTURE}</w:r>"),
    "the number of the page": Case("46 and the page", "46□", UNREAD, "[46]<w:r><w:pgNum/></w:r>"),
    # ------------------------------------------------------------ pages: colours
    **{
        f"in the colour {colour}": Case("46", 46, None, None, f'46<span style="color:{colour}">9</span>')
        for colour in (
            "hsl(0, 0%, 100%)",
            "hsl(0deg 0% 100% / 1)",
            "hwb(0 100% 0%)",
            "rgb(100%,100%,100%)",
            "rgb(255 255 255)",
            "rgba(255,255,255,.8)",
            "ivory",
            "snow",
            "seashell",
            "FloralWhite",
            "#fffe",
            "hsl(0 0% 0% / 1%)",
        )
    },
    "a beige number on beige": Case("", UNSEEN, UNREAD, None, '<i style="color:beige;background:beige">46</i>'),
    "a number in a colour of its ground by hsl": Case(
        "", UNSEEN, UNREAD, None, '<i style="color:#336699;background:hsl(210,50%,40%)">46</i>'
    ),
    "a number in a dark colour by hsl": Case("46", 46, None, None, '<i style="color:hsl(210,50%,20%)">46</i>'),
    "a variable that is white": Case(
        "46", 46, None, None, '46<i style="color:var(--pale)">9</i>', ":root{--pale:#fff}"
    ),
    "a variable with a white substitute": Case("46", 46, None, None, '46<i style="color:var(--no, white)">9</i>'),
    "a variable that is nowhere": Case("46?", "46", UNREAD, None, '<i style="color:var(--no)">46</i>'),
    "a variable that hides": Case("46", 46, None, None, '46<i style="--d:none;display:var(--d)">9</i>'),
    "a colour that is not worked out": Case("46?", "46", UNREAD, None, '<i style="color:color(srgb 1 1 1)">46</i>'),
    "a colour that is none": Case("46", 46, None, None, '<i style="color:#12;color:expression">46</i>'),
    "filled with white by a page": Case("46", 46, None, None, '46<i style="-webkit-text-fill-color:#fff">9</i>'),
    "white, but filled with black": Case(
        "46", 46, None, None, '<i style="color:#fff;-webkit-text-fill-color:#000">46</i>'
    ),
    "black on a black gradient": Case(
        "", UNSEEN, UNREAD, None, '<i style="background:linear-gradient(#000,#000)">46</i>'
    ),
    "a number that clips its ground": Case(
        "46?", "46", UNREAD, None, '<i style="background:red;background-clip:text;-webkit-background-clip:text">46</i>'
    ),
    "snow on black": Case("46", 46, None, None, '<span style="background:#000"><font color="snow">46</font></span>'),
    # ------------------------------------------------------------ pages: hidden
    **{
        f"hidden by {style}": Case("46", 46, None, None, f'46<span style="{style}">9</span>')
        for style in (
            "filter:opacity(0)",
            "-webkit-filter:opacity(0%)",
            "opacity:calc(1 - 1)",
            "font-size:calc(0px)",
            "font-size:0.1em",
            "font:0/0 a",
            "font-size:min(1px, 2em)",
            "display:inline-block;transform:scale(0)",
            "display:inline-block;scale:0",
            "display:inline-block;transform:translateX(-9999px)",
            "display:inline-block;translate:-9999px",
            "margin-left:-9999px;float:left",
            "display:inline-block;text-indent:-9999px",
            "position:absolute;clip-path:circle(0)",
            "display:inline-block;clip-path:inset(100%)",
            "display:inline-block;content-visibility:hidden",
            "display:inline-block;max-width:0;overflow:hidden",
            "display:inline-block;max-height:0;overflow:hidden",
            "display:inline-block;overflow:hidden;width:0",
            "display:inline-block;overflow-x:clip;width:1px",
            "float:left;overflow:hidden;height:0",
            "position:absolute;inset:-9999px auto auto -9999px",
            "display:inline-block;height:0;contain:strict",
            "zoom:0.01",
            "opacity:0.2;filter:opacity(1%)",
        )
    },
    "a small font inside a small zoom": Case(
        "46", 46, None, None, '46<i style="zoom:.3"><b style="font-size:8px">9</b></i>'
    ),
    "faint in something faint": Case("46", 46, None, None, '46<i style="opacity:.1"><b style="opacity:.1">9</b></i>'),
    "an inline element without a width": Case(
        "469", 469, None, None, '46<span style="width:0;height:0;overflow:hidden">9</span>'
    ),
    "a zoom of nothing": Case("469", 469, None, None, '46<span style="zoom:0">9</span>'),
    "a name with a comment in it": Case("469", 469, None, None, '46<i style="dis/**/play:none">9</i>'),
    "a popover": Case("46", 46, None, None, "46<i popover>9</i>"),
    "a closed dialog": Case("46", 46, None, None, "46<dialog>9</dialog>"),
    "an opened dialog": Case("46 9", "46\n9", UNREAD, None, "46<dialog open>9</dialog>"),
    # ------------------------------------------------------------ pages: what is not worked out
    **{
        f"changed by {style}": Case("46?", "46", UNREAD, None, f'<span style="{style}">46</span>')
        for style in (
            "display:inline-block;transform:rotate(180deg)",
            "display:inline-block;rotate:180deg",
            "display:inline-block;transform:scaleX(-1)",
            "display:inline-block;transform:matrix(1,0,0,1,-40,0)",
            "display:inline-block;clip-path:inset(0 50% 0 0)",
            "filter:blur(9px)",
            "filter:brightness(100)",
            "-webkit-mask-image:linear-gradient(transparent,transparent)",
            "mix-blend-mode:screen",
            "-webkit-text-security:disc",
            "unicode-bidi:bidi-override;direction:rtl",
            "letter-spacing:-1em",
            "display:inline-block;width:.3em;overflow:hidden",
            "font-feature-settings:'sups'",
            "font-variant-position:super",
            "text-decoration:underline;text-underline-offset:-.5em",
            "outline:9px solid white;outline-offset:-9px",
            "animation:gone 1s forwards",
            "-webkit-text-stroke:9px white",
            "font-size:env(x)",
            "position:relative;left:300px",
            "display:inline-block;offset-path:path('M0 0L900 0')",
        )
    },
    "digits that change places": Case(
        "64",
        "46",
        UNREAD,
        None,
        '<i style="position:relative;left:9px">4</i><i style="position:relative;left:-9px">6</i>',
    ),
    "a digit that floats to the end": Case("64", "46", UNREAD, None, '<i style="float:right">4</i>6'),
    "a number that floats": Case("46", 46, None, None, '<div style="float:right">46</div>'),
    "a number that is placed": Case("46", 46, None, None, '<i style="position:absolute">46</i>'),
    "digits in another order": Case(
        "64", "46", UNREAD, None, '<div style="display:flex"><i style="order:2">4</i><i style="order:1">6</i></div>'
    ),
    "digits in the reverse order": Case(
        "64", "46", UNREAD, None, '<div style="display:flex;flex-direction:row-reverse"><i>4</i><i>6</i></div>'
    ),
    "a digit over another": Case("9 on 46", "469", UNREAD, None, '46<i style="margin-left:-16px">9</i>'),
    "a first digit that is hidden": Case(
        "6", "46", UNREAD, None, '<p class="x">46</p>', "p.x::first-letter{font-size:0}"
    ),
    # ------------------------------------------------------------ pages: what is added, and what is no text
    "added after": Case("46", 46, None, None, "<b class=x>4</b>", ".x:after{content:'6'}"),
    "added in code": Case("46", 46, None, None, "<b class=x>4</b>", r".x:after{content:'\36'}"),
    "added from an attribute": Case(
        "46", 46, None, None, "<b class=x data-n=6>4</b>", ".x::after{content:attr(data-n)}"
    ),
    "added in two pieces": Case("461", 461, None, None, "<b class=x>4</b>", ".x::after{content:'6' \"1\" / 'six'}"),
    "added, but hidden": Case("46", 46, None, None, "<b class=x>46</b>", ".x::after{content:'9';visibility:hidden}"),
    "added, but empty": Case(
        "46", 46, None, None, "<b class=x>46</b>", ".x::after{content:'';display:block;clear:both}"
    ),
    "added by a counter": Case(
        "461", "46□", UNREAD, None, "<b class=x>46</b>", ".x{counter-increment:n}.x::after{content:counter(n)}"
    ),
    "an added picture": Case(
        "46 and a picture", "46□", UNREAD, None, "<b class=x>46</b>", ".x::after{content:url(6.png)}"
    ),
    "a drawing": Case("46", "4□", UNREAD, None, "4<svg width=9 height=16><text y=14>6</text></svg>"),
    "a picture": Case("4 and a picture", "4□", UNREAD, None, '4<img src="six.png" alt="6">'),
    "a picture alone": Case("a picture", "□", UNREAD, None, '<img src="six.png" alt="6">'),
    "a picture that keeps a place": Case(
        "46", 46, None, None, '46<img src="img/spacer.gif"><img src=a width=1 height=1>'
    ),
    "a field to type in": Case("46", "4□", UNREAD, None, "4<input value=6>"),
    "a field that is hidden": Case("46", 46, None, None, "46<input type=hidden value=9>"),
    "a button": Case("46", "4□", UNREAD, None, "4<button>6</button>"),
    "a formula of a page": Case("46", "4□", UNREAD, None, "4<math><mn>6</mn></math>"),
    "a number that a script writes": Case("46", "4□", UNREAD, None, "4<script>document.write(6)</script>"),
    "a script": Case("46", 46, None, None, "46<script>var a = 9</script>"),
    "a numbered list": Case("4. 6", "□6", UNREAD, None, "<ol start=4><li>6</li></ol>"),
    "a list with points": Case("• 46", 46, None, None, "<ul><li>46</li></ul>"),
    "a list with a text of its own": Case(
        "46", "□6", UNREAD, None, "<ul class=x><li>6</li></ul>", ".x{list-style-type:'4'}"
    ),
    "something to open": Case("▶4", "□\n4\n6", UNREAD, None, "<details><summary>4</summary>6</details>"),
    # ------------------------------------------------------------ pages: asked without need
    "a soft hyphen": Case("46", 46, None, None, "4&shy;6"),
    "characters without width": Case("46", 46, None, None, "4&#8203;6&#8288;&#65279;<wbr>"),
    "grey on a day of mourning": Case("46", 46, None, None, '<i style="filter:grayscale(100%)">46</i>'),
    **{
        f"harmless: {style}": Case("46", 46, None, None, f'<span style="{style}">46</span>')
        for style in (
            "mso-bidi-font-size:10.5pt;mso-hansi-font-family:宋体;font-family:仿宋_GB2312;layout-grid-mode:char",
            "font-size:10.5pt;line-height:150%;color:windowtext;background:white;text-indent:0cm",
            "zoom:1",
            "filter:progid:DXImageTransform.Microsoft.gradient(startColorstr=#1);*zoom:1;_height:1px",
            "transform:translateZ(0);backface-visibility:hidden;transition:all .3s;will-change:transform",
            "margin:0 auto;padding:0 5.4pt;border:none windowtext 1.0pt;text-autospace:none;word-break:break-all",
            "overflow:hidden;height:auto;width:100%;max-width:100%;display:inline-block",
            "opacity:.9;position:relative",
            "text-indent:-18pt;margin-left:18pt",
            "letter-spacing:-.05em;font-feature-settings:'tnum'",
            "font:caption",
            "font-size:clamp(12px, 1vw + 4px, 18px)",
            "font-size:medium",
            "animation:none;direction:ltr;left:0",
            "text-decoration:underline;text-underline-position:under",
            "box-shadow:0 0 3px #ccc;text-shadow:1px 1px #eee",
            "color:#333 !important;background:rgba(0,0,0,.03) none repeat scroll 0% 0%",
            "color:rgba(0,0,0,.65)",
            "clip:auto;clip-path:none;mask:none;mix-blend-mode:normal;visibility:inherit",
            "text-indent:2em",
        )
    },
}

NOT_IN_PRINT = {
    "an element that nobody knows",
    "an element around a run",
    "an empty element that nobody knows",
    "alternatives",
    "two alternatives at once",
    "a formula",
    "a note of Word",
    "a number filled with white",
    "a number without a fill",
    "a number filled with nothing but transparency",
    "white for older programs, filled with black",
    "a number in the theme's colour of the paper",
    "a number on a ground of the theme",
    "a number fitted into nothing",
    "digits over one another",
    "a number far above its line",
    "digits in two lines",
    "digits from right to left",
    "in a frame of one point",
    "in a line of one point",  # LibreOffice draws it into the cell above
    "a field that lays digits over others",
    "a field that lays out digits, alone",
    "a field of its own that lays out digits",
    "a picture beside the number",
    "the number of the page",
}
"""Cases of Word that no program prints, or each in its own way: LibreOffice knows no fills and no fields of digits."""
IN_PRINT: dict[str, int | str | None] = {
    "a hidden number": 0,  # it is not in the print at all, so the cell is a blank one
    "a raised number alone": 46,  # small and high up, but with nothing beside it
    "the reading of a sign": None,
    "a sign of a font": None,
    "hidden on paper only": 4,
    # What is cut off, moved off the paper, or a picture is not in the print.
    "indented off the paper": 0,
    "a picture in place of the number": 0,
}
"""What is read of the print of a case, where that is another answer; None for a text that is no number."""
NOT_FROM_CHROMIUM = {
    "transparent",
    "in the colour hsl(0 0% 0% / 1%)",
    "faint in something faint",
    "hidden by font-size:0.1em",
    "hidden by display:inline-block;overflow-x:clip;width:1px",
    "hidden by opacity:0.2;filter:opacity(1%)",
    "a number that floats",
    "a number that is placed",
    "grey on a day of mourning",
    "black on a black gradient",
    "an opened dialog",
}
"""Cases of pages that a PDF does not show: it does not say how transparent a character is, or where it is cut off; text
under a picture, and what is moved out of its cell. What gouji asks about because it does not work out what a browser
does is left out as well: the browser shows another number each time."""

_NAMESPACES = {
    "x": "urn:x",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}


def report() -> Report:
    """Return a report in which one number stands once."""
    return reports.with_figures(
        reports.changed(
            reports.right("2021"), texts={"overview.general": ["公开12条。"], "problems.general": ["更新不够。"]}
        ),
        requests__granted__legal=MARKED,
    )


@cache
def passages() -> tuple[published.Passage, ...]:
    """Return the report as passages."""
    return tuple(published.passages(report()))


def word_file(contents: dict[int, str], made: Sequence[published.Passage] = ()) -> bytes:
    """Return a report as a Word file in which some numbers are replaced by the content of a paragraph."""
    parts = dict(_word_parts(tuple(made) or passages()))
    text = parts["word/document.xml"].decode()
    for number, content in contents.items():
        plain = f'<w:r><w:t xml:space="preserve">{number}</w:t></w:r>'
        assert text.count(plain) == 1
        text = text.replace(plain, re.sub(r"(?<!CDATA)\[([^\[\]|]+(?:\|[^\[\]]+)?)\]", _run, content))
    start = text[: text.index("<w:body>")]
    lacking = [f'xmlns:{name}="{uri}"' for name, uri in _NAMESPACES.items() if f"xmlns:{name}=" not in start]
    parts["word/document.xml"] = text.replace("<w:document ", f"<w:document {' '.join(lacking)} ", 1).encode()
    return zipped(parts)


@cache
def _word_parts(made: tuple[published.Passage, ...]) -> dict[str, bytes]:
    return unzipped(published.document(list(made)))


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip by their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a zip of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return target.getvalue()


def _run(match: re.Match[str]) -> str:
    """Return the run that is written as ``[text|property=value|…]``."""
    text, *properties = match[1].split("|")
    made = ""
    for name, _, value in (each.partition("=") for each in properties):
        attribute = f'w:val="clear" w:fill="{value}"' if name == "shd" else f'w:val="{value}"' if value else ""
        made += f"<w:{name} {attribute}/>"
    return f"<w:r><w:rPr>{made}</w:rPr><w:t>{text}</w:t></w:r>"


def page_file(contents: dict[int, str], style: str = "", made: Sequence[published.Passage] = ()) -> bytes:
    """Return a report as a page in which some numbers are replaced by the content of a cell."""
    text = published.page(list(made or passages()), around=False).decode()
    for number, content in contents.items():
        plain = f"<p><span><b>{number}</b></span></p>"
        assert text.count(plain) == 1
        text = text.replace(plain, content)
    return text.replace("</head>", f"<style>td{{padding:1px}}{style}</style></head>").encode()
