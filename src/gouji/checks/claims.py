"""Read the numbers in a sentence: which cells of the form they refer to, and which values they claim.

A sentence is split into words (tokens.py) and read clause by clause (reading_sentences.py), and each number is judged
by the words around it. What it may count is in meanings.py; whether a word that is not known may change that is in
doubts.py. A wrong question costs more trust than a missed one, so a number in doubt is left alone, and the reason is
kept. Three examples:

收到政府信息公开申请12件，其中予以公开8件，结转下年度办理2件。
    Three claims. 12 are the new requests, 8 is ``requests.granted.total``, because the sentence is still about
    requests, and 2 is ``requests.carried_out.total``.
全年未收到政府信息公开申请。
    One claim without a number: ``denied``, and its value is 0.
党政办收到村务公开申请5件。
    No claim. 党政办 may be unknown, for it stands before a verb; 村务 before the noun makes other requests of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from gouji.checks.claim_parts import Claim, Stated
from gouji.checks.meanings import Meaning
from gouji.checks.other_units import Bodies, with_others
from gouji.checks.prose import without_spaces
from gouji.checks.reading_sentences import Reader
from gouji.checks.reading_state import State
from gouji.checks.tokens import Token, Tokenizer
from gouji.checks.vocabulary import Vocabulary, vocabulary
from gouji.form.model import Form


class Claims:
    """Reads the claims in the sentences of one report."""

    def __init__(
        self,
        form: Form,
        year: int | None,
        names: Iterable[str],
        *,
        area: bool,
        town: bool = False,
        apart: bool = False,
        words: Vocabulary | None = None,
    ) -> None:
        """``names`` are the names of the unit. With ``area`` it may also call itself by its area, as in 我县.

        ``town`` says the same of a township. If the texts count its office ``apart``, the whole area is not the scope
        of the table for certain.
        """
        self._words = words or vocabulary()
        self._tokenizer = _tokenizer(self._words, year or 0)
        self._meaning = Meaning(form, self._words)
        own_names = tuple(names)
        self._own = _own(self._words, own_names, area=area, town=town, apart=apart)
        self._bodies = Bodies(self._words, own_names, area=area)
        self._about, self._trigger = re.compile(self._words.about), re.compile(self._words.trigger)
        self._carried_over = re.compile(self._words.carried_over)

    def of(self, sentences: Sequence[str], topic: str) -> Iterator[tuple[str, Claim]]:
        """Yield the claims of the sentences of a paragraph, each with its sentence."""
        for sentence, stated in self.stated(sentences, topic):
            if isinstance(stated, Claim):
                yield sentence, stated

    def stated(self, sentences: Sequence[str], topic: str) -> Iterator[tuple[str, Stated]]:
        """Yield what the sentences of a paragraph state, and what of them was not understood and why."""
        domain = topic.rpartition(".")[2]
        state = State(domain, domain in ("requests", "disputes"), named=domain == "requests")
        state.last = "request" if state.named else ""
        state.carried_over = any(self._carried_over.search(sentence) for sentence in sentences)
        ended = True
        for sentence in sentences:
            if ended:
                state.full_stop()
            ended = not sentence.endswith(("；", ";"))
            state.spoken_of = state.spoken_of or self._about.search(sentence) is not None
            if not self._trigger.search(sentence) and not (state.counted and any(c.isdigit() for c in sentence)):
                continue
            state.begin()
            reader = Reader(self._meaning, self._words, state)
            tokens = self._tokenizer.tokens(without_spaces(sentence), self._own)
            for stated in reader.read(list(with_others(tokens, self._bodies))):
                yield sentence, stated


@lru_cache(maxsize=16)
def _tokenizer(words: Vocabulary, year: int) -> Tokenizer:
    return Tokenizer(words, year)


@lru_cache(maxsize=256)
def _own(words: Vocabulary, names: tuple[str, ...], *, area: bool, town: bool, apart: bool) -> dict[str, list[Token]]:
    """Return the words for the unit and for places by their first character: its own scope, or another's."""
    kinds = dict.fromkeys(names, "own")
    for place in words.areas:
        whole = "own" if area and not apart and any(name.endswith(place) for name in names) else "others"
        for word in (f"全{place}", f"{place}政府", f"{place}人民政府", f"{place}级"):
            kinds.setdefault(word, whole)
        kinds.setdefault(f"{place}政府本级", "others")
        for word in (f"我{place}", f"本{place}"):
            kinds.setdefault(word, "own" if area else "others")
    for place in words.towns:
        kinds.setdefault(f"全{place}", "own" if town else "others")
    for name in names:
        kinds.update(_with_its_area(name, names, words))
        kinds.update(dict.fromkeys(_of_its_government(name, words), "own"))
        kinds.setdefault(f"向{name}", "everybody")
    by_first: dict[str, list[Token]] = {}
    for name in sorted(kinds, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(Token(kinds[name], name))
    return by_first


def _with_its_area(name: str, names: Sequence[str], words: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield a short name after the kind of an area: 县水利局 of 白岭县 is the unit itself, 市水利局 is another's."""
    before = next((full[: -len(name)] for full in names if full != name and full.endswith(name)), "")
    if before.endswith(tuple(words.areas)):
        for place in words.areas:
            whose = "own" if place == before[-1] else "others"
            yield f"{place}{name}", whose
            yield f"向{place}{name}", "everybody" if whose == "own" else "others"


def _of_its_government(name: str, words: Vocabulary) -> Iterator[str]:
    """Yield what the office of a government is called beside its name: 县政府办, and with the government it serves."""
    office = re.search(f"([{words.areas}])人民(政府办公[室厅])$", name)
    if office is None:
        return
    place = office[1]
    for government in (f"{place}政府", f"{place}人民政府"):
        for called in (f"{government}办", f"{government}办公室", f"{government}办公厅"):
            yield called
            yield from (f"{government}{joined}{called}" for joined in "及和与、")
