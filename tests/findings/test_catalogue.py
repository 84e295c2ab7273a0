"""The catalogue of rules: on the screen, for programs, and as a page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from gouji.findings.catalogue import as_lines, as_markdown, entries
from gouji.findings.rules import LIMITS, RULES

ROOT = Path(__file__).parents[2]


def shown(*options: str) -> str:
    command = [sys.executable, "-m", "gouji", "rules", *options]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env=_utf8()).stdout


def _utf8() -> dict[str, str]:

    return {**os.environ, "PYTHONIOENCODING": "utf-8"}


def test_every_rule_is_shown_once_with_a_complete_example() -> None:
    assert [entry.id for entry in entries()] == list(RULES)
    for entry in entries():
        assert entry.example.endswith(("。", "？")), entry
        assert not set("{}…") & set(entry.example), entry


def test_every_threshold_is_shown_with_a_rule() -> None:
    assert {name for entry in entries() for name in entry.thresholds} == set(LIMITS)
    of = {entry.id: entry.thresholds for entry in entries()}
    assert set(of["jump"]) == {"jump.ratio", "jump.base"}
    assert set(of["copied.unit"]) == {"copied.unit.share", "copied.length", "copied.unit.everybody"}
    assert of["wording.year"] == {}


def test_a_mandatory_rule_names_its_clause() -> None:
    of = {entry.id: entry for entry in entries()}
    for rule in ("requests.balance", "carry_over", "rules_level", "processing_fee", "copied.last_year", "narrative"):
        assert of[rule].clause, rule


def test_the_command_shows_the_catalogue_as_text_and_as_json() -> None:
    assert shown().splitlines() == list(as_lines())
    listed = json.loads(shown("--format", "json"))["rules"]
    assert [rule["id"] for rule in listed] == list(RULES)
    assert {"id", "severity", "clause", "finds", "example"} <= listed[0].keys()


def test_the_page_matches_the_current_catalogue() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == as_markdown()


def test_what_is_shown_can_be_printed_on_an_old_console() -> None:
    quoted = "¹"  # from a file, in an example; the console shows a question mark
    assert "\n".join(as_lines()).replace(quoted, "").encode("gbk")
