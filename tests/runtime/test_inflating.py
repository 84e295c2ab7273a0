"""A part that is inflated in one step is just what the library would have read."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from random import Random

import pytest

from gouji.runtime import inflating
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, LARGEST_PART, TOO_LARGE, Archive

TEXT = bytes(Random(1).choices(b"<row/> 0123", k=3000))


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def declared(data: bytes, size: int) -> bytes:
    """Return a zip of one part whose directory says another size of it."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def outcome(data: bytes, largest: int = LARGEST_PART) -> object:
    try:
        archive = Archive(data)
        return [archive.read(name, largest) for name in archive.in_order]
    except DocumentError as error:
        return str(error)


def every_way(data: bytes, monkeypatch: pytest.MonkeyPatch, largest: int = LARGEST_PART) -> list[object]:
    """Return what is read with libdeflate, if it is installed, without it, and by the library alone."""
    outcomes = [outcome(data, largest)]
    with monkeypatch.context() as patched:
        patched.setattr(inflating, "deflate", None)
        outcomes.append(outcome(data, largest))
        patched.setattr(Archive, "_usual", lambda *_: None)
        outcomes.append(outcome(data, largest))
    return outcomes


@pytest.mark.parametrize("size", [0, 1, 100, len(TEXT) - 1, len(TEXT), len(TEXT) + 1, 2**31])
def test_a_directory_that_lies_about_the_size_comes_to_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *others = every_way(declared(zipped(a=TEXT), size), monkeypatch)
    assert all(other == first for other in others)


def test_a_usual_part_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(zipped(a=TEXT, b=b"b" * 10))
    monkeypatch.delattr(Archive, "_open")
    assert archive.read("a") == TEXT


def test_a_part_that_is_larger_than_it_may_be_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    assert every_way(zipped(a=TEXT), monkeypatch, largest=100) == [TOO_LARGE] * len(every_way(b"", monkeypatch))


def test_a_part_that_is_not_there_is_that_of_a_broken_file() -> None:
    with pytest.raises(DocumentError, match=BROKEN):
        Archive(zipped(a=TEXT)).read("b")


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_zip_comes_to_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    data = zipped(a=TEXT[:60], b=TEXT[:90])
    for _ in range(100):
        damaged = bytearray(data)
        for _ in range(random.randrange(1, 4)):
            damaged[random.randrange(len(damaged))] = random.choice((0, 1, 8, 255, random.randrange(256)))
        first, *others = every_way(bytes(damaged), monkeypatch)
        assert all(other == first for other in others)


@pytest.mark.parametrize("more", [b"", b"more"])
def test_a_stream_that_ends_too_early_or_too_late_is_none(more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(TEXT + more) + packer.flush()
    cut = packed if more else packed[: len(packed) // 2]
    for library in dict.fromkeys((inflating.deflate, None)):
        monkeypatch.setattr(inflating, "deflate", library)
        assert inflating.inflated(cut, len(TEXT), zlib.crc32(TEXT)) is None
