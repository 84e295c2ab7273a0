"""All sentences that refuse a file, and all rules about the file itself, as officers see them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import gouji
from gouji.findings.rules import RULES

SOURCES = Path(gouji.__file__).parent
REFUSALS = ("DocumentError", "NoFormError", "LostError", "_refused")
_MAY_REFUSE = re.compile("|".join((*REFUSALS, "_FAILURES")))
FAMILIES = ("identity.", "structure.", "evidence.", "totals.", "total_differs")
"""The rules about the file and not about the report in it."""


@cache
def refusals() -> dict[str, str]:
    """Return each sentence of a DocumentError, with … for what it quotes, and the module that raises it."""
    found = {}
    for path in sorted(SOURCES.rglob("*.py")):
        if not _MAY_REFUSE.search(path.read_text(encoding="utf-8")):
            continue  # most modules, and parsing all of them takes seconds
        tree, texts = _parsed(path), _constants(path)
        for node in ast.walk(tree):
            for sentence in _sentences(node, texts):
                found[sentence] = path.relative_to(SOURCES).as_posix()
    return found


@cache
def rules() -> dict[str, str]:
    """Return the wording of each rule about the file, with … for what it quotes, and the rule's id."""
    return {
        _shortened(re.sub(r"\{[^{}]*\}", "…", rule.message)): rule.id
        for rule in RULES.values()
        if rule.id.startswith(FAMILIES)
    }


def _sentences(node: ast.AST, texts: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args:
        argument = node.args[0]
        if isinstance(argument, ast.JoinedStr) and _shortened(_wording(argument, texts)) == "“…”：…":
            return  # it only adds the name of the file to another sentence
        sentence = _shortened(_wording(argument, texts))
        if sentence != "…":
            yield sentence
    elif isinstance(node, ast.FunctionDef) and "DocumentError" in _names_handed_to(node, "refuse_unknown"):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and isinstance(inner.value, ast.JoinedStr):
                yield _shortened(_wording(inner.value, texts) + "…")  # the nearest name may follow
    elif isinstance(node, ast.Assign | ast.AnnAssign) and getattr(_target(node), "id", "") == "_FAILURES":
        assert isinstance(node.value, ast.Dict)
        for value in node.value.values:
            yield _shortened(re.sub(r"\{[^{}]*\}", "…", _wording(value, texts)))


def _names_handed_to(function: ast.FunctionDef, called: str) -> set[str]:
    """Return the names that a function hands to another one."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {
        name.id
        for call in calls
        if getattr(call.func, "id", "") == called
        for name in call.args
        if isinstance(name, ast.Name)
    }


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _constants(path: Path) -> dict[str, str]:
    """Return the text constants of a module, its own and those that it imports."""
    texts = {}
    for node in _parsed(path).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gouji."):
            source = SOURCES.parent / f"{(node.module or '').replace('.', '/')}.py"
            if source.exists():
                known = _constants(source)
                texts.update({name.name: known[name.name] for name in node.names if name.name in known})
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            wording = _wording(node.value, texts)
            if wording != "…":
                texts[node.targets[0].id] = wording
    return texts


def _wording(node: ast.expr, texts: dict[str, str]) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_wording(value, texts) for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _wording(node.left, texts) + _wording(node.right, texts)
    if isinstance(node, ast.Name):
        return texts.get(node.id, "…")
    return "…"


def _shortened(sentence: str) -> str:
    return re.sub("…+", "…", sentence)
