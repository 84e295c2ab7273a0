"""A second ``collect`` opens only the files that may have changed, and notices every one that was replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import county as world
import msgspec
import pytest
from county import TOWNS, County

from gouji.collection.intake import matching, receiving
from gouji.collection.intake.tasks import examiner_of
from gouji.collection.workspace import file_states, roster
from gouji.findings.rules import RULES
from gouji.report.amendments import AMENDED

FIRST, SECOND, THIRD = TOWNS[:3]
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows does not say when a file was changed")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that ``collect`` opens to receive them; they are settled at once."""
    names: list[str] = []
    open_file = receiving.open_file
    monkeypatch.setattr(receiving, "open_file", lambda path: names.append(path.name) or open_file(path))
    monkeypatch.setattr(file_states, "_COARSEST", 0)
    return names


@pytest.fixture
def office(county: County, opened: list[str]) -> County:
    """Return an office that has collected a form, a mail with a form, and a file that is none."""
    county.answers(FIRST, name="一.xlsx")
    inside = county.answers(SECOND, name="二.xlsx")
    (county.folder / "回收" / "来信.eml").write_bytes(world.mail(SECOND.emails[0], [inside]))
    inside.unlink()
    (county.folder / "回收" / "其他.txt").write_bytes(b"nothing")
    county.run("collect")
    assert sorted(opened) == sorted(["一.xlsx", "来信.eml", "其他.txt"])
    opened.clear()
    return county


def test_nothing_is_opened_where_nothing_has_changed(office: County, opened: list[str]) -> None:
    output = office.run("collect")
    assert "看到 3 个文件，新收 0 个，收过的 3 个。" in output
    assert opened == []


def test_only_what_is_new_is_opened(office: County, opened: list[str]) -> None:
    office.answers(THIRD, name="三.xlsx")
    office.run("collect")
    assert opened == ["三.xlsx"]


def test_a_file_that_the_officer_names_is_opened(office: County, opened: list[str]) -> None:
    office.run("collect", office.folder / "回收" / "一.xlsx")
    assert opened == ["一.xlsx"]


def test_a_young_file_is_opened_again(office: County, opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_states, "_COARSEST", 3600 * 10**9)
    office.run("collect")
    assert len(opened) == 3


def test_a_file_from_the_future_is_opened_each_time(office: County, opened: list[str]) -> None:
    path = office.folder / "回收" / "一.xlsx"
    ahead = path.stat().st_mtime_ns + 3600 * 10**9
    os.utime(path, ns=(ahead, ahead))
    office.run("collect")
    office.run("collect")
    assert opened == ["一.xlsx", "一.xlsx"]


def _other(path: Path) -> bytes:
    """Return another content of the same length."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    return bytes(data)


def _in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _by_another(path: Path, data: bytes) -> None:
    aside = path.with_name("新的")
    aside.write_bytes(data)
    aside.replace(path)


@posix_only
@pytest.mark.parametrize("replace", [_in_place, _by_another])
def test_a_file_that_was_replaced_with_its_length_and_time_kept_is_noticed(
    replace: Callable[[Path, bytes], None], office: County, opened: list[str]
) -> None:
    path = office.folder / "回收" / "一.xlsx"
    before = path.stat()
    replace(path, _other(path))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert "新收 1 个" in office.run("collect")
    assert opened == ["一.xlsx"]


def test_times_of_whole_seconds_prove_nothing_without_a_time_of_change(
    office: County, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_states, "_HAS_CHANGE_TIME", False)
    path = office.folder / "回收" / "一.xlsx"
    coarse = path.stat().st_mtime_ns // 10**9 * 10**9
    os.utime(path, ns=(coarse, coarse))
    office.run("collect")
    office.run("collect")
    assert opened == ["一.xlsx", "一.xlsx"]


def test_the_original_of_a_file_that_the_archive_has_lost_is_opened(office: County, opened: list[str]) -> None:
    with office.workspace.ledger() as ledger:
        names = ledger.file_names()
    paths = [office.workspace.archive.path(*one) for one in names.items() if one[1] in ("一.xlsx", "二.xlsx")]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    office.run("collect")
    assert sorted(opened) == sorted(["一.xlsx", "来信.eml"]), "the second one was in the mail"
    assert [path.read_bytes() for path in paths] == before


def test_a_new_file_is_hashed_once_when_it_is_received(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    size = county.answers(FIRST, name="一.xlsx").stat().st_size
    hashed: list[int] = []
    sha256 = hashlib.sha256
    monkeypatch.setattr(hashlib, "sha256", lambda data=b"": hashed.append(len(data)) or sha256(data))
    county.run("collect")
    assert hashed.count(size) == 1, "workers are processes of their own: they check what the archive gives them"


def test_the_roster_is_read_once_as_long_as_it_is_the_same(office: County, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    listing = roster.read_listing
    monkeypatch.setattr(roster, "read_listing", lambda *given: read.append("read") or listing(*given))
    office.run("collect")
    office.run("status")
    assert read == []
    office.enrol(TOWNS[1:])
    assert FIRST.code not in office.states()
    assert read == ["read"]


def test_a_change_of_the_roster_and_back_has_everything_examined_again(office: County) -> None:
    assert "核对了" not in office.run("collect")
    office.enrol([world.member(number, contact="王芳") for number in range(1, 6)])
    assert "核对了 2 个" in office.run("collect")
    assert "核对了" not in office.run("collect")
    office.enrol(TOWNS)
    assert "核对了 2 个" in office.run("collect")


def test_a_decision_has_the_file_examined_again(office: County) -> None:
    office.run("assign", "一.xlsx", THIRD.code, "-m", "是第三镇的")
    assert office.state(FIRST) == "missing"
    assert "核对了" not in office.run("collect")


def test_every_rule_is_among_what_an_examination_depends_on(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    before = examiner_of(county.workspace).matching.circumstances
    for rule in (AMENDED, "round.year"):
        with monkeypatch.context() as patched:
            patched.setattr(matching, "RULES", {**RULES, rule: msgspec.structs.replace(RULES[rule], finds="")})
            assert examiner_of(county.workspace).matching.circumstances != before
