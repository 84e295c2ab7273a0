"""Commands that are killed, interrupted or started twice: run again, they end as if nothing had happened."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from aftermath import leftovers, started, state_of, temporary
from county import County, member
from pace import HANG, slow
from sendings import send_many

from gouji.collection.workspace.names import HOLDER, LOCK

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has received 40 files."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [member(number) for number in range(1, 5)])
    office.run("issue")
    send_many(office, 40, workbooks=4)
    return office


@pytest.fixture(scope="module")
def collected(full: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The same office after an uninterrupted run of collect."""
    office = full.copied(tmp_path_factory.mktemp("collected") / "年报 一")
    office.run("collect")
    return office


# ---------------------------------------------------------------- kill -9


class Killer:
    """Kills a command at random moments, alone or with all its workers, until it was killed often enough."""

    def __init__(self, kills: int, *, span: float, seed: int = 1) -> None:
        self.left, self._span, self._random = kills, span, Random(seed)
        self._family: list[psutil.Process] = []

    def outlived(self, office: County, *command: object) -> None:
        """Start a command again and again, until it finishes."""
        while self.left:
            (office.folder / HOLDER).unlink(missing_ok=True)
            process = started(office.folder, *command)
            if not self._killed(process, office.folder):
                return
            self.left -= 1
        office.run(*command)

    def _killed(self, process: subprocess.Popen[bytes], folder: Path) -> bool:
        """Kill a command, mostly while it works; return whether it was still running."""
        if self._random.random() < 0.95:
            while process.poll() is None and not (folder / HOLDER).exists():
                time.sleep(0.002)
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(self._random.random() * self._span)
            assert status == 0, (folder.parent / "log").read_text(encoding="utf-8")
            return False
        self._family += family_of(process)
        if self._random.random() < 0.5:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        return process.wait() == -signal.SIGKILL

    def nothing_is_left(self, folder: Path) -> bool:
        """Tell whether no orphaned process is left and no file is half written."""
        _, alive = psutil.wait_procs(self._family, timeout=HANG)
        assert alive == []
        assert leftovers(folder) == []
        # A socket of Python's own is left behind by a killed process.
        return all(path.name.startswith("pymp-") for path in temporary().iterdir())


def family_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def survives(tmp_path: Path, before: County, expected: dict[str, Any], killer: Killer, *command: object) -> None:
    """Kill a command in copies of an office; each copy must end in the expected state."""
    number = 0
    while killer.left:
        number += 1
        office = before.copied(tmp_path / f"{number}" / "年报 一")
        killer.outlived(office, *command)
        assert state_of(office) == expected
        assert killer.nothing_is_left(office.folder)
        shutil.rmtree(tmp_path / f"{number}")


def test_collect_killed_repeatedly_ends_in_the_same_state_as_uninterrupted(
    full: County, collected: County, tmp_path: Path
) -> None:
    survives(tmp_path, full, state_of(collected), Killer(6, span=1.0), "collect")


@pytest.mark.parametrize(
    "command", [("issue",), slow(("return",)), slow(("report", "--all"))], ids=["issue", "return", "report"]
)
def test_files_for_the_units_are_the_same_however_often_writing_was_killed(
    command: tuple[str, ...], collected: County, tmp_path: Path
) -> None:
    before = collected.copied(tmp_path / "before" / "年报 一")
    before.today = datetime.date.today()  # that of the killed processes: the list of what was issued names the day
    if command == ("issue",):
        before.enrol([*before.members, *(member(number) for number in range(50, 53))])
    whole = before.copied(tmp_path / "whole" / "年报 一")
    whole.run(*command)
    survives(tmp_path, before, state_of(whole), Killer(3, span=0.8), *command)


@pytest.mark.soak
def test_collecting_five_hundred_files_survives_a_hundred_kills(tmp_path: Path) -> None:
    full = County(tmp_path / "年报", [member(number) for number in range(1, 13)])
    full.run("issue")
    send_many(full, 500, workbooks=24)
    whole = full.copied(tmp_path / "whole" / "年报 一")
    began = time.monotonic()
    whole.run("collect")
    span = (time.monotonic() - began) / 10
    survives(tmp_path, full, state_of(whole), Killer(100, span=span), "collect")


