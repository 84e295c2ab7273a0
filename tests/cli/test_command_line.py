"""The behaviour of all commands: help, error messages, the console and the start."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from county import County
from running import SAMPLES, ok, run

import gouji
from gouji.cli.main import main

COMMANDS = ("template", "read", "check", "correct", "report", "publish", "board", "schema", "rules", "demo")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_is_chinese_for_every_command_and_option(command: tuple[str, ...]) -> None:
    text = ok(*command, "--help").stdout
    assert text.startswith("用法：")
    for line in re.findall(r"^  (-.*)$", text, re.MULTILINE):
        assert re.search(r"[\u4e00-\u9fff]", line), line
    assert not re.search(r"Usage|Options|Commands|Show this|required", text)


def test_the_option_for_a_cluster_is_last_under_its_own_heading() -> None:
    for name, command in main.commands.items():
        lines = command.get_help(click.Context(command, info_name=name)).splitlines()
        if any("--dask" in option.opts for option in command.params):
            assert lines[-2] == "大规模（已有 dask 集群）:"
            assert lines[-1].startswith("  --dask 地址  ")
            assert sum("--dask" in line for line in lines) == 1
        else:
            assert "dask" not in "\n".join(lines)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("chek",), "没有 chek 这个命令。是不是 check？"),
        (("check", "--formt", "json"), "没有 --formt 这个选项。是不是 --format？"),
        (("check", "x", "--format", "xml"), "--format 只能是 text、json。"),
        (("template", "--year", "今年", "-o", "x.xlsx"), "--year 应当是数字。"),
        (("template",), "请用 -o 写出结果放到哪里"),
        (("template", "-o", "x.xlsx", "--edition", "1999"), "没有“1999”版的格式"),
        (("template", "-o", "x.xlsx", "--year", "18"), "报告年度 18 不对"),
        (("template", "-o", "no/folder/x.xlsx"), "没有“no/folder”这个文件夹"),
        (("read",), "请写出要读的文件"),
        (("read", "no.xlsx"), "找不到“no.xlsx”"),
        (("read", "a", "b"), "多写了“b”"),
        (("template", "-o", "form.docx"), "结果的文件名要以 .xlsx 结尾"),
        (("template", "-o", "x.xlsx", "--level", "乡镇"), "township（乡镇、街道）"),
        (("report", "no.xlsx"), "请用 -o 写出结果放到哪里"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_chinese_sentence(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_redirected_gbk_console_can_print_all_output() -> None:
    done = run("check", SAMPLES / "liutang-2025.xlsx", PYTHONIOENCODING="gbk")
    assert done.returncode == 1
    assert "?" not in done.stdout
    assert "必须改正" in done.stdout


def test_the_version_is_printed() -> None:
    assert ok("--version").stdout.strip() == f"gouji {gouji.__version__}"


def test_the_workspace_may_be_named_before_the_command(county: County, tmp_path: Path) -> None:
    behind = ok("status", "-w", county.folder, cwd=tmp_path).stdout
    assert ok("-w", county.folder, "status", cwd=tmp_path).stdout == behind
    # Behind the command it is nearer.
    assert ok("-w", tmp_path, "status", "-w", county.folder, cwd=tmp_path).stdout == behind


def test_a_command_without_a_workspace_says_so() -> None:
    done = run("-w", ".", "rules")
    assert (done.returncode, done.stderr) == (2, "gouji：gouji rules 不用工作文件夹，请去掉 -w。\n")
