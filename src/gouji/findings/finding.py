"""Finding: one thing wrong with a report, in the words of its rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

import msgspec

from gouji.findings.rules import RULES, Severity
from gouji.form.values import Number
from gouji.runtime.errors import on_one_line


class Finding(msgspec.Struct, frozen=True):
    """One thing wrong with one report, as plain data."""

    id: str
    """Rule and instance, such as ``requests.closed:natural``."""
    rule: str
    severity: Severity
    message: str
    refs: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    """The places in the file of the refs, or of whatever else is wrong, such as ``三、依申请公开!D8``."""
    outcome: Literal["broken"] | None = None
    expected: Number | str | None = None
    actual: Number | str | None = None
    clause: str = ""
    echo_of: str | None = None
    """The id of the finding that causes this one."""
    quoted: tuple[tuple[str, str], ...] = ()
    """The values that the message quotes, by name, so that code does not depend on the wording. They stay in this
    process: no output and no ledger contains them."""
    several: str = ""
    """What people read instead of the message where many findings have one cause. Findings with the same text have
    it; :data:`NUMBER` and :data:`LIST` are still to be filled in. No output contains it."""
    piece: str = ""
    """What this finding adds to that list."""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain data, as commands print it; figures stay Decimals."""
        data: dict[str, Any] = msgspec.to_builtins(self, builtin_types=(Decimal,))
        for name in _NOT_PRINTED:
            del data[name]
        return data


_NOT_PRINTED = ("quoted", "several", "piece")


NUMBER, LIST = "\ue010", "\ue011"
"""What stands for the number of findings and the list of their pieces: private-use characters, which nobody types."""

_LONGEST_QUOTE = 40
"""The greatest number of characters that a message quotes."""


def plain(value: Number | str | None) -> str:
    """Return a figure as people write it: without exponent or trailing zeros, and cut if it is very long."""
    text = format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)
    if isinstance(value, Decimal) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def one_line(typed: str) -> str:
    """Return a typed text so that a message can quote it: on one line, and cut if it is long."""
    return plain(" ".join(typed.split()))


_CELLS_SHOWN = 4


def whereabouts(cells: Sequence[str]) -> str:
    """Return cell addresses for people: each sheet is named once, and only the first few cells are listed."""
    words, sheet = [], ""
    for cell in cells[:_CELLS_SHOWN]:
        name, _, address = cell.rpartition("!")
        words.append(address if name == sheet else cell)
        sheet = name
    return "、".join(words) + (f" 等 {len(cells)} 格" if len(cells) > _CELLS_SHOWN else "")


def message_with_place(finding: Finding) -> str:
    """Return the message of a finding with its cells in brackets, unless the message names them."""
    where = whereabouts(finding.cells)
    return f"{finding.message}（{where}）" if where and finding.cells[0] not in finding.message else finding.message


def found(
    rule: str,
    instance: str = "",
    *,
    refs: tuple[str, ...] = (),
    cells: tuple[str, ...] = (),
    broken: bool = False,
    expected: Number | str | None = None,
    actual: Number | str | None = None,
    clause: str = "",
    id: str = "",
    variant: str = "",
    **wording: object,
) -> Finding:
    """Return a Finding with the message of its rule, filled with ``wording``, ``expected`` and ``actual``.

    Without ``id``, its id is made of rule and instance. ``variant`` chooses another message of the rule.
    """
    entry = RULES[rule]
    message = entry.variants[variant] if variant else entry.message
    values = {"expected": plain(expected), "actual": plain(actual), **wording}
    several = entry.several.get(variant or "message", "")
    return Finding(
        id=id or (f"{rule}:{instance}" if instance else rule),
        rule=rule,
        severity=entry.severity,
        message=on_one_line(message.format(**values)),
        refs=refs,
        cells=cells,
        outcome="broken" if broken else None,
        expected=expected,
        actual=actual,
        clause=clause,
        quoted=tuple((name, str(value)) for name, value in wording.items()),
        several=on_one_line(several.format(**values, number=NUMBER, list=LIST)) if several else "",
        piece=on_one_line(entry.piece.format(**values)) if several else "",
    )


def echoes(findings: Iterable[Finding], id: str) -> tuple[Finding, ...]:
    """Return the findings that are consequences of the finding with this id."""
    return tuple(finding for finding in findings if finding.echo_of == id)
