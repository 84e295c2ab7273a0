"""The roster: the units of an office's area, in a workbook that the office keeps (名册.xlsx).

A unit is identified by its code. The column ``上年单位代码`` records 撤并: a unit that continues others names their
codes and starts with the sum of what they carried over; where several units name the same code, they share what it
carried over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from gouji.checks.names import are_one_name
from gouji.collection.workspace.wrong_cells import WrongCell, wrong_lines
from gouji.form.labels import normalised
from gouji.form.levels import LEVELS, level_of
from gouji.formats.tables.listing import Entry, Field, Listing, listing_bytes, read_listing
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.mail_addresses import is_address
from gouji.runtime.output import write_aside
from gouji.runtime.spelling import closest, meant, pieces_of, stands_alone

SHEET = "名册"
_HELP = "怎样填写"

CODE, NAME, SHORT, LEVEL, PARENT = "单位代码", "单位全称", "简称", "级别", "上级单位代码"
EMAIL, CONTACT, PHONE = "电子邮箱", "联系人", "联系电话"
FROM, TO, PREVIOUS_CODES = "起报年度", "止报年度", "上年单位代码"

_YEARS = (1000, 9999)

FIELDS = (
    Field(CODE, 15, "每个单位一个，不能重复，如统一的行政区划代码或者自己编的号。", required=True),
    Field(NAME, 26, "与公章一致的全称。", required=True, wrap=True),
    Field(SHORT, 14, "常用的简称，几个的用顿号隔开。填报表的文件名用第一个简称。", wrap=True),
    Field(LEVEL, 11, "从下拉列表里选。", choices=tuple(level.name for level in LEVELS.values()), required=True),
    Field(PARENT, 15, "由名册里的哪个单位汇总，写它的单位代码；直接报本办公室的空着。"),
    Field(EMAIL, 24, "几个的用分号隔开。", wrap=True),
    Field(CONTACT, 9),
    Field(PHONE, 28, wrap=True),
    Field(FROM, 9, "从哪个年度起报，写四位数的年份；一直在报的空着。", whole=_YEARS),
    Field(TO, 9, "报到哪个年度为止，写四位数的年份；还在报的空着。", whole=_YEARS),
    Field(
        PREVIOUS_CODES,
        20,
        "上年代码不同的才填：合并的写原来几个单位的代码，用顿号隔开；改了代码的写原来的代码。",
        wrap=True,
    ),
)
_REQUIRED = (CODE, NAME, LEVEL)

_UNITS_SHOWN = 5
"""Units that a message names."""
_PROBLEMS_SHOWN = 50
_LONGEST_CODE = 32
_LONGEST_TEXT = 120
"""Longer than the name of any unit; a document property in Excel holds 255 characters."""
_CODE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?")
_SEPARATORS = re.compile(r"[、，,；;\s]+")

_Complain = Callable[[str, str], None]
"""Is called with a column of the row and what is wrong in it."""

_NOTES = (
    "怎样填写名册",
    "1. “名册”页一行写一个单位。单位代码、单位全称、级别必须填，其他的没有可以空着。表头的文字不要改。",
    "2. 单位代码是认单位用的，一年之内不要改。从别处粘贴的，请用“选择性粘贴→文本”，免得开头的 0 丢掉。",
    "3. 今年不用再报的单位不要删，在“止报年度”写最后一次报的年度；新设的单位在“起报年度”写第一次报的年度。",
    "4. 单位合并的：新单位的“上年单位代码”写原来几个单位的代码，如 4101、4102，它的上年结转就是原来几个的和；",
    "    原来的单位写“止报年度”。一个单位分成几个的：几个单位都写原来的代码，上年结转怎样分由办公室定。",
    "5. 单位改名、代码没有变的，直接改全称，把原来的名称写进“简称”。",
    "6. 改好后保存、关闭，再做下一步。写得不对的，会指出是哪一格。",
)


class Member(msgspec.Struct, frozen=True):
    """A unit of the roster."""

    code: str
    name: str
    level: str
    """Empty in a proposed roster that does not know it; nothing can be done until it is filled in."""
    short: tuple[str, ...] = ()
    """Its other names; the first one is used in file names."""
    parent: str = ""
    """The code of the unit that adds it up; empty for those that report to the office itself."""
    emails: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    active_from: int | None = None
    """The first year that it reports on."""
    active_to: int | None = None
    before: tuple[str, ...] = ()
    """Last year's codes of the units it continues, where they differ from its own code."""

    @property
    def called(self) -> str:
        """The name that people use: its first short name, else its full name."""
        return self.short[0] if self.short else self.name

    def reports_on(self, year: int) -> bool:
        """Tell whether it has to report on a year."""
        return (self.active_from or year) <= year <= (self.active_to or year)


