"""What the sheets of a collection have in common is examined once, and no file is read as the one before it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

import pytest
from sheet_xml import changed

from damaged import kit
from gouji.formats.read import read_data
from gouji.formats.spreadsheet import facts, scan, xlsx_sight
from gouji.formats.spreadsheet.markup import Budget
from gouji.runtime.errors import DocumentError

SHEET = "xl/worksheets/sheet4.xml"


def replaced(pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    """Return a change of the last place where a pattern matches."""

    def change(xml: bytes) -> bytes:
        last = [*re.finditer(pattern, xml)][-1]
        return xml[: last.start()] + last.expand(by) + xml[last.end() :]

    return change


BAR = (
    b'<conditionalFormatting sqref="D8"><cfRule type="dataBar" priority="99"><dataBar showValue="0">'
    b'<cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar></cfRule></conditionalFormatting>'
)

UNLIKE: Mapping[str, Callable[[bytes], bytes]] = {
    "another value": replaced(rb'(<c r="D8" s="\d+">)<v>\d+</v>', rb"\1<v>7</v>"),
    "a blank": replaced(rb'(<c r="D8" s="\d+")><v>\d+</v></c>', rb"\1/>"),
    "an empty value": replaced(rb'(<c r="D8" s="\d+">)<v>\d+</v>', rb"\1<v></v>"),
    "a text": replaced(rb'(<c r="D8" s="\d+")><v>\d+</v>', rb'\1 t="str"><v>7</v>'),
    "a value in two halves": replaced(rb'(<c r="D8" s="\d+">)<v>\d+</v>', rb"\1<v>1</v><v>2</v>"),
    "a value with an element": replaced(rb'(<c r="D8" s="\d+">)<v>\d+</v>', rb"\1<v>1<v>2</v></v>"),
    "a value in a comment": replaced(rb'(<c r="D8" s="\d+">)<v>(\d+)</v>', rb"\1<!--<v>5</v>--><v>\2</v>"),
    "a value between rows": replaced(rb"</sheetData>", rb"<v>5</v></sheetData>"),
    "a value behind the cells": replaced(rb"</sheetData>", rb"</sheetData><v>5</v>"),
    "a value before the cells": replaced(rb"<sheetData>", rb"<v>5</v><sheetData>"),
    "a value in an attribute": replaced(rb'<c r="D8" ', b'<c r="D8" x="<v>5</v>" '),
    "wrong bytes in a value": replaced(rb'(<c r="D8" s="\d+">)<v>\d+</v>', rb"\1<v>" + b"\xe4\xb8" + rb"</v>"),
    "a character in two halves": replaced(
        rb'(<c r="D8" s="\d+")><v>\d+</v>(</c><c r="E8" s="\d+")><v>\d+</v>',
        rb'\1 t="str"><v>' + b"\xe4\xb8" + rb'</v>\2 t="str"><v>' + b"\xad" + rb"</v>",
    ),
    "another address": replaced(rb'<c r="D8" ', b'<c r="K8" '),
    "another style": replaced(rb'<c r="D8" s="\d+"', b'<c r="D8" s="0"'),
    "a hidden row": replaced(rb'<row r="8" ', b'<row r="8" hidden="1" '),
    "a hidden column": replaced(rb'<col min="4" ', b'<col hidden="1" min="4" '),
    "a merge": replaced(rb'(<mergeCell ref="[A-Z0-9:]+"/>)', rb'\1<mergeCell ref="D8:E8"/>'),
    "a formula": replaced(rb'(<c r="D8" s="\d+">)<v>', rb"\1<f>1+1</f><v>"),
    "a rule that hides": replaced(rb"<dataValidations ", BAR + rb"<dataValidations "),
    "a rule that is none": replaced(rb"<dataValidations ", b'<x xmlns="urn:x">' + BAR + rb"</x><dataValidations "),
    "no end": lambda xml: xml[:-20],
    "nothing else": lambda xml: xml,
}


@cache
def file(name: str) -> bytes:
    return changed(kit.good(), lambda part, xml: UNLIKE[name](xml) if part == SHEET else xml)


def outcome(name: str) -> object:
    try:
        reading = read_data(file(name))
    except DocumentError as error:
        return str(error)
    return reading.report, reading.findings, reading.places


def cold(name: str) -> object:
    """Return the outcome of a file in a process that has read no other."""
    importlib.reload(scan)
    for remembered in (xlsx_sight._around, xlsx_sight._has_odd_row, facts._rules):
        remembered.cache_clear()
    return outcome(name)


def test_each_file_comes_to_the_same_whatever_was_read_before() -> None:
    alone = {name: cold(name) for name in UNLIKE}
    assert len({str(each) for each in alone.values()}) > len(UNLIKE) / 2
    names = [*UNLIKE] * 2
    Random(1).shuffle(names)
    assert [name for name in names if outcome(name) != alone[name]] == []


@pytest.mark.parametrize("name", UNLIKE)
def test_what_is_recognised_is_what_a_parser_reads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome("nothing else")
    known = outcome(name)
    with monkeypatch.context() as patched:
        for look in ("cells", "texts", "styles"):
            patched.setattr(scan, look, lambda xml: None)
        assert outcome(name) == known


def test_sheets_that_differ_only_in_values_are_examined_once() -> None:
    one, other = (scan.cells(_sheet(name)) for name in ("nothing else", "another value"))
    assert one is not None
    assert other is not None
    assert one.pattern is other.pattern
    assert one.values != other.values


def test_what_is_longer_than_that_of_a_form_is_not_kept_in_memory() -> None:
    many = b'<mergeCell ref="HA1:HB1"/>' * 2**14

    def kept(after: bytes) -> int:
        for remembered in (xlsx_sight._around, xlsx_sight._has_odd_row):
            remembered.cache_clear()
        read_data(changed(kit.good(), lambda part, xml: xml.replace(b"</mergeCells>", after + b"</mergeCells>")))
        return xlsx_sight._around.cache_info().currsize

    assert kept(many) < kept(b"")


def _sheet(name: str) -> bytes:
    found: list[bytes] = []
    changed(file(name), lambda part, xml: found.append(xml) or xml if part == SHEET else xml)
    return found[0]


AROUND: Mapping[str, tuple[bytes, bytes]] = {
    "usual": (b"", b'<mergeCells><mergeCell ref="A1:B2"/></mergeCells>' + BAR + b'<drawing r:id="rId1"/>'),
    "nothing behind": (b"", BAR),
    "no rules": (b"", b"<mergeCells><mergeCell ref='A1:B2'/></mergeCells>"),
    "all in a foreign element": (b'<x xmlns="urn:x">', BAR + b'</x><drawing r:id="rId1"/>'),
    "all in a foreign element to the end": (b'<x xmlns="urn:x">', BAR + b"</x>"),
    "rules in a foreign element": (b"", b'<x xmlns="urn:x">' + BAR + b'</x><drawing r:id="rId1"/>'),
    "a foreign element around the last rule": (b"", BAR + b'<x xmlns="urn:x">' + BAR + b"</x>"),
    "rules one in the other": (b"", b"<mergeCells>" + BAR + b"</mergeCells>"),
    "what belongs before the cells": (b'<sheetFormatPr zeroHeight="1"/>', b"<sheetFormatPr/>" + BAR),
    "a sign in an attribute of the root": (b"", BAR),
    "a prefix nobody knows": (b"", b'<dataValidations><dataValidation y:uid="1"/></dataValidations>'),
    "an attribute twice": (b"", b'<dataValidations count="1" count="1"></dataValidations><drawing r:id="rId1"/>'),
    "another end": (b"", BAR + b"</worksheet><worksheet>"),
    "an entity": (b"", b"<dataValidations>&x;</dataValidations>"),
}


@pytest.mark.parametrize("name", AROUND)
def test_rules_apart_are_what_a_walk_over_the_whole_finds(name: str) -> None:
    start, end = AROUND[name]
    sign = b' a="b>c"' if name == "a sign in an attribute of the root" else b""
    before, after = ROOT % sign + start, b"</sheetData>" + end + b"</worksheet>"
    assert found(lambda: facts.facts_around(before, after)) == found(
        lambda: facts.facts_of(before + b"<sheetData>" + after, Budget())
    )


def found(look: Callable[[], facts.Facts]) -> facts.Facts | str:
    try:
        return look()
    except DocumentError as error:
        return str(error)


ROOT = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"%b>'
)


def test_rules_of_sheets_that_differ_in_a_margin_are_walked_over_once() -> None:
    facts._rules.cache_clear()
    for margin in (b"0.5", b"0.7"):
        facts.facts_around(ROOT % b"", b"</sheetData>" + BAR + b'<pageMargins left="%b"/></worksheet>' % margin)
    assert (facts._rules.cache_info().misses, facts._rules.cache_info().hits) == (1, 1)
