"""What several commands print, and how they end when something is left to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gouji.cli.exit_status import NOT_DONE
from gouji.runtime.printable import escaped, is_text, readable_path

if TYPE_CHECKING:
    from gouji.collection.steps.outcome import Line, Outcome
    from gouji.findings.finding import Finding

SHOWN = 20
"""The greatest number of lines of one kind that are printed; nobody reads five hundred."""


def print_json(document: dict[str, Any]) -> None:
    """Print plain data for programs."""
    import msgspec

    encoder = msgspec.json.Encoder(decimal_format="number")
    try:
        data = encoder.encode(document)
    except UnicodeEncodeError:  # the name of a file that is not UTF-8
        data = encoder.encode(_readable(document))
    click.echo(escaped(msgspec.json.format(data, indent=2).decode()))


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _readable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_readable(one) for one in value]
    return value if not isinstance(value, str) or is_text(value) else readable_path(value)


def print_first(lines: Sequence[str], beyond: str = "", *, err: bool = False) -> None:
    """Print the first lines; if there are more, print ``beyond`` too."""
    for line in lines[:SHOWN]:
        click.echo(line, err=err)
    if beyond and len(lines) > SHOWN:
        click.echo(beyond, err=err)


def print_findings(findings: Sequence[Finding], path: Path | None = None) -> None:
    """Print findings on stderr, so that they do not mix with the result on stdout."""
    from gouji.cli.text import finding_lines

    if findings and path:
        click.echo(f"{readable_path(path)}：", err=True)
    for line in finding_lines(findings):
        click.echo(line, err=True)


def print_outcome(outcome: Outcome) -> None:
    """Print what a step has done; exit with the status for unfinished work if something is left to do."""
    print_lines(outcome.lines)
    if outcome.unfinished:
        sys.exit(NOT_DONE)


def print_lines(lines: Iterable[Line], *, err: bool = False) -> None:
    """Print lines for the officer; on stderr what did not succeed, or all of them."""
    from gouji.collection.steps.outcome import HIDDEN

    for line in lines:
        aside = err or line.kind == "wrong"
        if line.words and not line.terminal:
            click.echo(line.words, err=aside)
        sentences = line.terminal or line.more
        print_first(sentences, line.beyond.replace(HIDDEN, str(len(sentences) - SHOWN)), err=aside)
