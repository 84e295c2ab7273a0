"""The forms that a command knows: the official ones, and a supplementary one that is named or that the office asks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gouji.collection.workspace.names import SETTINGS
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.form.forms import Forms

_OPTION = click.option(
    "--edition",
    metavar="文件",
    help="自定格式的文件（.toml）：写了的，Word、网页、PDF 都按它核对，没有它的表的算缺。"
    "不写时，在工作文件夹里，收过的文件和有它的表的报告按它的自定格式，别的按官方格式；"
    "填报表和 JSON 按自己写明的格式。",
)


def with_edition(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option ``--edition`` to a command, and pass it the ``forms`` that its files may answer."""

    @_OPTION
    @wraps(command)
    def with_forms(*args: Any, edition: str | None, **more: Any) -> Any:
        return command(*args, forms=forms_of(edition), **more)

    return with_forms


def forms_of(edition: str | None) -> Forms:
    """Return the forms that files may answer: the official forms and the named one.

    If no form is named and the command runs in a workspace, the supplementary form of the workspace is used. Raises
    GoujiError if ``edition`` is neither an official edition nor a form file.
    """
    from gouji.form.forms import OFFICIAL, Forms

    if edition:
        from gouji.formats.form_file import load_form

        return Forms.of(load_form(edition))
    here = Path().resolve()
    if not any((folder / SETTINGS).is_file() for folder in (here, *here.parents)):
        return OFFICIAL  # outside a workspace, avoid importing the collection package
    from gouji.collection.workspace.folder import Workspace

    with contextlib.suppress(GoujiError, OSError):
        return Workspace.find().forms_of_files
    return OFFICIAL
