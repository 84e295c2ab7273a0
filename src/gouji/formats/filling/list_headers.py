"""Which figure each column of a list asks for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from gouji.form.labels import bare, normalised
from gouji.form.model import Form
from gouji.formats.filling.header_path import BETWEEN, path_key, path_text
from gouji.formats.filling.list_words import Refs, Said, lexicon_of, list_words
from gouji.formats.filling.unit_lists import Heading, UnitList
from gouji.formats.filling.units_of_money import factor_between

NOT_FILLED, AND = "", "+"
"""The answer that nothing is to be filled in a column, and what stands between the figures of a sum."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LONGEST_TITLE = 40
_OF_WHICH = "其中"
_COUNTED = frozenset("件个项宗份次条")


class Why(Enum):
    """Why a column is not filled; the value is what an officer reads."""

    SEVERAL = "可以是年报表里的几格，程序不猜"
    UNKNOWN = "认不出问的是年报表里的哪一格"
    NONE = "问的不是年报表里的数"
    UNIT = "数的单位与年报表里的不同，不能换算"
    MEASURE = "表里别处写着另一种金额单位，看不出这一列的数用哪一种"
    TITLE = "这份表或者工作表的名称说的不是全年的数"
    YEAR = "问的不是这个年度的数"
    TWICE = "与另一列问的是同一格，分不清哪一列对"


@dataclass(frozen=True)
class Column:
    """A column of a list, and what it asks for."""

    heading: Heading
    path: str
    ref: str | None
    """The figure that it asks for, or those of a sum; ``NOT_FILLED`` where the officer said so, None if unclear."""
    factor: int = 1
    why: Why | None = None
    refs: tuple[str, ...] = ()
    """The figures that it may ask for, where there are several."""
    answered: str = ""
    """The key of the officer's answer."""


