"""The parts of a published report: its title, its six sections, and the subjects of a section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from gouji.form.editions import editions, load_form
from gouji.form.forms import Forms
from gouji.form.model import Form, Section, Topic

# ---------------------------------------------------------------- headings of sections

_CHINESE = "一二三四五六七八九十"
_FILLERS = r"[\s的和与及、，,·/]*"
_SECTION_NUMBER = re.compile(
    rf"\s*(?:第\s*[{_CHINESE}\d]{{1,3}}\s*(?:部分|章|项)|[{_CHINESE}]{{1,2}}|[\d０-９]{{1,2}})[\s、.．，,：:]*"
)
_BRACKETED = re.compile(rf"\s*[(（]\s*[{_CHINESE}\d０-９]{{1,3}}\s*[)）][\s、.．，,]*")
_ORDINAL_START = re.compile(rf"\s*(?:第?\s*[{_CHINESE}]|\d{{1,2}}\s*[、.．])")
_IN_DIGITS = re.compile(r"\s*([\d０-９]{1,2})\s*[、.．]")
_AFTER = re.compile(r"[\s:：。.；;]*(?:[.…·\s]{3,}\s*[-—]*\s*\d{0,3})?[\s:：。.]*")
_STOPS = re.compile(r"[\s:：。.，,；;—-]+")


class Rank(IntEnum):
    """How certain a heading is, the most certain first."""

    NUMBERED = 0
    NUMBERED_IN_DIGITS = 1
    """Offices also number the subjects of a section like this."""
    MARKED = 2
    """The document marks it as a heading."""
    BARE = 3
    NUMBERED_AS_SUBJECT = 4


_SHORTEST = 4
_LONGEST_END = 100
_TAIL = 12
_CONTENTS = 3
_STOP = re.compile(r"\s*[。：:.\s]\s*")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_TITLE_LINES = 3
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is, or begins with, the heading of a section."""

    section: str
    rank: Rank
    rest: str = ""
    """The text after it on the same line."""


