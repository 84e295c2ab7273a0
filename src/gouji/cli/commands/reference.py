"""The commands that print what gouji knows: the JSON Schema of a report, and the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from gouji.cli.chinese import command
from gouji.cli.forms import with_edition
from gouji.cli.options import FORMAT, JSON
from gouji.cli.printing import print_json
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.form.forms import Forms


@command()
@click.option("--csv", "of_csv", is_flag=True, help="显示公布的 CSV 的格式（Frictionless Table Schema）。")
@with_edition
def schema(of_csv: bool, forms: Forms) -> None:
    """显示报告 JSON 的格式（JSON Schema）。"""
    from gouji.report import open_data
    from gouji.report import schema as of_json

    described = open_data.table_schema(forms) if of_csv else of_json.schema(forms)
    click.echo(of_json.as_json(described).decode(), nl=False)


@command()
@click.option("--explain", "text", metavar="文字或文件", help="逐句显示从一段文字（或者一份报告）里读懂了哪些数。")
@FORMAT
@JSON
def rules(text: str | None, form: Literal["text", "json"], as_json: bool) -> None:
    """显示全部核对规则：程度、依据、查什么、会怎样说。"""
    from gouji.findings.catalogue import as_lines, entries

    if text is not None:
        _explain(text, as_json or form == "json")
        return
    if as_json or form == "json":
        print_json({"rules": entries()})
        return
    for line in as_lines():
        click.echo(line)


def _explain(text: str, as_json: bool) -> None:
    from gouji.checks.explained import as_lines, explained, report_of_text
    from gouji.formats.read import read
    from gouji.runtime.decoding import notepad_text

    path = Path(text) if len(text) < _LONGEST_PATH and "\n" not in text else None
    if path and path.suffix.lower() in _FILES and not path.exists():
        raise GoujiError(f"没有“{text}”这个文件。")
    if path is None or not path.is_file():
        report = report_of_text(text)
    elif path.suffix.lower() == ".txt":
        report = report_of_text(notepad_text(path.read_bytes(), "replace"))
    else:
        report = read(path).report
    sentences = explained(report)
    if as_json:
        print_json({"sentences": sentences})
        return
    for line in as_lines(sentences):
        click.echo(line)


_LONGEST_PATH = 240
_FILES = (".txt", ".docx", ".doc", ".html", ".htm", ".pdf", ".xlsx", ".xls", ".json")
