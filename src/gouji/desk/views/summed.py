"""The totals as the page shows them: the tables as printed, with what is wrong, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from gouji.collection.review.before_summing import note_lines
from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.totals.totals import Totals, totals_of
from gouji.collection.totals.workbooks import state_words, treated
from gouji.collection.workspace.folder import Workspace
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.formats.web.table import HtmlTable, html_table
from gouji.report.printed import printed

Answer = Literal["", "explain", "waive"]


class Problem(msgspec.Struct, frozen=True):
    """A finding on the totals."""

    number: int
    """By which the cells of the tables refer to it."""
    name: str
    """By which a decision names it."""
    severity: str
    word: str
    message: str
    answer: Answer
    """How the office can settle it; empty where only the units can."""
    refs: tuple[str, ...] = ()


class Settled(msgspec.Struct, frozen=True):
    """A finding that the office has answered."""

    message: str
    how: str
    text: str


class MissingUnit(msgspec.Struct, frozen=True):
    """A unit whose figures are not in the totals."""

    code: str
    name: str
    state: str
    message: str


class SummedCell(msgspec.Struct, frozen=True):
    """A cell of a table with the problems that are about it."""

    shown: str
    mark: str = ""
    """The gravest severity of them."""
    numbers: tuple[int, ...] = ()


class SummedTable(msgspec.Struct, frozen=True):
    """An official table with the totals in it."""

    heading: str
    layout: HtmlTable
    columns: tuple[str, ...]
    """What each column holds, which decides how wide it is: ``group``, ``label``, ``number`` or ``even``."""
    cells: Mapping[str, SummedCell]


class SummedView(msgspec.Struct, frozen=True):
    """What the page of the totals shows."""

    unit: str
    state: str
    complete: bool
    tables: tuple[SummedTable, ...]
    others: tuple[tuple[str, str], ...]
    """The figures that stand in no official table, with their labels."""
    absent: tuple[MissingUnit, ...]
    problems: tuple[Problem, ...]
    """What is open, the errors first, apart from missing units."""
    settled: tuple[Settled, ...]
    notes: tuple[tuple[str, str], ...]
    """The notes on units, each with the units that it is about."""


def summed_view(workspace: Workspace, of: str = "") -> SummedView:
    """Add up the units, or those below one, and return what the page shows.

    Raises GoujiError as :func:`gouji.collection.totals.totals.totals_of` does.
    """
    totals = totals_of(workspace, of)
    problems = tuple(_problems(totals))
    return SummedView(
        unit=totals.unit.name,
        state=state_words(totals),
        complete=totals.complete,
        tables=tuple(_tables(totals, problems)),
        others=tuple(_others(totals)),
        absent=tuple(
            MissingUnit(one.member.code, one.member.name, one.state, one.finding.message) for one in totals.absent
        ),
        problems=problems,
        settled=tuple(Settled(one.finding.message, treated(one), one.answer) for one in totals.findings if one.answer),
        notes=tuple(note_lines(totals.notes)),
    )


def _problems(totals: Totals) -> Iterator[Problem]:
    lacking = {one.finding.id for one in totals.absent}
    found = [one for one in totals.findings if one.open and one.finding.id not in lacking]
    found.sort(key=lambda one: one.finding.severity != "error")
    for number, judged in enumerate(found, 1):
        finding = judged.finding
        yield Problem(
            number,
            finding.id,
            finding.severity,
            SEVERITY_WORDS[finding.severity],
            finding.message,
            _answer(judged),
            finding.refs,
        )


def _answer(judged: JudgedFinding) -> Answer:
    if judged.finding.severity == "query":
        return "explain"
    return "waive" if RULES[judged.finding.rule].waivable else ""


def _tables(totals: Totals, problems: tuple[Problem, ...]) -> Iterator[SummedTable]:
    about: dict[str, list[Problem]] = {}
    for problem in problems:
        for ref in problem.refs:
            about.setdefault(ref, []).append(problem)
    report = totals.report()
    for table in totals.form.official_tables:
        layout = html_table(table)
        yield SummedTable(
            totals.form.section(table.section).heading,
            layout,
            _columns(layout),
            {
                ref: SummedCell(
                    printed(report, ref),
                    about[ref][0].severity if ref in about else "",
                    tuple(problem.number for problem in about.get(ref, ())),
                )
                for ref in table.cells
            },
        )


def _columns(layout: HtmlTable) -> tuple[str, ...]:
    widest = max(map(float, layout.widths))
    if all(float(width) == widest for width in layout.widths):
        return ("even",) * len(layout.widths)
    label = [float(width) for width in layout.widths].index(widest)
    return tuple(
        "label" if number == label else "group" if number < label else "number" for number in range(len(layout.widths))
    )


def _others(totals: Totals) -> Iterator[tuple[str, str]]:
    report = totals.report()
    for table in totals.form.tables:
        if not table.official:
            yield from ((cell.titled, printed(report, ref)) for ref, cell in table.cells.items())
