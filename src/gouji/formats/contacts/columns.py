"""Which column of a list holds what: by the words of its head, and without them by what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from gouji.form.labels import bare
from gouji.form.level_words import level_meant
from gouji.formats.contacts.grid import Cell, Row
from gouji.formats.contacts.values import (
    are_numbers_of_rows,
    is_code,
    is_nothing,
    is_person,
    is_phone,
    is_unit,
)


class What(Enum):
    """What a column holds; the values are the words for it."""

    NAME = "单位全称"
    SHORT = "简称"
    CODE = "单位代码"
    LEVEL = "级别"
    PARENT = "上级单位"
    EMAIL = "电子邮箱"
    CONTACT = "联系人"
    PHONE = "联系电话"
    NUMBER = "序号"
    OTHER = ""


@dataclass(frozen=True)
class Head:
    """What the head of a column says."""

    what: What
    rank: int = 0
    """Of several columns for one thing, those of the lowest rank are taken."""


_LED = r"领导|负责|责任人|局长|书记|主任|镇长|乡长|科长|主管"
_CALLED = r"电话|手机|联系方式|移动号|座机|号码"
_HEADS: tuple[tuple[What, tuple[str, ...]], ...] = (
    (What.EMAIL, (r".*(?:邮箱|信箱|email|电子邮件|邮件地址|电邮).*",)),
    (
        What.OTHER,
        (
            r".*(?:地址|传真|邮编|邮政编码|职务|职称|备注|微信|网址|网站|日期|时间|签收|签字|QQ|证件|身份证|银行|账号|编制|主管部门|主管单位|主管机关).*",
        ),
    ),
    (What.SHORT, (r".*简称.*",)),
    (
        What.PARENT,
        (r"(?:上级|汇总|隶属)(?:单位|部门|机关|主管部门|主管单位)?(?:名称|代码|全称)?",),
    ),
    (
        What.CODE,
        (
            r"(?:单位|部门|机构)(?:代码|编码|代号|编号)",
            r".*(?:信用代码|机构代码).*",
            r".*区划.*代码.*|.*区划码?|代码|编码|代号",
        ),
    ),
    (
        What.PHONE,
        (rf"(?!.*(?:{_LED})).*(?:{_CALLED}).*", rf".*(?:{_CALLED}).*"),
    ),
    (
        What.LEVEL,
        (r"(?:单位|部门|机构|行政)?(?:级别|层级|类别|类型|性质|分类|属性|归类)|组别|分组|类|口|所属系统|系统|片区",),
    ),
    (
        What.CONTACT,
        (
            rf"(?!.*(?:{_LED})).*(?:联系人|联络员|联络人|经办人|信息员|填报人|填表人|报送人|专干|工作人员).*[0-9一二三]?",
            rf"(?!.*(?:{_LED}))(?:.*姓名.*|(?:联络|工作|具体|经办)?人员)",
            rf".*(?:{_LED}).*",
        ),
    ),
    (
        What.NAME,
        (
            r"(?:单位|机构|机关|部门|主体|行政机关|公开主体|责任单位|填报单位|报送单位|公开单位)(?:部门)?(?:全称|名称|全名)(?:盖章|公章)?|(?:镇街|乡镇|街道|乡镇街道)名称",
            r"(?:各)?(?:填报|报送|责任|公开|编制|所属|所在|发布|成员|参加)?(?:单位|行政机关|机构|公开主体|部门单位|单位部门|乡镇街道|镇街|镇街道|乡镇)(?:盖章)?",
            r"(?:各)?(?:所在|责任)?(?:部门|名称|科室)",
        ),
    ),
    (What.NUMBER, (r"序号?|行号|编号|号|no|№|顺序号?",)),
)
_LONGEST_HEAD = 25
_MOSTLY = 0.6
_FEWEST_PEOPLE = 0.8

Columns = Mapping[int, Head]


def head_of(text: str) -> Head | None:
    """Return what the head of a column says; None for other words."""
    words = bare(text).lower()
    if not words or len(words) > _LONGEST_HEAD:
        return None
    for what, patterns in _HEADS:
        for rank, pattern in enumerate(patterns):
            if re.fullmatch(pattern, words, re.IGNORECASE):
                return Head(what, rank)
    return None


def heads_in(row: Row) -> dict[int, Head]:
    """Return the heads in a row by column; none where the row is not one of heads."""
    texts = {column: cell for column, cell in row.cells.items() if cell.text}
    heads = {column: head for column, cell in texts.items() if (head := head_of(cell.text))}
    what = {head.what for head in heads.values()} - {What.OTHER}
    if len({cell.origin for cell in texts.values()}) == 1:
        (text, *_) = (cell.text for cell in texts.values())
        alone = what == {What.NAME} and level_meant(text) is None
        return {next(iter(heads)): next(iter(heads.values()))} if alone else {}
    cells = {cell.origin for cell in texts.values()}
    known = {texts[column].origin for column in heads}
    filled = any(is_phone(cell.text) or "@" in cell.text or is_code(cell.text) for cell in texts.values())
    return heads if len(what) > 1 and 2 * len(known) >= len(cells) and not filled else {}


def below(upper: Row, lower: Row) -> Row:
    """Return the heads of two rows as one: 联系方式 above 手机 is 联系方式手机."""
    cells = {}
    for column in sorted(upper.cells.keys() | lower.cells.keys()):
        one, other = upper.cells.get(column), lower.cells.get(column)
        if one and other and one.origin != other.origin:
            cells[column] = Cell(f"{one.text}{other.text}", other.origin)
        else:
            cells[column] = other or one  # type: ignore[assignment]
    return Row(lower.number, cells)


def by_content(rows: Sequence[Row], heads: Columns, *, headed: bool) -> dict[int, Head]:
    """Return what the columns without a known head hold, of what no head has named."""
    named = {head.what for head in heads.values()}
    free = [column for column in sorted({at for row in rows for at in row.cells}) if column not in heads]
    texts = {column: [row.text(column) for row in rows if row.text(column)] for column in free}
    found: dict[int, Head] = {}
    for what, fits, share in _LOOKS:
        if what in named or (headed and what is What.CONTACT):
            continue
        for column in free:
            values = [text for text in texts[column] if not is_nothing(text)]
            if column not in found and values and fits(values) >= share:
                found[column] = Head(what)
                if what in (What.NAME, What.LEVEL, What.CODE, What.NUMBER, What.CONTACT):
                    break
    return found


def _share(fits: Callable[[str], bool]) -> Callable[[Sequence[str]], float]:
    return lambda values: sum(map(fits, values)) / len(values)


_LOOKS: tuple[tuple[What, Callable[[Sequence[str]], float], float], ...] = (
    (What.NUMBER, are_numbers_of_rows, 1),
    (What.EMAIL, _share(lambda text: "@" in text or "＠" in text), _MOSTLY),
    (What.PHONE, _share(is_phone), _MOSTLY),
    (What.CODE, _share(is_code), _MOSTLY),
    (What.LEVEL, _share(lambda text: level_meant(text) is not None), _MOSTLY),
    (What.NAME, _share(is_unit), _MOSTLY),
    (What.CONTACT, _share(is_person), _FEWEST_PEOPLE),
)


def panels(row: Row, heads: Columns) -> list[range]:
    """Return the columns of the lists that stand side by side under one row of heads, the left one first."""
    names = [column for column, head in heads.items() if head.what is What.NAME]
    if not names:
        return [range(1000)]
    text = row.text(names[0])
    alike = [column for column in names if row.text(column) == text]
    alike = [column for column in alike if row.cells[column].origin[1] == column]
    first = min(row.cells)
    if len(alike) < 2:
        return [range(1000)]
    starts = [first, *(column - (names[0] - first) for column in alike[1:])]
    return [range(start, end) for start, end in zip(starts, [*starts[1:], 1000], strict=True)]
