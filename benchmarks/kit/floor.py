"""The floor: what any reader of a workbook has to do. It decompresses the parts, takes the values, checks nothing."""

from __future__ import annotations

import io
import zipfile

from python_calamine import CalamineWorkbook


def take_values(data: bytes) -> None:
    """Inflate every part, and read all values with calamine, the fastest library."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            archive.read(name)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
