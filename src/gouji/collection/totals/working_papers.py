"""The working papers of the totals: the rules, the files, what was explained or waived, and what was decided.

People read and sign the chapters. What only a program can compare (hashes, versions, codes, names of accounts) is in
the annex.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gouji import __version__
from gouji.collection.intake.matching import rule_set
from gouji.collection.ledger.amended import amended_cells, latest_cells
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.records import Decision
from gouji.collection.outgoing.issue import chinese_date
from gouji.collection.review.before_summing import CODE
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.totals.totals import WHOLE, Totals
from gouji.collection.totals.workbooks import path_of, state_words, treated
from gouji.collection.workspace.folder import Workspace
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.form.calculations import relation_outcomes
from gouji.formats.word.plain_table import PlainTable
from gouji.formats.word.working_papers import Chapter, Papers, Signatures, papers_bytes
from gouji.runtime.output import write_aside
from gouji.runtime.times import local_minute

WORKING_PAPERS = "工作底稿"

_NUMERALS = "一二三四五六七"

_Content = Iterable[str | PlainTable | Signatures]


def write_working_papers(workspace: Workspace, totals: Totals, today: datetime.date) -> Path:
    """Write the working papers of the totals and return their path.

    Raises GoujiError where they cannot be written.
    """
    with workspace.ledger() as ledger:
        decisions, names = ledger.decisions(), ledger.file_names()
    decisions = _on_what_is_in(totals, decisions)
    papers = Papers(
        title=f"{totals.unit.name}{totals.year}年政府信息公开\n工作年度报告汇总工作底稿",
        chapters=list(_chapters(workspace, totals, decisions, names, today)),
        author=workspace.settings.office,
    )
    path = path_of(workspace, totals, WORKING_PAPERS, ".docx")
    write_aside(path, papers_bytes(papers))
    return path


def _chapters(
    workspace: Workspace, totals: Totals, decisions: list[Decision], names: Mapping[str, str], today: datetime.date
) -> Iterator[Chapter]:
    chapters: list[tuple[str, _Content]] = [
        ("依据和范围", _basis(workspace, totals, today)),
        ("汇总的结果", _results(totals)),
        ("计入汇总的文件", [_parts(totals), *_amended(totals, decisions)]),
        *([("没有计入的单位", [_left_out(totals)])] if totals.absent or totals.finished else []),
        ("已经说明的和放行的问题", _answered(totals)),
        ("经办人的决定", _decided(workspace, decisions, names)),
        ("签字", [Signatures(("制表人", "复核人", "负责人"))]),
    ]
    for number, (heading, content) in zip(_NUMERALS, chapters, strict=False):
        yield Chapter(f"{number}、{heading}", tuple(content))
    yield Chapter("附件：程序核对用的记录", tuple(_annex(totals, decisions)), annex=True)


def _basis(workspace: Workspace, totals: Totals, today: datetime.date) -> Iterator[str]:
    yield f"汇总单位：{totals.unit.name}。主管部门：{workspace.settings.office or '（没有填写）'}。"
    yield f"编制日期：{chinese_date(today)}。"
    yield f"格式依据：{totals.form.basis}。程序和核对规则的版本、每个文件的校验值见附件。"
    yield state_words(totals)
    yield "只汇总已经通过的报送；有单位没有填的数字，汇总也空着；总计按分项重算，并与各单位总计相加的数核对。"


def _results(totals: Totals) -> Iterator[str | PlainTable]:
    outcomes = relation_outcomes(totals.form.relations, totals.figures)
    counts = [sum(outcome == kind for outcome in outcomes.values()) for kind in (0, 1, 2)]
    yield (
        f"汇总的勾稽关系 {len(outcomes)} 条：相符 {counts[0]} 条，不符 {counts[1]} 条，"
        f"有单位没有填、无法核对的 {counts[2]} 条。"
    )
    passed = sum(not part.waived and not part.explained for part in totals.parts)
    yield (
        f"计入的 {len(totals.parts)} 个单位中，核对没有问题的 {passed} 个，有问题、已经说明的"
        f" {sum(bool(part.explained) for part in totals.parts)} 个，有放行的错误的"
        f" {sum(bool(part.waived) for part in totals.parts)} 个。"
    )
    still_open = [judged for judged in totals.findings if judged.open]
    if not still_open:
        yield "汇总本身没有还要处理的问题。"
        return
    yield f"汇总本身还要处理的问题 {len(still_open)} 处："
    yield PlainTable(
        "汇总本身还要处理的问题",
        ("轻重", "问题"),
        [(SEVERITY_WORDS[one.finding.severity], one.finding.message) for one in still_open],
        (3, 13),
    )


def _parts(totals: Totals) -> PlainTable:
    rows = [(part.code, part.member.name, part.source) for part in totals.parts]
    return PlainTable("计入汇总的文件", ("单位代码", "单位", "报送的文件"), rows, (4, 6, 9))


def _amended(totals: Totals, decisions: Iterable[Decision]) -> Iterator[str | PlainTable]:
    """Yield the figures in the totals that are not those of the files."""
    amended = Decided(decisions).amended
    rows = [
        (
            part.member.name,
            cell.words,
            cell.before,
            cell.after,
            f"{made.reason}（第 {made.id} 号）",
        )
        for part in (*totals.parts, *totals.finished)
        for made, cell in latest_cells(amended.get(part.sha256, ()))
    ]
    if rows:
        head = ("单位", "哪一格", "文件里", "更正为", "理由（决定的编号）")
        yield f"其中 {len(rows)} 个数字与报送的文件不同，是主管部门更正的，或者填的不是数字、按数字读取的："
        yield PlainTable("更正的数字", head, rows, (4, 6, 2, 2, 5))


def _left_out(totals: Totals) -> PlainTable:
    rows = [(unit.member.code, unit.member.name, unit.state) for unit in totals.absent]
    rows += [(part.code, part.member.name, "汇总过的，只与下级核对") for part in totals.finished]
    return PlainTable("没有计入的单位", ("单位代码", "单位", "为什么"), rows, (4, 6, 9))


def _answered(totals: Totals) -> Iterator[str | PlainTable]:
    answered = _answers(totals)
    if not answered:
        yield "没有。"
        return
    rows = [(name, one.finding.message, treated(one), one.answer) for name, one in answered]
    yield PlainTable("已经说明的和放行的问题", ("单位", "问题", "处理", "说明或者理由"), rows, (4, 8, 3, 6))


def _answers(totals: Totals) -> list[tuple[str, JudgedFinding]]:
    """Return the findings that were explained or waived, each with the name of its unit."""
    answered = [(WHOLE, judged) for judged in totals.findings if judged.answer]
    return answered + [
        (part.member.name, judged) for part in (*totals.parts, *totals.finished) for judged in part.judged
    ]


def _on_what_is_in(totals: Totals, decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions on what is in the totals, also those that were undone: an auditor wants to see them."""
    codes = {
        CODE,
        *(part.code for part in (*totals.parts, *totals.finished)),
        *(each.member.code for each in totals.absent),
    }
    return [decision for decision in decisions if decision.code in codes]


