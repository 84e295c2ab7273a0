"""What a unit is told: what it can act on, in its words, each cause once."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.review.questions import is_for_the_office, together
from gouji.findings.finding import one_line

_NOT_FOR_UNITS = (
    *("JSON", "gouji", "LibreOffice", "程序", "这台电脑"),
    *("再读", "再试", "解压", "收表的", "请用报告", "请给出", "原文"),
)
"""Words of sentences about unreadable files that are meant for whoever runs the program."""
_FIELD = re.compile(r"[a-z_]+(?:\.[a-z_]+)*：")
"""A key of a JSON file, which a clerk has never seen."""
_UNREADABLE = "这个文件读不出来，可能不是填报表，或者不完整。"
_BY_DEFAULT = "请用发下去的填报表填好、保存以后，重新发送。"


class Message(msgspec.Struct, frozen=True):
    """One thing that a unit has to do."""

    text: str
    number: int
    """The findings that the sentence is about."""


def messages_for(findings: Iterable[JudgedFinding], severity: str) -> list[Message]:
    """Return what a unit has to do about the open findings of a severity."""
    theirs = (
        judged
        for judged in findings
        if judged.open and judged.finding.severity == severity and not is_for_the_office(judged.finding)
    )
    return [Message(_message(cause.judged), cause.number) for cause in together(theirs)]


def _message(judged: JudgedFinding) -> str:
    finding = judged.finding
    message = _about_the_file(finding.message) if finding.rule == "unreadable" else finding.message
    message = message.replace("请单位", "请")
    if judged.empty:
        return f"{message}（“校验”页写的“{one_line(judged.empty)}”没有说明原因，请写明。）"
    if judged.lapsed and judged.lapsed_by == "unit":
        return f"{message}（原来的说明“{one_line(judged.lapsed)}”是对改动以前的数字说的，请重新说明。）"
    return message


def _about_the_file(problem: str) -> str:
    """Return why a file cannot be read and what the unit can do, without what is meant for the officer."""
    # "It is no JSON either" is true, and says nothing to a clerk.
    sentences = re.split(r"(?<=[。；])", problem.replace("，也不是 JSON", ""))
    theirs = [
        text.replace("；", "。")
        for text in sentences
        if text and not _FIELD.match(text) and not any(word in text for word in _NOT_FOR_UNITS)
    ]
    reasons = [text for text in theirs if not text.startswith("请")] or [_UNREADABLE]
    advice = [text for text in theirs if text.startswith("请")] or [_BY_DEFAULT]
    return "".join((*reasons, *advice))
