"""A folder for an inspector: what units have published over some years, in mixed media, with slips that are known.

All content is invented. The texts of a unit are its own, and its figures follow from those of the year before.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

import msgspec
import published
import reports

from gouji.form.editions import load_form
from gouji.formats.published import Paragraph
from gouji.formats.tables.listing import Field, Listing, listing_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, Unit, make_report, to_json

LAST_YEAR = 2025
PLACES = [
    "清溪", "柳塘", "石桥", "云岭", "白沙", "大湾", "双河", "梅林", "松坪", "南坡", "高店", "沙河", "东岭", "王庄",
    "李集", "泉口", "马场", "竹山", "银杏", "桃源", "龙泉", "凤山",
]  # fmt: skip
AREA = "安澜县"
_MORE_AREAS = ("丰泽县", "临江县", "长山县", "永宁县", "平湖县", "青源县", "北塘县", "南屏县", "西陵县")

_TOPICS = [
    "补贴发放", "宅基地审批", "征地补偿", "道路养护", "饮水工程", "医保参保", "校车线路", "危房改造", "防汛物资",
    "农机购置", "林权登记", "低保核定",
]  # fmt: skip
_WAYS = ["公开栏", "便民大厅", "微信公众号", "村村响广播", "入户明白卡", "党群服务中心", "电子屏", "赶集日摊位"]
_PEOPLE = ["村民代表", "人大代表", "老党员", "驻村干部", "个体商户", "志愿者", "返乡青年", "企业会计"]
_FAULTS = ["栏目更新慢", "解读太专业", "目录不齐", "答复说理少", "附件打不开", "文件格式旧", "检索不方便", "分类有交叉"]
_MONTHS = ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月"]

_SENTENCES: tuple[Callable[[Random], str], ...] = (
    lambda r: f"{r.choice(_MONTHS)}起把{r.choice(_TOPICS)}的结果放到{r.choice(_WAYS)}，由{r.choice(_PEOPLE)}当场核对。",
    lambda r: (
        f"围绕{r.choice(_TOPICS)}和{r.choice(_TOPICS)}，请{r.choice(_PEOPLE)}提了{r.randint(3, 90)}条意见，都已答复。"
    ),
    lambda r: (
        f"{r.choice(_WAYS)}改版后，{r.choice(_TOPICS)}一栏由专人每{r.choice('周旬月')}更新，"
        f"{r.choice(_PEOPLE)}可以直接留言。"
    ),
    lambda r: (
        f"对{r.choice(_TOPICS)}的材料逐份清理，{r.choice(_MONTHS)}底以前补齐了{r.randint(2, 60)}份，"
        f"原件存放在{r.choice(_WAYS)}。"
    ),
)


def _own_text(seed: str, count: int) -> str:
    random = Random(seed)
    return "".join(_SENTENCES[number % len(_SENTENCES)](random) for number in range(count))


def town(number: int) -> Unit:
    """Return a township of the county, or of one of its neighbours."""
    return Unit(f"{_area(number)}{_place(number)}镇人民政府", f"41099{number:04}", "township")


def _area(number: int) -> str:
    return (AREA, *_MORE_AREAS)[number // len(PLACES)]


def _place(number: int) -> str:
    return PLACES[number % len(PLACES)]


def report(number: int, year: int, **changes: str) -> Report:
    """Return a report without a mistake; its texts are those of another ``like`` town or of a year ``asif``."""
    unit, before, now = town(number), _pending(number, year - 1), _pending(number, year)
    random = Random(f"figures {number} {year}")
    people, companies, made = random.randint(4, 40), random.randint(1, 9), _made(number, year)
    figures = dict.fromkeys(load_form("2021").cells, 0)
    figures |= {
        "requests.new.natural": people,
        "requests.new.business": companies,
        "requests.carried_in.natural": before,
        "requests.granted.natural": people + before - now,
        "requests.granted.business": companies,
        "requests.carried_out.natural": now,
        "disclosure.normative.made": made,
        "disclosure.normative.in_force": sum(_made(number, each) for each in range(2018, year + 1)),
        "disclosure.licensing.decisions": 40 + number % 50,
        "disclosure.penalty.decisions": 10 + random.randint(0, 9),
    }
    seed = changes.get("seed", f"{number} {year}")
    area = _place(number)
    texts = {
        "overview.disclosure": [f"全年{area}镇主动公开信息{random.randint(80, 400)}条。{_own_text(seed, 4)}"],
        "overview.requests": [f"全年新收政府信息公开申请{people + companies}件，都在期限内答复。"],
        "overview.management": [_own_text(f"{seed} management", 2)],
        "overview.platform": [_own_text(f"{seed} platform", 2)],
        "overview.supervision": [f"考核全部合格，社会评议平均{random.randint(85, 98)}分，没有追究责任的情形。"],
        "problems.problems": [_problems(seed)],
        "problems.improvements": [f"针对这些问题，已经作了改进：{_own_text(f'{seed} better', 3)}"],
        "matters.other": [f"{year}年没有收取信息处理费。"],
    }
    blank = make_report(edition="2021", year=year, unit=unit, figures={})
    return reports.changed(blank, figures=figures, texts=texts)


def _problems(seed: str) -> str:
    random = Random(f"{seed} problems")
    one, other = random.sample(_FAULTS, 2)
    return (
        f"一是{random.choice(_TOPICS)}方面{one}，{random.choice(_PEOPLE)}反映过{random.randint(2, 30)}次。"
        f"二是{random.choice(_WAYS)}上{other}，{random.choice(_MONTHS)}才整改完。"
    )


def _pending(number: int, year: int) -> int:
    return Random(f"pending {number} {year}").randint(0, 3)


def _made(number: int, year: int) -> int:
    return Random(f"made {number} {year}").randint(0, 3)


# ---------------------------------------------------------------- files


def page(report: Report, published_on: datetime.date) -> bytes:
    """Return a report as a portal shows it, with the day of publication above it."""
    made = published.page(published.passages(report))
    return made.replace(f"{report.year + 1}-01-20".encode(), published_on.isoformat().encode())


def document(report: Report, published_on: datetime.date) -> bytes:
    """Return a report as an office puts it online as a Word file, with the day below the title."""
    title, *rest = published.passages(report)
    day = f"发布日期：{published_on.year}年{published_on.month}月{published_on.day}日"
    return published.document([title, Paragraph(day), *rest])


MEDIA: Mapping[str, Callable[[Report, datetime.date], bytes]] = {
    ".html": page,
    ".docx": document,
    ".xlsx": lambda report, day: workbook_bytes(report),
    ".json": lambda report, day: to_json(report),
}

INDEX_PAGE = (
    "<!DOCTYPE html><html><head><title>政府信息公开年报</title></head><body><ul>"
    + "".join(
        f"<li><a href='{place}.html'>{AREA}{place}镇人民政府{LAST_YEAR}年政府信息公开工作年度报告</a>"
        f"<span>{LAST_YEAR + 1}-01-2{number}</span></li>"
        for number, place in enumerate(PLACES[:6])
    )
    + "</ul></body></html>"
).encode()
FRAMES = b"<!DOCTYPE html><html><head><title>x</title></head><frameset><frame src='a.html'></frameset></html>"


def on_time(number: int, year: int) -> datetime.date:
    """Return a day before the end of January."""
    return datetime.date(year + 1, 1, 10 + number % 20)


def write_list(path: Path, numbers: Sequence[int]) -> None:
    """Write a list of towns as an inspector has it: a number, a name, nothing else."""
    fields = (Field("序号", 8, number=True), Field("单位名称", 30))
    rows = [(number + 1, town(number).name) for number in numbers]
    path.write_bytes(listing_bytes([Listing("名单", fields, rows, above=("安澜县乡镇名单",))]))


def write_reports(folder: Path, towns: int, years: Sequence[int], endings: Sequence[str] = tuple(MEDIA)) -> None:
    """Write a report of each town on each year, in media by turns, a folder a year, without any slip."""
    for year in years:
        inside = folder / f"{year}年"
        inside.mkdir(parents=True, exist_ok=True)
        for number in range(towns):
            ending = endings[(number + year) % len(endings)]
            data = MEDIA[ending](report(number, year), on_time(number, year))
            area = "" if number < len(PLACES) else _area(number)
            (inside / f"{area}{_place(number)}镇{ending}").write_bytes(data)


def rewritten(folder: Path, number: int, changed: Report, ending: str, *, day: datetime.date | None = None) -> Path:
    """Replace a town's file on the last year by another report; return the new file."""
    inside = folder / f"{LAST_YEAR}年"
    for path in inside.glob(f"{PLACES[number]}镇.*"):
        path.unlink()
    path = inside / f"{PLACES[number]}镇{ending}"
    path.write_bytes(MEDIA[ending](changed, day or on_time(number, LAST_YEAR)))
    return path


