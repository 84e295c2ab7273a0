"""What has become of amended figures when another submission came into force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gouji.collection.ledger.amended import AmendedCell, latest_cells
from gouji.collection.ledger.records import Decision
from gouji.findings.finding import one_line, plain

_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=str)


def lapsed_words(amended: Iterable[Decision], report: bytes | None) -> Iterator[str]:
    """Yield each amended cell of the submission of before, and what the one in force has there; it may be none."""
    now = _decoder.decode(report) if report else None
    for _, cell in latest_cells(amended):
        yield cell.change + (f"（{_compared(cell, now)}）" if now else "")


def _compared(cell: AmendedCell, now: dict[str, Any]) -> str:
    if cell.ref not in now["figures"]:
        return "新报的没有这一格"
    typed, value = (now.get("unread") or {}).get(cell.ref), now["figures"][cell.ref]
    if typed is not None:
        return f"新报的填的是“{one_line(typed)}”"
    if value is None:
        return "新报的没有填"
    shown = plain(value)
    return "新报的与更正一致" if shown == cell.after else f"新报的是 {shown}"
