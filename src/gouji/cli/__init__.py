"""The command line: parse, one call, print."""

from gouji.cli.main import run

__all__ = ["run"]
