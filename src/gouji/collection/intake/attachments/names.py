"""Names and texts from outside: bytes become text, and any text becomes a file name that every system accepts."""

from __future__ import annotations

import re
import unicodedata

from gouji.runtime.errors import on_one_line

_LONGEST = 120
_LONGEST_ENDING = 12

_CHARSETS = re.compile(r"(utf|gb|big5|cp|windows|iso|hz|euc|shift|sjis|ks|koi8|ascii|us-ascii|latin)[\w.:-]{0,30}")
"""The labels that are passed to Python, which also has codecs that are slow or are not character sets."""
_SEVEN_BITS = ("hz", "utf-7", "iso-20")
_CHINESE = ("gb", "cp936", "windows-936", "x-gb", "hz")
_TWO_BYTES = ("big5", "euc", "shift", "sjis", "ks", "cp949", "cp950", "cp932")

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def text_of(raw: bytes, label: str = "") -> str:
    """Return bytes as text; ``label`` is the character set that somebody claims, often wrongly.

    Valid UTF-8 is read as UTF-8, anything else as GB 18030: that is true of nearly all mails and zips that offices
    send. The label decides where the bytes are neither, and where a few GBK bytes happen to be valid UTF-8 without
    any Chinese in it.
    """
    label = label.strip().lower()
    if raw.isascii():
        return _strict(raw, label if label.startswith(_SEVEN_BITS) else "ascii") or raw.decode("ascii")
    chinese = label.startswith(_CHINESE)
    text = _strict(raw, "utf-8")
    if text is not None and (not chinese or all(char < "\x80" or char >= "\u2000" for char in text)):
        return text
    tried = [label] if label.startswith(_TWO_BYTES) else []
    for charset in (*tried, "gb18030", label):
        text = _strict(raw, charset)
        if text is not None:
            return text
    return raw.decode("gb18030", "replace")


def _strict(raw: bytes, charset: str) -> str | None:
    if not _CHARSETS.fullmatch(charset):
        return None
    try:
        return raw.decode(charset)
    except (LookupError, ValueError):
        return None


def safe_name(text: str, default: str = "未命名") -> str:
    """Return the last part of a name, shortened, without characters that a system forbids or a screen obeys."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    name = on_one_line(unicodedata.normalize("NFC", re.split(r"[\\/]", text.rstrip("\\/ "))[-1][-4000:]))
    name = _FORBIDDEN.sub("_", name).strip().rstrip(". ")
    if len(name) > _LONGEST:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) < _LONGEST_ENDING else ""
        name = name[: _LONGEST - len(ending)].rstrip(". ") + ending
    return f"_{name}" if _DEVICES.match(name) else name or default


class UniquePaths:
    """Numbers paths that some operating system would take for the same."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], int] = {}

    def path(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the path if it was not returned before, else the path with a number."""
        wanted = path
        while (key := tuple(part.casefold() for part in path)) in self._seen:
            first = tuple(part.casefold() for part in wanted)
            self._seen[first] += 1
            stem, dot, ending = wanted[-1].rpartition(".")
            numbered = f"{stem or ending} ({self._seen[first]})" + (dot + ending if stem else "")
            path = (*wanted[:-1], numbered)
        self._seen[key] = 1
        return path
