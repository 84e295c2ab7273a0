"""Queries and errors answered by the office: those of a unit, and those of the totals (汇总)."""

from __future__ import annotations

from gouji.collection.review import decisions
from gouji.collection.review.before_summing import CODE
from gouji.collection.review.recorded import Recorded
from gouji.collection.totals.totals import WHOLE, totals_of
from gouji.collection.workspace.folder import Workspace


def explain(workspace: Workspace, unit: str, rule: str, reason: str) -> Recorded:
    """Answer a query; ``unit`` may be the totals (汇总). See :func:`gouji.collection.review.decisions.explain`."""
    if unit != WHOLE:
        return decisions.explain(workspace, unit, rule, reason)
    return _answer(workspace, "explain", rule, reason)


def waive(workspace: Workspace, unit: str, rule: str, reason: str) -> Recorded:
    """Let an error through; ``unit`` may be the totals (汇总). See :func:`gouji.collection.review.decisions.waive`."""
    if unit != WHOLE:
        return decisions.waive(workspace, unit, rule, reason)
    return _answer(workspace, "waive", rule, reason)


def _answer(workspace: Workspace, kind: decisions.Answer, rule: str, reason: str) -> Recorded:
    with workspace.writing(decisions.KINDS[kind]) as ledger:
        return decisions.answer(ledger, kind, CODE, WHOLE, totals_of(workspace).findings, rule, reason)
