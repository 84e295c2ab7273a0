"""What a running desk knows: the years that are open, the one long task, what was done last, and when it ends."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from gouji.collection.steps.outcome import Outcome
from gouji.desk.tasks import Tasks
from gouji.desk.year import Year, place_of
from gouji.runtime.errors import GoujiError

Found = TypeVar("Found")

_REMEMBERED = 50
"""Outcomes that a page may still show; each page shows the one of its address."""

_NAME = 8
"""Letters of the name by which a page knows what was done."""


class Done:
    """What was done last, and the command that does the same."""

    def __init__(
        self, title: str, outcome: Outcome, command: Sequence[str] = (), more: Sequence[Sequence[str]] = ()
    ) -> None:
        """``more`` are further commands, where one for each of several units does the same."""
        self.title, self.outcome, self.command = title, outcome, tuple(command)
        self.more = tuple(more)


class Desk:
    """The state of a desk, shared by all its pages. It holds nothing that is not in the workspace as well."""

    def __init__(self, home: Path, today: Callable[[], datetime.date]) -> None:
        """``home`` is the folder in which new years are made and existing ones are looked for."""
        self.home, self.today = home, today
        self.tasks = Tasks()
        self.ended = threading.Event()
        self.fetched = threading.Event()
        """Set when the first page was fetched."""
        self.port = 0
        self._years: dict[str, Year] = {}
        self._done: OrderedDict[str, Done] = OrderedDict()
        self._kept: dict[tuple[Path, type], object] = {}
        self._alone = 0.0
        """Seconds without a request and without work."""

    # ---------------------------------------------------------------- years

    def open(self, folder: Path) -> str:
        """Open a workspace and return the name by which addresses know it.

        An address names its year, so that a page of one year never decides in another.
        """
        folder = folder.resolve()
        place = place_of(folder)
        self._years.setdefault(place, Year(folder))
        return place

    def year(self, place: str) -> Year | None:
        """Return a year that is open; None if there is none of this name."""
        return self._years.get(place)

    @property
    def years(self) -> dict[str, Path]:
        """The folders of the years that are open, by their names in addresses."""
        return {place: year.folder for place, year in list(self._years.items())}  # a task may open one

    def read_ahead(self) -> None:
        """Read the years that are open while the browser starts: thousands of units take a second."""
        for year in list(self._years.values()):
            with contextlib.suppress(GoujiError, OSError):  # the page will say what is wrong
                year.status(self.today())

    # ---------------------------------------------------------------- what was done

    def remember(self, done: Done) -> str:
        """Keep what was done for the next page, and return the name by which it asks for it."""
        name = hashlib.sha256(f"{id(done)} {time.monotonic_ns()}".encode()).hexdigest()[:_NAME]
        self._done[name] = done
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        return name

    def done(self, name: str) -> Done | None:
        """Return what was done, if it is still known."""
        return self._done.get(name)

    def keep(self, folder: Path, found: Found) -> Found:
        """Keep what a long task has found in a workspace, for the page that shows it, and return it."""
        self._kept[folder, type(found)] = found
        return found

    def kept(self, folder: Path, kind: type[Found]) -> Found | None:
        """Return what the last such task has found in a workspace since the desk was opened."""
        found = self._kept.get((folder, kind))
        return found if isinstance(found, kind) else None

    # ---------------------------------------------------------------- the end

    def touched(self) -> None:
        """Note that somebody is here."""
        self._alone = 0.0

    def idle(self, seconds: float, since: float) -> bool:
        """Tell whether nobody has asked for anything for so long, and nothing was being done.

        ``since`` are the seconds since this was asked last. Their sum counts, not what a clock says: clocks go on
        while a computer sleeps, on some systems, and whoever opens it in the morning goes on with a form half filled.
        """
        self._alone = 0.0 if self.tasks.working else self._alone + since
        return self._alone > seconds
