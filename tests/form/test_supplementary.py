"""A supplementary form: one TOML file that adds to an official one, from the blank workbook to the county's totals."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path
from random import Random

import docx
import openpyxl
import own_forms
import pytest
import reports
from county import TOWNS, County, answer, unit_of
from libreoffice import LibreOffice
from own_forms import NAME, OWN, SHEET, Office

from gouji.checks import check
from gouji.cli.main import main
from gouji.form.calculations import evaluate
from gouji.form.editions import edition_in_force, editions, load_form
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.model import CHECKS
from gouji.formats.form_file import LARGEST, parse_form_file, read_form_file
from gouji.formats.published.joints import is_number
from gouji.formats.published.vocabulary import every_label
from gouji.formats.read import read_data
from gouji.formats.web.report_page import page_bytes
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, from_json, make_report, to_json
from gouji.runtime.errors import DocumentError, EditionError, GoujiError

TOTAL = "newmedia.channel_total.received"


def run(*arguments: object, fails: int = 0) -> str:
    """Run a command and return everything that it prints."""
    output, status = io.StringIO(), 0
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            main.main([str(argument) for argument in arguments], prog_name="gouji", standalone_mode=False)
        except SystemExit as end:
            status = int(end.code or 0)
        except GoujiError as error:
            print(f"gouji：{error}")
            status = 2
    assert status == fails, output.getvalue()
    return output.getvalue()


def broken() -> Report:
    """Return a report whose channels have one request more than section three."""
    right = own_forms.right()
    return reports.with_figures(right, newmedia__counter__received=1)


# ---------------------------------------------------------------- the form


def test_a_supplementary_form_is_the_official_form_with_one_more_table() -> None:
    form, base = own_forms.own_form(), load_form("2021")
    assert form.base == "2021"
    assert form.sections[:6] == base.sections
    assert form.tables[: len(base.tables)] == base.tables
    assert set(base.cells) < set(form.cells)
    assert set(base.relations) < set(form.relations)
    assert [table.id for table in form.official_tables] == ["disclosure", "requests", "disputes", "newmedia"]
    assert form.document == base.document


def test_a_supplementary_form_does_not_affect_readers_that_do_not_pass_it() -> None:
    read_data(workbook_bytes(own_forms.right()), forms=own_forms.forms())
    assert editions() == ("2021", "2019")
    assert edition_in_force(None) == "2021"
    assert check(reports.right("2021")) == ()


def test_the_name_of_a_supplementary_form_depends_on_the_content_of_its_file_not_on_its_layout() -> None:
    text = own_forms.text()
    name = parse_form_file(text, "a.toml").edition
    assert re.fullmatch(rf"{NAME}@[0-9a-f]{{8}}", name)
    spaced = "# 另一句说明\n" + text.replace("\n", "\r\n")
    assert parse_form_file(spaced.replace("\r\n", "\n"), "b.toml").edition == name
    assert parse_form_file(text.replace("渠道合计＝第", "合计＝第"), "a.toml").edition != name


def test_labels_come_from_the_forms_that_are_passed_and_not_from_earlier_ones() -> None:
    assert is_number("一百", every_label(OFFICIAL))
    form = parse_form_file(own_forms.text().replace('["政务微博"]', '["一百"]'), "a.toml")
    assert not is_number("一百", every_label(Forms.of(form)))
    assert is_number("一百", every_label(OFFICIAL))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_form_file_saved_by_notepad_is_read_in_any_of_its_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "补充表.toml"
    file.write_bytes(own_forms.text().replace("\n", "\r\n").encode(encoding))
    assert read_form_file(file) == read_form_file(OWN)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ('base = "2021"', 'base = "2012"', "base：没有“2012”版的官方格式，是不是“2021”？"),
        ('edition = "清江省补充表"', 'edition = "2021"', "edition：名称用"),
        ('edition = "清江省补充表"', 'edition = "省/表"', "edition：名称用"),
        ("sums = true", "sum = true", "没有“sum”这一项，是不是“sums”？"),
        ('each = "cell"', 'each = "cel"', "relations[2].each：没有“cel”这个值"),
        ('kind = "decimal"', 'kind = "float"', "没有“float”这个值"),
        ("rows = 4", 'rows = "4"', "topics[0].rows：应当是整数，写的是文字"),
        ("rows = 4", "rows = 4000", "topics.notes.newmedia.rows：应当在 1 到 200 之间"),
        ('right = ["requests.new.total"]', 'right = ["requests.now.total"]', "是不是“requests.new.total”？"),
        ('right = ["wechat", "weibo", "video"]', 'right = ["wechat", "webo", "video"]', "是不是“weibo”？"),
        ('only = ["received"]', "only = []", "用 only 写明是哪些"),
        ('left = ["channel_total.received"]', 'left = ["requests.new.total"]', "第一项要是本表的格子"),
        ('left = ["channel_total.received"]', "left = []", "等式的两边都要有"),
        ('key = "weibo"', 'key = "wechat"', "“wechat”写了两次"),
        ('key = "weibo"', 'key = "微博"', "应当用小写英文字母"),
        ('label = ["政务微博"]', 'label = ["规章"]', "“规章”与另一行同名"),
        ('label = ["政务微博"]', "label = []", "标签有 1 到 3 级"),
        ('label = ["政务微博"]', 'label = [""]', "标签“”应当有 1 到 120 个字"),
        ('label = ["政务微博"]', 'label = ["2024"]', "标签“2024”只有数字或者符号"),
        ('label = ["政务微博"]', 'label = ["-1"]', "标签“-1”只有数字或者符号"),
        ('label = ["政务微博"]', 'label = ["政务\\n微博"]', "应当是一行字"),
        ('sheet = "七、省补充表"', 'sheet = "校验"', "“校验”这个工作表已经有了"),
        ('sheet = "七、省补充表"', 'sheet = "一、总体情况"', "“一、总体情况”写了两次"),
        ('sheet = "七、省补充表"', 'sheet = "七/省"', "工作表名"),
        ('sheet = "七、省补充表"', f'sheet = "{"𠮷" * 16}"', "工作表名最多 31 个字（生僻字算两个）"),
        ('id = "newmedia"\nsection = "newmedia"', 'id = "newmedia"\nsection = "matters"', "官方报告的部分"),
        ('id = "newmedia"\nsection = "newmedia"', 'id = "requests"\nsection = "newmedia"', "“requests”写了两次"),
        ('id = "newmedia.media"', 'id = "requests.balance"', "这是已有规则的名称"),
        ('board = ["media_total.posts"', 'board = ["media_total.post"', "没有“media_total.post”这一格，是不是“"),
        ('left = ["media_total"]', 'left = ["weibo"]', "合计互相依赖"),
        ('right = ["online", "post", "counter"]', 'right = ["online", "-post"]', "相加的各项，不能减"),
        ('right = ["requests.new.total"]', 'right = ["requests.new.total"]\nsums = true', "右边是同一张表里相加的各项"),
        ('right = ["previous.accounts"]', 'right = ["accounts"]\nadvise = ""', "是不是“advice”？"),
        ('edition = "清江省补充表"', 'edition = "清江省补充表"\nedition = "乙"', "第 5 行写得不对"),
        ('edition = "清江省补充表"', "edition = 清江", "第 4 行写得不对"),
        ('edition = "清江省补充表"', "edition = " + "[" * 5000, "括号套得太深"),
        ("rows = 4", "rows = " + "9" * 5000, "有一个数字太长"),
        ('unit = "个"', f'unit = "{"个" * 11}"', "tables.newmedia.accounts_before.unit：单位最多 10 个字"),
        ('corner = "平台"', 'corner = "平\\u202e台"', "tables[0].blocks[0].corner：“平 台”应当是一行字"),
        ('corner = "平台"', f'corner = "{"平" * 1001}"', "应当是一行字，最多 1000 个"),
    ],
)
def test_a_mistake_in_a_supplementary_form_is_rejected_in_one_sentence_with_file_and_place(
    old: str, new: str, sentence: str
) -> None:
    text = own_forms.text()
    assert old in text
    with pytest.raises(EditionError) as refused:
        parse_form_file(text.replace(old, new, 1), "补充表.toml")
    message = str(refused.value)
    assert message.startswith("补充表.toml：")
    assert sentence in message
    assert "\n" not in message


def test_a_randomly_changed_form_file_is_either_printable_or_rejected_in_one_sentence() -> None:
    """One word replaces another of the same kind, so that most mistakes get past the first checks."""
    word = re.compile(r'"[^"]*"|\b[a-z_]+\b|\d+')
    text, random, forms = own_forms.text(), Random(1), 0
    words, sentences = word.findall(text), []
    for _ in range(250):
        slip = random.choice(list(word.finditer(text)))
        other = random.choice(
            [word for word in words if word[0] == slip[0][0] or (word[0].isalpha() and slip[0][0].isalpha())]
        )
        try:
            form = parse_form_file(text[: slip.start()] + other + text[slip.end() :], "表.toml")
        except EditionError as refused:
            sentences.append(str(refused))
            continue
        forms += 1
        if forms % 10 == 0:
            blank = make_report(form=form, year=2025, figures={})
            assert read_data(workbook_bytes(blank), forms=Forms.of(form)).report == blank
    assert [sentence for sentence in sentences if not re.fullmatch(r"表.toml：.*[。？]", sentence)] == []
    assert 25 < forms < 225


def test_a_table_too_large_for_a_page_is_rejected() -> None:
    columns = "\n".join(f'{{ key = "c{n}", label = ["第{n}列"], unit = "件" }},' for n in range(15))
    head, tail = own_forms.text().split("columns = [\n", 1)
    wide = head + "columns = [\n" + columns + tail
    with pytest.raises(EditionError, match=r"tables.newmedia：连行标签有 20 列，最多 15 列"):
        parse_form_file(wide, "宽.toml")


def test_a_file_that_is_not_a_form_is_rejected_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="这是文件夹或者设备"):
        read_form_file(tmp_path)
    with pytest.raises(GoujiError, match="找不到"):
        read_form_file(tmp_path / "没有.toml")
    large = tmp_path / "大.toml"
    large.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(EditionError, match=r"大.toml：文件超过 256 KB，不是格式文件"):
        read_form_file(large)
    binary = tmp_path / "表.toml"
    binary.write_bytes(b"\xff\xfe\x00\x81\xff")
    with pytest.raises(EditionError, match="不是文本文件"):
        read_form_file(binary)
    (tmp_path / "空.toml").write_bytes(b"")
    with pytest.raises(EditionError, match=r"空.toml：缺少“edition”这一项"):
        read_form_file(tmp_path / "空.toml")


def test_a_command_lists_the_known_editions_and_says_how_to_name_a_supplementary_form(tmp_path: Path) -> None:
    assert run("template", "-o", tmp_path / "a.xlsx", "--edition", "2020", fails=2) == (
        "gouji：没有“2020”版的格式。现有的是：2021、2019。\n"
    )


# ---------------------------------------------------------------- one unit: workbook, reader, checks, correction, Word


def test_from_the_blank_workbook_to_the_word_report_with_commands_alone(tmp_path: Path) -> None:
    blank, filled, back = (tmp_path / name for name in ("空表.xlsx", "填好.xlsx", "退回.xlsx"))
    assert "已生成填报表" in run(
        "template", "--edition", OWN, "-o", blank, "--year", "2025", "--unit", "青石镇人民政府"
    )
    assert openpyxl.load_workbook(blank).sheetnames == [*layout_of(own_forms.own_form()).sheets]
    filled.write_bytes(workbook_bytes(broken()))
    output = run("check", "--edition", OWN, filled, fails=1)
    assert "必须改正 1 处" in output
    assert f"{SHEET}“渠道合计”行：应当“渠道合计＝第三部分本年新收的总计”" in output
    assert "请对照依申请公开登记簿，每件申请只按一个渠道计一次。" in output
    run("correct", "--edition", OWN, filled, "-o", back)
    cover = openpyxl.load_workbook(back).worksheets[0]
    assert any("渠道合计＝第三部分本年新收的总计" in str(cell.value) for row in cover.rows for cell in row)
    right = tmp_path / "对的.xlsx"
    right.write_bytes(workbook_bytes(own_forms.right()))
    assert "：通过。" in run("check", "--edition", OWN, right)
    run("report", "--edition", OWN, right, "-o", tmp_path / "报告.docx")
    table = docx.Document(str(tmp_path / "报告.docx")).tables[-1]
    assert [cell.text for cell in table.rows[6].cells] == ["新媒体合计", "1", "3", "120", "3.75"]


def test_a_report_on_an_unknown_form_is_rejected_with_what_to_do() -> None:
    data = to_json(own_forms.right())
    with pytest.raises(DocumentError, match="用的是自定格式“没见过的表”。请用 --edition 写明它的格式文件"):
        from_json(data.replace(NAME.encode(), "没见过的表".encode()), forms=own_forms.forms())


@pytest.mark.parametrize("medium", ["workbook", "json", "word", "web"])
def test_a_report_written_in_any_medium_is_read_back(medium: str) -> None:
    report = own_forms.right()
    data = {"workbook": workbook_bytes, "json": to_json, "word": document_bytes, "web": page_bytes}[medium](report)
    read = read_data(data, forms=own_forms.forms()).report
    assert (read.edition, read.year, read.figures) == (report.edition, report.year, report.figures)
    assert read.texts["notes.newmedia"] == ("账号数按年末统计。",)
    assert isinstance(read.figures["newmedia.wechat.views"], Decimal)


@pytest.mark.parametrize("shape", own_forms.SHAPES)
def test_a_table_of_any_shape_that_fits_a_page_is_written_and_read_back_in_every_medium(shape: str) -> None:
    form = parse_form_file(own_forms.SHAPES[shape], "形状.toml")
    forms = Forms.of(form)
    base = reports.right(form.base)
    figures = {ref: index % 50 for index, ref in enumerate(form.inputs)} | dict(base.figures)
    report = make_report(form=form, year=base.year, unit=base.unit, figures=figures, texts=base.texts)
    assert check(report) == ()
    assert read_data(workbook_bytes(report), forms=forms).report == report
    for data in (document_bytes(report), page_bytes(report)):
        reading = read_data(data, forms=forms)
        assert (reading.report.edition, reading.report.figures) == (form.edition, report.figures)
        assert [finding for finding in reading.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("shape", ["months", "two groups", "side by side"])
def test_a_table_of_any_shape_is_added_up(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "形状.toml"
    file.write_text(own_forms.SHAPES[shape], "utf-8")
    office = Office(tmp_path / "年报", TOWNS[:2], file)
    form = office.workspace.settings.form
    for unit in office.members:
        base = answer(unit)
        figures = dict.fromkeys(form.inputs, 6_001) | dict(base.figures)
        report = make_report(
            form=form, year=base.year, unit=base.unit, people=base.people, figures=figures, texts=base.texts
        )
        office.says(report, f"{unit.code}.json")
    office.run("collect")
    office.run("summary", "--partial")
    book = openpyxl.load_workbook(office.folder / "汇总" / "汇总.xlsx", data_only=True)
    shown = [cell.value for row in book["汇总"].rows for cell in row]
    assert shown.count(12_002) == len(form.table("own").cells)


def test_a_published_report_without_the_supplementary_table_is_reported_as_incomplete() -> None:
    reading = read_data(document_bytes(reports.right("2021")), forms=own_forms.forms())
    assert reading.report.edition.startswith(NAME)
    assert "published.missing:newmedia" in {finding.id for finding in reading.findings}


@pytest.mark.parametrize(
    "figures, found",
    [
        ({"newmedia__counter__received": 1}, {"newmedia.requests:channel_total"}),
        ({"newmedia__wechat__posts": Decimal("1.5")}, {"figure.fraction:newmedia.wechat.posts"}),
        ({"newmedia__wechat__views": -1}, {"figure.negative:newmedia.wechat.views"}),
        ({"newmedia__wechat__views": None}, {"figure.blank:newmedia"}),
    ],
)
def test_each_mistake_in_the_supplementary_table_is_found(figures: dict[str, int | None], found: set[str]) -> None:
    report = reports.with_figures(own_forms.right(), **figures)
    first = [
        finding
        for finding in check(read_data(workbook_bytes(report), forms=own_forms.forms()))
        if finding.echo_of is None
    ]
    assert {finding.id for finding in first} == found


def test_a_typed_total_of_the_supplementary_table_is_checked_against_its_parts() -> None:
    right = own_forms.right()
    data = json.loads(to_json(right))
    data["figures"]["newmedia.media_total.posts"] += 5
    typed = from_json(json.dumps(data).encode(), forms=own_forms.forms())
    found = [finding for finding in check(typed) if finding.severity == "error"]
    assert [(finding.rule, finding.id) for finding in found] == [("form.total", "newmedia.media:posts")]
    assert "应当“新媒体合计＝微信公众号＋政务微博＋短视频号”" in found[0].message


def test_last_years_figure_of_the_supplementary_table_is_carried_over_and_compared() -> None:
    last = reports.changed(own_forms.right(), year=2024)
    found = [finding for finding in check(own_forms.right(), last) if finding.rule == "form.continuity"]
    assert {finding.id for finding in found} == {"newmedia.carried:wechat", "newmedia.carried:video"}
    assert "上年末账号数＝上年报告的本年末账号数" in found[0].message


def test_a_zero_declaration_does_not_hide_a_difference_between_two_tables() -> None:
    """The workbook and Python agree: the declared table counts as zero, the other one with its own figures."""
    form = own_forms.own_form()
    right = own_forms.right()
    added = {ref for ref in form.cells if ref.startswith("newmedia.")}
    figures = {ref: value for ref, value in right.figures.items() if ref not in added}
    declared = reports.changed(right, figures=figures, zero=("newmedia",))
    assert "newmedia.requests:channel_total" in {finding.id for finding in check(declared)}
    values = evaluate(layout_of(form).expressions, {**figures, "zero.newmedia": "是"})
    assert values["outcome.newmedia.requests:channel_total"] == 1
    both = {ref: value for ref, value in figures.items() if not ref.startswith("requests.")}
    values = evaluate(layout_of(form).expressions, {**both, "zero.newmedia": "是", "zero.requests": "是"})
    assert values["outcome.newmedia.requests:channel_total"] == 0


# ---------------------------------------------------------------- another version of the file


def other_version(tmp_path: Path, old: str, new: str) -> Path:
    text = own_forms.text()
    assert old in text
    file = tmp_path / "改过.toml"
    file.write_text(text.replace(old, new), "utf-8")
    return file


def test_a_workbook_of_another_version_with_the_same_labels_is_read_with_a_note(tmp_path: Path) -> None:
    form = own_forms.own_form()
    report = own_forms.right()
    data = workbook_bytes(report)
    newer = read_form_file(other_version(tmp_path, "报告年度发布的条数", "报告年度原创和转载的条数"))
    assert newer.edition != form.edition
    reading = read_data(data, forms=Forms.of(newer))
    assert (reading.report.edition, reading.report.figures) == (newer.edition, report.figures)
    assert "form.version" in {finding.rule for finding in reading.findings}


def test_a_workbook_of_another_version_with_other_labels_is_rejected_by_name(tmp_path: Path) -> None:
    data = workbook_bytes(own_forms.right())
    newer = read_form_file(other_version(tmp_path, "网络平台", "网上平台"))
    with pytest.raises(DocumentError, match=rf"填报表是用格式“{NAME}”的另一个版本生成的，与现在的不同：{SHEET}!A14"):
        read_data(data, forms=Forms.of(newer))


def test_a_workbook_of_an_unknown_form_is_rejected_with_what_to_do() -> None:
    data = workbook_bytes(own_forms.right())
    with pytest.raises(DocumentError, match=rf"填报表用的是自定格式“{NAME}”。请用 --edition 写明它的格式文件（.toml）"):
        read_data(data)


def test_a_workbook_without_its_identity_is_recognised_as_the_form_that_has_all_its_labels() -> None:
    for report in (own_forms.right(), reports.right("2021")):
        stripped = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(report))) as old, zipfile.ZipFile(stripped, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "docProps/custom.xml":
                    data = re.sub(rb"<property .*</property>", b"", data)
                if name == "xl/sharedStrings.xml":
                    data = data.replace(f"<t>{report.edition}</t>".encode(), b"<t></t>")
                new.writestr(name, data)
        assert read_data(stripped.getvalue(), forms=own_forms.forms()).report.edition == report.edition


# ---------------------------------------------------------------- an office's year


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return an office with three units and their collected submissions, of which the second has a mistake."""
    office = Office(tmp_path_factory.mktemp("own") / "年报", TOWNS[:3])
    office.run("issue")
    for number, unit in enumerate(office.members, 1):
        wrong = {"newmedia__counter__received": 1} if number == 2 else {}
        office.answers(unit, number, **wrong)
    office.run("collect")
    return office


