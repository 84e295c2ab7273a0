"""The versions of the workbook's layout, each as one record of what differs between them.

Workbooks are written in the newest version. One that was issued before is read with the version that it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT_COLUMN = 1
"""The column of the paragraphs, in every version."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """Where the parts of the workbook stand that another version has elsewhere."""

    name: str
    heading_row: int
    """The row of a sheet's heading."""
    first_text_row: int
    """The first row of the topics on a sheet of texts."""
    above_paragraphs: int = 0
    """The rows between the heading of a topic and its first paragraph."""
    number_label: int = 0
    """The column of the label of a number that a sheet of texts asks for; the number is right of it."""
    cover: Mapping[str, tuple[int, int]]
    """The row and the column of each input of the first sheet; its label is left of it."""
    state: int
    """The row of the overall state on the check sheet."""
    first_check: int
    """The first row below the head of the check sheet."""
    grouped: bool = True
    """Whether the check sheet has a line with the result of each group above the lines of its members."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """The rows of topics that have another number of them than the form says."""


_VERSIONS = (
    Version(
        name="1",
        heading_row=1,
        first_text_row=6,
        cover={
            "unit.name": (6, 1),
            "unit.code": (7, 1),
            "year": (8, 1),
            "people.filled_by": (9, 1),
            "people.reviewed_by": (10, 1),
            "people.phone": (11, 1),
            "people.date": (12, 1),
        },
        state=2,
        first_check=4,
        grouped=False,
    ),
    Version(
        name="2",
        heading_row=0,
        first_text_row=3,
        above_paragraphs=1,
        number_label=1,
        cover={
            "unit.name": (6, 1),
            "unit.code": (7, 1),
            "unit.level": (7, 3),
            "year": (8, 1),
            "people.filled_by": (9, 1),
            "people.reviewed_by": (9, 3),
            "people.phone": (10, 1),
            "people.date": (10, 3),
        },
        state=0,
        first_check=3,
        rows={
            "preamble": 3,
            "overview.general": 24,
            **dict.fromkeys([f"overview.{aspect}" for aspect in ("disclosure", "requests", "management")], 6),
            **dict.fromkeys(("overview.platform", "overview.supervision"), 6),
            **dict.fromkeys(("notes.disclosure", "notes.requests", "notes.disputes"), 3),
            "problems.general": 12,
            **dict.fromkeys(("problems.problems", "problems.improvements"), 8),
            "matters.other": 12,
        },
    ),
)

VERSIONS = {version.name: version for version in _VERSIONS}
"""Every version by its name, the oldest first."""

NEWEST = _VERSIONS[-1]
