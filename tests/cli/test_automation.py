"""The interface for programs: exit codes, only JSON on stdout, and shell completion."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from running import SAMPLES, run

from gouji.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "automation.md").read_text("utf-8")


@pytest.mark.parametrize(
    "code, arguments",
    [
        (0, ("check", SAMPLES / "qingxi-2025.xlsx")),
        (1, ("check", SAMPLES / "liutang-2025.xlsx")),
        (1, ("check", SAMPLES / "demo.toml")),
        (2, ("check", "no-such-file.xlsx")),
        (2, ("check", "--no-such-option")),
        (2, ("status", "-w", SAMPLES)),
    ],
)
def test_the_exit_codes_match_the_page_on_automation(code: int, arguments: tuple[str | Path, ...]) -> None:
    assert run(*arguments).returncode == code


def test_only_json_is_printed_when_json_is_requested() -> None:
    for arguments in (("check", SAMPLES / "liutang-2025.xlsx", "--format", "json"), ("rules", "--format", "json")):
        assert json.loads(run(*arguments).stdout)


@pytest.mark.parametrize("command", [("check", SAMPLES / "liutang-2025.xlsx"), ("rules",)])
def test_every_command_has_the_same_option_for_json(command: tuple[str | Path, ...]) -> None:
    assert run(*command, "--json").stdout == run(*command, "--format", "json").stdout


def test_every_command_with_a_table_can_print_json() -> None:
    named = re.search(r"^`--json` with (.+?)\.$", PAGE, re.MULTILINE | re.DOTALL)
    assert named
    documented = re.findall(r"`([a-z]+)", named[1])
    assert sorted(documented) == sorted(
        name for name, command in main.commands.items() if any("--json" in option.opts for option in command.params)
    )


def test_the_page_lists_every_exit_code() -> None:
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == ["0", "1", "2", "130"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_each_shell_is_printed(shell: str) -> None:
    done = run(_GOUJI_COMPLETE=f"{shell}_source")
    if "Bash" in done.stderr:
        pytest.skip("click asks the bash that is installed for its version")
    assert done.returncode == 0
    assert "_GOUJI_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    "words, word, offered", [("gouji che", "1", "check"), ("gouji check --prev", "2", "--previous")]
)
def test_commands_and_options_are_completed(words: str, word: str, offered: str) -> None:
    done = run(_GOUJI_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=word)
    assert f"plain,{offered}" in done.stdout.splitlines()
