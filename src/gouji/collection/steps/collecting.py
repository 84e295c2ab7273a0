"""Taking in what the units report: files, folders and archives, or the office's mailbox."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gouji.collection.intake.attachments.courtesies import Courtesy
from gouji.collection.intake.collect import collect as collect_files
from gouji.collection.intake.collected import Collected
from gouji.collection.intake.collected import Step as Progress
from gouji.collection.intake.others import words_about
from gouji.collection.mail.fetch import FOLDER, Fetched
from gouji.collection.mail.fetch import fetch as fetch_mails
from gouji.collection.outgoing.board import write_board
from gouji.collection.review.changes import Change, record_changes
from gouji.collection.review.status import Status, status_of
from gouji.collection.steps.made import change_lines, problem_lines
from gouji.collection.steps.outcome import Line, Outcome, several, stopped_by
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import KEY
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.findings.rules import VERDICT_WORDS
from gouji.runtime.errors import GoujiError

_CELLS = 6
"""Repaired cells of a file that are named."""

_COURTESIES: tuple[tuple[Courtesy, str], ...] = (
    ("reply", "回复“收到”一类的"),
    ("receipt", "已读回执"),
    ("automatic", "自动回复和系统通知"),
)


def collect(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    accept_repairs: bool = False,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
    today: datetime.date,
) -> Outcome:
    """Collect files and folders, without ``paths`` what is in 回收; say where the round stands and update the board.

    Raises GoujiError where nothing was collected, for the reasons of :func:`gouji.collection.intake.collect.collect`.
    """

    def show(progress: Progress) -> None:
        watch(progress.number, progress.total, f"{progress.doing} {progress.name}")

    collected = collect_files(workspace, paths, accept_repairs=accept_repairs, executor=executor, watch=show)
    lines = [*_collected_lines(collected), *_repaired_lines(workspace, collected)]
    try:
        changes = record_changes(workspace)  # before the status, which says what is in force since
        status = status_of(workspace, today)
        lines += _standing_lines(workspace, changes, status)
    except GoujiError as error:  # what was collected stays collected, and is told
        return stopped_by(error, lines)
    return Outcome((*lines, *_board_trouble(workspace, status)), unfinished=bool(collected.problems))


def fetch(
    workspace: Workspace,
    *,
    since: datetime.date | None = None,
    mark_seen: bool = False,
    move_to: str = "",
    ask: Callable[[str], str] | None = None,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
    today: datetime.date,
) -> Outcome:
    """Fetch the new mails of the mailbox and collect them.

    ``ask`` asks for the password; None where there is nobody to ask. Raises GoujiError where nothing was fetched, for
    the reasons of :func:`gouji.collection.mail.fetch.fetch`.
    """
    fetched = fetch_mails(workspace, since=since, seen=mark_seen, target=move_to, ask=ask, watch=watch)
    lines = list(_fetched_lines(fetched))
    try:
        collected = collect(workspace, (workspace.folder / FOLDER,), executor=executor, watch=watch, today=today)
    except GoujiError as error:  # what was fetched stays fetched, and is told
        return stopped_by(error, lines)
    lines += collected.lines
    if fetched.trouble:
        kept = f"{fetched.trouble}已经收下的没有受影响，"
        return stopped_by(GoujiError(f"{kept}请把同一个命令再运行一遍。"), lines, f"{kept}请再收一遍。")
    return Outcome(tuple(lines), unfinished=collected.unfinished)


def _fetched_lines(fetched: Fetched) -> Iterator[Line]:
    known = f"，内容收过的 {fetched.known} 封" if fetched.known else ""
    yield Line(f"邮箱里有 {fetched.found} 封，新收 {fetched.new} 封{known}，在“{FOLDER}”。")
    for mail in fetched.large:
        yield Line(f"太大，没有收：{mail}。请在邮件程序里打开，把附件保存到“回收”文件夹。", "wrong")
    for sentence in fetched.odd:
        yield Line(sentence, "wrong")


def _collected_lines(collected: Collected) -> Iterator[Line]:
    again = f"，收过的 {collected.again} 个" if collected.again else ""
    inside = f"（其中 {collected.inside} 个在压缩包、邮件里面）" if collected.inside else ""
    yield Line(f"看到 {collected.found} 个文件，新收 {collected.new} 个{inside}{again}。")
    verdicts = [
        f"{word} {count} 个" for verdict, word in VERDICT_WORDS.items() if (count := collected.examined[verdict])
    ]
    if verdicts:
        yield Line(f"核对了 {collected.examined.total()} 个：{'，'.join(verdicts)}。")
    if collected.courtesies:
        kinds = [f"{words} {count} 封" for kind, words in _COURTESIES if (count := collected.courtesies[kind])]
        yield Line(f"不是报送的邮件 {collected.courtesies.total()} 封：{'，'.join(kinds)}。")
    for unit, names in sorted(collected.others.items()):
        if words := words_about(names):
            yield Line(f"{unit or '不知道是哪个单位的'}：{words}", "look")
    for source, text in (*collected.remarks, *collected.notes):
        yield Line(f"{source}：{text}", "look")
    yield from problem_lines((problem.source, problem.message) for problem in collected.problems)


def _repaired_lines(workspace: Workspace, collected: Collected) -> tuple[Line, ...]:
    sentences = []
    for one in collected.repaired:
        member = workspace.roster.member(one.code)
        words = "；".join(cell.change for cell in one.cells[:_CELLS])
        more = f"；等 {len(one.cells)} 格" if len(one.cells) > _CELLS else ""
        sentences.append(f"按数字读取  {member.name if member else one.code}：{words}{more}")
    return several(sentences, f"按数字读取的共 {len(sentences)} 份，用 gouji status 看全部。", "look")


def _standing_lines(workspace: Workspace, changes: Sequence[Change], status: Status) -> Iterator[Line]:
    """Yield where the round stands, what counts now instead of something else, and what is to decide."""
    yield Line(status.headline)
    for source, text in status.remarks:
        if source == KEY:
            yield Line(f"{source}：{text}", "look")
    yield from change_lines(workspace, changes)
    yield from _waiting_lines(status)
    yield from _unknown_lines(status)


def _waiting_lines(status: Status) -> tuple[Line, ...]:
    said = [
        (unit.member.name, said)
        for unit in status.progress.units
        for notices in (status.about(unit.member),)
        for said in (*notices.asked, *notices.left)
    ]
    return _on_page_and_terminal(
        [f"{name}：{one.sentence}" for name, one in said],
        [f"{name}：{one.line}" for name, one in said],
        f"等您决定的共 {len(said)} 处，用 gouji status 看全部。",
    )


def _unknown_lines(status: Status) -> tuple[Line, ...]:
    return _on_page_and_terminal(
        [f"没有认出单位：{unknown.submission.name}：{unknown.why}" for unknown in status.unknown],
        [
            f"没有认出单位：{unknown.submission.source}（{unknown.submission.sha256[:8]}）：{unknown.why}"
            for unknown in status.unknown
        ],
        f"没有认出单位的共 {len(status.unknown)} 个，用 gouji status -o 状态.xlsx 看全部。",
    )


def _on_page_and_terminal(page: Sequence[str], terminal: Sequence[str], beyond: str) -> tuple[Line, ...]:
    """Return sentences for a page, which has buttons beside them, with what a terminal says instead of each."""
    return (Line("", "look", tuple(page), beyond, terminal=tuple(terminal)),) if page else ()


def _board_trouble(workspace: Workspace, status: Status) -> Iterator[Line]:
    """Bring the board up to date; yield why it could not be. What was collected stays collected."""
    try:
        write_board(workspace, status)
    except GoujiError as error:
        yield Line(f"看板没有更新：{error}", "wrong")
