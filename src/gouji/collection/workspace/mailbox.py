"""The office's mailbox: the table ``[mail]`` of the settings. The password is never in it."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from gouji.collection.workspace.names import SETTINGS
from gouji.runtime.decoding import refuse_unknown, toml_table
from gouji.runtime.errors import GoujiError, on_one_line
from gouji.runtime.mail_addresses import is_address

TABLE = "mail"

Security = Literal["tls", "starttls", "none"]
_SECURITY: tuple[Security, ...] = ("tls", "starttls", "none")
_PORTS: dict[str, dict[Security, int]] = {
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
    "imap": {"tls": 993, "starttls": 143, "none": 143},
}
_MOST_A_MINUTE = 600
_USUAL_A_MINUTE = 20
_LAST_PORT = 65535
_SHOWN = 60
"""Characters of a wrong value that a message quotes."""


class Server(msgspec.Struct, frozen=True):
    """A mail server: its address, and how the connection is protected."""

    host: str
    port: int
    security: Security
    ca_file: Path | None = None
    """Certificates to trust as well: those of the office's own authority."""


class Mailbox(msgspec.Struct, frozen=True):
    """The office's mailbox, as its settings describe it."""

    address: str
    """The address that mails are sent from."""
    name: str
    """The sender's name beside the address; empty for the name of the office."""
    user: str
    """The user name for the servers."""
    reply_to: str
    per_minute: int
    folder: str
    """The folder on the server to look for answers in."""
    smtp: Server | None
    imap: Server | None


KEYS = (
    "address",
    "name",
    "user",
    "reply_to",
    "ca_file",
    "per_minute",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_folder",
)

ASKED = tuple(key for key in KEYS if key not in ("user", "reply_to", "ca_file", "per_minute", "imap_folder"))
"""What the desk asks for; the rest is for those who change the file."""

_ASCII_KEYS = ("address", "user", "reply_to", "smtp_host", "imap_host")

TEMPLATE = """\

# 办公室的邮箱：发邮件（gouji send、remind、ack）和收邮件（gouji fetch）才需要。
# 要用的，把下面各行开头的“#”去掉，改成自己的。密码（授权码）不要写在这里。
#[mail]
#address = "office@example.gov.cn"        # 发件邮箱，必填
#name = ""                                # 发件人显示的名称；空着用主管部门全称
#user = ""                                # 登录用的用户名；空着就是发件邮箱
#reply_to = ""                            # 请各单位回复到另一个邮箱的，写在这里
#per_minute = 20                          # 一分钟最多发几封；服务器嫌快的，改小
#smtp_host = "smtp.example.gov.cn"        # 发信服务器
#smtp_port = 465
#smtp_security = "tls"                    # 端口是 465 的一般写 tls，是 587 的一般写 starttls
#imap_host = "imap.example.gov.cn"        # 收信服务器（IMAP）
#imap_port = 993
#imap_security = "tls"
#imap_folder = "INBOX"                    # 收信的文件夹；INBOX 是收件箱
#ca_file = ""                             # 服务器用单位自己的证书的，写证书文件（.pem）的名称，放在工作文件夹里
"""


def read_mailbox(settings: dict[str, Any], path: Path) -> Mailbox | None:
    """Return the mailbox that a settings file describes; None where it describes none.

    ``settings`` is the content of the file ``path``. Raises GoujiError that names what is wrong.
    """
    table = settings.get(TABLE)
    if table is None:
        return None
    if not isinstance(table, dict):
        raise GoujiError(f"“{path.name}”的 [{TABLE}] 应当单独成一行，下面一行写一项。")
    return _Table(table, path).mailbox()


