"""Checks of the years in the texts: a text that was taken over from another year gives itself away by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found

_WORDS = WORDS.period
_SPAN, _TITLE = re.compile(_WORDS.span), re.compile(_WORDS.title)
_SUBJECT, _PLAN = re.compile(_WORDS.subject), re.compile(_WORDS.plan)
_EARLIER, _LATER = re.compile(_WORDS.earlier), re.compile(_WORDS.later)
_COUNTED, _SURELY_LATER = re.compile(_WORDS.counted), re.compile(_WORDS.surely_later)


def the_years_in_the_texts_are_the_reports(context: Context) -> Iterator[Finding]:
    """Find the sentences that speak of another year as if it were the report's; each year is asked once a section."""
    year = context.report.year
    if year is None:
        return
    told = set()
    for paragraph in context.prose.paragraphs:
        if "年" not in paragraph.text:
            continue
        for sentence, following in zip_longest(paragraph.sentences, paragraph.sentences[1:], fillvalue=""):
            if sentence.endswith("；") and following.startswith(f"{year}年"):
                continue  # two years beside each other
            wrong = _wrong_year(sentence, paragraph, year)
            if wrong is not None and (paragraph.section, wrong) not in told:
                told.add((paragraph.section, wrong))
                yield found(
                    "wording.year",
                    f"{paragraph.section}:{wrong}",
                    cells=(paragraph.topic,),
                    expected=str(year),
                    actual=str(wrong),
                    heading=context.report.form.section(paragraph.section).heading,
                    sentence=quoted(sentence),
                )


def _wrong_year(sentence: str, paragraph: Paragraph, year: int) -> int | None:
    """Return the year by which a sentence cannot be meant for this report."""
    if span := _SPAN.search(sentence):
        start, end = int(span[1]), int(span[2] or span[1])
        if end != year and not _is_comparison(sentence):
            return end
        if start != year and span[2] and not _is_comparison(sentence):
            return start
    if paragraph.topic in _WORDS.preamble and (title := _TITLE.search(sentence)) and int(title[1]) != year:
        return int(title[1])
    if paragraph.section in _WORDS.plans and (plan := _PLAN.match(sentence)) and int(plan[1]) <= year:
        return int(plan[1])
    return _of_the_subject(sentence, year)


def _of_the_subject(sentence: str, year: int) -> int | None:
    """Return another year with which a sentence begins, unless it looks back or ahead."""
    subject = _SUBJECT.match(sentence)
    if not subject or int(subject[1]) == year:
        return None
    said, rest = int(subject[1]), sentence[subject.end(1) :]
    if said < year:
        return None if _EARLIER.search(rest) else said
    return None if (_SURELY_LATER if _COUNTED.search(rest) else _LATER).search(rest) else said


def _is_comparison(sentence: str) -> bool:
    return any(word in sentence for word in ("上年", "去年", "同比", "以来"))
