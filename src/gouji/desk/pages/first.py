"""The first steps of a year, until its forms go out: the list of units, the settings, last year, the mailbox."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.mail.password import known_password
from gouji.collection.steps import beginning
from gouji.collection.steps.outcome import Outcome
from gouji.collection.workspace.mail_providers import NEED_CODES
from gouji.collection.workspace.proposed_roster import Proposal
from gouji.collection.workspace.watching import Watch
from gouji.desk.pages.year import as_task, page_of_a_year, the_desk, the_workspace
from gouji.desk.uploads import Lent
from gouji.desk.views.first import first_steps
from gouji.runtime.errors import GoujiError

page = page_of_a_year("first")


@page.get("/first")
def show() -> ResponseReturnValue:
    """Show what is there and what is still to be done."""
    return _shown()


@page.post("/first/last-year")
def last_year() -> ResponseReturnValue:
    """Keep last year's reports, which a form brings."""
    workspace = the_workspace()
    lent = Lent()
    try:
        for file in request.files.getlist("files"):
            if file.filename:
                lent.take(file.filename, file.stream)
        if not lent.files:
            raise GoujiError("还没有选文件。请先选上年的报告，再按“导入”。")
        command = ["last-year", *(path.name for path in lent.files), "-w", str(workspace.folder)]

        def work(watch: Watch) -> Outcome:
            with lent:
                return beginning.last_year(workspace, lent.files, watch=watch)

        return as_task("导入上年的报告", command, work, url_for("first.show") + "#last")
    except GoujiError as error:
        lent.close()
        return _shown(last_wrong=str(error))


@page.post("/first/mailbox")
def try_mailbox() -> ResponseReturnValue:
    """Try the mailbox of the settings."""
    workspace = the_workspace()
    passwords = [request.form.get("password", "").strip()]
    try:
        mailbox = workspace.mailbox
        if mailbox is None:
            raise GoujiError("设置里还没有邮箱。")
        if not passwords[0] and not known_password(mailbox.user):
            raise GoujiError("请写上邮箱的密码（授权码）。")

        def work(watch: Watch) -> Outcome:
            return beginning.try_the_mailbox(mailbox, passwords.pop())

        return as_task("试邮箱", (), work, url_for("first.show") + "#mail")
    except GoujiError as error:
        return _shown(mail_wrong=str(error))


def _shown(last_wrong: str = "", mail_wrong: str = "") -> ResponseReturnValue:
    workspace = the_workspace()
    return render_template(
        "first.html",
        first=first_steps(workspace),
        proposal=the_desk().kept(workspace.folder, Proposal),
        last_wrong=last_wrong,
        mail_wrong=mail_wrong,
        need_codes=NEED_CODES,
    )
