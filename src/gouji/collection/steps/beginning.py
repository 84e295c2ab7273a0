"""How a year begins: a new workspace, one that continues last year's, and the reports of last year."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gouji.collection.mail.trial import try_mailbox
from gouji.collection.outgoing import new_year
from gouji.collection.steps.made import problem_lines
from gouji.collection.steps.outcome import Line, Outcome, several
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear, keep_reports
from gouji.collection.workspace.mailbox import TEMPLATE, Mailbox
from gouji.collection.workspace.names import LAST_YEAR
from gouji.collection.workspace.proposed_roster import Proposal
from gouji.collection.workspace.settings import FILE, Settings, write_mailbox_settings
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.jobs.batch import files_in
from gouji.runtime.errors import GoujiError


class Begun(msgspec.Struct, frozen=True):
    """A new workspace."""

    workspace: Workspace
    outcome: Outcome
    proposal: Proposal | None = None
    """The roster that was drafted from the office's own list of units, if there was one."""


def begin(
    folder: Path,
    chosen: Settings,
    *,
    edition: Path | None = None,
    contacts: Path | None = None,
    mailbox: str = TEMPLATE,
) -> Begun:
    """Make the workspace of a year.

    ``edition`` is the file of the office's own form, ``contacts`` its own list of units, from which the roster is
    drafted. ``mailbox`` is the part of the settings about the mailbox, as
    :func:`gouji.collection.workspace.mailbox.table_text` writes it. Raises GoujiError as
    :func:`gouji.collection.outgoing.new_year.begin` does.
    """
    made, proposal = new_year.begin(folder, chosen, edition, contacts, mailbox)
    lines = (*_begun_lines(made.workspace), *(_proposal_lines(proposal) if proposal else ()))
    return Begun(made.workspace, Outcome(lines), proposal)


def begin_after(folder: Path, last: Workspace, settings: Settings, edition: Path | None = None) -> Begun:
    """Make the workspace of the year after another; ``settings`` are the new ones.

    See :func:`gouji.collection.outgoing.new_year.settings_after`, and ``begin_after`` there for what it raises.
    """
    made = new_year.begin_after(folder, last, settings, edition)
    without = tuple(f"上年没有通过，没有接过来：{member.name}（{member.code}）" for member in made.without)
    return Begun(
        made.workspace,
        Outcome(
            (
                *_begun_lines(made.workspace),
                Line(f"接过来上年的报告 {made.kept} 份。"),
                *several(without, f"这样的单位共 {len(without)} 个。", "look"),
            )
        ),
    )


def make_lost_key(folder: Path) -> Outcome | None:
    """Write a new key where a finished workspace has lost its own; return None where that is not so."""
    if not new_year.make_lost_key(folder):
        return None
    return Outcome((Line(f"“{folder}”已经是工作文件夹，没有签发密钥：已生成新的密钥，别的没有改动。", "look"),))


def set_mailbox(workspace: Workspace, table: str) -> Outcome:
    """Write the mailbox into the settings; see :func:`gouji.collection.workspace.mailbox.with_mailbox`."""
    with workspace.locked("改邮箱的设置"):
        write_mailbox_settings(workspace.folder / FILE, table)
    return Outcome((Line(f"邮箱写进了“{FILE}”。"),))


def try_the_mailbox(mailbox: Mailbox, password: str) -> Outcome:
    """Log in to the servers of a mailbox and out again; raises GoujiError that names what does not succeed."""
    return Outcome(tuple(Line(words) for words in try_mailbox(mailbox, password)))


def last_year(workspace: Workspace, files: Sequence[Path], *, watch: Watch = unwatched) -> Outcome:
    """Keep the reports in files and folders as last year's."""
    kept: set[str] = set()
    problems = []
    before = LastYear(workspace.folder / LAST_YEAR, workspace.settings.forms)
    with workspace.locked("导入上年的报告"):
        paths = files_in(files)
        with contextlib.closing(keep_reports(paths, workspace.roster, before)) as keeping:
            for number, (path, outcome) in enumerate(keeping, 1):
                watch(number, len(paths), path.name)
                if isinstance(outcome, GoujiError):
                    problems.append((str(path), str(outcome)))
                else:
                    kept.add(outcome.code or outcome.name)
    return Outcome((Line(f"已导入上年的报告 {len(kept)} 份。"), *problem_lines(problems)), unfinished=bool(problems))


def _begun_lines(workspace: Workspace) -> tuple[Line, ...]:
    settings = workspace.settings
    lines = [Line(f"已新建 {settings.year} 年度的工作文件夹：{workspace.folder}")]
    if settings.supplementary:
        name = settings.supplementary.name
        lines.append(Line(f"用自定格式“{name}”，文件在工作文件夹里：{settings.own_form}"))
    return tuple(lines)


def _proposal_lines(proposal: Proposal) -> tuple[Line, ...]:
    lines = [Line(f"照“{proposal.source}”拟了名册：", more=tuple(f"  {line}" for line in proposal.understood))]
    if proposal.doubts:
        lines.append(
            Line(
                "请核对（行号是原来那份表里的；名册的“请核对”页里都有）：",
                "look",
                tuple(f"  {doubt}" for doubt in proposal.doubts),
                f"  这样的共 {len(proposal.doubts)} 条。",
            )
        )
    return tuple(lines)
