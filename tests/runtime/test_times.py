"""Moments are shown by the clock of the computer at which somebody reads them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from gouji.runtime.times import local_minute

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no TZ")


@pytest.fixture
def in_beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    "moment, shown",
    [
        ("2026-01-20T01:30:00", "2026-01-20 09:30"),
        ("2026-01-20T09:30:00+08:00", "2026-01-20 09:30"),
        ("2026-01-19T20:30:59+00:00", "2026-01-20 04:30"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_moment_is_shown_by_the_local_clock(moment: str, shown: str, in_beijing: None) -> None:
    assert local_minute(moment) == shown
