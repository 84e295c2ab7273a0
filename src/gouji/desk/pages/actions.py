"""The form of each action: what it will do, what it asks for, the command that does the same; and the doing."""

from __future__ import annotations

import errno
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.steps import outgoing
from gouji.desk.pages.year import as_task, at_once, back, page_of_a_year, the_desk, the_workspace, the_year, words
from gouji.desk.views import picking
from gouji.desk.views.actions import ACTIONS, Action
from gouji.desk.views.cases import Given, case_of
from gouji.desk.views.twice import DECIDING, already_done, refuse_if_overtaken
from gouji.runtime.errors import GoujiError, reason

page = page_of_a_year("actions")

_FIGURE = "figure:"


@page.get("/do/<key>")
def form(key: str) -> ResponseReturnValue:
    """Show what an action will do and what it asks for."""
    action, given = _action(key), _given()
    action.require(given)
    return _form(action, given)


@page.post("/do/<key>")
def do(key: str) -> ResponseReturnValue:
    """Do it, or show the form again with a cell more."""
    action, given = _action(key), _given()
    action.require(given)
    if "pick" in request.form:
        return _form(action, given)
    try:
        if action.key == "send_back":
            return _send_back(action, given)
        with DECIDING:
            return _done(action, given)
    except GoujiError as error:
        return _form(action, given, str(error)), 409
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _form(action, given, f"没有做成：{reason(error)}。腾出地方以后再做一次。"), 507


def _done(action: Action, given: Given) -> ResponseReturnValue:
    workspace, then = the_workspace(), _there()
    case = case_of(workspace, given, the_desk().today(), the_year().totals)
    seen = _number(request.form.get("seen", ""))
    same = already_done(workspace, action.key, case, seen)
    if same is not None:
        return at_once(action.button, (), lambda: same, then)
    refuse_if_overtaken(case, seen)
    return at_once(action.button, action.command(given), lambda: action.step(workspace, given), then)


def _send_back(action: Action, given: Given) -> ResponseReturnValue:
    workspace, today = the_workspace(), the_desk().today()
    return as_task(
        action.title,
        action.command(given),
        lambda watch: outgoing.send_back(workspace, only=[given.unit], watch=watch, today=today),
        _there(),
    )


def _form(action: Action, given: Given, trouble: str = "") -> str:
    workspace = the_workspace()
    case = case_of(workspace, given, the_desk().today(), the_year().totals)
    return render_template(
        "do.html",
        action=action,
        given=given,
        case=case,
        will=list(action.will(case)),
        command=action.command(given),
        sentence=trouble,
        back=_there(),
        units=workspace.roster.active if "unit" in action.fields else (),
        picked={*given.cells, *dict(given.figures)},
        figures=list(picking.picked_figures(case)),
        cells=list(picking.picked_cells(case)),
        paragraphs=list(picking.paragraphs(case)) if "cells" in action.fields else [],
        others=picking.other_words(case),
    )


def _action(key: str) -> Action:
    if key not in ACTIONS:
        abort(404)
    return ACTIONS[key]


def _given() -> Given:
    """Return what the address and the fields say."""
    values = request.values
    picked = values.getlist("pick")
    named = [line.strip() for line in values.get("others", "").splitlines() if line.strip()]
    fields = [field for source in (request.args, request.form) for field in source.items()]  # in the page's order
    figures = {name.removeprefix(_FIGURE): text.strip() for name, text in fields if name.startswith(_FIGURE)}
    return Given(
        unit=values.get("unit", ""),
        files=tuple(sha256 for together in values.getlist("file") for sha256 in together.split(",") if sha256),
        finding=values.get("rule", ""),
        number=_number(values.get("number", "")),
        cells=tuple(dict.fromkeys((*values.getlist("cell"), *picked, *named))),
        figures=tuple(figures.items()),
        to=values.get("to", values.get("unit", "")).strip(),
        until=values.get("until", "").strip(),
        keeps=values.get("keeps", "yes") == "yes",
        reason=words(values.get("reason", "")),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _there() -> str:
    """Return the page to go back to, without what was done before it."""
    parts = urlsplit(back(url_for("overview.show")))
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "done"])
    return parts._replace(query=query).geturl()
