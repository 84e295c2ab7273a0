"""Fetching: each new mail of the mailbox becomes a file, byte for byte, and is then collected like any other file."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.mail.imap import Folder, Message, OddAnswerError, TooLargeError, opened
from gouji.collection.mail.password import password_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import TABLE
from gouji.collection.workspace.names import RECEIVED
from gouji.collection.workspace.settings import FILE
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.output import make_folder, write_aside

FOLDER = f"{RECEIVED}/邮件"
_FIRST_DAY = (7, 1)
"""Month and day of the year that is reported on, from which on its reports may be asked for."""
_HEAD = 64 * 1024
"""Bytes of a mail in which its sender is looked for."""
_LONGEST_FROM = 1024
_LONGEST_ADDRESS = 60
"""Characters of an address in a file name."""


_SHOWN = 5
"""Messages that a sentence names."""
_UNDATED = "时间不明"
_NO_VALIDITY = (
    "收信服务器没有说邮件的编号管到什么时候（UIDVALIDITY），不能按编号认出收过的邮件："
    "每次都从头看一遍，内容收过的不再存。"
)


class Fetched(msgspec.Struct):
    """What fetching has done."""

    found: int = 0
    """Messages in the folder since the first day that we look at."""
    new: int = 0
    known: int = 0
    """Messages with new numbers on the server whose content was fetched before."""
    large: list[str] = msgspec.field(default_factory=list)
    """Messages that are too large to fetch: their numbers and sizes."""
    odd: list[str] = msgspec.field(default_factory=list)
    """What was odd about the server or its messages, a sentence each."""
    trouble: str = ""
    """Why it stopped early; what was fetched by then is kept."""


def first_day(year: int) -> datetime.date:
    """Return the first day whose mails are looked at: before it, no report on the year can have been asked for."""
    return datetime.date(year, *_FIRST_DAY)


def fetch(
    workspace: Workspace,
    *,
    since: datetime.date | None = None,
    seen: bool = False,
    target: str = "",
    ask: Callable[[str], str] | None,
    watch: Watch = unwatched,
) -> Fetched:
    """Fetch the messages that were not fetched yet; ``seen`` marks them as read, ``target`` is where to move them.

    After an interruption the same call continues: a message is recorded as fetched once its file is complete. Raises
    GoujiError where the settings are wrong, the server cannot be reached or the disk is full.
    """
    mailbox = workspace.mailbox
    if mailbox is None or mailbox.imap is None:
        raise GoujiError(f"“{FILE}”里还没有写收信的邮箱（[{TABLE}] 的 address 和 imap_host）。")
    password = password_of(mailbox.user, ask)
    done = Fetched()
    make_folder(workspace.folder / FOLDER)
    with workspace.writing("收邮件") as ledger:
        for leftover in (workspace.folder / FOLDER).glob(".gouji-*.tmp"):
            with suppress(OSError):
                leftover.unlink()
        place = f"{mailbox.user}@{mailbox.imap.host}/{mailbox.folder}"
        try:
            with opened(mailbox.imap, mailbox.user, password, mailbox.folder, seen=seen, target=target) as folder:
                numbers = folder.numbers(since or first_day(workspace.settings.year))
                done.found = len(numbers)
                fetching = _Fetching(ledger, workspace.folder / FOLDER, folder, place, done, watch)
                fetching.fetch(numbers)
                kept = ledger.mail.fetched(place, folder.validity) if folder.validity else fetching.kept
                if ours := [uid for uid in numbers if kept.get(uid)]:
                    _tidy(folder, ours, seen=seen, target=target)
        except GoujiError as error:
            if not done.new:
                raise
            done.trouble = str(error)
    return done


def _tidy(folder: Folder, ours: Sequence[int], *, seen: bool, target: str) -> None:
    """Mark messages that were fetched as read and move them, as far as that is wanted."""
    if seen:
        folder.mark_seen(ours)
    if target:
        folder.move(ours, target)


class _Fetching:
    """Brings the messages of a folder to the disk."""

    def __init__(
        self,
        ledger: Ledger,
        into: Path,
        folder: Folder,
        place: str,
        done: Fetched,
        watch: Watch,
    ) -> None:
        self._ledger, self._into, self._folder, self._place = ledger, into, folder, place
        self._done, self._watch = done, watch
        self._contents = ledger.mail.fetched_contents()
        self.kept: dict[int, str] = {}
        """The hashes of the messages of this run, by their numbers."""
        self._undated: list[int] = []

    def fetch(self, numbers: list[int]) -> None:
        validity = self._folder.validity
        # Without a validity a number may mean another message each time: only its content tells what was fetched.
        known = self._ledger.mail.fetched(self._place, validity) if validity else {}
        if not validity:
            self._done.odd.append(_NO_VALIDITY)
        new = [uid for uid in numbers if uid not in known]
        sizes = self._folder.sizes(new)
        for number, message in enumerate(self._messages(new, sizes), 1):
            self._watch(number, len(new), f"收邮件 {_local(message.came):%m-%d %H:%M}" if message.came else "收邮件")
            self._keep(message)
        if self._undated:
            which = f"{'、'.join(map(str, self._undated[:_SHOWN]))}{' 等' if len(self._undated) > _SHOWN else ''}"
            self._done.odd.append(
                f"有 {len(self._undated)} 封邮件，服务器没有说或者说错了收到的时间（第 {which} 号）。邮件已经收下，"
                "收到的时间不知道。"
            )

    def _messages(self, numbers: list[int], sizes: dict[int, int]) -> Iterator[Message]:
        for uid in numbers:
            try:
                message = self._folder.message(uid) if sizes.get(uid, 0) <= LARGEST_FILE else None
            except TooLargeError:
                self._done.large.append(f"第 {uid} 号邮件（比服务器说的大，超过 {LARGEST_FILE // 2**20} MB）")
                self._record(uid, "")
                continue
            except OddAnswerError as problem:
                self._done.odd.append(
                    f"第 {uid} 号邮件没有收：服务器的回答不对（{problem}）。下次再试；一直这样的，"
                    "请在邮件程序里打开，把附件保存到“回收”文件夹。"
                )
                continue
            if message is not None and len(message.data) <= LARGEST_FILE:
                yield message
            elif message is not None or sizes.get(uid, 0) > LARGEST_FILE:
                self._done.large.append(f"第 {uid} 号邮件（{sizes.get(uid, LARGEST_FILE) // 2**20} MB）")
                self._record(uid, "")

    def _keep(self, message: Message) -> None:
        sha256 = hashlib.sha256(message.data).hexdigest()
        if sha256 in self._contents:
            self._done.known += 1
        else:
            path = self._free(self._into / _name(message), message.data, sha256)
            write_aside(path, message.data)
            if message.came:
                moment = message.came.timestamp()
                with suppress(OSError):
                    os.utime(path, (moment, moment))
            self._contents.add(sha256)
            self._done.new += 1
        if not message.came:
            self._undated.append(message.uid)
        self.kept[message.uid] = sha256
        self._record(message.uid, sha256, message.came)

    def _free(self, path: Path, data: bytes, sha256: str) -> Path:
        """Return a path that no other message has: a server that numbers its messages anew uses numbers again."""
        try:
            taken = path.read_bytes() != data
        except OSError:
            taken = False
        return path.with_name(f"{path.stem}_{sha256[:8]}.eml") if taken else path

    def _record(self, uid: int, sha256: str, came: datetime.datetime | None = None) -> None:
        time = came.replace(tzinfo=None).isoformat(timespec="seconds") if came else ""
        with self._ledger.transaction():
            self._ledger.mail.record_fetched(self._place, self._folder.validity, uid, sha256, time)


def _name(message: Message) -> str:
    head = BytesHeaderParser().parsebytes(message.data[:_HEAD])
    sender = parseaddr(str(head.get("From", ""))[:_LONGEST_FROM])[1]
    plain = re.sub(r"[^A-Za-z0-9@._-]", "", sender).strip(".")[:_LONGEST_ADDRESS] or "unknown"
    came = f"{_local(message.came):%Y%m%d-%H%M%S}" if message.came else _UNDATED
    return f"{came}_{plain}_{message.uid}.eml"


def _local(moment: datetime.datetime) -> datetime.datetime:
    """Return a time by the clock of this computer."""
    return moment.astimezone()
