"""Which submission of a unit is in force, and how far the unit is: worked out from the ledger, never stored.

The rule goes through a unit's submissions in the order in which they arrived:

1. A submission that the officer has rejected does not count. One that the officer has accepted is in force until
   another one is accepted.
2. A file that cannot be read never supersedes one that can.
3. A submission that passes is not superseded by one that does not.
4. Otherwise the later one is in force.

"Later" is by run of ``collect``, then by the time of the mail or the file, then by name (:meth:`Ledger.arrivals`).
A file that arrives again counts at its last arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival, RecordedFinding, Submission
from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.explanations import says_something
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES

State = Literal["missing", "wrong", "asked", "done"]

STATE_WORDS: dict[State, str] = {"missing": "未交", "wrong": "待改正", "asked": "待说明", "done": "通过"}
"""What each state of a unit is called, most work left first."""

Role = Literal["in_force", "superseded", "worse", "rejected", "unreadable"]
"""What has become of a submission; ``worse`` arrived later and was not taken, because an earlier one passes."""

ROLE_WORDS: dict[Role, str] = {
    "in_force": "采用",
    "superseded": "已被后来的代替",
    "worse": "没有代替先前的一份",
    "rejected": "不采用（人工决定）",
    "unreadable": "读不出来",
}


class JudgedFinding(msgspec.Struct, frozen=True):
    """A finding on a submission, with the answer to it."""

    finding: Finding
    fingerprint: str
    answer: str = ""
    """The explanation, or the reason for the waiver, that holds; empty while the finding is open."""
    by: Literal["", "unit", "office"] = ""
    lapsed: str = ""
    """An explanation that was given for other figures and no longer holds."""
    empty: str = ""
    """What the unit wrote instead of an explanation, such as 无: it explains nothing."""
    lapsed_by: Literal["", "unit", "office"] = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to act on it."""
        return not self.answer and self.finding.severity != "note" and self.finding.echo_of is None


class JudgedSubmission(msgspec.Struct, frozen=True):
    """A submission of a unit, how it last arrived, and whether it counts."""

    sha256: str
    code: str
    """The unit's code; empty where the unit is not known."""
    source: str
    sent: str
    verdict: str
    role: Role
    errors: int
    """Findings that must be corrected and are not waived."""
    queries: int
    """Findings that must be explained and are not explained yet."""
    waived: int = 0
    explained: int = 0
    for_office: int = 0
    """Of the errors and queries, those that only the office can answer."""

    @property
    def for_unit(self) -> int:
        """The errors and queries about which the unit itself can do something."""
        return self.errors + self.queries - self.for_office

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.source.rpartition("/")[2]


class UnitProgress(msgspec.Struct, frozen=True):
    """How far one unit is."""

    member: Member
    state: State
    submissions: tuple[JudgedSubmission, ...] = ()
    """All submissions of the unit, in the order of arrival."""

    @property
    def in_force(self) -> JudgedSubmission | None:
        """The submission that counts, if any."""
        return next((submission for submission in self.submissions if submission.role == "in_force"), None)

    @property
    def latest(self) -> JudgedSubmission | None:
        """The submission that the state is about: the one in force, else the last that arrived."""
        return self.in_force or (self.submissions[-1] if self.submissions else None)

    @property
    def to_correct(self) -> tuple[JudgedSubmission, ...]:
        """What the unit itself has to do something about; nothing where only the office is asked."""
        latest = self.latest
        if latest is None or self.state == "done" or (latest.role == "in_force" and not latest.for_unit):
            return ()
        return (latest,)

    @property
    def waits_for_a_decision(self) -> bool:
        """Whether a submission arrived after the one in force and did not supersede it."""
        roles = [submission.role for submission in self.submissions]
        return "in_force" in roles and "worse" in roles[roles.index("in_force") :]


