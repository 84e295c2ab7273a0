"""The board of a collection: worked out from the ledger, the roster and last year's reports, and written into 汇总."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from gouji.checks.continuity import jumping_refs
from gouji.collection.intake.examine import noted_of
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.outgoing.publishing import PAGES
from gouji.collection.review.before_summing import (
    CODE,
    TwoYears,
    jumps_that_move_the_total,
    last_figures,
    note_lines,
    notes_on,
)
from gouji.collection.review.in_force import STATE_WORDS, JudgedFinding, State, UnitProgress, judged_submissions
from gouji.collection.review.questions import is_for_the_office, question_lines
from gouji.collection.review.status import Status
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import LAST_YEAR, REPORTS, SENT_BACK, TOTALS
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding, message_with_place, plain
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.findings.together import as_one, told_once, with_one_cause
from gouji.form.levels import LEVELS
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.web.board import Bar, Board, Count, Group, RuleLine, Stray, SumLine, UnitLine, board_bytes
from gouji.runtime.output import make_folder, write_aside

BOARD = f"{TOTALS}/看板.html"

_REASONS = 8
"""Findings that are listed for a unit."""

_SMALLEST_CHANGE = Decimal("0.05")
"""Percent; anything smaller would be rounded to 0.0 %."""

_Figures = dict[str, Number]


def write_board(workspace: Workspace, status: Status) -> None:
    """Write the board of a status, which says of which day.

    Raises GoujiError where the roster, the settings or the ledger cannot be read, or the board cannot be written.
    """
    data = board_bytes(board_of(workspace, status))
    make_folder(workspace.folder / TOTALS)
    write_aside(workspace.folder / BOARD, data)


def board_of(workspace: Workspace, status: Status) -> Board:
    """Work out the board of a status."""
    units = status.progress.units
    with workspace.ledger() as ledger:
        findings = dict(_open_findings(ledger, units))
        links = _links(workspace.folder, ledger)
        done = list(_two_years(workspace, ledger, status))
        moving = list(jumps_that_move_the_total(status.settings.form, done, status.settings.rules))
        decided = Decided(ledger.decisions())
        notes = notes_on(ledger, units, moving)
    return Board(
        office=status.settings.office,
        year=status.settings.year,
        today=status.today,
        deadline=status.settings.deadline,
        deadline_words=status.deadline_words,
        publish_by=status.settings.publication if status.settings.publishes_later else None,
        publication_words=status.publication_words,
        whole=_bar("全部", units),
        levels=tuple(
            _bar(level.name, some)
            for level in LEVELS.values()
            if (some := [unit for unit in units if unit.member.level == level.key])
        ),
        groups=tuple(_group(state, status, findings, links) for state in STATE_WORDS),
        rules=tuple(_rules(findings.values())),
        questions=tuple(Stray(units, text) for units, text in question_lines(status.questions)),
        strays=tuple(Stray(one.submission.source, one.why, one.submission.sha256[:8]) for one in status.unknown),
        remarks=tuple(Stray(source, text) for source, text in told_once(status.remarks)),
        doubts=tuple(finding.message for finding in moving if not _answered(finding, decided)),
        notes=tuple(Stray(names, message) for names, message in note_lines(notes)),
        summed=status.progress.count("done"),
        sums=_totals(status.settings.form, done),
    )


def _group(
    state: State,
    status: Status,
    findings: Mapping[str, Sequence[Finding]],
    links: Mapping[str, Sequence[tuple[str, str]]],
) -> Group:
    """Return the units in a state, given the findings on them and the links to their files by code."""
    units = [unit for unit in status.progress.units if unit.state == state]
    lines = (
        _unit(
            unit,
            findings.get(unit.member.code, ()),
            links.get(unit.member.code, ()),
            status.about(unit.member).lines,
            status.of_deadline(unit.member),
        )
        for unit in units
    )
    return Group(state, STATE_WORDS[state], tuple(lines))


def _bar(name: str, units: Sequence[UnitProgress]) -> Bar:
    states = Counter(unit.state for unit in units)
    in_order: Iterable[State] = STATE_WORDS
    return Bar(name, tuple(Count(state, STATE_WORDS[state], states[state]) for state in in_order))


def _open_findings(ledger: Ledger, units: Iterable[UnitProgress]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield for each unit that has something to do the open findings on the submission its state is about."""
    decided = Decided(ledger.decisions())
    for unit in units:
        latest = unit.latest
        if latest is None or unit.state == "done":
            continue
        findings: tuple[JudgedFinding, ...] = next(
            judged
            for submission, judged in judged_submissions(ledger, unit.member.code, decided)
            if submission.sha256 == latest.sha256
        )
        yield unit.member.code, tuple(one.finding for one in findings if one.open)


