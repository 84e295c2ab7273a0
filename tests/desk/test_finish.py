"""The end of the year at the desk: totals, reports, pages, backup and the year after, as the commands make them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
import zipfile
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
import reports
from city_tables import city_table
from county import TODAY, TOWNS, YEAR, County, answer
from officer import Officer, at_the_desk

from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.totals.totals import totals_of
from gouji.collection.workspace.folder import Workspace
from gouji.desk.views.findings import groups_of, shown_findings
from gouji.findings.finding import found
from gouji.form.editions import load_form
from gouji.runtime.command_lines import command_line

SOME = TOWNS[:3]
COPIED = (
    "我们健全了审查制度并按季度开展自查，对门户网站栏目逐项清理。对群众反映强烈的村务公开问题，联合民政所开展了两轮现场督查，"
    "整改到位。组织村居干部参加业务培训三次，编印答复文书范本一本。"
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Return a county whose units have all passed, each with figures of its own."""
    county = County(tmp_path_factory.mktemp("finish") / f"{YEAR}年度", SOME)
    for number, unit in enumerate(SOME):
        report = answer(unit, disclosure__licensing__decisions=100 + number)
        texts = {**report.texts, "overview.general": (COPIED if number else "另有专文。",)}
        county.says(reports.changed(report, texts=texts), f"{unit.called}.json")
    county.run("collect")
    county.run("issue")
    (county.folder / "汇总" / "看板.html").unlink()
    return county


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Return a county of which one unit has sent nothing, and two have sent the same figures."""
    county = County(tmp_path_factory.mktemp("lacking") / "year", SOME)
    for unit in SOME[:2]:
        county.writes(unit)
    county.run("collect")
    return county


@pytest.fixture
def officer(done: County, tmp_path: Path) -> Iterator[Officer]:
    with at_the_desk(done.copied(tmp_path / done.folder.name).folder, TODAY) as officer:
        yield officer


def at(officer: Officer, page: str) -> Officer:
    return officer.open(f"/year/{place(officer)}/{page}")


def place(officer: Officer) -> str:
    return next(iter(officer.desk.years))


def folder(officer: Officer) -> Path:
    return next(iter(officer.desk.years.values()))


def made(folder: Path) -> dict[str, bytes]:
    """Return what stands in the folders of what was made."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for into in ("汇总", "报告")
        for path in (folder / into).rglob("*")
        if path.is_file()
    }


# ---------------------------------------------------------------- totals


def test_totals_name_who_is_missing_and_what_can_be_explained(lacking: County) -> None:
    with at_the_desk(lacking.folder, TODAY) as officer:
        at(officer, "finish").follow("看汇总的数字和还剩的问题")
        assert "不完整" in officer.text
        links = {link.text_content(): link.get("href") for link in officer.page.iter("a")}
    assert links[SOME[2].name] == f"/year/{place(officer)}/unit/{SOME[2].code}"
    assert "/do/explain?" in links["说明"]
    assert "rule=sum.same_figures:" in links["说明"]


def test_a_problem_of_the_totals_is_explained_and_the_answer_undone(lacking: County, tmp_path: Path) -> None:
    with at_the_desk(lacking.copied(tmp_path / "year").folder, TODAY) as officer:
        at(officer, "finish/totals").follow("说明").press("说明", reason="已经核对，两个单位的数字碰巧相同。")
        assert "已说明" in officer.text
        assert officer.address.startswith(f"/year/{place(officer)}/finish/totals")
        assert "说明" not in [link.text_content() for link in officer.page.iter("a")]
        at(officer, "finish/totals").follow("撤销").press("撤销", reason="再核对一遍")
        assert "说明" in [link.text_content() for link in officer.page.iter("a")]


def test_a_page_names_no_command_beside_a_finding() -> None:
    finding = found("sum.same_file", "1-2", name="甲镇", other="乙镇", sha256="0" * 8)
    (shown,) = shown_findings(groups_of([JudgedFinding(finding, "")]), None, (), {}, answerable=True)
    assert "gouji" not in shown.message
    assert shown.message.endswith("不是的不采用。")


def test_totals_are_shown_in_the_official_tables(officer: Officer) -> None:
    at(officer, "finish/totals")
    shown = {cell.get("id")[2:]: cell.text_content() for cell in officer.page.xpath("//td[@id]")}
    summed = officer.desk.year(place(officer)).workspace
    assert "不完整" not in officer.text
    assert shown["requests.new.total"] == figure(summed, "requests.new.total")


def figure(workspace: Workspace, ref: str) -> str:
    return str(totals_of(workspace).figures[ref])


