"""Every line of the threat model names a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "threat-model.md").read_text("utf-8")
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def lines() -> list[list[str]]:
    """Return the cells of every line of the tables, without heads and rules."""
    rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in PAGE.splitlines() if line[:1] == "|"]
    return [row for row in rows if row[-1].strip(" |") != "test" and not row[0].startswith("---")]


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", lines(), ids=lambda line: line[0])
def test_a_line_of_the_threat_model_names_its_test(line: list[str]) -> None:
    found = TEST.search(line[-1])
    assert found, line[0]
    file, name = found.groups()
    assert name in functions_of(file), f"{file} has no {name}"


def test_the_page_has_its_tables() -> None:
    assert len(lines()) > 50
