"""The first steps of a year, until its forms go out: the list of units, the settings, last year, the mailbox."""

from __future__ import annotations

from pathlib import Path

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.mail.password import known_password
from gouji.collection.steps import beginning
from gouji.collection.steps.outcome import Outcome, stopped_by
from gouji.collection.workspace.mail_providers import KNOWN_SERVERS, NEED_CODES
from gouji.collection.workspace.mailbox import TABLE, read_mailbox, table_text
from gouji.collection.workspace.names import SETTINGS
from gouji.collection.workspace.proposed_roster import Proposal
from gouji.collection.workspace.watching import Watch
from gouji.desk.pages.year import as_task, page_of_a_year, the_desk, the_workspace, typed
from gouji.desk.uploads import Lent
from gouji.desk.views.first import first_steps
from gouji.desk.views.new_year import MAIL_FIELDS, mail_table, typed_for
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
    """Try the mailbox of the settings; write it there first, where it was typed."""
    workspace = the_workspace()
    given = typed(request.form, *MAIL_FIELDS)
    password = request.form.get("password", "").strip()
    try:
        mailbox = workspace.mailbox
        if not given["address"]:
            raise GoujiError("请写邮箱地址。")
        table = mail_table(given)
        wanted, text = read_mailbox({TABLE: table}, Path(SETTINGS)), table_text(table)
        assert wanted is not None
        changed = mailbox is None or typed_for(mailbox) != typed_for(wanted)
        mailbox = wanted if mailbox is None or changed else mailbox
        if not password and not known_password(mailbox.user):
            raise GoujiError("请写上邮箱的密码（授权码）。")

        def work(watch: Watch) -> Outcome:
            lines = beginning.set_mailbox(workspace, text).lines if changed else ()
            try:
                return Outcome((*lines, *beginning.try_the_mailbox(mailbox, password).lines))
            except GoujiError as error:
                return stopped_by(error, lines)

        return as_task("试邮箱", (), work, url_for("first.show") + "#mail")
    except GoujiError as error:
        return _shown(mail_wrong=str(error), given=given)


def _shown(last_wrong: str = "", mail_wrong: str = "", given: dict[str, str] | None = None) -> ResponseReturnValue:
    workspace = the_workspace()
    first = first_steps(workspace)
    return render_template(
        "first.html",
        first=first,
        given=given or typed_for(first.mailbox),
        proposal=the_desk().kept(workspace.folder, Proposal),
        last_wrong=last_wrong,
        mail_wrong=mail_wrong,
        need_codes=NEED_CODES,
        known_servers=KNOWN_SERVERS,
    )
