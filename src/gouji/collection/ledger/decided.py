"""The decisions that hold, out of all that were ever made."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from gouji.collection.ledger.amended import RULES_OF_KINDS
from gouji.collection.ledger.records import Decision, RecordedFinding


class Word(msgspec.Struct, frozen=True):
    """The submission of a unit that the officer has accepted, and the last run that had been collected by then."""

    sha256: str = ""
    run: int = 0
    parts: tuple[str, ...] = ()
    """The other files that are parts of the same report."""


class Decided:
    """The decisions that hold, by what they decide."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        """Oldest first: one that was undone does not hold, and a later one overrules an earlier one."""
        made = list(decisions)
        undone = {decision.target for decision in made if decision.kind == "undo"}
        holding = tuple(decision for decision in made if decision.kind != "undo" and decision.id not in undone)
        self.assigned: dict[str, str] = {}
        """The unit's code, by the hash of the file."""
        self.rejected: dict[str, str] = {}
        """The reason, by the hash of the file."""
        self.rejected_in: dict[str, int] = {}
        """The last run of ``collect`` before a file was rejected, by the hash of the file."""
        self.accepted: dict[str, str] = {}
        """The hash of the file that was accepted last, by the unit's code."""
        self.objections: dict[str, list[Decision]] = {}
        """The objections to single entries, by the unit's code."""
        self.amended: dict[str, list[Decision]] = {}
        """The decisions that amend figures, oldest first, by the hash of the file; of a report that came in parts,
        those on all its files."""
        self.dismissed: set[str] = set()
        """The hashes of the mails and attachments that the officer has seen and wants no more to be reminded of."""
        self.joined: dict[str, tuple[str, ...]] = {}
        """The hashes of the other files of a report that came in parts, by the hash of the accepted one."""
        self.extended: dict[str, str] = {}
        """The deadline that the officer has set for a unit alone (ISO), by its code."""
        self._accepted_in: dict[str, int] = {}
        self._answers: dict[tuple[str, str], list[Decision]] = {}
        for decision in holding:
            if decision.kind == "assign":
                self.assigned[decision.sha256] = decision.code
                self._take_apart(decision)
            elif decision.kind == "reject":
                self.rejected[decision.sha256] = decision.reason
                self.rejected_in[decision.sha256] = decision.run
                self._forget_acceptance(decision.sha256)
                if decision.finding:
                    self.objections.setdefault(decision.code, []).append(decision)
            elif decision.kind == "remark":
                self.objections.setdefault(decision.code, []).append(decision)
            elif decision.kind == "accept":
                self.joined.pop(self.accepted.get(decision.code, ""), None)
                self.accepted[decision.code] = decision.sha256
                if decision.finding:
                    self.joined[decision.sha256] = tuple(decision.finding.split())
                self._accepted_in[decision.code] = decision.run
                self.rejected.pop(decision.sha256, None)
                self._forget_objections(decision)
            elif decision.kind in RULES_OF_KINDS:
                self.amended.setdefault(decision.sha256, []).append(decision)
            elif decision.kind == "extend":
                self.extended[decision.code] = decision.finding
            elif decision.kind == "dismiss":
                self.dismissed.add(decision.sha256)
            else:
                self._answers.setdefault((decision.code, decision.finding), []).append(decision)
        of_parts = {
            chosen: [made for file in (chosen, *parts) for made in self.amended.get(file, ())]
            for chosen, parts in self.joined.items()
        }
        self.amended |= {
            chosen: sorted(decisions, key=lambda made: made.id) for chosen, decisions in of_parts.items() if decisions
        }

    def _take_apart(self, assigned: Decision) -> None:
        """Let a file that is another unit's now no longer be joined with files of the unit that it was taken for."""
        taken_for = [code for code in self.accepted if code != assigned.code]
        if any(assigned.sha256 in (self.accepted[code], *self.word(code).parts) for code in taken_for):
            self._forget_acceptance(assigned.sha256)

    def _forget_acceptance(self, sha256: str) -> None:
        """Drop the acceptance of a submission, also as a part of a report."""
        gone = {sha256, *(chosen for chosen, parts in self.joined.items() if sha256 in parts)}
        self.accepted = {code: chosen for code, chosen in self.accepted.items() if chosen not in gone}
        self.joined = {chosen: parts for chosen, parts in self.joined.items() if chosen not in gone}

    def _forget_objections(self, accepted: Decision) -> None:
        """Drop what rejections of a submission objected to, now that it is accepted."""
        kept = [
            decision
            for decision in self.objections.pop(accepted.code, ())
            if decision.kind != "reject" or decision.sha256 != accepted.sha256
        ]
        if kept:
            self.objections[accepted.code] = kept

    def word(self, code: str) -> Word:
        """Return which submission of a unit the officer has accepted, and what had arrived by then."""
        sha256 = self.accepted.get(code, "")
        return Word(sha256, self._accepted_in[code], self.joined.get(sha256, ())) if sha256 else Word()

    def answer(self, code: str, recorded: RecordedFinding, sha256: str = "", run: int = 0) -> tuple[str, str]:
        """Return the office's answer to a finding on exactly these figures, and one given for other figures.

        ``sha256`` is the submission, ``run`` the run of ``collect`` that took it in; the totals have neither.
        """
        holds = lapsed = ""
        for decision in self._answers.get((code, recorded.finding.id), ()):
            if _covers(decision, recorded, sha256, run):
                holds = decision.reason
            else:
                lapsed = decision.reason
        return holds, "" if holds else lapsed


def _covers(decision: Decision, recorded: RecordedFinding, sha256: str, run: int) -> bool:
    """Tell whether an answer covers a finding: whether the officer saw the same figures, or this very submission."""
    if decision.fingerprint not in recorded.fingerprints:
        return False
    if decision.fingerprint == recorded.fingerprint or decision.sha256 == sha256:
        return True
    # The finding has the same words, perhaps on other figures. Older programs did not record which submission an answer
    # was about: it is one of those that had arrived.
    return not decision.sha256 and run <= decision.run
