"""The figures of real published reports, each as a case file and as a Report."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from gouji.form.editions import load_form
from gouji.form.model import Form
from gouji.report.model import Report, from_json

CASES = {path.stem: path for path in sorted(Path(__file__).parents[1].joinpath("cases").glob("*.json"))}

LEVELS = {
    "city, summed": "city",
    "prefecture-level city, summed": "city",
    "district (county level)": "county",
    "county-level government (experimental zone), summed": "county",
    "county-level bureau": "county_department",
    "township-level (sub-district management bureau)": "township",
    "province-level government office (本政府机关)": "province",
}


def load(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(CASES[name].read_text(encoding="utf-8"), parse_float=Decimal)
    if case["format"] == "mixed":  # the single row of other results becomes the last of three
        before, after = list(case["table3"].items())[:-3], list(case["table3"].items())[-3:]
        case["table3"] = dict([*before, ("1", [0] * 7), ("2", [0] * 7), *after])
    return case


def form_of(case: dict[str, Any]) -> Form:
    return load_form("2019" if case["format"] == "2019" else "2021")


def rows_of(form: Form, table: str) -> list[tuple[str, list[str]]]:
    """Return the key and the column keys of each row of a table."""
    blocks = form.table(table).blocks
    return [(row.key, [column.key for column in block.columns]) for block in blocks for row in block.rows]


def numbers(values: object, columns: int) -> list[Any]:
    if values is None:
        return [None] * columns
    if isinstance(values, dict):
        return [value for key, value in values.items() if key != "raw"]
    return values if isinstance(values, list) else [values]


def report_of(case: dict[str, Any], *, blanks: int | None = None) -> Report:
    """Return a published case as a report; ``blanks`` is the value of cells in which nothing was printed."""
    form = form_of(case)
    printed = {
        "disclosure": case.get("table2") or case["table2_2019"],
        "requests": case["table3"],
        "disputes": case["table4"],
    }
    figures: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for table, rows in printed.items():
        lines = [values for label, values in rows.items() if label != "raw"]
        for (row, columns), values in zip(rows_of(form, table), lines, strict=True):
            for column, value in zip(columns, numbers(values, len(columns)), strict=True):
                ref = f"{table}.{row}.{column}"
                if isinstance(value, str):
                    unread[ref] = value
                else:
                    figures[ref] = blanks if value is None else value
    document = {
        "edition": form.edition,
        "year": case["year"],
        "unit": {"name": "某机关", "level": LEVELS[case["level"]]},
        "figures": figures,
        "unread": unread,
    }
    return from_json(json.dumps(document, default=float).encode())
