"""The letters to units: the forms, reminders, and answers to submissions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from gouji.collection.ledger.amended import lines_for_unit
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival, Product
from gouji.collection.mail.message import Attachment, Content
from gouji.collection.mail.outbox import Letter
from gouji.collection.mail.templates import AMENDED, Template, read_template
from gouji.collection.outgoing.for_units import messages_for
from gouji.collection.outgoing.issue import NOTICE, chinese_date
from gouji.collection.outgoing.products import fingerprint, is_ours
from gouji.collection.outgoing.send_back import deciding_submission
from gouji.collection.review.deadlines import Deadlines, Due
from gouji.collection.review.in_force import JudgedFinding, JudgedSubmission, UnitProgress, progress_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ISSUED, SENT_BACK
from gouji.collection.workspace.roster import Member
from gouji.collection.workspace.settings import words_to
from gouji.findings.rules import SEVERITY_WORDS, Severity
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file


class Written(msgspec.Struct):
    """Letters that are ready to be sent, and who gets none."""

    letters: list[Letter] = msgspec.field(default_factory=list)
    without_address: list[Member] = msgspec.field(default_factory=list)
    reminded: list[Member] = msgspec.field(default_factory=list)
    """Units that have already been reminded today."""
    strangers: list[tuple[Member, str]] = msgspec.field(default_factory=list)
    """Units whose submission came from an address that is not theirs: it is not answered."""


class Writer:
    """Writes the letters of a workspace. Everything is checked here, before the first one is sent."""

    def __init__(self, workspace: Workspace, ledger: Ledger, today: datetime.date) -> None:
        self._workspace, self._ledger, self._today = workspace, ledger, today
        self._settings = workspace.settings
        self._decided = Decided(ledger.decisions())
        self._deadlines = Deadlines.of(self._settings, ledger, self._decided)
        self._forms = _by_unit(ledger.products(ISSUED).values())
        self._sent_back = _by_unit(ledger.products(SENT_BACK).values())
        self._templates: dict[str, Template] = {}

    def forms(self, members: Iterable[Member]) -> Written:
        """Write to each unit, with its form and the notice.

        Raises GoujiError where a form is missing or was changed after it was issued.
        """
        written = Written()
        notice = self._workspace.folder / ISSUED / NOTICE
        for member in members:
            form = self._form(member)
            # A notice with another day on it, or made by another version, is no reason to send it again, and neither is
            # the time for corrections, of which this letter says nothing. A deadline of the unit's own is one.
            own = self._deadlines.own.get(member.code)
            settings = msgspec.structs.replace(self._settings, correction_days=None)
            what = fingerprint(form.sha256, settings, *([own] if own else []))
            self._add(written, "issue", member, [self._workspace.folder / form.path, notice], what)
        return written

    def reminders(self, members: Iterable[Member], *, again: bool) -> Written:
        """Write to each unit that has something to do; the files that go back to it must have been written already.

        ``again`` also writes to units that have already been written to today.
        """
        written = Written()
        today = {} if again else self._written_to_today()
        units = self._units()
        for member in members:
            unit = units[member.code]
            if unit.submissions and not unit.to_correct:
                continue  # it has nothing to do, or waits for the officer
            if not unit.submissions:
                kind, products = "remind", [self._form(member)]
                values = {}
            else:
                kind, products = "return", self._going_back(member)
                values = self._what_is_wrong(unit)
            what = fingerprint(self._today, [product.sha256 for product in products])
            paths = [self._workspace.folder / product.path for product in products]
            mine = Written()
            self._add(mine, kind, member, paths, what, values)
            letters = [letter for letter in mine.letters if today.get((member.code, letter.address), what) == what]
            written.letters += letters
            written.without_address += mine.without_address
            written.reminded += [member] if len(letters) < len(mine.letters) else []
        return written

    def answers(self, members: Iterable[Member]) -> Written:
        """Answer each unit: that its submission passes, or what is wrong with it or with what it has sent since.

        Only an address of the unit gets an answer: what is in a submission is confidential.
        """
        written = Written()
        units = self._units()
        for member in members:
            unit = units[member.code]
            answered = self._answered(unit)
            about = answered or unit.latest
            if about is None:
                continue
            arrivals = [arrival for arrival in self._ledger.arrivals(sha256=about.sha256) if arrival.sender]
            if not arrivals:
                continue
            addresses = {address.lower() for address in member.emails}
            theirs = [arrival for arrival in arrivals if arrival.sender in addresses]
            if not theirs:
                written.strangers.append((member, arrivals[-1].sender))
                continue
            if answered:
                self._answer(written, unit, theirs[-1])
        return written

    def _answered(self, unit: UnitProgress) -> JudgedSubmission | None:
        """Return the submission that a unit gets an answer about.

        None where only the officer is asked: nothing can be said before the decision, least of all that a unit need not
        report again while what it has sent since is not in force.
        """
        if unit.to_correct:
            return deciding_submission(self._ledger, unit.member, self._decided)[0]
        return unit.in_force if unit.state == "done" and not unit.waits_for_a_decision else None

    def _answer(self, written: Written, unit: UnitProgress, arrival: Arrival) -> None:
        done = not unit.to_correct
        products = [] if done else self._going_back(unit.member)
        values = self._passes(arrival, unit) if done else self._what_is_wrong(unit)
        # What was amended after a confirmation is told in another one.
        amended = values.get(AMENDED, "")
        self._add(
            written,
            "ack",
            unit.member,
            [self._workspace.folder / product.path for product in products],
            fingerprint(arrival.sha256, amended) if amended else arrival.sha256,
            values,
            template="ack" if done else "return",
            to=(arrival.sender,),
            answers=self._ledger.mail.message_ids().get(arrival.container, ""),
        )

    # ---------------------------------------------------------------- what is in a letter

    def _add(
        self,
        written: Written,
        kind: str,
        member: Member,
        files: Sequence[Path],
        what: str,
        values: Mapping[str, str] | None = None,
        *,
        template: str = "",
        to: Sequence[str] | None = None,
        answers: str = "",
    ) -> None:
        """Add a letter to each address of a unit."""
        names = tuple(path.name for path in files)
        subject, text = self._template(template or kind).filled(
            {**self._values(member), "附件": _numbered(names), **(values or {})}
        )
        addresses = member.emails if to is None else to
        if not addresses:
            written.without_address.append(member)
        for address in addresses:
            content = partial(_content, subject, text, tuple(files))
            written.letters.append(Letter(kind, member, address, what, subject, text, names, content, answers))

    def _template(self, kind: str) -> Template:
        """Return the text for a kind of mail; its file is read once for all letters."""
        if kind not in self._templates:
            self._templates[kind] = read_template(self._workspace.folder, kind)
        return self._templates[kind]

    def _values(self, member: Member) -> dict[str, str]:
        settings = self._settings
        return {
            "单位": member.name,
            "单位代码": member.code,
            "收件人": member.contact,
            "年度": str(settings.year),
            **self._until(self._deadlines.reporting(member.code)),
            "公布日期": chinese_date(settings.publication),
            "主管部门": settings.signed_by,
            "联系人": settings.contact,
            "电话": settings.phone,
        }

    def _until(self, due: Due) -> dict[str, str]:
        return {"截止日期": chinese_date(due.day), "截止情况": words_to(due.day, self._today)}

    def _form(self, member: Member) -> Product:
        for product in self._forms.get(member.code, ()):
            if is_ours(self._workspace.folder, product):
                return product
        raise GoujiError(
            f"“{ISSUED}”里没有{member.name}（{member.code}）的填报表，或者生成以后被改动过。请先下发，再发邮件。"
        )

    def _going_back(self, member: Member) -> list[Product]:
        """Return the workbook and the letter that go back to a unit."""
        products = self._sent_back.get(member.code, [])
        if not products or not all(is_ours(self._workspace.folder, product) for product in products):
            raise GoujiError(
                f"“{SENT_BACK}”里没有{member.name}（{member.code}）的填报表和说明，或者生成以后被改动过。"
                "请先退回，再发邮件。"
            )
        return sorted(products, key=lambda product: not product.path.endswith(".xlsx"))

    def _what_is_wrong(self, unit: UnitProgress) -> dict[str, str]:
        submission, findings = deciding_submission(self._ledger, unit.member, self._decided)
        due = self._deadlines.waited_for(unit)
        rejected = self._decided.rejected.get(submission.sha256, "")
        lines = [f"没有采用，原因：{rejected}"] if rejected else []
        lines += [line for severity in _SEVERITIES for line in _problems(findings, severity)]
        if amended := self._amended(submission.sha256):
            lines += [f"{_AMENDED}：", amended]
        return {
            "收到的文件": submission.name,
            "问题": "\n".join(lines),
            **(self._until(due) if due else {}),
        }

    def _passes(self, arrival: Arrival, unit: UnitProgress) -> dict[str, str]:
        amended = self._amended(unit.in_force.sha256) if unit.in_force else ""
        return {"收到的文件": arrival.name, AMENDED: f"{_AMENDED}：\n{amended}" if amended else ""}

    def _amended(self, sha256: str) -> str:
        """Return what the office has amended in a submission, for its unit; empty where it has nothing."""
        return _numbered(tuple(lines_for_unit(self._decided.amended.get(sha256, ()))))

    def _units(self) -> dict[str, UnitProgress]:
        """Return how far each unit is, by its code."""
        return {unit.member.code: unit for unit in progress_of(self._ledger, self._workspace.roster).units}

    def _written_to_today(self) -> dict[tuple[str, str], str]:
        """Return the units and addresses that were written to today, with the fingerprint of the letter."""
        return {
            (mail.code, mail.address): mail.fingerprint
            for mail in self._ledger.mail.mails()
            if mail.kind != "issue" and mail.state in ("sent", "unsure") and mail.time[:10] == self._today.isoformat()
        }


_AMENDED = "已经改好、不用再改的数字"
_SEVERITIES: tuple[Severity, ...] = ("error", "query")


def _by_unit(products: Iterable[Product]) -> dict[str, list[Product]]:
    units: dict[str, list[Product]] = {}
    for product in products:
        if product.code:
            units.setdefault(product.code, []).append(product)
    return units


def _content(subject: str, text: str, files: Sequence[Path]) -> Content:
    return Content(subject, text, tuple(Attachment(path.name, open_file(path).data) for path in files))


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _problems(findings: Sequence[JudgedFinding], severity: Severity) -> Iterator[str]:
    lines = [message.text for message in messages_for(findings, severity)]
    if lines:
        yield f"{SEVERITY_WORDS[severity]}的："
        yield _numbered(lines)
