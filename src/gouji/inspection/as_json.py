"""结果.json: an inspection for programs, with the findings as ``check --format json`` prints them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from gouji.inspection.results import InspectedUnit, Inspection, Problem, counted_by_rule, path_from

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def result_json(inspection: Inspection, beside: Path) -> bytes:
    """Return an inspection as JSON; paths are relative to the folder that the file will be in."""
    document = {
        "year": inspection.year,
        "files": inspection.files,
        "reports": {str(year): number for year, number in inspection.per_year.items()},
        "units": [_unit(unit, beside) for unit in inspection.units],
        "unmatched": [_problem(problem, beside) for problem in inspection.others],
        "rules": [
            {"rule": one.rule, "severity": one.severity, "units": len(one.units), "problems": one.problems}
            for one in counted_by_rule(inspection.problems)
        ],
        "remarks": list(inspection.remarks),
    }
    return msgspec.json.format(_ENCODER.encode(document), indent=2) + b"\n"


def _unit(unit: InspectedUnit, beside: Path) -> dict[str, Any]:
    report = unit.report
    return {
        "name": unit.unit.name,
        "code": unit.unit.code,
        "listed": unit.listed,
        "report": {
            "path": path_from(report.seen.path, beside),
            "sha256": report.seen.sha256,
            "edition": report.seen.edition,
            "medium": report.seen.medium,
            "published": report.published.isoformat() if report.published else None,
            "copies": [path_from(path, beside) for path in report.copies],
            "others": [path_from(path, beside) for path in report.others],
            "compared": unit.compared,
        }
        if report
        else None,
        "points": unit.points,
        "problems": [_problem(problem, beside) for problem in unit.problems],
    }


def _problem(problem: Problem, beside: Path) -> dict[str, Any]:
    return {
        "unit": problem.unit,
        "year": problem.year,
        "path": path_from(problem.path, beside) if problem.path else None,
        "points": problem.points,
        **problem.finding.as_json(),
    }
