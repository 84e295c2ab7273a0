"""Reading a folder on a mail server over IMAP. Nothing is changed there unless the caller asks for it."""

from __future__ import annotations

import datetime
import imaplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
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
_ODD_IN_A_ROW = 3
"""Messages in a row about which a server may give answers that make no sense."""
_NO_SENSE = (ValueError, TypeError, AttributeError, ArithmeticError, LookupError)
"""What the parser of the answers raises for those that it did not expect."""
_EARLIEST = datetime.datetime(1990, 1, 1, tzinfo=datetime.UTC)
"""No server has received a mail earlier: then its clock was not set, or the message was imported."""


class Message(msgspec.Struct, frozen=True):
    """A whole message of a folder."""

    uid: int
    came: datetime.datetime | None
    """When the server received it, in UTC; None where it does not say, or says what cannot be."""
    data: bytes


class TooLargeError(Exception):
    """The server sends more than we take, whatever it has announced. The connection is of no more use."""


class OddAnswerError(Exception):
    """The server's answer about one message makes no sense, each time. The folder can be used for other messages."""


class Folder:
    """An open folder on a mail server. After an answer that makes no sense it is opened again, on a new connection."""

    def __init__(self, connect: Callable[[], Any], name: str, *, changing: bool) -> None:
        self._connect, self._name, self._changing = connect, name, changing
        self._client: Any = None
        self._odd_in_a_row = 0
        self.validity = self._open()
        """As long as this is the same, a number means the same message (UIDVALIDITY); 0 where the server has none."""

    def _open(self) -> int:
        self._client = self._connect()
        existing = _existing(self._client, self._name)
        try:
            value = self._client.select_folder(existing, readonly=not self._changing).get(b"UIDVALIDITY")
        except ValueError:  # the folder is open, and something that is said about it is no number
            value = 0
        return value if isinstance(value, int) else 0

    def _open_again(self) -> None:
        if self._open() != self.validity:
            raise GoujiError("收信服务器刚刚把邮件重新编了号。请把同一个命令再运行一遍。")

    def _leave(self) -> None:
        """Give the connection up without another word: what comes next on it is anything."""
        with suppress(OSError, imaplib.IMAP4.error, ValueError):
            self._client.shutdown()
        self._client = None

    def numbers(self, since: datetime.date) -> list[int]:
        """Return the numbers of the messages that arrived since a day, oldest first."""
        return sorted(self._client.search(["SINCE", since]))

    def sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        """Return the sizes of messages in bytes, as the server states them; nothing for one that it does not state."""
        found: dict[int, int] = {}
        for first in range(0, len(numbers), _SIZES_AT_ONCE):
            answer = self._client.fetch(numbers[first : first + _SIZES_AT_ONCE], ["RFC822.SIZE"])
            sizes = {uid: fields.get(b"RFC822.SIZE") for uid, fields in answer.items()}
            found.update({uid: size for uid, size in sizes.items() if isinstance(size, int)})
        return found

    def message(self, uid: int) -> Message | None:
        """Return a message without marking it as read; None where it is gone.

        Raises TooLargeError and OddAnswerError: the next call uses a new connection.
        """
        for dated in (True, True, False):  # at last without the date, which may be what makes no sense
            if self._client is None:
                self._open_again()
            try:
                found = self._message(uid, dated=dated)
            except TooLargeError:
                self._leave()
                raise
            except (OSError, imaplib.IMAP4.error, *_NO_SENSE) as error:
                problem = error
                self._leave()
            else:
                self._odd_in_a_row = 0
                return found
        self._odd_in_a_row += 1
        if self._odd_in_a_row >= _ODD_IN_A_ROW and isinstance(problem, OSError | imaplib.IMAP4.error):
            raise problem  # not the messages are odd, the server is down
        raise OddAnswerError(on_one_line(str(problem))[:_LONGEST_ANSWER])

    def _message(self, uid: int, *, dated: bool) -> Message | None:
        wanted = ["INTERNALDATE"] * dated + [f"BODY.PEEK[]<0.{LARGEST_FILE + 1}>"]
        fields = self._client.fetch([uid], wanted).get(uid, {})
        data = next((value for key, value in fields.items() if key.startswith(b"BODY[]")), None)
        return Message(uid, _possible(fields.get(b"INTERNALDATE")), data) if isinstance(data, bytes) else None

    def mark_seen(self, numbers: Sequence[int]) -> None:
        """Mark messages as read."""
        if self._client is None:
            self._open_again()
        self._client.add_flags(numbers, [b"\\Seen"], silent=True)

    def move(self, numbers: Sequence[int], target: str) -> None:
        """Move messages into another folder."""
        if self._client is None:
            self._open_again()
        if self._client.has_capability("MOVE"):
            self._client.move(numbers, target)
        else:
            self._client.copy(numbers, target)
            self._client.delete_messages(numbers, silent=True)
            self._client.uid_expunge(numbers)


@contextmanager
def opened(
    server: Server,
    user: str,
    password: str,
    name: str,
    *,
    seen: bool,
    target: str,
    patience: float = 0,
) -> Iterator[Folder]:
    """Open a folder; it is writable only if messages are to be marked as ``seen`` or moved to a ``target``.

    ``patience`` are the seconds in which the server must answer; 0 for the usual ones.

    Raises GoujiError where the server cannot be reached or rejects the password, where a folder does not exist, and
    where the connection breaks meanwhile.
    """
    try:
        with ExitStack() as connections:

            def connect() -> Any:
                connections.close()  # a former connection is of no more use
                client = connections.enter_context(_connected(server, patience or PATIENCE))
                _log_in(client, server, user, password)
                if target:
                    _existing(client, target)
                    if not (client.has_capability("MOVE") or client.has_capability("UIDPLUS")):
                        raise GoujiError("收信服务器不支持移动邮件。请不要用 --move-to。")
                return client

            yield Folder(connect, name, changing=seen or bool(target))
    except TooLargeError as error:  # not a message, but a list of them
        raise GoujiError(f"收信服务器的回答大得不正常（{error}），没有读。请稍后再试。") from error
    except (OSError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort | OSError):
            raise not_reached(server, error) from error
        raise GoujiError(f"收信服务器不答应：{on_one_line(str(error))[:_LONGEST_ANSWER]}。请稍后再试。") from error


@contextmanager
def _connected(server: Server, patience: float) -> Iterator[Any]:
    from imapclient import IMAPClient

    context = trust(server)
    connect: Any = IMAPClient
    tls = server.security == "tls"
    client = connect(server.host, server.port, ssl=tls, ssl_context=context if tls else None, timeout=patience)
    _bound(client)
    try:
        if server.security == "starttls":
            client.starttls(context)
        yield client
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ValueError):  # ValueError if it is closed already
            client.logout()


def _bound(client: Any) -> None:
    """Let a connection refuse to read a literal that is larger than any answer that we want, before it is read."""
    read = client._imap.read

    def read_within_limits(size: int) -> bytes:
        if size > LARGEST_FILE + 1:
            raise TooLargeError(f"literal of {size} bytes")
        return bytes(read(size))

    client._imap.read = read_within_limits


def _possible(came: object) -> datetime.datetime | None:
    """Return the time at which a server says that it received a message, in UTC; None where that cannot be."""
    if not isinstance(came, datetime.datetime):
        return None
    try:
        moment = came.astimezone(datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    latest = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    return moment if _EARLIEST <= moment <= latest else None


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
