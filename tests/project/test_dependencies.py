"""gouji installs exactly the packages that it imports, because an office is responsible for every one of them."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[ ;<>=!\[]", requirement)[0] for requirement in requirements}


def imported() -> Iterator[str]:
    """Yield the package of every import, wherever in a module it stands."""
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    optional = PROJECT["optional-dependencies"]
    required = named(PROJECT["dependencies"])
    chosen = {name for extra in ("cluster", "fast", "mail") for name in named(optional[extra])}
    homes = packages_distributions()
    roots = set(imported()) - set(sys.stdlib_module_names) - {"gouji"}
    # Where an extra is not installed, its package has the name of its distribution.
    used = {homes.get(root, [root])[0].lower() for root in roots}
    assert used == required | chosen
