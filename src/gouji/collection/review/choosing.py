"""Which submission of a unit is in force: one rule, a function of what the ledger knows.

1. The officer's word: a rejected submission does not count, an accepted one is in force until another is accepted.
   What a rejected one had displaced does not come back by itself.
2. A file that cannot be read never supersedes one that can.
3. Only what the office has signed displaces what it has signed.
4. A submission that passes is not displaced by one that does not.
5. What only adds the parts that the one in force lacks does not displace it: the officer is asked to join them.
6. Otherwise the later one is in force: by run of ``collect``, then by the server's own time of receipt.

Where 6 cannot order two submissions of one run that differ, the officer is asked: until the answer what was in force
stays. Where a unit sends once more what was displaced or rejected, the officer is asked too, and nothing switches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from gouji.collection.ledger.decided import Word
from gouji.collection.review.arrived import Moment
from gouji.report.joining import Answers, joint_of

Role = Literal["in_force", "part", "superseded", "worse", "unordered", "rejected", "unreadable"]
"""What has become of a submission. ``part`` is joined to the one in force; ``worse`` was not taken, though it is not
known to be older than the one in force; ``unordered`` may be the last one, and the officer is asked."""

Reason = Literal["", "first", "later", "accepted", "signed", "fails", "unsigned", "completes", "overruled"]
"""Why a submission is in force (``first`` to ``signed``), or why it was not taken (``fails`` to ``overruled``)."""

Content = Callable[[str], Answers]
"""Returns what a submission says, by its hash."""


class Candidate(msgspec.Struct, frozen=True):
    """What decides whether a submission is in force."""

    sha256: str
    moment: Moment
    readable: bool = True
    rejected: bool = False
    rejected_in: int = 0
    """The last run before it was rejected."""
    passes: bool = True
    """Whether nothing in it is open; of a rejected one, whether nothing was."""
    signed: bool = True
    """Whether it is signed by the office; in a round without signatures, every submission is."""
    repeats: tuple[Moment, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it can be in force at all."""
        return self.readable and not self.rejected


class Choice(msgspec.Struct):
    """Which submission is in force, and what has become of the others; submissions are named by their index."""

    roles: list[Role]
    reasons: list[Reason]
    in_force: int | None = None
    displaced: int | None = None
    """Which one was in force before."""
    waiting: set[int] = msgspec.field(default_factory=set)
    """What was not taken and may have come after the one in force: the officer has to look at it."""
    unordered: list[int] = msgspec.field(default_factory=list)
    """Submissions of one run that differ and cannot be ordered: any of them may be the last."""
    repeated: list[int] = msgspec.field(default_factory=list)
    """Displaced and rejected submissions that the unit has sent once more."""


def choose(candidates: Sequence[Candidate], word: Word, content: Content) -> Choice:
    """Choose among the submissions of a unit, given in the order of their runs.

    ``content`` returns what a submission says, by its hash: two that say the same need not be ordered.
    """
    choosing = _Choosing(candidates, content)
    for _, group in groupby(range(len(candidates)), key=lambda index: candidates[index].moment.run):
        choosing.take(list(group))
    accepted = next((i for i, one in enumerate(candidates) if one.sha256 == word.sha256 and one.counts), None)
    if accepted is not None:
        choosing.accept(accepted, word)
    choosing.look_at_repeats(word.run if accepted is not None else 0)
    return choosing.choice


