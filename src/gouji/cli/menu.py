"""The menu: a year's work by numbers, for people who know no commands.

It asks for the arguments of a command, prints the command, and runs it as the shell does. It does nothing else.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from gouji.cli import clock
from gouji.cli.menu_steps import Entry, Wish, checking, collecting, entries
from gouji.cli.questions import Cancelled, Ended, is_there, line, number_in, numbered, plain
from gouji.cli.shell_words import dragged
from gouji.cli.workspaces import workspace_of
from gouji.collection.next_step.advice import Proposal, next_step
from gouji.collection.next_step.situation import situation_of
from gouji.collection.review.status import status_of
from gouji.collection.workspace.folder import Workspace
from gouji.runtime.command_lines import command_line
from gouji.runtime.errors import GoujiError

Perform = Callable[[Sequence[str]], int]
"""A function that runs a command and returns its exit status."""

_LEAVE = ("0", "q", "quit", "exit", "退出")


def open_menu(perform: Perform, folder: Path | None, files: Sequence[Path]) -> None:
    """Show the menu until the user leaves it; ``files`` are collected first.

    Raises GoujiError if ``folder`` is not a workspace, or if there is no workspace to collect the files into.
    """
    if folder or files:
        workspace_of(folder)
    menu = _Menu(perform, str(folder) if folder else "")
    try:
        if files:
            menu.do(lambda: collecting([str(file) for file in files], menu.folder))
        while menu.once():
            pass
    except Ended:
        click.echo()


class _Menu:
    """The menu and the workspace in which it works."""

    def __init__(self, perform: Perform, folder: str) -> None:
        """Start in ``folder``, written as in the option of a command; empty for the current workspace."""
        self._perform = perform
        self.folder = folder

    def once(self) -> bool:
        """Show the menu once and do what the user chooses; return whether the menu continues."""
        workspace = self._workspace()
        lines = entries(workspace)
        proposed = _tell_state(workspace, lines)
        try:
            answer = line(_question(proposed))
        except KeyboardInterrupt:
            click.echo()
            return False
        chosen = plain(answer)
        if chosen in _LEAVE:
            return False
        if not answer:
            entry = lines[proposed - 1] if proposed else None
        else:
            number = number_in(answer, len(lines))
            entry = lines[number - 1] if number else None
            files = [] if entry else dragged(answer)
            if files and all(map(is_there, files)):
                self.do(lambda: collecting(files, self.folder) if workspace else checking(files))
            elif not entry:
                click.echo(f"没有“{answer}”这一项。请输入 0 到 {len(lines)}。")
        if entry:
            self.do(lambda: entry.asked(self.folder))
        return True

    def do(self, asked: Callable[[], Wish]) -> None:
        """Ask for a command's arguments and run it; the menu continues after any error."""
        try:
            self._run(asked())
            line("\n按回车回到菜单")
        except Cancelled:
            click.echo("没有做。")
        except GoujiError as error:
            click.echo(str(error))
        except KeyboardInterrupt:
            click.echo("\n已中断，回到菜单。")

    def _run(self, wish: Wish) -> None:
        """Print a command and run it as the shell does."""
        click.echo(f"\n运行的命令：\n{command_line(['gouji', *wish.arguments])}\n")
        try:
            status = self._perform(wish.arguments)
        except Exception:  # a bug ends this step but not the menu
            traceback.print_exc()
            return
        if wish.enters and status == 0:
            self.folder = wish.enters

    def _workspace(self) -> Workspace | None:
        try:
            return workspace_of(Path(self.folder) if self.folder else None)
        except GoujiError:
            return None


def _tell_state(workspace: Workspace | None, lines: Sequence[Entry]) -> int:
    """Print the state of the collection, the menu and the next step; return that step's number, or 0."""
    proposal, state = _proposal(workspace)
    click.echo("\n勾稽：政府信息公开工作年度报告")
    for words in state:
        click.echo(words)
    click.echo()
    numbered([entry.title for entry in lines])
    click.echo("  0. 退出")
    numbers = {entry.key: number for number, entry in enumerate(lines, 1)}
    proposed = numbers[proposal.step] if proposal.step else 0
    click.echo(f"\n接下来：{f'{proposed}. ' if proposed else ''}{proposal.line}")
    return proposed


def _proposal(workspace: Workspace | None) -> tuple[Proposal, list[str]]:
    """Return the next step, and the lines that describe the state of the collection."""
    if workspace is None:
        return Proposal(None, "还没有工作文件夹的新建一个，有的打开。"), []
    state = [f"工作文件夹：{workspace.folder}"]
    try:
        status = status_of(workspace, clock.today())
        proposal = next_step(situation_of(workspace, status))
    except GoujiError as error:
        return Proposal(None, "按上面说的改好、保存。"), [*state, str(error)]
    return proposal, [*state, status.headline]


def _question(proposed: int) -> str:
    return f"请输入编号（直接回车做第 {proposed} 项）" if proposed else "请输入编号（直接回车再看一遍）"
