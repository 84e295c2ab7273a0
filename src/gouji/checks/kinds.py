"""The kinds of words: which name cells, which of them are verbs or nouns, and what some mean after others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from gouji.checks.tokens import Token

ACTS = frozenset({"received", "closed", "answered"})
MONEY_KINDS = frozenset({"fees", "charged", "billed"})
CORE = frozenset(
    {"request", "received", "closed", "answered", "row", "carried", "column", "dispute", "outcome", "about", "document"}
    | {"deed", "decided", "fees", "notices", "billed", "charged", "again", "judging", "published", "posts"}
)
NOUNS = CORE - {"received", "closed", "answered", "deed", "about", "judging", "published"}
KEPT = CORE | {"joiner", "each", "sum", "within"}
_KINDS = ("outcome", "column", "row", "dispute", "decided", "deed", "document", *sorted(ACTS), "request")
"""What a number may be said to count last, the most particular first."""
_FULL = 4
"""Characters: a longer noun names more than 公开申请."""


def in_context(tokens: Sequence[Token], last: str) -> list[Token]:
    """Return the tokens, each with what it means after a number of the kind ``last``."""
    if not any(token.readings for token in tokens):
        return list(tokens)
    made: list[Token] = []
    for place, token in enumerate(tokens):
        if token.readings:
            kinds = {*(one.kind for one in made), last}
            counted = takewhile(lambda one: one.kind != "number", tokens[place + 1 :])
            if any(one.kind == "published" for one in counted):
                kinds = set()  # 公开信息66条
            found = next((one for one in token.readings if not one.after or kinds & {*one.after}), token.readings[-1])
            token = Token(found.kind, token.word, found.rows, found.columns)
        made.append(token)
    return made


def kind_of(core: Iterable[Token]) -> str:
    """Return the kind of what a number counts."""
    kinds = {token.kind for token in core}
    return next((kind for kind in _KINDS if kind in kinds), "")


def is_full(token: Token) -> bool:
    """Tell whether a noun says in full that disclosure was applied for."""
    return token.kind == "request" and (len(token.word) > _FULL or token.word.startswith("依申请"))
