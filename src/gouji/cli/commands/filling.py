"""The command that fills a superior's table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli.chinese import command
from gouji.cli.files import required
from gouji.cli.forms import with_edition
from gouji.cli.options import ACCEPT_REPAIRS, JSON, PATH, output_option, workspace_option
from gouji.cli.printing import print_json, print_lines
from gouji.cli.workspaces import workspace_of
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.form.forms import Forms
    from gouji.jobs.filling import Source

_TOTALS = ("汇总", "sum")


@command()
@click.argument("theirs", type=PATH, metavar="对方的表", required=False)
@click.option(
    "--from",
    "given",
    metavar="报告|汇总",
    help="填哪一份报告的数字（填报表、JSON、Word、网页、PDF）；写“汇总”的，填工作文件夹的汇总。不写时填汇总。",
)
@output_option("填好的写到哪个文件（.xlsx）。必填；对方的表不改动。")
@click.option(
    "--mapping", type=PATH, metavar="文件", help="列的对照（.toml）：没有这个文件时写出来，有的照它填，明年还可以用。"
)
@click.option("--overwrite", is_flag=True, help="格里已经有别的内容的，也改写；公式不改。")
@ACCEPT_REPAIRS
@JSON
@workspace_option("填汇总时：工作文件夹。")
@with_edition
def fill(
    theirs: Path | None,
    given: str | None,
    output: Path | None,
    mapping: Path | None,
    overwrite: bool,
    accept_repairs: bool,
    as_json: bool,
    folder: Path | None,
    forms: Forms,
) -> None:
    """把数字填进上级的 Excel 表：按名称找到每一格，填在另存的一份里。

    认得与官方格式相同的表，也认得一行一个单位的名单。格式、公式、图、批注和别的工作表都不动；
    填了什么、什么没有地方填、对方的公式算得对不对，都会列出来。
    """
    from gouji.collection.steps.filling import fill_from, source_lines

    file = required(theirs, "要填的表（.xlsx）")
    target = _target(file, output, given, mapping)
    source = _source(given, folder, forms, accept_repairs=accept_repairs)
    if not as_json:
        print_lines(source_lines(source, file))
    done = fill_from(source, file, target, mapping=mapping, overwrite=overwrite)
    if as_json:
        print_json({"file": str(file), "output": str(target), **done.filled.as_json()})
        return
    print_lines(done.lines)


def _target(file: Path, output: Path | None, given: str | None, mapping: Path | None) -> Path:
    """Return where the copy is written.

    Raises UsageError or GoujiError where that is not said, is no .xlsx or is a file that is read.
    """
    if output is None:
        raise click.UsageError("请用 -o 写出填好的放到哪里，如 -o 填好的表.xlsx。")
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"结果的文件名要以 .xlsx 结尾，如 -o {output.name}.xlsx。")
    read = [path for path in (file, Path(given) if given else None, mapping) if path and path.is_file()]
    if output.exists() and any(output.samefile(path) for path in read):
        raise GoujiError(f"“{output}”是收到的文件，不能改动。请用 -o 写出别的文件名。")
    return output


def _source(given: str | None, folder: Path | None, forms: Forms, *, accept_repairs: bool) -> Source:
    from gouji.jobs.filling import source_of

    if given and given not in _TOTALS:
        return source_of(Path(given), accept_repairs=accept_repairs, forms=forms)
    from gouji.collection.totals.superior import source_of_totals
    from gouji.collection.totals.totals import totals_of

    workspace = workspace_of(folder)
    return source_of_totals(workspace, totals_of(workspace))
