"""``gouji verify``: what is not as it was received or written is noticed, addressed, and can be mended."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import county as world
import pytest
from county import TOWNS, County

FIRST, SECOND = TOWNS[:2]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be settled at once, so that ``collect`` passes over those that it has read."""
    monkeypatch.setattr("gouji.collection.workspace.file_states._COARSEST", 0)


@pytest.fixture
def office(county: County) -> County:
    """Return an office that has collected a form, and another one out of a mail."""
    county.answers(FIRST, name="第一份.xlsx")
    inside = county.answers(SECOND, name="第二份.xlsx")
    mail = world.mail(SECOND.emails[0], [inside])
    (county.folder / "回收" / "来信.eml").write_bytes(mail)
    inside.unlink()
    county.run("collect")
    return county


def archived(office: County, name: str) -> Path:
    """Return the archived copy of a file that arrived under a name."""
    with office.workspace.ledger() as ledger:
        (sha256,) = (sha256 for sha256, called in ledger.file_names().items() if called == name)
    return office.workspace.archive.path(sha256, name)


def rot(path: Path) -> None:
    """Change a byte; the size and the time of the file stay."""
    times = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    path.chmod(0o444)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def remove(path: Path) -> None:
    path.unlink()


def verified(office: County, *, whole: bool) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(office.run("verify", "--json", fails=0 if whole else 1))
    assert document["whole"] is whole
    return document


def test_a_whole_workspace_passes(office: County) -> None:
    assert "归档和收到时一样，台账完好。" in office.run("verify")
    assert verified(office, whole=True)["files"] == 3


@pytest.mark.parametrize("harm", [rot, cut, remove])
def test_a_harmed_file_is_named_and_mended_from_the_original(office: County, harm: Callable[[Path], None]) -> None:
    path = archived(office, "第一份.xlsx")
    before = path.read_bytes()
    harm(path)
    (problem,) = verified(office, whole=False)["problems"]
    assert problem["kind"] == ("missing" if harm is remove else "changed")
    assert (problem["unit"], problem["source"]) == (FIRST.code, "回收/第一份.xlsx")
    output = office.run("verify", fails=1)
    assert f"{FIRST.name}的“回收/第一份.xlsx”在归档里的文件" in output
    assert "“回收/第一份.xlsx”还是好的：把“回收”再收一遍（gouji collect），归档就补上了。" in output
    assert "新收 0 个" in office.run("collect")
    assert path.read_bytes() == before
    verified(office, whole=True)


@pytest.mark.parametrize("harm", [rot, remove])
def test_what_was_in_a_mail_is_mended_from_the_archived_mail(office: County, harm: Callable[[Path], None]) -> None:
    path = archived(office, "第二份.xlsx")
    harm(path)
    (office.folder / "回收" / "来信.eml").unlink()
    (problem,) = verified(office, whole=False)["problems"]
    assert problem["unit"] == SECOND.code
    assert problem["mended_from"].startswith("归档/")
    office.run("collect")
    verified(office, whole=True)


def test_what_was_collected_from_another_folder_is_mended_from_there(office: County) -> None:
    elsewhere = office.folder / "别处" / "第三份.xlsx"
    elsewhere.parent.mkdir()
    office.answers(TOWNS[2], name="第三份.xlsx").rename(elsewhere)
    office.run("collect", elsewhere.parent)
    rot(archived(office, "第三份.xlsx"))
    (problem,) = verified(office, whole=False)["problems"]
    assert problem["mended_from"] == "别处/第三份.xlsx"
    assert "把它再收一遍（gouji collect 后面写上这个文件）" in problem["message"]
    office.run("collect", elsewhere)
    verified(office, whole=True)


def test_what_is_there_and_cannot_be_read_is_not_called_gone(office: County) -> None:
    for path in (archived(office, "第一份.xlsx"), office.form(FIRST)):
        path.unlink()
        path.mkdir()
    document = verified(office, whole=False)
    (problem,), (note,) = document["problems"], document["notes"]
    assert "在归档里的文件读不出来（" in problem["message"]
    assert f"“下发/{office.form(FIRST).name}”读不出来。" in note["message"]
    assert {problem["kind"], note["kind"]} == {"unreadable"}


def test_a_backup_that_has_the_file_whole_is_named(office: County) -> None:
    office.run("backup")
    (backup,) = office.folder.parent.glob("*_备份_*.zip")
    path = archived(office, "第一份.xlsx")
    rot(path)
    (office.folder / "回收" / "第一份.xlsx").unlink()
    (problem,) = verified(office, whole=False)["problems"]
    assert problem["backup"] == backup.name
    assert f"取出“{problem['path']}”，放回工作文件夹里同样的位置" in problem["message"]
    path.chmod(0o644)
    with zipfile.ZipFile(backup) as packed:
        path.write_bytes(packed.read(problem["path"]))
    verified(office, whole=True)


def test_a_backup_whose_copy_is_broken_too_is_not_named(office: County) -> None:
    rot(archived(office, "第一份.xlsx"))
    office.run("backup")
    (office.folder / "回收" / "第一份.xlsx").unlink()
    (problem,) = verified(office, whole=False)["problems"]
    assert problem["backup"] == problem["mended_from"] == ""
    assert "请单位重新报送" in problem["message"]


def test_it_says_under_which_name_it_looked_for_backups(office: County) -> None:
    office.run("backup", "-o", str(office.folder.parent / "备份.zip"))
    archived(office, "第一份.xlsx").unlink()
    (office.folder / "回收" / "第一份.xlsx").unlink()
    (problem,) = verified(office, whole=False)["problems"]
    assert f"旁边的备份（“{office.folder.name}_备份_….zip”）里也没有好的" in problem["message"]
    assert "从别的备份（改了名称的、存在别处的）里取出来，放回同样的位置" in problem["message"]


def test_the_collect_after_a_backup_mends_what_the_backup_noticed(office: County) -> None:
    rot(archived(office, "第一份.xlsx"))
    assert "归档里有 1 个文件被改动过" in office.run("backup")
    office.run("collect")
    verified(office, whole=True)


def test_a_written_file_that_somebody_changed_is_a_note(office: County) -> None:
    first, second = sorted((office.folder / "下发").glob("*.xlsx"))[:2]
    first.write_bytes(b"changed")
    second.unlink()
    notes = verified(office, whole=True)["notes"]
    assert [(note["kind"], Path(note["path"]).name) for note in notes] == [
        ("product_changed", first.name),
        ("product_missing", second.name),
    ]
    assert "有意改过的不用管" in office.run("verify")


def test_a_damaged_ledger_is_noticed(office: County) -> None:
    with sqlite3.connect(office.folder / "台账.sqlite") as db:
        db.execute("UPDATE returns SET report = x'00' WHERE code = ?", (FIRST.code,))
    (problem,) = verified(office, whole=False)["problems"]
    assert problem["message"] == "台账“台账.sqlite”已经损坏。请用 gouji restore 从备份恢复。"


def test_a_lost_key_and_an_archived_file_that_the_ledger_does_not_know_are_noticed(office: County) -> None:
    (office.folder / "签发密钥.txt").unlink()
    stranger = office.folder / "归档" / "00" / ("0" * 64 + ".xlsx")
    stranger.parent.mkdir(exist_ok=True)
    shutil.copy(office.folder / "名册.xlsx", stranger)
    assert [problem["kind"] for problem in verified(office, whole=False)["problems"]] == ["key", "unknown"]
