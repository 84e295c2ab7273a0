"""Which unit of the roster a file belongs to, and in which context it has to be checked."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from gouji import __version__
from gouji.checks.settings import RuleSettings
from gouji.checks.words import WORDS
from gouji.collection.intake.other_unit import OtherUnits
from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.finding import Finding, found
from gouji.findings.rules import RULES
from gouji.form.forms import OFFICIAL
from gouji.form.labels import normalised
from gouji.form.model import Form
from gouji.report.amendments import AMENDED, Amendment
from gouji.report.model import Unit


class Hints(msgspec.Struct, frozen=True):
    """What is known about a file before it is opened."""

    name: str
    """The name under which it first arrived."""
    folders: tuple[str, ...] = ()
    """The folders and containers that it was in, innermost first."""
    sender: str = ""
    senders: tuple[str, ...] = ()
    """The addresses that sent it, if it arrived only by mail; an empty one for a mail that names none."""
    answered: tuple[str, ...] = ()
    """The codes of the units whose mails from us it answers."""
    forwarded: str = ""
    """Who wrote it, as the mails say that others have passed on."""
    beside: tuple[tuple[str, str], ...] = ()
    """The other files of the mails that it came in: their hashes, and their names in the archive."""
    assigned: str = ""
    """The code of the unit that the officer has assigned it to."""
    amended: tuple[Amendment, ...] = ()
    """The figures in it that the office has amended, oldest first."""
    parts: tuple[tuple[str, str], ...] = ()
    """The other files of its report, as the officer has decided: their hashes, and their names in the archive."""


def units_by_address(roster: Roster) -> dict[str, Member | None]:
    """Return the unit that has an address, in lower case; None for one that several units share."""
    units: dict[str, Member | None] = {}
    for member in roster.members:
        for address in member.emails:
            units[address.lower()] = None if address.lower() in units else member
    return units


class Match(msgspec.Struct, frozen=True):
    """The unit that a file belongs to, if any, and how it was recognised."""

    code: str
    by: str
    """``assigned``, ``code``, ``name``, ``file``, ``answer``, ``sender``, or empty where it is not known."""


class Matching:
    """Matches the files of a collection to its roster."""

    def __init__(
        self,
        roster: Roster,
        before: Mapping[str, str],
        key: bytes,
        rules: RuleSettings,
        *,
        office: str = "",
        supplementary: Form | None = None,
        signed: bool = False,
        publish_by: datetime.date | None = None,
    ) -> None:
        """``before`` are the hashes of last year's reports, by last year's codes; ``office`` is our own address.

        ``supplementary`` is the form that the office asks beside the official one, if it does. ``signed`` says that the
        office has issued forms: whatever else claims a unit is asked about. ``publish_by`` is the day of publication
        that it has set.
        """
        self.signed = signed
        self._supplementary = supplementary
        self.roster = roster
        self.rules = rules
        self.publish_by = publish_by
        self.names = tuple(dict.fromkeys(name for member in roster.members for name in (member.name, *member.short)))
        self.others = OtherUnits(roster)
        self.office = office.lower()
        """Our own address; empty where there is none."""
        self._year = year = roster.year
        self._before = before
        facts = (
            *(rule_set(supplementary), year, rules, self.others.facts, self.names),
            *(hashlib.sha256(key).hexdigest(), signed, publish_by),
        )
        self._base = _hash(repr(facts))
        self._senders = units_by_address(roster)

    @cached_property
    def circumstances(self) -> str:
        """A hash of everything outside the ledger that contexts depend on: while it is the same, they are as well."""
        others = self._base, RULES[AMENDED], self.office, sorted(self._before.items())
        facts = hashlib.sha256(repr(others).encode())
        for member in self.roster.members:
            facts.update(msgspec.json.encode(member))
        return facts.hexdigest()

    def unit_at(self, address: str) -> Member | None:
        """Return the unit that has an address."""
        return self._senders.get(address)

    def match(self, stated: Unit, hints: Hints) -> Match:
        """Return the unit of a file; the unit stated in the file comes before how the file arrived."""
        if hints.assigned and self.roster.member(hints.assigned):
            return Match(hints.assigned, "assigned")
        if stated.code and self.roster.member(stated.code):
            return Match(stated.code, "code")
        if stated.name:
            named = self.roster.named(stated.name)
            return Match(named.code, "name") if named else Match("", "")
        if stated.code:
            return Match("", "")
        mentioned = self._mentioned(hints)
        if mentioned:
            return Match(mentioned.code, "file")
        answered = [code for code in hints.answered if self.roster.member(code)]
        if len(answered) == 1:
            return Match(answered[0], "answer")
        sender = self.unit_at(hints.sender)
        return Match(sender.code, "sender") if sender else Match("", "")

    def _mentioned(self, hints: Hints) -> Member | None:
        """Return the unit that a file's name and folders mean; a folder decides between units of the same name."""
        several: tuple[Member, ...] = ()
        for name in (hints.name, *hints.folders):
            meant = self._in_folder(several, name) if several else self.roster.meant_by(name)
            if len(meant) == 1:
                return meant[0]
            several = meant or several
        return None

    def _in_folder(self, members: Sequence[Member], folder: str) -> tuple[Member, ...]:
        """Return those of several units that a folder means: by their own name, their county's, or a part of a name."""
        meant, plain = self.roster.mentioned_in(folder), normalised(folder)
        if meant and any(meant in self._and_above(member) for member in members):
            return tuple(member for member in members if meant in self._and_above(member))
        return tuple(member for member in members if len(plain) > 1 and plain in normalised(member.name))

    def _and_above(self, member: Member) -> Iterator[Member]:
        """Yield a unit and the units that add it up."""
        above: Member | None = member
        for _ in self.roster.members:  # a roster cannot be deeper than this
            if above is None:
                return
            yield above
            above = self.roster.member(above.parent)

    def context(self, match: Match, hints: Hints) -> str:
        """Return a hash of what a file is checked with: while it is the same, the file need not be checked again."""
        member = self.roster.member(match.code)
        sources = self.roster.sources(member) if member else ()
        divided = [code for code in sources if code in self.roster.shared_sources]
        mail = [finding.message for finding in self._of_the_mail(match, hints)]
        facts = (match, member, [(code, self._before.get(code)) for code in sources], divided, mail, hints.beside)
        # What most files do not have is left out where it is empty: a new program need not examine them again.
        more = repr((hints.amended, RULES[AMENDED])) if hints.amended else ""
        return _hash(f"{self._base}{facts!r}{hints.parts or ''}{more}")

    def doubts(self, match: Match, stated: Unit, year: int | None, hints: Hints, form: Form) -> Iterator[Finding]:
        """Yield what is doubtful about the unit of a file, its year, its form and the mail it arrived in."""
        member = self.roster.member(match.code)
        if member is None:
            name = stated.name or hints.name
            yield found("roster.unknown", cells=(), name=name, code=f"（{stated.code}）" if stated.code else "")
        else:
            if match.by == "name":
                lacks = f"的单位代码“{stated.code}”不在名册里" if stated.code else "没有单位代码"
                yield found("roster.by_name", name=stated.name, lacks=lacks)
            elif match.by in ("file", "answer", "sender"):
                hint = {
                    "file": f"文件名“{hints.name}”",
                    "answer": "它所回复的邮件",
                    "sender": f"发件人 {hints.sender} ",
                }
                yield found("roster.by_hint", hint=hint[match.by])
            if stated.name and match.by != "assigned" and self.roster.named(stated.name) != member:
                yield found("roster.name", said=stated.name, name=member.name)
            if not member.reports_on(self._year):
                yield found("roster.inactive", name=member.name, span=_span(member), year=self._year)
        yield from self._of_the_mail(match, hints)
        if year is not None and year != self._year:
            yield found("round.year", said=year, year=self._year)
        if self._supplementary and form != self._supplementary:
            yield found("round.form", name=self._supplementary.name)

    def _of_the_mail(self, match: Match, hints: Hints) -> Iterator[Finding]:
        """Yield what is doubtful about the mail that a file arrived in.

        A unit without an address in the roster has none to compare. The office may forward a file to itself.
        """
        member = self.roster.member(match.code)
        if member is None or match.by == "assigned":
            return
        theirs = {address.lower() for address in member.emails}
        known = theirs | ({self.office} - {""})
        if theirs and hints.senders and known.isdisjoint(hints.senders):
            senders = "、".join(sender or "（没有写）" for sender in hints.senders)
            yield found("mail.stranger", sender=senders, name=member.name)
        if hints.forwarded and hints.senders:
            yield found("mail.forwarded", sender="、".join(hints.senders), stated=hints.forwarded)
        others = [other for code in hints.answered if (other := self.roster.member(code))]
        if others and member not in others:
            yield found("mail.other_unit", name=member.name, other="、".join(other.name for other in others))

    def of_last_year(self, member: Member, missing: Sequence[str], divided: Sequence[str]) -> Iterator[Finding]:
        """Yield why a unit was not compared with last year; nothing if no unit could be, or the unit is new."""
        if divided:
            yield found("previous.divided", codes="、".join(divided))
        elif missing and self._before and member.active_from != self._year:
            yield found("previous.missing")


def rule_set(form: Form | None) -> str:
    """Return a hash of all rules and forms that are checked with; ``form`` may be a supplementary one."""
    forms = dict.fromkeys((*OFFICIAL.every, *filter(None, (form,))))
    # The rule about amendments is in the context of the files that have any.
    rules = tuple(rule for rule in RULES.values() if rule.id != AMENDED)
    return _hash(repr((__version__, rules, WORDS, [one.digest for one in forms])))


def _span(member: Member) -> str:
    since = f"从 {member.active_from} 年度起报" if member.active_from else ""
    until = f"报到 {member.active_to} 年度为止" if member.active_to else ""
    return "，".join(filter(None, (since, until)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
