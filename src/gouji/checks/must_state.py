"""Check that the texts state what a higher office demands, as the settings of the office list it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from gouji.checks.claim_parts import Claim
from gouji.checks.context import Context
from gouji.checks.narrative import claims_of
from gouji.checks.prose import Paragraph, half_width, without_spaces
from gouji.checks.settings import MustState
from gouji.checks.vocabulary import vocabulary
from gouji.findings.finding import Finding, found, plain
from gouji.form.labels import bare
from gouji.form.levels import level_named, level_of
from gouji.form.model import Form, Section
from gouji.form.values import Number, is_number
from gouji.report.model import Unit
from gouji.runtime.patterns import regex

_NUMBER = regex(r"\d+(?:\.\d+)?(?!\s*[\d年月日号%条篇期场个次名人家处])")
"""A number that is no date, and that does not count posts, meetings or people, which no table does."""
Pair = tuple[str, str]
"""Two characters that stand side by side."""

_CLAUSE = regex(r"[，,：:]")
_NUMBERED = regex(r"^[（(]?\d+[、.．)）]")
"""The number of an item, which is no figure."""


def what_the_office_demands_is_stated(context: Context) -> Iterator[Finding]:
    """Find sections that lack a figure or the words which the settings demand of a unit of this level."""
    form, found_ids = context.report.form, set()
    sections = {section.key: section for section in form.sections}
    for demand in context.settings.must_state:
        section = sections.get(demand.section)
        if section is None or not _concerns(demand, context.report.unit):
            continue
        paragraphs = _paragraphs(context, section)
        if not paragraphs and section.required:
            continue  # nothing is written there at all, and that is said already
        missing = (
            _missing_figure(context, demand, paragraphs)
            if demand.figure
            else _missing_words(context, demand, paragraphs)
        )
        instance = f"{section.key}:{demand.figure or '、'.join(demand.words)}"
        if missing and instance not in found_ids:
            found_ids.add(instance)
            yield found(
                "content.must_state",
                instance,
                cells=(_place(context, section, paragraphs),),
                clause=demand.source,
                heading=section.heading,
                what=missing,
                source=demand.source,
            )


def _concerns(demand: MustState, unit: Unit) -> bool:
    return not demand.levels or level_of(unit.level or level_named(unit.name)).key in demand.levels


def _paragraphs(context: Context, section: Section) -> list[Paragraph]:
    before_heading = frozenset(topic.key for topic in context.report.form.topics if topic.before_heading)
    return context.prose.of_section(section.key, without=before_heading)


def _place(context: Context, section: Section, paragraphs: Sequence[Paragraph]) -> str:
    """Return the key of the last paragraph, after which it can be added; of the first topic where there is none."""
    return paragraphs[-1].key if paragraphs else context.report.form.topics_of(section.key)[0].key


def _missing_words(context: Context, demand: MustState, paragraphs: Sequence[Paragraph]) -> str:
    """Return the words none of which stands in a section, as a message names them; empty if one does."""
    form = context.report.form
    # The headings of the answered topics are printed in the report as well.
    headings = [form.topic(key).heading or "" for key in dict.fromkeys(paragraph.topic for paragraph in paragraphs)]
    text = without_spaces("\n".join((*headings, *(paragraph.text for paragraph in paragraphs))))
    if any(without_spaces(half_width(word)) in text for word in demand.words):
        return ""
    return "或者".join(f"“{word}”" for word in demand.words)


def _missing_figure(context: Context, demand: MustState, paragraphs: Sequence[Paragraph]) -> str:
    """Return the cell whose figure a section does not state, as a message names it; empty if it does."""
    cell, value = context.report.form.cells.get(demand.figure), context.values.get(demand.figure)
    # A figure that is missing or no number is reported as such.
    if cell is None or not is_number(value) or _states(context, paragraphs, demand.figure, value):
        return ""
    return f"{context.report.form.sheet_of(cell.table)}{cell.printed}的数（{plain(value)}）"


def _states(context: Context, paragraphs: Sequence[Paragraph], ref: str, value: Number) -> bool:
    """Tell whether a section states the figure of a cell, right or wrong.

    A number that nobody claims for another cell may be this one in words that are not understood, so it counts if it
    is the same and stands with words of the cell: a small number stands anywhere. A wrong question costs more trust
    than a missed one.
    """
    claims = claims_of(context.report, context.prose)
    words = _words_of(context.report.form, ref)
    for paragraph in paragraphs:
        loose = [(sentence, number) for sentence in paragraph.sentences for number in _numbers_with(words, sentence)]
        if paragraph.topic.startswith(vocabulary().topics):
            for sentence, claim in claims.of(paragraph.sentences, paragraph.topic):
                if any(ref in [named for _, named in meaning] and _is_of(claim, meaning) for meaning in claim.meanings):
                    return True
                if (sentence, claim.value) in loose:
                    loose.remove((sentence, claim.value))
        if value != 0 and any(number == value for _, number in loose):
            return True
    return False


def _numbers_with(words: frozenset[Pair], sentence: str) -> Iterator[Decimal]:
    """Yield the numbers of a sentence that have one of some words in their clause or in the one before."""
    before = ""
    for clause in _CLAUSE.split(without_spaces(_NUMBERED.sub("", sentence))):
        if words & {*pairwise(before), *pairwise(clause)}:
            yield from map(Decimal, _NUMBER.findall(clause))
        before = clause


def _words_of(form: Form, ref: str) -> frozenset[Pair]:
    """Return the pairs of characters in the label of a cell's row that no other table and section has.

    Chinese words are mostly of two characters; 申请 is one of the requests, 信息 says nothing.
    """
    cell = form.cells[ref]
    own_section = form.table(cell.table).section
    elsewhere = [section.heading for section in form.sections if section.key != own_section]
    for other in form.cells.values():
        if other.table != cell.table:
            elsewhere += [*other.row.label, *other.column.label]
    common = {pair for text in elsewhere for pair in pairwise(bare(text))}
    own = [{*pairwise(bare(text))} - common for text in (*cell.row.label[-2:], *cell.row.aliases)]
    return frozenset(set().union(*own) or {*pairwise(bare(cell.row.label[-1]))})


def _is_of(claim: Claim, meaning: Sequence[tuple[int, str]]) -> bool:
    """Tell whether a claim gives the figures of its cells: of one cell, or that each of them is 0."""
    return len(meaning) == 1 or claim.value == 0
