"""Sending over SMTP: one mail to one address at a time, and what the server answers."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from typing import Literal

import msgspec

from gouji.collection.mail.connection import PATIENCE, not_reached, trust
from gouji.collection.workspace.mail_providers import NEED_CODES
from gouji.collection.workspace.mailbox import Server
from gouji.runtime.errors import GoujiError, on_one_line

Result = Literal["sent", "refused", "rejected", "later", "lost", "unsure"]
"""``refused``: the server does not accept the address. ``rejected``: it does not accept the mail. ``later``: it wants
the mail another time. ``lost``: the connection broke before the mail was accepted. ``unsure``: perhaps after that."""


class Outcome(msgspec.Struct, frozen=True):
    """What happened to a mail."""

    result: Result
    answer: str = ""
    """The server's answer, with its code."""


_LONGEST_ANSWER = 300
_DOT = re.compile(rb"(?m)^\.")
"""SMTP ends a mail with a line of one dot, so a dot at the beginning of a line is doubled."""
_ACCEPTED, _PERMANENT = 2, 5
"""The first digit of a reply: done, and not to be tried again."""
_SEND_DATA, _HANGS_UP = 354, 421


class SmtpConnection:
    """A connection to the server that sends our mails. It is made when first needed, and again when it has broken."""

    def __init__(self, server: Server, user: str, password: str, sender: str, *, patience: float = 0) -> None:
        """``patience`` are the seconds in which the server must answer; 0 for the usual ones."""
        self._patience = patience or PATIENCE
        self._server, self._user, self._password, self._sender = server, user, password, sender
        self._trust = trust(server)
        self._smtp: smtplib.SMTP | None = None

    def send(self, to: str, message: bytes) -> Outcome:
        """Hand a mail to the server.

        Raises GoujiError where no mail at all can be sent: the server cannot be reached or rejects the password.
        """
        smtp = self._connected()
        try:
            return self._hand_over(smtp, to, message)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Outcome("lost", _answer_in(error))

    def log_in(self) -> None:
        """Log in without sending; raises GoujiError as :meth:`send` does."""
        self._connected()

    def close(self) -> None:
        """End the connection."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._drop()

    def _hand_over(self, smtp: smtplib.SMTP, to: str, message: bytes) -> Outcome:
        smtp.rset()
        code, answer = smtp.mail(self._sender)
        if code // 100 == _PERMANENT:
            raise GoujiError(
                f"邮件服务器不让用 {self._sender} 发信：{_words(code, answer)}。"
                "请核对设置里的 address 和 user；改好后再发一遍，只发没有发的。"
            )
        if code // 100 != _ACCEPTED:
            return self._later(code, answer)
        code, answer = smtp.rcpt(to)
        if code // 100 == _PERMANENT:
            return Outcome("refused", _words(code, answer))
        if code // 100 != _ACCEPTED:
            return self._later(code, answer)
        code, answer = smtp.docmd("DATA")
        if code != _SEND_DATA:
            return self._not_accepted(code, answer)
        smtp.send(_DOT.sub(b"..", message) + b".\r\n")
        try:
            code, answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            # The whole mail was on its way: nobody can tell whether it arrived.
            self._drop()
            return Outcome("unsure", _answer_in(error))
        if code // 100 == _ACCEPTED:
            return Outcome("sent", _words(code, answer))
        return self._not_accepted(code, answer)

    def _not_accepted(self, code: int, answer: bytes) -> Outcome:
        permanent = code // 100 == _PERMANENT
        return Outcome("rejected", _words(code, answer)) if permanent else self._later(code, answer)

    def _later(self, code: int, answer: bytes) -> Outcome:
        if code == _HANGS_UP:
            self._drop()
        return Outcome("later", _words(code, answer))

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._logged_in()
            except smtplib.SMTPAuthenticationError as error:
                raise GoujiError(
                    f"邮件服务器不接受 {self._user} 的密码：{_answer_in(error)}。"
                    f"{NEED_CODES}要先在网页上开通 SMTP，用授权码代替密码。"
                ) from None
            except smtplib.SMTPNotSupportedError:
                raise GoujiError(
                    f"邮件服务器 {self._server.host}:{self._server.port} 不支持 STARTTLS 或者登录。"
                    "请核对设置里的端口和 smtp_security。"
                ) from None
            except (OSError, smtplib.SMTPException) as error:
                raise not_reached(self._server, error) from error
        return self._smtp

    def _logged_in(self) -> smtplib.SMTP:
        server = self._server
        # The name of an office's computer may be Chinese, and is slow to look up: we give the domain of our address.
        domain = self._sender.rpartition("@")[2]
        smtp: smtplib.SMTP
        if server.security == "tls":
            smtp = smtplib.SMTP_SSL(server.host, server.port, domain, timeout=self._patience, context=self._trust)
        else:
            smtp = smtplib.SMTP(server.host, server.port, domain, timeout=self._patience)
        try:
            if server.security == "starttls":
                smtp.starttls(context=self._trust)
            smtp.login(self._user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            with suppress(OSError, ssl.SSLError):
                self._smtp.close()
            self._smtp = None


def _words(code: int, answer: bytes) -> str:
    return on_one_line(f"{code} {_decoded(answer)}")[:_LONGEST_ANSWER]


def _answer_in(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        raw = error.smtp_error
        return _words(error.smtp_code, raw if isinstance(raw, bytes) else str(raw).encode())
    return "连接断了"


def _decoded(answer: bytes) -> str:
    """Decode an answer: servers in China use UTF-8 or GBK."""
    try:
        return answer.decode()
    except UnicodeDecodeError:
        return answer.decode("gb18030", "replace")
