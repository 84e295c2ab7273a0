"""Which kind of container a file is, by its content: one that we open, one that we do not open, or none."""

from __future__ import annotations

import re
from typing import Literal

from gouji.collection.intake.attachments import tnef, zips
from gouji.runtime.signatures import EXECUTABLE, OLE, ZIP_END, ZIP_MEMBER, ZIP_SPLIT, is_mail, mail_fields, packing

Kind = Literal["zip", "mail", "mails", "winmail", "closed", ""]
"""``mails`` is an mbox, ``closed`` a container that we do not open; empty is any other file."""

_HEAD = 2**16
_OUTLOOK = tuple(
    name.encode("utf-16-le") for name in ("__nameid_version1.0", "__properties_version1.0", "__substg1.0_")
)
_WHOLE_PAGES = (".mht", ".mhtml")
"""Saved web pages, which have the form of a mail."""

_DOCUMENTS = (
    *(".xlsx", ".xlsm", ".xlsb", ".xltx", ".xls", ".et", ".ett", ".ods"),
    *(".docx", ".docm", ".doc", ".wps", ".odt", ".pptx", ".ofd"),
)
"""The endings of documents: where the list of files in a zip is broken, the name says that it is not a container."""

_SEPARATOR = re.compile(rb"From [^\r\n]{1,300}\r?\n(?=[\x21-\x39\x3b-\x7e]{1,60}:)")


def kind_of(name: str, data: bytes) -> Kind:
    """Return what kind of container a file is; empty where it is none."""
    if data.startswith((ZIP_MEMBER, ZIP_SPLIT, ZIP_END)):
        broken = name.lower().endswith(_DOCUMENTS) and zips.directory(data) is None
        return "" if broken or zips.is_document(data) else "zip"
    if data.startswith(EXECUTABLE) and zips.directory(data):  # a program that unpacks itself
        return "zip"
    if data.startswith(tnef.MAGIC):
        return "winmail"
    if closed(data):
        return "closed"
    if _SEPARATOR.match(data):
        return "mails"
    return "mail" if _is_mail(name.lower(), data[:_HEAD]) else ""


def closed(data: bytes) -> str:
    """Return the sentence about a container that we do not open; empty for all other files."""
    if _is_outlook(data):
        return (
            "这是 Outlook 的 .msg 邮件，没有打开。"
            "请在 Outlook 里把附件保存出来，或者把邮件另存为 .eml，再放进“回收”文件夹。"
        )
    form = packing(data)
    if not form:
        return ""
    return f"这是 {form} 压缩包，没有拆开。请解压以后把里面的文件放进“回收”文件夹，或者请单位压缩成 .zip 重新发送。"


def _is_outlook(data: bytes) -> bool:
    """Tell whether an OLE file is a mail, by the names at the beginning of its directory."""
    if not data.startswith(OLE) or len(data) < 512:
        return False
    shift, first = int.from_bytes(data[30:32], "little"), int.from_bytes(data[48:52], "little")
    if shift not in (9, 12):
        return False
    start = (first + 1) << shift
    return any(name in data[start : start + 512] for name in _OUTLOOK)


def _is_mail(name: str, head: bytes) -> bool:
    if name.endswith(_WHOLE_PAGES):
        return False
    if name.endswith(".eml"):
        return bool(mail_fields(head))
    return is_mail(head)
