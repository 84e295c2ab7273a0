"""Fixtures that several test modules share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import libreoffice as office
import psutil
import pytest
from county import TOWNS, County

from damaged.outlive import Ask
from gouji.runtime.worker_processes import start_ahead, start_method

# A workbook takes a few tenths of a second, and the machine may be busy.
hypothesis.settings.register_profile("gouji", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("gouji")


MEMORY = Path("/dev/shm")
MOST_IN_MEMORY = 4 * 2**30
"""Bytes; what a whole run leaves is a fourth of it."""

if sys.dont_write_bytecode:
    # Without bytecode, each of a thousand commands compiles gouji anew. It goes where it litters no checkout.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def pytest_configure() -> None:
    """Keep the folders of tests in memory, if it is large enough: no disk has to confirm what is soon thrown away."""
    if (
        MEMORY.is_dir()
        and os.access(MEMORY, os.W_OK)
        and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        and min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) > MOST_IN_MEMORY
    ):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have recorded for people."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session", autouse=True)
def _server_of_workers() -> None:
    """The process that forks all worker processes of this test process; it gets ready while the first tests run."""
    if start_method() == "forkserver":
        start_ahead(["warmed"])


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[office.LibreOffice]:
    """LibreOffice with a profile of this test process."""
    yield from office.started(tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has issued its forms to five towns, of which three reported last year; tests take copies of it."""
    county = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    county.reported_last_year(TOWNS[:3])
    county.run("issue")
    return county


@pytest.fixture
def county(issued: County, tmp_path: Path) -> County:
    """A copy of that office: a workspace can be copied as it is."""
    return issued.copied(tmp_path / "年报")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Read a file in a process of its own and return what it cost."""
    if not hasattr(os, "fork"):
        pytest.skip("the system cannot fork")
    complaints = tmp_path_factory.mktemp("outlive") / "stderr"
    command = [sys.executable, "-m", "damaged.outlive"]
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            command,
            cwd=Path(__file__).parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        told, said = process.stdin, process.stdout

        def cost(path: Path, *, beside_the_yardstick: bool = False) -> dict[str, Any]:
            told.write(json.dumps([str(path), beside_the_yardstick]) + "\n")
            told.flush()
            answer: dict[str, Any] = json.loads(said.readline())
            assert complaints.read_text() == "", "a library has written to stderr"
            return answer

        yield cost
        told.close()
