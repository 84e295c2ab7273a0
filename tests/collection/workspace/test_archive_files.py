"""The archive on the disk: which of its files are missing."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from gouji.collection.workspace.archive import Archive


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_what_vanishes_while_a_folder_is_looked_through_makes_no_other_file_missing(tmp_path: Path) -> None:
    archive, data = Archive(tmp_path), b"a return"
    sha256 = hashlib.sha256(data).hexdigest()
    archive.keep(data, sha256, "a.xlsx")
    for number in range(50):  # a folder is listed in any order
        (tmp_path / sha256[:2] / f".gouji-{number}.tmp").symlink_to("vanished")
    gone = sha256[:2] + "0" * 62
    files = [(sha256, "a.xlsx", len(data)), (gone, "b.xlsx", 3)]
    assert archive.missing(sha256[:2], files) == [gone]
