"""The officer's guide: its commands print what it shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_command_of_the_officers_guide_prints_what_it_shows() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "guide.py", "--check"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"out of date, run tools/guide.py: {done.stdout}{done.stderr}"
