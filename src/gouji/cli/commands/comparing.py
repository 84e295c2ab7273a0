"""The command that shows two reports side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gouji.cli.chinese import command
from gouji.cli.forms import with_edition
from gouji.cli.options import JSON, output_option, workspace_option
from gouji.cli.printing import print_json
from gouji.cli.workspaces import workspace_of
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import readable_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gouji.form.forms import Forms
    from gouji.report.comparison import Comparison
    from gouji.report.model import Report

_PAGES = (".html", ".htm")


@command()
@click.argument("before", metavar="[前一份]", default="")
@click.argument("after", metavar="[后一份]", default="")
@click.option(
    "--unit", metavar="单位", help="对照工作文件夹里这个单位报的两份；不写哪两份时，是采用的和最后来的别的一份。"
)
@output_option("同时写成工作簿（.xlsx）或者网页（.html）。")
@JSON
@workspace_option("与 --unit 一起用：工作文件夹。")
@with_edition
def compare(
    before: str, after: str, unit: str | None, output: Path | None, as_json: bool, folder: Path | None, forms: Forms
) -> None:
    """并排对照两份报告：数字一格一格，文字一段一段。

    填报表、JSON 和已经公布的 Word、网页、PDF 都可以，年度、单位不同的也可以。
    """
    from gouji.report.comparison import compare as comparison_of

    if output and output.suffix.lower() not in (".xlsx", *_PAGES):
        raise click.UsageError(f"结果的文件名要以 .xlsx 或者 .html 结尾，如 -o {output.stem}.xlsx。")
    if unit:
        from gouji.collection.review.side_by_side import two_of

        found, names = two_of(workspace_of(folder), unit, before, after)
    else:
        if not before or not after:
            raise click.UsageError("请写出两份报告；对照一个单位报的两份，用 --unit 写单位。")
        names = (before, after)
        found = comparison_of(_read(before, forms), _read(after, forms))
    if output:
        _write(found, output, () if unit else (Path(before), Path(after)))
    if as_json:
        print_json(_as_json(found, names))
        return
    for line in _lines(found, names):
        click.echo(line)
    if output:
        click.echo(f"已写成{'网页' if output.suffix.lower() in _PAGES else '工作簿'}：{readable_path(output)}")


def _read(name: str, forms: Forms) -> Report:
    from gouji.formats.read import read_file

    return read_file(Path(name), forms=forms).report


def _write(found: Comparison, output: Path, given: tuple[Path, ...]) -> None:
    from gouji.runtime.output import write_aside

    for one in given:
        if output.exists() and output.samefile(one):
            raise GoujiError(f"“{one}”是收到的文件，不能改动。请用 -o 写出别的文件名。")
    if output.suffix.lower() in _PAGES:
        from gouji.formats.web.comparison_page import comparison_page

        write_aside(output, comparison_page(found))
        return
    from gouji.formats.tables.comparison import comparison_bytes

    write_aside(output, comparison_bytes(found))


def _lines(found: Comparison, names: tuple[str, str]) -> Iterator[str]:
    """Yield what differs, for the screen."""
    for called, name, report in zip(found.names, names, (found.before, found.after), strict=True):
        year = f"{report.year}年" if report.year else "没有写年度"
        yield f"{called}：{readable_path(Path(name))}（{report.unit.name or '没有写单位'}，{year}）"
    changed, rewritten = found.changed, found.rewritten
    if not changed and not rewritten:
        yield "数字和文字都相同。"
        return
    yield f"不同的数字 {len(changed)} 个，不同的文字 {len(rewritten)} 段。"
    yield from (f"  {pair.words}" for pair in changed)
    for pair in rewritten:
        yield f"  {pair.section or '开头'}："
        yield f"    {found.names[0]}：{pair.before or '（没有这一段）'}"
        yield f"    {found.names[1]}：{pair.after or '（没有这一段）'}"


def _as_json(found: Comparison, names: tuple[str, str]) -> dict[str, Any]:
    def of(path: str, report: Report) -> dict[str, Any]:
        return {"path": path, "unit": report.unit.name, "year": report.year, "edition": report.edition}

    return {
        "before": of(names[0], found.before),
        "after": of(names[1], found.after),
        "same": not found.changed and not found.rewritten,
        "figures": [
            {"ref": pair.ref, "place": pair.place, "before": pair.before, "after": pair.after, "change": pair.change}
            for pair in found.changed
        ],
        "texts": [
            {"section": pair.section, "before": pair.before or None, "after": pair.after or None}
            for pair in found.rewritten
        ],
    }
