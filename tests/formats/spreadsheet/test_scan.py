"""The usual workbook is read in one scan, and just as a parser reads it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from random import Random

import pytest
import reports
from sheet_xml import changed, sheet_parts

from damaged import kit
from fuzz import mutations
from gouji.checks import check
from gouji.formats.read import read_data
from gouji.formats.spreadsheet import scan, values
from gouji.formats.spreadsheet.markup import BROKEN
from gouji.formats.spreadsheet.safe_copy import Package, inspect
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.runtime.errors import DocumentError

ROOT = Path(__file__).parents[3]
FILES = {
    "as_issued": kit.good,
    "with_a_date": (ROOT / "samples" / "qingxi-2025.xlsx").read_bytes,
    "with_errors": (ROOT / "samples" / "liutang-2025.xlsx").read_bytes,
    "saved_by_libreoffice": (ROOT / "tests" / "fuzz" / "samples" / "libreoffice.xlsx").read_bytes,
}
every_file = pytest.mark.parametrize("name", FILES)


def by_the_parser(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Return what a file holds without any scan: walked over by a parser, its values taken by the library."""
    with monkeypatch.context() as patched:
        for name in ("cells", "texts", "styles"):
            patched.setattr(scan, name, lambda xml: None)
        return inspect(data)


def seen(package: Package) -> dict[str, object]:
    """Return what a package says, so that 1 and 1.0, -0.0 and 0.0 and a date and a time are not the same."""
    formulas = {name: dict(formulas) for name, formulas in package.formulas.items()}
    return {"sheets": repr(dict(package.sheets)), "formulas": formulas, "validated": package.validated}


@every_file
def test_the_scan_reads_a_workbook_as_a_parser_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = FILES[name]()
    assert seen(inspect(data)) == seen(by_the_parser(data, monkeypatch))


@every_file
def test_a_usual_workbook_needs_no_library(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(values, "CalamineWorkbook")
    check(read_data(FILES[name]()))


HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<{} xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)
CELLS = (
    *('<c r="{}"/>', '<c r="{}" s="1"/>', '<c r="{}"><v></v></c>', '<c r="{}" t="str"><v></v></c>'),
    *('<c r="{}"><v>{n}</v></c>', '<c r="{}" s="{s}"><v>{n}</v></c>', '<c r="{}" s="{s}" t="n"><v>{n}</v></c>'),
    *('<c r="{}" t="s"><v>{i}</v></c>', '<c r="{}" s="{s}" t="s"><v>{i}</v></c>', '<c r="{}" t="b"><v>1</v></c>'),
    *('<c r="{}" t="str"><f>{f}</f><v>{t}</v></c>', '<c r="{}" t="str"><f>{f}</f></c>', '<c r="{}" t="b"><v>0</v></c>'),
    '<c r="{}"><f t="shared" ref="A1:B2" si="0">{f}</f><v>{n}</v></c>',
    *('<c r="{}"><f t="shared" si="0"/><v>{n}</v></c>', '<c r="{}" s="{s}"><f aca="false">{f}</f><v>{n}</v></c>'),
)
ODD_CELLS = (
    *('<c r="{}" t="e"><v>#REF!</v></c>', '<c r="{}" t="inlineStr"><is><t>{t}</t></is></c>', '<c s="1"><v>1</v></c>'),
    *('<c r="{}"><v>word</v></c>', '<c r="{}" t="s"><v> {i}</v></c>', '<c r="{}" t="d"><v>2025-01-10</v></c>'),
    *(
        "<c t='str' r='{}'><v>{t}</v></c>",
        '<c r="{}" cm="1"><v>{n}</v></c>',
        '<c r="{}" t="str"><v>\r\n_x000D_</v></c>',
    ),
)
NUMBERS = ("0", "-0", "7", "007", "12.50", "1E3", "1E-3", "45667", "45667.5", "0.1", "123456789012345678", "-3", "60")
TEXTS = (
    "",
    "字",
    " 空 ",
    "a\nb",
    "a\tb",
    "&lt;&amp;lt;&gt;",
    "&quot;&apos;",
    "a&#10;b",
    "&#9;",
    "　全角",
    "a>b",
    "_y",
    "＿x",
)
ITEMS = (
    *("<si><t>{}</t></si>", '<si><t xml:space="preserve">{}</t></si>', "<si><t/></si>", "<si><r><t>{}</t></r></si>"),
    '<si><t>{}</t><phoneticPr fontId="1" type="noConversion"/></si>',
    '<si><r><rPr><b/><rFont val="宋体"/></rPr><t xml:space="preserve">{}</t></r><r><t>{}</t></r></si>',
)
ODD_ITEMS = ("<si/>", "<si><t>{}</t><rPh sb='0' eb='1'><t>zi</t></rPh></si>", "<si><t>a\r\nb_x000D_&#x4E2D;</t></si>")
FORMATS = (
    "General",
    "0.00",
    "yyyy-mm-dd",
    r"yyyy\-mm\-dd",
    "yyyy/m/d;@",
    "0&quot;字&quot;",
    "h:mm",
    "[h]:mm",
    "d 0",
    "@",
)


