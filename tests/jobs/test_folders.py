"""The files that a folder holds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gouji.jobs.batch import files_in

on_posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@on_posix_only
def test_a_link_that_leads_nowhere_hides_no_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "deleted").symlink_to("no such file")
    (tmp_path / "report.xlsx").write_bytes(b"")
    assert files_in([tmp_path]) == [tmp_path / "report.xlsx"]


@on_posix_only
def test_a_folder_that_is_a_link_is_named_and_left_out(tmp_path: Path) -> None:
    inside, linked = tmp_path / "a", list[Path]()
    inside.mkdir()
    (inside / "around").symlink_to(tmp_path)
    (inside / "report.xlsx").write_bytes(b"")
    assert files_in([tmp_path], linked=linked.append) == [inside / "report.xlsx"]
    assert linked == [inside / "around"]
