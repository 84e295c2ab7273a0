"""A published document as passages, and how passages become a Report: sections by heading, figures by label.

A medium's reader gives the paragraphs and string tables of its file, in their order, and knows nothing of the form;
:func:`reading_of` knows the form and nothing of files.
"""

from gouji.formats.published.passages import NoReportError, Paragraph, Passage, PrintedCell, PrintedTable
from gouji.formats.published.reading import found_in, is_landmark, reading_of
from gouji.formats.published.surroundings import is_around

__all__ = [
    "NoReportError",
    "Paragraph",
    "Passage",
    "PrintedCell",
    "PrintedTable",
    "found_in",
    "is_around",
    "is_landmark",
    "reading_of",
]