class RosterError(GoujiError):
    """The roster has mistakes; the text names every wrong cell, one a line."""


class Roster:
    """The units of a year's collection, by code and by name."""

    def __init__(self, members: Iterable[Member], year: int) -> None:
        self.members = tuple(members)
        self.year = year
        self._by_code = {member.code: member for member in self.members}

    def member(self, code: str) -> Member | None:
        """Return the unit of a code."""
        return self._by_code.get(code)

    def named(self, name: str) -> Member | None:
        """Return the one unit of a name, full or short; None where there is none or more than one.

        淮安市洪泽区人民政府 is 洪泽区人民政府, unless the roster has both.
        """
        plain = normalised(name)
        if plain in self._by_name:
            return self._by_name[plain]
        same = [member for member in self.members if are_one_name(normalised(member.name), plain)]
        return same[0] if len(same) == 1 else None

    def find(self, text: str) -> Member:
        """Return the unit that an officer means: by code, by name, or by a part of its name that no other has.

        Raises GoujiError that names the units that come near.
        """
        found = self.member(text) or self.named(text)
        if found:
            return found
        near = [member for member in self.members if text and any(text in name for name in _names(member))]
        if len(near) == 1:
            return near[0]
        if near:
            which = "、".join(f"{member.name}（{member.code}）" for member in near[:_UNITS_SHOWN])
            raise GoujiError(
                f"名册里有 {len(near)} 个单位像“{text}”：{which}{'等' * (len(near) > _UNITS_SHOWN)}。请写单位代码。"
            )
        likely = closest(text, [name for member in self.members for name in (member.code, *_names(member))])
        raise GoujiError(
            f"名册里没有“{text}”" + (f"，是不是“{likely}”？" if likely else "。请写单位代码、全称或者简称。")
        )

    def mentioned_in(self, text: str) -> Member | None:
        """Return the one unit whose code or name is in the name of a file or folder; None where there are several."""
        meant = self.meant_by(text)
        return meant[0] if len(meant) == 1 else None

    def meant_by(self, text: str) -> tuple[Member, ...]:
        """Return the units that the name of a file or folder means: more than one where they share their name.

        A name inside another mentioned name does not count. A text that mentions different units means none.
        """
        plain = normalised(text)
        fits = {name: self._sharing[name] for name in pieces_of(plain, self._name_lengths) if name in self._sharing}
        codes = (code for code in pieces_of(plain, self._code_lengths) if code in self._by_code)
        fits |= {code: (self._by_code[code],) for code in codes if stands_alone(plain, code)}
        meant = {fits[name] for name in fits if not any(name != other and name in other for other in fits)}
        return meant.pop() if len(meant) == 1 else ()

    @cached_property
    def active(self) -> tuple[Member, ...]:
        """The units that have to report on the year."""
        return tuple(member for member in self.members if member.reports_on(self.year))

    def children(self, code: str) -> tuple[Member, ...]:
        """Return the units that a unit adds up; for an empty code, those that report to the office itself."""
        return self._children.get(code, ())

    def sources(self, member: Member) -> tuple[str, ...]:
        """Return last year's codes of the units that a unit continues."""
        return member.before or (member.code,)

    @cached_property
    def _by_name(self) -> dict[str, Member | None]:
        return {name: members[0] if len(members) == 1 else None for name, members in self._sharing.items()}

    @cached_property
    def _sharing(self) -> dict[str, tuple[Member, ...]]:
        """All units of each name, full or short."""
        found: dict[str, tuple[Member, ...]] = {}
        for member in self.members:
            for name in {normalised(name) for name in _names(member)}:
                found[name] = (*found.get(name, ()), member)
        return found

    @cached_property
    def _name_lengths(self) -> frozenset[int]:
        return _long_enough(self._by_name)

    @cached_property
    def _code_lengths(self) -> frozenset[int]:
        return _long_enough(self._by_code)

    @cached_property
    def _children(self) -> dict[str, tuple[Member, ...]]:
        found: dict[str, list[Member]] = {}
        for member in self.members:
            found.setdefault(member.parent, []).append(member)
        return {code: tuple(members) for code, members in found.items()}

    @cached_property
    def shared_sources(self) -> frozenset[str]:
        """Last year's codes that more than one unit continues."""
        counted = Counter(code for member in self.active for code in self.sources(member))
        return frozenset(code for code, number in counted.items() if number > 1)


