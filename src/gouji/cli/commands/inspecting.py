"""The command of an inspector: many published reports at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.files import required
from gouji.cli.options import PATH, output_option
from gouji.cli.printing import print_first
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import readable_path

if TYPE_CHECKING:
    from gouji.inspection.results import Inspection


@command()
@click.argument("folder", type=PATH, metavar="文件夹", required=False)
@click.option(
    "--units", type=PATH, metavar="名单", help="应当公布报告的单位，一行一个（.xlsx）；不写时是报告里出现的单位。"
)
@click.option(
    "--settings", "settings_file", type=PATH, metavar="文件", help="年度、截止日期、每条规则扣几分（.toml）。"
)
@click.option("--year", type=int, metavar="年", help="检查哪一年的报告；不写时是最新的一年。")
@output_option("结果写到哪个文件夹：问题清单.xlsx、通报.docx、结果.json。必填。")
def inspect(
    folder: Path | None, units: Path | None, settings_file: Path | None, year: int | None, output: Path | None
) -> None:
    """检查许多单位公布的报告，写出问题清单和通报。

    文件夹里可以有多个单位、多个年度的 Word、网页、PDF 和填报表：按标题、文件名认单位，与本单位上年的报告对照，
    各单位的文字也互相对照。不上网，只读文件夹里的文件。
    """
    import msgspec

    from gouji.cli.progress import counting
    from gouji.inspection import products
    from gouji.inspection.settings import InspectionSettings, read_settings
    from gouji.inspection.units import read_units

    if year is not None and not 1000 <= year <= 9998:
        raise click.UsageError("--year 应当是四位数的年份。")
    source, target = required(folder, "放报告的文件夹"), required(output, "结果放到哪个文件夹（-o）")
    if not source.is_dir():
        raise GoujiError(f"没有“{source}”这个文件夹。请写放报告的文件夹。")
    if target.exists() and not target.is_dir():
        raise click.UsageError(f"“{target}”是文件。-o 要写一个文件夹。")
    settings = read_settings(settings_file) if settings_file else InspectionSettings()
    if year is not None:
        settings = msgspec.structs.replace(settings, year=year)
    listed = read_units(units) if units else None
    paths = products.files_to_inspect(source, target, (units, settings_file))
    with counting() as progress:
        inspection = products.inspect(source, paths, listed, settings, today=clock.today(), progress=progress)
    written = products.write_products(inspection, target)
    _print(inspection)
    for path, aside in written.kept:
        click.echo(f"有人改动过，改动过的另存为“{aside.name}”：{readable_path(path)}")
    for path in written.paths:
        click.echo(f"已生成：{readable_path(path)}")


def _print(inspection: Inspection) -> None:
    from gouji.findings.together import told_once
    from gouji.inspection.results import FOR_THE_INSPECTOR

    click.echo(f"{inspection.counts.in_words}检查的是 {inspection.year} 年的。")
    unsaved, absent = len(inspection.unsaved), len(inspection.absent)
    click.echo(
        f"单位 {len(inspection.units)} 个：有报告的 {len(inspection.published)} 个"
        + (f"，目录页上有、没有保存的 {unsaved} 个" if unsaved else "")
        + (f"，没有找到的 {absent} 个。" if absent else "。")
    )
    click.echo(
        f"有报告的：不通过 {len(inspection.wrong)} 个，请核实 {len(inspection.asked)} 个，"
        f"通过 {len(inspection.clean)} 个。"
    )
    for remark in inspection.remarks:
        click.echo(remark, err=True)
    others = [
        (readable_path(str(problem.path)), problem.finding.message)
        for problem in inspection.others
        if problem.finding.severity != "note"
    ]
    lines = [f"{paths}：{why}" for paths, why in told_once(others)]
    print_first(lines, f"这样的文件共 {len(others)} 个，见问题清单。", err=True)
    asked_first = sum(problem.finding.rule in FOR_THE_INSPECTOR for problem in inspection.problems)
    if asked_first:
        click.echo(f"要您先核实的 {asked_first} 处，通报里没有写，见问题清单“请核实并说明”。")
