"""What is peculiar about the mail services that offices use: one record for each, used by sending and by reading.

A peculiarity of another provider is a record here, and nothing else.
"""

from __future__ import annotations

import msgspec


class Provider(msgspec.Struct, frozen=True):
    """A mail or storage service, and what is peculiar about it."""

    called: str
    """How people call it, in a sentence about several of them."""
    wants_code: bool = False
    """Whether programs log in with an authorisation code (授权码), after IMAP and SMTP were enabled on the web page."""
    wants_client_id: bool = False
    """Whether a program must say who it is (IMAP ID, RFC 2971) before it may open a folder."""
    reads_encoded_names: bool = False
    """Whether it reads names of attachments only as encoded words (RFC 2047), which RFC 2231 forbids there."""
    servers: tuple[tuple[str, str, str], ...] = ()
    """What follows the @ in its addresses, with the server that sends (SMTP) and the one that receives (IMAP)."""
    links: tuple[tuple[str, str], ...] = ()
    """How a link to a file that is stored there is recognised, and what that storage is called."""


def _own(*domains: str) -> tuple[tuple[str, str, str], ...]:
    """Return the servers of domains that each have their own, called as is usual."""
    return tuple((domain, f"smtp.{domain}", f"imap.{domain}") for domain in domains)


PROVIDERS = (
    Provider(
        "QQ",
        wants_code=True,
        reads_encoded_names=True,  # so does old Foxmail, the mail program of the same company
        servers=tuple((domain, "smtp.qq.com", "imap.qq.com") for domain in ("qq.com", "vip.qq.com", "foxmail.com")),
        links=(
            ("ftn.qq.com", "QQ 邮箱超大附件"),
            ("mail.qq.com/cgi-bin/ftn", "QQ 邮箱超大附件"),
            ("mail.qq.com/ftn", "QQ 邮箱超大附件"),
            ("weiyun.com", "腾讯微云"),
            ("docs.qq.com", "腾讯文档"),
        ),
    ),
    Provider(
        "163",  # and 126: both are NetEase
        wants_code=True,
        wants_client_id=True,
        servers=_own("163.com", "126.com", "yeah.net"),
        links=(
            ("dashi.163.com", "网易邮箱云附件"),
            ("fs.163.com", "网易邮箱云附件"),
            ("mail.163.com/large-attachment", "网易邮箱云附件"),
        ),
    ),
    Provider("百度", links=(("pan.baidu.com", "百度网盘"),)),
    Provider(
        "139",
        servers=_own("139.com"),
        links=(("yun.139.com", "移动云盘"), ("caiyun.139.com", "移动云盘")),
    ),
    Provider("189", servers=_own("189.cn"), links=(("cloud.189.cn", "天翼云盘"),)),
    Provider(
        "阿里",
        servers=_own("aliyun.com"),
        links=(("alipan.com", "阿里云盘"), ("aliyundrive.com", "阿里云盘")),
    ),
    Provider("金山", links=(("kdocs.cn", "金山文档"),)),
    Provider("123", links=(("123pan.com", "123 云盘"),)),
    Provider("蓝奏", links=(("lanzou", "蓝奏云"),)),
)

_WORDS_FOR_LARGE_FILES = (("超大附件", "超大附件"), ("云附件", "云附件"), ("文件中转站", "文件中转站"))
_WORDS_FOR_STORAGE = (("网盘", "网盘"), ("云盘", "云盘"))

LINKS = (
    *_WORDS_FOR_LARGE_FILES,
    *(link for provider in PROVIDERS for link in provider.links),
    *_WORDS_FOR_STORAGE,
)
"""How a link to a stored file is recognised, and what the storage is called; the first one that fits counts."""

NEED_CODES = f"{'、'.join(provider.called for provider in PROVIDERS if provider.wants_code)} 等邮箱"
"""The providers that want an authorisation code, as a sentence about them begins."""

KNOWN_SERVERS = "、".join(provider.called for provider in PROVIDERS if provider.servers)
"""The providers whose servers we know."""


def servers_of(address: str) -> tuple[str, str] | None:
    """Return the servers of an address, SMTP and IMAP, if we know its provider; both use TLS on the usual ports."""
    domain = address.rpartition("@")[2].lower()
    known = (server for provider in PROVIDERS for server in provider.servers)
    return next(((smtp, imap) for called, smtp, imap in known if called == domain), None)


CLIENT_IDS = any(provider.wants_client_id for provider in PROVIDERS)
"""Whether we say who we are to every server that knows IMAP ID: it does no harm to the others."""

ENCODED_NAMES = any(provider.reads_encoded_names for provider in PROVIDERS)
"""Whether we write names of attachments as encoded words too: programs of the standard read the other form."""
