"""The page of the long task: how far it is, and at the end what has become of it."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gouji.desk.pages.year import ended, the_desk

page = Blueprint("tasks", __name__, url_prefix="/task")


@page.before_request
def _its_year() -> None:
    g.desk = the_desk()
    task = the_desk().tasks.last
    if task is None:
        abort(404)
    g.place = task.place
    year = the_desk().year(task.place)
    g.workspace = year.workspace if year else None


@page.get("/")
def show() -> ResponseReturnValue:
    """Show the task, or once it has ended the page that shows what has become of it."""
    task = the_desk().tasks.last
    assert task is not None
    if not task.working:
        task.looked_at = True
        if task.then:
            return ended(task)
    return render_template("task.html")


@page.get("/state")
def state() -> ResponseReturnValue:
    """Answer how far it is, for the script of the page."""
    task = the_desk().tasks.last
    assert task is not None
    return {"working": task.working, "number": task.number, "total": task.total, "name": task.name}


@page.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Cancel the task."""
    task = the_desk().tasks.last
    assert task is not None
    task.cancel()
    return redirect(url_for("tasks.show"))
