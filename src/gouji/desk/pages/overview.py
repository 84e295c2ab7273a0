"""The year at a glance: where the round stands, what to do next, and what waits for the officer."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.next_step.advice import Place, Step, next_step
from gouji.collection.next_step.situation import situation_of
from gouji.collection.review.in_force import STATE_WORDS
from gouji.collection.workspace.names import ISSUED
from gouji.desk.pages.year import page_of_a_year, the_status, the_workspace
from gouji.desk.views.overview import glance_of

page = page_of_a_year("overview")

_WHERE: dict[Step | Place, str] = {
    "issue": "send.show",
    "collect": "receive.show",
    "send_back": "send.show",
    "remind": "send.show",
    "report": "finish.show",
    "summary": "finish.show",
    "backup": "finish.show",
    "questions": "questions.show",
    "roster": "first.show",
    "settings": "first.show",
}
"""The page on which each step is done, or on which a person finds what to do."""


@page.get("/")
def show() -> ResponseReturnValue:
    """Show the year."""
    workspace, status = the_workspace(), the_status()
    proposal = next_step(situation_of(workspace, status))
    what = proposal.step or proposal.at
    where = _WHERE[what] if what else ""
    with workspace.ledger() as ledger:
        glance = glance_of(ledger, status, STATE_WORDS)
        fresh = not ledger.products(ISSUED)
    return render_template(
        "overview.html",
        status=status,
        proposal=proposal,
        there=url_for(where) if where in current_app.view_functions else "",
        states=STATE_WORDS,
        glance=glance,
        fresh=fresh,
    )
