"""The rules file: mistakes in it are rejected, and the code and the file have the same rules."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import gouji
from gouji.checks.figures import CellPlace, Entered, Where
from gouji.findings.rules import LIMITS, RULES, parse_rules, placeholders, rule_book
from gouji.form.editions import editions, load_form
from gouji.formats.spreadsheet.sight import Why
from gouji.runtime.errors import EditionError

# ---------------------------------------------------------------- what is rejected

FILE = """
[families]
"表内数字" = ["a."]
[briefs]
"有错 {count} 处" = ["a."]
"有两个错 {count} 处" = ["a.two"]
[values]
where = "三、依申请公开"
[causes]
blank = "是不是没有填？"
[unseen]
"hidden row" = "第 {row} 行被隐藏"
[rules."a.one"]
severity = "query"
subject = "others"
finds = "有一个错"
message = "{where}有一个错，是{what}。"
example.what = "漏填"
limits."a.ratio" = 10
[rules."a.two"]
severity = "error"
finds = "有两个错"
message = "{where}有两个错。"
"""


def test_a_rules_file_is_read() -> None:
    book = parse_rules(FILE)
    assert list(book.rules) == ["a.one", "a.two"]
    assert book.rules["a.one"].example == {"what": "漏填"}
    assert book.limits == {"a.ratio": 10}
    assert book.rules["a.two"].waivable
    assert not book.rules["a.two"].office_only
    assert [rule.brief for rule in book.rules.values()] == ["有错 {count} 处", "有两个错 {count} 处"]


@pytest.mark.parametrize(
    "written, instead, refusal",
    [
        pytest.param("finds =", "found =", "a.one: .*unknown field `found`", id="unknown key"),
        pytest.param('finds = "有两个错"\n', "", "a.two: .*missing required field `finds`", id="missing key"),
        pytest.param('"error"', '"fatal"', "a.two: .*'fatal'", id="unknown severity"),
        pytest.param('"others"', '"other"', "a.one: no subject `other`; there are totals,", id="unknown subject"),
        pytest.param('subject = "others"\n', "", "a.one: a query, and only a query", id="query without subject"),
        pytest.param('"error"', '"error"\nsubject = "stock"', "a.two: a query, and only", id="error with subject"),
        pytest.param("a.two", "a.one", r"'a\.one'.* twice \(at line 20", id="rule that stands twice"),
        pytest.param('example.what = "漏填"\n', "", "a.one: no example for the value `what`", id="no example"),
        pytest.param("有两个错。", "有{two}错。", "a.two: no example for the value `two`", id="unknown value"),
        pytest.param("example.what", "example.who", "a.one: no example for the value `what`", id="misspelt example"),
        pytest.param("是{what}。", "。", "a.one: an example for `what`, which", id="unused example"),
        pytest.param("有两个错。", "有{0}错。", "a.two: .*`{0}` is not a plain name", id="value without a name"),
        pytest.param("{where}有两", "{where!r}有两", "a.two: .*not a plain name", id="value with a conversion"),
        pytest.param("{where}有两", "{where有两", "a.two: .*expected '}'", id="brace that is not closed"),
        pytest.param("是不是没有填？", "是不是没有填}？", "causes.blank: ", id="brace in a cause"),
        pytest.param("{row}", "{row", "unseen.hidden row: ", id="brace in a reason"),
        pytest.param('"有两个错"', '"有两个错"\nvariants.other = "{0}"', "a.two: .*plain", id="brace in a variant"),
        pytest.param('"有两个错"', '"有两个错"\nlimits."a.ratio" = 9', "a.two: .*`a.ratio`", id="two limits of a name"),
        pytest.param("[causes]", "[cause]", "rules.toml: .*unknown field `cause`", id="unknown table"),
        pytest.param('["a."]', '["a.one"]', "a.two: no heading in families", id="rule of no family"),
        pytest.param('处" = ["a."]', '处" = ["a.two"]', "a.one: no words in briefs", id="rule without a brief"),
        pytest.param("错 {count}", "错 {number}", "a.one: the brief .* something else", id="brief with a value"),
        pytest.param("= 10", "= ten", "rules.toml: .*line 19", id="not TOML"),
    ],
)
def test_a_mistake_in_the_rules_file_is_rejected_by_name(written: str, instead: str, refusal: str) -> None:
    assert written in FILE
    with pytest.raises(EditionError, match=f"^rules.toml: .*{refusal.removeprefix('rules.toml: ')}"):
        parse_rules(FILE.replace(written, instead, 1) if written != "a.two" else FILE.replace(written, instead))


def test_rules_and_limits_are_read_only() -> None:
    for mapping in (RULES, LIMITS):
        assert not hasattr(mapping, "__setitem__")
    assert len(RULES) == len(list(RULES)) == len(rule_book().rules)


# ---------------------------------------------------------------- the code and the file

SOURCES = Path(gouji.__file__).parent

PASSED_BY_NAME = {
    ("checks/figures.py", "rule"): ("figure.unread", "figure.negative", "figure.fraction", "figure.large"),
    ("collection/review/objections.py", "rule"): ("office.objection", "office.remark"),
    ("checks/subjects.py", "rule"): ("wording.topics", "wording.part"),
    ("formats/published/answers.py", "rule"): ("published.column", "published.label"),
    ("formats/published/answers.py", "stop.rule"): ("published.torn", "published.shifted", "published.either"),
    ("formats/workbook/reader.py", "rule"): ("total_differs", "totals.old"),
    ("checks/tidiness.py", "remains.rule"): ("wording.pasted", "wording.placeholder", "wording.letter"),
    ("collection/totals/checks.py", "rule"): (
        *("sum.lacks", "sum.smaller", "sum.digits", "sum.rounded", "sum.differs"),
    ),
}
"""The rules of those calls of found() that name their rule by a variable, by module and variable."""

FAMILIES = {
    "rule_of(relation.family, 'form.total' if relation.family.sums else 'form.relation')": "relation_families",
    "rule_of(relation.family, 'form.continuity')": "continuity_families",
    "limit.id": "level_limits",
    "fee.id": "fee",
}
"""The part of an edition that defines the rules of a call of found()."""

PLACES = {"where_of": Where, "place_of": CellPlace, "_entered": Entered}
"""The values that functions add to a call of found(), as in ``**place_of(form, ref)``."""


def calls(function: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a function, with its module."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
                yield path.relative_to(SOURCES).as_posix(), node


def values_of(call: ast.Call) -> set[str]:
    """Return the names of the values that a call passes."""
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    for keyword in call.keywords:
        if keyword.arg is None:
            function = ast.unparse(keyword.value).partition("(")[0]
            names |= PLACES[function].__annotations__.keys() if function in PLACES else {f"**{function}, unknown here"}
    return names


def rules_of(module: str, call: ast.Call) -> set[str]:
    """Return the rules that a call of found() can report."""
    written = ast.unparse(call.args[0])
    rules = {node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)}
    rules |= {*PASSED_BY_NAME.get((module, written), ())}
    if written in FAMILIES:
        rules |= of_the_editions(FAMILIES[written])
    assert rules, f"{module}: found({written}) is of which rules?"
    return rules


def of_the_editions(part: str) -> set[str]:
    """Return the rules that a part of any edition defines."""
    parts = [getattr(load_form(edition), part) for edition in editions()]
    return {family.id for found in parts for family in (found if isinstance(found, tuple) else (found,)) if family}


@cache
def fired() -> Mapping[str, list[tuple[str, set[str]]]]:
    """Return the calls for each rule in the code: the variant and the names of the values that each call passes."""
    rules: dict[str, list[tuple[str, set[str]]]] = {}
    for module, call in calls("found"):
        possible = rules_of(module, call)
        for variant in variants_of(call):
            # Of several rules that a call can be about, those are meant that have the variant.
            having = {rule for rule in possible if not variant or variant in RULES[rule].variants}
            assert having, f"{module}: no rule of found({ast.unparse(call.args[0])}) has the variant {variant}"
            for rule in having:
                rules.setdefault(rule, []).append((variant, values_of(call)))
    return rules


def variants_of(call: ast.Call) -> set[str]:
    """Return the variants of the message that a call may ask for; empty is the message itself."""
    asked = next((keyword.value for keyword in call.keywords if keyword.arg == "variant"), ast.Constant(""))
    either = (asked.body, asked.orelse) if isinstance(asked, ast.IfExp) else (asked,)
    return {ast.literal_eval(one) for one in either}


def test_every_rule_in_the_code_has_a_record_and_every_record_is_used() -> None:
    assert set(fired()) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_code_passes_every_value_that_a_message_quotes(rule: str) -> None:
    record = RULES[rule]
    former = {name for wording in record.formerly for name in placeholders(wording, rule)}
    assert {variant for variant, _ in fired()[rule]} >= record.variants.keys()
    for variant, given in fired()[rule]:
        quoted = (
            placeholders(record.variants[variant], rule) if variant else placeholders(record.message, rule) | former
        )
        assert quoted <= given | {"expected", "actual"}, f"found() passes {sorted(given)}"


@pytest.mark.parametrize("rule", [rule for rule, record in RULES.items() if record.several])
def test_the_code_passes_every_value_of_the_sentence_about_several(rule: str) -> None:
    record = RULES[rule]
    for variant, given in fired()[rule]:
        if sentence := record.several.get(variant or "message"):
            quoted = placeholders(sentence, rule)
            assert quoted >= {"number", "list"}, "it says how many they are, and which"
            assert (quoted - {"number", "list"}) | placeholders(record.piece, rule) <= given | {"expected", "actual"}


def test_the_code_uses_every_likely_cause_with_the_values_that_it_quotes() -> None:
    named: dict[str, list[set[str]]] = {}
    for _, call in calls("likely_cause"):
        named.setdefault(ast.literal_eval(call.args[0]), []).append(values_of(call))
    causes = rule_book().causes
    assert named.keys() == causes.keys()
    for name, several in named.items():
        assert all(placeholders(causes[name], name) <= given for given in several), name


def test_every_example_value_is_quoted_by_a_message() -> None:
    quoted = {name for rule in RULES.values() for name in placeholders(rule.message, rule.id)}
    assert set(rule_book().values) <= quoted


def test_the_limits_in_the_code_are_exactly_those_in_the_records() -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")]
    asked = {name for text in texts for name in re.findall(r'threshold\(\s*"([\w.]+)"', text)}
    assert asked == set(LIMITS)


# ---------------------------------------------------------------- former wordings


def test_a_rule_keeps_the_former_wordings_that_decisions_depend_on() -> None:
    """gouji 0.1 tied decisions to messages: a rule that is reworded keeps the message of that time in `formerly`."""
    of_0_1 = json.loads(Path(__file__).with_name("wordings_of_0_1.json").read_text(encoding="utf-8"))
    for rule, message in of_0_1.items():
        assert _blanked(message) in {_blanked(wording) for wording in RULES[rule].wordings}, rule


def _blanked(message: str) -> str:
    """Return a message without the names of its values, which may be renamed."""
    return re.sub(r"\{\w+\}", "{}", message)


def test_every_reason_for_an_unseen_number_has_a_sentence() -> None:
    assert {why.value for why in Why} == set(rule_book().unseen)
