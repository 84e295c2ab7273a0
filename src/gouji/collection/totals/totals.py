"""The sum of a round: every figure over the accepted returns, the list of its parts, and what is wrong with it.

Only returns that are done (:data:`gouji.collection.review.in_force.State`) are added; who lacks is named, never
guessed. A figure that a part has left blank is blank in the sum. Editions and years are not mixed. Totals are computed
anew from the sums of their parts and must agree with the sums of the totals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from gouji.checks import check
from gouji.checks.figures import place_of
from gouji.collection.intake.examine import noted_of
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.in_force import STATE_WORDS, Judged, Standing, judged_returns, round_of
from gouji.collection.totals.checks import doubts
from gouji.collection.totals.parts import Absent, Below, Part
from gouji.collection.totals.tree import everybody, tree_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import BEFORE
from gouji.collection.workspace.roster import Member, Roster
from gouji.collection.workspace.settings import Settings
from gouji.findings.finding import Finding, found
from gouji.form.editions import load_form
from gouji.form.expressions import Number, Total
from gouji.form.levels import highest
from gouji.form.model import Form
from gouji.report.model import Report, Unit, added_up, figures_of, make_report
from gouji.runtime.errors import GoujiError

WHOLE = "汇总"
"""What the sum of the office itself is called where a command wants a unit."""

CODE = "*"
"""Under this code the ledger keeps what was decided on the sum; no unit can have it."""

INCOMPLETE = ("sum.missing", "sum.unaccepted", "sum.other_form")
"""The rules that say that a part lacks."""


class Before(msgspec.Struct, frozen=True):
    """Last year's figures of the same area."""

    figures: Mapping[str, Number]
    units: int
    """Of so many units there is a report."""
    missing: tuple[str, ...]
    """Codes of which there is none."""
    edition: str = ""
    """The edition of last year's reports; empty where they are mixed."""


class Sums(msgspec.Struct, frozen=True):
    """The sum of a round, or of what is below one of its units."""

    unit: Unit
    year: int
    edition: str
    figures: Mapping[str, Number]
    parts: tuple[Part, ...]
    absent: tuple[Absent, ...]
    finished: tuple[Part, ...]
    """Finished sums from below: not added, compared with their parts."""
    findings: tuple[Judged, ...]
    before: Before

    @property
    def form(self) -> Form:
        """The form of the round."""
        return load_form(self.edition)

    @property
    def complete(self) -> bool:
        """Whether every part is in it."""
        return not self.absent

    @property
    def open_errors(self) -> tuple[Judged, ...]:
        """What must be put right, other than that parts lack."""
        return tuple(
            each
            for each in self.findings
            if each.open and each.finding.severity == "error" and each.finding.rule not in INCOMPLETE
        )

    def report(self) -> Report:
        """Return the sum as a report: its tables; the narrative is for people to write."""
        return make_report(edition=self.edition, year=self.year, unit=self.unit, figures=self.figures)


def sums_of(workspace: Workspace, of: str = "") -> Sums:
    """Add up the accepted returns of a workspace; ``of`` is a unit, for only that unit and what is below it.

    Raises GoujiError where nothing is accepted yet, where it is not clear which unit is meant, and where roster,
    settings or ledger cannot be read.
    """
    roster, settings = workspace.roster, workspace.settings
    top = roster.wanted(of) if of and of != WHOLE else None
    with workspace.ledger() as ledger:
        return _summed(workspace, ledger, roster, settings, top)


