"""What the board shows: worked out from the ledger, the roster and last year's reports, and written into 汇总."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.outgoing.publishing import PAGES
from gouji.collection.review.in_force import STATE_WORDS, Judged, Standing, State, judged_returns
from gouji.collection.review.status import Status, status_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import BEFORE, REPORTS, RETURNED, SUMS
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding, plain
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.form.editions import load_form
from gouji.form.expressions import Number
from gouji.form.levels import LEVELS
from gouji.form.model import Cell
from gouji.formats.web.board import Bar, Board, Count, Group, RuleLine, Stray, SumLine, UnitLine, board_bytes
from gouji.runtime.errors import GoujiError
from gouji.runtime.output import make_folder, write_aside

BOARD = f"{SUMS}/看板.html"

_REASONS = 8
"""Reasons that are listed of a unit."""

_Figures = dict[str, Number]


def write_board(workspace: Workspace, today: datetime.date) -> None:
    """Write the board as it is on a day.

    Raises GoujiError where the roster, the settings or the ledger cannot be read, or the board cannot be written.
    """
    data = board_bytes(board_of(workspace, today))
    make_folder(workspace.folder / SUMS)
    write_aside(workspace.folder / BOARD, data)


def board_of(workspace: Workspace, today: datetime.date) -> Board:
    """Work out what the board shows on a day."""
    status = status_of(workspace, today)
    standings = status.round.standings
    with workspace.ledger() as ledger:
        findings = dict(_open_findings(ledger, standings))
        links = _links(workspace.folder, ledger)
        sums = _sums(workspace, ledger, status)
    return Board(
        office=status.settings.office,
        year=status.settings.year,
        today=today,
        deadline=status.settings.deadline,
        deadline_words=status.deadline_words,
        whole=_bar("全部", standings),
        levels=tuple(
            _bar(level.name, some)
            for level in LEVELS.values()
            if (some := [standing for standing in standings if standing.member.level == level.key])
        ),
        groups=tuple(
            Group(
                state,
                word,
                tuple(
                    _unit(standing, findings.get(standing.member.code, ()), links.get(standing.member.code, ()))
                    for standing in standings
                    if standing.state == state
                ),
            )
            for state, word in STATE_WORDS.items()
        ),
        rules=tuple(_rules(findings.values())),
        strays=tuple(Stray(each.received.source, each.why, each.received.sha256[:8]) for each in status.unknown),
        remarks=tuple(Stray(source, text) for source, text in status.remarks),
        summed=status.round.count("done"),
        sums=sums,
    )


def _bar(name: str, standings: Sequence[Standing]) -> Bar:
    states = Counter(standing.state for standing in standings)
    in_order: Iterable[State] = STATE_WORDS
    return Bar(name, tuple(Count(state, STATE_WORDS[state], states[state]) for state in in_order))


def _open_findings(ledger: Ledger, standings: Iterable[Standing]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield for each unit that has something to do what is still open in the return that its state is about."""
    decided = Decided(ledger.decisions())
    for standing in standings:
        latest = standing.latest
        if latest is None or standing.state == "done":
            continue
        said: tuple[Judged, ...] = next(
            judged
            for received, judged in judged_returns(ledger, standing.member.code, decided)
            if received.sha256 == latest.sha256
        )
        yield standing.member.code, tuple(each.finding for each in said if each.open)


def _unit(standing: Standing, findings: Sequence[Finding], links: Sequence[tuple[str, str]]) -> UnitLine:
    member, latest = standing.member, standing.latest
    counts = [
        f"{words} {count} 处"
        for words, count in (
            ("必须改正", latest.errors if latest else 0),
            ("请核实", latest.queries if latest else 0),
            ("已放行", latest.waived if latest else 0),
            ("已说明", latest.explained if latest else 0),
        )
        if count
    ]
    return UnitLine(
        code=member.code,
        name=member.name,
        level=LEVELS[member.level].name,
        search=_searched(member),
        contact=member.contact,
        phone=member.phone,
        emails=member.emails,
        counts="，".join(counts),
        reasons=tuple(finding.message for finding in findings[:_REASONS]),
        more=max(len(findings) - _REASONS, 0),
        file=latest.source if latest else "",
        remark="后来又报的没有代替它，请看一下。" if standing.waits_for_a_decision else "",
        links=tuple(links),
    )


