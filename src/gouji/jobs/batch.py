"""Many files: which of them a folder holds, what became of each, and last year's report of the same unit.

The functions that workers run import what reads and checks a file; whoever only hands out files does without.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gouji.findings.finding import Finding, found
from gouji.findings.rules import FileVerdict
from gouji.form.forms import OFFICIAL, Forms
from gouji.jobs.needed import needed_for
from gouji.runtime.errors import DocumentError, GoujiError, reason
from gouji.runtime.files import open_file
from gouji.runtime.workers import Failure, Limits, run_isolated

if TYPE_CHECKING:
    from gouji.report.model import Report, Unit
    from gouji.report.reading import Reading

_log = logging.getLogger(__name__)

LIMITS = Limits()
_NO_REPORTS = ("~$", ".", "Thumbs.db", "desktop.ini")
"""The beginnings of the names of files that office programs and file managers leave in a folder."""


class Checked(msgspec.Struct, frozen=True):
    """The result of checking one file."""

    path: str
    sha256: str | None
    verdict: FileVerdict
    unit: str | None = None
    year: int | None = None
    edition: str | None = None
    state: str | None = None
    findings: tuple[Finding, ...] = ()
    causes: tuple[tuple[str, ...], ...] = ()
    """The smallest sets of cells whose change makes all relations hold, likeliest first."""
    reading: Reading | None = None
    """The reading of the file; None if a worker read it, because thousands of readings would fill the memory."""

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "unit": self.unit,
            "year": self.year,
            "edition": self.edition,
            "state": self.state,
            "verdict": self.verdict,
            "findings": [finding.as_json() for finding in self.findings],
            "causes": [list(refs) for refs in self.causes],
        }


def _refuse_closed(folder: Path, why: str) -> None:
    raise GoujiError(f"“{folder}”{why}")


def _leave_out(folder: Path) -> None:
    """Leave out a folder that is a link."""


def is_leftover(name: str) -> bool:
    """Tell whether a name is that of a file which office programs and file managers leave in a folder."""
    return name.startswith(_NO_REPORTS)


def files_in(
    paths: Sequence[Path],
    closed: Callable[[Path, str], None] = _refuse_closed,
    linked: Callable[[Path], None] = _leave_out,
    *,
    leftovers: bool = False,
) -> list[Path]:
    """Return the named files and the files inside the named folders, each once, in order.

    With ``leftovers``, also the files with names that programs leave in a folder: their content has to decide.
    Raises GoujiError for a path that does not exist. ``closed`` is called with each folder that cannot be opened and
    the reason, so that nobody believes the folder to be empty; it raises GoujiError unless the caller passes another.
    ``linked`` is called with each folder that is a link to another place: what is in it is left out.
    """
    folders = folders_in(paths, closed, linked, leftovers=leftovers)
    return [Path(folder, name) for folder, names in folders for name in names]


def folders_in(
    paths: Sequence[Path],
    closed: Callable[[Path, str], None] = _refuse_closed,
    linked: Callable[[Path], None] = _leave_out,
    *,
    leftovers: bool = False,
) -> list[tuple[str, list[str]]]:
    """Return what :func:`files_in` does, as folders and the names of files in them: many files take less memory.

    A folder comes twice where the files of a folder inside it come between its own.
    """
    found: list[tuple[str, list[str]]] = []
    for path in paths:
        if path.is_dir():
            found += _in_folder(str(path), closed, linked, leftovers)
        elif not path.exists():
            raise GoujiError(f"找不到“{path}”。请检查文件名和位置。")
        else:
            found.append((str(path.parent), [path.name]))
    return found if len(paths) == 1 else list(_each_once(found))


def _each_once(found: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Leave out the files that came before."""
    known: set[tuple[str, str]] = set()
    for folder, names in found:
        new = [name for name in names if (folder, name) not in known]
        known.update((folder, name) for name in new)
        yield folder, new


