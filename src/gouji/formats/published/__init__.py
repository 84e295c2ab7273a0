"""A published document as blocks, and how blocks become a Report: sections by heading, figures by label.

A medium's reader gives the paragraphs and string tables of its file, in their order, and knows nothing of the form;
:func:`reading_of` knows the form and nothing of files.
"""

from gouji.formats.published.blocks import Block, Cell, NoReportError, Paragraph, Table
from gouji.formats.published.reading import is_landmark, reading_of

__all__ = ["Block", "Cell", "NoReportError", "Paragraph", "Table", "is_landmark", "reading_of"]
