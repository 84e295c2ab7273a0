"""Find copied texts: a section against the unit's own report of last year, or against the other units.

Two sentences count as the same if at least four fifths of their characters are common. The share of a section that is
copied is the share of its sentences that the other text has as well. Sentences that the form, the law or most units
use do not count. Every year counts as the same one.

Comparing every pair of thousands of units would take too long. So equal sentences get one number, lightly edited ones
are compared only if they share one of their rarest runs of characters or are similar to the same sentence, and two
units only if they share enough of the sentences that the fewest have.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gouji.checks.context import Context
from gouji.checks.names import names_of_name
from gouji.checks.prose import quoted
from gouji.checks.settings import AS_SHIPPED, RuleSettings
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.model import Form
from gouji.report.model import Report
from gouji.report.reading import paragraph_key

_WORDS = WORDS.copied_text
_TITLES = re.compile(_WORDS.titles)
_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
_NUMBERED = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[一二三四五六七八九十]是|其[一二三])+")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:(?:19|20)\d{2}|[一二][〇○零九][〇○零一二三四五六七八九]{2})(?=\s*年)")
_ANY_YEAR = "某"
"""What stands for every year: who takes over a text changes the year in it."""
_MARKS = re.compile(r"[^\w]+")
_SHOWN = 3
"""A message quotes at most this many sentences."""


class Pair(msgspec.Struct, frozen=True):
    """Two units whose texts of a section are largely the same."""

    one: str
    """The unit with the shorter text."""
    other: str
    section: str
    share: float
    """How much of the shorter text the other text has as well, in per cent."""
    sentences: tuple[tuple[str, str], ...]
    """The copied sentences side by side, as written."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as it is compared, and as written."""

    bare: str
    """Without titles, names, numbering and marks; each year is replaced by 某, each other number by 0."""
    numbers: tuple[str, ...]
    """The numbers that are no years."""
    written: str
    paragraph: int = 0
    """The position of its paragraph in the section."""


def similar_pairs(
    texts: Mapping[str, Sequence[str]], section: str = "", settings: RuleSettings = AS_SHIPPED
) -> list[Pair]:
    """Return the pairs of units that share at least ``copied.unit.share`` per cent of a text, the largest share first.

    ``texts`` are the paragraphs of one section by unit. If the key is the unit's name, the name is left out of the
    comparison.
    """
    crowd = _Crowd(texts, settings.threshold("copied.unit.everybody") / 100)
    least, length = settings.threshold("copied.unit.share"), settings.threshold("copied.length")
    pairs = []
    for one, other, share in crowd.pairs(least / 100, length):
        pairs.append(Pair(one, other, section, round(share * 100, 1), tuple(crowd.side_by_side(one, other))))
    return sorted(pairs, key=lambda pair: (-pair.share, pair.one, pair.other))


def section_of(report: Report, section: str) -> tuple[str, ...]:
    """Return the paragraphs of a section that are compared, without the text before its heading."""
    return tuple(text for _, text in _keyed(report, section))


