"""An inspection from a folder of files to its result: read, match, judge, compare the texts."""

from __future__ import annotations

import datetime
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from gouji.findings.finding import Finding, found
from gouji.findings.together import told_once
from gouji.inspection.gathering import Gathered, Submitted, gathered
from gouji.inspection.judging import JudgedReport, Manner, Task, copied_between, judged_reports
from gouji.inspection.reading import Seen, read_files
from gouji.inspection.results import FileCounts, InspectedUnit, Inspection, Problem, problems_of
from gouji.inspection.settings import InspectionSettings
from gouji.inspection.units import ListedUnit, UnitList, closest_of
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import readable_name

Progress = Callable[[int, int, str], None]
_SAID = 3


def inspect(
    folder: Path,
    paths: Sequence[Path],
    units: UnitList | None,
    settings: InspectionSettings,
    *,
    today: datetime.date,
    progress: Progress = lambda number, total, name: None,
    workers: int | None = None,
) -> Inspection:
    """Inspect the reports among the files of a folder; nothing is fetched from anywhere.

    Reports wait on disk, in a folder for temporary files, until they are judged. Raises GoujiError where there is no
    file, or no report from which the year is known.
    """
    if not paths:
        raise GoujiError(f"“{folder}”里没有文件。请把要检查的报告放进去。")
    with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as temporary:
        kept = Path(temporary)
        seen: list[Seen] = []
        for number, one in enumerate(read_files(paths, kept, workers), 1):
            seen.append(one)
            progress(number, len(paths), one.path.name)
        matched = gathered(seen, folder, units.units if units else None, kept)
        year = settings.year or _latest(matched, folder, today)
        _refuse_without(year, matched, folder)
        judged = _judged(matched, year, settings, kept, progress, workers)
    inspected = tuple(_inspected(matched, year, judged, settings))
    others = [
        problem
        for one, finding in matched.unplaced
        for problem in problems_of(one.unit, one.year, [finding], one.path, settings)
    ]
    return Inspection(
        folder=folder,
        year=year,
        with_list=units is not None,
        units=inspected,
        unread=matched.unread,
        others=(*others, *_unread(matched, settings)),
        counts=_counts(matched, len(paths)),
        remarks=units.problems if units else (),
    )


def _latest(matched: Gathered, folder: Path, today: datetime.date) -> int:
    """Return the newest year that is over and on which there is a report; a title may have a wrong one."""
    named = [year for reports in matched.reports.values() for year in reports]
    years = [year for year in named if year < today.year] or named
    if not years:
        raise _without_reports(matched, folder)
    return max(years)


def _without_reports(matched: Gathered, folder: Path) -> GoujiError:
    refused = (*matched.indexes, *matched.unread)
    problems = told_once([(readable_name(one.path.name), one.problem) for one in refused])
    why = "".join(f"\n{about}：{problem}" for about, problem in problems[:_SAID])
    return GoujiError(f"“{folder}”里没有读出知道年度的报告。{why}")


def _refuse_without(year: int, matched: Gathered, folder: Path) -> None:
    """Raise GoujiError where the year that was asked for has no report at all: it is the wrong year, or folder.

    A list of units without any report is a result: nobody has published.
    """
    if not matched.units:
        raise _without_reports(matched, folder)
    per_year = Counter(each for reports in matched.reports.values() for each in reports)
    if per_year and year not in per_year:
        others = "、".join(f"{each} 年的 {number} 份" for each, number in sorted(per_year.items(), reverse=True))
        raise GoujiError(f"“{folder}”里没有 {year} 年的报告，有 {others}。请核对要检查的年度。")


def _counts(matched: Gathered, files: int) -> FileCounts:
    reports = [(year, report) for reports in matched.reports.values() for year, report in reports.items()]
    per_year = Counter(year for year, _ in reports)
    return FileCounts(
        files=files,
        per_year=dict(sorted(per_year.items(), reverse=True)),
        copies=sum(len(report.copies) for _, report in reports),
        others=sum(len(report.others) for _, report in reports),
        unplaced=len(matched.unplaced),
        indexes=len(matched.indexes),
        ours=len(matched.ours),
        unread=len(matched.unread),
    )


