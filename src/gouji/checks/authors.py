"""Check who is named as the author of a report: another unit, or a wrong name of this one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from gouji.checks.context import Context
from gouji.checks.names import areas_of_name, names_of, short_name
from gouji.checks.prose import Paragraph
from gouji.checks.self_reference import sentence_at
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.levels import level_named, level_of
from gouji.report.model import Unit
from gouji.runtime.patterns import regex

_WORDS = WORDS.authors
_CONTACT, _REPORT = regex(_WORDS.contact), regex(_WORDS.report)
_PLACE, _GENERIC = regex(_WORDS.place), regex(_WORDS.generic)
_FIRST = regex(f"(?:^|(?<=[。；;！？\n]))(?:{_WORDS.begins.removeprefix('^')})")
_SURELY, _LIKELY = (
    [regex(pattern.replace("BODY", _WORDS.body), re.MULTILINE) for pattern in patterns]
    for patterns in (_WORDS.surely, _WORDS.likely)
)
_SIGNED = regex(_WORDS.signed.replace("BODY", _WORDS.body))
_SIGNED_BELOW = regex(_WORDS.signed_below.replace("BODY", _WORDS.body))
_DOING, _DOER, _MEETING = (regex(each) for each in (_WORDS.doing, _WORDS.doer, _WORDS.meeting))
_VAGUE, _RENAMED = regex(_WORDS.vague), regex(_WORDS.renamed)
_ORDINARY = frozenset(_WORDS.ordinary.split("|"))
_LONGEST = 16
"""Characters of the longest name that is looked up."""
_SHORTEST = 3
_REACH = 24
"""Characters after a word of contact, or before 报告, in which a name is looked for."""
_LAST_LINES = 3
"""A name that stands alone in one of the last lines of a report is its signature."""


def no_other_unit_is_named_as_the_author(context: Context) -> Iterator[Finding]:
    """Find another unit's name, or a wrong one, where only this one belongs: who reports, signs, or is to be asked."""
    unit = context.report.unit
    own_names = (*names_of(unit), *context.called)
    others = _short_names(tuple(context.others)) if context.others else frozenset()
    last = context.prose.paragraphs[-_LAST_LINES:] if len(context.prose.paragraphs) > _LAST_LINES else ()
    reported = set[str]()
    for paragraph in context.prose.paragraphs:
        is_last = paragraph in last
        for name, start in (
            *_named(paragraph.text, unit, own_names, others),
            *_named_wrongly(paragraph, unit, own_names, others, is_last=is_last),
        ):
            if any(known in name or name in known for known in reported):
                continue
            reported.add(name)
            yield found(
                "wording.neighbour",
                f"{paragraph.section}:{name}",
                cells=(paragraph.key,),
                expected=unit.name,
                actual=name,
                heading=context.report.form.section(paragraph.section).heading,
                sentence=sentence_at(paragraph.text, start),
            )


# ---------------------------------------------------------------- units of the collection


@lru_cache(maxsize=4)
def _short_names(others: tuple[str, ...]) -> frozenset[str]:
    """Return the names to look for. Two characters, such as 东关, name a unit only with what kind of unit it is."""
    short = {short_name(name) for name in others}
    two = {name for name in short if len(name) == _SHORTEST - 1}
    return frozenset(short | {f"{name}{kind}" for name in two for kind in _WORDS.kinds})


