"""The commands that begin a year: the workspace, and last year's reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import PATH, WORKSPACE
from gouji.cli.printing import print_outcome
from gouji.cli.workspaces import workspace_of

if TYPE_CHECKING:
    from gouji.collection.workspace.folder import Workspace


@command()
@click.argument("folder", type=PATH, metavar="文件夹")
@click.option("--after", type=PATH, metavar="文件夹", help="上年的工作文件夹：名册、上年结转、上年的报告都接过来。")
@click.option(
    "--roster",
    "contacts",
    type=PATH,
    metavar="文件",
    help="本单位现有的通讯录（.xlsx、.xls、.csv），哪些列、什么顺序都行：照它拟好名册。",
)
@click.option("--office", metavar="名称", help="主管部门全称。")
@click.option("--year", type=int, metavar="年", help="报告年度；不写时是上一年（下半年运行的是当年）。")
@click.option(
    "--edition", type=PATH, metavar="文件", help="自定格式的文件（.toml），抄进工作文件夹；接上年的，不写时用上年的。"
)
@click.option("--deadline", metavar="日期", help="各单位报送的截止日期；不写时是法定的日期。")
@click.option("--contact", metavar="姓名", help="联系人。")
@click.option("--phone", metavar="电话", help="联系电话。")
def init(
    folder: Path,
    after: Path | None,
    contacts: Path | None,
    office: str | None,
    year: int | None,
    edition: Path | None,
    deadline: str | None,
    contact: str | None,
    phone: str | None,
) -> None:
    """新建一个年度的工作文件夹。"""
    from gouji.collection.outgoing.new_year import settings_after, year_in_hand
    from gouji.collection.steps import beginning
    from gouji.collection.workspace.folder import Workspace
    from gouji.collection.workspace.settings import Settings, as_date, deadline_of

    if year is not None and not 1000 <= year <= 9998:
        raise click.UsageError("--year 应当是四位数的年份。")
    if after and contacts:
        raise click.UsageError("--after 已经接过来上年的名册，不能再用 --roster。")
    due = as_date(deadline, "--deadline ") if deadline else None
    if key_made := beginning.make_lost_key(folder):
        print_outcome(key_made)
        click.echo("接下来：运行 gouji issue，用新的密钥重新生成填报表，发给各单位。")
        click.echo("在这以前找到了原来的密钥的，放回来就行，不用重新下发。")
        return
    if after:
        last = Workspace.find(after)
        given = {"office": office, "year": year, "deadline": due, "contact": contact, "phone": phone}
        begun = beginning.begin_after(folder, last, settings_after(last.settings, **given), edition)
    else:
        year = year or year_in_hand(clock.today())
        chosen = Settings(office or "", year, due or deadline_of(year), contact or "", phone or "")
        begun = beginning.begin(folder, chosen, edition=edition, contacts=contacts)
    print_outcome(begun.outcome)
    todo = "核对各单位的变动" if after else "核对、改好" if begun.proposal else "一行写一个单位"
    _print_next_steps(begun.workspace, todo)


def _print_next_steps(workspace: Workspace, todo: str) -> None:
    from gouji.collection.workspace.names import ROSTER
    from gouji.collection.workspace.settings import FILE

    settings = workspace.settings
    click.echo("接下来：")
    if not settings.office:
        click.echo(f"  用记事本打开“{FILE}”，写上主管部门全称；")
    click.echo(f"  打开“{ROSTER}”，{todo}，保存、关闭；")
    click.echo(f"  在文件夹里运行 gouji issue 生成填报表。截止日期是 {settings.deadline}。")
    click.echo("不想记命令的，双击文件夹里的“双击开始”，在页面上做。")


@command("last-year")
@click.argument("files", nargs=-1, type=PATH, metavar="文件…", required=True)
@WORKSPACE
def last_year(files: tuple[Path, ...], folder: Path | None) -> None:
    """导入各单位上年的报告，用来填“上年结转”和对照；上年没有用 gouji 的从这里开始。"""
    from gouji.collection.steps import beginning

    print_outcome(beginning.last_year(workspace_of(folder), files))
