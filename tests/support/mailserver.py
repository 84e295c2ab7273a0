"""Real mail servers on this machine: SMTP in a thread of the test, IMAP by Dovecot, both with TLS."""

from __future__ import annotations

import asyncio
import email
import grp
import os
import pwd
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as RFC
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient
from pace import HANG

PASSWORD = "auth-code-1"
HOST = "127.0.0.1"


class Authority:
    """A certificate authority, and a server's certificate by it."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        issued = authority.issue_cert(HOST, "localhost")
        self.ca, self.chain, self.key = folder / "ca.pem", folder / "chain.pem", folder / "key.pem"
        authority.cert_pem.write_to_path(self.ca)
        issued.private_key_pem.write_to_path(self.key)
        self.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))

    def server(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.chain, self.key)
        return context

    def client(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------- SMTP


class Came:
    """A mail that the server accepted."""

    def __init__(self, to: str, data: bytes) -> None:
        self.to, self.data = to, data
        self.message = cast(EmailMessage, email.message_from_bytes(data, policy=RFC))
        self.id = str(self.message["Message-ID"])

    @property
    def files(self) -> dict[str, bytes]:
        return {str(part.get_filename()): cast(bytes, part.get_content()) for part in self.message.iter_attachments()}

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


class PostOffice:
    """A mail server that accepts everything, except where a test sets other behaviour for an address or a mail."""

    def __init__(self) -> None:
        self.came: list[Came] = []
        self.says: dict[str, list[str]] = {}
        """The answers to RCPT for an address, one after another; after these the address is accepted."""
        self.of_data: list[str] = []
        """What happens to the next mails: an answer, ``cut`` to hang up in the middle, ``silent`` to accept one and
        hang up without an answer, or empty to accept it."""
        self.users: list[str] = []
        self.delivers: dict[str, Any] = {}
        """Functions that receive the mails for an address."""

    def to(self, address: str) -> list[Came]:
        return [mail for mail in self.came if mail.to == address]

    # aiosmtpd calls these

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.says.get(address, [])
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:
        fate = self.of_data.pop(0) if self.of_data else ""
        if fate and fate != "silent":
            return fate
        data = cast(bytes, envelope.original_content)
        for address in envelope.rcpt_tos:
            self.came.append(Came(address, data))
            if address in self.delivers:
                await asyncio.get_running_loop().run_in_executor(None, self.delivers[address], data)
        if fate == "silent":
            server.hang_up()
        return "250 2.0.0 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.users.append(data.login.decode())
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)


class _Protocol(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        office = cast(PostOffice, self.event_handler)
        if office.of_data[:1] != ["cut"]:
            await super().smtp_DATA(arg)
            return
        office.of_data.pop(0)
        await self.push("354 go on")
        await self._reader.read(100)
        self.hang_up()

    def hang_up(self) -> None:
        assert self.transport is not None
        self.transport.abort()


class _Controller(Controller):
    def __init__(self, office: PostOffice, authority: Authority, security: str, port: int) -> None:
        self._starttls = authority.server() if security == "starttls" else None
        tls = authority.server() if security == "tls" else None
        super().__init__(office, hostname=HOST, port=port, ssl_context=tls)

    def factory(self) -> SMTP:
        office = cast(PostOffice, self.handler)
        # aiosmtpd warns about logging in without STARTTLS, although the connection already uses TLS.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Protocol(
                office,
                authenticator=office.authenticate,
                auth_required=True,
                auth_require_tls=self._starttls is not None,
                tls_context=self._starttls,
                require_starttls=self._starttls is not None,
                data_size_limit=2**27,
            )


@contextmanager
def smtp(authority: Authority, security: str = "tls") -> Iterator[tuple[PostOffice, int]]:
    """Run a mail server; yield it and its port."""
    office, port = PostOffice(), free_port()
    controller = _Controller(office, authority, security, port)
    controller.start()
    try:
        yield office, port
    finally:
        controller.stop()


def hand_in(authority: Authority, port: int, sender: str, to: str, data: bytes) -> None:
    """Send a mail like the mail program of a unit."""
    with smtplib.SMTP_SSL(HOST, port, context=authority.client()) as client:
        client.login(sender, PASSWORD)
        client.sendmail(sender, [to], data)


# ---------------------------------------------------------------- IMAP

DOVECOT = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = required
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  user = {user}
}}
service auth-worker {{
  user = {user}
}}
"""

