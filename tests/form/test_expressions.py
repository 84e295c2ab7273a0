"""The arithmetic of the form: four outcomes, and blank, text and zero as three different answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.form.calculations import calculations, evaluate, relation_outcomes
from gouji.form.editions import editions, load_form
from gouji.form.expressions import Contradiction, Declared, Difference, EntryOf, Holds, Total, Zero
from gouji.form.model import Term
from gouji.form.states import Worst
from gouji.form.values import TOO_LARGE, YES, Entry, Outcome, State, Value, is_number, side

integers = st.integers(-(10**9), 10**9)
numbers = integers | st.decimals(min_value=-(10**6), max_value=10**6, places=3)
typed = st.sampled_from(["无", "/", "3件", "１２", " ", "=1+1"])
values: st.SearchStrategy[Value] = st.none() | typed | numbers


def terms(*refs: str) -> tuple[Term, ...]:
    return tuple(
        Term(
            ref=ref.removeprefix("-").removeprefix("previous."),
            negative=ref.startswith("-"),
            previous="previous." in ref,
        )
        for ref in refs
    )


# ---------------------------------------------------------------- totals and differences


@given(st.lists(numbers, min_size=1, max_size=8))
def test_a_total_is_the_sum_of_its_parts(parts: list[int | Decimal]) -> None:
    cells: dict[str, Value] = {str(index): value for index, value in enumerate(parts)}
    assert Total(tuple(cells)).value(cells) == sum(parts)


@given(st.lists(values, min_size=1, max_size=8))
def test_a_total_with_an_unknown_part_is_blank(parts: list[Value]) -> None:
    cells = {str(index): value for index, value in enumerate(parts)}
    assert (Total(tuple(cells)).value(cells) is None) == any(not is_number(value) for value in parts)


@given(st.lists(values, min_size=1, max_size=5))
def test_a_total_in_a_declared_table_is_0(parts: list[Value]) -> None:
    cells: dict[str, Value] = {str(index): value for index, value in enumerate(parts)} | {"declared": 1}
    assert Total(tuple(cells), "declared").value(cells) == 0


@given(st.lists(integers, min_size=1, max_size=4), st.lists(integers, min_size=1, max_size=4))
def test_a_difference_is_left_minus_right(left: list[int], right: list[int]) -> None:
    cells: dict[str, Value] = {f"l{index}": value for index, value in enumerate(left)}
    cells |= {f"r{index}": value for index, value in enumerate(right)}
    of = Difference(terms(*(key for key in cells if key[0] == "l")), terms(*(key for key in cells if key[0] == "r")))
    assert of.value(cells) == sum(left) - sum(right)


def test_a_side_may_subtract_and_use_last_years_figures() -> None:
    cells: dict[str, Value] = {"previous.a": 10, "a": 99, "b": 5, "c": 3}
    assert side(terms("previous.a", "b", "-c"), cells) == 12
    assert side(terms("previous.a", "b", "-d"), cells) is None


def test_values_that_differ_only_in_binary_fractions_are_equal() -> None:
    cells: dict[str, Value] = {"a": Decimal("0.1"), "b": Decimal("0.2"), "c": Decimal("0.3")}
    assert Difference(terms("a", "b"), terms("c")).value(cells) == 0


def test_the_difference_of_extremely_large_figures_is_still_a_number() -> None:
    cells: dict[str, Value] = {"a": Decimal("1234567890123456789012345.12345"), "b": 0}
    difference = Difference(terms("a"), terms("b")).value(cells)
    assert difference is not None
    assert difference > TOO_LARGE


# ---------------------------------------------------------------- four outcomes


@given(values, values)
def test_a_relation_holds_is_broken_or_is_not_checkable(left: Value, right: Value) -> None:
    cells = {"a": left, "b": right}
    outcome = Outcome(Holds("d").value({"d": Difference(terms("a"), terms("b")).value(cells)}))
    if not (is_number(left) and is_number(right)):
        assert outcome == Outcome.NOT_CHECKABLE
    else:
        assert outcome == (Outcome.HOLDS if left == right else Outcome.BROKEN)


@pytest.mark.parametrize("edition", editions())
@pytest.mark.parametrize(
    "value, outcome",
    [
        (None, Outcome.NOT_CHECKABLE),
        ("", Outcome.NOT_CHECKABLE),
        ("无", Outcome.NOT_CHECKABLE),
        (0, Outcome.HOLDS),
        (1, Outcome.BROKEN),
    ],
)
def test_blank_text_and_zero_are_different_answers(edition: str, value: Value, outcome: Outcome) -> None:
    form = load_form(edition)
    cells: dict[str, Value] = dict.fromkeys(form.cells, 0)
    cells["requests.new.natural"] = value
    outcomes = relation_outcomes(form.relations, cells)
    touched = {"requests.balance:natural", "requests.total:new"}
    assert {id for id, found in outcomes.items() if found == outcome} >= touched
    assert all(found == Outcome.HOLDS for id, found in outcomes.items() if id not in touched)


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=6))
def test_broken_is_worse_than_not_checkable_which_is_worse_than_holds(outcomes: list[Outcome]) -> None:
    cells: dict[str, Value] = {str(index): outcome.value for index, outcome in enumerate(outcomes)}
    worst = Worst(tuple(cells)).value(cells)
    ranked = [Outcome.BROKEN, Outcome.NOT_CHECKABLE, Outcome.HOLDS, Outcome.NOT_APPLICABLE]
    assert worst == min(outcomes, key=ranked.index)


# ---------------------------------------------------------------- entries


@pytest.mark.parametrize(
    "value, count, change, money",
    [
        (None, Entry.BLANK, Entry.BLANK, Entry.BLANK),
        ("", Entry.BLANK, Entry.BLANK, Entry.BLANK),
        (0, Entry.ZERO, Entry.ZERO, Entry.ZERO),
        (Decimal("0.00"), Entry.ZERO, Entry.ZERO, Entry.ZERO),
        (7, Entry.GOOD, Entry.GOOD, Entry.GOOD),
        (-7, Entry.NEGATIVE, Entry.GOOD, Entry.NEGATIVE),
        (Decimal("0.5"), Entry.FRACTION, Entry.FRACTION, Entry.GOOD),
        (Decimal("-0.5"), Entry.NEGATIVE, Entry.FRACTION, Entry.NEGATIVE),
        (TOO_LARGE - 1, Entry.GOOD, Entry.GOOD, Entry.GOOD),
        (TOO_LARGE, Entry.LARGE, Entry.LARGE, Entry.LARGE),
        (-TOO_LARGE, Entry.LARGE, Entry.LARGE, Entry.LARGE),
        ("7", Entry.UNREAD, Entry.UNREAD, Entry.UNREAD),
        (" ", Entry.UNREAD, Entry.UNREAD, Entry.UNREAD),
        ("/", Entry.UNREAD, Entry.UNREAD, Entry.UNREAD),
    ],
)
def test_the_entry_code_of_a_number_cell(value: Value, count: Entry, change: Entry, money: Entry) -> None:
    found = [EntryOf("cell", kind).value({"cell": value}) for kind in ("count", "change", "money")]
    assert found == [count, change, money]


@given(values)
def test_a_missing_cell_is_blank(value: Value) -> None:
    assert EntryOf("cell", "count").value({"other": value}) == Entry.BLANK


# ---------------------------------------------------------------- zero declarations and levels


@given(st.lists(st.sampled_from(list(Entry)), min_size=1, max_size=5), st.sampled_from([None, "否", YES]))
def test_a_zero_declaration_is_valid_only_beside_zeros_and_blanks(entries: list[Entry], answer: Value) -> None:
    cells: dict[str, Value] = {str(index): entry.value for index, entry in enumerate(entries)}
    cells["zero"] = answer
    keys = tuple(str(index) for index in range(len(entries)))
    valid = answer == YES and set(entries) <= {Entry.BLANK, Entry.ZERO}
    cells["declared"] = Declared("zero", keys).value(cells)
    assert cells["declared"] == int(valid)
    contradiction = Outcome(Contradiction("zero", "declared").value(cells))
    assert contradiction == (Outcome.NOT_APPLICABLE if answer != YES else Outcome.HOLDS if valid else Outcome.BROKEN)


@pytest.mark.parametrize(
    "level, figures, declared, outcome",
    [
        ("township", (0, 0), 0, Outcome.HOLDS),
        ("township", (0, 1), 0, Outcome.BROKEN),
        ("township", (None, 1), 0, Outcome.BROKEN),
        ("township", (None, 0), 0, Outcome.NOT_CHECKABLE),
        ("township", ("无", 0), 0, Outcome.NOT_CHECKABLE),
        ("township", (None, None), 1, Outcome.HOLDS),
        ("city", (3, 1), 0, Outcome.NOT_APPLICABLE),
        (None, (3, 1), 0, Outcome.NOT_APPLICABLE),
    ],
)
def test_the_outcome_of_a_row_that_must_be_zero_for_some_levels(
    level: Value, figures: tuple[Value, Value], declared: int, outcome: Outcome
) -> None:
    cells: dict[str, Value] = {"a": figures[0], "b": figures[1], "level": level, "declared": declared}
    assert Zero(("a", "b"), "level", ("township",), "declared").value(cells) == outcome


# ---------------------------------------------------------------- the whole form


def filled(edition: str) -> dict[str, Value]:
    form = load_form(edition)
    cells: dict[str, Value] = dict.fromkeys(form.cells, 0)
    return cells | {f"length.{topic.key}": 10 for topic in form.topics} | {"level": "township"}


def state(cells: dict[str, Value], edition: str, *, totals: bool = False) -> State:
    return State(evaluate(calculations(load_form(edition), totals=totals), cells)["state"])  # type: ignore[arg-type]


@pytest.mark.parametrize("edition", editions())
@pytest.mark.parametrize("totals", [True, False])
def test_a_report_is_ready_when_it_is_complete_and_correct(edition: str, totals: bool) -> None:
    assert state(filled(edition), edition, totals=totals) == State.READY


@pytest.mark.parametrize("edition", editions())
@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"requests.new.natural": 1, "requests.new.total": 1}, State.WRONG),
        ({"requests.new.natural": -1}, State.WRONG),
        ({"requests.new.natural": "3件"}, State.WRONG),
        ({"requests.new.natural": None}, State.INCOMPLETE),
        ({"disclosure.rules.made": 1, "disclosure.rules.created": 1}, State.WRONG),
        ({"zero.disputes": YES}, State.READY),
        ({"zero.requests": YES, "requests.new.natural": None}, State.READY),
        ({"zero.disputes": YES, "disputes.direct_suit.upheld": 1, "disputes.direct_suit.total": 1}, State.WRONG),
    ],
)
@pytest.mark.parametrize("totals", [True, False])
def test_the_state_of_a_report_follows_from_its_cells(
    edition: str, changes: dict[str, Value], expected: State, totals: bool
) -> None:
    assert state(filled(edition) | changes, edition, totals=totals) == expected


@pytest.mark.parametrize("edition", editions())
def test_a_required_section_without_text_is_incomplete(edition: str) -> None:
    cells = {key: None if key.startswith("length.problems.") else value for key, value in filled(edition).items()}
    assert state(cells, edition) == State.INCOMPLETE
    assert state(cells | {"length.problems.improvements": 1}, edition) == State.READY


def test_a_fee_number_that_is_blank_is_incomplete_in_the_form_that_asks_for_it() -> None:
    assert state(filled("2021") | {"processing.fee.billed": None}, "2021") == State.INCOMPLETE


@pytest.mark.parametrize("edition", editions())
@given(data=st.data())
def test_calculated_totals_never_break_the_relations_that_define_them(edition: str, data: st.DataObject) -> None:
    form = load_form(edition)
    cells: dict[str, Value] = data.draw(st.dictionaries(st.sampled_from(form.inputs), st.none() | st.integers(0, 9)))
    evaluated = evaluate(calculations(form, totals=True), {**dict.fromkeys(form.inputs, 0), **cells})
    for relation in form.relations:
        if relation.family.sums:
            assert evaluated[f"outcome.{relation.id}"] in (Outcome.HOLDS, Outcome.NOT_CHECKABLE)


@given(st.data())
def test_evaluating_computes_the_same_outcomes_as_the_relations_alone(data: st.DataObject) -> None:
    form = load_form("2021")
    cells: dict[str, Value] = data.draw(st.dictionaries(st.sampled_from(list(form.cells)), values, max_size=60))
    cells = {**dict.fromkeys(form.cells, 0), **cells}
    evaluated = evaluate(calculations(form, totals=False), cells)
    for id, outcome in relation_outcomes(form.relations, cells).items():
        assert evaluated[f"outcome.{id}"] == outcome


# ---------------------------------------------------------------- formulas


class Anywhere:
    """Places for formulas that nobody calculates."""

    def at(self, key: str) -> str:
        return "B2"

    def over(self, keys: Sequence[str]) -> list[str]:
        return ["B2:B9", "D4"]


OLD_FUNCTIONS = {
    "SUM",
    "IF",
    "AND",
    "OR",
    "NOT",
    "COUNT",
    "ISERROR",
    "ISNUMBER",
    "INT",
    "LEN",
    "ABS",
    "MIN",
    "MAX",
    "ROUND",
    "COUNTIF",
}


@pytest.mark.parametrize("edition", editions())
@pytest.mark.parametrize("totals", [True, False])
def test_formulas_use_only_functions_that_every_spreadsheet_program_has(edition: str, totals: bool) -> None:
    for expression in calculations(load_form(edition), totals=totals).values():
        formula = expression.formula(Anywhere())
        assert set(re.findall(r"([A-Z]+)\(", formula)) <= OLD_FUNCTIONS
        assert formula.count("(") == formula.count(")")
        assert len(formula) < 8192