@cache
def _sections(forms: Forms) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return every heading under which a section is published, the longest first."""
    words: dict[str, str] = {}
    for form in forms.every:
        for section in form.sections:
            for heading in (_words(section), *section.aliases):
                words.setdefault(heading, section.key)
    return tuple((words[heading], _pattern(heading)) for heading in sorted(words, key=len, reverse=True))


def _words(section: Section) -> str:
    return _SECTION_NUMBER.sub("", section.heading, count=1)


def _pattern(words: str) -> re.Pattern[str]:
    """Return a pattern for words between which offices add or leave out blanks and small words."""
    letters = [letter for letter in words if not re.fullmatch(_FILLERS, letter)]
    return re.compile(_FILLERS.join(map(re.escape, letters)))


def heading_of(text: str, forms: Forms, level: int = 0) -> Heading | None:
    """Return the section whose heading a line is or begins with."""
    if len(text) < _SHORTEST:
        return None
    bracketed = _BRACKETED.match(text)
    number = bracketed or _SECTION_NUMBER.match(text)
    for start in {number.end() if number else 0, 0}:
        for section, pattern in _sections(forms):
            found = pattern.match(text, start)
            if not found:
                continue
            numbered = start > 0 and not bracketed and bool(_ORDINAL_START.match(text))
            digits = _IN_DIGITS.match(text) if numbered else None
            if digits and int(digits[1]) != _ordinal(section, forms):
                continue  # the number of a subject
            if _ends(text, found.end()):
                rank = _rank(numbered, bracketed=bool(bracketed), marked=level > 0)
                return Heading(section, Rank.NUMBERED_IN_DIGITS if digits else rank)
            if numbered and _is_glued(text, found.end()):
                stops = _STOPS.match(text, found.end())
                rank = Rank.NUMBERED_IN_DIGITS if digits else Rank.NUMBERED
                return Heading(section, rank, text[stops.end() if stops else found.end() :])
    return None


def _ordinal(section: str, forms: Forms) -> int:
    """Return the number of a section in the form, from 1."""
    return next(number for form in forms.every for number, other in enumerate(form.sections, 1) if other.key == section)


_CAPTION = re.compile(r"\s*[(（]续?表[)）]\s*$")


def _rank(numbered: bool, *, bracketed: bool, marked: bool) -> Rank:
    if numbered:
        return Rank.NUMBERED
    if bracketed:
        return Rank.NUMBERED_AS_SUBJECT
    return Rank.MARKED if marked else Rank.BARE


def is_caption(text: str, forms: Forms) -> bool:
    """Tell whether a line is the name of a section's table: the heading again, and 表 in brackets.

    Programs that save a web page again turn the caption for screen readers into a line.
    """
    end = _CAPTION.search(text)
    return end is not None and heading_of(text[: end.start()], forms) is not None


def _ends(text: str, end: int) -> bool:
    """Tell whether nothing follows a heading, or only what a table of contents has there."""
    return len(text) - end <= _LONGEST_END and bool(_AFTER.fullmatch(text, end))


def _is_glued(text: str, end: int) -> bool:
    """Tell whether the rest of the line is a text of its own, rather than another ending of the heading."""
    return bool(_STOPS.match(text, end)) or len(text) - end > _TAIL or "。" in text[end:]


def sections_of(lines: Sequence[tuple[str, int]], forms: Forms) -> tuple[dict[int, Heading], set[int]]:
    """Return the headings of the sections by line number, and the lines of a table of contents.

    For each section, only the most certain kind of heading counts.
    """
    candidates = {
        index: heading for index, (text, level) in enumerate(lines) if (heading := heading_of(text, forms, level))
    }
    best = {heading.section: Rank.NUMBERED_AS_SUBJECT for heading in candidates.values()}
    for heading in candidates.values():
        best[heading.section] = min(best[heading.section], heading.rank)
    chosen = {index: heading for index, heading in candidates.items() if heading.rank == best[heading.section]}
    contents = _contents(chosen)
    chosen = {index: heading for index, heading in chosen.items() if index not in contents}
    return {**chosen, **dict(_by_number(lines, chosen, forms.every[0]))}, contents


def _by_number(
    lines: Sequence[tuple[str, int]], chosen: dict[int, Heading], form: Form
) -> Iterator[tuple[int, Heading]]:
    """Yield headings in unknown words: numbered, and between the right neighbours."""
    first = {heading.section: index for index, heading in sorted(chosen.items(), reverse=True)}
    order = [(section.key, section.heading[0]) for section in form.sections]
    for number, (section, digit) in enumerate(order):
        before = [first.get(key) for key, _ in order[max(0, number - 1) : number]]
        after = [first.get(key) for key, _ in order[number + 1 : number + 2]]
        if section in first or None in before or None in after:
            continue
        start, end = (before[0] or 0) + 1 if before else 0, after[0] if after else len(lines)
        found = [index for index in range(start, end or 0) if _is_other_heading(lines[index][0], digit)]
        if len(found) == 1:
            yield found[0], Heading(section, Rank.NUMBERED)


def _is_other_heading(text: str, digit: str) -> bool:
    return bool(re.fullmatch(rf"\s*{digit}\s*[、.．][^。；;！？]{{2,28}}", text))


def _contents(headings: dict[int, Heading]) -> set[int]:
    """Return the headings of a table of contents: they are consecutive lines, and all appear again later."""
    run: list[int] = []
    for index in sorted(headings):
        if run and index != run[-1] + 1:
            break
        run.append(index)
    later = {headings[index].section for index in headings if not run or index > run[-1]}
    if len(run) >= _CONTENTS and all(headings[index].section in later and not headings[index].rest for index in run):
        return set(run)
    return set()


# ---------------------------------------------------------------- subjects of a section

_SUBJECT_NUMBER = re.compile(
    rf"\s*(?:[(（]?\s*[{_CHINESE}]{{1,2}}\s*[)）、.．]|[(（]?\s*[\d０-９]{{1,2}}\s*[)）、.．]|[{_CHINESE}](?:是|、))\s*"
)
_LONGEST_SUBJECT = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """A second-level heading: the topic of the text after it, and the rest of its line."""

    topic: str
    rest: str
    """The text after the heading; the whole line if the wording is the unit's own."""


