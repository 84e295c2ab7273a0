"""Fixtures that several test modules share."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest

import libreoffice as office

# A workbook takes a few tenths of a second, and the machine may be busy.
hypothesis.settings.register_profile("gouji", deadline=None)
hypothesis.settings.load_profile("gouji")


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[office.LibreOffice]:
    """LibreOffice with a profile of this test process."""
    yield from office.started(tmp_path_factory.mktemp("libreoffice"))
