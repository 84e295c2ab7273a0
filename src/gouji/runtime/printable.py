"""What can be printed of a text that came from others."""

from __future__ import annotations

import re
import sys
import warnings

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without characters that are invisible or that file formats cannot store.

    This removes control characters, lone surrogates and the marks that reverse the direction of writing.
    """
    return _UNPRINTABLE.sub("", text)


def silence_warnings() -> None:
    """Keep from the screen what libraries warn of, in English and with paths; ``python -W`` asks for it."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
