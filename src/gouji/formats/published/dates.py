"""The day on which a report was published, as the page or the document itself says it above the report."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

_DAY = r"(?P<year>20\d{2})\s*(?:[-/.]|年)\s*(?P<month>\d{1,2})\s*(?:[-/.]|月)\s*(?P<day>\d{1,2})(?!\d)"
_PUBLISHED = re.compile(rf"(?:发布|公布|发文|发表|发稿)(?:日期|时间)?\s*[:：]?\s*[\[【（(]?\s*{_DAY}")
_DATED = re.compile(rf"(?<![一-鿿])(?:公开|上传)?(?:日期|时间)\s*[:：]\s*{_DAY}")
_BESIDE = re.compile(rf"^\W*{_DAY}(?=.*(?:来源|浏览|阅读|点击|字号|字体|作者|打印))")
"""A date without a name, on the line with which portals begin an article."""
_DAY_LINE = re.compile(
    r"\W*(?:发布|公布|公开|发文|发稿|更新)?(?:日期|时间)\s*[:：]\s*"
    rf"{_DAY}\s*日?\s*(?:\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?)?\W*(?:(?:信息|文章)?来源\s*[:：]\s*\S{{1,30}}\W*)?"
)
_NAME_ALONE = re.compile(r"\s*(?:(?:发布|公布|公开)?(?:日期|时间))\s*[:：]?\s*")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0D: "-", 0xFF0E: ".", 0xFF0F: "/"}
_LONGEST_LINE = 160
"""A longer line is a text, which may tell of anybody's publications."""

NAMED = ("pubdate", "publishdate", "publish_date", "publication_date", "article:published_time", "datepublished")
"""The names of the ``meta`` elements in which portals write the day of publication, in lower case."""


def published_on(lines: Sequence[str]) -> datetime.date | None:
    """Return the day of publication that the lines above a report say, the last of them first; None without one.

    What is called 发布 comes before what is only called 时间. The day on which a document was made or last changed
    (成文日期, 更新时间) is not when it was published.
    """
    lines = [line.translate(_FULL_WIDTH) for line in lines]
    for pattern in (_PUBLISHED, _DATED, _BESIDE):
        for line in reversed(list(_with_their_values(lines))):
            if len(line) <= _LONGEST_LINE and (day := _day(pattern.search(line))):
                return day
    return None


def says_only_a_day(line: str) -> bool:
    """Tell whether a line below a title says nothing but when it was published, and from where: no text of a report."""
    return len(line) <= _LONGEST_LINE and _DAY_LINE.fullmatch(line.translate(_FULL_WIDTH)) is not None


def day_in(text: str) -> datetime.date | None:
    """Return the first day that a text names."""
    return _day(re.search(_DAY, text.translate(_FULL_WIDTH)))


def _with_their_values(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines; a name such as 发布日期： goes on in the next line, as in a table of facts."""
    lines = list(lines)
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        yield f"{line}{following}" if _NAME_ALONE.fullmatch(line) else line


def _day(match: re.Match[str] | None) -> datetime.date | None:
    if match is None:
        return None
    try:
        return datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:  # the 30th of February
        return None
