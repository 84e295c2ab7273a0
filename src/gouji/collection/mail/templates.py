"""The texts of the mails: files that the office edits in Notepad, with placeholders for what differs."""

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
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")

AMENDED = "更正"

PLACEHOLDERS = {
    "单位": "单位全称",
    "单位代码": "单位代码",
    "收件人": "单位的联系人",
    "年度": "报告年度",
    "截止日期": "报送的截止日期（这个单位的）；退回的，是改正的",
    "公布日期": "年度报告公布的期限",
    "截止情况": "离截止还有几天，或者已经过了几天",
    "主管部门": "主管部门全称",
    "联系人": "主管部门的联系人",
    "电话": "主管部门的电话",
    "附件": "附件的文件名",
    "收到的文件": "单位报来的文件（回执、退回用）",
    "问题": "要改正、要说明的地方，一处一行（回执、退回用）",
    AMENDED: "主管部门更正了的数字，一处一行；没有的不写（回执用）",
}
"""The placeholders, which are written in braces, and what each stands for."""

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
请不要另存为别的格式，不要只发图片或者 PDF。
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
{更正}
"""
        + _FOOT,
    ),
}
"""The file of each kind of mail, and its text until the office changes it."""


class Template(msgspec.Struct, frozen=True):
    """The text of a kind of mail."""

    subject: str
    text: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and text with the placeholders filled in.

        A line whose placeholders are all empty is left out: an office without a telephone has no line for it. Braces
        in a value are plain text.
        """
        text = "\n".join(self._lines(values)).strip("\n") + "\n"
        # An older template does not have this placeholder: the amendments are added at its end.
        said = values.get(AMENDED, "") if AMENDED not in _PLACEHOLDER.findall(self.text) else ""
        return _fill(self.subject, values), text + (f"\n{said}\n" if said else "")

    def _lines(self, values: Mapping[str, str]) -> Iterator[str]:
        for line in self.text.splitlines():
            names = _PLACEHOLDER.findall(line)
            if not names or any(values.get(name) for name in names):
                yield _fill(line, values)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def make_templates(folder: Path) -> None:
    """Write the templates that a workspace does not have yet.

    Raises GoujiError where they cannot be written.
    """
    for name, text in DEFAULTS.values():
        path = folder / FOLDER / name
        if not path.exists():
            make_folder(path.parent)
            write_aside(path, text.replace("\n", "\r\n").encode("utf-8-sig"))


def read_template(folder: Path, kind: str) -> Template:
    """Return the text for a kind of mail; the usual one while the office has no file of it.

    Raises GoujiError that names an unknown placeholder, and the one that may have been meant.
    """
    name, default = DEFAULTS[kind]
    path = folder / FOLDER / name
    text = notepad_text(open_file(path).data, "replace") if path.exists() else default
    first, _, rest = text.lstrip("\n").partition("\n")
    subject = first.strip().replace("主题:", _SUBJECT)
    if not subject.startswith(_SUBJECT) or not subject.removeprefix(_SUBJECT).strip():
        raise GoujiError(f"“{FOLDER}/{path.name}”的第一行应当是“{_SUBJECT}……”。")
    for number, line in enumerate(text.splitlines(), 1):
        _refuse_unknown(line, f"“{FOLDER}/{path.name}”第 {number} 行")
    return Template(subject.removeprefix(_SUBJECT).strip(), rest.strip("\n") + "\n")


def _refuse_unknown(line: str, where: str) -> None:
    for name in _PLACEHOLDER.findall(line):
        if name not in PLACEHOLDERS:
            near = closest(name, list(PLACEHOLDERS))
            hint = f"是不是 {{{near}}}？" if near else f"可以用的有：{'、'.join(PLACEHOLDERS)}。"
            raise GoujiError(f"{where}的 {{{name}}} 不认识。{hint}")
    if set("{}") & set(_PLACEHOLDER.sub("", line)):
        raise GoujiError(f"{where}的花括号没有配对。花括号里写要填的内容，如 {{单位}}。")
