"""The entries of a submission that the officer picks: figures to amend or to ask about, and paragraphs."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gouji.desk.views.cases import Case
from gouji.report.amendments import before_words

_QUOTED = 40
"""Characters of a paragraph by which it is chosen."""


class Entry(msgspec.Struct, frozen=True):
    """An entry of a submission."""

    key: str
    words: str
    """What it is called."""
    now: str = ""
    """The figure that counts now."""
    typed: str = ""
    """The figure that the officer has typed."""


def picked_figures(case: Case) -> Iterator[Entry]:
    """Yield the cells that were picked to be amended."""
    typed = dict(case.given.figures)
    for key in dict.fromkeys((*typed, *case.given.cells)):
        if case.report and key in case.report.form.cells:
            now = before_words(case.report, key)
            yield Entry(key, case.report.form.cells[key].printed, now, typed.get(key, ""))


def picked_cells(case: Case) -> Iterator[Entry]:
    """Yield the cells that were picked to be asked about."""
    for key in case.given.cells:
        if case.report and key in case.report.form.cells:
            yield Entry(key, case.report.form.cells[key].printed, before_words(case.report, key))


def paragraphs(case: Case) -> Iterator[Entry]:
    """Yield the paragraphs that can be asked about, in the order of the form."""
    if case.report is None:
        return
    form = case.report.form
    for topic in form.topics:
        heading = form.section(topic.section).heading
        for number, text in enumerate(case.report.texts.get(topic.key, ()), 1):
            quoted = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}……"
            yield Entry(f"{topic.key}:{number}", f"{heading}：{quoted}")


def other_words(case: Case) -> str:
    """Return the cells that the officer has named in words, one a line."""
    known = {entry.key for entry in (*picked_cells(case), *paragraphs(case))}
    return "\n".join(cell for cell in case.given.cells if cell not in known)
