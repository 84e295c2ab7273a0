"""Where a round stands: for the screen, for programs, and as a workbook that can be passed on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gouji.collection.ledger.ledger import Decision, Ledger
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.delivery import Undelivered, undelivered
from gouji.collection.review.in_force import (
    ROLE_WORDS,
    STATE_WORDS,
    Judged,
    Received,
    Round,
    Standing,
    judged_returns,
    last_arrivals,
    round_of,
)
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member, Roster
from gouji.collection.workspace.settings import Settings
from gouji.findings.finding import Finding
from gouji.findings.rules import SEVERITY_WORDS
from gouji.form.expressions import State as FormState
from gouji.formats.drawing.canvas import STATE_COLOURS
from gouji.formats.tables.listing import Field, Listing, listing_bytes

STATUS = "状态.xlsx"

_COLOURS = {
    STATE_WORDS["missing"]: "#FFFFFF",
    STATE_WORDS["wrong"]: STATE_COLOURS[FormState.WRONG],
    STATE_WORDS["asked"]: STATE_COLOURS[FormState.INCOMPLETE],
    STATE_WORDS["done"]: STATE_COLOURS[FormState.READY],
}


class Unknown(msgspec.Struct, frozen=True):
    """A file that belongs to no unit that has to report."""

    received: Received
    why: str


class Status(msgspec.Struct, frozen=True):
    """Where a round stands on a day."""

    settings: Settings
    round: Round
    today: datetime.date
    remarks: tuple[tuple[str, str], ...] = ()
    """What is to be said of parcels: the source and the sentence."""
    unknown: tuple[Unknown, ...] = ()
    undelivered: dict[str, tuple[Undelivered, ...]] = {}
    """The addresses that our mails did not reach, by unit."""

    def of_mail(self, member: Member) -> str:
        """Return what is to be said of the mail to a unit; empty where nothing is."""
        return "；".join(each.words for each in self.undelivered.get(member.code, ()))

    @property
    def days_left(self) -> int:
        """The days to the deadline; negative when it has passed."""
        return self.settings.days_left(self.today)

    @property
    def deadline_words(self) -> str:
        """The days to the deadline in words."""
        return self.settings.deadline_words(self.today)

    @property
    def headline(self) -> str:
        """The round in one line."""
        total = len(self.round.standings)
        counts = "，".join(f"{word} {self.round.count(state)} 个" for state, word in STATE_WORDS.items())
        return f"{self.settings.year} 年度，{total} 个单位：{counts}。{self.deadline_words}。"

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "office": self.settings.office,
            "year": self.settings.year,
            "deadline": self.settings.deadline.isoformat(),
            "days_left": self.days_left,
            "counts": {state: self.round.count(state) for state in STATE_WORDS},
            "units": [
                {
                    **_standing_json(standing),
                    "undelivered": [
                        msgspec.structs.asdict(each) for each in self.undelivered.get(standing.member.code, ())
                    ],
                }
                for standing in self.round.standings
            ],
            "unknown": [{**_received_json(each.received), "why": each.why} for each in self.unknown],
            "remarks": [{"source": source, "message": message} for source, message in self.remarks],
        }


def status_of(workspace: Workspace, today: datetime.date) -> Status:
    """Work out where a round stands.

    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    with workspace.ledger() as ledger:
        round_ = round_of(ledger, workspace.roster)
        sources = {sha256: arrival.source for sha256, arrival in last_arrivals(ledger).items()}
        return Status(
            settings=workspace.settings,
            round=round_,
            today=today,
            remarks=(
                *((sources.get(sha256, ""), text) for sha256, text in ledger.remarks()),
                *_the_same_from_several(ledger, workspace.roster),
            ),
            unknown=tuple(_unknown(ledger, round_)),
            undelivered=undelivered(ledger.mail, workspace.roster),
        )


def _the_same_from_several(ledger: Ledger, roster: Roster) -> Iterator[tuple[str, str]]:
    """Yield the files that are, byte for byte, what another unit sent: one file is the return of one unit."""
    came: dict[str, list[str]] = {}
    for arrival in ledger.arrivals():
        came.setdefault(arrival.sha256, []).append(arrival.source)
    for sources in came.values():
        names = {source.rpartition("/")[2]: source for source in reversed(sources)}
        if len(names) < 2:
            continue
        first: Member | None = None
        for name in sorted(names, key=lambda name: sources.index(names[name])):
            member = roster.mentioned_in(name)
            first = first or member
            if first and member and member != first:
                yield (
                    names[name],
                    f"与“{first.name}”的文件内容完全一样，只算一个单位的。请核对是不是发错了，请这个单位重新发送。",
                )


def _unknown(ledger: Ledger, round_: Round) -> Iterator[Unknown]:
    if not round_.unknown:
        return
    whys: dict[str, str] = {}
    for code in {received.code for received in round_.unknown}:
        for returned in ledger.returns(code):
            first = next((noted.finding for noted in returned.noted), None)
            whys[returned.sha256] = first.message if first else ""
    for received in round_.unknown:
        yield Unknown(received, whys[received.sha256])


def _standing_json(standing: Standing) -> dict[str, Any]:
    stands, latest = standing.stands, standing.latest
    return {
        "code": standing.member.code,
        "name": standing.member.name,
        "state": standing.state,
        "state_word": STATE_WORDS[standing.state],
        "errors": latest.errors if latest else 0,
        "queries": latest.queries if latest else 0,
        "waived": latest.waived if latest else 0,
        "explained": latest.explained if latest else 0,
        "stands": stands.sha256 if stands else None,
        "waits_for_a_decision": standing.waits_for_a_decision,
        "returns": [_received_json(received) for received in standing.returns],
    }


