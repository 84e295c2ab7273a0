"""The XML of a workbook's sheets: what stands in the file itself, whatever a library makes of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TARGET = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

POISON_NUMBER, POISON_TEXT = 987654, "poison"
"""Results that no formula of ours can have."""


@dataclass(frozen=True)
class Formula:
    """A formula with the result that the file brings along; None where it brings none."""

    text: str
    result: float | str | None


def part(data: bytes, name: str) -> str:
    """Return a part of the file as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def sheet_parts(data: bytes) -> dict[str, str]:
    """Return the name of the part of each sheet, in order."""
    links = ElementTree.fromstring(part(data, "xl/_rels/workbook.xml.rels"))
    targets = {link.attrib["Id"]: link.attrib["Target"] for link in links}
    sheets = ElementTree.fromstring(part(data, "xl/workbook.xml")).iter(f"{_MAIN}sheet")
    # A target that begins with a slash is counted from the top, any other from xl/.
    return {sheet.attrib["name"]: urljoin("xl/", targets[sheet.attrib[_TARGET]]).lstrip("/") for sheet in sheets}


def formulas(data: bytes) -> dict[tuple[str, str], Formula]:
    """Return every formula by sheet and address."""
    shared = shared_texts(data)
    return {
        (sheet, cell.attrib["r"]): Formula(formula.text or "", _result(cell, shared))
        for sheet, name in sheet_parts(data).items()
        for cell in ElementTree.fromstring(part(data, name)).iter(f"{_MAIN}c")
        if (formula := cell.find(f"{_MAIN}f")) is not None
    }


def shared_texts(data: bytes) -> list[str]:
    """Return the texts to which cells refer by their number; Gnumeric keeps results of formulas there, too."""
    try:
        items = ElementTree.fromstring(part(data, "xl/sharedStrings.xml")).iter(f"{_MAIN}si")
    except KeyError:
        return []
    return ["".join(text.text or "" for text in item.iter(f"{_MAIN}t")) for item in items]


def _result(cell: ElementTree.Element, shared: list[str]) -> float | str | None:
    value, kind = cell.find(f"{_MAIN}v"), cell.attrib.get("t", "n")
    if value is None:
        return None
    if kind == "s":
        return shared[int(value.text or "")]
    return float(value.text) if kind == "n" and value.text else value.text or ""


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the file with every part as ``change`` (of its name and content) wants it."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return target.getvalue()


def poisoned(data: bytes) -> bytes:
    """Return the file with a wrong result at every formula."""
    return changed(data, lambda name, content: _poisoned(content) if name.startswith("xl/worksheets/") else content)


_CALCULATED = re.compile(rb'(<c r="[A-Z]+\d+"[^>]*>)(<f>[^<]*</f>)<v>[^<]*</v>')


def _poisoned(xml: bytes) -> bytes:
    def wrong(found: re.Match[bytes]) -> bytes:
        result = POISON_TEXT.encode() if b't="str"' in found[1] else b"%d" % POISON_NUMBER
        return found[1] + found[2] + b"<v>" + result + b"</v>"

    return _CALCULATED.sub(wrong, xml)


def with_cell(data: bytes, sheet: str, address: str, kind: str, content: str) -> bytes:
    """Return the file with another kind of cell and other XML in it, in the same style.

    The kind is the cell's attribute ``t``; an empty one is left out.
    """
    name, opened = sheet_parts(data)[sheet], f'<c r="{address}"'.encode()
    old = re.compile(rb'%s( s="\d+")?[^>]*?(?:/>|>.*?</c>)' % opened)
    kind = f' t="{kind}"' if kind else ""
    new = rb"%s\1%s>%s</c>" % (opened, kind.encode(), content.encode())
    assert len(old.findall(part(data, name).encode())) == 1, f"{sheet} {address}"
    return changed(data, lambda each, xml: old.sub(new, xml) if each == name else xml)


def open_styles(data: bytes) -> set[str]:
    """Return the cell formats that are not locked."""
    formats = ElementTree.fromstring(part(data, "xl/styles.xml")).find(f"{_MAIN}cellXfs")
    assert formats is not None
    return {
        str(number)
        for number, style in enumerate(formats)
        if any(each.attrib.get("locked") == "0" for each in style.iter(f"{_MAIN}protection"))
    }


def unlocked(data: bytes) -> set[tuple[str, str]]:
    """Return the cells that can be written while their sheet is protected.

    openpyxl would call the covered cells of a merged input unlocked too, whatever the file says of them.
    """
    styles = open_styles(data)
    return {
        (sheet, cell.attrib["r"])
        for sheet, name in sheet_parts(data).items()
        for cell in ElementTree.fromstring(part(data, name)).iter(f"{_MAIN}c")
        if cell.attrib.get("s") in styles
    }
