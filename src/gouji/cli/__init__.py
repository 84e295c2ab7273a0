"""The command line: parse, one call, print."""

from gouji.cli.commands import run

__all__ = ["run"]
