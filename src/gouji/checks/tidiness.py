"""Checks of how the texts are written: numbering, remains of pasting and templates, slips of scanners, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from gouji.checks.context import Context
from gouji.checks.lexicon import words_of
from gouji.checks.prose import Paragraph, quoted
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.labels import normalised
from gouji.form.model import Form
from gouji.report.numerals import from_words

_WORDS = WORDS.tidiness
_ADDRESSES = re.compile(_WORDS.addresses)
_SLIPS = {word: typo for typo in _WORDS.typos for word in words_of(typo.wrong)}
_ANY_SLIP = re.compile("|".join(sorted(map(re.escape, _SLIPS), key=len, reverse=True)))
_LETTERS = re.compile("[OoIl]")
_LETTERS_FOR_DIGITS = re.compile(_WORDS.digits)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Remains:
    """What a rule looks for: a pattern, and signs without which there is no need to look."""

    rule: str
    signs: re.Pattern[str]
    pattern: re.Pattern[str]


def _remains(rule: str, signs: str, patterns: Sequence[str]) -> _Remains:
    return _Remains(rule, re.compile(signs), re.compile("|".join(patterns)))


_PASTED = _remains("wording.pasted", _WORDS.pasted_signs, _WORDS.pasted)
_PLACEHOLDERS = _remains("wording.placeholder", _WORDS.placeholder_signs, _WORDS.placeholders)
_LETTER = _remains("wording.letter", _WORDS.letter_signs, _WORDS.letter)


def no_remains_of_pasting_stand_in_a_text(context: Context) -> Iterator[Finding]:
    """Find what other programs leave behind when a text is pasted, and signs that no program can read any more."""
    yield from _once_a_section(context, _PASTED)


def nothing_of_a_template_is_left(context: Context) -> Iterator[Finding]:
    """Find the gaps of a template that nobody has filled."""
    yield from _once_a_section(context, _PLACEHOLDERS)


def a_report_is_no_letter(context: Context) -> Iterator[Finding]:
    """Find the formulas of an official letter, which have no place in a published report."""
    yield from _once_a_section(context, _LETTER)


def _once_a_section(context: Context, remains: _Remains) -> Iterator[Finding]:
    if not remains.signs.search(context.prose.text):
        return
    hits: dict[str, list[tuple[Paragraph, re.Match[str]]]] = {}
    for paragraph in context.prose.paragraphs:
        if remains.signs.search(paragraph.text):
            text = _ADDRESSES.sub(_blanked, paragraph.text)
            for hit in remains.pattern.finditer(text):
                hits.setdefault(paragraph.section, []).append((paragraph, hit))
    for section, several in hits.items():
        paragraph, first = several[0]
        said = list(dict.fromkeys(" ".join(hit[0].split()) for _, hit in several))
        yield found(
            remains.rule,
            section,
            cells=(paragraph.topic,),
            actual=said[0],
            heading=context.report.form.section(section).heading,
            which="、".join(f"“{one[:20]}”" for one in said[:_SHOWN]) + ("等" if len(said) > _SHOWN else ""),
            sentence=quoted(paragraph.text, first.start(), first.end()),
        )


def _blanked(match: re.Match[str]) -> str:
    return "·" * len(match[0])


def no_word_is_misread(context: Context) -> Iterator[Finding]:
    """Find the slips of scanners and fast typists in frequent words."""
    text = context.prose.text
    if not _ANY_SLIP.search(text) and not _LETTERS.search(text):
        return
    slips: dict[str, list[tuple[Paragraph, int, str, str]]] = {}
    for paragraph in context.prose.paragraphs:
        for at, said, meant in _slips(paragraph.text):
            slips.setdefault(paragraph.section, []).append((paragraph, at, said, meant))
    for section, several in slips.items():
        paragraph, at, _, _ = several[0]
        named = {said: f"“{said}”（应为“{meant}”）" for _, _, said, meant in several}
        yield found(
            "wording.typo",
            section,
            cells=(paragraph.topic,),
            heading=context.report.form.section(section).heading,
            which="、".join(named.values()),
            sentence=quoted(paragraph.text, at),
        )


def _slips(text: str) -> Iterator[tuple[int, str, str]]:
    for match in _ANY_SLIP.finditer(text):
        typo, at = _SLIPS[match[0]], match.start()
        if not (at and text[at - 1] in typo.after):
            yield at, match[0], typo.meant
    for match in _LETTERS_FOR_DIGITS.finditer(text):
        yield match.start(), match[0], match[0].translate(_AS_DIGITS)


def as_meant(text: str) -> str:
    """Return a text with its slips put right, so that one slip is not told a second time by what it hides."""
    if not _ANY_SLIP.search(text):
        return text
    for at, said, meant in reversed([slip for slip in _slips(text) if not slip[1][0].isascii()]):
        text = text[:at] + meant + text[at + len(said) :]
    return text


_AS_DIGITS = str.maketrans("OoIl", "0011")


# ---------------------------------------------------------------- brackets and quotation marks

_PAIRS = {"“": "”", "《": "》", "（": "）", "「": "」", "【": "】", "〔": "〕"}
_OPENING = {close: open for open, close in _PAIRS.items()}
_CLOSED = [open + close for open, close in _PAIRS.items()]
_UNIFIED = str.maketrans("()", "（）")
_MARK = re.compile("[“”《》（）「」【】〔〕]")
_ITEM = re.compile(r"(?:^|(?<=[。；;：:，,、\s]))[（(]?(?:[\d①-⑳]{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]")
_YEAR_OF_A_DOCUMENT = re.compile(r"[〔\[(（]20\d\d[〕\])）]")


def brackets_and_quotation_marks_come_in_pairs(context: Context) -> Iterator[Finding]:
    """Find the paragraphs in which a bracket or quotation mark lacks its other half."""
    told = set()
    for paragraph in context.prose.paragraphs:
        mark = _lone_mark(paragraph.text)
        if mark and paragraph.section not in told:
            told.add(paragraph.section)
            sign, at = mark
            yield found(
                "wording.brackets",
                paragraph.section,
                cells=(paragraph.topic,),
                actual=sign,
                heading=context.report.form.section(paragraph.section).heading,
                sentence=quoted(paragraph.text, at),
            )


def _balanced(text: str) -> bool:
    """Tell quickly whether every mark is followed by its other half."""
    signs = "".join(_MARK.findall(text))
    while signs and not any(sign in text for sign in "()"):
        shorter = signs
        for pair in _CLOSED:
            shorter = shorter.replace(pair, "")
        if shorter == signs:
            return False
        signs = shorter
    return not signs and "(" not in text and ")" not in text


def _lone_mark(text: str) -> tuple[str, int] | None:
    """Return the first mark that opens or closes nothing, and where; the numbers of a list need no pair."""
    if _balanced(text):
        return None
    if _HALF.match(text):  # a slip of numbering, told as such
        text = re.sub("[（(）)]", "·", text, count=1)
    text = _ITEM.sub(_blanked, _YEAR_OF_A_DOCUMENT.sub(_blanked, text))
    open_marks: list[tuple[str, int]] = []
    for mark in _MARK.finditer(text.translate(_UNIFIED)):
        sign, at = mark[0], mark.start()
        if sign in _PAIRS:
            open_marks.append((sign, at))
        elif sign in _OPENING:
            if not open_marks or open_marks[-1][0] != _OPENING[sign]:
                return sign, at
            open_marks.pop()
    return open_marks[0] if open_marks else None


# ---------------------------------------------------------------- numbering

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_STYLES = (
    ("（一）", re.compile(rf"^[（(]({_NUMERAL})[）)]")),
    ("一、", re.compile(rf"^({_NUMERAL})[、.．](?!\d)")),
    ("1.", re.compile(r"^(\d{1,2})[、.．](?!\d)")),
    ("（1）", re.compile(r"^[（(](\d{1,2})[）)]")),
)
_HALF = re.compile(rf"^(?:[（(]{_NUMERAL}(?![）)一二三四五六七八九十])|{_NUMERAL}[）)])")
_BARE = re.compile(rf"^({_NUMERAL})(?![{_WORDS.no_heading}])[一-龥]")
_INLINE = re.compile(rf"({_NUMERAL})是")
_LATER_INLINE = re.compile("[二三四五六七八九十]是")
_BEFORE_INLINE = "。；;：:，,、 "
_FIRST_SIGNS = frozenset("（(一二三四五六七八九十0123456789")


def numbering_is_whole(context: Context) -> Iterator[Finding]:
    """Find numbers of headings that lack a bracket, jump or stand twice, and headings that stand twice."""
    told: dict[str, dict[str, _Slip]] = {}
    for slip in _numbering(context):
        told.setdefault(slip.paragraph.section, {}).setdefault(slip.kind, slip)
    for section, slips in told.items():
        yield found(
            "wording.numbering",
            section,
            cells=(next(iter(slips.values())).paragraph.topic,),
            heading=context.report.form.section(section).heading,
            problems="；".join(slip.words for slip in slips.values()),
        )


class _Slip(NamedTuple):
    """A heading that is numbered wrong, or that stands twice."""

    paragraph: Paragraph
    kind: str
    """What is wrong, with {} for the number."""
    number: str = ""

    @property
    def words(self) -> str:
        return f"{self.kind.format(self.number)}：“{quoted(self.paragraph.text)}”"


def _numbering(context: Context) -> Iterator[_Slip]:
    paragraphs = context.prose.paragraphs
    headings = _headings(context.report.form)
    seen: set[str] = set()
    for paragraph in paragraphs:
        label = normalised(paragraph.text) if len(paragraph.text) <= _LONGEST_HEADING else ""
        if label in headings or (label in seen and _is_heading(paragraph.text)):
            yield _Slip(paragraph, "标题重复")
        seen.add(label)
        if paragraph.text[0] in _FIRST_SIGNS and _HALF.match(paragraph.text):
            yield _Slip(paragraph, "序号缺了半边括号")
    by_topic: dict[str, list[Paragraph]] = {}
    enumerated = _LATER_INLINE.search(context.prose.text)
    for paragraph in paragraphs:
        by_topic.setdefault(paragraph.topic, []).append(paragraph)
    for several in by_topic.values():
        headed = [paragraph for paragraph in several if paragraph.text[0] in _FIRST_SIGNS]
        if len(headed) > 1:
            yield from _without_marks(headed)
            for style, pattern in _STYLES:
                numbers = [(paragraph, match[1]) for paragraph in headed if (match := pattern.match(paragraph.text))]
                yield from _out_of_order(style, numbers)
        inline = [
            (paragraph, match[1])
            for paragraph in several
            if enumerated
            for match in _INLINE.finditer(paragraph.text)
            if match.start() == 0 or paragraph.text[match.start() - 1] in _BEFORE_INLINE
        ]
        yield from _out_of_order("一是", inline)


_LONGEST_HEADING = 24


@cache
def _headings(form: Form) -> frozenset[str]:
    return frozenset(normalised(section.heading) for section in form.sections)


def heading_of(paragraph: Paragraph) -> str:
    """Return the words after the number with which a paragraph begins, up to the first stop; else an empty text."""
    for pattern in (*(pattern for _, pattern in _STYLES), _HALF, _BARE_NUMBER):
        if match := pattern.match(paragraph.text):
            heading = _STOP.split(paragraph.text[match.end() :].lstrip("、.．）) "), maxsplit=1)[0]
            return heading if len(heading) <= _LONGEST_HEADING else ""
    return ""


_BARE_NUMBER = re.compile(rf"^{_NUMERAL}(?![{_WORDS.no_heading}])(?=[一-龥])")
_STOP = re.compile(r"[。：:；;]")


def _is_heading(text: str) -> bool:
    return any(pattern.match(text) for _, pattern in _STYLES) and text[-1] not in "。；;，,"


def _without_marks(paragraphs: Sequence[Paragraph]) -> Iterator[_Slip]:
    """Yield headings like 一完善制度: two in a row, since many words begin with a numeral."""
    bare = [(paragraph, _number(match[1]) if (match := _BARE.match(paragraph.text)) else 0) for paragraph in paragraphs]
    numbered = [(paragraph, number) for paragraph, number in bare if number]
    for (paragraph, one), (_, other) in pairwise(numbered):
        if other == one + 1:
            yield _Slip(paragraph, "序号后面缺了顿号或者括号")
            return


def _out_of_order(style: str, numbers: Sequence[tuple[Paragraph, str]]) -> Iterator[_Slip]:
    before = 0
    for paragraph, said in numbers:
        number = _number(said)
        if not number:
            continue
        if before and number not in (1, before + 1):
            shown = style.replace("一", said).replace("1", said)
            yield _Slip(paragraph, "序号“{}”重复" if number == before else "序号“{}”不连续", shown)
            return
        before = number


def _number(said: str) -> int:
    return int(said) if said.isascii() else int(from_words(said) or 0)
