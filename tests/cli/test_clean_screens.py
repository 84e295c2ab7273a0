"""Nothing unprintable from a file's name, a text or an explanation reaches a terminal, a page, a letter or a list."""

from __future__ import annotations

import ast
import contextlib
import email
import email.policy
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import openpyxl
import pytest
from county import County, answer, mail, member, nameable
from reports import changed
from running import run
from terminal import Terminal

from gouji.cli.exit_status import perform
from gouji.cli.main import COMMANDS, main
from gouji.report.model import from_json, to_json
from gouji.runtime.errors import on_one_line
from gouji.runtime.printable import UNPRINTABLE, clean, escaped, readable_name

SOURCE = Path(__file__).parents[2] / "src" / "gouji"
DIRTY = nameable("\x1b[31m\x07\u202egnp\u2028\x85\u2066\u200f")
"""What changes the colour, rings, turns the direction around, ends a line, and hides."""
SPOOF = "坏\n2024 年度，40 个单位：通过 40 个。"
FORBIDDEN = frozenset(
    chr(code)
    for codes in (range(9), range(11, 32), range(0x7F, 0xA0), range(0x2028, 0x202F), range(0x2066, 0x206A))
    for code in codes
) | frozenset("\u200b\u200e\u200f\u061c\ufeff")


def dirty_in(text: str) -> set[str]:
    return FORBIDDEN & set(text)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office to which somebody has sent dirty names, texts and explanations in every way there is."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [member(number) for number in range(1, 6)])
    one, two, three, four, five = office.members
    office.run("issue")
    texts = {topic: tuple(DIRTY + text for text in written) for topic, written in answer(one).texts.items()}
    office.says(changed(answer(one), texts=texts), f"{one.called}{DIRTY}.json")
    # A wrong number is asked about in a message that quotes it, and explained.
    wrong = changed(
        answer(two, requests__new__natural=2),
        unread={"requests.new.legal": f"3件{DIRTY}"},
        explanations={"others": f"核实过{DIRTY}{SPOOF}", "stock": f"核实过{DIRTY}"},
    )
    office.says(wrong, f"{two.called}.json")
    office.says(answer(four), f"{four.called}.json")
    received = office.folder / "回收"
    (received / f"{five.called}{DIRTY}{SPOOF}.xlsx").write_bytes(b"no workbook")
    (received / os.fsdecode(f"{five.called}附件.xlsx".encode("gbk"))).write_bytes(b"no workbook either")
    (received / f"没有单位{DIRTY}.json").write_bytes(to_json(answer(member(9, name=f"别的{DIRTY}单位"))))
    attached = office.says(answer(three), f"{three.called}{DIRTY}.json")
    letter = mail(three.emails[0], [attached], subject="年报\x1b[31m\u202egnp")
    (received / f"来信{DIRTY}.eml").write_bytes(letter)
    attached.unlink()
    with zipfile.ZipFile(received / f"几个{DIRTY}.zip", "w") as packed:
        packed.writestr(f"里面{DIRTY}.rar", b"Rar!\x1a\x07\x01\x00")
    office.run("collect")
    (office.folder / "市表.xlsx").write_bytes(_table_of_a_city())
    return office


def _table_of_a_city() -> bytes:
    book = openpyxl.Workbook()
    shown = "".join(letter for letter in DIRTY if letter not in "\x1b\x07")  # what an .xlsx can hold
    rows = [
        ["单位", "行政许可决定", f"行政处罚决定{shown}{SPOOF}"],
        [f"第4镇{shown}"],
        ["第4镇人民政府", f"没有{shown}{SPOOF}"],
    ]
    for row in [*rows, [f"别的{shown}{SPOOF}镇人民政府"], ["第3镇人民政府"]]:
        book.active.append(row)
    book.save(target := io.BytesIO())
    return target.getvalue()


