"""An officer's own correction of figures, such as one that a unit has told by telephone.

It is about the submission in force, and it is kept beside the file, which stays as it is. The submission is examined
again with the amended figures, so checks, reports and totals follow.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gouji.collection.intake.tasks import examiner_of, task_of
from gouji.collection.ledger.amended import AmendedCell, written
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.again import examine_again
from gouji.collection.review.decisions import KINDS, decide, needed, submission_of
from gouji.collection.review.in_force import JudgedFinding, JudgedSubmission, judged_submissions
from gouji.collection.review.named_cells import entries_named
from gouji.collection.review.objections import Entry
from gouji.collection.review.recorded import Recorded
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding, plain
from gouji.form.values import Number
from gouji.report.amendments import Amendment, before_words
from gouji.report.joining import part_of
from gouji.report.model import Report, from_json
from gouji.report.reading import Reading
from gouji.report.typed_numbers import meant
from gouji.runtime.errors import GoujiError

_NAMED = 4
"""The parts of a total that a sentence names."""

Judged = tuple[JudgedSubmission, tuple[JudgedFinding, ...]]


class AmendedUnit(msgspec.Struct, frozen=True):
    """The result of an amendment."""

    recorded: Recorded
    cells: tuple[str, ...]
    """What was changed in each cell."""
    gone: tuple[Finding, ...]
    """What was open before and is not any more."""
    new: tuple[Finding, ...]
    """What is open now and was not before."""
    left: str
    """How much is still open, for people; empty where nothing is."""


def amend(workspace: Workspace, unit: str, wanted: Sequence[str], reason: str, file: str = "") -> AmendedUnit:
    """Amend figures of the submission in force of a unit; ``wanted`` are cells and numbers, such as ``C5=3``.

    ``file`` names the submission that is meant, to be sure that it is the one in force. Raises GoujiError where it is
    not, where it is not clear which cell is meant, where a value is not a number or already stands there, and for a
    total that is added up.
    """
    member = workspace.roster.find(unit)
    with workspace.writing(KINDS["amend"]) as ledger:
        submission, before = _in_force(ledger, member, file)
        examiner, task = examiner_of(workspace), task_of(ledger, submission.sha256)
        # Interrupted before the file was examined again, the same command is the same decision, and does the rest.
        recorded = from_json(ledger.report(submission.sha256) or b"", forms=workspace.settings.forms)
        amending = _Amending(examiner.received(task), recorded, task.hints.amended)
        for one in wanted:
            amending.add(one)
        cells = list(amending.cells.values())
        origins = examiner.origins(task)
        files = [origins.get(part_of(cell.ref), submission.sha256) for cell in cells]
        names = {**ledger.file_names(), submission.sha256: submission.name}
        # Each amendment is about the file that has the figure: it holds with whatever that file is joined.
        numbers = [
            decide(
                ledger,
                "amend",
                member.code,
                file,
                finding=written(cell for cell, its in zip(cells, files, strict=True) if its == file),
                reason=needed(reason),
            )
            for file in dict.fromkeys(files)
        ]
    examine_again(workspace)
    with workspace.ledger() as ledger:
        submission, after = next(
            pair for pair in judged_submissions(ledger, member.code) if pair[0].sha256 == submission.sha256
        )
    of = "”“".join(names[file] for file in dict.fromkeys(files))
    was, now = (_open(findings) for findings in (before, after))
    return AmendedUnit(
        Recorded(tuple(numbers), f"更正了{member.name}“{of}”的 {len(cells)} 格，报来的文件没有改动。"),
        tuple(amending.changes),
        tuple(finding for id, finding in was.items() if id not in now),
        tuple(finding for id, finding in now.items() if id not in was),
        submission.left,
    )


def _in_force(ledger: Ledger, member: Member, file: str) -> Judged:
    judged = judged_submissions(ledger, member.code)
    in_force = next((pair for pair in judged if pair[0].role == "in_force"), None)
    if judged and in_force is None:
        raise GoujiError(f"{member.name}报送的没有一份可以采用，没有可以更正的。")
    named = submission_of(ledger, member, file) if file or in_force is None else in_force[0]
    if in_force is None or named.sha256 != in_force[0].sha256:
        adopted = f"，采用的是“{in_force[0].name}”" if in_force else ""
        raise GoujiError(f"“{named.name}”没有采用{adopted}。只能更正采用的一份；要采用它，请先用 gouji accept。")
    return in_force


def _open(findings: Sequence[JudgedFinding]) -> dict[str, Finding]:
    return {judged.finding.id: judged.finding for judged in findings if judged.open}


# ---------------------------------------------------------------- the cells and their values


class _Amending:
    """The cells of one command, one after another."""

    def __init__(self, received: Reading, now: Report, before: Sequence[Amendment]) -> None:
        """``received`` is what is in the file, ``now`` its report with the amendments of ``before``."""
        self._received, self._now, self._before = received, now, before
        self.cells: dict[str, AmendedCell] = {}
        self.changes: list[str] = []

    def add(self, wanted: str) -> None:
        """Add a cell with its number, such as ``C5=3``."""
        name, sign, typed = wanted.replace("＝", "=").rpartition("=")
        if not sign or not name.strip():
            raise GoujiError(f"“{wanted}”没有写清楚：请写 格子=数字，如 三、依申请公开!D8=5。")
        (entry,) = entries_named(self._received, [name], "", only_figures=True)
        if entry.key in self.cells:
            raise GoujiError(f"{entry.place} 写了两次，请只写一次。")
        if self._received.computed_totals and entry.key in self._now.form.totals:
            raise GoujiError(_is_a_total(self._received, entry))
        value = _number(self._now, entry, typed.strip())
        self._require_a_change(entry, value)
        in_file = before_words(self._received.report, entry.key)
        self.cells[entry.key] = AmendedCell(entry.key, entry.place, entry.words, in_file, plain(value))
        self.changes.append(f"{entry.place} {before_words(self._now, entry.key)} → {plain(value)}（{entry.words}）")

    def _require_a_change(self, entry: Entry, value: Number) -> None:
        if self._now.figures.get(entry.key) == value and entry.key not in self._now.unread:
            raise GoujiError(f"{_named(entry)}已经是 {plain(value)}，没有要更正的。")
        made = [one.number for one in self._before if one.ref == entry.key]
        if made and self._received.report.figures.get(entry.key) == value:
            raise GoujiError(f"{_named(entry)}报来的就是 {plain(value)}，请撤销以前的更正：gouji undo {made[-1]}。")


def _named(entry: Entry) -> str:
    return f"{entry.words}（{entry.place}）"


def _is_a_total(reading: Reading, entry: Entry) -> str:
    parts = reading.report.form.totals[entry.key]
    places = [reading.places[part] for part in parts if part in reading.places]
    more = f" 等 {len(places)} 格" if len(places) > _NAMED else ""
    return f"{_named(entry)}是自动合计的，不能更正。请更正它的分项：{'、'.join(places[:_NAMED])}{more}。"


def _number(report: Report, entry: Entry, typed: str) -> Number:
    """Return the number that was typed, as people type numbers.

    Raises GoujiError where it is not one number that the cell may hold.
    """
    cell = report.form.cells[entry.key]
    read = meant(typed, cell.kind, cell.column.unit) if typed else None
    if read and read.certain and read.value is not None:
        return read.value
    why = f"（{read.why.removeprefix('存成了文字格式，而且')}）" if read and typed else ""
    raise GoujiError(f"{_named(entry)}要写一个数字，“{typed}”{why}不能用。没有的写 0。")
