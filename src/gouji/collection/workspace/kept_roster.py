"""The roster as the last ``collect`` read it: for 10,000 units, reading the workbook takes a second each time.

It is the roster of exactly that workbook, known by the hash of its content, as read by exactly this version.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from gouji import __version__
from gouji.collection.ledger.records import compressed, decompressed
from gouji.collection.ledger.seen import content_worked_out
from gouji.collection.workspace.names import ROSTER
from gouji.collection.workspace.roster import Member, Roster
from gouji.runtime.errors import GoujiError

_decoder = msgspec.json.Decoder(tuple[Member, ...])


def key_of(data: bytes) -> str:
    """Return what tells the content of a roster's workbook from any other, and this program from another."""
    return f"{__version__} {hashlib.sha256(data).hexdigest()}"


def kept_roster(ledger: Path, data: bytes, year: int) -> Roster | None:
    """Return the roster in a workbook with this content, if it is the one that was read last."""
    content = content_worked_out(ledger, ROSTER, key_of(data))
    if content is None:
        return None
    try:
        return Roster(_decoder.decode(decompressed(content)), year)
    except (GoujiError, msgspec.DecodeError):
        return None


def packed(roster: Roster) -> bytes:
    """Return a roster as the ledger keeps it."""
    return compressed(msgspec.json.encode(roster.members))
