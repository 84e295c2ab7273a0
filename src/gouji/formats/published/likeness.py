"""Labels with a slip: which label of the form a printed one is, by its letters and by its place among the others.

A slip is accepted where both agree: the labels around it are those of the form, in its order, and its letters are those
of the label that belongs there more than those of any other. Where they disagree it may be either, and nobody guesses.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from gouji.form.labels import bare, normalised

_ALIKE = 0.5
"""The share of common letters from which two labels may be the same one."""
_LETTERS_FOR_A_SLIP = 3
_USUAL = 3
"""A letter that one in three of the other labels has tells nothing."""
_MOST_SLIPS = 3
"""A label with one wrong letter for each three of its own, up to three, is known by its letters."""
_LONGEST = 80
_ORDINAL = re.compile(r"^(\([一二三四五六七八九十]\)|[一二三四五六七八九十](?=[、.])|\d(?=\.))")
_OTHER_MEANINGS = re.compile(
    "上年|上一年|去年|往年|历年|上期|同期|同比|环比|增减|变化|占比|比例|率|累计|小计|其中|备注|说明|序号|已|[万亿千百]?元"
)
"""Words that make another label of a label: 上年数量 is no slip of 本年数量, 元 none of 万元."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What a printed label is in the form."""

    key: str | None = None
    altered: bool = False
    """Whether it was recognised in spite of a slip."""
    either: tuple[str, ...] = ()
    """If it is unclear: the keys that it may be; none of them is read."""


Words = Mapping[str, Sequence[str]]
"""Key → the labels under which it is printed."""


def placed(texts: Sequence[str], exact: Sequence[str | None], keys: Sequence[str], words: Words) -> list[Placed]:
    """Return what each of some neighbouring labels is.

    ``exact`` are the keys of those without a slip, ``keys`` all keys in the order of the form.
    """
    result = [Placed(key) for key in exact]
    lacking = [key for key in keys if key not in exact]
    counts = Counter(key for key in exact if key)
    if not lacking:
        return result
    # A label that stands twice while another one is missing: one of the two is the other one.
    for index, key in enumerate(exact):
        if key and counts[key] > 1:
            result[index] = Placed(either=tuple(each for each in keys if each == key or each in lacking))
    anchors = [(index, keys.index(key)) for index, key in enumerate(exact) if key and counts[key] == 1]
    if any(one[1] > other[1] for one, other in pairwise(anchors)):
        return result
    for (left, before), (right, after) in pairwise([(-1, -1), *anchors, (len(texts), len(keys))]):
        here = [index for index in range(left + 1, right) if exact[index] is None]
        missing = [key for key in keys[before + 1 : after] if counts[key] == 0]
        if len(here) == right - left - 1:
            for index, place in zip(here, in_gap([texts[index] for index in here], missing, words), strict=True):
                result[index] = place
    return result


def in_gap(texts: Sequence[str], missing: Sequence[str], words: Words, *, sure: bool = False) -> list[Placed]:
    """Return what the labels between two known ones are; ``missing`` are the keys of the form between these two.

    ``sure`` asks for labels that their letters alone tell.
    """
    if not missing or not texts:
        return [Placed()] * len(texts)
    certain = _certain(texts, missing, words)
    if certain is not None:
        index, key = certain
        at = list(missing).index(key)
        before = in_gap(texts[:index], missing[:at], words, sure=sure)
        after = in_gap(texts[index + 1 :], missing[at + 1 :], words, sure=sure)
        return [*before, Placed(key, altered=True), *after]
    if sure:
        return [Placed()] * len(texts)
    likely = [index for index, text in enumerate(texts) if len(missing) == 1 and _is_likely(text, missing[0], words)]
    if len(likely) == 1 and (len(texts) == 1 or texts[likely[0]]):
        return [Placed(missing[0], altered=True) if index in likely else Placed() for index in range(len(texts))]
    if len(texts) == len(missing):
        return [Placed(either=tuple(missing))] * len(texts)
    return [Placed()] * len(texts)


def _certain(texts: Sequence[str], missing: Sequence[str], words: Words) -> tuple[int, str] | None:
    """Return a label that only one of the missing keys can be, and that no other label here can be."""
    most = _MOST_SLIPS if len(texts) >= len(missing) else 1  # a label is left out here, and this may be another one
    near = [
        (index, key) for index, text in enumerate(texts) for key in missing if text and _is_near(text, key, words, most)
    ]
    for index, key in near:
        own, others = _least(texts[index], words[key]), [words[other] for other in missing if other != key]
        alone = sum(index == other for other, _ in near) == sum(key == other for _, other in near) == 1
        if alone and _is_nearest(texts[index], key, words) and all(own < _least(texts[index], each) for each in others):
            return index, key
    return None


def resembles(text: str, labels: Collection[str]) -> bool:
    """Tell whether a text is one of some labels without numbers and signs, with one wrong letter at most."""
    return any(_distance(bare(text), label) <= 1 for label in labels if len(label) >= _LETTERS_FOR_A_SLIP)


def _is_near(text: str, key: str, words: Words, most: int) -> bool:
    """Tell whether a text is a label with so few slips that its letters alone say which."""
    return any(
        _distance(bare(text), bare(label)) <= min(most, len(bare(label)) // _LETTERS_FOR_A_SLIP)
        and not _means_more(text, label)
        for label in words[key]
    )


def _is_likely(text: str, key: str, words: Words) -> bool:
    """Tell whether a text in the place of a label may be this label; without letters, the place alone counts."""
    if not bare(text):
        return not text
    alike = any(_is_alike(text, label) and not _means_more(text, label) for label in words[key])
    return alike and bool({*bare(text)} & _telling(key, words)) and _is_nearest(text, key, words)


def _telling(key: str, words: Words) -> set[str]:
    """Return the letters by which a label is told from the others: 维 and 持, not those of 结果."""
    others = [bare(labels[0]) for other, labels in words.items() if other != key]
    letters = {letter for label in words[key] for letter in bare(label)}
    return {letter for letter in letters if _USUAL * sum(letter in other for other in others) < max(1, len(others))}


def _is_alike(text: str, label: str) -> bool:
    one, other = bare(text), bare(label)
    if difflib.SequenceMatcher(None, one, other).ratio() >= _ALIKE:
        return True
    return _ordinal(text) == _ordinal(label) != "" and bool(set(one) & set(other))


def _is_nearest(text: str, key: str, words: Words) -> bool:
    """Tell whether no other label is nearer to a text than one of a key."""
    own = _least(text, words[key])
    return all(own <= _least(text, labels) for other, labels in words.items() if other != key)


def _least(text: str, labels: Sequence[str]) -> int:
    return min(_distance(bare(text), bare(label)) for label in labels)


def _means_more(text: str, label: str) -> bool:
    """Tell whether a text has a word that makes another label of it."""
    return not {*_OTHER_MEANINGS.findall(bare(text))} <= {*_OTHER_MEANINGS.findall(bare(label))}


def _ordinal(text: str) -> str:
    found = _ORDINAL.match(normalised(text))
    return found[1] if found else ""


@lru_cache(maxsize=4096)
def _distance(one: str, other: str) -> int:
    """Return how many letters must be added, left out or changed to make one text of the other."""
    if len(one) > _LONGEST or len(other) > _LONGEST:
        return max(len(one), len(other))
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        row = list(_next_row(row, count, letter, other))
    return row[-1]


def _next_row(above: Sequence[int], count: int, letter: str, other: str) -> Iterator[int]:
    left = count
    yield left
    for index, another in enumerate(other):
        left = min(above[index] + (letter != another), above[index + 1] + 1, left + 1)
        yield left
