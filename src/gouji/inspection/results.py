"""What an inspection found, as plain records; the three files are made of them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from gouji.findings.finding import Finding
from gouji.findings.rules import Severity
from gouji.findings.together import as_one, with_one_cause
from gouji.inspection.gathering import Submitted
from gouji.inspection.reading import Seen
from gouji.inspection.settings import InspectionSettings
from gouji.inspection.units import ListedUnit

WORST_FIRST: tuple[Severity, ...] = ("error", "query", "note")


FOR_THE_INSPECTOR = (
    "published.unlisted",
    "published.versions",
    "published.unplaced",
    "published.named",
    "published.unsaved",
)
"""Rules whose questions only the inspector can answer: nothing that is told to the units."""


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with one report, told once however many cells it touches."""

    unit: str
    year: int | None
    finding: Finding
    path: Path | None = None
    """The file that it is about; None for a report that is not there."""
    points: Decimal | None = None
    """What it costs; None where the settings do not say."""


class InspectedUnit(msgspec.Struct, frozen=True):
    """A unit, the report that counts, and what is wrong with it."""

    unit: ListedUnit
    listed: bool
    report: Submitted | None
    compared: bool
    """Whether it was compared with last year's report."""
    problems: tuple[Problem, ...] = ()
    is_unsaved: bool = False
    """Whether an index page names the report, and it is not there."""

    def number_of(self, severity: Severity) -> int:
        """Return how many problems have a severity."""
        return sum(problem.finding.severity == severity for problem in self.problems)

    @property
    def told(self) -> tuple[Problem, ...]:
        """The problems that the unit is told: no notes, and no questions to the inspector."""
        return tuple(
            problem
            for problem in self.problems
            if problem.finding.severity != "note" and problem.finding.rule not in FOR_THE_INSPECTOR
        )

    def number_told(self, severity: Severity) -> int:
        """Return how many problems of a severity the unit is told."""
        return sum(problem.finding.severity == severity for problem in self.told)

    @property
    def points(self) -> Decimal | None:
        """What all problems cost together; None where none of them has points."""
        costs = [problem.points for problem in self.problems if problem.points is not None]
        return sum(costs, Decimal()) if costs else None


class FileCounts(msgspec.Struct, frozen=True):
    """What the files are: each is counted once."""

    files: int
    per_year: Mapping[int, int]
    """The reports of each year, the newest first."""
    copies: int
    """Files with the same content as the report that counts."""
    others: int
    """Files with another content."""
    unplaced: int
    """Reports of which the unit or the year is not known."""
    indexes: int
    ours: int
    """What this program has written itself."""
    unread: int

    @property
    def in_words(self) -> str:
        """The counts in Chinese; those that are 0 are left out."""
        years = "，".join(f"{year} 年 {number} 份" for year, number in self.per_year.items())
        named = (
            ("内容相同的别的文件", self.copies),
            ("内容不同、没有采用的", self.others),
            ("看不出是谁的或者哪年的", self.unplaced),
            ("目录页", self.indexes),
            ("本软件写出的结果", self.ours),
            ("读不出来的", self.unread),
        )
        more = "".join(f"，{word} {number} 个" for word, number in named if number)
        which = f"（{years}）" if years else ""
        return f"文件 {self.files} 个：报告 {sum(self.per_year.values())} 份{which}{more}。"


class Inspection(msgspec.Struct, frozen=True):
    """The whole result."""

    folder: Path
    year: int
    with_list: bool
    units: tuple[InspectedUnit, ...]
    """The units of the list in its order, then those that are not on it."""
    unread: tuple[Seen, ...]
    others: tuple[Problem, ...]
    """Reports of which the unit or the year is not known."""
    counts: FileCounts
    remarks: tuple[str, ...] = ()
    """What is to be said about the list of units."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems: unit by unit, then those of files that belong to none."""
        return (*(problem for unit in self.units for problem in unit.problems), *self.others)

    @property
    def published(self) -> tuple[InspectedUnit, ...]:
        """The units whose reports on the year are there."""
        return tuple(unit for unit in self.units if unit.report)

    @property
    def absent(self) -> tuple[InspectedUnit, ...]:
        """The units without a report on the year."""
        return tuple(unit for unit in self.units if not unit.report and not unit.is_unsaved)

    @property
    def unsaved(self) -> tuple[InspectedUnit, ...]:
        """The units whose reports only an index page names: they have published, and nobody has saved it."""
        return tuple(unit for unit in self.units if unit.is_unsaved)

    @property
    def wrong(self) -> tuple[InspectedUnit, ...]:
        """The units whose reports have something that must be corrected."""
        return tuple(unit for unit in self.published if unit.number_told("error"))

    @property
    def asked(self) -> tuple[InspectedUnit, ...]:
        """The units that only have something to explain."""
        return tuple(unit for unit in self.published if unit.told and not unit.number_told("error"))

    @property
    def clean(self) -> tuple[InspectedUnit, ...]:
        """The units that are told nothing."""
        return tuple(unit for unit in self.published if not unit.told)


def problems_of(
    unit: str, year: int | None, findings: Iterable[Finding], path: Path | None, settings: InspectionSettings
) -> Iterator[Problem]:
    """Yield findings as problems, the worst first; what only follows from another one costs nothing and is left out."""
    causes = [finding for finding in findings if finding.echo_of is None]
    causes.sort(key=lambda finding: WORST_FIRST.index(finding.severity))
    for group in with_one_cause(causes, lambda finding: finding):
        finding = as_one(group)
        # What only the inspector can answer costs a unit nothing; the circular does not have it either. A file that
        # belongs to nobody costs nobody anything.
        points = settings.points_of(finding) if unit and finding.rule not in FOR_THE_INSPECTOR else None
        yield Problem(unit, year, finding, path, points)


class RuleCount(msgspec.Struct, frozen=True):
    """How often a rule has found something."""

    rule: str
    severity: Severity
    problems: int
    units: tuple[str, ...]


def counted_by_rule(problems: Sequence[Problem]) -> list[RuleCount]:
    """Return how many units and problems each rule has, the worst and most frequent first."""
    by_rule: dict[tuple[str, Severity], list[Problem]] = {}
    for problem in problems:
        by_rule.setdefault((problem.finding.rule, problem.finding.severity), []).append(problem)
    counts = [
        RuleCount(rule, severity, len(group), tuple(dict.fromkeys(one.unit for one in group if one.unit)))
        for (rule, severity), group in by_rule.items()
    ]
    return sorted(counts, key=lambda one: (WORST_FIRST.index(one.severity), -len(one.units), -one.problems, one.rule))


def day(published: datetime.date | None) -> str:
    """Return a day as lists show it; empty for none."""
    return published.isoformat() if published else ""


def path_from(path: Path, folder: Path) -> str:
    """Return the path of a file from a folder, so that both can be moved together; else its whole path."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return path.resolve().as_posix()
