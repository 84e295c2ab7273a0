"""Last year's reports: the folder 上年, one JSON for each unit under last year's code, and how they follow 撤并."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable
from pathlib import Path

import msgspec

from gouji.collection.workspace.roster import Member, Roster
from gouji.form.forms import Forms
from gouji.jobs.batch import packed_reports
from gouji.report.model import Figures, Report, Unit, added, figures_of, from_json, to_json
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import make_folder, write_aside


class PreviousYear(msgspec.Struct, frozen=True):
    """Last year, as a unit continues it."""

    report: Report | None = None
    """Last year's report; for a merged unit, the sum of its parts' reports."""
    missing: tuple[str, ...] = ()
    """Last year's codes without a report."""
    divided: tuple[str, ...] = ()
    """Last year's codes whose open cases several units continue: only the office can divide them."""


class LastYear:
    """The folder 上年."""

    def __init__(self, folder: Path, forms: Forms) -> None:
        """``forms`` are those that last year's reports may answer."""
        self._folder, self.forms = folder, forms

    def hashes(self) -> dict[str, str]:
        """Return the hash of each report, by last year's code."""
        if not self._folder.is_dir():
            return {}
        return {
            path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(self._folder.glob("*.json"))
        }

    def keep(self, report: Report, code: str) -> None:
        """Keep a report under its unit's code; an older one is replaced."""
        make_folder(self._folder)
        write_aside(self._folder / f"{code}.json", to_json(report))

    def before(self, member: Member, roster: Roster) -> PreviousYear:
        """Return last year as a unit continues it.

        Raises GoujiError for a report in the folder that cannot be read.
        """
        codes = roster.sources(member)
        divided = tuple(code for code in codes if code in roster.shared_sources)
        reports, missing = [], []
        for code in codes:
            report = self.report(code)
            if report is None:
                missing.append(code)
            else:
                reports.append(report)
        if not reports or missing or divided:
            return PreviousYear(missing=tuple(missing), divided=divided)
        if len(reports) == 1:
            return PreviousYear(report=reports[0])
        return PreviousYear(report=added(reports, Unit(name=member.name, code=member.code, level=member.level)))

    def figures(self, code: str) -> Figures | None:
        """Return the figures that were reported under a code last year; None where there is no report.

        Raises GoujiError for a report in the folder that cannot be read.
        """
        path = self._folder / f"{code}.json"
        if not path.is_file():
            return None
        try:
            return figures_of(open_file(path).data)
        except (GoujiError, KeyError, TypeError, ValueError):
            raise GoujiError(f"上年的报告“{path.name}”读不出来。请用 gouji last-year 重新导入。") from None

    def report(self, code: str) -> Report | None:
        """Return the report that was kept under a code of last year; None where there is none.

        Raises GoujiError for a report in the folder that cannot be read.
        """
        path = self._folder / f"{code}.json"
        if not path.is_file():
            return None
        try:
            return from_json(open_file(path).data, forms=self.forms, of_last_year=True)
        except GoujiError as error:
            raise GoujiError(f"上年的报告“{path.name}”读不出来：{error}") from None


def keep_reports(
    paths: Iterable[Path], roster: Roster, folder: LastYear
) -> Generator[tuple[Path, Unit | DocumentError]]:
    """Keep the reports in files as last year's; yield for each file its unit, or why it was not kept.

    Units are found by code, else by name; a code of last year is found through 撤并. Of two different reports of one
    unit neither can be preferred: the first one is kept, and the other one is refused.
    """
    first: dict[str, tuple[Path, Report]] = {}
    known = {code for member in roster.members for code in roster.sources(member)}
    files = list(paths)
    for path, outcome in zip(files, packed_reports(files, folder.forms), strict=True):
        if isinstance(outcome, DocumentError):
            yield path, outcome
            continue
        report = outcome.unpacked(folder.forms)
        code = report.unit.code
        if not code or code not in known:
            named = roster.named(report.unit.name)
            code = named.code if named else code
        problem = _refusal(report, code, known, roster.year - 1)
        if problem:
            yield path, DocumentError(problem)
            continue
        other, kept = first.setdefault(code, (path, report))
        if (report.figures, report.unread) != (kept.figures, kept.unread):
            problem = f"与“{other.name}”是同一个单位的，数字不同，没有导入。请核对用哪一份，只留一份再导入。"
            yield path, DocumentError(problem)
            continue
        if other == path:
            folder.keep(report, code)
        yield path, report.unit


def _refusal(report: Report, code: str, known: set[str], year: int) -> str:
    if report.year != year:
        return f"是 {report.year or '没有写'} 年度的，上年是 {year} 年度。"
    if not code or code not in known:
        return f"“{report.unit.name}”不在名册里，也没有单位在“上年单位代码”里写它。"
    return ""
