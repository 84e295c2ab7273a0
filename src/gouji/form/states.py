"""How far a table, the texts and the whole form are: expressions over the outcomes of others."""

from __future__ import annotations

import msgspec

from gouji.form.expressions import count_if_formula, if_formula
from gouji.form.levels import LEVELS, Level, level_named_by
from gouji.form.values import Cells, Outcome, Places, State, Value


class Same(msgspec.Struct, frozen=True):
    """A copy of another calculated cell."""

    key: str

    def value(self, cells: Cells) -> Value:
        return cells.get(self.key)

    def formula(self, places: Places) -> str:
        return places.at(self.key)


class Complete(msgspec.Struct, frozen=True):
    """The outcome for a table's entries: broken if one is not permitted, not checkable if one is blank."""

    wrong: str
    blank: str
    declared: str = ""

    def value(self, cells: Cells) -> int:
        if cells[self.wrong] != 0:
            return Outcome.BROKEN.value
        if cells[self.blank] != 0 and not (self.declared and cells[self.declared] == 1):
            return Outcome.NOT_CHECKABLE.value
        return Outcome.HOLDS.value

    def formula(self, places: Places) -> str:
        filled = f"{places.at(self.blank)}=0"
        if self.declared:
            filled = f"OR({filled},{places.at(self.declared)}=1)"
        outcome = if_formula(filled, Outcome.HOLDS, Outcome.NOT_CHECKABLE)
        return if_formula(f"{places.at(self.wrong)}=0", outcome, Outcome.BROKEN)


class Answered(msgspec.Struct, frozen=True):
    """The outcome for a required section: not checkable while all its texts are empty."""

    lengths: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        answered = any(cells.get(key) for key in self.lengths)
        return Outcome.HOLDS.value if answered else Outcome.NOT_CHECKABLE.value

    def formula(self, places: Places) -> str:
        return if_formula(f"SUM({','.join(places.over(self.lengths))})>0", Outcome.HOLDS, Outcome.NOT_CHECKABLE)


_WORST_FIRST = (Outcome.BROKEN, Outcome.NOT_CHECKABLE, Outcome.HOLDS)


class Worst(msgspec.Struct, frozen=True):
    """The worst of several outcomes: broken, then not checkable, then holds; not applicable if none of these occurs."""

    outcomes: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        found = {cells[key] for key in self.outcomes}
        return next((outcome.value for outcome in _WORST_FIRST if outcome in found), Outcome.NOT_APPLICABLE.value)

    def formula(self, places: Places) -> str:
        ranges = places.over(self.outcomes)
        broken, unknown, held = (count_if_formula(ranges, str(outcome)) for outcome in _WORST_FIRST)
        known = f"AND(COUNT({','.join(ranges)})={len(self.outcomes)},{unknown}=0)"
        good = if_formula(f"{held}>0", Outcome.HOLDS, Outcome.NOT_APPLICABLE)
        return if_formula(f"{broken}>0", Outcome.BROKEN, if_formula(known, good, Outcome.NOT_CHECKABLE))


class StateOf(msgspec.Struct, frozen=True):
    """The overall state, given the worst of all outcomes."""

    worst: str
    numbers: tuple[str, ...] = ()
    """Cells that must be numbers in a finished report, but on which no outcome depends, so that an error value in them
    would go unnoticed: totals in tables that are declared zero, and the lengths of texts that may stay empty."""

    def value(self, cells: Cells) -> int:
        states: dict[Value, State] = {Outcome.BROKEN: State.WRONG, Outcome.NOT_CHECKABLE: State.INCOMPLETE}
        return states.get(cells[self.worst], State.READY).value

    def formula(self, places: Places) -> str:
        worst = places.at(self.worst)
        ready = f"OR({worst}={Outcome.HOLDS},{worst}={Outcome.NOT_APPLICABLE})"
        if self.numbers:
            ready = f"AND({ready},COUNT({','.join(places.over(self.numbers))})={len(self.numbers)})"
        right = if_formula(ready, State.READY, State.INCOMPLETE)
        state = if_formula(f"{worst}={Outcome.BROKEN}", State.WRONG, right)
        return if_formula(f"ISNUMBER({worst})", state, State.INCOMPLETE)


class Worded(msgspec.Struct, frozen=True):
    """A code in words: ``words[code]``."""

    code: str
    words: tuple[str, ...]

    def value(self, cells: Cells) -> str:
        return self.words[cells[self.code]]  # type: ignore[index]

    def formula(self, places: Places) -> str:
        cell = places.at(self.code)
        formula = f'"{self.words[-1]}"'
        for code in reversed(range(len(self.words) - 1)):
            formula = if_formula(f"{cell}={code}", f'"{self.words[code]}"', formula)
        return formula


class Tallied(msgspec.Struct, frozen=True):
    """The outcome of a group in words; where some of its lines are broken, their number comes before the word."""

    code: str
    count: str
    words: tuple[str, ...]

    def value(self, cells: Cells) -> str:
        word = self.words[cells[self.code]]  # type: ignore[index]
        return f"{cells[self.count]} {word}" if cells[self.code] == Outcome.BROKEN else word

    def formula(self, places: Places) -> str:
        cell = places.at(self.code)
        formula = f'"{self.words[Outcome.NOT_APPLICABLE]}"'
        for code in (Outcome.NOT_CHECKABLE, Outcome.HOLDS):
            formula = if_formula(f"{cell}={code}", f'"{self.words[code]}"', formula)
        broken = f'{places.at(self.count)}&" {self.words[Outcome.BROKEN]}"'
        return if_formula(f"{cell}={Outcome.BROKEN}", broken, formula)


class LevelOf(msgspec.Struct, frozen=True):
    """The key of the unit's level: the one that the office gave, or else the one that the unit names; else blank."""

    issued: str
    named: str

    def value(self, cells: Cells) -> Value:
        return cells.get(self.issued) or level_named_by(str(cells.get(self.named) or "")) or None

    def formula(self, places: Places) -> str:
        issued, named = places.at(self.issued), places.at(self.named)

        # One after the other and not nested: programs before Excel 2007 take seven nested functions.
        def of_level(level: Level) -> str:
            return ",".join(f'{named}="{word}"' for word in level.spoken)

        keys = (if_formula(f"OR({of_level(level)})", f'"{level.key}"', '""') for level in LEVELS.values())
        return if_formula(f'{issued}=""', "&".join(keys), issued)
