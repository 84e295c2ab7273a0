"""How far each unit is, and by which of its submissions: worked out from the ledger, never stored.

The rule stands in :mod:`gouji.collection.review.choosing`; here it meets the findings and the answers to them. Every
command that uses a unit's figures reads what is worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import RecordedFinding, Submission
from gouji.collection.review.arrived import Came, Moment, came_of
from gouji.collection.review.choosing import Candidate, Choice, Content, Reason, Role, choose
from gouji.collection.review.objections import OBJECTION, objections_to
from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.explanations import says_something
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, in_few_words

State = Literal["missing", "wrong", "asked", "done"]

STATE_WORDS: dict[State, str] = {"missing": "未交", "wrong": "待改正", "asked": "待说明", "done": "通过"}
"""What each state of a unit is called, most work left first."""

ROLE_WORDS: dict[Role, str] = {
    "in_force": "采用",
    "part": "与采用的合成一份",
    "superseded": "已被后来的代替",
    "worse": "没有采用",
    "unordered": "分不清先后，请您定",
    "rejected": "不采用（人工决定）",
    "unreadable": "读不出来",
}
"""What has become of a submission."""

UNSIGNED = frozenset({"identity.unsigned", "identity.signature", "identity.document"})
"""The findings that say that a submission is not signed by the office."""


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
    by_rejection: bool = False
    """Whether it is open only because the officer has rejected the submission: an objection, or a void explanation."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to act on it."""
        return not self.answer and self.finding.severity != "note" and self.finding.echo_of is None


class JudgedSubmission(msgspec.Struct, frozen=True):
    """A submission of a unit, how it first arrived, and whether it counts."""

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
    moment: Moment = Moment(0)
    """When it came."""
    reason: Reason = ""
    """Why it is in force, or why it was not taken."""
    waits: bool = False
    """Whether it was not taken though it may have come later: the officer has to look at it."""
    for_office: int = 0
    """Of the errors and queries, those that only the office can answer."""
    wrong: str = ""
    """What is open in it, in a few words; the errors first."""

    @property
    def for_unit(self) -> int:
        """The errors and queries about which the unit itself can do something."""
        return self.errors + self.queries - self.for_office

    @property
    def left(self) -> str:
        """What is still open in it, for people."""
        return _in_words(("必须改正", self.errors), ("请核实", self.queries))

    @property
    def counts(self) -> str:
        """What is open in it and what was answered, for people; nothing for a file of which nothing could be read."""
        if self.verdict == "unreadable":
            return ""
        return "，".join(filter(None, (self.left, _in_words(("已放行", self.waived), ("已说明", self.explained)))))

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.source.rpartition("/")[2]

    @property
    def failed_beside_another(self) -> bool:
        """Whether it was not taken because of what is wrong in it, which its unit can put right."""
        return self.waits and (self.role == "unreadable" or (self.reason == "fails" and self.for_unit > 0))


def _in_words(*counts: tuple[str, int]) -> str:
    return "，".join(f"{word} {number} 处" for word, number in counts if number)


class UnitProgress(msgspec.Struct, frozen=True):
    """How far one unit is."""

    member: Member
    state: State
    submissions: tuple[JudgedSubmission, ...] = ()
    """All submissions of the unit, in the order of arrival."""
    repeated: tuple[str, ...] = ()
    """The hashes of displaced and rejected submissions that the unit has sent once more: the officer is asked."""

    @property
    def in_force(self) -> JudgedSubmission | None:
        """The submission that counts, if any."""
        return next((submission for submission in self.submissions if submission.role == "in_force"), None)

    @property
    def latest(self) -> JudgedSubmission | None:
        """The submission that the state is about: the one in force, else the last that arrived."""
        return self.in_force or (self.submissions[-1] if self.submissions else None)

    @property
    def unordered(self) -> tuple[JudgedSubmission, ...]:
        """Submissions of which the officer has to say which one counts."""
        return tuple(submission for submission in self.submissions if submission.role == "unordered")

    @property
    def not_taken(self) -> tuple[JudgedSubmission, ...]:
        """What has come, was not taken, and waits for the officer."""
        return tuple(submission for submission in self.submissions if submission.waits)

    @property
    def to_correct(self) -> tuple[JudgedSubmission, ...]:
        """What the unit itself has to do something about: the one in force, and those that failed beside it.

        Nothing where only the office is asked.
        """
        if self.in_force is None and not self.unordered:
            return self.submissions[-1:]
        open_in_force = (self.in_force,) if self.in_force and self.in_force.for_unit else ()
        return open_in_force + tuple(one for one in self.submissions if one.failed_beside_another)

    @property
    def waits_for_a_decision(self) -> bool:
        """Whether the officer has to say which submission counts."""
        return bool(self.unordered or self.repeated or (self.in_force and self.not_taken))


