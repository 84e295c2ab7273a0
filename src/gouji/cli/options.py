"""The options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from gouji.cli.chinese import OptionUnderHeading

Function = TypeVar("Function", bound=Callable[..., Any])


class Decorator(Protocol):
    """Adds an option to a command."""

    def __call__(self, function: Function, /) -> Function:
        """Return the command with the option."""


PATH = click.Path(path_type=Path)

KEY = click.option(
    "--key",
    "key_file",
    type=PATH,
    metavar="文件",
    help="主管部门的签发密钥（至少 16 个字符的文件，自己保管）：生成时用它签发，核对时不是它签发的填报表算错误。",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="text|json",
    help="怎样显示：text 给人看，json 给程序用。",
)
JSON = click.option("--json", "as_json", is_flag=True, help="显示成 JSON，给程序用。")
ACCEPT_REPAIRS = click.option(
    "--accept-repairs",
    is_flag=True,
    help="填的不是数字、但意思只有一种的（３、“3件”、“1,234”、“无”），按数字读取，每一处都说明。",
)
PREVIOUS = click.option(
    "--previous", type=PATH, metavar="文件", help="上年的报告，或者放上年报告的文件夹（按单位对应）。"
)
REASON = click.option("-m", "--reason", default="", metavar="理由", help="为什么这样决定，写进台账。")


def workspace_option(help_text: str = "工作文件夹；不写时用当前所在的。") -> Decorator:
    """Return the option that names the workspace."""
    return click.option(
        "-w", "--workspace", "folder", type=PATH, metavar="文件夹", help=help_text, callback=_or_before_the_command
    )


def _or_before_the_command(context: click.Context, option: click.Parameter, folder: Path | None) -> Path | None:
    """Return the workspace that is named behind the command, else the one named before it."""
    before: Path | None = context.find_root().params.get("folder") if context.parent else None
    return folder or before


WORKSPACE = workspace_option()


def output_option(help_text: str) -> Decorator:
    """Return the option that says where the result is written."""
    return click.option("-o", "--output", type=PATH, metavar="文件", help=help_text)


def dask_option(help_text: str = "在已有的 dask 集群上做，如 tcp://10.0.0.1:8786。") -> Decorator:
    """Return the option that hands the work to a cluster; few offices have one, so it is last in the help."""
    return click.option(
        "--dask", metavar="地址", cls=OptionUnderHeading, heading="大规模（已有 dask 集群）", help=help_text
    )


DASK = dask_option()
