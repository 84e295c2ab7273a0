"""Write a text whose runs look different as plain text, with the same signs in every medium.

``46`` with a raised 1 becomes ``46¹`` and never 461; a struck-out ``46`` becomes ``（划去：46）``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import groupby
from typing import NamedTuple

UNSEEN_TEXT = "（看不见）"
"""Stands for a text of which nothing is visible."""

RAISED_SIGNS, LOWERED_SIGNS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎"
_SIGNS = "0123456789+-()"
_TO_RAISED = str.maketrans(_SIGNS, RAISED_SIGNS)
_TO_LOWERED = str.maketrans(_SIGNS, LOWERED_SIGNS)


class Look(Enum):
    """How a run looks, as far as that changes what the text says."""

    PLAIN = "plain"
    STRUCK = "struck out"
    RAISED = "superscript"
    LOWERED = "subscript"
    UNSEEN = "hidden, too small, or in the colour of its ground"
    FOREIGN = "inside markup that programs read differently"


class Run(NamedTuple):
    """A piece of a text and how it looks."""

    text: str
    look: Look = Look.PLAIN


def raised(text: str) -> str:
    """Return a text as a superscript; a text without any raised sign gets a ``^`` in front."""
    return _marked(text, text.translate(_TO_RAISED), "^")


def lowered(text: str) -> str:
    """Return a text as a subscript; a text without any lowered sign gets a ``_`` in front."""
    return _marked(text, text.translate(_TO_LOWERED), "_")


def _marked(text: str, changed: str, mark: str) -> str:
    return changed if changed != text or not text.strip() else f"{mark}{text}"


def struck(text: str) -> str:
    """Return a text marked as struck out."""
    return f"（划去：{text.strip()}）" if text.strip() else text


_SIGNED = {Look.STRUCK: struck, Look.RAISED: raised, Look.LOWERED: lowered}


def shown(runs: Iterable[Run]) -> str:
    """Return the visible part of a text, with signs for the runs that do not look plain."""
    return "".join(_SIGNED.get(look, str)(text) for text, look in joined(runs) if look is not Look.UNSEEN)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return the runs with neighbours of the same look joined: programs split texts in invisible places."""
    groups = groupby(runs, key=lambda run: run.look)
    return [Run("".join(text for text, _ in group), look) for look, group in groups]


def prose_of(runs: Iterable[Run]) -> str:
    """Return a text without its struck-out and invisible runs."""
    return shown(run for run in runs if run.look is not Look.STRUCK)


def plain_of(runs: Iterable[Run]) -> str:
    """Return the plain runs of a text, in which readers look for labels and numbers."""
    return "".join(text for text, look in runs if look is Look.PLAIN)
