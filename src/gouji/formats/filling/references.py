"""The formulas of others taken apart: to which cells they refer, and the same formula as a neighbour has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gouji.formats.addresses import column_letters, column_of
from gouji.formats.spreadsheet.facts import Area

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383

_CELL = r"\$?[A-Za-z]{1,3}\$?\d{1,7}"
_SHEET = r"(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<text>"(?:[^"]|"")*")
    | (?P<elsewhere>'?[^'!+*/(),=<>&"\[]*\[\d+\][^'!]*'?!{_CELL}(?::{_CELL})?)
    | (?P<sheet>{_SHEET})?(?:
        (?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w.(!])
      | (?P<columns>\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}})(?![\w.(!])
      | (?P<rows>\$?\d{{1,7}}:\$?\d{{1,7}})(?![\w.])
      )
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<function>[^\W\d][\w.]*)\(
    | (?P<sign>[-+*/(),%])
    | (?P<compare><=|>=|<>|[=<>^&])
    | (?P<name>[^\W\d][\w.]*)
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_PARTS = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
_TRUTHS = ("TRUE", "FALSE")
_REACHING = ("INDIRECT", "OFFSET", "INDEX", "CHOOSE", "CELL", "GETPIVOTDATA")
"""Functions whose result depends on cells that the formula does not name."""


@dataclass(frozen=True)
class Token:
    """A piece of a formula."""

    kind: str
    """``number``, ``text``, ``ref``, ``function``, ``sign``, or ``other`` for what is not worked out here."""
    text: str
    sheet: str = ""
    """The sheet of a reference; empty for the formula's own."""
    area: Area | None = None


def tokens_of(formula: str) -> Sequence[Token]:
    """Return the pieces of a formula without its equals sign."""
    return tuple(_token(match) for match in _TOKEN.finditer(formula))


def is_reaching(tokens: Sequence[Token]) -> bool:
    """Tell whether a formula may depend on cells that it does not name."""
    return any(
        (token.kind == "function" and token.text.upper() in _REACHING)
        or (token.kind == "name" and token.text.upper() not in _TRUTHS)
        or token.kind == "other"
        for token in tokens
    )


def areas_of(tokens: Sequence[Token], own: str) -> Iterator[tuple[str, Area]]:
    """Yield the sheet and the area of each reference; ``own`` is the formula's own sheet."""
    for token in tokens:
        if token.area is not None:
            yield token.sheet or own, token.area


def moved(formula: str, down: int, right: int) -> str:
    """Return a formula as a cell further down and right has it that shares it; empty where one falls off the sheet."""
    pieces: list[str] = []
    at = 0
    for match in _TOKEN.finditer(formula):
        for group in ("first", "last"):
            if match[group]:
                shifted = _shifted(match[group], down, right)
                if not shifted:
                    return ""
                pieces += [formula[at : match.start(group)], shifted]
                at = match.end(group)
        if match["columns"] or match["rows"]:
            return ""  # rare, and not worked out here
    return "".join([*pieces, formula[at:]])


def _shifted(address: str, down: int, right: int) -> str:
    found = _PARTS.fullmatch(address)
    assert found
    row = int(found[4]) - 1 + (0 if found[3] else down)
    column = column_of(found[2]) + (0 if found[1] else right)
    if not (0 <= row <= LAST_ROW and 0 <= column <= LAST_COLUMN):
        return ""
    return f"{found[1]}{column_letters(column)}{found[3]}{row + 1}"


def _token(match: re.Match[str]) -> Token:
    sheet = (match["sheet"] or "")[:-1]
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    if match["first"]:
        first, last = _spot(match["first"]), _spot(match["last"] or match["first"])
        rows, columns = sorted((first[0], last[0])), sorted((first[1], last[1]))
        return Token("ref", match[0], sheet, (rows[0], columns[0], rows[1], columns[1]))
    if match["columns"]:
        columns = sorted(column_of(part.strip("$")) for part in match["columns"].split(":"))
        return Token("ref", match[0], sheet, (0, columns[0], LAST_ROW, columns[1]))
    if match["rows"]:
        rows = sorted(int(part.strip("$")) - 1 for part in match["rows"].split(":"))
        return Token("ref", match[0], sheet, (rows[0], 0, rows[1], LAST_COLUMN))
    kind = match.lastgroup or "other"
    return Token(kind, match[kind])


def _spot(address: str) -> tuple[int, int]:
    found = _PARTS.fullmatch(address)
    assert found
    return int(found[4]) - 1, column_of(found[2])
