"""The functions of PDFium that are called for every character and every object of a page.

They take and return handles as addresses, without the objects that ctypes makes for them, and the interpreter goes on
waiting meanwhile: both together halve the time of a call. PDFium writes its results to the places below, one at a time.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import c_char_p, c_double, c_float, c_int, c_uint, c_void_p
from typing import Any

import pypdfium2.raw as pdfium

if sys.platform == "win32" and ctypes.sizeof(c_void_p) == 4:
    _prototype = ctypes.WINFUNCTYPE
else:
    _prototype = ctypes.PYFUNCTYPE


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return _prototype(result, *arguments)(address_of(function))


def address_of(handle: Any) -> int:
    """Return where something is that PDFium knows; 0 for nothing."""
    return ctypes.cast(handle, c_void_p).value or 0


# ---------------------------------------------------------------- where results are written

FLOATS = (c_float * 6)()
"""A box, a matrix, or x and y."""
_AT = ctypes.addressof(FLOATS)
TO_FLOATS = tuple(_AT + number * ctypes.sizeof(c_float) for number in range(6))
DOUBLES = (c_double * 2)()
"""x and y."""
TO_DOUBLES = tuple(ctypes.addressof(DOUBLES) + number * ctypes.sizeof(c_double) for number in range(2))
COUNTS = (c_uint * 4)()
"""The parts of a colour, or two answers."""
TO_COUNTS = tuple(ctypes.addressof(COUNTS) + number * ctypes.sizeof(c_uint) for number in range(4))

# ---------------------------------------------------------------- the objects of a page

object_at = _bound(pdfium.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
object_in_group = _bound(pdfium.FPDFFormObj_GetObject, c_void_p, c_void_p, c_int)
count_in_group = _bound(pdfium.FPDFFormObj_CountObjects, c_int, c_void_p)
kind_of = _bound(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
bounds_of = _bound(pdfium.FPDFPageObj_GetBounds, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
matrix_of = _bound(pdfium.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)
fill_of = _bound(pdfium.FPDFPageObj_GetFillColor, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
stroke_of = _bound(pdfium.FPDFPageObj_GetStrokeColor, c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
is_seen_through = _bound(pdfium.FPDFPageObj_HasTransparency, c_int, c_void_p)
count_marks = _bound(pdfium.FPDFPageObj_CountMarks, c_int, c_void_p)
mark_at = _bound(pdfium.FPDFPageObj_GetMark, c_void_p, c_void_p, c_uint)
kind_in_mark = _bound(pdfium.FPDFPageObjMark_GetParamValueType, c_int, c_void_p, c_char_p)

clip_of = _bound(pdfium.FPDFPageObj_GetClipPath, c_void_p, c_void_p)
count_clips = _bound(pdfium.FPDFClipPath_CountPaths, c_int, c_void_p)
count_clip_pieces = _bound(pdfium.FPDFClipPath_CountPathSegments, c_int, c_void_p, c_int)
clip_piece = _bound(pdfium.FPDFClipPath_GetPathSegment, c_void_p, c_void_p, c_int, c_int)

draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, c_int, c_void_p, c_void_p, c_void_p)
count_pieces = _bound(pdfium.FPDFPath_CountSegments, c_int, c_void_p)
piece_at = _bound(pdfium.FPDFPath_GetPathSegment, c_void_p, c_void_p, c_int)
end_of_piece = _bound(pdfium.FPDFPathSegment_GetPoint, c_int, c_void_p, c_void_p, c_void_p)
kind_of_piece = _bound(pdfium.FPDFPathSegment_GetType, c_int, c_void_p)
closes = _bound(pdfium.FPDFPathSegment_GetClose, c_int, c_void_p)

# ---------------------------------------------------------------- the characters of a page

text_of = _bound(pdfium.FPDFText_GetText, c_int, c_void_p, c_int, c_int, c_void_p)
code_of = _bound(pdfium.FPDFText_GetUnicode, c_uint, c_void_p, c_int)
object_of_char = _bound(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
box_of_char = _bound(pdfium.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
"""Writes left, top, right and bottom."""
origin_of_char = _bound(pdfium.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, c_void_p, c_void_p)
matrix_of_char = _bound(pdfium.FPDFText_GetMatrix, c_int, c_void_p, c_int, c_void_p)
size_of_char = _bound(pdfium.FPDFText_GetFontSize, c_double, c_void_p, c_int)
way_of_painting = _bound(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)
