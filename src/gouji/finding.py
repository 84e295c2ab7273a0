"""Finding: one thing wrong with a report; and the catalogue of the rules that find it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from gouji.errors import on_one_line
from gouji.relation import Number

Severity = Literal["error", "query", "note"]
"""``error`` must be corrected, ``query`` must be checked and explained, ``note`` is said once."""

SEVERITY_WORDS: dict[Severity, str] = {"error": "必须改正", "query": "请核实并说明", "note": "提示"}


class Finding(msgspec.Struct, frozen=True):
    """One thing wrong with one report, as plain data."""

    id: str
    """Rule and instance, such as ``requests.closed:natural``."""
    rule: str
    severity: Severity
    message: str
    refs: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    """Where the refs (or the thing itself) stand in the file, such as ``三、依申请公开!D8``."""
    outcome: Literal["broken"] | None = None
    expected: Number | str | None = None
    actual: Number | str | None = None
    clause: str = ""
    echo_of: str | None = None
    """The id of the finding whose consequence this one is."""


class Rule(msgspec.Struct, frozen=True):
    """A rule of the catalogue."""

    id: str
    severity: Severity
    finds: str
    """What the rule finds, in a few words."""
    message: str
    """What the reader is told: where, what, what to do. A format string over the values that the check gives."""
    subject: str = ""
    """For a query: the subject under which the workbook asks for an explanation (a key of SUBJECTS)."""


SUBJECTS: dict[str, str] = {
    "totals": "表内总计与分项相加不同",
    "stock": "年末有效的件数与上年报告不衔接",
    "changes": "数字与上年相比变化很大或者完全相同",
    "narrative": "文字里的数字与表格不同",
    "wording": "文字中的年份、单位名称、应写内容",
    "likeness": "文字与上年或者其他单位雷同",
    "others": "其他需要说明的情况",
}
"""What a query can be about. The workbook has one cell for an explanation of each, also of those that no rule asks
yet, so that a new rule changes no form that is already out."""


_RULES = (
    Rule("unreadable", "error", "文件读不出来", "{problem}"),
    Rule("previous.missing", "note", "没有上年的报告", "没有找到这个单位上年的报告，没有与上年核对。"),
    Rule(
        "previous.other_unit",
        "query",
        "上年的报告像是别的单位的",
        "上年的报告是“{other}”的，这份是“{unit}”的。请核实是不是同一个单位，不是的请换上年的报告。",
        subject="others",
    ),
    Rule(
        "previous.divided",
        "note",
        "上年的结转要由几个单位分担",
        "上年的单位 {codes} 由几个单位接着报，上年结转的数字要由主管部门分到各单位，没有与上年核对。",
    ),
    Rule(
        "roster.unknown",
        "error",
        "单位不在名册里",
        "“{name}”{code}不在名册里。请核对是不是发错了；名册漏了的，请补上再收一遍；写法不同的，用 gouji assign 指定。",
    ),
    Rule(
        "roster.by_name",
        "query",
        "按单位名称认出来的",
        "文件里{lacks}，是按名称“{name}”认出来的。请核对单位；没有错的，用 gouji assign 指定。",
        subject="others",
    ),
    Rule(
        "roster.by_hint",
        "query",
        "按文件名或者发件人认出来的",
        "文件里没有写单位，是按{hint}认出来的。请核对单位；没有错的，用 gouji assign 指定。",
        subject="others",
    ),
    Rule("roster.name", "note", "单位名称与名册不同", "文件里的单位名称是“{said}”，名册里是“{name}”，按名册。"),
    Rule(
        "roster.inactive",
        "error",
        "单位这一年不用报",
        "名册里“{name}”{span}，{year} 年度不用报。请核对名册，或者请单位不要再报。",
    ),
    Rule(
        "round.year",
        "error",
        "不是这一年度的报告",
        "这份是 {said} 年度的报告，现在收的是 {year} 年度的。请单位用今年发下去的填报表填写。",
    ),
    Rule(
        "identity.conflict",
        "error",
        "表里写的单位、年度与下发时的不同",
        "{label}：下发时是“{issued}”，现在表里写的是“{shown}”。请核对是不是用错了别的单位或者别的年度的表。",
    ),
    Rule(
        "identity.unsigned",
        "error",
        "填报表没有签发",
        "这份填报表没有主管部门的签发信息，可能不是本次下发的。请单位用发下去的填报表填写。",
    ),
    Rule(
        "identity.signature",
        "error",
        "签发信息对不上",
        "填报表的签发信息对不上：可能不是本次下发的，或者识别信息被改过。请单位用发下去的填报表填写。",
    ),
    Rule(
        "identity.missing",
        "query",
        "识别信息丢失",
        "填报表里的识别信息已经丢失，是按表格的文字认出来的。请核对单位和年度。",
        subject="others",
    ),
    Rule(
        "structure.moved",
        "query",
        "行列有变动，按标签读取",
        "“{where}”的行或者列有变动，已按表里的文字找到各格读取。请核对读出的数字。",
        subject="others",
    ),
    Rule("structure.renamed", "note", "工作表改了名", "工作表“{actual}”应当叫“{name}”，已按内容读取。"),
    Rule("structure.extra", "note", "多出工作表", "多出工作表{names}，没有读取。"),
    Rule("totals.stale", "note", "总计没有重新计算", "表里的总计是空的（有的程序保存时不计算），已按分项相加。"),
    Rule("evidence.saved", "note", "最后由什么程序保存", "最后用 {program} 保存{saved}。"),
    Rule(
        "evidence.validation",
        "note",
        "输入限制丢失",
        "{count} 个格子的输入限制已经丢失，可能是直接粘贴造成的：{which}。",
    ),
    Rule("evidence.stray", "note", "表格以外有内容", "表格以外的格子有内容，没有读取：{which}。"),
    Rule("evidence.foreign", "note", "带有链接或者对象", "文件里带有{what}，没有读取。"),
    Rule(
        "requests.balance",
        "error",
        "收到的与办结、结转的不相等",
        "{where}“{key}”{axis}：应当“{name}”，现在左边是 {left}，右边是 {right}，相差 {difference}。",
    ),
    Rule(
        "requests.closed",
        "error",
        "办理结果的总数与各行相加不相等",
        "{where}“{key}”{axis}：应当“{name}”，现在“{total}”是 {actual}，各行相加是 {expected}，相差 {difference}。",
    ),
    Rule(
        "requests.total",
        "error",
        "一行的总数与各列相加不相等",
        "{where}“{key}”{axis}：应当“{name}”，现在“{total}”是 {actual}，各列相加是 {expected}，相差 {difference}。",
    ),
    Rule(
        "disputes.total",
        "error",
        "案件的总数与各项结果相加不相等",
        "{where}“{key}”{axis}：应当“{name}”，现在“{total}”是 {actual}，各项相加是 {expected}，相差 {difference}。",
    ),
    Rule(
        "figure.blank",
        "error",
        "有数字没有填",
        "{where}有 {count} 个数字没有填：{which}。没有的请填 0，不要留空；整张表都是 0 的，可在“零报告”选“是”。",
    ),
    Rule(
        "figure.unread",
        "error",
        "填的不是数字",
        "{where}{cell}填的是“{typed}”，不是数字{why}。{advice}",
    ),
    Rule(
        "figure.repaired",
        "note",
        "填的不是数字，但意思只有一种，已按数字读取",
        "{where}{cell}填的是“{typed}”，已按 {expected} 读取。",
    ),
    Rule(
        "figure.negative",
        "error",
        "填了负数",
        "{where}{cell}填的是 {actual}，这里不能是负数。请核对后改正。",
    ),
    Rule(
        "figure.fraction",
        "error",
        "该填整数的填了小数",
        "{where}{cell}填的是 {actual}，这里应当是整数。请核对后改正。",
    ),
    Rule(
        "figure.large",
        "error",
        "数字过大",
        "{where}{cell}填的是 {actual}，数字过大。请核对是否多写了几位，或者单位写错。",
    ),
    Rule(
        "zero.contradicted",
        "error",
        "零报告与表中数字矛盾",
        "{where}选了零报告（全部为 0），但表里有 {count} 个格子不是 0：{which}。请取消零报告，或者改正这些格子。",
    ),
    Rule(
        "total_differs",
        "query",
        "表内总计与分项相加不同",
        "{where}{cell}：表内写的是 {actual}，按分项相加是 {expected}。已按分项相加计算，请核对分项是否填对。",
        subject="totals",
    ),
    Rule(
        "rules_level",
        "error",
        "填了本级别单位不可能有的文件",
        "{where}“{row}”行填了{which}。应当“{name}”。是不是填错了行？请改正，这一行填 0。",
    ),
    Rule(
        "processing_fee",
        "error",
        "没有报告按规定收费的情况",
        "{where}没有报告“{table}”的情况：“{blank}”没有填，文字里也没有写。请填写，没有收取的都填 0。",
    ),
    Rule(
        "section.blank",
        "error",
        "应写的部分没有写",
        "“{section}”没有写。请写好后再报。",
    ),
    Rule("unit.blank", "error", "没有填单位名称", "报告的基本信息里没有填单位名称。请写单位的全称。"),
    Rule(
        "year.blank",
        "error",
        "没有填报告年度",
        "报告的基本信息里没有填报告年度，或者填的不是四位数的年份。请填写，如 {example}。",
    ),
    Rule(
        "carry_over",
        "error",
        "年初结转的与上年报告不同",
        "{where}“{key}”{axis}：“{left}”是 {actual}，上年报告的“{right}”是 {expected}，应当相同。请按上年报告改正。",
    ),
    Rule(
        "stock",
        "query",
        "年末有效的件数与上年报告不衔接",
        "{where}“{key}”{axis}：按“{name}”算是 {expected}，现在填的是 {actual}。请核对；因清理等原因不同的，请说明。",
        subject="stock",
    ),
    Rule(
        "sum.missing",
        "error",
        "汇总缺单位",
        "“{name}”（{code}）没有报送，汇总里没有它的数字。请催报；今年不用报的，请在名册里写明。",
    ),
    Rule(
        "sum.unaccepted",
        "error",
        "汇总缺单位：报送的还没有通过",
        "“{name}”（{code}）报送的还没有通过（{state}），汇总里没有它的数字。请先处理。",
    ),
    Rule(
        "sum.other_form",
        "error",
        "不是同一年度、同一版格式",
        "“{name}”（{code}）的报告是 {said}，这次汇总的是 {wanted}，不能相加，没有计入。请单位用今年的填报表重报。",
    ),
    Rule(
        "sum.blank",
        "error",
        "有单位没有填，汇总空着",
        "{where}{cell}：{which}没有填，汇总的这一格空着。请单位补填。",
    ),
    Rule(
        "sum.total",
        "error",
        "各单位的总计相加与按分项重算的不同",
        "{where}{cell}：按分项重算是 {expected}，各单位的总计相加是 {actual}。"
        "总计与分项不同的单位：{which}。请单位改正。",
    ),
    Rule(
        "sum.same_file",
        "error",
        "同一个文件计入了两个单位",
        "“{name}”和“{other}”用的是同一个文件（{sha256}），加了两次。请核对是谁的，不是的用 gouji reject 不采用。",
    ),
    Rule(
        "sum.same_figures",
        "query",
        "两个单位的数字完全相同",
        "“{name}”和“{other}”的数字完全相同（不是 0 的有 {count} 个）。请核实是不是同一份报告报了两次，或者照抄的。",
        subject="others",
    ),
    Rule(
        "sum.counted_twice",
        "query",
        "像是已经汇总过的报告，又与下级相加",
        "“{name}”的每个数都不小于它的下级之和，像是已经把下级加进去了，再加就重复了。请核实：是汇总过的，"
        "请在名册里把它的本机关另写一行（级别相同，上级单位代码写 {code}）；只是本机关的，请说明。",
        subject="others",
    ),
    Rule(
        "sum.one_part",
        "query",
        "汇总与其中一个单位完全相同",
        "“{unit}”的汇总与“{name}”的数字完全相同，其他单位都是 0。请核实是不是只有本级，没有加下级。",
        subject="others",
    ),
    Rule(
        "sum.money",
        "query",
        "金额像是用错了单位",
        "“{name}”的{where}{cell}是 {actual} {unit}{why}。请核实是不是把元当成了{unit}。",
        subject="others",
    ),
    Rule(
        "sum.omits",
        "error",
        "汇总正好少了一个单位",
        "“{unit}”的汇总比下级各单位相加正好少了“{name}”的数字，可能漏加了这个单位。请改正。",
    ),
    Rule(
        "sum.smaller",
        "error",
        "汇总小于各部分之和",
        "“{unit}”的汇总：{where}{cell}是 {actual}，下级各单位相加是 {expected}，少 {difference}。"
        "可能漏了单位，或者单位后来改过。请改正。",
    ),
    Rule(
        "sum.digits",
        "query",
        "汇总与各部分之和的数字颠倒",
        "“{unit}”的汇总：{where}{cell}是 {actual}，下级各单位相加是 {expected}，像是把数字的顺序写颠倒了。请核实。",
        subject="others",
    ),
    Rule(
        "sum.rounded",
        "query",
        "汇总像是四舍五入过",
        "“{unit}”的汇总：{where}{cell}是 {actual}，下级各单位相加是 {expected}，像是四舍五入过。请按实际的数填写。",
        subject="others",
    ),
    Rule(
        "sum.differs",
        "error",
        "汇总与各部分之和不同",
        "“{unit}”的汇总：{where}{cell}是 {actual}，下级各单位相加是 {expected}，多 {difference}。"
        "可能有单位加了两次，或者单位后来改过。请改正。",
    ),
    Rule(
        "sum.lacks",
        "error",
        "汇总空着，各部分都填了",
        "“{unit}”的汇总：{where}{cell}没有填，下级各单位相加是 {expected}。请填写。",
    ),
    Rule(
        "against.differs",
        "error",
        "与台账里的数字不同",
        "{where}{cell}：这份是 {actual}，{source}是 {expected}。请核对以哪个为准，把不对的改正。",
    ),
    Rule(
        "against.unit",
        "query",
        "与对照的不是同一个单位",
        "这份报告是“{said}”的，对照的是{source}。请核实是不是同一个单位。",
        subject="others",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _RULES}
"""Every rule by its id. A rule that is not here cannot be reported."""


def plain(value: Number | str | None) -> str:
    """Return a figure as people write it: no exponent, no idle zeros; a very long one is cut."""
    text = format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)
    if isinstance(value, Decimal) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def one_line(typed: str) -> str:
    """Return what was typed as it can be quoted: in one line, and short."""
    return plain(" ".join(typed.split()))


_LONGEST = 40


def whereabouts(cells: Sequence[str]) -> str:
    """Return addresses as people read them: a sheet is named once, and only a few cells are."""
    words, sheet = [], ""
    for cell in cells[:_CELLS_SHOWN]:
        name, _, address = cell.rpartition("!")
        words.append(address if name == sheet else cell)
        sheet = name
    return "、".join(words) + (f" 等 {len(cells)} 格" if len(cells) > _CELLS_SHOWN else "")


_CELLS_SHOWN = 4


def found(
    rule: str,
    instance: str = "",
    *,
    refs: tuple[str, ...] = (),
    cells: tuple[str, ...] = (),
    broken: bool = False,
    expected: Number | str | None = None,
    actual: Number | str | None = None,
    clause: str = "",
    **wording: object,
) -> Finding:
    """Make a Finding in the wording of the catalogue; ``expected`` and ``actual`` may be named in it too."""
    entry = RULES[rule]
    said = {"expected": plain(expected), "actual": plain(actual), **wording}
    return Finding(
        id=f"{rule}:{instance}" if instance else rule,
        rule=rule,
        severity=entry.severity,
        message=on_one_line(entry.message.format(**said)),
        refs=refs,
        cells=cells,
        outcome="broken" if broken else None,
        expected=expected,
        actual=actual,
        clause=clause,
    )
