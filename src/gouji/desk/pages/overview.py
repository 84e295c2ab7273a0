"""The year at a glance: where the round stands, what to do next, and what waits for the officer."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.next_step.advice import next_step
from gouji.collection.next_step.situation import situation_of
from gouji.collection.review.in_force import STATE_WORDS
from gouji.collection.review.status import status_of
from gouji.desk.pages.year import page_of_a_year, the_desk, the_workspace

start = Blueprint("start", __name__)
page = page_of_a_year("overview")


@start.before_request
def _no_year() -> None:
    g.desk = the_desk()


@start.get("/")
def begin() -> ResponseReturnValue:
    """Go to the year that is open."""
    years = the_desk().years
    if years:
        return redirect(url_for("overview.show", place=next(iter(years))))
    return render_template("trouble.html", sentence="还没有工作文件夹。")


@start.get("/alive")
def alive() -> ResponseReturnValue:
    """Answer that the desk is here."""
    return "", 204


@start.get("/favicon.ico")
def icon() -> ResponseReturnValue:
    """Answer browsers that ask for an icon by themselves."""
    return "", 204


@start.post("/end")
def end() -> ResponseReturnValue:
    """End the desk."""
    the_desk().ended.set()
    return render_template("ended.html")


@page.get("/")
def show() -> ResponseReturnValue:
    """Show the year."""
    workspace = the_workspace()
    status = status_of(workspace, the_desk().today())
    proposal = next_step(situation_of(workspace, status))
    return render_template("overview.html", status=status, proposal=proposal, states=STATE_WORDS)
