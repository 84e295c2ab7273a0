"""Our own papers that come back: the notice, the letter about what is wrong, and our lists.

Units attach them to their answers, printed as PDF or saved by another program. They are known by what stands in them. A
form or a document that holds a report is never looked at here; a workbook that is none of our forms is, for our totals
have the official tables too.
"""

from __future__ import annotations

import re
from itertools import islice

from gouji.collection.workspace.roster import FIELDS
from gouji.formats.read import texts_of
from gouji.runtime.errors import DocumentError

_TEXTS = 60
_HEAD = 400
"""Characters in which a title must stand."""

_LETTERS = (
    # The title, the addressee and how the first paragraph begins.
    re.compile(r"关于报送\d{4}年政府信息公开工作年度报告的通知各有关单位[：:]按照"),
    re.compile(r"\d{4}年政府信息公开工作年度报告填报表退回说明.{1,80}?[：:]你单位报送的“"),
)
_LISTS = (
    re.compile(r"\d{4}年度填报表下发清单（\d+个单位）.{0,120}?单位代码"),
    re.compile(r"政府信息公开工作年度报告汇总.{1,200}?\d{4}年度，应汇总\d+个单位"),
    re.compile(r"\d{4}年度，\d+个单位：未交\d+个.{1,300}?单位代码单位全称状态"),
    re.compile("".join(re.escape(field.title) for field in FIELDS[:4])),
)


def is_own_paper(data: bytes) -> bool:
    """Tell whether a file that holds no report is a letter or a list that the office has written."""
    try:
        texts = list(islice(texts_of(data), _TEXTS))
    except DocumentError:
        return False
    head = re.sub(r"\s", "", "".join(texts))[: 2 * _HEAD]
    return any(found.start() < _HEAD for known in (*_LETTERS, *_LISTS) if (found := known.search(head)))
