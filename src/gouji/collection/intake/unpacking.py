"""Taking containers of the archive apart in the worker processes, and keeping what is inside in the archive."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from gouji.collection.intake.attachments.bounces import Bounce
from gouji.collection.intake.attachments.courtesies import Courtesy
from gouji.collection.intake.attachments.origin import Origin
from gouji.collection.intake.attachments.unpack import Item, unpack
from gouji.collection.workspace.archive import Archive


class KeptItem(msgspec.Struct, frozen=True):
    """A file that was in a container and is now in the archive."""

    sha256: str
    path: str
    """The path inside the container, beginning with the container's own name."""
    size: int
    sent: str
    sender: str
    forwarded: str


class Contents(msgspec.Struct, frozen=True):
    """What a container held."""

    items: tuple[KeptItem, ...] = ()
    remarks: tuple[str, ...] = ()
    origin: Origin | None = None
    """Who wrote the mail and what it answers, where the container is one mail."""
    bounces: tuple[Bounce, ...] = ()
    senders: dict[str, str] = {}
    """Who has to do with each remark, as far as that is known."""
    courtesies: tuple[Courtesy, ...] = ()
    """The mails that bring nothing and ask for nothing."""
    is_waiting: bool = False
    """Whether more will be had once a program is on this machine."""


class OurMail(msgspec.Struct, frozen=True):
    """How a mail of ours is known that comes back in a notice: what is attached to it is no submission."""

    ids: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    """The hashes of all files that we have written."""
    address: str = ""

    def has(self, item: Item, sha256: str) -> bool:
        """Tell whether an item came back with a mail of ours."""
        return item.notice and (
            item.returned in self.ids
            or sha256 in self.files
            or bool(self.address and item.forwarded.lower() == self.address)
        )


class Unpacker:
    """Takes a container apart and archives what is inside. It runs in the worker processes."""

    def __init__(self, archive: Path, names: dict[str, str], ours: OurMail) -> None:
        """``names`` are the names of the files that are in the archive already, by their hashes."""
        self._archive, self._names, self._ours = Archive(archive), names, ours

    def __call__(self, task: tuple[str, str]) -> Contents:
        """Return what a container holds; ``task`` is its hash and its name in the archive.

        Raises DocumentError where it cannot be opened, LostError where the archive does not have it.
        """
        container, name = task
        unpacked = unpack(name, self._archive.read(container, name))
        items = []
        for item in unpacked.items:
            sha256 = hashlib.sha256(item.data).hexdigest()
            if self._ours.has(item, sha256):
                continue
            known = self._names.get(sha256)
            self._archive.keep(item.data, sha256, known or item.path[-1])
            items.append(KeptItem(sha256, "/".join(item.path), len(item.data), item.sent, item.sender, item.forwarded))
        return Contents(
            *(tuple(items), unpacked.remarks, unpacked.origin, unpacked.bounces, unpacked.senders),
            *(unpacked.courtesies, unpacked.is_waiting),
        )
