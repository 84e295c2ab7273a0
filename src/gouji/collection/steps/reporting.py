"""The Word reports of all units that are done."""

from __future__ import annotations

from gouji.collection.outgoing.reports import write_reports
from gouji.collection.steps.made import finished_lines, made_lines
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import REPORTS
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers


def report_all(
    workspace: Workspace,
    *,
    zipped: bool = False,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> Outcome:
    """Write the Word report of every unit that is done, and with ``zipped`` all of them in one zip."""
    written = write_reports(workspace, zipped=zipped, executor=executor, watch=watch)
    done = f"{written.done} 个单位已通过，Word 报告在“{REPORTS}”。" if written.done else "还没有单位通过。"
    packed = (Line(f"全部报告的压缩包：{written.zip_path}"),) if written.zip_path else ()
    return Outcome(
        (
            Line(done),
            *made_lines(written.made, "报告"),
            *packed,
            *finished_lines(written.waived, written.amended),
        ),
        unfinished=bool(written.made.problems),
        files=(*(order.path for order in written.made.written), *filter(None, (written.zip_path,))),
    )
