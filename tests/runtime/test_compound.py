"""The kind of a compound file follows from the names under its root, not from embedded documents."""

from __future__ import annotations

from pathlib import Path
from random import Random

from gouji.formats.spreadsheet import biff
from gouji.runtime.compound import is_old_workbook, is_outlook_mail, names_at_top
from gouji.runtime.signatures import OLE

SAVED_BY_LIBREOFFICE = Path(__file__).parents[1] / "fuzz" / "samples" / "libreoffice.xls"


def test_the_names_directly_under_the_root_are_found() -> None:
    assert {"Workbook", "\x05SummaryInformation"} <= names_at_top(SAVED_BY_LIBREOFFICE.read_bytes())


def test_a_workbook_with_an_embedded_document_is_still_a_workbook() -> None:
    embedded = "WordDocument".encode("utf-16-le")
    assert is_old_workbook(biff.contained(embedded + bytes(5000)))


def test_an_outlook_mail_is_recognised() -> None:
    data = biff.contained(bytes(5000), "__properties_version1.0")
    assert is_outlook_mail(data)
    assert not is_old_workbook(data)


def test_reading_random_bytes_ends() -> None:
    random, good = Random(5), biff.contained(bytes(5000))
    for _ in range(500):
        data = bytearray(good[: random.choice((40, 511, 512, 5000, len(good)))])
        for _ in range(random.randrange(1, 30)):
            data[random.randrange(8, len(data))] = random.randrange(256)
        names_at_top(bytes(data))
    assert names_at_top(OLE + bytes(600)) == frozenset()
