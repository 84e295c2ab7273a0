"""How far the end of the year is: what can be added up and published, what was made of it, and what is out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gouji import __version__
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.next_step.situation import is_newer
from gouji.collection.outgoing.board import BOARD
from gouji.collection.outgoing.products import fingerprint
from gouji.collection.outgoing.publishing import PAGES
from gouji.collection.outgoing.reports import report_of
from gouji.collection.review.in_force import STATE_WORDS, Progress, UnitProgress
from gouji.collection.totals.workbooks import WORKBOOK
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import REPORTS
from gouji.collection.workspace.roster import Member
from gouji.desk.views.made_files import MadeFile, backups, of_totals, zips_of_reports

CIRCULAR = "报送情况通报"
"""What the files of the circular are called, before a number."""

_BACKUPS = 5
"""Backups that are listed."""


class Made(msgspec.Struct, frozen=True):
    """What there is of one kind of files of units."""

    done: int
    """Units that have passed: each gets one."""
    current: int
    """Units whose files are made of what they have in force."""

    @property
    def words(self) -> str:
        """How far it is, in a sentence."""
        if not self.done:
            return "还没有单位通过。"
        if self.current == self.done:
            return f"{self.done} 个已通过的单位都是最新的。"
        return f"{self.done} 个单位已通过，{self.current} 个是最新的，{self.done - self.current} 个要生成。"


class Dated(msgspec.Struct, frozen=True):
    """A file, and whether it was written after the last arrival and the last decision."""

    file: MadeFile
    current: bool


class FinishView(msgspec.Struct, frozen=True):
    """What the page shows."""

    units: int
    done: int
    absent: tuple[tuple[str, int], ...]
    """Why units are not done, in words, with the number of each."""
    above: tuple[Member, ...]
    """Units with others below them: each can be added up by itself."""
    files: tuple[Dated, ...]
    """The files about all units."""
    totals: Dated | None
    """The workbook of all units, if there is one."""
    reports: Made
    pages: Made
    zips: tuple[MadeFile, ...]
    board: Dated | None
    circular: Dated | None
    backups: tuple[Dated, ...]


def finish_view(workspace: Workspace, progress: Progress) -> FinishView:
    """Work out the page.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    roster = workspace.roster
    with workspace.ledger() as ledger:
        done = [unit for unit in progress.units if unit.state == "done"]
        basis = _Basis(ledger, done)
        files = tuple(_dated(ledger, of_totals(workspace)))
        above = {unit.member.parent for unit in progress.units if unit.member.parent}
        return FinishView(
            units=len(progress.units),
            done=len(done),
            absent=tuple(_absent(progress.units)),
            above=tuple(member for member in roster.active if member.code in above),
            files=files,
            totals=_of(files, f"{WORKBOOK}.xlsx"),
            reports=Made(len(done), _current(workspace, ledger, REPORTS, basis)),
            pages=Made(len(done), _current(workspace, ledger, PAGES, basis)),
            zips=tuple(zips_of_reports(workspace)),
            board=_of(files, BOARD),
            circular=next((one for one in files if one.file.name.startswith(CIRCULAR)), None),
            backups=tuple(_dated(ledger, backups(workspace)[:_BACKUPS])),
        )


def files_of_totals(workspace: Workspace) -> tuple[Dated, ...]:
    """Return the files about all units, the newest first."""
    with workspace.ledger() as ledger:
        return tuple(_dated(ledger, of_totals(workspace)))


def _dated(ledger: Ledger, files: Iterable[MadeFile]) -> Iterator[Dated]:
    for one in files:
        yield Dated(one, is_newer(one.path, ledger))


def _of(files: Iterable[Dated], path: str) -> Dated | None:
    """Return the file of the totals with the name that a path ends in, if it is there."""
    return next((one for one in files if one.file.name == path.rpartition("/")[2]), None)


def _absent(units: Iterable[UnitProgress]) -> list[tuple[str, int]]:
    states = [unit.state for unit in units]
    return [(word, states.count(state)) for state, word in STATE_WORDS.items() if state != "done" and state in states]


class _Basis:
    """What the files of each unit that is done would be made of now; worked out where it is asked for."""

    def __init__(self, ledger: Ledger, done: Iterable[UnitProgress]) -> None:
        self._ledger = ledger
        self._units = {unit.member.code: unit for unit in done}
        self._known: dict[str, str] = {}

    def of(self, code: str) -> str:
        """Return the fingerprint; empty for a unit that is not done."""
        if code not in self._known:
            unit = self._units.get(code)
            self._known[code] = fingerprint(__version__, report_of(self._ledger, unit)) if unit else ""
        return self._known[code]


def _current(workspace: Workspace, ledger: Ledger, folder: str, basis: _Basis) -> int:
    """Count the units whose files in a folder are all there and made of what counts now."""
    try:
        there = {path.name for path in (workspace.folder / folder).iterdir()}
    except OSError:
        return 0
    units: dict[str, bool] = {}
    for path, product in ledger.products(folder).items():
        if basis.of(product.code):
            good = product.fingerprint == basis.of(product.code) and path.rpartition("/")[2] in there
            units[product.code] = good and units.get(product.code, True)
    return sum(units.values())
