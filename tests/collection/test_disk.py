"""Full or read-only disks and files that are open, missing or damaged: reported, and everything else is done."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import disks
import pytest
from aftermath import ended, leftovers, state_of
from county import County, member
from disks import filled
from pace import slow
from sendings import send_many

from gouji.collection.intake import collect as collecting
from gouji.collection.intake.sources import SourcesIn
from gouji.collection.ledger.ledger import FILE
from gouji.collection.outgoing.issue import issue
from gouji.collection.workspace.workers import Executor
from gouji.runtime.errors import GoujiError
from gouji.runtime.workers import Failure

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="file modes of POSIX")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has received 20 files."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [member(number) for number in range(1, 4)])
    office.run("issue")
    send_many(office, 20, workbooks=3)
    return office


@pytest.fixture(scope="module")
def collected(full: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """The same office after ``gouji collect``."""
    office = full.copied(tmp_path_factory.mktemp("collected") / "年报")
    office.run("collect")
    return office


def is_told(output: str) -> bool:
    """Tell whether a command has printed only sentences for an officer."""
    assert "Traceback" not in output
    assert "Error" not in output
    assert all(any("\u4e00" <= character <= "\u9fff" for character in line) for line in output.splitlines())
    return True


# ---------------------------------------------------------------- full disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disks.small_disk(tmp_path / "小盘") as disk:
        yield disk


@pytest.mark.parametrize("free", [0, 32, 150, *(slow(free) for free in (4, 8, 16, 100, 200, 300, 400))])
def test_collect_reports_a_full_disk_and_continues_when_there_is_space(
    free: int, full: County, collected: County, small_disk: Path
) -> None:
    office = full.copied(small_disk / "年报")
    with filled(small_disk, free * 1024):
        output = office.run("collect", fails=2)
        assert is_told(output)
        assert "磁盘满了" in output
        assert office.run("status")
    assert leftovers(office.folder) == []
    office.run("collect")
    assert state_of(office) == state_of(collected)


@pytest.mark.parametrize("free", [0, 60, slow(8), slow(150)])
def test_issue_reports_a_full_disk_and_writes_the_forms_when_there_is_space(
    free: int, full: County, small_disk: Path
) -> None:
    office = full.copied(small_disk / "年报")
    office.enrol([*office.members, *(member(number) for number in range(50, 53))])
    with filled(small_disk, free * 1024):
        output = office.run("issue", fails=2)
        assert is_told(output)
        assert "磁盘满了" in output
    assert leftovers(office.folder) == []
    office.run("issue")
    assert len(list((office.folder / "下发").iterdir())) == 8
    assert "没有需要重新生成的文件" in office.run("issue")


def test_backup_and_restore_leave_nothing_behind_on_a_full_disk(
    collected: County, small_disk: Path, tmp_path: Path
) -> None:
    collected.run("backup", "-o", tmp_path / "好的.zip")
    with filled(small_disk, 100 * 1024):
        output = collected.run("backup", "-o", small_disk / "备份.zip", fails=2)
        assert "备份.zip”：磁盘满了" in output
        output = collected.run("restore", tmp_path / "好的.zip", small_disk / "年报", fails=2)
        assert "磁盘满了" in output
        assert [path.name for path in small_disk.iterdir()] == ["占地方"]


# ---------------------------------------------------------------- files that are open, missing or unreadable


def powerless() -> tuple[str, ...]:
    """Return the prefix that makes file modes apply to a command even when root runs it."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root may read everything here")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@posix_only
def test_an_unreadable_file_does_not_stop_the_others(full: County, collected: County, tmp_path: Path) -> None:
    office = full.copied(tmp_path / "年报")
    closed = office.folder / "回收" / "一批" / "关着.xlsx"
    closed.write_bytes(b"PK")
    closed.chmod(0)
    status, output = ended(office.folder, "collect", prefix=powerless())
    assert status == 2
    assert is_told(output)
    assert "回收/一批/关着.xlsx：文件读不出来：没有权限。请检查文件和磁盘后再试。\n" in output
    closed.unlink()
    assert state_of(office) == state_of(collected)


