"""The received files, sent as they arrived, and the folders of the year, opened in the file manager."""

from __future__ import annotations

import io

from flask import abort, request, send_file, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.intake.attachments.names import safe_name
from gouji.desk.pages.year import at_once, back, page_of_a_year, the_workspace
from gouji.desk.views.folders import FOLDERS, open_folder

page = page_of_a_year("files")

_NO_PAGE = "default-src 'none'; sandbox"
"""Whatever is in a received file: it is no page of ours, and a browser that shows it all the same runs nothing."""


@page.get("/file/<sha256>")
def received(sha256: str) -> ResponseReturnValue:
    """Send a file of the archive, as it arrived, to be saved; only the ledger says which files there are."""
    workspace = the_workspace()
    with workspace.ledger() as ledger:
        if sha256 not in ledger.files():
            abort(404)
        name = ledger.file_name(sha256)
    data = workspace.archive.read(sha256, name)
    answer = send_file(
        io.BytesIO(data),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=safe_name(name),
        etag=False,
        conditional=False,
    )
    answer.headers["Content-Security-Policy"] = _NO_PAGE
    return answer


@page.post("/open")
def open_in_file_manager() -> ResponseReturnValue:
    """Open a folder of the fixed list."""
    key = request.form.get("key", "")
    if key not in FOLDERS:
        abort(400)
    workspace = the_workspace()
    return at_once("打开文件夹", (), lambda: open_folder(workspace.folder, key), back(url_for("overview.show")))