def with_slips(folder: Path) -> None:
    """Spoil what was published on the last year: each town from 1 on has one slip, and so have files beside them."""
    year, inside = LAST_YEAR, folder / f"{LAST_YEAR}年"
    rewritten(folder, 1, report(1, year), ".html", day=datetime.date(year + 1, 3, 2))
    wrong = report(2, year)
    figures = {**wrong.figures, "requests.closed.natural": wrong.figures["requests.closed.natural"] + 7}
    rewritten(folder, 2, msgspec.structs.replace(wrong, figures=figures), ".docx")
    rewritten(folder, 3, report(3, year, seed=f"4 {year}"), ".html")  # copied from town 4
    rewritten(folder, 5, report(5, year, seed=f"5 {year - 1}"), ".docx")  # copied from last year
    rewritten(folder, 6, report(6, year), ".html").unlink()  # not published
    first = rewritten(folder, 7, report(7, year), ".html")
    later = reports.with_figures(report(7, year), disclosure__penalty__decisions=99)
    first.with_name(f"{PLACES[7]}镇（2）.html").write_bytes(page(later, on_time(7, year)))  # changed after publication
    same = report(8, year)
    rewritten(folder, 8, same, ".html").with_name(f"{PLACES[8]}镇公开版.docx").write_bytes(
        document(same, on_time(8, year))
    )
    odd = rewritten(folder, 9, report(9, year), ".html")
    odd.write_bytes(odd.read_bytes().replace(f"{year}年政府信息公开工作".encode(), f"{year}年度政府信息公开".encode()))
    (inside / "目录.html").write_bytes(INDEX_PAGE)
    (inside / "框架.html").write_bytes(FRAMES)
    (inside / f"{PLACES[6]}镇.pdf").write_bytes(b"")
    (inside / "外单位.html").write_bytes(page(report(21, year), on_time(21, year)))