def _summed(workspace: Workspace, ledger: Ledger, roster: Roster, settings: Settings, top: Member | None) -> Sums:
    tree, form = tree_of(roster, top), load_form(settings.edition)
    standings = {standing.member.code: standing for standing in round_of(ledger, roster).standings}
    decided = Decided(ledger.decisions())
    taker = _Taker(workspace, ledger, settings, decided)
    parts, absent = taker.taken(standings[member.code] for member in tree.parts)
    finished, _ = taker.taken(standings[member.code] for member in tree.finished)
    if not parts:
        raise GoujiError("还没有通过的单位，没有可以汇总的数字。先用 gouji collect 收表，用 gouji status 看进度。")
    figures = added_up(form.inputs, [part.figures for part in parts])
    for ref, pieces in form.totals.items():
        total = Total(pieces).value(figures)
        if total is not None:
            figures[ref] = total
    figures = {ref: figures[ref] for ref in form.cells if ref in figures}
    unit = unit_of(top) if top else _unit_of_office(settings, tree.parts)
    before = _before(LastYear(workspace.folder / BEFORE), roster, top, tree.finished)
    by_code = {part.code: part for part in parts}
    senders = {part.code: part for part in (*finished, *parts)}
    below = [
        Below(
            senders[code],
            tuple(by_code[each] for each in codes if each in by_code),
            whole=all(each in by_code for each in codes),
            finished=any(member.code == code for member in tree.finished),
        )
        for code, codes in tree.below.items()
        if code in senders
    ]
    made = (
        *(each.finding for each in absent),
        *_blanks(form, parts, figures),
        *_totals(form, parts, figures),
        *doubts(form, unit, parts, below, figures, taker.last_year),
        *_relations(settings, unit, figures, before, whole=not absent),
    )
    return Sums(
        unit=unit,
        year=settings.year,
        edition=settings.edition,
        figures=figures,
        parts=parts,
        absent=absent,
        finished=finished,
        findings=tuple(_judged(finding, decided) for finding in made),
        before=before,
    )


# ---------------------------------------------------------------- the parts


class _Taker:
    """Takes the reports of units out of the ledger, as far as they can be added."""

    def __init__(self, workspace: Workspace, ledger: Ledger, settings: Settings, decided: Decided) -> None:
        self._ledger, self._settings, self._decided = ledger, settings, decided
        self._archive, self._folder = workspace.archive, workspace.folder
        self._names = ledger.file_names()
        self._last_year = LastYear(workspace.folder / BEFORE)

    def taken(self, standings: Iterable[Standing]) -> tuple[tuple[Part, ...], tuple[Absent, ...]]:
        """Return what can be added, and what lacks and why."""
        parts: list[Part] = []
        absent: list[Absent] = []
        for standing in standings:
            outcome = self._one(standing)
            (parts if isinstance(outcome, Part) else absent).append(outcome)  # type: ignore[arg-type]
        return tuple(parts), tuple(absent)

    def last_year(self, member: Member) -> Mapping[str, Number | None]:
        """Return the figures of a unit's last year; none where they are not known."""
        known = self._last_year.figures(member.code)
        return known.figures if known else {}

    def _one(self, standing: Standing) -> Part | Absent:
        member, stands = standing.member, standing.stands
        if standing.state == "missing":
            finding = found("sum.missing", member.code, name=member.name, code=member.code)
            return Absent(member, STATE_WORDS["missing"], finding)
        data = self._ledger.report(stands.sha256) if stands else None
        if standing.state != "done" or stands is None or data is None:
            state = STATE_WORDS[standing.state]
            finding = found("sum.unaccepted", member.code, name=member.name, code=member.code, state=state)
            return Absent(member, state, finding)
        said, year, edition = figures_of(data), self._settings.year, self._settings.edition
        if said.year not in (None, year) or said.edition != edition:
            they, we = (f"{each[0]} 年度、{each[1]} 版" for each in ((said.year, said.edition), (year, edition)))
            finding = found("sum.other_form", member.code, name=member.name, code=member.code, said=they, wanted=we)
            return Absent(member, "不能相加", finding)
        path = self._archive.path(stands.sha256, self._names[stands.sha256])
        return Part(
            member=member,
            sha256=stands.sha256,
            source=stands.source,
            sent=stands.sent,
            archived=path.relative_to(self._folder).as_posix(),
            figures=said.figures,
            waived=stands.waived,
            explained=stands.explained,
            judged=self._answered(standing) if stands.waived or stands.explained else (),
        )

    def _answered(self, standing: Standing) -> tuple[Judged, ...]:
        returns = judged_returns(self._ledger, standing.member.code, self._decided)
        said = next(said for received, said in returns if received.role == "stands")
        return tuple(each for each in said if each.answer and each.finding.echo_of is None)