def _long_enough(names: Iterable[str]) -> frozenset[int]:
    """Return how long the names are that a text can mention: a single character names nobody."""
    return frozenset(length for length in map(len, names) if length > 1)


def _names(member: Member) -> tuple[str, ...]:
    return (member.name, *member.short)


# ---------------------------------------------------------------- the workbook


def write_roster(path: Path, members: Iterable[Member]) -> None:
    """Write a roster as a workbook that an office can continue.

    Raises GoujiError where the file cannot be written.
    """
    write_aside(path, roster_bytes(members))


def roster_bytes(members: Iterable[Member], notes: Sequence[tuple[str, Sequence[str]]] = ()) -> bytes:
    """Return a roster as a workbook, with sheets of notes before the one that says how to fill it in."""
    listing = Listing(SHEET, FIELDS, [_row(member) for member in members], fill_in=True)
    return listing_bytes([listing], notes=[*notes, (_HELP, _NOTES)])


def _row(member: Member) -> list[str | int | None]:
    return [
        member.code,
        member.name,
        "、".join(member.short),
        level_of(member.level).name,
        member.parent,
        "；".join(member.emails),
        member.contact,
        member.phone,
        member.active_from,
        member.active_to,
        "、".join(member.before),
    ]


def read_roster(path: Path, year: int, data: bytes | None = None) -> Roster:
    """Read the roster of a year's collection, strictly; ``data`` is the content of the file if it was read already.

    Raises GoujiError where the file is missing or is not a roster, and RosterError, which names every wrong cell.
    """
    try:
        entries = read_listing(data or open_file(path).data, SHEET, [field.title for field in FIELDS], _REQUIRED)
    except GoujiError as error:
        raise GoujiError(f"“{path.name}”：{error}") from None
    problems: list[WrongCell] = []
    members = [_member(entry, problems) for entry in entries]
    problems += _duplicates(entries, members)
    problems += _wrong_parents(entries, members)
    if problems:
        lines = list(wrong_lines(problems))
        more = f"\n  （还有 {len(lines) - _PROBLEMS_SHOWN} 条）" if len(lines) > _PROBLEMS_SHOWN else ""
        shown = "".join(f"\n  {line}" for line in lines[:_PROBLEMS_SHOWN])
        raise RosterError(f"“{path.name}”有 {len(problems)} 处写得不对，请改好、保存后再试：{shown}{more}")
    return Roster(members, year)


