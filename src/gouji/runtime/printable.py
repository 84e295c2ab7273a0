"""What can be printed of a text that came from others."""

from __future__ import annotations

import re
import sys
import warnings

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without what nobody can see and no file format holds.

    Control characters and halves of characters go, and the signs that turn the direction of writing round.
    """
    return _UNPRINTABLE.sub("", text)


def silence_warnings() -> None:
    """Keep from the screen what libraries warn of, in English and with paths; ``python -W`` asks for it."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
