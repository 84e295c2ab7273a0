"""Run the commands that pages show, and write what they print today into the pages.

The ``console`` blocks of a page run in order, in one folder. Comments of the page, such as ``<!-- do: roster -->``,
name what people do in between. A line ``…`` stands for output that differs from day to day.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from gouji.cli.main import main as command
from gouji.runtime.errors import GoujiError

PART = re.compile(r"^<!-- do: (\w+) -->$|^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def refreshed(text: str, run: Callable[[str], list[str]], do: Callable[[str], object]) -> str:
    """Return a page with the current output; ``run`` runs a command, ``do`` does a step that a comment names."""
    return PART.sub(lambda part: _part(part, run, do), text)


def _part(part: re.Match[str], run: Callable[[str], list[str]], do: Callable[[str], object]) -> str:
    if part[1]:
        do(part[1])
        return part[0]
    lines: list[str] = []
    last: list[str] = []
    for line in part[2].splitlines():
        if line.startswith("$ "):
            lines.append(line)
            last = run(line[2:])
            lines += last
        elif line == "…":
            # Output that differs from day to day, or is too long, is not shown.
            del lines[len(lines) - len(last) :]
            lines.append(line)
    return "```console\n" + "\n".join(lines) + "\n```"


def printed(line: str, here: Path) -> str:
    """Return what a command prints in a folder when nobody is at the terminal."""
    arguments = shlex.split(line)
    assert arguments.pop(0) == "gouji", line
    output = io.StringIO()
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        contextlib.chdir(here),
        mock.patch("sys.stdin", io.StringIO()),  # nobody answers its questions
    ):
        try:
            command.main(arguments, prog_name="gouji", standalone_mode=False)
        except SystemExit:
            pass
        except GoujiError as error:
            print(f"gouji：{error}")
    return output.getvalue()
