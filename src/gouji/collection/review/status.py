"""The status of a collection on a day: for the screen and for programs."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec

from gouji.collection.intake.matching import units_by_address
from gouji.collection.intake.sources import not_in_the_ledger
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.review.amended_figures import AmendedFigure, amended_in_force
from gouji.collection.review.deadlines import Deadlines, Due, due_json
from gouji.collection.review.delivery import Undelivered, undelivered
from gouji.collection.review.detail import submission_json, unit_json
from gouji.collection.review.in_force import (
    STATE_WORDS,
    JudgedSubmission,
    Progress,
    progress_of,
)
from gouji.collection.review.notices import NOTHING, Notices, notices_of
from gouji.collection.review.open_remarks import OpenRemark, open_remarks
from gouji.collection.review.questions import Question, questions_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ARCHIVED, KEY
from gouji.collection.workspace.roster import Member, Roster
from gouji.collection.workspace.round_key import when_the_key_changed
from gouji.collection.workspace.settings import Settings
from gouji.runtime.times import local_minute


class Unknown(msgspec.Struct, frozen=True):
    """A submission that belongs to no unit that has to report."""

    submission: JudgedSubmission
    why: str


class Status(msgspec.Struct, frozen=True):
    """How far a collection is on a day."""

    settings: Settings
    progress: Progress
    today: datetime.date
    remarks: tuple[tuple[str, str], ...] = ()
    """Remarks on containers and doubled files: the source and the sentence."""
    open_remarks: tuple[OpenRemark, ...] = ()
    """Those of the remarks that the officer can dismiss."""
    unknown: tuple[Unknown, ...] = ()
    undelivered: dict[str, tuple[Undelivered, ...]] = {}
    """The addresses that our mails did not reach, by the unit's code."""
    questions: tuple[Question, ...] = ()
    """What only the office can answer."""

    amended: tuple[AmendedFigure, ...] = ()
    """The figures in force that the office has amended, or that were repaired with its consent."""

    reporting: dict[str, Due] = {}
    """Until when each unit has to hand in, by its code."""
    due: dict[str, Due] = {}
    """Until when each unit has to do what it is waited for, by its code; units that are not waited for are left out."""
    notices: dict[str, Notices] = {}
    """What the officer is told about the submissions of units, by the unit's code."""

    @property
    def dismissible(self) -> bool:
        """Whether some of the remarks or the files of unknown units can be dismissed."""
        return bool(self.open_remarks or self.unknown)

    def about(self, member: Member) -> Notices:
        """Return what the officer is told about the submissions of a unit."""
        return self.notices.get(member.code, NOTHING)

    def of_mail(self, member: Member) -> str:
        """Return which addresses of a unit our mails do not reach; empty where all is well."""
        return "；".join(address.words for address in self.undelivered.get(member.code, ()))

    def of_deadline(self, member: Member) -> str:
        """Return the deadline that a unit is waited for until; empty where it is the one of all units."""
        due = self.due.get(member.code)
        return due.words(self.today) if due and due.kind != "all" else ""

    @property
    def days_to_the_first(self) -> int:
        """The days to the first deadline of those that are waited for; to that of all units where nobody is."""
        return min(((due.day - self.today).days for due in self.due.values()), default=self.days_left)

    @property
    def days_left(self) -> int:
        """The days to the deadline; negative when it has passed."""
        return self.settings.days_left(self.today)

    @property
    def deadline_words(self) -> str:
        """The days to the deadline in words."""
        return self.settings.deadline_words(self.today)

    @property
    def publication_words(self) -> str:
        """The days to the publication in words; empty where that is the deadline as well."""
        return self.settings.publication_words(self.today) if self.settings.publishes_later else ""

    @property
    def headline(self) -> str:
        """The collection in one line."""
        total = len(self.progress.units)
        counts = "，".join(f"{word} {self.progress.count(state)} 个" for state, word in STATE_WORDS.items())
        own = sum(due.kind == "own" for due in self.reporting.values())
        others = f"另定截止日期的 {own} 个" if own else ""
        dates = "，".join(filter(None, (self.deadline_words, others, self.publication_words)))
        return f"{self.settings.year} 年度，{total} 个单位：{counts}。{dates}。"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "office": self.settings.office,
            "year": self.settings.year,
            "deadline": self.settings.deadline.isoformat(),
            "days_left": self.days_left,
            "publish_by": self.settings.publication.isoformat(),
            "days_to_publish": self.settings.days_to_publish(self.today),
            "counts": {state: self.progress.count(state) for state in STATE_WORDS},
            "units": [
                {
                    **unit_json(unit, self.about(unit.member)),
                    **due_json(self.reporting[unit.member.code], self.due.get(unit.member.code), self.today),
                    "undelivered": [
                        msgspec.structs.asdict(address) for address in self.undelivered.get(unit.member.code, ())
                    ],
                }
                for unit in self.progress.units
            ],
            "questions": [
                {"code": asked.member.code, "name": asked.member.name, **asked.finding.as_json()}
                for asked in self.questions
            ],
            "amended": [figure.as_json() for figure in self.amended],
            "unknown": [{**submission_json(unknown.submission), "why": unknown.why} for unknown in self.unknown],
            "remarks": [{"source": source, "message": message} for source, message in self.remarks],
        }


