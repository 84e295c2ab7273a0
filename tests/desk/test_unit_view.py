"""The page of one unit: its tables as printed, what is wrong and where, what has changed, the texts, the history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import browser
import jinja2
import pytest
import reports
from county import TODAY, TOWNS, County

from gouji.collection.ledger.history import History
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.mail import Mail, MailLedger, RecordedBounce
from gouji.collection.review.actions import without_commands
from gouji.collection.review.in_force import JudgedFinding
from gouji.desk.views.findings import groups_of, shown_findings
from gouji.desk.views.tables import Cells
from gouji.desk.views.texts import shown_texts
from gouji.desk.views.unit import UnitView, unit_view
from gouji.findings.finding import Finding, found
from gouji.form.grid import grid_of
from gouji.runtime.errors import GoujiError
from gouji.runtime.printable import clean

TOWN, OTHER, SILENT = TOWNS[:3]
NEW, GRANTED = "requests.new.natural", "requests.granted.business"
UNREAD = "disputes.reconsideration.corrected"
SENTENCE = "<script>alert(1)</script> ]]> 本年度我局收到政府信息公开申请９９９９９ 件。"
DESK = Path(__file__).parents[2] / "src/gouji/desk"


@pytest.fixture(scope="module")
def collected(issued: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """A town sends a wrong figure, then other mistakes; another one a correct report; a third one nothing."""
    county = issued.copied(tmp_path_factory.mktemp("desk") / "年报")
    right = county.filled(TOWN)
    county.sent(TOWN, reports.with_figures(right, requests__new__natural=5), "一.xlsx")
    county.answers(OTHER, name="对.xlsx")
    county.run("collect")
    figures = {ref: value for ref, value in right.figures.items() if ref != UNREAD}
    figures[GRANTED] += 7
    texts = {**right.texts, "overview.requests": (SENTENCE, "申请都已经办结。")}
    wrong = reports.changed(right, figures=figures, texts=texts, unread={UNREAD: "3件左右"})
    county.sent(TOWN, wrong, "二.xlsx")
    county.run("collect")
    return county


@pytest.fixture
def county(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "年报")


def view(county: County, unit: Any = TOWN, **options: Any) -> UnitView:
    return unit_view(county.workspace, unit.code, TODAY, **options)


def cell(shown: UnitView, ref: str) -> Any:
    return next(table.cells[ref] for table in shown.tables if ref in table.cells)


def finding(shown: UnitView, rule: str) -> Any:
    (found,) = [one for one in shown.findings if one.rule == rule]
    return found


def first(shown: UnitView) -> str:
    """Return the hash of what came first."""
    return shown.history.submissions[-1].sha256


def page(shown: UnitView) -> str:
    """Return all macros of the page of a unit, rendered as the desk renders its templates."""
    macros = {
        "_findings": "summary(view) apart(view,b)",
        "_tables": "legend() tables(view,b) changes(view,w)",
        "_texts": "texts(view,b)",
        "_history": "history(view,b,w,b)",
    }
    body = '{% macro b(one) %}<button type="button">…</button>{% endmacro %}{% macro w(one) %}?x{% endmacro %}'
    for name, calls in macros.items():
        body += f'{{% import "unit/{name}.html" as {name} %}}'
        body += "".join(f"{{{{ {name}.{call} }}}}" for call in calls.split())
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(DESK / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["on_a_page"] = without_commands
    head = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>单位</title>'
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src file:\">"
    style = f'<link rel="stylesheet" href="{(DESK / "static/unit.css").as_uri()}">'
    rendered = environment.from_string(body).render(view=shown)
    return clean(f"{head}{policy}{style}</head><body><main><h1>{shown.member.name}</h1>{rendered}</main></body></html>")


# ---------------------------------------------------------------- the tables


def test_the_tables_have_every_cell_of_the_form_with_what_was_received(collected: County) -> None:
    shown = view(collected)
    assert [table.id for table in shown.tables] == ["disclosure", "requests", "disputes"]
    for table in shown.tables:
        placed = [one.placed for rows in (table.layout.head, *table.layout.bodies) for row in rows for one in row]
        form = reports.right("2021").form.table(table.id)
        assert sorted(placed, key=str) == sorted(grid_of(form).cells, key=str)
        assert set(table.cells) == set(form.cells)
    report = collected.filled(TOWN)
    assert cell(shown, NEW).shown == str(report.figures[NEW])
    assert [other.cell.ref for other in shown.others] == list(report.form.table("processing").cells)


def test_an_unread_cell_shows_what_was_typed_and_is_marked_with_its_finding(collected: County) -> None:
    shown = view(collected)
    unread, wrong = cell(shown, UNREAD), finding(shown, "figure.unread")
    assert (unread.shown, unread.unread, unread.mark, unread.numbers) == ("3件左右", True, "error", (wrong.number,))
    assert [place.ref for place in wrong.places] == [UNREAD]
    assert wrong.table == "disputes"
    text = page(shown)
    assert f'id="c-{UNREAD}"' in text
    assert f'href="#c-{UNREAD}"' in text
    assert re.search(rf'id="f-{wrong.number}"', text)
    assert f'<a href="#f-{wrong.number}" aria-label=' in text


def test_only_the_cell_that_a_finding_names_is_marked_as_wrong(collected: County) -> None:
    shown = view(collected, sha256=first(view(collected)))
    broken = finding(shown, "requests.balance")
    marks = {place.ref: cell(shown, place.ref).mark for place in broken.places}
    assert marks.pop(NEW) == "error"
    assert set(marks.values()) == {"near"}
    assert all(not cell(shown, ref).numbers for ref in marks)
    assert broken.echoes


def test_every_link_on_the_page_leads_somewhere_and_no_id_stands_twice(collected: County) -> None:
    text = page(view(collected, beside="last"))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert not re.search(r"\sstyle=|<script|\son\w+=", text)


def test_an_amended_cell_shows_both_what_the_file_holds_and_the_number_of_the_office(county: County) -> None:
    county.run("amend", TOWN.code, "四、复议诉讼!B8=17", "-m", "电话更正")
    shown = view(county)
    amended = cell(shown, UNREAD)
    assert (amended.shown, amended.mark) == ("17", "note")
    assert (amended.changed.before, amended.changed.what, amended.changed.counts) == ("3件左右", "已更正", True)
    assert "已更正，原来 3件左右" in page(shown)


def test_of_many_cells_that_do_not_add_up_none_is_marked_as_wrong() -> None:
    report = reports.right("2021")
    refs = tuple(ref for ref in report.form.table("requests").cells if ref.endswith(".natural"))
    broken = Finding("requests.closed:natural", "requests.closed", "error", "相差 3。", refs, outcome="broken")
    shown = tuple(shown_findings(groups_of([JudgedFinding(broken, "")]), report.form, (), {}, answerable=True))
    (table,) = [one for one in Cells(report, shown, (), {}, "").tables() if one.id == "requests"]
    assert {(table.cells[ref].mark, table.cells[ref].numbers) for ref in refs} == {("near", (1,))}
    assert table.findings == shown


# ---------------------------------------------------------------- the findings


def test_a_finding_says_what_the_officer_may_do_and_by_what_name_commands_know_it(collected: County) -> None:
    shown = view(collected)
    error, query = finding(shown, "requests.balance"), finding(shown, "wording.unit")
    assert (error.waivable, error.explainable, error.name) == (True, False, "requests.balance:business")
    assert (query.waivable, query.explainable, query.name) == (False, True, "wording.unit:overview:我局")
    assert (shown.errors, shown.queries) == (2, len(shown.open) - 2)


def test_findings_on_a_superseded_submission_cannot_be_answered(collected: County) -> None:
    shown = view(collected, sha256=first(view(collected)))
    assert not shown.current
    assert not any(one.waivable or one.explainable for one in shown.findings)


def test_an_answered_finding_keeps_its_answer_and_the_decision_that_can_be_undone(county: County) -> None:
    number = finding(view(county), "requests.balance").number
    county.run("waive", TOWN.code, "requests.balance:business", "上级已经核实")
    waived = finding(view(county), "requests.balance")
    assert (waived.number, waived.open, waived.mark) == (number, False, "answered")
    assert (waived.answer, waived.decision) == ("已放行：上级已经核实", 1)
    county.run("undo", "1")
    assert finding(view(county), "requests.balance").open


# ---------------------------------------------------------------- the texts


def test_the_quoted_sentence_is_marked_as_it_was_written_and_stays_text(collected: County) -> None:
    shown = view(collected)
    wording = finding(shown, "wording.unit")
    assert wording in shown.of_texts
    pieces = [piece for section in shown.texts for paragraph in section.paragraphs for piece in paragraph.pieces]
    (marked,) = [piece for piece in pieces if wording.number in piece.numbers]
    assert marked.text == SENTENCE
    assert finding(shown, "narrative").number in marked.numbers
    text = page(shown)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; 本年度我局" in text
    assert re.search(r"<mark[^>]*>&lt;script", text)


def quoting(sentence: str, *paragraphs: str) -> list[str]:
    """Return what is marked in the paragraphs of a section for a finding that quotes a sentence."""
    report = reports.changed(reports.right("2021"), texts={"overview.general": paragraphs, "matters.other": paragraphs})
    one = found("wording.typo", sentence=sentence, heading=report.form.section("overview").heading, which="错字")
    shown = shown_texts(report, groups_of([JudgedFinding(one, "")]))
    pieces = [(place, piece) for place in shown.sections for one in place.paragraphs for piece in one.pieces]
    assert all(place.key == "overview" for place, piece in pieces if piece.numbers)
    return [piece.text for _, piece in pieces if piece.numbers]


@pytest.mark.parametrize(
    ("sentence", "paragraph", "marked"),
    [
        ("办结“依申请”件3件。", "上半年，办结“依申请”件3件。下半年没有。", "办结“依申请”件3件。"),
        ("…开展培训3次，办结…", "全年开展培训3次，办结申请。", "开展培训3次，办结"),
        ("收到 3 件申请。", "收到３件申请。", "收到３件申请。"),
        ("a.*b(c)? 是公式。", "a.*b(c)? 是公式。", "a.*b(c)? 是公式。"),
        ("另一句没有的话。", "这里写的是别的话。", None),
        ("办结", "办结申请3件。", None),
    ],
    ids=["with quotation marks of its own", "cut", "other widths", "not a pattern", "not there", "too short"],
)
def test_only_an_exact_quotation_is_marked(sentence: str, paragraph: str, marked: str | None) -> None:
    assert quoting(sentence, paragraph) == ([marked] if marked else [])


# ---------------------------------------------------------------- what has changed


def test_changes_are_counted_since_the_last_submission_and_since_last_year(collected: County) -> None:
    last, year = view(collected).changes
    assert {pair.ref: (pair.before, pair.after) for pair in last.filled_in}[UNREAD] == ("17", "“3件左右”")
    assert {pair.ref for pair in last.filled_in} == {NEW, GRANTED, UNREAD}
    assert last.count.startswith("3 格、文字")
    assert year.cells
    assert not year.texts
    assert view(collected, OTHER).changes[0].count == "以前没有读得出的报送"


def test_what_was_before_stands_in_the_cells_on_demand(collected: County) -> None:
    assert not cell(view(collected), NEW).beside
    assert cell(view(collected, beside="last"), NEW).beside == "上次 5"
    before = next(pair.before for pair in view(collected).changes[1].cells if pair.ref == NEW)
    assert cell(view(collected, beside="year"), NEW).beside == f"上年 {before}"


# ---------------------------------------------------------------- the history


def test_the_history_says_what_became_of_every_submission_and_why(collected: County) -> None:
    later, earlier = view(collected).history.submissions
    assert (later.name, later.role, later.why, later.shown) == ("二.xlsx", "in_force", "后来的", True)
    assert (earlier.name, earlier.role_words, earlier.usable) == ("一.xlsx", "已被后来的代替", True)
    assert earlier.came.startswith("第 1 次收表")
    assert "自然人" in earlier.differs
    assert not later.usable
    (switch,) = view(collected).history.switches
    assert "“一.xlsx” → “二.xlsx”" in switch.words


def test_decisions_say_whether_they_hold(county: County) -> None:
    old = first(view(county))
    county.run("accept", TOWN.code, old[:8], "-m", "以第一份为准")
    county.run("reject", TOWN.code, old[:8], "-m", "看错了")
    rejected, accepted = view(county).history.decisions
    assert (accepted.kind_words, accepted.holds, accepted.undoable) == ("采用", False, True)
    assert (rejected.kind_words, rejected.reason, rejected.holds) == ("不采用", "看错了", True)
    county.run("undo", rejected.number, "-m", "又问过了")
    rejected, accepted = view(county).history.decisions
    assert accepted.holds
    assert (rejected.holds, rejected.undoable) == (False, False)
    assert rejected.ended.endswith("撤销：又问过了")


def test_what_waits_for_the_officer_says_why_it_was_not_taken(county: County) -> None:
    county.answers(OTHER, name="错.xlsx", requests__new__natural=5)
    county.run("collect")
    later, earlier = view(county, OTHER).history.submissions
    assert (later.role, later.waits, later.usable, later.why) == ("worse", True, True, "没有通过，不代替已经通过的")
    assert (earlier.role, earlier.waits, earlier.shown) == ("in_force", False, True)


def test_mails_to_the_unit_say_whether_they_arrived(county: County) -> None:
    with county.ledger() as ledger, ledger.transaction():
        for kind, code in (("issue", TOWN.code), ("remind", TOWN.code), ("issue", OTHER.code)):
            mail = Mail(kind, code, "", "a@example.com", 0, f"<{kind}{code}>", "sent", "250 ok", "2026-01-02T09:00:00Z")
            ledger.mail.queue([mail])
        bounce = RecordedBounce("a@example.com", f"<remind{TOWN.code}>", "5.1.1", "没有这个邮箱", "2026-01-03")
        ledger.mail.record_bounces(first(view(county)), [bounce])
    mails = [(mail.kind, mail.state, mail.problem) for mail in view(county).history.mails]
    assert mails == [("催报", "退信", "5.1.1 没有这个邮箱"), ("下发填报表", "已发", "")]


def test_no_other_units_submissions_are_read_for_a_page(collected: County, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str | None] = []
    submissions, records, mails = Ledger.submissions, History.records, MailLedger.mails
    monkeypatch.setattr(Ledger, "submissions", lambda self, code=None: read.append(code) or submissions(self, code))
    monkeypatch.setattr(History, "records", lambda self, code=None: read.append(code) or records(self, code))
    monkeypatch.setattr(MailLedger, "mails", lambda self, code=None: read.append(code) or mails(self, code))
    view(collected)
    assert set(read) == {TOWN.code}


def test_a_file_that_cannot_be_read_says_why(county: County) -> None:
    (county.folder / "回收" / f"{SILENT.called}.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ")
    county.run("collect")
    shown = view(county, SILENT)
    assert shown.submission
    assert (shown.submission.role, shown.submission.usable, shown.readable) == ("unreadable", False, False)
    assert [one.rule for one in shown.apart] == ["unreadable"]
    assert "为什么读不出来" in page(shown)


def test_a_unit_that_has_sent_nothing_has_a_page(collected: County) -> None:
    shown = view(collected, SILENT)
    assert (shown.state_word, shown.submission, shown.tables, shown.findings) == ("未交", None, (), ())
    assert "还没有收到" in page(shown)


def test_a_file_of_another_unit_is_refused(collected: County) -> None:
    with pytest.raises(GoujiError, match="没有报过这一份"):
        view(collected, OTHER, sha256=first(view(collected)))


# ---------------------------------------------------------------- in the browser


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    yield from browser.started(tmp_path_factory.mktemp("browser"))


@pytest.mark.slow
def test_the_page_is_readable_by_everybody_at_every_width(
    chromium: browser.Browser, collected: County, tmp_path: Path
) -> None:
    path = tmp_path / "unit.html"
    path.write_text(page(view(collected, beside="last")), encoding="utf-8")
    for width in (390, 1366, 1920):
        chromium.open(path, width, script=False)
        assert chromium.sideways() == 0
    chromium.open(path, 1366)
    assert chromium.complaints() == []