def _in_folder(
    folder: str, closed: Callable[[Path, str], None], linked: Callable[[Path], None], leftovers: bool
) -> Iterator[tuple[str, list[str]]]:
    names: list[str] = []
    inside: dict[str, bool] = {}
    """Whether a folder is a link, by its name."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_folder(entry):
                    if not entry.name.startswith(_NO_REPORTS):
                        inside[entry.name] = _is_link(entry)
                elif (leftovers or not is_leftover(entry.name)) and _is_file(entry):
                    names.append(entry.name)
    except OSError as error:
        closed(Path(folder), f"这个文件夹打不开：{reason(error)}。请检查权限后再试。")
        return
    files: list[str] = []
    for name in sorted([*names, *inside], key=os.path.normcase):
        if name not in inside:
            files.append(name)
        elif inside[name]:  # it may lead in a circle
            linked(Path(folder, name))
        else:
            if files:
                yield folder, files
                files = []
            yield from _in_folder(str(Path(folder, name)), closed, linked, leftovers)
    if files:
        yield folder, files


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Tell whether a folder is a link or a junction of Windows, which Python knows as one since 3.12."""
    return entry.is_symlink() or (sys.version_info >= (3, 12) and entry.is_junction())


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a file: a link in a circle is none, and whoever opens another one says what is wrong."""
    try:
        return entry.is_file()
    except OSError as error:
        return error.errno != errno.ELOOP


class Previous:
    """Last year's reports: one file, or a folder in which each unit's report is found by code or name."""

    def __init__(self, path: Path | None, *, many: bool = False, forms: Forms = OFFICIAL) -> None:
        """Read the reports; if ``many`` units are checked, a single file too is used only for its own unit.

        The reports may answer any of ``forms``. They are read in worker processes, like all files from outside.

        Raises GoujiError for a path that does not exist and for a single file that cannot be read. In a folder, files
        that are not reports are left out.
        """
        self._single: Packed | None = None
        self._by_unit: dict[str, dict[int, Packed]] = {}
        self._forms = forms
        self.given = path is not None
        if path is None:
            return
        if path.is_dir():
            for packed in packed_reports(files_in([path]), forms):
                if not isinstance(packed, DocumentError):
                    self._remember(packed)
        else:
            (single,) = packed_reports([path], forms)
            if isinstance(single, DocumentError):
                raise DocumentError(f"“{path}”：{single}")
            if many:
                self._remember(single)
            else:
                self._single = single

    def _remember(self, packed: Packed) -> None:
        for key in (packed.code, packed.name):
            if key and packed.year:
                self._by_unit.setdefault(key, {}).setdefault(packed.year, packed)

    def of(self, unit: Unit, year: int | None) -> Reading | None:
        """Return a unit's report on the year before ``year``, or None; a folder may contain reports on many years."""
        from gouji.report.reading import Reading

        packed = self._single or self._own(unit, year)
        return Reading(packed.unpacked(self._forms)) if packed else None

    def _own(self, unit: Unit, year: int | None) -> Packed | None:
        for key in (unit.code, unit.name):
            known = self._by_unit.get(key, {})
            # Without a year the newest one is last year's.
            wanted = year - 1 if year else max(known, default=0)
            if wanted in known:
                return known[wanted]
        return None


class Packed(msgspec.Struct, frozen=True):
    """A report compressed to a tenth of its memory, because every worker has the reports of all units."""

    code: str
    name: str
    year: int | None
    data: bytes

    def unpacked(self, forms: Forms) -> Report:
        """Return the report; ``forms`` must be those with which it was read."""
        from gouji.report.model import from_json

        return from_json(zlib.decompress(self.data), forms=forms)


def _packed(path: Path, forms: Forms) -> Packed:
    from gouji.formats.read import read_data
    from gouji.report.model import to_json

    report = read_data(open_file(path).data, forms=forms).report
    return Packed(report.unit.code, report.unit.name, report.year, zlib.compress(to_json(report)))


def packed_reports(paths: Sequence[Path], forms: Forms) -> Iterator[Packed | DocumentError]:
    """Read reports in worker processes, and yield each file's report or error, in order."""
    preload = needed_for(path.name for path in paths)
    outcomes = run_isolated(partial(_packed, forms=forms), paths, limits=LIMITS, preload=preload)
    for path, outcome in zip(paths, outcomes, strict=True):
        yield problem_of(path, outcome) if isinstance(outcome, Failure) else outcome


def check_files(
    paths: Sequence[Path],
    previous: Previous,
    *,
    accept_repairs: bool = False,
    key: bytes | None = None,
    forms: Forms = OFFICIAL,
    workers: int | None = None,
) -> Generator[Checked]:
    """Read and check files in worker processes, and yield the result of each, in order.

    A file that crashes a worker, takes too long or needs too much memory is unreadable; the other files are checked as
    usual. Raises GoujiError as check_file does.
    """
    one = partial(_checked, previous=previous, accept_repairs=accept_repairs, key=key, forms=forms)
    preload = needed_for(path.name for path in paths)
    outcomes = run_isolated(one, paths, limits=LIMITS, workers=workers, preload=preload)
    with contextlib.closing(outcomes):
        for path, outcome in zip(paths, outcomes, strict=True):
            yield _lost(path, outcome) if isinstance(outcome, Failure) else outcome


