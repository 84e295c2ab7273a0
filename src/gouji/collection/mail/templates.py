"""The words of the mails: text files that the office changes in Notepad, with places for what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from gouji.runtime.decoding import notepad_text
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import make_folder, write_aside
from gouji.runtime.spelling import closest

FOLDER = "邮件模板"
_SUBJECT = "主题："
_PLACE = re.compile(r"\{([^{}\n]*)\}")

PLACES = {
    "单位": "单位全称",
    "单位代码": "单位代码",
    "收件人": "单位的联系人",
    "年度": "报告年度",
    "截止日期": "报送的截止日期",
    "截止情况": "离截止还有几天，或者已经过了几天",
    "主管部门": "主管部门全称",
    "联系人": "主管部门的联系人",
    "电话": "主管部门的电话",
    "附件": "附件的文件名",
    "收到的文件": "单位报来的文件（回执、退回用）",
    "问题": "要改正、要说明的地方，一处一行（回执、退回用）",
}
"""What may stand in braces, and what is put there."""

_FOOT = """\

{主管部门}
联系人：{联系人}
电话：{电话}
"""

DEFAULTS = {
    "issue": (
        "下发.txt",
        """\
主题：关于报送{年度}年政府信息公开工作年度报告的通知（{单位}）

{单位}：

现发去{年度}年政府信息公开工作年度报告的填报表和通知，见附件：
{附件}

请用 Excel 或者 WPS 打开填报表，填好后保存，于{截止日期}前作为附件直接回复本邮件。
请不要改文件名，不要另存为别的格式，不要只发图片或者 PDF。
"""
        + _FOOT,
    ),
    "remind": (
        "催报.txt",
        """\
主题：请报送{年度}年政府信息公开工作年度报告（{单位}）

{单位}：

你单位的{年度}年政府信息公开工作年度报告填报表还没有收到。截止日期是{截止日期}，{截止情况}。
填报表再发一次，见附件：
{附件}

请填好后作为附件直接回复本邮件。已经发出的，请核对收件地址，再发一次。
"""
        + _FOOT,
    ),
    "return": (
        "退回.txt",
        """\
主题：请改正{年度}年政府信息公开工作年度报告填报表（{单位}）

{单位}：

你单位报送的“{收到的文件}”已经核对，有下面的问题：
{问题}

请在附件的填报表里改正，核对无误、不用改的，在“校验”页写明原因：
{附件}

改好后作为附件直接回复本邮件。截止日期是{截止日期}，{截止情况}。
"""
        + _FOOT,
    ),
    "ack": (
        "回执.txt",
        """\
主题：已收到{年度}年政府信息公开工作年度报告（{单位}）

{单位}：

你单位报送的“{收到的文件}”已经收到，核对通过，不用再报。谢谢。
"""
        + _FOOT,
    ),
}
"""The file of each kind of mail, and what stands in it until the office changes it."""


class Template(msgspec.Struct, frozen=True):
    """The words of a kind of mail."""

    subject: str
    text: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and text with the values in their places.

        A line in which all places are empty is left out: an office without a telephone has no line for it. What a
        value says is never taken for a place.
        """
        return _put(self.subject, values), "\n".join(self._lines(values)).strip("\n") + "\n"

    def _lines(self, values: Mapping[str, str]) -> Iterator[str]:
        for line in self.text.splitlines():
            places = _PLACE.findall(line)
            if not places or any(values.get(place) for place in places):
                yield _put(line, values)


def _put(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def make_templates(folder: Path) -> None:
    """Write the templates that a workspace does not have.

    Raises GoujiError where they cannot be written.
    """
    for name, text in DEFAULTS.values():
        path = folder / FOLDER / name
        if not path.exists():
            make_folder(path.parent)
            write_aside(path, text.replace("\n", "\r\n").encode("utf-8-sig"))


def read_template(folder: Path, kind: str) -> Template:
    """Return the words for a kind of mail.

    Raises GoujiError that names the place that is not known, and what may have been meant.
    """
    path = folder / FOLDER / DEFAULTS[kind][0]
    text = notepad_text(open_file(path).data, "replace")
    first, _, rest = text.lstrip("\n").partition("\n")
    subject = first.strip().replace("主题:", _SUBJECT)
    if not subject.startswith(_SUBJECT) or not subject.removeprefix(_SUBJECT).strip():
        raise GoujiError(f"“{FOLDER}/{path.name}”的第一行应当是“{_SUBJECT}……”。")
    for number, line in enumerate(text.splitlines(), 1):
        _refuse_unknown(line, f"“{FOLDER}/{path.name}”第 {number} 行")
    return Template(subject.removeprefix(_SUBJECT).strip(), rest.strip("\n") + "\n")


def _refuse_unknown(line: str, where: str) -> None:
    for place in _PLACE.findall(line):
        if place not in PLACES:
            near = closest(place, list(PLACES))
            hint = f"是不是 {{{near}}}？" if near else f"可以用的有：{'、'.join(PLACES)}。"
            raise GoujiError(f"{where}的 {{{place}}} 不认识。{hint}")
    if set("{}") & set(_PLACE.sub("", line)):
        raise GoujiError(f"{where}的花括号没有配对。花括号里写要填的内容，如 {{单位}}。")
