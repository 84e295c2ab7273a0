"""Check who speaks in the texts: a township that writes 我局 has copied from a bureau."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gouji.checks.context import Context
from gouji.checks.names import short_name
from gouji.checks.prose import quoted, without_spaces
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.levels import level_named, level_of
from gouji.runtime.patterns import regex

_WORDS = WORDS.self_reference
_WHOLE_AREA, _OWN, _HOSTS = (regex(each) for each in (_WORDS.whole_area, _WORDS.own_part, _WORDS.hosts))
_LOOKAHEAD = regex(r"\(\?!.*?\)$")
_BEFORE_A_PART = "。；;，,：:！？年来 "
_SENTENCE_ENDS = "。；！？"


def the_unit_refers_to_itself_by_its_own_kind(context: Context) -> Iterator[Finding]:
    """Find 我县, 我局 and the like in the report of a unit of another kind; each word is reported once."""
    unit = context.report.unit
    pattern = _foreign(unit.name, unit.level or level_named(unit.name))
    if pattern is None:
        return
    reported = set()
    for paragraph in context.prose.paragraphs:
        for match in pattern.finditer(paragraph.text):
            word = match[0]
            if word in reported or (match["area"] and not _begins(paragraph.text, match.start())):
                continue
            reported.add(word)
            yield found(
                "wording.unit",
                f"{paragraph.section}:{word}",
                cells=(paragraph.key,),
                expected=unit.name,
                actual=word,
                heading=context.report.form.section(paragraph.section).heading,
                sentence=sentence_at(paragraph.text, match.start()),
            )


def the_unit_reports_its_own_requests(context: Context) -> Iterator[Finding]:
    """Find a township or a department that counts the requests of the whole city, as its government would.

    A sentence that sets the unit's own requests beside them only gives the context.
    """
    unit = context.report.unit
    level = level_of(unit.level or level_named(unit.name))
    if not level.key or level.governs_area or not level.foreign_areas or _HOSTS.search(unit.name):
        return
    for paragraph in context.prose.paragraphs:
        for sentence in paragraph.sentences if "申请" in paragraph.text else ():
            whole = _WHOLE_AREA.search(without_spaces(sentence))
            if whole and not _OWN.search(sentence) and short_name(unit.name) not in sentence:
                yield found(
                    "wording.unit",
                    f"{paragraph.section}:{whole['area']}",
                    variant="area",
                    cells=(paragraph.key,),
                    expected=unit.name,
                    actual=whole["area"],
                    heading=context.report.form.section(paragraph.section).heading,
                    sentence=quoted(sentence),
                )
                return


@lru_cache(maxsize=64)
def _foreign(name: str, level: str) -> re.Pattern[str] | None:
    """Return a pattern for what a unit of this name and level cannot call itself, or None if its level is unknown."""
    if not level or not name:
        return None
    record = level_of(level)
    own = {word for key, words in _WORDS.own.items() if key in name for word in words}
    # A government's report is written by its office, which may say 我办.
    office = "办" if record.governs_area else ""
    bodies = [word for word in _WORDS.bodies if not _is_own(word, name, own) and word[0] != office]
    # The full name begins with the area above the unit, and 我县 of a township would be wrong.
    short = short_name(name)
    places = [word for word in _WORDS.places if not _is_own(word, short, own)]
    # The area of a department is named at the start of its name. Where it is not, 我县 may be right.
    around = short if record.government else name
    area_unknown = not record.government and not any(area[0] in name for area in _WORDS.areas)
    areas = [
        word
        for word in _WORDS.areas
        if word[0] in record.foreign_areas and not _is_own(word, around, own) and not area_unknown
    ]
    anywhere = [*bodies, *places]
    never = "(?!)"
    area = f"(?P<area>(?:{'|'.join(areas) or never}){_WORDS.area_followed_by})"
    return re.compile(f"[我本](?:{'|'.join(anywhere) or never}|{area})")


def _begins(text: str, position: int) -> bool:
    """Tell whether a part of a sentence begins at a position, perhaps after a year."""
    return position == 0 or text[position - 1] in _BEFORE_A_PART


def _is_own(word: str, name: str, own: set[str]) -> bool:
    bare = _LOOKAHEAD.sub("", word)
    return bare in name or bare in own


def sentence_at(text: str, position: int) -> str:
    """Return the sentence around a position, to quote in a message."""
    start = max(text.rfind(mark, 0, position) for mark in _SENTENCE_ENDS) + 1
    ends = [end for mark in _SENTENCE_ENDS if (end := text.find(mark, position)) >= 0]
    sentence = text[start : min(ends) + 1 if ends else len(text)]
    return quoted(sentence, position - start)
