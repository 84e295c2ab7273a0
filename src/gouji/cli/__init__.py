"""The command line: parse, one call, print."""

from __future__ import annotations

import sys

from gouji.cli.ahead import start_workers


def run() -> None:
    """Start from the shell.

    The commands are imported only after the workers have been started: both import a lot, and they do it at the same
    time.
    """
    try:
        start_workers(sys.argv[1:])
        from gouji.cli.main import run as run_command
    except KeyboardInterrupt:  # nothing has begun that could say it
        import click

        from gouji.cli.exit_status import INTERRUPTED
        from gouji.cli.screen import guard_screens

        guard_screens()
        click.echo("已中断。", err=True)
        sys.exit(INTERRUPTED)
    run_command()


__all__ = ["run"]
