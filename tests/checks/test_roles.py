"""Checks ask the form what its cells mean, so their code names no row of an edition."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import gouji
from gouji.findings.rules import RULES
from gouji.form.editions import editions, load_form

CHECKS = Path(gouji.__file__).parent / "checks"
_READERS_OF_TEXTS = ("adding_up.py", "claims.py", "doubts.py", "kinds.py", "meanings.py", "vocabulary.py")
_READERS_OF_TEXTS += ("reading_sentences.py", "reading_state.py")
"""These modules know what words mean; some of their kinds of terms have the same name as a row."""


def test_no_check_names_a_row_of_an_edition() -> None:
    rows = {cell.row.key for edition in editions() for cell in load_form(edition).cells.values()}
    rules = set(RULES)
    for path in CHECKS.glob("*.py"):
        if path.name in _READERS_OF_TEXTS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in rules:
                named = rows.intersection(re.split(r"[.:]", node.value))
                assert not named, f"{path}:{node.lineno}: {node.value}"
