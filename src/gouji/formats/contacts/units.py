"""What was understood of a list: its units as they are written, its columns, and what is doubtful in it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Spot(msgspec.Struct, frozen=True, order=True):
    """A row of a list."""

    sheet: str
    row: int


class Column(msgspec.Struct, frozen=True):
    """A column that was understood."""

    what: str
    """The column of the roster to which it belongs; empty for one that is not used."""
    head: str
    where: str
    """Its letters, for people."""
    by_content: bool = False


class Doubt(msgspec.Struct, frozen=True):
    """Something in a row that may be otherwise than it was taken."""

    kind: str
    """The sentence about all rows with this doubt, without the full stop."""
    what: str
    """What it is about: a unit, or a text in quotation marks."""
    spot: Spot | None = None


class Contact(msgspec.Struct, frozen=True):
    """A unit as the list has it."""

    spot: Spot
    name: str
    code: str = ""
    code_is_lost: bool = False
    short: tuple[str, ...] = ()
    parent: str = ""
    level: str = ""
    """The words in its own row that may tell its level."""
    group: str = ""
    """The words above it that may: a heading, the name of the sheet."""
    emails: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    continues: bool = False
    """The row says more of the unit in the row above, and a doubt says so."""


class ContactList(msgspec.Struct, frozen=True):
    """A list of units."""

    contacts: tuple[Contact, ...]
    columns: tuple[Column, ...]
    doubts: tuple[Doubt, ...] = ()
    left_out: tuple[str, ...] = ()
    """Rows and sheets that were taken for no unit, in words."""


_WHAT_SHOWN, _RUNS_SHOWN = 5, 8


def sentences(doubts: Iterable[Doubt]) -> list[str]:
    """Return one sentence for each kind of doubt, with what it is about and the rows."""
    kinds: dict[str, list[Doubt]] = {}
    for doubt in doubts:
        kinds.setdefault(doubt.kind, []).append(doubt)
    return [_sentence(kind, group) for kind, group in kinds.items()]


def _sentence(kind: str, doubts: list[Doubt]) -> str:
    what = list(dict.fromkeys(doubt.what for doubt in doubts if doubt.what))
    named = "、".join(what[:_WHAT_SHOWN])
    named += f" 等 {len(what)} 个" if len(what) > _WHAT_SHOWN else ""
    where = rows_in_words(doubt.spot for doubt in doubts if doubt.spot)
    return (
        f"{kind}：{named}（{where}）。"
        if named and where
        else f"{kind}{'：' if named or where else ''}{named or where}。"
    )


def rows_in_words(spots: Iterable[Spot]) -> str:
    """Return rows for people: 第 5—16、20 行, and the sheet where the list has several."""
    sheets: dict[str, set[int]] = {}
    for spot in spots:
        sheets.setdefault(spot.sheet, set()).add(spot.row)
    return "，".join(f"{f'“{sheet}”' if sheet else ''}第 {_runs(sorted(rows))} 行" for sheet, rows in sheets.items())


def _runs(rows: list[int]) -> str:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    words = [str(first) if first == last else f"{first}—{last}" for first, last in runs]
    return "、".join(words[:_RUNS_SHOWN]) + ("……" if len(words) > _RUNS_SHOWN else "")
