"""The READMEs: their commands give what they show, and the two say the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")


def blocks(readme: str, kind: str) -> list[str]:
    text = (ROOT / readme).read_text("utf-8")
    return [body for said, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) if said == kind]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for sample in (ROOT / "samples").iterdir():
        shutil.copyfile(sample, tmp_path / sample.name)
    return tmp_path


@pytest.mark.parametrize("readme", READMES)
def test_each_command_prints_what_the_readme_shows(readme: str, folder: Path) -> None:
    shown = blocks(readme, "console")
    assert len(shown) == 6
    for block in shown:
        command, *expected = block.splitlines()
        assert command.startswith("$ gouji ")
        done = subprocess.run(
            [sys.executable, "-m", "gouji", *command.split()[2:]],
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        printed = (done.stdout + done.stderr).splitlines()
        if expected[-1] == "…":
            expected.pop()
            assert len(printed) > len(expected)
        else:
            assert len(printed) == len(expected)
        assert printed[: len(expected)] == expected


@pytest.mark.parametrize("readme", READMES)
def test_the_python_of_the_readme_runs(readme: str, folder: Path) -> None:
    (code,) = blocks(readme, "python")
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    assert (folder / "report.docx").exists()


def test_the_two_readmes_show_the_same_commands_and_pictures() -> None:
    one, other = ((ROOT / readme).read_text("utf-8") for readme in READMES)
    assert blocks(READMES[0], "") == blocks(READMES[1], "")
    for pattern in (r"^\$ .*$", r"docs/images/[\w-]+\.png", r"^## "):
        assert re.findall(pattern, one, re.MULTILINE) == re.findall(pattern, other, re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_everything_that_a_readme_links_to_exists(readme: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / readme).read_text("utf-8"))
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_ci_runs_the_two_commands_as_they_are_written() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    first, second = blocks(READMES[0], "")
    assert first.strip() in ci
    assert second.strip() in ci


def test_the_generated_files_are_what_the_code_makes_today() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "regenerate.py", "--check"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"out of date, run tools/regenerate.py: {done.stdout}{done.stderr}"