@posix_only
@pytest.mark.parametrize(
    "commands",
    [(("collect",), ("issue",)), slow((("return",), ("report", "--all")))],
    ids=["collect and issue", "return and report"],
)
def test_a_read_only_workspace_is_reported_and_can_still_be_viewed(
    commands: tuple[tuple[str, ...], ...], collected: County, tmp_path: Path
) -> None:
    office = collected.copied(tmp_path / "年报")
    (office.folder / "回收" / "新.json").write_text("{}")
    before = state_of(office)
    folders = [office.folder, *(path for path in office.folder.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    for path in office.folder.iterdir():
        if path.is_file():
            path.chmod(0o444)
    try:
        for command in commands:
            status, output = ended(office.folder, *command, prefix=powerless())
            assert status == 2
            assert is_told(output)
            assert output.startswith("gouji：")
            assert output.count("\n") == 1
        status, output = ended(office.folder, "status", prefix=powerless())
        assert status == 0, output
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert state_of(office) == before


def test_a_file_that_vanishes_before_it_is_read_does_not_stop_the_others(
    full: County, collected: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = full.copied(tmp_path / "年报")
    ghost, opened = office.folder / "回收" / "没了.xlsx", office.folder / "回收" / "开着.xlsx"
    opened.with_name("~$开着.xlsx").write_bytes(b"x")
    really = collecting.sources_in
    ghosts = SourcesIn(str(ghost.parent), [ghost.name, opened.name], "回收/")
    monkeypatch.setattr(collecting, "sources_in", lambda *given: [ghosts, *really(*given)])
    output = office.run("collect", fails=2)
    assert is_told(output)
    assert "回收/没了.xlsx：找不到" in output
    assert "回收/开着.xlsx：文件正在 Excel 或者 WPS 里打开，没有收。请关闭以后再收一遍。" in output
    assert state_of(office) == state_of(collected)


def test_a_file_name_that_is_not_utf8_and_an_impossible_time_are_accepted(full: County, tmp_path: Path) -> None:
    office = full.copied(tmp_path / "年报")
    strange = os.fsencode(office.folder / "回收") + b"/" + "乱码".encode("gbk") + b".json"
    try:
        with open(strange, "wb") as stream:  # noqa: PTH123
            stream.write(b"{}")
        os.utime(strange, (2**38, 2**38))
    except OSError:
        pytest.skip("the disk takes no such name or time")
    office.run("collect")
    (unknown,) = [file for file in office.status()["unknown"] if "乱码" in file["source"]]
    assert unknown["source"] == "回收/乱码.json"


def here(function: Any, items: Sequence[Any]) -> Generator[Any]:
    """An executor that works in this process."""
    for item in items:
        try:
            yield function(item)
        except GoujiError as error:
            yield Failure("raised", error)


def test_a_form_that_is_open_in_a_program_does_not_stop_the_others(
    full: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = full.copied(tmp_path / "年报")
    office.enrol([*office.members, member(50), member(51)])
    really = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if "第50镇" in target.name:
            raise PermissionError(13, "open elsewhere")
        return really(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    issued = issue(office.workspace, today=datetime.date.today(), executor=here)
    ((path, why),) = issued.made.problems
    assert "第50镇" in path
    assert "文件正在 Excel、Word、WPS 里打开" in why
    assert any("第51镇" in order.path for order in issued.made.written)
    assert leftovers(office.folder) == []
    monkeypatch.undo()
    assert "已生成文件 1 个" in office.run("issue")


def failing(kind: Any, done: int) -> Executor:
    """Return an executor that does so many items and fails at the rest."""

    def work(function: Any, items: Sequence[Any]) -> Generator[Any]:
        yield from here(function, items[:done])
        yield from (Failure(kind) for _ in items[done:])

    return work


@pytest.mark.parametrize("kind", ["crashed", "slow", "large"])
def test_a_form_that_a_worker_failed_to_write_is_reported_and_written_by_the_next_run(
    kind: str, full: County, tmp_path: Path
) -> None:
    office = full.copied(tmp_path / "年报")
    office.enrol([*office.members, member(50), member(51)])
    issued = issue(office.workspace, today=datetime.date.today(), executor=failing(kind, 1))
    assert len(issued.made.written) == 1
    whys = {why for _, why in issued.made.problems}
    assert len(whys) == 1
    assert "没有生成。" in whys.pop()
    issued = issue(office.workspace, today=datetime.date.today(), executor=here)
    assert issued.made.problems == []
    assert "没有需要重新生成的文件" in office.run("issue")


def test_a_file_that_took_too_long_is_tried_again_by_the_next_run(
    full: County, collected: County, tmp_path: Path
) -> None:
    """A disk that hangs for a minute is not the fault of the units whose files were being read."""
    office = full.copied(tmp_path / "年报")
    done = collecting.collect(office.workspace, executor=failing("slow", 2))
    assert all("超过 30 秒" in problem.message for problem in done.problems)
    assert state_of(office) != state_of(collected)
    office.run("collect")
    assert state_of(office) == state_of(collected)


def test_a_form_that_cannot_be_removed_is_reported_and_removed_by_the_next_run(
    full: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = full.copied(tmp_path / "年报")
    form = office.form(office.members[0])
    office.enrol(office.members[1:])
    really = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == form:
            raise PermissionError(13, "open elsewhere")
        really(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    output = office.run("issue", fails=2)
    assert f"下发/{form.name}：不再需要，但是删不掉：没有权限。请关闭打开它的程序。" in output
    monkeypatch.undo()
    assert f"已删去不再需要的：下发/{form.name}" in office.run("issue")
    assert not form.exists()


# ---------------------------------------------------------------- the archive


def _lose(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def _change(path: Path) -> None:
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if data else b"x")


@pytest.mark.parametrize("harm", [_lose, _cut, _change])
def test_a_lost_file_of_the_archive_is_reported_as_ours_and_repaired_from_the_original(
    harm: Any, collected: County, tmp_path: Path
) -> None:
    office = collected.copied(tmp_path / "年报")
    before = state_of(office)
    originals = (office.folder / "回收").rename(tmp_path / "回收")
    (office.folder / "回收").mkdir()
    kept = [path for path in (office.folder / "归档").rglob("*") if path.is_file()]
    for path in kept:
        harm(path)
    # The roster changes, so everything has to be checked again.
    names = office.members
    office.enrol([member(number, contact="王芳") for number in range(1, 4)])
    output = office.run("collect", fails=2)
    assert is_told(output)
    assert "归档里的文件不见了" in output or "归档里的文件被改动过" in output
    assert office.status()["counts"] == before["status"]["counts"]
    office.enrol(names)
    shutil.rmtree(office.folder / "回收")
    originals.rename(office.folder / "回收")
    office.run("collect")
    after = state_of(office)
    assert after["files"]["归档"] == before["files"]["归档"]
    assert after["ledger"]["returns"] == before["ledger"]["returns"]
    assert after["ledger"]["arrivals"] == before["ledger"]["arrivals"]


@posix_only
def test_archived_files_are_read_only(collected: County) -> None:
    assert not any(writable for _, writable in state_of(collected)["files"]["归档"].values())


def test_a_copy_of_a_zip_brings_nothing_back(full: County, tmp_path: Path) -> None:
    office = full.copied(tmp_path / "年报")
    shutil.rmtree(office.folder / "回收")
    (office.folder / "回收").mkdir()
    right = office.answers(office.members[0], 1)
    zip_file = office.folder / "回收" / "甲.zip"
    with zipfile.ZipFile(zip_file, "w") as archive:
        archive.write(right, "年报.xlsx")
    right.unlink()
    office.run("collect")
    office.answers(office.members[0], 2, "第二份.xlsx")
    office.run("collect")
    shutil.copy(zip_file, zip_file.with_name("再发.zip"))
    office.run("collect")
    (unit,) = [unit for unit in office.status()["units"] if unit["code"] == office.members[0].code]
    assert [(submission["source"], submission["role"]) for submission in unit["returns"]] == [
        ("回收/甲.zip/年报.xlsx", "displaced"),
        ("回收/第二份.xlsx", "stands"),
    ]


# ---------------------------------------------------------------- the ledger


def _newer(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def _overwritten(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (size - 4096))


def _record_damaged(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE returns SET noted = x'00112233', report = x'00112233'")
        db.commit()


@pytest.mark.parametrize(
    "harm, sentence",
    [
        (_lose, "找不到台账“"),
        (lambda path: path.write_bytes(b""), "不是完整的台账。请从备份恢复。"),
        (
            lambda path: path.write_bytes(b"no database" * 1000),
            "已经损坏，不是台账文件。请用 gouji restore 从备份恢复。",
        ),
        (_overwritten, "已经损坏。请用 gouji restore 从备份恢复。"),
        (_record_damaged, "已经损坏。请用 gouji restore 从备份恢复。"),
        (_newer, "台账是更新版本的程序建立的。请升级 gouji。"),
    ],
    ids=["missing", "empty", "not a database", "overwritten", "a damaged record", "of a newer program"],
)
@pytest.mark.parametrize("command", [("status",), ("return",), ("report", "--all")], ids=["status", "return", "report"])
def test_a_ledger_that_cannot_be_used_is_reported_in_one_sentence(
    command: tuple[str, ...], harm: Any, sentence: str, collected: County, tmp_path: Path
) -> None:
    office = collected.copied(tmp_path / "年报")
    harm(office.folder / FILE)
    output = office.run(*command, fails=2)
    assert sentence in output
    assert output.startswith("gouji：")
    assert output.count("\n") == 1
