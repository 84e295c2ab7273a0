"""Checks of who speaks in the texts: a township that says 我局 has copied from a bureau."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gouji.checks.context import Context
from gouji.checks.names import names_of, short_name
from gouji.checks.prose import quoted
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.levels import level_named, level_of
from gouji.report.model import Unit

_WORDS = WORDS.voice
_BARE = re.compile(r"\(\?!.*?\)$")
_BEFORE = "。；;，,：:！？年来 "


def the_unit_calls_itself_by_its_own_kind(context: Context) -> Iterator[Finding]:
    """Find 我县, 我局 and the like in the mouth of a unit that is none; each word is asked once."""
    unit = context.report.unit
    pattern = _foreign(unit.name, unit.level or level_named(unit.name))
    if pattern is None:
        return
    told = set()
    for paragraph in context.prose.paragraphs:
        for said in pattern.finditer(paragraph.text):
            word = said[0]
            if word in told or (said["area"] and not _begins(paragraph.text, said.start())):
                continue
            told.add(word)
            yield found(
                "wording.unit",
                f"{paragraph.section}:{word}",
                cells=(paragraph.topic,),
                expected=unit.name,
                actual=word,
                heading=context.report.form.section(paragraph.section).heading,
                sentence=_sentence_at(paragraph.text, said.start()),
            )


def no_other_unit_speaks(context: Context) -> Iterator[Finding]:
    """Find another unit where only this one can stand: who reports, whom to ask, and who has done what is told."""
    unit = context.report.unit
    own = names_of(unit)
    others = _short_names(tuple(context.others)) if context.others else frozenset()
    told = set[str]()
    for paragraph in context.prose.paragraphs:
        for name, at in _named(paragraph.text, unit, others):
            own_name = any(name in mine or name.endswith(mine) for mine in own)
            if own_name or any(name.endswith(before) or before.endswith(name) for before in told):
                continue
            told.add(name)
            yield found(
                "wording.neighbour",
                f"{paragraph.section}:{name}",
                cells=(paragraph.topic,),
                expected=unit.name,
                actual=name,
                heading=context.report.form.section(paragraph.section).heading,
                sentence=_sentence_at(paragraph.text, at),
            )


@lru_cache(maxsize=64)
def _foreign(name: str, level: str) -> re.Pattern[str] | None:
    """Return a pattern for what a unit of this name and level cannot call itself, or None where that is unknown."""
    if not level or not name:
        return None
    record = level_of(level)
    own = {word for key, words in _WORDS.own.items() if key in name for word in words}
    # A government's report is written by its office.
    office = "办" if record.governs_area else ""
    bodies = [word for word in _WORDS.bodies if not _is_own(word, name, own) and word[0] != office]
    # The name begins with the area above the unit, which is not its own.
    short = short_name(name)
    places = [word for word in _WORDS.places if not _is_own(word, short, own)]
    # A department's area is named before it, or not at all: then 我县 may be its own.
    around = short if record.government else name
    unknown = not record.government and not any(area[0] in name for area in _WORDS.areas)
    areas = [
        word
        for word in _WORDS.areas
        if word[0] in record.foreign_areas and not _is_own(word, around, own) and not unknown
    ]
    anywhere = [*bodies, *places]
    never = "(?!)"
    area = f"(?P<area>(?:{'|'.join(areas) or never}){_WORDS.area_followed_by})"
    return re.compile(f"[我本](?:{'|'.join(anywhere) or never}|{area})")


def _begins(text: str, at: int) -> bool:
    """Tell whether a part of a sentence begins at a place, perhaps after a year."""
    return at == 0 or text[at - 1] in _BEFORE


def _is_own(word: str, name: str, own: set[str]) -> bool:
    bare = _BARE.sub("", word)
    return bare in name or bare in own


# ---------------------------------------------------------------- other units


@lru_cache(maxsize=4)
def _short_names(others: tuple[str, ...]) -> frozenset[str]:
    return frozenset(short_name(name) for name in others)


_CONTACT = re.compile(_WORDS.contact)
_REPORT = re.compile(_WORDS.report)
_PLACE = re.compile(_WORDS.place)
_GENERIC = re.compile(_WORDS.generic)
_FIRST = re.compile(f"(?:^|(?<=[。；;！？\n]))(?:{_WORDS.begins.removeprefix('^')})")
_LONGEST = 16
_REACH = 24


def _named(text: str, unit: Unit, others: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the other units that stand where only the reporting one can, with their positions."""
    if "请" not in text and "报告" not in text and not others:
        return
    contacts = [match.end() for match in _CONTACT.finditer(text)]
    if others:
        for at in contacts:
            yield from _known(text, range(at, min(at + _REACH, len(text))), others)
        for match in _REPORT.finditer(text):
            yield from _known(text, range(max(0, match.start() - _REACH), match.start()), others)
        if level_of(unit.level).known_by_place:
            yield from _known(text, [first.end() for first in _FIRST.finditer(text)], others)
    if level_of(unit.level).known_by_place:
        for at in contacts:
            place = _PLACE.match(text, at)
            if place and not _GENERIC.search(place[1]):
                yield place[1], at


def _known(text: str, starts: Iterable[int], others: frozenset[str]) -> Iterator[tuple[str, int]]:
    for at in starts:
        for length in range(min(_LONGEST, len(text) - at), 2, -1):
            if text[at : at + length] in others:
                yield text[at : at + length], at
                break


def _sentence_at(text: str, at: int) -> str:
    start = max(text.rfind(mark, 0, at) for mark in "。；！？") + 1
    ends = [end for mark in "。；！？" if (end := text.find(mark, at)) >= 0]
    sentence = text[start : min(ends) + 1 if ends else len(text)]
    return quoted(sentence, at - start)
