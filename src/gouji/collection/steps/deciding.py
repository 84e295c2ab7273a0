"""The officer's decisions: what each one says, with what has changed by it and the number that undoes it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from gouji.collection.review import amending, decisions, extending
from gouji.collection.review.changes import record_changes
from gouji.collection.review.decisions import Answer
from gouji.collection.review.recorded import Recorded
from gouji.collection.steps.made import change_lines
from gouji.collection.steps.outcome import Line, Outcome, stopped_by
from gouji.collection.totals import decisions as on_totals
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError


def accept(workspace: Workspace, unit: str, files: Sequence[str], reason: str) -> Outcome:
    """Put a submission in force, the last one where no file is named; several files are parts of one report."""
    return _decided(workspace, decisions.accept(workspace, unit, files, reason))


def reject(workspace: Workspace, unit: str, file: str, reason: str, cells: Sequence[str] = ()) -> Outcome:
    """Let a submission no longer count; ``cells`` are the entries that the reason is about."""
    return _decided(workspace, decisions.reject(workspace, unit, file, reason, cells))


def ask(workspace: Workspace, unit: str, file: str, reason: str, cells: Sequence[str] = ()) -> Outcome:
    """Ask a unit about entries of a submission, which stays in force. Raises GoujiError where no cell is named."""
    return _decided(workspace, decisions.ask(workspace, unit, file, reason, cells))


def assign(workspace: Workspace, file: str, unit: str, reason: str) -> Outcome:
    """Say whose file it is, whatever the file itself states."""
    return _decided(workspace, decisions.assign(workspace, file, unit, reason))


def amend(workspace: Workspace, unit: str, cells: Sequence[str], reason: str, file: str = "") -> Outcome:
    """Amend figures of the submission in force, such as by telephone; ``cells`` are written as ``C5=3``."""
    done = amending.amend(workspace, unit, cells, reason, file)
    more = [Line(change, terminal=(f"  {change}",)) for change in done.cells]
    for heading, findings in (("不再有的问题", done.gone), ("新出现的问题", done.new)):
        for finding in findings:
            words = f"{heading}：{finding.message}"
            more.append(Line(words, terminal=(f"  {words}（{finding.id}）",)))
    if done.left:
        more.append(Line(f"更正以后还有{done.left}。", "look", terminal=(f"  更正以后还有{done.left}。",)))
    return _decided(workspace, done.recorded, more)


def explain(workspace: Workspace, unit: str, rule: str, text: str) -> Outcome:
    """Answer a query for a unit, or one on the totals (汇总)."""
    return _decided(workspace, on_totals.explain(workspace, unit, rule, text))


def waive(workspace: Workspace, unit: str, rule: str, text: str) -> Outcome:
    """Waive an error of a unit, or one of the totals (汇总)."""
    return _decided(workspace, on_totals.waive(workspace, unit, rule, text))


def answer_all(
    workspace: Workspace, kind: Answer, asked: Sequence[tuple[str, str]], text: str, *, watch: Watch = unwatched
) -> Outcome:
    """Answer a question of several units with the same words: units with the rules, and a decision for each.

    Raises GoujiError where the first one cannot be answered. For a later one the Outcome says so.
    """
    made: list[Recorded] = []
    lines = []
    for number, (unit, rule) in enumerate(asked, 1):
        watch(number, len(asked), unit)
        try:
            made.append((on_totals.explain if kind == "explain" else on_totals.waive)(workspace, unit, rule, text))
        except GoujiError as error:
            if not made:
                raise
            lines.append(Line(str(error), "wrong"))
        else:
            lines.append(Line(made[-1].sentence))
    return _with_changes(workspace, made, lines, unfinished=any(line.kind == "wrong" for line in lines))


def extend(workspace: Workspace, units: Sequence[str], until: datetime.date, reason: str) -> Outcome:
    """Set the deadline of some units alone, with a decision for each."""
    made = extending.extend(workspace, units, until, reason)
    lines = [Line(one.sentence) for one in made]
    publication = workspace.settings.publication
    if until > publication:
        lines.append(Line(f"注意：这个日期晚于公布期限 {publication}。"))
    return _outcome(made, lines)


def undo(workspace: Workspace, number: int, reason: str) -> Outcome:
    """Undo a decision by its number."""
    return _decided(workspace, decisions.undo(workspace, number, reason))


def dismiss(workspace: Workspace, names: Sequence[str], reason: str = "") -> Outcome:
    """Remind no more of mails and files, or of all that is open about a unit.

    Raises GoujiError where the first name fits nothing. For a later one the Outcome says so, because what was dismissed
    before it stays dismissed.
    """
    made: list[Recorded] = []
    lines = []
    for name in names:
        try:
            made.append(decisions.dismiss(workspace, name, reason))
        except GoujiError as error:
            if not made:
                raise
            lines.append(Line(str(error), "wrong"))
        else:
            lines.append(Line(made[-1].sentence))
    return _outcome(made, lines, unfinished=len(made) < len(names))


def _decided(workspace: Workspace, recorded: Recorded, more: Iterable[Line] = ()) -> Outcome:
    """Return what was decided, which submissions are in force now instead of others, and what else there is to say."""
    terminal = (recorded.on_terminal,) if recorded.command else ()
    return _with_changes(workspace, (recorded,), (Line(recorded.sentence, terminal=terminal),), more)


def _with_changes(
    workspace: Workspace,
    made: Sequence[Recorded],
    lines: Sequence[Line],
    more: Iterable[Line] = (),
    *,
    unfinished: bool = False,
) -> Outcome:
    try:
        changes = change_lines(workspace, record_changes(workspace, decided=True))
    except GoujiError as error:  # what was decided stays decided, and is told
        return _outcome(made, stopped_by(error, (*lines, *more)).lines, unfinished=True)
    return _outcome(made, (*lines, *changes, *more), unfinished=unfinished)


def _outcome(made: Sequence[Recorded], lines: Sequence[Line], *, unfinished: bool = False) -> Outcome:
    numbers = tuple(number for one in made for number in one.numbers)
    return Outcome(tuple(lines), unfinished, decision=numbers[-1] if numbers else None, decisions=numbers)