@pytest.fixture
def office(collected: Office, tmp_path: Path) -> Office:
    copied = collected.copied(tmp_path / "搬到别处")
    assert isinstance(copied, Office)
    return copied


def test_the_form_is_copied_into_the_workspace_so_that_nothing_outside_is_needed(
    collected: Office, office: Office
) -> None:
    assert f"用自定格式“{NAME}”" in collected.told
    assert (office.folder / "自定格式.toml").read_bytes() == OWN.read_bytes()
    assert office.states() == {unit.code: state for unit, state in zip(TOWNS, ("done", "wrong", "done"), strict=False)}


def test_the_office_finds_the_broken_relation_and_sends_the_form_back(office: Office) -> None:
    unit = office.members[1]
    assert office.findings(unit) == ["newmedia.requests:channel_total"]
    office.run("return")
    (back,) = (office.folder / "退回").glob(f"{unit.code}_*.xlsx")
    assert read_data(back.read_bytes(), forms=own_forms.forms()).report.edition.startswith(NAME)
    (letter,) = (office.folder / "退回").glob(f"{unit.code}_*.docx")
    text = "".join(paragraph.text for paragraph in docx.Document(str(letter)).paragraphs)
    text += "".join(
        cell.text for table in docx.Document(str(letter)).tables for row in table.rows for cell in row.cells
    )
    assert "渠道合计＝第三部分本年新收的总计" in text


