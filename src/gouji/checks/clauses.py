"""What of a clause belongs to its number or its denial, and what does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gouji.checks.claim_parts import Silence
from gouji.checks.kinds import ACTS, CORE
from gouji.checks.tokens import Token

_END = Token("mark", "。")


def without_other_things(tokens: list[Token]) -> list[Token]:
    """Return what there was none of, without a last thing that no cell counts: 诉讼和申诉."""
    joiners = [place for place, token in enumerate(tokens) if token.kind == "joiner"]
    if joiners and any(token.kind in CORE for token in tokens[: joiners[-1]]):
        rest = tokens[joiners[-1] :]
        return tokens if any(token.kind in CORE for token in rest) else tokens[: joiners[-1]]
    return tokens


def is_narrowed(tokens: Sequence[Token], deeds: tuple[str, ...]) -> bool:
    """Tell whether disputes are counted before 其中涉及信息公开的 or 均为处罚类 is said of them."""
    kinds = [token.kind for token in tokens]
    if "dispute" not in kinds:
        return False
    if "about" not in kinds and "request" not in kinds:
        return any(token.kind in ("decided", "unknown") and token.word.startswith(deeds) for token in tokens)
    about = kinds.index("about") if "about" in kinds else 0
    return "within" in kinds[kinds.index("dispute") : about]


def noun_of(tokens: Sequence[Token]) -> list[Token]:
    """Return the words from a number to its noun, as in 4件申请中予以公开的3件."""
    found = next((place for place, token in enumerate(tokens) if token.kind != "filler"), None)
    return [] if found is None or tokens[found].kind != "request" else list(tokens[: found + 1])


def without_examples(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the words without a reason that is only an example, as in 因信息不存在等原因无法提供."""
    for token, following in pairwise((*tokens, _END)):
        if not (token.kind == "row" and following.kind == "filler" and following.word.startswith("等")):
            yield token


def side_by_side(words: Sequence[Token]) -> bool:
    """Tell whether verbs say the same of one number, as in 受理并办结, and one is not what the other is about."""
    places = [place for place, token in enumerate(words) if token.kind in ACTS]
    between = {token.kind for token in words[places[0] : places[-1]]}
    return "request" not in between or bool(between & {"joiner", "each"})


def of_another_year(after: Sequence[Token]) -> str:
    """Return the year that follows a number and is not this one, as in 1件于2024年12月收到, as a reason."""
    year = next((token.word for token in after if token.kind == "another_year"), "")
    return f"说的是“{year}”，不是本年度" if year and not any(token.rows for token in after) else ""


def silence(tokens: Iterable[Token], why: str) -> Silence:
    """Return that a number was not understood, and why."""
    return Silence(tuple([token.word for token in tokens]), why)


def has(tokens: Iterable[Token], kind: str) -> bool:
    """Tell whether a kind of word is among some words."""
    return kind in [token.kind for token in tokens]


def text_of(tokens: Iterable[Token]) -> str:
    """Return words as one text."""
    return "".join(token.word for token in tokens)
