"""When two printed labels are the same label."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UNIFIED = str.maketrans({"钩": "勾", "“": '"', "”": '"', "〝": '"', "〞": '"', "＂": '"', "﹙": "(", "﹚": ")"})
_NUMBERED = re.compile(r"^\(?(\d+)\)?[.、．,，]")
_ORDINAL = re.compile(r"^(?:\([一二三四五六七八九十\d]{1,3}\)|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[.、,:)])+")
_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def normalised(label: str) -> str:
    """Return a label without the differences that come from the way offices print it.

    Spaces and line ends are removed, full-width characters become half-width, 钩 becomes 勾, and ``1、`` and ``１．``
    become ``1.``.
    """
    text = unicodedata.normalize("NFKC", label).translate(_UNIFIED)
    text = re.sub(r"\s+", "", text)
    return _NUMBERED.sub(r"\1.", text)


def same(one: str, other: str) -> bool:
    """Tell whether two printed labels are the same label."""
    return normalised(one) == normalised(other)


@lru_cache(maxsize=4096)
def bare(label: str) -> str:
    """Return only the words of a label, without the number, brackets and punctuation that often get lost in print."""
    return _SIGNS.sub("", _ORDINAL.sub("", normalised(label)))
