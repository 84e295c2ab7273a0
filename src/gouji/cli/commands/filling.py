"""The command that fills a superior's table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gouji.cli.chinese import command
from gouji.cli.files import required
from gouji.cli.forms import with_edition
from gouji.cli.options import ACCEPT_REPAIRS, JSON, PATH, output_option, workspace_option
from gouji.cli.printing import SHOWN, print_json
from gouji.cli.workspaces import workspace_of
from gouji.runtime.errors import GoujiError, on_one_line
from gouji.runtime.printable import readable_path

if TYPE_CHECKING:
    from gouji.form.forms import Forms
    from gouji.formats.filling.writing import Outcome
    from gouji.jobs.filling import Filled, Source

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
    from gouji.jobs.filling import fill as fill_file

    file = required(theirs, "要填的表（.xlsx）")
    target = _target(file, output, given, mapping)
    source = _source(given, folder, forms, accept_repairs=accept_repairs)
    if not as_json:
        click.echo(f"用{source.called}的数字填“{file.name}”。")
        for remark in source.remarks:
            click.echo(f"  {remark}")
    saves = bool(mapping and not mapping.exists())
    filled = fill_file(file, target, source, mapping=mapping, overwrite=overwrite)
    if as_json:
        print_json({"file": str(file), "output": str(target), **filled.as_json()})
        return
    for line in _lines(filled):
        click.echo(line)
    if mapping and saves and mapping.exists():
        click.echo(f"列的对照写在：{readable_path(mapping)}")
    click.echo(f"已生成：{readable_path(target)}")


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


# ---------------------------------------------------------------- what is shown


def _lines(filled: Filled) -> Iterator[str]:
    yield _counts(filled)
    yield from (f"  请核实：{doubt}" for doubt in filled.official.doubts)
    yield from _listed("已经有别的内容，没有改（要改写的，加 --overwrite）", map(_other(filled), filled.of("other")))
    yield from _listed("对方的公式算出来与报告不同，没有改", map(_differing(filled), filled.differing))
    if following := [outcome for outcome in filled.of("formula") if outcome.follows]:
        yield f"  还有 {len(following)} 个公式加到了没有填的格，算出来因此与报告不同。"
    yield from _listed("对方的数据有效性不许填，没有填", map(_plain(filled), filled.of("forbidden")))
    yield from _listed("看不见的格，没有填", map(_plain(filled), filled.of("unseen")))
    shown = [outcome for outcome in filled.of("filled") if outcome.shown is not None]
    yield from _listed("填了，但是表的格式显示成别的", map(_shown(filled), shown))
    replaced = [outcome for outcome in filled.of("filled") if outcome.stood]
    yield from _listed("改写了原来的内容", map(_replaced(filled), replaced))
    blank = [f"{place.sheet}!{place.cell} {filled.name_of(place)}" for place in filled.blank]
    yield from _listed("报告里空着，没有填", blank)
    yield from _listed("单位还没有可以用的报送，这一行没有填", filled.absent)
    yield from _listed("报告里有、对方的表里没有找到地方", map(_no_place, filled.no_place))
    unanswered = [f"{each.cell}“{each.label}”：{each.why}" for each in filled.official.unanswered]
    yield from _listed("对方的表里有、没有填", [*unanswered, *(each.message for each in filled.lists.unplaced)])
    altered = [f"{each.cell}“{each.label}”当作“{each.taken_for}”" for each in filled.official.altered]
    yield from _listed("名称与官方格式不同，请看是不是这一项", altered)
    if filled.no_place or filled.lists.unplaced or filled.lists.matched:
        yield from _listed("隐藏着，没有看也没有填", filled.hidden)
    if filled.written.left:
        yield (
            f"  另有 {len(filled.written.left)} 个公式程序不代算（{'、'.join(filled.written.left[:3])}"
            f"{'等' if len(filled.written.left) > 3 else ''}），用 Excel、WPS 打开时会重新计算，请看一遍。"
        )


def _counts(filled: Filled) -> str:
    agreeing = [outcome for outcome in filled.of("formula") if outcome.agrees and outcome.stood]
    unknown = [outcome for outcome in filled.of("formula") if outcome.agrees and not outcome.stood]
    parts = [f"填了 {len(filled.of('filled'))} 格"]
    if already := filled.of("already"):
        parts.append(f"原来就对的 {len(already)} 格")
    if agreeing:
        parts.append(f"公式算得一致的 {len(agreeing)} 格")
    if unknown:
        parts.append(f"公式没有代算的 {len(unknown)} 格")
    return f"  {'，'.join(parts)}。"


def _listed(title: str, lines: Any) -> Iterator[str]:
    every = list(lines)
    if not every:
        return
    yield f"  {title}（{len(every)} 处）："
    # What stands in their cells may have line ends.
    yield from (f"    {on_one_line(line)}" for line in every[:SHOWN])
    if len(every) > SHOWN:
        yield f"    还有 {len(every) - SHOWN} 处，用 --json 看全部。"


def _no_place(each: Any) -> str:
    return f"{each.table}：{'、'.join(each.rows)}" if each.rows else f"{each.table}：没有找到这张表"


def _plain(filled: Filled) -> Any:
    def line(outcome: Outcome) -> str:
        place = outcome.place
        return f"{place.sheet}!{place.cell} {filled.name_of(place)}：{outcome.value}"

    return line


def _other(filled: Filled) -> Any:
    return lambda outcome: f"{_plain(filled)(outcome)}，表里是“{outcome.stood}”"


def _differing(filled: Filled) -> Any:
    return lambda outcome: f"{_plain(filled)(outcome)}，公式算出 {outcome.stood}"


def _shown(filled: Filled) -> Any:
    return lambda outcome: (
        f"{_plain(filled)(outcome)}，" + (f"看到的是“{outcome.shown}”" if outcome.shown else "看不见")
    )


def _replaced(filled: Filled) -> Any:
    return lambda outcome: f"{_plain(filled)(outcome)}，原来是“{outcome.stood}”"
