"""The totals as workbooks: the summary for auditors, and the office's own report to be completed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from gouji.collection.review.in_force import STATE_WORDS, JudgedFinding
from gouji.collection.totals.parts import Part
from gouji.collection.totals.totals import WHOLE, Totals
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import TOTALS
from gouji.collection.workspace.naming import file_name, plain_name
from gouji.collection.workspace.roster import Member
from gouji.findings.rules import SEVERITY_WORDS
from gouji.form.forms import Forms
from gouji.form.levels import LEVELS
from gouji.formats.read import read_data
from gouji.report.model import Report, make_report
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import make_folder, write_aside
from gouji.runtime.times import local_minute

WORKBOOK, REPORT = "汇总", "汇总填报表"

_UNITS_NAMED = 5
"""Units that a line names."""

_UP = "../"
"""From the folder of the totals to the workspace."""


def path_of(workspace: Workspace, totals: Totals, what: str, suffix: str) -> Path:
    """Return where a file about the totals is written; for a unit of the roster its name contains the unit's."""
    make_folder(workspace.folder / TOTALS)
    member = workspace.roster.member(totals.unit.code) if totals.unit.code else None
    name = file_name(member, f"{totals.year}_{what}", suffix) if member else f"{what}{suffix}"
    return workspace.folder / TOTALS / name


def state_words(totals: Totals) -> str:
    """Return in one line what is in the totals."""
    counted = (
        f"{totals.year} 年度，应汇总 {len(totals.parts) + len(totals.absent)} 个单位，已计入 {len(totals.parts)} 个"
    )
    if totals.complete:
        return f"完整：{counted}。"
    names = "、".join(absent.member.name for absent in totals.absent[:_UNITS_NAMED])
    more = "等" if len(totals.absent) > _UNITS_NAMED else ""
    return f"不完整：{counted}，缺 {len(totals.absent)} 个（{names}{more}）。"


# ---------------------------------------------------------------- the workbook for auditors


def write_summary(workspace: Workspace, totals: Totals) -> Path:
    """Write the summary workbook and return its path.

    Raises GoujiError where it cannot be written, or a text is too long for a cell.
    """
    from gouji.formats.tables.totals import Summary, SummedUnit, summary_bytes

    names = {member.code: member.name for member in workspace.roster.members}
    units = [
        SummedUnit(part.code, part.member.name, names.get(part.member.parent, ""), _UP + part.archived, part.figures)
        for part in totals.parts
    ]
    mark = "" if totals.complete else "（不完整）"
    summary = Summary(
        form=totals.form,
        title=f"{totals.unit.name}{totals.year}年政府信息公开工作年度报告汇总{mark}",
        state=state_words(totals),
        units=units,
        figures=totals.figures,
        before=totals.before.figures,
        before_state=_before_words(totals),
        years=(f"{totals.year - 1}年", f"{totals.year}年"),
        members=list(_members(totals, names)),
        problems=list(_problems(totals)),
    )
    path = path_of(workspace, totals, WORKBOOK, ".xlsx")
    write_aside(path, summary_bytes(summary))
    return path


def _before_words(totals: Totals) -> str:
    before = totals.before
    if not before.units:
        return "没有上年的报告，只列出今年的数字。用 gouji last-year 导入上年的报告以后再汇总。"
    if not before.form:
        return "上年的报告不是同一版格式，不能相加，只列出今年的数字。"
    words = f"上年的数字是 {before.units} 个单位的报告相加"
    gaps = [f"上年缺 {len(before.missing)} 个单位的报告"] * bool(before.missing)
    gaps += [f"今年缺 {len(totals.absent)} 个单位"] * bool(totals.absent)
    return f"{words}；{'，'.join(gaps)}，两年的范围不同，比较时请注意。" if gaps else f"{words}。"


def _members(totals: Totals, names: dict[str, str]) -> Iterator[tuple[list[str | int | None], str]]:
    def row(part: Part, counted: str) -> tuple[list[str | int | None], str]:
        file = (part.source, local_minute(part.sent), part.sha256)
        answers = (part.waived or None, part.explained or None)
        return [*_unit_of(part.member, names), counted, STATE_WORDS["done"], *answers, *file], _UP + part.archived

    yield from (row(part, "计入") for part in totals.parts)
    yield from (row(part, "不计入，只与下级核对") for part in totals.finished)
    for absent in totals.absent:
        yield [*_unit_of(absent.member, names), "缺", absent.state, *(None,) * 5], ""


