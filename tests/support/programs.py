"""Programs from outside that tests run: where they are, and how they are run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import libreoffice as office

SECONDS_TO_START, SECONDS_A_FILE = 60, 5

PACKAGES = Path(__file__).with_name("package.json")
"""What is taken from npm, with its versions."""


def node_with(package: str) -> tuple[str, str]:
    """Return Node.js and the folder that holds ``node_modules`` with a package, or skip.

    The environment variable GOUJI_NODE names the folder.
    """
    node = shutil.which("node") or office.missing("Node.js (node) is not installed")
    home = os.environ.get("GOUJI_NODE", "")
    if not (Path(home) / "node_modules" / package).is_dir():
        office.missing(
            f"no {package} from npm (copy tests/support/package.json into a FOLDER, npm install --prefix FOLDER, "
            "and GOUJI_NODE=FOLDER)"
        )
    return node, home


def ssconvert() -> str:
    """Return the program of Gnumeric that converts files, or skip."""
    return shutil.which("ssconvert") or office.missing("Gnumeric (ssconvert) is not installed")


def run(command: Sequence[str], files: int, told: str = "") -> str:
    """Run a program for so many files and return what it says; raises CalledProcessError where it fails."""
    done = subprocess.run(
        command,
        input=told,
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},  # no program is asked to speak the language of the machine
        timeout=SECONDS_TO_START + SECONDS_A_FILE * files,
    )
    return done.stdout
