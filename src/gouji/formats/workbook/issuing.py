"""Write the blank workbooks of many units fast, by drawing once what they have in common.

Blank forms of units with equal figures differ only in the names, codes and signatures of the units, and those are in
four small parts of each file. So one workbook is drawn with marks in their place; for each unit the marks are replaced
and only those parts are compressed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from gouji.formats.workbook.layout import given_identity
from gouji.formats.workbook.writer import drawn, identity_of, workbook_bytes
from gouji.report.model import Report, Unit
from gouji.runtime.xml_text import escape
from gouji.runtime.zip_writing import deflated, packed, unpacked

_NAME, _CODE = "\ue000", "\ue001"
"""Marks for the name and the code: private-use characters, which no text of a form contains."""
_SIGNATURE_SHOWN = "\ue002" * 8
"""The mark of the beginning of the signature, which the first sheet shows."""
_SIGNATURE = f"{_SIGNATURE_SHOWN}\ue003"
_KEPT = 100
"""Number of patterns that are kept; each takes about 100 KB."""

_SHARED_TEXTS = "xl/sharedStrings.xml"
_LONGEST = 255
"""A longer text is refused by the writer: the properties of a file cannot hold it."""


class Issuer:
    """Writes the workbooks that an office issues, and signs them where it has the office's key."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key
        self._patterns: dict[tuple[str, frozenset[str]], _Pattern] = {}

    def workbook(self, report: Report, *, locked: Iterable[str] = ()) -> bytes:
        """Return the same bytes as ``workbook_bytes(report, locked=locked, key=key)``, but faster.

        Raises GoujiError as that function does.
        """
        given = given_identity(report) | frozenset(locked)
        unit, signature = report.unit, identity_of(report, given, self._key)["signature"]
        replacements = {_NAME: unit.name, _CODE: unit.code, _SIGNATURE: signature, _SIGNATURE_SHOWN: signature[:8]}
        texts = {mark: text for mark, text in replacements.items() if text}
        workbook = None
        if _is_blank(report) and all(map(_is_plain, texts.values())):
            workbook = self._pattern(report, given).filled(texts)
        return workbook or workbook_bytes(report, locked=given, key=self._key)

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
        self._patterns[key] = pattern  # at the end, so that the least recently used pattern is dropped first
        return pattern


@dataclass(frozen=True)
class _Pattern:
    """A workbook with marks instead of a unit."""

    members: Mapping[str, bytes]
    """Every part by its name, as the compressed member of a zip."""
    marked: Mapping[str, str]
    """The parts that contain marks, as text."""

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
        """Return the workbook with the marks replaced by texts.

        Returns None where a replacement equals another text of the workbook: a workbook stores equal texts once and
        refers to them by number, so replacing the mark would not give the same bytes.
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
    """Tell whether a report has only its unit and figures."""
    return report == Report(form=report.form, year=report.year, unit=report.unit, figures=report.figures)


def _is_plain(text: str) -> bool:
    """Tell whether a text is written unchanged, except for characters that XML escapes."""
    kept = text.isprintable() and text == text.strip() and "_x" not in text and not text.startswith("<r>")
    return kept and len(text) <= _LONGEST
