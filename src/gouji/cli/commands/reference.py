"""The commands that print what gouji knows: the JSON Schema of a report, and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from gouji.cli.chinese import command
from gouji.cli.forms import with_edition
from gouji.cli.options import FORMAT, JSON
from gouji.cli.printing import print_json

if TYPE_CHECKING:
    from gouji.form.forms import Forms


@command()
@with_edition
def schema(forms: Forms) -> None:
    """显示报告 JSON 的格式（JSON Schema）。"""
    from gouji.report.schema import schema_json

    click.echo(schema_json(forms).decode(), nl=False)


@command()
@FORMAT
@JSON
def rules(form: Literal["text", "json"], as_json: bool) -> None:
    """显示全部核对规则：程度、依据、查什么、会怎样说。"""
    from gouji.findings.catalogue import as_lines, entries

    if as_json or form == "json":
        print_json({"rules": entries()})
        return
    for line in as_lines():
        click.echo(line)
