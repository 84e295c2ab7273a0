"""What SMTP and IMAP have in common: which certificates are trusted, and why a server could not be reached."""

from __future__ import annotations

import ssl

from gouji.collection.workspace.mailbox import Server
from gouji.runtime.errors import GoujiError

PATIENCE = 60.0
"""Seconds in which a server must answer."""


def trust(server: Server) -> ssl.SSLContext:
    """Return the TLS settings for a server: the system's authorities, and the office's own if it has named one.

    Raises GoujiError where the certificates of the office's authority cannot be read.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if server.ca_file is not None:
        try:
            context.load_verify_locations(server.ca_file)
        except (OSError, ssl.SSLError):
            raise GoujiError(f"证书文件“{server.ca_file}”读不了。请检查设置里的 ca_file，应当是 .pem 文件。") from None
    return context


def not_reached(server: Server, error: Exception) -> GoujiError:
    """Return the error for a server that could not be reached: why, and what to check."""
    where = f"{server.host}:{server.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return GoujiError(
            f"邮件服务器 {where} 的证书不可信（{error.verify_message}），没有连接。"
            "请核对服务器的名称；用单位自己的证书的，在设置的 ca_file 里写明。"
        )
    if isinstance(error, ssl.SSLError):
        return GoujiError(
            f"与邮件服务器 {where} 建立不了加密连接。请核对设置里的端口和 security（tls 或者 starttls）。"
        )
    return GoujiError(f"连不上邮件服务器 {where}。请检查网络，以及设置里服务器的名称和端口。")
