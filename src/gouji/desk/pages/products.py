"""The files that were made, sent to be saved, and the page of a unit as it would be published."""

from __future__ import annotations

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue

from gouji.desk.pages.year import page_of_a_year, the_workspace
from gouji.desk.views.made_files import file_of
from gouji.desk.views.report_pages import published_page

page = page_of_a_year("products")

_NO_PAGE = "default-src 'none'; sandbox"
"""A file that is to be saved is no page of ours."""


@page.get("/product/<key>")
def made(key: str) -> ResponseReturnValue:
    """Send a file that we have made; only the ledger and the folders of a fixed list say which ones there are."""
    path = file_of(the_workspace(), key)
    if path is None:
        abort(404)
    answer = send_file(
        path.resolve(), mimetype="application/octet-stream", as_attachment=True, download_name=path.name, etag=False
    )
    answer.headers["Content-Security-Policy"] = _NO_PAGE
    return answer


@page.get("/preview/page/<code>")
def published(code: str) -> ResponseReturnValue:
    """Answer the page of a unit that has passed, for a frame in which nothing of it can act."""
    found = published_page(the_workspace(), code)
    if found is None:
        abort(404)
    page_of_unit, policy = found
    return Response(page_of_unit, mimetype="text/html", headers={"Content-Security-Policy": policy})
