"""An old .xls is read whatever its container says beside, and only if it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from gouji.formats.read import read_data
from gouji.formats.spreadsheet import biff
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN

SAVED_BY_LIBREOFFICE = Path(__file__).parents[2] / "fuzz" / "samples" / "libreoffice.xls"
CLASS_OF_EXCEL = bytes.fromhex("2008020000000000C000000000000046")


def test_a_class_id_in_the_header_is_no_damage() -> None:
    data = SAVED_BY_LIBREOFFICE.read_bytes()
    with_class = data[:8] + CLASS_OF_EXCEL + data[24:]
    assert read_data(with_class) == read_data(data)


def test_a_workbook_whose_last_sheet_lacks_its_end_is_broken() -> None:
    stream = biff.stream_of(SAVED_BY_LIBREOFFICE.read_bytes()).rstrip(b"\0")
    assert stream.endswith(b"\x0a")
    with pytest.raises(DocumentError, match=BROKEN):
        biff.rebuilt(biff.contained(stream[:-2]))
