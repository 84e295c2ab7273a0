"""What libraries warn of is for programmers and never reaches the screen, unless Python is asked for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

STARTED = (
    "import sys, warnings; import gouji.cli.main as main;"
    "main.perform = lambda *_: warnings.warn('of /some/path.py'); main.run()"
)


@pytest.mark.parametrize("asked, shown", [([], False), (["-W", "default"], True)])
def test_a_warning_of_a_library_is_shown_only_if_asked_for(asked: list[str], shown: bool) -> None:
    ended = subprocess.run([sys.executable, *asked, "-c", STARTED], capture_output=True, text=True, check=True)
    assert ("/some/path.py" in ended.stderr) == shown
