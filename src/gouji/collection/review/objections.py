"""The officer's objections to single entries: findings on every submission of the unit in which these entries stand.

An objection belongs to the entries that the officer saw. It holds for a later submission that still has them, and not
for one in which they are different.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gouji.collection.ledger.amended import amended_cells
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Decision, RecordedFinding, Submission
from gouji.findings.finding import Finding, found, whereabouts

OBJECTION = "office.objection"
"""The rule of a rejection that names entries."""
_RULES = {"reject": OBJECTION, "remark": "office.remark"}
"""The rule under which each kind of decision is told to the unit."""


class Entry(msgspec.Struct, frozen=True):
    """An entry of a submission that an objection is about."""

    key: str
    """The key in ``Reading.places``: a Ref, a paragraph, a topic, a zero declaration."""
    place: str
    """The place in the file that the officer saw, such as ``三、依申请公开!D8``."""
    words: str
    """What it is called, for people."""


def written(entries: Iterable[Entry]) -> str:
    """Return entries as a decision keeps them."""
    return "\n".join(f"{entry.key}\t{entry.place}\t{entry.words}" for entry in entries)


def entries_of(decision: Decision) -> tuple[Entry, ...]:
    """Return the entries that a decision is about; none for a decision on a whole submission."""
    if decision.kind not in _RULES:
        return ()
    return tuple(Entry(*line.split("\t")) for line in decision.finding.splitlines())


def places_of(decision: Decision) -> str:
    """Return the places of the entries that a decision is about, for people."""
    return whereabouts([entry.place for entry in entries_of(decision)])


def fingerprint_of(report: bytes, keys: Iterable[str]) -> str:
    """Return a hash of what a report, given as JSON, has in some entries."""
    document = msgspec.json.decode(report)
    return hashlib.sha256(msgspec.json.encode([(key, _value(document, key)) for key in keys])).hexdigest()


def _value(document: Mapping[str, Any], key: str) -> Any:
    topic, _, number = key.partition(":")
    if number:
        paragraphs = (document.get("texts") or {}).get(topic) or []
        return paragraphs[int(number) - 1] if int(number) <= len(paragraphs) else None
    part, _, rest = key.partition(".")
    if part == "zero":
        return rest in (document.get("zero") or ())
    if part == "people":
        return (document.get("people") or {}).get(rest)
    if key in document["figures"]:
        value = document["figures"][key]
        return (document.get("unread") or {}).get(key) if value is None else value
    return (document.get("texts") or {}).get(key)


def objections_to(
    ledger: Ledger, submissions: Iterable[Submission], decided: Decided
) -> dict[str, tuple[RecordedFinding, ...]]:
    """Return the objections to submissions, by their hashes; most units have none, and nothing is read for them."""
    if not decided.objections:
        return {}
    return {
        submission.sha256: findings
        for submission in submissions
        if (made := decided.objections.get(submission.code))
        and (findings := tuple(_on(ledger, submission, made, decided.amended.get(submission.sha256, ()))))
    }


def _on(
    ledger: Ledger, submission: Submission, made: Sequence[Decision], amended: Sequence[Decision]
) -> Iterator[RecordedFinding]:
    """Yield the objections to a submission; one is settled where the office has corrected the entry since."""
    report = ledger.report(submission.sha256)
    for decision in made if report else ():
        assert report is not None
        keys = [entry.key for entry in entries_of(decision)]
        corrected = {cell.ref for one in amended if one.id > decision.id for cell in amended_cells(one)}
        seen = submission.sha256 == decision.sha256
        if (seen and corrected.isdisjoint(keys)) or fingerprint_of(report, keys) == decision.fingerprint:
            # What the unit had written before it was asked is no answer.
            before = _explanation(ledger.report(decision.sha256))
            answer = _explanation(report)
            explanation = answer if decision.kind == "remark" and not seen and answer != before else ""
            yield RecordedFinding(_finding(decision), decision.fingerprint, explanation)


def _explanation(report: bytes | None) -> str:
    explanations = msgspec.json.decode(report).get("explanations") if report else None
    return str((explanations or {}).get("others", ""))


def _finding(decision: Decision) -> Finding:
    entries, rule = entries_of(decision), _RULES[decision.kind]
    return found(
        rule,
        str(decision.id),
        refs=tuple(entry.key for entry in entries if ":" not in entry.key and entry.key.count(".") == 2),
        cells=tuple(entry.place for entry in entries),
        which="、".join(entry.words for entry in entries),
        remark=decision.reason.rstrip("。 "),
    )


def in_file(findings: Iterable[Finding], decided: Decided, code: str) -> Iterator[Finding]:
    """Yield the objections among findings with the keys of their entries as cells, to be placed in any file."""
    made = {str(decision.id): decision for decision in decided.objections.get(code, ())}
    for finding in findings:
        decision = made.get(finding.id.partition(":")[2]) if finding.rule.startswith("office.") else None
        if decision:
            keys = tuple(entry.key for entry in entries_of(decision))
            yield msgspec.structs.replace(finding, cells=keys)
