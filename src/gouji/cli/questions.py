"""Asking people at a terminal, in plain lines: no colour, and nothing that an old or redirected console lacks."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import click

from gouji.cli.shell_words import dragged
from gouji.runtime.errors import GoujiError


class Ended(Exception):  # noqa: N818 - nothing went wrong
    """Nobody answers any more: the end of the input, Ctrl-D or Ctrl-Z."""


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """Somebody has thought better of it."""


def line(question: str) -> str:
    """Return the line that somebody answers, without the blanks around it.

    Raises Ended at the end of the input, KeyboardInterrupt at Ctrl-C.
    """
    click.echo(f"{question}：", nl=False)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise Ended
    return answer.strip()


def plain(answer: str) -> str:
    """Return a short answer as a half-width keyboard would have written it: a Chinese one writes ３ and Ｙ."""
    return unicodedata.normalize("NFKC", answer).strip(" .、。").lower()


def ask(question: str, check: Callable[[str], object] = lambda answer: None) -> str:
    """Return an answer, empty where somebody just presses Enter; ``check`` raises GoujiError for one that cannot be."""
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
    """Return an answer without which the step makes no sense; Enter alone leaves it."""
    answer = line(f"{question}（直接回车不做了）")
    if not answer:
        raise Cancelled
    return answer


def yes(question: str) -> bool:
    """Tell whether somebody says yes; Enter alone is no."""
    return plain(line(f"{question}（要的输入 y，直接回车不要）")) in ("y", "yes", "要", "是")


def paths(question: str) -> list[str]:
    """Return the files and folders that somebody drags into the window or types."""
    return dragged(line(question))


def path(question: str) -> str:
    """Return one file or folder, empty where somebody just presses Enter."""
    while len(given := paths(question)) > 1:
        click.echo("只要一个。")
    return given[0] if given else ""


def password_prompt() -> Callable[[str], str] | None:
    """Return what asks a user for the password of a mailbox; None where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return None
    return lambda user: str(click.prompt(f"{user} 的密码（授权码）", hide_input=True, err=True))
