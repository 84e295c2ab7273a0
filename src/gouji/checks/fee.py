"""Check what a report says about the processing fee: its table, its sentences and the requests closed as unpaid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from gouji.checks.context import Context
from gouji.checks.prose import Paragraph, quoted, without_spaces
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found, plain
from gouji.form.model import Form
from gouji.form.records import Fee
from gouji.form.values import Number, is_number
from gouji.report.model import as_figure
from gouji.runtime.patterns import regex

_WORDS = WORDS.fee
_STATEMENTS = {kind: regex(pattern) for kind, pattern in _WORDS.stated.items()}
_DENIALS = {kind: regex(pattern) for kind, pattern in _WORDS.denied.items()}
_APART = regex(_WORDS.apart)
_TITLES = regex(r"《[^》]*》")
_YEAR = regex(r"(20\d\d)年")
_TEN_THOUSAND = "万"


class _Statement(NamedTuple):
    """What a sentence says of the notices, or of the amount that was billed or received, in yuan."""

    value: Number
    paragraph: Paragraph
    sentence: str


_Stated = Mapping[str, list[_Statement]]


def what_is_said_of_the_fee_agrees(context: Context) -> Iterator[Finding]:
    """Find sentences on the fee that contradict one another, the table or the requests closed as unpaid."""
    form = context.report.form
    fee = form.fee
    if fee is None:
        return
    figures = {kind: value for kind, ref in _WORDS.cells.items() if is_number(value := context.values.get(ref))}
    stated = _statements(context, fee)
    yield from _told_apart(form, stated, figures)
    yield from _closed_without_a_notice(context, fee, stated, figures)
    yield from _uneven(form, stated, figures)
    yield from _in_another_unit(context, stated, figures)


def _statements(context: Context, fee: Fee) -> _Stated:
    """Return what the sentences say of this year's fee, without those that may speak of another year or body."""
    stated: dict[str, list[_Statement]] = {kind: [] for kind in _WORDS.cells}
    if not fee.is_stated(context.prose.text):
        return stated
    for paragraph in context.prose.paragraphs:
        for sentence in paragraph.sentences if fee.is_stated(paragraph.text) else ():
            text = _TITLES.sub("", without_spaces(sentence))
            years = {int(year) for year in _YEAR.findall(text)}
            if not fee.is_stated(text) or _APART.search(text) or years - {context.report.year}:
                continue
            for kind in _WORDS.cells:
                if match := _STATEMENTS[kind].search(text):
                    stated[kind].append(_Statement(_number(match), paragraph, sentence))
                elif _DENIALS[kind].search(text):
                    stated[kind].append(_Statement(0, paragraph, sentence))
    return stated


def _number(match: re.Match[str]) -> Number:
    parts = match.groupdict("")
    value = Decimal((parts["number"] or parts["before"]).replace(",", ""))
    return as_figure(value * 10000 if parts.get("unit", "").startswith(_TEN_THOUSAND) else value)


def _told_apart(form: Form, stated: _Stated, figures: Mapping[str, Number]) -> Iterator[Finding]:
    """Find two sentences with different numbers, and a denial of notices beside a table that counts some.

    Other sentences are compared with the table by the rules about numbers in texts.
    """
    for kind, several in stated.items():
        if kind in figures:
            denied = [each for each in several if each.value == 0 and kind == _WORDS.notices]
            denied = [each for each in denied if not _STATEMENTS[kind].search(without_spaces(each.sentence))]
            if denied and figures[kind]:
                ref = _WORDS.cells[kind]
                yield found(
                    "processing_fee.differs",
                    kind,
                    variant="table",
                    refs=(ref,),
                    cells=(denied[0].paragraph.key, ref),
                    expected=figures[kind],
                    actual=0,
                    where=form.sheet_of(form.cells[ref].table),
                    cell=form.cells[ref].printed,
                    sentence=quoted(denied[0].sentence),
                )
            continue
        other = next((each for each in several if each.value != several[0].value), None)
        if other:
            yield found(
                "processing_fee.differs",
                kind,
                cells=(several[0].paragraph.key, other.paragraph.key),
                expected=several[0].value,
                actual=other.value,
                name=form.cells[_WORDS.cells[kind]].column.printed,
                heading=form.section(several[0].paragraph.section).heading,
                sentence=quoted(several[0].sentence),
                other=form.section(other.paragraph.section).heading,
                another=quoted(other.sentence),
            )
            return


