"""The workbooks of a round: what those of many units have in common is drawn once.

Blank forms of units with equal figures differ in the units' names, codes and signatures only, and these stand in four
small parts of each file. So one workbook is drawn with marks in their places, and for each unit the marks are
replaced and those parts compressed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from msgspec.structs import replace

from gouji.formats.workbook.layout import given_identity
from gouji.formats.workbook.writer import drawn, identity_of, workbook_bytes
from gouji.report.model import Report, Unit
from gouji.runtime.zip_writing import deflated, packed, unpacked

_NAME, _CODE = "\ue000", "\ue001"
"""Marks: characters of no script, which are in no text of a form."""
_SIGNATURE_SHOWN = "\ue002" * 8
"""The mark of the signature's beginning, which people see on the first sheet."""
_SIGNATURE = f"{_SIGNATURE_SHOWN}\ue003"
_KEPT = 100
"""How many patterns are kept, some 100 KB each."""

_SHARED_TEXTS = "xl/sharedStrings.xml"
_LONGEST = 255


class Issuer:
    """Writes the workbooks of a round; with the issuing office's key they are signed."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key
        self._patterns: dict[tuple[str, frozenset[str]], _Pattern] = {}

    def workbook(self, report: Report, *, locked: Iterable[str] = ()) -> bytes:
        """Return what ``workbook_bytes(report, locked=locked, key=key)`` returns, byte by byte, but sooner.

        Raises GoujiError as that does.
        """
        given = given_identity(report) | frozenset(locked)
        unit, signature = report.unit, identity_of(report, given, self._key)["signature"]
        said = {_NAME: unit.name, _CODE: unit.code, _SIGNATURE: signature, _SIGNATURE_SHOWN: signature[:8]}
        texts = {mark: text for mark, text in said.items() if text}
        made = None
        if _is_blank(report) and all(map(_is_plain, texts.values())):
            made = self._pattern(report, given).filled(texts)
        return made or workbook_bytes(report, locked=given, key=self._key)

    def _pattern(self, report: Report, given: frozenset[str]) -> _Pattern:
        unit = Unit(name=report.unit.name and _NAME, code=report.unit.code and _CODE, level=report.unit.level)
        marked = replace(report, unit=unit)
        key = (repr(marked), given)
        pattern = self._patterns.pop(key, None)
        if pattern is None:
            identity = identity_of(marked, given, None)
            identity["signature"] = _SIGNATURE if self._key else ""
            pattern = _Pattern.of(drawn(marked, identity, given))
            if len(self._patterns) == _KEPT:
                del self._patterns[next(iter(self._patterns))]
        self._patterns[key] = pattern  # the last one used stands last
        return pattern


@dataclass(frozen=True)
class _Pattern:
    """A workbook with marks."""

    members: Mapping[str, bytes]
    """Every part as a member of the archive, by name."""
    marked: Mapping[str, str]
    """The parts with marks in them, as texts."""

    @classmethod
    def of(cls, archive: bytes) -> _Pattern:
        members, marked = {}, {}
        for name, data, member in unpacked(archive):
            members[name] = member
            text = data.decode()
            if any(mark in text for mark in (_NAME, _CODE, _SIGNATURE_SHOWN)):
                marked[name] = text
        return cls(members, marked)

    def filled(self, texts: Mapping[str, str]) -> bytes | None:
        """Return the workbook with texts for the marks.

        None where one of them is another text of the workbook as well: equal texts are kept once, and cells refer to
        them by their number.
        """
        parts = dict(self.marked)
        for mark, text in texts.items():
            parts = {name: part.replace(mark, escape(text)) for name, part in parts.items()}
        shared = parts.get(_SHARED_TEXTS, "").removesuffix("</sst>").split("<si>")
        if len(set(shared)) < len(shared):
            return None
        return packed(
            deflated(name, parts[name].encode()) if name in parts else member for name, member in self.members.items()
        )


def _is_blank(report: Report) -> bool:
    """Tell whether a report holds nothing but the unit and figures."""
    return report == Report(form=report.form, year=report.year, unit=report.unit, figures=report.figures)


def _is_plain(text: str) -> bool:
    """Tell whether a text is written as it is, but for the characters that XML wants escaped."""
    kept = text.isprintable() and text == text.strip() and "_x" not in text and not text.startswith("<r>")
    return kept and len(text) <= _LONGEST
