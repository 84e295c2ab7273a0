"""The list of units, with a search."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from gouji.collection.review.in_force import STATE_WORDS
from gouji.desk.pages.year import page_of_a_year, the_status
from gouji.desk.views.units import ASKED, found_units

page = page_of_a_year("units")


@page.get("/units")
def show() -> ResponseReturnValue:
    """Show a page of the list."""
    query, state = request.args.get("q", "").strip(), request.args.get("state", "")
    number = request.args.get("page", 1, type=int)
    found = found_units(the_status(), query, state, number)
    return render_template(
        "units.html", found=found, query=query, state=state, states={**STATE_WORDS, ASKED: "等您决定"}
    )