def _closed_without_a_notice(
    context: Context, fee: Fee, stated: _Stated, figures: Mapping[str, Number]
) -> Iterator[Finding]:
    """Find a report without a table on the fee that denies notices which its unpaid requests must have had."""
    form, several = context.report.form, stated[_WORDS.notices]
    needed = context.values.get(fee.unpaid) if fee.unpaid else None
    if _WORDS.notices in figures or not is_number(needed) or not several:
        return
    if all(each.value < needed for each in several):
        yield found(
            "processing_fee.unpaid",
            variant="said",
            refs=(fee.unpaid,),
            cells=(several[0].paragraph.key, fee.unpaid),
            expected=needed,
            actual=several[0].value,
            clause=fee.clause,
            heading=form.section(several[0].paragraph.section).heading,
            sentence=quoted(several[0].sentence),
            other=form.sheet_of(form.cells[fee.unpaid].table),
            row=form.cells[fee.unpaid].row.printed,
        )


def _uneven(form: Form, stated: _Stated, figures: Mapping[str, Number]) -> Iterator[Finding]:
    """Find money without a notice, and more received than billed, in the table or else in the texts."""
    if any(one.value != figures[kind] for kind in figures for one in stated[kind]):
        return  # one of the two numbers is wrong, which is reported already
    values = dict(figures)
    cells = tuple(_WORDS.cells[kind] for kind in figures)
    place = f"{form.sheet_of(form.cells[cells[0]].table)}里" if cells else ""
    if not figures:
        single = {kind: each[0] for kind, each in stated.items() if len({one.value for one in each}) == 1}
        values = {kind: one.value for kind, one in single.items()}
        keys = dict.fromkeys(one.paragraph.key for one in single.values())
        cells = tuple(keys)
        place = "".join(
            f"“{form.section(one.paragraph.section).heading}”的文字“{quoted(one.sentence)}”里"
            for one in list(single.values())[:1]
        )
    refs = cells if figures else ()
    notices, billed, received = (values.get(kind) for kind in _WORDS.cells)
    money = billed or received
    if notices == 0 and money:
        yield found("processing_fee.uneven", refs=refs, cells=cells, expected=0, actual=money, place=place)
    elif billed is not None and received is not None and received > billed:
        yield found(
            "processing_fee.uneven",
            variant="unbilled",
            refs=refs,
            cells=cells,
            expected=billed,
            actual=received,
            place=place,
        )


def _in_another_unit(context: Context, stated: _Stated, figures: Mapping[str, Number]) -> Iterator[Finding]:
    """Find amounts that are too small or too large for yuan."""
    form = context.report.form
    least = context.settings.threshold("processing_fee.unit.least")
    most = context.settings.threshold("processing_fee.unit.most")
    for kind, ref in _WORDS.cells.items():
        value = figures.get(kind, stated[kind][0].value if stated[kind] else 0)
        if kind == _WORDS.notices or not value or least <= value <= most:
            continue
        if kind in figures:
            cell = form.cells[ref]
            place, cells = f"{form.sheet_of(cell.table)}{cell.printed}", (ref,)
        else:
            said = stated[kind][0]
            place = f"“{form.section(said.paragraph.section).heading}”的文字“{quoted(said.sentence)}”里"
            cells = (said.paragraph.key,)
        yield found(
            "processing_fee.unit",
            refs=(ref,) if kind in figures else (),
            cells=cells,
            actual=value,
            place=place,
            amount=plain(value),
        )
        return
