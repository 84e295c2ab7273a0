"""The form that a command works with: an official edition by its name, or an office's own by its file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from gouji.collection.workspace.names import SETTINGS
from gouji.runtime.errors import GoujiError

_OPTION = click.option(
    "--edition",
    metavar="文件",
    help="报告用的自定格式的文件（.toml）；在工作文件夹里的，不写时用它的。",
)


def edition_of(name_or_file: str) -> str:
    """Return the name of an edition that is given by its name or by the file of an own form, which is read then.

    Raises GoujiError for what is neither.
    """
    from gouji.form.editions import editions, load_form
    from gouji.form.supplementary import use_own_form

    if name_or_file in editions():
        return name_or_file
    if not Path(name_or_file).exists() and not name_or_file.lower().endswith(".toml"):
        return load_form(name_or_file).edition
    return use_own_form(name_or_file).edition


def with_edition(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says of which own form the files are that a command reads."""

    @_OPTION
    @wraps(command)
    def knowing(*args: Any, edition: str | None, **more: Any) -> Any:
        if edition:
            edition_of(edition)
        else:
            know_the_form_here()
        return command(*args, **more)

    return knowing


def know_the_form_here() -> None:
    """Let the process know the own form of the workspace in which it is started, if it is in one."""
    here = Path().resolve()
    if not any((folder / SETTINGS).is_file() for folder in (here, *here.parents)):
        return  # what an office needs is imported for an office only
    from gouji.collection.workspace.folder import Workspace

    with contextlib.suppress(GoujiError, OSError):
        _ = Workspace.find().settings.edition
