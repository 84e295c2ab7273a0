"""How far a table, the texts and the whole form are: expressions over the outcomes of others."""

from __future__ import annotations

from dataclasses import dataclass

from gouji.form.expressions import count_if_formula, if_formula
from gouji.form.values import Cells, Outcome, Places, State, Value


@dataclass(frozen=True, slots=True)
class Same:
    """What another calculated cell says, shown again."""

    key: str

    def value(self, cells: Cells) -> Value:
        """Compute it."""
        return cells.get(self.key)

    def formula(self, places: Places) -> str:
        """Write it."""
        return places.at(self.key)


@dataclass(frozen=True, slots=True)
class Complete:
    """The outcome of a table's entries: broken by one that is not permitted, not checkable by a blank."""

    wrong: str
    blank: str
    declared: str = ""

    def value(self, cells: Cells) -> int:
        """Compute it."""
        if cells[self.wrong] != 0:
            return Outcome.BROKEN.value
        if cells[self.blank] != 0 and not (self.declared and cells[self.declared] == 1):
            return Outcome.NOT_CHECKABLE.value
        return Outcome.HOLDS.value

    def formula(self, places: Places) -> str:
        """Write it."""
        filled = f"{places.at(self.blank)}=0"
        if self.declared:
            filled = f"OR({filled},{places.at(self.declared)}=1)"
        return if_formula(f"{places.at(self.wrong)}=0", if_formula(filled, 0, 2), 1)


@dataclass(frozen=True, slots=True)
class Answered:
    """Not checkable while all texts of a required section are empty."""

    lengths: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        """Compute it."""
        answered = any(cells.get(key) for key in self.lengths)
        return Outcome.HOLDS.value if answered else Outcome.NOT_CHECKABLE.value

    def formula(self, places: Places) -> str:
        """Write it."""
        return if_formula(f"SUM({','.join(places.over(self.lengths))})>0", 0, 2)


@dataclass(frozen=True, slots=True)
class Worst:
    """The outcome of many: broken if one is, not checkable if one is, holds if one does, else not applicable."""

    outcomes: tuple[str, ...]

    def value(self, cells: Cells) -> int:
        """Compute it."""
        found = {cells[key] for key in self.outcomes}
        return next(outcome for outcome in (1, 2, 0, 3) if outcome in found or outcome == 3)

    def formula(self, places: Places) -> str:
        """Write it."""
        ranges = places.over(self.outcomes)
        broken, unknown, held = (count_if_formula(ranges, str(outcome)) for outcome in (1, 2, 0))
        known = f"AND(COUNT({','.join(ranges)})={len(self.outcomes)},{unknown}=0)"
        return if_formula(f"{broken}>0", 1, if_formula(known, if_formula(f"{held}>0", 0, 3), 2))


@dataclass(frozen=True, slots=True)
class StateOf:
    """The overall state, from the worst outcome of all."""

    worst: str
    numbers: tuple[str, ...] = ()
    """What is a number in every report that is ready, and in a spreadsheet may be an error on which no outcome depends:
    totals in tables that are declared zero, and the lengths of texts that may stay empty."""

    def value(self, cells: Cells) -> int:
        """Compute it."""
        return {1: State.WRONG, 2: State.INCOMPLETE}.get(cells[self.worst], State.READY).value  # type: ignore[arg-type]

    def formula(self, places: Places) -> str:
        """Write it."""
        worst = places.at(self.worst)
        ready = f"OR({worst}=0,{worst}=3)"
        if self.numbers:
            ready = f"AND({ready},COUNT({','.join(places.over(self.numbers))})={len(self.numbers)})"
        return if_formula(f"ISNUMBER({worst})", if_formula(f"{worst}=1", 2, if_formula(ready, 0, 1)), 1)


@dataclass(frozen=True, slots=True)
class Worded:
    """A code in words: ``words[code]``."""

    code: str
    words: tuple[str, ...]

    def value(self, cells: Cells) -> str:
        """Compute it."""
        return self.words[cells[self.code]]  # type: ignore[index]

    def formula(self, places: Places) -> str:
        """Write it."""
        cell = places.at(self.code)
        formula = f'"{self.words[-1]}"'
        for code in reversed(range(len(self.words) - 1)):
            formula = if_formula(f"{cell}={code}", f'"{self.words[code]}"', formula)
        return formula
