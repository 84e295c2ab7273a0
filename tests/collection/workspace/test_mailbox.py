"""The mailbox in the settings: strict, plain about mistakes, and without the password."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
from county import YEAR, County, member

from gouji.collection.mail.password import password_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import table_text
from gouji.collection.workspace.settings import FILE, write_mailbox_settings
from gouji.runtime.errors import GoujiError

GOOD = """
[mail]
address = "office@example.com"
smtp_host = "smtp.example.com"
"""


@pytest.fixture
def office(tmp_path: Path) -> County:
    return County(tmp_path / "年报", [member(1)])


def write(office: County, table: str) -> Workspace:
    path = office.folder / "设置.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("\n# 办公室的邮箱")[0] + table, encoding="utf-8")
    return Workspace(office.folder)


def test_a_new_workspace_explains_the_mailbox_and_has_none(office: County) -> None:
    text = (office.folder / "设置.toml").read_text(encoding="utf-8")
    assert "#[mail]" in text
    assert office.workspace.mailbox is None
    # With the # before its lines removed, it is a mailbox.
    mailbox = write(office, text.partition("下面各行")[2].partition("\n")[2].replace("\n#", "\n").lstrip("#")).mailbox
    assert mailbox is not None
    assert (mailbox.address, mailbox.user, mailbox.folder) == (
        "office@example.gov.cn",
        "office@example.gov.cn",
        "INBOX",
    )
    assert mailbox.smtp is not None
    assert (mailbox.smtp.port, mailbox.smtp.security) == (465, "tls")


def test_mailbox_settings_have_defaults(office: County) -> None:
    mailbox = write(office, GOOD + 'smtp_security = "starttls"\nimap_host = "imap.example.com"\n').mailbox
    assert mailbox is not None
    assert mailbox.smtp is not None
    assert mailbox.imap is not None
    assert (mailbox.smtp.port, mailbox.imap.port, mailbox.imap.security) == (587, 993, "tls")


@pytest.mark.parametrize(
    "table, message",
    [
        (GOOD + "smtp_prot = 25\n", "没有“smtp_prot”这一项，是不是“smtp_port”？"),
        (GOOD + 'smtp_security = "none"\n', "不加密"),
        (GOOD + 'smtp_security = "ssl"\n', '应当是 "tls" 或者 "starttls"'),
        (GOOD + 'smtp_port = "465"\n', "smtp_port 应当是 1 到 65535 的数字"),
        (GOOD + "imap_port = 993\n", "没有写 imap_host"),
        (GOOD + 'reply_to = "a@b.cn\\r\\nBcc: x@y.cn"\n', "reply_to 写得不对"),
        (GOOD.replace("office@", "office"), "不是邮箱地址"),
        (GOOD + 'user = "办公室"\n', "user 里有中文或者全角的字符"),
        ('\n[mail]\nsmtp_host = "x"\n', "没有写 address"),
        ('\naddress = "office@example.com"\n', "address 要写在“[mail]”一行的下面"),
        ('\nmail = "office@example.com"\n', "单独成一行"),
        (GOOD.replace("[mail]", "[mial]"), "没有“mial”这一项，是不是“mail”？"),
    ],
)
def test_wrong_mailbox_settings_are_named(office: County, table: str, message: str) -> None:
    with pytest.raises(GoujiError) as problem:
        assert write(office, table).mailbox
    assert message in str(problem.value)


def test_only_a_server_on_this_computer_may_be_unencrypted(office: County) -> None:
    local = GOOD.replace("smtp.example.com", "127.0.0.1") + 'smtp_security = "none"\n'
    mailbox = write(office, local).mailbox
    assert mailbox is not None
    assert mailbox.smtp is not None
    assert mailbox.smtp.security == "none"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_mailbox_is_written_with_the_line_ends_of_the_settings(office: County, line_end: str) -> None:
    path = office.folder / FILE
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end.encode()))
    write_mailbox_settings(path, table_text({"address": "office@example.com", "smtp_host": "smtp.example.com"}))
    mailbox = Workspace(office.folder).mailbox
    assert mailbox is not None
    assert mailbox.address == "office@example.com"
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(line_end.encode())


def test_the_next_year_starts_with_the_same_mailbox(office: County, tmp_path: Path) -> None:
    write(office, GOOD)
    office.run("init", tmp_path / "下一年", "--after", office.folder)
    following = Workspace(tmp_path / "下一年")
    assert following.settings.year == YEAR + 1
    assert following.mailbox == office.workspace.mailbox


def test_the_password_comes_from_the_environment_the_keyring_or_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD", raising=False)
    keyring, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    kept = {("gouji", "office"): "from the keyring"}

    class KeyringError(Exception):
        pass

    def get_password(service: str, user: str) -> str | None:
        if user == "locked":
            raise KeyringError
        return kept.get((service, user))

    vars(keyring).update(get_password=get_password, errors=errors)
    vars(errors).update(KeyringError=KeyringError)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert password_of("office", None) == "from the keyring"
    assert password_of("other", lambda user: f"asked {user}") == "asked other"
    assert password_of("locked", lambda user: f"asked {user}") == "asked locked"
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", "from the environment")
    assert password_of("office", None) == "from the environment"
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", "ａｂｃ")
    with pytest.raises(GoujiError, match="全角"):
        password_of("office", None)
    monkeypatch.delenv("GOUJI_MAIL_PASSWORD")
    monkeypatch.setitem(sys.modules, "keyring", None)  # not installed
    with pytest.raises(GoujiError, match="GOUJI_MAIL_PASSWORD"):
        password_of("office", None)
