"""The kit of real-shaped pages and Word files: none wrong, nine of ten whole, and the rest named."""

from __future__ import annotations

from pathlib import Path

import pytest

from published_kit.kit import kit
from published_kit.measure import Outcome, measured
from published_kit.printed import printed

SAMPLE = 19
"""Every nineteenth file is read every day; among them are most kinds of files."""


def wrong(outcomes: list[Outcome]) -> list[str]:
    return [f"{outcome.document.name}: {outcome.wrong}" for outcome in outcomes if outcome.wrong]


def test_no_number_of_a_sample_of_the_kit_is_wrong() -> None:
    outcomes = measured([document for index, document in enumerate(kit()) if index % SAMPLE == 0])
    assert len({outcome.document.kind for outcome in outcomes}) >= 5
    assert not wrong(outcomes)


@pytest.mark.slow
def test_none_of_the_kit_is_wrong_and_nine_of_ten_files_are_whole() -> None:
    outcomes = measured(kit())
    assert len(outcomes) >= 120
    assert not wrong(outcomes)
    assert sum(outcome.whole for outcome in outcomes) >= 0.9 * len(outcomes)


@pytest.mark.slow
def test_a_number_that_the_edge_of_the_paper_cuts_is_named_and_the_last_section_is_found(tmp_path: Path) -> None:
    wide = [document for document in kit() if document.name == "069 empty margins, a slash for 0.html"]
    (outcome,) = measured(list(printed(wide, tmp_path)))
    assert (outcome.named, outcome.wrong) == (["disputes.later_suit.total"], [])
