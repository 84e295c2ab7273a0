"""Which kind of container a file is, by its content: one that we open, one that we do not open, or none."""

from __future__ import annotations

import re
from typing import Literal

from gouji.collection.intake.attachments import archives, tnef, zips
from gouji.collection.intake.attachments.guard import SPLIT
from gouji.runtime.compound import is_outlook_mail
from gouji.runtime.signatures import EXECUTABLE, OLE, ZIP, ZIP_END, ZIP_MEMBER, ZIP_SPLIT, is_mail, mail_fields, packing

Kind = Literal["archive", "mail", "mails", "winmail", "outlook", "closed", ""]
"""``mails`` is an mbox, ``outlook`` a .msg, ``closed`` a container that we do not open; empty is any other file."""

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

_VOLUME = re.compile(r"(?i)\.(7z|zip|rar|tar|gz)\.\d{3}$|\.z\d\d$")
"""The names of the second volume of an archive and of those after it, which begin with anything."""

_SEPARATOR = re.compile(rb"From [^\r\n]{1,300}\r?\n(?=[\x21-\x39\x3b-\x7e]{1,60}:)")


def kind_of(name: str, data: bytes) -> Kind:
    """Return what kind of container a file is; empty where it is none."""
    if data.startswith((ZIP_MEMBER, ZIP_SPLIT, ZIP_END)):
        broken = name.lower().endswith(_DOCUMENTS) and zips.directory(data) is None
        return "" if broken or zips.is_document(data) else "archive"
    if data.startswith(EXECUTABLE) and zips.directory(data):  # a program that unpacks itself
        return "archive"
    if data.startswith(tnef.MAGIC):
        return "winmail"
    if _is_outlook(data):
        return "outlook"
    if closed(name, data):
        return "closed"
    if packing(data):
        return "archive"
    if _SEPARATOR.match(data):
        return "mails"
    return "mail" if _is_mail(name.lower(), data[:_HEAD]) else ""


def closed(name: str, data: bytes) -> str:
    """Return the sentence about a container that we do not open; empty for all other files."""
    form = packing(data)
    if form and form not in archives.OPENED:
        return f"这是 {form} 压缩包，没有拆开。请解压以后把里面的文件放进“回收”文件夹，或者请单位压缩成 .zip 重新发送。"
    return SPLIT if _VOLUME.search(name) and not form and not data.startswith(ZIP) else ""


def _is_outlook(data: bytes) -> bool:
    """Tell whether a compound file is a mail; where its directory is far behind, by the names at the beginning."""
    if not data.startswith(OLE) or len(data) < 512:
        return False
    if is_outlook_mail(data):
        return True
    shift, first = int.from_bytes(data[30:32], "little"), int.from_bytes(data[48:52], "little")
    start = (first + 1) << shift if shift in (9, 12) else len(data)
    return any(name in data[start : start + 512] for name in _OUTLOOK)


def _is_mail(name: str, head: bytes) -> bool:
    if name.endswith(_WHOLE_PAGES):
        return False
    if name.endswith(".eml"):
        return bool(mail_fields(head))
    return is_mail(head)
