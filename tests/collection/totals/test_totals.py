"""The totals of a collection, through the command: what is added, what is reported, and what is written."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import county
import msgspec
import pytest
import reports
import sheet_xml
import summing
from county import County, member
from hypothesis import given, settings
from hypothesis import strategies as st
from summing import FORM, OFFICE, TOWNS, findings, office_with, right, send, sum_of, summed, take_in

from gouji.collection.intake.examine import noted_of
from gouji.collection.totals.checks import compared
from gouji.collection.totals.open_questions import questions_of
from gouji.collection.totals.parts import Below, Part
from gouji.collection.totals.totals import totals_of
from gouji.collection.workspace.roster import Member
from gouji.findings.finding import plain
from gouji.form.values import Number
from gouji.formats.read import read
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.reader import issued_identity
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, added_up, figures_of, from_json, to_json

UNITS = [OFFICE, *TOWNS]
CONTAINED = ("410101", "4101011", "41010", "0101", "41010112", "5", "410102")
"""Codes of units, most of which contain the code of another unit."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county whose office and towns are all done."""
    sent = {unit: right(seed) for seed, unit in enumerate(UNITS)}
    return office_with(tmp_path_factory.mktemp("done"), UNITS, sent)


@pytest.fixture
def done(finished: County, tmp_path: Path) -> County:
    """A copy of that county."""
    return finished.copied(tmp_path / "年报")


# ---------------------------------------------------------------- what is added


def test_every_figure_is_added_up_over_all_units_and_their_files_are_listed(done: County) -> None:
    document = summed(done)
    assert document["complete"] is True
    assert findings(document) == []
    for ref in FORM.cells:
        exact = sum(right(seed).figures[ref] for seed in range(4))
        assert Decimal(str(document["figures"][ref])) == exact
    assert [part["code"] for part in document["parts"]] == [unit.code for unit in UNITS]
    for part in document["parts"]:
        assert part["sha256"] in part["archived"]
        assert (done.folder / part["archived"]).is_file()
    assert document["unit"] == {"name": "丰泽县人民政府", "code": "", "level": "county"}


_figure = st.none() | st.just(0) | st.integers(-(10**15), 10**15) | st.decimals(0, 10**12, places=6)


@settings(max_examples=25)
@given(st.lists(st.dictionaries(st.sampled_from(FORM.inputs), _figure, min_size=1), min_size=1, max_size=6))
def test_adding_is_plain_addition_and_a_blank_makes_a_blank(many: list[dict[str, Number | None]]) -> None:
    sums = added_up(FORM.inputs, many)
    for ref in FORM.inputs:
        values = [figures.get(ref) for figures in many]
        known = [Fraction(value) for value in values if value is not None]
        assert (ref in sums) == (len(known) == len(values))
        if ref in sums:
            assert Fraction(sums[ref]) == sum(known)
            assert isinstance(sums[ref], int) or sums[ref] % 1


@settings(max_examples=25)
@given(st.lists(st.decimals(0, 10**24, places=5), min_size=1, max_size=50))
def test_money_is_added_without_rounding(amounts: list[Decimal]) -> None:
    ref = "disclosure.fees.amount"
    sums = added_up([ref], [{ref: amount} for amount in amounts])
    assert Fraction(sums[ref]) == sum(map(Fraction, amounts))


@settings(max_examples=10)
@given(reports.reports())
def test_figures_read_alone_equal_those_of_the_whole_report(report: Report) -> None:
    figures = figures_of(to_json(report))
    whole = from_json(to_json(report))
    assert (figures.edition, figures.year) == (whole.edition, whole.year)
    assert {ref: value for ref, value in figures.figures.items() if value is not None} == whole.figures


def test_what_a_rule_may_also_say_of_a_text_does_not_stop_the_totals(tmp_path: Path) -> None:
    figures = right(1).figures | {"requests.other_unpaid.natural": 5, "processing.fee.notices": 0}
    figures |= {"requests.carried_in.natural": 0, "requests.carried_out.natural": 0}
    figures = reports.changed(right(1), figures=figures).figures
    figures["requests.new.natural"] = figures["requests.closed.natural"]
    explanations = {"narrative": "通知是上年发出的，今年没有再发收费通知。"}
    unpaid = reports.changed(right(1), figures=figures, explanations=explanations)
    assert "processing_fee.unpaid" in findings(summed(office_with(tmp_path, TOWNS[:1], {TOWNS[0]: unpaid})))


