"""What has to be examined: every file that is new, or whose context has changed since it was checked."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain

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
    arrivals = list(ledger.arrivals(sha256=sha256))
    inside = [arrival for came in arrivals if came.container for arrival in ledger.arrivals(container=came.container)]
    decided, together = Decided(ledger.decisions()), _by_mail(inside)
    # Only the names that the task needs: whoever asks for the tasks of many units would read all of them each time.
    names = ledger.file_names({sha256, *chain(*together.values()), *decided.joined.get(sha256, ())})
    return _task(arrivals, names, decided, ledger.mail.answers(), together)


def stale_tasks(ledger: Ledger, matching: Matching) -> Iterator[Task]:
    """Yield the tasks of examining all files that were never checked, or were checked in another context."""
    contexts = ledger.contexts()
    for task in tasks_of(ledger, contexts):
        context, stated_code, stated_name = contexts[task.sha256]
        if not context:
            yield task
            continue
        match = matching.match(Unit(name=stated_name, code=stated_code), task.hints)
        if context != matching.context(match, task.hints):
            yield task


def tasks_of(ledger: Ledger, files: Container[str]) -> Iterator[Task]:
    """Yield the tasks of examining files, given by their hashes, in the order of arrival."""
    decided, names, answers = Decided(ledger.decisions()), ledger.file_names(), ledger.mail.answers()
    arrived = arrivals_by_file(ledger)
    together = _by_mail(arrival for arrivals in arrived.values() for arrival in arrivals)
    for sha256, arrivals in arrived.items():
        if sha256 in files:
            yield _task(arrivals, names, decided, answers, together)


def arrivals_by_file(ledger: Ledger) -> dict[str, list[Arrival]]:
    """Return the arrivals of each file, by its hash, oldest first."""
    arrivals: dict[str, list[Arrival]] = {}
    for arrival in ledger.arrivals():
        arrivals.setdefault(arrival.sha256, []).append(arrival)
    return arrivals


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


def _beside(
    arrivals: Sequence[Arrival], names: Mapping[str, str], together: Mapping[tuple[str, str], list[str]]
) -> tuple[tuple[str, str], ...]:
    """Return the other files of the mails that a file came in; none of a mail that has very many."""
    others = {sha256 for arrival in arrivals for sha256 in _few(together.get(_mail_of(arrival), ()))}
    return tuple(sorted((sha256, names[sha256]) for sha256 in others - {arrivals[0].sha256}))


def _few(files: Sequence[str]) -> Sequence[str]:
    return files if len(files) <= _MOST_BESIDE else ()


def _task(
    arrivals: Sequence[Arrival],
    names: Mapping[str, str],
    decided: Decided,
    answers: Mapping[str, tuple[str, ...]],
    together: Mapping[tuple[str, str], list[str]],
) -> Task:
    """Return the task of examining a file, which may have arrived more than once.

    ``names`` are the names in the archive, ``decided`` is what the officer has decided about the files. ``answers``
    are, for each mail that arrived, the units whose mails from us it answers; ``together`` is what came in each mail.
    """
    first = arrivals[0]
    by_mail = [arrival for arrival in arrivals if arrival.sender or arrival.container in answers]
    only_by_mail = len(by_mail) == len(arrivals)
    hints = Hints(
        name=first.name,
        folders=tuple(reversed(first.source.split("/")[:-1])),
        sender=first.sender,
        # A file that has also arrived in another way was put there by the officer.
        senders=tuple(sorted({arrival.sender for arrival in by_mail})) if only_by_mail else (),
        answered=tuple(sorted({code for arrival in by_mail for code in answers.get(arrival.container, ())})),
        forwarded="、".join(sorted({arrival.forwarded for arrival in by_mail} - {""})) if only_by_mail else "",
        beside=_beside(arrivals, names, together),
        assigned=decided.assigned.get(first.sha256, ""),
        amended=amendments_of(decided.amended.get(first.sha256, ())),
        parts=tuple((part, names[part]) for part in decided.joined.get(first.sha256, ()) if part in names),
    )
    return Task(first.sha256, names[first.sha256], hints)
