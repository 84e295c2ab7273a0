"""The parts of a sum: the accepted return of each unit, and the units that lack."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding
from gouji.form.expressions import Number


class Part(msgspec.Struct, frozen=True):
    """The accepted return of a unit."""

    member: Member
    sha256: str
    source: str
    sent: str
    archived: str
    """Where the file stands in the workspace."""
    figures: Mapping[str, Number | None]
    waived: int = 0
    explained: int = 0
    judged: tuple[JudgedFinding, ...] = ()
    """The findings that were explained or waived."""

    @property
    def code(self) -> str:
        """The unit's code."""
        return self.member.code


class Absent(msgspec.Struct, frozen=True):
    """A unit whose figures are not in the sum."""

    member: Member
    state: str
    """Why, in a word."""
    finding: Finding


class Below(msgspec.Struct, frozen=True):
    """What a unit above others has sent, and the parts below it that are in the sum."""

    sender: Part
    parts: tuple[Part, ...]
    whole: bool
    """Whether all that are below it are there."""
    finished: bool
    """Whether it is the finished sum of them; else it is the return of its own office, and itself a part."""
