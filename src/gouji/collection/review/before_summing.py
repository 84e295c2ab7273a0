"""What an officer looks at before the units are added up: jumps that move the total, and all notes on the units.

A jump of one figure is a note, because a unit may well have a year unlike any other. Whether it matters shows only
beside the other units, so the collection asks about it, and not the check of one report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter

import msgspec

from gouji.checks.continuity import jumping_refs, jumps
from gouji.checks.figures import place_of
from gouji.checks.settings import RuleSettings
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import UnitProgress
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.finding import Finding, found, message_with_place, plain
from gouji.findings.together import told_once
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.report.model import Figures, Report
from gouji.runtime.errors import GoujiError

CODE = "*"
"""The code under which the ledger keeps decisions on the totals; no unit can have it."""

_Figures = Mapping[str, Number | None]


class TwoYears(msgspec.Struct, frozen=True):
    """A unit with its figures of this year and of last year, as far as they are known."""

    member: Member
    now: _Figures
    last: _Figures


class Note(msgspec.Struct, frozen=True):
    """A note on the submission in force of a unit."""

    member: Member
    finding: Finding


def last_figures(before: LastYear, member: Member, roster: Roster) -> dict[str, Number]:
    """Return a unit's known figures of last year; none where there is no readable report."""
    codes = roster.sources(member)
    last: Figures | Report | None
    try:
        if len(codes) == 1 and codes[0] not in roster.shared_sources:
            # The figures alone are read much faster than the whole report.
            last = before.figures(codes[0])
        else:
            last = before.before(member, roster).report
    except GoujiError:
        return {}
    return {ref: value for ref, value in last.figures.items() if value is not None} if last else {}


def jumps_that_move_the_total(form: Form, units: Sequence[TwoYears], rules: RuleSettings) -> Iterator[Finding]:
    """Yield the figures that are far from last year's and change the total of all units much.

    The change is compared with the total without the unit. Other units whose figure jumped as well count there with
    last year's, or one mistake would hide another.
    """
    share = Decimal(str(rules.threshold("sum.jump.share")))
    for ref in jumping_refs(form):
        known = [(unit, mine, unit.last.get(ref)) for unit in units if (mine := unit.now.get(ref)) is not None]
        jumped = {unit.member.code: last for unit, mine, last in known if last is not None and jumps(mine, last, rules)}
        total = sum(Decimal(mine) for _, mine, _ in known)
        usual = sum(Decimal(jumped.get(unit.member.code, mine)) for unit, mine, _ in known)
        for unit, mine, last in known:
            if unit.member.code not in jumped or last is None:
                continue
            change, others = abs(Decimal(mine) - Decimal(last)), usual - Decimal(last)
            if 100 * change >= share * others:
                yield _moving(form, unit.member, ref, mine, last, total - Decimal(mine))


def _moving(form: Form, member: Member, ref: str, mine: Number, last: Number, others: Decimal) -> Finding:
    return found(
        "sum.jump",
        f"{member.code}:{ref}",
        refs=(ref,),
        expected=last,
        actual=mine,
        name=member.name,
        change=f"{'多' if mine > last else '少'} {plain(abs(Decimal(mine) - Decimal(last)))}",
        others=plain(others),
        **place_of(form, ref),
    )


def notes_on(ledger: Ledger, units: Iterable[UnitProgress], asked: Collection[Finding] = ()) -> list[Note]:
    """Return all notes on the submissions in force of units, without the jumps that are ``asked`` about."""
    in_force = {unit.in_force.sha256: unit.member for unit in units if unit.in_force}
    order = {sha256: number for number, sha256 in enumerate(in_force)}
    told = {finding.id.removeprefix("sum.jump:") for finding in asked}
    notes = [
        (order[submission.sha256], Note(in_force[submission.sha256], recorded.finding))
        for submission in ledger.submissions()
        if submission.sha256 in in_force
        for recorded in submission.findings
        if recorded.finding.severity == "note" and recorded.finding.echo_of is None
        if f"{submission.code}:{recorded.finding.id.removeprefix('jump:')}" not in told
    ]
    return [note for _, note in sorted(notes, key=itemgetter(0))]


def note_lines(notes: Iterable[Note]) -> list[tuple[str, str]]:
    """Return notes for people, each once: the units that have it, and the note."""
    return told_once(((note.member.name, message_with_place(note.finding)) for note in notes), "个单位")
