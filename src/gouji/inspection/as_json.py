"""结果.json: an inspection for programs, with the findings as ``check --format json`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from gouji.inspection.results import InspectedUnit, Inspection, Problem, counted_by_rule, path_from
from gouji.runtime.printable import escaped, is_text, readable_path

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def result_json(inspection: Inspection, beside: Path, written: Mapping[str, str]) -> bytes:
    """Return an inspection as JSON; paths are relative to the folder that the file will be in.

    ``written`` are the SHA-256 of the files that are written beside it, by name.
    """
    document = {
        "year": inspection.year,
        "files": inspection.counts.files,
        "reports": {str(year): number for year, number in inspection.counts.per_year.items()},
        "units": [_unit(unit, beside) for unit in inspection.units],
        "unmatched": [_problem(problem, beside) for problem in inspection.others],
        "rules": [
            {"rule": one.rule, "severity": one.severity, "units": len(one.units), "problems": one.problems}
            for one in counted_by_rule(inspection.problems)
        ],
        "remarks": list(inspection.remarks),
        "written": dict(written),
    }
    return escaped(msgspec.json.format(_ENCODER.encode(document), indent=2).decode() + "\n").encode()


def _unit(unit: InspectedUnit, beside: Path) -> dict[str, Any]:
    report = unit.report
    return {
        "name": unit.unit.name,
        "code": unit.unit.code,
        "listed": unit.listed,
        "report": {
            "path": _path(report.seen.path, beside),
            "sha256": report.seen.sha256,
            "edition": report.seen.edition,
            "medium": report.seen.medium,
            "published": report.published.isoformat() if report.published else None,
            "copies": [_path(path, beside) for path in report.copies],
            "others": [_path(path, beside) for path in report.others],
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
        "path": _path(problem.path, beside) if problem.path else None,
        "points": problem.points,
        **problem.finding.as_json(),
    }


def _path(path: Path, beside: Path) -> str:
    """Return the path of a file from the folder of the JSON; a name that is not UTF-8 as people read it."""
    whole = path_from(path, beside)
    return whole if is_text(whole) else readable_path(whole)
