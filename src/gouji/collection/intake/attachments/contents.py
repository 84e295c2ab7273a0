"""A file inside a container, and how much may be taken out of one."""

from __future__ import annotations

import msgspec

from gouji.runtime.files import LARGEST_FILE

MOST_FILES = 5000
LARGEST_WHOLE = 200 * 2**20
"""Bytes of all files taken out of one container: a worker process has a gigabyte."""


class File(msgspec.Struct, frozen=True):
    """A file inside a container, with safe names: its folders from the outside in, then its own."""

    names: tuple[str, ...]
    data: bytes


class Budget:
    """What may still be taken out of one container, however deeply it is nested."""

    def __init__(self) -> None:
        self.files = MOST_FILES
        self.bytes = LARGEST_WHOLE

    @property
    def largest(self) -> int:
        """The largest size in bytes that the next file may have."""
        return min(self.bytes, LARGEST_FILE)

    def take(self, size: int) -> bool:
        """Count a file of a size; return False where it is too much."""
        if self.files <= 0 or size > self.bytes:
            return False
        self.files -= 1
        self.bytes -= size
        return True
