"""What makes a number doubtful: words that are not known, a single way of asking, a counter that does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from gouji.checks.lexicon import words_of
from gouji.checks.meanings import ACTS
from gouji.checks.tokens import Token
from gouji.checks.vocabulary import Vocabulary

CORE = frozenset(
    {"request", "received", "closed", "answered", "row", "column", "dispute", "outcome", "about", "document", "deed"}
    | {"decided", "fees", "notices", "billed", "charged", "again", "judging", "published", "posts"}
)
NOUNS = CORE - {"received", "closed", "answered", "deed", "about", "judging", "published"}
KEPT = CORE | {"joiner", "each"}


@lru_cache(maxsize=4)
def counted_in(words: Vocabulary) -> dict[str, frozenset[str]]:
    """Return what may be counted in each counter, as kinds of words."""
    made: dict[str, frozenset[str]] = {}
    for counter in words.counters:
        kinds = set(counter.counts)
        if "request" in kinds:
            kinds |= {*ACTS, "row", "column", "about"}
        if "dispute" in kinds:
            kinds |= {"outcome"}
        if "document" in kinds:
            kinds |= {"deed", "again"}
        for word in words_of(counter.words):
            made[word] = frozenset(kinds)
    return made


def unknown_in(before: Sequence[Token], after: Sequence[Token]) -> str:
    """Return the unknown word that may change what a number counts, if there is one.

    A subject is none: an unknown word before the first verb.
    """
    for aside, token in pairwise(before):
        if aside.kind == "aside" and token.kind == "unknown":
            return token.word
    known = False
    for place, token in enumerate(before):
        if token.kind in CORE:
            known = True
        if token.kind != "unknown":
            continue
        following = next((later for later in before[place + 1 :] if later.kind in CORE), None)
        if known or following is None or following.kind in NOUNS:
            return token.word
    if known and after and after[0].kind == "filler" and after[0].word in _ENDED:
        return ""
    return next((token.word for token in after if token.kind == "unknown"), "")


def channels_in(tokens: Sequence[Token]) -> int:
    """Return how many ways of asking are named; two words in a row are one."""
    found = [token.kind == "channel" for token in tokens]
    return sum(found) - sum(one and two for one, two in pairwise(found))


_ENDED = ("均", "都", "已", "已经", "全部")
"""Words that begin a new clause after a number, with or without a comma."""
