"""Check the years in the texts: a wrong year shows that a text was taken over from another report."""

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


def years_in_the_texts_match_the_report(context: Context) -> Iterator[Finding]:
    """Find sentences that treat another year as the year of the report; each year is reported once per section."""
    year = context.report.year
    if year is None:
        return
    reported = set()
    for paragraph in context.prose.paragraphs:
        if "年" not in paragraph.text:
            continue
        for sentence, following in zip_longest(paragraph.sentences, paragraph.sentences[1:], fillvalue=""):
            if sentence.endswith("；") and following.startswith(f"{year}年"):
                continue  # the sentence compares last year with this year
            wrong = _wrong_year(sentence, paragraph, year)
            if wrong is not None and (paragraph.section, wrong) not in reported:
                reported.add((paragraph.section, wrong))
                yield found(
                    "wording.year",
                    f"{paragraph.section}:{wrong}",
                    cells=(paragraph.key,),
                    expected=str(year),
                    actual=str(wrong),
                    heading=context.report.form.section(paragraph.section).heading,
                    sentence=quoted(sentence),
                )


def _wrong_year(sentence: str, paragraph: Paragraph, year: int) -> int | None:
    """Return the year that shows that a sentence was not written for this report, or None."""
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
    """Return the year at the start of a sentence if it is another one, unless the sentence looks back or ahead."""
    subject = _SUBJECT.match(sentence)
    if not subject or int(subject[1]) == year:
        return None
    named_year, rest = int(subject[1]), sentence[subject.end(1) :]
    if named_year < year:
        return None if _EARLIER.search(rest) else named_year
    # A count usually reports something done, so only a plain word of intention makes it a plan.
    return None if (_SURELY_LATER if _COUNTED.search(rest) else _LATER).search(rest) else named_year


def _is_comparison(sentence: str) -> bool:
    return any(word in sentence for word in ("上年", "去年", "同比", "以来"))
