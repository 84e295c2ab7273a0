"""A roster proposed from the office's own list: what it says is taken, and what is doubtful is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from gouji.checks.names import short_name
from gouji.collection.workspace.roster import Member, is_code, roster_bytes
from gouji.form.labels import normalised
from gouji.form.level_words import Meaning, area_of, departments_of, is_of_a_department, level_meant
from gouji.form.levels import LEVELS, level_named, level_of
from gouji.formats.contacts import Contact, ContactList, Doubt, read_contacts
from gouji.formats.contacts.units import sentences
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file

NOTES = "请核对"
"""The sheet of a proposed roster that says what was understood and what is doubtful."""

_ASSIGNED = "dw-"
"""What assigned codes begin with. No official code has small letters, nor a hyphen so far in front."""
_FULL = re.compile(
    r"(?!县)(?:.*(?:人民政府|办事处|委员会)|.*[^省市县区旗州盟][省市县区旗州盟].+|.*(?:省|自治区|市|州|盟|县|区|旗))"
)
"""A full name names its area: not 县公安局, nor 市财政局."""
_LONGEST = 120


class Proposal(msgspec.Struct, frozen=True):
    """A proposed roster, and what is to be said of it, in sentences."""

    source: str
    """The name of the list."""
    members: tuple[Member, ...]
    understood: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    def workbook(self) -> bytes:
        """Return the roster as a workbook, with a sheet that says the same as the screen."""
        lines = [f"这份名册是照“{self.source}”拟的", *self.understood]
        lines += ["", "请核对这些地方，行号是原来那份表里的：" if self.doubts else "没有拿不准的地方。"]
        lines += [f"{number}. {doubt}" for number, doubt in enumerate(self.doubts, 1)]
        lines += ["", "在“名册”页里改好、保存就行；这一页看过以后可以删去。"]
        return roster_bytes(self.members, [(NOTES, lines)])


def proposed_roster(path: Path, office: str) -> Proposal:
    """Return the roster that a list of units proposes; ``office`` is the name of the office that collects.

    Raises GoujiError for a list that cannot be understood.
    """
    try:
        listed = read_contacts(open_file(path).data)
    except GoujiError as error:
        raise GoujiError(f"通讯录“{path.name}”{error}") from None
    levels = _Levels(listed.contacts, office)
    codes = _Codes(listed.contacts)
    parents = _Parents(listed.contacts, codes.codes)
    shorts = _shorts(listed.contacts)
    members = tuple(
        Member(
            code=codes.codes[at],
            name=contact.name,
            level=levels.levels[at],
            short=shorts[at],
            parent=parents.codes[at],
            emails=contact.emails,
            contact=_fitting(contact.people),
            phone=_fitting(contact.phones),
        )
        for at, contact in enumerate(listed.contacts)
    )
    doubts = [*listed.doubts, *levels.doubts, *codes.doubts, *parents.doubts, *_short_names(listed.contacts, levels)]
    drafted = sum(bool(short) and not contact.short for short, contact in zip(shorts, listed.contacts, strict=True))
    understood = (
        f"看出 {len(members)} 个单位。",
        *_columns_in_words(listed),
        _levels_in_words(levels.levels),
        codes.in_words,
        *([f"简称：照全称拟的 {drafted} 个。"] if drafted else []),
        *([f"不是单位、没有采用的：{'、'.join(filter(None, listed.left_out))}。"] if any(listed.left_out) else []),
    )
    return Proposal(path.name, members, understood, tuple(sentences(doubts)))


def _fitting(texts: Sequence[str]) -> str:
    """Return texts in one cell of the roster, as many as it holds."""
    kept = list(texts)
    while len("、".join(kept)) > _LONGEST:
        kept.pop()
    return "、".join(kept)


def _columns_in_words(listed: ContactList) -> Iterator[str]:
    used: dict[str, list[str]] = {}
    unused = []
    for column in listed.columns:
        words = f"{column.where}“{column.head}”" if column.head else column.where
        if column.what:
            words += "（照内容认的）" if column.by_content else ""
            used.setdefault(column.what, []).append(words)
        else:
            unused.append(words)
    for what, columns in used.items():
        yield f"{what}：取自 {'、'.join(columns)}。"
    if unused:
        yield f"没有用的列：{'、'.join(unused)}。"


def _levels_in_words(levels: Sequence[str]) -> str:
    counts = Counter(levels)
    words = [f"{level_of(key).name} {counts[key]} 个" for key in LEVELS if counts[key]]
    words += [f"空着 {counts['']} 个"] if counts[""] else []
    return f"级别：{'，'.join(words)}。"


# ---------------------------------------------------------------- levels


class _Levels:
    """The levels of the units: by their names where these are certain, else by the words of the list."""

    def __init__(self, contacts: Sequence[Contact], office: str) -> None:
        certain = [meaning.key if meaning.certain else "" for _, meaning in (_meaning(one, "") for one in contacts)]
        known = [level_named(contact.name) or key for contact, key in zip(contacts, certain, strict=True)]
        self._area = area_of(office, known)
        self.doubts: list[Doubt] = []
        self.levels = [self._level(contact) for contact in contacts]

    def _level(self, contact: Contact) -> str:
        words, meaning = _meaning(contact, self._area)
        named = level_named(contact.name)
        if named and self._area and level_of(named).government and _is_above(named, self._area):
            # The name of a city does not say its rank.
            self._doubt(f"名称像市级以上的政府，照“{level_of(self._area).name}”定的级别，请核对", contact)
            named = self._area
        if named and meaning.key and meaning.certain and meaning.key != named:
            self._doubt(f"写的是“{words}”，照名称定成了“{level_of(named).name}”，请核对", contact)
        elif named and words and not meaning.key and _tells(words):
            self._doubt(f"写的是“{words}”，照名称定成了“{level_of(named).name}”，不用报的请删去", contact)
        if named or meaning.certain:
            return named or meaning.key
        return self._guessed(contact, words, meaning.key)

    def _guessed(self, contact: Contact, words: str, key: str) -> str:
        if key:
            self._doubt(f"“{words}”没有说明是哪一级，按“{level_of(key).name}”定的，请核对", contact)
        elif _tells(words):
            self._doubt(f"“{words}”看不出是哪一级，级别空着，请选；不用报的删去这一行", contact)
        elif (key := departments_of(self._area)) and is_of_a_department(contact.name):
            self._doubt(f"没有写级别，照名称按“{level_of(key).name}”定的，请核对", contact)
        else:
            self._doubt("没有写级别，名称也看不出，级别空着，请选", contact)
            return ""
        return key

    def _doubt(self, kind: str, contact: Contact) -> None:
        self.doubts.append(Doubt(kind, contact.name, contact.spot))


def _meaning(contact: Contact, area: str) -> tuple[str, Meaning]:
    """Return the words that tell the level of a unit, its own before those above it, and what they mean."""
    own, above = level_meant(contact.level, area), level_meant(contact.group, area)
    if own and own.key:
        return contact.level, own
    if above and above.key and not _tells(contact.level):
        return contact.group, above
    return (contact.level, own or Meaning()) if contact.level else (contact.group, above or Meaning())


def _tells(words: str) -> bool:
    """Tell whether words about a level say something, if only that it is none of ours, such as 国有企业."""
    return re.fullmatch(r"[\s/\\—–－-]*|无|暂无|没有|待定|其[他它](?:单位|部门)?", words) is None


def _is_above(key: str, other: str) -> bool:
    order = list(LEVELS)
    return order.index(key) > order.index(other)


# ---------------------------------------------------------------- codes, names, parents


class _Codes:
    """The codes of the units: those of the list, and assigned ones where it has none that can be used."""

    def __init__(self, contacts: Sequence[Contact]) -> None:
        owners = Counter(contact.code.casefold() for contact in contacts if contact.code)
        self.doubts: list[Doubt] = []
        usable = [contact.code if self._is_usable(contact, owners) else "" for contact in contacts]
        taken = {code.casefold() for code in usable}
        self.codes = []
        for at, code in enumerate(usable, 1):
            self.codes.append(code or _assigned(at, taken))
        self._new = [code for code, old in zip(self.codes, usable, strict=True) if not old]
        if 0 < len(self._new) < len(contacts):
            self.doubts += [
                Doubt("没有写单位代码，另编了", contact.name, contact.spot)
                for contact in contacts
                if not contact.code and not contact.code_is_lost
            ]

    def _is_usable(self, contact: Contact, owners: Counter[str]) -> bool:
        why = ""
        if contact.code_is_lost:
            why = "单位代码太长，存成数字以后后几位丢了，另编了代码，请改成原来的"
        elif contact.code and not is_code(contact.code):
            why = "单位代码里有不能用的字，另编了代码"
        elif owners[contact.code.casefold()] > 1:
            why = f"单位代码“{contact.code}”几个单位都写，认不出单位，另编了代码"
        if why:
            self.doubts.append(Doubt(why, contact.name, contact.spot))
        return bool(contact.code) and not why

    @property
    def in_words(self) -> str:
        """How many codes are the list's own, and which ones were assigned."""
        own = len(self.codes) - len(self._new)
        if not self._new:
            return f"单位代码：照表里写的 {own} 个。"
        new = self._new[0] if len(self._new) == 1 else f"{self._new[0]} 到 {self._new[-1]}"
        words = f"单位代码：{f'照表里写的 {own} 个，' if own else '表里没有，'}编了 {len(self._new)} 个（{new}）"
        return f"{words}。有统一代码的请在下发以前换上，一年之内不要改。"