def test_the_countys_totals_include_the_supplementary_table_and_its_relations(office: Office) -> None:
    office.answers(office.members[1], 2, "改好.xlsx")
    office.run("collect")
    assert set(office.states().values()) == {"done"}
    office.run("summary", "--report", "--papers")
    book = openpyxl.load_workbook(office.folder / "汇总" / "汇总.xlsx", data_only=True)
    assert {"新媒体合计", "渠道合计", 360, 11.25} <= {cell.value for row in book["汇总"].rows for cell in row}
    relations = [[cell.value for cell in row] for row in book["勾稽"].rows]
    assert any("渠道合计＝第三部分本年新收的总计" in row and "相符" in row for row in relations)
    (path,) = (office.folder / "汇总").glob("*汇总填报表.xlsx")
    whole = read_data(path.read_bytes(), forms=own_forms.forms()).report
    assert whole.figures["newmedia.media_total.posts"] == 360
    assert whole.figures["newmedia.wechat.views"] == Decimal("9.75")
    papers = docx.Document(str(office.folder / "汇总" / "工作底稿.docx"))
    assert any(f"，另加{NAME}（" in paragraph.text for paragraph in papers.paragraphs)


def test_reports_web_pages_and_the_board_include_the_supplementary_table(office: Office) -> None:
    office.run("report", "--all")
    documents = [docx.Document(str(path)) for path in sorted((office.folder / "报告").glob("*.docx"))]
    assert [document.tables[-1].rows[6].cells[0].text for document in documents] == ["新媒体合计"] * 2
    office.run("publish", "--all")
    pages = office.folder / "报告" / "网页"
    assert "新媒体合计" in next(pages.rglob("*.html")).read_text("utf-8")
    assert "newmedia.wechat.views" in next(pages.rglob("*.csv")).read_text("utf-8-sig")
    assert "newmedia.wechat.views" in next(pages.rglob("*.json")).read_text("utf-8")
    office.run("board")
    assert "新媒体合计，全年发布条数" in (office.folder / "汇总" / "看板.html").read_text("utf-8")


