"""The decisions that hold, out of all that were ever made."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from gouji.collection.ledger.ledger import Decision


class Decided:
    """The decisions that hold."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        """Take them in order; what was taken back holds no more, and of two on the same thing the later one holds."""
        made = list(decisions)
        undone = {decision.target for decision in made if decision.kind == "undo"}
        self.holding = tuple(each for each in made if each.kind != "undo" and each.id not in undone)
        self.assigned: dict[str, str] = {}
        self.rejected: dict[str, str] = {}
        """The reason by the file."""
        self.accepted: dict[str, str] = {}
        """The file that was accepted last, by the unit's code."""
        self._answers: dict[tuple[str, str], list[Decision]] = {}
        for decision in self.holding:
            if decision.kind == "assign":
                self.assigned[decision.sha256] = decision.code
            elif decision.kind == "reject":
                self.rejected[decision.sha256] = decision.reason
                self._forget_acceptance(decision.sha256)
            elif decision.kind == "accept":
                self.accepted[decision.code] = decision.sha256
                self.rejected.pop(decision.sha256, None)
            else:
                self._answers.setdefault((decision.code, decision.finding), []).append(decision)

    def _forget_acceptance(self, sha256: str) -> None:
        self.accepted = {code: chosen for code, chosen in self.accepted.items() if chosen != sha256}

    def answer(self, code: str, finding: str, fingerprints: Collection[str]) -> tuple[str, str]:
        """Return the office's answer to a finding on just these figures, and one that was given for other figures.

        ``fingerprints`` is the finding's own and those that older programs gave it.
        """
        holds = lapsed = ""
        for decision in self._answers.get((code, finding), ()):
            if decision.fingerprint in fingerprints:
                holds = decision.reason
            else:
                lapsed = decision.reason
        return holds, "" if holds else lapsed


def assigned(decisions: Iterable[Decision]) -> dict[str, str]:
    """Return the unit's code of each file that the officer has assigned to one."""
    return Decided(decisions).assigned
