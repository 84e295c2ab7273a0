"""The form: its grids match the official form, its editions load strictly, and only they contain its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import gouji
from gouji.form.edition_file import parse_form
from gouji.form.editions import edition_in_force, editions, load_form
from gouji.form.grid import grid_of
from gouji.form.labels import normalised, same
from gouji.form.model import Form, LevelLimit, RelationFamily
from gouji.runtime.errors import EditionError, GoujiError

OFFICIAL = Path(__file__).parents[1] / "official"
SOURCES = sorted(Path(gouji.__file__).parent.rglob("*.py"))


def official(edition: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((OFFICIAL / f"{edition}.json").read_text(encoding="utf-8"))
    return document


def text_of(edition: str) -> str:
    return resources.files("gouji.form").joinpath("editions", f"{edition}.toml").read_text(encoding="utf-8")


# ---------------------------------------------------------------- the official grid


@pytest.mark.parametrize("edition", editions())
def test_every_label_is_where_the_official_form_prints_it(edition: str) -> None:
    for table, printed in zip(load_form(edition).official_tables, official(edition)["tables"], strict=True):
        grid = grid_of(table)
        assert table.id == printed["id"]
        assert (grid.rows, grid.columns) == (printed["rows"], printed["columns"])
        ours = {(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in grid.labels}
        theirs = {
            tuple(cell[key] for key in ("row", "col", "rowspan", "colspan", "text")) for cell in printed["labels"]
        }
        assert ours == theirs


@pytest.mark.parametrize("edition", editions())
def test_every_number_cell_is_where_the_official_form_has_it(edition: str) -> None:
    for table, printed in zip(load_form(edition).official_tables, official(edition)["tables"], strict=True):
        numbers = grid_of(table).numbers
        assert [[n.row, n.column, n.rowspan, n.colspan] for n in numbers.values()] == printed["number_cells"]
        assert list(numbers) == list(table.cells)


@pytest.mark.parametrize("edition", editions())
def test_the_cells_of_a_grid_cover_it_without_gap_or_overlap(edition: str) -> None:
    for table in load_form(edition).tables:
        grid = grid_of(table)
        covered = [
            (cell.row + down, cell.column + right)
            for cell in grid.cells
            for down in range(cell.rowspan)
            for right in range(cell.colspan)
        ]
        assert sorted(covered) == [(row, column) for row in range(grid.rows) for column in range(grid.columns)]


@pytest.mark.parametrize("edition", editions())
def test_the_headings_are_the_official_ones(edition: str) -> None:
    form = load_form(edition)
    for table, printed in zip(form.official_tables, official(edition)["tables"], strict=True):
        assert form.section(table.section).heading == printed["heading"]
    assert form.document == official(edition)["document"]
    assert len(form.sections) == 6


@pytest.mark.parametrize("edition, labels, numbers, relations", [("2021", 79, 200, 42), ("2019", 87, 198, 40)])
def test_each_edition_has_the_official_number_of_cells_and_relations(
    edition: str, labels: int, numbers: int, relations: int
) -> None:
    form = load_form(edition)
    assert sum(len(grid_of(table).labels) for table in form.official_tables) == labels
    assert sum(len(table.cells) for table in form.official_tables) == numbers
    assert len(form.relations) == len({relation.id for relation in form.relations}) == relations


def test_the_continuity_relations_of_each_edition() -> None:
    assert [relation.id for relation in load_form("2021").continuity if "stock" in relation.id] == [
        "stock:rules",
        "stock:normative",
    ]
    older = [relation.family.id for relation in load_form("2019").continuity]
    assert (older.count("carry_over"), older.count("items"), len(older)) == (7, 5, 12)


@pytest.mark.parametrize("edition", editions())
def test_every_cell_is_an_input_or_a_total_and_parts_come_before_totals(edition: str) -> None:
    form = load_form(edition)
    assert {*form.inputs, *form.totals} == set(form.cells)
    assert not {*form.inputs} & {*form.totals}
    known = set(form.inputs)
    for total, parts in form.totals.items():
        assert known.issuperset(parts)
        known.add(total)


def test_the_only_cells_outside_the_official_tables_are_about_the_fee() -> None:
    extra = [table.id for table in load_form("2021").tables if not table.official]
    assert extra == ["processing"]
    assert len(load_form("2021").table("processing").cells) == 3
    assert load_form("2019").fee is None


@pytest.mark.parametrize("edition", editions())
def test_only_changes_may_be_negative_and_only_money_may_be_a_fraction(edition: str) -> None:
    kinds = {ref: cell.kind for ref, cell in load_form(edition).cells.items()}
    assert all(kind == "count" for ref, kind in kinds.items() if ref.startswith(("requests.", "disputes.")))
    assert all((kind == "change") == ref.endswith(".change") for ref, kind in kinds.items())
    assert [ref for ref, kind in kinds.items() if kind == "money"]


# ---------------------------------------------------------------- which edition


@pytest.mark.parametrize(
    "year, edition",
    [(None, "2021"), (2030, "2021"), (2021, "2021"), (2020, "2019"), (2019, "2019"), (2008, "2019")],
)
def test_each_year_has_its_edition_in_force(year: int | None, edition: str) -> None:
    assert edition_in_force(year) == edition


def test_an_unknown_edition_is_rejected_with_a_list_of_the_known_ones() -> None:
    with pytest.raises(GoujiError, match=r"没有“2008”版的格式。现有的是：2021、2019。"):
        load_form("2008")


# ---------------------------------------------------------------- strict loading


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('edition = "2021"', 'edition = "2021"\nfrist_year = 1', "frist_year"),
        ("first_year = 2021", "frist_year = 2021", "是不是“first_year”？"),
        ("required = true", "requird = true", "是不是“required”？"),
        ('each = "column"', 'eech = "column"', "是不是“each”？"),
        ("first_year = 2021", 'first_year = "2021"', "first_year"),
        ('each = "column"', 'each = "colum"', "each"),
        ('kind = "money"', 'kind = "cash"', "kind"),
        (
            'left = ["new", "carried_in"]',
            'left = ["new", "carried"]',
            "requests.balance：表里没有名为“carried”的行或者列",
        ),
        ('left = ["new", "carried_in"]', 'left = ["new", "caried_in"]', "是不是“carried_in”？"),
        ('only = ["rules", "normative"]', 'only = ["rules", "normativ"]', "是不是“normative”？"),
        ('id = "requests.closed"', 'id = "requests.balance"', "“requests.balance”写了两次"),
        ('key = "problems.problems"', 'key = "problems.general"', "“problems.general”写了两次"),
        ('{ key = "legal"', '{ key = "business"', "“business”写了两次"),
        ('{ key = "partial"', '{ key = "granted"', "“granted”写了两次"),
        ('section = "matters"\nlabel', 'section = "maters"\nlabel', "是不是“matters”？"),
        ('id = "disputes"\nsection = "disputes"', 'id = "disputes"\nsection = "dispute"', "是不是“disputes”？"),
        ('levels = ["township"', 'levels = ["townships"', "是不是“township”？"),
        ('row = "rules"', 'row = "ruls"', "rules_level.row：没有“ruls”"),
        ('table = "processing"', 'table = "procesing"', "是不是“processing”？"),
        (
            'notices = "processing.fee.notices"',
            'notices = "processing.fee.notes"',
            "fee.notices：没有“processing.fee.notes”",
        ),
        ('unpaid = "requests.other_unpaid', 'unpaid = "requests.unpaid', "是不是“requests.other_unpaid.total”？"),
        ('balance = "requests.balance"', 'balance = "requests.balanced"', "是不是“requests.balance”？"),
        ('results = "requests.closed"', 'results = "requests.close"', "是不是“requests.closed”？"),
    ],
)
def test_a_mistake_in_an_edition_is_rejected_with_file_and_place(old: str, new: str, words: str) -> None:
    text = text_of("2021")
    assert old in text
    with pytest.raises(EditionError) as refused:
        parse_form(text.replace(old, new, 1), "editions/slip.toml")
    assert str(refused.value).startswith("editions/slip.toml：")
    assert words in str(refused.value)


def test_totals_that_depend_on_one_another_are_rejected() -> None:
    text = text_of("2021").replace('right = ["natural", "business",', 'right = ["total", "business",', 1)
    with pytest.raises(EditionError, match="合计互相依赖"):
        parse_form(text, "editions/slip.toml")


# ---------------------------------------------------------------- only the editions contain the words of the form


def words_of(form: Form) -> Iterator[str]:
    """Yield every label and clause of a form."""
    yield from (form.document, form.law)
    for section in form.sections:
        yield from (section.heading, section.clause)
    for table in form.tables:
        for block in table.blocks:
            yield from (block.title, block.corner, block.clause)
            for row in block.rows:
                yield from (*row.label, row.clause)
            for column in block.columns:
                yield from column.label
    rules: list[RelationFamily | LevelLimit] = [
        *form.relation_families,
        *form.continuity_families,
        *form.level_limits,
    ]
    for rule in rules:
        yield rule.name
        if len(rule.clause) > 4:  # a shorter clause is an everyday word
            yield rule.clause
    if form.fee:
        yield from (form.fee.sentence, form.fee.clause)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_the_code_contains_no_label_and_no_clause_of_the_form(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    words = {word for edition in editions() for word in words_of(load_form(edition)) if len(word) >= 4}
    assert sorted(word for word in words if word in text) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_the_code_contains_no_year(source: Path) -> None:
    assert re.findall(r"(?<!draft[/ ])\b20[12]\d\b", source.read_text(encoding="utf-8")) == []


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize(
    "one, other",
    [
        ("1.属于国家秘密", "1、属于国家秘密"),
        ("１．属于国家秘密", "1.属于 国家秘密"),
        ("（七）总计", "(七)总计"),
        ("3.危及“三安全一稳定”", '3.危及"三安全一稳定"'),
        ("勾稽关系", "钩稽关系"),
        ("本年\n制发件数", "本年制发件数"),
    ],
)
def test_different_ways_of_printing_a_label_are_the_same_label(one: str, other: str) -> None:
    assert same(one, other)


def test_different_labels_stay_different() -> None:
    for edition in editions():
        for table in load_form(edition).tables:
            for block in table.blocks:
                rows = [normalised("/".join(row.label)) for row in block.rows]
                columns = [normalised("/".join(column.label)) for column in block.columns]
                assert len(set(rows)) == len(rows)
                assert len(set(columns)) == len(columns)


# ---------------------------------------------------------------- how a cell is named


@pytest.mark.parametrize(
    "ref, printed",
    [
        ("requests.refused_safety.legal", "“（三）不予公开3.危及“三安全一稳定””行“法律服务机构”列"),
        ("disclosure.normative.made", "“行政规范性文件”行“本年制发件数”列"),
        ("disputes.later_suit.pending", "“复议后起诉”的“尚未审结”"),
    ],
)
def test_a_cell_is_named_by_row_and_column_unless_its_rows_are_side_by_side(ref: str, printed: str) -> None:
    assert load_form("2021").cells[ref].printed == printed


@pytest.mark.parametrize("edition", editions())
def test_the_clause_of_a_relation_is_one_that_an_inspector_can_cite(edition: str) -> None:
    form = load_form(edition)
    families = (*form.relation_families, *form.continuity_families)
    assert {family.id: family.clause for family in families if not re.match("《|国办公开办函〔", family.clause)} == {}