class _Choosing:
    """A choice that is being made."""

    def __init__(self, candidates: Sequence[Candidate], content: Content) -> None:
        self._candidates, self._content = candidates, content
        roles: list[Role] = [
            "rejected" if one.rejected else "superseded" if one.readable else "unreadable" for one in candidates
        ]
        self.choice = Choice(roles, [""] * len(candidates))

    def accept(self, accepted: int, word: Word) -> None:
        """Put in force what the officer has accepted; what came since then waits for another word."""
        choice = self.choice
        for index in (*choice.unordered, *self._in_force()):
            choice.roles[index] = "superseded"
        choice.in_force, choice.unordered, choice.waiting = accepted, [], set()
        choice.roles[accepted], choice.reasons[accepted] = "in_force", "accepted"
        for index, one in enumerate(self._candidates):
            if one.sha256 in word.parts:
                choice.roles[index], choice.reasons[index] = "part", ""
                continue
            if index > accepted and one.counts:
                choice.roles[index], choice.reasons[index] = "worse", "overruled"
            if one.moment.run > word.run and not one.rejected and index != accepted:
                choice.waiting.add(index)

    def take(self, run: list[int]) -> None:
        """Take in the submissions of one run."""
        choice, candidates = self.choice, self._candidates
        new = [index for index in run if candidates[index].counts]
        rejected = [i for i in self._best([i for i in run if candidates[i].readable]) if candidates[i].rejected]
        if rejected:
            self._withdraw()
            new = [i for i in new if not any(candidates[j].moment.follows(candidates[i].moment) for j in rejected)]
        best = self._best(new)
        completing = self._completing(best)
        best = [index for index in best if index not in completing]
        last = [i for i in best if not any(candidates[j].moment.follows(candidates[i].moment) for j in best)]
        unsigned = any(candidates[index].signed for index in (*new, *self._before()))
        for index in new:
            if index not in best:
                choice.roles[index] = "worse"
                choice.reasons[index] = (
                    "completes"
                    if index in completing
                    else "unsigned"
                    if unsigned and not candidates[index].signed
                    else "fails"
                )
                choice.waiting.add(index)
        if any(self._differ(candidates[index], candidates[last[0]]) for index in last):
            self._ask(last)
        elif last:
            self._put_in_force(last[-1])
        choice.waiting |= {i for i in run if not candidates[i].readable and not candidates[i].rejected}
        if choice.in_force in run:
            self._forget_what_is_older(run)

    def _before(self) -> list[int]:
        """Return what a new submission has to displace: the one in force, or those of which one will be."""
        return self.choice.unordered or self._in_force()

    def _in_force(self) -> list[int]:
        return [] if self.choice.in_force is None else [self.choice.in_force]

    def _best(self, new: list[int]) -> list[int]:
        """Return which of the submissions of a run can be in force; the last of them is."""
        before = [self._candidates[index] for index in self._before()]
        signed = [index for index in new if self._candidates[index].signed]
        if any(one.signed for one in before) and not signed:
            return []
        pool = signed or new
        passing = [index for index in pool if self._candidates[index].passes]
        return passing or ([] if any(one.passes for one in before) else pool)

    def _completing(self, best: list[int]) -> set[int]:
        """Return what only adds parts to the one in force, or to the first of those that may be."""
        base = next(iter(self._in_force() or best[:1]), None)
        if base is None or self.choice.unordered or self._candidates[base].passes:
            return set()
        return {
            index
            for index in best
            if index != base and not self._candidates[index].passes and self._completes(index, base)
        }

    def _completes(self, index: int, base: int) -> bool:
        joint = joint_of(*(self._content(self._candidates[one].sha256) for one in (base, index)))
        return joint.complementary and not joint.different

    def _ask(self, last: list[int]) -> None:
        """Ask which one is the last, and leave in force what is."""
        for index in self.choice.unordered:
            self.choice.roles[index] = "superseded"
        for index in last:
            self.choice.roles[index] = "unordered"
        self.choice.unordered = last

    def _withdraw(self) -> None:
        """Let nothing be in force: what was has been displaced by a submission that the officer has rejected since."""
        for index in self._before():
            self.choice.roles[index] = "superseded"
        self.choice.in_force, self.choice.unordered = None, []

    def _put_in_force(self, index: int) -> None:
        choice, before = self.choice, self.choice.in_force
        if before is not None:
            choice.roles[before] = "superseded"
        for older in choice.unordered:
            choice.roles[older] = "superseded"
        signed = before is not None and not self._candidates[before].signed and self._candidates[index].signed
        choice.roles[index] = "in_force"
        choice.reasons[index] = "first" if before is None else "signed" if signed else "later"
        choice.in_force, choice.displaced, choice.unordered = index, before, []

    def _forget_what_is_older(self, run: list[int]) -> None:
        """Let nothing wait that is known to have come before the one in force."""
        choice, candidates = self.choice, self._candidates
        assert choice.in_force is not None
        moment = candidates[choice.in_force].moment
        choice.waiting = {i for i in choice.waiting if i in run and candidates[i].moment.may_follow(moment)}

    def look_at_repeats(self, settled: int) -> None:
        """Ask about what was displaced or rejected and came once more, unless the officer has spoken since."""
        chosen = None if self.choice.in_force is None else self._candidates[self.choice.in_force]
        moments = (chosen.moment, *chosen.repeats) if chosen else ()
        for index, one in enumerate(self._candidates):
            # Where nothing is in force, only what was rejected can have come once more and changed nothing.
            asked = ("superseded", "worse", "rejected") if chosen else ("rejected",)
            if self.choice.roles[index] not in asked or index in self.choice.waiting:
                continue
            later = [repeat for repeat in one.repeats if all(repeat.may_follow(moment) for moment in moments)]
            if any(repeat.run > max(settled, one.rejected_in) for repeat in later) and self._differ(one, chosen):
                self.choice.repeated.append(index)

    def _differ(self, one: Candidate, other: Candidate | None) -> bool:
        return other is None or (one is not other and self._content(one.sha256) != self._content(other.sha256))