def _assigned(number: int, taken: set[str]) -> str:
    """Return a code that no unit has: by the place of the unit in the list, so that other rows do not change it."""
    while (code := f"{_ASSIGNED}{number:03}") in taken:
        number += 1
    taken.add(code)
    return code


def _shorts(contacts: Sequence[Contact]) -> list[tuple[str, ...]]:
    """Return the short names of the units; where the list has none, one from the name if no other unit has it."""
    drafted = [contact.short or tuple({short_name(contact.name)} - {contact.name}) for contact in contacts]
    names = Counter(
        normalised(name) for contact, short in zip(contacts, drafted, strict=True) for name in {contact.name, *short}
    )
    return [
        tuple(name for name in short if contact.short or names[normalised(name)] == 1)
        for contact, short in zip(contacts, drafted, strict=True)
    ]


def _short_names(contacts: Sequence[Contact], levels: _Levels) -> Iterator[Doubt]:
    """Yield a doubt about each name that is not the full one."""
    for contact, level in zip(contacts, levels.levels, strict=True):
        if level and not _FULL.fullmatch(contact.name):
            yield Doubt("单位名称像简称，请改成与公章一致的全称", contact.name, contact.spot)


class _Parents:
    """The codes of the units that add others up."""

    def __init__(self, contacts: Sequence[Contact], codes: Sequence[str]) -> None:
        self.doubts: list[Doubt] = []
        by_text: dict[str, str] = {}
        for contact, code in zip(contacts, codes, strict=True):
            for text in (contact.name, contact.code, *contact.short):
                by_text.setdefault(normalised(text), code)
        self.codes = [self._code(contact, own, by_text) for contact, own in zip(contacts, codes, strict=True)]

    def _code(self, contact: Contact, own: str, by_text: dict[str, str]) -> str:
        code = by_text.get(normalised(contact.parent), "") if contact.parent else ""
        if contact.parent and not code:
            self.doubts.append(Doubt("上级单位不在表里，没有写", f"{contact.name}的“{contact.parent}”", contact.spot))
        return "" if code == own else code
