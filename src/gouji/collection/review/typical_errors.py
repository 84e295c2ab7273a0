"""The errors that units make: of how many units each rule found something to correct or explain, with an example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import JudgedFinding, judged_submissions
from gouji.collection.review.questions import is_for_the_office, together
from gouji.collection.workspace.roster import Roster
from gouji.findings.finding import message_with_place
from gouji.findings.rules import Severity

_OWN_WORDS = "office."
"""The rules of what the officer has written to one unit: no kind of error."""


class TypicalError(msgspec.Struct, frozen=True):
    """What one rule found in all submissions, also in those that were corrected since."""

    rule: str
    severity: Severity
    units: tuple[str, ...]
    """The names of the units, in the order of the roster."""
    places: int
    """How often it was found, each cause in each submission once."""
    example: str = ""
    """What one unit was told, without the name of any unit; empty where each one names some."""


def typical_errors(ledger: Ledger, roster: Roster, decided: Decided) -> list[TypicalError]:
    """Return the errors of the units that report, those of the most units first.

    What was waived or explained is none, nor is what only the office can answer.
    """
    names = [name for member in roster.members for name in (member.name, *member.short)]
    found: dict[tuple[str, Severity], dict[str, list[str]]] = {}
    for member in roster.active:
        for _, judged in judged_submissions(ledger, member.code, decided):
            for cause in together(_theirs(judged)):
                finding = cause.judged.finding
                units = found.setdefault((finding.rule, finding.severity), {})
                units.setdefault(member.name, []).append(message_with_place(finding))
    errors = [
        TypicalError(rule, severity, tuple(units), sum(map(len, units.values())), _example(units.values(), names))
        for (rule, severity), units in found.items()
    ]
    return sorted(errors, key=lambda one: (-len(one.units), one.severity != "error", -one.places, one.rule))


def _theirs(findings: Iterable[JudgedFinding]) -> Iterable[JudgedFinding]:
    return (
        judged
        for judged in findings
        if judged.open and not is_for_the_office(judged.finding) and not judged.finding.rule.startswith(_OWN_WORDS)
    )


def _example(messages: Iterable[Sequence[str]], names: Sequence[str]) -> str:
    """Return the shortest message that names no unit: an example is not there to blame one."""
    fit = [message for some in messages for message in some if not any(name in message for name in names)]
    return min(fit, key=lambda message: (len(message), message), default="")
