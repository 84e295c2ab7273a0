"""The demo, as a user runs it."""

from __future__ import annotations

import re
from pathlib import Path

from running import ok


def test_the_demo_does_the_whole_job_and_can_be_run_again(tmp_path: Path) -> None:
    first = ok("demo", tmp_path / "demo")
    again = ok("demo", tmp_path / "demo")
    assert first.stdout == again.stdout
    assert first.stderr == again.stderr
    commands = re.findall(r"^ +\$ gouji (\w+)", first.stdout, re.MULTILINE)
    assert commands == ["template", "read", "check", "check", "correct", "report"]
    assert "不通过" in first.stdout
    assert {path.suffix for path in (tmp_path / "demo").iterdir()} == {".json", ".xlsx", ".docx"}
