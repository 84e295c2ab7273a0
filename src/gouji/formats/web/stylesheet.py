"""The style sheets inside a web page, as far as they decide whether text is seen.

Style sheets in files of their own and changes by scripts are not read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from gouji.formats.web import selectors
from gouji.formats.web.guards import is_telling
from gouji.formats.web.selectors import Selector

Element = etree._Element
Declarations = dict[str, str]
"""CSS properties by their lower-case names, with their values."""

_LARGEST = 500_000
"""The number of characters of style sheets that are read."""
_MOST_RULES = 5000
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_PREFIX = re.compile(r"-(?:webkit|moz)-")
"""Browsers know most properties also by their old names."""
_BLOCK = re.compile(r"([^{}]*)(\{|\})")


class _Rule(NamedTuple):
    """A selector with what it declares."""

    selector: Selector
    rank: tuple[int, int, int, int]
    """The specificity, then the order."""
    declarations: Declarations
    important: Declarations


class StyleSheet:
    """The rules of all style sheets inside a page."""

    def __init__(self, root: Element | None = None) -> None:
        """Read the rules of a page; without a page there are none."""
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        """By the id, class or tag of the innermost element of the selector."""
        self.adds_text = False
        """Whether a rule adds text before or after what stands in an element."""
        self.cuts_text = False
        """Whether a rule is about the first letter or line of an element only."""
        texts = [style.text or "" for style in root.iter("style")] if root is not None else []
        text = _COMMENT.sub(" ", "\n".join(texts)[:_LARGEST])
        for number, (selector, body) in enumerate(_blocks(text)):
            if number > _MOST_RULES:
                break
            plain, important = declared(body)
            if plain or important:
                self._add(selector, plain, important, number)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def _add(self, selectors_text: str, plain: Declarations, important: Declarations, number: int) -> None:
        for text in selectors.split(selectors_text):
            selector = selectors.read(text)
            if selector is None:
                continue
            last = selector.path[0][1]
            key = next((f"#{id}" for id in last.ids), "") or next((f".{name}" for name in last.classes), last.tag)
            self.adds_text = self.adds_text or selector.pseudo in ("before", "after")
            self.cuts_text = self.cuts_text or selector.pseudo in ("first-letter", "first-line")
            self._rules[key].append(_Rule(selector, (*selector.rank, number), plain, important))

    def of(self, element: Element, pseudo: str = "") -> tuple[Declarations, Declarations]:
        """Return the declarations for an element, and separately the important ones."""
        if not self._rules:
            return {}, {}
        keys = ["", str(element.tag), f"#{element.get('id')}"]
        keys += [f".{name}" for name in element.get("class", "").split()]
        candidates = [
            rule for key in keys if key in self._rules for rule in self._rules[key] if rule.selector.pseudo == pseudo
        ]
        fitting = [rule for rule in candidates if rule.selector.fits(element)]
        if not fitting:
            return {}, {}
        plain, important = Declarations(), Declarations()
        for rule in sorted(fitting, key=lambda rule: rule.rank):
            plain |= rule.declarations
            important |= rule.important
        return plain, important


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield each selector with the content of its braces, without those for media other than screens."""
    heads: list[str] = []
    for match in _BLOCK.finditer(text):
        inside, brace = match[1], match[2]
        if brace == "{":
            heads.append(inside.rpartition(";")[2].strip())
            continue
        head = heads.pop() if heads else ""
        if head and not head.startswith("@") and all(map(_is_for_screens, heads)):
            yield head, inside


def _is_for_screens(head: str) -> bool:
    query = head.lower()
    return query.startswith(("@supports", "@layer")) or (
        query.startswith("@media") and not re.search(r"print|width|height|not|speech", query)
    )


@lru_cache(maxsize=2048)
def _declared(style: str) -> tuple[tuple[str, str, bool], ...]:
    found = []
    for declaration in re.findall(r"""(?:[^;"'(]|"[^"]*"|'[^']*'|\([^)]*\)?)+""", _COMMENT.sub(" ", style)):
        name, _, value = declaration.partition(":")
        value, mark, _ = value.partition("!")
        name = name.strip() if name.strip().startswith("--") else _PREFIX.sub("", name.strip().lower())
        if is_telling(name):
            # What is inside quotation marks is content, in which capitals matter.
            found.append((name, value.strip(), bool(mark)))
    return tuple(found)


def declared(style: str) -> tuple[Declarations, Declarations]:
    """Return the declarations of a list, and separately the important ones."""
    plain, important = Declarations(), Declarations()
    for name, value, is_important in _declared(style):
        (important if is_important else plain)[name] = value
    return plain, important