def test_a_declared_zero_counts_as_zero(tmp_path: Path) -> None:
    zero = reports.MUTATIONS["all declared zero"](right(1))
    document = summed(office_with(tmp_path, TOWNS[:2], {TOWNS[0]: zero, TOWNS[1]: right(2)}))
    assert document["complete"]
    assert document["figures"]["requests.new.total"] == right(2).figures["requests.new.total"]


# ---------------------------------------------------------------- missing units


def test_missing_units_are_named_and_the_totals_are_marked_incomplete(tmp_path: Path) -> None:
    wrong = reports.with_figures(right(2), requests__new__natural=99999)
    office = office_with(tmp_path, TOWNS, {TOWNS[0]: right(1), TOWNS[1]: wrong})
    output = office.run("summary", fails=1)
    assert "不完整" in output
    assert f"{TOWNS[1].name}：待改正" in output
    assert f"{TOWNS[2].name}：未交" in output
    assert (office.folder / "汇总" / "汇总.xlsx").is_file()
    document = summed(office, "--partial")
    assert findings(document) == [f"sum.unaccepted:{TOWNS[1].code}", f"sum.missing:{TOWNS[2].code}"]
    assert [part["code"] for part in document["parts"]] == [TOWNS[0].code]


def test_a_missing_unit_cannot_be_waived(tmp_path: Path) -> None:
    office = office_with(tmp_path, TOWNS[:2], {TOWNS[0]: right(1)})
    assert "不能放行" in office.run("waive", "汇总", "sum.missing", "算了", fails=2)


def test_nothing_is_written_while_nothing_is_accepted(tmp_path: Path) -> None:
    office = office_with(tmp_path, TOWNS, {})
    assert "没有可以汇总的数字" in office.run("summary", fails=2)


def test_a_blank_figure_is_blank_in_the_totals_and_its_unit_is_named(tmp_path: Path) -> None:
    blank = reports.with_figures(right(2), requests__granted__business=None)
    office = office_with(tmp_path, TOWNS[:2], {TOWNS[0]: right(1), TOWNS[1]: blank})
    office.run("waive", TOWNS[1].name, "figure.blank", "原件遗失")
    document = summed(office, fails=1)
    assert document["figures"]["requests.granted.business"] is None
    assert document["figures"]["requests.granted.total"] is None
    (finding,) = document["findings"]
    assert finding["id"] == "sum.blank:requests.granted.business"
    assert TOWNS[1].name in finding["message"]


def test_a_units_wrong_total_is_computed_again_and_the_unit_is_named(tmp_path: Path) -> None:
    total = right(2).figures["requests.granted.total"]
    wrong = summing.without_totals(right(2), requests__granted__total=total + 5)
    office = office_with(tmp_path, TOWNS[:2], {TOWNS[0]: right(1), TOWNS[1]: wrong})
    for rule in sorted({finding["rule"] for finding in office_errors(office, TOWNS[1].code)}):
        office.run("waive", TOWNS[1].name, rule, "已核对")
    document = summed(office, fails=1)
    assert document["figures"]["requests.granted.total"] == total + right(1).figures["requests.granted.total"]
    (finding,) = document["findings"]
    assert finding["id"] == "sum.total:requests.granted.total"
    assert finding["actual"] - finding["expected"] == 5
    assert TOWNS[1].name in finding["message"]


def office_errors(office: County, code: str) -> list[dict[str, str]]:
    detail = json.loads(office.run("status", code, "--json"))
    return [finding for finding in detail["findings"] if finding["severity"] == "error" and finding["echo_of"] is None]


def test_a_report_on_another_year_is_not_added_even_if_waived(tmp_path: Path) -> None:
    old = reports.changed(right(2), year=county.YEAR - 1)
    office = office_with(tmp_path, TOWNS[:2], {TOWNS[0]: right(1), TOWNS[1]: old})
    office.run("waive", TOWNS[1].name, "round.year", "只有去年的")
    document = summed(office, fails=1)
    assert findings(document) == [f"sum.other_form:{TOWNS[1].code}"]
    assert document["figures"]["requests.new.total"] == right(1).figures["requests.new.total"]


# ---------------------------------------------------------------- what is doubtful


