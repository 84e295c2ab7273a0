"""Moments as people read them: by the clock of this computer, to the minute."""

from __future__ import annotations

import datetime


def local_minute(moment: str) -> str:
    """Return a moment (ISO; UTC where it names no zone) by the clock of this computer: day, hour and minute.

    A text that is no moment is returned as it is.
    """
    try:
        read = datetime.datetime.fromisoformat(moment)
    except ValueError:
        return moment
    if read.tzinfo is None:
        read = read.replace(tzinfo=datetime.UTC)
    return read.astimezone().strftime("%Y-%m-%d %H:%M")
