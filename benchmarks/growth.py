"""How time and memory grow from 1,000 units to 100,000: of collecting, and of each command on what was collected.

Run ``python benchmarks/growth.py [UNITS …]``, such as ``1000 10000 100000`` (without any, the first two). Every unit
sends a workbook with figures and 4 kB of text of its own (``kit/returns.py``), and the workspace in which the commands
run is the one that ``collect`` made of them. Printed are wall time, processor time of all processes, the peak memory of
the command's own process and of its largest worker, and how each grows from one number of units to the next: with the
power 1.0 where twice as many units take twice as much. ``!`` marks a power above 1.1. A command that takes less than a
second is mostly its start, so its power says little.

With ``--folder FOLDER`` the workbooks are kept there for later runs: 100,000 are 6 GB and take some minutes. What the
commands write is removed after each command; 100,000 units need 30 GB for that time. ``--only collect,again,status,…``
measures some of it (``collect`` runs anyway). ``--source SRC`` measures the build in another checkout's ``src``.
``--open`` also measures what people do with the products: 看板.html is opened and filtered in Chromium, 汇总.xlsx is
opened in LibreOffice. Linux only.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from kit.builds import Build, build_of, circumstances, this_build
from kit.meter import Used
from kit.years import returns_of, year_of

COMMANDS: dict[str, tuple[str, ...]] = {
    "collect": ("collect",),
    "again": ("collect",),
    "status": ("status",),
    "board": ("board",),
    "summary": ("summary",),
    "alike": ("alike",),
    "report": ("report", "--all"),
    "publish": ("publish", "--all"),
    "backup": ("backup", "-o", "backup.zip"),
}
WRITTEN = {"report": "报告", "publish": "报告", "backup": "backup.zip"}
"""What is removed after a command, relative to the workspace."""
STEEP = 1.1
KINDS = ("wall", "processor", "parent", "largest")


class Grown(NamedTuple):
    """How often as much as before, as a power of how many units as before."""

    name: str
    power: float

    def __str__(self) -> str:
        return f"{self.name} ^{self.power:.2f}{'!' if self.power > STEEP else ' '}"


def measured(build: Build, workspace: Path, wanted: Sequence[str]) -> Iterator[tuple[str, Used]]:
    """Yield what each command has used."""
    for name, command in COMMANDS.items():
        if name in wanted:
            yield name, build.gouji(*command, memory=True, statuses=(0, 1), folder=workspace)
            if name in WRITTEN:
                _remove(workspace / WRITTEN[name])


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def grown(before: Used | None, now: Used, times: float) -> list[Grown]:
    """Return by which power processor time and memory have grown."""
    if before is None:
        return []
    pairs = {kind: (getattr(before, kind), getattr(now, kind)) for kind in ("processor", "parent", "largest")}
    return [
        Grown(kind, math.log(after / earlier) / math.log(times))
        for kind, (earlier, after) in pairs.items()
        if earlier and after
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("units", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default=",".join(COMMANDS))
    parser.add_argument("--source", type=Path)
    parser.add_argument("--open", action="store_true")
    given = parser.parse_args()
    wanted = {"collect", *given.only.split(",")}
    if not wanted <= set(COMMANDS):
        parser.error(f"known: {', '.join(COMMANDS)}")
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        aside = Path(temporary)
        build = (
            build_of("other", given.source.resolve(), Path(sys.executable), aside)
            if given.source
            else this_build(aside)
        )
        print(circumstances())
        print(f"{'units':>8} {'command':<10}{'s':>9}{'s of processor':>16}{'MB':>8}{'worker MB':>11}   growth")
        before: dict[str, Used] = {}
        for number, units in enumerate(given.units):
            workspace = year_of(build, returns_of(given.folder or aside, units, build), aside / "年报")
            times = units / given.units[number - 1]
            for name, used in measured(build, workspace, sorted(wanted)):
                powers = "  ".join(map(str, grown(before.get(name), used, times)))
                print(
                    f"{units:>8} {name:<10}{used.wall:>9.1f}{used.processor:>16.1f}"
                    f"{used.parent:>8.0f}{used.largest:>11.0f}   {powers}",
                    flush=True,
                )
                before[name] = used
            _sizes(workspace, units)
            if given.open:
                opened(workspace, aside, units)


def _sizes(workspace: Path, units: int) -> None:
    """Print how large the files are that hold all units."""
    files = [workspace / "台账.sqlite", *(workspace / "汇总").glob("*")]
    sizes = ", ".join(f"{path.name} {path.stat().st_size / 2**20:.1f} MB" for path in files if path.is_file())
    print(f"{units:>8} {sizes}", flush=True)


# ---------------------------------------------------------------- what people do with the products


_LOADED = """Math.max(performance.getEntriesByType('navigation')[0].loadEventEnd,
    ...performance.getEntriesByType('paint').map((paint) => paint.startTime)) / 1000"""
"""When the page had been loaded and painted; 0 until then."""
_FILTER = """
const [text, done] = arguments, query = document.getElementById('query'), shown = document.getElementById('shown');
const before = shown.textContent, started = performance.now();
query.value = text;
query.dispatchEvent(new Event('input', {bubbles: true}));
const painted = () => requestAnimationFrame(() => setTimeout(() => done((performance.now() - started) / 1000)));
const look = () => shown.textContent === before ? setTimeout(look, 2) : painted();
look();
"""


def opened(workspace: Path, aside: Path, units: int) -> None:
    """Print how long the board takes in a browser, and the workbook of the totals in LibreOffice."""
    page, totals = workspace / "汇总" / "看板.html", workspace / "汇总" / "汇总.xlsx"
    if page.exists():
        load, filtering = _in_chromium(page, aside / f"browser{units}", f"第{units - 1}镇")
        print(f"{units:>8} 看板.html in Chromium: opened in {load:.2f} s, filtered in {filtering:.2f} s", flush=True)
    if totals.exists():
        print(f"{units:>8} 汇总.xlsx in LibreOffice: {_in_libreoffice(totals, aside, units):.1f} s", flush=True)


def _in_chromium(page: Path, profile: Path, text: str) -> tuple[float, float]:
    """Return the seconds until a page is loaded and painted, and until it shows what was searched for."""
    from browser import Browser

    browser = Browser(profile)
    try:
        browser.open(page)
        while not (load := browser.ask(_LOADED)):
            pass
        return load, browser.driver.execute_async_script(_FILTER, text)
    finally:
        browser.close()


def _in_libreoffice(workbook: Path, aside: Path, units: int) -> float:
    """Return the seconds until a workbook is loaded, calculated and written as CSV, less those for an empty file."""
    from libreoffice import LibreOffice

    office = LibreOffice(shutil.which("soffice") or "libreoffice", aside / f"office{units}")
    seconds = []
    empty = aside / "empty.csv"
    empty.write_text("1\n", encoding="utf-8")
    for number, file in enumerate((empty, empty, workbook)):  # the first makes the profile
        copy = shutil.copyfile(file, aside / f"opened{units}-{number}{file.suffix}")
        started = time.perf_counter()
        office.convert([copy], aside / f"opened{units}-{number}", "csv")
        seconds.append(time.perf_counter() - started)
    return seconds[2] - seconds[1]


if __name__ == "__main__":
    main()