def _member(entry: Entry, problems: list[WrongCell]) -> Member:
    def wrong(title: str, why: str) -> None:
        problems.append(WrongCell(title, entry.cell(title) or f"第 {entry.row} 行", why))

    for title in _REQUIRED:
        if not entry[title]:
            wrong(title, "没有填。")
    code = entry[CODE]
    if code and not is_code(code):
        wrong(CODE, f"“{code[:40]}”不能作代码：只能用数字、英文字母和 - _，不超过 {_LONGEST_CODE} 个字符。")
    level = _level(entry, wrong)
    emails = _parts(entry[EMAIL])
    for address in emails:
        if not is_address(address):
            wrong(EMAIL, f"“{address[:60]}”不是邮箱地址。")
    first, last = _year(entry, FROM, wrong), _year(entry, TO, wrong)
    if first and last and first > last:
        wrong(TO, f"止报年度 {last} 早于起报年度 {first}。")
    before = _parts(entry[PREVIOUS_CODES])
    for other in before:
        if not is_code(other):
            wrong(PREVIOUS_CODES, f"“{other[:40]}”不能作代码：只能用数字、英文字母和 - _。几个代码用顿号隔开。")
    for title in (NAME, SHORT, CONTACT, PHONE):
        if not entry[title].isprintable():
            wrong(title, "里面有换行或者看不见的字符，请重新输入。")
        if len(entry[title]) > _LONGEST_TEXT:
            wrong(title, f"有 {len(entry[title])} 个字，最多 {_LONGEST_TEXT} 个。请缩短。")
    return Member(
        code=code,
        name=entry[NAME],
        level=level,
        short=_parts(entry[SHORT]),
        parent=entry[PARENT],
        emails=emails,
        contact=entry[CONTACT],
        phone=entry[PHONE],
        active_from=first,
        active_to=last,
        before=() if before == (code,) else before,
    )


def is_code(code: str) -> bool:
    """Tell whether a text can be the code of a unit."""
    return len(code) <= _LONGEST_CODE and _CODE.fullmatch(code) is not None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(text))))


def _level(entry: Entry, wrong: _Complain) -> str:
    written = entry[LEVEL]
    for level in LEVELS.values():
        if written in (level.key, level.name, *level.words):
            return level.key
    if written:
        names = "；".join(level.name for level in LEVELS.values())
        wrong(LEVEL, f"没有“{written[:20]}”这个级别，可以选 {names}。")
    return ""


def _year(entry: Entry, title: str, wrong: _Complain) -> int | None:
    written = entry[title]
    if not written:
        return None
    digits = re.fullmatch(r"([1-9][0-9]{3})(?:年度?)?", written)
    if digits:
        return int(digits[1])
    wrong(title, f"“{written[:20]}”不是四位数的年份。")
    return None


def _duplicates(entries: Sequence[Entry], members: Sequence[Member]) -> Iterator[WrongCell]:
    for title, values in ((CODE, [member.code for member in members]), (NAME, [member.name for member in members])):
        seen: dict[str, Entry] = {}
        for entry, value in zip(entries, values, strict=True):
            # Files are named after the codes, and Windows ignores case.
            key = normalised(value).casefold()
            if key in seen:
                yield WrongCell(title, entry.cell(title), f"“{value}”与 {seen[key].cell(title)} 重复。")
            elif key:
                seen[key] = entry


def _wrong_parents(entries: Sequence[Entry], members: Sequence[Member]) -> Iterator[WrongCell]:
    """Yield the parents that are not in the roster, or that lead back to the unit itself."""
    parents = {member.code: member.parent for member in members}
    for entry, member in zip(entries, members, strict=True):
        if not member.parent:
            continue
        if member.parent not in parents:
            near = closest(member.parent, list(parents))
            yield WrongCell(PARENT, entry.cell(PARENT), f"名册里没有“{member.parent[:40]}”{meant(near)}")
        elif _is_above_itself(member.code, parents):
            yield WrongCell(PARENT, entry.cell(PARENT), f"一级一级往上找，又回到了“{member.code}”自己。")


def _is_above_itself(code: str, parents: dict[str, str]) -> bool:
    above, seen = parents[code], set[str]()
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False
