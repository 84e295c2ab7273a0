"""Compare writing the totals of many units by gouji with bare xlsxwriter, as ratios of one run.

Run ``python benchmarks/summary.py [UNITS ...]``, such as ``100 10000``. *gouji* adds up and writes all six sheets:
every figure of every unit, the totals as formulas with their results, links to all files. *Bare* is xlsxwriter in its
constant-memory mode writing only the figures of the units with one format: no totals, no links, no other sheet. The
processor time is printed too, because a busy machine stretches the elapsed time.
"""

from __future__ import annotations

import io
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from xlsxwriter.workbook import Workbook

from gouji.form.editions import load_form
from gouji.form.expressions import Total
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.tables.totals import Summary, SummedUnit, summary_bytes
from gouji.report.model import added_up


def units_of(form: Form, count: int) -> list[SummedUnit]:
    """Return units with different figures, half of them zero as in real reports."""
    chance = random.Random(1)
    units = []
    for number in range(count):
        figures: dict[str, Number] = {ref: chance.choice((0, 0, chance.randrange(2000))) for ref in form.inputs}
        for ref, parts in form.totals.items():
            figures[ref] = Total(parts).value(figures) or 0
        digest = f"{number:064x}"
        file = f"../归档/{digest[:2]}/{digest}.xlsx"
        units.append(SummedUnit(f"41{number:07}", f"第{number}镇人民政府", "某县", file, figures))
    return units


def ours(form: Form, units: list[SummedUnit]) -> bytes:
    """Add up the figures and write the workbook."""
    figures = added_up(form.inputs, [unit.figures for unit in units])
    for ref, parts in form.totals.items():
        figures[ref] = Total(parts).value(figures) or 0
    member = ("乡镇、街道", "某县", "计入", "通过", None, None, "回收/a.xlsx", "", "0" * 64)
    members = [([unit.code, unit.name, *member], unit.file) for unit in units]
    return summary_bytes(Summary(form, "汇总", "完整", units, figures, figures, "上年", ("上年", "今年"), members, []))


def bare(form: Form, units: list[SummedUnit]) -> bytes:
    """Write only the figures of the units."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"constant_memory": True})
    sheet, chosen = workbook.add_worksheet(), workbook.add_format({"border": 1})
    for row, unit in enumerate(units):
        sheet.write_string(row, 0, unit.code, chosen)
        sheet.write_string(row, 1, unit.name, chosen)
        for column, ref in enumerate(form.cells, 2):
            sheet.write_number(row, column, unit.figures[ref], chosen)
    workbook.close()
    return buffer.getvalue()


def timed(work: Callable[[], bytes]) -> tuple[float, float, int]:
    """Return time, processor time and bytes."""
    start, busy = time.perf_counter(), time.process_time()
    size = len(work())
    return time.perf_counter() - start, time.process_time() - busy, size


def memory() -> int:
    """Return the peak memory of the process in MB."""
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024  # type: ignore[index]


if __name__ == "__main__":
    form = load_form("2021")
    for count in map(int, sys.argv[1:] or ["100", "1000"]):
        units = units_of(form, count)
        before = memory()
        seconds, busy, size = timed(lambda units=units: ours(form, units))  # type: ignore[misc]
        most = memory()
        bare_seconds, bare_busy, _ = timed(lambda units=units: bare(form, units))  # type: ignore[misc]
        print(
            f"{count:6} units: {seconds:.1f} s ({busy:.1f} s of processor), {size / 2**20:.1f} MB, "
            f"memory {before} → {most} MB; bare xlsxwriter {bare_seconds:.1f} s ({bare_busy:.1f}); "
            f"processor time {busy / bare_busy:.2f} × bare",
            flush=True,
        )
