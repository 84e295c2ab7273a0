"""How a year begins: with the mailbox that the officer has typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from cancelling import cancel
from county import OFFICE, TOWNS, YEAR, County, answer
from county import last_year as of_last_year

from gouji.collection.steps.beginning import begin, last_year
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import table_text
from gouji.collection.workspace.settings import FILE, Settings, deadline_of, read_mailbox_settings
from gouji.report.model import to_json
from gouji.runtime.errors import GoujiError

CHOSEN = Settings(OFFICE, YEAR, deadline_of(YEAR))


def test_a_new_workspace_has_the_mailbox_that_was_typed(tmp_path: Path) -> None:
    typed = {"address": "office@example.com", "name": '办公室"一"\\', "smtp_host": "smtp.example.com", "smtp_port": 587}
    begun = begin(tmp_path / "年报", CHOSEN, mailbox=table_text({**typed, "smtp_security": "starttls", "user": ""}))
    assert f"已新建 {YEAR} 年度的工作文件夹" in begun.outcome.lines[0].words
    assert Workspace(tmp_path / "年报").settings == CHOSEN
    mailbox = read_mailbox_settings(tmp_path / "年报" / FILE)
    assert mailbox is not None
    assert mailbox.smtp is not None
    assert (mailbox.name, mailbox.user) == (typed["name"], typed["address"])
    assert (mailbox.smtp.host, mailbox.smtp.port, mailbox.smtp.security) == ("smtp.example.com", 587, "starttls")


def test_a_wrong_mailbox_is_named_before_anything_is_written() -> None:
    with pytest.raises(GoujiError, match="不是邮箱地址"):
        table_text({"address": "office", "smtp_host": "smtp.example.com"})


def test_importing_last_year_can_be_cancelled_and_done_again(tmp_path: Path) -> None:
    county = County(tmp_path / "county", TOWNS)
    reports = tmp_path / "上年报告"
    reports.mkdir()
    for town in TOWNS:
        (reports / f"{town.code}.json").write_bytes(to_json(of_last_year(answer(town))))
    cancel(last_year, county.workspace, [reports], at=".json")
    kept = county.folder / "上年"
    assert len(list(kept.iterdir())) < len(TOWNS)
    done = last_year(county.workspace, [reports])
    assert (done.lines[0].words, done.unfinished) == (f"已导入上年的报告 {len(TOWNS)} 份。", False)
    assert len(list(kept.iterdir())) == len(TOWNS)
