"""The namespaces of spreadsheet files, and what walks call the names in them."""

from __future__ import annotations

from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = "http://www.w3.org/XML/1998/namespace"

ONLY_MAIN: Mapping[str, str] = {MAIN: "", _XML: "xml:"}
"""The names of SpreadsheetML as they are."""
WITH_LINKS: Mapping[str, str] = {**ONLY_MAIN, LINKS: "r:"}

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OPEN_DOCUMENT: Mapping[str, str] = {
    f"{_OASIS}office:1.0": "office:",
    f"{_OASIS}table:1.0": "table:",
    f"{_OASIS}text:1.0": "text:",
    f"{_OASIS}drawing:1.0": "draw:",
    f"{_OASIS}style:1.0": "style:",
    f"{_OASIS}xsl-fo-compatible:1.0": "fo:",
    f"{_OASIS}svg-compatible:1.0": "svg:",
    "http://purl.org/dc/elements/1.1/": "dc:",
}
"""The names of OpenDocument, each with its usual prefix."""
