"""Check the years in the texts: a wrong year shows that a text was taken over from another report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted, without_spaces
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.runtime.patterns import regex

_WORDS = WORDS.period
_SPAN, _TITLE = regex(_WORDS.span), regex(_WORDS.title)
_SUBJECT, _PLAN = regex(_WORDS.subject), regex(_WORDS.plan)
_EARLIER, _LATER = regex(_WORDS.earlier), regex(_WORDS.later)
_COUNTED, _SURELY_LATER = regex(_WORDS.counted), regex(_WORDS.surely_later)
_PROBLEMS, _UNTIL = regex(_WORDS.problems), regex(_WORDS.until)
_LAST_YEAR = regex(_WORDS.last_year)
_COVERED, _FOUNDED = regex(_WORDS.covered), regex(_WORDS.founded)
_COVERED_DAYS, _COVERED_MONTHS = regex(_WORDS.covered_days), regex(_WORDS.covered_months)
_DATED = regex(_WORDS.dated)
_EVENT, _DEED, _ABOUT_THE_YEAR = (regex(each) for each in (_WORDS.event, _WORDS.deed, _WORDS.about_the_year))
_LAST_LINES = 3
"""A date that stands alone in one of the last lines of a report is the date of the report."""


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


def the_figures_cover_the_whole_year(context: Context) -> Iterator[Finding]:
    """Find a sentence that says that the figures cover less than the year of the report."""
    year = context.report.year
    for paragraph in context.prose.paragraphs:
        for sentence in paragraph.sentences if _COVERED.search(paragraph.text) else ():
            text = without_spaces(sentence)
            if year is None or not _COVERED.search(text) or _FOUNDED.search(text) or _is_comparison(text):
                continue
            days, months = _COVERED_DAYS.search(text), _COVERED_MONTHS.search(text)
            if (days and not _is_the_year(days, ("1", "1"), ("12", "31"))) or (
                months and not _is_the_year(months, ("1",), ("12",))
            ):
                yield found(
                    "wording.year",
                    f"{paragraph.section}:period",
                    variant="period",
                    cells=(paragraph.key,),
                    expected=str(year),
                    heading=context.report.form.section(paragraph.section).heading,
                    sentence=quoted(sentence),
                )
                return


def _is_the_year(match: re.Match[str], first: tuple[str, ...], last: tuple[str, ...]) -> bool:
    """Tell whether a span goes from the first to the last day, or month, of a year. The year itself is checked above.

    A span like 1日至31日 without the second month is not understood.
    """
    start, end = match.groups()[1 : 1 + len(first)], match.groups()[-len(last) :]
    if None in end or (match.groups()[0] and match.groups()[1 + len(first)] not in (None, match.groups()[0])):
        return True
    return tuple(part.lstrip("0") for part in (*start, *end)) == (*first, *last)


def the_report_is_dated_after_its_year(context: Context) -> Iterator[Finding]:
    """Find a report whose own date, below its last text, lies before the end of its year or more than a year after."""
    year = context.report.year
    if year is None:
        return
    for paragraph in context.prose.paragraphs[-_LAST_LINES:]:
        date = _DATED.match(without_spaces(paragraph.text))
        if date is None or len(context.prose.paragraphs) <= _LAST_LINES:
            continue
        is_last_day = int(date[1]) == year and (date[2], date[3]) == ("12", "31")
        if int(date[1]) != year + 1 and not is_last_day:
            yield found(
                "wording.year",
                f"{paragraph.section}:date",
                variant="date",
                cells=(paragraph.key,),
                expected=str(year),
                actual=f"{date[1]}年{date[2]}月" + (f"{date[3]}日" if date[3] else ""),
                heading=context.report.form.section(paragraph.section).heading,
                sentence=quoted(paragraph.text),
            )
            return


def events_happened_in_the_year(context: Context) -> Iterator[Finding]:
    """Find what was done in a month of another year, among the work of this year."""
    year = context.report.year
    if year is None:
        return
    before_heading = frozenset(topic.key for topic in context.report.form.topics if topic.before_heading)
    for paragraph in context.prose.of_section(_WORDS.done, without=before_heading):
        for sentence in paragraph.sentences if "月" in paragraph.text else ():
            event = _EVENT.match(sentence)
            if event is None or int(event[1]) == year or f"{year}年" in sentence:
                continue
            rest = sentence[event.end() :]
            if _DEED.search(rest) and not _ABOUT_THE_YEAR.search(rest) and not _EARLIER.search(rest):
                yield found(
                    "wording.year",
                    f"{paragraph.section}:event",
                    variant="event",
                    cells=(paragraph.key,),
                    expected=str(year),
                    actual=event[1],
                    heading=context.report.form.section(paragraph.section).heading,
                    sentence=quoted(sentence),
                )
                return


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
    if paragraph.section in _WORDS.plans:
        if (plan := _PLAN.match(sentence)) and int(plan[1]) <= year:
            return int(plan[1])
        if (named := _PROBLEMS.match(sentence)) and int(named[1]) != year:
            return int(named[1])
    if (until := _UNTIL.search(sentence)) and int(until[1]) > year and not _LATER.search(sentence):
        return int(until[1])
    if paragraph.section == _WORDS.done and (last := _LAST_YEAR.match(sentence)) and int(last[1]) == year - 1:
        rest = sentence[last.end() :]
        if _DEED.search(rest) and not _EARLIER.search(rest) and f"{year}年" not in rest:
            return int(last[1])
    return _of_the_subject(sentence, paragraph, year)


def _of_the_subject(sentence: str, paragraph: Paragraph, year: int) -> int | None:
    """Return the year at the start of a sentence if it is another one, unless the sentence looks back or ahead."""
    subject = _SUBJECT.match(sentence)
    if not subject or int(subject[1]) == year:
        return None
    named_year, rest = int(subject[1]), sentence[subject.end(1) :]
    if named_year < year:
        compared = _EARLIER.search(rest) or f"{year}年" in rest or _is_half_of_a_comparison(sentence, paragraph, year)
        return None if compared else named_year
    # A count usually reports something done, so only a plain word of intention makes it a plan.
    return None if (_SURELY_LATER if _COUNTED.search(rest) else _LATER).search(rest) else named_year


def _is_half_of_a_comparison(sentence: str, paragraph: Paragraph, year: int) -> bool:
    """Tell whether another part of the same sentence speaks of this year: 2025年12件；2024年15件."""
    whole = next((each for each in re.split("[。！？]", paragraph.text) if sentence.rstrip("。；;") in each), "")
    return sentence.rstrip("。") != whole.strip() and f"{year}年" in whole


def _is_comparison(sentence: str) -> bool:
    return any(word in sentence for word in ("上年", "去年", "同比", "以来"))
