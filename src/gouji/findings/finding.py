"""Finding: one thing wrong with a report, in the words of its rule."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Where the refs (or the thing itself) stand in the file, such as ``三、依申请公开!D8``."""
    outcome: Literal["broken"] | None = None
    expected: Number | str | None = None
    actual: Number | str | None = None
    clause: str = ""
    echo_of: str | None = None
    """The id of the finding whose consequence this one is."""
    quoted: tuple[tuple[str, str], ...] = ()
    """The values that the message quotes, by name: what the finding says, however its rule words it. They are for
    this process only; no output and no ledger has them."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, as commands print it; figures stay Decimals."""
        data: dict[str, Any] = msgspec.to_builtins(self, builtin_types=(Decimal,))
        del data["quoted"]
        return data


def plain(value: Number | str | None) -> str:
    """Return a figure as people write it: no exponent, no idle zeros; a very long one is cut."""
    text = format(value, "f") if isinstance(value, Decimal) else "" if value is None else str(value)
    if isinstance(value, Decimal) and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def one_line(typed: str) -> str:
    """Return what was typed as it can be quoted: in one line, and short."""
    return plain(" ".join(typed.split()))


_LONGEST = 40


def whereabouts(cells: Sequence[str]) -> str:
    """Return addresses as people read them: a sheet is named once, and only a few cells are."""
    words, sheet = [], ""
    for cell in cells[:_CELLS_SHOWN]:
        name, _, address = cell.rpartition("!")
        words.append(address if name == sheet else cell)
        sheet = name
    return "、".join(words) + (f" 等 {len(cells)} 格" if len(cells) > _CELLS_SHOWN else "")


_CELLS_SHOWN = 4


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
    """Make a Finding in the words of its rule; ``expected`` and ``actual`` may be named in it too.

    Its ``id`` is rule and instance, if nothing else is said. ``variant`` names another message of the rule.
    """
    entry = RULES[rule]
    message = entry.variants[variant] if variant else entry.message
    said = {"expected": plain(expected), "actual": plain(actual), **wording}
    return Finding(
        id=id or (f"{rule}:{instance}" if instance else rule),
        rule=rule,
        severity=entry.severity,
        message=on_one_line(message.format(**said)),
        refs=refs,
        cells=cells,
        outcome="broken" if broken else None,
        expected=expected,
        actual=actual,
        clause=clause,
        quoted=tuple((name, str(value)) for name, value in wording.items()),
    )
