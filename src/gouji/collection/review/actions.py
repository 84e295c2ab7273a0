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


_OFFERED = re.compile("[，；][^，；。：]*的：gouji [^，；。]*")
"""A case that only a command answers: ；要采用的：gouji accept 4104 1a2b3c4d."""
_APPENDED = re.compile("：gouji [^，；。]*")
"""A command behind what it does: 请撤销以前的更正：gouji undo 12."""
_ALONE = re.compile("(^|[，；。：])?(?:运行 gouji ([a-z-]+)[^，；。：）”]*|用 gouji ([a-z-]+)(?=[，；。：]|$))")
"""A command and nothing else: 请先运行 gouji issue."""
_BEFORE = re.compile("(^|[，；。：])?用 gouji ([a-z-]+)(?: --?[a-z-]+(?: [^ ，；。：]+)?| [!-~]+)* (?!做的)")
"""A command before what it does: 用 gouji status -o 状态.xlsx 看全部. What a command has made is no case of it."""

_ASIDE = re.compile("（[^（）]*--[a-z][^（）]*）")
"""An option that a sentence adds: 可以只提意见（加 --ask）."""
_NAMED = re.compile("（gouji [^（），]*(?:，([^（）]*))?）")
"""A command that a sentence adds to what it does, which may say how the page calls it: 再收一遍（gouji collect）."""
_OPTION = re.compile(r"--[a-z]+ (?=[^!-~])")
_KEY = re.compile(r"，或者代号，如 (?:--[a-z]+ )?[a-z_.]+")
"""An example by a key, which only commands take."""

CALLED = {"issue": "下发", "collect": "收表", "return": "退回", "accept": "采用"}
"""What the commands that stand alone do, as the steps are called."""
NOT_NAMED = "做这一步"


def without_commands(text: str) -> str:
    """Return a sentence without the commands that its wording names, for a page with buttons."""
    text = _NAMED.sub(lambda found: f"（{found[1]}）" if found[1] else "", text)
    text = _APPENDED.sub("", _OFFERED.sub("", text))
    text = _ALONE.sub(lambda found: _please(found[1]) + CALLED.get(found[2] or found[3], NOT_NAMED), text)
    text = _BEFORE.sub(lambda found: _please(found[1]), text)
    return _OPTION.sub("", _KEY.sub("", _ASIDE.sub("", text)))


def _please(before: str | None) -> str:
    """Return how a clause goes on without its command: 请说明, but 或者说明."""
    return "" if before is None else f"{before}请"


def commands_in(text: str) -> tuple[str, ...]:
    """Return the commands that the wording of a sentence names before what they do."""
    return tuple(found[2] for found in _BEFORE.finditer(text))
