"""Archives of compressed members have the same bytes as archives from zipfile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from gouji.runtime.zip_writing import deflated, packed, unpacked

_names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
_parts = st.dictionaries(_names, st.binary() | st.binary(max_size=50).map(lambda data: data * 2000), max_size=6)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return the archive that the standard library writes with the settings of the workbook library."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = archive.compression
            archive.writestr(info, data)
    return buffer.getvalue()


@given(_parts)
def test_an_archive_has_the_same_bytes_as_from_zipfile(parts: Mapping[str, bytes]) -> None:
    named = {zipfile.ZipInfo(name).filename: data for name, data in parts.items()}
    assert packed(deflated(name, data) for name, data in named.items()) == zipped(named)


@given(_parts)
def test_members_taken_from_an_archive_make_the_same_archive(parts: Mapping[str, bytes]) -> None:
    archive = zipped({zipfile.ZipInfo(name).filename: data for name, data in parts.items()})
    taken = list(unpacked(archive))
    assert {name: data for name, data, _ in taken} == {zipfile.ZipInfo(n).filename: data for n, data in parts.items()}
    assert packed(member for _, _, member in taken) == archive


def test_a_member_is_compressed_as_it_is_in_an_archive() -> None:
    archive = zipped({"xl/a.xml": b"<a/>" * 100, "xl/b.xml": b""})
    assert [member for _, _, member in unpacked(archive)] == [
        deflated("xl/a.xml", b"<a/>" * 100),
        deflated("xl/b.xml", b""),
    ]
