"""The day on which a command runs; tests and the pages of the documentation set another one here."""

from __future__ import annotations

import datetime


def today() -> datetime.date:
    """Return the day on which a command runs."""
    return datetime.date.today()
