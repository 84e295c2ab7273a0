"""Saving a workspace in one file."""

from __future__ import annotations

import datetime
from pathlib import Path

from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace import backup
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.watching import Watch, unwatched


def back_up(workspace: Workspace, into: Path | None = None, *, watch: Watch = unwatched) -> Outcome:
    """Write a workspace into one zip: ``into`` is the file or a folder for it; without it, beside the workspace."""
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    target = backup.backup_beside(workspace.folder, stamp)
    if into:
        target = into / target.name if into.is_dir() else into
    done = backup.back_up(workspace, target, watch)
    if done.sealed:
        care = "备份里有签发密钥和各单位的报告，请妥善保管；签发密钥另外再存一份，恢复时用它核对备份。"
    else:
        care = "备份里有各单位的报告，请妥善保管；没有封印，恢复时核对不了它有没有被人改过。"
    remarks = (Line(remark, "wrong") for remark in done.remarks)
    return Outcome((Line(f"已备份 {done.count} 个文件：{target}"), Line(care, "look"), *remarks))
