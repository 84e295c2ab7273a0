"""All decisions of the year, the newest first: who made them, when and why, and whether they hold."""

from __future__ import annotations

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.workspace.folder import Workspace
from gouji.desk.views.history import ShownDecision, shown_decisions

_ON_A_PAGE = 200


class DecisionOf(msgspec.Struct, frozen=True):
    """A decision, and whose it is."""

    shown: ShownDecision
    name: str
    """The unit; empty where it is about none."""


class DecisionsPage(msgspec.Struct, frozen=True):
    """Some of the decisions."""

    made: tuple[DecisionOf, ...]
    older: int
    """The number before which the next ones were made; 0 where there are none."""


def decisions_page(workspace: Workspace, before: int = 0) -> DecisionsPage:
    """Return the newest decisions, or the newest of those ``before`` a number."""
    with workspace.ledger() as ledger:
        decisions = ledger.decisions()
        shown = [*shown_decisions(ledger, decisions, Decided(decisions))][::-1]
    wanted = [one for one in shown if not before or one.number < before]
    made, left = wanted[:_ON_A_PAGE], wanted[_ON_A_PAGE:]
    roster = workspace.roster
    names = {one.code: member.name if (member := roster.member(one.code)) else "" for one in made}
    return DecisionsPage(tuple(DecisionOf(one, names[one.code]) for one in made), made[-1].number if left else 0)
