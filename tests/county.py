"""A county at work: an office with its folder, units that fill their forms in, and what they send."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec

import reports
from gouji.cli.commands import main
from gouji.errors import GoujiError
from gouji.excel.writer import workbook_bytes
from gouji.media import read_data
from gouji.office.ledger import Ledger
from gouji.office.roster import Member, write_roster
from gouji.office.workspace import Workspace
from gouji.relation import Number
from gouji.report import Report, Unit

YEAR = reports.YEAR["2021"]
OFFICE = "丰泽县人民政府办公室"


def member(number: int, **more: Any) -> Member:
    """Return a township of the county."""
    fields = {
        "code": f"4104{number:05}",
        "name": f"第{number}镇人民政府",
        "level": "township",
        "short": (f"第{number}镇",),
        "emails": (f"town{number}@example.com",),
        "contact": "李明",
        "phone": "0375-1234567",
    }
    return Member(**{**fields, **more})


class County:
    """An office, driven through its commands; what it prints is kept."""

    def __init__(self, folder: Path, members: Sequence[Member], *, year: int = YEAR) -> None:
        self.folder, self.year = folder, year
        self.run(
            *("init", folder, "--office", OFFICE, "--year", year, "--deadline", f"{year + 1}-01-31"),
            *("--contact", "张三", "--phone", "0375-7654321"),
        )
        self.enrol(members)

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder)

    def enrol(self, members: Sequence[Member]) -> None:
        self.members = list(members)
        write_roster(self.folder / "名册.xlsx", members)

    def run(self, *arguments: object, fails: int = 0) -> str:
        """Run a command inside the workspace; return all that it printed."""
        said = io.StringIO()
        status = 0
        here = self.folder if self.folder.is_dir() else self.folder.parent
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), contextlib.chdir(here):
            try:
                main.main([str(each) for each in arguments], prog_name="gouji", standalone_mode=False)
            except SystemExit as end:
                status = int(end.code or 0)
            except GoujiError as error:
                print(f"gouji：{error}")
                status = 2
        assert status == fails, said.getvalue()
        return said.getvalue()

    def status(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.run("status", "--json"))
        return document

    def states(self) -> dict[str, str]:
        """Return the state of each unit by its number in the county."""
        return {unit["code"]: unit["state"] for unit in self.status()["units"]}

    def form(self, unit: Member) -> Path:
        """Return the workbook that was issued to a unit."""
        (path,) = (self.folder / "下发").glob(f"{unit.code}_*.xlsx")
        return path

    def filled(self, unit: Member, seed: int = 1, **figures: Number | None) -> Report:
        """Return what a unit answers on its form, without mistakes unless ``figures`` make some."""
        issued = read_data(self.form(unit).read_bytes())
        return reports.with_figures(on_form(issued.report, seed), **figures)

    def saved(self, unit: Member, report: Report) -> bytes:
        """Return the filled form of a unit as its clerk saved it."""
        issued = read_data(self.form(unit).read_bytes())
        return workbook_bytes(report, locked=issued.locked, key=self.workspace.key)

    def sent(self, unit: Member, report: Report, name: str | None = None, folder: str = "") -> Path:
        """Put the filled form of a unit into 回收, as its clerk saved it."""
        path = self.folder / "回收" / folder / (name or self.form(unit).name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.saved(unit, report))
        return path

    def answers(self, unit: Member, seed: int = 1, name: str | None = None, **figures: Number | None) -> Path:
        """Fill a unit's form in and send it."""
        return self.sent(unit, self.filled(unit, seed, **figures), name)

    def ledger(self) -> contextlib.AbstractContextManager[Ledger]:
        return self.workspace.ledger()


def on_form(issued: Report, seed: int) -> Report:
    """Return a right report on a form that was issued: its unit, its year, what it carries over."""
    right = reports.right(issued.edition, seed)
    carried = dict(issued.figures)
    figures: dict[str, Number] = {**right.figures, **carried}
    for ref in carried:
        # More was carried over than in the report that is right: as much is still open at the end of the year.
        table, _, column = ref.split(".")
        more = carried[ref] - right.figures[ref]
        done, left = f"{table}.granted.{column}", f"{table}.carried_out.{column}"
        if column != "total":
            figures[left if more > 0 else done] += more
    for ref in [ref for ref, value in figures.items() if value < 0]:
        raise AssertionError(f"{ref} would be {figures[ref]}")
    return reports.changed(right, unit=issued.unit, year=issued.year, figures=figures)


def with_unit(report: Report, **changes: str) -> Report:
    return msgspec.structs.replace(report, unit=msgspec.structs.replace(report.unit, **changes))


def mail(sender: str, attachments: Iterable[Path], subject: str = "年报", day: int = 1) -> bytes:
    """Return a mail as a mail program saves it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "office@example.com", subject
    message["Date"] = datetime.datetime(YEAR + 1, 1, day, 9, tzinfo=datetime.UTC)
    message["Message-ID"] = f"<{day}.{abs(hash(sender))}@example.com>"
    message.set_content("您好，年报见附件。")
    for path in attachments:
        message.add_attachment(path.read_bytes(), "application", "octet-stream", filename=path.name)
    return message.as_bytes()


def at(path: Path, day: int) -> Path:
    """Say when a file was last changed."""
    moment = datetime.datetime(YEAR + 1, 1, day, 9, tzinfo=datetime.UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def unit_of(unit: Member) -> Unit:
    return Unit(name=unit.name, code=unit.code, level=unit.level)
