"""Radicals in place of the characters that look the same.

A font may draw 一 and the radical ⼀ with one glyph. Programs that print from such a font (Chromium among them) name
the glyph by the radical, so the text of a PDF says ⼀、总体情况 and ⻘⽯镇⼈⺠政府, which no search finds.
"""

from __future__ import annotations

import re
import unicodedata

_KANGXI = range(0x2F00, 0x2FD6)
_SUPPLEMENT = dict(
    zip(
        "⺁⺇⺋⺎⺒⺓⺛⺝⺟⺠⺬⺰⺶⺷⺻⺼⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂几㔾尢巳幺旡月母民示纟羊羊聿月虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
_IDEOGRAPHS = str.maketrans({chr(code): unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI} | _SUPPLEMENT)
_ANY = re.compile("[" + "".join(map(chr, _IDEOGRAPHS)) + "]")


def without_radicals(text: str) -> str:
    """Return a text with the intended characters."""
    return text.translate(_IDEOGRAPHS) if _ANY.search(text) else text
