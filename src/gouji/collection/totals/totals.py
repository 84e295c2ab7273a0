"""The totals of a collection: every figure added up over the accepted submissions, the parts, and what is wrong.

Only units that are done (:data:`gouji.collection.review.in_force.State`) are added; missing units are named, never
estimated. A figure that one part has left blank is blank in the totals. Editions and years are not mixed. The total
cells of the form are computed again from the summed inputs, and must equal the sum of the units' own total cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import msgspec

from gouji.checks import check
from gouji.checks.continuity import jumping_refs
from gouji.checks.figures import place_of
from gouji.collection.intake.examine import noted_of
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.amended_figures import amended_in_force
from gouji.collection.review.before_summing import (
    CODE,
    Note,
    TwoYears,
    jumps_that_move_the_total,
    last_figures,
    notes_on,
)
from gouji.collection.review.in_force import STATE_WORDS, JudgedFinding, UnitProgress, judged_submissions, progress_of
from gouji.collection.totals.checks import doubts
from gouji.collection.totals.parts import Absent, Below, Part
from gouji.collection.totals.tree import Tree, everybody, tree_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import LAST_YEAR
from gouji.collection.workspace.roster import Member, Roster
from gouji.collection.workspace.settings import Settings
from gouji.findings.finding import Finding, found, plain
from gouji.form.expressions import Total
from gouji.form.levels import highest
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.report.figure_rows import FigureRows
from gouji.report.model import Figures, Report, Unit, added_up, figures_of, make_report
from gouji.runtime.errors import GoujiError
from gouji.runtime.spelling import pieces_of

WHOLE = "汇总"
"""The name of the totals where a command expects a unit."""

INCOMPLETE = ("sum.missing", "sum.unaccepted", "sum.other_form")
"""The rules that report a missing part."""


_UNITS_NAMED = 5
"""Units that a message names."""


class LastYearTotals(msgspec.Struct, frozen=True):
    """Last year's figures of the same area."""

    figures: Mapping[str, Number]
    units: int
    """Number of units with a report."""
    missing: tuple[str, ...]
    """The codes without a report."""
    form: Form | None = None
    """The form of last year's reports; None where forms are mixed, or not known any more."""


class Totals(msgspec.Struct, frozen=True):
    """The totals of a collection, or of the units below one unit."""

    unit: Unit
    year: int
    form: Form
    """The form that the office asks."""
    figures: Mapping[str, Number]
    parts: tuple[Part, ...]
    absent: tuple[Absent, ...]
    finished: tuple[Part, ...]
    """Finished totals from below: not added, but compared with their parts."""
    findings: tuple[JudgedFinding, ...]
    before: LastYearTotals
    notes: tuple[Note, ...] = ()
    """The notes on the parts, which the office sees before it believes the totals."""

    @property
    def complete(self) -> bool:
        """Whether every part is included."""
        return not self.absent

    @property
    def open_errors(self) -> tuple[JudgedFinding, ...]:
        """What must be corrected, apart from missing parts."""
        return tuple(
            judged
            for judged in self.findings
            if judged.open and judged.finding.severity == "error" and judged.finding.rule not in INCOMPLETE
        )

    def report(self) -> Report:
        """Return the totals as a report with its tables; people have to write the texts."""
        return make_report(form=self.form, year=self.year, unit=self.unit, figures=self.figures)


def totals_of(workspace: Workspace, of: str = "") -> Totals:
    """Add up the accepted submissions of a workspace; ``of`` limits that to one unit and the units below it.

    Raises GoujiError where nothing is accepted yet, where it is not clear which unit is meant, and where roster,
    settings or ledger cannot be read.
    """
    roster, settings = workspace.roster, workspace.settings
    top = roster.find(of) if of and of != WHOLE else None
    with workspace.ledger() as ledger:
        return _added_up(workspace, ledger, roster, settings, top)


def _added_up(workspace: Workspace, ledger: Ledger, roster: Roster, settings: Settings, top: Member | None) -> Totals:
    tree, form = tree_of(roster, top), settings.form
    units = {unit.member.code: unit for unit in progress_of(ledger, roster).units}
    decided = Decided(ledger.decisions())
    collector = _PartCollector(workspace, ledger, settings, decided)
    parts, absent = collector.parts_of(units[member.code] for member in tree.parts)
    finished, _ = collector.parts_of(units[member.code] for member in tree.finished)
    if not parts:
        raise GoujiError("还没有通过的单位，没有可以汇总的数字。先用 gouji collect 收表，用 gouji status 看进度。")
    _require_the_amended(ledger, [units[part.code] for part in (*parts, *finished)])
    figures = added_up(form.inputs, [part.figures for part in parts])
    for ref, pieces in form.totals.items():
        total = Total(pieces).value(figures)
        if total is not None:
            figures[ref] = total
    figures = {ref: figures[ref] for ref in form.cells if ref in figures}
    unit = unit_of(top) if top else _unit_of_office(settings, tree.parts)
    before = _before(LastYear(workspace.folder / LAST_YEAR, settings.forms), roster, top, tree.finished)
    senders = {part.code: part for part in (*finished, *parts)}
    below = _below(tree, parts, senders)
    moving = tuple(jumps_that_move_the_total(form, collector.two_years(parts), settings.rules))
    findings = (
        *(unit.finding for unit in absent),
        *_blanks(form, parts, figures),
        *_differing_totals(form, parts, figures),
        *doubts(form, unit, parts, below, figures, collector.last_year),
        *moving,
        *_relations(settings, unit, figures, before, whole=not absent),
    )
    return Totals(
        unit=unit,
        year=settings.year,
        form=form,
        figures=figures,
        parts=parts,
        absent=absent,
        finished=finished,
        findings=tuple(_judged(findings, decided, senders.values())),
        before=before,
        notes=tuple(notes_on(ledger, (units[part.code] for part in parts), moving)),
    )


