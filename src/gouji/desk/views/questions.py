"""The open questions of all units, each kind once, and those that only the officer can answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gouji.collection.review.decisions import Answer
from gouji.collection.review.in_force import judged_with
from gouji.collection.review.open_questions import OpenQuestion, questions_for_office, questions_on
from gouji.collection.review.status import Status
from gouji.collection.steps.outcome import Line
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.findings.rules import RULES

_SHOWN = 50
"""Units that a kind shows until the officer opens it alone."""


class AskedUnit(msgspec.Struct, frozen=True):
    """A unit with an open question."""

    member: Member
    name: str
    """The finding, or the rule of several."""
    sentence: str

    @property
    def question(self) -> tuple[str, str]:
        """The unit's code, and by what commands know the question."""
        return self.member.code, self.name

    @property
    def value(self) -> str:
        """What its box sends."""
        return f"{self.member.code} {self.name}"


class KindOfQuestion(msgspec.Struct, frozen=True):
    """Questions of one kind, which can be answered with the same words."""

    rule: str
    title: str
    answer: Answer | None
    """How the officer can answer it for the units; None where only they can do something."""
    units: tuple[AskedUnit, ...]
    hidden: int = 0
    """How many more there are than are shown."""

    @property
    def number(self) -> int:
        """How many units have it, or how many times it is asked."""
        return len(self.units) + self.hidden


class Questions(msgspec.Struct, frozen=True):
    """What waits, and for whom."""

    office: tuple[OpenQuestion, ...]
    """About units, which only the officer can answer."""
    files: tuple[OpenQuestion, ...]
    """Files of no known unit, mails and archives."""
    kinds: tuple[KindOfQuestion, ...]
    """What units have to correct or to explain, the errors first, what most have first."""
    names: Mapping[str, str]
    """The names of files, by hash."""


def questions_page(workspace: Workspace, status: Status, wanted: str = "") -> Questions:
    """Return the open questions; the kind that is ``wanted`` is shown with all its units."""
    office = questions_for_office(status)
    with workspace.ledger() as ledger:
        names = ledger.file_names()
    return Questions(
        tuple(one for one in office if one.kind not in ("unknown", "remark")),
        tuple(one for one in office if one.kind in ("unknown", "remark")),
        tuple(kind if kind.rule == wanted else _shortened(kind) for kind in kinds_of_questions(workspace)),
        names,
    )


def kinds_of_questions(workspace: Workspace) -> tuple[KindOfQuestion, ...]:
    """Return the open questions that units can answer, or the officer for them, each kind once."""
    kinds: dict[tuple[str, Answer | None], list[OpenQuestion]] = {}
    for question in _of_units(workspace):
        kinds.setdefault((question.name.partition(":")[0], _answer(question)), []).append(question)
    found = [
        KindOfQuestion(rule, RULES[rule].finds, answer, tuple(_asked(questions)))
        for (rule, answer), questions in kinds.items()
    ]
    return tuple(sorted(found, key=lambda kind: (RULES[kind.rule].severity != "error", -kind.number, kind.rule)))


def _of_units(workspace: Workspace) -> Iterator[OpenQuestion]:
    with workspace.ledger() as ledger:
        for unit, judged in judged_with(ledger, workspace.roster, lambda finding: finding.severity != "note"):
            latest = unit.latest
            findings = next((found for one, found in judged if latest and one.sha256 == latest.sha256), ())
            yield from (one for one in questions_on(findings, unit.member, latest) if not one.for_office)


def _answer(question: OpenQuestion) -> Answer | None:
    keys: tuple[Answer, ...] = ("explain", "waive")
    return next((key for key in keys if question.action(key)), None)


def _asked(questions: Iterable[OpenQuestion]) -> Iterator[AskedUnit]:
    for question in questions:
        assert question.member
        yield AskedUnit(question.member, question.name, question.sentence)


def _shortened(kind: KindOfQuestion) -> KindOfQuestion:
    return msgspec.structs.replace(kind, units=kind.units[:_SHOWN], hidden=max(len(kind.units) - _SHOWN, 0))


def gone_lines(workspace: Workspace, values: Iterable[str]) -> tuple[Line, ...]:
    """Return that questions which the officer has chosen are not open any more; ``values`` are those of their boxes."""
    codes = dict.fromkeys(value.partition(" ")[0] for value in sorted(values))
    members = [member for code in codes if (member := workspace.roster.member(code))]
    return tuple(Line(f"{member.name}的已经答过，或者已经改好了，没有再记。", "look") for member in members)
