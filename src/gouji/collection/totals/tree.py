"""Who is added up: the roster as a tree, each unit once.

A unit that others name as the one above them (``上级单位代码``) adds them up. Its own office is one of the parts, so
what the unit itself sends is one of two things. If one of the units directly below it has the same level, that one is
its office, and the unit sends a finished total; otherwise it sends the report of its own office. A finished total is
never added, because its parts are; it is compared with them.

Bodies that report inside their own system (垂直领导, such as the tax offices) are in no county's totals: they are not
in its roster.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gouji.collection.workspace.roster import Member, Roster


class Tree(msgspec.Struct, frozen=True):
    """What is added up for a unit, or for the office itself."""

    parts: tuple[Member, ...]
    """The units whose own figures are added, parents first."""
    finished: tuple[Member, ...]
    """The units that send a finished total of the units below them."""
    below: dict[str, tuple[str, ...]]
    """The codes of the parts below each unit that has any, without the unit itself."""


def tree_of(roster: Roster, top: Member | None = None) -> Tree:
    """Return what is added up for a unit of the roster; without one, for the office itself."""
    parts: list[Member] = []
    finished: list[Member] = []
    below: dict[str, list[str]] = {}
    for member, above in _walk(roster, top):
        offspring = [child for child in roster.children(member.code) if child.reports_on(roster.year)]
        if offspring:
            below[member.code] = []
        if not member.reports_on(roster.year):
            continue
        if any(child.level == member.level and not roster.children(child.code) for child in offspring):
            finished.append(member)
            continue
        parts.append(member)
        for code in above:
            below.setdefault(code, []).append(member.code)
    return Tree(tuple(parts), tuple(finished), {code: tuple(codes) for code, codes in below.items() if codes})


def everybody(roster: Roster, top: Member | None = None) -> Iterator[Member]:
    """Yield a unit and all units below it, also those that no longer report; without one, the whole roster."""
    return (member for member, _ in _walk(roster, top))


def _walk(roster: Roster, top: Member | None) -> Iterator[tuple[Member, tuple[str, ...]]]:
    """Yield each unit with the codes of the units above it, parents first, in the order of the roster."""
    first = (top,) if top else roster.children("")
    waiting: list[tuple[Member, tuple[str, ...]]] = [(member, ()) for member in reversed(first)]
    while waiting:
        member, above = waiting.pop()
        yield member, above
        inside = (*above, member.code)
        waiting += [(child, inside) for child in reversed(roster.children(member.code))]
