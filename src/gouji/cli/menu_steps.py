"""What stands in the menu: each line with the command that it runs, and what is asked for it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gouji.cli import clock
from gouji.cli.questions import Cancelled, ask, line, needed, path, paths, plain, yes
from gouji.cli.workspaces import workspace_of
from gouji.collection.next_step.advice import Step
from gouji.collection.outgoing.new_year import year_in_hand
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import RECEIVED
from gouji.collection.workspace.settings import as_date, deadline_of
from gouji.runtime.errors import GoujiError


@dataclass(frozen=True)
class Wish:
    """A command to run."""

    arguments: list[str]
    enters: str = ""
    """The workspace that the menu enters after the command succeeds; empty to stay in the current one."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu."""

    title: str
    asked: Callable[[str], Wish]
    """Asks for the command's arguments. It gets the workspace as in a command's option; empty for the current one."""
    step: Step | None = None
    """The step of the year that the command performs, if it is one."""
    by_mail: bool = False
    """Whether the command needs a mailbox."""


def entries(workspace: Workspace | None) -> tuple[Entry, ...]:
    """Return the lines of the menu in a workspace, or outside one."""
    if workspace is None:
        return _OUTSIDE
    try:
        mailbox = workspace.mailbox is not None
    except GoujiError:  # the settings are wrong; commands that need them print the error
        mailbox = False
    return tuple(entry for entry in _INSIDE if mailbox or not entry.by_mail)


def collecting(files: list[str], folder: str) -> Wish:
    """Return the command that collects files into a workspace."""
    return _inside(["collect", *files], folder)


def checking(files: list[str]) -> Wish:
    """Return the command that checks files."""
    return Wish(["check", *files])


def _inside(arguments: list[str], folder: str) -> Wish:
    return Wish([*arguments, *(["-w", folder] if folder else [])])


def _plainly(*arguments: str) -> Callable[[str], Wish]:
    """Return a function that asks nothing and gives this command."""
    return lambda folder: _inside(list(arguments), folder)


# ---------------------------------------------------------------- a new folder


def _begin(folder: str) -> Wish:
    after = path("上年的工作文件夹，拖到这里（上年没有用勾稽的，直接回车）")
    if after:
        return _begin_after(workspace_of(Path(after)))
    usual = year_in_hand(clock.today())
    chosen = plain(ask(f"报告年度（直接回车：{usual}）", _check_year))
    year = int(chosen or usual)
    target = _new_folder(Path(f"年报{year}"))
    options = _option("--office", ask("主管部门全称（以后再写的直接回车）"))
    options += _option("--year", chosen) + _deadline(year)
    options += _option("--contact", ask("联系人（没有的直接回车）"))
    options += _option("--phone", ask("联系电话（没有的直接回车）"))
    options += _option("--roster", path("各单位的通讯录（Excel），拖到这里，名册照它拟好（没有的直接回车）"))
    return Wish(["init", target, *options], enters=target)


def _begin_next(folder: str) -> Wish:
    return _begin_after(workspace_of(Path(folder) if folder else None))


def _begin_after(last: Workspace) -> Wish:
    year = last.settings.year + 1
    target = _new_folder(last.folder.with_name(f"年报{year}"))
    return Wish(["init", target, "--after", str(last.folder), *_deadline(year)], enters=target)


def _new_folder(usual: Path) -> str:
    return path(f"新文件夹的名称，建在别处的写全路径（直接回车：{usual.absolute()}）") or str(usual)


def _deadline(year: int) -> list[str]:
    return _option("--deadline", ask(f"各单位报送的截止日期（直接回车：{deadline_of(year)}）", _check_date))


def _option(name: str, value: str) -> list[str]:
    return [name, value] if value else []


def _check_year(answer: str) -> None:
    if not re.fullmatch(r"\d{4}", plain(answer)):
        raise GoujiError("年度是四位数字。")


def _check_date(answer: str) -> datetime.date:
    return as_date(answer, "")


# ---------------------------------------------------------------- the other steps


def _open(folder: str) -> Wish:
    target = path("工作文件夹，拖到这里（直接回车不做了）")
    if not target:
        raise Cancelled
    return Wish(["status", "-w", target], enters=target)


