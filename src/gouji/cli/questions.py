"""Asking people at a terminal, in plain lines: no colour, and nothing that an old or redirected console lacks."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import click

from gouji.cli.shell_words import dragged
from gouji.runtime.errors import GoujiError


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


def needed(question: str) -> str:
    """Return an answer that the step needs.

    Raises Cancelled for Enter alone.
    """
    answer = line(f"{question}（直接回车不做了）")
    if not answer:
        raise Cancelled
    return answer


def yes(question: str) -> bool:
    """Tell whether the user says yes; Enter alone means no."""
    return plain(line(f"{question}（要的输入 y，直接回车不要）")) in ("y", "yes", "要", "是")


def paths(question: str) -> list[str]:
    """Return the files and folders that the user drags into the window or types."""
    return dragged(line(question))


def path(question: str) -> str:
    """Return one file or folder, or an empty text for Enter alone."""
    while len(given := paths(question)) > 1:
        click.echo("只要一个。")
    return given[0] if given else ""


def password_prompt() -> Callable[[str], str] | None:
    """Return a function that asks for the password of a mailbox; None if the input is not a terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda user: str(click.prompt(f"{user} 的密码（授权码）", hide_input=True, err=True))
