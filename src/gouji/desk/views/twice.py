"""Two pages that decide about the same thing: the second one learns what was decided, and nothing is decided twice."""

from __future__ import annotations

import threading

from gouji.collection.ledger.amended import amended_cells
from gouji.collection.ledger.records import Decision
from gouji.collection.review.objections import entries_of
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.settings import as_date
from gouji.desk.views.cases import Case, Given, decision_sentence, made_since
from gouji.runtime.errors import GoujiError

DECIDING = threading.Lock()
"""Held from the look at what was decided meanwhile to the decision: a button that is pressed twice decides once."""


def already_done(workspace: Workspace, key: str, case: Case, seen: int) -> Outcome | None:
    """Return what to say where just this was decided since the officer's page was made; None where it was not.

    A button that was pressed twice sends its form twice. Another day, number or cell is something else, whatever its
    reason; the same cell in other words counts as something else, and is asked about.
    """
    given, later = case.given, made_since(case, seen)
    wanted = "reject" if key == "remark" and not given.keeps else key, given.reason
    undone = {one.target for one in later if one.kind == "undo"}
    alike = [one for one in later if (one.kind, one.reason) == wanted and one.id not in undone]
    same = [one for one in alike if _is_the_same(workspace, one, given)]
    if not same or (key == "dismiss" and {one.sha256 for one in same} != {*given.files}):
        return None
    words = f"{decision_sentence(same[0])}已经这样定了，没有再定一次。"
    undoable = same[0].id if key != "undo" else None
    return Outcome((Line(words, "look"),), decision=undoable, decisions=tuple(one.id for one in same))


def _is_the_same(workspace: Workspace, one: Decision, given: Given) -> bool:
    """Tell whether a decision of the wanted kind says what is wanted."""
    if one.kind == "accept":
        return {one.sha256, *one.finding.splitlines()} == {*given.files}
    if given.files and one.sha256 not in given.files:
        return False
    if one.kind in ("reject", "remark"):
        return {entry.key for entry in entries_of(one)} == {*given.cells}
    if one.kind == "amend":
        return {(cell.ref, cell.after) for cell in amended_cells(one)} == {pair for pair in given.figures if pair[1]}
    if one.kind == "extend":
        return one.finding == as_date(given.until, "截止日期").isoformat()
    if one.kind == "assign":
        return one.code == workspace.roster.find(given.to).code
    # A rule may be given instead of the finding.
    return not given.finding or given.finding in (one.finding, one.finding.partition(":")[0])


def refuse_if_overtaken(case: Case, seen: int) -> None:
    """Raise GoujiError where something else was decided about the same unit or files since the page was made."""
    later = made_since(case, seen)
    if later:
        made = "、".join(map(decision_sentence, later))
        raise GoujiError(f"打开这一页以后，又作了{made}，所以没有做。请看一看下面写的；还要做的，再按一次。")
