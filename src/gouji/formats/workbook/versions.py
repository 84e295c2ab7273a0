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
    rows: Mapping[str, int] = field(default_factory=dict)
    """The rows of topics that have another number of them than the form says."""


_VERSIONS = (
    Version(name="1", heading_row=1, first_text_row=6),
    Version(
        name="2",
        heading_row=0,
        first_text_row=3,
        above_paragraphs=1,
        number_label=1,
        rows={
            "preamble": 3,
            "overview.general": 14,
            **dict.fromkeys([f"overview.{aspect}" for aspect in ("disclosure", "requests", "management")], 6),
            **dict.fromkeys(("overview.platform", "overview.supervision"), 6),
            **dict.fromkeys(("notes.disclosure", "notes.requests", "notes.disputes"), 3),
            "problems.general": 8,
            **dict.fromkeys(("problems.problems", "problems.improvements"), 6),
            "matters.other": 8,
        },
    ),
)

VERSIONS = {version.name: version for version in _VERSIONS}
"""Every version by its name, the oldest first."""

NEWEST = _VERSIONS[-1]