PRINTED = [
    ("collect",),
    ("status", "--all"),
    ("status", "--json"),
    *(("status", f"第{number}镇") for number in range(1, 6)),
    *(("status", f"第{number}镇", "--json") for number in range(1, 6)),
    ("alike",),
    ("alike", "--json"),
    ("explain", "第2镇", "requests.total", f"核实过{DIRTY}"),
    ("amend", "第2镇", "requests.new.legal=3", "-m", f"电话更正{DIRTY}"),
    ("reject", "第5镇", "-m", f"打不开{DIRTY}"),
    ("decisions",),
    ("decisions", "--json"),
    ("return",),
    ("send", "--dry-run"),
    ("remind", "--drafts"),
    ("ack", "--drafts"),
    ("report", "--all"),
    ("publish", "--all"),
    ("summary", "--papers", "--report"),
    ("summary", "--json"),
    ("fill", "市表.xlsx", "-o", "填好.xlsx"),
    ("fill", "市表.xlsx", "-o", "填好.xlsx", "--json"),
    ("board",),
    ("status", "-o", "状态.xlsx"),
    ("check", "回收"),
    ("check", "--json", "回收"),
    ("read", "回收", "-o", "读出"),
    ("correct", "回收", "-o", "改正"),
    ("report", "回收", "-o", "文稿"),
    ("inspect", "回收", "-o", "检查"),
    ("last-year", "回收"),
    ("compare", f"回收/{member(1).called}{DIRTY}.json", f"回收/{member(2).called}.json"),
    ("assign", f"没有{DIRTY}", "第2镇"),
    ("amend", "第1镇", f"D8={DIRTY}", "-m", "电话更正"),
    ("extend", f"第2镇{DIRTY}", "--until", "2026-02-10", "-m", "延期"),
    ("fill", f"没有{DIRTY}.xlsx", "-o", f"填好的{DIRTY}.xlsx"),
    ("undo", "99"),
    ("backup", "-o", f"../备份{DIRTY}.zip"),
    ("verify",),
    ("restore", f"../备份{DIRTY}.zip", f"../恢复{DIRTY}"),
    (DIRTY,),
    ("check", DIRTY),
]
"""Commands in the order of a round, among them all that print what others wrote."""
QUIET = {"desk", "menu", "template", "schema", "rules", "demo", "init", "issue", "fetch", "waive", "accept"}
"""Commands that print nothing of others, or that are like another one: waive and accept as explain and reject."""


def printed(office: County, *words: str) -> str:
    """Run a command as the shell does, and return everything that it prints."""
    output = io.StringIO()
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        contextlib.chdir(office.folder),
        mock.patch("gouji.cli.clock.today", return_value=office.today),
    ):
        perform(main, words)
    return output.getvalue()


def test_no_command_is_forgotten() -> None:
    assert {words[0] for words in PRINTED} - {DIRTY} == {str(command.name) for command in COMMANDS} - QUIET


def test_no_command_prints_anything_unprintable(office: County) -> None:
    for words in PRINTED:
        shown = printed(office, *words)
        assert not dirty_in(shown), (words, dirty_in(shown))
        # A line of somebody else's text never stands alone.
        assert not any(line.startswith("2024 年度，40 个单位") for line in shown.splitlines()), words


def test_every_document_for_people_is_clean(office: County) -> None:
    for words in (("return",), ("report", "--all"), ("publish", "--all"), ("ack", "--drafts"), ("summary", "--papers")):
        printed(office, *words)
    printed(office, "inspect", "回收", "-o", "检查")
    assert (office.folder / "检查" / "通报.docx").exists()
    printed(office, "status", "-o", "状态.xlsx")
    kinds = set()
    for path in sorted(office.folder.rglob("*")):
        if path.is_file() and not {"回收", "归档", "下发", "读出"} & set(path.relative_to(office.folder).parts):
            for shown in texts_of(path):
                kinds.add(path.suffix)
                assert not dirty_in(shown), (path, shown)
    assert kinds == {".html", ".docx", ".xlsx", ".eml", ".csv"}


def texts_of(path: Path) -> Iterator[str]:
    """Yield what a page, a letter, a list or a mail shows, also the names of its attachments."""
    if path.suffix in (".html", ".csv"):
        yield path.read_text("utf-8-sig")
    elif path.suffix == ".docx" or (path.suffix == ".xlsx" and "填报表" not in path.name and is_list(path)):
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                if name.endswith(".xml"):
                    # As a program shows it: xlsxwriter writes a control character as an escape of its own.
                    shown = "".join(ElementTree.fromstring(parts.read(name)).itertext())
                    assert "_x00" not in shown
                    yield shown
    elif path.suffix == ".eml":
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        yield str(message["Subject"])
        for part in message.walk():
            if part.get_content_maintype() == "text":
                yield part.get_content().replace("\r\n", "\n")
            yield part.get_filename() or ""