def test_next_years_workspace_takes_over_the_form_and_the_carried_figures(office: Office, tmp_path: Path) -> None:
    output = office.run("init", tmp_path / "下一年", "--after", office.folder)
    assert f"用自定格式“{NAME}”" in output
    assert "接过来上年的报告 2 份" in output
    shutil.rmtree(office.folder)
    office.folder = tmp_path / "下一年"
    office.run("issue")
    issued = read_data(office.form(office.members[0]).read_bytes(), forms=own_forms.forms())
    assert issued.report.figures["newmedia.wechat.accounts_before"] == 2
    assert "newmedia.wechat.accounts_before" in issued.locked


def test_next_year_may_use_another_version_of_the_form_with_fewer_cells(office: Office, tmp_path: Path) -> None:
    text = re.sub(r'  \{ key = "posts".*\n', "", own_forms.text()).replace(', "posts"', "")
    text = re.sub(r"^(board|chart) = .*$", "", text, flags=re.MULTILINE)
    newer = tmp_path / "新.toml"
    newer.write_text(text, "utf-8")
    office.run("init", tmp_path / "下一年", "--after", office.folder, "--edition", newer)
    office.folder = tmp_path / "下一年"
    office.run("issue")
    issued = read_data(office.form(office.members[0]).read_bytes(), forms=Forms.of(read_form_file(newer))).report
    assert issued.figures["newmedia.wechat.accounts_before"] == 2
    assert "newmedia.wechat.posts" not in issued.form.cells


