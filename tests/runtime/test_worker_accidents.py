"""Programs that start workers in disorder: killed helpers, closed outputs, a deleted folder, a fork in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from nurseries import nurseries
from shouting import misbehave

from gouji.runtime.workers import run_isolated

on_linux_only = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")

_STARTS = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parents[1] / "support")!a})
from shouting import misbehave
from gouji.runtime.workers import run_isolated
"""

_RUNS = """
with open(sys.argv[1], "w") as told:
    print(list(run_isolated(misbehave, ["a", "abort", *"bcdefghijklmno"], workers=2, start="forkserver")), file=told)
"""
_CRASHED = repr(["A", "Failure", *"BCDEFGHIJKLMNO"]).replace(
    "'Failure'", "Failure(kind='crashed', error=None, traceback='')"
)

_DISORDER = {
    "closed outputs": "os.closerange(0, 3)",
    "a deleted folder": "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')",
    "children that nobody waits for": "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "a long search path": "sys.path += [f'/nowhere/{number:0100}' for number in range(1000)]",
}


@on_linux_only
@pytest.mark.parametrize("disorder", _DISORDER.values(), ids=_DISORDER)
def test_workers_start_and_end_in_a_program_in_disorder(tmp_path: Path, disorder: str) -> None:
    told = tmp_path / "told"
    program = [sys.executable, "-c", f"{_STARTS}\n{disorder}\n{_RUNS}", str(told)]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr, told.read_text().strip()) == (0, "", _CRASHED)


@on_linux_only
def test_hanging_workers_of_a_killed_nursery_are_stopped_and_its_successor_lives_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    outcomes = run_isolated(misbehave, ["one", "two", *["hang"] * 30], start="forkserver", workers=2)
    assert [next(outcomes), next(outcomes)] == ["ONE", "TWO"], "from one worker each"
    (nursery,) = nurseries()
    hanging = nursery.children()
    assert hanging
    nursery.kill()
    nursery.wait()
    assert list(run_isolated(misbehave, ["a"], start="forkserver")) == ["A"]
    outcomes.close()
    _, alive = psutil.wait_procs(hanging, timeout=5)
    assert alive == []
    assert list(run_isolated(misbehave, ["b"], start="forkserver")) == ["B"]
    assert capfd.readouterr().err == ""


_FORKS = """
outcomes = run_isolated(misbehave, [*"abcdefghijklmnopqrstuvwxyz"] * 3, workers=2, start="forkserver")
found = [next(outcomes)]
if child := os.fork():
    os.waitpid(child, 0)
    found += outcomes
    print(len(found), len(set(found)))
else:
    outcomes.close()
    print(list(run_isolated(misbehave, ["c"], start="forkserver")), flush=True)
"""


@on_linux_only
def test_a_fork_of_a_program_takes_nothing_from_its_workers(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", f"{_STARTS}\n{_FORKS}"], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("['C']\n78 26\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
def test_the_command_works_with_its_input_and_outputs_closed(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "samples" / "qingxi-2025.xlsx"
    result = tmp_path / "result.json"
    command = [sys.executable, "-m", "gouji", "read", str(sample), "-o", str(result)]
    closed = subprocess.run(["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *command], env={**os.environ})
    assert (closed.returncode, result.exists()) == (0, True)
