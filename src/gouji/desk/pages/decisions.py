"""All decisions of the year, each with the way to undo it."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.desk.pages.year import page_of_a_year, the_workspace
from gouji.desk.views.decided import decisions_page

page = page_of_a_year("decisions")


@page.get("/decisions")
def show() -> ResponseReturnValue:
    """Show the decisions, the newest first."""
    before = request.args.get("before", 0, int)
    here = url_for("decisions.show", before=before or None)
    return render_template("decisions.html", decisions=decisions_page(the_workspace(), before), here=here)
