"""The rules about texts reach their precision and recall on labelled narratives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gouji.findings.rules import RULES
from labelled.measure import FAMILIES, HELD_OUT, SHIPPED, measured, narratives


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("paths", [(SHIPPED,), HELD_OUT], ids=["tuned", "held out"])
def test_every_family_reaches_its_precision_and_recall(paths: tuple[Path, ...], family: str) -> None:
    result = measured([narrative for path in paths for narrative in narratives(path)])
    score = result.scores[family]
    assert score.right
    assert score.precision >= 0.95, result.wrong
    assert score.recall >= 0.9, result.wrong


def test_the_sets_are_large_enough_and_every_label_is_a_rule() -> None:
    for path in (SHIPPED, HELD_OUT[0]):
        assert len(narratives(path)) >= 60
        assert sum(not narrative.expected for narrative in narratives(path)) >= 20
    every = [narrative for path in (SHIPPED, *HELD_OUT) for narrative in narratives(path)]
    assert {rule for narrative in every for rule in narrative.expected} <= set(RULES)


def test_the_command_measures_any_set(tmp_path: Path) -> None:
    path = tmp_path / "set.txt"
    path.write_text("# 安澜县清溪镇人民政府 township\n! wording.unit\n五 我局无明显问题。\n", encoding="utf-8")
    command = [sys.executable, "-m", "tests.labelled", str(path)]
    output = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True).stdout
    assert output.startswith("1 narratives")
    assert "line 1: wording.unit" not in output
    assert "line 1: wording.problems too much" in output
