"""Forms issued by earlier versions stay readable: ``issued-0.1.xlsx`` is a filled one with older formulas.

Its sheets of texts count with ``SUMPRODUCT(LEN(range))``, and its hidden sheet with ``COUNTBLANK``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import libreoffice as office
import pytest
import reports
import sheet_xml

import gouji
from gouji.form.values import State
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.reader import read_workbook
from gouji.formats.workbook.versions import VERSIONS
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Unit
from gouji.runtime.errors import DocumentError

ISSUED = Path(__file__).with_name("issued-0.1.xlsx")


def issued() -> bytes:
    return ISSUED.read_bytes()


def today() -> bytes:
    """Return the same report in a form as issued today."""
    return workbook_bytes(read_workbook(issued()).report)


def test_the_old_form_has_the_formulas_of_its_time() -> None:
    texts = {formula.text for formula in sheet_xml.formulas(issued()).values()}
    assert "SUMPRODUCT(LEN(B8:B11))" in texts
    assert any("COUNTBLANK(" in text for text in texts)


def test_the_old_form_is_read_as_before() -> None:
    reading = read_workbook(issued())
    report = reading.report
    assert reading.findings == ()
    assert (report.edition, report.year) == ("2021", 2025)
    assert report.unit == Unit(name="安澜县清溪镇人民政府", code="410999101", level="township")
    assert report.figures.keys() == report.form.cells.keys()
    assert (sum(report.figures.values()), report.figures["requests.closed.total"]) == (Decimal("141.365"), 12)
    assert [len(" ".join(report.texts[key])) for key in ("overview.disclosure", "problems.problems")] == [86, 72]
    assert gouji.state(report) == State.READY


def test_the_old_form_is_read_like_the_form_of_today() -> None:
    then, now = read_workbook(issued()), read_workbook(today())
    assert reports.same(then.report, now.report)
    # Only what the second layout brought has no place in the old form: the level, the groups' results, longer topics.
    brought = re.compile(r"unit\.level|show\.(count\.)?group\..+|text\.overview\.general\.\d+")
    assert [key for key in now.places.keys() - then.places.keys() if not brought.fullmatch(key)] == []
    assert {ref: then.places[ref] for ref in then.report.figures if not ref.startswith("processing.")} == {
        ref: now.places[ref] for ref in now.report.figures if not ref.startswith("processing.")
    }


def test_the_old_formulas_of_totals_are_those_of_today() -> None:
    """By its formula a total is recognised as ours and intact."""
    layout = layout_of(read_workbook(issued()).report.form, VERSIONS["1"])
    found = sheet_xml.formulas(issued())
    for ref in layout.form.totals:
        place = layout.places[ref]
        assert found[place.sheet, place.address].text == layout.formulas[ref]


def test_the_old_form_is_read_alike_after_libreoffice_saved_it(libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    file = tmp_path / "issued.xlsx"
    file.write_bytes(sheet_xml.poisoned(issued()))
    (saved,) = libreoffice.convert([file], tmp_path / "saved")
    reading = read_workbook(saved.read_bytes())
    assert reports.same(reading.report, read_workbook(issued()).report)
    assert reading.findings == ()


# ---------------------------------------------------------------- what happens to forms


def a_figure_is_typed_while_the_total_is_not_calculated(data: bytes) -> bytes:
    return with_content(data, "requests.new.natural", "<v>4711</v>")


def no_result_is_kept(data: bytes) -> bytes:
    return sheet_xml.changed(data, lambda _, content: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content))


def a_total_is_overwritten(data: bytes) -> bytes:
    return with_content(data, "requests.new.total", "<v>4711</v>")


def a_total_is_pushed_into_a_figure(data: bytes) -> bytes:
    layout = layout_of(read_workbook(data).report.form)
    return with_content(data, "requests.new.other", f"<f>{layout.formulas['requests.new.total']}</f><v>1</v>")


def with_content(data: bytes, ref: str, content: str) -> bytes:
    place = layout_of(read_workbook(data).report.form).places[ref]
    return sheet_xml.with_cell(data, place.sheet, place.address, "n", content)


@pytest.mark.parametrize(
    "change", [a_figure_is_typed_while_the_total_is_not_calculated, no_result_is_kept, a_total_is_overwritten]
)
def test_the_old_form_is_judged_like_the_form_of_today(change: Callable[[bytes], bytes]) -> None:
    then, now = read_workbook(change(issued())), read_workbook(change(today()))
    assert reports.same(then.report, now.report)
    assert then.findings == now.findings
    assert then.findings


def test_an_old_formula_of_a_total_in_an_input_is_refused_as_today() -> None:
    refusals = []
    for data in (issued(), today()):
        with pytest.raises(DocumentError, match="现在里面是总计的公式") as refused:
            read_workbook(a_total_is_pushed_into_a_figure(data))
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]
