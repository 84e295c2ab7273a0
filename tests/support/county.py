"""A county: an office with its folder, and units that fill in their forms and submit them."""

from __future__ import annotations

import contextlib
import copy
import datetime
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest import mock

import click
import msgspec
import reports

from gouji.cli.main import main
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.roster import Member, write_roster
from gouji.form.values import Number
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit, to_json
from gouji.runtime.errors import GoujiError

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


TOWNS = [member(number) for number in range(1, 6)]
TODAY = datetime.date(YEAR + 1, 1, 20)


class County:
    """An office, used through its commands."""

    today = TODAY

    def __init__(self, folder: Path, members: Sequence[Member], *, year: int = YEAR) -> None:
        self.folder, self.year = folder, year
        self.run(
            *("init", folder, "--office", OFFICE, "--year", year, "--deadline", f"{year + 1}-01-31"),
            *("--contact", "张三", "--phone", "0375-7654321"),
        )
        self.enrol(members)

    def copied(self, folder: Path) -> County:
        """Return the same office in a copy of its folder."""
        mine = copy.copy(self)
        mine.folder = folder
        shutil.copytree(self.folder, folder)
        return mine

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.folder)

    def enrol(self, members: Sequence[Member]) -> None:
        self.members = list(members)
        write_roster(self.folder / "名册.xlsx", members)

    def run(self, *arguments: object, fails: int = 0) -> str:
        """Run a command inside the workspace; return everything that it printed."""
        output = io.StringIO()
        status = 0
        here = self.folder if self.folder.is_dir() else self.folder.parent
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
            contextlib.chdir(here),
            mock.patch("gouji.cli.clock.today", return_value=self.today),
        ):
            try:
                main.main([str(argument) for argument in arguments], prog_name="gouji", standalone_mode=False)
            except SystemExit as end:
                status = int(end.code or 0)
            except click.UsageError as error:
                print(error.message)
                status = 2
            except GoujiError as error:
                print(f"gouji：{error}")
                status = 2
        assert status == fails, output.getvalue()
        return output.getvalue()

    def status(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.run("status", "--json"))
        return document

    def states(self) -> dict[str, str]:
        """Return the state of each unit, by its code."""
        return {unit["code"]: unit["state"] for unit in self.status()["units"]}

    def form(self, unit: Member) -> Path:
        """Return the path of the workbook that was issued to a unit."""
        (path,) = (self.folder / "下发").glob(f"{unit.code}_*.xlsx")
        return path

    def filled(self, unit: Member, seed: int = 1, **figures: Number | None) -> Report:
        """Return the report of a unit on its form, without mistakes unless ``figures`` make some."""
        issued = read_data(self.form(unit).read_bytes())
        return reports.with_figures(on_form(issued.report, seed), **figures)

    def saved(self, unit: Member, report: Report) -> bytes:
        """Return the filled form of a unit as its clerk saved it."""
        issued = read_data(self.form(unit).read_bytes(), forms=self.workspace.settings.forms)
        return workbook_bytes(report, locked=issued.locked, key=self.workspace.key)

    def sent(self, unit: Member, report: Report, name: str | None = None, folder: str = "") -> Path:
        """Put the filled form of a unit into 回收, as its clerk saved it."""
        path = self.folder / "回收" / folder / (name or self.form(unit).name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.saved(unit, report))
        return path

    def answers(self, unit: Member, seed: int = 1, name: str | None = None, **figures: Number | None) -> Path:
        """Fill in a unit's form and send it."""
        return self.sent(unit, self.filled(unit, seed, **figures), name)

    def writes(self, unit: Member, name: str | None = None, day: int | None = None, **figures: Number | None) -> Path:
        """Send a report; correct, unless ``figures`` make a mistake. See :meth:`says`."""
        return self.says(answer(unit, **figures), name or f"{unit.called}.json", day)

    def says(self, report: Report, name: str, day: int | None = None, *, signed: bool = True) -> Path:
        """Put a report into 回收; ``day`` is the day of January on which the file was last changed.

        An office that has issued forms gets it on a form that it has signed, unless ``signed`` is false, whatever the
        ending of the name is; any other office as JSON, as a unit's own program might write it.
        """
        path = self.folder / "回收" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        issued = any((self.folder / "下发").glob("*_*.xlsx"))
        path.write_bytes(self.signed(report) if signed and issued else to_json(report))
        return dated(path, day) if day else path

    def signed(self, report: Report) -> bytes:
        """Return a report on a form that the office has signed."""
        return workbook_bytes(report, key=self.workspace.key)

    def reported_last_year(self, units: Iterable[Member]) -> str:
        """Import last year's reports of units, which fit what :func:`answer` carries over and has in force."""
        folder = self.folder.with_name("上年报告")
        folder.mkdir(exist_ok=True)
        files = [folder / f"{unit.code}.json" for unit in units]
        for unit, file in zip(units, files, strict=True):
            file.write_bytes(to_json(last_year(answer(unit))))
        return self.run("last-year", *files)

    def made(self, folder: str) -> dict[str, bytes]:
        """Return the files of a folder of the workspace by name."""
        return {path.name: path.read_bytes() for path in (self.folder / folder).iterdir()}

    def roles(self, unit: Member) -> list[str]:
        """Return the roles of a unit's submissions, in the order of arrival."""
        (found,) = [row for row in self.status()["units"] if row["code"] == unit.code]
        return [returned["role"] for returned in found["returns"]]

    def findings(self, unit: Member, *severities: str) -> list[str]:
        """Return the findings on the submission of a unit, without echoes."""
        wanted = severities or ("error", "query")
        detail = json.loads(self.run("status", unit.code, "--json"))
        return [
            finding["id"]
            for finding in detail["findings"]
            if finding["echo_of"] is None and finding["severity"] in wanted
        ]

    def state(self, unit: Member) -> str:
        return self.states()[unit.code]

    def ledger(self) -> contextlib.AbstractContextManager[Ledger]:
        return self.workspace.ledger()


