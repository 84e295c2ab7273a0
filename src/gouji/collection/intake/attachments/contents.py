"""What is inside a parcel, and how much may be."""

from __future__ import annotations

import msgspec

from gouji.runtime.files import LARGEST_FILE

MOST_FILES = 5000
LARGEST_WHOLE = 200 * 2**20
"""Of all that is taken out of one parcel: a worker process has a gigabyte."""


class File(msgspec.Struct, frozen=True):
    """A file inside a parcel, with safe names: its folders, outermost first, and its own."""

    names: tuple[str, ...]
    data: bytes


class Budget:
    """What may still be taken out of one parcel, however its parts are nested."""

    def __init__(self) -> None:
        self.files = MOST_FILES
        self.bytes = LARGEST_WHOLE

    @property
    def largest(self) -> int:
        """How large the next file may be."""
        return min(self.bytes, LARGEST_FILE)

    @property
    def spent(self) -> bool:
        """Whether nothing more may be taken."""
        return self.files <= 0 or self.bytes <= 0

    def take(self, size: int) -> bool:
        """Account for a file; False where it is one too many."""
        if self.files <= 0 or size > self.bytes:
            return False
        self.files -= 1
        self.bytes -= size
        return True
