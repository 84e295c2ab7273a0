"""What a backup says about itself: the hash of every file, names that a zip cannot hold, and the seal over both.

The seal is an HMAC with the key that signs the office's forms. That key lies inside the backup too, so a seal proves
something only to whoever has kept the key elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import msgspec

from gouji.collection.workspace.names import ARCHIVED
from gouji.runtime.printable import readable_name

LIST, NAMES, SEAL = "gouji-backup.json", "gouji-backup-names.json", "gouji-backup-seal.txt"
"""The parts of a backup that are no files of the workspace. Backups of before have only the list."""
MOST_FILES = 200_000
MOST_PACKED = 20
"""How many times larger than packed a file may be: what packs better is stored as it is, so that a restore can refuse
a backup that swells more than this."""

_SEALED = b"gouji backup 1\n"
_HASH = re.compile(r"[0-9a-f]{64}")
_SHOWN = 5


class Listed(msgspec.Struct, frozen=True):
    """The two lists of a backup, as they are written in it: what the seal covers."""

    hashes_json: bytes
    names_json: bytes = b""

    @classmethod
    def of(cls, hashes: Mapping[str, str], names: Mapping[str, str]) -> Listed:
        """Return the lists of a new backup: the hashes of its parts, and the names in bytes of those that need it."""
        return cls(_json(hashes), _json(names) if names else b"")

    def hashes(self) -> dict[str, str]:
        """Return the hash of every file by the name of its part; raises msgspec.DecodeError."""
        return msgspec.json.decode(self.hashes_json, type=dict[str, str])

    def names(self) -> dict[str, str]:
        """Return, by the names of their parts, the names on the disk that a part cannot have."""
        if not self.names_json:
            return {}
        named = msgspec.json.decode(self.names_json, type=dict[str, str])
        return {part: os.fsdecode(bytes.fromhex(name)) for part, name in named.items()}

    def seal(self, key: bytes) -> str:
        """Return the seal of the office that has a key."""
        parts = (hashlib.sha256(part).digest() for part in (self.hashes_json, self.names_json))
        return hmac.new(key, _SEALED + b"".join(parts), hashlib.sha256).hexdigest()

    def has_seal(self, seal: bytes, key: bytes) -> bool:
        """Tell whether a seal is that of the office that has a key."""
        return hmac.compare_digest(seal.strip(), self.seal(key).encode())


def _json(names: Mapping[str, str]) -> bytes:
    return json.dumps(names, ensure_ascii=False, indent=0).encode()


def parts_of(names: Iterable[str]) -> dict[str, str]:
    """Return the name of each file's part.

    Names that are not UTF-8 or hold a backslash, which Windows takes for a folder, get a name that reads like them.
    """
    parts: dict[str, str] = {}
    odd: list[str] = []
    for name in names:
        if readable_name(name) == name and "\\" not in name:
            parts[name] = name
        else:
            odd.append(name)
    taken = set(parts)
    for name in odd:
        part = "/".join(map(readable_name, name.split("/"))).replace("\\", "＼")
        while part in taken:
            part += "_"
        taken.add(part)
        parts[name] = part
    return parts


def bytes_of(name: str) -> str:
    """Return the bytes of a name on the disk, in hexadecimal."""
    return os.fsencode(name).hex()


def changed_in_archive(hashes: Mapping[str, str]) -> list[str]:
    """Return the files of the archive that are not what their names say: these are the hashes of what arrived."""
    return [name for name, sha256 in hashes.items() if (stem := archived_hash(name)) and stem != sha256]


def archived_hash(name: str) -> str:
    """Return the hash that the name of a file in the archive says; empty for any other file."""
    path = PurePosixPath(name)
    return path.stem if path.parts[0] == ARCHIVED and _HASH.fullmatch(path.stem) else ""


def doubts(changed: list[str], missing: list[str], *, keyless: bool) -> Iterator[str]:
    """Yield what is wrong with the files in a backup, in words."""
    if changed:
        yield (
            f"归档里有 {len(changed)} 个文件被改动过，和当初收到的不一样：{some(changed)}。"
            "请把原来的文件再收一遍，或者从以前的备份里找。"
        )
    if missing:
        yield (
            f"归档里少了 {len(missing)} 个收到过的文件：{some(missing)}。请把原来的文件再收一遍，或者从以前的备份里找。"
        )
    if keyless:
        yield (
            "没有签发密钥（签发密钥.txt），或者它读不出来：已经下发的填报表收回来时，认不出是不是本办公室签发的。"
            "请从以前的备份里找回这个文件。"
        )


def some(names: list[str]) -> str:
    """Return the first of many names."""
    return "、".join(names[:_SHOWN]) + ("等" if len(names) > _SHOWN else "")
