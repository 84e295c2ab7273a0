"""The selectors of style sheets: which elements a rule is for (CSS Selectors 4, without what only a browser knows).

Elements, classes, ids, attributes, places among siblings, ``:not()`` and ``:is()`` are understood, with all
combinators. A selector with a state, such as ``:hover``, is for no element of a page that is only looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

Element = etree._Element
Test = Callable[[Element], bool]

PSEUDO_ELEMENTS = ("before", "after", "first-letter", "first-line")
_DEEPEST = 5
"""Selectors within selectors."""
_MOST_SIBLINGS = 1000
"""The siblings before or after an element that are looked at."""
_TOKEN = re.compile(
    r"""
    (?P<combinator>\s*[>+~]\s*|\s+)
    | (?P<tag>\*|[a-z][\w-]*(?:\\:[\w-]+)?)
    | \#(?P<id>[\w-]+)
    | \.(?P<cls>[\w-]+)
    | \[\s*(?P<name>[\w:-]+)\s*(?:(?P<sign>[~|^$*]?=)\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\]\s]+)))?
        \s*[isIS]?\s*\]
    | (?P<colons>::?)(?P<pseudo>[a-z-]+)(?:\((?P<inside>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\))?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NTH = re.compile(
    r"\s*(?:(?P<word>odd|even)|(?P<step>[+-]?\d*)n\s*(?P<sign>[+-])?\s*(?P<offset>\d+)?|(?P<only>[+-]?\d+))\s*"
)


class Compound(NamedTuple):
    """The conditions on one element of a selector."""

    tag: str = ""
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    tests: tuple[Test, ...] = ()

    def fits(self, element: Element) -> bool:
        """Tell whether an element fulfils the conditions."""
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and not self.ids <= {element.get("id", "")}:
            return False
        if self.classes and not self.classes <= set(element.get("class", "").split()):
            return False
        return all(test(element) for test in self.tests)


class Selector(NamedTuple):
    """A selector, read from its end."""

    path: tuple[tuple[str, Compound], ...]
    """From the element outwards: the combinator after each and the conditions on it."""
    pseudo: str = ""
    """The part of the element that is meant, such as ``before``; empty for all of it."""

    @property
    def rank(self) -> tuple[int, int, int]:
        """The specificity."""
        compounds = [compound for _, compound in self.path]
        return (
            sum(len(compound.ids) for compound in compounds),
            sum(len(compound.classes) + len(compound.tests) for compound in compounds),
            sum(bool(compound.tag) for compound in compounds),
        )

    def fits(self, element: Element) -> bool:
        """Tell whether an element is meant."""
        return _fits(self.path, element)


def split(selectors: str) -> list[str]:
    """Return the selectors of a list; commas in brackets do not divide it."""
    return re.findall(r"""(?:[^,("'\[]|\((?:[^()]|\([^()]*\))*\)|"[^"]*"|'[^']*'|\[[^\]]*\])+""", selectors)


def read(text: str, depth: int = 0) -> Selector | None:
    """Return a selector; None for one that is for no element, or is not understood."""
    path: list[tuple[str, Compound]] = []
    compound, pseudo, at = Compound(), "", 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or depth > _DEEPEST or pseudo:
            return None
        at = match.end()
        if match["combinator"] is not None:
            path.append((match["combinator"].strip() or " ", compound))
            compound = Compound()
        elif match["pseudo"] and match["pseudo"].lower() in PSEUDO_ELEMENTS:
            pseudo = match["pseudo"].lower()
        else:
            added = _with(compound, match, depth)
            if added is None:
                return None
            compound = added
    path.append(("", compound))
    return Selector(tuple(reversed(path)), pseudo) if text else None


def _with(compound: Compound, match: re.Match[str], depth: int) -> Compound | None:
    if match["tag"]:
        return compound if match["tag"] == "*" else compound._replace(tag=match["tag"].lower().replace("\\", ""))
    if match["id"]:
        return compound._replace(ids=compound.ids | {match["id"]})
    if match["cls"]:
        return compound._replace(classes=compound.classes | {match["cls"]})
    test = _attribute(match) if match["name"] else _pseudo_class(match["pseudo"].lower(), match["inside"], depth)
    return None if test is None or match["colons"] == "::" else compound._replace(tests=(*compound.tests, test))


def _attribute(match: re.Match[str]) -> Test:
    name, sign = match["name"].lower(), match["sign"]
    wanted = next((match[kind] for kind in ("double", "single", "bare") if match[kind] is not None), "")
    if sign is None:
        return lambda element: element.get(name) is not None
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda value: value == wanted,
        "~=": lambda value: wanted in value.split(),
        "|=": lambda value: value == wanted or value.startswith(f"{wanted}-"),
        "^=": lambda value: bool(wanted) and value.startswith(wanted),
        "$=": lambda value: bool(wanted) and value.endswith(wanted),
        "*=": lambda value: bool(wanted) and wanted in value,
    }
    test = tests[sign]
    return lambda element: (value := element.get(name)) is not None and test(value)