def is_list(path: Path) -> bool:
    """Tell whether a workbook is a list, and not a form: a form goes back as its unit filled it in."""
    with zipfile.ZipFile(path) as parts:
        return b"workbookProtection" not in parts.read("xl/workbook.xml")


def test_json_keeps_what_was_written_without_showing_it(tmp_path: Path) -> None:
    report = changed(answer(member(1)), texts={"matters.other": (DIRTY,)})
    (tmp_path / f"报告{DIRTY}.json").write_bytes(to_json(report))
    read = run("read", f"报告{DIRTY}.json", cwd=tmp_path).stdout
    assert not dirty_in(read)
    assert from_json(read.encode()).texts == report.texts
    checked = run("check", "--json", f"报告{DIRTY}.json", cwd=tmp_path).stdout
    assert json.loads(checked)["files"][0]["path"] == f"报告{DIRTY}.json"


@pytest.mark.skipif(sys.platform == "win32", reason="a file of Windows has no such name")
def test_a_name_in_gbk_is_shown_as_it_reads(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode("清溪镇.json".encode("gbk"))).write_bytes(to_json(answer(member(1))))
    assert "/清溪镇.json：通过" in run("check", tmp_path).stdout
    assert json.loads(run("check", "--json", tmp_path).stdout)["files"][0]["path"].endswith("/清溪镇.json")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_terminal_is_sent_nothing_unprintable_but_the_progress_line(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}{DIRTY}.json").write_bytes(to_json(answer(member(1))))
    with Terminal(tmp_path, "check", ".", env={"COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}) as terminal:
        assert terminal.ended() == 0
        assert "30/30" in terminal.screen
        assert not dirty_in(terminal.screen) - {"\r"}


@pytest.mark.parametrize("character", sorted(FORBIDDEN))
def test_a_door_lets_no_such_character_pass(character: str) -> None:
    assert clean(f"甲{character}乙") == "甲乙"
    assert on_one_line(f"甲{character}乙") == "甲 乙"
    assert readable_name(f"甲{character}乙") == "甲 乙"
    assert json.loads(escaped(json.dumps(f"甲{character}乙", ensure_ascii=False))) == f"甲{character}乙"
    assert character in UNPRINTABLE or clean(character) == ""


def test_other_scripts_and_rare_characters_pass() -> None:
    assert clean(text := "藏文 བོད་ 、䶮、𠮷\ufe00、émile\t①\n") == text


# ---------------------------------------------------------------- no other way out


DOORS = {
    "print": set(),
    "write_string": {"formats/drawing/canvas.py", "formats/tables/listing.py"},
    "write_comment": {"formats/drawing/canvas.py"},
    "render": {"formats/web/templating.py"},
    "set_content": {"collection/mail/message.py"},
    "add_alternative": {"collection/mail/message.py"},
    "_get_shared_string_index": {"formats/drawing/seams.py"},
}
"""The calls by which text leaves, and the only modules that make them: these clean it."""
STREAMS = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}
GUARDS = {"cli/screen.py", "cli/main.py", "cli/progress.py", "cli/questions.py"}
"""The modules that may name the streams: all of them put the door before them, or only ask whether somebody looks."""


@cache
def nodes() -> list[tuple[str, ast.Call | ast.Attribute]]:
    """Return all calls and attributes of gouji, each with its module."""
    return [
        (path.relative_to(SOURCE).as_posix(), node)
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.Attribute)
    ]


def test_text_leaves_only_through_the_doors() -> None:
    for module, node in nodes():
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert name not in DOORS or module in DOORS[name], f"{module} calls {ast.unparse(node.func)}"


def test_the_streams_are_named_only_where_they_are_guarded() -> None:
    for module, node in nodes():
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            assert name not in STREAMS or module in GUARDS, f"{module} uses {name}"


def test_every_word_document_is_made_of_cleaned_runs() -> None:
    for module, node in nodes():
        if module.startswith("formats/word/") and isinstance(node, ast.Call) and getattr(node.func, "id", "") == "w":
            is_text = bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == "t"
            assert not is_text or module == "formats/word/oxml.py"
