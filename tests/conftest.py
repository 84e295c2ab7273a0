"""Fixtures that several test modules share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import libreoffice as office
from county import TOWNS, County

# A workbook takes a few tenths of a second, and the machine may be busy.
hypothesis.settings.register_profile("gouji", deadline=None)
hypothesis.settings.load_profile("gouji")


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[office.LibreOffice]:
    """LibreOffice with a profile of this test process."""
    yield from office.started(tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture(scope="session")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has issued its forms to five towns, of which three reported last year; tests take copies of it."""
    county = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    county.reported_last_year(TOWNS[:3])
    county.run("issue")
    return county


@pytest.fixture
def county(issued: County, tmp_path: Path) -> County:
    """A copy of that office: a workspace can be copied as it is."""
    return issued.copied(tmp_path / "年报")
