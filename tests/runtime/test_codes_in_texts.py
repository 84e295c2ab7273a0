"""A code is found in a text where it stands alone, as a pattern finds it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.runtime.spelling import stands_alone


@pytest.mark.parametrize(
    ("text", "found"),
    [("41.xlsx", True), ("报表41", True), ("141", False), ("41A", False), ("410 41", True), ("", False)],
)
def test_a_code_counts_only_outside_longer_numbers_and_words(text: str, found: bool) -> None:
    assert stands_alone(text, "41") == found


@given(st.text("1A-报", max_size=9), st.text("1A-", min_size=1, max_size=3))
def test_it_is_what_a_pattern_finds(text: str, code: str) -> None:
    pattern = rf"(?<![0-9A-Za-z]){re.escape(code)}(?![0-9A-Za-z])"
    assert stands_alone(text, code) == (re.search(pattern, text) is not None)
