"""A published report as data: it contains the whole report and nothing that is only for the office."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
import reports

from gouji.report.model import to_json
from gouji.report.open_data import COLUMNS, figures_csv, harmless, public_json

REPORT = reports.changed(
    reports.with_unread(
        reports.with_figures(reports.right("2021"), disclosure__fees__amount=Decimal("12.50")),
        "requests.granted.legal",
        "=3件",
    ),
    explanations={"stock": "清理时废止了三件旧文件。"},
)


def lines() -> dict[str, list[str]]:
    """Return the lines of the CSV by Ref, as a program reads them."""
    _, *rows = csv.reader(io.StringIO(figures_csv(REPORT).decode("utf-8-sig")))
    return {row[0]: row for row in rows}


def test_people_and_explanations_are_not_published() -> None:
    kept, public = json.loads(to_json(REPORT)), json.loads(public_json(REPORT))
    assert kept["people"]["phone"] == reports.PEOPLE.phone
    assert kept["explanations"] == {"stock": "清理时废止了三件旧文件。"}
    assert public == {key: value for key, value in kept.items() if key != "explanations"} | {"people": {}}


def test_every_figure_has_a_line_with_its_table_its_row_and_its_column() -> None:
    assert figures_csv(REPORT).startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode())
    assert list(lines()) == list(REPORT.form.cells)
    assert lines()["disclosure.licensing.decisions"][1:4] == [
        "二、主动公开政府信息情况",
        "第二十条第（五）项 / 行政许可",
        "本年处理决定数量",
    ]
    assert lines()["requests.granted.legal"][1:4] == [
        "三、收到和处理政府信息公开申请情况",
        "三、本年度办理结果 / （一）予以公开",
        "申请人情况 / 法人或其他组织 / 法律服务机构",
    ]


def test_a_figure_is_written_as_reported_and_an_unread_entry_as_text() -> None:
    assert lines()["disclosure.fees.amount"][4:] == ["12.50", "万元"]
    assert lines()["requests.granted.legal"][4] == "'=3件"
    assert lines()["requests.granted.total"][4] == ""


@pytest.mark.parametrize(
    "text, written",
    [("=1+1", "'=1+1"), ("  -2", "'  -2"), ("＠A1", "'＠A1"), ("1-2", "1-2"), ("无", "无"), ("", "")],
)
def test_no_text_is_taken_for_a_formula(text: str, written: str) -> None:
    assert harmless(text) == written
