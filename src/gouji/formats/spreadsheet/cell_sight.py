"""What is visible of a cell by its look alone, in an .xlsx and an .xls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from gouji.formats.spreadsheet.looks import SMALLEST_SEEN, Font, Look, look_of
from gouji.formats.spreadsheet.number_format import GENERAL, inks, shown, shown_text
from gouji.formats.spreadsheet.rich_text import Run, as_seen
from gouji.formats.spreadsheet.sight import Seen, Why, formatted, text_of

_MARGIN, _USUAL_SIZE = 0.7, 11.0
"""Characters that stay free in a column, and the points of the font in whose digits its width is measured."""

_SCIENTIFIC_FROM = 10**11

_FEW = 3
"""How often a repeated text is quoted."""


def number_seen(look: Look, value: float) -> Seen | None:
    """Return what is visible of a number, or None where that is the number itself."""
    if (seen := formatted(look.code, value)) is not None:
        return seen
    if look.code and "[" in look.code and (colours := _colours(look.code, value)):
        look = look_of(look.code, replace(look.font, colour=colours[0]), look.ground)
    return _as_looks(look, ((text_of(value), None),)) if look.odd else None


def digits_seen(look: Look, value: float) -> str | None:
    """Return how the number format displays a number; None where that is not known.

    Without a format, programs show a number of twelve digits as a power of ten.
    """
    if not look.code or (look.code == GENERAL and abs(value) >= _SCIENTIFIC_FROM):
        return None
    return shown(look.code, Decimal(text_of(value)))


@lru_cache(1024)
def _colours(code: str, value: float) -> Sequence[str]:
    return inks(code, Decimal(f"{value:.15g}"))


def text_seen(look: Look, runs: Sequence[Run], value: str) -> Seen | None:
    """Return what is visible of a text, or None where that is the text itself."""
    runs = runs or (((value, None),) if look.odd else ())
    if runs and as_seen(runs, look.font, look.ground) != value:
        return _as_looks(look, runs)
    if look.code and (text := shown_text(look.code, value).strip()) != value.strip():
        return Seen(text, Why.FORMAT)
    return None


def _as_looks(look: Look, runs: Sequence[Run]) -> Seen:
    text = as_seen(runs, look.font, look.ground)
    return Seen(text, why_of([font or look.font for part, font in runs if part.strip()]) if text else Why.UNSEEN)


def why_of(fonts: Sequence[Font]) -> Why:
    """Return why a text with these fonts is not seen as it is stored."""
    if any(font.struck for font in fonts):
        return Why.STRUCK
    if any(font.raised for font in fonts):
        return Why.RAISED
    return Why.SYMBOLS if any(font.symbols for font in fonts) else Why.UNSEEN


def aligned_seen(look: Look, width: float, text: str) -> Seen | None:
    """Return what is visible of a text in a column with a width in characters, where it is crossed out or repeated."""
    if look.crossed:
        return Seen(f"（斜线：{text}）", Why.CROSSED)
    room = (width - _MARGIN) * _USUAL_SIZE / max(look.font.size, 1.0)
    if look.repeated and room >= 2 * len(text):
        times = int(room / len(text))
        return Seen(text * min(times, _FEW) + ("…" if times > _FEW else ""), Why.REPEATED)
    if look.shrunk and look.font.size * room / len(text) < SMALLEST_SEEN:
        return Seen("", Why.SHRUNK)
    return None
