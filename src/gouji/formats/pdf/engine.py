"""PDFium as the reader of PDF files: a file, its pages, and how they are turned.

PDFium is called through ctypes, so every call counts: what characters have in common is asked once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2  # noqa: F401  # starts the library
import pypdfium2.raw as pdfium

from gouji.formats.pdf.characters import char_of, signs_of, turns_of
from gouji.formats.pdf.drawings import MOST_OBJECTS, Drawings, drawing_of
from gouji.formats.pdf.matrices import Matrix, times
from gouji.formats.pdf.page import PrintedPage

_NOT_PRINTED = (2, 16)
"""Annotations that show nothing by themselves: links, and windows of notes."""

_lock = threading.Lock()
"""PDFium does one thing at a time."""


class EncryptedError(Exception):
    """The file needs a password."""


class BrokenError(Exception):
    """The file, or one of its pages, cannot be opened."""


@contextmanager
def opened(data: bytes) -> Iterator[Document]:
    """Open a PDF file.

    Raises EncryptedError or BrokenError.
    """
    with _lock:
        handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not handle:
            error = pdfium.FPDF_GetLastError()
            raise EncryptedError if error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) else BrokenError
        try:
            yield Document(handle)
        finally:
            pdfium.FPDF_CloseDocument(handle)


class Document:
    """An open PDF file."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def __len__(self) -> int:
        return int(pdfium.FPDF_GetPageCount(self._handle))

    def page(self, index: int) -> PrintedPage:
        """Return a page, counted from 0.

        Raises BrokenError, or DocumentError where there is more on it than on a page made for people.
        """
        page = pdfium.FPDF_LoadPage(self._handle, index)
        if not page:
            raise BrokenError
        try:
            if _has_notes(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == 1:
                # What is typed into a form or stamped on the page becomes part of it, as it is seen.
                pdfium.FPDF_ClosePage(page)
                page = pdfium.FPDF_LoadPage(self._handle, index)
            return _page(page)
        finally:
            pdfium.FPDF_ClosePage(page)


def _has_notes(page: Any) -> bool:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_OBJECTS)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind not in _NOT_PRINTED:
            return True
    return False


def _page(page: Any) -> PrintedPage:
    drawings = Drawings(page)
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise BrokenError
    try:
        signs = signs_of(text, drawings.texts)
    finally:
        pdfium.FPDFText_ClosePage(text)
    to_view, width, height = _view(page)
    for _ in range(turns_of(signs, to_view)):
        to_view, width, height = times(to_view, (0, 1, -1, 0, height, 0)), height, width
    made = PrintedPage(width, height)
    made.chars = [char for sign in signs if (char := char_of(sign, to_view, width, height))]
    made.drawings = [drawing_of(path, to_view) for path in drawings.found]
    return made


# ---------------------------------------------------------------- how a page is shown


def _view(page: Any) -> tuple[Matrix, float, float]:
    """Return how coordinates of a page become those of its view, and the size of the view."""
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    corner = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, corner)
    left, right = corner.left, corner.right
    top, bottom = max(corner.top, corner.bottom), min(corner.top, corner.bottom)
    views: tuple[Matrix, ...] = (
        (1, 0, 0, -1, -left, top),
        (0, 1, 1, 0, -bottom, -left),
        (-1, 0, 0, 1, right, -bottom),
        (0, -1, -1, 0, top, right),
    )
    return views[pdfium.FPDFPage_GetRotation(page) % 4], float(width), float(height)
