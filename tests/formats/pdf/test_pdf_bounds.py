"""A PDF that unpacks to more than a report can be is refused before anything unpacks it."""

from __future__ import annotations

import zlib

import pytest

from gouji.formats.pdf import bounds
from gouji.formats.pdf.bounds import refuse_bombs
from gouji.runtime.errors import DocumentError

LIMIT = 20_000


def stream(packed: bytes) -> bytes:
    return b"1 0 obj <</Filter/FlateDecode>> stream\n" + packed + b"\nendstream endobj\n"


def with_an_end_inside(more: int) -> bytes:
    """Return a packed stream that has the word for its end in its first part, which is not packed but only stored."""
    packer = zlib.compressobj(0)
    first = packer.compress(b"0 0 m endstream") + packer.flush(zlib.Z_FULL_FLUSH)
    rest = zlib.compressobj(9, wbits=-15)
    return first + rest.compress(b" " * more) + rest.flush()


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LARGEST_STREAM", LIMIT)
    monkeypatch.setattr(bounds, "LARGEST_WHOLE", 3 * LIMIT)


@pytest.mark.parametrize("pack", [lambda size: zlib.compress(b" " * size), with_an_end_inside])
def test_a_stream_that_is_too_large_is_refused(pack) -> None:
    refuse_bombs(stream(pack(LIMIT - 100)))
    with pytest.raises(DocumentError):
        refuse_bombs(stream(pack(LIMIT + 100)))


def test_streams_that_are_too_large_together_are_refused() -> None:
    part = stream(zlib.compress(b" " * (LIMIT - 100)))
    refuse_bombs(3 * part)
    with pytest.raises(DocumentError):
        refuse_bombs(4 * part)
