"""Check the form of the texts: numbering, brackets, misspelt words, leftovers of pasting and of templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from gouji.checks.context import Context
from gouji.checks.doubled import doubled
from gouji.checks.enumerations import miscounted
from gouji.checks.lexicon import words_of
from gouji.checks.prose import Paragraph, quoted
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.labels import normalised
from gouji.form.model import Form
from gouji.report.numerals import from_words
from gouji.runtime.patterns import regex

_WORDS = WORDS.tidiness
_ADDRESSES = regex(_WORDS.addresses)
_TYPOS = {word: typo for typo in _WORDS.typos for word in words_of(typo.wrong)}
_ANY_TYPO = regex("|".join(sorted(map(re.escape, _TYPOS), key=len, reverse=True)))
_LETTERS_FOR_DIGITS = regex(_WORDS.digits)
_AS_DIGITS = str.maketrans("OoIl", "0011")
_SHOWN = 3
_SHOWN_CHARACTERS = 20
"""A message quotes at most this many leftovers, each cut to this many characters."""


@dataclass(frozen=True, slots=True)
class _Remains:
    """What a rule looks for: a pattern, and a quick search without which the pattern cannot match."""

    rule: str
    signs: re.Pattern[str]
    pattern: re.Pattern[str]


def _remains(rule: str, signs: str, patterns: Sequence[str]) -> _Remains:
    return _Remains(rule, re.compile(signs), re.compile("|".join(patterns)))


_PASTED = _remains("wording.pasted", _WORDS.pasted_signs, _WORDS.pasted)
_PLACEHOLDERS = _remains("wording.placeholder", _WORDS.placeholder_signs, _WORDS.placeholders)
_LETTER = _remains("wording.letter", _WORDS.letter_signs, _WORDS.letter)


def no_leftovers_of_pasting_remain(context: Context) -> Iterator[Finding]:
    """Find what other programs leave behind when a text is pasted, and garbled characters."""
    yield from _once_per_section(context, _PASTED)


def no_template_gaps_remain(context: Context) -> Iterator[Finding]:
    """Find gaps of a template that were not filled in."""
    yield from _once_per_section(context, _PLACEHOLDERS)


def the_report_has_no_letter_phrases(context: Context) -> Iterator[Finding]:
    """Find phrases of an official letter, which do not belong in a published report."""
    yield from _once_per_section(context, _LETTER)


def _once_per_section(context: Context, remains: _Remains) -> Iterator[Finding]:
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
        texts = list(dict.fromkeys(" ".join(hit[0].split()) for _, hit in several))
        yield found(
            remains.rule,
            section,
            cells=(paragraph.key,),
            actual=texts[0],
            heading=context.report.form.section(section).heading,
            which="、".join(f"“{text[:_SHOWN_CHARACTERS]}”" for text in texts[:_SHOWN])
            + ("等" if len(texts) > _SHOWN else ""),
            sentence=quoted(paragraph.text, first.start(), first.end()),
        )


def _blanked(match: re.Match[str]) -> str:
    return "·" * len(match[0])


def no_word_is_misspelt(context: Context) -> Iterator[Finding]:
    """Find mistakes of scanners and fast typists in frequent words."""
    typos: dict[str, list[tuple[Paragraph, int, str, str]]] = {}
    for paragraph in context.prose.paragraphs:
        for start, written, meant in _typos(paragraph.text):
            typos.setdefault(paragraph.section, []).append((paragraph, start, written, meant))
    for section, several in typos.items():
        paragraph, start, _, _ = several[0]
        named = {written: f"“{written}”（应为“{meant}”）" for _, _, written, meant in several}
        yield found(
            "wording.typo",
            section,
            cells=(paragraph.key,),
            heading=context.report.form.section(section).heading,
            which="、".join(named.values()),
            sentence=quoted(paragraph.text, start),
        )


def _typos(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield for each misspelt word its position, the word as written and the word that was meant."""
    for match in _ANY_TYPO.finditer(text):
        typo, start = _TYPOS[match[0]], match.start()
        if not (start and text[start - 1] in typo.after):
            yield start, match[0], typo.meant
    for match in _LETTERS_FOR_DIGITS.finditer(text):
        yield match.start(), match[0], match[0].translate(_AS_DIGITS)
    yield from doubled(text)


