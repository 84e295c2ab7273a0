"""Reports for tests: a correct one, ways to spoil it, and any number of random ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random

import msgspec
import plain_sums
from hypothesis import strategies as st

from gouji.findings.rules import SUBJECTS
from gouji.form.editions import load_form
from gouji.form.levels import LEVELS
from gouji.form.model import Form, Table, Term
from gouji.form.values import Number, is_number
from gouji.report.model import People, Report, Unit, as_figure, make_report

EDITIONS = ("2021", "2019")
YEAR = {"2021": 2025, "2019": 2019}
"""A year in which each edition is in force."""

PEOPLE = People(filled_by="李明", reviewed_by="王芳", phone="0375-1234567", date="2026-01-10")
UNIT = Unit(name="青石镇人民政府", code="410411201", level="township")

Figures = dict[str, Number]


def blank(edition: str) -> Report:
    """Return the empty report from which a blank workbook is made."""
    return make_report(edition=edition, year=None, figures={})


def changed(report: Report, **changes: object) -> Report:
    """Return the report with some fields changed and its totals computed again, as the workbook does."""
    fields = {name: getattr(report, name) for name in report.__struct_fields__} | changes
    form = fields["form"]
    figures: Figures = {ref: value for ref, value in fields["figures"].items() if ref not in form.totals}
    zeros_read = make_report(**{**fields, "figures": figures})
    figures = dict(zeros_read.figures)
    figures.update(totals(form, figures))
    return make_report(**{**fields, "figures": figures})


def with_figures(report: Report, **figures: Number | None) -> Report:
    """Return the report with other figures; None blanks one. Dots in a Ref are written as ``__``."""
    named = {name.replace("__", "."): value for name, value in figures.items()}
    return changed(report, figures={ref: v for ref, v in {**report.figures, **named}.items() if v is not None})


def with_unread(report: Report, ref: str, typed: str) -> Report:
    """Return the report with a cell that holds something that is not a number."""
    figures = {key: value for key, value in report.figures.items() if key != ref}
    return changed(report, figures=figures, unread={**report.unread, ref: typed})


def totals(form: Form, figures: Mapping[str, Number]) -> Figures:
    """Return every total whose parts are all known.

    The totals of an office's supplementary form follow its form, the others follow the law (``plain_sums``).
    """
    edition = form.base or form.edition
    known: dict[str, Number] = {**figures, **plain_sums.totals(edition, figures)}
    for ref, parts in form.totals.items():
        if ref not in load_form(edition).cells and all(part in known for part in parts):
            known[ref] = sum(known[part] for part in parts)
    return {ref: known[ref] for ref in form.totals if ref in known}


# ---------------------------------------------------------------- a correct report


def right(edition: str, seed: int = 1) -> Report:
    """Return a complete report without any mistake."""
    form, random = load_form(edition), Random(seed)
    figures: Figures = {ref: 0 for table in form.tables for ref in table.cells if not table.official}
    for table in form.official_tables:
        figures.update(balanced(form, table, random))
    figures.update({ref: 0 for limit in form.level_limits for ref in _row(form, limit.table, limit.row)})
    if form.roles:  # a suit without a review is asked about
        suits = form.cells[form.roles.direct_suits]
        figures.update(dict.fromkeys(_row(form, suits.table, suits.row.key), 0))
    if form.fee:  # every request closed as unpaid needs a fee notice
        unpaid = [ref for ref in _row(form, "requests", "other_unpaid") if ref in figures]
        figures[f"{form.fee.table}.fee.notices"] = sum(figures[ref] for ref in unpaid)
    texts = _texts(form, random)
    return changed(
        make_report(edition=edition, year=YEAR[edition], unit=UNIT, people=PEOPLE, figures={}),
        figures=figures,
        texts={**texts, "overview.supervision": [*texts["overview.supervision"], _RESULTS]},
    )


def balanced(form: Form, table: Table, random: Random) -> Figures:
    """Return figures of a table for which every relation of the form holds."""
    inputs = [cell for ref, cell in table.cells.items() if ref in form.inputs]
    figures: Figures = {cell.ref: _permitted(cell.kind, random) for cell in inputs}
    for relation in form.relations:
        if relation.family.table != table.id or relation.family.sums:
            continue
        known = {**figures, **totals(form, figures)}
        left, right_side = _side(relation.left, known), _side(relation.right, known)
        lacking = relation.right if left > right_side else relation.left
        filler = next((term.ref for term in lacking if term.ref in figures), None)
        if filler:
            figures[filler] += abs(left - right_side)
    return figures


def _side(terms: Iterable[Term], figures: Mapping[str, Number]) -> Number:
    return sum(-figures[term.ref] if term.negative else figures[term.ref] for term in terms)


def _permitted(kind: str, random: Random) -> Number:
    if kind == "money":
        return as_figure(Decimal(random.randrange(10**7)) / 100)
    return random.choice((0, 0, 0, 1, 2, 3, 17, 1234)) * (random.choice((1, -1)) if kind == "change" else 1)


def _row(form: Form, table: str, row: str) -> list[str]:
    return [ref for ref, cell in form.table(table).cells.items() if cell.row.key == row]


_WORDS = (
    "本年度主动公开政府信息12条。",
    "=1+1 是算式，不是公式。",
    "“条例”<第五十条> & 其他规定",
    "一年来，全镇培训干部3次。" * 7,
    "- 完善制度；\t加强培训",
)
_RESULTS = "考核全部合格，社会评议满意，没有责任追究。"


def _texts(form: Form, random: Random) -> dict[str, list[str]]:
    return {
        topic.key: random.sample(_WORDS, random.randint(1, 3))
        for topic in form.topics
        if not topic.optional or random.random() < 0.5
    }


def _some_texts(form: Form, random: Random) -> dict[str, list[str]]:
    """Return texts that leave whole sections empty."""
    kept = [section.key for section in form.sections if random.random() < 0.5]
    return {key: texts for key, texts in _texts(form, random).items() if form.topic(key).section in kept}


# ---------------------------------------------------------------- ways to spoil it


def _all_zero(report: Report) -> Report:
    zero = tuple(table.id for table in report.form.official_tables)
    fees = {ref: 0 for ref in report.figures if report.form.cells[ref].table not in zero}
    return changed(report, figures=fees, zero=zero)


MUTATIONS: dict[str, Callable[[Report], Report]] = {
    "nothing": lambda report: report,
    "all declared zero": _all_zero,
    "a contradicted declaration": lambda report: with_figures(
        with_unread(_all_zero(report), "disputes.later_suit.pending", "无"), requests__new__legal=1
    ),
    "a broken balance": lambda report: with_figures(report, requests__new__natural=99999),
    "a blank": lambda report: with_figures(report, requests__granted__business=None, disclosure__fees__amount=None),
    "a text": lambda report: with_unread(report, "requests.granted.other", "3件"),
    "a negative number": lambda report: with_figures(report, disputes__direct_suit__upheld=-2),
    "a fraction": lambda report: with_figures(report, requests__partial__natural=Decimal("1.5")),
    "a slip of the finger": lambda report: with_figures(report, requests__carried_in__natural=10**13),
    "no texts": lambda report: changed(report, texts={}),
    "rules of a township": lambda report: with_figures(
        report, **{f"{ref.replace('.', '__')}": 1 for ref in _row(report.form, "disclosure", "rules")}
    ),
}


# ---------------------------------------------------------------- random reports

_ODD: tuple[Number | str | None, ...] = (
    None, None, 0, 0, 1, 5, "3件", "无", " ", "1,000", -1, Decimal("2.5"), Decimal("0.01"), 10**12, 10**13,
)  # fmt: skip
_NOT_ZERO: tuple[Number | str, ...] = (1, -1, Decimal("0.5"), "无")


def at_random(edition: str, seed: int) -> Report:
    """Return a report as clerks fill it in: correct, with gaps, or with anything at all."""
    form, random = load_form(edition), Random(f"{edition} {seed}")
    manners = random.choice((_CAREFUL, _ANY))
    cells: dict[str, Number | str | None] = {}
    zero = []
    for table in form.tables:
        manner = random.choice(manners)
        cells.update(manner(form, table, random))
        if table.official and random.random() < _DECLARED.get(manner, 0.1 if manners is _ANY else 0):
            zero.append(table.id)
    return changed(
        make_report(
            edition=edition,
            year=random.choice((None, 2024, 2030)),
            unit=Unit(random.choice(("", UNIT.name)), random.choice(("", "0411")), random.choice(_LEVELS)),
            people=random.choice((People(), PEOPLE)),
            figures={},
            zero=zero,
            unread={ref: value for ref, value in cells.items() if isinstance(value, str)},
            texts=random.choice((_texts, _texts, _some_texts))(form, random),
            explanations={subject: "已核实。" for subject in SUBJECTS if random.random() < 0.2},
        ),
        figures={ref: value for ref, value in cells.items() if is_number(value)},
    )


def _inputs(form: Form, table: Table) -> Iterator[str]:
    return (ref for ref in table.cells if ref in form.inputs)


def _zeros(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    return {ref: random.choice((0, None)) for ref in _inputs(form, table)}


def _nothing(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    return {}


def _nearly_zero(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    return {**_zeros(form, table, random), random.choice(list(_inputs(form, table))): random.choice(_NOT_ZERO)}


def _right(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    return {**balanced(form, table, random)}


def _with_gaps(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    cells = _right(form, table, random)
    return {**cells, **dict.fromkeys(random.sample(list(cells), random.randint(1, 2)))}


def _miscounted(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    figures = balanced(form, table, random)
    return {**figures, **{ref: figures[ref] + 1 for ref in figures if random.random() < 0.1}}


def _spoilt(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    refs = list(_inputs(form, table))
    spoilt = random.sample(refs, min(len(refs), random.randint(1, 6)))
    return {**balanced(form, table, random), **{ref: random.choice(_ODD) for ref in spoilt}}


def _anything(form: Form, table: Table, random: Random) -> dict[str, Number | str | None]:
    return {ref: random.choice(_ODD) for ref in _inputs(form, table)}


_CAREFUL = (_right, _right, _right, _right, _zeros, _zeros, _nothing, _with_gaps)
_ANY = (_zeros, _nothing, _nearly_zero, _right, _with_gaps, _miscounted, _miscounted, _spoilt, _spoilt, _anything)
_DECLARED = {_zeros: 0.8, _nothing: 0.5, _nearly_zero: 0.8}
_LEVELS = ("", "", "", *LEVELS)


# ---------------------------------------------------------------- any report that a workbook can hold

_lines = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20).map(str.strip)
_said = _lines.filter(bool)
_whole = st.integers(1 - 10**15, 10**15 - 1)
_fractions = st.builds(
    lambda digits, places: as_figure(Decimal(digits).scaleb(-places)), st.integers(0, 10**15 - 1), st.integers(1, 6)
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw any report that a workbook can hold."""
    form = load_form(draw(st.sampled_from(EDITIONS)))
    refs = st.sampled_from(form.inputs)
    figures = draw(st.dictionaries(refs, _whole | _fractions, max_size=30))
    unread = draw(st.dictionaries(refs.filter(lambda ref: ref not in figures), _said, max_size=5))
    unit = Unit(draw(_lines), draw(_lines), draw(st.sampled_from(["", *LEVELS])))
    report = make_report(
        edition=form.edition,
        year=draw(st.none() | st.integers(1000, 9999)),
        unit=unit,
        people=People(draw(_lines), draw(_lines), draw(_lines), draw(st.dates().map(str) | _lines)),
        figures={},
        texts=draw(st.dictionaries(st.sampled_from([t.key for t in form.topics]), st.lists(_said, max_size=25))),
        zero=draw(st.lists(st.sampled_from([table.id for table in form.official_tables]), unique=True)),
        unread=unread,
        explanations=draw(st.dictionaries(st.sampled_from(list(SUBJECTS)), _said)),
    )
    return changed(report, figures=figures)


def same(one: Report, other: Report) -> bool:
    """Assert that two reports are equal, so that a failure shows the difference."""
    assert msgspec.structs.asdict(one) == msgspec.structs.asdict(other)
    return True
