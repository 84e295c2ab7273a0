"""Trying a mailbox: whether its servers let us in. No mail is sent, and nothing in the mailbox is changed."""

from __future__ import annotations

from contextlib import closing

from gouji.collection.mail.imap import opened
from gouji.collection.mail.password import password_of
from gouji.collection.mail.smtp import SmtpConnection
from gouji.collection.workspace.mailbox import Mailbox
from gouji.runtime.errors import GoujiError

PATIENCE = 20.0
"""Seconds in which a server must answer, while somebody waits before the page."""


def try_mailbox(mailbox: Mailbox, password: str) -> tuple[str, ...]:
    """Log in to each server of a mailbox; return what has succeeded, one sentence a server.

    Without ``password``, the one that this computer knows is used. Raises GoujiError that names what does not succeed,
    one sentence a line: both servers are tried.
    """
    password = password_of(mailbox.user, lambda user: password)
    done, wrong = [], []
    if mailbox.smtp is not None:
        try:
            with closing(
                SmtpConnection(mailbox.smtp, mailbox.user, password, mailbox.address, patience=PATIENCE)
            ) as smtp:
                smtp.log_in()
            done.append(f"发信服务器 {mailbox.smtp.host} 能登录（只是试了，没有发邮件）。")
        except GoujiError as error:
            wrong.append(str(error))
    if mailbox.imap is not None:
        try:
            with opened(mailbox.imap, mailbox.user, password, mailbox.folder, seen=False, target="", patience=PATIENCE):
                done.append(f"收信服务器 {mailbox.imap.host} 能登录（只是试了，没有收邮件）。")
        except GoujiError as error:
            wrong.append(str(error))
    if wrong:
        raise GoujiError("\n".join(wrong))
    return tuple(done)
