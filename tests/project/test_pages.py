"""The pages of the site: their commands and examples run, and they agree with the code."""

from __future__ import annotations

import ast
import contextlib
import doctest
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import jsonschema
import pytest

import gouji
from gouji.cli.menu_steps import entries
from gouji.collection.intake.unfinished import suspicion_of
from gouji.collection.review.in_force import ROLE_WORDS, STATE_WORDS
from gouji.findings.rules import RULES, SEVERITY_WORDS, VERDICT_WORDS, rule_book
from gouji.form.edition_file import parse_form
from gouji.form.model import Form
from gouji.form.values import State
from gouji.formats.workbook.writer import PASSWORD
from gouji.report import schema
from gouji.runtime.decoding import field_names

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INNER_QUOTES = str.maketrans("‘’", "“”")


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"^ *```{kind}\n(.*?)^ *```$", page(name), re.MULTILINE | re.DOTALL)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    return tmp_path / "samples"


def test_every_command_in_the_pages_prints_the_output_shown() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "pages.py", "--check"], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"out of date, run tools/pages.py: {done.stdout}{done.stderr}"


def test_every_page_with_commands_is_tested() -> None:
    shown = {page.name for page in DOCS.glob("*.md") if "```console" in page.read_text("utf-8")}
    text = (ROOT / "tools" / "pages.py").read_text("utf-8")
    assert {name for name in shown if f'"{name}"' not in text} == {
        "odd-returns.zh-CN.md",
        "officer-guide.zh-CN.md",
        "own-form.zh-CN.md",
        "summary.zh-CN.md",
    }


@pytest.mark.parametrize("name", ["python-api.md", "json.md", "index.md"])
def test_the_examples_at_the_python_prompt_give_the_output_shown(name: str, samples: Path) -> None:
    examples = blocks(name, "pycon")
    assert examples
    with contextlib.chdir(samples):
        test = doctest.DocTestParser().get_doctest("\n".join(examples), {}, name, name, 0)
        result = doctest.DocTestRunner(verbose=False).run(test)
    assert (result.failed, result.attempted > 1) == (0, True)


