"""What makes a number doubtful: words that are not known, a single way of asking, a counter that does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile

from gouji.checks.kinds import ACTS, CORE, NOUNS, is_full
from gouji.checks.lexicon import words_of
from gouji.checks.tokens import MONEY, Token
from gouji.checks.vocabulary import Vocabulary

ONE_WAY = "只是一种提交方式的数"


@lru_cache(maxsize=4)
def counted_in(words: Vocabulary) -> dict[str, frozenset[str]]:
    """Return what may be counted in each counter, as kinds of words."""
    made: dict[str, frozenset[str]] = {}
    for counter in words.counters:
        kinds = set(counter.counts)
        if "request" in kinds:
            kinds |= {*ACTS, "row", "carried", "column", "about"}
        if "dispute" in kinds:
            kinds |= {"outcome"}
        if "document" in kinds:
            kinds |= {"deed", "again"}
        for word in words_of(counter.words):
            made[word] = frozenset(kinds)
    return made


def doubt_of(number: Token, before: list[Token], after: list[Token], words: Vocabulary, *, joined: bool) -> str:
    """Return why a number cannot be understood."""
    around = [*before, *after]
    kinds = {token.kind for token in around}
    if "compare" in kinds:
        return f"与往年有关（“{next(token.word for token in around if token.kind == 'compare')}”）"
    checking = "checking" in kinds and next((token.word for token in before if token.kind == "checking"), "")
    if checking:
        return f"“{checking}”的可能是别人的事"
    if "plan" in kinds and any(token.kind == "plan" for token in _before_noun(after)):
        return "说的不是已有的数"
    if "each" in kinds and any(token.kind == "each" for token in after):
        return "几件事合在一个数里"
    if not number.exact or ("vague" in kinds and any(token.kind == "vague" for token in before)):
        return "与表格不能相比：不是准确的数"
    if "partly" in kinds:
        return "与表格不能相比：只是当年提出的那一部分"
    if "rest" in kinds and not kinds & {"row", "column", "outcome"}:
        return "说的是其余的，不是全部"
    channels = channels_in(around) if "channel" in kinds else 0
    if channels == 1:
        return ONE_WAY
    unknown = unknown_in(before, after, words, joined=joined)
    if unknown:
        return f"不认识“{unknown}”"
    kinds &= CORE
    if number.unit and number.unit not in MONEY and kinds and not kinds & counted_in(words)[number.unit]:
        return f"不用“{number.unit}”来数"
    if not number.unit and not before:
        return "没有量词"
    return ""


def _before_noun(tokens: Iterable[Token]) -> Iterator[Token]:
    return takewhile(lambda token: token.kind not in NOUNS, tokens)


def unknown_in(before: Sequence[Token], after: Sequence[Token], words: Vocabulary, *, joined: bool = False) -> str:
    """Return the unknown word that may change what a number counts, if there is one.

    It may where it stands between a word and its number, or before a noun. A subject is none: an unknown word before
    the first verb, or before a noun that says in full what was applied for. Neither is what follows a noun and its
    number, unless they are ``joined``: the noun stands in the clause before.
    """
    for aside, token in pairwise(before):
        if aside.kind == "aside" and token.kind == "unknown":
            return token.word
    known = noun = False
    for place, token in enumerate(before):
        if token.kind in CORE:
            known, noun = True, noun or token.kind in NOUNS
        if token.kind != "unknown":
            continue
        following = next((later for later in before[place + 1 :] if later.kind in CORE), None)
        if following is None or any(map(str.isdigit, token.word)):
            return token.word
        if known and following.kind in (NOUNS | {"deed", "published"}):
            return token.word
        if following.kind in NOUNS and not (following is before[place + 1] and _stands_alone(following)):
            return token.word
    if noun and not joined and _is_settled(before, after):
        return ""
    return _unknown_after(after, words)


def _is_settled(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Tell whether what follows a number cannot change it: 3件的审查 can, and 复议3件 may be anybody's."""
    kinds = {token.kind for token in before}
    return not (after and (after[0].word == "的" or after[0].kind == "unknown")) and (
        "dispute" not in kinds or "about" in kinds
    )


def _unknown_after(after: Sequence[Token], words: Vocabulary) -> str:
    """Return the first unknown word after a number; what follows its noun, as in 3件申请…, does not matter."""
    for place, token in enumerate(after):
        if token.kind == "unknown":
            return token.word
        if token.kind in NOUNS and not (token.word in words_of(words.alone) and _goes_on(after[place + 1 :])):
            return ""
    return ""


def _goes_on(tokens: Sequence[Token]) -> bool:
    """Tell whether a sentence goes on to say what was applied for, as in 两件申请的是测绘成果."""
    return bool(tokens) and (tokens[0].kind == "unknown" or tokens[0].word == "的")


def _stands_alone(token: Token) -> bool:
    """Tell whether what stands before a noun is a subject, and does not narrow it: 清理后保留文件12件."""
    return is_full(token) or (token.kind == "document" and bool(token.columns))


def channels_in(tokens: Sequence[Token]) -> int:
    """Return how many ways of asking are named; two words in a row are one."""
    found = [token.kind == "channel" for token in tokens]
    return sum(found) - sum(one and two for one, two in pairwise(found))