def test_last_years_reports_on_another_version_of_the_form_are_added_up_and_compared(
    office: Office, tmp_path: Path
) -> None:
    text = own_forms.text().replace("报告年度发布的条数", "报告年度原创的条数")
    newer = tmp_path / "新.toml"
    newer.write_text(text, "utf-8")
    office.run("init", tmp_path / "下一年", "--after", office.folder, "--edition", newer)
    office.folder = tmp_path / "下一年"
    office.run("issue")
    unit = office.members[0]
    issued = read_data(office.form(unit).read_bytes(), forms=office.workspace.settings.forms).report
    answered = reports.changed(office.filled(unit), figures={**office.filled(unit).figures, **issued.figures})
    office.says(answered, f"{unit.code}.json")
    office.run("collect")
    for finding in office.findings(unit, "error"):
        office.run("waive", unit.code, finding, "与上年的报告对过")
    for finding in office.findings(unit, "query"):
        office.run("explain", unit.code, finding, "与上年的报告对过")
    office.run("summary", "--partial", fails=1)
    book = openpyxl.load_workbook(office.folder / "汇总" / "汇总.xlsx", data_only=True)
    shown = [str(cell.value) for sheet in book for row in sheet.rows for cell in row]
    assert any("上年的数字是 2 个单位的报告相加" in text for text in shown)