def test_the_same_figures_from_two_units_raise_a_query_until_explained(tmp_path: Path) -> None:
    office = office_with(tmp_path, TOWNS, {TOWNS[0]: right(1), TOWNS[1]: right(2), TOWNS[2]: right(1)})
    (finding,) = summed(office)["findings"]
    assert finding["rule"] == "sum.same_figures"
    assert TOWNS[0].name in finding["message"]
    assert TOWNS[2].name in finding["message"]
    (question,) = questions_of(office.workspace, "汇总")
    (explain,) = question.actions
    office.run(*explain.arguments(reason="两镇合署办公，各报一份"))
    assert questions_of(office.workspace, "汇总") == ()
    (finding,) = summed(office)["findings"]
    assert finding["answer"] == "两镇合署办公，各报一份"
    send(office, TOWNS[2], reports.with_figures(right(1), disclosure__fees__amount=7))
    take_in(office)
    assert summed(office)["findings"] == []


def test_an_explanation_of_equal_reports_does_not_cover_other_equal_reports_of_the_same_units(tmp_path: Path) -> None:
    office = office_with(tmp_path, TOWNS, {TOWNS[0]: right(1), TOWNS[1]: right(2), TOWNS[2]: right(1)})
    office.run("explain", "汇总", "sum.same_figures", "两镇合署办公，各报一份")
    for unit in (TOWNS[0], TOWNS[2]):
        send(office, unit, right(3))
    take_in(office)
    (finding,) = summed(office)["findings"]
    assert (finding["rule"], finding["answer"]) == ("sum.same_figures", None)


def test_an_answer_to_equal_reports_is_tied_to_the_figures_of_every_unit_that_the_finding_names(tmp_path: Path) -> None:
    """Codes of different lengths, of which some contain others; one unit sends nothing, one sends a blank."""
    towns = [msgspec.structs.replace(member(number), code=code) for number, code in enumerate(CONTAINED, 1)]
    sent = {town: right(1) for town in towns[:5]}
    sent[towns[5]] = reports.with_figures(right(2), disclosure__fees__amount=None)
    office = office_with(tmp_path, towns, sent)
    totals = totals_of(office.workspace)
    parts = {part.code: part for part in totals.parts}
    most = 0
    for judged in totals.findings:
        named = [] if judged.finding.refs else [code for code in parts if code in judged.finding.id]
        behind = [(code, ref, plain(parts[code].figures[ref])) for code in named for ref in sorted(parts[code].figures)]
        assert judged.fingerprint == noted_of(judged.finding, None, behind=behind).fingerprint
        most = max(most, len(named))
    assert most > 2


def test_an_amount_of_a_thousand_times_last_years_raises_a_query(tmp_path: Path) -> None:
    office = office_with(
        tmp_path, TOWNS[:1], {TOWNS[0]: reports.with_figures(right(1), disclosure__fees__amount=125000)}
    )
    before = reports.with_figures(right(1), disclosure__fees__amount=Decimal("12.5"))
    keep_last_year(office, TOWNS[0], before)
    (finding,) = [finding for finding in summed(office, fails=1)["findings"] if finding["rule"] == "sum.money"]
    assert finding["id"] == f"sum.money:{TOWNS[0].code}:disclosure.fees.amount"
    assert "万元" in finding["message"]


def keep_last_year(office: County, unit: Member, report: Report) -> None:
    """Keep what a unit reported last year, after this year's submissions were checked."""
    last = reports.changed(report, year=office.year - 1, unit=county.unit_of(unit))
    (office.folder / "上年" / f"{unit.code}.json").write_bytes(to_json(last))


# ---------------------------------------------------------------- levels

COUNTY = member(900, name="丰泽县人民政府", short=("丰泽县",), level="county")
BELOW = [member(number, parent=COUNTY.code) for number in (1, 2)]
ITS_OFFICE = member(99, name=county.OFFICE, short=("县政府办",), level="county", parent=COUNTY.code)
CITY_BUREAU = member(800, name="市财政局", short=(), level="city_department")
CITY = [COUNTY, ITS_OFFICE, *BELOW, CITY_BUREAU]
PARTS = (right(1), right(2), right(3))


def city_with(folder: Path, county_report: Report) -> County:
    sent = dict(zip((ITS_OFFICE, *BELOW), PARTS, strict=True))
    return office_with(folder, CITY, {COUNTY: county_report, **sent, CITY_BUREAU: right(4)})


