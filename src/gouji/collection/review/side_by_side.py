"""Two submissions of a unit side by side, before the officer decides which one counts."""

from __future__ import annotations

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.decisions import submission_of
from gouji.collection.review.in_force import JudgedSubmission, judged_submissions
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member
from gouji.form.forms import Forms
from gouji.report.comparison import Comparison, compare
from gouji.report.model import Report, from_json
from gouji.runtime.errors import GoujiError


def two_of(workspace: Workspace, unit: str, before: str, after: str) -> tuple[Comparison, tuple[str, str]]:
    """Compare two submissions of a unit, and return what they are called, too.

    If only one is named, the other is the one in force. If none is, the one in force is compared with the last other
    one that could be read and is no part of it. Raises GoujiError where it is not clear which ones are meant.
    """
    member = workspace.roster.find(unit)
    with workspace.ledger() as ledger:
        if before and after:
            pair = submission_of(ledger, member, before), submission_of(ledger, member, after)
        else:
            pair = _with_the_one_in_force(ledger, member, before)
        reports = [_report(ledger, one, workspace.settings.forms) for one in pair]
    return compare(*reports), (_called(pair[0]), _called(pair[1]))


def _with_the_one_in_force(ledger: Ledger, member: Member, named: str) -> tuple[JudgedSubmission, JudgedSubmission]:
    judged = [one for one, _ in judged_submissions(ledger, member.code)]
    in_force = next((one for one in judged if one.role == "in_force"), None)
    if in_force is None:
        raise GoujiError(f"{member.name}没有采用的报送。请写出要对照的两份。")
    if named:
        other = submission_of(ledger, member, named)
    else:
        others = [one for one in judged if one.role not in ("in_force", "part") and one.verdict != "unreadable"]
        if not others:
            parts = any(one.role == "part" for one in judged)
            raise GoujiError(f"{member.name}{'报的合成了一份' if parts else '只报了一份'}，没有可以对照的。")
        other = others[-1]
    return in_force, other


def _report(ledger: Ledger, submission: JudgedSubmission, forms: Forms) -> Report:
    data = ledger.report(submission.sha256)
    if data is None:
        raise GoujiError(f"“{submission.name}”读不出来，不能对照。")
    return from_json(data, forms=forms)


def _called(submission: JudgedSubmission) -> str:
    return f"{submission.source}（{submission.sha256[:8]}）"
