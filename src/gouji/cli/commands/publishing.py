"""The commands that make what is published: Word reports, web pages with their data, and the office's board."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.exit_status import FAILED
from gouji.cli.files import for_each, required, targets
from gouji.cli.forms import with_edition
from gouji.cli.options import ACCEPT_REPAIRS, PATH, WORKSPACE, dask_option, output_option, workspace_option
from gouji.cli.printing import print_findings, print_outcome
from gouji.cli.workspaces import executor_of, workspace_of
from gouji.runtime.printable import readable_name, readable_path

if TYPE_CHECKING:
    from gouji.form.forms import Forms
    from gouji.jobs.documents import Written

_DASK_WITH_ALL = dask_option("与 --all 一起用：在已有的 dask 集群上做。")
_WORKSPACE_WITH_ALL = workspace_option("与 --all 一起用：工作文件夹。")


@command()
@click.argument("file", type=PATH, metavar="文件", required=False)
@output_option("写到哪个文件（.docx）；读文件夹时写到哪个文件夹。必填。")
@ACCEPT_REPAIRS
@click.option("--final", is_flag=True, help="只要定稿：有必须改正的，不生成报告，退出状态是 1。")
@click.option("--all", "everybody", is_flag=True, help="给工作文件夹里每个已通过的单位生成，放在“报告”。")
@click.option("--zip", "zipped", is_flag=True, help="与 --all 一起用：再把全部 Word 报告放进一个压缩包。")
@_DASK_WITH_ALL
@_WORKSPACE_WITH_ALL
@with_edition
def report(
    file: Path | None,
    output: Path | None,
    accept_repairs: bool,
    final: bool,
    everybody: bool,
    zipped: bool,
    dask: str | None,
    folder: Path | None,
    forms: Forms,
) -> None:
    """生成 Word 报告。

    填报表、JSON 和已经公布的 Word、网页、PDF 都可以。

    还有必须改正的，生成的是草稿：每页的页眉写着“草稿（有 N 处必须改正）”，改正以后重新生成就没有了。
    """
    from gouji.jobs.documents import write_word

    if everybody:
        if file or output:
            raise click.UsageError("--all 给工作文件夹里已通过的单位生成报告，不用写文件和 -o。")
        if final:
            raise click.UsageError("--all 只给已通过的单位生成，不用写 --final。")
        _report_all(folder, dask, zipped=zipped)
        return
    if zipped:
        raise click.UsageError("--zip 与 --all 一起用。")

    refused = []

    def one(path: Path | None, target: Path) -> None:
        source = required(path, "文件")
        written = write_word(source, target, accept_repairs=accept_repairs, final=final, forms=forms)
        print_findings(written.findings, path)
        if written.refused:
            refused.append(source)
            click.echo(f"没有生成报告：{source}有 {written.open_errors} 处必须改正，不能作为定稿。", err=True)
            return
        click.echo(f"已生成报告{_draft(written)}：{readable_path(target)}")
        _warn_of_errors(written, target)

    for_each(targets(required(file, "报告所用的文件"), output, ".docx"), one)
    if refused:
        sys.exit(FAILED)


def _report_all(folder: Path | None, dask: str | None, *, zipped: bool) -> None:
    from gouji.cli.progress import counting
    from gouji.collection.steps.reporting import report_all

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        outcome = report_all(workspace, zipped=zipped, executor=executor, watch=watch)
    print_outcome(outcome)


@command()
@click.argument("file", type=PATH, metavar="文件", required=False)
@output_option("写到哪个文件（.html）；读文件夹时写到哪个文件夹。必填。")
@click.option("--pdf", is_flag=True, help="再用 LibreOffice 把 Word 报告印成 PDF。")
@click.option("--all", "everybody", is_flag=True, help="给工作文件夹里每个已通过的单位生成，放在“报告/网页”。")
@_DASK_WITH_ALL
@_WORKSPACE_WITH_ALL
@with_edition
def publish(
    file: Path | None,
    output: Path | None,
    pdf: bool,
    everybody: bool,
    dask: str | None,
    folder: Path | None,
    forms: Forms,
) -> None:
    """生成放到网站上的网页，旁边是数据文件（JSON、CSV）。

    网页是一个文件，不引用别处的东西。数据文件里没有填报人和联系电话。
    """
    from gouji.formats.word.to_pdf import printer
    from gouji.jobs.documents import write_pdf, write_web

    if everybody:
        if file or output:
            raise click.UsageError("--all 给工作文件夹里已通过的单位生成网页，不用写文件和 -o。")
        _publish_all(folder, dask, pdf=pdf)
        return

    def one(path: Path | None, target: Path) -> None:
        written = write_web(required(path, "文件"), target, forms=forms)
        print_findings(written.findings, path)
        name = readable_name(target.stem)
        click.echo(f"已生成网页{_draft(written)}：{readable_path(target)}，旁边是数据文件 {name}.json、{name}.csv")
        _warn_of_errors(written, target)
        if press:
            write_pdf(written, target.with_suffix(".pdf"), press)
            click.echo(f"已生成 PDF：{readable_path(target.with_suffix('.pdf'))}")

    pairs = targets(required(file, "报告所用的文件"), output, ".html")
    with printer() if pdf else contextlib.nullcontext() as press:
        for_each(pairs, one, beside=(".json", ".csv", ".pdf") if pdf else (".json", ".csv"))


def _publish_all(folder: Path | None, dask: str | None, *, pdf: bool) -> None:
    from gouji.cli.progress import counting
    from gouji.collection.steps.publishing import publish_all

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        outcome = publish_all(workspace, pdf=pdf, executor=executor, watch=watch, today=clock.today())
    print_outcome(outcome)


def _draft(written: Written) -> str:
    return "的草稿" if written.open_errors else ""


def _warn_of_errors(written: Written, target: Path) -> None:
    if written.open_errors:
        errors = f"报告里有 {written.open_errors} 处必须改正，已标明是草稿。改正以前请不要发布。"
        click.echo(f"{readable_path(target)}：{errors}", err=True)


@command()
@WORKSPACE
def board(folder: Path | None) -> None:
    """生成看板（“汇总/看板.html”）：进度、谁没有交、谁要改、合计；每次 gouji collect 以后自动更新。"""
    from gouji.collection.steps import publishing

    print_outcome(publishing.board(workspace_of(folder), today=clock.today()))
