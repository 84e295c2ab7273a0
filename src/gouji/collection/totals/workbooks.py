"""What is written of a sum into the workspace: the workbook for auditors, and the office's own report as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from gouji.collection.review.in_force import STATE_WORDS, Judged
from gouji.collection.totals.parts import Part
from gouji.collection.totals.totals import Sums
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import SUMS
from gouji.collection.workspace.naming import file_name, plain_name
from gouji.collection.workspace.roster import Member
from gouji.findings.rules import SEVERITY_WORDS
from gouji.form.levels import LEVELS
from gouji.formats.read import read_data
from gouji.report.model import Report, make_report
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import make_folder, write_aside

WORKBOOK, REPORT = "汇总", "汇总填报表"

_UP = "../"
"""From the folder of the sums to the workspace."""


def path_of(workspace: Workspace, sums: Sums, what: str, suffix: str) -> Path:
    """Return where a file about a sum is written; what concerns a unit of the roster bears its name."""
    make_folder(workspace.folder / SUMS)
    member = workspace.roster.member(sums.unit.code) if sums.unit.code else None
    name = file_name(member, f"{sums.year}_{what}", suffix) if member else f"{what}{suffix}"
    return workspace.folder / SUMS / name


def state_words(sums: Sums) -> str:
    """Return in one line what is in the sum."""
    counted = f"{sums.year} 年度，应汇总 {len(sums.parts) + len(sums.absent)} 个单位，已计入 {len(sums.parts)} 个"
    if sums.complete:
        return f"完整：{counted}。"
    names = "、".join(absent.member.name for absent in sums.absent[:_NAMED])
    more = "等" if len(sums.absent) > _NAMED else ""
    return f"不完整：{counted}，缺 {len(sums.absent)} 个（{names}{more}）。"


_NAMED = 5

# ---------------------------------------------------------------- the workbook for auditors


def write_summary(workspace: Workspace, sums: Sums) -> Path:
    """Write the workbook of a sum and return where.

    Raises GoujiError where the disk does not take it, or a text is too long for a cell.
    """
    from gouji.formats.tables.totals import Summary, SummedUnit, summary_bytes

    names = {member.code: member.name for member in workspace.roster.members}
    units = [
        SummedUnit(part.code, part.member.name, names.get(part.member.parent, ""), _UP + part.archived, part.figures)
        for part in sums.parts
    ]
    mark = "" if sums.complete else "（不完整）"
    summary = Summary(
        form=sums.form,
        title=f"{sums.unit.name}{sums.year}年政府信息公开工作年度报告汇总{mark}",
        state=state_words(sums),
        units=units,
        figures=sums.figures,
        before=sums.before.figures,
        before_state=_before_words(sums),
        years=(f"{sums.year - 1}年", f"{sums.year}年"),
        members=list(_members(sums, names)),
        problems=list(_problems(sums)),
    )
    path = path_of(workspace, sums, WORKBOOK, ".xlsx")
    write_aside(path, summary_bytes(summary))
    return path


def _before_words(sums: Sums) -> str:
    before = sums.before
    if not before.units:
        return "没有上年的报告，只列出今年的数字。用 gouji last-year 导入上年的报告以后再汇总。"
    if not before.edition:
        return "上年的报告不是同一版格式，不能相加，只列出今年的数字。"
    words = f"上年的数字是 {before.units} 个单位的报告相加"
    lacks = [f"上年缺 {len(before.missing)} 个单位的报告"] * bool(before.missing)
    lacks += [f"今年缺 {len(sums.absent)} 个单位"] * bool(sums.absent)
    return f"{words}；{'，'.join(lacks)}，两年的范围不同，比较时请注意。" if lacks else f"{words}。"


def _members(sums: Sums, names: dict[str, str]) -> Iterator[tuple[list[str | int | None], str]]:
    def row(part: Part, counted: str) -> tuple[list[str | int | None], str]:
        said = (part.source, part.sent.replace("T", " "), part.sha256)
        answers = (part.waived or None, part.explained or None)
        return [*_unit_of(part.member, names), counted, STATE_WORDS["done"], *answers, *said], _UP + part.archived

    yield from (row(part, "计入") for part in sums.parts)
    yield from (row(part, "不计入，只与下级核对") for part in sums.finished)
    for absent in sums.absent:
        yield [*_unit_of(absent.member, names), "缺", absent.state, *(None,) * 5], ""


def _unit_of(member: Member, names: dict[str, str]) -> tuple[str, str, str, str]:
    return member.code, member.name, LEVELS[member.level].name, names.get(member.parent, "")


def _problems(sums: Sums) -> Iterator[list[str | int | None]]:
    yield from (problem_row("", "汇总", each) for each in sorted(sums.findings, key=lambda each: not each.open))
    for part in (*sums.parts, *sums.finished):
        yield from (problem_row(part.code, part.member.name, each) for each in part.judged)


def problem_row(code: str, name: str, judged: Judged) -> list[str | int | None]:
    """Return a finding and what was said to it, as a row."""
    finding = judged.finding
    return [code, name, SEVERITY_WORDS[finding.severity], finding.message, treated(judged), judged.answer, finding.id]


def treated(judged: Judged) -> str:
    """Return in a word what became of a finding."""
    if not judged.answer:
        return "没有处理" if judged.open else ""
    if judged.finding.severity == "error":
        return "放行"
    return "单位说明" if judged.by == "unit" else "代为说明"


# ---------------------------------------------------------------- the office's own report


def write_report(workspace: Workspace, sums: Sums, issued: Path | None = None) -> Path:
    """Write the office's own report as a workbook, its figures filled in and locked; return where.

    ``issued`` is the form that the office above has issued for it: the workbook is then that form, with its unit, year
    and signature. What people have written into the workbook of an earlier run, the narrative and who filled it in, is
    kept. Raises GoujiError where an earlier workbook or the form cannot be read, and where the form is of another year.
    """
    from gouji.formats.workbook.reader import issued_identity
    from gouji.formats.workbook.writer import workbook_bytes

    report, identity = sums.report(), None
    path = path_of(workspace, sums, REPORT, ".xlsx")
    if not sums.unit.code:
        path = path.with_name(plain_name(f"{sums.unit.name}_{sums.year}", f"_{REPORT}.xlsx"))
    if issued:
        form = _read(issued)
        if (form.year, form.edition) != (sums.year, sums.edition):
            raise GoujiError(f"“{issued}”是 {form.year} 年度的填报表，汇总的是 {sums.year} 年度的。请换成今年的。")
        report = msgspec.structs.replace(report, unit=form.unit)
        identity = issued_identity(open_file(issued).data)
        if not identity["signature"]:
            raise GoujiError(f"“{issued}”没有签发信息，不是上级主管部门下发的填报表。请换成下发的那一份。")
    written = _read(path) if path.exists() else None
    if written:
        report = make_report(
            edition=report.edition,
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


def _read(path: Path) -> Report:
    try:
        return read_data(open_file(path).data).report
    except DocumentError as error:
        raise GoujiError(f"“{path}”读不出来，没有改动。{error}") from None


# ---------------------------------------------------------------- as plain data


def summary_json(sums: Sums) -> dict[str, Any]:
    """Return a sum as plain data, for programs."""
    return {
        "unit": msgspec.structs.asdict(sums.unit),
        "year": sums.year,
        "edition": sums.edition,
        "complete": sums.complete,
        "figures": {ref: sums.figures.get(ref) for ref in sums.form.cells},
        "parts": [_part_json(part) for part in sums.parts],
        "finished": [_part_json(part) for part in sums.finished],
        "absent": [{"code": each.member.code, "name": each.member.name, "state": each.state} for each in sums.absent],
        "findings": [{**each.finding.as_json(), "answer": each.answer or None} for each in sums.findings],
        "last_year": {
            "figures": dict(sums.before.figures),
            "units": sums.before.units,
            "missing": list(sums.before.missing),
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
