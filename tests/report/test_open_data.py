"""A published report as data: it contains the whole report and nothing that is only for the office."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
import reports

from gouji.form.editions import editions
from gouji.report.model import to_json
from gouji.report.open_data import COLUMNS, figures_csv, harmless, public_json, table_schema

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


def test_a_figure_is_written_as_reported_and_an_unread_entry_beside_it() -> None:
    assert lines()["disclosure.fees.amount"][4:] == ["12.50", "万元", ""]
    assert lines()["requests.granted.legal"][4:] == ["", "件", "'=3件"]
    assert lines()["requests.granted.total"][4:] == ["", "件", ""]


def problems_of(csv_file: bytes, folder: Path) -> list[str]:
    """Return what Frictionless says of a CSV, by the schema that gouji prints."""
    frictionless = pytest.importorskip("frictionless")
    (folder / "data.csv").write_bytes(csv_file)
    schema = frictionless.Schema.from_descriptor(table_schema())
    resource = frictionless.Resource(path="data.csv", basepath=str(folder), schema=schema)
    return [kind for _, kind in resource.validate().flatten(["rowNumber", "type"])]


def test_the_schema_says_in_chinese_what_each_column_holds() -> None:
    schema = table_schema()
    said = [schema["title"], *(field["description"] for field in schema["fields"])]
    assert [text for text in said if not re.search("[一-鿿]", text) or re.search("[a-z]{2}", text)] == []


@pytest.mark.parametrize("edition", editions())
def test_what_is_published_is_valid_by_its_table_schema(edition: str, tmp_path: Path) -> None:
    draft = reports.with_unread(reports.right(edition), "requests.granted.legal", "=3件")
    assert problems_of(figures_csv(reports.right(edition)), tmp_path) == []
    assert problems_of(figures_csv(draft), tmp_path) == []


@pytest.mark.parametrize(
    "right, wrong, problem",
    [
        (b",12.50,", ",十二,".encode(), "type-error"),
        (b"requests.granted.legal", b"requests.granted.lawyers", "constraint-error"),
        (b"requests.granted.legal", b"requests.granted.other", "unique-error"),
        ("万元".encode(), "亿元".encode(), "constraint-error"),
        ("数值".encode(), "数字".encode(), "incorrect-label"),
    ],
)
def test_a_file_that_is_not_as_published_is_not_valid(right: bytes, wrong: bytes, problem: str, tmp_path: Path) -> None:
    written = figures_csv(REPORT)
    assert right in written
    assert problem in problems_of(written.replace(right, wrong), tmp_path)


@pytest.mark.parametrize(
    "text, written",
    [("=1+1", "'=1+1"), ("  -2", "'  -2"), ("＠A1", "'＠A1"), ("1-2", "1-2"), ("无", "无"), ("", "")],
)
def test_no_text_is_taken_for_a_formula(text: str, written: str) -> None:
    assert harmless(text) == written
