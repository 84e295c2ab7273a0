"""What a terminal makes of a file that is dragged into it."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable
from urllib.parse import unquote

from gouji.runtime.command_lines import WINDOWS

_WINDOWS_WORD = re.compile(
    r"""
    "([^"]*)"?      # dragged into cmd.exe: in double quotes if it has a blank in it, and the next one right behind
    | '([^']*)'?    # dragged into PowerShell
    | ([^\s"']+)
""",
    re.VERBOSE,
)
_URL = "file://"


def dragged(text: str, exists: Callable[[str], bool] = os.path.exists, *, windows: bool = WINDOWS) -> list[str]:
    """Return the paths in a line: one or more that were dragged into the window, or one that was typed.

    A terminal quotes a dragged path, puts a backslash before each blank or writes it as a file:// address, and adds a
    blank after it. People who type a path with blanks do none of this.
    """
    text = text.strip().removeprefix("& ").strip()
    if not text:
        return []
    if exists(text):
        return [text]
    words = [_path_of(word, windows=windows) for word in _words(text, windows=windows)]
    bare = not any(sign in text for sign in "\"'") and _URL not in text and (windows or "\\" not in text)
    return [text] if bare and not any(map(exists, words)) else words


def _words(text: str, *, windows: bool) -> list[str]:
    if windows:
        return ["".join(found) for found in _WINDOWS_WORD.findall(text) if any(found)]
    try:
        return shlex.split(text)
    except ValueError:  # a quote is not closed
        return [text.strip("\"'")]


def _path_of(word: str, *, windows: bool) -> str:
    if not word.startswith(_URL):
        return word
    # For a share on another machine, the machine's name comes before the first slash.
    machine, slash, path = word.removeprefix(_URL).partition("/")
    path = unquote(slash + path, encoding=sys.getfilesystemencoding(), errors="surrogateescape")
    if not windows:
        return path
    drive = re.match(r"/[A-Za-z]:", path)
    return (path[1:] if drive else f"//{machine}{path}" if machine else path).replace("/", "\\")