def _searched(member: Member) -> str:
    return " ".join((member.name, *member.short, member.code, member.contact, member.phone)).lower()


def _rules(findings: Iterable[Sequence[Finding]]) -> Iterator[RuleLine]:
    """Yield the rules that found something, the one that concerns most units first."""
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
    """Return what we have written for each unit and is there, as links from the board."""
    links: dict[str, list[tuple[str, str]]] = {}
    for into, word in ((RETURNED, "退回的"), (REPORTS, "报告"), (PAGES, "网页")):
        for path, product in ledger.products(into).items():
            where, _, name = path.rpartition("/")
            if where == into and product.code and not name.endswith((".json", ".csv")) and (folder / path).exists():
                links.setdefault(product.code, []).append((f"{word}（{name.rpartition('.')[2]}）", f"../{quote(path)}"))
    return links


# ---------------------------------------------------------------- sums


class _Compared(msgspec.Struct):
    """A figure of many units: of all, and of those whose figure of last year is known."""

    total: Number = 0
    units: int = 0
    now: Number = 0
    before: Number = 0


def _sums(workspace: Workspace, ledger: Ledger, status: Status) -> tuple[SumLine, ...]:
    """Sum the key figures of the units that are done, and compare them with last year's."""
    form = load_form(status.settings.edition)
    cells = form.cells
    sums = {f"{table.id}.{key}": _Compared() for table in form.tables for key in table.board}
    before = LastYear(workspace.folder / BEFORE)
    for standing in status.round.standings:
        if standing.state != "done" or standing.stands is None:
            continue
        now = _figures(ledger.report(standing.stands.sha256) or b"{}")
        last = _last_figures(before, standing.member, workspace)
        for ref, each in sums.items():
            each.total += now.get(ref, 0)
            if ref in now and ref in last:
                each.units += 1
                each.now += now[ref]
                each.before += last[ref]
    return tuple(_sum_line(_label(cells[ref]), each) for ref, each in sums.items())


def _label(cell: Cell) -> str:
    words = "，".join((*cell.row.label, cell.column.printed))
    return words if cell.column.unit in words else f"{words}（{cell.column.unit}）"


def _sum_line(label: str, sums: _Compared) -> SumLine:
    if not sums.units:
        return SumLine(label, plain(sums.total), 0)
    change = _change(sums.now, sums.before)
    return SumLine(label, plain(sums.total), sums.units, plain(sums.now), plain(sums.before), change)


def _change(now: Number, before: Number) -> str:
    if now == before:
        return "持平"
    if not before:
        return "上年是 0"
    change = 100 * (Decimal(now) - Decimal(before)) / abs(Decimal(before))
    if abs(change) < Decimal("0.05"):
        return f"{'增' if change > 0 else '减'}不到 0.1%"
    return f"{'增' if change > 0 else '减'} {abs(change):.1f}%"


def _figures(report: bytes) -> _Figures:
    """Return the figures of a report of ours; its other parts are not looked at."""
    figures: dict[str, Any] = _decoder.decode(report).figures
    return {ref: value for ref, value in figures.items() if value is not None}


class _OnlyFigures(msgspec.Struct):
    figures: dict[str, Any] = msgspec.field(default_factory=dict)


_decoder = msgspec.json.Decoder(_OnlyFigures, float_hook=Decimal)


def _last_figures(before: LastYear, member: Member, workspace: Workspace) -> _Figures:
    """Return a unit's figures of last year; none where there is no report, or none that can be read."""
    try:
        report = before.before(member, workspace.roster).report
    except GoujiError:
        return {}
    return dict(report.figures) if report else {}
