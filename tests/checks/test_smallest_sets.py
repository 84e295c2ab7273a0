"""The smallest sets of wrong cells: how often they are the right ones, and that no smaller ones exist."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from random import Random
from statistics import median
from typing import Any

import pytest
from pace import calls_in
from wrong_figures import TRIALS, clean_tables, trials

from gouji.checks import judge
from gouji.checks.smallest_sets import LARGEST, Entry, Equation, smallest_changes
from gouji.checks.wrong_cells import entry_of, equations_of
from gouji.form.calculations import calculations, evaluate
from gouji.report.model import Report

WANTED = {1: (TRIALS, TRIALS), 2: (148, 149), 3: (148, 149)}
"""By the number of wrong cells: how often they must be the only answer, and how often among the answers."""


def request_sets(report: Report) -> list[frozenset[str]]:
    """Return the cells of the table of requests in each set; a published table of disputes may be wrong by itself."""
    sets = [frozenset(ref for ref in refs if ref.startswith("requests.")) for refs in judge(report).causes]
    return list(dict.fromkeys(sets))


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WANTED)
def test_the_wrong_cells_of_real_tables_are_named(wrong: int) -> None:
    answers = [(request_sets(report), right) for report, right in trials(wrong)]
    only, among = WANTED[wrong]
    assert sum(sets == [right] for sets, right in answers) >= only
    assert sum(right in sets for sets, right in answers) >= among


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WANTED)
def test_the_search_takes_milliseconds(wrong: int) -> None:
    right = median(calls_in(partial(judge, report)) for report in clean_tables())
    judged = median(calls_in(partial(judge, report)) for report, _ in trials(wrong))
    assert judged - right < 30_000  # about 5 ms


def test_a_table_of_nonsense_is_given_up_in_time() -> None:
    random, report = Random(5), clean_tables()[0]
    refs = [ref for ref in report.form.cells if ref.startswith("requests.")]
    rows = [
        Equation({ref: random.choice([1, -1]) for ref in random.sample(refs, 20)}, random.randint(1, 99))
        for _ in range(39)
    ]

    def search() -> None:
        assert smallest_changes(rows, {ref: Entry(9) for ref in refs}) is None

    assert 100_000 < calls_in(search) < 2_000_000  # about 0.2 s at most


# ---------------------------------------------------------------- compared with an integer programme


def solver() -> Any:
    """Return a solver of integer programmes, or skip the test."""
    if os.environ.get("GOUJI_REQUIRE_ALL"):
        import highspy
    else:
        highspy = pytest.importorskip("highspy", reason="the solver HiGHS is not installed")
    return highspy


def smallest_by_programme(
    highspy: Any, equations: Iterable[Equation], entries: dict[str, Entry], most: int
) -> list[frozenset[str]] | None:
    """Return every set of the least number of cells with which all equations hold, as an integer programme finds it.

    One variable is the new figure of a cell, another says whether the cell changes. A set that has been found is
    excluded, and the programme solved again, until the next set would be larger.
    """
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    bound = 10 * max(1, *(int(abs(entry.value)) for entry in entries.values()))
    figures = {
        ref: highs.addVariable(lb=-bound if entry.negative else 0, ub=bound, type=highspy.HighsVarType.kInteger)
        for ref, entry in entries.items()
    }
    changes = {ref: highs.addBinary() for ref in entries}
    for ref, entry in entries.items():
        highs.addConstr(figures[ref] - int(entry.value) <= 2 * bound * changes[ref])
        highs.addConstr(figures[ref] - int(entry.value) >= -2 * bound * changes[ref])
    for equation in equations:
        constant = equation.off - sum(by * entries[ref].value for ref, by in equation.factors.items())
        highs.addConstr(sum(int(by) * figures[ref] for ref, by in equation.factors.items()) + int(constant) == 0)
    found: list[frozenset[str]] = []
    while True:
        highs.minimize(sum(changes.values()))
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return found or None
        values = highs.variableValues(list(changes.values()))
        chosen = frozenset(ref for ref, value in zip(changes, values, strict=True) if value > 0.5)
        if len(chosen) > most or (found and len(chosen) > len(found[0])):
            return found or None
        found.append(chosen)
        highs.addConstr(sum(changes[ref] for ref in chosen) <= len(chosen) - 1)


def nonsense(random: Random) -> tuple[list[Equation], dict[str, Entry]]:
    """Return a small grid with sums of rows and columns in which many figures are wrong, and too small to repair."""
    rows, columns = random.randint(2, 4), random.randint(2, 4)
    cells = {f"{row}.{column}": random.randint(0, 3) for row in range(rows + 1) for column in range(columns + 1)}
    sums = [
        {f"{row}.{column}": 1 if column < columns else -1 for column in range(columns + 1)} for row in range(rows + 1)
    ] + [{f"{row}.{column}": 1 if row < rows else -1 for row in range(rows + 1)} for column in range(columns + 1)]
    kept = random.sample(sums, random.randint(2, len(sums)))
    equations = [Equation(one, sum(by * cells[ref] for ref, by in one.items())) for one in kept]
    return equations, {ref: Entry(value) for ref, value in cells.items()}


@pytest.mark.slow
def test_an_integer_programme_finds_the_same_sets() -> None:
    """In grids of small figures: there the limit at 0 decides about many sets."""
    highspy, random, sizes = solver(), Random(7), list[int]()
    for _ in range(150):
        equations, entries = nonsense(random)
        ours = smallest_changes(equations, entries)
        if not any(equation.off for equation in equations):
            assert ours is None or ours == []
            continue
        theirs = smallest_by_programme(highspy, equations, entries, LARGEST)
        assert {frozenset(change) for change in ours or []} == set(theirs or [])
        sizes.append(len(theirs[0]) if theirs else LARGEST + 1)
    assert set(sizes) >= {1, 2, 3, 4}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [1, 2, 3])
def test_no_programme_repairs_a_real_table_with_fewer_cells(wrong: int) -> None:
    highspy = solver()
    for number, (report, _) in enumerate(trials(wrong)):
        if number % 50:  # the solver needs seconds for each
            continue
        values = evaluate(calculations(report.form, totals=False), report.cells())
        of_form = equations_of(report.form, values)
        equations = [equation for id, equation in of_form.items() if id.startswith("requests.")]
        entries = {ref: entry_of(report.form, values, ref) for equation in equations for ref in equation.factors}
        ours = smallest_changes(equations, entries)
        theirs = smallest_by_programme(highspy, equations, entries, LARGEST)
        assert {frozenset(change) for change in ours or []} == set(theirs or [])
