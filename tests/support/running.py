"""Run commands as a user does, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"


def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gouji", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def ok(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    done = run(*arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done


def checked(*arguments: str | Path) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = json.loads(run("check", *arguments, "--format", "json").stdout)["files"]
    return files
