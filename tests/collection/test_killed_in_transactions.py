"""Every writing command, killed before a statement by which it writes: run again, it ends as if nothing had happened.

Sending and fetching are killed in ``mail/test_killed.py`` and ``mail/test_receiving.py``, with servers.
"""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from aftermath import ended, leftovers, started, state_of
from county import County, member
from pace import HANG

from gouji.collection.ledger.ledger import FILE
from gouji.collection.workspace.names import HOLDER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

KILLS = 10
"""For each command, as far as it writes so often."""
RIGHT, WRONG, ASKED, LATER, UNKNOWN = (member(number) for number in range(1, 6))
JOURNAL = f"{FILE}-journal"
DIES = Path(__file__).parents[1] / "support" / "dies_writing.py"


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


def written(office: County, number: int, *command: object) -> tuple[int, int]:
    """Run a command that dies before a writing statement; return its exit status and how many it had, if it lived."""
    counted = office.folder.parent / "statements"
    process = started(office.folder, *command, program=(str(DIES), str(number), str(counted)))
    return process.wait(HANG), int(counted.read_text()) if counted.exists() else 0


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
    status, statements = written(whole, 0, *command)
    assert status == 0
    expected = state_of(whole)
    # The last statement of all ends a transaction, in which something has been written.
    moments = [*Random(name).sample(range(1, statements), min(KILLS, statements) - 1), statements]
    inside = 0
    for number in moments:
        office = before.copied(tmp_path / f"{number}" / "年报")
        assert written(office, number, *command) == (-signal.SIGKILL, 0)
        inside += (office.folder / JOURNAL).exists()
        (office.folder / HOLDER).unlink(missing_ok=True)
        again = ended(office.folder, *command)[0]
        assert again == 0 or (name == "undo" and again == 2), "it says that the decision is undone already"
        assert state_of(office) == expected
        assert leftovers(office.folder) == []
        shutil.rmtree(tmp_path / f"{number}")
    record_property("kills inside a transaction", f"gouji {name}: {inside} of {len(moments)}")
    assert inside
