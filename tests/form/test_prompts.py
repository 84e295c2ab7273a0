"""What Excel refuses or cuts off of a supplementary form, counted as Excel counts it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import own_forms
import pytest
from county import TOWNS
from own_forms import Office

from gouji.form.forms import OFFICIAL
from gouji.form.prompts import troubles_in_excel
from gouji.formats.form_file import load_form
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import make_report
from gouji.runtime.errors import EditionError
from gouji.runtime.utf16 import cut, units

SHEET, NOTE = 'sheet = "七、省补充表"', "报告年度发布的条数，转载的也算。"
TOPIC = "需要对省补充表作说明的写在这里，印在表的下方。可以不填。"
RARE = "𠮷"
"""A character that takes two units of UTF-16."""

TOO_LONG = "提示太长，Excel 会截断。最多 {} 个字（生僻字算两个），现在有 {} 个，请缩短。"

every_trouble = pytest.mark.parametrize(
    "old, new, sentence",
    [
        (SHEET, 'sheet = "History"', "sections.newmedia.sheet：“History”是 Excel 自己用的工作表名，换一个名称。"),
        (SHEET, 'sheet = "历史记录"', "sections.newmedia.sheet：“历史记录”是 Excel 自己用的工作表名，换一个名称。"),
        (
            NOTE,
            "条" * 251,
            "tables.newmedia.posts.note：" + TOO_LONG.format(250, 251),
        ),
        (
            NOTE,
            RARE * 126,
            "tables.newmedia.posts.note：" + TOO_LONG.format(250, 252),
        ),
        (TOPIC, "字" * 235, "topics.notes.newmedia.note：" + TOO_LONG.format(234, 235)),
    ],
    ids=["reserved name", "Chinese reserved name", "long note", "rare characters", "long note on a topic"],
)


def changed(folder: Path, old: str, new: str) -> Path:
    """Write the form of the samples with one text changed."""
    assert own_forms.text().count(old) == 1
    file = folder / "改过.toml"
    file.write_text(own_forms.text().replace(old, new), "utf-8")
    return file


def prompts(data: bytes) -> set[str]:
    """Return the prompts on the sheet that the office added."""
    rules = openpyxl.load_workbook(BytesIO(data))[own_forms.SHEET].data_validations.dataValidation
    return {rule.prompt for rule in rules}


@every_trouble
def test_a_new_form_is_refused(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(EditionError) as refused:
        load_form(changed(tmp_path, old, new))
    assert str(refused.value).startswith(f"改过.toml：{sentence}")


def test_no_round_is_begun_with_such_a_form(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="提示太长"):
        Office(tmp_path / "年报", TOWNS[:1], changed(tmp_path, NOTE, "条" * 251))
    assert not (tmp_path / "年报").exists()


@every_trouble
def test_a_round_under_way_goes_on_with_a_warning(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    office = Office(tmp_path / "年报", TOWNS[:1])
    changed(tmp_path, old, new).replace(office.folder / "自定格式.toml")
    assert f"自定格式：{sentence}" in office.run("issue")
    assert office.form(TOWNS[0]).exists()
    assert "自定格式：" not in office.run("collect")


@pytest.mark.parametrize("note", ["条" * 250, RARE * 125], ids=["usual characters", "rare characters"])
def test_a_note_that_just_fits_is_shown_whole(note: str, tmp_path: Path) -> None:
    form = load_form(changed(tmp_path, NOTE, note))
    assert f"{note}单位：条。" in prompts(workbook_bytes(make_report(form=form, year=None, figures={})))


def test_the_official_notes_fit_into_their_prompts() -> None:
    assert [trouble for form in OFFICIAL.every for trouble in troubles_in_excel(form)] == []


def test_a_text_is_cut_between_its_characters() -> None:
    assert [cut("吉" + RARE + "吉", most) for most in range(5)] == ["", "吉", "吉", f"吉{RARE}", f"吉{RARE}吉"]
    assert units("吉" + RARE) == 3
