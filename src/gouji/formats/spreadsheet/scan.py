"""The usual .xlsx, read in one scan: sheets, texts and formats as office programs write them.

Patterns account for every byte of what holds values. Whatever they do not know gives None and is left to a parser,
which is the judge: where a pattern does read something, the parser would have read just the same.

No pattern has a possessive quantifier: Python 3.11.2, which Debian 12 has, matches some of them wrong.
"""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from gouji.formats.spreadsheet.markup import plain_root, start_tags
from gouji.formats.spreadsheet.number_format import shows_date
from gouji.formats.spreadsheet.sheet_pattern import Cells, Formulas, Pattern, own_values

Texts = Mapping[bytes, str]
"""The texts of a workbook by their numbers, as cells write them."""
Styles = Mapping[bytes | None, bool]
"""Styles by their numbers, as cells write them: whether a number is a date. What is not known is missing."""

NO_TEXTS: Texts = {}
NO_STYLES: Styles = {None: False}
"""What is shared in a workbook without such a part."""


LARGEST = 2**20
"""A larger part is not usual: a parser takes less memory for it."""
_REMEMBERED, _MOST_REMEMBERED = 2**16, 64
"""How much of how many texts is kept in memory, with what was found in them."""
_LONG, _MOST_LONG = 2**18, 16
"""The same for longer ones; what is longer still is not kept."""

T = TypeVar("T")


def _root(xml: bytes) -> int | None:
    """Return where the first tag of a usual part begins; wrong bytes anywhere in it make it no usual one."""
    return _plain_root(xml) if len(xml) <= LARGEST and _is_utf8(xml) else None


def _plain_root(xml: bytes) -> int | None:
    root = plain_root(xml)
    # With another namespace, or none, no program finds anything in the part.
    return root if root is not None and _MAIN in xml[root : xml.find(b">", root)] else None


def _is_utf8(said: bytes) -> bool:
    try:
        said.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


