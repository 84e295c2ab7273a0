"""What an officer types for a new year, and what that means: settings, folder, mailbox, and the command for it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gouji.collection.intake.attachments.names import safe_name
from gouji.collection.outgoing.new_year import settings_after
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mail_providers import KNOWN_SERVERS, servers_of
from gouji.collection.workspace.mailbox import TABLE, TEMPLATE, Mailbox, read_mailbox, table_text
from gouji.collection.workspace.names import SETTINGS
from gouji.collection.workspace.settings import Settings, as_date, deadline_of
from gouji.desk.views.years import Found, Site, is_free
from gouji.runtime.errors import GoujiError

MAIL_FIELDS = (
    *("address", "sender", "smtp_host", "smtp_port", "smtp_security", "imap_host", "imap_port", "imap_security"),
)
FIELDS = ("year", "office", "deadline", "contact", "phone", "after", "name", "site", *MAIL_FIELDS)
"""What the form asks for, without the file and the password."""

_AROUND = 20
"""Years before and after this one that can be meant; others are slips."""
_USUAL = {"tls": {"smtp": 465, "imap": 993}, "starttls": {"smtp": 587, "imap": 143}, "none": {"smtp": 25, "imap": 143}}


class Wish(msgspec.Struct, frozen=True):
    """A new year, as it was typed and understood."""

    folder: Path
    chosen: Settings
    last: Workspace | None
    """Last year's workspace, where the new one continues it."""
    mailbox: Mailbox | None
    mailbox_text: str
    command: tuple[str, ...]


class MailboxError(GoujiError):
    """What was typed about the mailbox is wrong."""


def wish_of(
    typed: Mapping[str, str],
    years: Sequence[Found],
    places: Sequence[Site],
    today: datetime.date,
    *,
    contacts: str,
    without_mailbox: bool,
) -> Wish:
    """Return what was typed, understood; ``contacts`` is the name of the list of units, if there is one.

    Raises GoujiError that says what to type instead, :class:`MailboxError` if it is about the mailbox.
    """
    last = _last(typed["after"], years)
    if last and contacts:
        raise GoujiError("接着上年做的，名册接上年的，不用再给单位名单。请只选一样。")
    year = _year(typed["year"], today)
    due = as_date(typed["deadline"], "截止日期") if typed["deadline"] else None
    # In January the slip is the year before: a report cannot be due before the year that it is about is nearly over.
    if due and not datetime.date(year, 12, 1) <= due < datetime.date(year + 3, 1, 1):
        raise GoujiError(f"截止日期写的是 {due}，和 {year} 年度对不上。请核对；不写的，是法定的 {deadline_of(year)}。")
    if last:
        if last.settings.year + 1 != year:
            raise GoujiError(f"“{last.folder}”是 {last.settings.year} 年度的，它的下一年度不是 {year}。请改年度。")
        changes = {key: typed[key] or None for key in ("office", "contact", "phone")}
        chosen = settings_after(last.settings, **changes, deadline=due)
    else:
        if not typed["office"]:
            raise GoujiError("请写主管部门全称。它写在通知和退回说明的落款。")
        chosen = Settings(typed["office"], year, due or deadline_of(year), typed["contact"], typed["phone"])
    site = next((place for place in places if place.key == typed["site"]), places[0])
    folder = site.folder / safe_name(typed["name"] or f"年报{year}")
    if (folder / SETTINGS).exists():
        raise GoujiError(f"“{folder}”已经是工作文件夹，没有改动。新的年度请换一个文件夹的名称。")
    if not is_free(folder):
        raise GoujiError(f"“{folder}”已经有了，里面有别的东西，没有改动。请换一个文件夹的名称。")
    mailbox, text = _mailbox(typed, last, without_mailbox=without_mailbox)
    return Wish(folder, chosen, last, mailbox, text, _command(folder, typed, chosen, last, contacts))


