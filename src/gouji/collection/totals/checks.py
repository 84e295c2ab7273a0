"""Checks of the totals: parts that may be counted twice, and finished totals that differ from their parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from gouji.checks.figures import place_of
from gouji.collection.totals.parts import Below, Part
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import Finding, found, plain
from gouji.form.levels import level_of
from gouji.form.model import Form
from gouji.form.values import Number, is_number
from gouji.report.figure_rows import picked
from gouji.report.model import Unit, added_up

_Figures = Mapping[str, Number | None]
_LastYear = Callable[[Member], _Figures]

_ENOUGH = 3
"""Figures other than zero: with fewer, two units may agree by chance."""
_TIMES, _FAR_TOO_MUCH = 1000, 10**6
"""An amount in 元 is ten thousand times the amount in 万元; no county charges a million 万元."""
_NEAR = 100
"""A rounded number differs from the exact one by at most a hundredth."""


def doubts(
    form: Form,
    unit: Unit,
    parts: Sequence[Part],
    below: Sequence[Below],
    figures: Mapping[str, Number],
    last_year: _LastYear,
) -> Iterator[Finding]:
    """Yield what is doubtful about the totals: the parts, the finished totals among them, and the totals themselves."""
    yield from _same_files(parts)
    yield from _same_figures(form, parts)
    yield from _amounts_in_another_unit(form, parts, last_year)
    for unit_above in below:
        if unit_above.finished:
            yield from compared(form, unit_above)
        else:
            yield from _counted_twice(form, unit_above)
    yield from _only_one_part(unit.name, "", figures, parts)


# ---------------------------------------------------------------- parts


def _same_files(parts: Sequence[Part]) -> Iterator[Finding]:
    for one, other in _neighbours(parts, lambda part: part.sha256):
        instance = f"{one.code}-{other.code}"
        names = (one.member.name, other.member.name)
        yield found("sum.same_file", instance, name=names[0], other=names[1], sha256=one.sha256[:8])


def _same_figures(form: Form, parts: Sequence[Part]) -> Iterator[Finding]:
    def key(part: Part) -> tuple[Number, ...] | None:
        numbers = tuple(number or 0 for number in picked(part.figures, form.inputs))
        return numbers if len(numbers) - numbers.count(0) >= _ENOUGH else None

    # Only parts with an equal hash can be equal: the keys of all, with their figures, need not be in memory at once.
    hashes = [hash(key(part)) for part in parts]
    times = Counter(hashes)
    perhaps = [part for part, its_hash in zip(parts, hashes, strict=True) if times[its_hash] > 1]
    for one, other in _neighbours(perhaps, key):
        if one.sha256 != other.sha256:
            count = sum(1 for ref in form.inputs if one.figures.get(ref))
            instance = f"{one.code}-{other.code}"
            yield found("sum.same_figures", instance, name=one.member.name, other=other.member.name, count=count)


def _neighbours(parts: Sequence[Part], key: Callable[[Part], object]) -> Iterator[tuple[Part, Part]]:
    """Yield adjacent pairs among the parts with the same key; parts without a key are left out."""
    groups: dict[object, list[Part]] = {}
    for part in parts:
        if (value := key(part)) is not None:
            groups.setdefault(value, []).append(part)
    for group in groups.values():
        yield from pairwise(group)


def _amounts_in_another_unit(form: Form, parts: Sequence[Part], last_year: _LastYear) -> Iterator[Finding]:
    refs = [cell.ref for table in form.official_tables for cell in table.cells.values() if cell.kind == "money"]
    for part in parts:
        for ref in refs:
            amount = part.figures.get(ref)
            if not amount or amount < _TIMES:
                continue
            before = last_year(part.member).get(ref) or 0
            jumped = 0 < before * _TIMES <= amount
            if jumped or (amount > _FAR_TOO_MUCH and level_of(part.member.level).of_a_county):
                yield found(
                    "sum.money",
                    f"{part.code}:{ref}",
                    refs=(ref,),
                    actual=amount,
                    name=part.member.name,
                    unit=form.cells[ref].column.unit,
                    why=f"，上年是 {plain(before)}" if jumped else "",
                    **place_of(form, ref),
                )


# ---------------------------------------------------------------- finished totals


def compared(form: Form, below: Below) -> Iterator[Finding]:
    """Yield where a finished total differs from its parts; while parts are missing, only where it is too small."""
    sender, parts = below.sender, below.parts
    if not parts:
        return
    expected = added_up(form.cells, [part.figures for part in parts])
    omitted = _omitted(form, below, expected)
    if omitted:
        refs = tuple(ref for ref in form.cells if omitted.figures[ref])
        instance = f"{sender.code}:{omitted.code}"
        yield found("sum.omits", instance, refs=refs, unit=sender.member.name, name=omitted.member.name)
        return
    causes: set[str] = set()
    for ref in (*form.inputs, *form.totals):
        finding = _different(form, sender, ref, expected.get(ref), sender.figures.get(ref), whole=below.whole)
        if finding is None or (ref in form.totals and _follows(form, ref, expected, sender.figures, causes)):
            continue
        causes.add(ref)
        yield finding
    yield from _only_one_part(sender.member.name, sender.code, sender.figures, parts)


def _follows(form: Form, ref: str, expected: _Figures, actual: _Figures, causes: set[str]) -> bool:
    """Tell whether a total cell differs exactly as much as its inputs do, so that it is only a consequence."""
    excess = [_excess(expected.get(piece), actual.get(piece)) for piece in (ref, *form.totals[ref])]
    if None in excess:
        return not causes.isdisjoint(form.totals[ref])
    return excess[0] == sum(excess[1:])  # type: ignore[arg-type]


def _excess(expected: Number | None, actual: Number | None) -> Number | None:
    return None if expected is None or actual is None else actual - expected


def _omitted(form: Form, below: Below, expected: Mapping[str, Number]) -> Part | None:
    """Return the one part that a finished total leaves out: it is smaller by that part in every figure."""
    stated = below.sender.figures
    if not below.whole or any(stated.get(ref) is None or ref not in expected for ref in form.cells):
        return None
    short = {ref: expected[ref] - stated[ref] for ref in form.cells}  # type: ignore[operator]
    if not any(short.values()):
        return None
    return next((part for part in below.parts if all(part.figures[ref] == short[ref] for ref in form.cells)), None)


def _different(
    form: Form, sender: Part, ref: str, expected: Number | None, actual: Number | None, *, whole: bool
) -> Finding | None:
    if expected is None or expected == actual:
        return None
    if actual is None:
        rule = "sum.lacks"
    elif not whole:
        rule = "sum.smaller" if actual < expected and form.cells[ref].kind != "change" else ""
    elif _swapped(expected, actual):
        rule = "sum.digits"
    elif _rounded(expected, actual):
        rule = "sum.rounded"
    else:
        rule = "sum.smaller" if actual < expected else "sum.differs"
    if not rule:
        return None
    return found(
        rule,
        f"{sender.code}:{ref}",
        refs=(ref,),
        expected=expected,
        actual=actual,
        unit=sender.member.name,
        difference="" if actual is None else plain(_apart(actual, expected)),
        **place_of(form, ref),
    )


def _apart(one: Number, other: Number) -> Number:
    return one - other if one > other else other - one


def _swapped(expected: Number, actual: Number) -> bool:
    """Tell whether two numbers have the same digits in another order."""
    one, other = plain(expected), plain(actual)
    return len(one) == len(other) > 1 and one.find(".") == other.find(".") and sorted(one) == sorted(other)


def _rounded(expected: Number, actual: Number) -> bool:
    """Tell whether a number is another one, rounded or cut to fewer digits."""
    exact, stated = Decimal(expected), Decimal(actual)
    if not stated or abs(exact - stated) * _NEAR > abs(exact):
        return False
    last_digit = int(stated.normalize().as_tuple().exponent)
    step = Decimal(1).scaleb(last_digit)
    return any((exact / step).to_integral_value(way) * step == stated for way in (ROUND_HALF_UP, ROUND_DOWN))


def _counted_twice(form: Form, below: Below) -> Iterator[Finding]:
    """Yield a unit whose own submission is nowhere smaller than the units below it: it may already contain them."""
    under = added_up(form.inputs, [part.figures for part in below.parts])
    facts = [ref for ref, value in under.items() if value]
    own = below.sender.figures
    if len(facts) < _ENOUGH:
        return
    if all(is_number(own.get(ref)) and own[ref] >= value for ref, value in under.items()):  # type: ignore[operator]
        sender = below.sender.member
        yield found("sum.counted_twice", sender.code, name=sender.name, code=sender.code)


def _only_one_part(unit: str, code: str, figures: _Figures, parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield a total of several parts that equals just one of them: perhaps only the unit's own office was reported."""
    if len(parts) < 2:
        return
    if sum(1 for value in figures.values() if value) < _ENOUGH:
        return
    same = [part for part in parts if all((part.figures.get(ref) or 0) == (figures.get(ref) or 0) for ref in figures)]
    if len(same) == 1:
        instance = f"{code}:{same[0].code}" if code else same[0].code
        yield found("sum.one_part", instance, unit=unit, name=same[0].member.name)
