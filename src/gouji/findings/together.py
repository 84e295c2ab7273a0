"""What has one cause is told once, however many cells it touched: for people, not for programs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import msgspec

from gouji.findings.finding import LIST, NUMBER, Finding

T = TypeVar("T")

_LISTED = 5
"""The pieces of so many findings are all listed."""
_OF_MANY = 3
"""The pieces that are listed as examples where there are more."""


def with_one_cause(
    items: Iterable[T], finding_of: Callable[[T], Finding], also: Callable[[T], Hashable] = lambda item: None
) -> list[tuple[T, ...]]:
    """Group what people read in one sentence: findings of one rule with one cause, in the order of the first of each.

    ``also`` is what must be the same besides, such as the answer to a finding.
    """
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        finding = finding_of(item)
        # The same words twice are one sentence as well.
        words = finding.several or finding.message
        groups.setdefault((finding.rule, finding.severity, words, also(item)), []).append(item)
    return [tuple(group) for group in groups.values()]


def as_one(findings: Sequence[Finding]) -> Finding:
    """Return findings with one cause as one, with the id of the first, all cells, and one sentence about them."""
    first = findings[0]
    if len(findings) == 1:
        return first
    pieces = list(dict.fromkeys(finding.piece for finding in findings))
    listed = "、".join(pieces) if len(pieces) <= _LISTED else "、".join(pieces[:_OF_MANY]) + "等"
    several = first.several.replace(NUMBER, str(len(findings))).replace(LIST, listed)
    refs = dict.fromkeys(ref for finding in findings for ref in finding.refs)
    cells = dict.fromkeys(cell for finding in findings for cell in finding.cells)
    return msgspec.structs.replace(first, message=several or first.message, refs=tuple(refs), cells=tuple(cells))


def told_once(messages: Iterable[tuple[str, str]], unit: str = "个文件") -> list[tuple[str, str]]:
    """Return messages about files, places or units with each text once: about which, and the text."""
    groups: dict[str, list[str]] = {}
    for about, text in messages:
        groups.setdefault(text, []).append(about)
    return [(named(about, unit), text) for text, about in groups.items()]


def named(names: Iterable[str], unit: str) -> str:
    """Return the first names, each once, and how many there are if there are more."""
    names = list(dict.fromkeys(names))
    return "、".join(names[:_LISTED]) + (f" 等 {len(names)} {unit}" if len(names) > _LISTED else "")
