"""What the officer decides at the desk is what the shown command decides, once, and can be undone."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from county import TODAY, TOWNS, County
from officer import Officer, at_the_desk

TWICE, ASKED, WRONG, SILENT = TOWNS[:4]
REASON = "电话问过，“属实” $x"
NEW = "requests.new.natural"


@pytest.fixture(scope="module")
def collected(issued: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """A town that sends two reports, one with a query, one with an error, a silent one; and a file of nobody."""
    county = issued.copied(tmp_path_factory.mktemp("deciding") / "year")
    county.reported_last_year(TOWNS)
    county.writes(TWICE)
    county.writes(ASKED, disclosure__normative__made=7)
    county.writes(WRONG, requests__new__natural=7)
    county.run("collect")
    county.writes(TWICE, name="又一份.xlsx", requests__new__natural=9)
    (county.folder / "回收" / "谁的.pdf").write_bytes(b"%PDF-1.4 nothing")
    county.run("collect")
    return county


@pytest.fixture
def county(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "desk" / "year")


@pytest.fixture
def officer(county: County) -> Iterator[Officer]:
    with at_the_desk(county.folder, TODAY) as officer:
        yield officer


def at(officer: Officer, address: str) -> Officer:
    return officer.open(f"/year/{next(iter(officer.desk.years))}/{address}")


def of(county: County, unit: Any, name: str) -> str:
    """Return the hash of a file that has come."""
    with county.ledger() as ledger:
        return next(one.sha256 for one in ledger.arrivals() if one.name == name)


def decided(county: County) -> list[tuple[object, ...]]:
    with county.ledger() as ledger:
        return [
            (one.id, one.kind, one.code, one.sha256, one.finding, one.fingerprint, one.target, one.reason)
            for one in ledger.decisions()
        ]


def shown_command(officer: Officer) -> list[str]:
    """Return the command that the page shows for what was just done."""
    (code,) = officer.page.xpath("//section[@class='done']//pre")
    program, *arguments = shlex.split(code.text_content())
    assert program == "gouji"
    return arguments


PAGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "accept": ("unit/{twice}", "do/accept?unit={twice}&file={again}", {}),
    "reject": ("unit/{twice}", "do/reject?unit={twice}&file={again}", {}),
    "remark": ("unit/{asked}", "do/remark?unit={asked}&cell=" + NEW, {"others": "三、依申请公开!E8\n予以公开 自然人"}),
    "not in force": ("unit/{asked}", "do/remark?unit={asked}&cell=" + NEW, {"keeps": "no"}),
    "explain": ("unit/{asked}", "do/explain?unit={asked}&rule=stock", {}),
    "waive": ("unit/{wrong}", "do/waive?unit={wrong}&rule=requests.balance", {}),
    "amend": ("unit/{wrong}", "do/amend?unit={wrong}&cell=" + NEW, {f"figure:{NEW}": "3"}),
    "extend": ("unit/{silent}", "do/extend?unit={silent}", {"until": "2026-02-20"}),
    "assign": ("decisions", "do/assign?file={nobody}", {"to": SILENT.code}),
    "dismiss": ("decisions", "do/dismiss?file={nobody}", {}),
}


@pytest.mark.parametrize("case", PAGES)
def test_the_shown_command_decides_the_same_and_undoing_takes_all_back(
    case: str, collected: County, county: County, officer: Officer, tmp_path: Path
) -> None:
    by_command = collected.copied(tmp_path / "command" / "year")
    names = {"twice": TWICE.code, "asked": ASKED.code, "wrong": WRONG.code, "silent": SILENT.code}
    names |= {"again": of(county, TWICE, "又一份.xlsx"), "nobody": of(county, None, "谁的.pdf")}
    before, standing = decided(county), county.states()
    there, address, typed = PAGES[case]
    at(officer, address.format(**names)).press(press_of(officer), reason=REASON, **typed)
    assert officer.answer.status_code == 200, officer.text
    by_command.run(*shown_command(officer))
    made = decided(county)
    assert made[: len(before)] == before
    assert len(made) > len(before)
    assert made == decided(by_command)
    assert county.states() == by_command.states()
    officer.follow("撤销").press("撤销")
    assert officer.answer.status_code == 200, officer.text
    assert county.states() == standing
    assert decided(county)[-1][1] == "undo"


def press_of(officer: Officer) -> str:
    """Return the words of the button that does it."""
    (button,) = officer.page.xpath("//main//button[@name='do']")
    return str(button.text_content())