def _require_the_amended(ledger: Ledger, units: Iterable[UnitProgress]) -> None:
    """Raise GoujiError where the report of a unit lacks what the office has amended in it."""
    for one in amended_in_force(ledger, units):
        if not one.counts:
            raise GoujiError(f"不能汇总。{one.member.name} {one.words}。")


def _below(tree: Tree, parts: Iterable[Part], senders: Mapping[str, Part]) -> list[Below]:
    """Return each unit that has units below it and has sent its own report, with those of them that are added."""
    by_code = {part.code: part for part in parts}
    finished = {member.code for member in tree.finished}
    return [
        Below(
            senders[code],
            tuple(by_code[part] for part in codes if part in by_code),
            whole=all(part in by_code for part in codes),
            finished=code in finished,
        )
        for code, codes in tree.below.items()
        if code in senders
    ]


# ---------------------------------------------------------------- the parts


class _PartCollector:
    """Reads the reports of units from the ledger, as far as they can be added."""

    def __init__(self, workspace: Workspace, ledger: Ledger, settings: Settings, decided: Decided) -> None:
        self._ledger, self._settings, self._decided = ledger, settings, decided
        self._archive, self._folder = workspace.archive, workspace.folder
        self._roster = workspace.roster
        self._names = ledger.file_names()
        self._last_year = LastYear(workspace.folder / LAST_YEAR, settings.forms)
        self._rows = FigureRows(settings.form.cells)

    def parts_of(self, units: Iterable[UnitProgress]) -> tuple[tuple[Part, ...], tuple[Absent, ...]]:
        """Return the units that can be added, and those that cannot and why."""
        parts: list[Part] = []
        absent: list[Absent] = []
        for unit in units:
            outcome = self._part(unit)
            (parts if isinstance(outcome, Part) else absent).append(outcome)  # type: ignore[arg-type]
        return tuple(parts), tuple(absent)

    def last_year(self, member: Member) -> Mapping[str, Number | None]:
        """Return a unit's figures of last year; none where they are unknown."""
        known = self._last_year.figures(member.code)
        return known.figures if known else {}

    def two_years(self, parts: Iterable[Part]) -> list[TwoYears]:
        """Return parts with the figures that may jump, of this year and of last year."""
        refs = list(jumping_refs(self._settings.form))

        def of_part(part: Part) -> TwoYears:
            last = last_figures(self._last_year, part.member, self._roster)
            return TwoYears(part.member, part.figures, {ref: last[ref] for ref in refs if ref in last})

        return list(map(of_part, parts))

    def _part(self, unit: UnitProgress) -> Part | Absent:
        member, in_force = unit.member, unit.in_force
        if unit.state == "missing":
            finding = found("sum.missing", member.code, name=member.name, code=member.code)
            return Absent(member, STATE_WORDS["missing"], finding)
        data = self._ledger.report(in_force.sha256) if in_force else None
        if unit.state != "done" or in_force is None or data is None:
            state = STATE_WORDS[unit.state]
            finding = found("sum.unaccepted", member.code, name=member.name, code=member.code, state=state)
            return Absent(member, state, finding)
        reported, year, edition = figures_of(data), self._settings.year, self._settings.form.edition
        if reported.year not in (None, year) or reported.edition != edition:
            theirs, ours = f"{reported.year} 年度、{reported.edition} 版", f"{year} 年度、{edition} 版"
            finding = found("sum.other_form", member.code, name=member.name, code=member.code, said=theirs, wanted=ours)
            return Absent(member, "不能相加", finding)
        path = self._archive.path(in_force.sha256, self._names[in_force.sha256])
        return Part(
            member=member,
            sha256=in_force.sha256,
            source=in_force.source,
            sent=in_force.sent,
            archived=path.relative_to(self._folder).as_posix(),
            figures=self._rows.row(reported.figures),
            waived=in_force.waived,
            explained=in_force.explained,
            judged=self._answered(unit) if in_force.waived or in_force.explained else (),
        )

    def _answered(self, unit: UnitProgress) -> tuple[JudgedFinding, ...]:
        submissions = judged_submissions(self._ledger, unit.member.code, self._decided)
        findings = next(findings for submission, findings in submissions if submission.role == "in_force")
        return tuple(judged for judged in findings if judged.answer and judged.finding.echo_of is None)


