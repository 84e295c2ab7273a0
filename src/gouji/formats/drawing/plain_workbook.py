"""The library's workbook, in which a text is always a text: no formula, no address, no number and no markup."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.workbook import Workbook

_AS_THEY_ARE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class PlainWorkbook(Workbook):  # type: ignore[misc]
    """A workbook that keeps every text as it is given."""

    def __init__(self, buffer: io.BytesIO, options: dict[str, Any] | None = None) -> None:
        super().__init__(buffer, {**_AS_THEY_ARE, **(options or {})})
        self.str_table = _Texts()


class _Texts(SharedStringTable):  # type: ignore[misc]
    """The texts of a workbook. The library writes one that looks like runs of rich text into the file as it is."""

    def _get_shared_string_index(self, string: str) -> Any:
        if string.startswith("<r>") and string.endswith("</r>"):
            string = f'<r><t xml:space="preserve">{escape(string)}</t></r>'
        return super()._get_shared_string_index(string)
