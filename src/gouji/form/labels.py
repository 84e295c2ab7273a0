"""When two printed labels are the same label, and the units of money that are printed beside them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# The letters of labels as pages in traditional Chinese write them.
_TRADITIONAL = (
    "業舉於會體務動區單發國處復複覆實審對屬應開強當總護報據數無機權構沒現執確類糾納組織經結"
    "繼續維繳罰範獲補規計認議許訟訪訴詢說請購費轉過進額項題問際決減劃製辦後與為穩條級別併徵"
)
_SIMPLIFIED = (
    "业举于会体务动区单发国处复复复实审对属应开强当总护报据数无机权构没现执确类纠纳组织经结"
    "继续维缴罚范获补规计认议许讼访诉询说请购费转过进额项题问际决减划制办后与为稳条级别并征"
)
_SIGNS_OF_PRINT = {"钩": "勾", "“": '"', "”": '"', "〝": '"', "〞": '"', "＂": '"', "﹙": "(", "﹚": ")"}
_UNIFIED = str.maketrans({**dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)), **_SIGNS_OF_PRINT})
_NUMBERED = re.compile(r"^\(?(\d+)\)?[.、．,，]")
_ORDINAL = re.compile(r"^(?:\([一二三四五六七八九十\d]{1,3}\)|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[.、,:)])+")
_MONEY = re.compile(r"(?:^|[:、/,(以按为币])([十百千万亿]*元)(?=$|[)、/,。;计])")
_SIGNS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def normalised(label: str) -> str:
    """Return a label without the differences that come from the way offices print it.

    Spaces and line ends are removed, full-width characters become half-width, traditional ones simplified, 钩 becomes
    勾, and ``1、`` and ``１．`` become ``1.``.
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


def money_units(texts: Iterable[str]) -> frozenset[str]:
    """Return the units of money that texts give to numbers, such as 注：金额以元计; an amount of 100元 is none."""
    return frozenset(unit for text in texts if "元" in text for unit in _MONEY.findall(normalised(text)))
