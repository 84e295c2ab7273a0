"""LibreOffice as the client: it opens, recalculates, types into and saves our workbooks as an office does."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

BATCH = 100
"""Files in one call; with more, LibreOffice may stop in the middle with exit status 0."""

ATTEMPTS = 3
SECONDS_TO_START, SECONDS_A_FILE = 60, 3

CLERK = Path(__file__).with_name("clerk.py")

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
"""Always recalculate, because by default LibreOffice shows the results stored in a file, right or wrong."""


class LibreOffice:
    """A LibreOffice with its own profile, which recalculates every formula of every file that it opens."""

    def __init__(self, program: str, profile: Path) -> None:
        self._program, self._profile = program, profile
        user = profile / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")

    def convert(self, files: Sequence[Path], folder: Path, to: str = "xlsx:Calc MS Excel 2007 XML") -> list[Path]:
        """Save files in another format in a folder; files that LibreOffice silently leaves out are tried again."""
        extension = to.partition(":")[0]
        wanted = {file: folder / f"{file.stem}.{extension}" for file in files}
        assert len(set(wanted.values())) == len(files)
        assert all(file.name.isascii() for file in files)
        for _ in range(ATTEMPTS):
            missing = [file for file, target in wanted.items() if not target.exists()]
            for first in range(0, len(missing), BATCH):
                self._convert_batch(missing[first : first + BATCH], folder, to)
        lost = [file.name for file, target in wanted.items() if not target.exists()]
        assert not lost, f"LibreOffice did not convert {lost}"
        return list(wanted.values())

    def _convert_batch(self, files: Sequence[Path], folder: Path, to: str) -> None:
        arguments = ["--convert-to", to, "--outdir", str(folder), *map(str, files)]
        with contextlib.suppress(subprocess.TimeoutExpired):  # the next attempt takes the missing files
            self._run([*self._command(), *arguments], SECONDS_TO_START + SECONDS_A_FILE * len(files))

    def type_in(self, workbook: Path, cells: Sequence[tuple[str, str, str]], saved_as: Path) -> list[dict[str, Any]]:
        """Type texts into cells (sheet, address, text) one after another as on a keyboard, and save.

        Returns for each cell what it held ``before`` and ``after``, as LibreOffice's input line shows it.
        """
        job = {
            "office": self._command(),
            "pipe": f"gouji{os.getpid()}",
            "open": workbook.as_uri(),
            "save": saved_as.as_uri(),
            "cells": cells,
        }
        output = self._run([_uno_python(), str(CLERK)], SECONDS_TO_START + SECONDS_A_FILE * len(cells), json.dumps(job))
        typed: list[dict[str, Any]] = json.loads(output)
        return typed

    def _command(self) -> list[str]:
        return [
            self._program,
            f"-env:UserInstallation={self._profile.as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
        ]

    @staticmethod
    def _run(command: Sequence[str], seconds: float, standard_input: str = "") -> str:
        """Run a program; after this many seconds end it and all processes that it started."""
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},  # what it writes depends on the locale
        ) as process:
            try:
                output, complaints = process.communicate(standard_input, timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        assert process.returncode == 0, complaints
        return output


def _uno_python() -> str:
    """Return a Python that can talk to LibreOffice, usually the system's and never that of a virtual environment."""
    for python in filter(None, (os.environ.get("GOUJI_UNO_PYTHON"), "/usr/bin/python3")):
        if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
            return python
    return missing("no Python with the module uno (python3-uno, or GOUJI_UNO_PYTHON)")


def missing(what: str) -> Any:
    """Skip a test that needs a missing program, or fail it where all tests must run."""
    if os.environ.get("GOUJI_REQUIRE_ALL"):
        pytest.fail(f"not here, but GOUJI_REQUIRE_ALL is set: {what}")
    pytest.skip(what)


def started(folder: Path) -> Iterator[LibreOffice]:
    """Yield a LibreOffice with a new profile, or skip."""
    program = shutil.which("soffice") or missing("LibreOffice (soffice) is not installed")
    yield LibreOffice(program, folder / "profile")
