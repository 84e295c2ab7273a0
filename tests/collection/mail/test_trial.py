"""A mailbox is tried on real servers: each says yes or no, and nothing is sent or changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mailserver import HOST, OFFICE, PASSWORD, Authority, Mailboxes, PostOffice, dovecot, free_port, smtp

from gouji.collection.mail.trial import try_mailbox
from gouji.collection.workspace.mail_providers import servers_of
from gouji.collection.workspace.mailbox import Mailbox, Server
from gouji.runtime.errors import GoujiError


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def boxes(authority: Authority) -> Iterator[Mailboxes]:
    with dovecot(authority) as running:
        yield running


@pytest.fixture(scope="module")
def post(authority: Authority) -> Iterator[tuple[PostOffice, int]]:
    with smtp(authority) as running:
        yield running


def mailbox(authority: Authority, smtp_port: int, imap_port: int) -> Mailbox:
    servers = [Server(HOST, port, "tls", Path(authority.ca)) for port in (smtp_port, imap_port)]
    return Mailbox(OFFICE, "", OFFICE, "", 20, "INBOX", *servers)


def test_both_servers_are_entered_and_left_as_they_were(
    authority: Authority, boxes: Mailboxes, post: tuple[PostOffice, int]
) -> None:
    boxes.deliver(b"Subject: a\r\n\r\nb\r\n")
    office, port = post
    assert len(try_mailbox(mailbox(authority, port, boxes.port), PASSWORD)) == 2
    assert office.users == [OFFICE]
    assert office.came == []
    assert boxes.flags() == [()]


def test_each_server_that_says_no_is_named(
    authority: Authority, boxes: Mailboxes, post: tuple[PostOffice, int]
) -> None:
    with pytest.raises(GoujiError) as refused:
        try_mailbox(mailbox(authority, post[1], boxes.port), "wrong")
    sending, receiving = str(refused.value).split("\n")
    assert "邮件服务器不接受" in sending
    assert "收信服务器" in receiving
    with pytest.raises(GoujiError, match="连不上"):
        try_mailbox(mailbox(authority, post[1], free_port()), PASSWORD)
    with pytest.raises(GoujiError, match="全角"):
        try_mailbox(mailbox(authority, post[1], boxes.port), "密码")


def test_the_servers_of_known_providers_need_not_be_typed() -> None:
    assert servers_of("xxgk@126.com") == ("smtp.126.com", "imap.126.com")
    assert servers_of("12345@QQ.com") == ("smtp.qq.com", "imap.qq.com")
    assert servers_of("office@fengze.gov.cn") is None
