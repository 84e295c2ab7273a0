"""Run every command of the guides in a workspace of their own, and write the output into them.

Run as ``python tools/guide.py`` to write what the commands print today into the officer's guide and the tutorial on own
forms; the tests compare them. Comments of the guide, such as ``<!-- do: roster -->``, name what other people do in
between (an officer fills in the roster, clerks answer), and this module does it.
"""

from __future__ import annotations

import datetime
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from unittest import mock

import docx
import openpyxl
import py7zr
from console import printed, refreshed

from gouji.collection.workspace.roster import Member, write_roster
from gouji.form.forms import Forms
from gouji.form.grid import grid_of
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.form_file import load_form
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, added_up, from_json, make_report, to_json, with_figures

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import city_tables  # noqa: E402 - the tables of a city are made by the tests' own module

GUIDE = ROOT / "docs" / "officer-guide.zh-CN.md"
OWN_FORM = ROOT / "docs" / "own-form.zh-CN.md"
ODD_RETURNS = ROOT / "docs" / "odd-returns.zh-CN.md"
PAGES = (GUIDE, OWN_FORM, ODD_RETURNS)
SAMPLES = ROOT / "samples"
TODAY = datetime.date(2026, 1, 20)

_HASH = re.compile(r"(?<=[（ ])[0-9a-f]{8}(?=[） ；。])")
_STAND_INS = ("d5bb799f", "8c41e06b", "37f2a9d4", "e6905b1c")
"""What is shown for hashes, in their order: each workspace has a key of its own, so its files have other hashes."""

_DESK = "D:\\工作\\"
"""The folder of the workspace that the guide shows instead of the temporary one."""

TOWNS = (
    Member(
        "410999101",
        "安澜县清溪镇人民政府",
        "township",
        ("清溪镇",),
        "",
        ("qingxi@example.com",),
        "李明",
        "0375-1230001",
    ),
    Member(
        "410999102",
        "安澜县柳塘镇人民政府",
        "township",
        ("柳塘镇",),
        "",
        ("liutang@example.com",),
        "王芳",
        "0375-1230002",
    ),
    Member(
        "410999201", "安澜县财政局", "county_department", ("财政局",), "", ("czj@example.com",), "赵强", "0375-1230003"
    ),
    Member(
        "410999202", "安澜县水利局", "county_department", ("水利局",), "", ("slj@example.com",), "孙丽", "0375-1230004"
    ),
)
_QINGXI, _LIUTANG, _FINANCE, _WATER = TOWNS


def today(page: Path) -> str:
    """Return a guide with what its commands print today."""
    with tempfile.TemporaryDirectory() as temporary:
        story = Story(Path(temporary))
        return refreshed(page.read_text("utf-8"), story.run, story.do)


class Story:
    """The year of a guide, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def office(self) -> Path:
        """The office's workspace."""
        return self.folder / "年报2025"

    def do(self, step: str) -> None:
        """Do a step of other people."""
        _DONE_BY_OTHERS[step](self)

    def until(self, step: str, page: Path = GUIDE) -> None:
        """Run a guide up to a step of other people, and do that step."""
        self.folder.mkdir()
        text = page.read_text("utf-8")
        end = text.index(f"<!-- do: {step} -->") + len(f"<!-- do: {step} -->")
        refreshed(text[:end], self.run, self.do)

    def run(self, line: str) -> list[str]:
        """Return what a command prints, run where the guide says."""
        here = self.office if self.office.exists() else self.folder
        with mock.patch("gouji.cli.clock.today", return_value=TODAY):
            output = printed(line, here)
        shown = output.replace(f"{self.folder.resolve()}{os.sep}", _DESK)
        hashes = dict.fromkeys(_HASH.findall(shown))
        shown_as = dict(zip(hashes, _STAND_INS, strict=False))
        return _HASH.sub(lambda one: shown_as.get(one[0], _STAND_INS[-1]), shown).splitlines()

    def send(self, member: Member, report: Report, name: str = "") -> None:
        """Fill in the issued form as a clerk does, and put it into 回收."""
        (form,) = (self.office / "下发").glob(f"{member.code}_*.xlsx")
        issued = read_data(form.read_bytes(), forms=Forms.of(report.form))
        answer = make_report(
            form=issued.report.form,
            year=issued.report.year,
            unit=issued.report.unit,
            people=report.people,
            figures={**report.figures, **issued.report.figures},
            texts=report.texts,
            zero=report.zero,
            unread={ref: text for ref, text in report.unread.items() if ref not in issued.report.figures},
            explanations=report.explanations,
        )
        key = (self.office / "签发密钥.txt").read_bytes().strip()
        path = self.office / "回收" / (name or form.name)
        path.write_bytes(workbook_bytes(answer, locked=issued.locked, key=key))
        os.utime(path, (0, 0))


def sample(name: str) -> Report:
    """Return a report of the samples."""
    return from_json((SAMPLES / f"{name}.json").read_bytes())


