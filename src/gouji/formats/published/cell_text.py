"""Reading a cell whose runs look different: its plain text, unless a person may see another number.

A footnote mark beside a number is left off, with a query. A number that is struck out, even in part, is not taken:
the cell is read as the text that it shows, which is not a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from gouji.formats.shown_text import (
    LOWERED_SIGNS,
    RAISED_SIGNS,
    UNSEEN_TEXT,
    Look,
    Run,
    joined,
    plain_of,
    shown,
)


class Doubt(Enum):
    """Why the number of a cell is not taken; the value is the wording in a message."""

    STRUCK = "数字被划去"
    RAISED = "带有上标或者下标，分不清哪些是数字"
    UNSEEN = "里面的数字被隐藏，或者与底色相同，或者字太小"
    FOREIGN = "里面有公式或者别的标记，各程序显示的数不同"
    UNSURE = "设了可能遮住、移动或者改变数字的样式，看到的是不是这个数，程序不能确定"
    CUT = "被纸张的边缘切掉了一部分，看不到整个数"
    NO_TEXT = "里面有图片、控件、域或者自动编号（□），看到的数不全是文字"


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of a cell as it is read."""

    text: str
    beside: str = ""
    """All that the cell shows, where a mark or a struck-out number was left off; else empty."""
    doubt: Doubt | None = None
    """Why ``text`` is what the cell shows instead of a number."""
    label: str = ""
    """The words of the cell if none of them looks plain; they may still be a label, such as that of a struck row."""


_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_MARK = re.compile(r"[(\[【〔（]?(?:注?\d{0,2}|[a-zA-Z①-⑳])[)\]】〕）]?|[*＊※#†‡]{1,3}")
"""The usual footnote marks: 1, [1], 注1, ①, *."""

_TYPED_MARKS = re.compile(f"([{RAISED_SIGNS}]+|[{LOWERED_SIGNS}]+)")


def cell_text(runs: Sequence[Run]) -> CellText:
    """Return the text of a cell as it is read; ``runs`` are those of all its paragraphs, joined by line ends."""
    runs = [part for run in _settled(runs) for part in _typed_apart(run)]
    plain, seen = _tidy(plain_of(runs)), _tidy(shown(runs))
    odd: set[Look] = {look for text, look in runs if look is not Look.PLAIN and _DIGIT.search(text)}
    # A point or a minus that may be unseen changes a number like a digit.
    odd |= {look for text, look in runs if look in (Look.UNSURE, Look.CUT, Look.NO_TEXT) and text.strip()}
    if Look.FOREIGN in odd:
        return CellText(seen, doubt=Doubt.FOREIGN)
    if _LETTER.search(plain):
        return CellText(plain)  # a label, or a number with its unit, which is no number as it stands
    doubt = _doubt(odd)
    if doubt in (Doubt.UNSURE, Doubt.CUT, Doubt.NO_TEXT):
        return CellText(seen, doubt=doubt, label=_words(runs))
    if not _DIGIT.search(plain):
        return CellText((seen or UNSEEN_TEXT) if doubt else plain, doubt=doubt, label=_words(runs))
    beside = [run for run in runs if run.look not in (Look.PLAIN, Look.UNSEEN) and run.text.strip()]
    if not beside:
        return CellText(plain)
    if _is_split(runs) or not all(_is_mark(run) for run in joined(beside)):
        return CellText(seen, doubt=doubt or Doubt.RAISED)
    return CellText(plain, beside=seen)


def _settled(runs: Sequence[Run]) -> list[Run]:
    """Return runs of which none is moved: one alone is seen all the same; beside others nobody knows where it is."""
    if not any(run.look is Look.MOVED for run in runs):
        return list(runs)
    seen = [run for run in runs if run.text.strip() and run.look is not Look.UNSEEN]
    look = Look.PLAIN if len(seen) == 1 else Look.UNSURE
    return [Run(run.text, look) if run.look is Look.MOVED else run for run in runs]


def _typed_apart(run: Run) -> Iterator[Run]:
    """Split a run at digits that were typed as ¹ or ₁: they look like digits that were set raised or lowered."""
    if run.look is not Look.PLAIN:
        yield run
        return
    for index, part in enumerate(_TYPED_MARKS.split(run.text)):
        if part:
            yield Run(unicodedata.normalize("NFKC", part), _look_of(part)) if index % 2 else Run(part)


def _look_of(signs: str) -> Look:
    return Look.RAISED if signs[0] in RAISED_SIGNS else Look.LOWERED


def has_typed_marks(text: str) -> bool:
    """Tell whether raised or lowered digits were typed in a text."""
    return bool(_TYPED_MARKS.search(text))


def _words(runs: Sequence[Run]) -> str:
    """Return the words of a cell that has no plain ones; empty if there are only numbers and signs."""
    seen = (Look.PLAIN, Look.STRUCK, Look.UNSURE, Look.CUT)
    words = _tidy("".join(text for text, look in runs if look in seen))
    return words if _LETTER.search(words) else ""


def _doubt(odd: set[Look]) -> Doubt | None:
    """Return what is wrong with a cell that may show no plain number."""
    if Look.UNSURE in odd:
        return Doubt.UNSURE
    if Look.CUT in odd:
        return Doubt.CUT
    if Look.NO_TEXT in odd:
        return Doubt.NO_TEXT
    if Look.STRUCK in odd:
        return Doubt.STRUCK
    if Look.RAISED in odd or Look.LOWERED in odd:
        return Doubt.RAISED
    return Doubt.UNSEEN if Look.UNSEEN in odd else None


def _is_mark(run: Run) -> bool:
    return run.look is Look.STRUCK or bool(_MARK.fullmatch(run.text.strip()))


def _is_split(runs: Sequence[Run]) -> bool:
    """Tell whether there are plain digits on both sides of something visible that is not plain."""
    parts = [False]
    for text, look in runs:
        if look is Look.PLAIN:
            parts[-1] = parts[-1] or bool(_DIGIT.search(text))
        elif look is not Look.UNSEEN and text.strip():
            parts.append(False)
    return sum(parts) > 1


def _tidy(text: str) -> str:
    """Return a text without unnecessary blanks; line ends are kept."""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


# ---------------------------------------------------------------- texts that stand for a number

_SIGN = re.compile(rf"（划去：[^）]*）|{UNSEEN_TEXT}|[{RAISED_SIGNS}{LOWERED_SIGNS}]+|[\^_](?=\S)")


def without_signs(text: str) -> str:
    """Return a text without what does not look plain in it."""
    return _SIGN.sub("", text).strip()
