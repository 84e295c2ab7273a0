"""Whether the title of a report has the usual form: <机关全称><年>年政府信息公开工作年度报告."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gouji.findings.finding import Finding, found
from gouji.form.model import Form
from gouji.formats.published.sections import Title, title_of

_MOST_LINES = 3
_MARKS = re.compile(r"[\s《》“”\"]+")
_DIGITS = str.maketrans("０１２３４５６７８９〇○零一二三四五六七八九", "0123456789000123456789")


def unusual_title(lines: Sequence[str], title: Title, form: Form) -> Iterator[Finding]:
    """Yield a note where the title, which ends with the last of the lines, is worded in another way.

    A title without unit or year is left alone: that they are missing is told by others.
    """
    if not (lines and title.unit and title.year):
        return
    printed = _printed(lines, title)
    usual = form.report_title(title.unit, title.year)
    if printed and _MARKS.sub("", printed).translate(_DIGITS) != _MARKS.sub("", usual).translate(_DIGITS):
        yield found("published.title", title=printed, usual=usual)


def _printed(lines: Sequence[str], title: Title) -> str:
    """Return the title as it is printed: the fewest of the last lines that say all of it."""
    for number in range(1, min(_MOST_LINES, len(lines)) + 1):
        joined = "".join(lines[-number:])
        if title_of(joined) == title:
            return "".join(joined.split())
    return ""