def renamed(report: Report, member: Member, **figures: Number) -> Report:
    """Return a sample as if another unit had written it."""
    changes = {ref.replace("__", "."): value for ref, value in figures.items()}
    own = to_json(with_figures(report, {**report.figures, **changes}, report.unread)).decode()
    for ref, value in changes.items():
        if ref == "disclosure.normative.in_force":  # the text states it, too
            own = own.replace(f"现行有效{report.figures[ref]}件", f"现行有效{value}件")
    own = own.replace("清溪镇人民政府", member.name.removeprefix("安澜县")).replace("清溪镇", member.called)
    if member.level != "township":
        for word in ("我镇", "本镇", "全镇"):
            own = own.replace(word, f"{word[0]}局")
    return from_json(own.replace('"township"', f'"{member.level}"').encode())


def _contacts(story: Story) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    rows = (
        ("安澜县政务公开工作通讯录",),
        ("序号", "单位名称", "联系人", "职务", "办公电话", "手机", "邮箱"),
        ("一、乡镇",),
        (1, "安澜县清溪镇人民政府", "李明", "主任", "0375-1230001", 13900000001, "qingxi@example.com"),
        (2, "安澜县柳塘镇人民政府", "王芳", "", "0375-1230002", 13900000002, "liutang#example.com"),
        ("二、县直单位",),
        (1, "安澜县财政局", "赵强、周敏", "", "0375-1230003", "", "czj@example.com"),
        (2, "安澜县水利局", "孙丽", "", "0375-1230004", "", "slj@example.com"),
        ("三、国有企业",),
        (1, "安澜县城市建设投资有限公司", "吴军", "", "0375-1230005", "", ""),
    )
    for row in rows:
        sheet.append(row)
    for number in (1, 3, 6, 9):
        sheet.merge_cells(f"A{number}:G{number}")
    workbook.save(story.folder / "通讯录.xlsx")


def _wrong_roster(story: Story) -> None:
    write_roster(
        story.office / "名册.xlsx",
        [_QINGXI, Member("410999101", "安澜县柳塘镇人民政府", "township", emails=("liutang",))],
    )


def _roster(story: Story) -> None:
    write_roster(story.office / "名册.xlsx", TOWNS)
    before = story.office / "上年报告"
    before.mkdir()
    last = sample("qingxi-2024")
    for member in (_QINGXI, _FINANCE):
        report = renamed(last, member) if member is not _QINGXI else last
        data = to_json(report).replace(_QINGXI.code.encode(), member.code.encode())
        (before / f"{member.called}2024.json").write_bytes(data)


def _first_returns(story: Story) -> None:
    story.send(_QINGXI, sample("qingxi-2025"))
    story.send(_LIUTANG, sample("liutang-2025"), "柳塘镇年报（报县政府办）.xlsx")
    right = renamed(sample("qingxi-2025"), _FINANCE)
    stock = right.figures["disclosure.normative.in_force"]
    story.send(_FINANCE, renamed(right, _FINANCE, disclosure__normative__in_force=stock + 2))


def _corrected(story: Story) -> None:
    story.send(_LIUTANG, renamed(sample("qingxi-2025"), _LIUTANG), "柳塘镇年报（改）.xlsx")


def _explained(story: Story) -> None:
    right = renamed(sample("qingxi-2025"), _FINANCE)
    stock = right.figures["disclosure.normative.in_force"]
    report = renamed(right, _FINANCE, disclosure__normative__in_force=stock + 2)
    explained = make_report(
        form=report.form,
        year=report.year,
        unit=report.unit,
        people=report.people,
        figures=report.figures,
        texts=report.texts,
        explanations={"stock": "清理后重新统计，多出的两件是补录的。"},
    )
    story.send(_FINANCE, explained, "财政局（已说明）.xlsx")


def _odd_start(story: Story) -> None:
    write_roster(story.office / "名册.xlsx", TOWNS)
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "各县报送情况"
    for row in (
        ("各县（市、区）政府信息公开情况统计表",),
        ("序号", "单位", "新收申请", "", "予以公开", "行政处罚", "收费金额（元）"),
        ("", "", "自然人", "总计", "总计", "处理决定数量", ""),
        (1, "安澜县", None, None, None, None, None),
        (2, "定河县", 12, 15, 9, 30, 0),
    ):
        sheet.append(row)
    sheet.append(("", "合计", *(f"=SUM({letter}4:{letter}5)" for letter in "CDEFG")))
    for area in ("A1:G1", "A2:A3", "B2:B3", "C2:D2", "G2:G3"):
        sheet.merge_cells(area)
    workbook.save(story.folder / "市里的表.xlsx")


def _odd_returns(story: Story) -> None:
    qingxi = sample("qingxi-2025")
    story.send(_QINGXI, make_report(form=qingxi.form, year=2025, unit=qingxi.unit, figures=qingxi.figures), "表格.xlsx")
    with py7zr.SevenZipFile(story.office / "回收" / "柳塘镇报送.7z", "w") as archive:
        archive.writestr(_own_workbook(renamed(qingxi, _LIUTANG)), "报送材料/柳塘镇2025年年报.xlsx")
    right = renamed(qingxi, _FINANCE)
    ref = "requests.new.natural"
    figures = {key: value for key, value in right.figures.items() if key != ref}
    story.send(_FINANCE, with_figures(right, figures, {ref: f"{right.figures[ref]}件"}))