_MAIN = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _remembering(look: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """Look once at what the returns of a round have in common: the same form, saved by a few programs.

    Recognised is what is the same to the last byte, so a look finds the same whatever was looked at before.
    """
    remembered, long = lru_cache(_MOST_REMEMBERED)(look), lru_cache(_MOST_LONG)(look)

    def looked_once(xml: bytes) -> T:
        if len(xml) > _LONG:
            return look(xml)
        return remembered(xml) if len(xml) <= _REMEMBERED else long(xml)

    return looked_once


# ---------------------------------------------------------------- a sheet

_CELL = re.compile(
    rb'<c r="([A-H]?[A-Z](?:1[0-9]{3}|[1-9][0-9]{0,2}))"(?: s="([0-9]{1,5})")?(?: t="([a-z]{1,3})")?'
    rb"(?:/>|>(<f(?: [^<>]*)?(?:/>|>[^<]*</f>))?(?:<v>([^<]*)</v>)?</c>)"
)
_GROUPS = 6
_ROWS = re.compile(rb'(?:<row r="[1-9][0-9]{0,6}"[^<>/]*(?:/>|></row>))*')
"""Rows without their cells: each cell says itself where it stands."""
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?"/>')
VALIDATION = re.compile(rb'<dataValidation [^<>]*\bsqref="([^"<>]*)"')
_OF_CELLS = {b"c", b"f", b"row"}


def cells(xml: bytes) -> Cells | None:
    """Return the cells of a sheet all of which stand where a form may have some."""
    if len(xml) > LARGEST:
        return None
    around, values = (pieces := _VALUE.split(xml))[::2], pieces[1::2]
    pattern = _pattern(_ROOM.join(around)) if _is_utf8(b"<".join(values)) else None
    # A value somewhere else than in a cell has no room in the pattern.
    return Cells(pattern, values) if pattern is not None and len(pattern.rooms) == len(values) else None


_VALUE = re.compile(rb"<v>([^<]*)</v>")
_ROOM = b"<v></v>"


@_remembering
def _pattern(xml: bytes) -> Pattern | None:
    """Return the pattern of a sheet whose values are left out."""
    root, start, end = _root(xml), xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if root is None or start < 0 or end < 0 or xml.find(b"xmlns", start, end) >= 0:
        return None
    before, after = xml[root:start], xml[end:]
    first, last = _around_cells(before), _around_cells(after)
    if first is None or last is None or first.validated:
        return None
    pieces = _CELL.split(xml[start + len(b"<sheetData>") : end])
    rows = b"".join(pieces[::_GROUPS])
    if not _ROWS.fullmatch(rows):
        return None
    addresses, styles, kinds, formulas, values = (pieces[at::_GROUPS] for at in range(1, _GROUPS))
    if len(set(addresses)) < len(addresses):
        return None
    elements = (
        first.elements
        + last.elements
        + 1
        + rows.count(b"<row")
        + sum(len(found) - found.count(None) for found in (addresses, formulas, values))
    )
    has_room = [value is not None for value in values]
    found = Formulas(compress(zip(addresses, formulas, strict=True), formulas))
    return Pattern(addresses, styles, kinds, has_room, found, rows, before, after, last.validated, elements)


class _Around(NamedTuple):
    """What stands before or after the cells of a sheet."""

    elements: int
    validated: Sequence[str]


@_remembering
def _around_cells(xml: bytes) -> _Around | None:
    tags = start_tags(xml)
    if tags is None:
        return None
    names = set(tags)
    prefixed = {name.rpartition(b":")[2] for name in names if b":" in name}
    if not _OF_CELLS.isdisjoint(names | prefixed) or b"dataValidation" in prefixed:
        return None
    validations = VALIDATION.findall(xml)
    if len(validations) != tags.count(b"dataValidation") or len(_DIMENSION.findall(xml)) != tags.count(b"dimension"):
        return None
    return _Around(len(tags), ranges(validations))


def ranges(validations: Iterable[bytes]) -> list[str]:
    """Return the ranges that validations are for."""
    return [area for areas in validations for area in areas.decode("ascii", "replace").split()]


# ---------------------------------------------------------------- values


def rows(found: Cells, texts: Texts, styles: Styles, most: int) -> list[list[Any]] | None:
    """Return the values of a sheet, row by row from A1, and no more than the ``most`` rows."""
    said, spots, own = found.values, found.pattern.spots, found.pattern.own
    if found.pattern.height > most or b"" in said:
        inside = [value != b"" and spot[0] < most for spot, value in zip(spots, said, strict=True)]
        rooms, said = list(compress(found.pattern.rooms, inside)), list(compress(said, inside))
        spots, own = [spot for spot, _, _ in rooms], own_values(rooms)
    if not spots:
        return []
    values: list[Any] = list(map(texts.get, said))
    for at, kind, style in own:
        values[at] = _value(kind, said[at], styles.get(style))
    if None in values:
        return None
    height, width = max(spots)[0] + 1, max(map(itemgetter(1), spots)) + 1
    grid: list[list[Any]] = [[""] * width for _ in range(height)]
    for (row, column), value in zip(spots, values, strict=True):
        grid[row][column] = value
    return grid


def _value(kind: bytes | None, said: bytes, is_date: bool | None) -> Any:
    if kind is None or kind == b"n":
        return _number(said, is_date) if len(said) <= _LONGEST else None
    if kind == b"str":
        return _text(said.decode("utf-8"))
    if kind == b"e":
        return ""  # as the library reads it, which knows the errors of its day only; a second look tells which it is
    return _BOOLEANS.get(said) if kind == b"b" else None


@lru_cache(1024)
def _number(said: bytes, is_date: bool | None) -> float | datetime.date | None:
    if is_date is None or not _NUMBER.fullmatch(said):
        return None
    if not is_date:
        return float(said)
    return _EPOCH + datetime.timedelta(int(said)) if _DAY.fullmatch(said) else None


_NUMBER = re.compile(rb"-?[0-9]{1,17}(?:\.[0-9]{1,20})?(?:E[+-]?[0-9]{1,2})?")
_LONGEST = 50
_DAY = re.compile(rb"[1-9][0-9]{2,4}")
_EPOCH = datetime.date(1899, 12, 30)
_BOOLEANS = {b"0": False, b"1": True}
_ESCAPES = (
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&apos;", "'"),
    ("&#9;", "\t"),
    ("&#10;", "\n"),
    ("&amp;", "&"),
)


def _text(said: str) -> str | None:
    """Return a text; line ends of other systems, signs that are written as their numbers and the like give None."""
    if "\r" in said or "_x" in said:
        return None
    if "&" not in said:
        return said
    if said.count("&") != sum(said.count(escape) for escape, _ in _ESCAPES):
        return None
    for escape, sign in _ESCAPES:
        said = said.replace(escape, sign)
    return said


# ---------------------------------------------------------------- texts and formats

_SAID = r'<t(?: xml:space="(preserve)")?(?:/>|>([^<>]*)</t>)'
_RUN = r'<r>(?:<rPr>(?:<[A-Za-z]+(?: [^<>]*)?/>)*</rPr>)?<t(?: xml:space="preserve")?(?:/>|>[^<>]*</t>)</r>'
_TEXT = re.compile(rf"<si>(?:{_SAID}|((?:{_RUN})+))(?:<phoneticPr [^<>]*/>)?")
_IN_RUN = re.compile(_SAID)
_BEFORE_TEXTS = re.compile(r'(?:<\?xml [^<>]*>\s*)?<sst(?: [A-Za-z0-9:]+="[^"<>]*")*>')
_SHORT, _MOST_SHORT = 2**9, 2**12
"""How many texts are remembered, and up to which length: the words of the form are the same in all workbooks."""


def texts(xml: bytes) -> Texts | None:
    """Return the texts that the cells share."""
    if len(xml) > LARGEST or _plain_root(xml) is None:
        return None
    head, begin, rest = xml.partition(b"<si>")
    *items, tail = (begin + rest).split(b"</si>")
    if not (_is_utf8(head) and _BEFORE_TEXTS.fullmatch(head.decode("utf-8")) and tail.rstrip() == b"</sst>"):
        return None
    found = [_short_text(item) if len(item) <= _SHORT else _shared_text(item) for item in items]
    return None if None in found else dict(zip(_numerals(len(found)), found, strict=True))  # type: ignore[arg-type]


def _shared_text(item: bytes) -> str | None:
    """Return what an item of the texts says, which is given without its end tag."""
    whole = _TEXT.fullmatch(item.decode("utf-8")) if _is_utf8(item) else None
    if whole is None:
        return None
    kept, said, runs = whole.groups()
    return _run(kept, said) if runs is None else _together(_IN_RUN.findall(runs))


_short_text = lru_cache(_MOST_SHORT)(_shared_text)


@lru_cache(8)
def _numerals(count: int) -> Sequence[bytes]:
    return [b"%d" % number for number in range(count)]


def _run(kept: str | None, said: str | None) -> str | None:
    """Return what a run of text says; spaces around one that is not to keep them give None."""
    if not said:
        return ""
    text = _text(said)
    return text if text is None or kept or text.strip(_SPACES) == text else None


def _together(runs: Sequence[tuple[str, str]]) -> str | None:
    texts = [text for kept, said in runs if (text := _run(kept, said)) is not None]
    return "".join(texts) if len(texts) == len(runs) else None


_SPACES = " \t\n"
_FORMAT = re.compile(rb'<numFmt numFmtId="([0-9]{1,5})" formatCode="([^"<>]*)"')
_STYLE = re.compile(rb'<xf (?:[^<>]*? )?numFmtId="([0-9]{1,5})"')
_NUMBERS, _DATES = (*range(5), *range(9, 12), *range(37, 41), 49), (14,)
"""The numbers of the formats that need no code."""


@_remembering
def styles(xml: bytes) -> Styles | None:
    """Return what the numbers in cells of each style are, by the formats of the workbook."""
    root = _root(xml)
    if root is None or start_tags(xml[root:]) is None:
        return None
    own, used = (xml[xml.find(b"<" + list) : xml.find(b"</" + list)] for list in (b"numFmts", b"cellXfs"))
    codes, formats = _FORMAT.findall(own), _STYLE.findall(used)
    if len(codes) != own.count(b"<numFmt ") or len(formats) != used.count(b"<xf ") or b"xmlns" in own + used:
        return None
    are_dates: dict[bytes, bool | None] = {b"%d" % id: id in _DATES for id in (*_NUMBERS, *_DATES)}
    are_dates.update({id: shows_date(html.unescape(code.decode("utf-8", "replace"))) for id, code in codes})
    known = ((b"%d" % number, are_dates.get(id)) for number, id in enumerate(formats))
    return {**NO_STYLES, **{style: is_date for style, is_date in known if is_date is not None}}
