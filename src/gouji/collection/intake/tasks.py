"""What has to be examined: every file that is new, or whose context has changed since it was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gouji.collection.intake.examine import Examiner, Task
from gouji.collection.intake.matching import Hints, Matching
from gouji.collection.ledger.decided import assigned
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear
from gouji.collection.workspace.names import ARCHIVED, ISSUED, LAST_YEAR
from gouji.collection.workspace.round_key import require_the_key_of_the_round
from gouji.report.model import Unit


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
    unit = assigned(ledger.decisions()).get(sha256, "")
    return _task(arrivals, ledger.file_name(sha256), unit, ledger.mail.answers())


def stale_tasks(ledger: Ledger, matching: Matching) -> Iterator[Task]:
    """Yield the tasks of examining all files that were never checked, or were checked in another context."""
    units, names, answers = assigned(ledger.decisions()), ledger.file_names(), ledger.mail.answers()
    contexts = ledger.contexts()
    for sha256, arrivals in arrivals_by_file(ledger).items():
        if sha256 not in contexts:  # a container
            continue
        context, stated_code, stated_name = contexts[sha256]
        task = _task(arrivals, names[sha256], units.get(sha256, ""), answers)
        if not context:
            yield task
            continue
        match = matching.match(Unit(name=stated_name, code=stated_code), task.hints)
        if context != matching.context(match, task.hints):
            yield task


def arrivals_by_file(ledger: Ledger) -> dict[str, list[Arrival]]:
    """Return the arrivals of each file, by its hash, oldest first."""
    arrivals: dict[str, list[Arrival]] = {}
    for arrival in ledger.arrivals():
        arrivals.setdefault(arrival.sha256, []).append(arrival)
    return arrivals


def _task(arrivals: Sequence[Arrival], name: str, unit: str, answers: Mapping[str, tuple[str, ...]]) -> Task:
    """Return the task of examining a file, which may have arrived more than once.

    ``name`` is its name in the archive, ``unit`` the code that the officer has assigned to it. ``answers`` are, for
    each mail that arrived, the units whose mails from us it answers.
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
        assigned=unit,
    )
    return Task(first.sha256, name, hints)
