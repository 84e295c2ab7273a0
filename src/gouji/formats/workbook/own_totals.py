"""Recognise the issued formula of a total: where it is intact, a wrong result is only out of date.

In all versions of the form the formulas have one shape: they count the parts, and add them up where all of them are
numbers. Office programs write the same formula with different punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gouji.form.model import HIDDEN
from gouji.formats.addresses import Place
from gouji.formats.spreadsheet.facts import area_of

_SIGNS = str.maketrans({";": ",", "$": None, "'": None, "[": None, "]": None, " ": None})
_AREAS = r"[A-Z]{1,2}[0-9]{1,4}(?::[A-Z]{1,2}[0-9]{1,4})?(?:,[A-Z]{1,2}[0-9]{1,4}(?::[A-Z]{1,2}[0-9]{1,4})?)*"
_SUM = rf'IF\(COUNT\((?P<counted>{_AREAS})\)=(?P<count>[0-9]{{1,4}}),SUM\((?P<added>{_AREAS})\),""\)'
_TOTAL = re.compile(rf"=(?:IF\({re.escape(HIDDEN)}!B[0-9]{{1,4}}=1,0,{_SUM}\)|{_SUM.replace('P<', 'P<bare_')})")


def is_issued(formula: str, parts: Sequence[str], places: Mapping[str, Place]) -> bool:
    """Tell whether a formula adds up exactly the parts of a total, as the issued formula does."""
    # In an .ods a dot precedes each address and follows the name of a sheet.
    plain = formula.translate(_SIGNS).replace(f"{HIDDEN}!.", f"{HIDDEN}!").replace(f"{HIDDEN}.", f"{HIDDEN}!")
    found = _TOTAL.fullmatch(re.sub(r"(?<![0-9A-Za-z_])\.(?=[A-Z])", "", plain))
    if found is None:
        return False
    counted, count, added = (found[name] or found[f"bare_{name}"] for name in ("counted", "count", "added"))
    wanted = {(places[part].row, places[part].column) for part in parts}
    return counted == added and int(count) == len(parts) and _cells(added) == wanted


def _cells(areas: str) -> set[tuple[int, int]]:
    cells: set[tuple[int, int]] = set()
    for text in areas.split(","):
        area = area_of(text)
        if area is not None:
            top, left, bottom, right = area
            cells.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
    return cells
