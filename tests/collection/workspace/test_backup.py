"""Backup and restore of a workspace, and a workspace that is moved."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest import mock

import pytest
from aftermath import ended, leftovers, started, state_of
from county import County, member
from sendings import send_many

from gouji.collection.workspace import backup as backups
from gouji.collection.workspace.restore import restore
from gouji.runtime.errors import GoujiError
from gouji.runtime.signatures import ZIP

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


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a command with its workers, unless it was faster."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


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
    kill(process)
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
    kill(process)
    process.wait()
    status, output = ended(office.folder, "backup", "-o", tmp_path / "二.zip")
    assert status == 0, output
    assert leftovers(tmp_path) == []
    assert leftovers(office.folder) == []


# ---------------------------------------------------------------- what a backup proves


KEY = "签发密钥.txt"


def kept_key(office: County, tmp_path: Path) -> Path:
    """Return the office's key as it is kept in another place."""
    return Path(shutil.copy(office.folder / KEY, tmp_path / "另外保管的密钥.txt"))


def rebuilt(backup: Path, target: Path, **changes: bytes | None) -> Path:
    """Write a backup again with other contents, and with a list of hashes that fits them."""
    with zipfile.ZipFile(backup) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    hashes = json.loads(parts["gouji-backup.json"])
    for name, data in changes.items():
        if data is None:
            del parts[name], hashes[name]
        else:
            parts[name], hashes[name] = data, hashlib.sha256(data).hexdigest()
    parts["gouji-backup.json"] = json.dumps(hashes, ensure_ascii=False).encode()
    with zipfile.ZipFile(target, "w") as after:
        for name, data in parts.items():
            after.writestr(name, data)
    return target


def test_the_seal_is_checked_with_a_key_that_was_kept_elsewhere(office: County, backup: Path, tmp_path: Path) -> None:
    output = office.run("restore", backup, tmp_path / "年报", "--key", kept_key(office, tmp_path))
    assert "封印核对过，是这把密钥的" in output
    assert "封印没有核对" not in output


def test_without_a_key_restore_says_that_the_seal_is_unchecked(office: County, backup: Path, tmp_path: Path) -> None:
    assert "封印没有核对" in office.run("restore", backup, tmp_path / "年报")


def test_a_backup_that_somebody_changed_does_not_fit_its_seal(office: County, backup: Path, tmp_path: Path) -> None:
    settings = (office.folder / "设置.toml").read_bytes() + b"\n"
    changed = rebuilt(backup, tmp_path / "改过的.zip", **{"设置.toml": settings})
    key = kept_key(office, tmp_path)
    output = office.run("restore", changed, tmp_path / "年报", "--key", key, fails=2)
    assert "的封印和 --key 的密钥对不上，没有恢复" in output
    assert not (tmp_path / "年报").exists()
    assert "封印没有核对" in office.run("restore", changed, tmp_path / "年报")


def test_another_key_does_not_fit_the_seal(office: County, backup: Path, tmp_path: Path) -> None:
    key = tmp_path / "密钥.txt"
    key.write_text("another key of the office")
    assert "对不上" in office.run("restore", backup, tmp_path / "年报", "--key", key, fails=2)


def without_seal(backup: Path, target: Path) -> Path:
    """Write a backup as programs of before wrote it."""
    with zipfile.ZipFile(backup) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            if name != "gouji-backup-seal.txt":
                after.writestr(name, before.read(name))
    return target


def test_a_backup_of_before_without_a_seal_is_restored(office: County, backup: Path, tmp_path: Path) -> None:
    old = without_seal(backup, tmp_path / "以前的.zip")
    assert "这份备份没有封印" in office.run("restore", old, tmp_path / "年报")
    assert state_of(moved_to(tmp_path / "年报", office)) == state_of(office)


def test_a_backup_without_a_seal_proves_nothing_to_a_key(office: County, backup: Path, tmp_path: Path) -> None:
    old, key = without_seal(backup, tmp_path / "以前的.zip"), kept_key(office, tmp_path)
    assert "没有封印" in office.run("restore", old, tmp_path / "年报", "--key", key, fails=2)
    assert not (tmp_path / "年报").exists()


@posix_only
def test_only_the_owner_can_read_a_backup(office: County, tmp_path: Path) -> None:
    (tmp_path / f".gouji-{office.folder.name}.zip.tmp").write_bytes(b"left by a killed one, and open to everybody")
    office.run("backup", "-o", tmp_path / "备份.zip")
    assert (tmp_path / "备份.zip").stat().st_mode & 0o777 == 0o600


