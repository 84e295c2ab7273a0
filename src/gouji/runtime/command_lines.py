"""How a command line is written that can be pasted."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence

WINDOWS = os.name == "nt"

_PLAIN = {True: re.compile(r"[\w:\\/.,+@=~-]+"), False: re.compile(r"[\w:/.,+@%=-]+")}


def command_line(arguments: Sequence[str], *, windows: bool = WINDOWS) -> str:
    """Return a command line that a shell splits into exactly these arguments.

    A console of Windows has no way to write a line break in an argument: it would run the next line as another command.
    There a blank stands for it.
    """
    return " ".join(_quoted(argument, windows=windows) for argument in arguments)


def _quoted(argument: str, *, windows: bool) -> str:
    if _PLAIN[windows].fullmatch(argument):
        return argument
    if not windows:
        return shlex.quote(argument)
    argument = " ".join(argument.splitlines())
    # A backslash before the closing quote would escape it, so it is doubled.
    return f'"{argument.replace(chr(34), chr(34) * 2)}{chr(92) if argument.endswith(chr(92)) else ""}"'
