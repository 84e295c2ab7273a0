"""How a year begins: with the mailbox that the officer has typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from county import OFFICE, YEAR

from gouji.collection.steps.beginning import begin
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.mailbox import table_text
from gouji.collection.workspace.settings import FILE, Settings, deadline_of, read_mailbox_settings
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
