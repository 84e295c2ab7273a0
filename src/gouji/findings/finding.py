"""Finding: one thing wrong with a report; and the catalogue of the rules that find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from gouji.form.expressions import Number
from gouji.runtime.errors import on_one_line

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
    wordings: Mapping[str, str] = {}
    """Other messages of the rule, by the name under which code asks for them."""
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
    Rule(
        "mail.stranger",
        "query",
        "发件人的邮箱不在名册里",
        "这份填报表是从 {sender} 发来的，名册里“{name}”没有这个邮箱。请向单位核实是不是他们发的；"
        "是的，把邮箱补进名册再收一遍，或者用 gouji explain 说明。",
        subject="others",
    ),
    Rule(
        "mail.other_unit",
        "query",
        "回复的是发给别的单位的邮件",
        "这份是“{name}”的填报表，但是它所在的邮件回复的是发给“{other}”的邮件。请核实是不是发错了；"
        "没有错的，用 gouji explain 说明。",
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
        "round.form",
        "error",
        "没有用这一轮的自定格式",
        "这份没有按自定格式“{name}”填，缺少它的表。请单位用今年发下去的填报表填写。",
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
        "form.version",
        "note",
        "填报表是用自定格式的另一个版本生成的",
        "填报表是用格式“{name}”的另一个版本生成的，栏目与现在的相同，已按现在的格式读取、核对。",
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
        "published.missing",
        "error",
        "公布的报告里没有找到这张表",
        "没有找到“{where}”的表，一个数字也没有读到。表可能是图片，或者没有按规定的格式。请核对原文。",
    ),
    Rule(
        "published.part_missing",
        "error",
        "公布的表里缺少行或者格子",
        "{where}的表里有 {count} 格没有找到，在{which}。请核对原文。",
    ),
    Rule(
        "published.unclear",
        "error",
        "公布的表里格子合并或者拆开过，分不清数字",
        "{where}{cell}：格子合并或者拆开过，分不清哪个数字是它的，没有读取。请核对原文。",
    ),
    Rule(
        "published.twice",
        "error",
        "公布的表里同一格有两个数字",
        "{where}{cell}在文件里有两处，一处是“{one}”，一处是“{other}”，没有读取。请核对原文。",
    ),
    Rule(
        "published.blank",
        "query",
        "公布的表里有空格",
        "{where}有 {count} 格是空的，或者只写了横线、“无”，按 0 读取：{which}。请核对；没有的应当写 0。",
        subject="others",
    ),
    Rule(
        "published.mark",
        "query",
        "公布的表里数字旁边有注码或者划去的字",
        "{where}有 {count} 格的数字旁边有上标、下标或者划去的字，没有算进数字：{which}。请核对。",
        subject="others",
    ),
    Rule(
        "published.digits",
        "query",
        "公布的表里数字超过 15 位",
        "{where}{cell}印的是 {actual}，超过 15 位有效数字，像是计算留下的尾数，可能应当是 {shorter}；"
        "已按印的读取。请核对。",
        subject="others",
    ),
    Rule(
        "published.torn",
        "error",
        "公布的表里一行的名称和数字分在两页",
        "{where}的表在换页的地方断开：{which}。分不清哪些数字是哪一行的，没有读取。请核对原文。",
    ),
    Rule(
        "published.shifted",
        "error",
        "公布的表里表头与数字的列对不上",
        "{where}“{block}”的表头与数字的列对不上：没有找到{which}的列，却有数字上面没有列名。没有读取这些数字。请核对原文。",
    ),
    Rule(
        "published.extra",
        "query",
        "公布的表里多出行或者列",
        "表里多出“{label}”，格式里没有，没有读取。请核对它的数字应当归到哪里。",
        subject="others",
    ),
    Rule(
        "published.label",
        "query",
        "公布的表里行名与格式不同",
        "表里的“{label}”在格式里是“{expected_label}”，已按位置读取。请核对。",
        subject="others",
    ),
    Rule(
        "published.column",
        "query",
        "公布的表里列名与格式不同",
        "表头里的“{label}”与格式不同，已按位置读取。请核对。",
        subject="others",
    ),
    Rule(
        "published.header",
        "query",
        "公布的表没有表头",
        "{where}的表缺少表头，或者表头的格子与各列对不上，各列是按格式的先后读取的。请核对。",
        subject="others",
    ),
    Rule(
        "published.mixed",
        "query",
        "公布的表混用了两版格式",
        "{where}的表里是另一版格式的“{labels}”，已作为“{row}”读取。请核对用的是哪一版格式。",
        subject="others",
    ),
    Rule(
        "published.edition",
        "query",
        "公布的报告用了另一版格式",
        "{year}年的报告应当用{wanted}的格式，这份是按{document}的格式编的。请核对。",
        subject="others",
    ),
    Rule(
        "published.section",
        "query",
        "公布的报告里没有找到一部分的标题",
        "没有找到“{section}”这个标题，可能缺少这一部分，或者标题写法不同。请核对原文。",
        subject="others",
    ),
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
        "form.total",
        "error",
        "自定格式的表里，合计与各项相加不相等",
        "{where}“{key}”{axis}：应当“{name}”，现在“{total}”是 {actual}，各项相加是 {expected}，相差 {difference}。"
        "{advice}",
    ),
    Rule(
        "form.relation",
        "error",
        "自定格式的表里，应当相等的两个数不相等",
        "{where}“{key}”{axis}：应当“{name}”，现在左边是 {left}，右边是 {right}，相差 {difference}。{advice}",
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
        {
            "seen": "{where}{cell}（{address}）{shown}，存的是 {stored}：{why}。"
            "看到的数和存的数不同，没有读取。请改好这一格，让看到的就是要报的数。",
            "print": "{where}{cell}印的是“{shown}”{more}：{why}，没有读取。请核对原文，改成要报的数。",
        },
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
        "items",
        "query",
        "上一年的项目数量与上年报告不衔接",
        "{where}“{key}”{axis}：按“{name}”算是 {expected}，现在填的是 {actual}。请核对；因清理等原因不同的，请说明。",
        subject="stock",
    ),
    Rule(
        "form.continuity",
        "query",
        "自定格式的表与上年报告不衔接",
        "{where}“{key}”{axis}：按“{name}”算是 {expected}，现在填的是 {actual}。{advice}请核对；有原因的，请说明。",
        subject="others",
    ),
    Rule(
        "unchanged",
        "query",
        "一张表的数字与上年完全相同",
        "{where}的数字与上年完全相同，不是 0 的有 {count} 格：{which}。是不是照抄了上年？请核对；确实相同的，请说明。",
        subject="changes",
    ),
    Rule(
        "leftover",
        "query",
        "表里像是留有上年的数字",
        "{where}“{key}”{axis}：这一{axis}没有收到申请，却有与上年报告相同的数：{which}。是不是留有上年的数？请核对后改正。",
        subject="changes",
    ),
    Rule(
        "jump",
        "note",
        "数字与上年相比变化很大",
        "{where}{cell}：上年是 {expected}，本年是 {actual}，变化很大。请看一看有没有填错。",
    ),
    Rule(
        "fee_unit",
        "query",
        "金额过大，可能写错了单位",
        "{where}{cell}：{before}本年填的是 {actual}，单位是{unit}。是不是按元填了？请核对；没有错的，请说明。",
        subject="changes",
    ),
    Rule(
        "narrative",
        "query",
        "文字里的数字与表格不同",
        "{where}{cell}是 {expected}，文字写的是 {said}：“{sentence}”请核对并改正错的一处；口径不同的，请说明。",
        subject="narrative",
    ),
    Rule(
        "narrative.none",
        "query",
        "文字说没有，表格里有",
        "{where}{cell}是 {expected}，文字却说没有：“{sentence}”请核对并改正错的一处；口径不同的，请说明。",
        subject="narrative",
    ),
    Rule(
        "narrative.zero",
        "query",
        "文字里有数字，整张表却是 0",
        "{where}全部是 0，文字里却有 {count} 处不是 0 的数，如“{sentence}”是不是表没有填？请核对文字和表格。",
        subject="narrative",
    ),
    Rule(
        "processing_fee.unpaid",
        "query",
        "收费通知少于因没有缴费而不再处理的申请",
        "{where}“{name}”的数是 {actual}，{other}“{row}”却有 {expected} 件。每件都应当发过收费通知，请核对这两处。",
        subject="narrative",
    ),
    Rule(
        "wording.year",
        "query",
        "文字写的是别的年度",
        "“{heading}”里写的是 {actual} 年，报告年度是 {expected} 年：“{sentence}”是不是沿用了别年的文字？请核对改正。",
        subject="wording",
    ),
    Rule(
        "wording.unit",
        "query",
        "文字里的自称与单位不符",
        "“{heading}”里自称“{actual}”，单位是“{expected}”：“{sentence}”是不是沿用了别的单位的文字？请核对改正。",
        subject="wording",
    ),
    Rule(
        "wording.neighbour",
        "query",
        "文字里写成了别的单位",
        "“{heading}”里写的是“{actual}”，单位是“{expected}”：“{sentence}”是不是沿用了别的单位的文字？请核对改正。",
        subject="wording",
    ),
    Rule(
        "wording.topics",
        "query",
        "应写的方面没有写全",
        "“{heading}”没有写到{which}（开头是“{sentence}”）。请补写；没有这方面情况的，也请写明。",
        subject="wording",
    ),
    Rule(
        "wording.part",
        "query",
        "应写的方面只有一句带过",
        "“{heading}”是分方面写的，{which}却没有单独的一部分，只有一句带过：“{sentence}”请补写；没有这方面情况的，也请写明。",
        subject="wording",
    ),
    Rule(
        "wording.results",
        "query",
        "政府没有写考核、评议和追责的结果",
        "“{heading}”没有写到{which}的结果（末段是“{sentence}”）。各级人民政府应当写明，没有的也请写明。",
        subject="wording",
    ),
    Rule(
        "wording.long",
        "query",
        "文字过长",
        "“{heading}”有 {actual} 字，原则上不超过 {expected} 字（开头是“{sentence}”）。请精简；不能精简的，请说明。",
        subject="wording",
    ),
    Rule(
        "wording.problems",
        "query",
        "只写了没有问题",
        "“{heading}”只写了“{sentence}”。请写具体的问题和改进的做法。",
        subject="wording",
    ),
    Rule(
        "wording.measures",
        "query",
        "没有写怎样改进",
        "“{heading}”没有写怎样改进：“{sentence}”请补写已经采取的和下一步的做法。",
        subject="wording",
    ),
    Rule(
        "wording.numbering",
        "query",
        "序号或者标题有错",
        "“{heading}”的文字里{problems}请改正。",
        subject="wording",
    ),
    Rule(
        "wording.brackets",
        "query",
        "括号、引号不成对",
        "“{heading}”的文字里有一个“{actual}”不成对：“{sentence}”请改正。",
        subject="wording",
    ),
    Rule(
        "wording.pasted",
        "query",
        "粘贴时带进了代码或者乱码",
        "“{heading}”的文字里有{which}，像是粘贴带进来的代码或者乱码：“{sentence}”请删去。",
        subject="wording",
    ),
    Rule(
        "wording.placeholder",
        "query",
        "模板里该填的地方没有填",
        "“{heading}”的文字里还有{which}，像是模板里没有填的地方：“{sentence}”请填好或者删去。",
        subject="wording",
    ),
    Rule(
        "wording.typo",
        "query",
        "错别字",
        "“{heading}”的文字里有错字{which}：“{sentence}”请改正。",
        subject="wording",
    ),
    Rule(
        "wording.letter",
        "note",
        "带有公函的格式",
        "“{heading}”的文字里有{which}，像是公函的格式：“{sentence}”公开的报告里不用写。",
    ),
    Rule(
        "copied.last_year",
        "query",
        "文字与上年雷同",
        "“{heading}”有 {actual}% 与上年报告相同，共 {count} 句，如{which}。请按本年情况改写；确实没有变化的，请说明。",
        subject="likeness",
    ),
    Rule(
        "copied.unit",
        "query",
        "文字与别的单位雷同",
        "“{heading}”有 {actual}% 与“{other}”的报告相同，共 {count} 句，如{which}。请按本单位的情况改写。",
        subject="likeness",
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
    id: str = "",
    wording: str = "",
    **values: object,
) -> Finding:
    """Make a Finding in the wording of the catalogue; ``expected`` and ``actual`` may be named in it too.

    Its ``id`` is rule and instance, if nothing else is said.
    """
    entry = RULES[rule]
    said = {"expected": plain(expected), "actual": plain(actual), **values}
    return Finding(
        id=id or (f"{rule}:{instance}" if instance else rule),
        rule=rule,
        severity=entry.severity,
        message=on_one_line((entry.wordings[wording] if wording else entry.message).format(**said)),
        refs=refs,
        cells=cells,
        outcome="broken" if broken else None,
        expected=expected,
        actual=actual,
        clause=clause,
    )
