"""What happens to each unit of a round: small stories that a test plays side by side.

A story is a generator. Its first part happens before the first ``collect``; each ``yield`` is one ``collect``, and what
follows it are the officer's decisions about it and what the unit sends next.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import reports
from county import County, answer, last_year, nameable

import gouji
from gouji.collection.workspace.roster import Member
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, to_json

PENALTIES = "disclosure.penalty.decisions"
STRANGER = "someone@elsewhere.example"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(300)
BROKEN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"
"""The beginning of an old workbook, and nothing of it."""
HALF = b"PK\x03\x04" + bytes(200)
DIRTY = nameable("\x1b[31m\u202excod\u2066\x07")
SHOWN = re.sub("[^ -~]+", " ", DIRTY)
"""Colours of a terminal, a bell, and marks that turn the direction of writing."""
FAILS = {"requests__new__natural": 999}
ASKS = {"disclosure__normative__in_force": 7}
"""A figure that does not fit last year's: a query, ``stock``."""


class Clerk:
    """A unit of the round, and the office as far as it decides about that unit."""

    def __init__(self, office: County, unit: Member, number: int) -> None:
        self.office, self.unit, self.number = office, unit, number
        self.folder = office.folder / "回收" / f"{number:02}"
        self.folder.mkdir()
        self._mails = 0

    def path(self, name: str) -> Path:
        return self.folder / name

    def report(self, version: int, **changes: Any) -> Report:
        """Return the unit's report; its number of licences says whose it is and which: 702 is unit 7's second."""
        fields = {key: changes.pop(key) for key in ("explanations", "people", "unit") if key in changes}
        texts = changes.pop("texts", {})
        report = answer(self.unit, **{"disclosure__licensing__decisions": self.number * 100 + version, **changes})
        return reports.changed(report, texts={**report.texts, **texts}, **fields)

    def form(self, version: int, **changes: Any) -> bytes:
        """Return the filled form, signed by the office."""
        return self.office.signed(self.report(version, **changes))

    def unsigned(self, version: int, **changes: Any) -> bytes:
        """Return a form that the office has not issued."""
        return workbook_bytes(self.report(version, **changes))

    def puts(self, name: str, data: bytes) -> None:
        self.path(name).write_bytes(data)

    def sends(self, name: str, version: int, **changes: Any) -> None:
        """Put the filled form into 回收."""
        self.puts(name, self.form(version, **changes))

    def mails(
        self,
        files: Mapping[str, bytes],
        text: str = "年报见附件。",
        *,
        sender: str = "",
        came: str = "",
        **headers: str,
    ) -> EmailMessage:
        """Put a mail into 回收, as ``fetch`` does; ``came`` is the server's own time of receipt."""
        message = EmailMessage()
        message["From"], message["To"] = sender or self.unit.emails[0], "office@example.com"
        message["Subject"], message["Message-ID"] = "年报", f"<{self.number}.{self._mails}@example.com>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        for name, data in files.items():
            message.add_attachment(data, "application", "octet-stream", filename=name)
        self.delivers(message.as_bytes(), came)
        return message

    def delivers(self, data: bytes, came: str = "") -> None:
        self._mails += 1
        self.puts(f"{self._mails}.eml", data)
        if came:
            with self.office.ledger() as ledger, ledger.transaction():
                sha256 = hashlib.sha256(data).hexdigest()
                ledger.mail.record_fetched("INBOX", 1, self.number * 100 + self._mails, sha256, came)

    def decides(self, command: str, *arguments: object, fails: int = 0) -> str:
        """Run a command of the officer about this unit."""
        return self.office.run(command, self.unit.code, *arguments, fails=fails)

    def stands(self, state: str) -> None:
        """Assert the state of the unit in the middle of its story."""
        assert self.office.state(self.unit) == state, self.office.run("status", self.unit.code)


Story = Callable[[Clerk], Iterator[None]]


# ---------------------------------------------------------------- old and new submissions


