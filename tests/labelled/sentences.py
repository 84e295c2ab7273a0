"""Measure the rules ``narrative*`` on single sentences: JSON lines, each a sentence with the cells that it states.

A line says whose report it is (``level``, ``unit``), where the sentence stands (``topic``), what it states
(``cells``), what the table holds instead (``table``), and which cells must be asked about (``asked``). A key is a
ref; several joined by ``+`` are a sum, and ``*`` stands for any word in it. A sentence without ``asked`` must not be
asked about.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from gouji.checks import check
from gouji.form.editions import load_form
from gouji.report.model import Report, Unit, make_report

YEAR, EDITION = 2025, "2021"
_COLUMNS = ("natural", "business", "research", "nonprofit", "legal", "other")
_PLAIN = 3
"""The requests of a report about which the sentence says nothing."""


@dataclass
class Scores:
    """What was asked and what should have been, by kind of sentence."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    too_much: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was asked that is right."""
        return self.right.total() / ((self.right.total() + self.too_much.total()) or 1)

    @property
    def recall(self) -> float:
        """The share of what is wrong that was asked."""
        return self.right.total() / ((self.right.total() + self.missed.total()) or 1)


def sentences(path: Path) -> list[dict[str, Any]]:
    """Read a set of sentences."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def measured_sentences(several: list[dict[str, Any]]) -> Scores:
    """Check a report around every sentence, and count what was asked."""
    scores = Scores()
    for one in several:
        _count(scores, one)
    return scores


def _count(scores: Scores, one: dict[str, Any]) -> None:
    kind, table = one["kind"], one.get("table", {})
    untrue = {refs_of(key) for key in table}
    asked = [
        (frozenset(finding.refs), finding.rule)
        for finding in check(report_around(one))
        if finding.rule.startswith("narrative")
    ]
    found = {refs for refs, _ in asked}
    for key in one.get("asked", ()):
        if any(refs == refs_of(key) or _names(one, refs, key) for refs in found):
            scores.right[kind] += 1
        else:
            scores.missed[kind] += 1
            scores.wrong.append(f"{one['id']}: {key} missed: {one['sentence']}")
    for refs, rule in asked:
        if (
            rule != "narrative.sum"
            and not any(refs <= cells for cells in untrue)
            and not any(cells <= refs for cells in untrue)
        ):
            scores.too_much[kind] += 1
            scores.wrong.append(f"{one['id']}: {rule} {sorted(refs)[:3]} too much: {one['sentence']}")
        if rule == "narrative.sum" and kind != "sum":
            scores.too_much[kind] += 1
            scores.wrong.append(f"{one['id']}: {rule} too much: {one['sentence']}")


def _names(one: dict[str, Any], refs: frozenset[str], key: str) -> bool:
    """Tell whether a finding about a whole table names a cell of it."""
    return refs_of(key) <= refs and len(one.get("table", {})) > 0


def refs_of(key: str) -> frozenset[str]:
    """Return the refs that a key stands for."""
    cells = load_form(EDITION).cells
    return frozenset(ref for part in key.split("+") for ref in cells if fnmatchcase(ref, part))


# ---------------------------------------------------------------- the report around a sentence


def report_around(one: dict[str, Any]) -> Report:
    """Return a report that holds what the table says, agrees with the rest of the sentence and keeps all relations."""
    wanted = {refs_of(key): number for key, number in {**one["cells"], **one.get("table", {})}.items()}
    return make_report(
        edition=EDITION,
        year=YEAR,
        unit=Unit(one["unit"], "", one["level"]),
        figures=figures(wanted),
        texts={
            **{"overview.general": ["信息由专人审核。"], "problems.general": ["更新不及时，将改进。"]},
            "matters.other": ["2025年没有收取信息处理费。"],
            one["topic"]: [one["sentence"]],
        },
    )


def figures(wanted: dict[frozenset[str], int]) -> dict[str, int]:
    """Return the figures of a report in which each set of cells has its sum."""
    values = dict.fromkeys(load_form(EDITION).cells, 0)
    for refs, number in wanted.items():
        if not any(ref.startswith("requests.") for ref in refs):
            values[_first_of(refs)] = number
    for row in ("reconsideration", "direct_suit", "later_suit"):
        parts = [f"disputes.{row}.{column}" for column in ("upheld", "corrected", "other", "pending")]
        total = f"disputes.{row}.total"
        values[parts[3]] += max(0, values[total] - sum(values[ref] for ref in parts))
        values[total] = sum(values[ref] for ref in parts)
    values.update(_requests({refs: number for refs, number in wanted.items() if min(refs).startswith("requests.")}))
    return values


def _first_of(refs: frozenset[str]) -> str:
    """Return the cell that holds a sum alone, the others being 0."""
    return next(ref for ref in load_form(EDITION).cells if ref in refs)


def _requests(wanted: dict[frozenset[str], int]) -> dict[str, int]:
    """Fill table three: rows and columns with the wanted sums; what is free follows from the relations."""
    rows: dict[str, int] = {}
    columns: dict[tuple[str, str], int] = {}
    for refs, number in wanted.items():
        _, row, column = _first_of(refs).split(".")
        if column == "total":
            rows[row] = number
        else:
            columns[row, column] = number
    new, carried_in, closed, carried_out = _flow(rows, columns)
    outcomes = {row: number for row, number in rows.items() if row not in _FLOW}
    outcomes["granted"] = outcomes.get("granted", 0)
    free = "other_other" if "granted" in rows else "granted"
    outcomes[free] = outcomes.get(free, 0) + closed - sum(outcomes.values())
    assert min(outcomes.values()) >= 0, wanted
    supply = {"new": new, "carried_in": carried_in}
    demand = {**outcomes, "carried_out": carried_out}
    return _by_column(supply, demand, columns)


_FLOW = ("new", "carried_in", "closed", "carried_out")


def _flow(rows: dict[str, int], columns: dict[tuple[str, str], int]) -> tuple[int, int, int, int]:
    """Return new, carried in, closed and carried out; the first two make the other two."""
    told = sum(number for row, number in rows.items() if row not in _FLOW)
    least = max(sum(number for (row, _), number in columns.items() if row == "new"), 0)
    out, into = rows.get("carried_out", 0), rows.get("carried_in", 0)
    new = rows.get("new", max(least, rows.get("closed", max(told, _PLAIN)) + out - into, 0))
    closed = rows.get("closed", max(told, new + into - out))
    if new + into > closed + out:
        if "carried_out" in rows:
            closed = new + into - out
        out = new + into - closed
    elif new + into < closed + out:
        if "carried_in" in rows and "new" not in rows:
            new = closed + out - into
        into = closed + out - new
    return new, into, closed, out


def _by_column(supply: dict[str, int], demand: dict[str, int], fixed: dict[tuple[str, str], int]) -> dict[str, int]:
    """Share the rows among the applicants: fixed cells first, the rest in the first column that is not fixed."""
    cells = {(row, column): 0 for row in (*supply, *demand) for column in _COLUMNS}
    for row, number in supply.items():
        own = {column: count for (fixed_row, column), count in fixed.items() if fixed_row == row}
        rest = next(column for column in _COLUMNS if column not in own)
        for column, count in {**own, rest: number - sum(own.values())}.items():
            cells[row, column] = count
    left = {column: sum(cells[row, column] for row in supply) for column in _COLUMNS}
    for row, number in demand.items():
        for column in _COLUMNS:
            taken = min(number, left[column])
            cells[row, column], number, left[column] = taken, number - taken, left[column] - taken
    for column in _COLUMNS:
        cells["closed", column] = sum(cells[row, column] for row in demand if row != "carried_out")
    rows = dict.fromkeys(row for row, _ in cells)
    totals = {(row, "total"): sum(cells[row, column] for column in _COLUMNS) for row in rows}
    return {f"requests.{row}.{column}": number for (row, column), number in {**cells, **totals}.items()}