_UP_TO_2_3 = """
ssl_cert = <{root}/chain.pem
ssl_key = <{root}/key.pem
mail_location = maildir:{root}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home
}}
"""

_FROM_2_4 = """
ssl_server_cert_file = {root}/chain.pem
ssl_server_key_file = {root}/key.pem
mail_driver = maildir
mail_path = {root}/mail
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {root}/home
  }}
}}
"""

_VERSIONS = """dovecot_config_version = {version}
dovecot_storage_version = {version}
"""
"""From 2.4 on these must be the first settings."""


def _configuration() -> str:
    """Return the settings for the Dovecot that is installed, with fields to fill in."""
    version = subprocess.run([str(DOVECOT), "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
    if tuple(map(int, version.split(".")[:2])) < (2, 4):
        return _CONFIGURATION + _UP_TO_2_3
    return _VERSIONS.replace("{version}", version) + _CONFIGURATION + _FROM_2_4


class Mailboxes:
    """The mailbox of an office on a running Dovecot."""

    def __init__(self, root: Path, port: int, authority: Authority) -> None:
        self._root, self.port, self._authority = root, port, authority

    @contextmanager
    def client(self, user: str = "office@example.com") -> Iterator[Any]:
        with IMAPClient(HOST, self.port, ssl=True, ssl_context=self._authority.client(), timeout=HANG) as client:
            client.login(user, PASSWORD)
            yield client

    def deliver(self, data: bytes, folder: str = "INBOX") -> None:
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, data)

    def flags(self, folder: str = "INBOX") -> list[tuple[bytes, ...]]:
        """Return the flags of the messages without the one for messages that nobody has seen yet."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found = client.get_flags(client.search())
            return [tuple(flag for flag in flags if flag != b"\\Recent") for _, flags in sorted(found.items())]

    def renumber(self) -> None:
        """Make the server renumber everything, as after a restore from a backup."""
        time.sleep(1.1)  # the new UIDVALIDITY is the current second, which must differ from the old one
        for path in self._root.joinpath("mail").glob("dovecot*"):
            path.unlink()


@contextmanager
def dovecot(authority: Authority) -> Iterator[Mailboxes]:
    """Run Dovecot with a configuration of its own; skip where it is not installed."""
    if DOVECOT is None:
        if os.environ.get("GOUJI_REQUIRE_ALL"):
            pytest.fail("not here, but GOUJI_REQUIRE_ALL is set: dovecot")
        pytest.skip("dovecot is not installed")
    # Where we are root its processes run as nobody, and must be able to enter the folders above their own.
    root = Path(tempfile.mkdtemp(prefix="gouji-dovecot-"))
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    root.chmod(0o755)
    for name in ("mail", "home"):
        (root / name).mkdir()
        os.chown(root / name, user.pw_uid, user.pw_gid)
    shutil.copy(authority.chain, root)
    shutil.copy(authority.key, root)
    port = free_port()
    configuration = root / "dovecot.conf"
    configuration.write_text(
        _configuration().format(
            root=root,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            uid=user.pw_uid,
            gid=user.pw_gid,
            password=PASSWORD,
            port=port,
        )
    )
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(configuration)], stdout=subprocess.DEVNULL)
    try:
        boxes = Mailboxes(root, port, authority)
        _wait_for(boxes, process, root / "log")
        yield boxes
    finally:
        process.terminate()
        process.wait(HANG)
        shutil.rmtree(root, ignore_errors=True)


def _wait_for(boxes: Mailboxes, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + HANG
    while True:
        try:
            with boxes.client():
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"dovecot does not start: {log.read_text() if log.exists() else ''}")
            time.sleep(0.1)


# ---------------------------------------------------------------- an office that uses them

OFFICE = "office@example.com"


def configure(folder: Path, authority: Authority, **more: str | int) -> None:
    """Write the mailbox into the settings of a workspace."""
    settings = folder / "设置.toml"
    shutil.copy(authority.ca, folder)
    table = {"address": OFFICE, "per_minute": 600, "ca_file": authority.ca.name, **more}
    lines = [f"{key} = {value!r}" for key, value in table.items()]
    before = settings.read_text(encoding="utf-8").partition("\n[mail]")[0]
    settings.write_text("\n".join([before, "[mail]", *lines, ""]), encoding="utf-8")


def with_smtp(folder: Path, authority: Authority, port: int, security: str = "tls", **more: str | int) -> None:
    configure(folder, authority, smtp_host=HOST, smtp_port=port, smtp_security=security, **more)
