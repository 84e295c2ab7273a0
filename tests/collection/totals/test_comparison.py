"""Comparing a file with the ledger: every figure that differs is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import county
import docx
import pytest
import reports
from county import County
from docx.document import Document
from docx.oxml.ns import qn
from summing import FORM, TOWNS, office_with, right, send, sum_of, take_in

from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import to_json


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> County:
    sent = {unit: right(seed) for seed, unit in enumerate(TOWNS[:2], 1)}
    return office_with(tmp_path_factory.mktemp("against"), TOWNS[:2], sent)


def checked(office: County, path: Path, against: str, fails: int = 0) -> list[dict[str, object]]:
    output = office.run("check", path, "--against", against, "--format", "json", fails=fails)
    findings: list[dict[str, object]] = json.loads(output)["files"][0]["findings"]
    return [finding for finding in findings if str(finding["rule"]).startswith("against.")]


def test_a_file_that_agrees_with_the_ledger_passes(office: County, tmp_path: Path) -> None:
    path = tmp_path / "published.json"
    path.write_bytes(to_json(reports.changed(right(1), unit=county.unit_of(TOWNS[0]))))
    assert checked(office, path, TOWNS[0].name) == []


def test_every_figure_that_differs_is_named_with_its_place(office: County, tmp_path: Path) -> None:
    mine = reports.changed(right(1), unit=county.unit_of(TOWNS[0]))
    mine = reports.with_figures(mine, disclosure__penalty__decisions=888, disclosure__fees__amount=None)
    path = tmp_path / "published.xlsx"
    path.write_bytes(workbook_bytes(mine))
    differences = checked(office, path, TOWNS[0].code, fails=1)
    assert [finding["refs"] for finding in differences] == [
        ["disclosure.penalty.decisions"],
        ["disclosure.fees.amount"],
    ]
    assert differences[0]["actual"] == 888
    assert differences[0]["expected"] == right(1).figures["disclosure.penalty.decisions"]
    assert differences[0]["cells"] == ["二、主动公开!B14"]
    assert "空的" in str(differences[1]["message"])


@pytest.mark.parametrize("name", ["sum", "汇总"])
def test_published_totals_are_compared_with_the_totals(office: County, tmp_path: Path, name: str) -> None:
    path = tmp_path / "county.json"
    whole = reports.changed(sum_of(right(1), right(2)), unit=reports.Unit("丰泽县人民政府", "", "county"))
    path.write_bytes(to_json(whole))
    assert checked(office, path, name) == []
    path.write_bytes(to_json(reports.with_figures(whole, requests__new__natural=1)))
    differences = checked(office, path, name, fails=1)
    assert [finding["refs"] for finding in differences] == [["requests.new.natural"], ["requests.new.total"]]


def test_comparing_with_another_unit_raises_a_query_and_another_year_is_refused(office: County, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(to_json(reports.changed(right(1), unit=county.unit_of(TOWNS[1]))))
    assert checked(office, path, TOWNS[0].name)[0]["rule"] == "against.unit"
    path.write_bytes(to_json(reports.changed(right(1), year=county.YEAR - 1)))
    assert "不能对照" in office.run("check", path, "--against", TOWNS[0].name, fails=2)


def test_a_unit_without_a_submission_cannot_be_compared_with(tmp_path: Path) -> None:
    empty = office_with(tmp_path, TOWNS[:1], {})
    path = tmp_path / "published.json"
    path.write_bytes(to_json(right(1)))
    assert "还没有" in empty.run("check", path, "--against", TOWNS[0].name, fails=2)


# ---------------------------------------------------------------- working papers

PARAGRAPH, TEXT, TAB = qn("w:p"), qn("w:t"), qn("w:tab")


def test_the_working_papers_name_the_rules_the_files_and_who_decided_what(tmp_path: Path) -> None:
    office = office_with(tmp_path, TOWNS[:2], {TOWNS[0]: right(1)})
    blank = reports.with_figures(right(2), requests__granted__business=None)
    send(office, TOWNS[1], blank)
    take_in(office)
    office.run("waive", TOWNS[1].name, "figure.blank", "=原件遗失 <&>")
    office.run("summary", "--papers", fails=1)
    document = docx.Document(str(office.folder / "汇总" / "工作底稿.docx"))
    body, annex = parted(document)
    assert FORM.document in body
    assert "核对规则的版本：" in annex
    with office.ledger() as ledger:
        hashes = set(ledger.files())
    assert all(sha256 in annex and sha256 not in body for sha256 in hashes)
    assert {"=原件遗失 <&>", "放行"} <= set(body.splitlines())
    assert "sum.blank:requests.granted.business" in annex
    # What people sign holds no codes of programs and no name of an account; they sign by hand.
    (made_by,) = {decision["made_by"] for decision in json.loads(office.run("decisions", "--json"))["decisions"]}
    assert made_by in annex
    assert not re.search(
        rf"[a-z]+[.:][a-z]|SHA|(?=[0-9]*[a-f])[0-9a-f]{{8}}|^{re.escape(made_by)}$", body, re.MULTILINE
    )
    assert "制表人：\t复核人：\t负责人：" in body


def parted(document: Document) -> tuple[str, str]:
    """Return the text before the annex and that of the annex, a cell a line."""
    texts = ["".join(node.text or "\t" for node in p.iter(TEXT, TAB)) for p in document.element.body.iter(PARAGRAPH)]
    start = next(number for number, text in enumerate(texts) if text.startswith("附件："))
    return "\n".join(texts[:start]), "\n".join(texts[start:])
