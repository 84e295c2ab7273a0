"""Whether an explanation says something: 无, a dash or the check's own words do not answer a query."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec

from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, SUBJECTS

_PART = re.compile(r"[^\W_]+")
"""Letters and digits between punctuation marks, white space and underscores."""
_ZEROS = re.compile(r"0+")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    shortest: int
    nothing: tuple[str, ...]
    assurances: tuple[str, ...]
    around: tuple[str, ...]


@cache
def _data() -> _File:
    text = resources.files("gouji.findings").joinpath("explanations.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def says_something(text: str, finding: Finding) -> bool:
    """Tell whether a text explains a finding: whether enough of it is neither filler nor the check's own words."""
    data = _data()
    own = _letters(" ".join((finding.message, SUBJECTS.get(RULES[finding.rule].subject, ""), *data.around)))
    parts = _parts_without(text, (*data.nothing, *data.assurances))
    left = "".join(part for part in parts if len(part) < data.shortest or part not in own)
    # The parts of a sentence that was copied as a whole may be short.
    return len(left) >= data.shortest and not left.isdigit() and _letters(text) not in own


def is_a_reason(text: str) -> bool:
    """Tell whether a text of the office is more than 无, a dash or 同上: it need not be long."""
    return bool(_parts_without(text, _data().nothing))


def _parts_without(text: str, fillers: Sequence[str]) -> list[str]:
    """Return the parts of a text that are not made of fillers or zeros only."""
    return [part for part in _PART.findall(text) if not (_ZEROS.fullmatch(part) or _is_made_of(part.lower(), fillers))]


def _is_made_of(part: str, words: Sequence[str]) -> bool:
    """Tell whether a part is one word after another."""
    # A pattern would try every way to cut it, and there are far too many.
    ends = {0}
    for start in range(len(part)):
        if start in ends:
            ends |= {start + len(word) for word in words if part.startswith(word, start)}
    return len(part) in ends


def _letters(text: str) -> str:
    return "".join(_PART.findall(text))
