"""Checking a whole workspace: that every archived file is what arrived, that the ledger is whole, what was written.

``collect`` looks at the names and lengths in the archive only. Bytes that have rotted are noticed here and by a backup.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import msgspec

from gouji.collection.intake.sources import not_in_the_ledger
from gouji.collection.ledger.connection import CORRUPT
from gouji.collection.ledger.ledger import FILE, Ledger
from gouji.collection.ledger.records import Arrival
from gouji.collection.workspace.backup import backup_beside, backups_beside
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import ARCHIVED, KEY, RECEIVED
from gouji.collection.workspace.round_key import require_the_key_of_the_round
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import LARGEST_FILE

Kind = Literal["changed", "missing", "unreadable", "unknown", "ledger", "key", "product_changed", "product_missing"]

_WHAT: dict[Kind, str] = {"changed": "和收到时不一样了", "missing": "不见了", "unreadable": "读不出来"}


class Trouble(msgspec.Struct, frozen=True):
    """One thing that is not as it was recorded."""

    kind: Kind
    path: str
    """Where it is, as a path in the workspace."""
    message: str
    """What is so and what to do, for the officer."""
    sha256: str = ""
    unit: str = ""
    """The code of the unit whose file it is."""
    source: str = ""
    """How the file first arrived."""
    mended_from: str = ""
    """The file on the disk, or the container in the archive, from which the next ``collect`` mends the archive."""
    backup: str = ""
    """The backup beside the workspace that has the file whole."""


class Verified(msgspec.Struct):
    """What a check of a workspace has found."""

    files: int = 0
    """Archived files that were read."""
    products: int = 0
    """Written files that were read."""
    troubles: list[Trouble] = msgspec.field(default_factory=list)
    notes: list[Trouble] = msgspec.field(default_factory=list)
    """What the officer may have done on purpose."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "whole": not self.troubles,
            "files": self.files,
            "products": self.products,
            "problems": [msgspec.structs.asdict(one) for one in self.troubles],
            "notes": [msgspec.structs.asdict(one) for one in self.notes],
        }


def verify(workspace: Workspace, watch: Watch = unwatched) -> Verified:
    """Check a workspace. What can be mended is marked, so that the next ``collect`` does it.

    Raises GoujiError where another command is at work, or where the ledger cannot be read at all.
    """
    done = Verified()
    with workspace.writing("检查") as ledger:
        if not ledger.is_whole():  # what it says about files is worth nothing then
            return Verified(troubles=[Trouble("ledger", FILE, f"台账“{FILE}”{CORRUPT}")])
        done.troubles += _of_the_key(workspace, ledger)
        check = _Check(workspace, ledger, done, watch)
        check.archive()
        check.written()
        done.troubles += [Trouble("unknown", ARCHIVED, text) for text in not_in_the_ledger(workspace, ledger)]
    return done


def _of_the_key(workspace: Workspace, ledger: Ledger) -> Iterator[Trouble]:
    try:
        require_the_key_of_the_round(workspace, ledger)
    except GoujiError as error:
        yield Trouble("key", KEY, str(error))