def _keyed(report: Report, section: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a section that are compared, each with its key."""
    for topic in report.form.topics_of(section):
        if topic.key not in _WORDS.without:
            for number, text in enumerate(report.texts.get(topic.key, ()), 1):
                yield paragraph_key(topic.key, number), text


def sections() -> tuple[str, ...]:
    """Return the keys of the sections that are compared."""
    return _WORDS.sections


def no_section_repeats_last_year(context: Context) -> Iterator[Finding]:
    """Find sections taken over from last year. In sections that report figures, other numbers make another sentence."""
    if context.previous is None:
        return
    for section in _WORDS.sections:
        mine = own_sentences(section_of(context.report, section), context.report.unit.name)
        theirs = own_sentences(section_of(context.previous, section), context.previous.unit.name)
        length = sum(len(sentence.bare) for sentence in mine)
        if not theirs or length < context.settings.threshold("copied.length"):
            continue
        copied = list(_copied(mine, theirs, compare_numbers=section in _WORDS.figures))
        share = 100 * sum(len(sentence.bare) for sentence, _ in copied) / length
        if share >= context.settings.threshold("copied.last_year.share"):
            form = context.report.form
            yield found(
                "copied.last_year",
                section,
                cells=([key for key, _ in _keyed(context.report, section)][copied[0][0].paragraph],),
                actual=round(share),
                heading=form.section(section).heading,
                count=len(copied),
                which=_listed([sentence.written for sentence, _ in copied]),
            )


def copied_from(pair: Pair, unit: str, form: Form) -> Finding:
    """Return the finding about a pair for one of its two units."""
    other = pair.other if unit == pair.one else pair.one
    return found(
        "copied.unit",
        f"{pair.section}:{other}",
        actual=round(pair.share),
        heading=form.section(pair.section).heading,
        other=other,
        count=len(pair.sentences),
        which=_listed([mine if unit == pair.one else theirs for mine, theirs in pair.sentences]),
    )


def _listed(sentences: Sequence[str]) -> str:
    longest = sorted(sentences, key=len, reverse=True)[:_SHOWN]
    return "".join(f"“{quoted(sentence)}”" for sentence in longest)


def own_sentences(paragraphs: Sequence[str], unit: str) -> list[_Sentence]:
    """Return the sentences that a unit wrote itself, without those that are too short or that everybody uses."""
    sentences = []
    names = [name for name in names_of_name(unit) if not name.isascii()]
    for number, paragraph in enumerate(paragraphs):
        for written in _SENTENCE.findall(paragraph):
            written = written.strip()
            if len(written) < _WORDS.shortest or any(phrase in written for phrase in _WORDS.everybody):
                continue
            bare = _YEAR.sub(_ANY_YEAR, _TITLES.sub("", written))
            for name in names:
                bare = bare.replace(name, "")
            bare = _NUMBERED.sub("", bare)
            plain = _MARKS.sub("", _DIGITS.sub("0", bare))
            if len(plain) >= _WORDS.shortest:
                sentences.append(_Sentence(plain, tuple(_DIGITS.findall(bare)), written, number))
    return sentences


def _copied(
    mine: Sequence[_Sentence], theirs: Sequence[_Sentence], *, compare_numbers: bool
) -> Iterator[tuple[_Sentence, _Sentence]]:
    """Yield each sentence that has a similar one in the other text, with that one."""
    from rapidfuzz.distance import Indel

    for one in mine:
        for other in theirs:
            possible = (not compare_numbers or one.numbers == other.numbers) and _may_be_similar(one.bare, other.bare)
            if possible and Indel.normalized_similarity(one.bare, other.bare) >= _WORDS.similar:
                yield one, other
                break


def _may_be_similar(one: str, other: str) -> bool:
    """Tell whether two sentences are close enough in length to be similar at all."""
    return 2 * min(len(one), len(other)) >= _WORDS.similar * (len(one) + len(other))


# ---------------------------------------------------------------- among many units


class _Crowd:
    """The texts of all units. Each distinct sentence has a number, and so has each unit.

    A sentence is kept once, as it is compared; as written it is taken from the text again for the pairs that are found.
    """

    def __init__(self, texts: Mapping[str, Sequence[str]], everybody: float) -> None:
        self._texts = texts
        self._units = list(texts)
        self._numbers = numbers = dict[str, int]()
        own = [
            array("L", [numbers.setdefault(sentence.bare, len(numbers)) for sentence in own_sentences(text, unit)])
            for unit, text in texts.items()
        ]
        self._bare = list(numbers)
        self._units_with: list[list[int]] = [[] for _ in numbers]
        for unit, several in enumerate(own):
            for sentence in dict.fromkeys(several):
                self._units_with[sentence].append(unit)
        self._near = _lightly_edited(self._bare)
        most = max(_WORDS.crowd, everybody * len(self._units))
        self._spread = [len(self._units_with_similar(sentence)) for sentence in range(len(self._bare))]
        """How many units have each sentence or a similar one."""
        self._everybodys = {sentence for sentence, spread in enumerate(self._spread) if spread >= most}
        self._all = own
        self._own = [[number for number in several if number not in self._everybodys] for several in own]
        self._lengths = [sum(len(self._bare[sentence]) for sentence in several) for several in self._own]

    def pairs(self, least: float, length: float) -> Iterator[tuple[str, str, float]]:
        """Yield pairs of units, the one with the shorter text first, with the share that the other has as well."""
        for one, total in enumerate(self._lengths):
            if total < length:
                continue
            enough, mine = least * total, (total, one)
            for other in self._may_have(one, enough):
                # Each pair is found from both units: keep the one that begins with the shorter text.
                if mine < (self._lengths[other], other) and (size := self._copied(one, other)) >= enough:
                    yield self._units[one], self._units[other], size / total

    def _may_have(self, one: int, enough: float) -> set[int]:
        """Return the units that may have this much of a unit's text.

        Half of all units may share a set phrase. So the sentences that the fewest units have come first, until those
        that are left are too short to be enough without any of them.
        """
        units: set[int] = set()
        left = self._lengths[one]
        for sentence in sorted(self._own[one], key=self._spread.__getitem__):
            if left < enough:
                break
            units.update(self._units_with_similar(sentence))
            left -= len(self._bare[sentence])
        return units

    def _copied(self, one: int, other: int) -> int:
        """Return how many characters of a unit's text the other unit has as well."""
        theirs = set(self._all[other])
        return sum(
            len(self._bare[sentence])
            for sentence in self._own[one]
            if sentence in theirs or not theirs.isdisjoint(self._near.get(sentence, ()))
        )

    def side_by_side(self, one: str, other: str) -> Iterator[tuple[str, str]]:
        """Yield the copied sentences of two units, as written."""
        theirs = {number: sentence.written for number, sentence in self._numbered(other)}
        for number, sentence in self._numbered(one):
            match = next((near for near in (number, *self._near.get(number, ())) if near in theirs), None)
            if match is not None and number not in self._everybodys:
                yield sentence.written, theirs[match]

    def _numbered(self, unit: str) -> Iterator[tuple[int, _Sentence]]:
        for sentence in own_sentences(self._texts[unit], unit):
            yield self._numbers[sentence.bare], sentence

    def _units_with_similar(self, sentence: int) -> Collection[int]:
        """Return the units with this sentence or a similar one."""
        near = self._near.get(sentence)
        if not near:
            return self._units_with[sentence]
        return {unit for similar in (sentence, *near) for unit in self._units_with[similar]}


def _lightly_edited(sentences: Sequence[str]) -> dict[int, list[int]]:
    """Return for each sentence the others that differ from it by a few characters, by their positions.

    Where a set phrase is worded in many ways, the rarest runs of a sentence all lie in its rarest words, and lead to
    those only that share these. So sentences that are similar to the same one are compared as well, until none is new.
    """
    near: dict[int, list[int]] = {}
    for one, others in enumerate(_candidates(sentences)):
        _compare(sentences, one, others, near)
    grown = sorted(near)
    while grown:
        changed = set[int]()
        for one in grown:
            known = near[one]
            others = set[int]().union(*map(near.__getitem__, known)).difference(known, (one,))
            if found := _compare(sentences, one, others, near):
                changed.update(found, near[one])
        grown = sorted(changed)
    return near


def _compare(sentences: Sequence[str], one: int, others: Collection[int], near: dict[int, list[int]]) -> list[int]:
    """Compare a sentence with others, enter those that are similar, and return them."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import extract

    if not others:
        return []
    others = sorted(others)
    texts = [sentences[other] for other in others]
    similar = extract(
        sentences[one], texts, scorer=Indel.normalized_similarity, score_cutoff=_WORDS.similar, limit=None
    )
    found = sorted(others[position] for _, _, position in similar)
    for other in found:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    return found


def _candidates(sentences: Sequence[str]) -> Iterator[set[int]]:
    """Yield for each sentence the earlier ones that share one of its rarest runs of characters."""
    counted = _shared_runs(sentences)
    seen: dict[str, list[int]] = {run: [] for run in counted}
    for number, sentence in enumerate(sentences):
        having = [seen[run] for run in sorted(filter(counted.__contains__, _runs(sentence)), key=counted.__getitem__)]
        yield set[int]().union(*having[: _WORDS.rarest])
        for numbers in having:
            numbers.append(number)


def _shared_runs(sentences: Sequence[str]) -> dict[str, int]:
    """Return the runs of characters that help in finding similar sentences, with the number of sentences with each.

    A run that occurs in too many sentences, or in one only, is no help.
    """
    counted = Counter[str]()
    for sentence in sentences:
        counted.update(_runs(sentence))
    return {run: count for run, count in counted.items() if 1 < count <= _WORDS.common}


def _runs(sentence: str) -> list[str]:
    """Return the runs of characters of a sentence, each once, in their order."""
    size = _WORDS.shingle
    return list(dict.fromkeys([sentence[start : start + size] for start in range(len(sentence) - size + 1)]))