class Headers:
    """Reads the headers of lists of a form."""

    def __init__(self, form: Form, answers: Mapping[str, str], year: int | None) -> None:
        self._form, self._words, self._year = form, lexicon_of(form), year
        self._answers = {path_key(path): (path, ref) for path, ref in answers.items()}
        self._ignored = {bare(word) for word in list_words().ignored}

    def is_known(self, text: str) -> bool:
        """Tell whether a text asks for a figure, be it this year's or not."""
        if not _CHINESE.search(text) or bare(text) in self._ignored:
            return False
        said = self._words.said(text)
        return said.readings is not None and not said.neutral and any(said.readings)

    def columns(self, one: UnitList) -> list[Column]:
        """Return the columns of a list that may ask for figures, from left to right."""
        titles = [text for text in one.around if len(text) <= _LONGEST_TITLE and "。" not in text]
        around = [self._words.said(text) for text in titles]
        is_other = any(re.search(list_words().other_titles, normalised(text)) for text in titles)
        found: list[Column] = []
        for heading in one.headings:
            if bare(heading.parts[-1]) in self._ignored or all(self._words.said(p).neutral for p in heading.parts):
                continue
            before = next((column.ref for column in reversed(found) if not _is_part(column.heading)), None)
            own = Column(heading, path_text(heading.parts), None, why=Why.TITLE) if is_other else None
            found.append(self._answered(one, heading, around) or own or self._column(one, heading, around, before))
        return [*self._once(found)]

    def _answered(self, one: UnitList, heading: Heading, around: Sequence[Said]) -> Column | None:
        path = path_text(heading.parts)
        for key in (path_key(f"{one.sheet}{BETWEEN}{path}"), path_key(path)):
            if key in self._answers:
                written, ref = self._answers[key]
                return replace(self._measured(one, heading, ref, self._said(heading.parts), around), answered=written)
        return None

    def _said(self, parts: Sequence[str]) -> list[Said]:
        return [self._words.said(part) for part in parts]

    def _column(self, one: UnitList, heading: Heading, around: Sequence[Said], before: str | None) -> Column:
        path = path_text(heading.parts)
        said = self._said(heading.parts)
        years = frozenset(year for each in said for year in each.years) or frozenset(
            year for each in around for year in each.years
        )
        if self._year and years and self._year not in years:
            return Column(heading, path, None, why=Why.YEAR)
        candidates = self._candidates(said, around)
        if candidates and len(candidates) > 1 and before and _is_part(heading):
            candidates = self._candidates(said, around, self._words.parts(before))
        if heading.inherited:
            inherited = self._said(heading.inherited)
            other = self._candidates(inherited, around)
            if candidates is None or other is None or any(each.readings == (frozenset(),) for each in inherited):
                candidates = None
            elif other and len(candidates) == len(other) == 1:
                candidates |= other
            elif len(other) == 1:
                candidates = other
        if candidates is None:
            known = _intersection([s.readings[0] for s in said if s.readings])
            near = known and self._words.whole(known)
            return Column(heading, path, None, why=Why.UNKNOWN, refs=self._sorted(near if near else ()))
        if not candidates:
            return Column(heading, path, None, why=Why.NONE)
        if len(candidates) > 1:
            return Column(heading, path, None, why=Why.SEVERAL, refs=self._sorted(candidates))
        return self._measured(one, heading, next(iter(candidates)), said, around)

    def _candidates(self, said: Sequence[Said], around: Sequence[Said], within: Refs | None = None) -> Refs | None:
        """Return the figures that a path may ask for; None for a path with unknown words."""
        if any(each.readings is None for each in said):
            return None
        found: set[str] = set()
        several: set[str] = set()
        for readings in itertools.product(*(each.readings or () for each in said)):
            # 予以公开 below 办结 is one of the results that 办结 adds up.
            refs = _intersection(readings) or _intersection([*map(self._with_parts, readings[:-1]), readings[-1]])
            if within is not None:
                refs &= within
            whole = self._narrowed(refs, around)
            surest = all(each.readings and one == each.readings[0] for one, each in zip(readings, said, strict=True))
            if surest and len(whole) == 1:
                return whole  # every label with its number
            (found if len(whole) == 1 else several).update(whole)
        return frozenset(found | several)

    def _with_parts(self, refs: Refs) -> Refs:
        whole = self._words.whole(refs)
        return refs.union(*(self._words.parts(ref) for ref in whole)) if len(whole) == 1 else refs

    def _narrowed(self, refs: Refs, around: Sequence[Said]) -> Refs:
        """Return the one figure that some figures come to, by the title of the list if need be."""
        whole = self._words.whole(refs)
        for title in reversed(around):
            if len(whole) > 1 and title.readings and not title.neutral:
                inside = refs & title.readings[0]
                whole = self._words.whole(inside) if inside else whole
        return whole

    def _measured(
        self, one: UnitList, heading: Heading, ref: str, said: Sequence[Said], around: Sequence[Said]
    ) -> Column:
        """Return a column that asks for a figure, with the unit in which it asks for it."""
        path = path_text(heading.parts)
        if not ref:
            return Column(heading, path, NOT_FILLED)
        cell = self._form.cells[ref.partition(AND)[0]]
        units = {each.unit for each in said if each.unit}
        if not units and cell.kind == "money":
            units = {unit for each in around for unit in each.unit.split("、") if unit.endswith("元")}
            units = units or set(one.noted)
            if not units and one.mentioned - {cell.column.unit}:
                return Column(heading, path, None, why=Why.MEASURE, refs=(ref,))
        unit, wanted = "、".join(units) or cell.column.unit, cell.column.unit
        if unit == wanted or (unit in _COUNTED and wanted in _COUNTED):
            return Column(heading, path, ref)
        factor = factor_between(wanted, unit)
        return Column(heading, path, ref, factor) if factor else Column(heading, path, None, why=Why.UNIT)

    def _once(self, columns: Sequence[Column]) -> list[Column]:
        """Return the columns, those that ask for one figure in the same words or for other years as questions."""
        result = []
        for column in columns:
            same = [each for each in columns if each is not column and each.ref and each.ref == column.ref]
            if not column.answered and any(self._are_alike(column, other) for other in same):
                column = replace(column, ref=None, factor=1, why=Why.TWICE, refs=(column.ref or "",))
            result.append(column)
        return result

    def _are_alike(self, one: Column, other: Column) -> bool:
        years = [{year for said in self._said(c.heading.parts) for year in said.years} for c in (one, other)]
        return path_key(one.path) == path_key(other.path) or years[0] != years[1]

    def _sorted(self, refs: Refs | tuple[()]) -> tuple[str, ...]:
        """Return figures in the order of the form; of a row in which one is the total of the others, only this one."""
        rows: dict[str, set[str]] = {}
        for ref in refs:
            rows.setdefault(ref.rpartition(".")[0], set()).add(ref)
        asked = {ref for row in rows.values() for ref in self._words.whole(frozenset(row))}
        return tuple(ref for ref in self._form.cells if ref in asked)


def _is_part(heading: Heading) -> bool:
    return any(part.lstrip("（(:： ").startswith(_OF_WHICH) for part in heading.parts)


def _intersection(sets: Sequence[Refs]) -> Refs:
    result: Refs | None = None
    for refs in sets:
        result = refs if result is None else result & refs
    return result or frozenset()
