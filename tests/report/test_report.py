"""A Report: writing and reading its JSON, strict decoding, and zero declarations."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.form.editions import editions, load_form
from gouji.form.levels import LEVELS
from gouji.report.model import People, Report, Unit, as_figure, from_json, make_report, to_json
from gouji.runtime.errors import DocumentError


def document(**changes: object) -> dict[str, object]:
    return {
        "edition": "2021",
        "year": 2024,
        "unit": {"name": "青石镇人民政府", "code": "410411201", "level": "township"},
        "figures": {"requests.new.natural": 3},
    } | changes


def read(**changes: object) -> Report:
    return from_json(json.dumps(document(**changes)).encode())


def read_figure(number: str, ref: str = "disclosure.fees.amount") -> object:
    return from_json(json.dumps(document(figures={ref: "@"})).replace('"@"', number).encode()).figures.get(ref)


# ---------------------------------------------------------------- writing and reading

words = st.text(alphabet='青石镇人民政府，。 abc123-“”"\\/<&', max_size=12)
written = words.map(str.strip).filter(bool)
integers = st.integers(-(10**15), 10**15)
decimals = st.decimals(min_value=0, max_value=10**9, places=6).map(as_figure)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    form = load_form(draw(st.sampled_from(editions())))
    refs = st.sampled_from(list(form.cells))
    figures = draw(st.dictionaries(refs, integers | decimals, max_size=30))
    unread = draw(st.dictionaries(refs.filter(lambda ref: ref not in figures), written, max_size=5))
    topics = st.sampled_from([topic.key for topic in form.topics])
    return make_report(
        edition=form.edition,
        year=draw(st.none() | st.integers(1000, 9999)),
        unit=Unit(draw(words.map(str.strip)), draw(words.map(str.strip)), draw(st.sampled_from(["", *LEVELS]))),
        people=People(*(draw(words.map(str.strip)) for _ in range(4))),
        figures=figures,
        texts=draw(st.dictionaries(topics, st.lists(written, max_size=3), max_size=5)),
        zero=draw(st.lists(st.sampled_from([table.id for table in form.official_tables]), unique=True)),
        unread=unread,
        explanations=draw(st.dictionaries(st.sampled_from(["totals", "stock"]), written)),
    )


@given(reports())
def test_a_report_is_the_same_after_json(report: Report) -> None:
    assert from_json(to_json(report)) == report


@given(reports())
def test_a_report_is_the_same_after_pickle(report: Report) -> None:
    assert pickle.loads(pickle.dumps(report)) == report


def test_json_has_every_ref_of_the_form_with_null_for_blanks() -> None:
    figures = json.loads(to_json(read()))["figures"]
    assert list(figures) == list(load_form("2021").cells)
    assert {ref: value for ref, value in figures.items() if value is not None} == {"requests.new.natural": 3}


def test_json_is_readable_text() -> None:
    assert "青石镇人民政府" in to_json(read()).decode()


# ---------------------------------------------------------------- numbers


def test_money_is_exact() -> None:
    assert read_figure("24252.311082") == Decimal("24252.311082")
    assert read_figure("0.1") == Decimal("0.1")
    report = from_json(
        to_json(make_report(edition="2021", year=2024, figures={"disclosure.fees.amount": Decimal("12.50")}))
    )
    assert str(report.figures["disclosure.fees.amount"]) == "12.50"


@pytest.mark.parametrize("number", ["3", "3.0", "3.000", "3e0", "0.3e1"])
def test_a_whole_number_is_an_int_in_any_notation(number: str) -> None:
    figure = read_figure(number)
    assert figure == 3
    assert type(figure) is int


@pytest.mark.parametrize("number", ["0", "-0", "-0.0", "0.00"])
def test_zero_is_zero_and_not_blank(number: str) -> None:
    assert read_figure(number) == 0
    assert type(read_figure(number)) is int


def test_null_and_missing_are_blank() -> None:
    assert read_figure("null") is None
    report = read(figures={"requests.new.natural": None})
    assert dict(report.figures) == {}


@pytest.mark.parametrize("value", ['"3"', "true", "false", "[]", "{}", '""', "[3]"])
def test_a_figure_that_is_not_a_number_is_rejected_by_its_ref(value: str) -> None:
    with pytest.raises(DocumentError, match=r"^figures\.disclosure\.fees\.amount：应当是数字"):
        read_figure(value)


@pytest.mark.parametrize("number", ["1e400", "1e-400", "1e99999999999999999999", "1e-99999999999999999999", "1" * 40])
def test_an_extremely_large_number_is_rejected(number: str) -> None:
    with pytest.raises(DocumentError, match="数字太长"):
        read_figure(number)


# ---------------------------------------------------------------- strictness


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"figurs": {}}, "figurs：没有这个名称，是不是“figures”？"),
        ({"unit": {"name": "x", "nmae": "y"}}, "unit.nmae：没有这个名称，是不是“name”？"),
        ({"people": {"filled": "x"}}, "people.filled：没有这个名称，是不是“filled_by”？"),
        (
            {"figures": {"requests.new.naturel": 1}},
            "figures.requests.new.naturel：没有这个名称，是不是“requests.new.natural”？",
        ),
        (
            {"unread": {"requests.new.lega": "x"}},
            "unread.requests.new.lega：没有这个名称，是不是“requests.new.legal”？",
        ),
        ({"texts": {"overview.genral": []}}, "texts.overview.genral：没有这个名称，是不是“overview.general”？"),
        ({"zero": ["dispute"]}, "zero.dispute：没有这个名称，是不是“disputes”？"),
        ({"zero": ["processing"]}, "zero.processing：没有这个名称"),
        ({"edition": "1999"}, "edition：没有“1999”版的格式"),
        ({"unit": {"name": "x", "level": "town"}}, "unit.level：没有“town”这个级别"),
        ({"unit": {"code": "x"}}, "缺少“unit.name”。"),
        ({"year": "2024"}, "year：应当是四位数的年份"),
        ({"year": True}, "year：应当是四位数的年份"),
        ({"year": 24}, "year：应当是四位数的年份"),
        ({"texts": {"overview.general": "一段"}}, "texts.overview.general：应当是文字的列表"),
        ({"figures": []}, "figures：应当是一组名称和值"),
        (
            {"unread": {"requests.new.natural": "3件"}},
            "unread.requests.new.natural：同一格不能既有数字又有读不出的文字。",
        ),
    ],
)
def test_an_unknown_key_is_rejected_by_name(changes: dict[str, object], message: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read(**changes)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("key", ["edition", "year", "unit", "figures"])
def test_a_missing_required_key_is_rejected_by_name(key: str) -> None:
    short = document()
    del short[key]
    with pytest.raises(DocumentError, match=f"缺少“{key}”"):
        from_json(json.dumps(short).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff\xfe", b"null", b"3", b"[" * 100_000])
def test_anything_but_a_json_object_is_rejected_in_one_sentence(data: bytes) -> None:
    with pytest.raises(DocumentError, match="JSON"):
        from_json(data)


def test_optional_keys_may_be_null() -> None:
    nothing = {"people": None, "texts": None, "zero": None, "unread": None, "explanations": None}
    assert read(**nothing) == read()


def test_a_byte_order_mark_is_ignored() -> None:
    assert from_json(b"\xef\xbb\xbf" + json.dumps(document()).encode()) == read()


# ---------------------------------------------------------------- zero declarations


def test_in_a_table_declared_zero_blanks_are_read_as_0() -> None:
    report = read(figures={}, zero=["disputes"])
    assert dict(report.figures) == dict.fromkeys(load_form("2021").table("disputes").cells, 0)
    assert report.zero == ("disputes",)


def test_a_zero_beside_a_declaration_does_not_contradict_it() -> None:
    report = read(figures={"disputes.reconsideration.upheld": 0}, zero=["disputes"])
    assert report.figures["disputes.later_suit.total"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"figures": {"disputes.reconsideration.upheld": 1}},
        {"figures": {}, "unread": {"disputes.reconsideration.upheld": "无"}},
    ],
)
def test_a_contradicted_declaration_is_void_and_kept(changes: dict[str, object]) -> None:
    report = read(**changes, zero=["disputes"])
    assert "disputes.later_suit.total" not in report.figures
    assert report.zero == ("disputes",)


def test_a_blank_outside_the_declared_table_stays_blank() -> None:
    assert "requests.new.legal" not in read(zero=["disputes"]).figures


# ---------------------------------------------------------------- texts


def test_several_paragraphs_pasted_into_one_place_are_split() -> None:
    report = read(texts={"overview.general": ["第一段\n\n  第二段\r\n", "", "第三段"]})
    assert report.texts["overview.general"] == ("第一段", "第二段", "第三段")


def test_a_topic_without_text_is_not_kept() -> None:
    assert dict(read(texts={"overview.general": [" ", "\n"]}).texts) == {}


def test_the_texts_of_a_section_are_in_printed_order() -> None:
    report = read(texts={"problems.improvements": ["乙"], "problems.general": ["甲"], "overview.general": ["丙"]})
    assert report.section_texts("problems") == ["甲", "乙"]


def test_the_title_names_unit_and_year() -> None:
    assert read().title == "青石镇人民政府2024年政府信息公开工作年度报告"
    assert read(year=None).title == "青石镇人民政府____年政府信息公开工作年度报告"