def _files(question: str) -> list[str]:
    given = paths(f"{question}，拖到这里（直接回车不做了）")
    if not given:
        raise Cancelled
    return given


def _collect(folder: str) -> Wish:
    return collecting(paths(f"收到的文件或者文件夹，拖到这里（直接回车收“{RECEIVED}”文件夹）"), folder)


def _status(folder: str) -> Wish:
    unit = ask("看哪个单位，写代码、全称或者简称（直接回车看全部）")
    return _inside(["status", *([unit] if unit else [])], folder)


def _assign(folder: str) -> Wish:
    file = needed("哪个文件，写文件名或者进度里括号中的编号")
    return _inside(["assign", file, needed("是哪个单位的，写代码、全称或者简称")], folder)


def _explain(folder: str) -> Wish:
    unit = needed("哪个单位，写代码、全称或者简称")
    rule = needed("哪个问题，写进度里每句话后面括号中的那个")
    return _inside(["explain", unit, rule, needed("怎样说明")], folder)


def _mailed(command: str) -> Callable[[str], Wish]:
    """Return a function that asks whether to send mail, write drafts or only list the mails."""

    def asked(folder: str) -> Wish:
        answer = plain(line("真的发出输入 y，只生成草稿输入 d，直接回车只看要发什么"))
        how = {"y": [], "d": ["--drafts"]}.get(answer, ["--dry-run"])
        return _inside([command, *how], folder)

    return asked


def _summary(folder: str) -> Wish:
    own = ["--report"] if yes("同时生成本级的汇总填报表吗") else []
    papers = ["--papers"] if yes("同时生成工作底稿吗") else []
    return _inside(["summary", *own, *papers], folder)


def _fill(folder: str) -> Wish:
    theirs = Path(_files("上级的表")[0])
    usual = theirs.with_name(f"填好的{theirs.stem}.xlsx")
    target = path(f"填好的放到哪里（直接回车：{usual}）") or str(usual)
    return _inside(["fill", str(theirs), "-o", target], folder)


def _report(folder: str) -> Wish:
    return _inside(["report", "--all", *(["--zip"] if yes("再把全部报告放进一个压缩包吗") else [])], folder)


def _backup(folder: str) -> Wish:
    return _inside(["backup", *_option("-o", path("放在哪个文件夹（直接回车放在工作文件夹旁边）"))], folder)


def _help(folder: str) -> Wish:
    return Wish(["--help"])


_OUTSIDE = (
    Entry("新建工作文件夹：开始一个年度的收表工作", _begin),
    Entry("打开已有的工作文件夹", _open),
    Entry("核对报告：填报表、Word、网页、PDF", lambda folder: checking(_files("要核对的文件或者文件夹"))),
    Entry("用样例看一遍全过程", lambda folder: Wish(["demo"])),
    Entry("全部命令的说明", _help),
)
_INSIDE = (
    Entry("导入上年的报告", lambda folder: _inside(["last-year", *_files("上年的报告或者文件夹")], folder)),
    Entry("下发：生成填报表和通知", _plainly("issue"), step="issue"),
    Entry("用邮件下发", _mailed("send"), by_mail=True),
    Entry("从邮箱收表", _plainly("fetch"), by_mail=True),
    Entry("收表：归档、核对、登记", _collect, step="collect"),
    Entry("查看进度", _status),
    Entry("指定文件是哪个单位的", _assign),
    Entry("退回：生成退回改正的填报表和说明", _plainly("return"), step="send_back"),
    Entry("催报", _mailed("remind"), step="remind", by_mail=True),
    Entry("用邮件回复", _mailed("ack"), by_mail=True),
    Entry("代单位说明", _explain),
    Entry("汇总", _summary, step="summary"),
    Entry("把汇总填进上级的 Excel 表", _fill),
    Entry("生成 Word 报告", _report, step="report"),
    Entry("生成网页和数据文件", _plainly("publish", "--all")),
    Entry("更新看板", _plainly("board")),
    Entry("备份", _backup, step="backup"),
    Entry("新建下一年度的工作文件夹", _begin_next),
    Entry("全部命令的说明", _help),
)
