"""Asking people at a terminal, in plain lines: no colour, and nothing that an old or redirected console lacks."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable, Sequence

import click

from gouji.cli.shell_words import dragged
from gouji.runtime.errors import GoujiError, on_one_line


class Ended(Exception):  # noqa: N818 - nothing went wrong
    """The input has ended, by Ctrl-D, Ctrl-Z or the end of a file."""


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The user has cancelled a step."""


def line(question: str) -> str:
    """Return the user's answer, without the blanks around it.

    Raises Ended at the end of the input, KeyboardInterrupt at Ctrl-C.
    """
    click.echo(f"{question}：", nl=False)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise Ended
    return answer.strip()


def plain(answer: str) -> str:
    """Return a short answer in lower-case half-width characters: a Chinese keyboard may write ３ and Ｙ."""
    return unicodedata.normalize("NFKC", answer).strip(" .、。").lower()


def ask(question: str, check: Callable[[str], object] = lambda answer: None) -> str:
    """Return an answer, or an empty text for Enter alone; ask again if ``check`` raises GoujiError for it."""
    while True:
        answer = line(question)
        try:
            if answer:
                check(answer)
        except GoujiError as error:
            click.echo(str(error))
        else:
            return answer


def needed(question: str, check: Callable[[str], object] = lambda answer: None) -> str:
    """Return an answer that the step needs; see :func:`ask`.

    Raises Cancelled for Enter alone.
    """
    answer = ask(f"{question}（直接回车不做了）", check)
    if not answer:
        raise Cancelled
    return answer


def number_in(answer: str, count: int) -> int:
    """Return the number of a line in a list of so many lines that an answer names; 0 if it names none."""
    chosen = plain(answer)
    return int(chosen) if chosen.isdecimal() and 0 < int(chosen) <= count else 0


def one_of(question: str, lines: Sequence[str]) -> int:
    """Print a numbered list, and return the index of the line that the user chooses.

    Raises Cancelled for Enter alone.
    """

    def check(answer: str) -> None:
        if not number_in(answer, len(lines)):
            which = f"1 到 {len(lines)}" if len(lines) > 1 else "1"
            raise GoujiError(f"没有“{answer}”这一项。请输入 {which}。")

    numbered(lines)
    return number_in(needed(f"{question}，输入编号", check), len(lines)) - 1


def numbered(lines: Sequence[str]) -> None:
    """Print lines with their numbers; what a file has brought into one cannot break it."""
    for number, words in enumerate(lines, 1):
        click.echo(f" {number:2}. {on_one_line(words)}")


def yes(question: str) -> bool:
    """Tell whether the user says yes; Enter alone means no."""
    return plain(line(f"{question}（要的输入 y，直接回车不要）")) in ("y", "yes", "要", "是")


def paths(question: str) -> list[str]:
    """Return the files and folders that the user drags into the window or types; ask again if one does not exist."""
    given: list[str] = []

    def check(answer: str) -> None:
        given[:] = dragged(answer)
        _require(given)

    return given if ask(question, check) else []


def path(question: str, check: Callable[[str], object] = lambda path: None) -> str:
    """Return one file or folder, or an empty text for Enter alone; ask again if ``check`` raises GoujiError for it."""
    given: list[str] = []

    def check_one(answer: str) -> None:
        given[:] = dragged(answer)
        if len(given) > 1:
            raise GoujiError("只要一个。")
        for one in given:
            check(one)

    return given[0] if ask(question, check_one) and given else ""


def existing(question: str, check: Callable[[str], object] = lambda path: None) -> str:
    """Return one file or folder that exists; see :func:`path`."""

    def check_existing(given: str) -> None:
        _require([given])
        check(given)

    return path(question, check_existing)


def is_there(path: str) -> bool:
    """Tell whether a file or folder exists; what is too long for a path does not."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises where the text is no path


def _require(given: Sequence[str]) -> None:
    missing = next((one for one in given if not is_there(one)), None)
    if missing is not None:
        raise GoujiError(f"没有“{missing}”。请把文件或者文件夹拖到窗口里。")


def password_prompt() -> Callable[[str], str] | None:
    """Return a function that asks for the password of a mailbox; None if the input is not a terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda user: str(click.prompt(f"{user} 的密码（授权码）", hide_input=True, err=True))