def _last(key: str, years: Sequence[Found]) -> Workspace | None:
    if not key:
        return None
    found = next((one for one in years if one.key == key), None)
    if found is None:
        raise GoujiError("上年的工作文件夹找不到了，可能移走了。请重新选。")
    return Workspace(found.folder)


def _year(typed: str, today: datetime.date) -> int:
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == len("2000") else 0
    if abs(year - today.year) > _AROUND:
        raise GoujiError(f"年度写的是“{typed[:20]}”。请写四位数的年份，如 {today.year - 1}。")
    return year


def _mailbox(typed: Mapping[str, str], last: Workspace | None, *, without_mailbox: bool) -> tuple[Mailbox | None, str]:
    """Return the mailbox, and how the settings describe it."""
    if last:
        if typed["address"]:
            raise MailboxError("接着上年做的，邮箱也接上年的。请把邮箱地址空着；要换的，新建以后在设置里改。")
        return None, TEMPLATE
    if not typed["address"]:
        if typed["smtp_host"] or typed["imap_host"]:
            raise MailboxError("写了邮件服务器，没有写邮箱地址。请补上；不用邮箱的，都空着。")
        return None, TEMPLATE
    try:
        table = mail_table(typed)
        return read_mailbox({TABLE: table}, Path(SETTINGS)), table_text(table)
    except GoujiError as error:
        if without_mailbox:
            return None, TEMPLATE
        raise MailboxError(str(error)) from None


def mail_table(typed: Mapping[str, str]) -> dict[str, str | int]:
    """Return what was typed about the mailbox as the settings know it, with the servers of known providers."""
    address = typed["address"]
    smtp, imap = typed["smtp_host"], typed["imap_host"]
    if not smtp and not imap:
        known = servers_of(address)
        if known is None:
            raise GoujiError(
                f"不认识“{address}”的邮件服务器（认识的有 {KNOWN_SERVERS}）。"
                "请填发信、收信服务器的名称，可以问单位管邮箱的人。"
            )
        smtp, imap = known
    table: dict[str, str | int] = {"address": address, "name": typed["sender"]}
    for protocol, called, host in (("smtp", "发信", smtp), ("imap", "收信", imap)):
        if host:
            security = typed[f"{protocol}_security"] or "tls"
            table[f"{protocol}_host"] = host
            table[f"{protocol}_port"] = _port(typed[f"{protocol}_port"], called, security, protocol)
            table[f"{protocol}_security"] = security
    return {key: value for key, value in table.items() if value != ""}


def typed_for(mailbox: Mailbox | None) -> dict[str, str]:
    """Return what would be typed for a mailbox that the settings describe."""
    given = dict.fromkeys(MAIL_FIELDS, "")
    if mailbox is not None:
        given.update(address=mailbox.address, sender=mailbox.name)
        for protocol, server in (("smtp", mailbox.smtp), ("imap", mailbox.imap)):
            if server is not None:
                given[f"{protocol}_host"], given[f"{protocol}_port"] = server.host, str(server.port)
                given[f"{protocol}_security"] = server.security
    return given


def _port(typed: str, called: str, security: str, protocol: str) -> int:
    if not typed:
        return _USUAL.get(security, _USUAL["tls"])[protocol]
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len("65535")):
        raise GoujiError(f"{called}服务器的端口写的是“{typed[:20]}”，应当是数字，如 465。")
    return int(typed)


def _command(
    folder: Path, typed: Mapping[str, str], chosen: Settings, last: Workspace | None, contacts: str
) -> tuple[str, ...]:
    """Return the arguments of the command that makes the same year, apart from the mailbox."""
    options = {
        "--after": str(last.folder) if last else "",
        "--roster": contacts,
        "--office": typed["office"],
        "--year": str(chosen.year),
        "--deadline": str(chosen.deadline) if typed["deadline"] else "",
        "--contact": typed["contact"],
        "--phone": typed["phone"],
    }
    return ("init", str(folder), *(word for option, value in options.items() if value for word in (option, value)))
