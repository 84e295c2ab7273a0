"""The text of a mail: its first line, and whether it only links to a file that is stored elsewhere."""

from __future__ import annotations

import html
import re

from gouji.runtime.errors import on_one_line

LONGEST = 200_000
_LONGEST_LINE = 40

_SKIPPED = re.compile(r"(?i)<(?:style|script|title)\b[^<>]*>[^<>]*</(?:style|script|title)>|<!--[^<>]*-->")
_BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?td)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")

_CLOUDS = (
    ("超大附件", "超大附件"),
    ("云附件", "云附件"),
    ("文件中转站", "文件中转站"),
    ("ftn.qq.com", "QQ 邮箱超大附件"),
    ("mail.qq.com/cgi-bin/ftn", "QQ 邮箱超大附件"),
    ("mail.qq.com/ftn", "QQ 邮箱超大附件"),
    ("weiyun.com", "腾讯微云"),
    ("docs.qq.com", "腾讯文档"),
    ("dashi.163.com", "网易邮箱云附件"),
    ("fs.163.com", "网易邮箱云附件"),
    ("mail.163.com/large-attachment", "网易邮箱云附件"),
    ("pan.baidu.com", "百度网盘"),
    ("yun.139.com", "移动云盘"),
    ("caiyun.139.com", "移动云盘"),
    ("cloud.189.cn", "天翼云盘"),
    ("alipan.com", "阿里云盘"),
    ("aliyundrive.com", "阿里云盘"),
    ("kdocs.cn", "金山文档"),
    ("123pan.com", "123 云盘"),
    ("lanzou", "蓝奏云"),
    ("网盘", "网盘"),
    ("云盘", "云盘"),
)
"""By which words a link to a stored file is recognised, and what the service is called."""


def text_of_html(page: str) -> str:
    """Return the text of a web page, one paragraph a line; unescaped, so never put it into HTML again."""
    page = page[:LONGEST]
    body = page.lower().find("<body")
    page = _SKIPPED.sub(" ", page[max(0, body) :])
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", re.sub(r"\s+", " ", page))))


def first_line(text: str) -> str:
    """Return the first line with words in it, shortened."""
    for line in text[:LONGEST].splitlines():
        plain = on_one_line(line)
        if plain.strip("-=_*>· "):
            return plain if len(plain) <= _LONGEST_LINE else f"{plain[:_LONGEST_LINE]}……"
    return ""


def elsewhere(text: str, page: str) -> str:
    """Return the name of the service that the mail links to instead of attaching its file; empty if none."""
    both = (text[:LONGEST] + page[:LONGEST]).lower()
    return next((called for sign, called in _CLOUDS if sign in both), "")
