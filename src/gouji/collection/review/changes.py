"""What has changed since it was last recorded: another submission came into force, or a state is another one.

Nothing else would notice a switch that no file and no decision has caused: a program of another version, a changed
roster, a repaired rule. So what is in force is recorded whenever it is told, and compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from gouji.collection.ledger.amended import latest_cells
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import StateRecord
from gouji.collection.review.amended_figures import lapsed_words
from gouji.collection.review.differences import Differences, differences
from gouji.collection.review.in_force import STATE_WORDS, Progress, State, UnitProgress, progress_of
from gouji.collection.workspace.folder import Workspace, now
from gouji.collection.workspace.roster import Member
from gouji.form.forms import Forms

DECIDED = "decided"
"""Why a state has changed that follows from a decision of the officer, who need not be told of it."""


class Change(msgspec.Struct, frozen=True):
    """Something about a unit that is another than before."""

    code: str
    before: StateRecord
    after: StateRecord
    old: str
    """The name of the file that was in force; empty where none was."""
    new: str
    differences: Differences = Differences()
    amended: str = ""
    """What has become of the amendments of the submissions, for people."""

    @property
    def words(self) -> str:
        """What the officer is told, without the name of the unit."""
        return "。".join(filter(None, (self._switch, self.amended)))

    @property
    def _switch(self) -> str:
        if self.before.sha256 == self.after.sha256:
            states = (STATE_WORDS.get(_state(one), one.state) for one in (self.before, self.after))
            return f"同一份重新核对，结果变了：{' → '.join(states)}"
        if not self.after.sha256:
            return f"不再采用“{self.old}”，现在没有采用的"
        if not self.before.sha256:
            return f"又采用“{self.new}”"
        differing = self.differences.words or ("没有" if self.amended else "看不出")
        return f"采用的换了：“{self.old}” → “{self.new}”，不同的有：{differing}"


def _state(record: StateRecord) -> State:
    return record.state  # type: ignore[return-value]


def record_changes(workspace: Workspace, *, decided: bool = False) -> list[Change]:
    """Record what is in force, and return what has changed since it was last recorded.

    ``decided`` says that the officer has just decided something.
    """
    with workspace.writing("登记") as ledger:
        progress = progress_of(ledger, workspace.roster)
        records = ledger.history.records()
        new = list(_new_records(records, progress, DECIDED if decided else ""))
        if new:
            with ledger.transaction():
                ledger.history.record(new)
        changes = _Changes(ledger, workspace.settings.forms)
        return [
            change
            for record in new
            for change in changes.between([*records.get(record.code, ()), record], only_last=True)
        ]


def changes_of(
    ledger: Ledger, progress: Progress, forms: Forms, only: Member | None = None
) -> dict[str, tuple[Change, ...]]:
    """Return all changes of each unit, or one, by its code, oldest first; also those that were not recorded yet."""
    records = ledger.history.records(only.code if only else None)
    for record in _new_records(records, progress, ""):
        # What was never recorded of a unit is no change.
        if record.code in records:
            records[record.code].append(record)
    changes = _Changes(ledger, forms)
    asked = [only.code] if only else list(records)
    return {code: found for code in asked if (one := records.get(code)) and (found := tuple(changes.between(one)))}


def _new_records(records: dict[str, list[StateRecord]], progress: Progress, why: str) -> Iterator[StateRecord]:
    """Yield what is to be recorded: of each unit that is not as it was recorded last."""
    for unit in progress.units:
        before = records.get(unit.member.code)
        sha256 = unit.in_force.sha256 if unit.in_force else ""
        if before is None and not unit.submissions:
            continue
        if before is None or (before[-1].sha256, before[-1].state) != (sha256, unit.state):
            yield StateRecord(unit.member.code, sha256, unit.state, now(), why or _why(unit))


def _why(unit: UnitProgress) -> str:
    return unit.in_force.reason if unit.in_force else ""


class _Changes:
    """Works out what has changed between two records of a unit."""

    def __init__(self, ledger: Ledger, forms: Forms) -> None:
        self._ledger, self._forms, self._names = ledger, forms, ledger.file_names()
        decisions = list(ledger.decisions())
        # A repair is no word of the office about a figure: what a later file has there is read by itself.
        self._amended = {
            sha256: corrected
            for sha256, made in Decided(decisions).amended.items()
            if (corrected := [one for one in made if one.kind == "amend"])
        }
        self._parts = {one.sha256: one.finding.split() for one in decisions if one.kind == "accept" and one.finding}
        """The files that were ever joined to one, by its hash."""

    def between(self, records: Sequence[StateRecord], *, only_last: bool = False) -> Iterator[Change]:
        """Yield the changes that are to be told, or those of the last record."""
        pairs = list(pairwise(records))
        for index, (before, after) in enumerate(pairs):
            if only_last and index < len(pairs) - 1:
                continue
            if not before.sha256 and after.sha256:
                # What was in force before nothing was is what has been displaced.
                former = next((one for one in reversed(records[: index + 1]) if one.sha256), before)
                if not former.sha256:
                    continue
                before = before if former.sha256 == after.sha256 else former
            change = self._change(before, after)
            if change:
                yield change

    def _change(self, before: StateRecord, after: StateRecord) -> Change | None:
        names = (self._names.get(before.sha256, ""), self._names.get(after.sha256, ""))
        if before.sha256 == after.sha256:
            told = before.state != after.state and after.why != DECIDED
            return Change(after.code, before, after, *names) if told else None
        amended = "。".join(self._of_amendments(before.sha256, after.sha256))
        if not after.sha256 or not before.sha256:
            return Change(after.code, before, after, *names, amended=amended)
        found = differences(self._ledger.report(before.sha256), self._ledger.report(after.sha256), self._forms)
        told = bool(found.cells or found.texts or amended)
        return Change(after.code, before, after, *names, found, amended) if told else None

    def _of_amendments(self, before: str, after: str) -> Iterator[str]:
        """Yield what has become of the amendments of the submission of before, and of the one that is in force now."""
        report = self._ledger.report(after) if after else None
        was = [made for file in (before, *self._parts.get(before, ())) for made in self._amended.get(file, ())]
        now = self._amended.get(after, ())
        if lapsed := [made for made in was if made not in now]:
            yield f"以前的更正不再起作用：{'；'.join(lapsed_words(lapsed, report))}"
        if again := [made for made in now if made not in was]:
            words = "；".join(cell.change for _, cell in latest_cells(again))
            yield f"它的更正起作用：{words}"
