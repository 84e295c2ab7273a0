"""The menu, in a real terminal and without one."""

from __future__ import annotations

import copy
import datetime
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from city_tables import with_oddities
from county import OFFICE, TOWNS, YEAR, County, answer, dated, member
from terminal import Terminal

from gouji.cli.menu_steps import entries
from gouji.runtime.command_lines import command_line

pytest.importorskip("termios", reason="the system has no pseudo-terminals")

ENCODINGS = {
    "a terminal in UTF-8": ("utf-8", {"PYTHONIOENCODING": "utf-8"}),
    "a console in GBK": ("gbk", {"PYTHONIOENCODING": "gbk"}),
}
EXPLAINED = TOWNS[1]
WRONG = TOWNS[2]
LATE = TOWNS[3]
MEMBERS = TOWNS[:4]
WHY = "清理后重新统计，多出的两件是补录的。"


class Officers:
    """Two offices with the same year: one works with commands, the other with the menu."""

    def __init__(self, folder: Path) -> None:
        place = folder / "command" / "我的 文件"
        place.mkdir(parents=True)
        self.by_command = County(place / f"年报{YEAR}", MEMBERS)
        self.by_command.today = datetime.date.today()
        self.by_menu = copy.copy(self.by_command)
        self.by_menu.folder = folder / "menu" / "我的 文件" / f"年报{YEAR}"
        self.by_menu.folder.parent.mkdir(parents=True)

    @property
    def desk(self) -> Path:
        """Where the one with the menu sits."""
        return self.by_menu.folder.parent

    def opened(self) -> None:
        """Let both have the same key and the same roster."""
        shutil.copy(self.by_command.folder / "签发密钥.txt", self.by_menu.folder)
        self.by_menu.enrol(MEMBERS)

    def both(self) -> tuple[County, County]:
        return self.by_command, self.by_menu

    def remember_last_year(self) -> None:
        """Let the one with commands take last year's reports in, and let the other have them beside the folder."""
        self.by_command.reported_last_year(MEMBERS)
        shutil.copytree(self.by_command.folder.with_name("上年报告"), self.desk / "上年 报告")

    def first_returns(self) -> None:
        for county in self.both():
            stock = county.filled(EXPLAINED).figures["disclosure.normative.in_force"]
            dated(county.answers(TOWNS[0]), 10)
            dated(county.answers(EXPLAINED, disclosure__normative__in_force=stock + 2), 11)
            dated(county.answers(WRONG, requests__new__natural=99999), 12)

    def corrected(self) -> None:
        """Let what is right come later, by other ways than the folder 回收."""
        for county in self.both():
            beside = county.folder.with_name("收到的 文件")
            beside.mkdir()
            for unit in (WRONG, LATE):
                shutil.move(dated(county.answers(unit, name=f"{unit.called} 改.xlsx"), 14), beside)


