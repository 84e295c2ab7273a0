"""What can be printed of a text that came from others."""

from __future__ import annotations

import os
import re
import sys
import warnings

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without characters that are invisible or that file formats cannot store.

    This removes control characters, lone surrogates and the marks that reverse the direction of writing.
    """
    return _UNPRINTABLE.sub("", text)


def readable_name(name: str) -> str:
    """Return a file's name as text: a program of another system may have unpacked it under a name that is not UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode(errors="surrogatepass" if os.name == "nt" else "surrogateescape").decode(
            "gb18030", errors="replace"
        )
    return name


def silence_warnings() -> None:
    """Keep from the screen what libraries warn of, in English and with paths; ``python -W`` asks for it."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
