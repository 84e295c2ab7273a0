"""``python -m gouji`` is the command."""

from gouji.cli import run

run()
