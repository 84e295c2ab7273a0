"""A workbook for one unit: blank, or filled with what is known already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gouji.form.editions import edition_in_force, load_form
from gouji.form.expressions import Total
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.jobs.batch import Previous, is_of_another
from gouji.report.model import Report, Unit, make_report, with_figures
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError


@dataclass(frozen=True)
class Options:
    """What the caller specifies for the workbook; the rest comes from the report that fills it."""

    form: Form | None = None
    year: int | None = None
    unit: str | None = None
    code: str | None = None
    level: str | None = None


def prefill(
    target: Path,
    options: Options,
    *,
    source: Path | None = None,
    previous: Previous | None = None,
    accept_repairs: bool = False,
    key: bytes | None = None,
    forms: Forms = OFFICIAL,
) -> list[str]:
    """Write a workbook, and return one sentence for each figure that was not kept or was repaired.

    ``source`` is a report that fills the workbook; it may answer any of ``forms`` and is repaired with
    ``accept_repairs``. ``previous`` provides last year's open requests, which are carried over and locked. With
    ``key``, the workbook is signed. Raises GoujiError if a file cannot be read or written, or if last year's report is
    not on the year before.
    """
    from gouji.formats.read import read_file
    from gouji.formats.workbook.writer import write_workbook

    given = read_file(source, accept_repairs=accept_repairs, forms=forms) if source else None
    last_year = _last_year(previous, options, given)
    report = _report(options, given.report if given else None, last_year)
    remarks = [*_repaired(given), *_not_kept(given.report, report.form)] if given else []
    carried: dict[str, Number] = {}
    if last_year:
        if is_of_another(report.unit, last_year.unit):
            remarks.append(f"请核实：上年的报告是“{last_year.unit.name}”的，填报表是“{report.unit.name}”的。")
        carried = carried_over(report, last_year)
        remarks += _replaced(report, carried)
        unread = {ref: text for ref, text in report.unread.items() if ref not in carried}
        report = with_figures(report, {**report.figures, **carried}, unread)
    write_workbook(report, target, locked=carried, key=key)
    return remarks


def _last_year(previous: Previous | None, options: Options, given: Reading | None) -> Report | None:
    if previous is None:
        return None
    unit = Unit(
        name=options.unit or (given.report.unit.name if given else ""),
        code=options.code or (given.report.unit.code if given else ""),
    )
    year = options.year or (given.report.year if given else None)
    found = previous.of(unit, year)
    if found is None:
        if not unit.name:
            raise GoujiError("--previous 是文件夹的，请用 --unit 写明单位名称。")
        raise GoujiError(f"没有找到“{unit.name}”上年的报告。请检查 --previous 给的文件夹。")
    return found.report


def _report(options: Options, given: Report | None, last_year: Report | None) -> Report:
    known = given.unit if given else last_year.unit if last_year else Unit()
    if is_of_another(Unit(name=options.unit or "", code=options.code or ""), known):
        known = Unit()  # do not use the code and level of another unit
    year = options.year or (given.year if given else last_year.year + 1 if last_year and last_year.year else None)
    form = options.form or (given.form if given else load_form(edition_in_force(year)))
    if year is not None and not 1000 <= year <= 9999:
        raise GoujiError(f"报告年度 {year} 不对：请写四位数的年份。")
    unit = Unit(name=options.unit or known.name, code=options.code or known.code, level=options.level or known.level)
    if given is None:
        return make_report(form=form, year=year, unit=unit, figures={})
    return make_report(
        form=form,
        year=year,
        unit=unit,
        people=given.people,
        figures={ref: value for ref, value in given.figures.items() if ref in form.cells},
        texts=given.texts,
        zero=given.zero,
        unread={ref: text for ref, text in given.unread.items() if ref in form.inputs},
        explanations=given.explanations,
    )


def _repaired(given: Reading) -> list[str]:
    return [finding.message for finding in given.findings if finding.rule == "figure.repaired"]


def _not_kept(given: Report, form: Form) -> list[str]:
    """Return sentences on figures that the workbook cannot keep.

    These are cells of another edition, and totals that differ from the sum of their parts.
    """
    remarks = []
    old = given.form
    for ref in old.cells:
        shown = given.unread.get(ref) or given.figures.get(ref)
        if ref not in form.cells and shown:
            where = old.sheet_of(old.cells[ref].table)
            remarks.append(f"没有保留：{where}{old.cells[ref].printed}的 {shown}，新的格式没有这一格。")
    kept: dict[str, Number] = {
        ref: value for ref, value in given.figures.items() if ref in form.cells and ref not in form.totals
    }
    for ref, parts in form.totals.items():
        total = Total(parts).value(kept)
        if total is not None:
            kept[ref] = total
        shown = given.unread.get(ref, given.figures.get(ref))
        if shown is not None and shown != total:
            cell = form.cells[ref]
            where = form.sheet_of(cell.table)
            instead = "分项没有填全，总计空着" if total is None else f"按分项相加是 {total}"
            remarks.append(f"没有保留：{where}{cell.printed}的总计 {shown}，{instead}。")
    return remarks


def carried_over(report: Report, last_year: Report) -> dict[str, Number]:
    """Return the figures to carry over from last year's report: continuity relations between single cells give them.

    Raises GoujiError if last year's report is not on the year before.
    """
    if last_year.year is not None and report.year is not None and last_year.year != report.year - 1:
        raise GoujiError(f"上年的报告应当是 {report.year - 1} 年度的，给的是 {last_year.year} 年度的。请换一份。")
    carried = {}
    for relation in report.form.continuity:
        if len(relation.left) == len(relation.right) == 1 and relation.right[0].previous:
            ref, value = relation.left[0].ref, last_year.figures.get(relation.right[0].ref)
            if ref in report.form.inputs and value is not None:
                carried[ref] = value
    return carried


def _replaced(report: Report, carried: dict[str, Number]) -> list[str]:
    remarks = []
    for ref, value in carried.items():
        before = report.unread.get(ref, report.figures.get(ref))
        if before is not None and before != value:
            cell = report.form.cells[ref]
            where = report.form.sheet_of(cell.table)
            remarks.append(f"没有保留：{where}{cell.printed}的 {before}，按上年的报告填为 {value} 并锁定。")
    return remarks
