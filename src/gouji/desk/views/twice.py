"""Two pages that decide about the same thing: the second one learns what was decided, and nothing is decided twice."""

from __future__ import annotations

import threading

from gouji.collection.ledger.records import Decision
from gouji.collection.steps.outcome import Line, Outcome
from gouji.desk.views.cases import Case, Given, decision_sentence, made_since
from gouji.runtime.errors import GoujiError

DECIDING = threading.Lock()
"""Held from the look at what was decided meanwhile to the decision: a button that is pressed twice decides once."""


def already_done(key: str, case: Case, seen: int) -> Outcome | None:
    """Return what to say where just this was decided since the officer's page was made; None where it was not.

    A button that was pressed twice sends its form twice.
    """
    for one in made_since(case, seen):
        if _is_the_same(one, key, case.given):
            words = f"{decision_sentence(one)}已经这样定了，没有再定一次。"
            undoable = one.id if key != "undo" else None
            return Outcome((Line(words, "look"),), decision=undoable, decisions=(one.id,))
    return None


def _is_the_same(one: Decision, key: str, given: Given) -> bool:
    about = not given.files or one.sha256 in given.files
    # A rule may be given instead of the finding.
    answered = not given.finding or given.finding in (one.finding, one.finding.partition(":")[0])
    return one.kind == key and about and answered and one.reason == given.reason


def refuse_if_overtaken(case: Case, seen: int) -> None:
    """Raise GoujiError where something else was decided about the same unit or files since the page was made."""
    later = made_since(case, seen)
    if later:
        made = "、".join(map(decision_sentence, later))
        raise GoujiError(f"打开这一页以后，又作了{made}，所以没有做。请看一看下面写的；还要做的，再按一次。")
