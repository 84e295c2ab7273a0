"""问题清单.xlsx: every problem with its file, then a sheet of the units and one of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

from gouji.findings.finding import whereabouts
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.form.values import State
from gouji.formats.drawing.canvas import STATE_COLOURS
from gouji.formats.tables.listing import Field, Link, Listing, Value, listing_bytes
from gouji.inspection.own_products import LIST_TITLE, list_title
from gouji.inspection.results import InspectedUnit, Inspection, Problem, counted_by_rule, day, path_from
from gouji.runtime.printable import readable_name

PROBLEMS, UNITS, RULES_SHEET = LIST_TITLE, "按单位", "按规则"
NOTHING = "没有发现问题"

_LONGEST_PLACE = 60
_COLOURS = {
    SEVERITY_WORDS["error"]: STATE_COLOURS[State.WRONG],
    SEVERITY_WORDS["query"]: STATE_COLOURS[State.INCOMPLETE],
}
_UNIT_COLOURS = {"没有找到": STATE_COLOURS[State.WRONG]}

_PROBLEM_FIELDS = (
    Field("单位", 20, wrap=True),
    Field("年度", 6, number=True),
    Field("程度", 13),
    Field("问题", 54, wrap=True),
    Field("在哪里", 20, wrap=True),
    Field("依据", 24, wrap=True),
    Field("扣分", 6, number=True),
    Field("文件（点开）", 22, wrap=True),
    Field("规则", 18, wrap=True),
)
_UNIT_FIELDS = (
    Field("单位", 28, wrap=True),
    Field("报告", 10),
    Field("发布日期", 12),
    Field("必须改正", 9, number=True),
    Field("请核实并说明", 9, number=True),
    Field("提示", 7, number=True),
    Field("扣分", 8, number=True),
    Field("与上年比过", 11),
    Field("文件（点开）", 34, wrap=True),
    Field("别的文件", 34, wrap=True),
)
_RULE_FIELDS = (
    Field("程度", 13),
    Field("查什么", 34, wrap=True),
    Field("单位数", 8, number=True),
    Field("处数", 8, number=True),
    Field("单位", 66, wrap=True),
    Field("依据", 36, wrap=True),
    Field("规则", 19, wrap=True),
)


def problem_list(inspection: Inspection, beside: Path) -> bytes:
    """Return the list of an inspection; ``beside`` is the folder that the workbook will be in."""
    title = list_title(f"{inspection.year}年政府信息公开工作年度报告")
    link = partial(_link, beside=beside)
    units = [_unit_row(unit, link) for unit in inspection.units]
    return listing_bytes(
        [
            _of_problems(title, inspection.problems, link),
            Listing(UNITS, _UNIT_FIELDS, units, _UNIT_COLOURS, above=("按单位",)),
            _of_rules(inspection.problems),
        ]
    )


def list_of_problems(problems: Sequence[Problem], beside: Path) -> bytes:
    """Return the list of the problems of a few files."""
    return listing_bytes([_of_problems(LIST_TITLE, problems, partial(_link, beside=beside)), _of_rules(problems)])


def _of_problems(title: str, problems: Sequence[Problem], link: Callable[[Path], Link]) -> Listing:
    rows: list[Sequence[Value]] = [_problem_row(problem, link) for problem in problems]
    counts = [
        f"{word} {number} 处"
        for severity, word in SEVERITY_WORDS.items()
        if (number := sum(one.finding.severity == severity for one in problems if not _is_unread(one)))
    ]
    if unread := sum(map(_is_unread, problems)):
        counts.append(f"读不出来的文件 {unread} 个")
    return Listing(PROBLEMS, _PROBLEM_FIELDS, rows, _COLOURS, above=(title, "，".join(counts) or NOTHING))


def _is_unread(problem: Problem) -> bool:
    return problem.finding.rule == "unreadable" and not problem.unit


def _problem_row(problem: Problem, link: Callable[[Path], Link]) -> list[Value]:
    finding = problem.finding
    return [
        problem.unit or "（不知道是哪个单位）",
        problem.year,
        SEVERITY_WORDS[finding.severity],
        finding.message,
        whereabouts(finding.cells)[:_LONGEST_PLACE],
        finding.clause or RULES[finding.rule].clause,
        _points(problem.points),
        link(problem.path) if problem.path else None,
        finding.rule,
    ]


def _unit_row(unit: InspectedUnit, link: Callable[[Path], Link]) -> list[Value]:
    report = unit.report
    others = [readable_name(path.name) for path in (*report.copies, *report.others)] if report else []
    return [
        unit.unit.name if unit.listed else f"{unit.unit.name}（不在名单上）",
        "有" if report else "没有保存" if unit.is_unsaved else "没有找到",
        (day(report.published) or "没有写") if report else None,
        unit.number_of("error"),
        unit.number_of("query"),
        unit.number_of("note"),
        _points(unit.points),
        ("是" if unit.compared else "没有能比的") if report else None,
        link(report.seen.path) if report else None,
        "、".join(others) or None,
    ]


def _of_rules(problems: Sequence[Problem]) -> Listing:
    rows = [
        [
            SEVERITY_WORDS[one.severity],
            RULES[one.rule].finds,
            len(one.units),
            one.problems,
            "、".join(one.units) or None,
            next((each.finding.clause for each in problems if each.finding.rule == one.rule), "")
            or RULES[one.rule].clause,
            one.rule,
        ]
        for one in counted_by_rule(problems)
    ]
    return Listing(RULES_SHEET, _RULE_FIELDS, rows, _COLOURS, above=("按规则",))


def _points(points: Decimal | None) -> float | None:
    return None if points is None else float(points)


def _link(path: Path, beside: Path) -> Link:
    return Link(path_from(path, beside), readable_name(path.name))
