"""Receiving: files dropped on the page, the folder 回收, the mailbox; and what each file turned out to be."""

from __future__ import annotations

import datetime
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.intake.sources import uncollected
from gouji.collection.mail.fetch import FOLDER as MAILS
from gouji.collection.mail.password import known_password
from gouji.collection.review.in_force import Progress
from gouji.collection.steps import collecting
from gouji.collection.steps.outcome import Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mail_providers import NEED_CODES
from gouji.collection.workspace.mailbox import Mailbox
from gouji.collection.workspace.names import RECEIVED
from gouji.collection.workspace.settings import as_date
from gouji.collection.workspace.watching import Watch
from gouji.desk.pages.year import as_task, page_of_a_year, the_desk, the_status, the_workspace, typed
from gouji.desk.uploads import MOST_FILES, Upload, Uploads, is_upload
from gouji.desk.views import receive as views
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import LARGEST_FILE

page = page_of_a_year("receive")

_UPLOADS = "gouji-uploads"


@page.get("/receive")
def show() -> ResponseReturnValue:
    """Show the ways in, and what came last."""
    return _shown()


@page.get("/receive/run/<int:run>")
def of_run(run: int) -> ResponseReturnValue:
    """Show what a run has taken in, file by file."""
    workspace = the_workspace()
    with workspace.ledger() as ledger:
        result = views.of_run(workspace, ledger, run, _progress)
    return render_template("receive_result.html", result=result, refused=())


@page.get("/receive/upload/<name>")
def of_upload(name: str) -> ResponseReturnValue:
    """Show what has become of each file of an upload."""
    if not is_upload(name):
        abort(404)
    workspace = the_workspace()
    with workspace.ledger() as ledger:
        result = views.of_upload(workspace, ledger, name, _progress)
    refused = _uploads().refused(name, workspace.folder)
    return render_template("receive_result.html", result=result, refused=refused)


# -------------------------------------------------------------------- files that are dropped or chosen


@page.post("/receive/files")
def take_files() -> ResponseReturnValue:
    """Store what a form brings, and collect it."""
    workspace = the_workspace()
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        return _shown(wrong="还没有选文件。请先选文件，再按“收表”。")
    upload = _uploads().begin(workspace.folder, datetime.datetime.now())
    for file in files:
        with closing(file):
            upload.take(file.filename or "", 0, file.stream)
    return _collect_upload(workspace, upload)


@page.post("/receive/begin")
def begin() -> ResponseReturnValue:
    """Begin an upload for the script of the page, which sends one file at a time."""
    return {"upload": _uploads().begin(the_workspace().folder, datetime.datetime.now()).id}


@page.post("/receive/one")
def take_one() -> ResponseReturnValue:
    """Store one file of an upload; answer why it was not stored."""
    upload = _the_upload()
    file = request.files.get("file")
    size = request.form.get("size", 0, type=int)
    path = request.form.get("path", "")
    if file is None:
        return {"trouble": upload.take(path, size, None)}
    with closing(file):
        return {"trouble": upload.take(path, size, file.stream)}


@page.post("/receive/uploaded")
def collect_upload() -> ResponseReturnValue:
    """Collect what an upload has brought."""
    return _collect_upload(the_workspace(), _the_upload())


def _collect_upload(workspace: Workspace, upload: Upload) -> ResponseReturnValue:
    if upload.folder is None:
        return _shown(refused=upload.refused, wrong="没有收到文件。")
    kept = (
        f"传来的 {upload.stored} 个文件留在“{RECEIVED}/{upload.folder.name}”，没有丢：再收一遍“{RECEIVED}”文件夹就行。"
    )
    then = url_for("receive.of_upload", name=upload.folder.name)
    return _collect(workspace, [upload.folder], then, kept)


# -------------------------------------------------------------------- the folder, the mailbox