def _checked(path: Path, previous: Previous, accept_repairs: bool, key: bytes | None, forms: Forms) -> Checked:
    checked = check_file(path, previous, accept_repairs=accept_repairs, key=key, forms=forms)
    return msgspec.structs.replace(checked, reading=None)


def _lost(path: Path, failure: Failure) -> Checked:
    problem = problem_of(path, failure)
    sha256 = None
    # A file that took too long may be on a drive that hangs, which would stop this process too.
    if failure.kind != "slow":
        with contextlib.suppress(GoujiError):
            sha256 = open_file(path).sha256
    return _unreadable(path, sha256, problem)


_FAILURES = {
    "crashed": "读这个文件时程序异常中止，没有读取，文件可能已经损坏。请单位用填报表重新填写、重新发送。",
    "slow": "超过 {seconds:g} 秒没有读完，文件不正常，没有读取。请单位用填报表重新填写、重新发送。",
    "large": "读这个文件占用的内存过大（超过 {megabytes} MB），没有读取。请单位用填报表重新填写、重新发送。",
    "raised": "读这个文件时程序出错（{error}），没有读取。请把这个文件和出错信息发给程序的维护者。",
}


def problem_of(path: Path, failure: Failure) -> DocumentError:
    """Return the error for a file that a worker could not process; for a bug of ours, the traceback is logged.

    Raises the worker's GoujiError if the file is not the cause.
    """
    if isinstance(failure.error, DocumentError):
        return failure.error
    if isinstance(failure.error, GoujiError):
        raise failure.error
    if failure.error is not None:
        _log.error("%s\n%s", path, failure.traceback)
    return DocumentError(
        _FAILURES[failure.kind].format(
            seconds=LIMITS.seconds, megabytes=LIMITS.memory // 2**20, error=type(failure.error).__name__
        )
    )


def check_file(
    path: Path,
    previous: Previous,
    *,
    accept_repairs: bool = False,
    key: bytes | None = None,
    forms: Forms = OFFICIAL,
) -> Checked:
    """Read and check one file; a file that cannot be read gets a verdict and raises no error.

    The file may answer any of ``forms``. With ``accept_repairs``, certain entries of the file are repaired; last year's
    report is never repaired, because nothing would report it. Raises GoujiError if the single report given as last
    year's is on another year.
    """
    from gouji.checks import judge, state, verdict
    from gouji.formats.read import read_data

    sha256 = None
    try:
        file = open_file(path)
        sha256 = file.sha256
        reading = read_data(file.data, key, forms=forms, name=Path(path).name)
    except GoujiError as error:
        return _unreadable(path, sha256, error)
    if accept_repairs:
        from gouji.report import repairs

        reading = repairs.accept_repairs(reading)
    last_year = previous.of(reading.report.unit, reading.report.year)
    judged = judge(reading, last_year)
    findings = (*judged.findings, *_doubts(reading, last_year, previous.given))
    return Checked(
        path=str(path),
        sha256=sha256,
        verdict=verdict(findings),
        unit=reading.report.unit.name,
        year=reading.report.year,
        edition=reading.report.edition,
        state=state(reading.report).word,
        findings=findings,
        causes=judged.causes,
        reading=reading,
    )


def _doubts(reading: Reading, last_year: Reading | None, given: bool) -> Iterator[Finding]:
    """Yield findings about last year's report: it is missing, or it belongs to another unit."""
    if given and last_year is None:
        yield found("previous.missing")
    elif last_year and is_of_another(reading.report.unit, last_year.report.unit):
        yield found("previous.other_unit", other=last_year.report.unit.name, unit=reading.report.unit.name)


def is_of_another(unit: Unit, other: Unit) -> bool:
    """Tell whether two units seem to be different; if both have a code, the codes decide."""
    if unit.code and other.code:
        return unit.code != other.code
    return bool(unit.name and other.name) and unit.name != other.name


def _unreadable(path: Path, sha256: str | None, problem: GoujiError) -> Checked:
    finding = found("unreadable", problem=problem)
    return Checked(path=str(path), sha256=sha256, verdict="unreadable", findings=(finding,))
