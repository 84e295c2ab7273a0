"""Check that the first section covers every subject it must cover, and not only in passing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted
from gouji.checks.tidiness import as_meant, heading_of
from gouji.checks.words import WORDS, Subject
from gouji.findings.finding import Finding, found
from gouji.runtime.patterns import regex

_WORDS = WORDS.content
_GENERAL = regex(_WORDS.general)
_TITLES = regex(r"《[^》]*》")
_DIGITS = regex(r"\d")
_WITHIN = regex(r"(?<=[。；;])\s*(?=[（(][一二三四五六七八九十][）)])")
_NUMBERED = regex(r"\s*[（(][一二三四五六七八九十][）)]")
_SHORTEST = 6
"""Characters: a shorter sentence is only a heading or a number."""
_LEAST_PARTS = 3
_LEAST_NAMED = 2
"""From this many parts, and this many subjects with a part of their own, a section counts as divided by subjects."""


def every_subject_is_covered(context: Context) -> Iterator[Finding]:
    """Find the subjects that no sentence of the first section is about.

    A sentence that is not understood may be about the missing subject, so nothing is reported if there is one.
    """
    paragraphs = overview(context)
    subjects = _not_in_their_places(paragraphs)
    if not subjects or _is_short(context, paragraphs):
        return
    sentences = [(found.topic, as_meant(sentence)) for found in paragraphs for sentence in found.sentences]
    missing = [subject for subject in subjects if not any(_covers(subject, *sentence) for sentence in sentences)]
    if missing and all(_is_understood(sentence) for sentence in _outside_parts_on_subjects(paragraphs)):
        yield _uncovered("wording.topics", context, paragraphs, missing)


def every_subject_has_its_own_part(context: Context) -> Iterator[Finding]:
    """Find subjects that are only named in passing, in a section that is divided by subjects.

    A subject is covered well enough by two sentences, by one sentence with a figure, or by a part that is about nothing
    else, whatever its heading says.
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
        mentions = [(heading, found, part) for heading, part in parts for found in _mentions(subject, part)]
        if len(mentions) == 1:
            heading, sentence, part = mentions[0]
            fills_part = heading and not any(_mentions(other, part) for other in _WORDS.topics if other != subject)
            if not fills_part and not _DIGITS.search(sentence) and not _NUMBERED.match(sentence):
                yield _uncovered("wording.part", context, paragraphs, [subject], sentence)


def _outside_parts_on_subjects(paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """Yield the sentences outside the parts whose headings name a subject; within these, the heading says it.

    A section with fewer such parts is not divided by subjects.
    """
    parts = list(_parts(paragraphs))
    on_subjects = [any(_pattern(subject).search(heading) for subject in _WORDS.topics) for heading, _ in parts]
    for (_, sentences), on_subject in zip(parts, on_subjects, strict=True):
        if not on_subject or sum(on_subjects) < _LEAST_PARTS:
            yield from sentences


def _parts(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, list[str]]]:
    """Yield the parts of a section, each as its heading and its sentences. Text before the first has heading "".

    The text of each topic of the form is a part of its own, too.
    """
    heading, topic, sentences = "", "", list[str]()
    for paragraph in (piece for whole in paragraphs for piece in _pieces(whole)):
        new_heading = heading_of(paragraph)
        if new_heading or paragraph.topic != topic:
            yield heading, sentences
            heading, topic, sentences = new_heading, paragraph.topic, []
        sentences += _without_titles(paragraph)
    yield heading, sentences


def _pieces(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yield a paragraph, or its pieces where parts such as （二）依申请公开 begin within it."""
    for text in _WITHIN.split(paragraph.text):
        if text.strip():
            yield replace(paragraph, text=text)


def _without_titles(paragraph: Paragraph) -> list[str]:
    """Return the sentences of a paragraph as they are meant, without the titles of documents."""
    return [_TITLES.sub("", as_meant(sentence)) for sentence in paragraph.sentences]


def overview(context: Context) -> Sequence[Paragraph]:
    """Return the paragraphs of the section that must cover the subjects."""
    form = context.report.form
    before_heading = frozenset(topic.key for topic in form.topics if topic.before_heading)
    return context.prose.of_section(_WORDS.section, without=before_heading)


def listed(labels: Sequence[str]) -> str:
    """Return labels as a quoted list for a message."""
    return "、".join(f"“{label}”" for label in labels)


def _uncovered(
    rule: str, context: Context, paragraphs: Sequence[Paragraph], subjects: Sequence[Subject], sentence: str = ""
) -> Finding:
    form = context.report.form
    section = form.section(_WORDS.section)
    named = next((found for found in paragraphs if sentence in _without_titles(found)), paragraphs[0])
    return found(
        rule,
        f"{section.key}:{subjects[0].topic}" if sentence else section.key,
        cells=(named.key,),
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


def _covers(subject: Subject, topic: str, sentence: str) -> bool:
    """Tell whether a sentence is about a subject.

    In the place for another subject it must name this one explicitly: words such as 公开 and 发布 occur everywhere.
    """
    elsewhere = any(topic == other.topic for other in _WORDS.topics if other != subject)
    words = subject.by_name if elsewhere and subject.by_name else subject.words
    return re.search(words, sentence) is not None


def _mentions(subject: Subject, sentences: Sequence[str]) -> list[str]:
    return [sentence for sentence in sentences if _pattern(subject).search(sentence)]


def _is_understood(sentence: str) -> bool:
    """Tell whether a sentence is about some subject, or too short or too general to be about any."""
    if len(sentence) < _SHORTEST or (_GENERAL.search(sentence) and not _DIGITS.search(sentence)):
        return True
    return any(_pattern(subject).search(sentence) for subject in _WORDS.topics)


@cache
def _pattern(subject: Subject) -> re.Pattern[str]:
    return re.compile(subject.words)
