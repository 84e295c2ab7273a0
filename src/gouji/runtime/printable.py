"""What may be shown of a text that came from others: every door through which text leaves calls :func:`clean`.

The doors are the screen (:mod:`gouji.cli.screen`), web pages (:mod:`gouji.formats.web.templating`), Word documents
(:mod:`gouji.formats.word.oxml`), lists in Excel (:mod:`gouji.formats.drawing.seams`), mails
(:mod:`gouji.collection.mail.message`) and figures as CSV (:mod:`gouji.report.open_data`).
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
import warnings

UNPRINTABLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, except for the tab and the end of a line
    "\u061c\u180e\u200b-\u200f\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # invisible, or of the direction
    "\u2028-\u202e"  # ends of lines and paragraphs, and overrides of the direction
    "\ud800-\udfff\ufffe\uffff"  # no characters
)
"""The characters that no text may bring to a screen or into a document, as in a class of a regular expression."""

_UNPRINTABLE = re.compile(f"[{UNPRINTABLE}]")
_NOT_IN_A_NAME = re.compile(f"[\t\n{UNPRINTABLE}]+")


def columns_of(text: str) -> int:
    """Return how many columns a text takes on a screen; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def clean(text: str) -> str:
    """Return a text without characters that are invisible or that file formats cannot store.

    This removes control characters, lone surrogates and the marks that reverse the direction of writing.
    """
    return _UNPRINTABLE.sub("", text)


def escaped(document: str) -> str:
    """Return JSON that means the same and that shows nothing unprintable."""
    return _UNPRINTABLE.sub(lambda character: json.dumps(character[0])[1:-1], document)


def is_text(name: str) -> bool:
    """Tell whether a name is text, and not bytes that the system could not decode."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def readable_name(name: str) -> str:
    """Return a file's name as text on one line.

    A program of another system may have unpacked it under a name that is not UTF-8.
    """
    if not is_text(name):
        errors = "surrogatepass" if os.name == "nt" else "surrogateescape"
        name = name.encode(errors=errors).decode("gb18030", errors="replace")
    return _NOT_IN_A_NAME.sub(" ", name)


def readable_path(path: object) -> str:
    """Return a path as text on one line, whatever the names in it."""
    return "/".join(map(readable_name, str(path).split("/")))


def silence_warnings() -> None:
    """Keep from the screen what libraries warn of, in English and with paths; ``python -W`` asks for it."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
