"""The figures of submissions in force that the office has amended, and what becomes of them in another submission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gouji.collection.ledger.amended import AmendedCell, latest_cells
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision
from gouji.collection.review.in_force import UnitProgress
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import one_line, plain
from gouji.report.model import figures_of

WORDS = {"amend": "已更正", "repair": "按数字读取"}
"""What is said of figures that each kind of decisions has amended."""
SHOWN = 6
"""Figures of a unit that are named; nobody reads two hundred."""

_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=str)


class AmendedFigure(msgspec.Struct, frozen=True):
    """A figure of a submission in force that is not the one in the file."""

    member: Member
    decision: Decision
    cell: AmendedCell
    counts: bool = True
    """Whether the report has it: not where the command was interrupted, and nothing was collected since."""

    @property
    def words(self) -> str:
        """The change and its decision, for people."""
        not_yet = "" if self.counts else "，当时中断了，还没有算进去，请运行 gouji collect"
        return f"{self.cell.change}（第 {self.decision.id} 号决定{not_yet}）"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "code": self.member.code,
            "name": self.member.name,
            "kind": self.decision.kind,
            "decision": self.decision.id,
            "ref": self.cell.ref,
            "place": self.cell.place,
            "before": self.cell.before,
            "after": self.cell.after,
        }


def amended_in_force(ledger: Ledger, units: Iterable[UnitProgress]) -> list[AmendedFigure]:
    """Return the amended figures of the submissions in force of units, in their order."""
    amended = Decided(ledger.decisions()).amended
    return [
        AmendedFigure(unit.member, decision, cell, figures.get(cell.ref, cell.after) == cell.after)
        for unit in units
        if unit.in_force and unit.in_force.sha256 in amended
        for figures in (_figures(ledger, unit.in_force.sha256),)
        for decision, cell in latest_cells(amended[unit.in_force.sha256])
    ]


def _figures(ledger: Ledger, sha256: str) -> dict[str, str]:
    """Return the figures of a report, as people read them; a cell that its form does not have is not among them."""
    report = ledger.report(sha256)
    return {ref: plain(value) for ref, value in figures_of(report).figures.items()} if report else {}


def amended_lines(figures: Iterable[AmendedFigure]) -> Iterator[tuple[str, str]]:
    """Yield for people what was done with which unit's figures, and each of them."""
    said: dict[str, list[AmendedFigure]] = {}
    for figure in figures:
        said.setdefault(f"{WORDS[figure.decision.kind]}  {figure.member.name}", []).append(figure)
    for head, some in said.items():
        words = "；".join(figure.words for figure in some[:SHOWN])
        yield head, words + (f"；等 {len(some)} 格" if len(some) > SHOWN else "")


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
