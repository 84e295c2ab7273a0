"""The commands. What they need is imported when they run, so that help comes at once."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from gouji import __version__
from gouji.cli import mail, office, publishing
from gouji.cli.chinese import Group, complaint
from gouji.cli.files import each, required, targets, tell
from gouji.cli.forms import edition_of, know_the_form_here, with_edition
from gouji.form.levels import LEVELS
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gouji.jobs.batch import Checked, Previous, Verdict

_PATH = click.Path(path_type=Path)
_KEY = click.option(
    "--key",
    "key_file",
    type=_PATH,
    metavar="文件",
    help="主管部门的签发密钥（至少 16 个字符的文件，自己保管）：生成时用它签发，核对时不是它签发的填报表算错误。",
)
_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="text|json",
    help="怎样显示：text 给人看，json 给程序用。",
)
_ACCEPT_REPAIRS = click.option(
    "--accept-repairs",
    is_flag=True,
    help="填的不是数字、但意思只有一种的（３、“3件”、“1,234”、“无”），按数字读取，每一处都说明。",
)


@click.group(cls=Group, context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gouji", message="%(prog)s %(version)s", help="显示版本。")
def main() -> None:
    """勾稽：政府信息公开工作年度报告的填报表、核对和 Word 报告。

    不带命令运行 gouji，打开中文菜单。先用 gouji demo 看一遍全过程。每个命令后面加 --help 可以看它的用法。
    """


@main.command()
@click.argument("files", nargs=-1, type=_PATH, metavar="[文件或者文件夹…]")
@office.WORKSPACE
def menu(files: tuple[Path, ...], folder: Path | None) -> None:
    """打开中文菜单，一步一步做；写了文件的，先收取这些文件。"""
    from gouji.cli.menu import open_menu

    open_menu(perform, folder, files)


@main.command()
@click.option(
    "-o", "--output", type=_PATH, metavar="文件", help="写到哪个文件（.xlsx）；--from 是文件夹时写到哪个文件夹。必填。"
)
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
    help="单位级别：" + "，".join(f"{key} {word}" for key, word in LEVELS.items()) + "。",
)
@click.option(
    "--from", "source", type=_PATH, metavar="文件", help="把这份报告已有的内容填进去（收回的表或者公布的报告）。"
)
@click.option("--previous", type=_PATH, metavar="文件", help="上年的报告：把它的结转数填入“上年结转”并锁定。")
@_ACCEPT_REPAIRS
@_KEY
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

    if edition:
        edition = edition_of(edition)
    else:
        know_the_form_here()
    pairs = targets(source, output, ".xlsx")
    last_year, key = Previous(previous) if previous else None, _key(key_file)

    options = Options(edition=edition, year=year, unit=unit, code=code, level=level)

    def one(file: Path | None, target: Path) -> None:
        told = prefill(target, options, source=file, previous=last_year, accept_repairs=accept_repairs, key=key)
        for line in told:
            click.echo(line, err=True)
        click.echo(f"已生成填报表：{target}")

    each(pairs, one, previous)


@main.command()
@click.argument("file", type=_PATH, metavar="文件", required=False)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    metavar="文件",
    help="写到哪个文件（.json）；不写时显示出来。读文件夹时写到哪个文件夹。",
)
@_ACCEPT_REPAIRS
@with_edition
def read(file: Path | None, output: Path | None, accept_repairs: bool) -> None:
    """读出报告里的内容，写成 JSON。

    可以读填报表（.xlsx、.xls、.et、.ods）、JSON，也可以读已经公布的报告：Word（.docx；旧版 .doc 要装有
    LibreOffice）、保存的网页（.html、.mht）、有文字的 PDF（要装 gouji[pdf]）。
    """
    from gouji.formats.read import read as read_file
    from gouji.report.model import to_json
    from gouji.runtime.output import write_aside

    if output is None and not required(file, "要读的文件").is_dir():
        reading = read_file(required(file, "要读的文件"), accept_repairs=accept_repairs)
        click.echo(to_json(reading.report).decode(), nl=False)
        tell(reading.findings)
        return

    def one(path: Path | None, target: Path) -> None:
        reading = read_file(required(path, "文件"), accept_repairs=accept_repairs)
        write_aside(target, to_json(reading.report))
        tell(reading.findings, path)
        click.echo(f"已读出：{target}", err=True)

    each(targets(required(file, "要读的文件"), output, ".json"), one)


@main.command()
@click.argument("files", nargs=-1, type=_PATH, metavar="文件…")
@click.option("--previous", type=_PATH, metavar="文件", help="上年的报告，或者放上年报告的文件夹（按单位对应）。")
@_ACCEPT_REPAIRS
@_FORMAT
@office.JSON
@_KEY
@click.option("--against", metavar="单位", help="再与台账里这个单位采用的报送逐格对照；写“汇总”的，与汇总对照。")
@click.option("-w", "--workspace", "folder", type=_PATH, metavar="文件夹", help="与 --against 一起用：工作文件夹。")
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
) -> None:
    """核对报告：哪里不对，应当怎样改。

    填报表、JSON 和已经公布的 Word、网页、PDF 都可以核对。

    有一个文件不通过或者读不出来，退出状态是 1；都没有错误是 0；命令写错或者找不到文件是 2。
    """
    from gouji.cli.progress import watched
    from gouji.jobs.batch import Previous, check_files, files_in

    told = _print_json if as_json or form == "json" else _print_text
    paths = files_in(required(files, "要核对的文件"))
    last_year, key = Previous(previous, many=len(paths) > 1), _key(key_file)
    if against:
        checked_one = _checked_against(paths, against, folder, last_year, accept_repairs, key)
        if told([checked_one])[0] in ("fail", "unreadable"):
            sys.exit(1)
        return
    with contextlib.closing(check_files(paths, last_year, accept_repairs=accept_repairs, key=key)) as checked:
        results = watched(checked, [path.name for path in paths])
        verdicts = told(results)
    if "fail" in verdicts or "unreadable" in verdicts:
        sys.exit(1)


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
    official = official_of(office.workspace_of(folder), unit)
    return check_and_compare(paths[0], official, previous, accept_repairs=accept_repairs, key=key)


def _print_json(results: Iterable[Checked]) -> list[Verdict]:
    import msgspec

    encoder = msgspec.json.Encoder(decimal_format="number")
    files = [result.as_json() for result in results]
    click.echo(msgspec.json.format(encoder.encode({"files": files}), indent=2).decode())
    return [file["verdict"] for file in files]


def _print_text(results: Iterable[Checked]) -> list[Verdict]:
    from gouji.cli.text import checked_lines, summary_line

    verdicts = []
    for result in results:
        verdicts.append(result.verdict)
        for line in checked_lines(result):
            click.echo(line)
    if len(verdicts) != 1:
        click.echo(summary_line(verdicts))
    return verdicts


@main.command()
@click.argument("file", type=_PATH, metavar="文件", required=False)
@click.option(
    "-o", "--output", type=_PATH, metavar="文件", help="写到哪个文件（.xlsx）；核对文件夹时写到哪个文件夹。必填。"
)
@click.option("--previous", type=_PATH, metavar="文件", help="上年的报告，或者放上年报告的文件夹（按单位对应）。")
@_KEY
@with_edition
def correct(file: Path | None, output: Path | None, previous: Path | None, key_file: Path | None) -> None:
    """生成退回改正的填报表：内容照原样，错处标红框、带批注，首页列出要改的地方。

    没有需要改正的文件不生成填报表。填报表、JSON 和已经公布的 Word、网页、PDF 都可以。
    """
    from gouji.cli.text import returned_line
    from gouji.jobs.batch import Previous
    from gouji.jobs.correction import correct as correct_file

    pairs = targets(required(file, "要退回改正的文件"), output, ".xlsx")
    last_year, key = Previous(previous), _key(key_file)

    def one(path: Path | None, target: Path) -> None:
        source = required(path, "文件")
        click.echo(returned_line(source, target, correct_file(source, target, last_year, key)))

    each(pairs, one)


@main.command()
@click.argument("file", type=_PATH, metavar="文件", required=False)
@click.option(
    "-o", "--output", type=_PATH, metavar="文件", help="写到哪个文件（.docx）；读文件夹时写到哪个文件夹。必填。"
)
@_ACCEPT_REPAIRS
@click.option("--all", "everybody", is_flag=True, help="给工作文件夹里每个已通过的单位生成，放在“报告”。")
@click.option("--zip", "zipped", is_flag=True, help="与 --all 一起用：再把全部 Word 报告放进一个压缩包。")
@click.option("--dask", metavar="地址", help="与 --all 一起用：在已有的 dask 集群上做。")
@click.option("-w", "--workspace", "folder", type=_PATH, metavar="文件夹", help="与 --all 一起用：工作文件夹。")
@with_edition
def report(
    file: Path | None,
    output: Path | None,
    accept_repairs: bool,
    everybody: bool,
    zipped: bool,
    dask: str | None,
    folder: Path | None,
) -> None:
    """生成 Word 报告。

    填报表、JSON 和已经公布的 Word、网页、PDF 都可以。
    """
    if everybody:
        if file or output:
            raise click.UsageError("--all 给工作文件夹里已通过的单位生成报告，不用写文件和 -o。")
        office.write_all_reports(folder, dask, zipped=zipped)
        return
    if zipped:
        raise click.UsageError("--zip 与 --all 一起用。")
    from gouji.checks import check as check_reading
    from gouji.checks import verdict
    from gouji.formats.read import read as read_file
    from gouji.formats.word.writer import write_document

    def one(path: Path | None, target: Path) -> None:
        reading = read_file(required(path, "文件"), accept_repairs=accept_repairs)
        write_document(reading.report, target)
        findings = check_reading(reading)
        tell(findings, path)
        click.echo(f"已生成报告：{target}")
        if verdict(findings) == "fail":
            click.echo(f"{target}：报告里有必须改正的地方，改正以前请不要发布。", err=True)

    each(targets(required(file, "报告所用的文件"), output, ".docx"), one)


@main.command()
@with_edition
def schema() -> None:
    """显示报告 JSON 的格式（JSON Schema）。"""
    from gouji.report.schema import schema_json

    click.echo(schema_json().decode(), nl=False)


@main.command()
@_FORMAT
@office.JSON
def rules(form: Literal["text", "json"], as_json: bool) -> None:
    """显示全部核对规则：程度、依据、查什么、会怎样说。"""
    import msgspec

    from gouji.findings.catalogue import as_lines, entries

    if as_json or form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode({"rules": entries()}), indent=2).decode())
        return
    for line in as_lines():
        click.echo(line)


@main.command()
@click.argument("folder", type=_PATH, metavar="[文件夹]", default=Path("gouji-demo"))
def demo(folder: Path) -> None:
    """用样例把全过程做一遍：填报表、填好的表、核对、Word 报告。"""
    from gouji.cli.demo import play

    play(folder, _perform, click.echo)


def _perform(arguments: list[str]) -> None:
    """Run a command of ours; its exit status says only what its output has said."""
    with contextlib.suppress(SystemExit):
        main.main(arguments, prog_name="gouji", standalone_mode=False)


office.add_to(main)
mail.add_to(main)
publishing.add_to(main)


# ---------------------------------------------------------------- what the commands share


def _key(file: Path | None) -> bytes | None:
    from gouji.formats.read import read_key

    return read_key(file) if file else None


def perform(arguments: Sequence[str]) -> int:
    """Run a command as from the shell, and return its exit status: three families of trouble, three ways out."""
    try:
        main.main(list(arguments), prog_name="gouji", standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return 2
    except click.Abort:
        click.echo("已中断。", err=True)
        return 130
    except click.ClickException as error:
        click.echo(f"gouji：{complaint(error)}", err=True)
        return 2
    except GoujiError as error:
        click.echo(f"gouji：{error}", err=True)
        return 2
    return 0


def run() -> None:
    """Start from the shell; without a word, somebody at a terminal gets the menu, and a program the help."""
    for stream in (sys.stdout, sys.stderr):
        # A redirected GBK console cannot write every character; a question mark is better than a crash.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # A path that was dragged in may have been written by a system of another encoding.
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    at_a_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    sys.exit(perform(sys.argv[1:] or (["menu"] if at_a_terminal else [])))
