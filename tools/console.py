"""Pages that show commands: run what they show, and write what it prints today.

Each ``console`` block of a page is run in order, in one folder. What people do in between is named in comments of the
page, such as ``<!-- do: roster -->``. A line ``…`` stands for what differs from day to day.
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
    """Return a page with what its commands print now; ``run`` runs a command, ``do`` what is named between them."""
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
            # What differs from day to day, or is too long, is not shown.
            del lines[len(lines) - len(last) :]
            lines.append(line)
    return "```console\n" + "\n".join(lines) + "\n```"


def printed(line: str, here: Path) -> str:
    """Return what a command prints in a folder, as if nobody sat at the terminal."""
    arguments = shlex.split(line)
    assert arguments.pop(0) == "gouji", line
    said = io.StringIO()
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
        contextlib.chdir(here),
        mock.patch("sys.stdin", io.StringIO()),  # nobody answers what is asked
    ):
        try:
            command.main(arguments, prog_name="gouji", standalone_mode=False)
        except SystemExit:
            pass
        except GoujiError as error:
            print(f"gouji：{error}")
    return said.getvalue()
