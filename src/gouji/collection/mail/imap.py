"""Reading a folder on a mail server over IMAP. Nothing is changed there unless the caller asks for it."""

from __future__ import annotations

import datetime
import imaplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from gouji import __version__
from gouji.collection.mail.connection import PATIENCE, not_reached, trust
from gouji.collection.workspace.mail_providers import CLIENT_IDS, NEED_CODES
from gouji.collection.workspace.mailbox import Server
from gouji.runtime.errors import GoujiError, on_one_line
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.spelling import closest

_SIZES_AT_ONCE = 200
"""Messages whose sizes are asked for in one request."""
_LONGEST_ANSWER = 200
_FOLDERS_SHOWN = 20


class Message(msgspec.Struct, frozen=True):
    """A whole message of a folder."""

    uid: int
    came: datetime.datetime
    """When the server received it, in the time zone of this computer."""
    data: bytes


class Folder:
    """An open folder on a mail server."""

    def __init__(self, client: Any, name: str, *, changing: bool) -> None:
        self._client = client
        state = client.select_folder(_existing(client, name), readonly=not changing)
        self.validity = int(state[b"UIDVALIDITY"])
        """As long as this is the same, a number means the same message (UIDVALIDITY)."""

    def numbers(self, since: datetime.date) -> list[int]:
        """Return the numbers of the messages that arrived since a day, oldest first."""
        return sorted(self._client.search(["SINCE", since]))

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        """Return the sizes of messages in bytes, as the server states them."""
        found: dict[int, int] = {}
        for first in range(0, len(numbers), _SIZES_AT_ONCE):
            answer = self._client.fetch(numbers[first : first + _SIZES_AT_ONCE], ["RFC822.SIZE"])
            found.update({uid: int(fields[b"RFC822.SIZE"]) for uid, fields in answer.items()})
        return found

    def message(self, uid: int) -> Message | None:
        """Return a message without marking it as read; None where it is gone."""
        fields = self._client.fetch([uid], ["INTERNALDATE", f"BODY.PEEK[]<0.{LARGEST_FILE + 1}>"]).get(uid, {})
        data = next((value for key, value in fields.items() if key.startswith(b"BODY[]")), None)
        return Message(uid, fields[b"INTERNALDATE"], data) if data is not None else None

    def mark_seen(self, numbers: Sequence[int]) -> None:
        """Mark messages as read."""
        self._client.add_flags(numbers, [b"\\Seen"], silent=True)

    def move(self, numbers: Sequence[int], target: str) -> None:
        """Move messages into another folder."""
        if self._client.has_capability("MOVE"):
            self._client.move(numbers, target)
        else:
            self._client.copy(numbers, target)
            self._client.delete_messages(numbers, silent=True)
            self._client.uid_expunge(numbers)


@contextmanager
def opened(server: Server, user: str, password: str, name: str, *, seen: bool, target: str) -> Iterator[Folder]:
    """Open a folder; it is writable only if messages are to be marked as ``seen`` or moved to a ``target``.

    Raises GoujiError where the server cannot be reached or rejects the password, where a folder does not exist, and
    where the connection breaks meanwhile.
    """
    try:
        with _connected(server) as client:
            _log_in(client, server, user, password)
            if target:
                _existing(client, target)
                if not (client.has_capability("MOVE") or client.has_capability("UIDPLUS")):
                    raise GoujiError("收信服务器不支持移动邮件。请不要用 --move-to。")
            yield Folder(client, name, changing=seen or bool(target))
    except (OSError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort | OSError):
            raise not_reached(server, error) from error
        raise GoujiError(f"收信服务器不答应：{on_one_line(str(error))[:_LONGEST_ANSWER]}。请稍后再试。") from error


@contextmanager
def _connected(server: Server) -> Iterator[Any]:
    from imapclient import IMAPClient

    context = trust(server)
    connect: Any = IMAPClient
    tls = server.security == "tls"
    client = connect(server.host, server.port, ssl=tls, ssl_context=context if tls else None, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            client.starttls(context)
        yield client
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


def _log_in(client: Any, server: Server, user: str, password: str) -> None:
    try:
        client.login(user, password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise GoujiError(
            f"收信服务器 {server.host} 不接受 {user} 的密码：{on_one_line(str(error))[:_LONGEST_ANSWER]}。"
            f"{NEED_CODES}要先在网页上开通 IMAP，用授权码代替密码。"
        ) from None
    if CLIENT_IDS and client.has_capability("ID"):
        client.id_({"name": "gouji", "version": __version__})


def _existing(client: Any, name: str) -> str:
    """Return the name of a folder that exists.

    Raises GoujiError that names the one that may have been meant.
    """
    names = [str(name) for _, _, name in client.list_folders()]
    if name not in names and name.upper() != "INBOX":
        near = closest(name, names)
        hint = f"是不是“{near}”？" if near else f"有的是：{'、'.join(names[:_FOLDERS_SHOWN])}。"
        raise GoujiError(f"邮箱里没有“{name}”这个文件夹。{hint}")
    return name
