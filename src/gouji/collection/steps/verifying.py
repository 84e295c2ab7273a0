"""Checking a whole workspace: whether everything in it is still as it was received and written."""

from __future__ import annotations

from gouji.collection.review.verifying import Verified
from gouji.collection.review.verifying import verify as verify_workspace
from gouji.collection.steps.outcome import Line, Outcome, several
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.watching import Watch, unwatched


def verify(workspace: Workspace, *, watch: Watch = unwatched) -> Outcome:
    """Check a workspace and say what is wrong, whose it is, and where it can be had.

    Raises GoujiError where another command is at work, or where the ledger cannot be opened.
    """
    return outcome_of(verify_workspace(workspace, watch))


def outcome_of(verified: Verified) -> Outcome:
    """Return what a check has found, in sentences."""
    read = f"检查了归档的 {verified.files} 个文件、写出的 {verified.products} 个文件和台账"
    heading = (
        Line(f"{read}：有 {len(verified.troubles)} 处不对。", "wrong")
        if verified.troubles
        else Line(f"{read}：归档和收到时一样，台账完好。")
    )
    troubles = several(
        [one.message for one in verified.troubles],
        f"不对的共 {len(verified.troubles)} 处，用 gouji verify --json 看全部。",
        "wrong",
    )
    notes = several(
        [one.message for one in verified.notes],
        f"写出以后变了的共 {len(verified.notes)} 个，用 gouji verify --json 看全部。",
        "look",
    )
    return Outcome((heading, *troubles, *notes), unfinished=bool(verified.troubles))