class Progress(msgspec.Struct, frozen=True):
    """How far all units of a collection are."""

    units: tuple[UnitProgress, ...]
    """The units that have to report, in the order of the roster."""
    unknown: tuple[JudgedSubmission, ...] = ()
    """Submissions that belong to no unit that has to report and were not dismissed, in the order of arrival."""

    def count(self, state: State) -> int:
        """Return how many units are in a state."""
        return sum(unit.state == state for unit in self.units)

    def of(self, member: Member) -> UnitProgress:
        """Return how far one unit is."""
        found = next((unit for unit in self.units if unit.member.code == member.code), None)
        return found or UnitProgress(member, "missing")


def progress_of(ledger: Ledger, roster: Roster) -> Progress:
    """Work out how far all units are."""
    came, decided = came_of(ledger), Decided(ledger.decisions())
    active = {member.code: member for member in roster.active}
    units: dict[str, UnitProgress] = {}
    unknown: list[JudgedSubmission] = []
    for code, group in groupby(ledger.submissions(), key=lambda submission: submission.code):
        judged = _judged(ledger, group, came, decided)
        if code in active:
            units[code] = judged.progress(active[code])
        else:
            unknown += [one for one, _ in judged.submissions if one.sha256 not in decided.dismissed]
    return Progress(
        units=tuple(units.get(code, UnitProgress(member, "missing")) for code, member in active.items()),
        unknown=tuple(sorted(unknown, key=lambda submission: came[submission.sha256].sort_key)),
    )


JudgedSubmissions = list[tuple[JudgedSubmission, tuple[JudgedFinding, ...]]]
"""All submissions of one unit with their findings, in the order of arrival."""
JudgedUnit = tuple[UnitProgress, JudgedSubmissions]


def judged_submissions(ledger: Ledger, code: str, decided: Decided | None = None) -> JudgedSubmissions:
    """Return the submissions of one unit; no other unit is looked at."""
    return _of_unit(ledger, code, decided).submissions


def judged_unit(ledger: Ledger, member: Member, decided: Decided | None = None) -> JudgedUnit:
    """Return how far one unit is, and its submissions; no other unit is looked at."""
    judged = _of_unit(ledger, member.code, decided)
    return judged.progress(member), judged.submissions


def judged_with(ledger: Ledger, roster: Roster, wanted: Callable[[Finding], bool]) -> Iterator[JudgedUnit]:
    """Yield the units with a submission on which there is a wanted finding; the others are not judged."""
    came, decided = came_of(ledger), Decided(ledger.decisions())
    active = {member.code: member for member in roster.active}
    for code, group in groupby(ledger.submissions(), key=lambda submission: submission.code):
        submissions = list(group)
        found = (recorded.finding for one in submissions for recorded in one.findings)
        if code in active and any(map(wanted, found)):
            judged = _judged(ledger, submissions, came, decided)
            yield judged.progress(active[code]), judged.submissions


def _of_unit(ledger: Ledger, code: str, decided: Decided | None = None) -> _Judged:
    decided = decided or Decided(ledger.decisions())
    return _judged(ledger, ledger.submissions(code), came_of(ledger, code), decided)


class _OnlyContent(msgspec.Struct):
    """What a report says, without who has filled it in and what was explained."""

    figures: dict[str, object] = msgspec.field(default_factory=dict)
    texts: dict[str, list[str]] | None = None
    zero: list[str] | None = None
    unread: dict[str, str] | None = None


_decoder = msgspec.json.Decoder(_OnlyContent)


