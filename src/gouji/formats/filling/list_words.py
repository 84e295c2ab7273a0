"""What the header of a list says: its words are labels of the form and those of ``list_words.toml``.

A header is read as a sequence of known words, as few as possible, and asks for the figures of which all its words
speak. One unknown word makes it unknown: it may be the word that makes another number of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec

from gouji.form.labels import bare, normalised
from gouji.form.model import Form

Refs = frozenset[str]

_LONGEST = 120
_MOST_READINGS = 8
_SHORTEST_CORE = 2
"""A label without its neutral words, such as 规章, has at least this many characters."""
_UNIT = r"(?P<unit{}>[十百千万亿]*元|[件个项宗份次条])"
_UNITS = re.compile(
    rf"\((?:(?:计量)?单位[:：]?)?{_UNIT.format(1)}\)|(?:计量)?单位[:：]{_UNIT.format(2)}|(?<=[额用费]){_UNIT.format(3)}$"
)
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?!\d|[-./年]\d)年?度?")
"""A year alone: the one of a date is when something was filled in."""
_UNIT_ALONE = re.compile(r"[十百千万亿]*元")
_MEASURE = re.compile(rf"\(?{_UNIT.format('')}\)?")
_MARKS = re.compile("[①-⑳*＊※△▲☆★#]")
_ORDINALS = re.compile(r"\([一二三四五六七八九十]{1,3}\)|(?<!\d)\d{1,2}[.、]")
_NUMBER = re.compile(r"[\da-zA-Z甲乙丙丁]*")


class ListWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of words; it says itself what each part of it means."""

    neutral: tuple[str, ...]
    others: tuple[str, ...]
    ignored: tuple[str, ...]
    no_units: tuple[str, ...]
    totals: tuple[str, ...]
    subtotals: str
    other_titles: str
    titles: str
    seats: str
    offices: str
    notes: str
    sums: dict[str, tuple[str, ...]]
    tables: dict[str, tuple[str, ...]]
    rows: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]


