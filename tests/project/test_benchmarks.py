"""The benchmarks run on tiny inputs; their measurements are not checked here."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SMALLEST = {
    "before.py": ["HEAD", "--quick", "help", "batch", "collect:2", "status:2"],
    "cluster.py": ["4", "--only", "cluster"],
    "board.py": ["20", "--rounds", "1"],
    "collect.py": ["8"],
    "desk.py": ["12"],
    "growth.py": ["2", "4", "--only", "again,summary,backup"],
    "inspection.py": ["2", "1"],
    "isolation.py": ["4", "1"],
    "issue.py": ["3"],
    "likeness.py": ["20"],
    "one_file.py": ["1"],
    "pdf.py": ["1"],
    "summary.py": ["5"],
    "where.py": ["HEAD", "--rounds", "1", "--files", "9"],
    "word.py": ["2"],
}
NEEDED = {"pdf.py": "pdfplumber", "word.py": "docxtpl"}


def test_every_benchmark_is_run() -> None:
    assert set(SMALLEST) == {path.name for path in BENCHMARKS.glob("*.py")}


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALLEST)
def test_every_benchmark_finishes(name: str) -> None:
    peer = NEEDED.get(name)
    if peer and importlib.util.find_spec(peer) is None:
        if os.environ.get("GOUJI_REQUIRE_ALL"):
            pytest.fail(f"not here, but GOUJI_REQUIRE_ALL is set: {peer}")
        pytest.skip(f'{peer} is not installed: pip install -e ".[bench]"')
    done = subprocess.run(
        [sys.executable, BENCHMARKS / name, *SMALLEST[name]], capture_output=True, text=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
