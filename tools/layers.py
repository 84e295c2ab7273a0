"""Draw the picture and write the page of the modules, from the enforced layers and the real imports."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "gouji"

_WIDTH, _GAP, _MARGIN = 1040, 12, 16
_BOX, _ROW = 58, 78


def layers(package: str = "gouji") -> list[list[str]]:
    """Return the layers of a package's contract with their modules, the highest first; empty without a contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    found = [contract for contract in contracts if contract.get("containers") == [package]]
    return [[name.strip() for name in line.split("|")] for line in found[0]["layers"]] if found else []


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("gouji", include_external_packages=True, exclude_type_checking_imports=True)


def libraries(*modules: str) -> list[str]:
    """Return the libraries that modules import directly."""
    imported = {other for module in modules for other in _graph().find_modules_directly_imported_by(module)}
    roots = {other.partition(".")[0] for other in imported}
    return sorted(roots - {"gouji"} - set(sys.stdlib_module_names), key=str.casefold)


# ---------------------------------------------------------------- the picture


def picture() -> str:
    """Return the layers as an SVG."""
    rows = layers()
    height = 2 * _MARGIN + len(rows) * _ROW - (_ROW - _BOX)
    drawn = "".join(_row(names, _MARGIN + number * _ROW) for number, names in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif">\n'
        "<title>The layers of gouji</title>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n{drawn}</svg>\n'
    )


def _row(names: Sequence[str], top: int) -> str:
    wide = (_WIDTH - 2 * _MARGIN - (len(names) - 1) * _GAP) / len(names)
    boxes = (_box(name, _MARGIN + number * (wide + _GAP), top, wide) for number, name in enumerate(names))
    middle, below = _WIDTH / 2, top + _BOX
    arrow = f'<path d="M{middle:g} {below + 3} v{_ROW - _BOX - 9} m-4 -5 l4 5 l4 -5" stroke="#00796b" fill="none"/>\n'
    return "".join(boxes) + (arrow if names != layers()[-1] else "")


def _box(name: str, left: float, top: int, wide: float) -> str:
    whole = f"gouji.{name}"
    libraries_used = ", ".join(libraries(whole, *_graph().find_descendants(whole)))
    inside = " › ".join(" · ".join(names) for names in layers(whole))
    middle = left + wide / 2
    texts = f'<text x="{middle:g}" y="{top + 20}" font-weight="bold">{escape(name)}</text>'
    for baseline, line, style in ((36, inside, "normal"), (51, libraries_used, "italic")):
        texts += (
            f'<text x="{middle:g}" y="{top + baseline}" font-size="11.5" font-style="{style}">{escape(line)}</text>'
        )
    return (
        f'<rect x="{left:g}" y="{top}" width="{wide:g}" height="{_BOX}" rx="6" fill="#e0f2f1" stroke="#00796b"/>'
        f'<g text-anchor="middle" font-size="15" fill="#102a27">{texts}</g>\n'
    )


# ---------------------------------------------------------------- the page


def page() -> str:
    """Return the page that lists every module with the first line of its docstring, the highest layer first."""
    sections = []
    for number, names in enumerate(layers(), 1):
        rows = [row for name in names for row in _modules(name)]
        table = "\n".join(("| module | what it is for | libraries |", "| --- | --- | --- |", *rows))
        sections.append(f"## Layer {number}: {', '.join(names)}\n\n{table}\n")
    return (
        "# The modules\n\nThis page is made by `python tools/regenerate.py` from the first line of each module and "
        "from what it imports.\nThe highest layer comes first; a layer imports only from those below it: "
        "[the architecture](architecture.md).\n\n" + "\n".join(sections)
    )


def _modules(part: str) -> Iterator[str]:
    home = SOURCE / part
    files = sorted(home.rglob("*.py")) if home.is_dir() else [home.with_suffix(".py")]
    for file in files:
        name = file.relative_to(SOURCE).with_suffix("").as_posix().removesuffix("/__init__")
        docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        first = docstring.partition("\n\n")[0].replace("\n", " ").replace("|", "\\|").replace("``", "`")
        used = ", ".join(libraries(f"gouji.{name.replace('/', '.')}"))
        yield f"| `{name.replace('/', '.')}` | {first} | {used} |"
