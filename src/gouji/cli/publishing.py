"""The commands that make what is put on the web, and the office's board."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import office
from gouji.cli.chinese import Group
from gouji.cli.files import each, required, targets, tell
from gouji.cli.office import WORKSPACE, command, executor_of, tell_made, workspace_of
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.collection.workspace.folder import Workspace

_PATH = click.Path(path_type=Path)


def add_to(main: Group) -> None:
    """Add the commands to a group."""
    for each_command in (publish, board):
        main.add_command(each_command)


@command()
@click.argument("file", type=_PATH, metavar="文件", required=False)
@click.option(
    "-o", "--output", type=_PATH, metavar="文件", help="写到哪个文件（.html）；读文件夹时写到哪个文件夹。必填。"
)
@click.option("--pdf", is_flag=True, help="再用 LibreOffice 把 Word 报告印成 PDF。")
@click.option("--all", "everybody", is_flag=True, help="给工作文件夹里每个已通过的单位生成，放在“报告/网页”。")
@click.option("--dask", metavar="地址", help="与 --all 一起用：在已有的 dask 集群上做。")
@click.option("-w", "--workspace", "folder", type=_PATH, metavar="文件夹", help="与 --all 一起用：工作文件夹。")
def publish(
    file: Path | None, output: Path | None, pdf: bool, everybody: bool, dask: str | None, folder: Path | None
) -> None:
    """生成放到网站上的网页，旁边是数据文件（JSON、CSV）。

    网页是一个文件，不引用别处的东西。数据文件里没有填报人和联系电话。
    """
    if everybody:
        if file or output:
            raise click.UsageError("--all 给工作文件夹里已通过的单位生成网页，不用写文件和 -o。")
        _publish_all(folder, dask, pdf=pdf)
        return
    from gouji.checks import check, verdict
    from gouji.formats.read import read
    from gouji.formats.web.page import write_page
    from gouji.formats.word.to_pdf import printer
    from gouji.formats.word.writer import document_bytes
    from gouji.report.open_data import figures_csv, public_json
    from gouji.runtime.output import write_aside

    def one(path: Path | None, target: Path) -> None:
        reading = read(required(path, "文件"))
        write_page(reading.report, target)
        write_aside(target.with_suffix(".json"), public_json(reading.report))
        write_aside(target.with_suffix(".csv"), figures_csv(reading.report))
        findings = check(reading)
        tell(findings, path)
        click.echo(f"已生成网页：{target}，旁边是数据文件 {target.stem}.json、{target.stem}.csv")
        if verdict(findings) == "fail":
            click.echo(f"{target}：报告里有必须改正的地方，改正以前请不要发布。", err=True)
        if press:
            write_aside(target.with_suffix(".pdf"), press.pdf(document_bytes(reading.report)))
            click.echo(f"已生成 PDF：{target.with_suffix('.pdf')}")

    pairs = targets(required(file, "报告所用的文件"), output, ".html")
    with printer() if pdf else contextlib.nullcontext() as press:
        each(pairs, one, beside=(".json", ".csv", ".pdf") if pdf else (".json", ".csv"))


def _publish_all(folder: Path | None, dask: str | None, *, pdf: bool) -> None:
    from gouji.cli.progress import counting
    from gouji.collection.outgoing.publishing import PAGES, PDFS, publish_all

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        pages = publish_all(workspace, pdf=pdf, executor=executor, watch=watch)
    click.echo(f"{pages.done} 个单位已通过，网页和数据文件（JSON、CSV）在“{PAGES}”。")
    tell_made(pages.made, "文件")
    if pages.pdfs:
        click.echo(f"PDF 在“{PDFS}”。")
        tell_made(pages.pdfs, " PDF ")
    for unit in pages.waived:
        click.echo(f"请注意：{unit.member.name}的报告里有放行的错误，发布以前请再看一遍。")
    if pages.made.problems or (pages.pdfs and pages.pdfs.problems):
        sys.exit(2)


@command()
@WORKSPACE
def board(folder: Path | None) -> None:
    """生成看板（“汇总/看板.html”）：进度、谁没有交、谁要改、合计；每次 gouji collect 以后自动更新。"""
    from gouji.collection.outgoing.board import BOARD, write_board

    write_board(workspace_of(folder), office.today())
    click.echo(f"已生成看板：{BOARD}")


def remake_board(workspace: Workspace) -> None:
    """Bring the board up to date; where that fails it is told, and what was done before stays done."""
    from gouji.collection.outgoing.board import write_board

    try:
        write_board(workspace, office.today())
    except GoujiError as error:
        click.echo(f"看板没有更新：{error}", err=True)
