"""Every rule about texts and about two years has at least three examples and three near misses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import pytest
from sample_texts import with_text
from test_continuity import report as figures_of
from test_copied_text import OTHERS as OTHER_WORDS
from test_copied_text import OWN as OWN_WORDS
from test_narrative import NUMBERS_OF_OTHER_THINGS, RIGHT_NUMBERS, WRONG_NUMBERS
from test_wording import (
    BADLY_NUMBERED,
    DISCLOSED,
    LETTERS,
    MANAGED,
    NEIGHBOURS,
    NO_LETTERS,
    NO_TYPOS,
    NOT_PASTED,
    NOT_TEMPLATES,
    OTHER_UNITS,
    OWN_UNIT,
    PASTED,
    PUBLISHED,
    RIGHT_SELF_REFERENCES,
    RIGHT_YEARS,
    SUPERVISED,
    TEMPLATES,
    TYPOS,
    WELL_NUMBERED,
    WRONG_SELF_REFERENCES,
    WRONG_YEARS,
)

from gouji.checks import check, copied_text
from gouji.findings.rules import RULES
from gouji.form.editions import load_form
from gouji.form.values import Number
from gouji.report.model import Report

FAMILIES = ("section.", "wording.", "narrative", "copied.", "processing_fee.")
TWO_YEARS = ("carry_over", "stock", "items", "unchanged", "leftover", "jump", "fee_unit")
LEAST = 3


class Case(NamedTuple):
    """A report, and the other reports and units that it is compared with."""

    report: Report
    previous: Report | None = None
    others: Sequence[str] = ()


class Examples(NamedTuple):
    """Cases that a rule reports, and near misses that it must not report."""

    reported: Sequence[Case]
    near_misses: Sequence[Case]


def texts(topic: str, reported: Sequence[str], near_misses: Sequence[str]) -> Examples:
    """Return examples that differ in the text of one topic."""
    return Examples(
        [Case(with_text(text, topic=topic)) for text in reported],
        [Case(with_text(text, topic=topic)) for text in near_misses],
    )


def overviews(reported: Sequence[Sequence[str]], near_misses: Sequence[Sequence[str]]) -> Examples:
    """Return examples that differ in the whole first section."""
    rest = {"problems.general": ["更新不及时，将改进。"]}
    examples = [
        [Case(with_text(*paragraphs, topic="overview.general", texts=rest)) for paragraphs in several]
        for several in (reported, near_misses)
    ]
    return Examples(*examples)


def problems(reported: Sequence[str], near_misses: Sequence[str]) -> Examples:
    """Return examples that differ in the section on problems."""
    examples = [
        [Case(with_text(text, topic="problems.general", texts={})) for text in several]
        for several in (reported, near_misses)
    ]
    return Examples(*examples)


def two_years(
    table: str,
    reported: Sequence[tuple[Mapping[str, Number], Mapping[str, Number]]],
    near_misses: Sequence[tuple[Mapping[str, Number], Mapping[str, Number]]],
    year: int = 2025,
) -> Examples:
    """Return examples of figures of one table, this year's beside last year's; all other figures are 0."""

    def filled(report_year: int, figures: Mapping[str, Number]) -> Report:
        return figures_of(report_year, **{f"{table}__{key}": value for key, value in figures.items()})

    examples = [
        [Case(filled(year, mine), filled(year - 1, last)) for mine, last in several]
        for several in (reported, near_misses)
    ]
    return Examples(*examples)


def _copied_years(mine: Sequence[str], last: Sequence[str]) -> Case:
    return Case(
        with_text(*mine, topic="problems.general", texts={}),
        with_text(*last, topic="problems.general", texts={}, year=2024),
    )


def _zero(sentence: str, *tables: str) -> Case:
    cells = [ref for table in tables for ref in load_form("2021").table(table).cells]
    return Case(with_text(sentence, texts={}, figures=dict.fromkeys(cells, 0)))


def _unpaid(notices: int | None, unpaid: int) -> Case:
    figures: dict[str, Number | None] = {
        "requests.other_unpaid.natural": unpaid,
        "requests.other_unpaid.total": unpaid,
        "processing.fee.notices": notices,
    }
    return Case(with_text("没有。", topic="matters.other", figures=figures))


def _fee(text: str, *figures: Number | None, unpaid: int = 0) -> Case:
    """Return a report with a sentence on the fee, and with the notices and the amounts billed and received."""
    fee = dict(zip(FEE, figures or (None, None, None), strict=True))
    requests = {"requests.other_unpaid.natural": unpaid, "requests.other_unpaid.total": unpaid}
    return Case(with_text(text, topic="matters.other", figures={**requests, **fee}))


FEE = ("processing.fee.notices", "processing.fee.billed", "processing.fee.received")


def _without(topic: str) -> Case:
    whole = {
        "overview.general": [DISCLOSED, MANAGED],
        "problems.general": ["更新不及时，将改进。"],
        "matters.other": ["没有。"],
    }
    return Case(with_text(topic="preamble", texts={key: value for key, value in whole.items() if key != topic}))


DIVIDED = "（一）主动公开。公布林木采伐等信息61条，内容仅限于法定项目。"
DIVIDED_WITHOUT_REQUESTS = (
    "（三）政府信息管理。公示名单一律严格保密。（四）平台建设。在23个林场设立查询点。（五）监督保障。党组会研究2次。"
)
WHOLE = (DISCLOSED, MANAGED, PUBLISHED, SUPERVISED)
PARTS = (
    "（一）主动公开。全年主动公开信息214条。",
    "（二）依申请公开。收到申请12件，均按期答复。",
    "（三）监督保障。公开工作列入考核，社会评议平均92分，没有责任追究情形。",
)

EXAMPLES: dict[str, Examples] = {
    "section.blank": Examples(
        [_without("overview.general"), _without("problems.general"), Case(with_text(topic="preamble", texts={}))],
        [_without("matters.other"), _without(""), Case(with_text("没有。", topic="matters.other"))],
    ),
    "narrative": texts(
        "overview.requests",
        [sentence for sentence, id in WRONG_NUMBERS if id.startswith("narrative:")],
        [*RIGHT_NUMBERS, *NUMBERS_OF_OTHER_THINGS],
    ),
    "narrative.none": texts(
        "overview.requests",
        [sentence for sentence, id in WRONG_NUMBERS if id.startswith("narrative.none:")],
        ["未发生政府信息公开行政诉讼案件。", "没有申请被超期答复。", "收到申请0件。", "未收到网上提交的申请。"],
    ),
    "narrative.sum": texts(
        "overview.requests",
        [
            "收到政府信息公开申请12件，其中信函申请8件、网络申请5件。",
            "收到政府信息公开申请12件，当面申请8件，网上申请6件。",
            "收到政府信息公开申请12件，分别为信函申请8件、网络申请3件。",
        ],
        [
            "收到政府信息公开申请12件，其中信函申请8件、网络申请4件。",
            "收到政府信息公开申请12件，其中信函申请8件、网络申请3件。",
            "收到政府信息公开申请12件，其中自然人9件（含信函申请20件）。",
        ],
    ),
    "narrative.zero": Examples(
        [
            _zero("收到政府信息公开申请12件，予以公开5件。", "requests"),
            _zero("因政府信息公开被申请行政复议3件，其中维持2件、纠正1件。", "disputes"),
            _zero("作出行政许可决定46件、行政处罚决定7件。", "disclosure"),
        ],
        [
            _zero("本年度未收到政府信息公开申请。", "requests"),
            _zero("办理12345热线工单412件，答复412件。", "requests"),
            _zero("公开行政许可信息46条、行政处罚信息7条。", "disclosure"),
            Case(with_text("收到政府信息公开申请15件，予以公开6件。")),
        ],
    ),
    "processing_fee.unpaid": Examples(
        [
            *(_unpaid(0, 1), _unpaid(1, 2), _unpaid(3, 10)),
            _fee("未发出收费通知，未收取信息处理费。", unpaid=1),
            _fee("2025年发出收费通知1件，实际收取信息处理费0元。", unpaid=2),
        ],
        [
            *(_unpaid(1, 1), _unpaid(5, 2), _unpaid(0, 0), _unpaid(None, 1)),
            _fee("2025年未收取信息处理费。", unpaid=1),
            _fee("2025年发出收费通知2件，实际收取信息处理费0元。", unpaid=2),
        ],
    ),
    "processing_fee.differs": Examples(
        [
            _fee("收取信息处理费3940元。本年共收取信息公开处理费200元。"),
            _fee("2025年发出收费通知2件。全年未发出收费通知。"),
            _fee("没有收取信息处理费。2025年，实际收取信息处理费100元。"),
            _fee("本年度未发出信息公开收费通知。", 1, 60, 60),
        ],
        [
            _fee("收取信息处理费0.02万元。本年共收取信息公开处理费200元。"),
            _fee("2025年未收取信息处理费。比上年收取信息处理费100元少。"),
            _fee("发出收费通知2件，总金额300元。实际收取信息处理费100元。"),
            _fee("依照《政府信息公开信息处理费管理办法》，未发出收费通知。", 0, 0, 0),
            _fee("未收到信息处理费减免申请。收取信息处理费100元。"),
        ],
    ),
    "processing_fee.uneven": Examples(
        [
            *(_fee("没有。", *figures) for figures in ((0, 60, 0), (0, 0, 60), (2, 0, 60), (1, 60, 100))),
            _fee("发出收费通知2件，总金额300元，实际收取500元。"),
            _fee("2025年未发出收费通知，收取信息处理费2950元。"),
        ],
        [
            *(_fee("没有。", *figures) for figures in ((0, 0, 0), (2, 0, 0), (2, 300, 0), (1, 60, 60), (None, 60, 60))),
            _fee("发出收费通知3件，总金额300元，实际收取200元。"),
            _fee("发出收费通知25件，收取信息处理费2,950元。"),
        ],
    ),
    "processing_fee.unit": Examples(
        [
            _fee("没有。", 1, Decimal("0.02"), Decimal("0.02")),
            _fee("没有。", 25, 29500000, 29500000),
            _fee("2025年收取信息处理费3940万元。"),
        ],
        [
            _fee("没有。", 1, 10, 10),
            _fee("没有。", 300, 394000, 394000),
            _fee("2025年收取信息处理费0.02万元。"),
            _fee("2025年收取信息处理费0元，行政事业性收费5元。"),
        ],
    ),
    "wording.year": Examples(
        [Case(with_text(text, topic=topic)) for topic, text, _ in WRONG_YEARS],
        [Case(with_text(text, topic=topic)) for topic, text in RIGHT_YEARS],
    ),
    "wording.unit": Examples(
        [Case(with_text(text, unit=unit, texts={})) for unit, text, _ in WRONG_SELF_REFERENCES],
        [Case(with_text(text, unit=unit, texts={})) for unit, text in RIGHT_SELF_REFERENCES],
    ),
    "wording.neighbour": Examples(
        [
            Case(with_text(text, topic=topic, unit=unit, texts={}), others=NEIGHBOURS)
            for unit, topic, text, _ in OTHER_UNITS
        ],
        [Case(with_text(text, topic=topic, unit=unit, texts={}), others=NEIGHBOURS) for unit, topic, text in OWN_UNIT],
    ),
    "wording.topics": overviews(
        [
            (DIVIDED, DIVIDED_WITHOUT_REQUESTS),
            WHOLE[:3],
            WHOLE[1:],
            (DISCLOSED, PUBLISHED, SUPERVISED),
            (DISCLOSED, MANAGED, SUPERVISED),
        ],
        [
            WHOLE,
            (DIVIDED, "（二）依申请公开。收到12件。" + DIVIDED_WITHOUT_REQUESTS),
            (DISCLOSED, PUBLISHED, SUPERVISED, "每条信息都有责任站所和保存期限，到期下线。"),  # not understood
            (DISCLOSED, MANAGED, SUPERVISED, "镇里的信息员每晚把当天的更新念给留守老人听。"),
            ("总的情况。",),
            ("通过网站发布信息200条，收到依申请公开5件，发布前逐条核验，全年自查4次。",),
        ],
    ),
    "wording.part": overviews(
        [
            (*PARTS, "（四）加大力度。在门户网站开设公开栏目，方便群众查询。公开前由站所审核。审核有台账。"),
            (*PARTS, "（四）平台建设。改版网站，新设专栏。建立了发布协调机制和保密审查制度。"),
            ("信息由专人审核。", *PARTS, "（四）公开平台。更新网站栏目。"),
        ],
        [
            (*PARTS, "（四）信息管理与平台建设。发布前审核，网站按月更新。"),
            (*PARTS, "（四）平台建设。改版网站。", "（五）信息管理。发布前审核。"),
            (*PARTS, "（四）加大力度。网站新设专栏3个。发布前审核信息214条。"),  # with figures
            WHOLE,  # not divided
            (PARTS[0], "（二）加强领导。镇长负责。", "（三）强化落实。网站按月更新，发布前审核。"),  # not by subjects
        ],
    ),
    "wording.results": overviews(
        [
            (DISCLOSED, MANAGED, PUBLISHED, "全年组织培训2场。"),
            (DISCLOSED, MANAGED, PUBLISHED, "考核合格，没有追责。"),
            (DISCLOSED, MANAGED, PUBLISHED, "考核合格，评议满意率92%。"),
        ],
        [
            WHOLE,
            (DISCLOSED, MANAGED, PUBLISHED, "绩效得分92，村民满意度测评良好，没有问责。"),
            (DISCLOSED, MANAGED, PUBLISHED, "考评合格，群众打分90分，没有人受处分。"),
            ("总的情况。",),
        ],
    ),
    "wording.long": overviews(
        [(("".join(WHOLE) * 30)[:length],) for length in (1001, 1200, 3000)],
        [(("".join(WHOLE) * 30)[:length],) for length in (1000, 999, 500)],
    ),
    "wording.problems": problems(
        [
            "无。",
            "没有问题。",
            "本年度我镇政府信息公开工作不存在问题。",
            "目前没有明显不足。",
            "目前暂无问题。今后将继续做好各项工作。",
        ],
        [
            "无专职人员，将增配1名。",
            "没有形成按月更新的习惯，已建立提醒。",
            "群众反映没有解决的问题，今后逐条公布。",
            "没有明显问题。仍有个别栏目更新慢。",
        ],
    ),
    "wording.measures": problems(
        [
            "公开内容更新不够及时，个别栏目长期没有内容。",
            "业务培训不够，制度落实不到位，公开内容有待进一步规范。",
            "信息更新与要求有差距，需要加强；解读质量不高。",
            "一是政策解读形式单一。二是栏目内容少。",
        ],
        [
            "公开内容更新不够及时，已定人定责。",
            "业务培训不够，每季度培训一次。",
            "解读质量不高；自7月起请业务科室改写。",
            "表格太长看不全。现在一张表最多放八列。",
            "绩效信息公开不够细化，2026年细化到项目。",
        ],
    ),
    "wording.numbering": Examples(
        [Case(with_text(*several)) for several, _ in BADLY_NUMBERED],
        [Case(with_text(*several)) for several in WELL_NUMBERED],
    ),
    "wording.brackets": texts(
        "overview.requests",
        ["落实《政府信息公开条例的规定。", "按照要求”做好公开。", "公开专区（设在大厅配备电脑2台。"],
        ["落实《条例》（第711号）的规定。", "1）抓更新；2）抓审核。", "开展“村民说‘公开’”活动（每季一次)。"],
    ),
    "wording.pasted": texts("overview.requests", PASTED, NOT_PASTED),
    "wording.placeholder": texts("overview.requests", TEMPLATES, NOT_TEMPLATES),
    "wording.typo": texts("overview.requests", [text for text, _ in TYPOS], NO_TYPOS),
    "wording.basis": texts(
        "preamble",
        [
            "本报告按照国办公开办函〔2019〕60号的要求编制。",
            "根据政府信息公开工作年度报告格式(国办公开办函[2019]60号)编制。",
            "依据国办公开办函（2019）60号文件，现公布本报告。",
            "根据《中华人民共和国政府信息公开条例》（国务院令第492号）编制。",
            "按照《中华人民共和国政府信息公开工作年度报告格式（试行）》编制。",
        ],
        [
            "本报告按照国办公开办函〔2021〕30号的要求编制。",
            "根据国务院令第711号和2019年修订的条例编制。",
            "国务院令第492号公布、国务院令第711号修订的条例是编制的依据。",
            "国办公开办函〔2019〕60号已由国办公开办函〔2021〕30号代替，本报告依后者编制。",
        ],
    ),
    "wording.letter": texts("overview.requests", LETTERS, NO_LETTERS),
    "copied.last_year": Examples(
        [
            _copied_years(OWN_WORDS, OWN_WORDS),
            _copied_years((*OWN_WORDS[:3], *OTHER_WORDS[:3]), OWN_WORDS),
            _copied_years([f"{number}. {text}" for number, text in enumerate(OWN_WORDS, 1)], OWN_WORDS),
        ],
        [
            _copied_years(OTHER_WORDS, OWN_WORDS),
            _copied_years((*OWN_WORDS[:2], *OTHER_WORDS[:4]), OWN_WORDS),
            _copied_years(OWN_WORDS[:2], OWN_WORDS[:2]),
        ],
    ),
    "carry_over": two_years(
        "requests",
        [
            ({"carried_in__natural": 2}, {"carried_out__natural": 1}),
            ({}, {"carried_out__legal": 1}),
            ({"carried_in__business": 3}, {}),
        ],
        [
            ({"carried_in__natural": 2}, {"carried_out__natural": 2}),
            ({}, {}),
            ({"carried_in__legal": 1}, {"carried_out__legal": 1}),
        ],
    ),
    "stock": two_years(
        "disclosure",
        [
            ({"normative__in_force": 6}, {"normative__in_force": 4}),
            ({"normative__made": 2}, {}),
            (
                {"normative__repealed": 1, "normative__in_force": 4},
                {"normative__in_force": 4},
            ),
        ],
        [
            (
                {"normative__made": 2, "normative__in_force": 6},
                {"normative__in_force": 4},
            ),
            (
                {"normative__repealed": 4},
                {"normative__in_force": 4},
            ),
            ({"normative__in_force": 4}, {"normative__in_force": 4}),
        ],
    ),
    "items": two_years(
        "disclosure",
        [
            ({"licensing__previous": 12}, {"licensing__previous": 9}),
            ({"penalty__previous": 12}, {"penalty__previous": 12, "penalty__change": 1}),
            ({}, {"coercion__change": 1}),
        ],
        [
            ({"licensing__previous": 9}, {"licensing__previous": 9}),
            ({"penalty__previous": 13}, {"penalty__previous": 12, "penalty__change": 1}),
            ({"coercion__previous": 3}, {"coercion__previous": 5, "coercion__change": -2}),
        ],
        year=2020,
    ),
    "unchanged": two_years(
        "disclosure",
        [
            (same, same)
            for same in (
                {"licensing__decisions": 46, "penalty__decisions": 7, "fees__amount": 2},
                {"licensing__decisions": 5, "penalty__decisions": 4, "coercion__decisions": 3},
                {"normative__made": 20, "licensing__decisions": 10, "coercion__decisions": 5},
            )
        ],
        [
            ({"licensing__decisions": 46}, {"licensing__decisions": 46}),
            (
                {"licensing__decisions": 46, "penalty__decisions": 8, "fees__amount": 2},
                {"licensing__decisions": 46, "penalty__decisions": 7, "fees__amount": 2},
            ),
            ({}, {}),
        ],
    ),
    "leftover": two_years(
        "requests",
        [
            ({"granted__legal": 2, "partial__legal": 1}, {"granted__legal": 2, "partial__legal": 1}),
            ({"granted__business": 4, "partial__business": 2}, {"granted__business": 4, "partial__business": 2}),
            (
                {"partial__natural": 3, "declined_repeat__natural": 1},
                {"partial__natural": 3, "declined_repeat__natural": 1},
            ),
        ],
        [
            ({"granted__legal": 4}, {"granted__legal": 2}),
            ({"granted__legal": 2, "new__legal": 2}, {"granted__legal": 2}),
            ({"granted__legal": 2, "carried_in__legal": 2}, {"granted__legal": 2}),
        ],
    ),
    "jump": two_years(
        "disclosure",
        [({"penalty__decisions": mine}, {"penalty__decisions": last}) for mine, last in ((300, 25), (2, 25), (0, 30))],
        [
            ({"penalty__decisions": mine}, {"penalty__decisions": last})
            for mine, last in ((250, 25), (3, 25), (300, 19))
        ],
    ),
    "fee_unit": two_years(
        "disclosure",
        [
            ({"fees__amount": mine}, {"fees__amount": last})
            for mine, last in ((Decimal(23650), Decimal("2.365")), (1000001, 0), (5000, 5))
        ],
        [
            ({"fees__amount": mine}, {"fees__amount": last})
            for mine, last in ((Decimal(2364), Decimal("2.365")), (50, 0), (0, 5))
        ],
    ),
}

PAIRS: dict[str, tuple[Mapping[str, Sequence[str]], ...]] = {
    "reported": (
        {"甲镇": OWN_WORDS, "乙镇": OWN_WORDS},
        {"甲镇": OWN_WORDS, "乙镇": (*OWN_WORDS, *OTHER_WORDS)},
        {"甲镇": OWN_WORDS, "乙镇": [text.replace("一次", "两次") for text in OWN_WORDS]},
    ),
    "near misses": (
        {"甲镇": OWN_WORDS, "乙镇": OTHER_WORDS},
        {"甲镇": OWN_WORDS, "乙镇": (*OWN_WORDS[:2], *OTHER_WORDS)},
        {"甲镇": OWN_WORDS[:1], "乙镇": OWN_WORDS[:1]},
    ),
}
"""The examples of ``copied.unit``, which compares the texts of many units."""


def rules_of(case: Case) -> set[str]:
    return {finding.rule for finding in check(case.report, case.previous, others=case.others)}


def _indices(cases_of: Callable[[Examples], Sequence[Case]]) -> list[tuple[str, int]]:
    return [(rule, index) for rule, examples in EXAMPLES.items() for index in range(len(cases_of(examples)))]


def test_every_rule_has_three_examples_and_three_near_misses() -> None:
    wanted = {rule for rule in RULES if rule.startswith(FAMILIES) or rule in TWO_YEARS}
    assert wanted == EXAMPLES.keys() | {"copied.unit"}
    for rule, examples in EXAMPLES.items():
        assert min(len(examples.reported), len(examples.near_misses)) >= LEAST, rule
    assert min(map(len, PAIRS.values())) >= LEAST


@pytest.mark.parametrize(("rule", "index"), _indices(lambda examples: examples.reported))
def test_a_rule_reports_its_examples(rule: str, index: int) -> None:
    assert rule in rules_of(EXAMPLES[rule].reported[index])


@pytest.mark.parametrize(("rule", "index"), _indices(lambda examples: examples.near_misses))
def test_a_rule_does_not_report_its_near_misses(rule: str, index: int) -> None:
    assert rule not in rules_of(EXAMPLES[rule].near_misses[index])


def test_units_with_one_text_are_pairs_and_units_with_two_are_not() -> None:
    assert [len(copied_text.similar_pairs(texts)) for texts in PAIRS["reported"]] == [1, 1, 1]
    assert [len(copied_text.similar_pairs(texts)) for texts in PAIRS["near misses"]] == [0, 0, 0]