def old_file_renamed(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.sends("二.xlsx", 2)
    yield
    clerk.path("一.xlsx").rename(clerk.path("整理好的.xlsx"))
    yield


def old_file_moved(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.sends("二.xlsx", 2)
    yield
    clerk.path("旧的").mkdir()
    clerk.path("一.xlsx").rename(clerk.path("旧的") / "一.xlsx")
    yield


def old_file_copied(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.sends("二.xlsx", 2)
    yield
    shutil.copy(clerk.path("一.xlsx"), clerk.path("一 - 副本.xlsx"))
    yield


def old_file_mailed_again(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.sends("二.xlsx", 2)
    yield
    clerk.mails({"一.xlsx": clerk.path("一.xlsx").read_bytes()}, came="2026-01-19T08:00:00")
    yield


def old_file_mailed_again_and_accepted(clerk: Clerk) -> Iterator[None]:
    yield from old_file_mailed_again(clerk)
    clerk.decides("accept", "一.xlsx", "-m", "电话问过，第一份才对")
    yield


def two_at_once(clerk: Clerk) -> Iterator[None]:
    clerk.sends("甲.xlsx", 1)
    clerk.sends("乙.xlsx", 2)
    yield


def two_mails_timed_by_the_server(clerk: Clerk) -> Iterator[None]:
    clerk.mails({"乙.xlsx": clerk.form(2)}, came="2026-01-11T08:00:00", Date="Mon, 05 Jan 2026 08:00:00 +0800")
    clerk.mails({"甲.xlsx": clerk.form(1)}, came="2026-01-10T08:00:00", Date="Tue, 06 Jan 2026 08:00:00 +0800")
    yield


def two_mails_timed_by_the_sender(clerk: Clerk) -> Iterator[None]:
    clerk.mails({"甲.xlsx": clerk.form(1)}, Date="Mon, 05 Jan 2026 08:00:00 +0800")
    clerk.mails({"乙.xlsx": clerk.form(2)}, Date="Tue, 06 Jan 2026 08:00:00 +0800")
    yield
    clerk.stands("asked")
    clerk.decides("accept", "甲.xlsx", "-m", "电话问过")
    yield


def two_at_once_after_one(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.sends("甲.xlsx", 2)
    clerk.sends("乙.xlsx", 3)
    yield


# ---------------------------------------------------------------- what is not taken


def unreadable_after_a_good_one(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.puts(f"{clerk.unit.called}又报.xls", BROKEN + b"again")
    yield


def wrong_after_a_good_one(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.sends("二.xlsx", 2, **FAILS)
    yield


def another_after_an_acceptance(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.decides("accept", "一.xlsx", "-m", "盖了章的是这一份")
    clerk.sends("二.xlsx", 2)
    yield


def only_an_unreadable_file(clerk: Clerk) -> Iterator[None]:
    folder = clerk.office.folder / "回收" / "甲县"
    folder.mkdir()
    (folder / "城关镇.xls").write_bytes(BROKEN)
    yield


# ---------------------------------------------------------------- what is signed


def json_after_a_signed_form(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.puts("报表.json", to_json(clerk.report(2)))
    yield


def only_an_unsigned_workbook(clerk: Clerk) -> Iterator[None]:
    clerk.puts("自制.xlsx", clerk.unsigned(1))
    yield


def only_a_word_report(clerk: Clerk) -> Iterator[None]:
    clerk.puts("报告.docx", document_bytes(clerk.report(1)))
    yield


def unsigned_files_one_let_pass(clerk: Clerk) -> Iterator[None]:
    clerk.puts("一.json", to_json(clerk.report(1)))
    yield
    clerk.decides("waive", "identity.unsigned", "单位的电脑坏了，已经电话核对。")
    clerk.puts("二.json", to_json(clerk.report(2)))
    yield


def signed_by_another_office(clerk: Clerk) -> Iterator[None]:
    clerk.puts("一.xlsx", workbook_bytes(clerk.report(1), key=b"the key of another office"))
    yield
    said = clerk.decides("waive", "identity.signature", "先放行，再核对。")
    clerk.stands("done")
    clerk.office.run("undo", said.partition("：")[0], "-m", "不能放行")
    yield


# ---------------------------------------------------------------- who sent it


def stranger_forwards_a_mail_of_the_unit(clerk: Clerk) -> Iterator[None]:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = clerk.unit.emails[0], "年报"
    inner.set_content("年报见附件。")
    inner.add_attachment(clerk.form(1), "application", "octet-stream", filename="一.xlsx")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = STRANGER, "转发：年报"
    outer.set_content("见附件。")
    outer.add_attachment(inner)
    clerk.delivers(outer.as_bytes())
    yield


def two_from_lines(clerk: Clerk) -> Iterator[None]:
    message = EmailMessage()
    message["From"] = clerk.unit.emails[0]
    message.set_content("年报见附件。")
    message.add_attachment(clerk.form(1), "application", "octet-stream", filename="一.xlsx")
    clerk.delivers(b"From: " + STRANGER.encode() + b"\n" + message.as_bytes())
    yield


def sent_from_a_new_address(clerk: Clerk) -> Iterator[None]:
    clerk.mails({"一.xlsx": clerk.form(1, explanations={"others": "这是我们单位的新邮箱。"})}, sender=STRANGER)
    yield
    clerk.stands("asked")
    clerk.decides("explain", "mail.stranger", "按名册里的电话核实过。")
    yield


# ---------------------------------------------------------------- explanations


def explains_with_nothing(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1, **ASKS, explanations={"stock": "无"})
    yield


def explains_in_four_characters(clerk: Clerk) -> Iterator[None]:
    clerk.sends(f"一{DIRTY}.xlsx", 1, **ASKS, explanations={"stock": f"机构撤并{DIRTY}"})
    yield


def explains_whose_file_it_is(clerk: Clerk) -> Iterator[None]:
    nameless = gouji.Unit()
    clerk.sends(f"{clerk.unit.called}.xlsx", 1, unit=nameless, explanations={"others": "这是我们单位报送的。"})
    yield


def explanation_rejected_with_its_file(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1, **ASKS, explanations={"stock": "清理后重新统计。"})
    yield
    clerk.stands("done")
    clerk.decides("reject", "一.xlsx", "-m", "说明不属实")
    clerk.sends("二.xlsx", 2, **ASKS)
    yield


# ---------------------------------------------------------------- the wrong unit, the wrong place


def filled_with_the_text_of_another(other: Member) -> Story:
    def story(clerk: Clerk) -> Iterator[None]:
        text = f"全年{other.called}收到政府信息公开申请。对报告有疑问的，请与{other.called}党政办公室联系。"
        people = gouji.People(filled_by=other.contact, phone=other.phone)
        clerk.sends("一.xlsx", 1, texts={"preamble": (text,)}, people=people)
        yield

    return story


def speaks_of_itself_wrongly(clerk: Clerk) -> Iterator[None]:
    texts = ("丰泽县的要求已经落实。", "制度健全。", "我局全年主动公开信息214条。")
    clerk.sends("一.xlsx", 1, texts={"overview.general": texts})
    yield


def passes_at_once(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1, texts={"preamble": ("按照丰泽县的要求，编制本报告。",)})
    yield


# ---------------------------------------------------------------- letters and remarks


def words_in_a_whole_table(clerk: Clerk) -> Iterator[None]:
    report = clerk.report(1)
    typed = {ref: "无" for ref in report.form.inputs if ref.startswith("requests.") and "carried_in" not in ref}
    figures = {ref: value for ref, value in report.figures.items() if ref not in typed}
    clerk.puts("一.xlsx", clerk.office.signed(reports.changed(report, figures=figures, unread=typed)))
    yield


def one_cell_rejected(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.decides("reject", "--cell", PENALTIES, "-m", "登记簿上只有5件")
    yield


def one_cell_asked_about(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.decides("reject", "--ask", "--cell", PENALTIES, "-m", "请核对登记簿")
    yield


def rejected_cell_corrected(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1)
    yield
    clerk.decides("reject", "--cell", PENALTIES, "-m", "登记簿上只有5件")
    clerk.office.run("return")
    (back,) = (clerk.office.folder / "退回").glob(f"{clerk.unit.code}_*.xlsx")
    returned = gouji.read(back, key=clerk.office.workspace.key).report
    clerk.puts("二.xlsx", clerk.office.signed(_with_licences(returned, clerk.number * 100 + 2, penalties=5)))
    yield


def _with_licences(report: Report, licences: int, penalties: int) -> Report:
    more = {"disclosure__licensing__decisions": licences, "disclosure__penalty__decisions": penalties}
    return reports.with_figures(report, **more)


def jumps_elevenfold(clerk: Clerk) -> Iterator[None]:
    clerk.sends("一.xlsx", 1, disclosure__penalty__decisions=33000)
    yield


# ---------------------------------------------------------------- what is no submission


def only_thanks(clerk: Clerk) -> Iterator[None]:
    clerk.mails({}, "收到，谢谢！")
    clerk.mails({}, "我已外出，回来后处理。", Auto_Submitted="auto-replied")
    clerk.mails({"通知.docx": (clerk.office.folder / "下发" / "通知.docx").read_bytes()}, "收到")
    yield


def blank_form_after_a_filled_one(clerk: Clerk) -> Iterator[None]:
    clerk.mails({}, "请问怎么填？")
    yield
    clerk.sends("一.xlsx", 1)
    yield
    clerk.mails({"年报.xlsx": clerk.office.form(clerk.unit).read_bytes()}, "请看附件")
    yield


def only_a_blank_form(clerk: Clerk) -> Iterator[None]:
    clerk.mails({"年报.xlsx": clerk.office.form(clerk.unit).read_bytes()}, "请看附件")
    yield


def only_a_screenshot(clerk: Clerk) -> Iterator[None]:
    clerk.mails({f"{clerk.unit.called}.png": PICTURE}, "请收")
    yield
    clerk.office.run("status", "--dismiss", f"{clerk.unit.called}.png", "-m", "打过电话，明天报")
    yield


def form_in_an_automatic_reply_under_an_odd_name(clerk: Clerk) -> Iterator[None]:
    clerk.puts("一.xlsx.crdownload", HALF)
    yield
    clerk.path("一.xlsx.crdownload").unlink()
    clerk.mails({"a.tmp": clerk.form(1)}, "自动回复", Auto_Submitted="auto-replied")
    yield


def file_of_nobody_assigned(clerk: Clerk) -> Iterator[None]:
    clerk.sends("无名.xlsx", 1, unit=gouji.Unit())
    yield
    clerk.office.run("assign", "无名.xlsx", clerk.unit.code)
    yield


def form_and_document_in_one_mail(clerk: Clerk) -> Iterator[None]:
    printed = document_bytes(clerk.report(1, disclosure__penalty__decisions=7777))
    clerk.mails({"a.docx": printed, "b.xlsx": clerk.form(1)}, "请看附件")
    yield


# ---------------------------------------------------------------- the round


def play(office: County, stories: Sequence[tuple[Member, Story]], between: Callable[[int], None]) -> list[str]:
    """Play stories side by side, and return what each ``collect`` printed; ``between`` happens before each."""
    running = [story(Clerk(office, unit, number)) for number, (unit, story) in enumerate(stories, 1)]
    printed = []
    while True:
        running = [story for story in running if next(story, story) is None]
        if not running:
            return printed
        between(len(printed))
        printed.append(office.run("collect"))


def last_years(unit: Member, number: int, penalties: int | None = None) -> Report:
    """Return last year's report of a unit, close to what it reports this year."""
    more = {} if penalties is None else {"disclosure__penalty__decisions": penalties}
    return last_year(answer(unit, disclosure__licensing__decisions=number * 100 + 50, **more))
