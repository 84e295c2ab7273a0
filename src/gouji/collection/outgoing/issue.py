"""Issuing: a signed and prefilled workbook for each unit, the notice, and the list of what was issued."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from gouji import __version__
from gouji.collection.ledger.decided import Decided
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.last_year import LastYear, PreviousYear
from gouji.collection.workspace.names import ISSUED, LAST_YEAR, ROSTER
from gouji.collection.workspace.naming import file_name
from gouji.collection.workspace.roster import Member
from gouji.collection.workspace.round_key import key_has_changed, record_key
from gouji.collection.workspace.settings import Settings
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.form.prompts import troubles_in_excel
from gouji.form.values import Number
from gouji.formats.tables.listing import Field, Listing, listing_bytes
from gouji.formats.workbook.layout import VERSION
from gouji.jobs.prefill import carried_over
from gouji.report.model import Report, Unit, make_report, with_figures
from gouji.runtime.errors import GoujiError

if TYPE_CHECKING:
    from gouji.formats.workbook.issuing import Issuer

NOTICE, LIST = "通知.docx", "下发清单.xlsx"


class BlankForm(msgspec.Struct, frozen=True):
    """A unit's blank form, with the numbers that the office has filled in and locked."""

    report: Report
    locked: tuple[str, ...] = ()


def form_for(member: Member, settings: Settings, before: PreviousYear) -> BlankForm:
    """Return the blank form of a unit, with the numbers that it carries over from last year."""
    blank = make_report(
        form=settings.form,
        year=settings.year,
        unit=Unit(name=member.name, code=member.code, level=member.level),
        figures={},
    )
    if before.report is None:
        return BlankForm(blank)
    carried: dict[str, Number] = carried_over(blank, before.report)
    return BlankForm(with_figures(blank, carried, {}), tuple(carried))


class FormWriter:
    """Writes blank forms as workbooks. It runs in the worker processes."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    @cached_property
    def _issuer(self) -> Issuer:
        from gouji.formats.workbook.issuing import Issuer

        return Issuer(self.key)

    def __call__(self, form: BlankForm) -> bytes:
        """Return the workbook of a form."""
        return self._issuer.workbook(form.report, locked=form.locked)


class Issued(msgspec.Struct):
    """What issuing has done."""

    made: Made
    units: int
    carried: int
    """Units whose 结转 is filled in from last year's report."""
    missing: list[Member]
    """Units that should have a report of last year, by the roster, and have none."""
    divided: list[Member]
    """Units that share what another one carried over: it cannot be filled in for them."""
    key_changed: bool = False
    """Whether forms were issued before with another key: those can no longer be verified."""
    lacks: tuple[str, ...] = ()
    """What the notice should say and does not, because the settings do not say it."""
    troubles: tuple[str, ...] = ()
    """What Excel refuses or cuts off of the office's own form."""


