"""An office with a supplementary form: the form of the samples, reports on it, and a county that uses it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import county
import reports
from county import County

from gouji.collection.workspace.roster import Member, write_roster
from gouji.form.forms import Forms
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.form_file import read_form_file
from gouji.formats.read import read_data
from gouji.report.model import Report, Unit, make_report

OWN = Path(__file__).parents[2] / "samples" / "own-form.toml"
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
    """Return the form of the samples."""
    return read_form_file(OWN)


def forms() -> Forms:
    """Return the official forms and the form of the samples."""
    return Forms.of(own_form())


def text() -> str:
    return OWN.read_text("utf-8")


def right(seed: int = 1, unit: Unit = reports.UNIT, year: int = county.YEAR) -> Report:
    """Return a complete and correct report on the supplementary form."""
    form, base = own_form(), reports.right("2021", seed)
    figures: dict[str, Number] = dict.fromkeys(form.inputs, 0) | dict(base.figures)
    figures |= {f"newmedia.{key}": value for key, value in _MEDIA.items()}
    figures["newmedia.post.received"] = 1
    figures["newmedia.online.received"] = figures["requests.new.total"] - 1
    official = make_report(
        form=form,
        year=year,
        unit=unit,
        people=base.people,
        figures=figures,
        texts={**base.texts, "notes.newmedia": ["账号数按年末统计。"]},
    )
    return reports.changed(official)


class Office(County):
    """An office whose units answer its supplementary form."""

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
        forms = self.workspace.settings.forms
        issued = read_data(self.form(unit).read_bytes(), forms=forms).report
        report = reports.changed(right(seed, issued.unit), year=issued.year, form=issued.form)
        return reports.with_figures(report, **figures)


def shaped(name: str, columns: str, rows: str, *, base: str = "2021", across: bool = False) -> str:
    """Return the file of a form with one table of these columns and rows."""
    return f"""
edition = "{name}"
base = "{base}"
[[sections]]
key = "own"
heading = "附表：{name}"
sheet = "{name}"
note = "没有的填 0。"
[[topics]]
key = "notes.own"
section = "own"
label = "说明"
note = "可以不填。"
rows = 3
optional = true
[[tables]]
id = "own"
section = "own"
across = {str(across).lower()}
[[tables.blocks]]
columns = [{columns}]
rows = [{rows}]
"""


def columns(*labels: str) -> str:
    """Return columns whose labels are paths, with a slash between their levels."""
    return _members("c", labels, ', unit = "件"')


def rows(*labels: str) -> str:
    """Return rows whose labels are paths, with a slash between their levels."""
    return _members("r", labels, "")


def _members(letter: str, labels: Sequence[str], more: str) -> str:
    quoted = (json.dumps(label.split("/"), ensure_ascii=False) for label in labels)
    return ", ".join(
        f'{{ key = "{letter}{number}", label = {label_path}{more} }}' for number, label_path in enumerate(quoted)
    )


SHAPES: Mapping[str, str] = {
    "months": shaped("按月", columns(*(f"{n}月" for n in range(1, 14))), rows("网络接收", "来信接收")),
    "one group": shaped("一级分组", columns("甲数", "乙数"), rows("大类/第一小类", "大类/第二小类", "另类/第三小类")),
    "two groups": shaped(
        "两级分组",
        columns(*(f"合起来/第{n}列" for n in range(1, 8))),
        rows(*(f"大类{n // 8}/中类{n // 4}/小项{n}号" for n in range(24))),
    ),
    "side by side": shaped("横排", columns("甲数", "乙数", "丙数"), rows("上半年数", "下半年数"), across=True),
    "on the older form": shaped("老格式上", columns("甲数", "乙数"), rows("第一项数", "第二项数"), base="2019"),
    "odd signs": shaped(
        "怪字", columns("=1+1甲", "<r>&amp;</r>", "@甲"), rows("+cmd|'/C calc'!A0", "  两  边  ", "-1乙")
    ),
}
