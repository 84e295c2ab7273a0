"""What is done once for all worker processes of the tests: importing this module reads, checks and writes a report.

The server of worker processes imports it. A worker that is forked from such a server finds the forms, the rules and the
patterns ready. Users start a few workers for thousands of files; tests start thousands of workers for a few files each.
"""

from __future__ import annotations

from pathlib import Path

from gouji.checks import check
from gouji.collection.intake import collect  # noqa: F401  what its workers need
from gouji.formats.read import read_data
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import to_json

_SAMPLE = Path(__file__).parents[2] / "samples" / "qingxi-2025.xlsx"

_reading = read_data(_SAMPLE.read_bytes())
for _data in (to_json(_reading.report), workbook_bytes(_reading.report), document_bytes(_reading.report)):
    check(read_data(_data))
