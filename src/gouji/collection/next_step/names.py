"""What the steps of the year and the kinds of questions are called: one set of words for the menu and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec


class Name(msgspec.Struct, frozen=True):
    """What a step is called."""

    title: str
    """The line of a menu or a heading."""
    short: str = ""
    """The words on a button; empty where the title is short enough."""

    @property
    def button(self) -> str:
        """The words on a button."""
        return self.short or self.title


StepKey = Literal[
    "begin", "open", "check", "demo", "help", "last_year", "issue", "send", "fetch", "collect", "status", "assign",
    "send_back", "remind", "ack", "explain", "summary", "fill", "report", "publish", "board", "backup", "next_year",
    "accept", "reject", "remark", "amend", "waive", "dismiss", "undo", "extend", "decisions", "circular", "compare",
    "alike", "restore",
]  # fmt: skip
"""The steps, by what they do; those of :data:`gouji.collection.next_step.advice.Step` are among them."""

STEPS: Mapping[StepKey, Name] = {
    # Before there is a workspace.
    "begin": Name("新建工作文件夹：开始一个年度的收表工作", "新建工作文件夹"),
    "open": Name("打开已有的工作文件夹", "打开工作文件夹"),
    "check": Name("核对报告：填报表、Word、网页、PDF", "核对报告"),
    "demo": Name("用样例看一遍全过程", "看样例"),
    "help": Name("全部命令的说明"),
    # The year, in its order.
    "last_year": Name("导入上年的报告"),
    "issue": Name("下发：生成填报表和通知", "下发"),
    "send": Name("用邮件下发"),
    "fetch": Name("从邮箱收表"),
    "collect": Name("收表：归档、核对、登记", "收表"),
    "status": Name("查看进度"),
    "assign": Name("指定文件是哪个单位的", "指定单位"),
    "send_back": Name("退回：生成退回改正的填报表和说明", "退回"),
    "remind": Name("催报"),
    "ack": Name("用邮件回复"),
    "explain": Name("代单位说明", "代为说明"),
    "summary": Name("汇总"),
    "fill": Name("把汇总填进上级的 Excel 表", "填上级的表"),
    "report": Name("生成 Word 报告"),
    "publish": Name("生成网页和数据文件", "生成网页"),
    "board": Name("更新看板"),
    "backup": Name("备份"),
    "next_year": Name("新建下一年度的工作文件夹", "新建下一年度"),
    # What is decided about one unit, one file or one cell.
    "accept": Name("采用：定下采用哪一份", "采用"),
    "reject": Name("不采用：这一份不算，请单位重报", "不采用"),
    "remark": Name("提出意见：请单位核实一格或者几格", "提出意见"),
    "amend": Name("更正：按单位电话里说的改数字，报来的文件不动", "更正"),
    "waive": Name("放行：必须改正的不改也算通过", "放行"),
    "dismiss": Name("不再提示：看过的邮件和文件", "不再提示"),
    "undo": Name("撤销：收回以前的决定", "撤销"),
    "extend": Name("延期：给单位另定截止日期", "延期"),
    # What is looked at or written besides.
    "decisions": Name("查看决定：谁在什么时候，为什么", "查看决定"),
    "circular": Name("通报：写成报送情况的通报", "写通报"),
    "compare": Name("对照：两份报告逐格、逐段比较", "对照"),
    "alike": Name("找雷同：各单位之间一样的文字", "找雷同"),
    "restore": Name("从备份恢复"),
}

QUESTIONS: Mapping[str, Name] = {
    "choice": Name("分不清采用哪一份，请您定", "定采用哪一份"),
    "not_taken": Name("收到了，没有采用", "没有采用的"),
    "finding": Name("要改正、核实、说明的", "没有答复的问题"),
    "for_office": Name("要您核对的，单位不能答复", "要您核对"),
    "unknown": Name("没有认出单位的文件", "没有认出单位"),
    "remark": Name("要您看一看的邮件和附件", "邮件和附件"),
}
"""What waits, by the kind of an open question; ``for_office`` are the findings that only the office can answer."""