def everything(folder: Path) -> dict[str, bytes]:
    """Return the files of a workspace by path, without the path of the workspace in their content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        .replace(os.fsencode(folder), b"")
        .replace(str(folder).encode(), b"")
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("台账.sqlite", ".gouji.lock")
    }


def recorded(county: County) -> Any:
    """Return the content of the ledger, without the times at which it was written."""
    decisions = json.loads(county.run("decisions", "--json"))["decisions"]
    for decision in decisions:
        del decision["made"]
    return county.status(), decisions


def choose(screen: Terminal, title: str) -> None:
    screen.wait_for("请输入编号")
    screen.wait_for("：")
    screen.type(screen.number_of(title))


def propose(screen: Terminal, words: str) -> None:
    """Wait until a step is proposed, and press Enter."""
    assert words in screen.wait_for("请输入编号")
    assert "直接回车做第" in screen.wait_for("：")
    screen.type("")


def back(screen: Terminal) -> str:
    return screen.answer("按回车回到菜单")


@pytest.mark.parametrize("encoding, env", ENCODINGS.values(), ids=ENCODINGS.keys())
def test_a_whole_year_with_the_menu_gives_the_same_result_as_with_commands(
    encoding: str, env: dict[str, str], tmp_path: Path
) -> None:
    officers = Officers(tmp_path)
    by_command, by_menu = officers.both()
    with Terminal(officers.desk, encoding=encoding, env=env) as screen:
        choose(screen, "新建工作文件夹")
        screen.answer("上年的工作文件夹")
        screen.answer("报告年度", str(YEAR))
        screen.answer("新文件夹的名称")
        screen.answer("主管部门全称", OFFICE)
        screen.answer("截止日期", "月底")
        screen.answer("不是日期", f"{YEAR + 1}年1月31日")
        screen.answer("联系人", "张三")
        screen.answer("联系电话", "0375-7654321")
        screen.answer("各单位的通讯录")
        shown = back(screen)
        assert f"gouji init 年报{YEAR} --office {OFFICE} --year {YEAR} --deadline {YEAR + 1}年1月31日" in shown
        assert "名册.xlsx" in screen.wait_for("请输入编号")
        officers.opened()
        officers.remember_last_year()
        screen.answer("再看一遍")
        choose(screen, "导入上年的报告")
        screen.answer("拖到这里", f"'{officers.desk / '上年 报告'}' ")
        assert "已导入上年的报告 4 份" in back(screen)
        propose(screen, "给各单位生成填报表")
        assert f"gouji issue -w 年报{YEAR}" in back(screen)
        by_command.run("issue")

        officers.first_returns()
        screen.answer("收到文件以后收表", "9999")
        propose(screen, "3 个文件还没有收")
        screen.answer("直接回车收")
        assert "新收 3 个" in back(screen)
        by_command.run("collect")
        choose(screen, "查看进度")
        screen.answer("看哪个单位", WRONG.called)
        assert "requests.balance:natural" in back(screen)
        propose(screen, "2 个单位要改正或者说明")
        assert "2 个单位要改正或者说明，填报表和说明在“退回”" in back(screen)
        by_command.run("return")

        choose(screen, "代单位说明")
        screen.answer("哪个单位", "没有这个镇")
        screen.answer("名册里没有", EXPLAINED.called)
        screen.answer("说明哪个问题", "stock:normative")
        screen.answer("请输入 1", "１")
        screen.answer("怎样说明", WHY)
        assert "已说明" in back(screen)
        by_command.run("explain", EXPLAINED.called, "stock:normative", WHY)
        choose(screen, "指定文件")
        screen.answer("哪个文件", "没有这样的.xlsx")
        screen.answer("收到的文件里没有")
        screen.wait_for("没有做。")
        choose(screen, "代单位说明")
        screen.wait_for("哪个单位")
        screen.interrupt()
        screen.wait_for("已中断，回到菜单")

        officers.corrected()
        files = [by_menu.folder.with_name("收到的 文件") / f"{unit.called} 改.xlsx" for unit in (WRONG, LATE)]
        screen.answer("请输入编号", f"{str(files[0]).replace(' ', chr(92) + ' ')} {files[1].as_uri()} ")
        assert command_line(["gouji", "collect", *map(str, files)]) in back(screen)
        by_command.run("collect", *(by_command.folder.with_name("收到的 文件") / file.name for file in files))

        propose(screen, "Word 报告没有生成")
        screen.answer("压缩包", "ｙ")
        assert "全部报告的压缩包" in back(screen)
        by_command.run("report", "--all", "--zip")
        propose(screen, "可以汇总")
        screen.answer("汇总填报表")
        screen.answer("工作底稿")
        back(screen)
        by_command.run("summary")
        for office in officers.both():
            (office.folder / "市表.xlsx").write_bytes(with_oddities())
        choose(screen, "把汇总填进")
        screen.answer("上级的表", str(by_menu.folder / "市表.xlsx").replace(" ", chr(92) + " "))
        screen.answer("填好的放到哪里")
        assert "用汇总的数字填" in back(screen)
        by_command.run("fill", by_command.folder / "市表.xlsx", "-o", by_command.folder / "填好的市表.xlsx")
        choose(screen, "生成网页")
        back(screen)
        by_command.run("publish", "--all")
        choose(screen, "退回")
        back(screen)
        by_command.run("return")
        choose(screen, "更新看板")
        back(screen)
        by_command.run("board")
        propose(screen, "备份一下")
        screen.answer("放在哪个文件夹")
        assert "已备份" in back(screen)
        assert len(list(officers.desk.glob("*_备份_*.zip"))) == 1
        assert "都做完了。" in screen.wait_for("请输入编号")

        assert everything(by_menu.folder) == everything(by_command.folder)
        assert recorded(by_menu) == recorded(by_command)

        screen.answer("再看一遍")
        choose(screen, "新建下一年度")
        screen.answer("新文件夹的名称")
        screen.answer("截止日期")
        assert "接过来上年的报告 4 份" in back(screen)
        assert f"{YEAR + 1} 年度" in screen.wait_for("请输入编号")
        screen.wait_for("：")
        screen.type("０")
        assert screen.ended() == 0
        assert "\x1b" not in screen.screen
        assert "Traceback" not in screen.screen


def test_gouji_without_arguments_inside_a_workspace_opens_its_menu(county: County) -> None:
    with Terminal(county.folder / "回收", env={"PYTHONIOENCODING": "utf-8"}) as screen:
        assert f"工作文件夹：{county.folder}" in screen.wait_for("请输入编号")
        screen.type("\x04", enter=False)
        assert screen.ended() == 0


def test_ctrl_c_at_the_menu_leaves_it(tmp_path: Path) -> None:
    with Terminal(tmp_path, env={"PYTHONIOENCODING": "utf-8"}) as screen:
        screen.wait_for("请输入编号")
        screen.interrupt()
        assert screen.ended() == 0


def piped(*arguments: object, cwd: Path, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gouji", *map(str, arguments)],
        input=typed,
        capture_output=True,
        text=True,
        encoding=env.get("PYTHONIOENCODING", "utf-8"),
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **env},
    )


def test_gouji_without_arguments_in_a_script_prints_the_help_and_does_not_wait(tmp_path: Path) -> None:
    done = piped(cwd=tmp_path)
    assert done.returncode == 2
    assert "用法：gouji" in done.stdout
    assert "请输入编号" not in done.stdout


def test_the_menu_rejects_a_folder_that_is_not_a_workspace(tmp_path: Path) -> None:
    done = piped("menu", "-w", tmp_path, cwd=tmp_path)
    assert done.returncode == 2
    assert "不是工作文件夹" in done.stderr


def test_the_menu_reports_wrong_settings_or_a_wrong_roster_and_continues(county: County) -> None:
    (county.folder / "设置.toml").write_text("year = ?", "utf-8")
    done = piped("menu", cwd=county.folder, typed="\n0\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("“设置.toml”第 1 行写得不对") == 2
    assert done.stdout.count("按上面说的改好、保存") == 2


def test_the_menu_outside_a_workspace_opens_one_and_checks_files(county: County, tmp_path: Path) -> None:
    file = county.answers(TOWNS[0])
    typed = f"{file}\n\n2\n{county.folder}\n\n0\n"
    done = piped("menu", cwd=tmp_path, typed=typed)
    assert done.returncode == 0
    assert command_line(["gouji", "check", str(file)]) in done.stdout
    assert command_line(["gouji", "status", "-w", str(county.folder)]) in done.stdout
    assert f"工作文件夹：{county.folder}" in done.stdout


MAILBOX = '\n[mail]\naddress = "office@example.com"\nsmtp_host = "127.0.0.1"\nsmtp_security = "none"\n'


def test_mail_is_offered_only_with_a_mailbox_and_sent_only_on_request(county: County) -> None:
    assert "催报" not in piped("menu", cwd=county.folder, typed="0\n").stdout
    settings = county.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8") + MAILBOX, "utf-8")
    done = piped("menu", cwd=county.folder, typed="\n\n\n0\n")
    assert "接下来：9. 5 个单位没有交。发邮件催一下。" in done.stdout
    assert "\ngouji remind --dry-run\n" in done.stdout
    assert "要发 5 封，发过的 0 封。没有发。" in done.stdout


def test_names_and_settings_are_the_same_in_a_gbk_locale(tmp_path: Path) -> None:
    env = {"LC_ALL": "zh_CN.GBK", "PYTHONIOENCODING": "gbk"}
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.lower()
    if "zh_cn.gbk" not in known:
        if os.environ.get("GOUJI_REQUIRE_ALL"):
            pytest.fail("the system has no locale zh_CN.GBK")
        pytest.skip("the system has no locale zh_CN.GBK")
    with Terminal(tmp_path, encoding="gbk", env=env) as screen:
        choose(screen, "新建工作文件夹")
        screen.answer("上年的工作文件夹")
        screen.answer("报告年度", str(YEAR))
        screen.answer("新文件夹的名称", "镕基镇的 年报")
        screen.answer("主管部门全称", OFFICE)
        for question in ("截止日期", "联系人", "联系电话", "各单位的通讯录"):
            screen.answer(question)
        assert "已新建" in back(screen)
        choose(screen, "查看进度")
        screen.answer("看哪个单位")
        assert "0 个单位" in back(screen)
        screen.answer("请输入编号", "q")
        assert screen.ended() == 0
    folder = tmp_path / os.fsdecode("镕基镇的 年报".encode("gbk"))
    assert f'office = "{OFFICE}"' in (folder / os.fsdecode("设置.toml".encode("gbk"))).read_text("utf-8")


def test_a_question_is_chosen_by_its_number_and_a_unit_is_checked_at_once(county: County) -> None:
    county.reported_last_year([EXPLAINED])
    county.answers(EXPLAINED, disclosure__normative__in_force=99)
    county.run("collect")
    number = next(number for number, title in enumerate(titles(county), 1) if title == "代单位说明")
    why = "-2 件是补录的，清理后重新统计。"  # a command would take it for an option
    typed = ["不存在的镇", LATE.called, number, EXPLAINED.called[:3], "stock:normative", "1", "无", why, "", "0"]
    done = piped("menu", cwd=county.folder, typed="\n".join(map(str, [number, *typed])) + "\n")
    unknown, nothing, chosen = (
        done.stdout.index(words)
        for words in ("名册里没有“不存在的镇”", f"“{LATE.called}”没有可以代为说明的问题", "没有“stock:normative”这一项")
    )
    assert unknown < nothing < chosen
    assert "请写明理由，“无”不是理由" in done.stdout
    assert command_line(["gouji", "explain", "--", EXPLAINED.code, "stock:normative", why]) in done.stdout
    assert county.state(EXPLAINED) == "done"


def test_a_file_of_no_known_unit_is_chosen_by_its_number(county: County) -> None:
    stray = county.says(answer(member(77)), "不认识的.json", signed=False)
    county.run("collect")
    number = next(number for number, title in enumerate(titles(county), 1) if title.startswith("指定文件"))
    typed = [number, "2", "1", "不存在的镇", TOWNS[0].called, "", "0"]
    done = piped("menu", cwd=county.folder, typed="\n".join(map(str, typed)) + "\n")
    assert f" 1. “{stray.name}”：" in done.stdout
    assert "收到的文件里没有“2”" in done.stdout
    assert done.stdout.index("名册里没有“不存在的镇”") < done.stdout.index("gouji assign")
    assert not county.status()["unknown"]


def test_a_file_to_be_read_is_looked_for_before_the_next_question(county: County) -> None:
    number = next(number for number, title in enumerate(titles(county), 1) if title.startswith("把汇总填进"))
    done = piped("menu", cwd=county.folder, typed=f"{number}\n没有的.xlsx\n\n{'长' * 5000}\n0\n")
    assert "没有“没有的.xlsx”" in done.stdout
    assert "填好的放到哪里" not in done.stdout
    assert done.returncode == 0


def titles(county: County) -> list[str]:
    return [entry.title for entry in entries(county.workspace)]