def _own_workbook(report: Report) -> bytes:
    """Return a report as a unit draws it itself: the official tables under each other, then the texts."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append([report.title])
    for section in report.form.sections:
        sheet.append([section.heading])
        if table := report.form.table_of(section.key):
            first = sheet.max_row + 1
            for placed in grid_of(table).cells:
                value = report.figures.get(placed.ref) if placed.ref else placed.text
                top, left = first + placed.row, 1 + placed.column
                sheet.cell(top, left, value)
                bottom, right = top + placed.rowspan - 1, left + placed.colspan - 1
                if (bottom, right) != (top, left):
                    sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for text in report.section_texts(section.key):
            sheet.append([text])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _odd_texts(story: Story) -> None:
    report = sample("qingxi-2025")
    document = docx.Document()
    document.add_paragraph(report.title)
    for section in report.form.sections:
        if report.form.table_of(section.key) is None:
            for text in (section.heading, *report.section_texts(section.key)):
                document.add_paragraph(text)
    document.save(story.office / "回收" / "文字.docx")


def _city(story: Story) -> None:
    (story.office / "各县统计表.xlsx").write_bytes(city_tables.with_oddities())
    (story.office / "各单位.xlsx").write_bytes(city_tables.unit_list([member.name for member in TOWNS]))


def _own_file(story: Story) -> None:
    shutil.copyfile(SAMPLES / "own-form.toml", story.folder / "own-form.toml")


def _own_slip(story: Story) -> None:
    text = (SAMPLES / "own-form.toml").read_text("utf-8")
    (story.folder / "写错.toml").write_text(text.replace('"weibo", "video"]', '"webo", "video"]', 1), "utf-8")


def _own_filled(story: Story) -> None:
    report = _with_own_table(sample("qingxi-2025"), load_form(SAMPLES / "own-form.toml"), newmedia__counter__received=1)
    (story.folder / "清溪镇.xlsx").write_bytes(workbook_bytes(report))


def _own_roster(story: Story) -> None:
    write_roster(story.office / "名册.xlsx", TOWNS[:3])


def _own_returns(story: Story) -> None:
    form = load_form(SAMPLES / "own-form.toml")
    for number, member in enumerate(TOWNS[:3]):
        report = sample("qingxi-2025") if member is _QINGXI else renamed(sample("qingxi-2025"), member)
        slip = int(member is _LIUTANG)
        changes = {"newmedia__counter__received": slip, "newmedia__wechat__posts": 186 - number}
        story.send(member, _with_own_table(report, form, **changes))


def _own_corrected(story: Story) -> None:
    form = load_form(SAMPLES / "own-form.toml")
    right = _with_own_table(renamed(sample("qingxi-2025"), _LIUTANG), form, newmedia__wechat__posts=185)
    story.send(_LIUTANG, right, "柳塘镇（改）.xlsx")


def _with_own_table(report: Report, form: Form, **figures: Number) -> Report:
    """Return a sample as an answer to the form of the tutorial; ``figures`` make a mistake."""
    answered: dict[str, Number] = dict.fromkeys(form.inputs, 0) | dict(report.figures)
    answered |= {
        "newmedia.wechat.accounts_before": 1,
        "newmedia.wechat.accounts": 1,
        "newmedia.wechat.posts": 186,
        "newmedia.wechat.views": Decimal("4.25"),
        "newmedia.video.accounts": 1,
        "newmedia.video.posts": 32,
        "newmedia.video.views": Decimal("1.5"),
        "newmedia.online.received": report.figures["requests.new.total"],
    }
    answered |= {ref.replace("__", "."): value for ref, value in figures.items()}
    for ref, parts in form.totals.items():
        answered[ref] = added_up(["total"], [{"total": answered[part]} for part in parts])["total"]
    return make_report(
        form=form,
        year=report.year,
        unit=report.unit,
        people=report.people,
        figures=answered,
        texts={**report.texts, "notes.newmedia": ["账号数按年末正常运行的统计。"]},
        explanations=report.explanations,
    )


_DONE_BY_OTHERS: Mapping[str, Callable[[Story], None]] = {
    "contacts": _contacts,
    "wrong_roster": _wrong_roster,
    "roster": _roster,
    "first_returns": _first_returns,
    "corrected": _corrected,
    "explained": _explained,
    "odd_start": _odd_start,
    "odd_returns": _odd_returns,
    "odd_texts": _odd_texts,
    "city": _city,
    "own_file": _own_file,
    "own_slip": _own_slip,
    "own_filled": _own_filled,
    "own_roster": _own_roster,
    "own_returns": _own_returns,
    "own_corrected": _own_corrected,
}


def main(arguments: list[str]) -> int:
    """Write the guides, or say which are out of date."""
    pages = {page: today(page) for page in PAGES}
    stale = [page for page, text in pages.items() if text != page.read_text("utf-8")]
    if "--check" in arguments:
        for page in stale:
            print(page.relative_to(ROOT))
        return int(bool(stale))
    for page in stale:
        page.write_text(pages[page], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