def _named(text: str, unit: Unit, own_names: Collection[str], others: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the units named where only the reporting one belongs, with the positions of their names."""
    if "请" not in text and "报告" not in text and not others:
        return
    contacts = [match.end() for match in _CONTACT.finditer(text)]
    by_place = level_of(unit.level).known_by_place
    if others:
        starts: list[int] = []
        for end in contacts:
            starts += range(end, min(end + _REACH, len(text)))
        for match in _REPORT.finditer(text):
            starts += range(max(0, match.start() - _REACH), match.start())
        if by_place:
            starts += [first.end() for first in _FIRST.finditer(text)]
        for name, start in _known(text, starts, own_names, others):
            if not _is_among(name, own_names):
                yield name, start
    for end in contacts if by_place else ():
        place = _PLACE.match(text, end)
        if place and not _GENERIC.search(place[1]) and not _is_among(place[1], own_names):
            yield place[1], end


def _is_among(name: str, own_names: Collection[str]) -> bool:
    return any(name in own or name.endswith(own) for own in own_names)


def _known(
    text: str, starts: Iterable[int], own_names: Collection[str], others: frozenset[str]
) -> Iterator[tuple[str, int]]:
    for start in starts:
        for length in range(min(_LONGEST, len(text) - start), _SHORTEST - 1, -1):
            if text[start : start + length] in others:
                # 淮安市 in 淮安市洪泽区 is only the area above the author.
                if not text.startswith(tuple(own_names), start + length):
                    yield text[start : start + length], start
                break


# ---------------------------------------------------------------- names that nobody has


def _named_wrongly(
    paragraph: Paragraph, unit: Unit, own_names: Collection[str], others: frozenset[str], *, is_last: bool
) -> Iterator[tuple[str, int]]:
    """Yield names where the author's belongs that are not the author's, whether or not any unit is known by them."""
    text = paragraph.text
    level = level_of(unit.level or level_named(unit.name))
    if not unit.name:
        return
    for pattern in _SURELY:
        for match in pattern.finditer(text):
            if _is_anothers(match["name"], own_names):
                yield match["name"], match.start("name")
    signature = (_SIGNED.match(text.strip()) or _SIGNED_BELOW.search(text.strip())) if is_last else None
    if signature and _is_anothers(signature["name"], own_names):
        yield signature["name"], max(text.find(signature["name"]), 0)
    likely = _LIKELY if _MEETING.search(text) else _LIKELY[:-1]
    for pattern in likely if not level.governs_area else ():
        for match in pattern.finditer(text):
            name = match["name"]
            certain = areas_of_name(name)[0] or _is_much_like(name, own_names)
            if certain and _is_anothers(name, own_names):
                yield name, match.start("name")
    for doing in _DOING.finditer(text) if level.known_by_place else ():
        doer = _DOER.search(text, max(0, doing.start() - _LONGEST), doing.end())
        if doer and not _GENERIC.search(doer["name"]) and _is_anothers(doer["name"], own_names):
            yield doer["name"], doer.start("name")
    if level.known_by_place:
        yield from _of_another_kind(text, short_name(unit.name), others)


def _is_anothers(name: str, own_names: Collection[str]) -> bool:
    """Tell whether a name is certainly not the unit's own, nor that of a part of it, nor short for it."""
    if _VAGUE.search(name):
        return False
    areas, rest = areas_of_name(name)
    own_areas = max((areas_of_name(own)[0] for own in own_names), key=len)
    full_name = max(own_names, key=len)
    # 洪泽区水利局 and 淮安市洪泽区水利局 are one; 栖河县林业局 and 沧原县林业局 are not.
    if areas and own_areas and not areas[-1].endswith(own_areas[-1]) and areas[-1][:-1] not in full_name:
        return True
    # 芦川分局 is a part of its name; 旅游局 in 文化广电和旅游局 is what it was before a merger.
    if rest in full_name and not (areas and any(f"{joint}{rest}" in full_name for joint in "和、")):
        return False
    return not any(own in name or _is_short_for(rest, areas_of_name(own)[1]) for own in own_names)


def _is_short_for(name: str, own: str) -> bool:
    """Tell whether all characters of a name follow one another in the unit's own, as 文旅局 in 文化和旅游局.

    Or it is the unit's own in another order: 芦川生态环境分局 for 生态环境局芦川分局.
    """
    if len(name) + 1 >= len(own) and set(name) <= set(own):
        return True
    rest = iter(own)
    return name[:1] == own[:1] and all(character in rest for character in name)


def _is_much_like(name: str, own_names: Collection[str]) -> bool:
    """Tell whether a name shares two characters that follow one another, as an old name of the unit does."""
    pairs = {name[at : at + 2] for at in range(len(name) - 2)} - _ORDINARY
    return any(pair in own for pair in pairs for own in own_names)


def _of_another_kind(text: str, own: str, others: frozenset[str]) -> Iterator[tuple[str, int]]:
    kind = next((kind for kind in _WORDS.kinds if own.endswith(kind)), "")
    core = own.removesuffix(kind)
    if not kind or len(core) < _SHORTEST - 1 or core not in text:
        return
    kinds = "|".join(other for other in _WORDS.kinds if other != kind)
    for match in re.finditer(rf"(?<![原撤]){core}(?:{kinds}){_WORDS.elsewhere}", text):
        if match[0] not in others and not _RENAMED.search(sentence_at(text, match.start())):
            yield match[0], match.start()