@pytest.mark.soak
def test_issuing_two_hundred_forms_survives_thirty_kills(tmp_path: Path) -> None:
    before = County(tmp_path / "年报", [member(number) for number in range(1, 201)])
    whole = before.copied(tmp_path / "whole" / "年报 一")
    began = time.monotonic()
    whole.run("issue")
    span = (time.monotonic() - began) / 10
    survives(tmp_path, before, state_of(whole), Killer(30, span=span), "issue")


# ---------------------------------------------------------------- Ctrl-C


@pytest.mark.parametrize("moment", [slow(0.0), slow(0.3), 0.6])
def test_ctrl_c_is_reported_leaves_no_process_and_the_same_command_continues(
    moment: float, full: County, collected: County, tmp_path: Path
) -> None:
    office = full.copied(tmp_path / "年报 一")
    log = tmp_path / "log"
    process = started(office.folder, "collect", log=log)
    while process.poll() is None and not (office.folder / HOLDER).exists():
        time.sleep(0.002)
    time.sleep(moment)
    family = family_of(process)
    os.killpg(process.pid, signal.SIGINT)
    status, output = process.wait(HANG), log.read_text(encoding="utf-8")
    if status in (
        0,
        -signal.SIGINT,
    ):  # on a fast computer the command has finished, and only Python itself was still there
        assert "个单位：" in output
    else:
        assert status == 130
        assert output.endswith("已中断。\n")  # it may already have begun to print its results
    assert "Traceback" not in output
    _, alive = psutil.wait_procs(family, timeout=HANG)
    assert alive == []
    assert leftovers(office.folder) == []
    office.run("collect")
    assert state_of(office) == state_of(collected)


# ---------------------------------------------------------------- two at once


@contextlib.contextmanager
def another_at_work(office: County) -> Iterator[None]:
    with office.workspace.writing("收表"):
        yield


@pytest.mark.parametrize(
    "command",
    [("collect",), ("issue",), ("return",), ("report", "--all"), ("backup",)],
    ids=["collect", "issue", "return", "report", "backup"],
)
def test_a_command_during_a_run_of_collect_says_so_and_changes_nothing(
    command: tuple[str, ...], collected: County, tmp_path: Path
) -> None:
    office = collected.copied(tmp_path / "年报 一")
    before = state_of(office)
    with another_at_work(office):
        output = office.run(*command, fails=2)
        assert "另一个命令正在使用这个工作文件夹（收表，" in output
        assert "请等它结束以后再试" in output
        assert office.status()["counts"] == before["status"]["counts"]
    assert state_of(office) == before
    assert [path.name for path in tmp_path.iterdir()] == [office.folder.name]


@pytest.mark.slow
def test_when_collect_is_started_twice_one_of_them_does_the_work(
    full: County, collected: County, tmp_path: Path
) -> None:
    office = full.copied(tmp_path / "年报 一")
    logs = [tmp_path / "one", tmp_path / "two"]
    both = [started(office.folder, "collect", log=log) for log in logs]
    ends = sorted(process.wait(HANG) for process in both)
    assert ends in ([0, 0], [0, 2])  # a fast computer may do one after the other
    assert sum("另一个命令正在使用" in log.read_text(encoding="utf-8") for log in logs) == (ends == [0, 2])
    assert state_of(office) == state_of(collected)


_DIES = """
import os, signal, sys
from pathlib import Path
from gouji.collection.workspace.folder import Workspace
with Workspace(Path(sys.argv[1])).writing("退回"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_of_a_dead_command_blocks_nobody(collected: County, tmp_path: Path) -> None:
    office = collected.copied(tmp_path / "年报 一")
    dead = subprocess.run([sys.executable, "-c", _DIES, office.folder], check=False)
    assert dead.returncode == -signal.SIGKILL
    assert (office.folder / LOCK).exists()
    assert (office.folder / HOLDER).exists()
    office.run("collect")
    assert leftovers(office.folder) == []
