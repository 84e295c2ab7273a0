"""The parts of the totals: the accepted submission of each unit, and the units that are missing."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding
from gouji.form.values import Number


class Part(msgspec.Struct, frozen=True):
    """The accepted submission of a unit."""

    member: Member
    sha256: str
    source: str
    sent: str
    archived: str
    """The path of the file in the workspace."""
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
    """A unit whose figures are not in the totals."""

    member: Member
    state: str
    """Why, in a word."""
    finding: Finding


class Below(msgspec.Struct, frozen=True):
    """What a unit above others has sent, and the parts below it that are in the totals."""

    sender: Part
    parts: tuple[Part, ...]
    whole: bool
    """Whether all units below it are among the parts."""
    finished: bool
    """Whether it is the finished total of them; else it is the submission of the unit's own office, itself a part."""
