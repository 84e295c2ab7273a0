"""The READMEs: their commands print the output shown, and the two agree."""

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
    return [
        body
        for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        if language == kind
    ]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the demo makes, where the READMEs say that their commands run."""
    folder = tmp_path_factory.mktemp("readme")
    subprocess.run([sys.executable, "-m", "gouji", "demo"], cwd=folder, capture_output=True, check=True)
    return folder / "gouji-demo"


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    return shutil.copytree(demo, tmp_path / "gouji-demo")


def commands(readme: str) -> list[tuple[str, list[str]]]:
    """Return each command of a README with the output that the README shows."""
    shown: list[tuple[str, list[str]]] = []
    for line in "".join(blocks(readme, "console")).splitlines():
        if line.startswith("$ "):
            shown.append((line, []))
        else:
            shown[-1][1].append(line)
    return shown


@pytest.mark.parametrize("readme", READMES)
def test_each_command_prints_the_output_in_the_readme(readme: str, folder: Path) -> None:
    shown = commands(readme)
    assert len(shown) == 7
    for command, expected in shown:
        assert command.startswith("$ gouji ")
        assert expected
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
    assert (folder / "liutang-2025.docx").exists()


def test_the_two_readmes_show_the_same_commands_pictures_and_pages() -> None:
    one, other = ((ROOT / readme).read_text("utf-8") for readme in READMES)
    for kind in ("", "console", "python"):
        assert blocks(READMES[0], kind) == blocks(READMES[1], kind)
    for pattern in (r"^\$ .*$", r"docs/images/[\w-]+\.png", r"^## ", r"^- ", r"\]\((?!README)([^)]+)\)"):
        assert re.findall(pattern, one, re.MULTILINE) == re.findall(pattern, other, re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_is_short_and_links_to_the_form_and_the_pages_for_each_reader(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert len(text.splitlines()) <= 120
    pages = ("quick-start.zh-CN.md", "questions.zh-CN.md", "verdicts.zh-CN.md", "inspector.zh-CN.md")
    for linked in ("templates/report_template.xlsx", *(f"docs/{page}" for page in pages)):
        assert f"]({linked}" in text


@pytest.mark.parametrize("readme", READMES)
def test_everything_that_a_readme_links_to_exists(readme: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#([^)]+))?\)", (ROOT / readme).read_text("utf-8"))
    assert links
    for link, heading in links:
        assert (ROOT / link).exists(), link
        if heading:
            assert f"# {heading}\n" in (ROOT / link).read_text("utf-8"), heading


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    first, second = blocks(READMES[0], "")
    assert first.strip() in ci
    assert second.strip() in ci


def test_the_generated_files_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "regenerate.py", "--check"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"out of date, run tools/regenerate.py: {done.stdout}{done.stderr}"
