"""The page of one unit: what it has sent, what is wrong with it, and what the officer can do about it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.review.open_questions import questions_of_unit
from gouji.desk.pages.year import page_of_a_year, the_desk, the_workspace
from gouji.desk.views.actions import ACTIONS
from gouji.desk.views.changes import Than
from gouji.desk.views.unit import unit_view
from gouji.desk.views.unit_advice import advice_of

page = page_of_a_year("unit")

_BESIDE: dict[str, Than] = {"last": "last", "year": "year"}


@page.get("/unit/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show a unit, with one of its submissions."""
    workspace, file = the_workspace(), request.args.get("file", "")
    beside = _BESIDE.get(request.args.get("with", ""))
    view = unit_view(workspace, code, the_desk().today(), file, beside)
    questions = questions_of_unit(workspace, view.member.code)
    address: dict[str, Any] = {"code": view.member.code, "file": file or None, "with": beside}
    return render_template(
        "unit.html",
        view=view,
        member=view.member,
        advice=advice_of(view, questions),
        waiting=[question for question in questions if question.for_office],
        answers={question.name: question for question in questions if question.kind == "finding"},
        names={one.sha256: one.name for one in view.history.submissions},
        actions=ACTIONS,
        file=file,
        here=url_for("unit.show", **address),
    )