def _pseudo_class(name: str, inside: str | None, depth: int) -> Test | None:
    if inside is None:
        return _PLAIN.get(name)
    if name in ("not", "is", "where", "matches", "-webkit-any"):
        selectors = [read(part, depth + 1) for part in split(inside)]
        known = [selector for selector in selectors if selector is not None]
        return lambda element: any(selector.fits(element) for selector in known) is (name != "not")
    nth = _NTH.fullmatch(inside.lower())
    kinds = {"nth-child": (False, False), "nth-last-child": (True, False), "nth-of-type": (False, True),
             "nth-last-of-type": (True, True)}  # fmt: skip
    if nth is None or name not in kinds:
        return None
    step, offset = _step(nth)
    from_end, of_type = kinds[name]
    return lambda element: _is_nth(_place(element, from_end=from_end, of_type=of_type), step, offset)


def _step(nth: re.Match[str]) -> tuple[int, int]:
    if nth["word"]:
        return 2, int(nth["word"] == "odd")
    if nth["only"]:
        return 0, int(nth["only"])
    step = {"": 1, "+": 1, "-": -1}.get(nth["step"])
    return int(nth["step"]) if step is None else step, int(f"{nth['sign'] or ''}{nth['offset'] or 0}")


def _is_nth(place: int, step: int, offset: int) -> bool:
    return place == offset if step == 0 else (place - offset) % step == 0 and (place - offset) // step >= 0


def _place(element: Element, *, from_end: bool = False, of_type: bool = False) -> int:
    """Return the place of an element among its siblings, from 1."""
    return 1 + sum(1 for _ in _beside(element, before=not from_end, tag=str(element.tag) if of_type else ""))


def _beside(element: Element, *, before: bool, tag: str = "") -> Iterator[Element]:
    siblings = element.itersiblings(preceding=before)
    return islice((each for each in siblings if isinstance(each.tag, str) and tag in ("", each.tag)), _MOST_SIBLINGS)


def _is_link(element: Element) -> bool:
    return element.tag == "a" and element.get("href") is not None


_PLAIN: dict[str, Test] = {
    "root": lambda element: element.getparent() is None,
    "link": _is_link,
    "any-link": _is_link,
    "first-child": lambda element: _place(element) == 1,
    "last-child": lambda element: _place(element, from_end=True) == 1,
    "only-child": lambda element: _place(element) == _place(element, from_end=True) == 1,
    "first-of-type": lambda element: _place(element, of_type=True) == 1,
    "last-of-type": lambda element: _place(element, from_end=True, of_type=True) == 1,
    "only-of-type": lambda element: _place(element, of_type=True) == _place(element, from_end=True, of_type=True) == 1,
    "empty": lambda element: len(element) == 0 and not element.text,
    "enabled": lambda element: element.get("disabled") is None,
}


def _fits(path: tuple[tuple[str, Compound], ...], element: Element) -> bool:
    """Tell whether an element, and those around and before it, fit a path."""
    (_, compound), *outer = path
    if not compound.fits(element):
        return False
    meant = [element]
    for relation, around in outer:
        # All elements that may be meant are kept, each once: otherwise hostile nesting takes for ever.
        found: dict[Element, None] = {}
        for inner in meant:
            for candidate in _related(inner, relation):
                if candidate in found and relation == " ":
                    break  # its ancestors are there already
                if around.fits(candidate):
                    found[candidate] = None
        meant = list(found)
    return bool(meant)


def _related(element: Element, relation: str) -> Iterator[Element]:
    """Return the elements that a combinator may mean, the nearest first."""
    outside = relation in (">", " ")
    near = element.iterancestors() if outside else element.itersiblings(preceding=True)
    elements = (each for each in near if isinstance(each.tag, str))
    return islice(elements, 1 if relation in (">", "+") else _MOST_SIBLINGS)
