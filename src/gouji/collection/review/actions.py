"""What the officer can do about a question, as data; the command that does it and the words of the screens follow.

A terminal shows a sentence with the commands in it, a page shows it with buttons beside it. Both are made
from one value, so that they cannot differ.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Deed = Literal["accept", "reject", "assign", "explain", "waive", "dismiss", "undo"]
"""What can be done, by the kinds of decisions (:data:`gouji.collection.review.decisions.KINDS`)."""

NAMED = 8
"""Characters of a hash by which commands name a file."""

_REASON_NEEDED = ("reject", "explain", "waive")
_UNIT, _REASON = "单位", "理由"
"""What stands in a command for what the officer still has to say."""


class Action(msgspec.Struct, frozen=True):
    """Something that can be done, with its arguments as far as they are known."""

    key: Deed
    unit: str = ""
    """The unit's code; empty where the officer has to say which one, or where none is needed."""
    files: tuple[str, ...] = ()
    """The hashes of the files that it is about."""
    finding: str = ""
    """The finding, or the rule of several, that is answered."""
    number: int = 0
    """The decision that is undone."""

    @property
    def needs_reason(self) -> bool:
        """Whether it cannot be done without a reason; with all others a reason may be given."""
        return self.key in _REASON_NEEDED

    @property
    def needs_unit(self) -> bool:
        """Whether the officer has to say which unit is meant."""
        return self.key == "assign" and not self.unit

    def arguments(self, reason: str = "", unit: str = "") -> list[str]:
        """Return the arguments of the command that does it; placeholders stand for what is needed and not given."""
        unit, files = self.unit or unit or _UNIT, [sha256[:NAMED] for sha256 in self.files]
        reason = reason or (_REASON if self.needs_reason else "")
        if self.key in ("explain", "waive"):
            return [self.key, unit, self.finding, reason]
        because = ["-m", reason] if reason else []
        if self.key == "dismiss":
            return ["status", *(part for file in files for part in ("--dismiss", file)), *because]
        if self.key == "undo":
            return ["undo", str(self.number), *because]
        return [self.key, *([*files, unit] if self.key == "assign" else [unit, *files]), *because]


class Offer(msgspec.Struct, frozen=True):
    """What the officer may answer: the case, and what is done in it; several actions are alternatives."""

    when: str
    """The case, such as 要采用的; empty where the question has named it."""
    actions: tuple[Action, ...]

    @property
    def line(self) -> str:
        """The case with its commands, for a terminal."""
        commands = " 或者 ".join(" ".join(("gouji", *action.arguments())) for action in self.actions)
        return f"{self.when}：{commands}"


class Said(msgspec.Struct, frozen=True):
    """A sentence to the officer, and what may be answered."""

    words: str
    """The sentence without commands, and without a mark at its end where offers go on with it."""
    offers: tuple[Offer, ...] = ()
    goes_on: bool = False
    """Whether the offers are a part of the sentence."""

    @property
    def sentence(self) -> str:
        """The sentence for a page, which shows the offers as buttons."""
        return self.words if self.words.endswith("。") else f"{self.words}。"

    @property
    def line(self) -> str:
        """The sentence with its commands, for a terminal."""
        offers = "；".join(offer.line for offer in self.offers)
        if not offers:
            return self.sentence
        if self.goes_on:
            # A question that ends with its commands has no mark behind them: they can be copied to the end of the line.
            first = self.offers[0].when
            return f"{self.words}，{offers}。" if first else f"{self.words}{offers}"
        return f"{self.sentence}{offers}。"


_SPOKEN = re.compile(r"请?用 gouji ([a-z-]+) ")
"""How the wording of a rule or an error names a command: 用 gouji explain 说明."""

_ASIDE = re.compile("（[^（）]*(?:gouji |--)[^（）]*）")
"""How a sentence adds a command or an option: 请先采用（gouji accept）."""
_OPTION = re.compile(r"--[a-z]+ ")
_KEY = re.compile(r"，或者代号，如 [a-z_.]+")


def without_commands(text: str) -> str:
    """Return a sentence without the commands that its wording names, for a page with buttons."""
    return _KEY.sub("", _OPTION.sub("", _ASIDE.sub("", _SPOKEN.sub("请", text))))


def commands_in(text: str) -> tuple[str, ...]:
    """Return the commands that the wording of a sentence names."""
    return tuple(_SPOKEN.findall(text))
