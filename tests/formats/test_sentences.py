"""The page for officers has every sentence about a broken file, and no sentence that the code does not say."""

from __future__ import annotations

from pathlib import Path

import pytest
import sentences

PAGE = Path(__file__).parents[2] / "docs" / "damaged-returns.md"
RESULTS = (
    *("显示的话", "结果", "---", "通过（pass）", "请核实（query）", "不通过（fail）", "读不出来（unreadable）"),
    *("格式", ".xls", ".ods"),
)


def rows() -> list[tuple[str, ...]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = (tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines if line.startswith("| "))
    return [row for row in cells if row[0] not in RESULTS]


def test_every_sentence_that_refuses_a_file_is_explained() -> None:
    assert set(sentences.refusals()) <= {row[0] for row in rows()}


def test_every_rule_about_the_file_is_explained() -> None:
    assert set(sentences.rules()) <= {row[0] for row in rows()}


def test_nothing_is_explained_that_is_not_said() -> None:
    said = {*sentences.refusals(), *sentences.rules()}
    assert [row[0] for row in rows() if row[0] not in said] == []


def test_every_sentence_is_explained_once_with_its_meaning_and_an_answer() -> None:
    named = [row[0] for row in rows()]
    assert len(named) == len(set(named))
    assert all(len(row) == 3 and all(row) for row in rows())


@pytest.mark.parametrize("sentence", sentences.refusals())
def test_a_refusal_says_what_to_do(sentence: str) -> None:
    """Sentences about JSON are for those who make it; they name the key and what belongs there."""
    if sentences.refusals()[sentence] not in ("report/model.py", "runtime/decoding.py"):
        assert "请" in sentence or sentence.endswith("…")
    assert sentence.endswith(("。", "…"))
