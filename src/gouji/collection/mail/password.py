"""The password of the mailbox: it is never read from, or written to, a file of ours."""

from __future__ import annotations

import os
from collections.abc import Callable

from gouji.collection.workspace.mail_providers import NEED_CODES
from gouji.runtime.errors import GoujiError

VARIABLE = "GOUJI_MAIL_PASSWORD"
SERVICE = "gouji"
"""The name under which the system's keyring keeps it."""


def password_of(user: str, ask: Callable[[str], str] | None) -> str:
    """Return the password of a user: from the environment, from the keyring, or from the person at the terminal.

    ``ask`` is None where there is nobody to ask. Raises GoujiError where none of them knows it.
    """
    known = known_password(user) or (ask(user) if ask else "")
    if not known:
        raise GoujiError(
            f"没有 {user} 的密码。请在终端里运行，按提示输入；或者用环境变量 {VARIABLE} 给出；"
            f'或者在源文件夹里运行 pip install ".[mail]"，再用 keyring set {SERVICE} {user} 存进系统的密码库。'
            f"{NEED_CODES}要用授权码，不是登录网页的密码。"
        )
    if not known.isascii():
        raise GoujiError(f"{user} 的密码里有中文或者全角的字符，服务器不认。请关掉输入法，重新输入。")
    return known


def known_password(user: str) -> str:
    """Return the password of a user from the environment or the keyring; empty where neither knows it."""
    return os.environ.get(VARIABLE) or _from_keyring(user)


def _from_keyring(user: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, user) or ""
    except KeyringError:  # this computer has no keyring, or it stays locked
        return ""
