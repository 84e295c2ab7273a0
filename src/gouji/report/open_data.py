"""A published report as data for other programs: JSON, and its figures as CSV."""

from __future__ import annotations

import csv
import io
import re

import msgspec

from gouji.form.model import Cell
from gouji.report.model import People, Report, to_json
from gouji.report.printed import digits
from gouji.runtime.printable import clean

COLUMNS = ("代号", "表", "行", "列", "数值", "单位")

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r\n]")


def public_json(report: Report) -> bytes:
    """Return a report as the JSON that ``gouji read`` prints, without the parts that are only for the office.

    The people who filled in the form, their telephone number and their explanations are not published.
    """
    return to_json(msgspec.structs.replace(report, people=People(), explanations={}))


def figures_csv(report: Report) -> bytes:
    """Return the figures of a report as CSV for spreadsheet programs, one figure a line.

    A blank figure has an empty value. An entry that is not a number is written as the text that the unit typed.
    """
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for ref, cell in report.form.cells.items():
        lines.writerow((ref, *map(harmless, _labels(report, cell)), _value(report, ref), harmless(cell.column.unit)))
    return written.getvalue().encode("utf-8-sig")


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
    return harmless(report.unread.get(ref, "")) if value is None else digits(value)