@cache
def _subjects(form: Form, section: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = {
        alias: topic.key
        for topic in form.topics_of(section)
        if topic.heading
        for alias in (topic.heading, topic.label, *topic.aliases)
    }
    return tuple((words[heading], _pattern(heading)) for heading in sorted(words, key=len, reverse=True))


def is_bracketed(text: str) -> bool:
    """Tell whether a line begins with a number of the second level."""
    return bool(_BRACKETED.match(text))


def subject_of(text: str, topics: Sequence[Topic], form: Form) -> Subject | None:
    """Return the topic whose heading a line is or begins with; empty for a heading without a topic."""
    number = _SUBJECT_NUMBER.match(text)
    start = number.end() if number else 0
    for topic, pattern in _subjects(form, topics[0].section):
        found = pattern.match(text, start)
        if found and _ends(text, found.end()):
            return Subject(topic, "")
        if found and number and (stop := _STOP.match(text, found.end())):
            return Subject(topic, text[stop.end() :])
    if not is_bracketed(text):
        return None
    lead = re.split("[。：:]", text, maxsplit=1)[0]
    if len(lead) > _LONGEST_SUBJECT or re.search("[！？；]", lead):
        return None
    named = [topic.key for topic in topics if any(word in lead for word in topic.keywords)]
    return Subject(named[0] if len(named) == 1 else "", text)


# ---------------------------------------------------------------- the title


@dataclass(frozen=True, slots=True)
class Title:
    """What the title of a report says."""

    unit: str = ""
    year: int | None = None


_YEAR = re.compile(r"[(（\[【〔]?([12]\d{3}|[一二][一二三四五六七八九〇○零Ｏ]{3})年?度?[)）\]】〕]?")
_IDLE = re.compile(r"年度|关于|[的《》“”\"'—\-_|:：,，、]|情况")
_DIGITS = {digit: str(index) for index, digit in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "Ｏ": "0"}
_LONGEST_TITLE = 100
_BRACKETS = re.compile(r"[(（\[【〔][^()（）]{0,30}[)）\]】〕]$")


@cache
def _tails() -> frozenset[str]:
    return frozenset(_IDLE.sub("", tail) for edition in editions() for tail in load_form(edition).titles)


@cache
def _tail_starts() -> tuple[str, ...]:
    return tuple({tail[:4] for tail in _tails()})


def title_of(text: str) -> Title | None:
    """Return unit and year, if a text is the title of a report, in any of the usual forms."""
    text = re.sub(r"\s+", "", text).translate(_HALF_WIDTH)
    if len(text) > _LONGEST_TITLE or not text:
        return None
    years = [match for match in _YEAR.finditer(text) if "年" in match.group() or match.end() == len(text)]
    year = years[0] if years else _YEAR.search(text)
    body = text[: year.start()] + "\x00" + text[year.end() :] if year else text
    for start in sorted((index for tail in _tail_starts() for index in _occurrences(body, tail)), reverse=True):
        rest = body[start:].replace("\x00", "")
        if _IDLE.sub("", _BRACKETS.sub("", rest)) in _tails():
            unit = body[:start].replace("\x00", "")
            return Title(_unit(unit), _number(year.group(1)) if year else None)
    return None


def _unit(text: str) -> str:
    return re.sub(r"^(?:关于|年度|的|[《“\"—\-:：,，、])+|(?:关于|年度|[—\-:：,，、])+$", "", text)


def _occurrences(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(part), text)]


def _number(year: str) -> int:
    return int("".join(_DIGITS.get(digit, digit) for digit in year))


def find_title(lines: Sequence[str], around: Sequence[str]) -> tuple[Title, int]:
    """Return the title among the lines before the first section, and the number of lines up to its end.

    The nearest to the first section counts, for a page names others too. A title may be broken over several lines,
    and the unit may stand on a line above it. ``around`` is what the file says of itself elsewhere.
    """
    best, after = Title(), 0
    for end in range(len(lines), 0, -1):
        for first in range(end - 1, max(-1, end - 1 - _TITLE_LINES), -1):
            parts = lines[first:end]
            if any(len(part) > _LONGEST_TITLE or "。" in part for part in parts):
                break
            found = title_of("".join(parts))
            if found and _is_name(found.unit, len(parts)) and _better(found, best) and (not after or end == after):
                best, after = found, end
        if after and (best.unit and best.year):
            break
    for text in around:
        found = title_of(re.split(r"[-_|—]{1,2}(?!\d)", text)[0]) or title_of(text)
        if found:
            best = Title(best.unit or found.unit, best.year or found.year)
    return best, after


def _is_name(unit: str, lines: int) -> bool:
    """Tell whether the beginning of a title can be the name of a unit, rather than the path to a web page."""
    if re.search("[>＞»]", unit):
        return False
    return lines == 1 or (len(unit) <= _LONGEST_NAME and not re.search(r"[>＞:：;；|/\\?？]", unit))


def _better(one: Title, other: Title) -> bool:
    return (bool(one.unit), bool(one.year)) > (bool(other.unit), bool(other.year)) or other == Title()