def test_a_unit_that_sends_only_the_official_form_has_not_answered(office: Office) -> None:
    unit = office.members[1]
    office.says(reports.changed(answer(unit), unit=unit_of(unit)), "第1镇（官方表）.json")
    office.run("collect")
    assert "round.form" in office.findings(unit)
    assert office.state(unit) == "wrong"


def test_a_changed_form_is_used_at_the_next_run(office: Office) -> None:
    file = office.folder / "自定格式.toml"
    file.write_text(file.read_text("utf-8").replace("每件申请只按一个渠道计一次", "请逐件核对"), "utf-8")
    office.run("status")
    office.run("collect")
    detail = json.loads(office.run("status", office.members[1].code, "--json"))
    assert "请逐件核对" in detail["findings"][0]["message"]
    assert office.run("report", "--all")


def test_a_missing_or_misplaced_form_file_is_reported_in_one_sentence(office: Office) -> None:
    (office.folder / "自定格式.toml").rename(office.folder / "别的.toml")
    assert "里写的格式文件“自定格式.toml”不在文件夹里" in office.run("status", fails=2)
    settings = office.folder / "设置.toml"
    settings.write_text(settings.read_text("utf-8").replace('"自定格式.toml"', '"../自定格式.toml"'), "utf-8")
    assert "应当是这个文件夹里的格式文件的名称" in office.run("status", fails=2)


