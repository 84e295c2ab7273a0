"""What workers need to read and check files, named without importing it."""

from __future__ import annotations

from collections.abc import Iterable

REHEARSAL = "gouji.jobs.rehearsal:rehearse"
"""What is done once before a second worker is forked."""

_ALWAYS = ("gouji.jobs.batch", "gouji.checks.judging", "gouji.formats.read", REHEARSAL)
_WORKBOOKS = "gouji.formats.workbook.reader"
_BY_ENDING = {
    "docx": "gouji.formats.word.reader",
    "doc": "gouji.formats.word.reader",
    "html": "gouji.formats.web.reader",
    "htm": "gouji.formats.web.reader",
    "mht": "gouji.formats.web.reader",
    "pdf": "gouji.formats.pdf.reader",
}


def needed_for(names: Iterable[str]) -> tuple[str, ...]:
    """Return the modules that workers need for files with these names; if a name lies, the worker imports the rest."""
    readers = {_BY_ENDING.get(name.rpartition(".")[2].lower(), _WORKBOOKS) for name in names}
    return (*_ALWAYS, *sorted(readers))
