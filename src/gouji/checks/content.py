"""Checks of what the texts treat: the subjects that the form names, at the length that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted, without_spaces
from gouji.checks.tidiness import as_meant
from gouji.checks.words import WORDS, Subject
from gouji.finding import Finding, found
from gouji.levels import level_named

_WORDS = WORDS.content
_MARKS = re.compile(r"[\s，。；、：:,.;!！?？“”\"'（）()]+")
_NOTHING, _MEASURES = re.compile(_WORDS.nothing), re.compile(_WORDS.measures)
_DEEDS, _UNDONE, _WANTING = re.compile(_WORDS.deeds), re.compile(_WORDS.undone), re.compile(_WORDS.wanting)
_REACH = 12
"""Characters around a deed in which it may be said to be wanting."""


def every_subject_is_treated(context: Context) -> Iterator[Finding]:
    """Find the subjects of the first section that nothing is said of."""
    form, paragraphs = context.report.form, _overview(context)
    text = as_meant("".join(paragraph.text for paragraph in paragraphs))
    if len(text) < context.settings.threshold("wording.topics.length"):
        return
    answered = {paragraph.topic for paragraph in paragraphs}
    missing = [
        form.topic(subject.topic)
        for subject in _WORDS.topics
        if subject.topic not in answered and not _pattern(subject).search(text)
    ]
    if missing:
        section = form.section(_WORDS.section)
        yield found(
            "wording.topics",
            section.key,
            cells=(paragraphs[0].topic,),
            clause=section.clause,
            heading=section.heading,
            which=_listed([topic.label for topic in missing]),
            sentence=quoted(paragraphs[0].text),
        )


def a_government_reports_results(context: Context) -> Iterator[Finding]:
    """Find a government that does not report how its work was assessed, judged by the public, and sanctioned."""
    paragraphs = _overview(context)
    text = "".join(paragraph.text for paragraph in paragraphs)
    unit = context.report.unit
    if (unit.level or level_named(unit.name)) not in _WORDS.governments:
        return
    if len(text) < context.settings.threshold("wording.topics.length"):
        return
    missing = [subject.label for subject in _WORDS.results if not _pattern(subject).search(text)]
    if missing:
        section = context.report.form.section(_WORDS.section)
        yield found(
            "wording.results",
            section.key,
            cells=(paragraphs[-1].topic,),
            clause=section.clause,
            heading=section.heading,
            which=_listed(missing),
            sentence=quoted(paragraphs[-1].text),
        )


def no_section_is_longer_than_it_should_be(context: Context) -> Iterator[Finding]:
    """Find the sections that are longer than the form recommends."""
    form = context.report.form
    for section in form.sections:
        if section.limit is None:
            continue
        before = frozenset(topic.key for topic in form.topics if topic.before_heading)
        paragraphs = context.prose.of_section(section.key, without=before)
        length = sum(len(without_spaces(paragraph.text)) for paragraph in paragraphs)
        if length > section.limit * context.settings.threshold("wording.long.percent") / 100:
            yield found(
                "wording.long",
                section.key,
                cells=(paragraphs[0].topic,),
                expected=section.limit,
                actual=length,
                clause=section.clause,
                heading=section.heading,
                sentence=quoted(paragraphs[0].text),
            )


def problems_and_improvements_are_told(context: Context) -> Iterator[Finding]:
    """Find a section on problems that says there are none, or that says nothing of what is done about them."""
    paragraphs = context.prose.of_section(_WORDS.problems)
    if not paragraphs:
        return
    heading = context.report.form.section(_WORDS.problems).heading
    text = "".join(paragraph.text for paragraph in paragraphs)
    sentence, cells = quoted(paragraphs[0].text), (paragraphs[0].topic,)
    if _NOTHING.match(_MARKS.sub("", text)):
        yield found("wording.problems", _WORDS.problems, cells=cells, heading=heading, sentence=sentence)
    elif len(text) < context.settings.threshold("wording.measures.length"):
        return
    elif not any(one.topic == _WORDS.improvements for one in paragraphs) and not _tells_measures(
        text, context.report.year
    ):
        yield found("wording.measures", _WORDS.problems, cells=cells, heading=heading, sentence=sentence)


def _tells_measures(text: str, year: int | None) -> bool:
    """Tell whether a text says what was or will be done, and not only what is wanting."""
    planned = year is not None and f"{year + 1}年" in text
    return (
        planned
        or _MEASURES.search(text) is not None
        or any(
            not _UNDONE.search(text[max(0, deed.start() - _REACH) : deed.start()])
            and not _WANTING.match(text[deed.end() : deed.end() + _REACH])
            for deed in _DEEDS.finditer(text)
        )
    )


def _overview(context: Context) -> Sequence[Paragraph]:
    form = context.report.form
    before = frozenset(topic.key for topic in form.topics if topic.before_heading)
    return context.prose.of_section(_WORDS.section, without=before)


@cache
def _pattern(subject: Subject) -> re.Pattern[str]:
    return re.compile(subject.words)


def _listed(labels: Sequence[str]) -> str:
    return "、".join(f"“{label}”" for label in labels)
