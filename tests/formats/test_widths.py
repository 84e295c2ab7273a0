"""No workbook cuts off a text, whether a program has 宋体 or counts its columns in Calibri."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import own_forms
import pytest
import reports
import widths
from county import TOWNS, County
from openpyxl import Workbook
from openpyxl.styles import Alignment
from summing import OFFICE, office_with, right

from damaged import kit
from gouji.checks import check
from gouji.collection.totals.totals import totals_of
from gouji.collection.totals.workbooks import write_summary
from gouji.formats.read import read_data
from gouji.formats.workbook.writer import workbook_bytes


def sent_back() -> bytes:
    reading = read_data(kit.KIT["a_negative_number"].make())
    return workbook_bytes(reading.report, findings=check(reading))


FORMS: dict[str, Callable[[], bytes]] = {
    "blank": lambda: workbook_bytes(reports.blank("2021")),
    "2021": lambda: workbook_bytes(reports.right("2021")),
    "2019": lambda: workbook_bytes(reports.right("2019")),
    "supplementary": lambda: workbook_bytes(own_forms.right()),
    "sent back": sent_back,
}


@pytest.mark.parametrize("kind", FORMS)
def test_no_form_cuts_off_a_text(kind: str) -> None:
    assert widths.cut(FORMS[kind]()) == []


def test_no_list_of_an_office_cuts_off_a_text(county: County) -> None:
    county.answers(TOWNS[0])
    county.answers(TOWNS[1], **{"requests.new.natural": 12345})
    county.run("collect")
    county.run("status", "-o", county.folder / "状态.xlsx")
    written = sorted(county.folder.rglob("*.xlsx"))
    lists = [path for path in written if path.stem in ("名册", "状态", "下发清单")]
    assert len(lists) == 3
    assert {path.stem: cut for path in lists if (cut := widths.cut(path.read_bytes()))} == {}


def totals(folder: Path) -> bytes:
    """Return the totals of three units."""
    units = [OFFICE, *TOWNS[:2]]
    done = office_with(folder, units, {unit: right(seed) for seed, unit in enumerate(units)})
    return write_summary(done.workspace, totals_of(done.workspace)).read_bytes()


def test_the_totals_cut_off_no_text(tmp_path: Path) -> None:
    assert widths.cut(totals(tmp_path)) == []


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_text_that_is_cut_off_is_found(wrapped: bool) -> None:
    workbook, buffer = Workbook(), io.BytesIO()
    sheet = workbook.active
    sheet.append(["一二三四五", "二"])
    sheet["A1"].alignment = Alignment(wrap_text=wrapped)
    sheet.row_dimensions[1].height = 20
    workbook.save(buffer)
    assert [found.partition(":")[0] for found in widths.cut(buffer.getvalue())] == ["Sheet!A1 宋体", "Sheet!A1 Calibri"]
