"""Tests for what is loaded once for all workers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "samples" / "qingxi-2025.xlsx"

PROGRAM = """
import importlib, json, re, sys
from pathlib import Path

from gouji.jobs.needed import needed_for
from gouji.runtime import decoding

modules = [name.partition(":") for name in needed_for(["a.xlsx"])]
for module, _, _ in modules:
    importlib.import_module(module)

work = {"files": 0, "characters": 0}
parse, compile = decoding._toml, re.compile

def counted_parse(*arguments):
    work["files"] += 1
    return parse(*arguments)

def counted_compile(source, flags=0):
    work["characters"] += len(source)
    return compile(source, flags)

decoding._toml, re.compile = counted_parse, counted_compile
if "rehearsed" in sys.argv:
    for module, _, function in modules:
        if function:
            getattr(importlib.import_module(module), function)()
before = dict(work)

from gouji.jobs.batch import Previous, check_file

assert check_file(Path(sys.argv[1]), Previous(None)).verdict == "pass"
print(json.dumps({name: work[name] - before[name] for name in work}))
"""


def work_at_the_first_file(*arguments: str) -> dict[str, int]:
    """Return how many TOML files and characters of patterns a fresh process reads when it checks its first file."""
    command = [sys.executable, "-c", PROGRAM, str(SAMPLE), *arguments]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_after_a_rehearsal_the_first_file_loads_no_forms_and_few_patterns() -> None:
    plain, rehearsed = work_at_the_first_file(), work_at_the_first_file("rehearsed")
    assert plain["files"] >= 2
    assert rehearsed["files"] == 0
    assert rehearsed["characters"] < plain["characters"] / 2


def test_checking_a_file_of_the_newest_form_reads_no_other_form() -> None:
    program = (
        "import sys; from pathlib import Path; from gouji.form import editions; from gouji.jobs.batch import *;"
        "assert check_file(Path(sys.argv[1]), Previous(None)).verdict == 'pass';"
        "print(editions.load_form.cache_info().misses)"
    )
    command = [sys.executable, "-c", program, str(SAMPLE)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"