def as_meant(text: str) -> str:
    """Return a text with its misspelt words corrected, so that a typo does not hide a word from another check."""
    if not _ANY_TYPO.search(text):
        return text
    # From the end, so that the positions of the typos before stay right.
    for start, written, meant in reversed([typo for typo in _typos(text) if not typo[1][0].isascii()]):
        text = text[:start] + meant + text[start + len(written) :]
    return text


# ---------------------------------------------------------------- brackets and quotation marks

_PAIRS = {"“": "”", "《": "》", "（": "）", "「": "」", "【": "】", "〔": "〕"}
_OPENING = {close: open for open, close in _PAIRS.items()}
_CLOSED = [open + close for open, close in _PAIRS.items()]
_UNIFIED = str.maketrans("()", "（）")
_MARK = regex("[“”《》（）「」【】〔〕]")
_ITEM = regex(r"(?:^|(?<=[。；;：:，,、\s]))[（(]?(?:[\d①-⑳]{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]")
_YEAR_OF_A_DOCUMENT = regex(r"[〔\[(（]20\d\d[〕\])）]")


def brackets_and_quotation_marks_come_in_pairs(context: Context) -> Iterator[Finding]:
    """Find paragraphs in which a bracket or quotation mark lacks its other half."""
    reported = set()
    for paragraph in context.prose.paragraphs:
        mark = _lone_mark(paragraph.text)
        if mark and paragraph.section not in reported:
            reported.add(paragraph.section)
            sign, position = mark
            yield found(
                "wording.brackets",
                paragraph.section,
                cells=(paragraph.key,),
                actual=sign,
                heading=context.report.form.section(paragraph.section).heading,
                sentence=quoted(paragraph.text, position),
            )


def _balanced(text: str) -> bool:
    """Tell quickly whether every mark is followed by its other half; False if the text has half-width brackets."""
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
    """Return the first mark without its other half, and its position. The numbers of a list need no pair."""
    if _balanced(text):
        return None
    if _HALF.match(text):  # headings_are_numbered_correctly reports this one
        text = re.sub("[（(）)]", "·", text, count=1)
    text = _ITEM.sub(_blanked, _YEAR_OF_A_DOCUMENT.sub(_blanked, text))
    open_marks: list[tuple[str, int]] = []
    for mark in _MARK.finditer(text.translate(_UNIFIED)):
        sign, position = mark[0], mark.start()
        if sign in _PAIRS:
            open_marks.append((sign, position))
        elif sign in _OPENING:
            if not open_marks or open_marks[-1][0] != _OPENING[sign]:
                return sign, position
            open_marks.pop()
    return open_marks[0] if open_marks else None


# ---------------------------------------------------------------- numbering

_NUMERAL = "[一二三四五六七八九十]{1,3}"
_STYLES = (
    ("（一）", regex(rf"^[（(]({_NUMERAL})[）)]")),
    ("一、", regex(rf"^({_NUMERAL})[、.．](?!\d)")),
    ("1.", regex(r"^(\d{1,2})[、.．](?!\d)")),
    ("（1）", regex(r"^[（(](\d{1,2})[）)]")),
)
_INLINE_STYLES = tuple(
    (style, regex(rf"(?:^|(?<=[。；;：:])){pattern.pattern.removeprefix('^')}")) for style, pattern in _STYLES
)
"""The same marks within a paragraph, after a stop."""
_SEVERAL_INLINE = regex(rf"[。；;：:][（(]?(?:{_NUMERAL}|\d{{1,2}})[.、．）)]")
"""What a paragraph with more than one such mark has."""
_HALF = regex(rf"^(?:[（(]{_NUMERAL}(?![）)一二三四五六七八九十])|{_NUMERAL}[）)])")
_BARE = regex(rf"^({_NUMERAL})(?![{_WORDS.no_heading}])[一-龥]")
_INLINE = regex(rf"({_NUMERAL})是")
_LATER_INLINE = regex("[二三四五六七八九十]是")
_FIRST_INLINE = regex(_WORDS.first_of_several)
_BEFORE_INLINE = "。；;：:，,、 "
_FIRST_SIGNS = frozenset("（(一二三四五六七八九十0123456789")
_BARE_NUMBER = regex(rf"^{_NUMERAL}(?![{_WORDS.no_heading}])(?=[一-龥])")
_STOP = regex(r"[。：:；;]")
_LONGEST_HEADING = 24
"""Characters: a longer paragraph is no heading."""