@cache
def list_words() -> ListWords:
    """Return the words that are in no label of the form."""
    text = resources.files("gouji.formats.filling").joinpath("list_words.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), ListWords)


def is_measure(text: str) -> bool:
    """Tell whether a text is a unit of measure and nothing else, such as 万元 or （件）."""
    return _MEASURE.fullmatch(normalised(text)) is not None


@dataclass(frozen=True)
class Said:
    """What one cell of a header says."""

    readings: tuple[Refs, ...] | None
    """The figures that it may speak of, one set for each way to read it, the surest first; None for unknown words."""
    unit: str = ""
    """The unit that it gives its numbers, such as 元."""
    years: frozenset[int] = frozenset()
    neutral: bool = False
    """Whether it says nothing about which figure is asked."""


class Lexicon:
    """The words for the figures of a form."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.every: Refs = frozenset(form.cells)
        self._exact: dict[str, Refs] = {}
        self._words: dict[str, Refs] = {}
        self._parts = _parts(form)
        extra = list_words()
        self._neutral = {bare(word) for word in extra.neutral}
        for word in (*extra.neutral, *extra.others):
            self._words[bare(word)] = self.every if word in extra.neutral else frozenset()
        for label, refs in _labels(form):
            _join(self._exact, normalised(_UNITS.sub("", normalised(label))), refs)
        own: dict[str, Refs] = {}
        for label, refs in (*_labels(form), *self._extra(extra)):
            _join(own, bare(_UNITS.sub("", normalised(label))), refs)
        for label, refs in list(own.items()):
            core = self._core(label)
            if core not in own and core not in self._words and len(core) >= _SHORTEST_CORE:
                _join(own, core, refs)
        self._words |= own
        self._words.pop("", None)
        self._longest = max(map(len, self._words))
        self._said: dict[str, Said] = {}

    def _extra(self, extra: ListWords) -> Iterator[tuple[str, Refs]]:
        def of(keep: dict[str, tuple[str, ...]], axis: int) -> Iterator[tuple[str, Refs]]:
            for key, words in keep.items():
                table, _, name = key.partition(".")
                refs = frozenset(
                    ref for ref in self.every if (ref.split(".")[0], ref.split(".")[axis]) == (table, name)
                )
                yield from ((word, refs) for word in words if refs)

        yield from of(extra.rows, 1)
        yield from of(extra.columns, 2)
        for table, words in extra.tables.items():
            yield from ((word, frozenset(r for r in self.every if r.startswith(f"{table}."))) for word in words)
        yield from ((word, frozenset(self._parts)) for word in extra.sums["words"])

    def _core(self, label: str) -> str:
        """Return a label without the neutral words at its ends."""
        for word in sorted(self._neutral, key=len, reverse=True):
            if label.startswith(word) and len(label) > len(word):
                return self._core(label[len(word) :])
            if label.endswith(word) and len(label) > len(word):
                return self._core(label[: -len(word)])
        return label

    def said(self, text: str) -> Said:
        """Return what a cell of a header says."""
        if text not in self._said:
            self._said[text] = self._understood(text)
        return self._said[text]

    def _understood(self, text: str) -> Said:
        plain = normalised(_MARKS.sub("", text))
        if _UNIT_ALONE.fullmatch(plain):
            return Said((self.every,), plain, neutral=True)
        units = {match[name] for match in _UNITS.finditer(plain) for name in match.groupdict() if match[name]}
        plain = _UNITS.sub("", plain)
        years = frozenset(int(year) for year in _YEARS.findall(plain))
        plain = _YEARS.sub("", plain)
        unit = units.pop() if len(units) == 1 else "、".join(sorted(units))
        letters = bare(_ORDINALS.sub("", plain))
        if _NUMBER.fullmatch(letters):
            return Said((self.every,), unit, years, neutral=True)
        readings = self._read(letters)
        exact = self._exact.get(plain)
        if exact is not None:
            readings = [exact, *(refs for refs in readings or () if refs != exact)]
        return Said(tuple(readings) if readings is not None else None, unit, years, neutral=readings == [self.every])

    def _read(self, text: str) -> list[Refs] | None:
        """Return what a text says with as few words as possible, in each way to divide it; None for unknown words."""
        if len(text) > _LONGEST:
            return None
        best: list[tuple[int, list[Refs]] | None] = [None] * (len(text) + 1)
        best[0] = (0, [self.every])
        for end in range(1, len(text) + 1):
            for start in range(max(0, end - self._longest), end):
                before, refs = best[start], self._words.get(text[start:end])
                if before is None or refs is None:
                    continue
                count, now = before[0] + 1, best[end]
                if now is not None and now[0] < count:
                    continue
                kept = [] if now is None or now[0] > count else now[1]
                more = [refs & each for each in before[1]]
                best[end] = (count, list(dict.fromkeys([*kept, *more]))[:_MOST_READINGS])
        last = best[len(text)]
        return last[1] if last else None

    def whole(self, refs: Refs) -> Refs:
        """Return the one figure that is the total of all the others, else all: 予以公开 alone asks for its total."""
        for ref in refs:
            if refs - {ref} <= self._parts.get(ref, frozenset()):
                return frozenset({ref})
        return refs

    def parts(self, ref: str) -> Refs:
        """Return the figures of which a figure is the sum, directly or not."""
        return self._parts.get(ref, frozenset())


@cache
def lexicon_of(form: Form) -> Lexicon:
    """Return the words for the figures of a form."""
    return Lexicon(form)


def _join(words: dict[str, Refs], word: str, refs: Refs) -> None:
    words[word] = words.get(word, frozenset()) | refs


def _labels(form: Form) -> Iterator[tuple[str, Refs]]:
    """Yield the labels of sections, rows and columns and of their groups, each with the figures below or beside it."""
    for section in form.sections:
        refs = frozenset(ref for ref, cell in form.cells.items() if form.table(cell.table).section == section.key)
        for label in (section.heading, section.sheet, *section.aliases) if refs else ():
            yield label, refs
    for ref, cell in form.cells.items():
        one = frozenset({ref})
        for member in (cell.row, cell.column):
            yield from ((label, one) for label in (*member.label, *member.aliases))
        yield cell.block.title, one


def _parts(form: Form) -> dict[str, Refs]:
    """Return for each total the figures that it adds up, also those of the totals in it."""
    direct: dict[str, set[str]] = {}
    for relation in form.relations:
        if relation.family.sums and relation.left:
            direct.setdefault(relation.left[0].ref, set()).update(term.ref for term in relation.right)

    def closure(ref: str) -> Iterable[str]:
        for part in direct.get(ref, ()):
            yield part
            yield from closure(part)

    return {ref: frozenset(closure(ref)) for ref in direct}
