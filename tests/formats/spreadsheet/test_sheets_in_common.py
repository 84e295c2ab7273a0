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
from gouji.formats.spreadsheet import scan, xlsx_sight
from gouji.runtime.errors import DocumentError

SHEET = "xl/worksheets/sheet4.xml"


def replaced(pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    """Return a change of the last place where a pattern matches."""

    def change(xml: bytes) -> bytes:
        last = [*re.finditer(pattern, xml)][-1]
        return xml[: last.start()] + last.expand(by) + xml[last.end() :]

    return change


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
    for remembered in (xlsx_sight._around, xlsx_sight._has_odd_row):
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


def _sheet(name: str) -> bytes:
    found: list[bytes] = []
    changed(file(name), lambda part, xml: found.append(xml) or xml if part == SHEET else xml)
    return found[0]
