"""Which unit of the roster a file belongs to, and what it has to be checked against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gouji import __version__
from gouji.checks.settings import RuleSettings
from gouji.checks.words import WORDS
from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.finding import Finding, found
from gouji.findings.rules import RULES
from gouji.form.editions import editions, load_form, name_of
from gouji.report.model import Unit


class Hints(msgspec.Struct, frozen=True):
    """What is known of a file before it is opened."""

    name: str
    """The name under which it first came."""
    folders: tuple[str, ...] = ()
    """The folders and parcels in which it lay, innermost first."""
    sender: str = ""
    senders: tuple[str, ...] = ()
    """The addresses that it came from (empty for a mail that names none), where it came by mail only."""
    answered: tuple[str, ...] = ()
    """The units whose mails from us it came in answer to."""
    assigned: str = ""
    """The code of the unit that the officer has assigned it to."""


class Match(msgspec.Struct, frozen=True):
    """The unit that a file belongs to, if any, and by what it was recognised."""

    code: str
    by: str
    """``assigned``, ``code``, ``name``, ``file``, ``answer``, ``sender``, or empty where it is not known."""


class Matching:
    """How the files of a round are matched to its roster."""

    def __init__(
        self,
        roster: Roster,
        before: Mapping[str, str],
        key: bytes,
        rules: RuleSettings,
        *,
        office: str = "",
        own_form: str = "",
    ) -> None:
        """``before`` are the hashes of last year's reports, by last year's codes; ``office`` is our own address.

        ``own_form`` is the edition of the round, where that is the office's own.
        """
        self._own_form = own_form
        self.roster = roster
        self.rules = rules
        self.names = tuple(member.name for member in roster.members)
        self._office = office.lower()
        self._year = year = roster.year
        self._before = before
        self._base = _hash(repr((rule_set(own_form), year, rules, self.names, hashlib.sha256(key).hexdigest())))
        self._senders: dict[str, Member | None] = {}
        for member in roster.members:
            for address in member.emails:
                # An address that several units share tells nothing.
                self._senders[address.lower()] = None if address.lower() in self._senders else member

    def match(self, said: Unit, hints: Hints) -> Match:
        """Return the unit of a file that says it is of ``said``; what it says itself goes before how it came."""
        if hints.assigned and self.roster.member(hints.assigned):
            return Match(hints.assigned, "assigned")
        if said.code and self.roster.member(said.code):
            return Match(said.code, "code")
        if said.name:
            named = self.roster.named(said.name)
            return Match(named.code, "name") if named else Match("", "")
        if said.code:
            return Match("", "")
        for name in (hints.name, *hints.folders):
            mentioned = self.roster.mentioned_in(name)
            if mentioned:
                return Match(mentioned.code, "file")
        answered = [code for code in hints.answered if self.roster.member(code)]
        if len(answered) == 1:
            return Match(answered[0], "answer")
        sender = self._senders.get(hints.sender)
        return Match(sender.code, "sender") if sender else Match("", "")

    def context(self, match: Match, hints: Hints) -> str:
        """Return what a file is checked against, as a hash: a file need not be checked again while it is the same."""
        member = self.roster.member(match.code)
        sources = self.roster.sources(member) if member else ()
        divided = [code for code in sources if code in self.roster.shared_sources]
        mail = [finding.message for finding in self._of_the_mail(match, hints)]
        facts = (match, member, [(code, self._before.get(code)) for code in sources], divided, mail)
        return _hash(f"{self._base}{facts!r}")

    def doubts(self, match: Match, said: Unit, year: int | None, hints: Hints, edition: str) -> Iterator[Finding]:
        """Yield what is odd about whom a file is of, and when, and what it answers."""
        member = self.roster.member(match.code)
        if member is None:
            name = said.name or hints.name
            yield found("roster.unknown", cells=(), name=name, code=f"（{said.code}）" if said.code else "")
        else:
            if match.by == "name":
                lacks = f"的单位代码“{said.code}”不在名册里" if said.code else "没有单位代码"
                yield found("roster.by_name", name=said.name, lacks=lacks)
            elif match.by in ("file", "answer", "sender"):
                hint = {
                    "file": f"文件名“{hints.name}”",
                    "answer": "它所回复的邮件",
                    "sender": f"发件人 {hints.sender} ",
                }
                yield found("roster.by_hint", hint=hint[match.by])
            if said.name and match.by != "assigned" and self.roster.named(said.name) != member:
                yield found("roster.name", said=said.name, name=member.name)
            if not member.reports_on(self._year):
                yield found("roster.inactive", name=member.name, span=_span(member), year=self._year)
        yield from self._of_the_mail(match, hints)
        if year is not None and year != self._year:
            yield found("round.year", said=year, year=self._year)
        if self._own_form and edition != self._own_form:
            yield found("round.form", name=name_of(self._own_form))

    def _of_the_mail(self, match: Match, hints: Hints) -> Iterator[Finding]:
        """Yield what is odd about the mail in which a file came; a unit without an address has none to compare.

        A file that the office has forwarded to itself comes from nobody else.
        """
        member = self.roster.member(match.code)
        if member is None or match.by == "assigned":
            return
        theirs = {address.lower() for address in member.emails}
        known = theirs | ({self._office} - {""})
        if theirs and hints.senders and known.isdisjoint(hints.senders):
            senders = "、".join(sender or "（没有写）" for sender in hints.senders)
            yield found("mail.stranger", sender=senders, name=member.name)
        others = [other for code in hints.answered if (other := self.roster.member(code))]
        if others and member not in others:
            yield found("mail.other_unit", name=member.name, other="、".join(other.name for other in others))

    def of_last_year(self, member: Member, missing: Sequence[str], divided: Sequence[str]) -> Iterator[Finding]:
        """Yield why a unit was not compared with last year; where nobody could be, or the unit is new, nothing."""
        if divided:
            yield found("previous.divided", codes="、".join(divided))
        elif missing and self._before and member.active_from != self._year:
            yield found("previous.missing")


def rule_set(edition: str) -> str:
    """Return by which rules and forms everything is checked, as a hash; ``edition`` may be an own one, or empty."""
    forms = dict.fromkeys((*editions(), *filter(None, (edition,))))
    return _hash(repr((__version__, tuple(RULES.values()), WORDS, [_hash(repr(load_form(each))) for each in forms])))


def _span(member: Member) -> str:
    since = f"从 {member.active_from} 年度起报" if member.active_from else ""
    until = f"报到 {member.active_to} 年度为止" if member.active_to else ""
    return "，".join(filter(None, (since, until)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]
