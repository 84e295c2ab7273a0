"""What tells others how the collection went: a workbook to pass on, and the circular."""

from __future__ import annotations

import datetime
from pathlib import Path

from gouji.collection.review.circular import circular
from gouji.collection.review.course import course_of
from gouji.collection.review.status import Status, status_of
from gouji.collection.review.status_workbook import status_workbook
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.folder import Workspace
from gouji.runtime.output import make_folder, write_aside
from gouji.runtime.printable import readable_path


def tell(workspace: Workspace, status: Status, *, workbook: Path | None, document: Path | None) -> Outcome:
    """Write how the collection went as the files that the officer wants: a workbook, the circular, or both."""
    if not workbook and not document:
        return Outcome()
    lines, course = [], course_of(workspace, status)
    if workbook:
        write_aside(workbook, status_workbook(course))
        lines.append(Line(f"已写成工作簿：{readable_path(workbook)}"))
    if document:
        write_aside(document, circular(course))
        lines.append(Line(f"已写成通报：{readable_path(document)}。请核对、改好以后再发。"))
        unknown = course.of("unknown")
        if unknown:
            words = f"有 {len(unknown)} 个单位是不是晚报没有可靠的时间，请按通报里的提示核对。"
            lines.append(Line(words, "look"))
    return Outcome(tuple(lines), files=tuple(str(path) for path in (workbook, document) if path))


def write_circular(workspace: Workspace, target: Path, *, today: datetime.date) -> Outcome:
    """Write the circular of a day."""
    make_folder(target.parent)
    return tell(workspace, status_of(workspace, today), workbook=None, document=target)
