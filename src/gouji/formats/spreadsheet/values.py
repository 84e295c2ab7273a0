"""What stands in the cells of a workbook that is safe to open."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN

MOST_ROWS = 2000

Rows = Sequence[Sequence[Any]]
"""The cells of a sheet, row by row from A1."""

Sheets = Mapping[str, Rows]
"""The cells of each sheet."""


def values(content: bytes) -> Sheets:
    """Return what stands in a workbook that was put together anew.

    Raises DocumentError where it is broken.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: _rows(workbook, name) for name in workbook.sheet_names}
    except (CalamineError, WorksheetNotFound, OverflowError):  # the last: more hours than Python counts
        raise DocumentError(BROKEN) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library is written in Rust; it has no public name for this
            raise
        raise DocumentError(BROKEN) from None


def _rows(workbook: CalamineWorkbook, name: str) -> Rows:
    # Without skip_empty_area=False the first filled cell would become A1 and every address would shift.
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS)
