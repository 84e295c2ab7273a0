"""XML from outside, walked within limits: no document type, no endless tag, no flood of elements."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, TypeVar, cast
from xml.parsers import expat

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE, UNSAFE

MOST_ELEMENTS = 500_000
LONGEST_TAG = 256 * 2**10
"""Readers that take a file in small bites look at an unfinished tag again and again."""
_PIECE = 64 * 2**10
MOST_ATTRIBUTES = 100
"""Readers compare every attribute of a tag with every other one."""


@dataclass
class Budget:
    """How many elements all parts of one file may still have together."""

    elements: int = MOST_ELEMENTS


class Walk:
    """One pass over a part; what it meets is told to :meth:`started`, :meth:`ended` and :meth:`said`."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._parser = parser = self._made_parser()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        # What nobody listens to costs nothing.
        if type(self).ended is not Walk.ended:
            parser.EndElementHandler = self._end
        if type(self).said is not Walk.said:
            parser.CharacterDataHandler = self.said
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.XmlDeclHandler = _refuse_other_encodings

    def _made_parser(self) -> expat.XMLParserType:
        return expat.ParserCreate()

    def over(self, xml: bytes) -> None:
        """Walk over a part.

        Raises DocumentError for what is no XML and for what no office program writes.
        """
        if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise DocumentError(UNSAFE)
        if len(xml) // len(b"</a>") > self._budget.elements and _has_more_ends(xml, self._budget.elements):
            raise DocumentError(TOO_LARGE)
        try:
            for at in range(0, len(xml), _PIECE):
                self._parser.Parse(xml[at : at + _PIECE], False)
                if at + _PIECE - self.offset > LONGEST_TAG and at + _PIECE < len(xml):
                    raise DocumentError(UNSAFE)
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise DocumentError(BROKEN) from None

    @property
    def offset(self) -> int:
        """Where the tag begins that is just told."""
        return self._parser.CurrentByteIndex

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._budget.elements -= 1
        if self._budget.elements < 0:
            raise DocumentError(TOO_LARGE)
        if len(attributes) > MOST_ATTRIBUTES:
            raise DocumentError(UNSAFE)
        self.started(name if ":" not in name else name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self.ended(name if ":" not in name else name.rpartition(":")[2])

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """Take a start tag, its name without the prefix."""

    def ended(self, name: str) -> None:
        """Take an end tag."""

    def said(self, text: str) -> None:
        """Take a piece of text."""


def _has_more_ends(xml: bytes, most: int) -> bool:
    """Tell before a walk that it would meet too many elements: each end tag belongs to one.

    Where a comment or a text may contain what looks like an end tag, only the walk can tell.
    """
    return xml.count(b"</") > most and b"<!" not in xml and b"<?" not in xml[1:]


AnyWalk = TypeVar("AnyWalk", bound=Walk)


def walked(kind: type[AnyWalk], xml: bytes, budget: Budget) -> AnyWalk:
    """Return a walk over a part; do not change it, others may get the same one.

    Small parts are the same in all workbooks of a collection that one program has saved, so each is walked over once.

    Raises DocumentError as :meth:`Walk.over` does.
    """
    if len(xml) <= _SMALL:
        return cast("AnyWalk", _walked_once(cast("Hashable", kind), xml))
    walk = kind(budget)
    walk.over(xml)
    return walk


_SMALL = 2**14


@lru_cache(128)
def _walked_once(kind: type[Walk], xml: bytes) -> Walk:
    walk = kind(Budget())
    walk.over(xml)
    del walk._parser  # it takes much memory
    return walk


class NamespacedWalk(Walk):
    """A walk that knows elements and attributes by their namespaces, whatever their prefixes are.

    Office programs do: an element of another namespace, and all that stands in it, is nothing to them. A walk that
    went by names alone would read another number from the same cell.
    """

    namespaces: ClassVar[Mapping[str, str]]
    """Namespace → what the walk puts before the names in it: nothing, or a prefix with its colon."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._foreign = 0
        """How deep the walk is in an element of another namespace."""
        self._parser.EndElementHandler = self._end
        if type(self).said is not Walk.said:
            self._parser.CharacterDataHandler = self._say

    def _made_parser(self) -> expat.XMLParserType:
        return expat.ParserCreate(namespace_separator=" ")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._budget.elements -= 1
        if self._budget.elements < 0:
            raise DocumentError(TOO_LARGE)
        if len(attributes) > MOST_ATTRIBUTES:
            raise DocumentError(UNSAFE)
        known = self._names.get(name) or self._element(name)
        if self._foreign or known == _FOREIGN:
            self._foreign += 1
            if self._foreign == 1:
                self.met_foreign(name.rpartition(" ")[2])
            return
        if attributes:
            keys = self._keys
            attributes = {keys.get(key) or self._attribute(key): value for key, value in attributes.items()}
            attributes.pop(_FOREIGN, None)
        self.started(known, attributes)

    def _end(self, name: str) -> None:
        if self._foreign:
            self._foreign -= 1
        else:
            self.ended(self._names[name])

    def _say(self, text: str) -> None:
        if not self._foreign:
            self.said(text)

    def _element(self, name: str) -> str:
        self._names[name] = found = self._known(name)
        return found

    def _attribute(self, name: str) -> str:
        # An attribute without a prefix is in no namespace: it belongs to its element.
        self._keys[name] = found = self._known(name) if " " in name else name
        return found

    def _known(self, name: str) -> str:
        space, _, plain = name.rpartition(" ")
        known = self.namespaces.get(space)
        return _FOREIGN if known is None else known + plain

    def met_foreign(self, name: str) -> None:
        """Take note of an element of another namespace."""


_FOREIGN = " "
"""Instead of the name of what is in another namespace."""


def _refuse_document_type(*_: object) -> None:
    # Entities that grow and entities that fetch files are declared there; no office program writes one.
    raise DocumentError(UNSAFE)


def _refuse_other_encodings(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise DocumentError(UNSAFE)


def is_true(value: str | None) -> bool:
    """Tell whether an attribute has the value true."""
    return value in ("1", "true", "on")


def plain_root(xml: bytes) -> int | None:
    """Return where the first tag begins, in a part that office programs may have written; in any other, None."""
    whole = _PLAIN_ROOT.match(xml)
    if whole is None or not xml.rstrip().endswith(b"</%b>" % whole[1]) or _has_endless_tag(xml):
        return None
    return whole.start(1) - 1


def start_tags(xml: bytes) -> list[bytes] | None:
    """Return the names of the start tags; where there is anything else than tags and text, None."""
    tags = _START_TAG.findall(xml)
    return tags if {tag[:1] for tag in set(tags)}.isdisjoint((b"!", b"?")) else None


def _has_endless_tag(xml: bytes) -> bool:
    """Tell whether a tag is longer than any program writes: such a one leaves a whole window without an end."""
    windows = range(0, len(xml) - _WINDOW + 1, _WINDOW)
    return any(xml.find(b">", at, at + _WINDOW) < 0 for at in windows) and _LONG_TAG.search(xml) is not None


_PLAIN_ROOT = re.compile(
    rb'(?:<\?xml version="1.0" encoding="(?:UTF-8|utf-8)"[^<>]{0,40}\?>\s*)?<(worksheet|sst|styleSheet)[\s>]'
)
_START_TAG = re.compile(rb"<(?!/)([^\s/<>]*)")
_LONG_TAG = re.compile(rb"<[^<>]{6000}")
_WINDOW = 3000
