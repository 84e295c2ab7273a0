"""What others see: the web pages of all units that are done, and the board of the collection."""

from __future__ import annotations

import datetime

from gouji.collection.outgoing import publishing
from gouji.collection.outgoing.board import BOARD, write_board
from gouji.collection.outgoing.publishing import PAGES, PDFS
from gouji.collection.review.status import status_of
from gouji.collection.steps.made import finished_lines, made_lines
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers


def publish_all(
    workspace: Workspace,
    *,
    pdf: bool = False,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
    today: datetime.date,
) -> Outcome:
    """Write the page of every unit that is done, with its data beside it and with ``pdf`` printed as PDF."""
    pages = publishing.publish_all(workspace, pdf=pdf, executor=executor, watch=watch)
    made = [pages.made, *([pages.pdfs] if pages.pdfs else [])]
    lines = [Line(f"{pages.done} 个单位已通过，网页和数据文件（JSON、CSV）在“{PAGES}”。")]
    lines += made_lines(pages.made, "文件")
    if pages.pdfs:
        lines += [Line(f"PDF 在“{PDFS}”。"), *made_lines(pages.pdfs, " PDF ")]
    settings = workspace.settings
    lines.append(Line(f"公布期限是 {settings.publication}，{settings.publication_words(today)}。"))
    lines += finished_lines(pages.waived, pages.amended)
    return Outcome(
        tuple(lines),
        unfinished=any(one.problems for one in made),
        files=tuple(order.path for one in made for order in one.written),
    )


def board(workspace: Workspace, *, today: datetime.date) -> Outcome:
    """Write the board of a day."""
    write_board(workspace, status_of(workspace, today))
    return Outcome((Line(f"已生成看板：{BOARD}"),), files=(BOARD,))
