"""Paths that are dragged into a terminal, and printed command lines that can be pasted."""

from __future__ import annotations

import os
import shlex
import subprocess
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.cli.shell_words import dragged
from gouji.runtime.command_lines import command_line

UNIX = {
    "a path and the blank that the terminal leaves behind it": ("/home/li/a.xlsx ", ["/home/li/a.xlsx"]),
    "single quotes, GNOME's terminal": ("'/home/li/年 报/a.xlsx' ", ["/home/li/年 报/a.xlsx"]),
    "a quote in the name": (r"'/home/li/it'\''s.xlsx' ", ["/home/li/it's.xlsx"]),
    "double quotes": ('"/home/li/年 报.xlsx"', ["/home/li/年 报.xlsx"]),
    "backslashes, the Mac's terminal": (r"/Users/li/年\ 报\ \(1\).xlsx ", ["/Users/li/年 报 (1).xlsx"]),
    "an address, the file manager of a Linux desktop": (
        f"file:///home/li/{urllib.parse.quote(os.fsencode('年 报.xlsx'))}",
        ["/home/li/年 报.xlsx"],
    ),
    "several": ("'/a b.xlsx' /c.xlsx  file:///d%20e.xlsx ", ["/a b.xlsx", "/c.xlsx", "/d e.xlsx"]),
    "one quote alone": ("'/home/li/a b.xlsx", ["/home/li/a b.xlsx"]),
    "typed, with a blank": ("/home/li/no such file.xlsx", ["/home/li/no such file.xlsx"]),
    "nothing": ("   ", []),
}
WINDOWS = {
    "without blanks": (r"C:\年报\a.xlsx", [r"C:\年报\a.xlsx"]),
    "with blanks, cmd.exe": (r'"C:\My Files\年 报.xlsx"', [r"C:\My Files\年 报.xlsx"]),
    "several, one right behind the other": (r'"C:\a b.xlsx""D:\c d.xlsx"', [r"C:\a b.xlsx", r"D:\c d.xlsx"]),
    "several, mixed": (r'C:\a.xlsx "D:\c d.xlsx" ', [r"C:\a.xlsx", r"D:\c d.xlsx"]),
    "PowerShell": (r"& 'C:\My Files\a.xlsx'", [r"C:\My Files\a.xlsx"]),
    "a share": (r"\\server\年报\a.xlsx", [r"\\server\年报\a.xlsx"]),
    "an address": ("file:///C:/My%20Files/a.xlsx", [r"C:\My Files\a.xlsx"]),
    "the address of a share": ("file://server/x/a.xlsx", [r"\\server\x\a.xlsx"]),
    "typed, with a blank": (r"C:\no such file.xlsx", [r"C:\no such file.xlsx"]),
}


def nowhere(path: str) -> bool:
    return False


@pytest.mark.parametrize("line, paths", UNIX.values(), ids=UNIX.keys())
def test_paths_dragged_into_a_terminal_on_linux_or_macos_are_understood(line: str, paths: list[str]) -> None:
    assert dragged(line, nowhere, windows=False) == paths


@pytest.mark.parametrize("line, paths", WINDOWS.values(), ids=WINDOWS.keys())
def test_paths_dragged_into_a_console_on_windows_are_understood(line: str, paths: list[str]) -> None:
    assert dragged(line, nowhere, windows=True) == paths


@pytest.mark.parametrize("path", ["/年 报/a.xlsx", "/it's.xlsx", r"/a\b.xlsx", "C:\\My Files"])
def test_an_existing_path_is_used_as_typed(path: str) -> None:
    for windows in (True, False):
        assert dragged(f"{path} ", path.__eq__, windows=windows) == [path]


def test_blanks_separate_the_names_of_existing_files() -> None:
    exists: Callable[[str], bool] = {"/a.xlsx", "/b.xlsx"}.__contains__
    assert dragged("/a.xlsx /b.xlsx", exists, windows=False) == ["/a.xlsx", "/b.xlsx"]
    assert dragged("/a.xlsx /gone.xlsx", exists, windows=False) == ["/a.xlsx", "/gone.xlsx"]


# What a terminal cannot pass on as one line is nothing that could be dragged.
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).filter(
    lambda word: not word.isspace()
)


@given(st.lists(words, min_size=1))
def test_a_printed_command_line_splits_into_the_arguments_that_were_run(arguments: list[str]) -> None:
    assert shlex.split(command_line(arguments, windows=False)) == arguments


@given(words)
def test_a_quoted_path_is_understood_when_it_is_pasted(path: str) -> None:
    assert dragged(shlex.quote(path), nowhere, windows=False) == [path]


def test_a_shell_splits_a_printed_command_line_into_the_arguments_that_were_run() -> None:
    arguments = ["年报2025", "a b", "it's", "$HOME", "`x`", "“引号”", "a;b", "*", "（1）", "!x", ""]
    script = f"printf '%s\\n' {command_line(arguments, windows=False)}"
    assert subprocess.run(["bash", "-c", script], capture_output=True, text=True).stdout.split("\n")[:-1] == arguments


def test_chinese_names_need_no_quotes() -> None:
    assert command_line(["gouji", "init", "年报2025"], windows=False) == "gouji init 年报2025"
    assert command_line(["gouji", "-w", r"D:\年报2025"], windows=True) == r"gouji -w D:\年报2025"


def test_arguments_with_blanks_or_shell_characters_are_quoted_on_windows() -> None:
    assert command_line([r"D:\My Files", "a&b", "(1)"], windows=True) == r'"D:\My Files" "a&b" "(1)"'
    assert command_line(["undo", "1", "-m", "一\r\ndel *"], windows=True) == 'undo 1 -m "一 del *"'
    assert command_line(["D:\\My Files\\"], windows=True) == r'"D:\My Files\\"'
