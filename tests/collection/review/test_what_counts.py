"""Nothing replaces anything in silence: which submission counts, what is told about it, and what is asked."""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path
from typing import Any

import county as world
import docx
import msgspec
import pytest
from county import TOWNS, YEAR, County
from old_ledgers import made_old

FIRST, SECOND = TOWNS[0], TOWNS[1]

OLD = {"disclosure__licensing__decisions": 5}
NEW = {"disclosure__licensing__decisions": 6}
NEWEST = {"disclosure__licensing__decisions": 7}
WRONG = {"requests__carried_out__natural": 999}

SWITCH = "“行政许可”行“本年处理决定数量”列 5 → 6"


def sends(county: County, name: str, figures: dict[str, Any], *, collected: bool = True) -> str:
    """Put a filled form of the first town into 回收, and return what collecting it prints."""
    county.answers(FIRST, name=name, **figures)
    return county.run("collect") if collected else ""


def mails(county: County, name: str, number: int, came: str = "", attached: Path | None = None) -> None:
    """Put a mail with a file of 回收 into 回收/邮件, as ``fetch`` does; ``came`` is the server's time of receipt."""
    path = county.folder / "回收" / "邮件" / f"{number}.eml"
    path.parent.mkdir(exist_ok=True)
    file = attached or county.folder / "回收" / name
    path.write_bytes(world.mail(FIRST.emails[0], [file], f"年报{number}", number))
    if came:
        with county.ledger() as ledger, ledger.transaction():
            ledger.mail.record_fetched("a", 1, number, hashlib.sha256(path.read_bytes()).hexdigest(), came)


def by_mail(county: County, name: str, number: int, figures: dict[str, Any], came: str = "") -> None:
    """Mail a filled form that is not in 回收 otherwise."""
    path = county.answers(FIRST, name=name, **figures)
    mails(county, name, number, came, path)
    path.unlink()


def unit(county: County, member: world.Member = FIRST) -> dict[str, Any]:
    (found,) = [row for row in county.status()["units"] if row["code"] == member.code]
    return dict(found)


def in_force(county: County) -> str:
    """Return the name of the file that is in force for the first town; empty where none is."""
    row = unit(county)
    return next((one["source"].rpartition("/")[2] for one in row["returns"] if one["role"] == "stands"), "")


def hash_of(county: County, name: str) -> str:
    (found,) = [one["sha256"] for one in unit(county)["returns"] if one["source"].endswith(name)]
    return str(found[:8])


def board(county: County) -> str:
    return (county.folder / "汇总" / "看板.html").read_text("utf-8")


# ---------------------------------------------------------------- an old submission


def copied(folder: Path) -> None:
    shutil.copy(folder / "旧.xlsx", folder / "旧 - 副本.xlsx")


def renamed(folder: Path) -> None:
    (folder / "旧.xlsx").rename(folder / "改了名.xlsx")


def moved(folder: Path) -> None:
    (folder / "整理").mkdir()
    (folder / "旧.xlsx").rename(folder / "整理" / "旧.xlsx")


def touched(folder: Path) -> None:
    world.dated(folder / "旧.xlsx", 31)


@pytest.mark.parametrize("tidied", [copied, renamed, moved, touched])
def test_an_old_submission_never_comes_back_by_itself(county: County, tidied: Any) -> None:
    sends(county, "旧.xlsx", OLD)
    sends(county, "新.xlsx", NEW)
    tidied(county.folder / "回收")
    output = county.run("collect")
    assert "新收 0 个" in output
    assert "换了" not in output
    assert in_force(county) == "新.xlsx"
    assert [one["source"] for one in unit(county)["returns"]] == ["回收/旧.xlsx", "回收/新.xlsx"]
    assert not unit(county)["waits_for_a_decision"]
    county.run("report", "--all")
    (report,) = county.made("报告").values()
    rows = [
        [cell.text for cell in row.cells] for table in docx.Document(io.BytesIO(report)).tables for row in table.rows
    ]
    assert next(row for row in rows if row[0] == "行政许可")[-1] == "6"