def _judged(
    matched: Gathered, year: int, settings: InspectionSettings, kept: Path, progress: Progress, workers: int | None
) -> dict[str, list[Finding]]:
    """Return the findings about the reports of the year, by the name of the unit."""
    everybody = (*matched.units, *matched.unlisted)
    names = tuple(dict.fromkeys(name for unit in everybody for name in (unit.name, *unit.short)))
    tasks = [task for unit in everybody if (task := _task(unit, matched, year))]
    manner = Manner(kept, names, settings.rules, settings.due)
    judged: dict[str, JudgedReport] = {}
    for number, (task, one) in enumerate(zip(tasks, judged_reports(tasks, manner, workers), strict=True), 1):
        judged[task.unit] = one
        progress(number, len(tasks), task.path.name)
    findings = {unit: list(one.findings) for unit, one in judged.items()}
    for unit, finding in copied_between(judged, settings.rules):
        findings[unit] += settings.rules.applied([finding])
    return findings


def _task(unit: ListedUnit, matched: Gathered, year: int) -> Task | None:
    reports = matched.reports.get(unit.name, {})
    if year not in reports:
        return None
    mine, last = reports[year], _comparable(reports, year)
    return Task(
        unit=unit.name,
        path=mine.seen.path,
        kept=mine.seen.kept,
        previous=last.seen.kept if last else "",
        level=unit.level,
        called=unit.short,
        published=mine.published,
    )


def _comparable(reports: Mapping[int, Submitted], year: int) -> Submitted | None:
    """Return last year's report of a unit if this year's is compared with it.

    A report whose title names no year is compared with nothing: only its folder says which year it is about.
    """
    mine, last = reports.get(year), reports.get(year - 1)
    return last if mine and last and mine.seen.year and last.seen.year else None


def _inspected(
    matched: Gathered, year: int, judged: dict[str, list[Finding]], settings: InspectionSettings
) -> Iterator[InspectedUnit]:
    listed = {unit.name for unit in matched.units}
    for unit in (*matched.units, *matched.unlisted):
        reports = matched.reports.get(unit.name, {})
        mine, last = reports.get(year), reports.get(year - 1)
        if mine is None and unit.name not in listed:
            continue  # its report is on another year: whether it had to report on this one is not known
        problems: list[Problem] = []
        is_unsaved = False
        if mine is None:
            is_unsaved = (unit.name, year) in matched.on_index and unit.name not in matched.suspected
            absent = settings.rules.applied([_absent(unit, year, matched, is_unsaved)])
            problems += problems_of(unit.name, year, absent, None, settings)
        else:
            doubts = list(mine.doubts)
            if unit.name not in listed:
                doubts.append(found("published.unlisted", unit=unit.name, near=_near(unit, year, matched)))
            findings = [*settings.rules.applied(doubts), *judged[unit.name]]
            problems += problems_of(unit.name, year, findings, mine.seen.path, settings)
        if last and last.doubts:
            doubts = settings.rules.applied(last.doubts)
            problems += problems_of(unit.name, year - 1, doubts, last.seen.path, settings)
        compared = _comparable(reports, year) is not None
        yield InspectedUnit(unit, unit.name in listed, mine, compared, tuple(problems), is_unsaved)


def _absent(unit: ListedUnit, year: int, matched: Gathered, is_unsaved: bool) -> Finding:
    if is_unsaved:
        return found("published.unsaved", year=year)
    number = matched.suspected.get(unit.name, 0)
    why = f"（有 {number} 个文件像是它的，读不出来）" if number else ""
    return found("published.absent", year=year, unread=why)


def _near(unit: ListedUnit, year: int, matched: Gathered) -> str:
    """Return what a list may have instead of a unit: a name that is close to it, and of which there is no report."""
    absent = [listed for listed in matched.units if year not in matched.reports.get(listed.name, {})]
    near = closest_of(unit.name, absent)
    return f"，有相近的“{near}”，没有找到它的报告" if near else ""


def _unread(matched: Gathered, settings: InspectionSettings) -> Iterator[Problem]:
    for one in matched.indexes:
        listed = settings.rules.applied([found("published.index", count=len(one.listed))])
        yield from problems_of("", None, listed, one.path, settings)
    for one in matched.unread:
        finding = found("unreadable", problem=one.problem)
        yield from problems_of("", None, [finding], one.path, settings)
