"""What several steps say: which files were written or could not be, and which submissions are in force now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gouji.collection.outgoing.products import Made
from gouji.collection.review.changes import Change
from gouji.collection.review.in_force import UnitProgress
from gouji.collection.steps.outcome import HIDDEN, Line, several
from gouji.collection.workspace.folder import Workspace
from gouji.findings.together import told_once
from gouji.runtime.printable import readable_path


def made_lines(made: Made, what: str) -> tuple[Line, ...]:
    """Return which files were written into the workspace; ``what`` they are stands in the sentence."""
    lines = []
    if made.written:
        kept = f"，{made.kept} 个没有变化" if made.kept else ""
        lines.append(Line(f"已生成{what} {len(made.written)} 个{kept}。"))
    elif made.kept:
        lines.append(Line(f"没有需要重新生成的{what}，{made.kept} 个没有变化。"))
    lines += [Line(f"已删去不再需要的：{path}") for path in made.withdrawn]
    lines += [
        Line(f"有人改动过，已重新生成，改动过的另存为“{saved_as}”：{path}", "look") for path, saved_as in made.aside
    ]
    lines += [Line(f"不再需要，但是有人改动过，留着没有删：{path}", "look") for path in made.changed]
    return (*lines, *problem_lines(made.problems))


def problem_lines(problems: Iterable[tuple[str, str]]) -> tuple[Line, ...]:
    """Return the files that could not be read or written, and each reason once."""
    told = told_once((readable_path(path), why) for path, why in problems)
    if not told:
        return ()
    return (
        *several((f"{paths}：{why}" for paths, why in told), f"还有 {HIDDEN} 个文件有同样的情况。", "wrong"),
        Line(
            "处理以后再做一遍，只做没有做完的。",
            "wrong",
            terminal=("处理以后，把同一个命令再运行一遍，只做没有做完的。",),
        ),
    )


def change_lines(workspace: Workspace, changes: Sequence[Change]) -> tuple[Line, ...]:
    """Return which units have another submission in force than before, or another state."""
    roster = workspace.roster
    names = {change.code: member.name for change in changes if (member := roster.member(change.code))}
    return several(
        (f"{names.get(change.code, change.code)}：{change.words}。" for change in changes),
        f"这样的共 {len(changes)} 处，用 gouji status 看全部。",
        "look",
    )


def finished_lines(waived: Iterable[UnitProgress], amended: Iterable[str]) -> tuple[Line, ...]:
    """Return what to look at before reports are published: errors that were waived, and figures that were amended."""
    waived_words = (f"{unit.member.name}的报告里有放行的错误，发布以前请再看一遍。" for unit in waived)
    return tuple(Line(f"请注意：{words}", "look") for words in (*waived_words, *amended))
