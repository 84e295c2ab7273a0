"""The files that open a workspace's menu with a double click."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from county import County

from gouji.collection.workspace.launchers import BAT, COMMAND, DESKTOP, NAMES, launchers

SPEAKING = '#!/bin/sh\nprintf "%s\\n" "$(basename "$0")" "$@"\n'
"""A program that prints its name and its arguments."""


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SPEAKING)
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a workspace, with characters in its path that have a meaning in a shell."""
    folder = tmp_path / "我的 文件" / "it's $HOME 年报"
    folder.mkdir(parents=True)
    return folder


def written(folder: Path, python: Path) -> None:
    for name, data in launchers(folder, python).items():
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o755)


def started(folder: Path, *files: str, path: str = "/usr/bin:/bin") -> tuple[int, list[str]]:
    done = subprocess.run(
        [folder / COMMAND, *files], capture_output=True, text=True, stdin=subprocess.DEVNULL, env={"PATH": path}
    )
    return done.returncode, done.stdout.splitlines()


def test_a_new_workspace_has_executable_launchers(county: County) -> None:
    for name in NAMES:
        assert (county.folder / name).is_file()
    assert all(os.access(county.folder / name, os.X_OK) for name in (COMMAND, DESKTOP))


def test_a_changed_launcher_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "年报"
    folder.mkdir()
    (folder / BAT).write_bytes(b"mine")
    County(folder, [])
    assert (folder / BAT).read_bytes() == b"mine"


def test_launchers_are_written_anew_for_the_place_of_a_restored_workspace(county: County, tmp_path: Path) -> None:
    county.run("backup", "-o", tmp_path / "备份.zip")
    county.run("restore", tmp_path / "备份.zip", tmp_path / "again")
    for name, data in launchers(tmp_path / "again", Path(sys.executable)).items():
        assert (tmp_path / "again" / name).read_bytes() == data
    assert all(os.access(tmp_path / "again" / name, os.X_OK) for name in (COMMAND, DESKTOP))


def test_gouji_on_the_path_is_started_first(folder: Path, tmp_path: Path) -> None:
    written(folder, program(tmp_path / "venv" / "bin" / "python"))
    program(tmp_path / "bin" / "gouji")
    status, output = started(folder, "/a b.xlsx", path=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert (status, output) == (0, ["gouji", "desk", "-w", str(folder), "/a b.xlsx"])


def test_then_the_python_that_made_the_workspace_is_started(folder: Path, tmp_path: Path) -> None:
    written(folder, program(tmp_path / "venv" / "bin" / "python"))
    assert started(folder) == (0, ["python", "-P", "-m", "gouji", "desk", "-w", str(folder)]), "-P: not from the folder"


@pytest.mark.parametrize("place", ["离线包", "离线包/work", "."])
def test_a_bundle_beside_or_above_the_workspace_is_found_after_both_were_moved(tmp_path: Path, place: str) -> None:
    home = tmp_path / "old"
    bundle = home / "离线包"
    folder = home / place / "年报" if place != "." else home / "年报"
    folder.mkdir(parents=True)
    program(bundle / "gouji.sh")
    written(folder, program(bundle / "venv" / "bin" / "python"))
    home.rename(tmp_path / "new place")
    moved = tmp_path / "new place" / folder.relative_to(home)
    assert started(moved) == (0, ["python", "-P", "-m", "gouji", "desk", "-w", str(moved)])


def test_without_that_python_a_bundle_beside_the_workspace_is_started(folder: Path, tmp_path: Path) -> None:
    python = program(tmp_path / "gone" / "python")
    written(folder, python)
    shutil.rmtree(python.parent)
    program(folder.parent / "gouji-linux" / "gouji.sh")
    assert started(folder, "x") == (0, ["gouji.sh", "desk", "-w", str(folder), "x"])


def test_without_gouji_the_launcher_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    written(folder, tmp_path / "gone")
    status, output = started(folder)
    assert status == 1
    assert "没有找到勾稽" in output[0]


def started_by_desktop(folder: Path, *given: str) -> list[str]:
    """Do what a desktop does with the launcher: split its line as the specification says, and run it."""
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(folder / DESKTOP, "utf-8")
    line = entry["Desktop Entry"]["Exec"].replace("\\\\", "\\")
    exec_line = re.fullmatch(r'sh -c "((?:[^"`$\\]|\\.)*)" gouji %k %F', line)
    assert exec_line
    script = re.sub(r"\\(.)", r"\1", exec_line[1]).replace("%%", "%")
    words = ["sh", "-c", script, "gouji", *given]
    done = subprocess.run(
        words, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"}
    )
    return done.stdout.splitlines()


def test_a_linux_desktop_starts_the_launcher_after_the_workspace_was_moved(folder: Path, tmp_path: Path) -> None:
    written(folder, program(tmp_path / "venv" / "bin" / "python"))
    moved = tmp_path / 'moved `x` \\ "y" 100%'
    folder.rename(moved)
    output = started_by_desktop(moved, str(moved / DESKTOP), "/a b.xlsx", "/c.xlsx")
    assert output == ["python", "-P", "-m", "gouji", "desk", "-w", str(moved), "/a b.xlsx", "/c.xlsx"]


def test_a_desktop_that_does_not_say_where_the_launcher_is_starts_it_at_its_first_place(tmp_path: Path) -> None:
    folder = tmp_path / 'moved `x` \\ "y" 100%'
    folder.mkdir()
    written(folder, program(tmp_path / "venv" / "bin" / "python"))
    assert started_by_desktop(folder, "/a b.xlsx") == [
        "python",
        "-P",
        "-m",
        "gouji",
        "desk",
        "-w",
        str(folder),
        "/a b.xlsx",
    ]


def test_the_launcher_for_windows_is_encoded_for_its_console(folder: Path, tmp_path: Path) -> None:
    bundle = folder.parent / "gouji-win"
    bundle.mkdir()
    (bundle / "gouji.bat").write_bytes(b"")
    data = launchers(folder, bundle / "python" / "python.exe", windows=True)[BAT]
    assert data.count(b"\n") == data.count(b"\r\n") > 20
    text = data.decode("gbk")
    # The lines before the code page is set must be readable in any.
    assert data[: data.index(b"chcp 936")].isascii()
    assert f"GOUJI_PYTHON=%~dp0{os.path.relpath(bundle, folder)}/python/python.exe" in text
    # No byte of a Chinese character has a meaning to a console with another code page.
    halves = {pair[1] for sign in text if len(pair := sign.encode("gbk")) == 2}
    assert not halves & set(b'\\^|&<>%!"')
    labels = {line[1:] for line in text.splitlines() if line.startswith(":")}
    assert {line.rpartition("goto ")[2] for line in text.splitlines() if "goto " in line} <= labels


def test_windows_does_not_expand_percent_signs_in_a_path(folder: Path, tmp_path: Path) -> None:
    data = launchers(folder, tmp_path / "100%" / "python.exe", windows=True)[BAT]
    assert b"100%%" in data
