"""The door: the years on this computer, of which one is opened, and the form that makes a new one."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.outgoing.new_year import year_in_hand
from gouji.collection.steps import beginning
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.mail_providers import KNOWN_SERVERS, NEED_CODES
from gouji.collection.workspace.settings import deadline_of
from gouji.collection.workspace.watching import Watch
from gouji.desk.desk import Desk
from gouji.desk.pages.year import the_desk, typed
from gouji.desk.tasks import Task
from gouji.desk.uploads import Lent
from gouji.desk.views.new_year import FIELDS, MailboxError, Wish, wish_of
from gouji.desk.views.years import found_years, sites
from gouji.runtime.errors import GoujiError, reason

page = Blueprint("years", __name__, url_prefix="/years")

_DRAFTS = "gouji-new-years"
_REMEMBERED = 20


class Draft:
    """What was typed for a new year, until it is made; never the password."""

    def __init__(self, given: Mapping[str, str], contacts: str) -> None:
        self.given, self.contacts = given, contacts
        self.trouble = self.mail_trouble = ""
        self.place = ""
        """The name of the new year, once it is made."""


@page.before_request
def _no_year() -> None:
    g.desk = the_desk()


@page.get("")
def show() -> ResponseReturnValue:
    """Show the years that are there, and the form for a new one."""
    return _shown(Draft(_fresh(), ""))


@page.post("/open")
def open_one() -> ResponseReturnValue:
    """Open a year of those that the server finds."""
    desk = the_desk()
    key = request.form.get("key", "")
    found = next((one for one in found_years(desk.home, desk.years.values()) if one.key == key), None)
    if found is None:
        raise GoujiError("这个年度的文件夹找不到了，可能移走了。请回到总览重新选。")
    return redirect(url_for("overview.show", place=desk.open(found.folder)))


@page.post("/new")
def make() -> ResponseReturnValue:
    """Make a new year; its mailbox is tried first."""
    desk = the_desk()
    untried = request.form.get("mail") == "later"
    password = request.form.get("password", "").strip()
    file = request.files.get("contacts")
    lent = Lent()
    draft = Draft(typed(request.form, *FIELDS), file.filename or "" if file else "")
    try:
        if file is not None and file.filename:
            lent.take(file.filename, file.stream)
        wish = wish_of(
            draft.given,
            found_years(desk.home, desk.years.values()),
            sites(desk.home),
            desk.today(),
            contacts=lent.files[0].name if lent.files else "",
            without_mailbox=untried,
        )
        name = _remember(draft)

        def work(watch: Watch) -> Outcome:
            with lent:
                return _made(desk, draft, wish, lent, watch, password, untried=untried)

        g.place = ""
        desk.tasks.start(Task("新建年度", wish.command, "", work, url_for("years.begun", name=name)))
    except GoujiError as error:
        lent.close()
        if isinstance(error, MailboxError):
            draft.mail_trouble = str(error)
        else:
            draft.trouble = str(error)
        return _shown(draft)
    return redirect(url_for("tasks.show"))


def _made(desk: Desk, draft: Draft, wish: Wish, lent: Lent, watch: Watch, password: str, *, untried: bool) -> Outcome:
    """Try the mailbox, and make the year."""
    lines: tuple[Line, ...] = ()
    if wish.mailbox is not None and not untried:
        watch(0, 0, "")
        try:
            lines = beginning.try_the_mailbox(wish.mailbox, password).lines
        except GoujiError as error:
            draft.mail_trouble = str(error)
            raise
    try:
        if wish.last is not None:
            begun = beginning.begin_after(wish.folder, wish.last, wish.chosen)
        else:
            contacts = lent.files[0] if lent.files else None
            begun = beginning.begin(wish.folder, wish.chosen, contacts=contacts, mailbox=wish.mailbox_text)
    except GoujiError as error:
        draft.trouble = str(error)
        raise
    except OSError as error:
        draft.trouble = f"没有建成：{reason(error)}。处理以后再做一次。"
        raise GoujiError(draft.trouble) from error
    if untried and draft.given["address"]:
        words = "邮箱写进了设置，还没有试。" if wish.mailbox else "邮箱写得不对，没有写进设置。"
        lines = (Line(words, "look"),)
    if begun.proposal:
        desk.keep(wish.folder.resolve(), begun.proposal)
    draft.place = desk.open(wish.folder)
    return Outcome((*begun.outcome.lines, *lines))


@page.get("/begun/<name>")
def begun(name: str) -> ResponseReturnValue:
    """Go on to the new year; where it could not be made, show the form again with what was typed."""
    draft = _drafts().get(name)
    if draft is None:
        abort(404)
    done = request.args.get("done", "")
    if draft.place:
        return redirect(url_for("first.show", place=draft.place, done=done))
    said = the_desk().done(done)
    if not draft.trouble and not draft.mail_trouble and said is not None:
        draft.trouble = "\n".join(line.words for line in said.outcome.lines)
    return _shown(draft)


def _fresh() -> dict[str, str]:
    return {**dict.fromkeys(FIELDS, ""), "year": str(year_in_hand(the_desk().today()))}


def _shown(draft: Draft) -> ResponseReturnValue:
    desk = the_desk()
    years = found_years(desk.home, desk.years.values())
    year = draft.given["year"]
    return render_template(
        "years.html",
        done=None,
        years=years,
        opened=set(desk.years),
        sites=sites(desk.home),
        draft=draft,
        given=draft.given,
        due=deadline_of(year_in_hand(desk.today())),
        year_in_hand=year_in_hand(desk.today()),
        year_word=year if year.isdigit() else "",
        need_codes=NEED_CODES,
        known_servers=KNOWN_SERVERS,
    )


def _drafts() -> OrderedDict[str, Draft]:
    drafts: OrderedDict[str, Draft] = current_app.extensions.setdefault(_DRAFTS, OrderedDict())
    return drafts


def _remember(draft: Draft) -> str:
    name = secrets.token_urlsafe(8)
    drafts = _drafts()
    drafts[name] = draft
    while len(drafts) > _REMEMBERED:
        drafts.popitem(last=False)
    return name