def unit_of(member: Member) -> Unit:
    """Return a unit of the roster as a report names it."""
    return Unit(name=member.name, code=member.code, level=member.level)


_OFFICE = re.compile(r"(?<=人民政府)(办公厅|办公室|办公厅（室）)$|(?<=管理委员会)办公室$")


def _unit_of_office(settings: Settings, parts: tuple[Member, ...]) -> Unit:
    """Return whose report the office's sum is: its government's, of the level above which none of the parts stands."""
    level = highest(member.level for member in parts)
    return Unit(name=_OFFICE.sub("", settings.office), level=level.summed_as)


def _before(last_year: LastYear, roster: Roster, top: Member | None, finished: tuple[Member, ...]) -> Before:
    """Add up last year's reports of the same area: also of the units that do not report any more."""
    sums = {member.code for member in finished}
    codes: dict[str, None] = {}
    for member in everybody(roster, top):
        if member.code in sums:
            continue
        if member.reports_on(roster.year) and member.active_from != roster.year:
            codes.update(dict.fromkeys(roster.sources(member)))
        elif member.before:
            codes.update(dict.fromkeys(member.before))
        elif member.reports_on(roster.year - 1):
            codes[member.code] = None
    known = {code: figures for code in codes if (figures := last_year.figures(code))}
    editions = {each.edition for each in known.values()}
    edition = editions.pop() if len(editions) == 1 else ""
    refs = load_form(edition).cells if edition else ()
    return Before(
        figures=added_up(refs, [each.figures for each in known.values()]),
        units=len(known),
        missing=tuple(code for code in codes if code not in known),
        edition=edition,
    )


# ---------------------------------------------------------------- what is wrong with it


def _judged(finding: Finding, decided: Decided) -> Judged:
    noted = noted_of(finding, None)
    answer, lapsed = decided.answer(CODE, finding.id, noted.fingerprints)
    return Judged(finding, noted.fingerprint, answer=answer, by="office" if answer else "", lapsed=lapsed)


def _blanks(form: Form, parts: tuple[Part, ...], figures: Mapping[str, Number]) -> Iterator[Finding]:
    for ref in form.inputs:
        if ref not in figures:
            lacking = [part for part in parts if part.figures.get(ref) is None]
            yield found("sum.blank", ref, refs=(ref,), which=_names(lacking), **place_of(form, ref))


def _totals(form: Form, parts: tuple[Part, ...], figures: Mapping[str, Number]) -> Iterator[Finding]:
    as_said = added_up(form.totals, [part.figures for part in parts])
    for ref, pieces in form.totals.items():
        if ref in figures and ref in as_said and figures[ref] != as_said[ref]:
            wrong = [part for part in parts if Total(pieces).value(part.figures) != part.figures[ref]]
            yield found(
                "sum.total",
                ref,
                refs=(ref,),
                expected=figures[ref],
                actual=as_said[ref],
                which=_names(wrong),
                **place_of(form, ref),
            )


def _relations(
    settings: Settings, unit: Unit, figures: Mapping[str, Number], before: Before, *, whole: bool
) -> Iterator[Finding]:
    """Yield what the checks of any report find in the sum's figures; the narrative is not written yet."""
    report = make_report(edition=settings.edition, year=settings.year, unit=unit, figures=figures)
    comparable = whole and before.units and not before.missing and before.edition
    last = (
        make_report(edition=before.edition, year=settings.year - 1, unit=unit, figures=before.figures)
        if comparable
        else None
    )
    for finding in check(report, last):
        if finding.refs and finding.rule not in ("figure.blank", "processing_fee") and finding.echo_of is None:
            yield finding


_NAMED = 5


def _names(parts: list[Part]) -> str:
    listed = "、".join(part.member.name for part in parts[:_NAMED])
    return listed if len(parts) <= _NAMED else f"{listed}等 {len(parts)} 个单位"