def _unit_of(member: Member, names: dict[str, str]) -> tuple[str, str, str, str]:
    return member.code, member.name, LEVELS[member.level].name, names.get(member.parent, "")


def _problems(totals: Totals) -> Iterator[list[str | int | None]]:
    yield from (
        problem_row("", WHOLE, judged) for judged in sorted(totals.findings, key=lambda judged: not judged.open)
    )
    for part in (*totals.parts, *totals.finished):
        yield from (problem_row(part.code, part.member.name, judged) for judged in part.judged)
    for note in totals.notes:
        yield problem_row(note.member.code, note.member.name, JudgedFinding(note.finding, ""))


def problem_row(code: str, name: str, judged: JudgedFinding) -> list[str | int | None]:
    """Return a finding and the answer to it, as a row."""
    finding = judged.finding
    return [code, name, SEVERITY_WORDS[finding.severity], finding.message, treated(judged), judged.answer, finding.id]


def treated(judged: JudgedFinding) -> str:
    """Return in a word how a finding was treated."""
    if not judged.answer:
        return "没有处理" if judged.open else ""
    if judged.finding.severity == "error":
        return "放行"
    return "单位说明" if judged.by == "unit" else "代为说明"


# ---------------------------------------------------------------- the office's own report


def write_report(workspace: Workspace, totals: Totals, issued: Path | None = None) -> Path:
    """Write the office's own report as a workbook, its figures filled in and locked; return its path.

    ``issued`` is the form that the office above has issued for it: the workbook is then that form, with its unit, year
    and signature. Whatever people have written into the workbook of an earlier run (texts, who filled it in,
    explanations) is kept. Raises GoujiError where an earlier workbook or the form cannot be read, and where the form is
    of another year.
    """
    from gouji.formats.workbook.reader import issued_identity
    from gouji.formats.workbook.writer import workbook_bytes

    report, identity = totals.report(), None
    path = path_of(workspace, totals, REPORT, ".xlsx")
    if not totals.unit.code:
        path = path.with_name(plain_name(f"{totals.unit.name}_{totals.year}", f"_{REPORT}.xlsx"))
    if issued:
        form = _read(issued, totals)
        if (form.year, form.form) != (totals.year, totals.form):
            raise GoujiError(f"“{issued}”是 {form.year} 年度的填报表，汇总的是 {totals.year} 年度的。请换成今年的。")
        report = msgspec.structs.replace(report, unit=form.unit)
        identity = issued_identity(open_file(issued).data, Forms.of(totals.form))
        if not identity["signature"]:
            raise GoujiError(f"“{issued}”没有签发信息，不是上级主管部门下发的填报表。请换成下发的那一份。")
    written = _read(path, totals) if path.exists() else None
    if written:
        report = make_report(
            form=report.form,
            year=report.year,
            unit=report.unit,
            people=written.people,
            figures=report.figures,
            texts=written.texts,
            explanations=written.explanations,
        )
    locked = [ref for ref in report.figures if ref not in report.form.totals]
    data = workbook_bytes(report, locked=locked, key=workspace.key, issued=identity)
    write_aside(path, data)
    return path


def _read(path: Path, totals: Totals) -> Report:
    try:
        return read_data(open_file(path).data, forms=Forms.of(totals.form)).report
    except DocumentError as error:
        raise GoujiError(f"“{path}”读不出来，没有改动。{error}") from None


# ---------------------------------------------------------------- as plain data


def summary_json(totals: Totals) -> dict[str, Any]:
    """Return the totals as plain data, for programs."""
    return {
        "unit": msgspec.structs.asdict(totals.unit),
        "year": totals.year,
        "edition": totals.form.edition,
        "complete": totals.complete,
        "figures": {ref: totals.figures.get(ref) for ref in totals.form.cells},
        "parts": [_part_json(part) for part in totals.parts],
        "finished": [_part_json(part) for part in totals.finished],
        "absent": [{"code": unit.member.code, "name": unit.member.name, "state": unit.state} for unit in totals.absent],
        "findings": [{**judged.finding.as_json(), "answer": judged.answer or None} for judged in totals.findings],
        "notes": [
            {"code": note.member.code, "name": note.member.name, **note.finding.as_json()} for note in totals.notes
        ],
        "last_year": {
            "figures": dict(totals.before.figures),
            "units": totals.before.units,
            "missing": list(totals.before.missing),
        },
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "code": part.code,
        "name": part.member.name,
        "sha256": part.sha256,
        "source": part.source,
        "archived": part.archived,
        "waived": part.waived,
        "explained": part.explained,
    }
