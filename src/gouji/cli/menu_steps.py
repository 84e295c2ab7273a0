"""What stands in the menu: each line with the command that it runs, and what is asked for it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gouji.cli import clock
from gouji.cli.questions import (
    Cancelled,
    ask,
    existing,
    line,
    needed,
    number_in,
    numbered,
    one_of,
    path,
    paths,
    plain,
    yes,
)
from gouji.cli.workspaces import workspace_of
from gouji.collection.next_step.names import STEPS, StepKey
from gouji.collection.outgoing.new_year import year_in_hand
from gouji.collection.review.decisions import needed as needed_reason
from gouji.collection.review.decisions import received_file
from gouji.collection.review.open_questions import questions_for_office
from gouji.collection.review.status import status_of
from gouji.collection.totals.open_questions import questions_of
from gouji.collection.totals.totals import WHOLE
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

    key: StepKey
    """The step that the command performs, by which it is named and proposed."""
    asked: Callable[[str], Wish]
    """Asks for the command's arguments. It gets the workspace as in a command's option; empty for the current one."""
    by_mail: bool = False
    """Whether the command needs a mailbox."""

    @property
    def title(self) -> str:
        """What it is called in the menu."""
        return STEPS[self.key].title


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


def _typed(arguments: list[str], folder: str) -> Wish:
    """Return a command with words that the user has typed: what begins with a minus sign is no option."""
    command, *words = arguments
    if not any(word.startswith("-") for word in words):
        return _inside(arguments, folder)
    return Wish([*_inside([command], folder).arguments, "--", *words])


def _plainly(*arguments: str) -> Callable[[str], Wish]:
    """Return a function that asks nothing and gives this command."""
    return lambda folder: _inside(list(arguments), folder)


# ---------------------------------------------------------------- a new folder


def _begin(folder: str) -> Wish:
    after = existing("上年的工作文件夹，拖到这里（上年没有用勾稽的，直接回车）", _check_workspace)
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
    options += _option("--roster", existing("各单位的通讯录（Excel），拖到这里，名册照它拟好（没有的直接回车）"))
    return Wish(["init", target, *options], enters=target)


def _begin_next(folder: str) -> Wish:
    return _begin_after(_workspace(folder))


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


def _check_workspace(answer: str) -> None:
    workspace_of(Path(answer))


def _check_year(answer: str) -> None:
    if not re.fullmatch(r"\d{4}", plain(answer)):
        raise GoujiError("年度是四位数字。")


def _check_date(answer: str) -> datetime.date:
    return as_date(answer, "")


# ---------------------------------------------------------------- the other steps


def _open(folder: str) -> Wish:
    target = existing("工作文件夹，拖到这里（直接回车不做了）", _check_workspace)
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
    roster = _workspace(folder).roster
    unit = ask("看哪个单位，写代码、全称或者简称（直接回车看全部）", roster.find)
    return _typed(["status", *([unit] if unit else [])], folder)


def _assign(folder: str) -> Wish:
    workspace = _workspace(folder)
    asked = questions_for_office(status_of(workspace, clock.today()))
    unknown = [question for question in asked if question.kind == "unknown"]

    def check(answer: str) -> None:
        if not number_in(answer, len(unknown)):
            with workspace.ledger() as ledger:
                received_file(ledger, answer)

    if unknown:
        numbered([f"{question.sentence}（{question.name}）" for question in unknown])
    how = "输入上面的编号，或者写文件名" if unknown else "写文件名或者进度里括号中的编号"
    answer = needed(f"哪个文件，{how}", check)
    number = number_in(answer, len(unknown))
    file = unknown[number - 1].name if number else answer
    return _typed(["assign", file, needed("是哪个单位的，写代码、全称或者简称", workspace.roster.find)], folder)


def _explain(folder: str) -> Wish:
    workspace = _workspace(folder)

    def check(answer: str) -> None:
        if answer != WHOLE:
            workspace.roster.find(answer)

    unit = needed(f"哪个单位，写代码、全称或者简称；{WHOLE}本身的问题写“{WHOLE}”", check)
    every = questions_of(workspace, unit)
    asked = [(question, action) for question in every if (action := question.action("explain"))]
    if not asked:
        others = f"还有 {len(every)} 个问题要改正、放行或者由您决定，请看进度。" if every else ""
        raise GoujiError(f"“{unit}”没有可以代为说明的问题。{others}")
    _, explain = asked[one_of("说明哪个问题", [question.sentence for question, _ in asked])]
    return _typed(explain.arguments(reason=needed("怎样说明", needed_reason)), folder)


def _workspace(folder: str) -> Workspace:
    return workspace_of(Path(folder) if folder else None)


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
    Entry("begin", _begin),
    Entry("open", _open),
    Entry("check", lambda folder: checking(_files("要核对的文件或者文件夹"))),
    Entry("demo", lambda folder: Wish(["demo"])),
    Entry("help", _help),
)
_INSIDE = (
    Entry("last_year", lambda folder: _inside(["last-year", *_files("上年的报告或者文件夹")], folder)),
    Entry("issue", _plainly("issue")),
    Entry("send", _mailed("send"), by_mail=True),
    Entry("fetch", _plainly("fetch"), by_mail=True),
    Entry("collect", _collect),
    Entry("status", _status),
    Entry("assign", _assign),
    Entry("send_back", _plainly("return")),
    Entry("remind", _mailed("remind"), by_mail=True),
    Entry("ack", _mailed("ack"), by_mail=True),
    Entry("explain", _explain),
    Entry("summary", _summary),
    Entry("fill", _fill),
    Entry("report", _report),
    Entry("publish", _plainly("publish", "--all")),
    Entry("board", _plainly("board")),
    Entry("backup", _backup),
    Entry("next_year", _begin_next),
    Entry("help", _help),
)
