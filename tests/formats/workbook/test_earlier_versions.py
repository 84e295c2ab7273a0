"""Forms that were issued in version 1 of the layout stay readable. ``version_1/`` has one of each kind, filled in.

``expected.json`` is what the program of that time read in them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sheet_xml

import gouji
from gouji.checks import check
from gouji.findings.finding import Finding
from gouji.form.forms import Forms
from gouji.formats.form_file import read_form_file
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.reader import issued_identity, read_workbook
from gouji.formats.workbook.versions import NEWEST, VERSIONS
from gouji.jobs.batch import Previous
from gouji.jobs.correction import correct
from gouji.report.model import to_json
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError

FOLDER = Path(__file__).with_name("version_1")
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
NEWER_RULES = ("disputes.direct_suit",)
"""Rules that the program of that time did not have."""
KEY = b"0123456789abcdef0123456789abcdef"
FORMS = Forms.of(read_form_file(FOLDER / "own-form.toml"))

each_kind = pytest.mark.parametrize("kind", EXPECTED)


def issued(kind: str) -> bytes:
    return (FOLDER / f"{kind}.xlsx").read_bytes()


def read(data: bytes, key: bytes | None = KEY) -> Reading:
    return read_workbook(data, key, FORMS)


def without_identity(name: str, xml: bytes) -> bytes:
    """Rename what identifies a workbook, in the texts of the hidden sheet and in the file's properties."""
    if name == "xl/sharedStrings.xml":
        return xml.replace(b"<t>edition</t>", b"<t>gone</t>")
    return xml.replace(b"gouji.edition", b"gone.edition") if name == "docProps/custom.xml" else xml


def findings_of_that_time(reading: Reading) -> list[Finding]:
    return [finding for finding in check(reading) if finding.rule not in NEWER_RULES]


@each_kind
def test_an_earlier_form_is_read_as_before(kind: str) -> None:
    reading, expected = read(issued(kind)), EXPECTED[kind]
    assert json.loads(to_json(reading.report)) == expected["report"]
    assert sorted(reading.locked) == expected["locked"]
    assert gouji.state(reading.report).name == expected["state"]


@each_kind
def test_its_findings_name_the_cells_that_the_clerk_sees(kind: str) -> None:
    found = [
        [finding.id, list(finding.cells)] for finding in check(read(issued(kind))) if finding.rule not in NEWER_RULES
    ]
    assert found == EXPECTED[kind]["findings"]


@each_kind
def test_it_is_sent_back_in_the_newest_version(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "sent back.xlsx"
    correct(FOLDER / f"{kind}.xlsx", target, Previous(None), KEY, FORMS)
    back = read(target.read_bytes())
    assert issued_identity(target.read_bytes(), FORMS)["version"] == NEWEST.name
    assert json.loads(to_json(back.report)) == EXPECTED[kind]["report"]
    assert [finding.id for finding in findings_of_that_time(back)] == [id for id, _ in EXPECTED[kind]["findings"]]


@each_kind
def test_without_an_identity_its_labels_tell_the_version(kind: str) -> None:
    data = sheet_xml.changed(issued(kind), without_identity)
    reading = read(data, None)
    assert [finding.rule for finding in reading.findings] == ["identity.missing"]
    assert reading.places == read(issued(kind)).places


def test_an_unknown_version_is_refused_by_name() -> None:
    data = sheet_xml.changed(issued("2021"), lambda name, xml: xml.replace(b"<t>1</t>", b"<t>9</t>"))
    with pytest.raises(DocumentError, match="样式版本是“9”，这个程序只认识“1”、“2”。请升级程序。"):
        read(data)


def test_each_version_has_its_own_places() -> None:
    places = [
        layout_of(gouji.load_form("2021"), version).places["text.problems.problems.1"] for version in VERSIONS.values()
    ]
    assert [place.address for place in places] == ["B21", "B20"]
