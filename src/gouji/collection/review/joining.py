"""A report that came in parts, such as the tables in one file and the texts in another: the officer joins them.

What the officer is told about a file that completes the one in force, and how files are joined. The joined report is
read from all files again whenever it is examined: see :mod:`gouji.report.joining`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gouji.collection.intake.examine import Examiner
from gouji.collection.intake.tasks import task_of
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import JudgedSubmission, UnitProgress
from gouji.form.forms import Forms
from gouji.report.comparison import compare
from gouji.report.joining import joined, joint_of, part_names, part_of
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError

_SHOWN = 3
"""Cells that are named."""


class Completion(msgspec.Struct, frozen=True):
    """How a file completes the report in force."""

    missing: str = ""
    """What it has and the one in force lacks, for people; empty where there is nothing."""
    different: str = ""
    """The parts that both have and that are not the same."""
    files: tuple[JudgedSubmission, ...] = ()
    """What the officer would join, the one in force first."""


class _Answers(msgspec.Struct):
    """What a report in the ledger says; it was checked when it was read, and every status looks at many of them."""

    edition: str
    year: int | None
    figures: dict[str, object]
    texts: dict[str, list[str]] | None = None
    unread: dict[str, str] | None = None


_decoder = msgspec.json.Decoder(_Answers)


def completion_of(ledger: Ledger, unit: UnitProgress, one: JudgedSubmission, forms: Forms) -> Completion:
    """Return how a file of a unit that was not taken completes the one in force."""
    if unit.in_force is None or one.verdict == "unreadable":
        return Completion()
    mine, theirs = (_decoder.decode(ledger.report(each.sha256) or b"") for each in (unit.in_force, one))
    form = forms.get(mine.edition)
    if form is None or (mine.edition, mine.year) != (theirs.edition, theirs.year):
        return Completion()
    joint = joint_of(mine, theirs)
    parts = (each for each in unit.submissions if each.role == "part")
    return Completion(part_names(form, joint.second), part_names(form, joint.different), (unit.in_force, *parts, one))


def require_parts(ledger: Ledger, examiner: Examiner, submissions: Sequence[JudgedSubmission]) -> None:
    """Raise GoujiError that says why files cannot be joined: one adds nothing, or two contradict each other."""
    names = [one.name for one in submissions]
    whole: Reading | None = None
    for number, one in enumerate(submissions):
        reading = examiner.read_alone(task_of(ledger, one.sha256))
        whole = reading if whole is None else _with(whole, reading, names[: number + 1])


def _with(whole: Reading, reading: Reading, names: Sequence[str]) -> Reading:
    *before, name = names
    first, second = whole.report, reading.report
    if first.form != second.form or (first.year and second.year and first.year != second.year):
        raise GoujiError(f"“{name}”与“{before[0]}”不是同一年度、同一版格式的，不能合成一份。")
    joint = joint_of(first, second)
    if joint.different:
        pairs = [pair for pair in compare(first, second).changed if part_of(pair.ref) in joint.different]
        cells = "；".join(pair.words for pair in pairs[:_SHOWN])
        more = f"；等 {len(pairs)} 格" if len(pairs) > _SHOWN else ""
        raise GoujiError(
            f"“{name}”与“{'”“'.join(before)}”互相矛盾，不能合成一份：{part_names(first.form, joint.different)}不一样"
            f"{f'（{cells}{more}）' if cells else ''}。请问单位以哪一份为准，或者请单位重报一份完整的。"
        )
    if not joint.second:
        raise GoujiError(f"“{name}”里没有“{'”“'.join(before)}”缺的部分，不用合成。采用其中一份就行。")
    return joined([whole, reading], ["", name])
