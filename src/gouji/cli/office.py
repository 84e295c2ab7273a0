"""The commands of an office's year: they work on a workspace, the folder of one year."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gouji.cli.chinese import Command, Group
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.collection.intake.collect import Collected
    from gouji.collection.outgoing.products import Made
    from gouji.collection.review.status import Status
    from gouji.collection.workspace.folder import Workspace
    from gouji.collection.workspace.workers import Executor

command = partial(click.command, cls=Command, options_metavar="[选项]")
_PATH = click.Path(path_type=Path)
WORKSPACE = click.option(
    "-w", "--workspace", "folder", type=_PATH, metavar="文件夹", help="工作文件夹；不写时用当前所在的。"
)
DASK = click.option("--dask", metavar="地址", help="在已有的 dask 集群上做，如 tcp://10.0.0.1:8786。")
JSON = click.option("--json", "as_json", is_flag=True, help="显示成 JSON，给程序用。")

SHOWN = 20


def today() -> datetime.date:
    """Return the day on which a command is run."""
    return datetime.date.today()


def add_to(main: Group) -> None:
    """Add the commands of an office to a group, in the order of the year."""
    from gouji.cli.decisions import DECISIONS
    from gouji.cli.summary import summary

    for command in (*_COLLECTION, summary, *DECISIONS, backup, restore):
        main.add_command(command)


def workspace_of(folder: Path | None) -> Workspace:
    """Return the workspace that is meant."""
    from gouji.collection.workspace.folder import Workspace

    return Workspace.find(folder)


@contextlib.contextmanager
def executor_of(dask: str | None) -> Iterator[Executor]:
    """Give those who do the work: this machine, or a cluster."""
    from gouji.collection.workspace.workers import Cluster, local_workers

    if dask is None:
        yield local_workers
        return
    cluster = Cluster(dask)
    try:
        yield cluster
    finally:
        cluster.close()


def tell_made(made: Made, what: str) -> None:
    """Say what was written into the workspace."""
    if made.written:
        kept = f"，{made.kept} 个没有变化" if made.kept else ""
        click.echo(f"已生成{what} {len(made.written)} 个{kept}。")
    elif made.kept:
        click.echo(f"没有需要重新生成的{what}，{made.kept} 个没有变化。")
    for path in made.withdrawn:
        click.echo(f"已删去不再需要的：{path}")
    for path, kept in made.aside:
        click.echo(f"有人改动过，已重新生成，改动过的另存为“{kept}”：{path}")
    for path in made.changed:
        click.echo(f"不再需要，但是有人改动过，留着没有删：{path}")
    _tell_problems(made.problems)


def _tell_problems(problems: Sequence[tuple[str, str]]) -> None:
    for path, why in problems[:SHOWN]:
        click.echo(f"{path}：{why}", err=True)
    if len(problems) > SHOWN:
        click.echo(f"还有 {len(problems) - SHOWN} 个文件有同样的情况。", err=True)
    if problems:
        click.echo("处理以后，把同一个命令再运行一遍，只做没有做完的。", err=True)


def leave(problems: object) -> None:
    """End with the status that says that something is left to do, if it is."""
    if problems:
        sys.exit(2)


# ---------------------------------------------------------------- the workspace


@command()
@click.argument("folder", type=_PATH, metavar="文件夹")
@click.option("--after", type=_PATH, metavar="文件夹", help="上年的工作文件夹：名册、上年结转、上年的报告都接过来。")
@click.option("--office", metavar="名称", help="主管部门全称。")
@click.option("--year", type=int, metavar="年", help="报告年度；不写时是上一年（下半年运行的是当年）。")
@click.option(
    "--edition", type=_PATH, metavar="文件", help="自定格式的文件（.toml），抄进工作文件夹；接上年的，不写时用上年的。"
)
@click.option("--deadline", metavar="日期", help="各单位报送的截止日期；不写时是法定的日期。")
@click.option("--contact", metavar="姓名", help="联系人。")
@click.option("--phone", metavar="电话", help="联系电话。")
def init(
    folder: Path,
    after: Path | None,
    office: str | None,
    year: int | None,
    edition: Path | None,
    deadline: str | None,
    contact: str | None,
    phone: str | None,
) -> None:
    """新建一个年度的工作文件夹。"""
    from gouji.collection.outgoing import new_year as years
    from gouji.collection.workspace.folder import Workspace
    from gouji.collection.workspace.names import ROSTER
    from gouji.collection.workspace.settings import FILE, Settings, as_date
    from gouji.form.editions import name_of

    if year is not None and not 1000 <= year <= 9998:
        raise click.UsageError("--year 应当是四位数的年份。")
    due = as_date(deadline, "--deadline ") if deadline else None
    said = {"office": office, "year": year, "deadline": due, "contact": contact, "phone": phone}
    if after:
        last = Workspace.find(after)
        begun = years.begin_after(folder, last, years.settings_after(last.settings, **said), edition)
    else:
        year = year or year_in_hand(today())
        chosen = Settings(office or "", year, due or years.deadline_of(year), contact or "", phone or "")
        begun = years.begin(folder, chosen, edition)
    settings = begun.workspace.settings
    click.echo(f"已新建 {settings.year} 年度的工作文件夹：{folder}")
    if settings.own_form:
        click.echo(f"用自定格式“{name_of(settings.edition)}”，文件在工作文件夹里：{settings.own_form}")
    if after:
        click.echo(f"接过来上年的报告 {begun.kept} 份。")
        for member in begun.without[:SHOWN]:
            click.echo(f"上年没有通过，没有接过来：{member.name}（{member.code}）")
        if len(begun.without) > SHOWN:
            click.echo(f"这样的单位共 {len(begun.without)} 个。")
    click.echo("接下来：")
    if not settings.office:
        click.echo(f"  用记事本打开“{FILE}”，写上主管部门全称；")
    click.echo(f"  打开“{ROSTER}”，{'核对各单位的变动' if after else '一行写一个单位'}，保存、关闭；")
    click.echo(f"  在文件夹里运行 gouji issue 生成填报表。截止日期是 {settings.deadline}。")
    click.echo("不想记命令的，双击文件夹里的“双击开始”，按菜单做。")


_SECOND_HALF = 7


def year_in_hand(today: datetime.date) -> int:
    """Return the year whose reports are being prepared on a day: they are due at the beginning of the next one."""
    return today.year if today.month >= _SECOND_HALF else today.year - 1


@command()
@click.option(
    "-o", "--output", type=_PATH, metavar="文件", help="写到哪个文件（.zip）或者文件夹；不写时放在工作文件夹旁边。"
)
@WORKSPACE
def backup(output: Path | None, folder: Path | None) -> None:
    """备份整个工作文件夹。"""
    from gouji.cli.progress import counting
    from gouji.collection.workspace.backup import back_up, backup_beside

    workspace = workspace_of(folder)
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    target = backup_beside(workspace.folder, stamp)
    if output:
        target = output / target.name if output.is_dir() else output
    with counting() as watch:
        count = back_up(workspace, target, watch)
    click.echo(f"已备份 {count} 个文件：{target}")
    click.echo("备份里有签发密钥和各单位的报告，请妥善保管。")


@command()
@click.argument("file", type=_PATH, metavar="备份文件")
@click.argument("folder", type=_PATH, metavar="文件夹")
def restore(file: Path, folder: Path) -> None:
    """从备份恢复到一个新的文件夹。"""
    from gouji.cli.progress import counting
    from gouji.collection.workspace.backup import restore as restore_backup

    with counting() as watch:
        count = restore_backup(file, folder, watch)
    click.echo(f"已恢复 {count} 个文件：{folder}")


@command("last-year")
@click.argument("files", nargs=-1, type=_PATH, metavar="文件…", required=True)
@WORKSPACE
def last_year(files: tuple[Path, ...], folder: Path | None) -> None:
    """收入各单位上年的报告，用来填“上年结转”和对照；上年没有用 gouji 的从这里开始。"""
    from gouji.collection.workspace.last_year import LastYear, keep_reports
    from gouji.collection.workspace.names import LAST_YEAR
    from gouji.jobs.batch import files_in

    workspace = workspace_of(folder)
    kept, problems = 0, []
    with workspace.locked("收入上年的报告"):
        for path, outcome in keep_reports(files_in(files), workspace.roster, LastYear(workspace.folder / LAST_YEAR)):
            if isinstance(outcome, GoujiError):
                problems.append((str(path), str(outcome)))
            else:
                kept += 1
    click.echo(f"已收入上年的报告 {kept} 份。")
    _tell_problems(problems)
    leave(problems)


# ---------------------------------------------------------------- the round


@command()
@DASK
@WORKSPACE
def issue(dask: str | None, folder: Path | None) -> None:
    """给名册里的每个单位生成填报表，放在“下发”；只重新生成有变化的。"""
    from gouji.cli.progress import counting
    from gouji.collection.outgoing.issue import issue as issue_forms
    from gouji.collection.workspace.names import ISSUED

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        issued = issue_forms(workspace, today=today(), executor=executor, watch=watch)
    click.echo(f"{issued.units} 个单位的填报表、通知和清单在“{ISSUED}”。")
    tell_made(issued.made, "文件")
    if issued.carried:
        click.echo(f"上年结转已填好并锁定的：{issued.carried} 个单位。")
    for member in issued.missing[:SHOWN]:
        click.echo(f"没有上年的报告，上年结转由单位填：{member.name}（{member.code}）")
    for member in issued.divided[:SHOWN]:
        click.echo(f"上年的单位由几个单位接着报，上年结转由单位填：{member.name}（{member.code}）")
    leave(issued.made.problems)


@command()
@click.argument("paths", nargs=-1, type=_PATH, metavar="[文件或者文件夹…]")
@DASK
@WORKSPACE
def collect(paths: tuple[Path, ...], dask: str | None, folder: Path | None) -> None:
    """收取报送的文件：归档、读取、核对、记账。不写文件的，收“回收”文件夹。

    可以是填报表、文件夹、压缩包（.zip）、邮件（.eml）。同一个命令可以反复运行，收过的不会再收。
    """
    leave(tell_collection(workspace_of(folder), paths, dask))


def tell_collection(workspace: Workspace, paths: Sequence[Path], dask: str | None) -> Sequence[object]:
    """Collect, say what came of it, and return what could not be taken."""
    from gouji.cli.progress import counting
    from gouji.cli.publishing import remake_board
    from gouji.collection.intake.collect import Step
    from gouji.collection.intake.collect import collect as collect_files
    from gouji.collection.review.status import status_of

    with executor_of(dask) as executor, counting() as watch:

        def step(done: Step) -> None:
            watch(done.number, done.total, f"{done.doing} {done.name}")

        collected = collect_files(workspace, paths, executor=executor, watch=step)
    _tell_collected(collected)
    status = status_of(workspace, today())
    click.echo(status.headline)
    _tell_unknown(status)
    remake_board(workspace)
    return collected.problems


def _tell_collected(collected: Collected) -> None:
    from gouji.cli.text import VERDICT_WORDS

    again = f"，收过的 {collected.again} 个" if collected.again else ""
    click.echo(f"看到 {collected.found} 个文件，新收 {collected.new} 个{again}。")
    verdicts = [
        f"{word} {count} 个" for verdict, word in VERDICT_WORDS.items() if (count := collected.examined[verdict])
    ]
    if verdicts:
        click.echo(f"核对了 {collected.examined.total()} 个：{'，'.join(verdicts)}。")
    for source, text in collected.remarks:
        click.echo(f"{source}：{text}")
    _tell_problems([(problem.source, problem.message) for problem in collected.problems])


def _tell_unknown(status: Status) -> None:
    for each in status.unknown[:SHOWN]:
        click.echo(f"没有认出单位：{each.submission.source}（{each.submission.sha256[:8]}）：{each.why}")
    if len(status.unknown) > SHOWN:
        click.echo(f"没有认出单位的共 {len(status.unknown)} 个，用 gouji status -o 状态.xlsx 看全部。")


@command()
@click.argument("unit", metavar="[单位]", required=False)
@click.option("-o", "--output", type=_PATH, metavar="文件", help="同时写成工作簿（.xlsx），可以转发。")
@click.option("--all", "everybody", is_flag=True, help="通过的单位也列出来。")
@JSON
@WORKSPACE
def status(unit: str | None, output: Path | None, everybody: bool, as_json: bool, folder: Path | None) -> None:
    """查看进度：谁没有交，谁要改，谁已通过。写了单位的，看这个单位的全部情况。"""
    from gouji.collection.review.status import detail_lines, detail_of, status_of
    from gouji.collection.review.status_workbook import status_workbook
    from gouji.runtime.output import write_aside

    workspace = workspace_of(folder)
    if unit:
        detail = detail_of(workspace, unit)
        if as_json:
            print_json(detail.as_json())
            return
        for line in detail_lines(detail):
            click.echo(line)
        return
    now = status_of(workspace, today())
    if output:
        if output.suffix.lower() != ".xlsx":
            raise click.UsageError(f"结果的文件名要以 .xlsx 结尾，如 -o {output.name}.xlsx。")
        write_aside(output, status_workbook(now))
    if as_json:
        print_json(now.as_json())
        return
    for line in _status_lines(now, everybody):
        click.echo(line)
    if output:
        click.echo(f"已写成工作簿：{output}")


def _status_lines(status: Status, everybody: bool) -> Iterator[str]:
    from gouji.collection.review.in_force import STATE_WORDS

    yield status.headline
    for state, word in STATE_WORDS.items():
        for unit in status.progress.units:
            if unit.state != state or (state == "done" and not everybody):
                continue
            latest, member = unit.latest, unit.member
            counts = (
                [
                    f"{words} {count} 处"
                    for words, count in (
                        ("必须改正", latest.errors),
                        ("请核实", latest.queries),
                        ("已放行", latest.waived),
                        ("已说明", latest.explained),
                    )
                    if count
                ]
                if latest
                else []
            )
            mail = status.of_mail(member)
            waits = "，后来又报的没有代替它，请看一下" if unit.waits_for_a_decision else ""
            called = f"，{member.contact} {member.phone}".rstrip() if member.contact or member.phone else ""
            yield (
                f"  {word}  {member.code}  {member.name}{called if state != 'done' else ''}"
                + (f"：{'，'.join(counts)}" if counts else "")
                + waits
                + (f"，{mail}" if mail else "")
            )
    for each in status.unknown:
        yield f"  没有认出单位：{each.submission.source}（{each.submission.sha256[:8]}）：{each.why}"
    for source, text in status.remarks:
        yield f"  {source}：{text}"


@command("alike")
@JSON
@WORKSPACE
def find_alike(as_json: bool, folder: Path | None) -> None:
    """找出各单位之间雷同的文字，相同的句子并排列出。是谁抄谁的，由您判断。"""
    import msgspec

    from gouji.collection.review.copied_texts import copied_texts_in, pair_lines
    from gouji.form.editions import load_form

    workspace = workspace_of(folder)
    pairs = copied_texts_in(workspace)
    if as_json:
        print_json({"pairs": [msgspec.to_builtins(pair) for pair in pairs]})
        return
    form = load_form(workspace.settings.edition)
    for pair in pairs:
        for line in pair_lines(pair, form.section(pair.section).heading, _SENTENCES):
            click.echo(line)
    if not pairs:
        click.echo("没有雷同的文字。")


_SENTENCES = 5


@command("return")
@DASK
@WORKSPACE
def send_back(dask: str | None, folder: Path | None) -> None:
    """给有错误、有疑问的单位生成退回改正的填报表和说明，放在“退回”。"""
    from gouji.cli.progress import counting
    from gouji.collection.outgoing.send_back import send_back as send_back_workbooks
    from gouji.collection.workspace.names import SENT_BACK

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        sent_back = send_back_workbooks(workspace, today=today(), executor=executor, watch=watch)
    if sent_back.units:
        click.echo(f"{len(sent_back.units)} 个单位要改正或者说明，填报表和说明在“{SENT_BACK}”。")
    else:
        click.echo("没有单位要改正或者说明。")
    tell_made(sent_back.made, "文件")
    leave(sent_back.made.problems)


def write_all_reports(folder: Path | None, dask: str | None, *, zipped: bool) -> None:
    """Do ``gouji report --all``."""
    from gouji.cli.progress import counting
    from gouji.collection.outgoing.reports import write_reports
    from gouji.collection.workspace.names import REPORTS

    workspace = workspace_of(folder)
    with executor_of(dask) as executor, counting() as watch:
        written = write_reports(workspace, zipped=zipped, executor=executor, watch=watch)
    if written.done:
        click.echo(f"{written.done} 个单位已通过，Word 报告在“{REPORTS}”。")
    else:
        click.echo("还没有单位通过。")
    tell_made(written.made, "报告")
    if written.zip_path:
        click.echo(f"全部报告的压缩包：{written.zip_path}")
    for unit in written.waived:
        click.echo(f"请注意：{unit.member.name}的报告里有放行的错误，发布以前请再看一遍。")
    leave(written.made.problems)


def print_json(document: dict[str, Any]) -> None:
    """Print plain data for programs."""
    import msgspec

    encoder = msgspec.json.Encoder(decimal_format="number")
    click.echo(msgspec.json.format(encoder.encode(document), indent=2).decode())


_COLLECTION = (init, last_year, issue, collect, status, send_back, find_alike)