def _unit(
    unit: UnitProgress,
    findings: Sequence[Finding],
    links: Sequence[tuple[str, str]],
    notices: tuple[str, ...],
    due: str,
) -> UnitLine:
    member, latest = unit.member, unit.latest
    # What only the office can answer is a list of its own, and why a file that waits cannot be read is in the notices.
    told = latest is not None and latest.waits and latest.verdict == "unreadable"
    theirs = (one for one in findings if not told and not is_for_the_office(one))
    reasons = [message_with_place(as_one(group)) for group in with_one_cause(theirs, lambda finding: finding)]
    return UnitLine(
        code=member.code,
        name=member.name,
        level=LEVELS[member.level].name,
        search=_searchable(member),
        contact=member.contact,
        phone=member.phone,
        emails=member.emails,
        counts=latest.counts if latest else "",
        due=due,
        reasons=tuple(reasons[:_REASONS]),
        more=max(len(reasons) - _REASONS, 0),
        file=latest.source if latest else "",
        notices=notices,
        links=tuple(links),
    )


def _searchable(member: Member) -> str:
    return " ".join((member.name, *member.short, member.code, member.contact, member.phone)).lower()


def _rules(findings: Iterable[Sequence[Finding]]) -> Iterator[RuleLine]:
    """Yield the rules with open findings, the one that concerns the most units first."""
    units: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for found in findings:
        places.update(finding.rule for finding in found)
        units.update({finding.rule for finding in found})
    most = max(units.values(), default=1)
    for rule, count in sorted(units.items(), key=lambda item: (-item[1], -places[item[0]], item[0])):
        entry = RULES[rule]
        yield RuleLine(entry.finds, SEVERITY_WORDS[entry.severity], count, places[rule], f"{100 * count / most:.1f}")


def _links(folder: Path, ledger: Ledger) -> dict[str, list[tuple[str, str]]]:
    """Return links from the board to the files that we have written for each unit and that exist."""
    links: dict[str, list[tuple[str, str]]] = {}
    for into, word in ((SENT_BACK, "退回的"), (REPORTS, "报告"), (PAGES, "网页")):
        for path, product in ledger.products(into).items():
            where, _, name = path.rpartition("/")
            if where == into and product.code and not name.endswith((".json", ".csv")) and (folder / path).exists():
                links.setdefault(product.code, []).append((f"{word}（{name.rpartition('.')[2]}）", f"../{quote(path)}"))
    return links


# ---------------------------------------------------------------- totals


class _Compared(msgspec.Struct):
    """A figure summed over all units, and over the units whose figure of last year is known."""

    total: Number = 0
    units: int = 0
    now: Number = 0
    before: Number = 0


def _two_years(workspace: Workspace, ledger: Ledger, status: Status) -> Iterator[TwoYears]:
    """Yield the units that are done with those figures of this year and last year that the board is about."""
    before = LastYear(workspace.folder / LAST_YEAR, workspace.settings.forms)
    roster, form = workspace.roster, status.settings.form
    shown = dict.fromkeys((*form.key_figures, *jumping_refs(form)))

    def of_board(figures: Mapping[str, Number | None]) -> _Figures:
        return {ref: figure for ref in shown if (figure := figures.get(ref)) is not None}

    for unit in status.progress.units:
        if unit.state == "done" and unit.in_force is not None:
            now = _figures(ledger.report(unit.in_force.sha256) or b"{}")
            yield TwoYears(unit.member, of_board(now), of_board(last_figures(before, unit.member, roster)))


def _answered(finding: Finding, decided: Decided) -> bool:
    return bool(decided.answer(CODE, noted_of(finding, None))[0])


def _totals(form: Form, done: Iterable[TwoYears]) -> tuple[SumLine, ...]:
    """Add up the key figures of the units that are done, and compare them with last year's."""
    cells = form.cells
    totals = {ref: _Compared() for ref in form.key_figures}
    for unit in done:
        for ref, compared in totals.items():
            now, last = unit.now.get(ref), unit.last.get(ref)
            compared.total += now or 0
            if now is not None and last is not None:
                compared.units += 1
                compared.now += now
                compared.before += last
    return tuple(_total_line(cells[ref].titled, compared) for ref, compared in totals.items())


def _total_line(label: str, compared: _Compared) -> SumLine:
    if not compared.units:
        return SumLine(label, plain(compared.total), 0)
    change = _change(compared.now, compared.before)
    return SumLine(label, plain(compared.total), compared.units, plain(compared.now), plain(compared.before), change)


def _change(now: Number, before: Number) -> str:
    if now == before:
        return "持平"
    if not before:
        return "上年是 0"
    change = 100 * (Decimal(now) - Decimal(before)) / abs(Decimal(before))
    if abs(change) < _SMALLEST_CHANGE:
        return f"{'增' if change > 0 else '减'}不到 0.1%"
    return f"{'增' if change > 0 else '减'} {abs(change):.1f}%"


def _figures(report: bytes) -> _Figures:
    """Return the figures of a report of ours, without decoding the rest of it."""
    figures: dict[str, Any] = _decoder.decode(report).figures
    return {ref: value for ref, value in figures.items() if value is not None}


class _OnlyFigures(msgspec.Struct):
    figures: dict[str, Any] = msgspec.field(default_factory=dict)


_decoder = msgspec.json.Decoder(_OnlyFigures, float_hook=Decimal)
