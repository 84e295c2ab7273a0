"""Adding the units up: the workbook, the office's own report and the working papers, and what is said of the totals."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from gouji.collection.review.before_summing import note_lines
from gouji.collection.steps.outcome import HIDDEN, Line, Outcome
from gouji.collection.totals.totals import Totals, totals_of
from gouji.collection.totals.workbooks import state_words, write_report, write_summary
from gouji.collection.totals.working_papers import write_working_papers
from gouji.collection.workspace.folder import Workspace
from gouji.findings.rules import SEVERITY_WORDS


class AddedUp(Outcome, frozen=True, kw_only=True):
    """What was written, with the totals themselves."""

    totals: Totals


def add_up(
    workspace: Workspace,
    *,
    of: str = "",
    own: bool = False,
    issued: Path | None = None,
    papers: bool = False,
    partial: bool = False,
    today: datetime.date,
) -> AddedUp:
    """Add up the units that are done and write the workbook.

    ``of`` names a unit, which is added up with those below it. ``own`` also writes the office's own report, on the form
    ``issued`` if there is one; ``papers`` the working papers. Unfinished where the totals have errors, or a unit is
    missing and ``partial`` does not say that this is known.
    """
    totals = totals_of(workspace, of)
    written = [write_summary(workspace, totals)]
    if own:
        written.append(write_report(workspace, totals, issued))
    if papers:
        written.append(write_working_papers(workspace, totals, today))
    files = tuple(path.relative_to(workspace.folder).as_posix() for path in written)
    return AddedUp(
        lines=(*_lines(totals), *(Line(f"已生成：{file}") for file in files)),
        unfinished=bool(totals.open_errors or (totals.absent and not partial)),
        files=files,
        totals=totals,
    )


def _lines(totals: Totals) -> Iterator[Line]:
    yield Line(state_words(totals), "done" if totals.complete else "look")
    absent = [f"  缺  {one.member.code}  {one.member.name}：{one.state}" for one in totals.absent]
    if absent:
        yield Line("", "look", tuple(absent), f"  缺的共 {len(absent)} 个，见“名单”页。")
    yield from _finding_lines(totals)
    yield from _note_lines(totals)
    answered = sum(1 for raised in totals.findings if raised.answer)
    if answered:
        yield Line(f"  汇总的问题已说明或者放行的有 {answered} 处。")


def _finding_lines(totals: Totals) -> Iterator[Line]:
    """Yield what is open on the totals, apart from the units that are missing; a terminal also names each finding."""
    lacking = {absent.finding.id for absent in totals.absent}
    found = [raised.finding for raised in totals.findings if raised.open and raised.finding.id not in lacking]
    if not found:
        return
    words = [f"[{SEVERITY_WORDS[finding.severity]}] {finding.message}" for finding in found]
    yield Line(
        "",
        "look",
        tuple(words),
        f"  问题共 {len(found)} 处，见“问题”页。",
        tuple(f"  {number}. {words[number - 1]}（{finding.id}）" for number, finding in enumerate(found, 1)),
    )


def _note_lines(totals: Totals) -> Iterator[Line]:
    """Yield the notes on the units, the same note of several units once."""
    notes = note_lines(totals.notes)
    if notes:
        yield Line(
            f"  各单位的提示 {len(notes)} 条，相加以前请看一遍：",
            "look",
            tuple(f"    {units}：{message}" for units, message in notes),
            f"    还有 {HIDDEN} 条，见“问题”页。",
        )