def test_a_finished_total_is_compared_with_its_parts_and_not_added(tmp_path: Path) -> None:
    city = city_with(tmp_path, sum_of(*PARTS))
    document = summed(city)
    assert findings(document) == []
    assert [part["code"] for part in document["finished"]] == [COUNTY.code]
    everything = sum(right(seed).figures["requests.new.total"] for seed in (1, 2, 3, 4))
    assert document["figures"]["requests.new.total"] == everything
    of_county = summed(city, "--of", "丰泽县")
    assert of_county["unit"]["name"] == COUNTY.name
    assert of_county["figures"]["requests.new.total"] == sum(part.figures["requests.new.total"] for part in PARTS)
    assert any(path.name.startswith(COUNTY.code) for path in (city.folder / "汇总").iterdir())


def test_a_finished_total_that_omits_a_unit_is_reported_once_with_the_units_name(tmp_path: Path) -> None:
    (finding,) = summed(city_with(tmp_path, sum_of(PARTS[0], PARTS[2])), fails=1)["findings"]
    assert finding["id"] == f"sum.omits:{COUNTY.code}:{BELOW[0].code}"
    assert BELOW[0].name in finding["message"]


def altered(ref: str, value: Number) -> Report:
    return reports.changed(sum_of(*PARTS), figures={**sum_of(*PARTS).figures, ref: value})


EXACT = sum_of(*PARTS).figures
PENALTY, AMOUNT = "disclosure.penalty.decisions", "disclosure.fees.amount"


@pytest.mark.parametrize(
    "ref, wanted, stated, rule",
    [
        (PENALTY, 1234, 1229, "sum.smaller"),
        (PENALTY, 1234, 1240, "sum.differs"),
        (PENALTY, 1234, 1324, "sum.digits"),
        (PENALTY, 1234567, 1234600, "sum.rounded"),
        (AMOUNT, Decimal("4166.241619"), Decimal("4166.24"), "sum.rounded"),
        (PENALTY, 1234, None, "sum.lacks"),
    ],
)
def test_a_figure_of_a_finished_total_that_differs_from_its_parts_is_named(
    ref: str, wanted: Number, stated: Number | None, rule: str
) -> None:
    found = list(
        compared(FORM, Below(part(COUNTY, ref, stated), (part(BELOW[0], ref, wanted),), whole=True, finished=True))
    )
    assert [finding.id for finding in found] == [f"{rule}:{COUNTY.code}:{ref}"]
    assert COUNTY.name in found[0].message


def part(unit: Member, ref: str, value: Number | None) -> Part:
    """Return the part of a unit whose figures are all zero except one."""
    figures = {**dict.fromkeys(FORM.cells, 0), ref: value}
    return Part(member=unit, sha256="", source="", sent="", archived="", figures=figures)


def test_while_parts_are_missing_a_finished_total_is_wrong_only_where_it_is_too_small(tmp_path: Path) -> None:
    sent = {COUNTY: altered(PENALTY, EXACT[PENALTY]), ITS_OFFICE: PARTS[0], BELOW[0]: PARTS[1], CITY_BUREAU: right(4)}
    document = summed(office_with(tmp_path, CITY, sent), fails=1)
    assert findings(document) == [f"sum.missing:{BELOW[1].code}"]


def test_a_unit_without_an_office_below_it_sends_its_own_part(tmp_path: Path) -> None:
    units = [COUNTY, *BELOW]
    sent = {COUNTY: right(1), BELOW[0]: right(2), BELOW[1]: right(3)}
    document = summed(office_with(tmp_path, units, sent))
    assert findings(document) == []
    assert len(document["parts"]) == 3


def test_an_own_part_at_least_as_large_as_everything_below_it_raises_a_query(tmp_path: Path) -> None:
    units = [COUNTY, *BELOW]
    sent = {COUNTY: sum_of(right(1), right(2), right(3)), BELOW[0]: right(2), BELOW[1]: right(3)}
    document = summed(office_with(tmp_path, units, sent))
    assert findings(document) == [f"sum.counted_twice:{COUNTY.code}"]


def test_a_total_equal_to_just_one_of_its_parts_raises_a_query(tmp_path: Path) -> None:
    zero = reports.MUTATIONS["all declared zero"](right(1))
    document = summed(office_with(tmp_path, TOWNS, {TOWNS[0]: zero, TOWNS[1]: right(2), TOWNS[2]: zero}))
    assert findings(document) == [f"sum.one_part:{TOWNS[1].code}"]