def test_what_cannot_be_added_up_yet_is_said_without_a_command(tmp_path: Path) -> None:
    with at_the_desk(County(tmp_path / "new", SOME).folder, TODAY) as officer:
        assert at(officer, "finish/totals").answer.status_code == 409
        assert "还没有通过的单位" in officer.text
        assert "gouji collect" not in officer.text


# ---------------------------------------------------------------- the same bytes


@pytest.mark.parametrize(
    ("button", "ticked"),
    [
        ("汇总", {"own": "1", "papers": "1"}),
        ("生成 Word 报告", {"zip": "1"}),
        ("生成网页和数据", {}),
        ("生成看板", {}),
        ("写通报", {}),
    ],
)
def test_a_button_writes_what_its_command_writes(
    officer: Officer, done: County, tmp_path: Path, button: str, ticked: dict[str, str]
) -> None:
    at(officer, "finish").press(button, **ticked)
    task = officer.waited().desk.tasks.last
    assert task is not None
    assert not task.trouble
    twin = done.copied(tmp_path / "twin")
    twin.run(*task.command)
    assert command_line(["gouji", *task.command]) in officer.text
    assert made(folder(officer)) == made(twin.folder)
    assert made(folder(officer)) != made(done.folder)


def test_a_superiors_table_is_filled_in_a_copy_with_what_was_filled(
    officer: Officer, done: County, tmp_path: Path
) -> None:
    table, _ = city_table(load_form("2021"))
    at(officer, "finish").press("填表", files={"theirs": [("../市里的/汇总.xlsx", table)]})
    task = officer.waited().desk.tasks.last
    assert "填了" in officer.text
    twin = done.copied(tmp_path / "twin")
    (twin.folder / "汇总/上级的表").mkdir()
    (twin.folder / "汇总/上级的表/汇总.xlsx").write_bytes(table)
    twin.run(*task.command)
    assert made(folder(officer)) == made(twin.folder)
    before = made(folder(officer))
    # The same table again: the first copy, which somebody may have completed, stays.
    at(officer, "finish").press("填表", files={"theirs": [("汇总.xlsx", table)]}).waited()
    assert made(folder(officer)).items() > before.items()


def test_a_circular_that_was_completed_is_not_replaced(officer: Officer) -> None:
    at(officer, "finish").press("写通报").waited()
    completed = folder(officer) / "汇总" / "报送情况通报.docx"
    completed.write_bytes(b"completed")
    at(officer, "finish").press("写通报").waited()
    assert completed.read_bytes() == b"completed"
    assert "报送情况通报2.docx" in at(officer, "finish").text


def test_the_own_report_follows_the_form_that_the_office_above_issued(
    officer: Officer, done: County, tmp_path: Path
) -> None:
    twin = done.copied(tmp_path / "twin")
    issued = next(path for path in twin.folder.joinpath("下发").glob("*.xlsx"))
    at(officer, "finish").press("汇总", own="1", files={"issued": [(issued.name, issued.read_bytes())]})
    task = officer.waited().desk.tasks.last
    assert task is not None
    kept = twin.folder / "汇总" / "上级的表" / issued.name
    kept.parent.mkdir()
    kept.write_bytes(issued.read_bytes())
    twin.run(*task.command)
    assert "--form" in task.command
    assert made(folder(officer)) == made(twin.folder)


# ---------------------------------------------------------------- files and previews


def test_what_was_made_can_be_downloaded_and_nothing_else(officer: Officer) -> None:
    at(officer, "finish").press("生成 Word 报告", zip="1").waited()
    at(officer, "preview").follow(f"{SOME[0].code}_")
    assert officer.answer.headers["Content-Disposition"].startswith("attachment")
    assert officer.answer.data in made(folder(officer)).values()
    keys = [link.get("href").rpartition("/")[2] for link in at(officer, "finish").page.xpath("//a[@download]")]
    assert at(officer, f"product/{keys[0]}").answer.status_code == 200
    for key in (key_of("台账.sqlite"), key_of("签发密钥.txt"), "..%2f台账.sqlite", "汇总/看板.html"):
        assert at(officer, f"product/{key}").answer.status_code == 404


def key_of(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:16]


def test_a_link_in_a_folder_leads_to_no_file_outside(officer: Officer) -> None:
    outside = folder(officer).with_name("outside.xlsx")
    outside.write_bytes(b"not ours")
    (folder(officer) / "汇总" / "里面.xlsx").symlink_to(outside)
    assert "里面.xlsx" not in at(officer, "finish").text
    assert at(officer, f"product/{key_of('汇总/里面.xlsx')}").answer.status_code == 404


