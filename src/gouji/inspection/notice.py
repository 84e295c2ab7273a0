"""通报.docx: what was inspected, how it stands, what is common, each unit's problems; the office goes on with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.findings.together import named
from gouji.form.editions import edition_in_force, load_form
from gouji.formats.word.circular import Chapter, Circular, Subheading, circular_bytes
from gouji.formats.word.plain_table import PlainTable
from gouji.inspection.own_products import notice_title
from gouji.inspection.results import InspectedUnit, Inspection, Problem, counted_by_rule
from gouji.report.numerals import in_words

_ADDRESSEE = "（主送机关）"
_SIGNED = ("（发文机关）", "    年  月  日")
_COMMON = 12
"""Rules that the chapter on what is common names."""
_OF_A_UNIT = 30
"""Problems of a unit that are told; the list has all."""
_BLANKS = re.compile(r"(?<=[^\x00-\xff]) (?=[\d“])|(?<=[\d%”]) (?=[^\x00-\xff])")


def notice(inspection: Inspection) -> bytes:
    """Return the circular about an inspection; addressee and signature are left for the office."""
    year = inspection.year
    law = load_form(edition_in_force(year)).law
    chapters = [
        Chapter("一、检查的范围", list(_scope(inspection))),
        Chapter("二、总的情况", list(_overall(inspection))),
        Chapter("三、带有共性的问题", list(_common(inspection))),
        Chapter("四、各单位的问题", list(_each_unit(inspection))),
    ]
    circular = Circular(
        title=notice_title(f"{year}年政府信息公开工作年度报告"),
        addressee=_ADDRESSEE,
        opening=[
            f"根据{law}和国务院办公厅关于政府信息公开工作年度报告格式的要求，"
            f"对{year}年政府信息公开工作年度报告进行了检查。现将有关情况通报如下。"
        ],
        chapters=chapters,
        annex=_annex(inspection),
        signed=_SIGNED,
    )
    return circular_bytes(circular)


def _scope(inspection: Inspection) -> Iterator[str]:
    year, there = inspection.year, len(inspection.published)
    of_the_list = sum(unit.listed for unit in inspection.units)
    beside = there - sum(unit.listed for unit in inspection.published)
    listed = f"名单上的单位{of_the_list}个，" if inspection.with_list else ""
    not_listed = f"（其中{beside}个不在名单上）" if beside else ""
    yield f"{listed}检查{year}年的报告{there}份，涉及单位{there}个{not_listed}。"
    if inspection.unsaved:
        yield f"另有{len(inspection.unsaved)}个单位的报告没有保存下来，没有检查，见问题清单。"
    compared = sum(unit.compared for unit in inspection.units)
    if compared:
        yield f"其中{compared}份与本单位{year - 1}年的报告作了对照。各单位之间的文字也作了对照。"
    else:
        yield f"没有能对照的{year - 1}年的报告，没有与上年对照。各单位之间的文字作了对照。"
    if inspection.unread:
        yield f"另有{len(inspection.unread)}个文件读不出来，没有检查，见问题清单。"


def _overall(inspection: Inspection) -> Iterator[str | PlainTable]:
    told = Counter(problem.finding.severity for unit in inspection.units for problem in unit.told)
    absent = len(inspection.absent)
    missing = f"（其中没有找到报告{absent}处）" if absent else ""
    yield (
        f"发现必须改正的问题{told['error']}处{missing}，需要核实、说明的{told['query']}处。各单位的情况如下表。"
        if told["error"] or told["query"]
        else "没有发现必须改正或者需要核实的问题。"
    )
    rows = [
        ("没有找到报告的", inspection.absent),
        ("有必须改正的问题的", inspection.wrong),
        ("只有需要核实、说明的", inspection.asked),
        ("没有发现问题的", inspection.clean),
    ]
    table = [[word, str(len(units)), "、".join(unit.unit.name for unit in units)] for word, units in rows]
    yield PlainTable("总的情况", ("情况", "单位数", "单位"), table, (26, 9, 65))
    yield from _on_time(inspection)


def _on_time(inspection: Inspection) -> Iterator[str]:
    dated = [unit for unit in inspection.published if unit.report and unit.report.published]
    late = [
        unit.unit.name for unit in dated if any(problem.finding.rule == "published.late" for problem in unit.problems)
    ]
    if late:
        yield f"写明发布日期的报告{len(dated)}份，其中{len(late)}份发布晚了：{'、'.join(late)}。"
    elif dated:
        yield f"写明发布日期的报告{len(dated)}份，都按时发布。"
    undated = len(inspection.published) - len(dated)
    if undated:
        yield f"有{undated}份保存下来的文件没有写发布日期，没有核对是否按时发布。"


def _common(inspection: Inspection) -> Iterator[str | PlainTable]:
    counts = [
        one
        for one in counted_by_rule([problem for unit in inspection.units for problem in unit.told])
        if len(one.units) > 1
    ]
    if not counts:
        yield "没有两个以上单位都有的问题。"
        return
    counts.sort(key=lambda one: (-len(one.units), -one.problems))
    yield "两个以上单位都有的问题，按涉及的单位从多到少排列如下。"
    rows = [
        [RULES[one.rule].finds, SEVERITY_WORDS[one.severity], str(len(one.units)), str(one.problems)]
        for one in counts[:_COMMON]
    ]
    yield PlainTable("带有共性的问题", ("问题", "程度", "单位数", "处数"), rows, (58, 20, 11, 11))
    worst = counts[0]
    yield (
        f"最普遍的是“{RULES[worst.rule].finds}”，{len(worst.units)}个单位有这个问题：{named(worst.units, '个单位')}。"
    )


def _each_unit(inspection: Inspection) -> Iterator[str | Subheading | PlainTable]:
    number = 0
    for unit in inspection.units:
        if not unit.told:
            continue
        number += 1
        yield Subheading(f"（{in_words(number)}）{unit.unit.name}")
        yield from _of_a_unit(unit, unit.told)
    if clean := [unit.unit.name for unit in inspection.clean]:
        yield Subheading(f"（{in_words(number + 1)}）没有发现问题的单位")
        yield f"{'、'.join(clean)}。"
    if not number and not clean:
        yield "没有要通报的问题。"


def _of_a_unit(unit: InspectedUnit, problems: Sequence[Problem]) -> Iterator[str]:
    for number, problem in enumerate(problems[:_OF_A_UNIT], 1):
        yield f"{number}.{_message(problem)}"
    if len(problems) > _OF_A_UNIT:
        yield f"另有{len(problems) - _OF_A_UNIT}处，见问题清单。"
    if unit.points is not None:
        yield f"以上共扣{_plain(unit)}分。"


def _message(problem: Problem) -> str:
    """Return a problem as circulars are printed: no blanks beside digits; of a missing report, only that it is."""
    message = problem.finding.message
    if problem.finding.rule == "published.absent":
        message = message.partition("（")[0].partition("。")[0] + "。"
    return _BLANKS.sub("", message)


def _annex(inspection: Inspection) -> Chapter | None:
    """Return the table of points, if the settings have any."""
    if all(unit.points is None for unit in inspection.units):
        return None
    rows = [
        [unit.unit.name, str(unit.number_told("error")), str(unit.number_told("query")), _plain(unit)]
        for unit in sorted(inspection.units, key=lambda unit: unit.points or 0)
        if unit.listed
    ]
    return Chapter(
        f"{inspection.year}年年度报告检查扣分表",
        [PlainTable("扣分", ("单位", "必须改正", "请核实", "扣分"), rows, (55, 15, 15, 15))],
    )


def _plain(unit: InspectedUnit) -> str:
    """Return the points that a unit loses."""
    return "0" if not unit.points else f"{abs(unit.points).normalize():f}"
