"""The identity of a workbook: written in three places, signed by the issuing office, and compared when it is read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from gouji.findings.finding import Finding, found
from gouji.formats.workbook.layout import IDENTITY

SIGNED = tuple(key for key in IDENTITY if key != "signature")
PROPERTY_PREFIX = "gouji."
_COMPARED = {"unit.name": "单位名称", "unit.code": "单位代码", "year": "报告年度"}


def signature(identity: Mapping[str, str], key: bytes | None) -> str:
    """Return the HMAC-SHA256 of an identity in hexadecimal, or an empty text without a key."""
    if not key:
        return ""
    signed = "\n".join(f"{name}={identity.get(name, '')}" for name in SIGNED)
    return hmac.new(key, signed.encode("utf-8"), hashlib.sha256).hexdigest()


def from_properties(properties: Mapping[str, str]) -> dict[str, str]:
    """Return as much of the identity as the custom properties of a file hold."""
    return {key: properties[PROPERTY_PREFIX + key].strip() for key in IDENTITY if PROPERTY_PREFIX + key in properties}


def disagreements(
    hidden: Mapping[str, str], properties: Mapping[str, str], cover: Mapping[str, str], cells: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each fact on which the three places disagree, with both values.

    Where the sheets agree and a property is gibberish, the program that saved the file caused it.
    """
    for key, label in _COMPARED.items():
        other, shown = properties.get(key, ""), cover.get(key, "")
        spoiled = _is_spoiled(other, hidden.get(key) or shown)
        other = "" if spoiled else other
        issued = hidden.get(key) or other
        where = (cells[key],) if key in cells else ()
        if spoiled and hidden.get(key) == shown:
            yield found("identity.property", key, label=label, shown=shown)
        elif hidden.get(key) and other and hidden[key] != other:
            yield found("identity.conflict", key, cells=where, label=label, issued=hidden[key], shown=other)
        elif issued and issued != shown:
            yield found("identity.conflict", key, cells=where, label=label, issued=issued, shown=shown or "（空）")


def _is_spoiled(text: str, meant: str) -> bool:
    """Tell whether a text results from another one when a program reads its bytes in the wrong encoding."""
    if not text or text == meant or meant.isascii():
        return False
    gibberish = {meant.encode(right, "replace").decode(wrong, "replace") for right, wrong in _MISTAKEN}
    lost = "".join(sign if sign.isascii() else "?" for sign in meant)
    return _visible(text) in {_visible(spoiled) for spoiled in (*gibberish, lost)} or "\ufffd" in text


_MISTAKEN = [
    (right, wrong)
    for right in ("utf-8", "gb18030")
    for wrong in ("latin-1", "cp1252", "gb18030", "utf-8", "big5")
    if right != wrong
]
"""Pairs of the right encoding and the one by which a program reads it."""


def _visible(text: str) -> str:
    """Return a text without the characters that programs drop."""
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace() and sign != "\ufffd")


def unproved(identity: Mapping[str, str], key: bytes | None) -> Iterator[Finding]:
    """Yield a finding where the issuing office's signature is missing or wrong; without a key there is none."""
    if not key:
        return
    if not identity.get("signature"):
        yield found("identity.unsigned")
    elif not hmac.compare_digest(identity["signature"], signature(identity, key)):
        yield found("identity.signature")