def _received_json(received: Received) -> dict[str, Any]:
    return {
        "sha256": received.sha256,
        "source": received.source,
        "sent": received.sent or None,
        "verdict": received.verdict,
        "role": received.role,
        "errors": received.errors,
        "queries": received.queries,
        "waived": received.waived,
        "explained": received.explained,
    }


# ---------------------------------------------------------------- one unit


class Detail(msgspec.Struct, frozen=True):
    """Everything of one unit."""

    standing: Standing
    findings: tuple[Judged, ...]
    """Of the return that the state is about."""
    decisions: tuple[Decision, ...]
    names: Mapping[str, str]
    """What the files are called that were received, by hash."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            **_standing_json(self.standing),
            "findings": [
                {
                    **judged.finding.as_json(),
                    "answer": judged.answer or None,
                    "answered_by": judged.by or None,
                    "lapsed": judged.lapsed or None,
                }
                for judged in self.findings
            ],
            "decisions": [msgspec.structs.asdict(decision) for decision in self.decisions],
        }


def detail_of(workspace: Workspace, unit: str) -> Detail:
    """Return everything of one unit.

    Raises GoujiError where it is not clear which one is meant.
    """
    member = workspace.roster.wanted(unit)
    with workspace.ledger() as ledger:
        standing = round_of(ledger, workspace.roster).of(member)
        judged = judged_returns(ledger, member.code)
        latest = standing.latest
        findings = next((said for received, said in judged if latest and received.sha256 == latest.sha256), ())
        decisions = tuple(decision for decision in ledger.decisions() if decision.code == member.code)
        names = ledger.file_names()
    return Detail(standing, findings, decisions, names)


def detail_lines(detail: Detail) -> Iterator[str]:
    """Yield everything of one unit, for the screen."""
    standing = detail.standing
    yield f"{standing.member.name}（{standing.member.code}）：{STATE_WORDS[standing.state]}"
    for received in standing.returns:
        yield f"  {received.source}（{received.sha256[:8]}）：{ROLE_WORDS[received.role]}"
    for number, judged in enumerate((each for each in detail.findings if each.finding.echo_of is None), 1):
        yield f"  {number}. {finding_words(judged)}"
    for decision in detail.decisions:
        yield f"  {decision_words(decision, detail.names)}"


def finding_words(judged: Judged) -> str:
    """Return a finding with what was said to it."""
    finding: Finding = judged.finding
    words = f"[{SEVERITY_WORDS[finding.severity]}] {finding.message}（{finding.id}）"
    if judged.answer:
        who = "单位说明" if judged.by == "unit" else "放行" if finding.severity == "error" else "代为说明"
        return f"{words} 已{who}：{judged.answer}" if who == "放行" else f"{words} {who}：{judged.answer}"
    return f"{words} 原来的说明“{judged.lapsed}”对改动以后的数字无效。" if judged.lapsed else words


def decision_words(decision: Decision, names: Mapping[str, str], member: Member | None = None) -> str:
    """Return a decision in one line; ``names`` are those of the files, by hash."""
    sha256 = decision.sha256
    file = f"{names.get(sha256, '')}（{sha256[:8]}）" if sha256 else ""
    target = f"第 {decision.target} 号" if decision.target else decision.finding or file
    unit = f" {member.name}" if member else ""
    reason = f"：{decision.reason}" if decision.reason else ""
    return f"{decision.id}. {KINDS[decision.kind]}{unit} {target}{reason}（{decision.made_by}，{decision.made[:16]}）"


# ---------------------------------------------------------------- the workbook

_UNITS = (
    Field("单位代码", 15),
    Field("单位全称", 26, wrap=True),
    Field("状态", 8),
    Field("必须改正", 9, number=True),
    Field("请核实", 7, number=True),
    Field("已放行", 7, number=True),
    Field("已说明", 7, number=True),
    Field("核对的文件", 30, wrap=True),
    Field("发来的时间", 12, wrap=True),
    Field("联系人", 9),
    Field("联系电话", 14, wrap=True),
    Field("备注", 24, wrap=True),
)
_FILES = (Field("文件", 50, wrap=True), Field("为什么", 80, wrap=True))

_BEIJING = datetime.timezone(datetime.timedelta(hours=8))
"""The one clock of the country, whatever the machine's is."""


def status_workbook(status: Status) -> bytes:
    """Return the status as a workbook: the units, and what belongs to none of them."""
    head = (f"{status.settings.office}：{status.headline}", f"{status.today.isoformat()}")
    listings = [
        Listing(
            "单位",
            _UNITS,
            [[*_row(each), status.of_mail(each.member) or None] for each in status.round.standings],
            _COLOURS,
            head,
        )
    ]
    others = [(each.received.source, each.why) for each in status.unknown] + list(status.remarks)
    if others:
        listings.append(Listing("没有认出单位的", _FILES, others))
    return listing_bytes(listings)


def _row(standing: Standing) -> list[str | int | None]:
    latest = standing.latest
    member = standing.member
    counts = (latest.errors, latest.queries, latest.waived, latest.explained) if latest else (None,) * 4
    return [
        member.code,
        member.name,
        STATE_WORDS[standing.state],
        *(count or None for count in counts),
        latest.source if latest else None,
        _when(latest.sent) if latest else None,
        member.contact,
        member.phone,
    ]


def _when(sent: str) -> str:
    """Return when something was sent, by the clock of those who read it."""
    if not sent:
        return ""
    moment = datetime.datetime.fromisoformat(sent).replace(tzinfo=datetime.UTC)
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")