def archived_file(office: County) -> Path:
    return next(path for path in sorted((office.folder / "归档").rglob("*")) if path.is_file())


def test_a_backup_says_which_archived_files_are_not_what_arrived(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    file = archived_file(mine)
    file.chmod(0o644)
    file.write_bytes(b"changed")
    for output in (
        mine.run("backup", "-o", tmp_path / "备份.zip"),
        mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来"),
    ):
        assert f"归档里有 1 个文件被改动过，和当初收到的不一样：归档/{file.parent.name}/{file.name}" in output


def test_a_backup_says_which_archived_files_are_lost(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    file = archived_file(mine)
    file.unlink()
    for output in (
        mine.run("backup", "-o", tmp_path / "备份.zip"),
        mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来"),
    ):
        assert f"归档里少了 1 个收到过的文件：归档/{file.parent.name}/{file.name}" in output


def test_a_backup_is_made_without_the_key_and_says_so(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    (mine.folder / KEY).unlink()
    said = mine.run("backup", "-o", tmp_path / "备份.zip")
    assert "没有签发密钥" in said
    assert "备份里有签发密钥" not in said
    output = mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来")
    assert "没有签发密钥" in output
    assert "没有封印" in output


def test_restore_says_that_the_folder_is_newer_than_the_backup(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    mine.run("backup", "-o", tmp_path / "备份.zip")
    assert "不比备份新" in mine.run("restore", tmp_path / "备份.zip", mine.folder, fails=2)
    late = datetime.datetime(2099, 1, 1, 9, 30).astimezone().isoformat()
    with mock.patch("gouji.collection.review.decisions.now", return_value=late):
        mine.run("reject", mine.members[1].code, "-m", "没有盖章")
    output = mine.run("restore", tmp_path / "备份.zip", mine.folder, fails=2)
    assert "它的台账最后的变动是 2099-01-01 09:30" in output
    assert "比备份新，恢复会丢掉后来做的。请恢复到一个新的文件夹。" in output


def test_launchers_are_written_anew(office: County, backup: Path, tmp_path: Path) -> None:
    foreign = rebuilt(backup, tmp_path / "别人的.zip", **{"双击开始.bat": b"x", "双击开始.COMMAND": b"x"})
    office.run("restore", foreign, tmp_path / "年报")
    assert b"gouji desk" in (tmp_path / "年报" / "双击开始.bat").read_bytes()
    assert b"gouji desk" in (tmp_path / "年报" / "双击开始.command").read_bytes()
    assert not (tmp_path / "年报" / "双击开始.COMMAND").exists()
    # The one for desktops names the folder's own place.
    assert str(tmp_path / "年报") in (tmp_path / "年报" / "双击开始.desktop").read_text("utf-8")


ODD_NAMES = {
    "GBK": "清溪镇.json".encode("gbk"),
    "no text": b"\xff\xfe.json",
    "backslashes": b"a\\b\\c.json",
    "two alike": "清溪镇.json".encode(),
}


@posix_only
def test_files_whose_names_are_not_utf_8_come_back_under_their_names(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    for content, name in ODD_NAMES.items():
        (mine.folder / "回收" / os.fsdecode(name)).write_text(content)
    mine.run("collect")
    mine.run("backup", "-o", tmp_path / "备份.zip")
    mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来", "--key", mine.folder / KEY)
    for content, name in ODD_NAMES.items():
        assert (tmp_path / "回来" / "回收" / os.fsdecode(name)).read_text() == content
    assert state_of(moved_to(tmp_path / "回来", mine)) == state_of(mine)
    with zipfile.ZipFile(tmp_path / "备份.zip") as parts:
        names = [name for name in parts.namelist() if name.startswith("回收/")]
    assert len(names) == len({*names}) == sum(path.is_file() for path in (mine.folder / "回收").rglob("*"))
    assert "回收/清溪镇.json" in names


def test_a_backup_that_swells_is_refused(office: County, tmp_path: Path) -> None:
    made = tmp_path / "别人的.zip"
    blank = bytes(2**20)
    names = [f"回收/{number}.xlsx" for number in range(200)]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in names:
            parts.writestr(name, blank)
        parts.writestr("gouji-backup.json", json.dumps(dict.fromkeys(names, hashlib.sha256(blank).hexdigest())))
    assert "里面大得不正常，没有恢复" in office.run("restore", made, tmp_path / "年报", fails=2)
    assert [path.name for path in tmp_path.iterdir()] == ["别人的.zip"]


def test_a_backup_of_too_many_files_is_refused(office: County, backup: Path, tmp_path: Path) -> None:
    with mock.patch("gouji.collection.workspace.restore.MOST_FILES", 3):
        assert "大得不正常" in office.run("restore", backup, tmp_path / "年报", fails=2)


def test_a_file_that_packs_well_does_not_make_the_backup_too_large(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    (mine.folder / "回收" / "空白.txt").write_bytes(bytes(2**20))
    mine.run("backup", "-o", tmp_path / "备份.zip")
    with mock.patch("gouji.collection.workspace.restore._ALWAYS_ALLOWED", 0):
        mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来")
    assert (tmp_path / "回来" / "回收" / "空白.txt").stat().st_size == 2**20


@pytest.mark.parametrize("start, packing", [(b"", zipfile.ZIP_DEFLATED), (ZIP, zipfile.ZIP_STORED)])
def test_a_file_larger_than_a_piece_comes_back_byte_by_byte(
    start: bytes, packing: int, office: County, tmp_path: Path
) -> None:
    mine = office.copied(tmp_path / "年报")
    large = start + random.Random(1).randbytes(2**21).hex().encode()[: 2**21 + 7]
    (mine.folder / "回收" / "附件.bin").write_bytes(large)
    mine.run("backup", "-o", tmp_path / "备份.zip")
    with zipfile.ZipFile(tmp_path / "备份.zip") as packed:
        assert packed.getinfo("回收/附件.bin").compress_type == packing
        assert packed.read("回收/附件.bin") == large
    mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来")
    assert (tmp_path / "回来" / "回收" / "附件.bin").read_bytes() == large


@pytest.mark.parametrize("change", [2**20 + 1, -(2**20) - 1, -(2**21)], ids=["grows", "shrinks", "is emptied"])
def test_a_file_that_changes_while_it_is_packed_is_packed_as_it_was_read(
    change: int, office: County, tmp_path: Path
) -> None:
    """What packs the file reads it a second time; its hash and its length are those of what was packed."""
    mine = office.copied(tmp_path / "年报")
    large = random.Random(1).randbytes(2**20).hex().encode()
    path = mine.folder / "回收" / "附件.bin"
    path.write_bytes(large)
    after = (large * 2)[: len(large) + change]
    really = backups._method

    def method(pieces: Iterable[bytes]) -> int:
        read = list(pieces)
        if b"".join(read) == large:
            path.write_bytes(after)
        return really(read)

    with mock.patch.object(backups, "_method", method):
        backups.back_up(mine.workspace, tmp_path / "备份.zip")
    mine.run("restore", tmp_path / "备份.zip", tmp_path / "回来")
    assert (tmp_path / "回来" / "回收" / "附件.bin").read_bytes() == after


def test_a_part_that_stands_twice_is_refused(office: County, backup: Path, tmp_path: Path) -> None:
    twice = Path(shutil.copy(backup, tmp_path / "两份.zip"))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as parts:
        parts.writestr("设置.toml", b"x")
    assert "不是完整的备份文件" in office.run("restore", twice, tmp_path / "年报", fails=2)


@posix_only
def test_a_folder_that_is_a_link_is_named(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    elsewhere = tmp_path / "共享" / "东关"
    elsewhere.mkdir(parents=True)
    (elsewhere / "年报.json").write_text("{}")
    (mine.folder / "回收" / "东关").symlink_to(elsewhere, target_is_directory=True)
    output = mine.run("collect", fails=2)
    assert "东关：这个文件夹是指向别处的链接，里面的文件没有收。" in output
    output = mine.run("backup", "-o", tmp_path / "备份.zip")
    assert "这些文件夹是指向别处的链接，里面的文件没有备份：回收/东关" in output


def test_an_older_ledger_that_was_put_back_is_noticed(office: County, tmp_path: Path) -> None:
    mine = office.copied(tmp_path / "年报")
    older = (mine.folder / "台账.sqlite").read_bytes()
    sent = mine.answers(mine.members[2], seed=7, name="后来的.xlsx")
    mine.run("collect")
    sent.unlink()  # the officer tidies the folder
    assert "台账里没有" not in mine.run("status")
    late = state_of(mine)["ledger"]["returns"]
    (mine.folder / "台账.sqlite").write_bytes(older)
    for command in ("status", "collect"):
        assert "归档：有 1 个收到过的文件，台账里没有" in mine.run(command)
    assert "新收 1 个" in mine.run("collect", mine.folder / "归档")
    assert "台账里没有" not in mine.run("status")
    assert state_of(mine)["ledger"]["returns"] == late


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
