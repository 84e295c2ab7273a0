"""Looking into a folder of a mail server over IMAP. Nothing there is changed unless that is asked for."""

from __future__ import annotations

import datetime
import imaplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from gouji import __version__
from gouji.collection.mail.connection import PATIENCE, not_reached, trust
from gouji.collection.workspace.mailbox import Server
from gouji.runtime.errors import GoujiError, on_one_line
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.spelling import closest

_AT_ONCE = 200
"""Messages whose sizes are asked for together."""


class Message(msgspec.Struct, frozen=True):
    """A message of a folder, whole."""

    uid: int
    came: datetime.datetime
    """When the server received it, by the clock of this machine."""
    data: bytes


class Folder:
    """An open folder of a mail server."""

    def __init__(self, client: Any, name: str, *, changing: bool) -> None:
        self._client = client
        state = client.select_folder(_there(client, name), readonly=not changing)
        self.validity = int(state[b"UIDVALIDITY"])
        """As long as this is the same, a number means the same message."""

    def numbers(self, since: datetime.date) -> list[int]:
        """Return the numbers of the messages that came since a day, oldest first."""
        return sorted(self._client.search(["SINCE", since]))

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        """Return how large messages are, as the server says."""
        found: dict[int, int] = {}
        for first in range(0, len(numbers), _AT_ONCE):
            answer = self._client.fetch(numbers[first : first + _AT_ONCE], ["RFC822.SIZE"])
            found.update({uid: int(said[b"RFC822.SIZE"]) for uid, said in answer.items()})
        return found

    def message(self, uid: int) -> Message | None:
        """Return a message without marking it as read; None where it is gone."""
        said = self._client.fetch([uid], ["INTERNALDATE", f"BODY.PEEK[]<0.{LARGEST_FILE + 1}>"]).get(uid, {})
        data = next((value for key, value in said.items() if key.startswith(b"BODY[]")), None)
        return Message(uid, said[b"INTERNALDATE"], data) if data is not None else None

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
    """Open a folder; only where messages are to be marked as seen or moved to a ``target``, it can be changed.

    Raises GoujiError where the server cannot be reached or does not let us in, where a folder does not exist, and
    where the connection breaks meanwhile.
    """
    try:
        with _connected(server) as client:
            _log_in(client, server, user, password)
            if target:
                _there(client, target)
                if not (client.has_capability("MOVE") or client.has_capability("UIDPLUS")):
                    raise GoujiError("收信服务器不支持移动邮件。请不要用 --move-to。")
            yield Folder(client, name, changing=seen or bool(target))
    except (OSError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort | OSError):
            raise not_reached(server, error) from error
        raise GoujiError(f"收信服务器不答应：{on_one_line(str(error))[:200]}。请稍后再试。") from error


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
            f"收信服务器 {server.host} 不接受 {user} 的密码：{on_one_line(str(error))[:200]}。"
            "QQ、163 等邮箱要先在网页上开通 IMAP，用授权码代替密码。"
        ) from None
    if client.has_capability("ID"):
        # 163 and 126 let nobody into a folder who has not said who he is.
        client.id_({"name": "gouji", "version": __version__})


def _there(client: Any, name: str) -> str:
    """Return the name of a folder that exists.

    Raises GoujiError that says which one may have been meant.
    """
    names = [str(each[2]) for each in client.list_folders()]
    if name not in names and name.upper() != "INBOX":
        near = closest(name, names)
        hint = f"是不是“{near}”？" if near else f"有的是：{'、'.join(names[:20])}。"
        raise GoujiError(f"邮箱里没有“{name}”这个文件夹。{hint}")
    return name
