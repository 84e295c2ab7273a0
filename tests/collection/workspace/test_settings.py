"""The rules that an office changes in 设置.toml, and what the rules know about the other units of the collection."""

from __future__ import annotations

import json
import re
from pathlib import Path

import docx
import msgspec
import pytest
from county import TOWNS, County

from gouji.collection.workspace.settings import read_settings, settings_text
from gouji.runtime.errors import GoujiError


def settings_with(county: County, text: str) -> None:
    path = county.folder / "设置.toml"
    written = path.read_text("utf-8").split("[mail]", maxsplit=1)[0].rstrip("#\n")
    path.write_text(f"{written}\n{text}\n", "utf-8")


def neighbours_text(county: County) -> None:
    """Send a submission whose text names the next town where only the reporting one makes sense."""
    report = county.filled(TOWNS[0])
    last = f"本报告由{TOWNS[1].name}编制，如有疑问请与{TOWNS[1].name}联系。"
    texts = {**report.texts, "preamble": (last,)}
    county.sent(TOWNS[0], msgspec.structs.replace(report, texts=texts))


def test_another_unit_of_the_roster_in_a_text_raises_a_query(county: County) -> None:
    neighbours_text(county)
    county.run("collect")
    assert county.states()[TOWNS[0].code] == "asked"
    assert TOWNS[1].name in county.run("status", TOWNS[0].code)


def test_a_rule_reduced_to_a_note_no_longer_asks(county: County) -> None:
    neighbours_text(county)
    county.run("collect")
    settings_with(county, '[severities]\n"wording.neighbour" = "note"')
    output = county.run("collect")
    assert "核对了 1 个" in output
    assert county.states()[TOWNS[0].code] == "done"


def test_an_unknown_rule_in_the_settings_gets_a_suggestion(county: County) -> None:
    settings_with(county, '[severities]\n"wording.neighbor" = "note"')
    assert "是不是“wording.neighbour”" in county.run("status", fails=2)


def test_settings_that_name_a_rule_of_before_still_open(county: County) -> None:
    settings_with(county, '[severities]\n"evidence.saved" = "off"')
    assert "5 个单位" in county.run("status")


def test_an_error_cannot_be_switched_off(county: County) -> None:
    settings_with(county, '[severities]\n"requests.balance" = "off"')
    assert "必须改正" in county.run("status", fails=2)


def test_changed_rules_are_kept_in_the_next_year(county: County) -> None:
    settings_with(county, '[severities]\n"wording.neighbour" = "note"\n[thresholds]\n"jump.ratio" = 20')
    county.run("init", county.folder.parent / "下一年", "--after", county.folder)
    text = (county.folder.parent / "下一年" / "设置.toml").read_text("utf-8")
    assert '"wording.neighbour" = "note"' in text
    assert '"jump.ratio" = 20' in text


