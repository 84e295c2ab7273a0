"""The style sheets inside a web page, as far as they decide whether text is seen: simple selectors only.

Selectors of elements, classes and ids are understood, alone, combined, and nested. Style sheets in files of their own
and changes by scripts are not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

Element = etree._Element
Declarations = dict[str, str]
"""CSS properties by their lower-case names, with their values."""

_LARGEST = 500_000
"""The number of characters of style sheets that are read."""
_MOST_RULES = 5000
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_MENTIONED = re.compile(
    r"display|visibility|opacity|font|color|background|text-decoration|vertical-align|position|clip|text-indent"
    r"|overflow|transform|content|bidi"
)
_BLOCK = re.compile(r"([^{}]*)(\{|\})")
_COMPOUND = re.compile(r"(\*|[a-z][a-z0-9:-]*)?((?:[.#][\w-]+)*)(::?(?:before|after))?", re.IGNORECASE)


class _Compound(NamedTuple):
    """The conditions on one element of a selector."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]

    def fits(self, element: Element) -> bool:
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and not self.ids <= {element.get("id", "")}:
            return False
        return not self.classes or self.classes <= set(element.get("class", "").split())


class _Rule(NamedTuple):
    """A selector with what it declares."""

    path: tuple[tuple[str, _Compound], ...]
    """From the element outwards: the combinator (``>`` or blank) and the conditions on each element."""
    pseudo: str
    """``before`` or ``after`` for text that is added to an element; otherwise empty."""
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
        texts = [style.text or "" for style in root.iter("style")] if root is not None else []
        text = _COMMENT.sub("", "\n".join(texts)[:_LARGEST])
        for number, (selector, body) in enumerate(_blocks(text)):
            if number > _MOST_RULES:
                break
            plain, important = declared(body)
            if plain or important:
                self._add(selector, plain, important, number)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def _add(self, selectors: str, plain: Declarations, important: Declarations, number: int) -> None:
        for selector in selectors.split(","):
            read = _selector(selector)
            if read is None:
                continue
            path, pseudo = read
            compounds = [compound for _, compound in path]
            rank = (
                sum(len(compound.ids) for compound in compounds),
                sum(len(compound.classes) for compound in compounds),
                sum(bool(compound.tag) for compound in compounds),
                number,
            )
            last = compounds[0]
            key = next((f"#{id}" for id in last.ids), "") or next((f".{name}" for name in last.classes), last.tag)
            self.adds_text = self.adds_text or bool(pseudo)
            self._rules[key].append(_Rule(path, pseudo, rank, plain, important))

    def of(self, element: Element, pseudo: str = "") -> tuple[Declarations, Declarations]:
        """Return the declarations for an element, and separately the important ones."""
        if not self._rules or (pseudo and not self.adds_text):
            return {}, {}
        keys = ["", str(element.tag), f"#{element.get('id')}"]
        keys += [f".{name}" for name in element.get("class", "").split()]
        candidates = [rule for key in keys if key in self._rules for rule in self._rules[key] if rule.pseudo == pseudo]
        fitting = [rule for rule in candidates if _fits(rule.path, element)]
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


def _selector(selector: str) -> tuple[tuple[tuple[str, _Compound], ...], str] | None:
    """Return a selector from its end, and its pseudo-element; None if it is not a simple one."""
    parts = re.sub(r"\s*>\s*", " >", selector.strip()).split()
    path: list[tuple[str, _Compound]] = []
    pseudo, relation = "", ""
    for part in reversed(parts):
        read = _COMPOUND.fullmatch(part.lstrip(">"))
        if read is None or not part.lstrip(">") or (read[3] and path):
            return None
        pseudo = pseudo or (read[3] or "").strip(":").lower()
        names = re.findall(r"[.#][\w-]+", read[2])
        compound = _Compound(
            "" if read[1] in (None, "*") else read[1].lower(),
            frozenset(name[1:] for name in names if name[0] == "."),
            frozenset(name[1:] for name in names if name[0] == "#"),
        )
        path.append((relation, compound))
        relation = ">" if part.startswith(">") else " "
    return (tuple(path), pseudo) if path else None


def _fits(path: tuple[tuple[str, _Compound], ...], element: Element) -> bool:
    (_, compound), *outer = path
    if not compound.fits(element):
        return False
    current: Element | None = element
    for relation, compound in outer:
        assert current is not None
        current = current.getparent()
        while relation == " " and current is not None and not compound.fits(current):
            current = current.getparent()
        if current is None or not compound.fits(current):
            return False
    return True


@lru_cache(maxsize=2048)
def _declared(style: str) -> tuple[tuple[str, str, bool], ...]:
    if not _MENTIONED.search(style.lower()):
        return ()
    found = []
    for declaration in re.findall(r"""(?:[^;"'(]|"[^"]*"|'[^']*'|\([^)]*\)?)+""", _COMMENT.sub("", style)):
        name, _, value = declaration.partition(":")
        value, mark, _ = value.partition("!")
        # What is inside quotation marks is content, in which capitals matter.
        found.append((name.strip().lower(), value.strip(), bool(mark)))
    return tuple(found)


def declared(style: str) -> tuple[Declarations, Declarations]:
    """Return the declarations of a list, and separately the important ones."""
    plain, important = Declarations(), Declarations()
    for name, value, is_important in _declared(style):
        (important if is_important else plain)[name] = value
    return plain, important
