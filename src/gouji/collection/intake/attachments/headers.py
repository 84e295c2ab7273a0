"""The header lines of a mail as office programs write them: their encoding labelled correctly, wrongly or not at all.

Python's newer header objects lose Chinese that was sent as bare bytes, and take very long for hostile lines. So the
lines are kept as they arrived, up to a length, and are read here.
"""

from __future__ import annotations

import binascii
import datetime
import email.utils
import re
import string
from collections.abc import Iterator
from email.message import Message
from email.policy import Compat32
from urllib.parse import unquote_to_bytes

from gouji.collection.intake.attachments.names import text_of
from gouji.runtime.errors import on_one_line

_LONGEST = 16 * 1024
"""Characters of a header that are read."""
_LONGEST_ADDRESS = 2000
_LONGEST_DATE = 100
_MOST_PARAMETERS = 50

_ENCODING = "content-transfer-encoding"
_NOT_BASE64 = bytes({*range(256)} - {*string.ascii_letters.encode(), *string.digits.encode(), *b"+/="})
_EQUALS_SIGNS = re.compile(rb"=+")

_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_ANGLES = re.compile(r"<\s*([^<>\s@]{1,200}@[^<>\s@]{1,200})\s*>")
_BARE = re.compile(r"[^\s<>\"',;:()@]{1,200}@[^\s<>\"',;:()@]{1,200}")
_IDENTIFIER = re.compile(r"<[^<>\s]{1,900}>")


class AsTheyCame(Compat32):
    """A policy for the parser: header lines keep their bytes, as surrogate escapes, up to a length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a header's name and value, cut where it is longer than any honest header."""
        name, _, first = sourcelines[0][:_LONGEST].partition(":")
        value = first
        for line in sourcelines[1:]:
            if len(value) > _LONGEST:
                break
            value += line[:_LONGEST]
        value = value[:_LONGEST]
        if value.count(";") > _MOST_PARAMETERS:
            value = ";".join(value.split(";", _MOST_PARAMETERS)[:_MOST_PARAMETERS])
        return name, value.lstrip(" \t").rstrip("\r\n")

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return a header as it was kept, but have no part decoded: Python gives up on small faults, we do not."""
        return "binary" if name.lower() == _ENCODING else value


def inner_parts(part: Message) -> list[Message]:
    """Return the parts of a part."""
    payload = part.get_payload() if part.is_multipart() else []
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def line(message: Message, name: str) -> str:
    """Return a header on one line, its bytes as text but its encoded words not decoded; empty where there is none."""
    value = str(message.get(name) or "")
    raw = value.encode("utf-8", "surrogateescape")
    return re.sub(r"[\r\n]+[ \t]*", " ", text_of(raw)).strip()


def words(text: str) -> str:
    """Return a text with its encoded words decoded (RFC 2047), even in places where the standard forbids them."""
    return on_one_line("".join(_runs(text)))


def _runs(text: str) -> Iterator[str]:
    """Yield the pieces; adjacent encoded words are joined first, because a character may be split between them."""
    position, held, charset = 0, b"", ""
    for found in _WORD.finditer(text):
        between = text[position : found.start()]
        if held and (between.strip() or found[1].lower() != charset):
            yield text_of(held, charset)
            held = b""
        if between.strip() or not position:
            yield between
        held += _word(found[2], found[3])
        charset, position = found[1].lower(), found.end()
    if held:
        yield text_of(held, charset)
    yield text[position:]


def _word(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return base64_of(raw)


def base64_of(raw: bytes) -> bytes:
    """Decode base64 up to its padding, ignoring other characters in it and a missing end."""
    # Python before 3.14 stops at the padding; later ones go on and take what a program has added below for data.
    signs = _up_to_padding(raw.translate(None, delete=_NOT_BASE64))
    whole = signs[: len(signs) - (len(signs) % 4 == 1)]  # one sign alone holds no byte
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _up_to_padding(signs: bytes) -> bytes:
    """Return the signs before the padding; an equals sign where no padding can be is left out."""
    stray = end = 0
    # find() skips megabytes of data ten times as fast as a search for the pattern would.
    while (start := signs.find(b"=", end)) >= 0 and (run := _EQUALS_SIGNS.match(signs, start)):
        after, end = (start - stray) % 4, run.end()
        if after == 3 or (after == 2 and end - start > 1):
            signs = signs[:start]
            break
        stray += end - start
    return signs.replace(b"=", b"") if stray else signs


# ---------------------------------------------------------------- parameters


def kind(message: Message) -> str:
    """Return the content type in lower case, ``text/plain`` where none is given."""
    stated = line(message, "Content-Type").partition(";")[0].strip().lower()
    return stated if stated.count("/") == 1 else "text/plain"


def encoding(message: Message) -> str:
    """Return the content transfer encoding, in lower case."""
    stated = next((value for name, value in message.raw_items() if name.lower() == _ENCODING), "")
    return str(stated).strip(" ;\"'").lower()


def parameters(message: Message, header: str) -> dict[str, str]:
    """Return the parameters of a header, joined and decoded (RFC 2231, RFC 2047, bare bytes)."""
    plain: dict[str, str] = {}
    coded: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in list(_PARAMETER.finditer(line(message, header)))[:_MOST_PARAMETERS]:
        name, value = found[1].lower(), _unquoted(found[2])
        parts = re.fullmatch(r"([^*]+)(?:\*(\d{1,3}))?(\*?)", name)
        if parts is None:
            continue
        if parts[2] is None and not parts[3]:
            plain.setdefault(name, _plain(value))
        else:
            coded.setdefault(parts[1], {}).setdefault(int(parts[2] or 0), (value, bool(parts[3])))
    return {**plain, **{name: _joined(pieces) for name, pieces in coded.items()}}


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        return re.sub(r'\\(["\\])', r"\1", value[1:-1])
    return value.strip('"')


def _plain(value: str) -> str:
    text = words(value)
    if re.search(r"%[89A-Fa-f][0-9A-Fa-f]%", text):  # some web mailers write percent signs without saying so
        return words(text_of(unquote_to_bytes(text)))
    return text


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    raw, charset = b"", ""
    for number, (value, is_coded) in sorted(pieces.items()):
        if is_coded and number == min(pieces) and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw += unquote_to_bytes(value) if is_coded else value.encode("utf-8", "surrogateescape")
    return words(text_of(raw, charset))


# ---------------------------------------------------------------- the values of certain headers


def address(text: str) -> tuple[str, str]:
    """Return the name and the address (in lower case) in a header."""
    text = text[:_LONGEST_ADDRESS]
    found = list(_ANGLES.finditer(text))
    if found:
        return words(text[: found[-1].start()]).strip("\"' "), found[-1][1].lower()
    bare = _BARE.search(text)
    return ("", bare[0].lower()) if bare else (words(text).strip("\"' "), "")


def identifiers(text: str) -> tuple[str, ...]:
    """Return the message ids in a header, with their angle brackets."""
    return tuple(_IDENTIFIER.findall(text))


def moment(text: str) -> datetime.datetime | None:
    """Return a date in UTC; None where the text is not a date."""
    try:
        date = email.utils.parsedate_to_datetime(text[:_LONGEST_DATE])
        if date.tzinfo is None:
            return date.replace(tzinfo=datetime.UTC)
        return date.astimezone(datetime.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
