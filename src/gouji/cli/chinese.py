"""click in Chinese: the headings of its help, and its complaints about options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from gettext import gettext
from typing import Any

import click

from gouji.form.levels import LEVELS


class OptionUnderHeading(click.Option):
    """An option that stands last in the help, under its own heading."""

    def __init__(self, *args: Any, heading: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heading = heading


class _Chinese(click.Command):
    """A command whose help is Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the parts of the usage line."""
        return [piece.replace("COMMAND [ARGS]...", "命令 …") for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows this help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这页帮助。"
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, the commands of a group, and last the options that have a heading of their own."""
        params = self.get_params(ctx)
        apart = [param for param in params if isinstance(param, OptionUnderHeading)]
        _write_options(ctx, formatter, "选项", [param for param in params if param not in apart])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        for option in apart:
            _write_options(ctx, formatter, option.heading, [option])


def _write_options(
    ctx: click.Context, formatter: click.HelpFormatter, heading: str, params: Iterable[click.Parameter]
) -> None:
    records = [record for param in params if (record := param.get_help_record(ctx))]
    if records:
        with formatter.section(heading):
            formatter.write_dl(records)


class Command(_Chinese):
    """A command with Chinese help."""


command = partial(click.command, cls=Command, options_metavar="[选项]")
"""Makes a command with Chinese help."""


class Group(_Chinese, click.Group):
    """A group of commands with Chinese help, in the order of their use."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*args, options_metavar="[选项]", **options)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were defined."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("命令"):
            formatter.write_dl([(name, command.get_short_help_str(80)) for name, command in self.commands.items()])


def complaint(error: click.ClickException) -> str:
    """Return what is wrong with the command line, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = f"是不是 {error.possibilities[0]}？" if error.possibilities else ""
        return f"没有 {error.option_name} 这个选项。{near}"
    if isinstance(error, click.NoSuchCommand):
        near = f"是不是 {error.possibilities[0]}？" if error.possibilities else ""
        return f"没有 {error.command_name} 这个命令。{near}"
    if isinstance(error, click.MissingParameter):
        return f"缺少 {error.param.make_metavar(error.ctx) if error.param and error.ctx else '参数'}。"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 后面缺少内容，或者写法不对。"
    if isinstance(error, click.BadParameter) and error.param is not None:
        if isinstance(error.param.type, click.Choice) and list(error.param.type.choices) == list(LEVELS):
            levels = "、".join(f"{level.key}（{level.name}）" for level in LEVELS.values())
            return f"{error.param.opts[0]} 只能是 {levels}。"
        if isinstance(error.param.type, click.Choice):
            return f"{error.param.opts[0]} 只能是 {'、'.join(map(str, error.param.type.choices))}。"
        if isinstance(error.param.type, click.types.IntParamType):
            return f"{error.param.opts[0]} 应当是数字。"
        return f"{error.param.opts[0]}：{error.message}"
    message = error.format_message()
    extra = re.match(re.escape(gettext("Got unexpected extra argument")) + r"s? \((.*)\)", message)
    if extra:
        return f"多写了“{extra[1]}”。几个文件请放进一个文件夹；选项的内容要写在选项后面，如 --unit 单位名称。"
    for english, chinese in _USAGE.items():
        if message.startswith(english):
            return f"{chinese}{message.removeprefix(english)}"
    return message


_USAGE = {
    gettext("Missing command."): "请写出要做什么，用 gouji --help 看有哪些命令。",
}
