"""Rows of one unit as one: a list with a row for each person names a unit again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gouji.form.labels import normalised
from gouji.formats.contacts.units import Contact, Doubt


def combined(contacts: Sequence[Contact]) -> tuple[list[Contact], list[Doubt]]:
    """Return one contact for each unit, and the doubts about those of one name.

    Two rows of one name with different codes stay two units.
    """
    units: list[Contact] = []
    by_name: dict[str, list[int]] = {}
    doubts = []
    for contact in contacts:
        alike = by_name.setdefault(normalised(contact.name).casefold(), [])
        same = next((at for at in alike if _may_be_one(units[at], contact)), None)
        if same is None:
            if alike:
                doubts.append(Doubt("名称相同、代码不同，写成了两个单位，请改成不同的名称", contact.name, contact.spot))
            alike.append(len(units))
            units.append(contact)
            continue
        if not contact.continues:
            doubts.append(Doubt("写了不止一次，只算一个单位，联系人、电话、邮箱合到了一起", contact.name, contact.spot))
        units[same] = _together(units[same], contact)
    return units, doubts


def _may_be_one(one: Contact, other: Contact) -> bool:
    return not one.code or not other.code or one.code == other.code


def _together(one: Contact, other: Contact) -> Contact:
    return replace(
        one,
        code=one.code or other.code,
        code_is_lost=one.code_is_lost and not other.code,
        short=_all(one.short, other.short),
        parent=one.parent or other.parent,
        level=one.level or other.level,
        group=one.group or other.group,
        emails=_all(one.emails, other.emails),
        people=_all(one.people, other.people),
        phones=_all(one.phones, other.phones),
    )


def _all(*texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for several in texts for text in several))
