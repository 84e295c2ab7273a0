"""Find the names of other units in a sentence: their figures are not this unit's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from gouji.checks.kinds import ACTS
from gouji.checks.lexicon import words_of
from gouji.checks.tokens import Token
from gouji.checks.vocabulary import Vocabulary


class Bodies:
    """Tells the names of other units among the words that are not known."""

    def __init__(self, words: Vocabulary, names: tuple[str, ...], *, area: bool) -> None:
        """``names`` are those of this unit; one that governs an ``area`` counts the requests of its offices apart."""
        self._names, self._area = names, area
        self._ends, self._offices = tuple(words_of(words.bodies)), tuple(words_of(words.offices))
        self._inner, self.areas = tuple(words_of(words.inner)), tuple(words.areas)

    def is_another(self, word: str) -> bool:
        """Tell whether a word is the name of a unit, and no shorter form of this unit's name and no part of it."""
        return (
            word.endswith(self._ends)
            and not any(_is_short_for(word, name) for name in self._names)
            and not self.is_inner(word)
        )

    def is_inner(self, word: str) -> bool:
        """Tell whether a word names a part of this unit, whose requests are the unit's own."""
        return not self._area and word.endswith(self._inner) and not word.startswith(self.areas)

    def is_part(self, before: Token | None, word: str) -> bool:
        """Tell whether the unit's name after another word names less or somebody else: 其中县政府, 各县民政局."""
        if before is None:
            return False
        named = before.kind == "others" and not word.startswith(("我", "本", "该"))
        return before.kind == "within" or named or self.is_its_office(before, word)

    def is_its_office(self, before: Token | None, word: str) -> bool:
        """Tell whether a word after the name of a government names its office, which the table may count apart."""
        return (
            before is not None
            and before.kind == "own"
            and before.word.endswith("政府")
            and word.startswith(self._offices)
        )


def _is_short_for(word: str, name: str) -> bool:
    """Tell whether a word leaves out characters of a name, as 市场监管局 for 市场监督管理局."""
    rest = iter(name)
    return all(character in rest for character in word)


def with_others(tokens: Sequence[Token], bodies: Bodies) -> Iterator[Token]:
    """Yield the tokens, with the names of other units and of parts of this one as such."""
    tokens = list(_with_whole_names(tokens, bodies))
    whole = _all_of_the_area(tokens) if any(token.kind == "others" for token in tokens) else ()
    # 党政办受理9件，便民服务中心受理3件: what several parts of a unit have received is not what it has received.
    parted = _parts(tokens, bodies) > 1
    acts = [token for token in tokens if token.kind in ACTS]
    before: Token | None = None
    for place, token in enumerate(tokens):
        kind = token.kind
        if place in whole:
            kind = "own"
        elif kind == "unknown":
            following = tokens[place + 1] if place + 1 < len(tokens) else token
            if token.word in bodies.areas and following.kind == "own":
                kind = "filler"
            elif bodies.is_its_office(before, token.word) or bodies.is_another(_name_at(tokens, place)):
                kind = "others"
            elif bodies.is_inner(token.word):
                kind = "others" if parted or (before is not None and before.kind == "others") else "own"
        elif kind == "own" and bodies.is_part(before, token.word):
            kind = "others"
        if kind == "others" and [one.kind for one in tokens[max(0, place - 3) : place]] == ["own", "joiner", "own"]:
            kind = "own"  # 县政府及县政府办公室
        if parted and acts and _is_their_total(tokens, place):
            # 合计12件: what the parts have done together is what the unit has done.
            yield Token("own", token.word)
            yield acts[0]
            continue
        yield token if kind == token.kind else Token(kind, token.word)
        before = token


def _with_whole_names(tokens: Sequence[Token], bodies: Bodies) -> Iterator[Token]:
    """Yield the tokens; the end of a name is no word in it: 便民服务中心 is not 便民服务 中 心."""
    rest = iter(range(len(tokens)))
    for place in rest:
        token = tokens[place]
        pieces = tokens[place : place + 3] if token.kind == "unknown" else ()
        if (
            [each.kind for each in pieces] == ["unknown", "filler", "unknown"]
            and bodies.is_another(name := "".join(each.word for each in pieces))
            and not bodies.is_another(pieces[2].word)
        ):
            yield Token("unknown", name)
            next(rest), next(rest)
        else:
            yield token


def _parts(tokens: Sequence[Token], bodies: Bodies) -> int:
    """Return how many parts of a unit a sentence names, with the bodies beside them that do the same."""
    inner = sum(token.kind == "unknown" and bodies.is_inner(token.word) for token in tokens)
    beside = sum(
        token.kind == "unknown" and following.kind in ACTS and bodies.is_another(token.word)
        for token, following in pairwise(tokens)
    )
    return inner + beside if inner else 0


def _is_their_total(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a word begins a clause that only says how many there are together: 合计12件."""
    if tokens[place].kind != "sum" or place < 1 or tokens[place - 1].kind != "mark":
        return False
    rest = [token.kind for token in takewhile(lambda token: token.kind != "mark", tokens[place + 1 :])]
    return rest.count("number") == 1 and {*rest} <= {"number", "filler"}


def _name_at(tokens: Sequence[Token], place: int) -> str:
    """Return an unknown word with the last character of its name, where that is a word of its own: 派出所."""
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    ends = following is not None and following.kind == "filler" and len(following.word) == 1
    return tokens[place].word + (following.word if following is not None and ends else "")


def _all_of_the_area(tokens: Sequence[Token]) -> set[int]:
    """Return the places of words that with a name before them are the whole area: 全县各级, 县政府及各部门.

    One kind of parts alone, as in 全县各乡镇, is not.
    """
    made: set[int] = set()
    own, joined, parts = False, False, list[int]()
    for place, token in enumerate((*tokens, Token("mark", "。"))):
        if token.kind == "own" and token.word.endswith(_GOVERNS):
            own, joined, parts = True, False, []
        elif own and token.kind == "joiner":
            joined = joined or not parts
        elif own and token.kind == "others" and (token.word[0] == "各" or token.word.endswith("系统")):
            parts.append(place)
        elif not (own and (token.word in _BETWEEN or token.kind == "filler")) and not (
            own and parts and token.kind == "unknown"
        ):
            if own and parts and (joined or len(parts) > 1 or tokens[parts[0]].word.endswith(_ALL)):
                made.update(parts)
            own = False
    return made


_GOVERNS = ("省", "市", "州", "盟", "县", "区", "旗", "政府")
_ALL = ("级", "单位", "行政机关", "地", "系统")
_BETWEEN = tuple("、（）()的")
