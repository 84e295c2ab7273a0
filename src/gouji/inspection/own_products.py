"""The titles of what this program writes about reports, and how such a file is known: it is no report itself."""

from __future__ import annotations

import re

import msgspec

from gouji.formats.read import medium_of, texts_of
from gouji.formats.web.reader import is_comparison_page
from gouji.runtime.errors import GoujiError

LIST_TITLE = "问题清单"
_CHECKED = "检查"

_FIRST_LINES = re.compile(
    rf"(?:20\d\d年[^。]{{0,30}}{_CHECKED}：)?{LIST_TITLE}"
    rf"|关于20\d\d年[^。]{{0,30}}{_CHECKED}情况的通报"
    r"|[^。]{1,120}(?:报告|两份)对照"
)
_KEYS = (
    {"year", "files", "reports", "units", "unmatched", "rules"},
    {"before", "after", "same", "figures", "texts"},
    {"path", "findings", "verdict"},
)
"""The keys of what is printed or written as JSON: of an inspection, of a comparison, of each checked file."""


def list_title(about: str) -> str:
    """Return the first line of a list of problems that an inspection found."""
    return f"{about}{_CHECKED}：{LIST_TITLE}"


def notice_title(about: str) -> str:
    """Return the title of the circular; it has two lines."""
    return f"关于{about}\n{_CHECKED}情况的通报"


def is_our_product(data: bytes) -> bool:
    """Tell whether a file without a report is a list, a circular, a comparison or a result that we have written."""
    medium = medium_of(data)
    if medium == "page":
        return is_comparison_page(data)
    if medium == "json":
        return _is_our_json(data)
    try:
        first = next(iter(texts_of(data)), "") if medium in ("workbook", "word") else ""
    except GoujiError:
        return False
    return bool(_FIRST_LINES.fullmatch("".join(first.split())))


def _is_our_json(data: bytes) -> bool:
    try:
        table = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False
    of_files = table.get("files") if isinstance(table, dict) else None
    each = of_files[0] if isinstance(of_files, list) and of_files else table
    return isinstance(each, dict) and any(keys <= each.keys() for keys in _KEYS)
