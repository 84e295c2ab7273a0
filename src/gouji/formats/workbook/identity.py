"""Who a workbook is for: written in three places, signed by the issuing office, compared on reading."""

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
    """Return the HMAC-SHA256 of an identity, in hexadecimal; without a key, an empty text."""
    if not key:
        return ""
    said = "\n".join(f"{name}={identity.get(name, '')}" for name in SIGNED)
    return hmac.new(key, said.encode("utf-8"), hashlib.sha256).hexdigest()


def from_properties(properties: Mapping[str, str]) -> dict[str, str]:
    """Return the identity that a file's custom properties hold, as far as they do."""
    return {key: properties[PROPERTY_PREFIX + key].strip() for key in IDENTITY if PROPERTY_PREFIX + key in properties}


def disagreements(
    hidden: Mapping[str, str], properties: Mapping[str, str], cover: Mapping[str, str], cells: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each fact on which the three places disagree; it names both."""
    for key, label in _COMPARED.items():
        issued = hidden.get(key) or properties.get(key) or ""
        shown = cover.get(key, "")
        where = (cells[key],) if key in cells else ()
        if hidden.get(key) and properties.get(key) and hidden[key] != properties[key]:
            yield found("identity.conflict", key, cells=where, label=label, issued=hidden[key], shown=properties[key])
        elif issued and issued != shown:
            yield found("identity.conflict", key, cells=where, label=label, issued=issued, shown=shown or "（空）")


def unproved(identity: Mapping[str, str], key: bytes | None) -> Iterator[Finding]:
    """Yield a finding where the issuing office's signature is missing or false; without a key nothing is said."""
    if not key:
        return
    if not identity.get("signature"):
        yield found("identity.unsigned")
    elif not hmac.compare_digest(identity["signature"], signature(identity, key)):
        yield found("identity.signature")
