"""Check what the sections must contain: a government's results, problems with their remedies, a limited length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted, without_spaces
from gouji.checks.subjects import listed, overview
from gouji.checks.words import WORDS, Subject
from gouji.findings.finding import Finding, found
from gouji.form.levels import level_named, level_of
from gouji.runtime.patterns import regex

_WORDS = WORDS.content
_MARKS = regex(r"[\s，。；、：:,.;!！?？“”\"'（）()]+")
_NOTHING, _MEASURES = regex(_WORDS.nothing), regex(_WORDS.measures)
_DEEDS, _UNDONE, _LACKING = regex(_WORDS.deeds), regex(_WORDS.undone), regex(_WORDS.lacking)
_LACKING_SOMETHING = regex(_WORDS.wanting)
_CLAUSES = regex(r"[，,：:]")
_SHORTEST_CLAUSE = 4
_REACH = 12
"""Characters before and after a deed such as 规范 in which 不够 or 较少 may say that it is lacking."""


def a_government_reports_results(context: Context) -> Iterator[Finding]:
    """Find a government that does not report its assessment, its rating by the public, or sanctions."""
    paragraphs = overview(context)
    text = "".join(paragraph.text for paragraph in paragraphs)
    unit = context.report.unit
    if not level_of(unit.level or level_named(unit.name)).government:
        return
    if len(text) < context.settings.threshold("wording.topics.length"):
        return
    missing = [subject.label for subject in _WORDS.results if not _pattern(subject).search(text)]
    if missing:
        section = context.report.form.section(_WORDS.section)
        yield found(
            "wording.results",
            section.key,
            cells=(paragraphs[-1].key,),
            clause=section.clause,
            heading=section.heading,
            which=listed(missing),
            sentence=quoted(paragraphs[-1].text),
        )


def sections_keep_to_the_recommended_length(context: Context) -> Iterator[Finding]:
    """Find sections that are longer than the form recommends."""
    form = context.report.form
    for section in form.sections:
        if section.limit is None:
            continue
        before_heading = frozenset(topic.key for topic in form.topics if topic.before_heading)
        paragraphs = context.prose.of_section(section.key, without=before_heading)
        length = sum(len(without_spaces(paragraph.text)) for paragraph in paragraphs)
        if length > section.limit * context.settings.threshold("wording.long.percent") / 100:
            yield found(
                "wording.long",
                section.key,
                cells=(paragraphs[0].key,),
                expected=section.limit,
                actual=length,
                clause=section.clause,
                heading=section.heading,
                sentence=quoted(paragraphs[0].text),
            )


def problems_and_improvements_are_described(context: Context) -> Iterator[Finding]:
    """Find a section that claims there are no problems, or that names problems but no remedies."""
    paragraphs = context.prose.of_section(_WORDS.problems)
    if not paragraphs:
        return
    heading = context.report.form.section(_WORDS.problems).heading
    text = "".join(paragraph.text for paragraph in paragraphs)
    sentence, cells = quoted(paragraphs[0].text), (paragraphs[0].key,)
    if _NOTHING.match(_MARKS.sub("", text)) or _denies_problems(paragraphs):
        yield found("wording.problems", _WORDS.problems, cells=cells, heading=heading, sentence=sentence)
    elif len(text) < context.settings.threshold("wording.measures.length"):
        return
    elif not (
        any(paragraph.topic == _WORDS.improvements for paragraph in paragraphs)
        or _names_remedies(text, context.report.year)
        or _may_name_remedies(sentence for paragraph in paragraphs for sentence in paragraph.sentences)
    ):
        yield found("wording.measures", _WORDS.problems, cells=cells, heading=heading, sentence=sentence)


def _denies_problems(paragraphs: Sequence[Paragraph]) -> bool:
    """Tell whether the first sentence says that there are no problems, and no later one that something is lacking."""
    first, *rest = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    denies = _NOTHING.match(_MARKS.sub("", first)) is not None
    return denies and not any(_LACKING_SOMETHING.search(sentence) for sentence in rest)


def _names_remedies(text: str, year: int | None) -> bool:
    """Tell whether a text says what was or will be done, and not only what is lacking."""
    planned = year is not None and f"{year + 1}年" in text
    return (
        planned
        or _MEASURES.search(text) is not None
        or any(
            not _UNDONE.search(text[max(0, deed.start() - _REACH) : deed.start()])
            and not _LACKING.match(text[deed.end() : deed.end() + _REACH])
            for deed in _DEEDS.finditer(text)
        )
    )


def _may_name_remedies(sentences: Iterable[str]) -> bool:
    """Tell whether some sentence, or some later part of one, has no word for something lacking.

    It may name a remedy in words that are not in the lists. A wrong question costs more trust than a missed one.
    """
    for sentence in sentences:
        first, *rest = _CLAUSES.split(sentence.strip("。；;！？!? "))
        if any(len(part) >= _SHORTEST_CLAUSE and not _LACKING_SOMETHING.search(part) for part in rest):
            return True
        if not _LACKING_SOMETHING.search(sentence) and len(first) >= _SHORTEST_CLAUSE:
            return True
    return False


@cache
def _pattern(subject: Subject) -> re.Pattern[str]:
    return re.compile(subject.words)
