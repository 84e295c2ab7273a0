"""Workbooks that are encrypted without anybody having set a password: with the one that the formats themselves name.

[MS-OFFCRYPTO] 2.4.2.1 and [MS-XLS] 2.2.10: a program that locks the structure of an .xls encrypts the file with it,
and some do so with an .xlsx. Every office program opens such a file without asking.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import olefile

from gouji.runtime.signatures import ZIP

_DEFAULT = "VelvetSweatshop"

_LARGEST = 4 * 2**20
"""A form has a twentieth of it; the library takes several times the size of the file in memory."""
_LARGEST_INFO = 2**16
_MOST_ROUNDS = 200_000
"""Office programs hash the password 50 000 or 100 000 times; the format would let a file ask for ten million."""


def opened_package(data: bytes) -> bytes | None:
    """Return the .xlsx inside of an encrypted file, or None where the default password does not open it."""
    inside = _opened(data, _is_modest) if len(data) <= _LARGEST else None
    return inside if inside and inside.startswith(ZIP) else None


def opened_workbook(data: bytes) -> bytes | None:
    """Return an .xls without its encryption, or None where the default password does not open it."""
    return _opened(data, lambda _: True) if len(data) <= _LARGEST else None


def _opened(data: bytes, is_modest: Callable[[bytes], bool]) -> bytes | None:
    target = io.BytesIO()
    # What the library says of old ciphers is for programmers.
    with warnings.catch_warnings(action="ignore"):
        try:
            if not is_modest(data):
                return None
            import msoffcrypto

            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=_DEFAULT)
            file.decrypt(target)
        except Exception as error:  # the library raises whatever its parsing runs into
            if isinstance(error, MemoryError):
                raise
            return None
    return target.getvalue()


def _is_modest(data: bytes) -> bool:
    """Tell whether what an encrypted package says of its encryption costs no more than usual."""
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        if container.get_size("EncryptionInfo") > _LARGEST_INFO:
            return False
        info = container.openstream("EncryptionInfo").read()
    rounds = info.partition(b'spinCount="')[2].partition(b'"')[0]
    is_agile = info[:4] == b"\x04\0\x04\0"
    return not is_agile or (rounds.isdigit() and int(rounds) <= _MOST_ROUNDS and b"<!" not in info)
