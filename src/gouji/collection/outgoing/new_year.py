"""A new year's workspace: a fresh one, or one that continues last year's."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from gouji.collection.review.in_force import progress_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.mailbox import TEMPLATE
from gouji.collection.workspace.names import KEY, LAST_YEAR, ROSTER
from gouji.collection.workspace.proposed_roster import Proposal, proposed_roster
from gouji.collection.workspace.roster import Member, write_roster
from gouji.collection.workspace.settings import FILE, OWN_FORM, Settings, deadline_of, last_mailbox_text
from gouji.formats.form_file import read_form_file
from gouji.report.model import from_json
from gouji.runtime.errors import GoujiError
from gouji.runtime.output import make_folder, write_aside

_SECOND_HALF = 7
"""The month from which an office prepares the reports of the current year."""


class NewYear(msgspec.Struct):
    """A new workspace, and what it has taken over from last year."""

    workspace: Workspace
    kept: int = 0
    """Reports of last year."""
    without: tuple[Member, ...] = ()
    """Units that were not done last year, so that it is unknown what they carry over."""


def year_in_hand(today: datetime.date) -> int:
    """Return the year whose reports are prepared on a day: they are due at the beginning of the next year."""
    return today.year if today.month >= _SECOND_HALF else today.year - 1


def begin(
    folder: Path,
    chosen: Settings,
    own_form: Path | None = None,
    contacts: Path | None = None,
    mailbox: str = TEMPLATE,
) -> tuple[NewYear, Proposal | None]:
    """Make the workspace of a year, with the office's own form if it has one; an interrupted call can be repeated.

    With ``contacts``, the office's own list of units, there is a proposed roster in it. ``mailbox`` is the part of the
    settings about the office's mailbox.
    Raises GoujiError where there is a finished one already, where the list cannot be understood, or where it cannot be
    written.
    """
    _refuse_existing(folder)
    proposal = proposed_roster(contacts, chosen.office) if contacts else None
    if proposal:
        _write_proposal(folder, proposal)
    return NewYear(Workspace.create(folder, _with_form(chosen, own_form), mailbox, own_form)), proposal


def _write_proposal(folder: Path, proposal: Proposal) -> None:
    path, made = folder / ROSTER, proposal.workbook()
    if path.exists() and path.read_bytes() != made:
        raise GoujiError(f"“{folder}”里已经有“{ROSTER}”，没有改动。请把它移走，或者不再照名单拟（--roster）。")
    make_folder(folder)
    write_aside(path, made)


def begin_after(folder: Path, last: Workspace, chosen: Settings, own_form: Path | None = None) -> NewYear:
    """Make the workspace of the year after another: with its roster, and the reports of the units that were done.

    ``chosen`` are the new settings; last year's own form is taken over, unless there is another ``own_form``.
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
    before = LastYear(folder / LAST_YEAR, chosen.forms)
    with last.ledger() as ledger:
        for unit in progress_of(ledger, last.roster).units:
            in_force = unit.in_force
            report = ledger.report(in_force.sha256) if in_force and unit.state == "done" else None
            if report is None:
                without.append(unit.member)
            else:
                before.keep(from_json(report, forms=last.settings.forms), unit.member.code)
                kept += 1
    mailbox = last_mailbox_text(last.folder / FILE)
    return NewYear(Workspace.create(folder, chosen, mailbox, own_form), kept, tuple(without))


def _with_form(chosen: Settings, own_form: Path | None) -> Settings:
    """Return the settings with the office's own form, under its name in the workspace."""
    if own_form is None:
        return chosen
    return msgspec.structs.replace(chosen, own_form=OWN_FORM, supplementary=read_form_file(own_form))


def settings_after(last: Settings, **changes: object) -> Settings:
    """Return the settings of the following year; a change that is None is ignored."""
    year = last.year + 1
    given = {name: value for name, value in changes.items() if value is not None}
    return msgspec.structs.replace(last, **{"year": year, "deadline": deadline_of(year), "publish_by": None, **given})


def _next_year(member: Member) -> Member:
    # The codes of the year before last mean nothing in the new year.
    return msgspec.structs.replace(member, before=())


def make_lost_key(folder: Path) -> bool:
    """Write a new key where a finished workspace has lost its own; tell whether that was so."""
    if not (folder / FILE).exists() or (folder / KEY).exists():
        return False
    Workspace(folder).make_key()
    return True


def _refuse_existing(folder: Path) -> None:
    # The settings are written last: with them the workspace is complete.
    if (folder / FILE).exists():
        raise GoujiError(f"“{folder}”已经是工作文件夹，没有改动。新的年度请用新的文件夹。")
