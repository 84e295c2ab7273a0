"""What has to be examined: every file that is new, or whose context has changed since it was checked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import overload

from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.matching import Hints, Matching
from gouji.collection.ledger.amended import amendments_of
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import ARCHIVED, ISSUED, LAST_YEAR
from gouji.collection.workspace.round_key import require_the_key_of_the_round
from gouji.report.model import Unit

_MAIL = ".eml"
_MOST_BESIDE = 20
"""Files of a mail that are compared with each other; a mail with more is a collection of many units."""
_TOGETHER = 100
"""Tasks that are made together."""
_PORTIONS_KEPT = 64
"""More tasks than are under way at the same time, also on a cluster."""


def examiner_of(workspace: Workspace) -> Examiner:
    """Return the examiner for the files of a workspace, with the roster and the settings of this moment."""
    last_year = LastYear(workspace.folder / LAST_YEAR, workspace.settings.forms)
    mailbox = workspace.mailbox
    matching = Matching(
        workspace.roster,
        last_year.hashes(),
        workspace.key,
        workspace.settings.rules,
        office=mailbox.address if mailbox else "",
        supplementary=workspace.settings.supplementary,
        signed=_is_signed(workspace),
        publish_by=workspace.settings.publish_by,
    )
    return Examiner(workspace.folder / ARCHIVED, last_year, matching, workspace.key)


def _is_signed(workspace: Workspace) -> bool:
    """Tell whether the office has issued forms, all of which it signs.

    Raises GoujiError where it has signed them with another key.
    """
    with workspace.ledger() as ledger:
        signed = any(product.code for product in ledger.products(ISSUED).values())
        if signed:
            require_the_key_of_the_round(workspace, ledger)
        return signed


def task_of(ledger: Ledger, sha256: str) -> Task:
    """Return the task of examining one file that has arrived."""
    return Tasks(ledger, [sha256])[0]


def tasks_of(ledger: Ledger, files: Container[str]) -> Tasks:
    """Return the tasks of examining files, given by their hashes, in the order of arrival."""
    return Tasks(ledger, [sha256 for sha256 in ledger.arrived.in_order_of_arrival() if sha256 in files])


def stale_tasks(ledger: Ledger, matching: Matching) -> Tasks:
    """Return the tasks of examining all files that were never checked, or were checked in another context."""
    every, stale = list(ledger.arrived.in_order_of_arrival()), []
    tasks = Tasks(ledger, every)
    for first in range(0, len(every), _TOGETHER):
        contexts = ledger.arrived.contexts(every[first : first + _TOGETHER])
        for number, sha256 in enumerate(every[first : first + _TOGETHER], first):
            if sha256 not in contexts:  # a container
                continue
            context, stated_code, stated_name = contexts[sha256]
            if context:
                hints = tasks[number].hints
                match = matching.match(Unit(name=stated_name, code=stated_code), hints)
            if not context or context != matching.context(match, hints):
                stale.append(sha256)
    return Tasks(ledger, stale)


class Tasks(Sequence[Task]):
    """The tasks of examining files. Each is made when it is needed, because many would fill the memory."""

    def __init__(self, ledger: Ledger, files: Sequence[str]) -> None:
        """``files`` are the hashes of files that have arrived."""
        self._ledger, self._files = ledger, files
        self._decided, self._answers = Decided(ledger.decisions()), ledger.mail.answers()
        self._portion = lru_cache(_PORTIONS_KEPT)(self._made)
        self._together = lru_cache(1)(self._that_came_together)

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> Task: ...
    @overload
    def __getitem__(self, place: slice) -> list[Task]: ...
    def __getitem__(self, place: int | slice) -> Task | list[Task]:
        """Return the task at a place, counted from 0, or those at several places."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        portion, inside = divmod(place, _TOGETHER)
        return self._portion(portion)[inside]

    def _made(self, portion: int) -> list[Task]:
        """Return the tasks that have one portion of the places."""
        files = self._files[portion * _TOGETHER : (portion + 1) * _TOGETHER]
        return [self._task(list(self._ledger.arrivals(sha256=sha256))) for sha256 in files]

    def _task(self, arrivals: Sequence[Arrival]) -> Task:
        """Return the task of examining a file, which may have arrived more than once."""
        first, decided = arrivals[0], self._decided
        by_mail = [arrival for arrival in arrivals if arrival.sender or arrival.container in self._answers]
        only_by_mail = len(by_mail) == len(arrivals)
        parts = decided.joined.get(first.sha256, ())
        beside = self._beside(arrivals)
        # The names in the archive.
        names = self._ledger.file_names({first.sha256, *beside, *parts})
        hints = Hints(
            name=first.name,
            folders=tuple(reversed(first.source.split("/")[:-1])),
            sender=first.sender,
            # A file that has also arrived in another way was put there by the officer.
            senders=tuple(sorted({arrival.sender for arrival in by_mail})) if only_by_mail else (),
            answered=tuple(sorted({code for arrival in by_mail for code in self._answers.get(arrival.container, ())})),
            forwarded="、".join(sorted({arrival.forwarded for arrival in by_mail} - {""})) if only_by_mail else "",
            beside=tuple(sorted((sha256, names[sha256]) for sha256 in beside)),
            assigned=decided.assigned.get(first.sha256, ""),
            amended=amendments_of(decided.amended.get(first.sha256, ())),
            parts=tuple((part, names[part]) for part in parts if part in names),
        )
        return Task(first.sha256, names[first.sha256], hints)

    def _beside(self, arrivals: Sequence[Arrival]) -> set[str]:
        """Return the other files of the mails that a file came in; none of a mail that has very many."""
        others: set[str] = set()
        for arrival in arrivals:
            if arrival.sender and arrival.container:
                others.update(_few(self._together(arrival.container)[_mail_of(arrival)]))
        return others - {arrivals[0].sha256}

    def _that_came_together(self, container: str) -> dict[tuple[str, str], list[str]]:
        return _by_mail(self._ledger.arrivals(container=container))


def _by_mail(arrivals: Iterable[Arrival]) -> dict[tuple[str, str], list[str]]:
    """Return the hashes of the files that came together in a mail, by :func:`_mail_of`."""
    together: dict[tuple[str, str], list[str]] = {}
    for arrival in arrivals:
        if arrival.sender and arrival.container:
            together.setdefault(_mail_of(arrival), []).append(arrival.sha256)
    return together


def _mail_of(arrival: Arrival) -> tuple[str, str]:
    """Return what names the mail in which a file came: the container that arrived, and the mail inside it."""
    around = arrival.source.split("/")[:-1]
    while around and not around[-1].lower().endswith(_MAIL):
        around.pop()
    return arrival.container, "/".join(around)


def _few(files: Sequence[str]) -> Sequence[str]:
    return files if len(files) <= _MOST_BESIDE else ()
