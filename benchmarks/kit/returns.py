"""Returns of many units, made fast: correct, with figures and texts of their own.

Drawing a workbook takes 30 ms. So a workbook is drawn once for each of at most PATTERNS sets of figures, with marks in
place of the unit and its paragraphs; for each unit the marks are replaced and only the parts that have any are
compressed again. No two of PATTERNS returns in a row have a sheet in common, as no two real ones have.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import msgspec
import reports

from gouji.formats.workbook.layout import given_identity
from gouji.formats.workbook.writer import identity_of, workbook_bytes
from gouji.report.model import Report, Unit
from gouji.runtime.zip_writing import deflated, packed, unpacked
from kit.texts import PARAGRAPHS, texts

EDITION = "2021"
YEAR = reports.YEAR[EDITION]
OFFICE = "丰泽县人民政府办公室"
PATTERNS = 500
_NAME, _CODE, _PARAGRAPH, _END = "\ue000", "\ue001", "\ue002", "\ue003"
_SENT = 1_767_300_000
"""When the returns were last changed: in the January after the year, long before anything is measured."""


def unit_of(number: int) -> Unit:
    """Return one of many townships."""
    return Unit(f"第{number}镇人民政府", f"41{number:07}", "township")


def report_of(number: int) -> Report:
    """Return the correct report of a unit, with figures that no other has."""
    return reports.changed(_figures_of(number), unit=unit_of(number), texts=texts(number))


def workbooks(count: int, key: bytes) -> Iterator[tuple[Unit, bytes]]:
    """Yield the signed workbooks of this many units."""
    patterns: dict[int, _Pattern] = {}
    for number in range(count):
        which = number % PATTERNS
        if which not in patterns:
            patterns[which] = _Pattern.of(_figures_of(which), key)
        yield unit_of(number), patterns[which].filled(unit_of(number), texts(number), key)


_VARIED = re.compile(rb'(<(?:col|row|pageMargins|sz)\b[^>]*? (?:width|ht|header|val)=")(\d+)[.\d]*(?=")')


def unlike(data: bytes, number: int) -> bytes:
    """Return a workbook whose sheets and styles are those of no other: widths, heights, margins and font sizes vary.

    The rest of each part stays as it is, but nothing that is remembered by its bytes is met a second time.
    """
    varied = rb"\g<1>\g<2>.%05d" % (number + 1)
    return packed(deflated(name, _VARIED.sub(varied, part)) for name, part, _ in unpacked(data))


def write(path: Path, data: bytes) -> None:
    """Write a return as one that was last changed long ago."""
    path.write_bytes(data)
    os.utime(path, (_SENT, _SENT))


@lru_cache(PATTERNS)
def _figures_of(which: int) -> Report:
    return msgspec.structs.replace(reports.right(EDITION, which), texts={})


class _Pattern(NamedTuple):
    """A workbook with marks instead of a unit, its signature and its paragraphs."""

    marked: Report
    signature: str
    members: dict[str, bytes]
    """Every part, compressed."""
    parts: dict[str, str]
    """The parts that have marks, as text."""

    @classmethod
    def of(cls, report: Report, key: bytes) -> _Pattern:
        unit = Unit(_NAME, _CODE, "township")
        marks = {topic: [_mark(topic, at) for at in range(count)] for topic, count in PARAGRAPHS.items()}
        marked = reports.changed(report, unit=unit, texts=marks)
        signature = _signature(marked, key)
        members, parts = {}, {}
        for name, data, member in unpacked(workbook_bytes(marked, key=key)):
            members[name] = member
            text = data.decode()
            if any(mark in text for mark in (_NAME, _CODE, _PARAGRAPH, signature[:8])):
                parts[name] = text
        return cls(marked, signature, members, parts)

    def filled(self, unit: Unit, paragraphs: dict[str, list[str]], key: bytes) -> bytes:
        signature = _signature(msgspec.structs.replace(self.marked, unit=unit), key)
        values = {_mark(topic, at): text for topic, several in paragraphs.items() for at, text in enumerate(several)}
        values |= {_NAME: unit.name, _CODE: unit.code, self.signature: signature, self.signature[:8]: signature[:8]}
        made = dict(self.members)
        for name, part in self.parts.items():
            for mark, text in values.items():
                part = part.replace(mark, escape(text))
            made[name] = deflated(name, part.encode())
        return packed(made.values())


def _mark(topic: str, at: int) -> str:
    return f"{_PARAGRAPH}{topic}{at}{_END}"


def _signature(report: Report, key: bytes) -> str:
    return identity_of(report, given_identity(report), key)["signature"]