def test_a_tree_of_any_depth_is_added_up(tmp_path: Path) -> None:
    chain = [member(number, parent=f"4104{number - 1:05}" if number > 1 else "") for number in range(1, 7)]
    levels = ["province", "city", "county", "county_department", "township", "township"]
    units = [msgspec.structs.replace(unit, level=level) for unit, level in zip(chain, levels, strict=True)]
    units[5] = msgspec.structs.replace(units[5], parent=units[3].code)
    document = summed(office_with(tmp_path, units, {unit: right(seed) for seed, unit in enumerate(units)}))
    assert len(document["parts"]) == 6
    assert document["figures"]["requests.new.total"] == sum(
        right(seed).figures["requests.new.total"] for seed in range(6)
    )


# ---------------------------------------------------------------- the county's own report


def test_every_number_can_be_traced_from_the_city_through_the_county_to_a_townships_cell(tmp_path: Path) -> None:
    city = County(tmp_path / "市", [COUNTY, CITY_BUREAU])
    city.run("issue")
    mine = County(tmp_path / "县", TOWNS[:2])
    mine.run("issue")
    for seed, town in enumerate(TOWNS[:2], 1):
        mine.answers(town, seed)
    take_in(mine)
    output = mine.run("summary", "--report", "--form", city.form(COUNTY))
    (filled_in,) = (mine.folder / "汇总").glob("*_汇总填报表.xlsx")
    assert filled_in.name in output

    # The county writes its texts and sends the workbook to the city.
    report = read(filled_in).report
    assert report.unit == county.unit_of(COUNTY)
    assert not open_cells(filled_in) & {*FORM.official_tables[1].cells}
    written = reports.changed(report, texts=right(1).texts, people=reports.PEOPLE)
    city_form = city.folder / "回收" / "丰泽县.xlsx"
    city_form.write_bytes(on_the_same_form(filled_in, written))
    city.answers(CITY_BUREAU, 3)
    take_in(city)
    assert city.states()[COUNTY.code] == "done"

    ref = "requests.granted.natural"
    document = summed(city)
    from_the_county = archived(city, document, COUNTY.code).figures[ref]
    assert document["figures"][ref] == from_the_county + archived(city, document, CITY_BUREAU.code).figures[ref]
    below = summed(mine)
    assert below["figures"][ref] == from_the_county
    assert from_the_county == sum(archived(mine, below, town.code).figures[ref] for town in TOWNS[:2])


def archived(office: County, document: dict[str, object], code: str) -> Report:
    """Return a figure from the archived file of a part."""
    (part,) = (each for each in document["parts"] if each["code"] == code)  # type: ignore[attr-defined]
    return read(office.folder / part["archived"]).report


def open_cells(path: Path) -> set[str]:
    unlocked = sheet_xml.unlocked(path.read_bytes())
    return {key for key, place in layout_of(FORM).places.items() if (place.sheet, place.address) in unlocked}


def on_the_same_form(path: Path, report: Report) -> bytes:
    """Return a workbook as its clerk saves it: the same identity, with texts."""
    locked = [ref for ref in report.figures if ref not in FORM.totals]
    return workbook_bytes(report, locked=locked, issued=issued_identity(path.read_bytes()))


def test_texts_written_into_the_offices_report_are_kept_when_it_is_written_again(done: County) -> None:
    done.run("summary", "--report")
    (path,) = (done.folder / "汇总").glob("丰泽县人民政府_*_汇总填报表.xlsx")
    report = read(path, key=done.workspace.key).report
    written = reports.changed(report, texts={"overview.general": ["=1+1 县政府写的。"]}, people=reports.PEOPLE)
    path.write_bytes(on_the_same_form(path, written))
    send(done, TOWNS[0], reports.with_figures(right(1), disclosure__fees__amount=7))
    take_in(done)
    done.run("summary", "--report")
    again = read(path).report
    assert again.texts == {"overview.general": ("=1+1 县政府写的。",)}
    assert again.people == reports.PEOPLE
    assert again.figures[AMOUNT] == 7 + sum(right(seed).figures[AMOUNT] for seed in (0, 2, 3))


def test_an_unreadable_report_of_the_office_is_not_overwritten(done: County) -> None:
    path = done.folder / "汇总" / f"丰泽县人民政府_{county.YEAR}_汇总填报表.xlsx"
    path.write_bytes(b"somebody's notes")
    assert "没有改动" in done.run("summary", "--report", fails=2)
    assert path.read_bytes() == b"somebody's notes"