@pytest.mark.parametrize(
    "line, words",
    [
        pytest.param("a = " + "[" * 5000, "“设置.toml”括号套得太深。", id="brackets without end"),
        pytest.param("year = " + "9" * 5000, "“设置.toml”有一个数字太长。", id="a number without end"),
    ],
)
def test_settings_that_no_decoder_can_hold_are_refused_in_one_sentence(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "设置.toml"
    path.write_text(line, "utf-8")
    with pytest.raises(GoujiError) as refused:
        read_settings(path)
    assert str(refused.value) == words


def test_settings_that_notepad_saved_as_unicode_are_read(tmp_path: Path) -> None:
    path = tmp_path / "设置.toml"
    path.write_text('office = "安澜县人民政府办公室"\nyear = 2025\ndeadline = 2026-01-10\n', "utf-16")
    assert read_settings(path).office == "安澜县人民政府办公室"


# ---------------------------------------------------------------- handing in and publishing

HEAD = 'office = "安澜县人民政府办公室"\nyear = 2025\n'


@pytest.mark.parametrize(
    "dates, deadline, publication",
    [
        pytest.param("", "2026-01-31", "2026-01-31", id="the law has one day for both"),
        pytest.param("deadline = 2026-01-20", "2026-01-20", "2026-01-31", id="settings of before, early"),
        pytest.param("deadline = 2026-02-10", "2026-02-10", "2026-02-10", id="settings of before, late"),
        pytest.param("publish_by = 2026-02-20", "2026-01-31", "2026-02-20", id="only the publication"),
        pytest.param('deadline = "2026年1月10日"\npublish_by = "2026.1.25"', "2026-01-10", "2026-01-25", id="both"),
    ],
)
def test_each_date_that_is_not_written_is_that_of_the_law(
    tmp_path: Path, dates: str, deadline: str, publication: str
) -> None:
    path = tmp_path / "设置.toml"
    path.write_text(HEAD + dates, "utf-8")
    settings = read_settings(path)
    assert (str(settings.deadline), str(settings.publication)) == (deadline, publication)
    path.write_text(settings_text(settings), "utf-8")
    assert read_settings(path) == settings


@pytest.mark.parametrize(
    "dates, words",
    [
        ("publish_by = 2026", "“设置.toml”的 publish_by 应当是日期，写成 年-月-日。"),
        ('publish_by = "二月"', "“设置.toml”的 publish_by “二月”不是日期，写成 年-月-日。"),
        (
            "deadline = 2026-01-20\npublish_by = 2026-01-10",
            "publish_by（公布期限，2026-01-10）早于 deadline（各单位报送的截止日期，2026-01-20）。请核对这两个日期。",
        ),
    ],
    ids=["a number", "words", "published before it was handed in"],
)
def test_a_wrong_day_of_publication_is_refused(tmp_path: Path, dates: str, words: str) -> None:
    path = tmp_path / "设置.toml"
    path.write_text(HEAD + dates, "utf-8")
    with pytest.raises(GoujiError) as refused:
        read_settings(path)
    assert str(refused.value).endswith(words)


def with_publication(county: County, day: str) -> None:
    path = county.folder / "设置.toml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"(?m)^# publish_by = .*$", f"publish_by = {day}", text), "utf-8")


def test_the_day_of_publication_is_shown_where_people_ask_for_it(county: County) -> None:
    county.run("issue")
    assert "向社会公布" not in notice_of(county)
    assert "公布" not in county.run("status")
    with_publication(county, f"{county.year + 1}-02-20")
    county.run("issue")
    assert f"通过的年度报告，于{county.year + 1}年2月20日前向社会公布。" in notice_of(county)
    assert "离公布还有 31 天。" in county.run("status").splitlines()[0]
    assert json.loads(county.run("status", "--json"))["publish_by"] == f"{county.year + 1}-02-20"
    county.run("board")
    assert f"<span>公布期限 {county.year + 1}-02-20，" in (county.folder / "汇总" / "看板.html").read_text("utf-8")
    assert f"公布期限是 {county.year + 1}-02-20，" in county.run("publish", "--all")


def test_the_day_of_publication_is_not_kept_for_the_next_year(county: County) -> None:
    with_publication(county, f"{county.year + 1}-02-20")
    county.run("init", county.folder.parent / "下一年", "--after", county.folder)
    assert read_settings(county.folder.parent / "下一年" / "设置.toml").publish_by is None


def notice_of(county: County) -> str:
    return "\n".join(
        paragraph.text for paragraph in docx.Document(str(county.folder / "下发" / "通知.docx")).paragraphs
    )


def test_all_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "设置.toml").write_text(
        'ofice = "办公室"\nyear = "2025"\ndeadline = "明天"\n[severities]\n"no.rule" = "off"\n'
        '[[must_state]]\nsection = "二"\nwords = ["甲"]\nsource = "通知"\n[[must_state]]\nsection = "一"\n',
        "utf-8",
    )
    with pytest.raises(GoujiError) as error:
        read_settings(tmp_path / "设置.toml")
    lines = str(error.value).splitlines()
    named = ["ofice", "year", "deadline", "no.rule", "第 1 段", "第 2 段"]
    assert [name for name, line in zip(named, lines, strict=True) if name in line] == named
