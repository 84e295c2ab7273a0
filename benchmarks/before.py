"""Compare this checkout with an older commit, side by side in one run: time, processor time and peak memory.

Run ``python benchmarks/before.py COMMIT [WHAT…]``, such as ``v0.9 check batch collect:10000``. The older commit is
taken out of the repository into a temporary folder and runs with the same Python and the same libraries; with
``--environment`` in a virtual environment of its own with what it requires. The two builds take turns. Printed are
medians, and the median of the ratios old ÷ new of pairs with the least and the most; of memory, the greatest of all
runs. The processor time is that of all processes of a command, and means something on a busy machine, too.

WHAT is any of these (without any: all, with 1,000 units):

- ``check``, ``read``, ``report``, ``template``, ``help``: the command on one file, as issued and saved by LibreOffice.
- ``batch``: reading and checking in one process, per file: as issued, saved by LibreOffice, and as issued but with no
  two files alike. *floor* inflates the parts and takes the values with calamine.
- ``collect:N``: collecting the workbooks of N units, and doing so again with nothing new.
- ``status:N``, ``summary:N``, ``alike:N``, ``board:N``: the command with N units. Their returns are JSON, which is
  faster to make and to collect; each build collects them for itself.
- ``pdf``: reading a PDF file that LibreOffice prints, or those of ``--prints FOLDER`` (tests/support/prints.py).

All returns have figures of their own and 4 kB of text of their own (``kit/texts.py``). With ``--folder FOLDER`` they
are kept there for later runs. ``--without deflate`` measures as if that library were not installed. ``--quick`` does a
little of a few things once, and ends without a failure where the older commit is missing, as in a shallow clone. Linux
only.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from kit.builds import ROOT, Build, MissingError, build_before, circumstances, this_build
from kit.meter import Used
from kit.returns import unlike
from kit.years import by_libreoffice, returns_of, saved_files, year_of

ISSUED = ROOT / "samples" / "qingxi-2025.xlsx"
SAVED = ROOT / "tests" / "fuzz" / "samples" / "libreoffice.xlsx"
WORK = Path(__file__).parent / "kit" / "work.py"

Once = Callable[[Build], Used]


class Plan(NamedTuple):
    """How much is done."""

    folder: Path
    """For what is made once and kept."""
    aside: Path
    """For what each build writes."""
    rounds: int | None
    quick: bool
    prints: Path | None

    def turns(self, usual: int) -> int:
        """Return how often the builds take turns."""
        return self.rounds or (1 if self.quick else usual)


class Row(NamedTuple):
    """One line of the table: what the builds have used, in pairs."""

    what: str
    old: Sequence[Used]
    new: Sequence[Used]


def in_turn(builds: Sequence[Build], rounds: int, once: Once) -> list[list[Used]]:
    """Do something with each build once as a warm-up, then in turns; the order changes with each round."""
    for build in builds:
        once(build)
    used: dict[str, list[Used]] = {build.name: [] for build in builds}
    for number in range(rounds):
        for build in builds if number % 2 else reversed(builds):
            used[build.name].append(once(build))
    return list(used.values())


def show(what: str, used: Sequence[Sequence[Used]]) -> None:
    """Print the lines of one comparison: wall time, processor time and memory, as far as they were measured."""
    for kind in ("wall", "processor", "parent", "largest"):
        columns = [[getattr(one, kind) for one in taken] for taken in used]
        if not any(map(any, columns)):
            continue
        is_memory = kind in ("parent", "largest")
        middles = [max(column) if is_memory else statistics.median(column) for column in columns]
        ratios = [old / new if new else 0.0 for old, new in zip(*columns, strict=True)] if len(columns) == 2 else []
        spread = f"{statistics.median(ratios):6.2f} × ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else ""
        unit, scale = ("MB", 1) if is_memory else ("ms", 1000)
        values = "".join(f"{value * scale:>11.1f}" for value in middles)
        print(f"{what:<38}{_KINDS[kind]:<16}{values} {unit}  {spread}", flush=True)


_KINDS = {"wall": "wall", "processor": "processor", "parent": "memory", "largest": "memory, worker"}


# ---------------------------------------------------------------- one file


def command_on_one_file(*arguments: str, output: str = "") -> Callable[[Sequence[Build], Plan], None]:
    """Return what compares a command on one file."""

    def compare(builds: Sequence[Build], plan: Plan) -> None:
        files = {"as issued": ISSUED, "saved by LibreOffice": SAVED} if "FILE" in arguments else {"": ISSUED}
        if plan.quick:
            files = dict([*files.items()][:1])
        for name, file in files.items():

            def once(build: Build, file: Path = file) -> Used:
                given = [file if one == "FILE" else one for one in arguments]
                target = ["-o", plan.aside / build.name / output] if output else []
                return build.gouji(*given, *target, memory=True, statuses=(0, 1), folder=plan.aside)

            title = "gouji " + " ".join(one for one in arguments if one != "FILE") + (f", {name}" if name else "")
            show(title, in_turn(builds, plan.turns(15), once))

    return compare


# ---------------------------------------------------------------- many files in one process


def batch(builds: Sequence[Build], plan: Plan) -> None:
    """Compare reading and checking, with the floor."""
    issued = saved_files(plan.aside / "batch", 24 if plan.quick else 208)
    kinds = {"as issued": issued}
    if not plan.quick and (saved := by_libreoffice(issued, plan.aside)):
        kinds["saved by LibreOffice"] = saved
    others = plan.aside / "unlike"
    others.mkdir()
    for number, path in enumerate(issued):
        (others / path.name).write_bytes(unlike(path.read_bytes(), number))
    kinds["no two alike"] = [others / path.name for path in issued]
    for name, paths in kinds.items():
        times = per_file("check", builds, paths, plan.turns(5))
        floor = statistics.median(per_file("floor", builds[-1:], paths, plan.turns(5))[0])
        show(f"read + check, {name}", [[Used(0, one, 0, 0, "") for one in taken] for taken in times])
        print(f"{'':<38}{'÷ floor':<16}" + "".join(f"{statistics.median(taken) / floor:>11.2f}" for taken in times))


def pdf(builds: Sequence[Build], plan: Plan) -> None:
    """Compare reading PDF files."""
    if plan.prints:
        paths = sorted(plan.prints.rglob("*.pdf"))
    else:
        from pdf import a_print

        paths = [a_print(plan.aside)]
    ratios = []
    for path in paths:
        old_and_new = per_file("read", builds, [path], plan.turns(5))
        show(f"reading {path.name[:28]}", [[Used(0, one, 0, 0, "") for one in taken] for taken in old_and_new])
        ratios.append([min(taken) for taken in old_and_new])
    if len(ratios) > 1 and len(builds) > 1:
        values = [old / new for old, new in ratios]
        print(f"{len(values)} files: {statistics.median(values):.2f} × ({min(values):.2f} to {max(values):.2f})")


def per_file(kind: str, builds: Sequence[Build], paths: Sequence[Path], rounds: int) -> list[list[float]]:
    """Return the processor time per file in seconds, of processes that take turns."""
    times: dict[str, list[float]] = {build.name: [] for build in builds}
    for number in range(rounds):
        for build in builds if number % 2 else reversed(builds):
            times[build.name].append(float(build.python_file(WORK, kind, *paths)) / 1000)
    return list(times.values())


# ---------------------------------------------------------------- a collection


def collect(builds: Sequence[Build], plan: Plan, units: int) -> None:
    """Compare collecting, and collecting again."""
    made = returns_of(plan.folder, units, builds[-1])
    first: dict[str, list[Used]] = {build.name: [] for build in builds}
    again: dict[str, list[Used]] = {build.name: [] for build in builds}
    for number in range(plan.turns(3 if units < 5000 else 1)):
        for build in builds if number % 2 else reversed(builds):
            with year(build, made, plan) as folder:
                first[build.name].append(build.gouji("collect", memory=True, folder=folder))
                again[build.name].append(build.gouji("collect", memory=True, folder=folder))
    show(f"gouji collect, {units} units", list(first.values()))
    show(f"gouji collect again, {units} units", list(again.values()))
    for build in builds:
        shares = [two.wall / one.wall for one, two in zip(first[build.name], again[build.name], strict=True)]
        print(f"{'':<38}again ÷ first, {build.name}: {statistics.median(shares):.1%}")


def command_of_a_year(*arguments: str) -> Callable[[Sequence[Build], Plan, int], None]:
    """Return what compares a command of a collection."""

    def compare(builds: Sequence[Build], plan: Plan, units: int) -> None:
        folders = {build.name: collected(build, plan, units) for build in builds}

        def once(build: Build) -> Used:
            return build.gouji(*arguments, memory=True, statuses=(0, 1), folder=folders[build.name])

        show(f"gouji {' '.join(arguments)}, {units} units", in_turn(builds, plan.turns(3), once))

    return compare


def collected(build: Build, plan: Plan, units: int) -> Path:
    """Return a workspace in which a build has collected the returns of this many units; there is one for each."""
    folder = plan.aside / f"{build.name}-{units}"
    if not folder.exists():
        year_of(build, returns_of(plan.folder, units, build, "json"), folder)
        build.gouji("collect", folder=folder)
    return folder


@contextmanager
def year(build: Build, made: Path, plan: Plan) -> Iterator[Path]:
    """Give a workspace with returns to collect, and remove it."""
    with tempfile.TemporaryDirectory(dir=plan.aside) as temporary:
        yield year_of(build, made, Path(temporary, "year"))


# ---------------------------------------------------------------- all of it

ALONE: dict[str, Callable[[Sequence[Build], Plan], None]] = {
    "help": command_on_one_file("--help"),
    "check": command_on_one_file("check", "FILE"),
    "read": command_on_one_file("read", "FILE"),
    "report": command_on_one_file("report", "FILE", output="report.docx"),
    "template": command_on_one_file("template", output="form.xlsx"),
    "batch": batch,
    "pdf": pdf,
}
OF_A_YEAR: dict[str, Callable[[Sequence[Build], Plan, int], None]] = {
    "collect": collect,
    "status": command_of_a_year("status"),
    "summary": command_of_a_year("summary"),
    "alike": command_of_a_year("alike"),
    "board": command_of_a_year("board"),
}
USUAL_UNITS = 1000
QUICK = ("help", "check", "batch", "collect", "summary")
QUICK_UNITS = 16


def compare(what: str, builds: Sequence[Build], plan: Plan) -> None:
    """Compare one of the things that can be compared."""
    name, _, units = what.partition(":")
    if name in ALONE:
        ALONE[name](builds, plan)
    else:
        OF_A_YEAR[name](builds, plan, int(units or (QUICK_UNITS if plan.quick else USUAL_UNITS)))


def main() -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("what", nargs="*")
    parser.add_argument("--rounds", type=int, help="how often the builds take turns")
    parser.add_argument("--folder", type=Path, help="keep the returns here for later runs, and work here")
    parser.add_argument("--prints", type=Path, help="PDF files to read")
    parser.add_argument("--environment", action="store_true", help="install the older build and what it requires")
    parser.add_argument("--without", action="append", default=[], help="a library that neither build may import")
    parser.add_argument("--only", choices=("old", "new"), help="measure one build alone")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_intermixed_args()
    known = (*ALONE, *OF_A_YEAR)
    if unknown := [one for one in given.what if one.partition(":")[0] not in known]:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        aside = Path(temporary)
        plan = Plan(given.folder or aside, aside, given.rounds, given.quick, given.prints)
        try:
            builds = [build_before(given.commit, aside, own_environment=given.environment), this_build(aside)]
        except MissingError as error:
            print(f"Nothing to compare with: {error}")
            return 0 if given.quick else 2
        builds = [build.doing_without(given.without, aside / "without") for build in builds]
        if given.only:
            builds = [build for build in builds if build.name == given.only]
        print(circumstances() + "".join(f", not imported: {name}" for name in given.without))
        print(f"{'':<54}" + "".join(f"{build.name:>11}" for build in builds) + ("     old ÷ new" if builds[1:] else ""))
        for what in given.what or (QUICK if given.quick else known):
            compare(what, builds, plan)
    return 0


if __name__ == "__main__":
    sys.exit(main())
