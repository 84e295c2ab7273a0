"""Checks of the subjects that the first section must treat: none is left out, and none is named in passing only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted
from gouji.checks.tidiness import as_meant, heading_of
from gouji.checks.words import WORDS, Subject
from gouji.findings.finding import Finding, found

_WORDS = WORDS.content
_GENERAL = re.compile(_WORDS.general)
_TITLES = re.compile(r"《[^》]*》")
_DIGITS = re.compile(r"\d")
_SHORTEST = 6
"""Characters: a shorter sentence is a heading or a number."""
_LEAST_PARTS = 3
_LEAST_NAMED = 2
"""So many parts, and so many of them named after subjects, show that a section is divided by its subjects."""


def every_subject_is_treated(context: Context) -> Iterator[Finding]:
    """Find the subjects of the first section that nothing is said of.

    A sentence that is understood to be of no subject may treat the one that is missed: then nothing is asked.
    """
    paragraphs = overview(context)
    subjects = _not_in_their_places(paragraphs)
    if not subjects or _is_short(context, paragraphs):
        return
    sentences = [(paragraph.topic, as_meant(one)) for paragraph in paragraphs for one in paragraph.sentences]
    missing = [subject for subject in subjects if not any(_treats(subject, *sentence) for sentence in sentences)]
    if missing and all(_is_understood(sentence) for _, sentence in sentences):
        yield _told("wording.topics", context, paragraphs, missing)


def every_subject_has_its_part(context: Context) -> Iterator[Finding]:
    """Find the subjects that have no part in a section that is divided by subjects, and that are named in passing.

    More than one sentence treats a subject, and so does a sentence with a figure, or a part that is of nothing else
    whatever its heading says.
    """
    paragraphs = overview(context)
    subjects = _not_in_their_places(paragraphs)
    if not subjects or _is_short(context, paragraphs):
        return
    parts = list(_parts(paragraphs))
    headings = [heading for heading, _ in parts if heading]
    places = {paragraph.topic for paragraph in paragraphs} & {subject.topic for subject in _WORDS.topics}
    without = [subject for subject in subjects if not any(_pattern(subject).search(heading) for heading in headings)]
    if len(headings) + len(places) < _LEAST_PARTS or len(_WORDS.topics) - len(without) < _LEAST_NAMED:
        return
    for subject in without:
        said = [(heading, one, told) for heading, told in parts for one in _mentions(subject, told)]
        if len(said) == 1:
            heading, sentence, told = said[0]
            alone = heading and not any(_mentions(other, told) for other in _WORDS.topics if other != subject)
            if not alone and not _DIGITS.search(sentence):
                yield _told("wording.part", context, paragraphs, [subject], sentence)


def _parts(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, list[str]]]:
    """Yield the parts of a section, each with its heading and its sentences; what stands before them has none.

    What stands in a place of its own in the form is a part too.
    """
    heading, topic, sentences = "", "", list[str]()
    for paragraph in paragraphs:
        said = heading_of(paragraph)
        if said or paragraph.topic != topic:
            yield heading, sentences
            heading, topic, sentences = said, paragraph.topic, []
        sentences += [_TITLES.sub("", as_meant(sentence)) for sentence in paragraph.sentences]
    yield heading, sentences


def overview(context: Context) -> Sequence[Paragraph]:
    """Return the paragraphs of the section that must treat the subjects."""
    form = context.report.form
    before = frozenset(topic.key for topic in form.topics if topic.before_heading)
    return context.prose.of_section(_WORDS.section, without=before)


def listed(labels: Sequence[str]) -> str:
    """Return labels as a message names them."""
    return "、".join(f"“{label}”" for label in labels)


def _told(
    rule: str, context: Context, paragraphs: Sequence[Paragraph], subjects: Sequence[Subject], sentence: str = ""
) -> Finding:
    form = context.report.form
    section = form.section(_WORDS.section)
    return found(
        rule,
        f"{section.key}:{subjects[0].topic}" if sentence else section.key,
        cells=(paragraphs[0].topic,),
        clause=section.clause,
        heading=section.heading,
        which=listed([form.topic(subject.topic).label for subject in subjects]),
        sentence=quoted(sentence or paragraphs[0].text),
    )


def _is_short(context: Context, paragraphs: Sequence[Paragraph]) -> bool:
    length = sum(len(paragraph.text) for paragraph in paragraphs)
    return length < context.settings.threshold("wording.topics.length")


def _not_in_their_places(paragraphs: Sequence[Paragraph]) -> list[Subject]:
    """Return the subjects whose own place in the form is empty."""
    answered = {paragraph.topic for paragraph in paragraphs}
    return [subject for subject in _WORDS.topics if subject.topic not in answered]


def _treats(subject: Subject, topic: str, sentence: str) -> bool:
    """Tell whether a sentence is of a subject; in the place of another one it must name it.

    Words such as 公开 and 发布 stand in what is said of every subject.
    """
    elsewhere = any(topic == other.topic for other in _WORDS.topics if other != subject)
    words = subject.by_name if elsewhere and subject.by_name else subject.words
    return re.search(words, sentence) is not None


def _mentions(subject: Subject, sentences: Sequence[str]) -> list[str]:
    return [sentence for sentence in sentences if _pattern(subject).search(sentence)]


def _is_understood(sentence: str) -> bool:
    """Tell whether a sentence is of some subject, or says only what is said of all."""
    if len(sentence) < _SHORTEST or (_GENERAL.search(sentence) and not _DIGITS.search(sentence)):
        return True
    return any(_pattern(subject).search(sentence) for subject in _WORDS.topics)


@cache
def _pattern(subject: Subject) -> re.Pattern[str]:
    return re.compile(subject.words)
