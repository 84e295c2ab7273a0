"""A minute of fuzzing. Every file that ever failed is kept in the kits of tests/damaged."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from fuzz import engine


def test_the_same_seed_makes_the_same_files() -> None:
    files = engine.sources()
    one, other = ([engine.changed(files, Random(seed)) for seed in range(20)] for _ in range(2))
    assert one == other
    assert len({data for _, data in one}) > 15


def test_a_hundred_changed_files_are_read_or_refused() -> None:
    files, random = engine.sources(), Random(11)
    for _ in range(100):
        name, data = engine.changed(files, random)
        _, wrong = engine.judge(data)
        assert not wrong, name


@pytest.mark.slow
def test_a_minute_of_changed_files_are_read_or_refused(tmp_path: Path) -> None:
    result = engine.run(60, 20, tmp_path)
    assert result.failures == []
    assert result.files > 200