def _content(ledger: Ledger) -> Content:
    return lambda sha256: _decoder.decode(ledger.report(sha256) or b"{}")


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


class _Judged(msgspec.Struct, frozen=True):
    """The submissions of a unit, with their findings, and what the officer is asked about them."""

    submissions: JudgedSubmissions
    repeated: tuple[str, ...]

    def progress(self, member: Member) -> UnitProgress:
        """Return how far the unit is."""
        submissions = tuple(submission for submission, _ in self.submissions)
        return UnitProgress(member, _state(submissions), submissions, self.repeated)


def _judged(ledger: Ledger, of_unit: Iterable[Submission], came: Mapping[str, Came], decided: Decided) -> _Judged:
    """Judge the submissions of one unit: the role of each, and its findings."""
    submissions = sorted(of_unit, key=lambda submission: came[submission.sha256].sort_key)
    objections = objections_to(ledger, submissions, decided)
    explanations = _Explanations()
    findings = [
        tuple(
            _judged_finding(submission, came[submission.sha256].moment.run, recorded, explanations, decided)
            for recorded in (*objections.get(submission.sha256, ()), *submission.findings)
        )
        for submission in submissions
    ]
    candidates = [
        Candidate(
            submission.sha256,
            came[submission.sha256].moment,
            readable=submission.verdict != "unreadable",
            rejected=submission.sha256 in decided.rejected,
            rejected_in=decided.rejected_in.get(submission.sha256, 0),
            passes=not any(judged.open and not judged.by_rejection for judged in its_findings),
            signed=not any(judged.finding.rule in UNSIGNED for judged in its_findings),
            repeats=came[submission.sha256].repeats,
        )
        for submission, its_findings in zip(submissions, findings, strict=True)
    ]
    code = submissions[0].code if submissions else ""
    choice = choose(candidates, decided.word(code), _content(ledger))
    return _Judged(
        [
            (_judged_submission(submission, came[submission.sha256], choice, number, its_findings), its_findings)
            for number, (submission, its_findings) in enumerate(zip(submissions, findings, strict=True))
        ],
        tuple(submissions[number].sha256 for number in choice.repeated),
    )


def _judged_finding(
    submission: Submission, run: int, recorded: RecordedFinding, explanations: _Explanations, decided: Decided
) -> JudgedFinding:
    theirs = theirs_lapsed = ""
    rejected = submission.sha256 in decided.rejected
    if recorded.finding.severity == "query":
        theirs, theirs_lapsed = explanations.add(recorded, void=rejected)
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
        by_rejection=rejected and (recorded.finding.rule == OBJECTION or bool(said_by_the_unit(recorded))),
    )


def _judged_submission(
    submission: Submission, came: Came, choice: Choice, number: int, findings: tuple[JudgedFinding, ...]
) -> JudgedSubmission:
    def count(severity: str, *, open: bool) -> int:
        return sum(
            judged.finding.severity == severity and judged.finding.echo_of is None and judged.open == open
            for judged in findings
        )

    return JudgedSubmission(
        sha256=submission.sha256,
        code=submission.code,
        source=came.first.source,
        sent=came.first.sent,
        verdict=submission.verdict,
        role=choice.roles[number],
        errors=count("error", open=True),
        queries=count("query", open=True),
        waived=count("error", open=False),
        explained=count("query", open=False),
        for_office=sum(judged.open and RULES[judged.finding.rule].for_office for judged in findings),
        wrong=in_few_words(
            judged.finding.rule
            for severity in ("error", "query")
            for judged in findings
            if judged.open and judged.finding.severity == severity
        ),
        moment=came.moment,
        reason=choice.reasons[number],
        waits=number in choice.waiting,
    )


def _state(submissions: Sequence[JudgedSubmission]) -> State:
    in_force = next((submission for submission in submissions if submission.role == "in_force"), None)
    if in_force is None:
        roles = {submission.role for submission in submissions}
        # Where it is not clear which one counts, the officer is asked. A unit whose submission was rejected has
        # something to put right; a file that cannot be read is no submission.
        return "asked" if "unordered" in roles else "wrong" if "rejected" in roles else "missing"
    return "wrong" if in_force.errors else "asked" if in_force.queries else "done"
