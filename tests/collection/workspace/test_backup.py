"""A workspace in one file and back, and a workspace that is carried somewhere else."""

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

pytestmark = pytest.mark.xdist_group("backup")  # its offices are made once

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


def at(folder: Path, office: County) -> County:
    """Return the same office in another folder."""
    moved = County.__new__(County)
    moved.folder, moved.year, moved.members = folder, office.year, office.members
    return moved


def test_what_was_backed_up_comes_back_the_same(office: County, backup: Path, tmp_path: Path) -> None:
    back = at(tmp_path / "新的 文件夹" / "年报", office)
    said = office.run("restore", backup, back.folder)
    assert "已恢复" in said
    assert state_of(back) == state_of(office)
    assert leftovers(tmp_path) == []
    assert [path.name for path in (tmp_path / "新的 文件夹").iterdir()] == ["年报"]


@posix_only
def test_the_key_that_comes_back_is_for_its_owner_only(office: County, backup: Path, tmp_path: Path) -> None:
    office.run("restore", backup, tmp_path / "年报")
    assert (tmp_path / "年报" / "签发密钥.txt").stat().st_mode & 0o077 == 0


def test_a_workspace_in_use_is_never_restored_over(office: County, backup: Path, tmp_path: Path) -> None:
    before = state_of(office)
    said = office.run("restore", backup, office.folder, fails=2)
    assert "里已经有东西了，没有恢复" in said
    assert state_of(office) == before


@posix_only
@pytest.mark.parametrize("seed", range(2))
def test_a_restore_that_is_killed_leaves_nothing_half_and_can_be_done_again(
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
        assert not folder.exists() or state_of(at(folder, office)) == state_of(office)
        if not folder.exists():
            office.run("restore", backup, folder)
    assert state_of(at(folder, office)) == state_of(office)
    assert [path.name for path in folder.parent.iterdir()] == ["年报"]


@posix_only
def test_what_a_killed_backup_leaves_is_gone_after_the_next(office: County, tmp_path: Path) -> None:
    process = started(office.folder, "backup", "-o", tmp_path / "一.zip")
    while process.poll() is None and not leftovers(tmp_path):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    status, said = ended(office.folder, "backup", "-o", tmp_path / "二.zip")
    assert status == 0, said
    assert leftovers(tmp_path) == []
    assert leftovers(office.folder) == []


# ---------------------------------------------------------------- damaged backups


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _bit(share: float) -> Callable[[bytes], bytes]:
    def flipped(data: bytes) -> bytes:
        at = int(len(data) * share)
        return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]

    return flipped


@pytest.mark.parametrize(
    "damage",
    [_cut, lambda data: b"", lambda data: b"PK" + data, *(_bit(share / 12) for share in range(12))],
)
def test_a_damaged_backup_is_refused_or_proved_whole(
    damage: Callable[[bytes], bytes], office: County, backup: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "坏的.zip"
    damaged.write_bytes(damage(backup.read_bytes()))
    with contextlib.suppress(GoujiError):
        restore(damaged, tmp_path / "年报")
        assert state_of(at(tmp_path / "年报", office)) == state_of(office)
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
    said = office.run("restore", made, tmp_path / "里面" / "年报", fails=2)
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("外面*"))
    assert not (tmp_path / "里面" / "年报").exists()


@pytest.mark.parametrize("listed", [b"[]", b"{}", b"1", b'{"x": 1}', b"\xff", b'{"no such file": ""}'])
def test_a_zip_that_is_no_backup_is_refused(listed: bytes, office: County, tmp_path: Path) -> None:
    made = tmp_path / "别的.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("gouji-backup.json", listed)
    said = office.run("restore", made, tmp_path / "年报", fails=2)
    assert "请用 gouji backup 做的备份" in said
    assert said.count("\n") == 1


# ---------------------------------------------------------------- another place


def test_a_workspace_goes_on_wherever_it_is_carried(office: County, tmp_path: Path) -> None:
    carried = at(tmp_path / "D 盘" / "王芳 的 年报（二）", office)
    shutil.copytree(office.folder, carried.folder)
    assert state_of(carried) == state_of(office)
    before = state_of(carried)
    said = carried.run("collect")
    assert "新收 0 个" in said
    assert "核对了" not in said
    assert "已生成" not in carried.run("return")
    assert "没有需要重新生成的文件" in carried.run("issue")
    assert state_of(carried) == before
