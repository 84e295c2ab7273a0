"""Every writing command, killed while the ledger's journal is open: run again, it ends as if nothing had happened.

Sending and fetching are killed in ``mail/test_killed.py`` and ``mail/test_receiving.py``, with servers.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aftermath import ended, leftovers, started, state_of
from county import County, member

from gouji.collection.ledger.ledger import FILE
from gouji.collection.workspace.names import HOLDER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

KILLS = 10
"""For each command; more than a hundred in all."""
RIGHT, WRONG, ASKED, LATER, UNKNOWN = (member(number) for number in range(1, 6))
JOURNAL = f"{FILE}-journal"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office whose units have sent in what can be decided about in every way."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [RIGHT, WRONG, ASKED, LATER, UNKNOWN])
    office.reported_last_year([RIGHT, ASKED])
    office.run("issue")
    for unit in (RIGHT, WRONG, LATER):
        office.answers(unit)
    office.answers(WRONG, requests__new__natural=99999)
    office.answers(ASKED, disclosure__normative__made=777)
    (office.folder / "回收" / "无名.json").write_bytes(b'{"edition": "2021", "year": 2024}')
    return office


@pytest.fixture(scope="module")
def collected(sent: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    office = sent.copied(tmp_path_factory.mktemp("collected") / "年报")
    office.run("collect")
    office.run("accept", RIGHT.code, "-m", "就用这一份")
    return office


COMMANDS: dict[str, Callable[[County], tuple[object, ...]]] = {
    "collect": lambda office: ("collect",),
    "issue": lambda office: ("issue",),
    "return": lambda office: ("return",),
    "report": lambda office: ("report", "--all"),
    "publish": lambda office: ("publish", "--all"),
    "accept": lambda office: ("accept", LATER.code, "-m", "就用这一份"),
    "reject": lambda office: ("reject", LATER.code, "-m", "重新核实"),
    "assign": lambda office: ("assign", "无名.json", UNKNOWN.code, "-m", "电话问过"),
    "explain": lambda office: ("explain", ASKED.code, "stock", "机构合并，文件一并接收"),
    "waive": lambda office: ("waive", WRONG.code, "requests.balance:natural", "上级要求"),
    "undo": lambda office: ("undo", "1"),
}


def killed(process: Any, journal: Path, wait: float) -> bool:
    """Kill a command at a moment when the journal is open; return whether it was still running."""
    end = time.monotonic() + wait
    seen = False
    while process.poll() is None:
        if journal.exists():
            seen = True
            if time.monotonic() >= end:
                break
        elif not seen:
            end = time.monotonic() + wait
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_killed_inside_a_transaction_ends_as_an_uninterrupted_one(
    name: str, sent: County, collected: County, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    before = sent if name == "collect" else collected
    if name == "issue":
        before = collected.copied(tmp_path / "before" / "年报")
        before.enrol([*before.members, *(member(number) for number in range(50, 53))])
    whole = before.copied(tmp_path / "whole" / "年报")
    command = COMMANDS[name](before)
    status, output = ended(whole.folder, *command)
    assert status == 0, output
    expected = state_of(whole)
    random, inside = Random(name), 0
    for number in range(KILLS):
        office = before.copied(tmp_path / f"{number}" / "年报")
        process = started(office.folder, *command)
        if killed(process, office.folder / JOURNAL, random.random() * 0.02):
            inside += (office.folder / JOURNAL).exists()
            (office.folder / HOLDER).unlink(missing_ok=True)
            again = ended(office.folder, *command)[0]
            assert again == 0 or (name == "undo" and again == 2), "it says that the decision is undone already"
        assert state_of(office) == expected
        assert leftovers(office.folder) == []
        shutil.rmtree(tmp_path / f"{number}")
    record_property("kills inside a transaction", f"gouji {name}: {inside} of {KILLS}")
    assert inside