def test_commands_in_a_workspace_use_its_form_without_naming_it(office: Office) -> None:
    unit = office.members[0]
    assert "：通过。" in office.run("check", f"回收/{office.form(unit).name}")


def test_an_office_may_add_a_form_to_an_existing_workspace(tmp_path: Path) -> None:
    county = County(tmp_path / "年报", TOWNS[:1])
    shutil.copyfile(OWN, county.folder / "省表.toml")
    settings = county.folder / "设置.toml"
    text = settings.read_text("utf-8")
    assert '# edition = "自定格式.toml"' in text
    settings.write_text(text.replace('# edition = "自定格式.toml"', 'edition = "省表.toml"'), "utf-8")
    county.run("issue")
    assert read_data(county.form(TOWNS[0]).read_bytes(), forms=own_forms.forms()).report.edition.startswith(NAME)


# ---------------------------------------------------------------- other programs


def test_the_schema_of_a_supplementary_form_describes_its_reports() -> None:
    schema = json.loads(run("schema", "--edition", OWN))
    edition = own_forms.own_form().edition
    assert edition in schema["properties"]["edition"]["enum"]
    (added,) = [
        option["then"] for option in schema["allOf"] if option["if"]["properties"]["edition"]["const"] == edition
    ]
    assert "newmedia.wechat.views" in added["properties"]["figures"]["properties"]