def test_a_report_is_previewed_as_a_page_that_can_do_nothing(officer: Officer) -> None:
    at(officer, "preview")
    (frame,) = officer.page.iter("iframe")
    assert frame.get("sandbox") == ""
    answer = officer.open(frame.get("src")).answer
    policy = answer.headers["Content-Security-Policy"]
    assert "script" not in policy
    assert "'unsafe-inline'" not in policy
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    (style,) = page.iter("style")
    allowed = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert f"'sha256-{allowed}'" in policy
    assert SOME[0].name in page.text_content()


def test_only_a_unit_that_has_passed_is_previewed(lacking: County) -> None:
    with at_the_desk(lacking.folder, TODAY) as officer:
        assert at(officer, f"preview/page/{SOME[2].code}").answer.status_code == 404
        assert at(officer, "preview/page/nothing").answer.status_code == 404
        assert "还没有通过" in at(officer, f"preview?unit={SOME[2].code}").text


def test_reports_say_whether_they_are_up_to_date(officer: Officer) -> None:
    assert "0 个是最新的，3 个要生成" in at(officer, "finish").text
    at(officer, "finish").press("生成 Word 报告").waited()
    assert "3 个已通过的单位都是最新的" in at(officer, "finish").text


# ---------------------------------------------------------------- backup and the year after


def test_a_backup_stands_beside_the_workspace_and_is_named_with_its_time(officer: Officer) -> None:
    assert "还没有备份过" in at(officer, "finish").text
    at(officer, "finish").press("现在备份").waited()
    (backup,) = folder(officer).parent.glob("*.zip")
    assert backup.name in at(officer, "finish").text
    with zipfile.ZipFile(backup) as packed:
        assert any(name.endswith("台账.sqlite") for name in packed.namelist())


def test_a_check_of_the_archive_names_whose_file_is_not_as_it_was_received(officer: Officer) -> None:
    at(officer, "finish").press("检查归档和台账").waited()
    assert "归档和收到时一样，台账完好。" in officer.text
    archived = next((folder(officer) / "归档").glob("*/*.*"))
    archived.chmod(0o644)
    archived.write_bytes(archived.read_bytes()[:-1] + b"x")
    at(officer, "finish").press("检查归档和台账").waited()
    assert re.search(
        rf"第\d镇人民政府的“回收/.*”在归档里的文件和收到时不一样了（归档/.*{archived.name}）。", officer.text
    )
    assert "还是好的：把“回收”再收一遍，归档就补上了。" in officer.text


def test_the_next_year_begins_beside_this_one_as_its_command_makes_it(
    officer: Officer, done: County, tmp_path: Path
) -> None:
    at(officer, "finish")
    assert officer.page.get_element_by_id("name").value == f"{YEAR + 1}年度"
    officer.press("新建下一年度", name="../../县里的 下一年/明年", deadline=f"{YEAR + 2}-01-10")
    assert f"已新建 {YEAR + 1} 年度的工作文件夹" in officer.text
    begun = folder(officer).with_name("明年")
    assert officer.address.startswith(f"/year/{officer.desk.open(begun)}/")
    command = re.search(r"gouji (init .*?-01-10)", officer.text)
    assert command
    twin = done.copied(tmp_path / "twin" / done.folder.name)
    here = str(folder(officer).parent)
    twin.run(*(word.replace(here, str(twin.folder.parent)) for word in shlex.split(command[1])))
    for name in ("设置.toml", "名册.xlsx"):
        assert (begun / name).read_bytes() == (twin.folder.with_name("明年") / name).read_bytes()


def test_a_year_that_cannot_begin_leaves_what_was_typed(officer: Officer) -> None:
    at(officer, "finish").press("新建下一年度", name=folder(officer).name, deadline="明天")
    assert officer.answer.status_code == 409
    assert "不是日期" in officer.text
    assert officer.page.get_element_by_id("deadline").value == "明天"
    officer.press("新建下一年度", deadline="")
    assert "已经是工作文件夹" in officer.text


# ---------------------------------------------------------------- copied texts


def test_the_same_sentences_of_two_units_stand_side_by_side(officer: Officer, done: County) -> None:
    at(officer, "alike").press("比较各单位的文字").waited()
    said = json.loads(done.run("alike", "--json"))["pairs"]
    pairs = [tuple(cell.text_content() for cell in row.iter("td")) for row in officer.page.xpath("//tbody/tr")]
    assert pairs
    assert pairs == [tuple(two) for pair in said for two in pair["sentences"]]


def test_a_unit_stands_over_the_years_as_the_command_prints_it(officer: Officer, done: County) -> None:
    at(officer, "years").press("看", unit=SOME[1].code)
    said = done.run("status", SOME[1].code, "--years").split()
    shown = [cell.text_content() for cell in officer.page.xpath("//tbody//*[self::th or self::td]")]
    assert shown
    assert set(" ".join(shown).split()) <= set(said)
    assert at(officer, "years?unit=nothing").answer.status_code == 404
