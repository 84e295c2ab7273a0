"""What is wrong in a list that the office fills in: each mistake once, with all its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gouji.findings.finding import whereabouts


class WrongCell(msgspec.Struct, frozen=True):
    """A cell of the list, by its column and its address, and what is wrong in it."""

    title: str
    cell: str
    why: str


def wrong_lines(problems: Iterable[WrongCell]) -> Iterator[str]:
    """Yield what is wrong, a mistake that was copied down a whole column once."""
    groups: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        groups.setdefault((problem.title, problem.why), []).append(problem.cell)
    for (title, why), cells in groups.items():
        yield f"{whereabouts(cells)}（{title}）：{why}"
