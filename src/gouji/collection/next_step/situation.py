"""The facts that decide the next step, gathered from the workspace without changing it."""

from __future__ import annotations

import datetime
from pathlib import Path

from gouji.collection.intake.sources import uncollected
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.next_step.advice import Situation
from gouji.collection.outgoing.reports import not_reported
from gouji.collection.outgoing.send_back import not_sent_back
from gouji.collection.review.status import Status
from gouji.collection.totals.workbooks import WORKBOOK
from gouji.collection.workspace.backup import backups_beside
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ISSUED, TOTALS


def situation_of(workspace: Workspace, status: Status) -> Situation:
    """Return the facts that decide the next step.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    units, done = status.progress.units, status.progress.count("done")
    with workspace.ledger() as ledger:
        issued = {product.code for product in ledger.products(ISSUED).values()}
        return Situation(
            office_named=bool(workspace.settings.office),
            units=len(units),
            unissued=sum(member.code not in issued for member in workspace.roster.active),
            waiting=len(uncollected(workspace, ledger)),
            not_sent_back=len(not_sent_back(workspace, ledger, units, status.today)),
            to_decide=len(
                {unit.member.code for unit in units if unit.waits_for_a_decision}
                | {question.member.code for question in status.questions}
            ),
            unknown=len(status.unknown),
            missing=status.progress.count("missing"),
            wrong=status.progress.count("wrong"),
            asked=status.progress.count("asked"),
            done=done,
            days_left=status.days_to_the_first,
            by_mail=workspace.mailbox is not None,
            reminded=_reminded(ledger, status.today),
            # Reports are written once all units have passed; until then we need not look for them.
            unreported=len(not_reported(workspace, ledger, units)) if done == len(units) else 0,
            added_up=is_newer(workspace.folder / TOTALS / f"{WORKBOOK}.xlsx", ledger),
            backed_up=any(is_newer(path, ledger) for path in backups_beside(workspace.folder)),
        )


def _reminded(ledger: Ledger, today: datetime.date) -> bool:
    """Tell whether any unit was sent a reminder or its findings by mail today."""
    return any(
        mail.kind in ("remind", "return") and mail.state in ("sent", "unsure") and mail.time[:10] == today.isoformat()
        for mail in ledger.mail.mails()
    )


def is_newer(path: Path, ledger: Ledger) -> bool:
    """Tell whether a file was written after the last arrival and the last decision."""
    changed = ledger.last_change()
    try:
        return path.stat().st_mtime >= (datetime.datetime.fromisoformat(changed).timestamp() if changed else 0)
    except OSError:
        return False
