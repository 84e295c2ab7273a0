"""Another deadline for several units at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.next_step.names import STEPS
from gouji.collection.review.in_force import STATE_WORDS
from gouji.collection.steps.deciding import extend
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.settings import as_date
from gouji.desk.pages.year import at_once, page_of_a_year, the_status, the_workspace, typed
from gouji.desk.views.deadlines import SHOWN, waited_for
from gouji.desk.views.twice import DECIDING
from gouji.runtime.errors import GoujiError

page = page_of_a_year("deadlines")

_NAME = STEPS["extend"]


@page.get("/deadlines")
def show() -> ResponseReturnValue:
    """Show who is waited for, and until when."""
    return _page()


@page.post("/deadlines")
def decide() -> ResponseReturnValue:
    """Give the units that were chosen another deadline; a decision for each."""
    units = request.form.getlist("unit")
    given = typed(request.form, "until", "reason")
    command = ["extend", *units, "--until", given["until"], "-m", given["reason"]]
    try:
        if not units:
            raise GoujiError("还没有选单位。请在单位前面打勾，再按一次。")
        until = as_date(given["until"], "截止日期")
        with DECIDING:
            return at_once(
                _NAME.button, command, lambda: _extended(units, until, given["reason"]), url_for("deadlines.show")
            )
    except GoujiError as error:
        return _page(str(error)), 409


def _extended(units: Sequence[str], until: datetime.date, reason: str) -> Outcome:
    """Give units another deadline, once: a button that is pressed twice sends its form twice."""
    due = the_status().reporting
    if all(code in due and due[code].kind == "own" and due[code].day == until for code in units):
        return Outcome((Line(f"这些单位的截止日期已经是 {until}，没有再定一次。", "look"),))
    return extend(the_workspace(), units, until, reason)


def _page(trouble: str = "") -> str:
    wanted, state = request.values.get("q", "").strip(), request.values.get("state", "")
    found = waited_for(the_status(), wanted, state)
    return render_template(
        "deadlines.html",
        name=_NAME,
        found=len(found),
        units=found[:SHOWN],
        wanted=wanted,
        state=state,
        states={key: word for key, word in STATE_WORDS.items() if key != "done"},
        chosen=request.form.getlist("unit"),
        given=typed(request.form, "until", "reason"),
        trouble_=trouble,
    )
