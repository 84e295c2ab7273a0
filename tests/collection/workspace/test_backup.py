"""Backup and restore of a workspace, and a workspace that is moved."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from aftermath import ended, leftovers, started, state_of
from county import County, member
from sendings import send_many

from gouji.collection.workspace.backup import restore
from gouji.runtime.errors import GoujiError

pytestmark = pytest.mark.xdist_group("backup")  # its offices are built only once

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and file modes of POSIX")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office in the middle of its year."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [member(number) for number in range(1, 4)])
    office.run("issue")
    send_many(office, 12, workbooks=2)
    office.run("collect")
    office.run("reject", office.members[0].code, "-m", "没有盖章")
    office.run("return")
    return office


@pytest.fixture(scope="module")
def backup(office: County, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "备份 一.zip"
    office.run("backup", "-o", path)
    return path


def moved_to(folder: Path, office: County) -> County:
    """Return the same office in another folder."""
    moved = County.__new__(County)
    moved.folder, moved.year, moved.members = folder, office.year, office.members
    return moved


def test_a_restored_workspace_equals_the_one_backed_up(office: County, backup: Path, tmp_path: Path) -> None:
    back = moved_to(tmp_path / "新的 文件夹" / "年报", office)
    output = office.run("restore", backup, back.folder)
    assert "已恢复" in output
    assert state_of(back) == state_of(office)
    assert leftovers(tmp_path) == []
    assert [path.name for path in (tmp_path / "新的 文件夹").iterdir()] == ["年报"]


@posix_only
def test_only_the_owner_can_read_a_restored_key(office: County, backup: Path, tmp_path: Path) -> None:
    office.run("restore", backup, tmp_path / "年报")
    assert (tmp_path / "年报" / "签发密钥.txt").stat().st_mode & 0o077 == 0


def test_restore_never_overwrites_a_workspace(office: County, backup: Path, tmp_path: Path) -> None:
    before = state_of(office)
    output = office.run("restore", backup, office.folder, fails=2)
    assert "里已经有东西了，没有恢复" in output
    assert state_of(office) == before


@posix_only
@pytest.mark.parametrize("seed", range(2))
def test_a_killed_restore_leaves_nothing_incomplete_and_can_be_repeated(
    seed: int, office: County, backup: Path, tmp_path: Path
) -> None:
    folder, aside = tmp_path / "back" / "年报", tmp_path / "back" / ".gouji-年报.tmp"
    folder.parent.mkdir()
    process = started(tmp_path / "back", "restore", backup, folder)
    while process.poll() is None and not aside.exists():
        time.sleep(0.001)
    time.sleep(seed * 0.01)
    os.killpg(process.pid, signal.SIGKILL)
    if process.wait() != 0:
        assert not folder.exists() or state_of(moved_to(folder, office)) == state_of(office)
        if not folder.exists():
            office.run("restore", backup, folder)
    assert state_of(moved_to(folder, office)) == state_of(office)
    assert [path.name for path in folder.parent.iterdir()] == ["年报"]


@posix_only
def test_the_next_backup_removes_what_a_killed_one_left(office: County, tmp_path: Path) -> None:
    process = started(office.folder, "backup", "-o", tmp_path / "一.zip")
    while process.poll() is None and not leftovers(tmp_path):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    status, output = ended(office.folder, "backup", "-o", tmp_path / "二.zip")
    assert status == 0, output
    assert leftovers(tmp_path) == []
    assert leftovers(office.folder) == []


# ---------------------------------------------------------------- damaged backups


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _bit(share: float) -> Callable[[bytes], bytes]:
    def flipped(data: bytes) -> bytes:
        position = int(len(data) * share)
        return data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :]

    return flipped


@pytest.mark.parametrize(
    "damage",
    [_cut, lambda data: b"", lambda data: b"PK" + data, *(_bit(share / 12) for share in range(12))],
    ids=["half", "empty", "two bytes too many", *(f"a bit at {share}/12" for share in range(12))],
)
def test_a_damaged_backup_is_refused_unless_it_is_complete(
    damage: Callable[[bytes], bytes], office: County, backup: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "坏的.zip"
    damaged.write_bytes(damage(backup.read_bytes()))
    with contextlib.suppress(GoujiError):
        restore(damaged, tmp_path / "年报")
        assert state_of(moved_to(tmp_path / "年报", office)) == state_of(office)
        return
    assert [path.name for path in tmp_path.iterdir()] == ["坏的.zip"]


@pytest.mark.parametrize(
    "name", ["../外面.txt", "/tmp/外面.txt", "归档/../../外面.txt", "归档\\..\\..\\外面.txt", "", "."]
)
def test_a_backup_cannot_write_outside_its_folder(name: str, office: County, tmp_path: Path) -> None:
    made = tmp_path / "别人的.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x", b"x")
        if name:
            archive.writestr(name, b"x")
        archive.writestr("gouji-backup.json", json.dumps({name: "0" * 64}))
    output = office.run("restore", made, tmp_path / "里面" / "年报", fails=2)
    assert "Traceback" not in output
    assert not list(tmp_path.rglob("外面*"))
    assert not (tmp_path / "里面" / "年报").exists()


@pytest.mark.parametrize("listed", [b"[]", b"{}", b"1", b'{"x": 1}', b"\xff", b'{"no such file": ""}'])
def test_a_zip_that_is_not_a_backup_is_refused(listed: bytes, office: County, tmp_path: Path) -> None:
    made = tmp_path / "别的.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("gouji-backup.json", listed)
    output = office.run("restore", made, tmp_path / "年报", fails=2)
    assert "请用 gouji backup 做的备份" in output
    assert output.count("\n") == 1


# ---------------------------------------------------------------- moving a workspace


def test_a_workspace_works_wherever_it_is_moved(office: County, tmp_path: Path) -> None:
    carried = moved_to(tmp_path / "D 盘" / "王芳 的 年报（二）", office)
    shutil.copytree(office.folder, carried.folder)
    assert state_of(carried) == state_of(office)
    before = state_of(carried)
    output = carried.run("collect")
    assert "新收 0 个" in output
    assert "核对了" not in output
    assert "已生成" not in carried.run("return")
    assert "没有需要重新生成的文件" in carried.run("issue")
    assert state_of(carried) == before
