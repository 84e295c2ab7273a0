"""Sending: the forms and what goes back are made, the letters are looked at, sent, and found again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.mail.password import known_password
from gouji.collection.mail.send import Mailing, SendOptions
from gouji.collection.next_step.names import STEPS
from gouji.collection.steps.mailing import mail
from gouji.collection.steps.outcome import Outcome
from gouji.collection.steps.outgoing import issue, send_back
from gouji.collection.workspace.mailbox import Mailbox
from gouji.collection.workspace.names import SETTINGS
from gouji.collection.workspace.watching import Watch
from gouji.desk.pages.year import as_task, back, page_of_a_year, the_desk, the_status, the_workspace
from gouji.desk.views.send import MAILINGS, SHOWN, number_sent, preview_of, sent_mails, to_make
from gouji.runtime.errors import GoujiError

page: Blueprint = page_of_a_year("send")

_LATEST = 10
"""Mails that the first page shows."""
_COMMANDS: dict[Mailing, str] = {"forms": "send", "reminders": "remind", "answers": "ack"}
_DRAFTS: dict[Mailing, str] = {
    "forms": "drafts_of_forms",
    "reminders": "drafts_of_reminders",
    "answers": "drafts_of_answers",
}
"""The folders of the drafts, by the names under which they can be opened."""
_BUTTONS = ("all", "chosen", "drafts", "chosen_drafts")
"""What is to be done, and whether to the units that were chosen."""
_LONG = 10
"""Digits that no page number has."""
_WHAT = "any(forms, reminders, answers)"


@page.get("/send")
def show() -> ResponseReturnValue:
    """Show what can be made and sent, and what was sent last."""
    return _shown()


def _shown(trouble: str = "") -> ResponseReturnValue:
    workspace = the_workspace()
    with workspace.ledger() as ledger:
        mails = ledger.mail.mails()
        latest = sent_mails(ledger.mail, workspace.roster, mails[-_LATEST:])
    page_ = render_template(
        "send.html",
        made=to_make(workspace, the_status()),
        mailings=MAILINGS,
        numbers=number_sent(mails),
        latest=latest,
        mailbox=workspace.mailbox,
        trouble_=trouble,
        chosen=request.form.getlist("only"),
    )
    return (page_, 409) if trouble else page_


@page.post("/send/issue")
def issue_forms() -> ResponseReturnValue:
    """Make the forms of all units."""
    workspace, today = the_workspace(), the_desk().today()

    def work(watch: Watch) -> Outcome:
        return issue(workspace, watch=watch, today=today)

    return _or_again(lambda: as_task(STEPS["issue"].button, ["issue"], work, back(url_for("send.show"))), _shown)


@page.post("/send/back")
def make_what_goes_back() -> ResponseReturnValue:
    """Make what goes back to the units for correction: to all of them, or to those that were chosen."""
    workspace, today = the_workspace(), the_desk().today()

    def start() -> ResponseReturnValue:
        only = _chosen()
        return as_task(
            STEPS["send_back"].button,
            ["return", *_named(only)],
            lambda watch: send_back(workspace, only=only, watch=watch, today=today),
            back(url_for("send.show")),
        )

    return _or_again(start, _shown)


@page.get(f"/send/<{_WHAT}:what>")
def look_at(what: Mailing) -> ResponseReturnValue:
    """Show who would get which letter."""
    return _looked_at(what)


def _looked_at(what: Mailing, trouble: str = "") -> ResponseReturnValue:
    workspace, today = the_workspace(), the_desk().today()
    made = to_make(workspace, the_status(), only_forms=what == "forms")
    # What goes back is made by the officer's word, never by looking at a page.
    lacks_forms, lacks_corrections = what != "answers" and bool(made.unissued), bool(made.not_made)
    wanted = request.values.get("unit", "").strip()
    number = _page_number(request.values.get("page", ""))
    seen = None
    if not lacks_forms and not lacks_corrections:
        try:
            seen = preview_of(workspace, what, today, wanted, number)
        except GoujiError as error:
            trouble = trouble or str(error)
    mailbox = workspace.mailbox
    page_ = render_template(
        "send_mailing.html",
        what=what,
        words=MAILINGS[what],
        made=made,
        lacks_forms=lacks_forms,
        lacks_corrections=lacks_corrections,
        seen=seen,
        wanted=wanted,
        mailbox=mailbox,
        password=bool(mailbox and mailbox.smtp) and not known_password(mailbox.user if mailbox else ""),
        drafts=_DRAFTS[what],
        trouble_=trouble,
        chosen=request.form.getlist("only"),
        skip=request.form.get("unsure") == "skip",
    )
    return (page_, 409) if trouble else page_


@page.post(f"/send/<{_WHAT}:what>")
def send(what: Mailing) -> ResponseReturnValue:
    """Send the letters, or write them as drafts: all that wait, or those to the units that were chosen."""
    return _or_again(lambda: _sending(what), lambda trouble: _looked_at(what, trouble))


def _sending(what: Mailing) -> ResponseReturnValue:
    workspace, today = the_workspace(), the_desk().today()
    drafts, again = request.form.get("do", "").endswith("drafts"), bool(request.form.get("again"))
    skip = request.form.get("unsure") == "skip"
    options = SendOptions(_chosen(), again=again, skip_unsure=skip)
    wishes = {"--again": again, "--skip-unsure": skip, "--drafts": drafts}
    command = [_COMMANDS[what], *_named(options.only), *(name for name, wish in wishes.items() if wish)]
    password = "" if drafts else request.form.get("password", "").strip()
    if not drafts:
        _require_password(workspace.mailbox, password)

    def work(watch: Watch) -> Outcome:
        how: Literal["drafts", "send"] = "drafts" if drafts else "send"
        return mail(workspace, what, options, how, ask=lambda user: password, watch=watch, today=today).outcome

    return as_task(MAILINGS[what].name, command, work, url_for("send.look_at", what=what))


@page.get("/send/sent")
def sent() -> ResponseReturnValue:
    """Show what was sent, and to whom."""
    workspace = the_workspace()
    wanted = request.args.get("unit", "").strip()
    with workspace.ledger() as ledger:
        found = sent_mails(ledger.mail, workspace.roster, ledger.mail.mails(), wanted)
    return render_template("send_sent.html", found=len(found), mails=found[: 2 * SHOWN], wanted=wanted)


def _require_password(mailbox: Mailbox | None, password: str) -> None:
    if mailbox is None or mailbox.smtp is None:
        raise GoujiError(f"“{SETTINGS}”里还没有写发信的邮箱，没有发。可以生成草稿，用邮件程序打开后发出。")
    if not password and not known_password(mailbox.user):
        raise GoujiError(f"没有 {mailbox.user} 的密码，没有发。请写上密码（授权码），再发一次。")


def _chosen() -> tuple[str, ...]:
    """Return the units that were chosen; none means all.

    Raises GoujiError where some were to be chosen and none was, or the other way round: a mail cannot be called back.
    """
    only = tuple(request.form.getlist("only"))
    do = request.form.get("do", "")
    if do not in _BUTTONS:
        raise GoujiError("没有收到按的是哪个按钮，没有做。请再按一次。")
    chosen = do.startswith("chosen")
    if chosen and not only:
        raise GoujiError("还没有选单位。请在单位前面打勾，再按一次。")
    if only and not chosen:
        raise GoujiError("有打了勾的单位。只要这几个，请按只做打勾的那个按钮；全部都要，请先把勾去掉。")
    return only


def _page_number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _LONG else 1


def _named(only: Sequence[str]) -> list[str]:
    return [part for code in only for part in ("--only", code)]


def _or_again(
    start: Callable[[], ResponseReturnValue], again: Callable[[str], ResponseReturnValue]
) -> ResponseReturnValue:
    """Start a task; where it cannot be started show the page again, with what was chosen and why."""
    try:
        return start()
    except GoujiError as error:
        return again(str(error))
