"""The door: which year to go to, whether the desk is still here, and its end."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gouji.desk.pages.year import the_desk

page = Blueprint("start", __name__)


@page.before_request
def _no_year() -> None:
    g.desk = the_desk()


@page.get("/")
def begin() -> ResponseReturnValue:
    """Go to the year that is open, or to what is being done in it."""
    years, task = the_desk().years, the_desk().tasks.last
    if task is not None and not task.looked_at:
        return redirect(url_for("tasks.show"))
    if years:
        return redirect(url_for("overview.show", place=next(iter(years))))
    return redirect(url_for("years.show"))


@page.get("/alive")
def alive() -> ResponseReturnValue:
    """Answer that the desk is here."""
    return "", 204


@page.get("/favicon.ico")
def icon() -> ResponseReturnValue:
    """Answer browsers that ask for an icon by themselves."""
    return "", 204


@page.post("/end")
def end() -> ResponseReturnValue:
    """End the desk."""
    the_desk().ended.set()
    return render_template("ended.html")