def on_form(issued: Report, seed: int) -> Report:
    """Return a correct report on an issued form: its unit, its year, what it carries over."""
    right = reports.right(issued.edition, seed)
    carried = dict(issued.figures)
    figures: dict[str, Number] = {**right.figures, **carried}
    for ref in carried:
        # Extra cases that were carried in are carried out again; missing ones are new cases.
        table, _, column = ref.split(".")
        more = carried[ref] - right.figures[ref]
        if column != "total":
            figures[f"{table}.carried_out.{column}" if more > 0 else f"{table}.new.{column}"] += abs(more)
    return reports.changed(right, unit=issued.unit, year=issued.year, figures=figures)


def answer(unit: Member, **figures: Number | None) -> Report:
    """Return a unit's correct report, unless ``figures`` make a mistake."""
    return reports.with_figures(reports.changed(reports.right("2021"), unit=unit_of(unit), year=YEAR), **figures)


def last_year(report: Report) -> Report:
    """Return a report of the year before that this one continues, with other figures and texts of its own."""
    figures = dict(report.figures)
    figures |= {
        ref.replace("carried_in", "carried_out"): value
        for ref, value in report.figures.items()
        if ref.startswith("requests.carried_in.")
    }
    made, repealed, in_force = (f"disclosure.normative.{part}" for part in ("made", "repealed", "in_force"))
    figures[in_force] += figures[repealed] - figures[made]
    for ref in ("disclosure.licensing.decisions", "requests.new.natural", "requests.granted.natural"):
        figures[ref] += 1
    figures["disputes.reconsideration.upheld"] += 1
    assert report.year
    texts = {"overview.general": ("上一年的情况另有专文。",), "problems.general": ("上一年的问题另有专文。",)}
    return reports.changed(report, year=report.year - 1, figures=figures, texts=texts)


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


def dated(path: Path, day: int) -> Path:
    """Set when a file was last changed: on a day of January."""
    moment = datetime.datetime(YEAR + 1, 1, day, 9, tzinfo=datetime.UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def nameable(text: str) -> str:
    """Return a text without the characters that a file's name cannot have in this locale, such as one of GBK."""
    encoding = sys.getfilesystemencoding()
    return text.encode(encoding, "ignore").decode(encoding)


def unit_of(unit: Member) -> Unit:
    return Unit(name=unit.name, code=unit.code, level=unit.level)