class _Table:
    """The table as it was written."""

    def __init__(self, table: dict[str, Any], path: Path) -> None:
        self._table, self._path = table, path
        refuse_unknown(table, KEYS, lambda key: str(self._wrong(f"里没有“{key}”这一项")))

    def mailbox(self) -> Mailbox:
        address = self._address("address")
        if not address:
            raise self._wrong("没有写 address（发件邮箱）。")
        ca_file = self._text("ca_file")
        trusted = self._path.parent / ca_file if ca_file else None
        return Mailbox(
            address=address,
            name=self._text("name"),
            user=self._text("user") or address,
            reply_to=self._address("reply_to"),
            per_minute=self._number("per_minute", _USUAL_A_MINUTE, _MOST_A_MINUTE),
            folder=self._text("imap_folder") or "INBOX",
            smtp=self._server("smtp", trusted),
            imap=self._server("imap", trusted),
        )

    def _server(self, protocol: str, ca_file: Path | None) -> Server | None:
        host = self._text(f"{protocol}_host")
        if not host:
            for key in self._table:
                if key.startswith(f"{protocol}_") and key != "imap_folder":
                    raise self._wrong(f"写了 {key}，没有写 {protocol}_host（服务器的名称）。")
            return None
        security = self._security(f"{protocol}_security", host)
        port = self._number(f"{protocol}_port", _PORTS[protocol][security], _LAST_PORT)
        return Server(host, port, security, ca_file)

    def _security(self, key: str, host: str) -> Security:
        written = self._text(key) or "tls"
        found = next((known for known in _SECURITY if known == written.lower()), None)
        if found is None:
            raise self._wrong(f'的 {key} 写的是“{written[:20]}”，应当是 "tls" 或者 "starttls"。')
        if found == "none" and not _is_this_machine(host):
            raise self._wrong(f'的 {key} 不能是 "none"：密码和报告会不加密地发出去。请写 "tls" 或者 "starttls"。')
        return found

    def _text(self, key: str) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str) or on_one_line(value) != value.strip():
            raise self._wrong(f"的 {key} 写得不对。应当是引号里的一行文字。")
        if key in _ASCII_KEYS and not value.isascii():
            raise self._wrong(f"的 {key} 里有中文或者全角的字符：“{value[:_SHOWN]}”。")
        return value.strip()

    def _address(self, key: str) -> str:
        address = self._text(key)
        if address and not is_address(address):
            raise self._wrong(f"的 {key} 写的是“{address[:_SHOWN]}”，不是邮箱地址。")
        return address

    def _number(self, key: str, default: int, most: int) -> int:
        value = self._table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self._wrong(f"的 {key} 应当是 1 到 {most} 的数字，不加引号。")
        return value

    def _wrong(self, why: str) -> GoujiError:
        return GoujiError(f"“{self._path.name}”的 [{TABLE}] {why}")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def table_text(table: Mapping[str, str | int]) -> str:
    """Return the part of a settings file that describes a mailbox, from what an officer has typed for each of ``KEYS``.

    What was left empty is left out. Raises GoujiError that names what is wrong.
    """
    typed = {key: value for key, value in table.items() if value != ""}
    read_mailbox({TABLE: typed}, Path(SETTINGS))
    # A string of JSON is one of TOML, too.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in typed.items()]
    return "\n".join(["", f"[{TABLE}]", *lines, ""])


def mailbox_text(text: str) -> str:
    """Return the part of a settings file that describes the mailbox, as written; the template where there is none.

    A new year starts with last year's mailbox.
    """
    return _table_in(text) or TEMPLATE


def with_mailbox(text: str, table: str) -> str:
    """Return a settings file with another mailbox, as :func:`table_text` writes it, in place of its own or of none.

    Raises GoujiError where its own says more than the desk asks for: then only its owner can change it.
    """
    if TABLE not in toml_table(text, SETTINGS):
        return f"{text.replace(TEMPLATE, '').rstrip()}\n{table}"
    own = _table_in(text)
    more = toml_table(own, SETTINGS)[TABLE].keys() - set(ASKED) if own else {f"[{TABLE}] 后面的内容"}
    if more:
        raise GoujiError(f"“{SETTINGS}”里的邮箱还写了 {'、'.join(sorted(more))}，没有改动。请用记事本打开它来改。")
    return f"{text.removesuffix(own.removeprefix(chr(10))).rstrip()}\n{table}"


def _table_in(text: str) -> str:
    """Return the table at the end of a settings file, as written; empty where there is none or something follows it."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if line.split("#")[0].strip() == f"[{TABLE}]"), None)
    if start is None:
        return ""
    written = "".join(["\n", *lines[start:]])
    try:  # nothing else may follow the table
        only = toml_table(written, "").keys() == {TABLE}
    except GoujiError:
        only = False
    return written if only else ""