class Progress(msgspec.Struct, frozen=True):
    """How far all units of a collection are."""

    units: tuple[UnitProgress, ...]
    """The units that have to report, in the order of the roster."""
    unknown: tuple[JudgedSubmission, ...] = ()
    """Submissions that belong to no unit that has to report, in the order of arrival."""

    def count(self, state: State) -> int:
        """Return how many units are in a state."""
        return sum(unit.state == state for unit in self.units)

    def of(self, member: Member) -> UnitProgress:
        """Return how far one unit is."""
        found = next((unit for unit in self.units if unit.member.code == member.code), None)
        return found or UnitProgress(member, "missing")


def progress_of(ledger: Ledger, roster: Roster) -> Progress:
    """Work out how far all units are."""
    arrivals = last_arrivals(ledger)
    order = {sha256: number for number, sha256 in enumerate(arrivals)}
    decided = Decided(ledger.decisions())
    active = {member.code: member for member in roster.active}
    units: dict[str, UnitProgress] = {}
    unknown: list[JudgedSubmission] = []
    for code, group in groupby(ledger.submissions(), key=lambda submission: submission.code):
        in_order = sorted(group, key=lambda submission: order[submission.sha256])
        submissions = tuple(submission for submission, _ in judged(in_order, arrivals, decided))
        if code in active:
            units[code] = UnitProgress(active[code], _state(submissions), submissions)
        else:
            unknown += submissions
    return Progress(
        units=tuple(units.get(code, UnitProgress(member, "missing")) for code, member in active.items()),
        unknown=tuple(sorted(unknown, key=lambda submission: order[submission.sha256])),
    )


def judged_submissions(
    ledger: Ledger, code: str, decided: Decided | None = None
) -> list[tuple[JudgedSubmission, tuple[JudgedFinding, ...]]]:
    """Return all submissions of one unit with their findings, in the order of arrival."""
    submissions = {submission.sha256: submission for submission in ledger.submissions(code)}
    arrivals = _last(ledger.arrivals(code=code))
    return judged([submissions[sha256] for sha256 in arrivals], arrivals, decided or Decided(ledger.decisions()))


def last_arrivals(ledger: Ledger) -> dict[str, Arrival]:
    """Return how each file last arrived, by its hash, in that order: a unit that sends a file again means it."""
    return _last(ledger.arrivals())


def _last(arrivals: Iterable[Arrival]) -> dict[str, Arrival]:
    last: dict[str, Arrival] = {}
    for arrival in arrivals:
        # A key that is set again would keep its old place: take it out first.
        last.pop(arrival.sha256, None)
        last[arrival.sha256] = arrival
    return last


class _Explanations:
    """The explanations a unit has given in its submissions so far: they hold as long as the figures are the same."""

    def __init__(self) -> None:
        self._holding: dict[tuple[str, str], str] = {}
        self._last: dict[str, tuple[str, tuple[str, ...]]] = {}

    def add(self, recorded: RecordedFinding, *, void: bool) -> tuple[str, str]:
        """Return the unit's explanation of a finding that holds, and one that was given for other figures.

        ``void`` is an explanation in a submission that was rejected: it holds neither there nor later. A text that is
        repeated unchanged while the figures have changed does not explain the new figures, unless the unit keeps it
        after it was asked again.
        """
        finding_id, text = recorded.finding.id, said_by_the_unit(recorded)
        last_text, before = self._last.get(finding_id, ("", ()))
        same_figures = not set(before).isdisjoint(recorded.fingerprints)
        stale = bool(text) and text == last_text and not same_figures
        if text:
            self._last[finding_id] = (text, recorded.fingerprints)
        if text and not stale and not void:
            self._holding[finding_id, recorded.fingerprint] = text
        holds = self._holding.get((finding_id, recorded.fingerprint), "")
        return holds, last_text if not holds and last_text and not same_figures else ""


def said_by_the_unit(recorded: RecordedFinding) -> str:
    """Return the explanation that came with a finding, if it says something."""
    return recorded.explanation if says_something(recorded.explanation, recorded.finding) else ""


