"""Which file is whose report on which year, and which of several files counts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from gouji.checks.publication import in_words
from gouji.findings.finding import Finding, found
from gouji.inspection.file_names import names_of, unit_in, year_in
from gouji.inspection.reading import Seen, kept_reading
from gouji.inspection.units import ListedUnit, Units, units_of_titles
from gouji.report.comparison import Comparison, compare
from gouji.runtime.printable import readable_path

_FILES_NAMED, _CELLS_NAMED = 4, 6


class Submitted(msgspec.Struct, frozen=True):
    """The report of a unit on a year: the file that counts, the same report in other files, and doubts about it."""

    seen: Seen
    published: datetime.date | None = None
    copies: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    """Files with another content."""
    doubts: tuple[Finding, ...] = ()


class Gathered(msgspec.Struct, frozen=True):
    """All files of an inspection, by what they are."""

    units: tuple[ListedUnit, ...]
    """The units of the list, or those of the titles where there is none."""
    unlisted: tuple[ListedUnit, ...]
    """Units that have published, and are not on the list."""
    reports: Mapping[str, Mapping[int, Submitted]]
    """The reports by the name of the unit and the year."""
    unread: tuple[Seen, ...]
    indexes: tuple[Seen, ...]
    """Pages that list reports, of which the days of publication are taken."""
    ours: tuple[Seen, ...]
    """What this program has written itself."""
    unplaced: tuple[tuple[Seen, Finding], ...]
    """Reports of which the unit or the year is not known."""
    on_index: frozenset[tuple[str, int]]
    """Names of units and years of the reports that index pages list."""
    suspected: Mapping[str, int]
    """The files that could not be read, by the one unit that their names mention."""


def gathered(seen: Sequence[Seen], folder: Path, listed: Sequence[ListedUnit] | None, kept: Path) -> Gathered:
    """Match files to units and years; without a list, to the units that the titles name."""
    known = Units(listed or ())
    reports_seen = [one for one in seen if one.kept]
    titles = {one.unit for one in reports_seen if one.unit and not _named(known, one)}
    titled = Units((*(listed or ()), *units_of_titles(titles)))
    by_file = {
        one.path: unit
        for one in reports_seen
        if not one.unit and not titled.mentioned_in(hints := names_of(one.path, folder)) and (unit := unit_in(hints))
    }
    others = units_of_titles({*titles, *by_file.values()})
    everybody = Units((*(listed or ()), *others))
    groups: dict[tuple[str, int], list[Seen]] = {}
    unplaced: list[tuple[Seen, Finding]] = []
    for one in reports_seen:
        hints = names_of(one.path, folder)
        placed = _place(one, known, everybody, hints)
        year = one.year or year_in(hints)
        if isinstance(placed, Finding):
            unplaced.append((one, placed))
        elif year is None:
            unplaced.append((one, found("published.unplaced", variant="year")))
        else:
            groups.setdefault((placed.name, year), []).append(one)
    on_index = list(_on_index(seen, everybody))
    dates = {place: published for place, published in on_index if published}
    reports: dict[str, dict[int, Submitted]] = {}
    for (name, year), files in groups.items():
        mine = _submitted(files, folder, kept, dates.get((name, year)))
        if mine.seen.path in by_file:
            named = found("published.named", unit=name, file=_short(mine.seen.path, folder))
            mine = msgspec.structs.replace(mine, doubts=(named, *mine.doubts))
        reports.setdefault(name, {})[year] = mine
    unread = tuple(one for one in seen if not (one.kept or one.listed or one.is_ours))
    return Gathered(
        units=others if listed is None else tuple(listed),
        unlisted=() if listed is None else tuple(unit for unit in others if unit.name in reports),
        reports=reports,
        unread=unread,
        indexes=tuple(one for one in seen if one.listed),
        ours=tuple(one for one in seen if one.is_ours),
        unplaced=tuple(unplaced),
        on_index=frozenset(place for place, _ in on_index),
        suspected=_suspected(unread, everybody, folder),
    )


def _named(units: Units, one: Seen) -> tuple[ListedUnit, ...]:
    return (units.named(one.code) if one.code else ()) or units.named(one.unit)


def _place(one: Seen, known: Units, everybody: Units, hints: Sequence[str]) -> ListedUnit | Finding:
    """Return the unit of a report: the one in the title, else the one that the file or its folders are named after."""
    if not one.unit:
        mentioned = everybody.mentioned_in(hints)
        return mentioned[0] if len(mentioned) == 1 else _unknown(mentioned)
    meant = _named(known, one) or everybody.named(one.unit)
    if len(meant) > 1:
        near = everybody.mentioned_in(hints)
        meant = tuple(unit for unit in meant if unit in near) if len(near) == 1 else meant
    if len(meant) == 1:
        return meant[0]
    return found("published.unplaced", variant="which", unit=one.unit, names=_names(meant))


def _unknown(mentioned: Sequence[ListedUnit]) -> Finding:
    if mentioned:
        return found("published.unplaced", variant="several", names=_names(mentioned))
    return found("published.unplaced")


def _names(units: Sequence[ListedUnit]) -> str:
    return "、".join(unit.name for unit in units[:_FILES_NAMED]) + "等" * (len(units) > _FILES_NAMED)


def _on_index(seen: Iterable[Seen], units: Units) -> Iterator[tuple[tuple[str, int], datetime.date | None]]:
    """Yield unit and year of the reports that index pages name, with the days of publication."""
    for one in seen:
        for unit, year, published in one.listed:
            meant = units.named(unit) if unit else ()
            if len(meant) == 1 and year:
                yield (meant[0].name, year), published


def _suspected(unread: Iterable[Seen], units: Units, folder: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in unread:
        mentioned = units.mentioned_in(names_of(one.path, folder))
        if len(mentioned) == 1:
            counts[mentioned[0].name] = counts.get(mentioned[0].name, 0) + 1
    return counts


# ---------------------------------------------------------------- several files of one unit and year


def _submitted(files: Sequence[Seen], folder: Path, kept: Path, listed: datetime.date | None) -> Submitted:
    """Return which of a unit's files on a year counts: of different ones, the newest, with a question."""
    by_content: dict[str, list[Seen]] = {}
    for one in sorted(files, key=lambda one: one.path):
        by_content.setdefault(one.content, []).append(one)
    versions = [_dated_first(same) for same in by_content.values()]
    newest, basis = _newest(versions)
    same = by_content[newest.content]
    others = [one for one in versions if one is not newest]
    doubts = [_different(newest, others, basis, lambda one: _short(one.path, folder), kept)] if others else []
    return Submitted(
        seen=newest,
        published=newest.published or listed,
        copies=tuple(one.path for one in same if one is not newest),
        others=tuple(one.path for version in others for one in by_content[version.content]),
        doubts=tuple(doubts),
    )


