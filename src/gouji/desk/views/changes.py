"""What differs between a submission and an earlier report of the unit: its last submission, last year's report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import JudgedSubmission
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import LAST_YEAR
from gouji.collection.workspace.roster import Member
from gouji.report.comparison import FigurePair, TextPair, compare, figure_pairs
from gouji.report.model import Report, from_json
from gouji.runtime.errors import GoujiError

Than = Literal["last", "year"]


class Changes(msgspec.Struct, frozen=True):
    """What is other than in an earlier report."""

    than: Than
    label: str
    """What an earlier figure is called beside the one of now."""
    title: str
    cells: tuple[FigurePair, ...] = ()
    """All cells that differ, with the totals, which follow from the rest."""
    texts: tuple[TextPair, ...] = ()
    note: str = ""
    """Why there is nothing to compare with."""

    @property
    def filled_in(self) -> tuple[FigurePair, ...]:
        """The cells that differ without the totals."""
        return tuple(pair for pair in self.cells if not pair.total)

    @property
    def count(self) -> str:
        """How much differs, in a few words."""
        if self.note:
            return self.note
        parts = [f"{len(self.filled_in)} 格"] if self.filled_in else []
        parts += [f"文字 {len(self.texts)} 段"] if self.texts else []
        return f"{'、'.join(parts)}不同" if parts else "没有不同"


def since_last(
    workspace: Workspace, ledger: Ledger, report: Report, one: JudgedSubmission, all_of_them: Sequence[JudgedSubmission]
) -> Changes:
    """Return what differs from the last submission of the unit before this one that could be read."""
    earlier = all_of_them[: [other.sha256 for other in all_of_them].index(one.sha256)]
    for other in reversed(earlier):
        stored = None if other.role == "part" else ledger.report(other.sha256)
        if stored is not None:
            found = compare(from_json(stored, forms=workspace.settings.forms), report)
            return Changes("last", "上次", f"与上一份“{other.name}”相比", found.changed, found.rewritten)
    return Changes("last", "上次", "与上一份相比", note="以前没有读得出的报送")


def since_last_year(workspace: Workspace, report: Report, member: Member) -> Changes:
    """Return in which figures a report differs from last year's."""
    title = "与上年的报告相比"
    kept = LastYear(workspace.folder / LAST_YEAR, workspace.settings.forms)
    try:
        before = kept.before(member, workspace.roster)
    except GoujiError as error:
        return Changes("year", "上年", title, note=str(error))
    if before.report is None:
        divided = "上年的单位分给了几个单位，不能直接相比"
        return Changes("year", "上年", title, note=divided if before.divided else "没有上年的报告")
    # A year's texts are written anew: what differs in them says nothing.
    return Changes("year", "上年", title, tuple(pair for pair in figure_pairs(before.report, report) if not pair.same))
