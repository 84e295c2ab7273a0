"""Compare the numbers in the texts with the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from gouji.checks.claim_parts import Claim, Parts, Stated, Sum
from gouji.checks.claims import Claims
from gouji.checks.context import Context
from gouji.checks.names import names_of
from gouji.checks.prose import Prose, quoted
from gouji.checks.vocabulary import vocabulary
from gouji.findings.finding import Finding, found, plain
from gouji.form.levels import level_of
from gouji.form.model import Cell, Form
from gouji.form.values import Cells, Number, is_number
from gouji.report.model import Report, as_figure

_IN_YUAN = {"元": Decimal(1), "万元": Decimal(10**4), "亿元": Decimal(10**8)}


@dataclass(frozen=True, slots=True)
class _Mismatch:
    """A claim that disagrees with every cell that it may refer to."""

    claim: Claim
    sentence: str
    paragraph: str
    """The key of the paragraph."""
    expected: Number

    @property
    def refs(self) -> tuple[str, ...]:
        """The cells that the claim most likely refers to."""
        return tuple(ref for _, ref in self.claim.meanings[0])


def numbers_in_the_texts_agree_with_the_tables(context: Context) -> Iterator[Finding]:
    """Find numbers in the texts that differ from every cell they may refer to; each cell is reported once.

    Then find numbers in a sentence that do not add up to the number that they divide.
    """
    stated = list(_stated(context))
    mismatches: dict[tuple[str, ...], _Mismatch] = {}
    for mismatch in _mismatches(context, stated):
        mismatches.setdefault(mismatch.refs, mismatch)
    for table, several in _by_table(mismatches.values()).items():
        if len(several) > 1 and _is_all_zero(context, table):
            yield _all_zero(context.report.form, table, several)
        else:
            yield from (_differing(context.report.form, mismatch) for mismatch in several)
    # A number that differs from the table is the cause of a wrong sum, and already reported.
    different = {ref for mismatch in mismatches.values() for ref in mismatch.refs}
    for paragraph, sentence, parts in stated:
        if isinstance(parts, Parts) and different.isdisjoint(ref for _, ref in parts.cells):
            yield _wrong_sum(context.report.form, parts, paragraph, sentence)


def every_unpaid_request_had_a_fee_notice(context: Context) -> Iterator[Finding]:
    """Find fewer fee notices than requests that were closed because the fee was not paid."""
    form, values = context.report.form, context.values
    if form.fee is None or not form.fee.unpaid:
        return
    notices, unpaid = form.fee.notices, form.fee.unpaid
    sent, needed = values.get(notices), values.get(unpaid)
    if is_number(sent) and is_number(needed) and sent < needed:
        yield found(
            "processing_fee.unpaid",
            refs=(notices, unpaid),
            expected=needed,
            actual=sent,
            clause=form.fee.clause,
            where=form.sheet_of(form.fee.table),
            name=form.cells[notices].printed,
            other=form.sheet_of(form.cells[unpaid].table),
            row=form.cells[unpaid].row.printed,
        )


def _mismatches(context: Context, stated: Iterable[tuple[str, str, Stated]]) -> Iterator[_Mismatch]:
    form = context.report.form
    told: dict[str, Decimal] = {}
    place: tuple[str, str] | None = None
    for paragraph, sentence, claim in stated:
        if not isinstance(claim, Claim):
            continue
        if place != (paragraph, sentence):
            told, place = {}, (paragraph, sentence)
        sums = [_sum(meaning, context.values) for meaning in claim.meanings]
        if None in sums or any(_agrees(form, claim, value) for value in sums if value is not None):
            continue
        # The sentence has given another number for the cell that this one depends on: that is reported already.
        overlay = {**context.values, **told}
        if claim.whole in told or any(_sum(meaning, overlay) == claim.value for meaning in claim.meanings[1:]):
            continue
        if claim.denied and len(claim.meanings[0]) > 1 and told.keys() & _beside(form, claim.meanings[0]):
            continue
        if len(claim.meanings[0]) == 1 and claim.unit not in _IN_YUAN:
            told.setdefault(claim.meanings[0][0][1], claim.value)
        assert sums[0] is not None
        yield _Mismatch(claim, sentence, paragraph, sums[0])


def _beside(form: Form, meaning: Sum) -> set[str]:
    """Return the other cells of the row of a sum, without its total."""
    row = form.cells[meaning[0][1]].row.key
    table = form.cells[meaning[0][1]].table
    cells = {ref for ref, cell in form.cells.items() if cell.table == table and cell.row.key == row}
    return {ref for ref in cells if form.cells[ref].column.key != "total"} - {ref for _, ref in meaning}


def _stated(context: Context) -> Iterator[tuple[str, str, Stated]]:
    """Yield what the texts state, each with the key of its paragraph and its sentence."""
    words = vocabulary()
    claims = claims_of(context.report, context.prose)
    for paragraph in context.prose.paragraphs:
        if paragraph.topic.startswith(words.topics):
            for sentence, stated in claims.stated(paragraph.sentences, paragraph.topic):
                yield paragraph.key, sentence, stated


def claims_of(report: Report, prose: Prose) -> Claims:
    """Return what reads the texts of a report, with the names and the scope of its unit."""
    level = level_of(report.unit.level)
    apart = level.governs_area and re.search(vocabulary().office_apart, prose.text) is not None
    return Claims(
        report.form,
        report.year,
        names_of(report.unit),
        area=level.governs_area,
        town=level.known_by_place,
        apart=apart,
    )


def _sum(terms: Sum, values: Cells) -> Number | None:
    total: Number = 0
    for sign, ref in terms:
        value = values.get(ref)
        if not is_number(value):
            return None
        total += sign * value
    return total


def _agrees(form: Form, claim: Claim, value: Number) -> bool:
    """Tell whether a claim agrees with the value of its cells. Money may be rounded to the nearest, or cut off."""
    if claim.unit not in _IN_YUAN:
        return value == claim.value
    printed = form.cells[claim.meanings[0][0][1]].column.unit
    exact = Decimal(value) * _IN_YUAN[printed] / _IN_YUAN[claim.unit]
    last_digit = Decimal(1).scaleb(min(0, int(claim.value.as_tuple().exponent)))
    return abs(exact - claim.value) <= last_digit / 2 or 0 <= exact - claim.value < last_digit


# ---------------------------------------------------------------- the wording of messages


def _by_table(mismatches: Iterable[_Mismatch]) -> dict[str, list[_Mismatch]]:
    tables: dict[str, list[_Mismatch]] = {}
    for mismatch in mismatches:
        tables.setdefault(mismatch.refs[0].partition(".")[0], []).append(mismatch)
    return tables


def _is_all_zero(context: Context, table: str) -> bool:
    cells = context.report.form.table(table).cells
    return all(context.values.get(ref) == 0 for ref in cells)


def _differing(form: Form, mismatch: _Mismatch) -> Finding:
    claim, refs = mismatch.claim, mismatch.refs
    cells = [form.cells[ref] for ref in refs]
    unit = cells[0].column.unit
    return found(
        "narrative.none" if claim.denied else "narrative",
        "+".join(refs) if len(refs) == 1 else f"{refs[0]}+{len(refs) - 1}",
        refs=refs,
        cells=(mismatch.paragraph, *refs),
        expected=mismatch.expected,
        actual=as_figure(claim.value),
        clause=cells[0].row.clause or cells[0].block.clause,
        sentence=quoted(mismatch.sentence),
        said=f"{plain(claim.value)} {claim.unit}",
        where=form.sheet_of(cells[0].table),
        cell=_named(cells),
        unit=unit,
    )


def _all_zero(form: Form, table: str, several: list[_Mismatch]) -> Finding:
    refs = tuple(dict.fromkeys(ref for mismatch in several for ref in mismatch.refs))
    return found(
        "narrative.zero",
        table,
        refs=refs,
        cells=(*(mismatch.paragraph for mismatch in several), *refs),
        expected=0,
        actual=as_figure(several[0].claim.value),
        clause=form.section(form.table(table).section).clause,
        sentence=quoted(several[0].sentence),
        where=form.sheet_of(table),
        count=len(several),
    )


def _wrong_sum(form: Form, parts: Parts, paragraph: str, sentence: str) -> Finding:
    refs = tuple(dict.fromkeys(ref for _, ref in parts.cells))
    row = form.cells[refs[0]].row
    return found(
        "narrative.sum",
        refs[0],
        refs=refs,
        cells=(paragraph, *refs),
        expected=as_figure(parts.whole.value),
        actual=as_figure(parts.total),
        clause=row.clause or form.cells[refs[0]].block.clause,
        sentence=quoted(sentence),
        terms="＋".join(plain(value) for value, _ in parts.parts),
    )


def _named(cells: list[Cell]) -> str:
    """Name one cell as printed, or several cells as the sum of a row or of a group of rows."""
    if len(cells) == 1:
        return cells[0].printed
    if len({cell.row.key for cell in cells}) == 1:
        return f"“{cells[0].row.printed}”行各列相加"
    groups = {cell.row.label[-2:-1] for cell in cells}
    rows = "、".join(dict.fromkeys(f"“{cell.row.printed}”" for cell in cells))
    named = f"“{cells[0].row.label[-2]}”" if len(groups) == 1 and groups != {()} else rows
    return f"{named}{'各项' if cells[0].across else '各行'}的“{cells[0].column.printed}”相加"
