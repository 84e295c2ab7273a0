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
    from gouji.collection.outgoing.products import Made
    from gouji.collection.review.changes import Change
    from gouji.collection.workspace.folder import Workspace
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


def print_made(made: Made, what: str) -> None:
    """Print which files were written into the workspace."""
    if made.written:
        kept = f"，{made.kept} 个没有变化" if made.kept else ""
        click.echo(f"已生成{what} {len(made.written)} 个{kept}。")
    elif made.kept:
        click.echo(f"没有需要重新生成的{what}，{made.kept} 个没有变化。")
    for path in made.withdrawn:
        click.echo(f"已删去不再需要的：{path}")
    for path, saved_as in made.aside:
        click.echo(f"有人改动过，已重新生成，改动过的另存为“{saved_as}”：{path}")
    for path in made.changed:
        click.echo(f"不再需要，但是有人改动过，留着没有删：{path}")
    print_problems(made.problems)


def print_problems(problems: Iterable[tuple[str, str]]) -> None:
    """Print the files that could not be read or written, and each reason once."""
    from gouji.findings.together import told_once

    lines = [f"{paths}：{why}" for paths, why in told_once((readable_path(path), why) for path, why in problems)]
    print_first(lines, f"还有 {len(lines) - SHOWN} 个文件有同样的情况。", err=True)
    if lines:
        click.echo("处理以后，把同一个命令再运行一遍，只做没有做完的。", err=True)


def print_changes(workspace: Workspace, changes: Sequence[Change]) -> None:
    """Print which units have another submission in force than before, or another state."""
    roster = workspace.roster
    names = {change.code: member.name for change in changes if (member := roster.member(change.code))}
    print_first(
        [f"{names.get(change.code, change.code)}：{change.words}。" for change in changes],
        f"这样的共 {len(changes)} 处，用 gouji status 看全部。",
    )


def exit_if_any(problems: object) -> None:
    """Exit with the status for unfinished work if there are problems."""
    if problems:
        sys.exit(NOT_DONE)
