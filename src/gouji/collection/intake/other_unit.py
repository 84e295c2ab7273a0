"""Signs that a form was filled in for another unit of the roster: the file's name, a telephone number, a person.

The other sign, another unit's name in the texts, is a rule about texts (:mod:`gouji.checks.self_reference`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gouji.collection.workspace.roster import Member, Roster
from gouji.findings.finding import Finding, found
from gouji.report.model import Report

_NUMBER = re.compile(r"(?<![\d.])\(?\d[\d() -]{5,16}\d(?![\d.])")
_AREA_CODE = re.compile(r"0(?:10|2\d|[3-9]\d\d)(?=\d{7,8}$)")
_SHORTEST_NUMBER, _LONGEST_NUMBER = 7, 12
_SHORTEST_PERSON = 2
_BY_ITSELF = ("code", "name")
"""How a unit was recognised, where the file itself says whose it is."""
_WIDE = str.maketrans("０１２３４５６７８９－（）—‐", "0123456789-()--")

_Owners = dict[str, frozenset[str]]
"""By a number or a person, the codes of the units of the roster that have it."""


class OtherUnits:
    """What of the roster belongs to which unit."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._by_number = _owners((number, member) for member in roster.members for number in numbers_in(member.phone))
        self._by_person = _owners((person, member) for member in roster.members if (person := _person(member.contact)))

    @property
    def facts(self) -> str:
        """What the signs depend on besides the file."""
        return repr([(member.code, member.short, member.contact, member.phone) for member in self._roster.members])

    def signs(self, member: Member, by: str, file: str, report: Report) -> Iterator[Finding]:
        """Yield the signs that a submission of a unit is another's; ``by`` is how its unit was recognised."""
        if by == "assigned":
            return
        named = self._roster.mentioned_in(file)
        if by in _BY_ITSELF and named and named != member:
            yield found("roster.file_name", name=member.name, file=file, other=named.name)
        for other, what in self._contacts(member, report).items():
            yield found("roster.contact", other.code, name=member.name, what="、".join(what), other=other.name)

    def _contacts(self, member: Member, report: Report) -> dict[Member, list[str]]:
        """Return, by the other unit, the numbers and the person of a report that are that unit's alone."""
        theirs: dict[Member, list[str]] = {}
        texts = (text for paragraphs in report.texts.values() for text in paragraphs)
        written = dict.fromkeys(number for text in (report.people.phone, *texts) for number in numbers_in(text))
        for number in written:
            if other := self._only_owner(self._by_number, number, member):
                theirs.setdefault(other, []).append(f"电话 {number}")
        person = _person(report.people.filled_by)
        # Two people may have one name; a unit's own number settles whose form it is.
        if not set(written) & set(numbers_in(member.phone)) and (
            other := self._only_owner(self._by_person, person, member)
        ):
            theirs.setdefault(other, []).append(f"填报人 {person}")
        return theirs

    def _only_owner(self, owners: _Owners, key: str, member: Member) -> Member | None:
        codes = owners.get(key, frozenset())
        return self._roster.member(next(iter(codes))) if len(codes) == 1 and member.code not in codes else None


def numbers_in(text: str) -> Iterator[str]:
    """Yield the telephone numbers in a text: digits only, without the code of the area."""
    for match in _NUMBER.finditer(text.translate(_WIDE)):
        number = _AREA_CODE.sub("", re.sub(r"\D", "", match[0]))
        if _SHORTEST_NUMBER <= len(number) <= _LONGEST_NUMBER:
            yield number


def _person(name: str) -> str:
    plain = "".join(name.split())
    return plain if len(plain) >= _SHORTEST_PERSON else ""


def _owners(pairs: Iterable[tuple[str, Member]]) -> _Owners:
    codes: dict[str, set[str]] = {}
    for key, member in pairs:
        codes.setdefault(key, set()).add(member.code)
    return {key: frozenset(owners) for key, owners in codes.items()}
