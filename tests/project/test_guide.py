"""The officer's guide and the tutorial on supplementary forms: their commands print the output shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_command_in_the_guides_prints_the_output_shown() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "guide.py", "--check"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"out of date, run tools/guide.py: {done.stdout}{done.stderr}"


def test_the_tutorial_shows_the_form_of_the_samples_line_by_line() -> None:
    page = (ROOT / "docs" / "own-form.zh-CN.md").read_text("utf-8")
    shown = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert "\n".join(shown) == (ROOT / "samples" / "own-form.toml").read_text("utf-8")