def _dated_first(same: Sequence[Seen]) -> Seen:
    """Return the file that speaks for those with one content: one that says when it was published, the earliest."""
    return min(same, key=lambda one: (one.published or datetime.date.max, one.path))


def _newest(versions: Sequence[Seen]) -> tuple[Seen, str]:
    """Return the version that counts, and why, in words."""
    days = sorted((one.published for one in versions if one.published), reverse=True)
    if days and len(days) == len(versions) and days.count(days[0]) == 1:
        return next(one for one in versions if one.published == days[0]), "它的发布日期最新"
    return versions[0], "看不出哪一份最新，按文件名取了第一份"


def _different(newest: Seen, others: Sequence[Seen], basis: str, name: Callable[[Seen], str], kept: Path) -> Finding:
    which = _in_words(compare(*(kept_reading(kept / one.kept).report for one in (others[0], newest))))
    versions = [newest, *others]
    days = {one.published for one in versions}
    count = len(versions)
    if len(days) == 1 and newest.published and all(one.medium == "page" for one in versions):
        return found(
            "published.changed", count=count, actual=in_words(newest.published), which=which, chosen=name(newest)
        )
    files = "、".join(f"“{name(one)}”" for one in versions[:_FILES_NAMED]) + "等" * (count > _FILES_NAMED)
    return found("published.versions", count=count, files=files, chosen=name(newest), basis=basis, which=which)


def _in_words(compared: Comparison) -> str:
    """Return what differs between the file that counts and another one; which of them is older is not known."""
    cells = [pair for pair in compared.changed if not pair.total] or list(compared.changed)
    parts = [f"{pair.place} {pair.after}（另一份 {pair.before}）" for pair in cells[:_CELLS_NAMED]]
    if len(cells) > _CELLS_NAMED:
        parts.append(f"等 {len(cells)} 格")
    if compared.rewritten:
        parts.append(f"文字有 {len(compared.rewritten)} 段不同")
    return "；".join(parts) or "用的是两版格式"


def _short(path: Path, folder: Path) -> str:
    return readable_path(path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name)
