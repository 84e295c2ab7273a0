"""Find the names of other units in a sentence: their figures are not this unit's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gouji.checks.lexicon import words_of
from gouji.checks.tokens import Token
from gouji.checks.vocabulary import Vocabulary


class Bodies:
    """Tells the names of other units among the words that are not known."""

    def __init__(self, words: Vocabulary, names: tuple[str, ...]) -> None:
        """``names`` are those of this unit."""
        self._names = names
        self._ends, self._offices = tuple(words_of(words.bodies)), tuple(words_of(words.offices))

    def is_another(self, word: str) -> bool:
        """Tell whether a word is the name of a unit, and no shorter form of this unit's own name."""
        return word.endswith(self._ends) and not any(_is_short_for(word, name) for name in self._names)

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


def with_others(tokens: Iterable[Token], bodies: Bodies) -> Iterator[Token]:
    """Yield the tokens, with the names of other units and of parts of this one as such."""
    before = None
    for token in tokens:
        another = token.kind == "unknown" and bodies.is_another(token.word)
        another = another or (token.kind in ("unknown", "own") and bodies.is_its_office(before, token.word))
        yield Token("others", token.word) if another else token
        before = token
