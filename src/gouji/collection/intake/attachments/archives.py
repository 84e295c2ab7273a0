"""Archives of every format, each by its reader."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.collection.intake.attachments import rars, sevenzips, tars, zips
from gouji.collection.intake.attachments.contents import Budget, File
from gouji.collection.intake.attachments.programs import Missing
from gouji.runtime.signatures import packing

OPENED = frozenset(("RAR", "7z", "tar", "gz", "bz2", "xz"))
"""The formats beside zip that are opened, by their names in :func:`gouji.runtime.signatures.packing`."""


def unpacked(name: str, data: bytes, budget: Budget) -> Iterator[File | str | Missing]:
    """Yield the files of an archive, a sentence for each that could not be taken out, and what is missing here for it.

    Raises DocumentError where there is nothing to take out.
    """
    form = packing(data)
    if form == "RAR":
        return rars.unpacked(data, budget)
    if form == "7z":
        return sevenzips.unpacked(name, data, budget)
    if form:
        return tars.unpacked(name, data, budget)
    return zips.unzip(data, budget)
