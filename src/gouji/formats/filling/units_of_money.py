"""The units in which tables ask for amounts of money, and how a figure gets from one to another."""

from __future__ import annotations

from collections.abc import Mapping

UNITS_OF_MONEY: Mapping[str, int] = {"元": 1, "百元": 100, "千元": 1000, "万元": 10_000, "亿元": 100_000_000}
"""Unit → how many 元 it is."""


def factor_between(own: str, wanted: str) -> int | None:
    """Return by what an amount is multiplied to be in the wanted unit; None where that is no whole number.

    Dividing could give more digits than a cell shows, so an amount in 万元 is never written as 亿元.
    """
    if own not in UNITS_OF_MONEY or wanted not in UNITS_OF_MONEY:
        return None
    factor, rest = divmod(UNITS_OF_MONEY[own], UNITS_OF_MONEY[wanted])
    return factor if not rest else None
