"""A row of figures answers as the dict of the same figures does."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gouji.report.figure_rows import FigureRows, picked
from gouji.report.model import added_up

FIGURES = {"b": Decimal("1.5"), "a": 3, "c": None}


@pytest.fixture
def rows() -> FigureRows:
    return FigureRows(["a", "b", "c", "d"])


def test_a_row_has_the_figures_of_the_form_in_its_order(rows: FigureRows) -> None:
    assert list(rows.row(FIGURES).items()) == [("a", 3), ("b", Decimal("1.5")), ("c", None), ("d", None)]


def test_a_ref_that_the_form_does_not_have_is_in_no_row(rows: FigureRows) -> None:
    row = rows.row({**FIGURES, "e": 1})
    assert "e" not in row
    assert row.get("e") is None


def test_figures_are_picked_from_a_row_as_from_a_dict(rows: FigureRows) -> None:
    for figures in (FIGURES, rows.row(FIGURES)):
        assert picked(figures, ["d", "b", "a"]) == (None, Decimal("1.5"), 3)


def test_rows_add_up_to_what_dicts_do(rows: FigureRows) -> None:
    many = [FIGURES, {**FIGURES, "c": 0}, {"a": 0, "b": Decimal("0.5"), "c": 1, "d": 1}]
    assert added_up("abcd", map(rows.row, many)) == added_up("abcd", many) == {"a": 6, "b": Decimal("3.5")}
