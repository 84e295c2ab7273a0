"""Find notes by other people that hold a different number than their cell, and may hold the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from gouji.findings.finding import Finding, found, one_line, plain
from gouji.findings.rules import SEVERITY_WORDS
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.addresses import Place
from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.safe_copy import Package
from gouji.report.numerals import from_words
from gouji.runtime.patterns import regex

_OURS = regex(rf"[0-9]+\. (?:{'|'.join(SEVERITY_WORDS.values())})：.*")
"""A line of our own notes, which is recognised by its text because programs lose the author's name."""

_LONGEST = 2000
_NO_FIGURES = (
    regex(r"https?://\S+"),
    regex(r"(?:其中|含|包括|不计|上年|去年|上一年)[^。；;\n]*"),
    regex(r"[0-9]{2,4} ?年(?: ?[0-9]{1,2} ?月)?(?: ?[0-9]{1,2} ?[日号])?|[0-9]{1,2} ?月(?: ?[0-9]{1,2} ?[日号])?"),
    regex(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"),
    regex(r"[〔\[［【(（][0-9]{4}[〕\]］】)）](?:第? ?[0-9]+ ?号)?|第 ?[0-9]+|[0-9]+ ?号"),
    regex(r"[0-9]{3,4}-[0-9]{7,8}|[0-9]{9,}"),
    regex(r"(?m)^\s*[(（]?[0-9]{1,2}[.、)）](?![0-9])"),
    regex(r"[0-9.]+ ?[%％‰]"),
)
"""Numbers that are not figures of this report: web addresses, parts and other years, dates, times, document numbers,
telephone numbers, numbers of list items, shares."""
_NUMBER = regex(r"(?<![0-9.])[0-9]{1,8}(?:,[0-9]{3})*(?:\.[0-9]{1,6})?(?![0-9])")
_NUMERAL = regex(
    "(?<![第每逐同任分之周期〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟])"
    "([〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+)"
    "(?![年月日号届大期季周天、.．）)是])(件|宗|万元)?"
)
"""A number in words. One of a single character is often no number (统一, 一起), so it needs a unit."""
_TO_HALF_WIDTH = {0xFEE0 + code: code for code in range(0x30, 0x3A)}


def asked_of_notes(
    form: Form, package: Package, places: Mapping[str, Place], figures: Mapping[str, Number]
) -> Iterator[Finding]:
    """Yield a query for each input whose note holds numbers, but not the number of the cell."""
    sheets = {places[ref].sheet for ref in form.inputs} & set(package.sight)
    notes = {(name, note.address): note for name in sheets for note in package.sight[name].notes}
    if not notes:
        return
    for ref in form.inputs:
        place = places[ref]
        note = notes.get((place.sheet, place.address))
        text = _theirs(note) if note else ""
        numbers = _numbers(text)
        if numbers and (ref not in figures or Decimal(figures[ref]) not in numbers):
            yield found(
                "evidence.note",
                ref,
                refs=(ref,),
                cells=(place.printed,),
                actual=figures.get(ref),
                where=place.sheet,
                cell=form.cells[ref].printed,
                filled=f"填的是 {plain(figures[ref])}" if ref in figures else "没有可以读取的数",
                note=one_line(text),
            )


def _theirs(note: Note) -> str:
    """Return what a person wrote into a note, without our own lines."""
    lines = note.text[:_LONGEST].splitlines()
    return "\n".join(line for line in lines if not _OURS.fullmatch(line.strip()))


def _numbers(text: str) -> set[Decimal]:
    """Return the numbers in a text that may be figures."""
    text = text.translate(_TO_HALF_WIDTH)
    for pattern in _NO_FIGURES:
        text = pattern.sub(" ", text)
    return {Decimal(number.replace(",", "")) for number in _NUMBER.findall(text)} | _in_words(text)


def _in_words(text: str) -> set[Decimal]:
    named = (from_words(words) for words, unit in _NUMERAL.findall(text) if unit or len(words) > 1)
    return {number for number in named if number is not None}
