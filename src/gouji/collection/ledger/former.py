"""Which submission was in force by the rule of gouji 0.1, for a ledger of that time: an upgrade says what it changes.

This is how it was, and nothing else uses it: a file that arrived again counted at its last arrival, the time of a file
or the clock of a sender ordered what came in one run, any text was an explanation, and a unit of which nothing could be
read was 待改正.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from gouji.collection.ledger.records import Arrival, Decision, RecordedFinding, StateRecord, Submission


def states_before(
    submissions: Iterable[Submission], arrivals: Iterable[Arrival], decisions: Iterable[Decision]
) -> list[StateRecord]:
    """Return what was in force of each unit; submissions are sorted by unit, the rest by time."""
    last: dict[str, int] = {}
    for number, arrival in enumerate(arrivals):
        last[arrival.sha256] = number
    decided = _Decided(decisions)
    records = []
    for code, group in groupby(submissions, key=lambda submission: submission.code):
        if code:
            in_order = sorted(group, key=lambda submission: last[submission.sha256])
            records.append(_record(code, in_order, decided))
    return records


class _Decided:
    """The decisions that held."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        made = list(decisions)
        undone = {decision.target for decision in made if decision.kind == "undo"}
        self.rejected: set[str] = set()
        self.accepted: dict[str, str] = {}
        self.answered: set[tuple[str, str, str]] = set()
        for decision in made:
            if decision.id in undone:
                continue
            if decision.kind == "reject":
                self.rejected.add(decision.sha256)
                self.accepted = {code: sha256 for code, sha256 in self.accepted.items() if sha256 != decision.sha256}
            elif decision.kind == "accept":
                self.accepted[decision.code] = decision.sha256
                self.rejected.discard(decision.sha256)
            elif decision.kind in ("explain", "waive"):
                self.answered.add((decision.code, decision.finding, decision.fingerprint))


def _record(code: str, submissions: Sequence[Submission], decided: _Decided) -> StateRecord:
    explanations = _Explanations()
    in_force: tuple[str, str] | None = None  # its hash, and the state that it gave the unit
    for submission in submissions:
        state = _state(code, submission, explanations, decided)
        if submission.sha256 in decided.rejected or submission.verdict == "unreadable":
            continue
        accepted = decided.accepted.get(code)
        if (
            in_force is None
            or submission.sha256 == accepted
            or (in_force[0] != accepted and (state == "done" or in_force[1] != "done"))
        ):
            in_force = submission.sha256, state
    if in_force is None:
        return StateRecord(code, "", "wrong")
    return StateRecord(code, *in_force)


def _state(code: str, submission: Submission, explanations: _Explanations, decided: _Decided) -> str:
    opened = set()
    for recorded in submission.findings:
        finding = recorded.finding
        theirs = explanations.answer(recorded) if finding.severity == "query" else False
        ours = any((code, finding.id, fingerprint) in decided.answered for fingerprint in recorded.fingerprints)
        if not ours and not theirs and finding.echo_of is None:
            opened.add(finding.severity)
    return "wrong" if "error" in opened else "asked" if "query" in opened else "done"


class _Explanations:
    """What the unit had explained so far."""

    def __init__(self) -> None:
        self._holding: set[tuple[str, str]] = set()
        self._last: dict[str, tuple[str, tuple[str, ...]]] = {}

    def answer(self, recorded: RecordedFinding) -> bool:
        finding_id, text = recorded.finding.id, recorded.explanation
        last_text, before = self._last.get(finding_id, ("", ()))
        stale = bool(text) and text == last_text and set(before).isdisjoint(recorded.fingerprints)
        if text:
            self._last[finding_id] = (text, recorded.fingerprints)
        if text and not stale:
            self._holding.update((finding_id, fingerprint) for fingerprint in recorded.fingerprints)
        return any((finding_id, fingerprint) in self._holding for fingerprint in recorded.fingerprints)