def judged(
    submissions: Sequence[Submission], arrivals: Mapping[str, Arrival], decided: Decided
) -> list[tuple[JudgedSubmission, tuple[JudgedFinding, ...]]]:
    """Judge the submissions of one unit, given in the order of arrival: the role of each, and its findings."""
    explanations = _Explanations()
    findings = [
        tuple(
            _judged_finding(submission, arrivals[submission.sha256].run, recorded, explanations, decided)
            for recorded in submission.findings
        )
        for submission in submissions
    ]
    roles = _roles(submissions, findings, decided)
    return [
        (_judged_submission(submission, arrivals[submission.sha256], role, its_findings), its_findings)
        for submission, role, its_findings in zip(submissions, roles, findings, strict=True)
    ]


def _judged_finding(
    submission: Submission, run: int, recorded: RecordedFinding, explanations: _Explanations, decided: Decided
) -> JudgedFinding:
    theirs = theirs_lapsed = ""
    if recorded.finding.severity == "query":
        theirs, theirs_lapsed = explanations.add(recorded, void=submission.sha256 in decided.rejected)
    ours, ours_lapsed = decided.answer(submission.code, recorded, submission.sha256, run)
    answer = ours or theirs
    return JudgedFinding(
        recorded.finding,
        recorded.fingerprint,
        answer=answer,
        by="office" if ours else "unit" if theirs else "",
        lapsed="" if answer else ours_lapsed or theirs_lapsed,
        lapsed_by="" if answer else "office" if ours_lapsed else "unit" if theirs_lapsed else "",
        empty="" if answer or said_by_the_unit(recorded) else recorded.explanation,
    )


def _roles(
    submissions: Sequence[Submission], findings: Sequence[tuple[JudgedFinding, ...]], decided: Decided
) -> list[Role]:
    roles: list[Role] = []
    in_force: int | None = None  # the number of the submission that is in force so far
    accepted = next((decided.accepted.get(submission.code) for submission in submissions), None)
    passing = [not any(judged.open for judged in its_findings) for its_findings in findings]
    for number, submission in enumerate(submissions):
        if submission.sha256 in decided.rejected:
            roles.append("rejected")
        elif submission.verdict == "unreadable":
            roles.append("unreadable")
        elif in_force is None or _supersedes(
            submission, submissions[in_force], accepted, passing[number], passing[in_force]
        ):
            if in_force is not None:
                roles[in_force] = "superseded"
            roles.append("in_force")
            in_force = number
        else:
            roles.append("worse")
    return roles


def _supersedes(new: Submission, old: Submission, accepted: str | None, new_passes: bool, old_passes: bool) -> bool:
    if accepted in (new.sha256, old.sha256):
        return accepted == new.sha256
    return new_passes or not old_passes


def _judged_submission(
    submission: Submission, arrival: Arrival, role: Role, findings: tuple[JudgedFinding, ...]
) -> JudgedSubmission:
    def count(severity: str, *, open: bool) -> int:
        return sum(
            judged.finding.severity == severity and judged.finding.echo_of is None and judged.open == open
            for judged in findings
        )

    return JudgedSubmission(
        sha256=submission.sha256,
        code=submission.code,
        source=arrival.source,
        sent=arrival.sent,
        verdict=submission.verdict,
        role=role,
        errors=count("error", open=True),
        queries=count("query", open=True),
        waived=count("error", open=False),
        explained=count("query", open=False),
        for_office=sum(judged.open and RULES[judged.finding.rule].for_office for judged in findings),
    )


def _state(submissions: Sequence[JudgedSubmission]) -> State:
    in_force = next((submission for submission in submissions if submission.role == "in_force"), None)
    if in_force is None:
        return "wrong" if submissions else "missing"
    return "wrong" if in_force.errors else "asked" if in_force.queries else "done"
