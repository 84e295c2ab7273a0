"""A new year's workspace: made anew, or after last year's."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from gouji.collection.review.in_force import round_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import BEFORE, ROSTER
from gouji.collection.workspace.roster import Member, write_roster
from gouji.collection.workspace.settings import FILE, OWN_FORM, Settings, last_mailbox_text
from gouji.form.supplementary import use_own_form
from gouji.report.model import from_json
from gouji.runtime.errors import GoujiError
from gouji.runtime.output import make_folder

_DUE = (1, 31)
"""Month and day by which the law wants the reports of a year, in the year after it (条例第四十九条)."""

_SECOND_HALF = 7
"""The month from which an office prepares the reports of the current year."""


class Begun(msgspec.Struct):
    """A workspace, and what it has from last year."""

    workspace: Workspace
    kept: int = 0
    """Reports of last year."""
    without: tuple[Member, ...] = ()
    """Units that were not done last year: nothing is known of what they carry over."""


def deadline_of(year: int) -> datetime.date:
    """Return the day by which the reports of a year are due by law."""
    return datetime.date(year + 1, *_DUE)


def year_in_hand(today: datetime.date) -> int:
    """Return the year whose reports are prepared on a day: they are due at the beginning of the next year."""
    return today.year if today.month >= _SECOND_HALF else today.year - 1


def begin(folder: Path, chosen: Settings, own_form: Path | None = None) -> Begun:
    """Make the workspace of a year, with the office's own form if it has one; an interrupted one is made whole.

    Raises GoujiError where there is a finished one already, or where the disk does not take it.
    """
    _refuse_existing(folder)
    return Begun(Workspace.create(folder, _with_form(chosen, own_form), own_form=own_form))


def begin_after(folder: Path, last: Workspace, chosen: Settings, own_form: Path | None = None) -> Begun:
    """Make the workspace of the year after another one: with its roster, and the reports of its units that were done.

    ``chosen`` are the new settings; last year's own form goes along, unless there is another ``own_form``.
    Raises GoujiError as :func:`begin` does, and where the years do not follow.
    """
    _refuse_existing(folder)
    if last.settings.year + 1 != chosen.year:
        raise GoujiError(f"“{last.folder}”是 {last.settings.year} 年度的，它的下一年度不是 {chosen.year}。")
    if own_form is None and last.settings.own_form:
        own_form = last.folder / last.settings.own_form
    chosen = _with_form(chosen, own_form)
    if not (folder / ROSTER).exists():
        make_folder(folder)
        write_roster(folder / ROSTER, [_next_year(member) for member in last.roster.members])
    kept, without = 0, []
    before = LastYear(folder / BEFORE)
    with last.ledger() as ledger:
        for standing in round_of(ledger, last.roster).standings:
            stands = standing.stands
            report = ledger.report(stands.sha256) if stands and standing.state == "done" else None
            if report is None:
                without.append(standing.member)
            else:
                before.keep(from_json(report), standing.member.code)
                kept += 1
    mailbox = last_mailbox_text(last.folder / FILE)
    return Begun(Workspace.create(folder, chosen, mailbox, own_form), kept, tuple(without))


def _with_form(chosen: Settings, own_form: Path | None) -> Settings:
    """Return the settings that name the office's own form as it is called in the workspace."""
    if own_form is None:
        return chosen
    return msgspec.structs.replace(chosen, own_form=OWN_FORM, own_edition=use_own_form(own_form).edition)


def settings_after(last: Settings, **said: object) -> Settings:
    """Return the settings of the year after; what is said differs."""
    year = last.year + 1
    known = {name: value for name, value in said.items() if value is not None}
    return msgspec.structs.replace(last, **{"year": year, "deadline": deadline_of(year), **known})


def _next_year(member: Member) -> Member:
    # Last year's codes of last year say nothing in the year after.
    return msgspec.structs.replace(member, before=())


def _refuse_existing(folder: Path) -> None:
    # The settings are written last: with them it is a whole workspace.
    if (folder / FILE).exists():
        raise GoujiError(f"“{folder}”已经是工作文件夹，没有改动。新的年度请用新的文件夹。")
