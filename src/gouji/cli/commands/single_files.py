"""The commands for single files: make the form, read a report, check it, send it back for correction."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from gouji.cli.chinese import command
from gouji.cli.exit_status import FAILED
from gouji.cli.files import for_each, required, targets
from gouji.cli.forms import forms_of, with_edition
from gouji.cli.options import (
    ACCEPT_REPAIRS,
    FORMAT,
    JSON,
    KEY,
    PATH,
    PREVIOUS,
    output_option,
    workspace_option,
)
from gouji.cli.printing import print_findings, print_json
from gouji.cli.workspaces import workspace_of
from gouji.form.levels import LEVELS
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import escaped, readable_path

if TYPE_CHECKING:
    from gouji.findings.rules import FileVerdict
    from gouji.form.forms import Forms
    from gouji.form.model import Form
    from gouji.jobs.batch import Checked, Previous


@command()
@output_option("写到哪个文件（.xlsx）；--from 是文件夹时写到哪个文件夹。必填。")
@click.option(
    "--edition",
    metavar="版本|文件",
    help="用哪一版格式，或者自定格式的文件（.toml）；不写时用报告年度施行的格式。",
)
@click.option("--year", type=int, metavar="年", help="报告年度；不写时由填报人在首页填写。")
@click.option("--unit", metavar="单位", help="单位全称；不写时由填报人在首页填写。")
@click.option("--code", metavar="代码", help="单位代码。")
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    metavar="级别",
    help="单位级别：" + "，".join(f"{level.key} {level.name}" for level in LEVELS.values()) + "。",
)
@click.option(
    "--from", "source", type=PATH, metavar="文件", help="把这份报告已有的内容填进去（收回的表或者公布的报告）。"
)
@click.option("--previous", type=PATH, metavar="文件", help="上年的报告：把它的结转数填入“上年结转”并锁定。")
@ACCEPT_REPAIRS
@KEY
def template(
    output: Path | None,
    edition: str | None,
    year: int | None,
    unit: str | None,
    code: str | None,
    level: str | None,
    source: Path | None,
    previous: Path | None,
    accept_repairs: bool,
    key_file: Path | None,
) -> None:
    """生成填报表（Excel 工作簿）。"""
    from gouji.jobs.batch import Previous
    from gouji.jobs.prefill import Options, prefill

    forms = forms_of(edition)
    pairs = targets(source, output, ".xlsx")
    last_year, key = Previous(previous, forms=forms) if previous else None, _key(key_file)

    options = Options(form=_form(edition), year=year, unit=unit, code=code, level=level)

    def one(file: Path | None, target: Path) -> None:
        notes = prefill(
            target, options, source=file, previous=last_year, accept_repairs=accept_repairs, key=key, forms=forms
        )
        for note in notes:
            click.echo(note, err=True)
        click.echo(f"已生成填报表：{target}")

    for_each(pairs, one, previous)


@command()
@click.argument("file", type=PATH, metavar="文件", required=False)
@output_option("写到哪个文件（.json）；不写时显示出来。读文件夹时写到哪个文件夹。")
@ACCEPT_REPAIRS
@with_edition
def read(file: Path | None, output: Path | None, accept_repairs: bool, forms: Forms) -> None:
    """读出报告里的内容，写成 JSON。

    可以读填报表（.xlsx、.xls、.et、.ods）、JSON，也可以读已经公布的报告：Word（.docx；旧版 .doc 要装有
    LibreOffice）、保存的网页（.html、.mht）、有文字的 PDF。
    """
    from gouji.cli.text import supplementary_line
    from gouji.formats.read import read_file
    from gouji.report.model import to_json
    from gouji.runtime.output import write_aside

    if output is None and not required(file, "要读的文件").is_dir():
        reading = read_file(required(file, "要读的文件"), accept_repairs=accept_repairs, forms=forms)
        click.echo(escaped(to_json(reading.report).decode()), nl=False)
        for line in supplementary_line(reading.report.edition, "读取"):
            click.echo(line, err=True)
        print_findings(reading.findings)
        return

    def one(path: Path | None, target: Path) -> None:
        reading = read_file(required(path, "文件"), accept_repairs=accept_repairs, forms=forms)
        write_aside(target, to_json(reading.report))
        for line in supplementary_line(reading.report.edition, "读取"):
            click.echo(f"{readable_path(path)}：{line}", err=True)
        print_findings(reading.findings, path)
        click.echo(f"已读出：{readable_path(target)}", err=True)

    for_each(targets(required(file, "要读的文件"), output, ".json"), one)


@command()
@click.argument("files", nargs=-1, type=PATH, metavar="文件…")
@PREVIOUS
@ACCEPT_REPAIRS
@FORMAT
@JSON
@KEY
@click.option("--against", metavar="单位", help="再与台账里这个单位采用的报送逐格对照；写“汇总”的，与汇总对照。")
@workspace_option("与 --against 一起用：工作文件夹。")
@output_option("再把问题写成清单（.xlsx），如 -o 问题清单.xlsx。")
@with_edition
def check(
    files: tuple[Path, ...],
    previous: Path | None,
    accept_repairs: bool,
    form: Literal["text", "json"],
    as_json: bool,
    key_file: Path | None,
    against: str | None,
    folder: Path | None,
    output: Path | None,
    forms: Forms,
) -> None:
    """核对报告：哪里不对，应当怎样改。

    填报表、JSON 和已经公布的 Word、网页、PDF 都可以核对。

    有一个文件不通过或者读不出来，退出状态是 1；都没有错误是 0；命令写错或者找不到文件是 2。
    """
    from gouji.cli.progress import watched
    from gouji.jobs.batch import Previous, check_files, files_in

    print_results = _print_json if as_json or form == "json" else _print_text
    paths = files_in(required(files, "要核对的文件"))
    keep = _kept_for(output, paths)
    last_year, key = Previous(previous, many=len(paths) > 1, forms=forms), _key(key_file)
    if against:
        verdicts = print_results(keep([_checked_against(paths, against, folder, last_year, accept_repairs, key)]))
    else:
        checking = check_files(paths, last_year, accept_repairs=accept_repairs, key=key, forms=forms)
        with contextlib.closing(checking) as checked:
            verdicts = print_results(keep(watched(checked, [path.name for path in paths])))
    if "fail" in verdicts or "unreadable" in verdicts:
        sys.exit(FAILED)


def _kept_for(output: Path | None, paths: Sequence[Path]) -> Callable[[Iterable[Checked]], Iterator[Checked]]:
    """Return what passes results on and, after the last one, writes their problems as a list."""
    if output is None:
        return iter
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError(f"清单的文件名要以 .xlsx 结尾，如 -o {output.stem}.xlsx。")
    if output.exists() and any(output.samefile(path) for path in paths):
        raise GoujiError(f"“{output}”是要核对的文件，不能改动。请用 -o 写出别的文件名。")

    def keep(results: Iterable[Checked]) -> Iterator[Checked]:
        import msgspec

        from gouji.inspection.products import write_list

        done = []
        for result in results:
            done.append(msgspec.structs.replace(result, reading=None))
            yield result
        if not done:
            return
        write_list(done, output)
        click.echo(f"已生成问题清单：{readable_path(output)}", err=True)

    return keep


def _checked_against(
    paths: Sequence[Path],
    unit: str,
    folder: Path | None,
    previous: Previous,
    accept_repairs: bool,
    key: bytes | None,
) -> Checked:
    from gouji.collection.totals.comparison import check_and_compare, official_of

    if len(paths) != 1:
        raise click.UsageError("--against 一次只对照一个文件。")
    official = official_of(workspace_of(folder), unit)
    return check_and_compare(paths[0], official, previous, accept_repairs=accept_repairs, key=key)


def _print_json(results: Iterable[Checked]) -> list[FileVerdict]:
    files = [result.as_json() for result in results]
    print_json({"files": files})
    return [file["verdict"] for file in files]


def _print_text(results: Iterable[Checked]) -> list[FileVerdict]:
    from gouji.cli.text import checked_lines, summary_line

    verdicts = []
    for result in results:
        verdicts.append(result.verdict)
        for line in checked_lines(result):
            click.echo(line)
    if len(verdicts) != 1:
        click.echo(summary_line(verdicts))
    return verdicts


@command()
@click.argument("file", type=PATH, metavar="文件", required=False)
@output_option("写到哪个文件（.xlsx）；核对文件夹时写到哪个文件夹。必填。")
@PREVIOUS
@KEY
@with_edition
def correct(file: Path | None, output: Path | None, previous: Path | None, key_file: Path | None, forms: Forms) -> None:
    """生成退回改正的填报表：内容照原样，错处标红框、带批注，首页列出要改的地方。

    没有需要改正的文件不生成填报表。填报表、JSON 和已经公布的 Word、网页、PDF 都可以。
    """
    from gouji.cli.text import returned_line
    from gouji.jobs.batch import Previous
    from gouji.jobs.correction import correct as correct_file

    pairs = targets(required(file, "要退回改正的文件"), output, ".xlsx")
    last_year, key = Previous(previous, forms=forms), _key(key_file)

    def one(path: Path | None, target: Path) -> None:
        source = required(path, "文件")
        click.echo(returned_line(source, target, correct_file(source, target, last_year, key, forms)))

    for_each(pairs, one)


def _form(edition: str | None) -> Form | None:
    if not edition:
        return None
    from gouji.formats.form_file import load_form

    return load_form(edition)


def _key(file: Path | None) -> bytes | None:
    if file is None:
        return None
    from gouji.formats.read import read_key

    return read_key(file)
