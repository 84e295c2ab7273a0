"""An office with a supplementary table of its own: the form of the samples, reports on it, a county that asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import county
import gouji.form
import reports
from county import County
from gouji.form import Form
from gouji.media import read_data
from gouji.office.roster import Member, write_roster
from gouji.own_form import use_own_form
from gouji.relation import Number
from gouji.report import Report, Unit, make_report

OWN = Path(__file__).parents[1] / "samples" / "own-form.toml"
NAME = "清江省补充表"
SHEET = "七、省补充表"

_MEDIA: Mapping[str, Number] = {
    "wechat.accounts_before": 1,
    "wechat.accounts": 2,
    "wechat.posts": 120,
    "wechat.views": Decimal("3.25"),
    "video.accounts": 1,
    "video.views": Decimal("0.5"),
}


def own_form() -> Form:
    """Return the form of the samples, which the process then knows."""
    return use_own_form(OWN)


def forget() -> None:
    """Know no own form any more, as a new process does."""
    gouji.form._OWN.clear()


def text() -> str:
    return OWN.read_text("utf-8")


def right(seed: int = 1, unit: Unit = reports.UNIT, year: int = county.YEAR) -> Report:
    """Return a report on the own form that is complete and without any mistake."""
    form, base = own_form(), reports.right("2021", seed)
    figures: dict[str, Number] = dict.fromkeys(form.inputs, 0) | dict(base.figures)
    figures |= {f"newmedia.{key}": value for key, value in _MEDIA.items()}
    figures["newmedia.post.received"] = 1
    figures["newmedia.online.received"] = figures["requests.new.total"] - 1
    official = make_report(
        edition=form.edition,
        year=year,
        unit=unit,
        people=base.people,
        figures=figures,
        texts={**base.texts, "notes.newmedia": ["账号数按年末统计。"]},
    )
    return reports.changed(official)


class Office(County):
    """An office that asks its own form of its units."""

    def __init__(self, folder: Path, members: Sequence[Member], file: Path = OWN) -> None:
        self.folder, self.year = folder, county.YEAR
        self.told = self.run(
            *("init", folder, "--office", county.OFFICE, "--year", county.YEAR, "--edition", file),
            *("--deadline", f"{county.YEAR + 1}-01-31", "--contact", "张三", "--phone", "0375-7654321"),
        )
        self.enrol(members)

    def enrol(self, members: Sequence[Member]) -> None:
        self.members = list(members)
        write_roster(self.folder / "名册.xlsx", members)

    def filled(self, unit: Member, seed: int = 1, **figures: Number | None) -> Report:
        issued = read_data(self.form(unit).read_bytes()).report
        made = reports.changed(right(seed, issued.unit), year=issued.year, edition=issued.edition)
        return reports.with_figures(made, **figures)
