"""Text whose runs look different, written with the same signs in every medium.

``46`` with a raised 1 is shown as ``46¹`` and never as 461; what is struck out is shown as ``（划去：46）``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from itertools import groupby
from typing import NamedTuple

UNSEEN_TEXT = "（看不见）"
"""What is shown for a text that cannot be seen."""

NO_TEXT = "□"
"""What is shown for something that is seen and is not text, such as a picture."""

RAISED_SIGNS, LOWERED_SIGNS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎"
_SIGNS = "0123456789+-()"
_TO_RAISED = str.maketrans(_SIGNS, RAISED_SIGNS)
_TO_LOWERED = str.maketrans(_SIGNS, LOWERED_SIGNS)


class Look(Enum):
    """How a run looks, as far as it decides what a text says."""

    PLAIN = "plain"
    STRUCK = "struck out"
    RAISED = "superscript"
    LOWERED = "subscript"
    UNSEEN = "hidden, too small, or in the colour of its ground"
    FOREIGN = "inside markup that programs read differently"
    UNSURE = "with properties that may hide, move or change it, in a way that is not worked out here"
    MOVED = "moved sideways, which matters if there is other text beside it"
    CUT = "cut off in part by the edge of the paper"
    NO_TEXT = "no text, but something that is seen, such as a picture"


class Run(NamedTuple):
    """A piece of a text and how it looks."""

    text: str
    look: Look = Look.PLAIN


def raised(text: str) -> str:
    """Return a text as a superscript; a text without superscript characters gets ``^`` before it."""
    return _marked(text, text.translate(_TO_RAISED), "^")


def lowered(text: str) -> str:
    """Return a text as a subscript; a text without subscript characters gets ``_`` before it."""
    return _marked(text, text.translate(_TO_LOWERED), "_")


def _marked(text: str, changed: str, mark: str) -> str:
    return changed if changed != text or not text.strip() else f"{mark}{text}"


def struck(text: str) -> str:
    """Return a text as one that is struck out."""
    return f"（划去：{text.strip()}）" if text.strip() else text


def cut(text: str) -> str:
    """Return a text as one of which more stands where nobody sees it."""
    return f"{text}…"


_SIGNED = {Look.STRUCK: struck, Look.RAISED: raised, Look.LOWERED: lowered, Look.CUT: cut}


def shown(runs: Iterable[Run]) -> str:
    """Return everything that is seen of a text, with signs for what does not look plain."""
    return "".join(_SIGNED.get(look, str)(text) for text, look in joined(runs) if look is not Look.UNSEEN)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return runs with neighbours of the same look joined: programs split text where nobody sees it."""
    groups = groupby(runs, key=lambda run: run.look)
    return [Run("".join(text for text, _ in group), look) for look, group in groups]


def prose_of(runs: Iterable[Run]) -> str:
    """Return a text without what is struck out or unseen, and without what is no text."""
    return shown(run for run in runs if run.look not in (Look.STRUCK, Look.NO_TEXT))


def plain_of(runs: Iterable[Run]) -> str:
    """Return the plain part of a text, in which labels and numbers are looked for."""
    return "".join(text for text, look in runs if look is Look.PLAIN)