@pytest.mark.slow
def test_libreoffice_and_python_compute_the_same_for_a_supplementary_form(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """A clerk fills in the form and LibreOffice computes and saves it; reading the file gives the same results."""
    form, forms = own_forms.own_form(), own_forms.forms()
    layout = layout_of(form)
    files = []
    for number, report in enumerate((own_forms.right(2), broken(), reports.changed(own_forms.right(3), zero=()))):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(workbook_bytes(report))
        files.append(path)
    blank = tmp_path / "空.xlsx"
    run("template", "--edition", OWN, "-o", blank, "--year", "2025", "--unit", "青石镇人民政府")
    places = {ref: layout.places[ref] for ref in ("newmedia.online.received", "newmedia.wechat.views")}
    cells = [(place.sheet, place.address, typed) for place, typed in zip(places.values(), ("3", "2.5"), strict=True)]
    typed = tmp_path / "打字.xlsx"
    libreoffice.type_in(blank, cells, typed)
    filled = read_data(typed.read_bytes(), forms=forms).report
    assert filled.figures["newmedia.wechat.views"] == Decimal("2.5")
    assert filled.figures["newmedia.online.received"] == 3
    for saved, path in zip(libreoffice.convert(files, tmp_path / "saved"), files, strict=True):
        report = read_data(path.read_bytes(), forms=forms).report
        assert read_data(saved.read_bytes(), forms=forms).report.figures == report.figures
        shown = openpyxl.load_workbook(saved, data_only=True)
        place = layout.places["show.newmedia.requests:channel_total"]
        assert shown[CHECKS][place.address].value == ("不符" if path.name == "1.xlsx" else "相符")


@pytest.mark.slow
def test_libreoffice_also_finds_the_difference_behind_a_zero_declaration(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """The declared table is blank, as its clerk left it, while section three has requests."""
    layout = layout_of(own_forms.own_form())
    right = own_forms.right()
    official = {ref: value for ref, value in right.figures.items() if not ref.startswith("newmedia.")}
    path, saved = tmp_path / "表.xlsx", tmp_path / "零报告.xlsx"
    path.write_bytes(workbook_bytes(reports.changed(right, figures=official)))
    zero, shown = layout.places["zero.newmedia"], layout.places["show.newmedia.requests:channel_total"]
    libreoffice.type_in(path, [(zero.sheet, zero.address, "是")], saved)
    checks = openpyxl.load_workbook(saved, data_only=True)[CHECKS]
    assert checks[shown.address].value == "不符"
    found = [
        finding
        for finding in check(read_data(saved.read_bytes(), forms=own_forms.forms()))
        if finding.severity == "error"
    ]
    assert [finding.id for finding in found] == ["newmedia.requests:channel_total"]