def issue(
    workspace: Workspace,
    *,
    today: datetime.date,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> Issued:
    """Write the workbook of every unit that has to report, the notice and the list; only what changed is written again.

    Raises GoujiError where the roster, the settings or a report of last year is wrong.
    """
    roster, settings = workspace.roster, workspace.settings
    settings.require_signature()
    if not roster.active:
        raise GoujiError(f"名册里没有 {settings.year} 年度要报的单位。请先打开“{ROSTER}”，一行写一个单位，保存后再试。")
    last_year = LastYear(workspace.folder / LAST_YEAR, settings.forms)
    known = bool(last_year.hashes())
    orders, missing, divided, carried = [], [], [], 0
    rows: list[list[str | int | None]] = []
    for member in roster.active:
        before = last_year.before(member, roster)
        form = form_for(member, settings, before)
        name = file_name(member, f"{settings.year}", ".xlsx")
        orders.append(Order(f"{ISSUED}/{name}", member.code, _fingerprint(form, workspace.key), form))
        carried += before.report is not None
        if before.divided:
            divided.append(member)
        elif before.missing and known and member.active_from != settings.year:
            missing.append(member)
        rows.append(
            [member.code, member.name, name, _carried_words(before, member, settings, known), *_contact(member)]
        )
    mailbox = workspace.mailbox
    send_to = (mailbox.reply_to or mailbox.address) if mailbox else ""
    with workspace.writing("下发") as ledger:
        key_changed = key_has_changed(workspace, ledger)
        record_key(workspace, ledger, changed=key_changed)
        some_other = bool(Decided(ledger.decisions()).extended)
        made = produce(
            workspace.folder,
            ledger,
            ISSUED,
            [
                *orders,
                _notice(settings, send_to, today, some_other),
                _list(settings, rows, today),
            ],
            _Content(FormWriter(workspace.key)),
            executor,
            watch,
        )
    lacks = tuple(_lacks(settings, send_to))
    troubles = tuple(troubles_in_excel(settings.form))
    return Issued(made, len(orders), carried, missing, divided, key_changed, lacks, troubles)


class _Content:
    """Returns the content of a file of 下发: a form, or the notice or the list, which make themselves."""

    def __init__(self, form_writer: FormWriter) -> None:
        self._form_writer = form_writer

    def __call__(self, task: Any) -> bytes:
        return self._form_writer(task) if isinstance(task, BlankForm) else task()


def _fingerprint(form: BlankForm, key: bytes) -> str:
    return fingerprint(__version__, VERSION, form, form.report.form.digest, key)


def _carried_words(before: PreviousYear, member: Member, settings: Settings, known: bool) -> str:
    if before.report is not None:
        return "已按上年报告填好并锁定"
    if before.divided:
        return f"上年的单位 {'、'.join(before.divided)} 由几个单位接着报，由单位填"
    if before.missing and known and member.active_from != settings.year:
        return f"没有上年报告（{'、'.join(before.missing)}），由单位填"
    return "由单位填"


def _contact(member: Member) -> tuple[str, str, str]:
    return member.contact, member.phone, "；".join(member.emails)


# ---------------------------------------------------------------- the list and the notice

_LIST_FIELDS = (
    Field("单位代码", 12),
    Field("单位全称", 28, wrap=True),
    Field("文件", 36, wrap=True),
    Field("上年结转", 26, wrap=True),
    Field("联系人", 8),
    Field("联系电话", 28, wrap=True),
    Field("电子邮箱", 26, wrap=True),
)


class _List(msgspec.Struct, frozen=True):
    title: str
    made: str
    """Which office made the list, and when."""
    rows: Sequence[Sequence[str | int | None]]

    def __call__(self) -> bytes:
        return listing_bytes([Listing("下发清单", _LIST_FIELDS, self.rows, above=(self.title, self.made))])


def _list(settings: Settings, rows: Sequence[Sequence[str | int | None]], today: datetime.date) -> Order:
    title = f"{settings.year}年度填报表下发清单（{len(rows)} 个单位）"
    # Another day is no reason to write the list again.
    basis = fingerprint(__version__, settings.office, title, rows)
    task = _List(title, f"{settings.office}　　{today.isoformat()} 制表", rows)
    return Order(f"{ISSUED}/{LIST}", "", basis, task)


def _lacks(settings: Settings, send_to: str) -> Iterator[str]:
    """Yield what a unit looks for in the notice and does not find."""
    if not settings.contact:
        yield "联系人（contact）"
    if not settings.phone:
        yield "电话（phone）"
    if not send_to:
        yield "收件邮箱（[mail] 的 address）"


class _Notice(msgspec.Struct, frozen=True):
    settings: Settings
    send_to: str
    """The address to send to; empty where the office has described no mailbox."""
    today: datetime.date
    some_other: bool = False
    """Whether some units have a deadline of their own: the notice is the same for all."""

    def __call__(self) -> bytes:
        from gouji.formats.word.letter import OfficeLetter, letter_bytes

        settings, deadline = self.settings, chinese_date(self.settings.deadline)
        before = f"{deadline}前" + "（另行通知截止日期的单位，以另行通知的为准）" * self.some_other
        return letter_bytes(
            OfficeLetter(
                title=f"关于报送{settings.year}年政府信息公开工作\n年度报告的通知",
                addressee="各有关单位",
                paragraphs=(
                    f"按照{settings.form.law}的规定，现收集各单位{settings.year}年政府信息公开工作年度报告。"
                    "随通知发送本单位的填报表（Excel 工作簿，文件名以单位代码开头）。有关事项如下：",
                    "一、怎样填写",
                    "用 Excel 或者 WPS 打开填报表。上方有黄色提示条的，先点“启用编辑”。浅黄色的格子由单位填写，"
                    "灰色的格子自动计算或者已经填好，不用填。表里只填数字，没有的填 0，不要留空。",
                    "填报表里的勾稽关系会自动核对。“校验”页显示“可以上报”以后，请保存并关闭文件。",
                    "二、怎样报送",
                    f"请于{before}，把填好的填报表作为附件{self._where_to}。"
                    "请不要另存为别的格式，不要只发图片或者 PDF。"
                    "每个单位只报一份；发现填错的，改好后再发一次，以后发的为准。",
                    "三、收到以后",
                    "收到的填报表会逐份核对。有错误的，退回改正；数字有疑问的，请核实以后在“校验”页写明原因。"
                    + _publication(settings),
                    *_whom_to_call(settings),
                ),
                office=settings.signed_by,
                date=self.today,
            )
        )

    @property
    def _where_to(self) -> str:
        return f"发到 {self.send_to}" if self.send_to else "发回"


def _publication(settings: Settings) -> str:
    day = chinese_date(settings.publication)
    return f"通过的年度报告，于{day}前向社会公布。" if settings.publishes_later else ""


def _whom_to_call(settings: Settings) -> tuple[str, ...]:
    who = " ".join(filter(None, (settings.contact, settings.phone)))
    return (f"填写、报送中有问题的，请联系{settings.office}：{who}。",) if who else ()


def chinese_date(date: datetime.date) -> str:
    """Return a date as it is written in a letter."""
    return f"{date.year}年{date.month}月{date.day}日"


def _notice(settings: Settings, send_to: str, today: datetime.date, some_other: bool) -> Order:
    # Another day on the notice is no reason to write it again, so the day is not in the fingerprint.
    basis = fingerprint(__version__, settings, send_to, *([some_other] if some_other else []))
    return Order(f"{ISSUED}/{NOTICE}", "", basis, _Notice(settings, send_to, today, some_other))
