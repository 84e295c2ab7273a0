"""Signatures: files are recognised by their first bytes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gouji
from gouji.formats.read import ending_of, may_be_a_report
from gouji.runtime.signatures import OLE, has_password, packing, start_of

SOURCE = Path(gouji.__file__).parent
TEMPLATE = Path(__file__).parents[2] / "templates" / "report_template.xlsx"

_BEGINNINGS = (b"PK", OLE[:2], b"%PDF", b"Rar!", b"7z", b"\x1f\x8b", b"{\\rtf", b"BZh", b"MSCF")


def test_only_one_module_contains_signatures() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name == "signatures.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
                assert not node.value.startswith(_BEGINNINGS), f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    "data, start",
    [
        pytest.param(b'\xef\xbb\xbf \r\n{"edition"', b'{"edition"', id="a mark and white space"),
        pytest.param(b"%PDF-1.7", b"%PDF-1.7", id="neither"),
        pytest.param(b"", b"", id="nothing"),
    ],
)
def test_the_start_of_a_text_is_found_after_a_mark_and_white_space(data: bytes, start: bytes) -> None:
    assert start_of(data) == start


@pytest.mark.parametrize(
    "data, name",
    [
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
        (b"\x1f\x8b\x08", "gz"),
        (b"BZh91AY", "bz2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"MSCF\0\0", "cab"),
        (bytes(257) + b"ustar\0", "tar"),
        (b"PK\x03\x04", ""),
        (b"", ""),
    ],
)
def test_archives_are_named_by_their_format(data: bytes, name: str) -> None:
    assert packing(data) == name


@pytest.mark.parametrize("data", [b"BZh91AY", b"\xfd7zXZ\x00", b"MSCF\0\0", bytes(257) + b"ustar\0"])
def test_an_archive_of_any_format_is_rejected_as_an_archive(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_bytes(data)
    with pytest.raises(gouji.DocumentError, match=f"这是 {packing(data)} 压缩包"):
        gouji.read(path)


def test_only_a_compound_file_has_a_password() -> None:
    stream = "EncryptedPackage".encode("utf-16-le")
    assert has_password(OLE + bytes(600) + stream)
    assert not has_password(OLE + bytes(600))
    assert not has_password(b"PK" + stream)


@pytest.mark.parametrize(
    "data, ending",
    [
        (b"PK\x03\x04", ".xlsx"),
        (b"PK\x03\x04 word/document.xml", ".docx"),
        (OLE, ".xls"),
        (OLE + "WordDocument".encode("utf-16-le"), ".doc"),
        (b"%PDF-1.7", ".pdf"),
        (b"{\\rtf1", ".rtf"),
        (b"{}", ".json"),
        (b"<html>", ""),
        (b"Rar!\x1a\x07", ""),
        (b"\x89PNG", ""),
    ],
)
def test_a_file_without_a_name_is_named_by_its_content(data: bytes, ending: str) -> None:
    assert ending_of(data) == ending
    assert may_be_a_report(data) == bool(ending)


def test_reading_a_workbook_imports_no_library_of_another_medium() -> None:
    script = "import sys, gouji; gouji.read(sys.argv[1]); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script, TEMPLATE], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "msgspec" in loaded
    assert not loaded & {"lxml", "pypdfium2", "jinja2", "docx", "xlsxwriter"}
