"""Find announced counts, such as 以下三个问题, that differ from the number of items in the list that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gouji.checks.prose import Paragraph
from gouji.checks.words import WORDS
from gouji.report.numerals import from_words
from gouji.runtime.patterns import regex

_WORDS = WORDS.enumerations
_COUNT = regex(_WORDS.count)
_SIGN = regex("[两三四五六七八2-8](?:个|大|点|类|项|条|方面)")
"""What every announced count has."""
_UNMARKED = regex(_WORDS.unmarked)
_NUMERAL = "[一二三四五六七八九十]{1,2}"
_STYLES = tuple(
    regex(rf"(?:^|(?<=[。；;：:，,、！\s])){pattern}")
    for pattern in (
        rf"(?P<number>{_NUMERAL})是",
        rf"[（(](?P<number>{_NUMERAL})[）)]",
        rf"(?P<number>{_NUMERAL})、",
        rf"第(?P<number>{_NUMERAL})[，,、]",
        r"(?P<number>\d{1,2})[.、．](?!\d)",
        r"[（(](?P<number>\d{1,2})[）)]",
    )
)
_TWO = "两"
_FEWEST = 2
"""Items: a list of one may go on in words that are no marks of a list."""
_REACH = 3
"""Characters between the words that announce a list and its first item."""


class Miscounted(NamedTuple):
    """A list that has another number of items than was announced."""

    paragraph: Paragraph
    announced: str
    """The words that announce it."""
    items: int


def miscounted(paragraphs: Sequence[Paragraph]) -> Iterator[Miscounted]:
    """Yield the lists that do not have as many items as the words before them say."""
    for index, paragraph in enumerate(paragraphs):
        for count in _COUNT.finditer(paragraph.text) if _SIGN.search(paragraph.text) else ():
            if count.end() >= len(paragraph.text.rstrip()):
                following, start = list(paragraphs[index + 1 :]), 0
            else:
                following, start = list(paragraphs[index:]), count.end()
            announced = _value(count["number"])
            items = _items(following, start)
            if announced and items >= _FEWEST and items != announced:
                yield Miscounted(paragraph, count["words"], items)


def _items(paragraphs: Sequence[Paragraph], start: int) -> int:
    """Return how many items the list has that begins here; 0 if there is none, or if it is not clear where it ends."""
    if not paragraphs:
        return 0
    text = paragraphs[0].text[start : start + 12]
    first = next(((style, match) for style in _STYLES if (match := style.search(text))), None)
    if first is None or first[1].start() > _REACH or _value(first[1]["number"]) != 1:
        return 0
    style, last = first[0], 0
    for number, paragraph in enumerate(paragraphs):
        text = paragraph.text[start:] if number == 0 else paragraph.text
        marks = list(style.finditer(text))
        if number and not (marks and marks[0].start() == 0 and _value(marks[0]["number"]) == last + 1):
            if _ends_the_list(paragraphs[number:], style, last):
                return last
            continue  # it belongs to the item before it
        for mark in marks:
            value = _value(mark["number"])
            if value == 1 and last:
                return last
            if value != last + 1:
                return 0
            last = value
        rest = text[marks[-1].end() :] if marks else text
        if _UNMARKED.search(rest):
            return 0
    return last


def _ends_the_list(paragraphs: Sequence[Paragraph], style: re.Pattern[str], last: int) -> bool:
    """Tell whether no later paragraph of the section goes on with the list before it begins anew."""
    for paragraph in paragraphs:
        if (mark := style.match(paragraph.text)) is not None:
            return _value(mark["number"]) != last + 1
    return True


def _value(written: str) -> int:
    if written.isascii():
        return int(written)
    return int(from_words(written.replace(_TWO, "二")) or 0)