class _Check:
    """One check of a workspace's files."""

    def __init__(self, workspace: Workspace, ledger: Ledger, done: Verified, watch: Watch) -> None:
        self._workspace, self._ledger, self._done, self._watch = workspace, ledger, done, watch
        self._names = ledger.file_names()
        self._products = ledger.every_product()
        self._total = len(self._names) + len(self._products)

    def archive(self) -> None:
        """Read every archived file."""
        lost: dict[str, Kind] = {}
        for sha256, name in self._names.items():
            path = self._workspace.archive.path(sha256, name)
            self._seen(name)
            self._done.files += 1
            found = hash_of(path)
            if found != sha256:
                lost[sha256] = "changed" if found else "unreadable" if os.path.lexists(path) else "missing"
        if not lost:
            return
        for sha256, kind in lost.items():
            self._done.troubles.append(self._trouble(sha256, kind, lost))
        with self._ledger.transaction():
            self._ledger.seen.forget(list(lost))
            for container in self._containers(lost):
                self._ledger.unpack_again(container)

    def written(self) -> None:
        """Read every file that we have written into the workspace, of those that are on record."""
        for product in self._products:
            self._seen(product.path)
            self._done.products += 1
            found = hash_of(self._workspace.folder / product.path)
            if found is None and os.path.lexists(self._workspace.folder / product.path):
                why = f"“{product.path}”读不出来。请检查文件的权限和磁盘；要用的，可以删除它，重新生成。"
                self._done.notes.append(Trouble("unreadable", product.path, why, unit=product.code))
            elif found is None:
                why = f"“{product.path}”不在了。要用的，请重新生成；有意移走、删除的不用管。"
                self._done.notes.append(Trouble("product_missing", product.path, why, unit=product.code))
            elif found != product.sha256:
                why = f"“{product.path}”和程序写出时不一样。有人有意改过的不用管；不是的，请删除它，重新生成。"
                self._done.notes.append(Trouble("product_changed", product.path, why, found, product.code))

    def _seen(self, name: str) -> None:
        self._watch(self._done.files + self._done.products + 1, self._total, name)

    def _containers(self, lost: dict[str, Kind]) -> set[str]:
        """Return the containers in the archive that lost files were in, and that are whole."""
        arrivals = (arrival for sha256 in lost for arrival in self._ledger.arrivals(sha256=sha256))
        return {arrival.container for arrival in arrivals if arrival.container and arrival.container not in lost}

    def _trouble(self, sha256: str, kind: Kind, lost: dict[str, Kind]) -> Trouble:
        """Return what is said about one file: whose it is, what is wrong, and where it can be had."""
        path = self._archived(sha256)
        arrivals = list(self._ledger.arrivals(sha256=sha256))
        code = self._ledger.units_of([sha256]).get(sha256, ("", ""))[1]
        source = arrivals[0].source if arrivals else ""
        mended_from = self._original(arrivals, lost)
        backup = "" if mended_from else self._backup(path, sha256)
        whose = f"{self._called(code)}的" if code else ""
        if mended_from:
            again = (
                f"把“{RECEIVED}”再收一遍（gouji collect）"
                if mended_from.startswith((f"{RECEIVED}/", f"{ARCHIVED}/"))
                else "把它再收一遍（gouji collect 后面写上这个文件）"  # without its name, only what is in 回收 is read
            )
            where = f"“{mended_from}”还是好的：{again}，归档就补上了。"
        elif backup:
            where = f"备份“{backup}”里有好的：用压缩软件打开它，取出“{path}”，放回工作文件夹里同样的位置，再检查一遍。"
        else:
            named = backup_beside(self._workspace.folder, "…").name  # of the others, nobody knows who made them
            where = (
                f"按收到时的名字在“{RECEIVED}”里没有找到原来的文件，旁边的备份（“{named}”）里也没有好的。台账里登记的数字没有受影响；"
                "别处还有原来的文件的，把它再收一遍；没有的，从别的备份（改了名称的、存在别处的）里取出来，"
                "放回同样的位置；都没有的，请单位重新报送。"
            )
        words = f"{whose}“{source or self._names[sha256]}”在归档里的文件{_WHAT[kind]}（{path}）。{where}"
        return Trouble(kind, path, words, sha256, code, source, mended_from, backup)

    def _archived(self, sha256: str) -> str:
        """Return where an archived file is or was, as a path in the workspace."""
        path = self._workspace.archive.path(sha256, self._names[sha256])
        return path.relative_to(self._workspace.folder).as_posix()

    def _called(self, code: str) -> str:
        try:
            member = self._workspace.roster.member(code)
        except GoujiError:
            return code
        return member.name if member else code

    def _original(self, arrivals: Sequence[Arrival], lost: dict[str, Kind]) -> str:
        """Return the file from which the next ``collect`` mends a lost one; empty where there is none."""
        for arrival in arrivals:
            if not arrival.container:
                if hash_of(self._workspace.folder / arrival.source) == arrival.sha256:
                    return arrival.source
                continue
            if arrival.container not in lost:
                return self._archived(arrival.container)
            if original := self._original(list(self._ledger.arrivals(sha256=arrival.container)), lost):
                return original
        return ""

    def _backup(self, path: str, sha256: str) -> str:
        """Return the name of a backup beside the workspace that has a file whole, the newest first."""
        for backup in sorted(backups_beside(self._workspace.folder), reverse=True):
            # Whatever is wrong with a backup, it is of no use then; a kept file is small enough to be read whole.
            with suppress(Exception), zipfile.ZipFile(backup) as packed:
                if packed.getinfo(path).file_size <= LARGEST_FILE and sha256 == _sha256(packed.read(path)):
                    return backup.name
        return ""


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hash_of(path: Path) -> str | None:
    """Return the hash of a file of any size; None where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
