"""LibreOffice prints every text of a workbook completely, with fonts of both metrics."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import rendering
from openpyxl.styles import Alignment
from test_widths import FORMS, totals

pytestmark = pytest.mark.slow


def texts(data: bytes) -> set[str]:
    """Return the texts of the visible cells that are long enough to be cut off, without white space."""
    sheets = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets
    cells = (cell for sheet in sheets if sheet.sheet_state == "visible" for row in sheet.iter_rows() for cell in row)
    long = (cell.value for cell in cells if isinstance(cell.value, str) and cell.alignment.wrap_text)
    return {"".join(text.split()) for text in long if len(text) > 8}


@pytest.mark.parametrize("metric", rendering.METRICS)
def test_every_wrapped_text_of_a_form_and_of_the_totals_is_printed_completely(metric: str, tmp_path: Path) -> None:
    files = {tmp_path / f"{number}.xlsx": make() for number, make in enumerate(FORMS.values())}
    files[tmp_path / "totals.xlsx"] = totals(tmp_path)
    for path, data in files.items():
        path.write_bytes(data)
    for (path, data), (pdf, shown) in zip(files.items(), rendering.printed([*files], tmp_path, metric), strict=True):
        assert path.stem == pdf.stem
        assert [text for text in texts(data) if text not in shown] == []


@pytest.mark.parametrize("metric", rendering.METRICS)
def test_a_text_that_the_row_has_no_room_for_is_missed(metric: str, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "一二三四五六七八九十" * 4
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[1].height = 20
    workbook.save(tmp_path / "low.xlsx")
    ((_, shown),) = rendering.printed([tmp_path / "low.xlsx"], tmp_path, metric)
    assert sheet["A1"].value not in shown
