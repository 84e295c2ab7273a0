"""Which rows of a list are units, headings, feet or more about the unit above; and what each says of its unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gouji.form.level_words import level_meant
from gouji.formats.contacts.choice import Chosen
from gouji.formats.contacts.grid import Cell, Row, plain
from gouji.formats.contacts.units import Contact, Doubt, Spot
from gouji.formats.contacts.values import (
    addresses_in,
    code_in,
    has_digits_of_a_phone,
    is_nothing,
    is_unit,
    name_in,
    people_in,
    phones_in,
)

_FOOT = re.compile(
    r"(?:合\s*计|总\s*计|共\s*计|小\s*计|以上|注意)|(?:注|备注|说明)\s*[:：]"
    r"|(?:填表|填报|制表|审核|复核|单位负责|经办|联系)(?:人|单位|时间|日期|电话|部门)\s*(?:[:：]|$)|共.{0,4}[0-9]+.{0,3}[个家]"
)
_NUMBER = re.compile(r"[0-9一二三四五六七八九十()、.]+")
"""What stands in a column of numbers; another text there is a heading."""
_LONGEST_NAME = 120
_QUOTED = 30


class Units:
    """The units in the rows under one row of heads."""

    def __init__(self, chosen: Chosen, rows: Sequence[Row], *, sheet: str, level_words: str, headed: bool) -> None:
        """``sheet`` is the name of the sheet where a list has several; ``level_words`` may tell the level of all."""
        self._sheet, self._chosen, self._headed = sheet, chosen, headed
        self._alone = all(len(self._said(row)) <= 1 for row in rows)
        self._group = level_words if level_meant(level_words) else ""
        self._level, self._sparse = "", self._is_sparse(rows)
        self._name_from: tuple[int, int] | None = None
        self.contacts: list[Contact] = []
        self.doubts: list[Doubt] = []
        self.left_out: list[str] = []
        for row in rows:
            self._take(row)

    def _said(self, row: Row) -> dict[tuple[int, int], Cell]:
        """Return the cells of a row that say something, without its number; the parts of a merged one once."""
        return {
            cell.origin: cell
            for column, cell in row.cells.items()
            if not is_nothing(cell.text) and not (column in self._chosen.number and _NUMBER.fullmatch(plain(cell.text)))
        }

    def _is_sparse(self, rows: Sequence[Row]) -> bool:
        """Tell whether the level stands in the first row of each group only."""
        filled = sum(bool(row.text(at)) for at in self._chosen.level[:1] for row in rows)
        return 0 < filled * 2 < len(rows)

    def _doubt(self, kind: str, what: str, row: Row) -> None:
        self.doubts.append(Doubt(kind, what, Spot(self._sheet, row.number)))

    def _take(self, row: Row) -> None:
        said = self._said(row)
        if not said:
            return
        first = next(iter(said.values()))
        leading = next(iter(row.cells.values()))
        if _FOOT.match(plain(leading.text)) or _FOOT.match(plain(first.text)):
            self._leave_out(row, leading.text)
            return
        (column,) = self._chosen.name
        name = "" if is_nothing(row.text(column)) else name_in(row.text(column))
        if len(said) == 1 and self._is_heading(row, first, name):
            return
        if not name:
            self._continue(row)
        elif not re.search(r"[一-鿿]{2}", name) or len(name) > _LONGEST_NAME:
            self._doubt("不像单位名称，没有采用", _quoted(name), row)
        elif row.cells[column].origin == self._name_from:
            self._add(row, name, "一个单位占几行，联系人、电话、邮箱合到了一起")
        else:
            if not is_unit(name):
                self._doubt("不像单位的名称，照写了，请核对", _quoted(name), row)
            self._name_from = row.cells[column].origin
            self._add(row, name)

    def _leave_out(self, row: Row, text: str) -> None:
        where = f"“{self._sheet}”" if self._sheet else ""
        self.left_out.append(f"{where}第 {row.number} 行{_quoted(text)}")

    def _is_heading(self, row: Row, cell: Cell, name: str) -> bool:
        """Take a row that holds one text as a heading, or tell that it is a unit."""
        if level_meant(cell.text) is not None:
            self._group, self._level, self._name_from = cell.text, "", None
            return True
        wide = sum(other.origin == cell.origin for other in row.cells.values()) > 1
        if not wide and cell.origin[1] in (*self._chosen.email, *self._chosen.people, *self._chosen.phone):
            return False
        if (name and is_unit(name) and not wide) or (self._alone and self._headed):
            return False
        if self.contacts:
            self._group, self._level, self._name_from = "", "", None
            self._doubt("像小标题，不知道是哪一级，下面的单位没有照它定级别", _quoted(cell.text), row)
        elif not self._headed or wide:
            self._leave_out(row, cell.text)
        else:
            return not name
        return True

    def _continue(self, row: Row) -> None:
        """Take a row without the name of a unit: it belongs to the one above if it tells how to reach somebody."""
        reach = self._reached(row)
        if not any(reach) or not self.contacts or self._name_from is None:
            if any(reach):
                self._doubt("没有写单位名称，没有采用", "", row)
            return
        self._add(row, self.contacts[-1].name, "没有写单位名称，联系人、电话、邮箱算在上一行的单位")

    def _add(self, row: Row, name: str, continued: str = "") -> None:
        emails, people, phones = self._reached(row)
        code, lost = self._code(row, name)
        if continued:
            self._doubt(continued, name, row)
        self.contacts.append(
            Contact(
                spot=Spot(self._sheet, row.number),
                name=name,
                code=code,
                code_is_lost=lost,
                short=tuple(
                    one
                    for at in self._chosen.short
                    if not is_nothing(row.text(at))
                    for one in re.split(r"[、，,；;\s]+", row.text(at))
                    if one
                ),
                parent=next((code_in(row.text(at)) for at in self._chosen.parent if not is_nothing(row.text(at))), ""),
                level=self._level_of(row, name),
                group=self._group,
                emails=emails,
                people=people,
                phones=phones,
                continues=bool(continued),
            )
        )

    def _code(self, row: Row, name: str) -> tuple[str, bool]:
        """Return the code of a unit, and whether digits of it are lost."""
        for cell in (row.cells.get(at) for at in self._chosen.code):
            if cell is None or is_nothing(cell.text):
                continue
            if cell.scientific:
                self._doubt("单位代码显示成了科学计数，照存着的数取的，请核对", f"{name} {cell.text}", row)
            return "" if cell.lost else code_in(cell.text), cell.lost
        return "", False

    def _level_of(self, row: Row, name: str) -> str:
        texts = [row.text(at) for at in self._chosen.level if row.text(at)]
        said = next((text for text in texts if level_meant(text) is not None), texts[0] if texts else "")
        if said:
            self._level = "" if is_nothing(said) else said
        elif self._sparse and self._level:
            self._doubt("级别一格空着，照上面一格取的", name, row)
            return self._level
        return said

    def _reached(self, row: Row) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Return the addresses, the people and the telephone numbers in a row."""
        emails: list[str] = []
        people: list[str] = []
        phones: list[str] = []
        for at in self._chosen.email:
            good, rest = addresses_in(row.text(at))
            emails += good
            if rest and not is_nothing(row.text(at)):
                self._doubt("邮箱写得不对，没有采用", _quoted(rest), row)
        for at in (*self._chosen.people, *self._chosen.phone):
            cell = row.cells.get(at)
            if cell is None or is_nothing(cell.text):
                continue
            text = cell.text
            if "@" in plain(text):
                good, text = addresses_in(text)
                emails += good
            numbers, rest = phones_in(text)
            phones += numbers
            if at in self._chosen.people:
                people += people_in(rest)
            elif not numbers and (cell.lost or not has_digits_of_a_phone(text)):
                if plain(text):
                    self._doubt("电话写得不对，没有采用", _quoted(text), row)
            elif not numbers:
                phones.append("、".join(plain(text).split()))
            elif not self._chosen.people:
                people += (one for one in people_in(rest) if re.fullmatch(r"[一-鿿·]{2,6}", one))
        return tuple(dict.fromkeys(emails)), tuple(dict.fromkeys(people)), tuple(dict.fromkeys(phones))


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text[:_QUOTED]}{'…' if len(text) > _QUOTED else ''}”"
