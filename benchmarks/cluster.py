"""Collect on a cluster of dask.distributed: the time beside this computer's own workers, and what survives an accident.

Run ``python benchmarks/cluster.py [RETURNS]`` (2,000). The cluster is a scheduler and two workers, each in processes of
its own on this computer. The same returns, with figures and 4 kB of text of their own, are collected

- *here*: by workers that ``collect`` starts itself;
- *cluster*: with ``--dask``;
- *worker restarted*: one worker process is killed when a third of the returns are recorded; its nanny starts another;
- *worker lost*: the same, but its nanny is killed, too;
- *scheduler restarted*: the scheduler is killed when a third is recorded, and a new one is started at the same address.
  The workers end with their scheduler, and are started again, as a service would do.

Where a command does not succeed, what it says is shown, and it is run once more, as the officer would. In the end every
ledger must have the same rows as the first. Processor time of the cluster is that of all its processes. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from aftermath import rows
from dask_cluster import ProcessCluster as Cluster
from kit.builds import Build, circumstances, this_build
from kit.years import returns_of, year_of

LEDGER = "台账.sqlite"
SHARE = 1 / 3
"""The share of the returns that are recorded when the accident happens."""
PATIENCE = 600


def recorded(workspace: Path) -> int:
    """Return how many returns the ledger has recorded so far."""
    with contextlib.closing(sqlite3.connect(f"{(workspace / LEDGER).as_uri()}?mode=ro", uri=True)) as ledger:
        return int(ledger.execute("SELECT count(*) FROM returns").fetchone()[0])


def collecting(build: Build, workspace: Path, cluster: Cluster, accident: Callable[[], None] | None) -> None:
    """Collect on the cluster until it succeeds, with an accident in the first run; print how each run ends."""
    count = len(list((workspace / "回收").iterdir()))
    while True:
        started, used = time.perf_counter(), cluster.processor()
        output = workspace.with_suffix(".log")
        with output.open("wb") as log:
            process = subprocess.Popen(
                [build.python, build.program, "collect", "--dask", cluster.address],
                cwd=workspace,
                env={**os.environ, "PYTHONPATH": str(build.source), "PYTHONUTF8": "1"},
                stdout=log,
                stderr=log,
            )
            if accident:
                while recorded(workspace) < count * SHARE and process.poll() is None:
                    time.sleep(0.05)
                accident()
            try:
                status = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                status = None
        seconds, processor = time.perf_counter() - started, cluster.processor() - used
        ends = "hangs" if status is None else f"exit status {status}"
        known = "" if accident else f", {processor:.1f} s of processor in the cluster"
        print(f"    {seconds:6.1f} s{known}, {ends}, {recorded(workspace)} of {count} recorded", flush=True)
        if status == 0:
            return
        lines = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        print(f"    {lines[-1] if lines else ''}", flush=True)
        if accident is None:
            return
        accident = None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("returns", type=int, nargs="?", default=2000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", help="one of the ways, beside the first")
    given = parser.parse_args()
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
    ways: dict[str, Callable[[Cluster], None] | None] = {
        "cluster": None,
        "worker restarted": Cluster.restart_a_worker,
        "worker lost": Cluster.lose_a_worker,
        "scheduler restarted": Cluster.restart_the_scheduler,
    }
    with tempfile.TemporaryDirectory(dir=given.folder) as temporary:
        aside = Path(temporary)
        build = this_build(aside)
        returns = returns_of(given.folder or aside, given.returns, build)
        here = year_of(build, returns, aside / "here")
        print(circumstances())
        used = build.gouji("collect", folder=here)
        print(f"here\n    {used.wall:6.1f} s, {used.processor:.1f} s of processor", flush=True)
        for name, accident in ways.items():
            if given.only in (None, name):
                print(name, flush=True)
                workspace = year_of(build, returns, aside / name.replace(" ", "-"))
                with contextlib.closing(Cluster(aside)) as cluster:
                    happens = None if accident is None else lambda: accident(cluster)  # noqa: B023 it is called here
                    collecting(build, workspace, cluster, happens)
                same = rows(workspace / LEDGER) == rows(here / LEDGER)
                print(f"    {'the same ledger' if same else 'ANOTHER LEDGER'}", flush=True)


if __name__ == "__main__":
    main()