def status_of(workspace: Workspace, today: datetime.date) -> Status:
    """Work out how far a collection is.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    with workspace.ledger() as ledger:
        progress = progress_of(ledger, workspace.roster)
        decided = Decided(ledger.decisions())
        remarks = list(open_remarks(ledger, workspace.roster, progress, decided))
        deadlines = Deadlines.of(workspace.settings, ledger, decided)
        return Status(
            settings=workspace.settings,
            progress=progress,
            today=today,
            remarks=(
                *_of_the_key(ledger),
                *((remark.source, remark.words) for remark in remarks),
                *_doubled_files(ledger, workspace.roster, progress),
                *((ARCHIVED, text) for text in not_in_the_ledger(workspace, ledger)),
            ),
            open_remarks=tuple(remarks),
            unknown=tuple(_unknown(ledger, progress)),
            undelivered=undelivered(ledger.mail, workspace.roster),
            questions=tuple(questions_of(ledger, progress)),
            amended=tuple(amended_in_force(ledger, progress.units)),
            reporting={unit.member.code: deadlines.reporting(unit.member.code) for unit in progress.units},
            due={unit.member.code: due for unit in progress.units if (due := deadlines.waited_for(unit))},
            notices=notices_of(ledger, progress, workspace.settings.forms),
        )


def _of_the_key(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Yield one sentence about all files whose signature is of a key of before."""
    changed = when_the_key_changed(ledger)
    files = [
        submission
        for submission in (ledger.submissions() if changed else ())
        if any(recorded.finding.rule == "identity.signature" for recorded in submission.findings)
    ]
    if files:
        yield (
            KEY,
            f"本轮的签发密钥变了（{local_minute(changed)} 用新的密钥重新下发）：有 {len(files)} 份的签发信息对不上，"
            "可能是用原来的表填的，不一定是伪造的。请单位用新发的表重新填报。",
        )


def _doubled_files(ledger: Ledger, roster: Roster, progress: Progress) -> Iterator[tuple[str, str]]:
    """Yield the files that are, byte for byte, what another unit sent: one file is the submission of one unit."""
    submissions = (*progress.unknown, *(one for unit in progress.units for one in unit.submissions))
    submitted, addresses = {one.sha256 for one in submissions}, units_by_address(roster)
    first: dict[str, Member] = {}
    doubled: set[tuple[str, str]] = set()
    for arrival in ledger.arrivals():
        if arrival.sha256 not in submitted:
            continue
        parts = reversed(arrival.source.split("/"))
        member = next(filter(None, map(roster.mentioned_in, parts)), None) or addresses.get(arrival.sender)
        if member is None:
            continue
        other = first.setdefault(arrival.sha256, member)
        if member != other and (arrival.sha256, member.code) not in doubled:
            doubled.add((arrival.sha256, member.code))
            yield (
                arrival.source,
                f"{member.name}的与“{other.name}”的文件内容完全一样，只算一个单位的。"
                f"请核对是不是发错了，请{member.name}重新发送。",
            )


def _unknown(ledger: Ledger, progress: Progress) -> Iterator[Unknown]:
    reasons: dict[str, str] = {}
    for code in {submission.code for submission in progress.unknown}:
        for recorded in ledger.submissions(code):
            reasons[recorded.sha256] = recorded.findings[0].finding.message if recorded.findings else ""
    for submission in progress.unknown:
        yield Unknown(submission, reasons[submission.sha256])
