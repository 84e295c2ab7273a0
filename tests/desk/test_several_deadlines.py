"""Another deadline for several units, in one form."""

from __future__ import annotations

from pathlib import Path

import pytest
from county import TODAY, TOWNS, County
from officer import at_the_desk


@pytest.fixture
def office(tmp_path: Path) -> County:
    return County(tmp_path / "year", TOWNS)


def decisions(office: County) -> list[tuple[str, str, str, str]]:
    with office.ledger() as ledger:
        return [(one.kind, one.code, one.finding, one.reason) for one in ledger.decisions()]


def test_several_units_get_another_deadline_as_by_the_shown_command(office: County, tmp_path: Path) -> None:
    by_command = office.copied(tmp_path / "another")
    chosen = [TOWNS[1].code, TOWNS[3].code]
    with at_the_desk(office.folder, TODAY) as officer:
        officer.follow("下发和退回").follow("给几个单位延期")
        officer.press("给打勾的单位延期", unit=chosen, until="2026-02-10", reason="")
        assert officer.answer.status_code == 409
        assert not decisions(office)
        # What was typed is still there.
        officer.press("给打勾的单位延期", reason="防汛 -值班")
        assert "第2镇人民政府的截止日期是 2026-02-10（原来是 2026-01-31）" in officer.text
        (done,) = officer.desk._done.values()
        officer.press("给打勾的单位延期", unit=chosen, until="2026-02-10", reason="又按了一次")
        assert "没有再定一次" in officer.text
    by_command.run(*done.command)
    assert decisions(office) == decisions(by_command)
    assert [row[1] for row in decisions(office)] == chosen


def test_no_unit_or_no_day_decides_nothing(office: County) -> None:
    with at_the_desk(office.folder, TODAY) as officer:
        officer.follow("下发和退回").follow("给几个单位延期")
        assert "还没有选单位" in officer.press("给打勾的单位延期", until="2026-02-10", reason="因").text
        assert "不是日期" in officer.press("给打勾的单位延期", unit=[TOWNS[0].code], until="下周").text
        assert not decisions(office)
