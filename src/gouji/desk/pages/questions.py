"""The open questions of all units: one answer for many units, and what waits for the officer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.review.actions import without_commands
from gouji.collection.review.decisions import Answer
from gouji.collection.steps import deciding
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.desk.pages.year import as_task, at_once, page_of_a_year, the_status, the_workspace, words
from gouji.desk.views.actions import ACTIONS, answering
from gouji.desk.views.questions import gone_lines, kinds_of_questions, questions_page
from gouji.desk.views.twice import DECIDING
from gouji.runtime.errors import GoujiError

page = page_of_a_year("questions")

_AT_ONCE = 30
"""Answers for more units are a task of their own, with its progress."""


@page.get("/questions")
def show() -> ResponseReturnValue:
    """Show what is open."""
    return _page(request.args.get("kind", ""))


@page.post("/questions")
def answer() -> ResponseReturnValue:
    """Give one answer to a question of several units."""
    rule, text, chosen = request.form.get("kind", ""), words(request.form.get("reason", "")), _chosen()
    try:
        with DECIDING:
            return _answered(rule, text, chosen)
    except GoujiError as error:
        return _page(rule, without_commands(str(error)), text, chosen), 409


def _answered(rule: str, text: str, chosen: list[str]) -> ResponseReturnValue:
    workspace, key = the_workspace(), _key()
    kind = next((one for one in kinds_of_questions(workspace) if (one.rule, one.answer) == (rule, key)), None)
    units = [unit for unit in kind.units if unit.value in chosen] if kind else []
    gone = gone_lines(workspace, set(chosen) - {unit.value for unit in units})
    if not units:
        raise GoujiError("".join(line.words for line in gone) or "请先勾上要答的单位。")
    commands = [answering(key, unit.member.code, unit.name, text) for unit in units]
    asked, there = [unit.question for unit in units], url_for("questions.show")

    def work(watch: Watch) -> Outcome:
        return _and_gone(deciding.answer_all(workspace, key, asked, text, watch=watch), gone)

    if len(units) > _AT_ONCE:
        return as_task(ACTIONS[key].button, commands[0], work, there, commands[1:])
    return at_once(ACTIONS[key].button, commands[0], lambda: work(unwatched), there, commands[1:])


def _and_gone(outcome: Outcome, gone: Sequence[Line]) -> Outcome:
    return msgspec.structs.replace(outcome, lines=(*outcome.lines, *gone))


def _key() -> Answer:
    keys: dict[str, Answer] = {"explain": "explain", "waive": "waive"}
    key = keys.get(request.form.get("answer", ""))
    return key or abort(400)


def _chosen() -> list[str]:
    return request.form.getlist("unit")


def _page(kind: str, sentence: str = "", text: str = "", chosen: Sequence[str] = ()) -> str:
    return render_template(
        "questions.html",
        asked=questions_page(the_workspace(), the_status(), kind),
        kind=kind,
        sentence=sentence,
        text=text,
        chosen=chosen,
        actions=ACTIONS,
        here=url_for("questions.show", kind=kind or None),
    )