def _decided(workspace: Workspace, decisions: list[Decision], names: Mapping[str, str]) -> Iterator[str | PlainTable]:
    rows = []
    for decision in decisions:
        member = workspace.roster.member(decision.code)
        rows.append(
            (
                str(decision.id),
                f"{KINDS[decision.kind]}{f'第 {decision.target} 号' if decision.target else ''}",
                member.name if member else WHOLE,
                _object(decision, names),
                decision.reason,
                local_minute(decision.made),
            )
        )
    if not rows:
        yield "没有。"
        return
    head = ("编号", "决定", "单位", "对什么", "理由", "时间")
    yield PlainTable("经办人的决定", head, rows, (2, 3, 4, 5, 5, 3))


def _object(decision: Decision, names: Mapping[str, str]) -> str:
    """Return in words what a decision is about: the figures it amends, a deadline, what the rule finds, or the file."""
    if decision.kind == "extend":
        return f"截止日期 {decision.finding}"
    if amended := amended_cells(decision):
        return "；".join(cell.change for cell in amended)
    if decision.kind == "accept":
        joined = (decision.sha256, *decision.finding.split())
        return "，合成".join(names.get(sha256, sha256[:8]) for sha256 in joined if sha256)
    rule = RULES.get(decision.finding.partition(":")[0])
    return rule.finds if rule else names.get(decision.sha256, "")


def _annex(totals: Totals, decisions: list[Decision]) -> Iterator[str | PlainTable]:
    yield f"程序版本：gouji {__version__}。"
    yield f"核对规则的版本：{rule_set(totals.form)}。"
    yield "规则、格式有任何改动，核对规则的版本就会不同。"
    files = [(part.member.name, part.sha256) for part in (*totals.parts, *totals.finished)]
    if files:
        yield "文件的校验值（SHA-256）："
        yield PlainTable("文件的校验值", ("单位", "SHA-256"), files, (6, 13))
    still_open = [(WHOLE, judged) for judged in totals.findings if judged.open]
    codes = [(name, one.finding.id, one.finding.message) for name, one in (*still_open, *_answers(totals))]
    if codes:
        yield "问题的代号："
        yield PlainTable("问题的代号", ("单位", "代号", "问题"), codes, (4, 6, 9))
    if decisions:
        rows = [(str(one.id), _code(one), one.sha256[:8], one.made_by) for one in decisions]
        yield "决定的记录（编号同正文）："
        yield PlainTable("决定的记录", ("编号", "问题的代号", "文件校验值的开头", "计算机的登录名"), rows, (2, 8, 4, 4))


def _code(decision: Decision) -> str:
    """Return what a program knows the object of a decision by: the Refs that it amends, or the finding."""
    if decision.kind == "extend":
        return ""
    return "、".join(cell.ref for cell in amended_cells(decision)) or decision.finding