@page.post("/receive/folder")
def collect_folder() -> ResponseReturnValue:
    """Collect what is in 回收."""
    workspace = the_workspace()
    return _collect(workspace, [], _the_next_run(workspace), "")


@page.post("/receive/mail")
def fetch() -> ResponseReturnValue:
    """Fetch the new mails and collect them."""
    workspace, today = the_workspace(), the_desk().today()
    given = typed(request.form, "since")
    seen = bool(request.form.get("mark_seen"))
    password = request.form.get("password", "").strip()
    try:
        mailbox = workspace.mailbox
        if mailbox is not None and not password and not known_password(mailbox.user):
            return _shown(mail_wrong="请写上邮箱的密码（授权码）。")
        since = as_date(given["since"], "从哪一天") if given["since"] else None
        command = ["fetch", *(["--since", given["since"]] if since else []), *(["--mark-seen"] if seen else [])]

        def work(watch: Watch) -> Outcome:
            return collecting.fetch(
                workspace,
                since=since,
                mark_seen=seen,
                ask=lambda user: password,
                watch=watch,
                today=today,
            )

        return as_task("收邮件", [*command, "-w", str(workspace.folder)], work, _the_next_run(workspace))
    except GoujiError as error:
        return _shown(mail_wrong=str(error))


def _collect(workspace: Workspace, paths: list[Path], then: str, kept: str) -> ResponseReturnValue:
    """Start collecting; ``kept`` is said where it does not succeed."""
    today, accept = the_desk().today(), bool(request.form.get("accept_repairs"))
    command = ["collect", *map(str, paths), *(["--accept-repairs"] if accept else []), "-w", str(workspace.folder)]

    def work(watch: Watch) -> Outcome:
        try:
            return collecting.collect(workspace, paths, accept_repairs=accept, watch=watch, today=today)
        except GoujiError as error:
            raise GoujiError(f"{error}{kept}") from error

    try:
        return as_task("收表", command, work, then)
    except GoujiError as error:
        return _shown(wrong=f"{error}{kept}")


def _the_next_run(workspace: Workspace) -> str:
    with workspace.ledger() as ledger:
        return url_for("receive.of_run", run=views.next_run(ledger))


# -------------------------------------------------------------------- what the page shows


def _shown(wrong: str = "", mail_wrong: str = "", refused: Any = ()) -> ResponseReturnValue:
    workspace = the_workspace()
    yesterday = the_desk().today() - datetime.timedelta(days=1)
    mailbox, mail_wrong = _mailbox(workspace, mail_wrong)
    with workspace.ledger() as ledger:
        return render_template(
            "receive.html",
            waiting=len(uncollected(workspace, ledger)),
            lately=views.lately(workspace, ledger, yesterday, _progress),
            mailbox=mailbox,
            mails=MAILS,
            password_known=mailbox is not None and bool(known_password(mailbox.user)),
            need_codes=NEED_CODES,
            largest=LARGEST_FILE,
            most=MOST_FILES,
            always_repairs=workspace.accepts_repairs,
            given=request.form,
            wrong=wrong,
            mail_wrong=mail_wrong,
            refused=refused,
        )


def _mailbox(workspace: Workspace, wrong: str) -> tuple[Mailbox | None, str]:
    """Return the mailbox that mails can be fetched from, and what is wrong with it."""
    try:
        mailbox = workspace.mailbox
    except GoujiError as error:
        return None, str(error)
    return (mailbox, wrong) if mailbox is not None and mailbox.imap is not None else (None, wrong)


def _progress() -> Progress:
    return the_status().progress


def _uploads() -> Uploads:
    uploads: Uploads = current_app.extensions.setdefault(_UPLOADS, Uploads())
    return uploads


def _the_upload() -> Upload:
    upload = _uploads().of(request.form.get("upload", ""), the_workspace().folder)
    if upload is None:
        raise GoujiError(f"这次上传已经过期。传来的文件留在“{RECEIVED}”文件夹，再收一遍“{RECEIVED}”就行。")
    return upload