def test_an_old_file_that_a_unit_sends_once_more_is_a_question_that_shows_both_figures(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    sends(county, "新.xlsx", NEW)
    mails(county, "旧.xlsx", 9, "2026-01-19T08:00:00")
    output = county.run("collect")
    old, new = hash_of(county, "旧.xlsx"), hash_of(county, "新.xlsx")
    for told in (output, county.run("status"), county.run("status", FIRST.code), board(county)):
        assert "又发来了以前的一份“旧.xlsx”" in told
        assert "“行政许可”行“本年处理决定数量”列 6 → 5" in told
        assert f"gouji accept {FIRST.code} {new} 或者 gouji accept {FIRST.code} {old}" in told
    assert in_force(county) == "新.xlsx"
    assert county.state(FIRST) == "done"
    county.run("accept", FIRST.code, old)
    assert in_force(county) == "旧.xlsx"
    assert unit(county)["questions"] == []


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_the_question_about_an_old_file_is_settled_by_the_officers_word(county: County, answer: str) -> None:
    sends(county, "旧.xlsx", OLD)
    sends(county, "新.xlsx", NEW)
    mails(county, "旧.xlsx", 9)
    county.run("collect")
    assert unit(county)["questions"]
    name = "新.xlsx" if answer == "accept" else "旧.xlsx"
    county.run(answer, FIRST.code, name, "-m", "电话问过")
    assert in_force(county) == "新.xlsx"
    assert unit(county)["questions"] == []


def test_a_rejected_file_that_comes_once_more_is_told_until_the_officer_or_the_unit_settles_it(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    county.run("reject", FIRST.code, "-m", "没有盖章")
    mails(county, "旧.xlsx", 9)
    for told in (county.run("collect"), county.run("status"), county.run("status", FIRST.code), board(county)):
        assert "又发来了您不采用的一份“旧.xlsx”" in told
    assert county.state(FIRST) == "wrong"
    county.run("reject", FIRST.code, "-m", "还是没有盖章")
    assert unit(county)["questions"] == []
    mails(county, "旧.xlsx", 10)
    county.run("collect")
    assert unit(county)["questions"]
    sends(county, "新.xlsx", NEW)
    assert unit(county)["questions"] == []
    assert county.state(FIRST) == "done"


def test_a_mail_that_was_received_before_is_not_sent_once_more(county: County) -> None:
    by_mail(county, "新.xlsx", 8, NEW, "2026-01-18T08:00:00")
    sends(county, "旧.xlsx", OLD)
    sends(county, "最新.xlsx", NEWEST)
    mails(county, "最新.xlsx", 10, "2026-01-20T08:00:00")
    mails(county, "旧.xlsx", 9, "2026-01-19T08:00:00")
    county.run("collect")
    assert in_force(county) == "最新.xlsx"
    assert unit(county)["questions"] == []


# ---------------------------------------------------------------- which one is later


def test_two_submissions_of_one_run_that_differ_are_a_question(county: County) -> None:
    sends(county, "甲.xlsx", OLD, collected=False)
    output = sends(county, "乙.xlsx", NEW)
    assert county.state(FIRST) == "asked"
    assert in_force(county) == ""
    assert "有 2 份分不清先后" in output
    assert "“行政许可”行“本年处理决定数量”列" in output
    assert "分不清先后" in board(county)
    assert county.run("return").startswith("没有")
    county.run("accept", FIRST.code, "乙.xlsx")
    assert in_force(county) == "乙.xlsx"
    assert county.state(FIRST) == "done"


def test_until_the_answer_what_was_in_force_stays(county: County) -> None:
    sends(county, "先.xlsx", NEWEST)
    sends(county, "甲.xlsx", OLD, collected=False)
    assert "没有定以前，仍采用“先.xlsx”" in sends(county, "乙.xlsx", NEW)
    assert in_force(county) == "先.xlsx"
    assert county.state(FIRST) == "done"


def test_two_files_of_one_run_that_say_the_same_are_no_question(county: County) -> None:
    report = county.filled(FIRST, **OLD)
    county.sent(FIRST, report, "甲.xlsx")
    county.sent(FIRST, msgspec.structs.replace(report, explanations={"others": "已经核对过。"}), "乙.xlsx")
    county.run("collect")
    assert county.state(FIRST) == "done"
    assert county.roles(FIRST) == ["displaced", "stands"]


@pytest.mark.parametrize("first", ["甲.xlsx", "乙.xlsx"])
def test_the_servers_time_of_receipt_orders_what_came_in_one_run(county: County, first: str) -> None:
    times = {first: "2026-01-10T08:00:00", ({"甲.xlsx", "乙.xlsx"} - {first}).pop(): "2026-01-11T08:00:00"}
    by_mail(county, "甲.xlsx", 1, OLD, times["甲.xlsx"])
    by_mail(county, "乙.xlsx", 2, NEW, times["乙.xlsx"])
    county.run("collect")
    assert in_force(county) != first
    assert county.state(FIRST) == "done"


def test_the_clock_of_a_sender_and_the_time_of_a_file_are_shown_and_decide_nothing(county: County) -> None:
    by_mail(county, "甲.xlsx", 1, OLD)
    by_mail(county, "乙.xlsx", 28, NEW)
    county.run("collect")
    assert county.state(FIRST) == "asked"
    assert county.run("status", FIRST.code).count("不作依据") == 2


# ---------------------------------------------------------------- every switch is told


def test_a_switch_between_different_figures_is_told_by_collect_in_status_and_on_the_board(county: County) -> None:
    assert "换了" not in sends(county, "旧.xlsx", OLD)
    output = sends(county, "新.xlsx", NEW)
    for told in (output, county.run("status"), county.run("status", FIRST.code), board(county)):
        assert "采用的换了：“旧.xlsx” → “新.xlsx”" in told
        assert SWITCH in told
    assert "换了" not in county.run("collect"), "told once"
    (change,) = unit(county)["changes"]
    assert [(cell["old"], cell["new"]) for cell in change["cells"]] == [("5", "6")]


def test_a_switch_by_a_decision_is_told(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    sends(county, "新.xlsx", NEW)
    assert "不再采用“新.xlsx”，现在没有采用的" in county.run("reject", FIRST.code, "新.xlsx", "-m", "没有盖章")
    assert county.state(FIRST) == "wrong"
    assert "“新.xlsx” → “旧.xlsx”" in county.run("accept", FIRST.code, "旧.xlsx")
    county.run("undo", 2)
    assert "“旧.xlsx” → “新.xlsx”" in county.run("undo", 1)


def test_a_file_that_is_in_force_again_is_not_said_to_be_out_of_force(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    county.run("reject", FIRST.code, "-m", "没有盖章")
    assert "又采用“旧.xlsx”" in county.run("undo", 1)
    assert "又采用“旧.xlsx”" in county.run("status")
    assert "现在没有采用的" not in county.run("status")


def test_an_upgrade_that_puts_another_submission_in_force_says_so(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    sends(county, "新.xlsx", NEW)
    copied(county.folder / "回收")  # by the rule of before, the old one is in force again
    county.run("collect")
    made_old(county.folder, 2)
    assert SWITCH in county.run("status", FIRST.code)
    output = county.run("collect")
    assert "第1镇人民政府：采用的换了：“旧.xlsx” → “新.xlsx”" in output
    assert SWITCH in county.run("status")
    assert "换了" not in county.run("collect")


def test_an_upgrade_that_changes_a_state_says_so(county: County) -> None:
    (county.folder / "回收" / f"{FIRST.called}.xls").write_bytes(b"PK\x03\x04 broken")
    county.run("collect")
    made_old(county.folder, 2)
    assert "第1镇人民政府：同一份重新核对，结果变了：待改正 → 未交。" in county.run("collect")


def test_a_decision_of_before_holds_for_its_submission_after_an_upgrade(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    sends(county, "新.xlsx", NEW)
    county.run("accept", FIRST.code, "旧.xlsx", "-m", "以第一份为准")
    made_old(county.folder, 2)
    assert "换了" not in county.run("collect")
    assert in_force(county) == "旧.xlsx"
    assert not unit(county)["waits_for_a_decision"], "the officer had seen both"


# ---------------------------------------------------------------- what is not taken is told


def letter(county: County) -> str:
    name = f"{FIRST.code}_{FIRST.called}_{YEAR}_退回说明.docx"
    document = docx.Document(io.BytesIO(county.made("退回")[name]))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_a_later_file_that_cannot_be_read_is_named_everywhere_and_waits(county: County) -> None:
    sends(county, "好.xlsx", OLD)
    (county.folder / "回收" / f"{FIRST.called}又报.xls").write_bytes(b"PK\x03\x04 broken")
    output = county.run("collect")
    for told in (output, county.run("status"), board(county)):
        assert f"收到“{FIRST.called}又报.xls”" in told
        assert "读不出来：" in told
    assert unit(county)["waits_for_a_decision"]
    assert county.state(FIRST) == "done"
    county.run("return")
    assert f"“{FIRST.called}又报.xls”已经核对，但是读不出来。" in letter(county)
    assert "现在仍以你单位报送的“好.xlsx”为准" in letter(county)
    assert "红框" not in letter(county), "nothing is marked in the workbook that is in force"
    county.run("reject", FIRST.code, f"{FIRST.called}又报.xls", "-m", "电话问过，发错了")
    assert not unit(county)["waits_for_a_decision"]
    county.run("return")
    assert county.made("退回") == {}


def test_a_later_submission_with_errors_is_named_everywhere_and_waits(county: County) -> None:
    sends(county, "好.xlsx", OLD)
    output = sends(county, "错.xlsx", {**NEW, **WRONG})
    for told in (output, county.run("status"), board(county)):
        assert "又收到“错.xlsx”" in told
        assert "没有采用，因为还有必须改正" in told
    county.run("return")
    assert "“错.xlsx”已经核对，必须改正的有" in letter(county)
    assert "现在仍以你单位报送的“好.xlsx”为准" in letter(county)
    detail = county.run("status", FIRST.code)
    assert "没有采用，没有通过，不代替已经通过的" in detail
    assert "requests.balance:natural" in detail, "with its findings"
    sends(county, "改好.xlsx", NEW)
    assert not unit(county)["waits_for_a_decision"]


def test_what_comes_after_an_acceptance_is_named_and_waits_but_is_not_the_units_to_put_right(county: County) -> None:
    sends(county, "旧.xlsx", OLD)
    county.run("accept", FIRST.code, "旧.xlsx")
    output = sends(county, "新.xlsx", NEW)
    for told in (output, county.run("status"), board(county)):
        assert "又收到“新.xlsx”" in told
        assert "因为您已经决定采用别的一份" in told
    assert in_force(county) == "旧.xlsx"
    county.run("return")
    assert county.made("退回") == {}
    assert SWITCH in county.run("accept", FIRST.code, "新.xlsx")


def test_a_unit_of_which_nothing_can_be_read_has_not_submitted_and_the_file_is_named(county: County) -> None:
    (county.folder / "回收" / f"{FIRST.called}.xls").write_bytes(b"PK\x03\x04 broken")
    output = county.run("collect")
    assert "未交 5 个" in output
    assert f"收到“{FIRST.called}.xls”" in output
    assert f"收到“{FIRST.called}.xls”" in county.run("status")
    county.run("return")
    assert "读不出来" in letter(county)


def test_what_was_collected_inside_containers_is_counted_apart(county: County) -> None:
    path = county.answers(FIRST, name="报表.xlsx", **OLD)
    mails(county, "报表.xlsx", 1, attached=path)
    path.unlink()
    assert "看到 1 个文件，新收 2 个（其中 1 个在压缩包、邮件里面）。" in county.run("collect")
