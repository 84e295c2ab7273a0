"""The workspace: one folder that holds one year.

Nothing in it depends on its path, so it can be moved or copied as it is.
"""

from __future__ import annotations

import datetime
import getpass
import platform
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

import msgspec

from gouji.collection.ledger import ledger
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.workspace import settings
from gouji.collection.workspace.archive import Archive
from gouji.collection.workspace.kept_roster import kept_roster, key_of, packed
from gouji.collection.workspace.launchers import write_launchers
from gouji.collection.workspace.mailbox import TEMPLATE, Mailbox
from gouji.collection.workspace.names import (
    ARCHIVED,
    FOLDERS,
    HOLDER,
    KEY,
    LOCK,
    ROSTER,
)
from gouji.collection.workspace.roster import Member, Roster, read_roster, write_roster
from gouji.collection.workspace.settings import (
    Settings,
    read_consent_to_repairs,
    read_mailbox_settings,
    read_settings,
    settings_text,
)
from gouji.form.forms import OFFICIAL, Forms
from gouji.formats.read import read_key
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.output import is_being_written, make_folder, write_aside
from gouji.runtime.times import local_minute

_KEY_BYTES = 24
_LONGEST_HOLDER = 200


class Workspace:
    """A year's folder. Its roster, settings and key are read when they are first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def find(cls, start: Path | None = None) -> Workspace:
        """Return the workspace ``start``; without it, the current folder's or the nearest one above.

        Raises GoujiError where there is none.
        """
        here = (start or Path()).resolve()
        for folder in (here, *here.parents) if start is None else (here,):
            if (folder / settings.FILE).is_file():
                return cls(folder)
        raise GoujiError(
            f"“{start or here}”不是工作文件夹（里面没有“{settings.FILE}”）。"
            "请先进入工作文件夹，或者用 -w 写明；还没有的，用 gouji init 新建。"
        )

    @classmethod
    def create(cls, folder: Path, chosen: Settings, mailbox: str = TEMPLATE, own_form: Path | None = None) -> Workspace:
        """Make a workspace; what is already there is kept, so that an interrupted call can be completed.

        ``mailbox`` is the part of the settings about the office's mailbox; the file of its ``own_form`` is copied, so
        that the folder needs nothing outside it.

        Raises GoujiError where it cannot be written.
        """
        workspace = cls(folder)
        for name in FOLDERS:
            make_folder(folder / name)
        if not (folder / KEY).exists():
            workspace.make_key()
        Ledger.create(folder / ledger.FILE)
        if not (folder / ROSTER).exists():
            write_roster(folder / ROSTER, ())
        write_launchers(folder)
        if own_form and not (folder / chosen.own_form).exists():
            write_aside(folder / chosen.own_form, own_form.read_bytes())
        # The settings come last: they make the folder a workspace.
        if not (folder / settings.FILE).exists():
            write_aside(folder / settings.FILE, settings_text(chosen, mailbox).encode())
        return workspace

    def make_key(self) -> None:
        """Write a new key. Forms that were signed with another one can no longer be verified."""
        write_aside(self.folder / KEY, secrets.token_urlsafe(_KEY_BYTES).encode() + b"\n")
        with suppress(OSError):
            (self.folder / KEY).chmod(0o600)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the collection."""
        return read_settings(self.folder / settings.FILE)

    @cached_property
    def mailbox(self) -> Mailbox | None:
        """The office's mailbox; None where the settings describe none."""
        return read_mailbox_settings(self.folder / settings.FILE)

    @cached_property
    def accepts_repairs(self) -> bool:
        """Whether the office takes entries that can mean one number only as that number."""
        return read_consent_to_repairs(self.folder / settings.FILE)

    @cached_property
    def roster(self) -> Roster:
        """The roster; raises RosterError, which names every wrong cell."""
        path, year = self.folder / ROSTER, self.settings.year
        data = self._roster_data
        kept = kept_roster(self.folder / ledger.FILE, data, year) if data else None
        return kept or read_roster(path, year, data)

    @cached_property
    def _roster_data(self) -> bytes | None:
        """The workbook of the roster; None where it cannot be read, which reading the roster explains."""
        try:
            return open_file(self.folder / ROSTER).data
        except GoujiError:
            return None

    def keep_roster(self, ledger: Ledger) -> None:
        """Keep the roster as it was read, inside a transaction, so that reading it the next time is quick."""
        if self._roster_data is None:
            return
        key = key_of(self._roster_data)
        if not ledger.seen.was_worked_out(ROSTER, key):
            ledger.seen.keep(ROSTER, key, packed(self.roster))

    def units_named(self, names: Sequence[str]) -> tuple[Member, ...]:
        """Return the units that an officer names, in the order of the roster; all that report where none is named.

        Raises GoujiError for one that is unknown or does not have to report.
        """
        active = self.roster.active
        if not names:
            return active
        chosen = {member.code: member for member in map(self.roster.find, names)}
        for code in chosen.keys() - {member.code for member in active}:
            raise GoujiError(f"{chosen[code].name}（{code}）在 {self.settings.year} 年度不用报。请核对名册。")
        return tuple(member for member in active if member.code in chosen)

    @cached_property
    def key(self) -> bytes:
        """The key with which the office signs its forms."""
        if not (self.folder / KEY).exists():
            raise GoujiError(
                f"本轮的签发密钥丢了：工作文件夹里没有“{KEY}”。请从备份里找出来放回去。"
                "找不回来的，在工作文件夹里用 gouji init . 生成新的密钥，再用 gouji issue 重新下发。"
            )
        return read_key(self.folder / KEY)

    @property
    def forms_of_files(self) -> Forms:
        """The forms of any files that somebody reads in the folder: most of them are no submissions."""
        if self.settings.supplementary is None:
            return OFFICIAL
        submissions: frozenset[str] = frozenset()
        with suppress(GoujiError), self.ledger() as ledger:
            submissions = frozenset(ledger.files())
        return msgspec.structs.replace(self.settings.forms, asked=False, submissions=submissions)

    @property
    def archive(self) -> Archive:
        """Everything that ever arrived."""
        return Archive(self.folder / ARCHIVED)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger for reading."""
        with Ledger.open(self.folder / ledger.FILE) as opened:
            yield opened

    @contextmanager
    def writing(self, doing: str) -> Iterator[Ledger]:
        """Open the ledger for writing; no other command can until it is closed.

        Raises GoujiError, which names the other command and its start, where one is at work.
        """
        with self.locked(doing), Ledger.open(self.folder / ledger.FILE) as opened:
            yield opened

    @contextmanager
    def locked(self, doing: str) -> Iterator[None]:
        """Keep other commands from changing the workspace. The lock ends with the process, even if it is killed."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            holder = self._holder()
            raise GoujiError(
                f"另一个命令正在使用这个工作文件夹{holder}。请等它结束以后再试；两个命令不能同时改动台账。"
            ) from None
        except OSError as error:
            raise GoujiError(f"“{self.folder}”写不了。请检查文件夹的权限和网络。") from error
        try:
            with suppress(OSError):
                holder = f"{doing}，{_user()}，{platform.node()}，{local_minute(now())}"
                (self.folder / HOLDER).write_text(holder, encoding="utf-8")
            self._sweep()
            yield
        finally:
            with suppress(OSError):
                (self.folder / HOLDER).unlink()
            lock.release()

    def _sweep(self) -> None:
        """Remove the half-written files of a command that was killed."""
        for folder in ("", *FOLDERS):
            for path in (self.folder / folder).glob(".gouji-*.tmp"):
                if not is_being_written(path):
                    with suppress(OSError):
                        path.unlink()

    def _holder(self) -> str:
        try:
            return f"（{(self.folder / HOLDER).read_text(encoding='utf-8')[:_LONGEST_HOLDER]}）"
        except (OSError, UnicodeDecodeError):
            return ""


def now() -> str:
    """Return the time as the ledger keeps it: local, to the second."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def officer() -> str:
    """Return who is working here, as a decision names them."""
    return _user() or "（不知道是谁）"
