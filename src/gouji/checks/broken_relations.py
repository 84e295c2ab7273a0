"""The broken relations of one report, and what has been found out about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from gouji.checks.smallest_sets import Change, Exact
from gouji.form.model import Form, Relation
from gouji.form.values import Cells, Number, Outcome


@dataclass(frozen=True, slots=True)
class Web:
    """Which relations of a form share which cells."""

    form: Form
    relations: dict[str, Relation]
    crossing: dict[str, tuple[tuple[str, int], ...]]
    """For each Ref the ids of its relations, with the sign of the Ref in left side minus right side."""
    row_sums: dict[str, Relation]
    """For each row total the relation that adds up its row."""


class Suspect(NamedTuple):
    """A cell that is wrong."""

    ref: str
    change: Exact
    """What must be added to the value of the cell."""


@dataclass(slots=True)
class Case:
    """The broken relations of one report, and what has been found out about them so far."""

    web: Web
    values: Cells
    off: dict[str, Number]
    """Left side minus right side of each broken relation."""
    open: list[str]
    """The broken relations that are not explained yet, in the order of the form."""
    caused_by: dict[str, str] = field(default_factory=dict)
    """The finding that explains a broken relation, by the id of the relation."""
    suspects: dict[str, list[Suspect]] = field(default_factory=dict)
    """The cells that are wrong, by the relation that is reported."""
    alternatives: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    """The sets of which one is wrong, by the relation that is reported."""
    unfilled: dict[str, str] = field(default_factory=dict)
    """The total column that was never filled, as printed, by the relation that is reported."""

    def close(self, cause: str, explained: list[str]) -> None:
        """Record that one broken relation is the cause of others."""
        self.caused_by.update({id: cause for id in explained if id != cause})
        self.open = [id for id in self.open if id != cause and id not in explained]

    def cause_of(self, id: str) -> str:
        """Return the id of the finding that explains a broken relation, or its own id if it is not an echo."""
        while id in self.caused_by:
            id = self.caused_by[id]
        return id

    def holds(self, id: str) -> bool:
        """Tell whether a relation could be checked and holds."""
        return self.values.get(f"outcome.{id}") == Outcome.HOLDS


@cache
def web_of(form: Form) -> Web:
    """Return which relations of a form share which cells."""
    relations = {relation.id: relation for relation in (*form.relations, *form.continuity)}
    crossing: dict[str, tuple[tuple[str, int], ...]] = {}
    for relation in relations.values():
        for terms, sign in ((relation.left, 1), (relation.right, -1)):
            for term in terms:
                if not term.previous:
                    through = (relation.id, -sign if term.negative else sign)
                    crossing[term.ref] = (*crossing.get(term.ref, ()), through)
    row_sums = {
        relation.left[0].ref: relation
        for relation in form.relations
        if relation.family.sums and relation.family.each == "row"
    }
    return Web(form, relations, crossing, row_sums)


def adds_columns(case: Case, relation: Relation) -> bool:
    """Tell whether a relation belongs to the column that adds up the other columns."""
    return relation.family.each == "column" and all(ref in case.web.row_sums for ref in relation.refs)
