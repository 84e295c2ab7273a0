"""Questions that the office alone can answer, such as whose file it is, and findings as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import JudgedFinding, Progress, judged_submissions
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES
from gouji.findings.together import as_one, named, with_one_cause

_ASKED_ONE_BY_ONE = 5
"""More questions of one kind are one line."""


class OneCause(msgspec.Struct, frozen=True):
    """Findings with one cause and one answer, as one."""

    judged: JudgedFinding
    members: tuple[JudgedFinding, ...]
    """The findings themselves."""

    @property
    def number(self) -> int:
        """How many they are."""
        return len(self.members)

    @property
    def name(self) -> str:
        """What commands know it by: the finding, or the rule of several."""
        return self.judged.finding.id if self.number == 1 else self.judged.finding.rule


def together(findings: Iterable[JudgedFinding]) -> list[OneCause]:
    """Return findings as people read them: each cause once."""
    groups = with_one_cause(
        findings,
        lambda judged: judged.finding,
        lambda judged: (judged.answer, judged.by, judged.lapsed, judged.empty),
    )
    return [
        OneCause(msgspec.structs.replace(group[0], finding=as_one([judged.finding for judged in group])), group)
        for group in groups
    ]


def is_for_the_office(finding: Finding) -> bool:
    """Tell whether the office alone can do something about a finding."""
    return RULES[finding.rule].for_office


class Question(msgspec.Struct, frozen=True):
    """A question to the office about a unit's submission."""

    member: Member
    finding: Finding


def questions_of(ledger: Ledger, progress: Progress) -> Iterator[Question]:
    """Yield the open questions about the submissions that units' states are about, in the order of the roster."""
    decided: Decided | None = None
    for unit in progress.units:
        latest = unit.latest
        if latest is None or not latest.for_office:
            continue
        decided = decided or Decided(ledger.decisions())
        for submission, findings in judged_submissions(ledger, unit.member.code, decided):
            if submission.sha256 == latest.sha256:
                for judged in findings:
                    if judged.open and is_for_the_office(judged.finding):
                        yield Question(unit.member, judged.finding)


def question_lines(questions: Iterable[Question]) -> Iterator[tuple[str, str]]:
    """Yield questions for people, each kind once: the units, and what is asked about the first of them."""
    kinds: dict[str, list[Question]] = {}
    for question in questions:
        kinds.setdefault(question.finding.rule, []).append(question)
    for rule, several in kinds.items():
        if len(several) <= _ASKED_ONE_BY_ONE:
            yield from ((one.member.name, f"{one.finding.message}（{one.finding.id}）") for one in several)
            continue
        units = named((question.member.name for question in several), "个单位")
        yield units, f"{RULES[rule].finds}。如{several[0].member.name}：{several[0].finding.message}（{rule}）"
