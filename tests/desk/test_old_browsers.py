"""The desk's scripts and styles are written for browsers of 2017: Firefox 52, as on desktops of Kylin."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src" / "gouji" / "desk" / "static"
FILES = sorted(path for path in STATIC.iterdir() if path.suffix in (".css", ".js"))

SCRIPT = {
    "optional chaining": r"\?\.[^\d]",
    "a default for null": r"\?\?",
    "assignment with a condition": r"(\|\||&&)=",
    "spread of objects": r"\{\s*\.\.\.",
    "a private field": r"\bthis\.#|^\s+#\w+",
    "a static block": r"\bstatic\s*\{",
    "catch without a name": r"\bcatch\s*\{",
    "a generator of promises": r"\basync\s+function\s*\*|\bfor\s+await\b",
    "a numeric separator": r"\b\d+_\d+",
    "import or export": r"^\s*(import|export)\b",
    "newer methods": r"\.(replaceAll|flat|flatMap|at|finally|allSettled|any|fromEntries|matchAll|trimStart|trimEnd|"
    r"toReversed|toSorted|replaceChildren|requestSubmit|hasOwn|groupBy|toggleAttribute)\(",
    "newer objects": r"\b(globalThis|AbortController|structuredClone|queueMicrotask|BigInt|WeakRef|ResizeObserver|"
    r"IntersectionObserver|BroadcastChannel)\b",
}
STYLE = {
    "a gap that is not of a grid": r"(?<!grid-)(?<!row-)(?<!column-)\bgap\s*:|(?<!grid-)\b(row|column)-gap\s*:",
    "newer selectors": r":(is|where|has|focus-visible|focus-within|any-link|not\([^)]*,)",
    "newer functions": r"\b(clamp|min|max|env|color-mix|conic-gradient)\(",
    "newer properties": r"(?<![-\w])(aspect-ratio|inset(-\w+)*|accent-color|scroll-behavior|overscroll-behavior|"
    r"content-visibility|contain|text-underline-offset|backdrop-filter|scroll-margin(-\w+)?|place-\w+)\s*:",
    "newer values": r":\s*(fit-content|clip|flow-root|revert)\s*[;}]",
    "newer rules": r"@(layer|container|property|supports selector)|^\s*&|prefers-|\(width\s*[<>]",
    "newer units": r"\d(dvh|svh|lvh|cqw|lh|rlh)\b",
}
"""What Firefox 52 does not know, by what it is."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_newer_than_the_oldest_browser_is_used(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert newer(text, SCRIPT if path.suffix == ".js" else STYLE) == []


@pytest.mark.parametrize(
    ("text", "patterns", "what"),
    [
        ("a?.b", SCRIPT, "optional chaining"),
        ("a ?? b", SCRIPT, "a default for null"),
        ("a ||= b", SCRIPT, "assignment with a condition"),
        ("f({ ...a })", SCRIPT, "spread of objects"),
        ("try { a(); } catch { b(); }", SCRIPT, "catch without a name"),
        ("'a'.replaceAll('a', 'b')", SCRIPT, "newer methods"),
        (".a { display: flex; gap: 1rem; }", STYLE, "a gap that is not of a grid"),
        ("a:focus-visible { outline: 0; }", STYLE, "newer selectors"),
        (".a { width: min(10rem, 50%); }", STYLE, "newer functions"),
        (".a { inset: 0; }", STYLE, "newer properties"),
    ],
)
def test_what_is_newer_is_found(text: str, patterns: dict[str, str], what: str) -> None:
    assert newer(text, patterns) == [f"{what} in line 1"]


def test_ordinary_text_is_not_taken_for_something_newer() -> None:
    assert newer("var a = b ? .5 : c; list[list.length - 1]; grid-gap; 'a:is(b)';", SCRIPT) == []
    assert newer(".a { grid-gap: 1rem; grid-template-columns: minmax(0, 1fr); max-width: 1rem; }", STYLE) == []


def newer(text: str, patterns: dict[str, str]) -> list[str]:
    """Return what is newer than the oldest browser, and where."""
    return [
        f"{what} in line {number}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in patterns.items()
        if re.search(pattern, line)
    ]


def without_comments(text: str) -> str:
    """Return a script or styles without comments, line by line."""
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", "", text)
