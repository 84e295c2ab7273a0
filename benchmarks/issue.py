"""Compare issuing the forms of many units by gouji with bare xlsxwriter, as ratios of one run.

Run ``python benchmarks/issue.py [UNITS]``. The ways write the form of each unit in turn, into memory, so that other
load on the machine affects all of them alike. Printed are sums over the units, and the peak memory of each way in its
own process.

Forms differ between units in name, code, signature and what is carried over from last year. The issuer runs three
times: with nothing carried over, in a fifth of the units, and in all units, each differently. *One by one* calls
``workbook_bytes`` for each unit. *Bare* is xlsxwriter writing the same cells and formulas with one format and nothing
else: no validation, no conditional format, no computed result.
"""

from __future__ import annotations

import io
import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator

import openpyxl
import xlsxwriter

from gouji.form.editions import edition_in_force, load_form
from gouji.formats.workbook.issuing import Issuer
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit, make_report

KEY = b"a key of an office"
FORM = load_form(edition_in_force(None))
CARRIED = [ref for ref in FORM.inputs if ref.startswith("requests.carried_in.")]

Writer = Callable[[Report], bytes]


def unit(number: int) -> Unit:
    """Return one of many units."""
    return Unit(f"第{number}镇人民政府", f"4104{number:05}", "township")


def form(number: int, carried: list[int]) -> Report:
    """Return a unit's form."""
    return make_report(
        edition=FORM.edition,
        year=FORM.first_year,
        unit=unit(number),
        figures=dict(zip(CARRIED, carried, strict=True)),
    )


def nothing(number: int) -> Report:
    """Carry nothing over."""
    return form(number, [0] * len(CARRIED))


def some(number: int) -> Report:
    """Carry over a few requests of people and firms, in a fifth of the units."""
    chance = random.Random(number)
    few = [chance.choice((1, 1, 1, 2, 2, 3, 4, 5, 8, 13)), chance.choice((0, 0, 0, 1, 2)), 0, 0, 0, 0]
    return form(number, few if chance.random() < 0.2 else [0] * len(CARRIED))


def all_different(number: int) -> Report:
    """Carry over requests that are different in every unit."""
    return form(number, [number + index for index in range(len(CARRIED))])


def issuing() -> Writer:
    """Write as ``gouji issue`` does."""
    issuer = Issuer(KEY)
    return lambda report: issuer.workbook(report, locked=CARRIED)


def one_by_one() -> Writer:
    """Write each form separately."""
    return lambda report: workbook_bytes(report, locked=CARRIED, key=KEY)


def bare() -> Writer:
    """Write the same cells with xlsxwriter alone."""
    first = all_different(1)
    sheets = openpyxl.load_workbook(io.BytesIO(workbook_bytes(first, locked=CARRIED, key=KEY)))
    cells = {
        (sheet.title, cell.row - 1, cell.column - 1): cell.value
        for sheet in sheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    places = layout_of(FORM).places

    def write(report: Report) -> bytes:
        own: dict[str, object] = {"unit.name": report.unit.name, "unit.code": report.unit.code, **report.figures}
        written = dict(cells)
        for key, value in own.items():
            written[places[key].sheet, places[key].row, places[key].column] = value
        buffer = io.BytesIO()
        workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
        plain = workbook.add_format({"border": 1})
        copies = {name: workbook.add_worksheet(name) for name in sheets.sheetnames}
        for (name, row, column), value in written.items():
            copies[name].write(row, column, value, plain)
        workbook.close()
        return buffer.getvalue()

    return write


BASE = "xlsxwriter: bare cells"
WAYS: dict[str, tuple[Callable[[], Writer], Callable[[int], Report]]] = {
    "issuer, nothing carried over": (issuing, nothing),
    "issuer, by a fifth of the units": (issuing, some),
    "issuer, no two units alike": (issuing, all_different),
    "one by one, no two alike": (one_by_one, all_different),
    BASE: (bare, all_different),
}


def peak(way: str, units: int) -> float:
    """Return the peak memory in MB of a process that only writes the forms in one way."""
    write, report = WAYS[way][0](), WAYS[way][1]
    for number in range(units):
        write(report(number))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peaks(units: int) -> Iterator[float]:
    """Measure the memory of each way, in processes that do not inherit the memory of this one (not on Windows)."""
    for way in WAYS:
        with multiprocessing.get_context("forkserver").Pool(1) as pool:
            yield pool.apply(peak, (way, units))


def main(units: int = 1000) -> None:
    """Measure and print."""
    writers = {name: (make(), report) for name, (make, report) in WAYS.items()}
    taken = dict.fromkeys(WAYS, 0.0)
    sizes = dict.fromkeys(WAYS, 0)
    for number in range(units):
        for name, (write, report) in writers.items():
            given = report(number)
            start = time.perf_counter()
            data = write(given)
            taken[name] += time.perf_counter() - start
            sizes[name] += len(data)
    print(f"{units} units")
    for (name, seconds), memory in zip(taken.items(), peaks(min(units, 300)), strict=True):
        ratio = seconds / taken[BASE]
        print(
            f"  {name:32} {seconds:7.1f} s {seconds / units * 1000:7.1f} ms each   {ratio:5.2f} × bare"
            f" {sizes[name] / units / 1024:5.0f} KB each {memory:5.0f} MB at most"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
