"""Each rule about texts with sentences that it reports, and similar ones that it must not report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_texts import findings_of, sample, with_text

from gouji.checks import check
from gouji.checks.settings import RuleSettings
from gouji.findings.rules import RULES
from gouji.form.editions import load_form
from gouji.report.model import Unit

TOWN = Unit("安澜县清溪镇人民政府", "410999101", "township")
TOWNSHIP = Unit("安澜县白沙乡人民政府", "410999103", "township")
STREET = Unit("安澜县城关街道办事处", "410999001", "township")
BUREAU = Unit("安澜县水利局", "410999201", "county_department")
COMMISSION = Unit("安澜县发展和改革委员会", "410999202", "county_department")
COUNTY = Unit("安澜县人民政府", "410999000", "county")
CITY = Unit("云州市人民政府", "410900000", "city")
NEIGHBOURS = ("安澜县柳塘镇人民政府", "安澜县白沙乡人民政府", "安澜县城关街道办事处", "安澜县水利局", "安澜县教育局")

# ---------------------------------------------------------------- the year

WRONG_YEARS = [
    ("overview.general", "2024年，我镇坚持以公开为常态，主动公开各类信息214条。", "2024"),
    ("overview.general", "2023年度共公开信息150条，其中政策文件12条。", "2023"),
    ("overview.disclosure", "一是2024年我镇认真做好财政预决算公开。", "2024"),
    ("overview.general", "2026年，我镇收到申请12件。", "2026"),
    ("overview.general", "截至2024年12月31日，我镇共公开信息266条。", "2024"),
    ("overview.general", "2026年，我局主动公开招生计划、学区划分等信息702条。", "2026"),
    ("preamble", "本报告所列数据的统计期限为2024年1月1日至2024年12月31日。", "2024"),
    ("preamble", "统计期限自2024年1月1日至12月31日止。", "2024"),
    ("preamble", "统计期限为2025年1月1日至2024年12月31日。", "2024"),
    ("preamble", "现公布清溪镇人民政府2024年政府信息公开工作年度报告。", "2024"),
    ("problems.general", "存在更新不及时的问题。2025年，我镇将加强日常检查。", "2025"),
    ("problems.improvements", "下一步，2024年将继续完善制度。", "2024"),
]
RIGHT_YEARS = [
    ("overview.general", "截至2024年12月31日，结转申请1件。"),
    ("overview.general", "2025年，我镇坚持以公开为常态，主动公开各类信息214条。"),
    ("overview.general", "2024年收到申请7件，2025年收到申请12件，同比增长71%。"),
    ("overview.general", "2024年，我镇收到申请7件；2025年收到申请12件。"),
    ("overview.general", "2024年结转的1件申请已于2025年1月办结。"),
    ("overview.general", "按照国办公开办函〔2021〕30号文件要求，规范编制年度报告。"),
    ("overview.general", "认真贯彻2019年修订的《中华人民共和国政府信息公开条例》，落实各项要求。"),
    ("overview.general", "1月31日前，按时公布2024年政府信息公开工作年度报告。"),
    ("overview.management", "对2020年以来制发的文件作了清理。"),
    ("overview.general", "2023年印发的公开制度继续执行。"),
    ("overview.platform", "2022年起只保留1个公众号。"),
    ("overview.general", "2026年，我镇将继续扩大公开范围。"),
    ("overview.general", "2026年，我镇力争公开信息200条，制定年度计划。"),
    ("preamble", "本报告所列数据的统计期限为2025年1月1日至12月31日。"),
    ("preamble", "统计期限为2025年1月1日起至2025年12月31日止，比2024年1月1日至12月31日的口径没有变化，同比可比。"),
    ("preamble", "本报告于2026年1月20日公布，可在县政府门户网站下载。"),
    ("problems.general", "2025年，针对上年问题作了整改。2026年，我镇将加强日常检查。"),
    ("problems.problems", "2024年存在的更新不及时问题已整改到位。"),
    ("problems.improvements", "下一步，2026年3月底前公布统一格式，2027年全面推开。"),
]


@pytest.mark.parametrize("topic, text, year", WRONG_YEARS)
def test_a_wrong_year_is_reported(topic: str, text: str, year: str) -> None:
    (finding,) = findings_of("wording.year", with_text(text, topic=topic))
    assert (finding.actual, finding.expected) == (year, "2025")
    assert finding.message.count("年") > 2


@pytest.mark.parametrize("topic, text", RIGHT_YEARS)
def test_a_year_that_is_right_in_its_place_is_not_reported(topic: str, text: str) -> None:
    assert findings_of("wording.year", with_text(text, topic=topic)) == []


def test_a_wrong_year_is_reported_once_per_section_and_only_if_the_year_is_known() -> None:
    texts = ("2024年，我镇公开信息12条。", "2024年，我镇组织培训2场。")
    assert len(findings_of("wording.year", with_text(*texts))) == 1
    assert findings_of("wording.year", with_text(*texts, year=None)) == []


# ---------------------------------------------------------------- who speaks

WRONG_SELF_REFERENCES = [
    (TOWN, "我局认真做好政府信息公开工作。", "我局"),
    (TOWN, "2025年，我县坚持以公开为常态。", "我县"),
    (TOWN, "申请由我委统一受理。", "我委"),
    (TOWN, "全年公开信息214条，本乡各村每月公示一次。", "本乡"),
    (TOWNSHIP, "我镇全年公开信息100条。", "我镇"),
    (STREET, "我镇全年公开信息100条。", "我镇"),
    (BUREAU, "我镇严格落实公开审查制度。", "我镇"),
    (BUREAU, "我委全年公开信息80条。", "我委"),
    (COMMISSION, "本局全年公开信息80条。", "本局"),
    (Unit("云州市住房和城乡建设局", "", "city_department"), "我县公开了房屋预售信息46条。", "我县"),
    (BUREAU, "我区公开了供水信息46条。", "我区"),
    (COUNTY, "我局收到申请12件。", "我局"),
    (COUNTY, "全年，我市坚持依法公开。", "我市"),
    (CITY, "我县全年公开信息2万条。", "我县"),
    (TOWN, "2025年，全市共收到政府信息公开申请326件，均已答复。", "全市"),
    (STREET, "区政府收到依申请公开15件。全年，全区各级行政机关共办结申请15件。", "区政府"),
    (BUREAU, "全县新收政府信息公开申请120件，办结118件。", "全县"),
]
RIGHT_SELF_REFERENCES = [
    (TOWN, "我镇全年公开信息214条，本镇各站所按月更新。"),
    (TOWN, "信息在我县政府门户网站和本镇公众号同步公开。"),
    (TOWN, "按照我县统一部署，完成栏目调整。"),
    (TOWN, "全县共收到政府信息公开申请326件，其中我镇2件。在市政府办指导下办结申请2件。"),
    (STREET, "县政府转来申请2件，我街道均已答复。"),
    (BUREAU, "全县水利系统共收到申请12件。全县公开信息1200条。"),
    (COUNTY, "全县共收到政府信息公开申请326件，均已答复。"),
    (TOWN, "我委托律师事务所审核答复，我办理的申请均已归档。"),
    (TOWN, "落实本办法和本市场监管要求，本院子里的公开栏已更新。"),
    (TOWNSHIP, "我乡全年公开信息100条，我乡镇干部均参加培训。"),
    (STREET, "我街道、我办全年公开信息100条，本区域内社区均设公开栏。"),
    (STREET, "我办事处组织培训2场。"),
    (BUREAU, "我局全年公开信息80条，我县水利工程信息全部公开。"),
    (BUREAU, "我市场化改革信息、我部门职责已公布。"),
    (Unit("水利局", "", "county_department"), "我区公开了供水信息46条。"),
    (Unit("云州市东城区教育局", "", "county_department"), "我区公开了学区信息46条。"),
    (COMMISSION, "我委全年公开信息80条，我委员会领导多次研究。"),
    (COUNTY, "我县全年公开信息2万条，本县各镇均设公开专区，我办负责汇总。"),
    (CITY, "我市全年公开信息8万条，我省统一平台已接入。"),
    (Unit("安澜县人民政府办公室", "", "county"), "我办全年收到申请12件。"),
    (Unit("云州市公安局交通警察支队", "", "city_department"), "我支队、我局、我队全年公开信息30条。"),
]


@pytest.mark.parametrize("unit, text, word", WRONG_SELF_REFERENCES)
def test_a_self_reference_of_another_kind_of_unit_is_reported(unit: Unit, text: str, word: str) -> None:
    (finding,) = findings_of("wording.unit", with_text(text, unit=unit, texts={}))
    assert (finding.actual, finding.expected) == (word, unit.name)


@pytest.mark.parametrize("unit, text", RIGHT_SELF_REFERENCES)
def test_a_self_reference_of_the_right_kind_is_not_reported(unit: Unit, text: str) -> None:
    assert findings_of("wording.unit", with_text(text, unit=unit, texts={})) == []


OTHER_UNITS = [
    (TOWN, "preamble", "对报告有疑问的，请与柳塘镇人民政府党政办公室联系。", "柳塘镇"),
    (TOWN, "preamble", "现公布柳塘镇人民政府2025年政府信息公开工作年度报告。", "柳塘镇"),
    (TOWN, "overview.general", "2025年，柳塘镇坚持以公开为常态。", "柳塘镇"),
    (TOWN, "overview.general", "公开工作不断加强。白沙乡全年公开信息100条。", "白沙乡"),
    (BUREAU, "preamble", "请与安澜县教育局办公室联系。", "安澜县教育局"),
]
OWN_UNIT = [
    (TOWN, "preamble", "对报告有疑问的，请与安澜县清溪镇人民政府党政办公室联系。"),
    (TOWN, "preamble", "现公布清溪镇2025年政府信息公开工作年度报告。"),
    (TOWN, "overview.general", "全镇干部赴柳塘镇学习公开专区建设，与白沙乡联合举办培训。"),
    (TOWN, "overview.general", "配合安澜县教育局、安澜县水利局公开办学和供水信息。"),
    (BUREAU, "overview.general", "柳塘镇、白沙乡供水工程信息已公开。"),
    (COUNTY, "overview.general", "柳塘镇打造公开示范点，全县各乡镇人民政府均公布年度报告。"),
    (TOWN, "preamble", "请与当地乡镇人民政府联系。"),
]


@pytest.mark.parametrize("unit, topic, text, name", OTHER_UNITS)
def test_another_unit_named_as_the_author_is_reported(unit: Unit, topic: str, text: str, name: str) -> None:
    (finding,) = findings_of("wording.neighbour", with_text(text, topic=topic, unit=unit, texts={}), others=NEIGHBOURS)
    assert finding.actual == name or str(finding.actual).endswith(name.removeprefix("安澜县"))


@pytest.mark.parametrize("unit, topic, text", OWN_UNIT)
def test_another_unit_that_is_only_mentioned_is_not_reported(unit: Unit, topic: str, text: str) -> None:
    assert findings_of("wording.neighbour", with_text(text, topic=topic, unit=unit, texts={}), others=NEIGHBOURS) == []


def test_another_township_as_contact_is_reported_without_a_roster() -> None:
    text = "对报告有疑问的，请与柳塘镇人民政府党政办公室联系。"
    assert len(findings_of("wording.neighbour", with_text(text, topic="preamble"))) == 1


@pytest.mark.parametrize(
    "name, text, count",
    [
        ("安澜县白沙乡人民政府", "今后，我办将加强学习。", 1),
        ("安澜县白沙乡人民政府", "内容方面，我县重点公开了行政执法信息。", 1),
        ("安澜县城关街道办事处", "我镇全年公开信息100条。", 1),
        ("安澜县人民政府", "我局全年公开信息100条。", 1),
        ("安澜县白沙乡人民政府", "我乡全年公开信息100条，按照我县统一部署更新。", 0),
        ("安澜县城关街道办事处", "我街道、我办全年公开信息100条。", 0),
        ("某某管理处", "我局、我县、我办全年公开信息100条。", 0),
    ],
)
def test_without_a_level_the_name_of_the_unit_decides_if_it_can(name: str, text: str, count: int) -> None:
    assert len(findings_of("wording.unit", with_text(text, unit=Unit(name), texts={}))) == count


# ---------------------------------------------------------------- what the sections must contain

DISCLOSED = "全年主动公开信息214条，其中政策文件2条、财政预决算4条，收到申请12件，均按期答复。"
MANAGED = "公开前由起草站所和分管领导审核。"
PUBLISHED = "在便民服务大厅设公开专区，只保留1个公众号。"
SUPERVISED = "公开工作列入考核，考核全部合格；社会评议平均92分；没有被追究责任的情形。"

INCOMPLETE = [
    ("county_department", (DISCLOSED, MANAGED, PUBLISHED), "wording.topics", "“监督保障”"),
    ("township", (DISCLOSED, PUBLISHED, SUPERVISED), "wording.topics", "“政府信息管理”"),
    ("county", (DISCLOSED, MANAGED, SUPERVISED), "wording.topics", "“政府信息公开平台建设”"),
    (
        "township",
        (DISCLOSED, MANAGED, PUBLISHED, "全年组织培训2场。"),
        "wording.results",
        "“工作考核”、“社会评议”、“责任追究”",
    ),
    ("county", (DISCLOSED, MANAGED, PUBLISHED, "工作列入年度考核，满意度测评良好。"), "wording.results", "“责任追究”"),
    ("city", (DISCLOSED, MANAGED, PUBLISHED, "工作列入考核，没有责任追究情形。"), "wording.results", "“社会评议”"),
]
COMPLETE = [
    ("township", (DISCLOSED, MANAGED, PUBLISHED, SUPERVISED)),
    ("county_department", (DISCLOSED, MANAGED, PUBLISHED, "全年组织培训2场。")),
    (
        "county",
        (
            "通过政府网站主动公开信息200条，收到依申请公开5件。",
            "建立信息发布审查制度，开展检查、考评、满意度评价和追责。",
        ),
    ),
    ("township", ("总的情况。",)),
    (
        "county_department",
        (
            "集中公开部门预决算78份，全年在官网发布解读4篇。",
            "依申请公开12件均按期答复，明确了公开属性，加强培训和内部监督，同时做好各项日常工作。",
        ),
    ),
]


@pytest.mark.parametrize("level, texts, rule, which", INCOMPLETE)
def test_a_missing_subject_is_reported(level: str, texts: tuple[str, ...], rule: str, which: str) -> None:
    unit = Unit("某单位", "", level)
    others = {"problems.general": ["将改进。"]}
    (finding,) = findings_of("wording", with_text(*texts, topic="overview.general", unit=unit, texts=others))
    assert finding.rule == rule
    assert which in finding.message


@pytest.mark.parametrize(
    "level, texts",
    COMPLETE,
    ids=["township", "department", "county in two sentences", "too short to judge", "department in two sentences"],
)
def test_a_section_that_covers_all_subjects_is_not_reported(level: str, texts: tuple[str, ...]) -> None:
    unit = Unit("某单位", "", level)
    assert findings_of("wording", with_text(*texts, topic="overview.general", unit=unit, texts={})) == []


def test_a_typo_does_not_hide_a_subject() -> None:
    texts = ("全年主动公开信息214条，依中请公开12件。", MANAGED, PUBLISHED, SUPERVISED)
    rules = {finding.rule for finding in findings_of("wording", with_text(*texts, topic="overview.general"))}
    assert rules == {"wording.typo"}


def test_a_subject_named_in_passing_is_reported_with_its_sentence() -> None:
    texts = (
        "一完善工作机制。建立了发布协调机制和保密审查制度。",
        "（二）依申请公开。收到申请12件。",
        "三强化监督保障。开展考核、社会评议，没有责任追究。",
        "四加大公开力度。主动公开信息214条。在门户网站开设信息公开栏目。",
    )
    (finding,) = findings_of("wording.part", with_text(*texts, topic="overview.general", texts={}))
    assert finding.id == "wording.part:overview:overview.platform"
    assert "“在门户网站开设信息公开栏目。”" in finding.message


def test_a_part_about_one_subject_covers_it_whatever_its_heading_says() -> None:
    others = (
        "（二）依申请公开。收到申请12件。",
        "三强化监督保障。开展考核、社会评议，没有责任追究。",
        "四平台建设。网站按月更新。主动公开信息214条。",
    )
    alone = "一完善工作机制。建立了发布协调机制和保密审查制度。"
    assert findings_of("wording.part", with_text(alone, *others, topic="overview.general", texts={})) == []
    (finding,) = findings_of(
        "wording.part", with_text(alone + "网站有专栏。", *others, topic="overview.general", texts={})
    )
    assert finding.id == "wording.part:overview:overview.management"


IN_THEIR_PLACES = {
    "overview.disclosure": "全年主动公开政府信息126条，其中政策解读2条。",
    "overview.requests": "受理依申请公开12件，均在法定期限内答复。",
    "overview.management": "严格信息发布审核，规范政府信息管理，动态调整公开目录。",
    "overview.platform": "政府网站专栏运行平稳，政务新媒体发布信息58条。",
    "overview.supervision": "开展业务培训2次，考核全部合格，社会评议满意，没有责任追究。",
}


@pytest.mark.parametrize("empty", IN_THEIR_PLACES)
def test_each_empty_topic_of_the_overview_is_reported(empty: str) -> None:
    texts = {topic: [text] for topic, text in IN_THEIR_PLACES.items() if topic != empty}
    topic, (text,) = texts.popitem()
    (finding,) = findings_of("wording.topics", with_text(text, topic=topic, texts=texts))
    assert load_form("2021").topic(empty).label in finding.message


def test_a_subject_named_in_the_topic_of_another_is_covered() -> None:
    texts = {topic: [text] for topic, text in IN_THEIR_PLACES.items() if topic != "overview.disclosure"}
    texts["overview.platform"] = ["在网站主动公开政府信息126条。"]
    topic, (text,) = texts.popitem()
    assert findings_of("wording.topics", with_text(text, topic=topic, texts=texts)) == []


def test_a_filled_topic_covers_its_subject_in_any_words() -> None:
    texts = {
        "overview.disclosure": [DISCLOSED],
        "overview.management": ["由专人负责。"],
        "overview.platform": ["同上年。"],
    }
    assert findings_of("wording.topics", with_text(SUPERVISED, topic="overview.supervision", texts=texts)) == []


@pytest.mark.parametrize("length, count", [(1000, 0), (1001, 1), (1500, 1), (2600, 1), (999, 0), (90, 0)])
def test_a_section_over_the_recommended_length_is_reported(length: int, count: int) -> None:
    text = (DISCLOSED + MANAGED + PUBLISHED + SUPERVISED) * 30
    report = with_text(text[:length], topic="overview.general", texts={"preamble": [text]})
    assert len(findings_of("wording.long", report)) == count


@pytest.mark.parametrize("text", ["无。", "无", "暂无。", "没有问题。", "我镇无明显问题", "不存在问题。"])
def test_a_claim_of_no_problems_is_reported(text: str) -> None:
    assert [
        finding.rule for finding in findings_of("wording", with_text(text, topic="problems.general", texts={}))
    ] == ["wording.problems"]


@pytest.mark.parametrize(
    "text",
    [
        "公开内容更新不够及时，个别栏目长期没有内容。",
        "存在的主要问题是人员不足，业务不熟，群众知晓率低。",
        "一是政策解读形式单一。二是栏目内容少。",
    ],
)
@pytest.mark.parametrize("year", [2025, None], ids=["of a year", "of no year"])
def test_problems_without_remedies_are_reported(text: str, year: int | None) -> None:
    report = with_text(text, topic="problems.general", texts={}, year=year)
    assert [finding.rule for finding in findings_of("wording", report)] == ["wording.measures"]


@pytest.mark.parametrize(
    "text",
    [
        "无专职人员，更新不够及时。下一步将明确专人。",
        "没有形成常态化的更新，已建立按月检查的办法。",
        "问题和改进。",
        "政策解读形式单一，今后多用图解。",
        "存在档案不齐的情况，已安排专人整理。",
        "信息量大，分类不合理，拟按主体重新分类。",
    ],
)
def test_problems_with_remedies_are_not_reported(text: str) -> None:
    assert findings_of("wording", with_text(text, topic="problems.general", texts={})) == []


# ---------------------------------------------------------------- numbering and brackets

BADLY_NUMBERED = [
    (("（一）加强领导。", "（三）完善制度。"), "“（三）”不连续"),
    (("（一）加强领导。", "（二）完善制度。", "（二）强化培训。"), "“（二）”重复"),
    (("一、加强领导。", "二、完善制度。", "四、强化培训。"), "“四、”不连续"),
    (("（一加强领导。",), "缺了半边括号"),
    (("一）加强领导。",), "缺了半边括号"),
    (("一加强组织领导。", "二完善工作制度。"), "缺了顿号或者括号"),
    (("一是加强领导；二是完善制度；四是强化培训。",), "“四是”不连续"),
    (("一是加强领导。二是完善制度。二是强化培训。",), "“二是”重复"),
    (("1.加强领导。", "2.完善制度。", "5.强化培训。"), "“5.”不连续"),
    (("一、总体情况", "加强领导。"), "标题重复"),
    (("改进措施：1.制定清单；3.每周更新。",), "“3.”不连续"),
    (("存在以下三个问题：一是更新慢；二是内容少。",), "写的是“三个问题”，后面列了 2 项"),
    (("主要有三个方面的不足，一是更新慢，二是内容少。",), "后面列了 2 项"),
    (("存在两方面问题：", "（一）更新慢。", "栏目空白。", "（二）内容少。", "（三）解读少。"), "后面列了 3 项"),
    (("不足有三点：1.更新慢；2.内容少。改进措施有两条：1.培训；2.检查。",), "写的是“三点”，后面列了 2 项"),
    (("（一）主动公开情况", "全年公开信息12条。", "（一）主动公开情况", "同上。"), "标题重复"),
]
WELL_NUMBERED = [
    ("（一）加强领导。", "（二）完善制度。", "（三）强化培训。"),
    ("（二）完善制度。", "1.抓更新。", "2.抓审核。", "（三）强化培训。", "1.抓业务。", "2.抓考核。"),
    ("一方面加强领导，", "二三级单位同步公开。"),
    ("一是加强领导；二是完善制度；三是强化培训。", "一是更新及时；二是内容全面。"),
    ("一年来，公开工作稳步推进。", "二十项重点任务全部完成。"),
    ("一些栏目更新较慢。", "三公经费全部公开。", "十项惠民政策逐项公开。"),
    ("2.365万元为全年收费。", "12项清单全部公布。"),
    ("（一）主动公开情况。全年公开信息12条。", "（二）依申请公开情况。收到申请12件。"),
    ("第一，加强领导。", "第三，强化培训。"),
    ("十一、加强领导。", "十二、完善制度。"),
    ("存在三个问题：一是更新慢；二是内容少；三是解读少。改进也有三个方面：一是培训；二是检查；三是考核。",),
    ("存在两个问题：一是更新慢；二是内容少。针对以上两个问题，一是培训；二是检查；三是考核。",),
    ("存在三个问题：一是更新慢；二是内容少；此外解读形式单一。",),
    ("存在以下三个问题：", "一是更新慢。", "具体是栏目空白。", "二是内容少。", "三是解读少。"),
    ("两个方面的问题：一是更新慢，表现在两点：1.栏目空；2.回复迟；二是内容少。",),
    ("按照第（一）项和第（三）项规定处理。5.1前完成。问题：1.更新慢，增长2.5%；2.内容少。",),
]


@pytest.mark.parametrize("texts, problem", BADLY_NUMBERED, ids=lambda value: "".join(value))
def test_wrong_numbering_is_reported(texts: tuple[str, ...], problem: str) -> None:
    (finding,) = findings_of("wording.numbering", with_text(*texts))
    assert problem in finding.message


def test_each_kind_of_wrong_numbering_in_a_section_is_reported() -> None:
    (finding,) = findings_of("wording.numbering", with_text("一、总体情况", "一加强组织领导。", "二完善工作制度。"))
    assert "标题重复：“一、总体情况”" in finding.message
    assert "缺了顿号或者括号：“一加强组织领导。”" in finding.message


@pytest.mark.parametrize("texts", WELL_NUMBERED, ids="".join)
def test_correct_numbering_is_not_reported(texts: tuple[str, ...]) -> None:
    assert findings_of("wording.numbering", with_text(*texts)) == []


@pytest.mark.parametrize(
    "text",
    [
        "落实《政府信息公开条例的规定。",
        "开展“政府开放日活动，邀请村民参加。",
        "按照要求”做好公开。",
        "公开专区（设在便民服务大厅配备电脑2台。",
        "打造“一站式“公开窗口。",
    ],
)
def test_a_lone_bracket_or_quotation_mark_is_reported(text: str) -> None:
    assert len(findings_of("wording.brackets", with_text(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "落实《政府信息公开条例》（国务院令第711号）和“放管服”改革要求。",
        "按照〔2021〕30号、(2021)30号文件要求公开。",
        "1）抓更新；2）抓审核；（3）抓考核。",
        "开展“村民说‘公开’、镇里办实事”活动（每季一次)。",
        "公开栏(专区)全部更新。",
        "（一加强领导，完善制度。",  # reported as wrong numbering
    ],
)
def test_marks_in_pairs_are_not_reported(text: str) -> None:
    assert findings_of("wording.brackets", with_text(text)) == []


# ---------------------------------------------------------------- what does not belong in a text

PASTED = [
    "Normal 0 7.8 磅 0 2 false false false 全年公开信息12条。",
    "全年公开信息12条。<p class=MsoNormal>",
    "X-NONE 全年公开信息12条。",
    "全年公开&nbsp;信息12条。",
    "全年公开信息锟斤拷锟斤拷12条。",
    "鏀垮簻淇℃伅锛屽叕寮€銆傚叏骞",
    "The quick report was written by an unknown program and pasted here。",
    "详见错误!未找到引用源。",
]
NOT_PASTED = [
    "网址为http://www.anlan.example.cn/zwgk/qingxizhen/index_2025.html，欢迎查阅。",
    "电子邮箱：qingxizhen.dangzhengban@anlan.example.cn。",
    "推广12345热线APP和VR看公开，发布H5作品3个。",
    "使用OFD、PDF格式公开文件，接入Wi-Fi的查询电脑2台。",
    "全年没有差错，3名干部参加《公开》A、B、C三级培训。",
]
TEMPLATES = [
    "2025年，XX镇收到申请XX件。",
    "全年公开信息×条。",
    "联系电话：0370-XXXXXXX。",
    "全年公开信息____条。",
    "（此处填写监督保障情况）",
    "社会评议情况：待填。",
    "截至X月，公开信息12条。",
    "现行有效的行政规范性文件  件。",
]
NOT_TEMPLATES = [
    "全年公开信息214条，参训61人次。",
    "用于公开的X光机采购信息已公布，建设面积12×8米。",
    "填写说明已向各村印发，请示报告类信息不公开。",
    "公开示例文本供各村参考。",
    "（请示、报告除外）",
    "办理情况：  收到申请12件，  办结12件。",
]
TYPOS = [
    ("提起行行政诉讼。", "“行行”（应为“行”）"),
    ("不子公开1件。", "“不子公开”（应为“不予公开”）"),
    ("依中请公开12件。", "“依中请”"),
    ("己办结12件，末收到行政复议。", "“末收到”"),
    ("政府信启公开条例落实到位。", "“政府信启”"),
    ("收到申请1O件。", "“1O”（应为“10”）"),
    ("入民政府网站更新及时。", "“入民政府”"),
    ("存在的问题问题：更新不及时。", "“问题问题”（应为“问题”）"),
    ("做好政府信息公开的的工作。", "“的的”（应为“的”）"),
    ("公开内容，，更新及时。", "“，，”（应为“，”）"),
    ("工作仍在不足。", "“仍在不足”"),
    ("我镇进行进行了培训。", "“进行进行”（应为“进行”）"),
    ("政府息公开工作推进有力。", "“政府息公开”（应为“政府信息公开”）"),
    ("信息公开开，更新及时。", "“开开”（应为“开”）"),
    ("关注群众的热热点问题。", "“热热”（应为“热”）"),
    ("政府府网站运行正常。", "“府府”（应为“府”）"),
    ("做好政府信信息公开工作。", "“信信”（应为“信”）"),
    ("按按规定公开。", "“按按”（应为“按”）"),
    ("将进步一扩大公众参与。", "“进步一扩大”（应为“进一步”）"),
]
NO_TYPOS = [
    "银行行政处罚信息、同行行政复议均已公开，拓宽宽带覆盖。",
    "不予公开1件，予以公开5件。",
    "自己办结的事项、年末收到的申请均已公开。",
    "投入民政府采购项目的信息已公开，加入民政府购买服务名单。",
    "三千部手机已发放，数千部宣传册已送到村。",
    "政务公开工作工作人员参加培训，一项一项地办，不了了之的没有。",
    "群众的的确确满意，依申请公开公开的信息，讨论了工作目标。",
    "高中请假制度、期中请求均与本报告无关。",
    "5G基站、A级景区和10件民生实事信息均已公开。",
    "一一答复，件件有回音，事事有着落，人人知晓，天天更新，常常检查，方方面面清清楚楚，高高兴兴试试看。",
    "公开开展顺利，公开开放日2次，平台台账清楚，部门门户网站改版，更新新闻12条，机制制度健全，会议议题公开。",
    "监督督促到位，申请申请人均已答复，规范规范性文件管理，年年评比，息息相关，公开公示制度健全。",
    "业主公开栏、财政信息公开、信息公司、年末能源信息、周末按时值班、深入人心均无错。",
    "公开工作作了考核，全面面向社会，通过过程公开，收到到期申请，主动公开公文，重点点位公开。",
]
LETTERS = [
    *("此函。", "特此函告。", "主送：县政府办公室", "安政函〔2025〕12号"),
    *("现将我局年度报告报来，请予审示。", "没有其他事项。抄送：县政府督查室。"),
]
NO_LETTERS = [
    "收到来函12件，复函10件。",
    "按照国办公开办函〔2021〕30号文件要求公开。",
    "抄送各村的通知已公开。",
    "稿件报请审阅后发布。",
]


@pytest.mark.parametrize("text", PASTED)
def test_leftovers_of_pasting_are_reported(text: str) -> None:
    assert len(findings_of("wording.pasted", with_text(text))) == 1


@pytest.mark.parametrize("text", NOT_PASTED)
def test_addresses_and_names_in_latin_letters_are_not_reported(text: str) -> None:
    assert findings_of("wording.pasted", with_text(text)) == []
    assert findings_of("wording.typo", with_text(text)) == []


@pytest.mark.parametrize("text", TEMPLATES)
def test_gaps_of_a_template_are_reported(text: str) -> None:
    assert len(findings_of("wording.placeholder", with_text(text))) == 1


@pytest.mark.parametrize("text", NOT_TEMPLATES)
def test_signs_that_are_not_gaps_are_not_reported(text: str) -> None:
    assert findings_of("wording.placeholder", with_text(text)) == []


@pytest.mark.parametrize("text, which", TYPOS)
def test_a_misspelt_word_is_reported_with_the_one_that_was_meant(text: str, which: str) -> None:
    (finding,) = findings_of("wording.typo", with_text(text))
    assert which in finding.message


@pytest.mark.parametrize("text", NO_TYPOS)
def test_a_word_that_only_looks_misspelt_is_not_reported(text: str) -> None:
    assert findings_of("wording.typo", with_text(text)) == []


@pytest.mark.parametrize("text", LETTERS)
def test_phrases_of_a_letter_are_reported_as_a_note(text: str) -> None:
    (finding,) = findings_of("wording.letter", with_text(text))
    assert finding.severity == "note"


@pytest.mark.parametrize("text", NO_LETTERS)
def test_letters_that_are_only_mentioned_are_not_reported(text: str) -> None:
    assert findings_of("wording.letter", with_text(text)) == []


# ---------------------------------------------------------------- all rules


def test_every_finding_on_a_text_quotes_a_sentence_and_names_its_section() -> None:
    texts = ["2024年，我局公开信息×条。", "（一加强领导", "此函。", "不子公开《条例"]
    for finding in findings_of("wording", with_text(*texts)):
        assert "一、总体情况" in finding.message
        assert finding.message.count("“") == finding.message.count("”") or finding.rule == "wording.brackets"
        assert any(text.rstrip("。") in finding.message for text in texts)


def test_the_sample_has_no_finding() -> None:
    assert check(sample()) == ()


def test_an_office_can_make_a_rule_a_note_or_turn_it_off() -> None:
    report = with_text("2024年，我镇公开信息12条。")
    note, off = (RuleSettings(severities={"wording.year": chosen}) for chosen in ("note", "off"))
    assert [f.severity for f in check(report, settings=note) if f.rule == "wording.year"] == ["note"]
    assert [f for f in check(report, settings=off) if f.rule == "wording.year"] == []


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_text_makes_the_checks_fail(texts: list[str]) -> None:
    last_year = with_text(*texts, year=2024)
    assert all(finding.rule in RULES for finding in check(with_text(*texts), last_year, others=NEIGHBOURS))