def test_the_script_for_many_files_runs(samples: Path) -> None:
    (script,) = blocks("python-api.md", "python")
    (samples / "many.py").write_text(script, "utf-8")
    done = subprocess.run(
        [sys.executable, "many.py"],
        cwd=samples,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.splitlines() == ["qingxi-2025.xlsx pass 0", "liutang-2025.xlsx fail 9"]


def test_the_api_page_lists_exactly_the_public_names() -> None:
    table = page("python-api.md").split("\n## ")[0]
    named = {name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)", row)}
    assert named == set(gouji.__all__)


def test_the_example_of_a_report_is_valid_and_read_as_described() -> None:
    (example,) = blocks("json.md", "json")
    jsonschema.Draft202012Validator(schema.schema()).validate(json.loads(example))
    report = gouji.from_json(example.encode())
    assert str(report.figures["disclosure.fees.amount"]) == "12.50"
    assert "requests.new.business" not in report.figures
    assert report.figures["disputes.direct_suit.total"] == 0
    assert report.unread == {"requests.granted.natural": "3件"}


def test_every_key_of_a_report_is_described() -> None:
    described = re.findall(r"^\| `(\w+)` \|", page("json.md"), re.MULTILINE)
    assert described == list(schema.schema()["properties"])


def test_the_smallest_edition_in_the_docs_is_valid() -> None:
    (edition,) = blocks("editions.md", "toml")
    form = parse_form(edition, "editions.md")
    assert form.totals == {"requests.new.total": ("requests.new.natural", "requests.new.legal")}


def test_every_key_of_an_edition_is_described() -> None:
    assert [key for key in field_names(Form) if f"`{key}`" not in page("editions.md")] == []


def test_the_numbers_in_the_pages_match_the_menu() -> None:
    titles = [entry.title for entry in entries(None)]
    meant = {"样例": "用样例看", "新建": "新建工作文件夹", "文件夹拖到": "核对报告"}
    for name, typed in (("index.md", ["文件夹拖到"]), ("quick-start.zh-CN.md", ["样例", "新建"])):
        found = re.findall(r"输入 `(\d)`.*?(样例|新建|文件夹拖到)", page(name))
        assert [word for _, word in found] == typed
        assert [titles[int(number) - 1].startswith(meant[word]) for number, word in found] == [True] * len(typed)


def test_what_the_officers_are_told_to_press_is_on_the_desk() -> None:
    shown = "".join(file.read_text("utf-8") for file in (ROOT / "src" / "gouji" / "desk").rglob("*.html")) + messages()
    start = page("quick-start.zh-CN.md").partition("## 2.")[2].partition('<a id="menu">')[0]
    steps = re.findall(r"^\*\*在页面上\*\*.*\n?.*$", page("officer-guide.zh-CN.md"), re.MULTILINE)
    assert len(steps) > 10
    named = [words.translate(INNER_QUOTES) for text in (start, *steps) for words in re.findall("“([^”]+)”", text)]
    put_together = {f"看要发的{what}" for what in ("填报表", "催报", "回执")}
    assert [words for words in named if words not in shown and words not in put_together] == []


@pytest.mark.parametrize("words", [STATE_WORDS, ROLE_WORDS, VERDICT_WORDS, SEVERITY_WORDS])
def test_every_verdict_is_explained(words: dict[str, str]) -> None:
    first = re.findall(r"^\| ([^|]+?) \|", page("verdicts.zh-CN.md"), re.MULTILINE)
    assert [word for word in words.values() if word not in first] == []


def test_every_state_of_a_form_is_explained() -> None:
    assert [state.word for state in State if f"| {state.word} |" not in page("verdicts.zh-CN.md")] == []


@pytest.mark.parametrize("name", ["questions.zh-CN.md", "officer-guide.zh-CN.md"])
def test_officers_find_the_password_of_the_sheets(name: str) -> None:
    assert f"密码是 `{PASSWORD}`" in page(name) or f"密码都是 `{PASSWORD}`" in page(name)


def test_the_officers_table_names_what_is_in_a_folder_and_no_submission() -> None:
    rows = re.findall(
        r"^\| (文件夹里没有下载完的|Office、系统留下的)([^|]*)\|", page("officer-guide.zh-CN.md"), re.MULTILINE
    )
    (_, unfinished), (_, left) = rows
    endings = re.findall(r"\.\w+", unfinished)
    assert len(endings) >= 6
    assert {suspicion_of(f"年报.xlsx{ending}", b"half") for ending in endings} == {"half", "pointer"}
    assert "0 字节" in unfinished
    assert suspicion_of("年报.xlsx", b"") == "empty"
    names = [f"{left[left.index('`') + 1 :].partition('`')[0]}年报.xlsx", *re.findall(r"\w+\.db", left)]
    assert {suspicion_of(name, b"left") for name in names} == {"leftover"}


@cache
def messages() -> str:
    """Return all messages in the code, each piece on its own line."""
    pieces = []
    for file in (ROOT / "src").rglob("*.py"):
        nodes = ast.walk(ast.parse(file.read_text("utf-8")))
        pieces += [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    pieces += [wording for rule in RULES.values() for wording in (rule.message, *rule.variants.values())]
    pieces += rule_book().causes.values()
    return "\n".join(pieces)


def quotes(name: str) -> list[str]:
    return [line.strip().removeprefix("> ") for line in page(name).splitlines() if line.strip().startswith("> ")]


def test_the_page_of_questions_quotes_real_messages() -> None:
    assert len(quotes("questions.zh-CN.md")) > 20
    # A number that the code fills in stands between two pieces.
    pieces = [piece for quote in quotes("questions.zh-CN.md") for piece in re.split(r"…|5000", quote)]
    assert [piece for piece in pieces if piece not in messages()] == []
