"""Excel's own limits, which no schema states: a file beyond one is repaired on opening, and something is lost."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import sheet_xml

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

FORMULA, NESTED, TEXT, SHEET_NAME, LIST, MESSAGE, TITLE, LINKS, STYLES = 8192, 64, 32767, 31, 255, 255, 32, 65530, 64000
PROMPTS = {"promptTitle": TITLE, "errorTitle": TITLE, "prompt": MESSAGE, "error": MESSAGE}


def beyond(data: bytes) -> list[str]:
    """Return what of a workbook is beyond a limit, each with its place."""
    return list(_beyond(data))


def _beyond(data: bytes) -> Iterator[str]:
    yield from (f"shared text {text[:20]}" for text in sheet_xml.shared_texts(data) if _units(text) > TEXT)
    styles = ElementTree.fromstring(sheet_xml.part(data, "xl/styles.xml")).find(f"{_MAIN}cellXfs")
    if styles is not None and len(styles) > STYLES:
        yield "styles"
    for (sheet, address), formula in sheet_xml.formulas(data).items():
        if _units(formula.text) > FORMULA or _depth(formula.text) > NESTED:
            yield f"{sheet} {address} formula"
    for sheet, part in sheet_xml.sheet_parts(data).items():
        if _units(sheet) > SHEET_NAME or set(sheet) & set("[]:*?/\\") or sheet.casefold() == "history":
            yield f"{sheet} name"
        root = ElementTree.fromstring(sheet_xml.part(data, part))
        if sum(1 for _ in root.iter(f"{_MAIN}hyperlink")) > LINKS:
            yield f"{sheet} links"
        for validation in root.iter(f"{_MAIN}dataValidation"):
            for name, limit in PROMPTS.items():
                if _units(validation.get(name, "")) > limit:
                    yield f"{sheet} {validation.get('sqref')} {name}"
            choices = validation.findtext(f"{_MAIN}formula1") or ""
            if choices.startswith('"') and _units(choices) - 2 > LIST:
                yield f"{sheet} {validation.get('sqref')} list"


def _units(text: str) -> int:
    """Return the length as Excel counts it: a rare character is two."""
    return len(text.encode("utf-16-le")) // 2


def _depth(formula: str) -> int:
    depth = deepest = 0
    for between in formula.split('"')[::2]:  # what stands between quotation marks is text
        for sign in between:
            depth += (sign == "(") - (sign == ")")
            deepest = max(deepest, depth)
    return deepest
