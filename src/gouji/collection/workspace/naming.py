"""The names of the files that we write: people recognise the unit, and every system and archiver accepts them."""

from __future__ import annotations

import re

from gouji.collection.workspace.roster import Member

LONGEST = 60
"""Characters of a name before its ending: with the folders of an office above it, the path stays below 260."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s]+')
_BACKSLASH = 0x5C
"""Some GBK characters end in this byte, which old archivers take for a path separator."""


def file_name(member: Member, what: str, suffix: str) -> str:
    """Return the name of a file for a unit: the unit's code, its short name, and what the file is."""
    room = LONGEST - len(member.code) - len(what) - 2
    called = _plain(member.called)[: max(room, 0)].rstrip(".")
    return f"{'_'.join(filter(None, (member.code, called, what)))}{suffix}"


def plain_name(text: str, suffix: str) -> str:
    """Return a text as the name of a file, cut where it is too long."""
    return f"{_plain(text)[:LONGEST].rstrip('.')}{suffix}"


def _plain(text: str) -> str:
    """Leave out what Windows forbids, and what an archiver that writes GBK loses or takes for a path separator."""
    kept = (character for character in _FORBIDDEN.sub("", text) if _survives(character))
    return "".join(kept).strip(".")


def _survives(character: str) -> bool:
    try:
        encoded = character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return character.isprintable() and not (len(encoded) > 1 and encoded[1] == _BACKSLASH)
