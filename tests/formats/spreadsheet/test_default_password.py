"""A file that is encrypted with the password of the format itself is opened, as every office program opens it."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from damaged import kit
from gouji.formats.read import read_data
from gouji.formats.spreadsheet import biff, default_password
from gouji.formats.spreadsheet.biff import ENCRYPTED
from gouji.runtime.errors import DocumentError

DEFAULT, SECRET = "VelvetSweatshop", "secret"
SAVED_BY_LIBREOFFICE = Path(__file__).parents[2] / "fuzz" / "samples" / "libreoffice.xls"


def locked(password: str) -> bytes:
    """Return the good workbook under a password."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(kit.good())).encrypt(password, target)
    return target.getvalue()


def test_an_xlsx_under_the_default_password_is_read() -> None:
    assert read_data(locked(DEFAULT)) == read_data(kit.good())


def test_one_under_a_password_is_refused() -> None:
    with pytest.raises(DocumentError, match=ENCRYPTED):
        read_data(locked(SECRET))


# ---------------------------------------------------------------- an .xls, encrypted as [MS-OFFCRYPTO] 2.3.6 says

SALT, VERIFIER = bytes(range(16)), bytes(range(100, 116))
BLOCK = 1024
FILEPASS, BOUNDSHEET = 0x002F, 0x0085
IN_THE_CLEAR = (0x0809, FILEPASS, 0x00E1)
"""Records that are never encrypted."""


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def keystream(password: str, block: int) -> Iterator[int]:
    """Yield the bytes of RC4 for a block."""
    begun = md5((md5(password.encode("utf-16-le"))[:5] + SALT) * 16)[:5]
    key, state, at = md5(begun + struct.pack("<I", block)), list(range(256)), 0
    for number in range(256):
        at = (at + state[number] + key[number % 16]) & 255
        state[number], state[at] = state[at], state[number]
    one = other = 0
    while True:
        one = (one + 1) & 255
        other = (other + state[one]) & 255
        state[one], state[other] = state[other], state[one]
        yield state[(state[one] + state[other]) & 255]


def encrypted(stream: bytes, password: str) -> bytes:
    """Return a workbook stream under a password."""
    first = keystream(password, 0)
    verifier, digest = (bytes(sign ^ next(first) for sign in said) for said in (VERIFIER, md5(VERIFIER)))
    body = struct.pack("<HHH", 1, 1, 1) + SALT + verifier + digest
    filepass = struct.pack("<HH", FILEPASS, len(body)) + body
    end_of_first = 4 + struct.unpack_from("<H", stream, 2)[0]
    stream = stream[:end_of_first] + filepass + stream[end_of_first:]
    pieces = []
    for block in range(-(-len(stream) // BLOCK)):
        key = keystream(password, block)
        pieces.append(bytes(next(key) for _ in range(BLOCK)))
    key_bytes, made = b"".join(pieces), bytearray(stream)
    for at, kind, length in records(stream):
        clear = length if kind in IN_THE_CLEAR else 4 if kind == BOUNDSHEET else 0
        if kind == BOUNDSHEET:  # its sheet stands further down now
            (position,) = struct.unpack_from("<I", made, at + 4)
            struct.pack_into("<I", made, at + 4, position + len(filepass))
        for index in range(at + 4 + clear, at + 4 + length):
            made[index] ^= key_bytes[index]
    return bytes(made)


def records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the place, the kind and the length of each record."""
    at = 0
    for _ in count():
        if at + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, length
        at += 4 + length


def old(password: str) -> bytes:
    """Return an .xls under a password."""
    stream = biff.stream_of(SAVED_BY_LIBREOFFICE.read_bytes())
    return biff.contained(encrypted(stream, password))


def test_an_xls_under_the_default_password_is_read() -> None:
    """Excel encrypts every .xls with it whose structure is locked, as that of our form is."""
    plain = biff.contained(biff.stream_of(SAVED_BY_LIBREOFFICE.read_bytes()))
    assert read_data(old(DEFAULT)) == read_data(plain)


def test_an_xls_under_a_password_is_refused() -> None:
    with pytest.raises(DocumentError, match=ENCRYPTED):
        read_data(old(SECRET))


def test_a_file_that_is_far_larger_than_any_form_is_not_opened() -> None:
    assert default_password.opened_package(bytes(5 * 2**20)) is None
    assert default_password.opened_workbook(bytes(5 * 2**20)) is None
