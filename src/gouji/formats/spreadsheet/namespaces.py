"""The namespaces of spreadsheet files, and what walks call the names in them."""

from __future__ import annotations

from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = "http://www.w3.org/XML/1998/namespace"

ONLY_MAIN: Mapping[str, str] = {MAIN: "", _XML: "xml:"}
"""The names of SpreadsheetML as they are."""
WITH_LINKS: Mapping[str, str] = {**ONLY_MAIN, LINKS: "r:"}
