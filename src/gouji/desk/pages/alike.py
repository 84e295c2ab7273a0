"""The units whose texts are the same, side by side."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from gouji.desk.pages.year import as_task, page_of_a_year, the_desk, the_workspace
from gouji.desk.views.alike import Compared, compared

page = page_of_a_year("alike")


@page.get("/alike")
def show() -> ResponseReturnValue:
    """Show what the last comparison has found."""
    found = the_desk().kept(the_workspace().folder, Compared)
    return render_template("finish/alike.html", found=found)


@page.post("/alike")
def compare() -> ResponseReturnValue:
    """Compare the texts of all units."""
    desk, workspace = the_desk(), the_workspace()
    return as_task(
        "找雷同的文字",
        ["alike"],
        lambda watch: desk.keep(workspace.folder, compared(workspace)).outcome,
        url_for("alike.show"),
    )
