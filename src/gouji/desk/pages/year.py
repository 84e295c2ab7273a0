"""What the pages of one year share: which year an address names, and the way from a button to a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.review.status import Status
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.desk.desk import Desk, Done
from gouji.desk.tasks import Task, Work
from gouji.desk.year import Year


def page_of_a_year(name: str) -> Blueprint:
    """Return a blueprint whose addresses begin with the name of a year; its workspace is in ``g.workspace``."""
    blueprint = Blueprint(name, f"gouji.desk.pages.{name}", url_prefix="/year/<place>")

    @blueprint.url_value_preprocessor
    def name_the_year(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.asked_for = (values or {}).pop("place", "")

    @blueprint.before_request
    def find_the_year() -> None:  # after the guard, which a preprocessor of addresses would precede
        g.desk = the_desk()
        year = the_desk().year(g.asked_for)
        if year is None:
            abort(404)
        g.place, g.year, g.workspace = g.asked_for, year, year.workspace

    @blueprint.url_defaults
    def same_year(endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("place", g.get("place", ""))

    return blueprint


def the_desk() -> Desk:
    """Return the desk that answers."""
    desk: Desk = current_app.config["DESK"]
    return desk


def the_workspace() -> Workspace:
    """Return the workspace of the year that the address names."""
    workspace: Workspace = g.workspace
    return workspace


def the_year() -> Year:
    """Return the year that the address names."""
    year: Year = g.year
    return year


def the_status() -> Status:
    """Return the status of that year today.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    return the_year().status(the_desk().today())


def at_once(
    title: str, command: Sequence[str], step: Callable[[], Outcome], then: str, more: Sequence[Sequence[str]] = ()
) -> ResponseReturnValue:
    """Do a short step and go on to a page, which says what was done; ``more`` are further commands that do the same.

    Raises GoujiError where the step does: the caller shows its form again, with what was typed.
    """
    outcome = step()
    return redirect(_with_done(then, the_desk().remember(Done(title, outcome, command, more))))


def as_task(
    title: str, command: Sequence[str], work: Work, then: str = "", more: Sequence[Sequence[str]] = ()
) -> ResponseReturnValue:
    """Start a long step beside the pages and go on to the page that shows how far it is.

    ``then`` is the page that shows what has become of it in detail; empty where the sentences of the step are all.

    Raises GoujiError if another one is under way.
    """
    the_desk().tasks.start(Task(title, command, g.place, work, then, more))
    return redirect(url_for("tasks.show"))


def ended(task: Task) -> ResponseReturnValue:
    """Go on to the page that shows what has become of a task, which says first what the step has said."""
    outcome = task.outcome or Outcome((Line(task.trouble, "wrong"),), unfinished=True)
    return redirect(_with_done(task.then, the_desk().remember(Done(task.title, outcome, task.command, task.more))))


def back(default: str) -> str:
    """Return the page of ours that a form wants to go back to."""
    wanted = request.values.get("back", "")
    ours = wanted.startswith(f"/year/{g.place}/") and "\\" not in wanted and "//" not in wanted
    # No line of a header ends in it, and browsers go up at two points, however they are written.
    ours = ours and wanted.isprintable() and ".." not in unquote(wanted.partition("?")[0])
    return wanted if ours else default


def _with_done(address: str, name: str) -> str:
    address, _, place = address.partition("#")
    address = f"{address}{'&' if '?' in address else '?'}done={name}"
    return f"{address}#{place}" if place else address


def words(text: str) -> str:
    """Return what was typed into a field, without the blanks around it: browsers end lines with CR LF."""
    return text.replace("\r\n", "\n").strip()


def typed(values: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return what was typed into some fields; see :func:`words`."""
    return {name: words(values.get(name, "")) for name in names}