def headings_are_numbered_correctly(context: Context) -> Iterator[Finding]:
    """Find headings whose number lacks a bracket, is out of order or is repeated, and repeated headings."""
    by_section: dict[str, dict[str, _Slip]] = {}
    for slip in _numbering(context):
        by_section.setdefault(slip.paragraph.section, {}).setdefault(slip.kind, slip)
    for section, slips in by_section.items():
        yield found(
            "wording.numbering",
            section,
            cells=(next(iter(slips.values())).paragraph.key,),
            heading=context.report.form.section(section).heading,
            problems="；".join(slip.words for slip in slips.values()),
        )


class _Slip(NamedTuple):
    """A heading that is numbered wrongly, or that is repeated."""

    paragraph: Paragraph
    kind: str
    """What is wrong, as the message says it, with {} for the number."""
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
    enumerated = _LATER_INLINE.search(context.prose.text)
    for several in context.numbered:
        for paragraph, announced, items in miscounted(several):
            yield _Slip(paragraph, "写的是“{}”，后面列了 " + f"{items} 项", announced)
        headed = [paragraph for paragraph in several if paragraph.text[0] in _FIRST_SIGNS]
        if len(headed) > 1:
            yield from _without_marks(headed)
            for style, pattern in _STYLES:
                numbers = [(paragraph, match[1]) for paragraph in headed if (match := pattern.match(paragraph.text))]
                yield from _out_of_order(style, numbers)
        for paragraph in several:
            yield from _inline_out_of_order(paragraph)
        inline = [
            (paragraph, match[1])
            for paragraph in several
            if enumerated
            for match in _INLINE.finditer(paragraph.text)
            if match.start() == 0 or paragraph.text[match.start() - 1] in _BEFORE_INLINE
        ]
        if inline and _number(inline[0][1]) > 1 and not _FIRST_INLINE.search("\n".join(each.text for each in several)):
            yield _Slip(inline[0][0], "“{}是”前面没有“一是”", inline[0][1])
        yield from _out_of_order("一是", inline)


@cache
def _headings(form: Form) -> frozenset[str]:
    return frozenset(normalised(section.heading) for section in form.sections)


def heading_of(paragraph: Paragraph) -> str:
    """Return the heading of a paragraph: the words after its number, up to the first stop; "" if it has none."""
    for pattern in (*(pattern for _, pattern in _STYLES), _HALF, _BARE_NUMBER):
        if match := pattern.match(paragraph.text):
            heading = _STOP.split(paragraph.text[match.end() :].lstrip("、.．）) "), maxsplit=1)[0]
            return heading if len(heading) <= _LONGEST_HEADING else ""
    return ""


def _is_heading(text: str) -> bool:
    return any(pattern.match(text) for _, pattern in _STYLES) and text[-1] not in "。；;，,"


def _without_marks(paragraphs: Sequence[Paragraph]) -> Iterator[_Slip]:
    """Yield headings like 一完善制度, but only if two follow each other: many words begin with a numeral."""
    bare = [(paragraph, _number(match[1]) if (match := _BARE.match(paragraph.text)) else 0) for paragraph in paragraphs]
    numbered = [(paragraph, number) for paragraph, number in bare if number]
    for (paragraph, one), (_, other) in pairwise(numbered):
        if other == one + 1:
            yield _Slip(paragraph, "序号后面缺了顿号或者括号")
            return


def _out_of_order(style: str, numbers: Sequence[tuple[Paragraph, str]]) -> Iterator[_Slip]:
    last = 0
    for paragraph, written in numbers:
        number = _number(written)
        if not number:
            continue
        if last and number not in (1, last + 1):
            shown = style.replace("一", written).replace("1", written)
            yield _Slip(paragraph, "序号“{}”重复" if number == last else "序号“{}”不连续", shown)
            return
        last = number


def _inline_out_of_order(paragraph: Paragraph) -> Iterator[_Slip]:
    """Yield the slips in a list within one paragraph: 1.…；2.…；4.…."""
    for style, pattern in _INLINE_STYLES if _SEVERAL_INLINE.search(paragraph.text) else ():
        numbers = [(paragraph, match[1]) for match in pattern.finditer(paragraph.text)]
        if len(numbers) > 1:
            yield from _out_of_order(style, numbers)


def _number(written: str) -> int:
    """Return a number written in digits or in Chinese; 0 for words such as 十十."""
    return int(written) if written.isascii() else int(from_words(written) or 0)
