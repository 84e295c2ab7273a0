"""Compare gouji on one workbook with the obvious peers and the physical floor, as ratios of one run.

Run ``python benchmarks/one_file.py [ROUNDS]``. The ways take turns, so that other load on the machine affects all of
them alike; printed are medians over the rounds.

*Reading*: gouji validates the file, finds its structure, reads it, recomputes the totals and checks everything.
openpyxl only loads the file. The floor inflates the parts and reads the values with calamine, the fastest library,
without validating anything. Each is measured on issued and filled workbooks, of another unit in every round, and on one
that LibreOffice saved. gouji parses only once what the workbooks of a collection have in common besides their cells.
*Writing*: gouji writes the workbook, and bare xlsxwriter writes the same cells and formulas with one format and nothing
else: no validation, no conditional format, no computed result.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter
from kit.floor import take_values

import gouji
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Unit, make_report

ROOT = Path(__file__).parents[1]
DATA = (ROOT / "samples" / "qingxi-2025.xlsx").read_bytes()
SAVED = (ROOT / "tests" / "fuzz" / "samples" / "libreoffice.xlsx").read_bytes()
REPORT = read_data(DATA).report
UNITS = 16
"""Number of issued workbooks that take turns."""


def issued(number: int) -> bytes:
    """Return the filled workbook of another unit."""
    name = f"第{number}镇"
    fields = {field: getattr(REPORT, field) for field in ("form", "year", "people", "figures", "zero")}
    texts = {topic: [text.replace("清溪镇", name) for text in texts] for topic, texts in REPORT.texts.items()}
    unit = Unit(f"{name}人民政府", f"41{number:07}", "township")
    return workbook_bytes(make_report(unit=unit, texts=texts, **fields))


RETURNS = {"as issued": [issued(number) for number in range(UNITS)], "saved by LibreOffice": [SAVED]}


def with_openpyxl(data: bytes) -> None:
    """Load the file without checking anything."""
    openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def read_and_check(data: bytes) -> None:
    """Read and check as ``gouji check`` does."""
    assert all(finding.severity != "error" for finding in gouji.check(read_data(data)))


def cells() -> list[tuple[str, list[tuple[int, int, object]]]]:
    """Return every cell of the workbook, so that the peer writes the same."""
    workbook = openpyxl.load_workbook(io.BytesIO(DATA))
    return [
        (
            sheet.title,
            [(c.row - 1, c.column - 1, c.value) for row in sheet.iter_rows() for c in row if c.value is not None],
        )
        for sheet in workbook
    ]


CELLS = cells()


def with_xlsxwriter() -> None:
    """Write the same cells and nothing else."""
    workbook = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    plain = workbook.add_format({"border": 1})
    for title, values in CELLS:
        sheet = workbook.add_worksheet(title)
        for row, column, value in values:
            sheet.write(row, column, value, plain)
    workbook.close()


Ways = dict[str, Callable[[bytes], object]]
READING: Ways = {"gouji: read + check": read_and_check, "openpyxl: load": with_openpyxl, "floor": take_values}
WRITING: Ways = {
    "gouji: write": lambda _: workbook_bytes(REPORT),
    "xlsxwriter: bare cells": lambda _: with_xlsxwriter(),
}
WAYS: dict[str, tuple[str, Ways, list[bytes]]] = {
    **{f"reading one return, {name}": ("floor", READING, files) for name, files in RETURNS.items()},
    "writing one workbook": ("xlsxwriter: bare cells", WRITING, [DATA]),
}


def main(rounds: int = 15) -> None:
    """Measure and print."""
    for title, (base, ways, files) in WAYS.items():
        times = {name: list[float]() for name in ways}
        for turn in range(rounds + 1):
            for name, work in ways.items():
                start = time.perf_counter()
                work(files[turn % len(files)])
                if turn:  # the first round warms up
                    times[name].append(time.perf_counter() - start)
        print(title)
        for name, taken in times.items():
            print(f"  {name:24} {statistics.median(taken) * 1000:8.1f} ms   {ratio(taken, times[base]):6.2f} × {base}")
        if "openpyxl: load" in times:
            faster = ratio(times["openpyxl: load"], times["gouji: read + check"])
            print(f"  {'openpyxl ÷ gouji':24} {faster:25.2f}")


def ratio(ones: list[float], others: list[float]) -> float:
    """Return the median of the ratios of pairs that were measured one after the other."""
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