def random_workbook(random: Random, *, odd: bool) -> bytes:
    """Return a workbook of one sheet, with whatever programs write into cells, texts and formats."""
    cells, items = CELLS + ODD_CELLS * odd, ITEMS + ODD_ITEMS * odd
    rows = ""
    for row in sorted(random.sample(range(1, 60), 12)):
        columns = sorted(random.sample("ABCDEFGHIJ", random.randrange(6)))
        written = "".join(
            random.choice(cells).format(
                f"{column}{row}",
                n=random.choice(NUMBERS),
                s=random.randrange(14),
                i=random.randrange(20),
                t=random.choice(TEXTS),
                f=random.choice(("A1+1", "SUM(A1:B2)&amp;&quot;&quot;", "_gouji!B1&gt;0")),
            )
            for column in columns
        )
        rows += f'<row r="{row}" spans="1:3" ht="21.75">{written}</row>' if written else f'<row r="{row}"/>'
    texts = "".join(random.choice(items).format(*random.choices(TEXTS, k=2)) for _ in range(20))
    codes = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{code}"/>' for at, code in enumerate(FORMATS))
    formats = [*range(164, 174), 0, 1, 14, 22]
    styles = "".join(f'<xf numFmtId="{id}" fontId="0"/>' for id in formats)
    parts = {
        "xl/worksheets/sheet1.xml": HEAD.format("worksheet")
        + f'<dimension ref="A1:J60"/><sheetData>{rows}</sheetData><dataValidations count="1"><dataValidation '
        'sqref="B2:B9 C3"><formula1>0</formula1></dataValidation></dataValidations></worksheet>',
        "xl/sharedStrings.xml": HEAD.format("sst") + texts + "</sst>",
        "xl/styles.xml": HEAD.format("styleSheet")
        + f"<numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs><dxfs><dxf><numFmt numFmtId='164' formatCode='d'/>"
        "</dxf></dxfs></styleSheet>",
        "xl/workbook.xml": HEAD.format("workbook")
        + '<sheets><sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="a" '
        'sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Type="x/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def told(data: bytes, monkeypatch: pytest.MonkeyPatch | None = None) -> object:
    """Return what a package says, or the sentence that refuses the file."""
    try:
        return seen(inspect(data) if monkeypatch is None else by_the_parser(data, monkeypatch))
    except DocumentError as error:
        return str(error)


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_the_scan_reads_what_programs_write_as_a_parser_does(
    seed: int, odd: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = random_workbook(Random(seed), odd=odd)
    assert told(data) == told(data, monkeypatch)


def test_random_workbooks_are_scanned() -> None:
    scanned = []
    for seed in range(20):
        with zipfile.ZipFile(io.BytesIO(random_workbook(Random(seed), odd=False))) as archive:
            scanned.append(scan.cells(archive.read("xl/worksheets/sheet1.xml")) is not None)
    assert all(scanned)


@pytest.mark.parametrize("seed", range(25))
def test_what_a_parser_reads_of_a_changed_workbook_the_scan_reads_too(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    part = random.choice(("xl/worksheets/sheet4.xml", "xl/sharedStrings.xml", "xl/styles.xml"))
    data = changed(kit.good(), lambda name, xml: mutations.of_xml(xml, random) if name == part else xml)
    expected = told(data, monkeypatch)
    if isinstance(expected, dict):
        assert told(data) == expected


@pytest.mark.parametrize("part", ["xl/worksheets/sheet6.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_wrong_bytes_anywhere_in_a_part_leave_it_to_the_parser(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_end = {"xl/styles.xml": b"</styleSheet>", "xl/sharedStrings.xml": b"</sst>"}.get(part, b"</worksheet>")
    data = changed(kit.good(), lambda name, xml: xml.replace(at_the_end, b"\x80" + at_the_end) if name == part else xml)
    assert told(data) == told(data, monkeypatch) == BROKEN


def test_more_hours_than_can_be_counted_are_a_broken_file() -> None:
    def show_hours(name: str, xml: bytes) -> bytes:
        if name == "xl/styles.xml":
            return xml.replace(b'formatCode="yyyy-mm-dd"', b'formatCode="[h]:mm"')
        return re.sub(rb"<v>46034</v>", b"<v>123456789012345678</v>", xml)

    assert told(changed(FILES["with_a_date"](), show_hours)) == BROKEN


@pytest.mark.parametrize("edition", reports.EDITIONS)
@pytest.mark.parametrize("kind", ["blank", "filled", "sent back"])
def test_every_sheet_that_is_written_is_read_in_one_scan(edition: str, kind: str) -> None:
    """Otherwise each file of a collection takes several times as long."""
    report = reports.blank(edition) if kind == "blank" else reports.right(edition)
    if kind == "sent back":
        report = reports.with_figures(report, requests__new__natural=None)
    data = workbook_bytes(report, findings=check(report) if kind == "sent back" else ())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        left_to_a_parser = [name for name, part in sheet_parts(data).items() if not scan.cells(archive.read(part))]
    assert left_to_a_parser == []
    places = [layout_of(report.form).places[ref] for ref in report.form.inputs]
    sight = inspect(data).sight
    odd = [
        name
        for name in {place.sheet for place in places}
        if not sight[name].is_ordinary(frozenset((at.row, at.column) for at in places if at.sheet == name))
    ]
    assert odd == []