def unit_of(member: Member) -> Unit:
    """Return a unit of the roster as a report names it."""
    return Unit(name=member.name, code=member.code, level=member.level)


_OFFICE = re.compile(r"(?<=人民政府)(办公厅|办公室|办公厅（室）)$|(?<=管理委员会)办公室$")


def _unit_of_office(settings: Settings, parts: tuple[Member, ...]) -> Unit:
    """Return whose report the office's totals are: its government's, at the highest level of the parts."""
    level = highest(member.level for member in parts)
    return Unit(name=_OFFICE.sub("", settings.office), level=level.summed_as)


def _before(last_year: LastYear, roster: Roster, top: Member | None, finished: tuple[Member, ...]) -> LastYearTotals:
    """Add up last year's reports of the same area, including units that no longer report."""
    finished_codes = {member.code for member in finished}
    codes: dict[str, None] = {}
    for member in everybody(roster, top):
        if member.code in finished_codes:
            continue
        if member.reports_on(roster.year) and member.active_from != roster.year:
            codes.update(dict.fromkeys(roster.sources(member)))
        elif member.before:
            codes.update(dict.fromkeys(member.before))
        elif member.reports_on(roster.year - 1):
            codes[member.code] = None
    editions: set[str] = set()
    missing: list[str] = []

    def known() -> Iterator[Figures]:
        for code in codes:
            if figures := last_year.figures(code):
                editions.add(figures.edition)
                yield figures
            else:
                missing.append(code)

    reports = known()
    first = next(reports, None)
    form = last_year.forms.any_version(first.edition) if first else None
    figures = added_up(form.cells if form else (), (one.figures for one in chain([first] if first else [], reports)))
    mixed = len(editions) > 1
    return LastYearTotals(
        figures={} if mixed else figures,
        units=len(codes) - len(missing),
        missing=tuple(missing),
        form=None if mixed else form,
    )


# ---------------------------------------------------------------- what is wrong with it


def _judged(findings: Iterable[Finding], decided: Decided, parts: Iterable[Part]) -> Iterator[JudgedFinding]:
    by_code = {part.code: part for part in parts}
    order = {code: number for number, code in enumerate(by_code)}
    lengths = set(map(len, by_code))
    figures: dict[str, list[tuple[str, str, str]]] = {}
    for finding in findings:
        # One without figures of its own, such as two equal reports, is about all figures of the units that it names.
        named = (
            [] if finding.refs else sorted(order.keys() & set(pieces_of(finding.id, lengths)), key=order.__getitem__)
        )
        for code in named:
            if code not in figures:
                of_part = by_code[code].figures
                figures[code] = [(code, ref, plain(of_part[ref])) for ref in sorted(of_part)]
        noted = noted_of(finding, None, behind=[figure for code in named for figure in figures[code]])
        answer, lapsed = decided.answer(CODE, noted)
        yield JudgedFinding(finding, noted.fingerprint, answer=answer, by="office" if answer else "", lapsed=lapsed)


def _blanks(form: Form, parts: tuple[Part, ...], figures: Mapping[str, Number]) -> Iterator[Finding]:
    for ref in form.inputs:
        if ref not in figures:
            lacking = [part for part in parts if part.figures.get(ref) is None]
            yield found("sum.blank", ref, refs=(ref,), which=_names(lacking), **place_of(form, ref))


def _differing_totals(form: Form, parts: tuple[Part, ...], figures: Mapping[str, Number]) -> Iterator[Finding]:
    stated = added_up(form.totals, [part.figures for part in parts])
    for ref, pieces in form.totals.items():
        if ref in figures and ref in stated and figures[ref] != stated[ref]:
            wrong = [part for part in parts if Total(pieces).value(part.figures) != part.figures[ref]]
            yield found(
                "sum.total",
                ref,
                refs=(ref,),
                expected=figures[ref],
                actual=stated[ref],
                which=_names(wrong),
                **place_of(form, ref),
            )


_ASKED_OF_UNITS = ("figure.blank", "processing_fee", "disputes.direct_suit", "disputes.direct_suit.pending")
"""What each unit has been asked itself: the sum would only ask the office once more."""


def _relations(
    settings: Settings, unit: Unit, figures: Mapping[str, Number], before: LastYearTotals, *, whole: bool
) -> Iterator[Finding]:
    """Yield what the checks of any report find in the summed figures; its texts are not written yet."""
    report = make_report(form=settings.form, year=settings.year, unit=unit, figures=figures)
    comparable = whole and before.units and not before.missing and before.form
    last = (
        make_report(form=before.form, year=settings.year - 1, unit=unit, figures=before.figures) if comparable else None
    )
    for finding in check(report, last):
        if finding.refs and finding.rule not in _ASKED_OF_UNITS and finding.echo_of is None:
            yield finding


def _names(parts: list[Part]) -> str:
    listed = "、".join(part.member.name for part in parts[:_UNITS_NAMED])
    return listed if len(parts) <= _UNITS_NAMED else f"{listed}等 {len(parts)} 个单位"
