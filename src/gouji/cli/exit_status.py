"""The one place that turns what goes wrong into a line on stderr and an exit status."""

from __future__ import annotations

from collections.abc import Sequence

import click

from gouji.cli.chinese import complaint
from gouji.cli.interruptions import no_interruption_lost
from gouji.cli.screen import guarded_screens
from gouji.runtime.errors import GoujiError

FAILED = 1
"""The status where a file has errors or cannot be read."""
NOT_DONE = 2
"""The status for wrong options, a missing file or unfinished work."""
INTERRUPTED = 130
"""The status that shells use for a program ended by Ctrl-C."""


def perform(commands: click.Command, arguments: Sequence[str]) -> int:
    """Run a command as the shell does and return its exit status.

    A GoujiError or a wrong command line prints one line on stderr. Any other exception is a bug and is not caught.
    """
    with guarded_screens(), no_interruption_lost():
        return _performed(commands, arguments)


def _performed(commands: click.Command, arguments: Sequence[str]) -> int:
    try:
        commands.main(list(arguments), prog_name="gouji", standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return NOT_DONE
    except click.Abort:
        click.echo("已中断。", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        click.echo(f"gouji：{complaint(error)}", err=True)
        return NOT_DONE
    except GoujiError as error:
        click.echo(f"gouji：{error}", err=True)
        return NOT_DONE
    return 0
