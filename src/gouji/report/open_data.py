"""A published report as data for other programs: JSON, and its figures as CSV with the schema of that."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import msgspec

from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import Cell
from gouji.report.model import People, Report, to_json
from gouji.report.printed import digits
from gouji.runtime.printable import clean

_MEANINGS = {
    "代号": "这一格的代号：表.行.列，意思相同的格子在各版格式里代号相同",
    "表": "表格所在部分的标题",
    "行": "行名，从外到里，用“ / ”隔开",
    "列": "列名，从外到里，用“ / ”隔开",
    "数值": "报告里的数，照原样；报告里没有填的空着",
    "单位": "数值的计量单位；万元没有换算成元",
    "不是数字的填写": "填的不是数字的，照原样写在这里，数值空着",
}
COLUMNS = tuple(_MEANINGS)
"""The columns of the CSV."""

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r\n]")


def public_json(report: Report) -> bytes:
    """Return a report as the JSON that ``gouji read`` prints, without the parts that are only for the office.

    The people who filled in the form, their telephone number and their explanations are not published.
    """
    return to_json(msgspec.structs.replace(report, people=People(), explanations={}))


def figures_csv(report: Report) -> bytes:
    """Return the figures of a report as CSV for spreadsheet programs, one figure a line.

    A blank figure has an empty value. So has an entry that is not a number; the text that was typed has a column of
    its own, so that the values are numbers for every program.
    """
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for ref, cell in report.form.cells.items():
        labels = map(harmless, _labels(report, cell))
        typed = harmless(report.unread.get(ref, ""))
        lines.writerow((ref, *labels, _value(report, ref), harmless(cell.column.unit), typed))
    return written.getvalue().encode("utf-8-sig")


def table_schema(forms: Forms = OFFICIAL) -> dict[str, Any]:
    """Return the Table Schema (Frictionless, version 2) for the CSV of a report on any of these forms.

    A value has the unit of its line: an amount in 万元 is never converted to 元.
    """
    cells = {ref: cell for form in forms.every for ref, cell in form.cells.items()}
    units = list(dict.fromkeys(cell.column.unit for cell in cells.values()))
    constraints: dict[str, dict[str, Any]] = {
        "代号": {"required": True, "unique": True, "enum": list(cells)},
        "表": {"required": True},
        "行": {"required": True},
        "列": {"required": True},
        "单位": {"required": True, "enum": units},
    }
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "title": "政府信息公开工作年度报告的数字，一行一格",
        "fields": [
            {"name": name, "type": "number" if name == "数值" else "string", "description": meaning}
            | ({"constraints": constraints[name]} if name in constraints else {})
            for name, meaning in _MEANINGS.items()
        ],
        "missingValues": [""],
        "primaryKey": ["代号"],
    }


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula, with an apostrophe before it if necessary."""
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) else text


def _labels(report: Report, cell: Cell) -> tuple[str, str, str]:
    """Return the heading of the table, and the row and column with all labels above them."""
    heading = report.form.section(report.form.table(cell.table).section).heading
    row = (cell.block.title, *cell.row.label) if cell.block.title else cell.row.label
    return heading, " / ".join(row), " / ".join(cell.column.label)


def _value(report: Report, ref: str) -> str:
    value = report.figures.get(ref)
    return "" if value is None else digits(value)
