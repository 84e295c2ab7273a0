"""Names and words that came from outside: bytes to text, and any text to a file name that every system takes."""

from __future__ import annotations

import re
import unicodedata

from gouji.runtime.errors import on_one_line

_LONGEST = 120
_LONGEST_ENDING = 12

_CHARSETS = re.compile(r"(utf|gb|big5|cp|windows|iso|hz|euc|shift|sjis|ks|koi8|ascii|us-ascii|latin)[\w.:-]{0,30}")
"""Labels that are passed on to Python, which knows codecs that are slow or no charsets at all."""
_SEVEN_BITS = ("hz", "utf-7", "iso-20")
_CHINESE = ("gb", "cp936", "windows-936", "x-gb", "hz")
_TWO_BYTES = ("big5", "euc", "shift", "sjis", "ks", "cp949", "cp950", "cp932")

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def text_of(raw: bytes, label: str = "") -> str:
    """Return what bytes say; ``label`` is the charset that somebody claims, often wrongly.

    Bytes that are UTF-8 are UTF-8, bytes that are not are GB 18030: so are all mails and archives that offices send.
    A label decides where they are neither, and where short GBK bytes happen to be UTF-8 of no Chinese.
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
    """Return the last part of a name, without signs that a system forbids or that steer a screen, not too long."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    name = on_one_line(unicodedata.normalize("NFC", re.split(r"[\\/]", text.rstrip("\\/ "))[-1][-4000:]))
    name = _FORBIDDEN.sub("_", name).strip().rstrip(". ")
    if len(name) > _LONGEST:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) < _LONGEST_ENDING else ""
        name = name[: _LONGEST - len(ending)].rstrip(". ") + ending
    return f"_{name}" if _DEVICES.match(name) else name or default


class Apart:
    """Keeps names apart that would be the same for some system."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ...], int] = {}

    def path(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return a path that was not returned before: the same one, or one with a number."""
        wanted = path
        while (key := tuple(part.casefold() for part in path)) in self._seen:
            first = tuple(part.casefold() for part in wanted)
            self._seen[first] += 1
            stem, dot, ending = wanted[-1].rpartition(".")
            numbered = f"{stem or ending} ({self._seen[first]})" + (dot + ending if stem else "")
            path = (*wanted[:-1], numbered)
        self._seen[key] = 1
        return path
