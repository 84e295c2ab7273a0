"""Read the numbers in a sentence: which cells of the form they refer to, and which values they claim.

A sentence is split into words (tokens.py), and each number is judged by the words around it. What a number may count
is in meanings.py; here it is decided whether it speaks of this unit and year, and whether every word is known that may
change its meaning. A wrong question costs more trust than a missed one, so a number in doubt is left alone, and the
reason is kept. Three examples:

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
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from gouji.checks.adding_up import parts_of
from gouji.checks.claim_parts import Claim, Silence, Stated
from gouji.checks.doubts import CORE, KEPT, NOUNS, channels_in, counted_in, unknown_in
from gouji.checks.meanings import ACTS, MONEY_KINDS, Meaning, State
from gouji.checks.other_units import Bodies, with_others
from gouji.checks.prose import without_spaces
from gouji.checks.tokens import MONEY, Token, Tokenizer
from gouji.checks.vocabulary import Vocabulary, vocabulary
from gouji.form.model import Form

_WAITING = ("dispute", "decided", "row", "column")


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
        self._meaning = Meaning(form)
        own_names = tuple(names)
        self._own = _own(self._words, own_names, area=area, town=town, apart=apart)
        self._bodies = Bodies(self._words, own_names)
        self._about, self._trigger = re.compile(self._words.about), re.compile(self._words.trigger)

    def of(self, sentences: Sequence[str], topic: str) -> Iterator[tuple[str, Claim]]:
        """Yield the claims of the sentences of a paragraph, each with its sentence."""
        for sentence, stated in self.stated(sentences, topic):
            if isinstance(stated, Claim):
                yield sentence, stated

    def stated(self, sentences: Sequence[str], topic: str) -> Iterator[tuple[str, Stated]]:
        """Yield what the sentences of a paragraph state, and what of them was not understood and why."""
        domain = topic.rpartition(".")[2]
        state = State(domain, domain in ("requests", "disputes"), named=domain == "requests")
        ended = True
        for sentence in sentences:
            if ended:
                state.full_stop()
            ended = not sentence.endswith(("；", ";"))
            state.spoken_of = state.spoken_of or self._about.search(sentence) is not None
            if not self._trigger.search(sentence) and not (state.counted and any(c.isdigit() for c in sentence)):
                continue
            state.begin()
            reader = _Reader(self._meaning, self._words, state)
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
    by_first: dict[str, list[Token]] = {}
    for name in sorted(kinds, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(Token(kinds[name], name))
    return by_first


class _Reader:
    """Reads one sentence."""

    def __init__(self, meaning: Meaning, words: Vocabulary, state: State) -> None:
        self._meaning, self._state = meaning, state
        self._counts = counted_in(words)
        self._none = ""

    def read(self, tokens: list[Token]) -> Iterator[Stated]:
        state = self._state
        sorts = any(one.kind == "posts" for one in tokens) and not any(one.kind == "within" for one in tokens)
        state.posts = sorts and sum(one.kind == "number" for one in tokens) > 1
        state.carried_in = any(token.rows == ("carried_in",) for token in tokens)
        made: list[tuple[Stated, int, Sequence[Token]]] = []
        clause: list[Token] = []
        before = ""
        end = Token("mark", "。")
        for token, following in pairwise((*tokens, end, end)):
            kind = clause[-1].kind if token.word == "、" and clause else ""
            # A number before an enumeration, as in 其余4件分别不予公开、无法提供, counts all of it.
            if kind == following.kind and (kind == "channel" or (kind == "row" and _has_number(clause))):
                clause.append(Token("joiner", "、"))
            elif token.kind != "mark":
                clause.append(token)
            else:
                if before != "、":
                    self._none, state.waiting = "", []
                made += [(stated, state.depth, tuple(clause)) for stated in self._clause(clause)]
                clause, before = [], token.word
                state.depth = max(0, state.depth + (token.word in "（(") - (token.word in "）)"))
        yield from (stated for stated, _, _ in made)
        yield from parts_of(made, carried_in=state.carried_in)

    def _clause(self, clause: list[Token]) -> Iterator[Stated]:
        if not clause:
            return
        state, numbers = self._state, [token for token in clause if token.kind == "number"]
        denial = next((token for token in clause if token.kind == "none"), None)
        if not numbers and denial is None and not self._none:
            self._pass_on(clause)
            return
        if denial is not None and any(number.value and number.word[0] != "一" for number in numbers):
            for token in clause:
                self._follow(token)
            yield Silence(_text(clause), "又有“没有”又有数")
            return
        if denial is not None or (self._none and not numbers):
            yield from self._denials(clause, denial)
            return
        before: list[Token] = []
        for place, token in enumerate(clause):
            self._follow(token, clause[place - 1] if place else None)
            if token.kind == "number":
                last = token is numbers[-1]
                yield from self._number(token, before, clause[place + 1 :] if last else [])
                before = []
            else:
                before.append(token)
        state.waiting = []

    def _pass_on(self, clause: list[Token]) -> None:
        """Remember what a clause without a number says for those that follow."""
        state = self._state
        for token in clause:
            self._follow(token)
        unknown = any(token.kind == "unknown" for token in clause)
        channels = channels_in(clause)
        first = next((token for token in clause if token.kind not in ("within", "year", "this_year")), None)
        if first is not None and (
            (first.kind == "aside" and (unknown or channels == 1)) or (first.kind == "setting" and unknown)
        ):
            state.aside = f"“{_text(clause)}”说的可能只是一部分"
        elif not unknown:
            state.waiting += [token for token in clause if token.kind in _WAITING]
        core = [token for token in clause if token.kind in CORE]
        self._remember(core)
        if not unknown and any(token.kind in ("request", "about") for token in core):
            state.muted = ""

    def _follow(self, token: Token, before: Token | None = None) -> None:
        """Note whose figures a sentence speaks of, and of which year."""
        state = self._state
        if token.kind == "others":
            whole = before is not None and before.kind == "own" and token.word == "各级"
            state.others = "" if whole else token.word
        elif token.kind == "own":
            state.others = state.astray = ""
        elif token.kind == "another_year":
            state.another_year = token.word
        elif token.kind == "this_year" and not (before is not None and before.word.endswith(("至", "到"))):
            state.another_year, state.astray, state.this_year = "", "", True
        elif token.kind == "year":
            state.this_year = True
        elif token.kind == "plan":
            state.plan = token.word
        elif token.kind == "posts":
            state.posts = True
        elif token.kind == "cumulative" and not state.this_year:
            state.another_year = token.word

    def _number(self, number: Token, before: list[Token], after: list[Token]) -> Iterator[Stated]:
        state = self._state
        core = [token for token in before if token.kind in CORE]
        span = _text([*before, number, *after])
        if not core or not any(token.kind in CORE - {"posts", "published"} for token in core):
            core = [token for token in before + after if token.kind in CORE]
        self._remember(core)
        elsewhere = self._elsewhere()
        if elsewhere:
            state.astray = elsewhere
            yield Silence(span, elsewhere)
            return
        why = self._doubt(number, before, after)
        if why:
            if number.unit != "?" and not why.startswith("与"):
                state.muted = "" if state.channels > 1 else f"“{span}”没有读懂"
            yield Silence(span, why)
            return
        words = [token for token in (*before, *after) if token.kind in KEPT]
        if not core:
            state.muted = state.muted or f"“{span}”没有读懂"
            yield Silence(span, "没有说数的是什么")
            return
        if number.value and any(token.kind == "dispute" for token in state.waiting):
            yield Silence(span, "几件事合在一个数里")
            return
        if state.waiting and number.value and all(token.kind == "row" for token in state.waiting):
            total = any(token.kind == "sum" for token in before)
            words += [*state.waiting, Token("joiner" if total else "each", "")]
        elif number.value and {"joiner", "each"} <= {token.kind for token in before}:
            yield Silence(span, "几件事合在一个数里")
            return
        unit = number.unit if number.unit in MONEY else "件"
        anchor = {token.kind for token in core}
        if (
            ("request" in anchor and anchor & {"received", "closed"})
            or {"document", "deed"} <= anchor
            or anchor & (MONEY_KINDS | {"notices"})
        ):
            state.muted = state.astray = ""
        if number.value == 0:
            several = [token for token in (*state.waiting, *core) if token.kind in ("dispute", "decided", "row")]
            if len(several) > 1:
                for meanings in self._each(several):
                    yield Claim(Decimal(0), unit, meanings, denied=False, span=span)
                return
        found = self._meaning.of(words, state, unit, zero=number.value == 0)
        if isinstance(found, str) or not found:
            if "dispute" not in anchor and "outcome" not in anchor:
                state.muted = state.muted or f"“{span}”没有读懂"
            yield Silence(span, str(found or "这一版式没有这一格"))
            return
        assert number.value is not None
        yield Claim(number.value, unit, found, denied=False, span=span)

    def _each(self, several: list[Token]) -> Iterator[tuple[tuple[tuple[int, str], ...], ...]]:
        for token in several:
            yield from self._meaning.denied([token], self._state, "")

    def _elsewhere(self) -> str:
        """Return why what is read here speaks of others, of another year or of what is to come."""
        state = self._state
        if state.plan:
            return f"“{state.plan}”之后说的不是已有的数"
        if state.others:
            return f"说的是“{state.others}”，不是本单位"
        if state.another_year:
            return f"说的是“{state.another_year}”，不是本年度"
        return ""

    def _doubt(self, number: Token, before: list[Token], after: list[Token]) -> str:
        """Return why a number cannot be understood."""
        words = [*before, *after]
        for token in words:
            if token.kind == "compare":
                return f"与往年有关（“{token.word}”）"
        if number.unit == "?":
            return "没有认识的量词"
        if not number.exact or any(token.kind == "vague" for token in before):
            return "与表格不能相比：不是准确的数"
        channels = channels_in(words)
        if channels == 1:
            self._state.channels += 1
            return "只是一种提交方式的数"
        unknown = unknown_in(before, after)
        if unknown:
            return f"不认识“{unknown}”"
        kinds = {token.kind for token in words if token.kind in CORE}
        if number.unit and number.unit not in MONEY and kinds and not kinds & self._counts[number.unit]:
            return f"不用“{number.unit}”来数"
        if not number.unit and not before:
            return "没有量词"
        return ""

    def _remember(self, core: Sequence[Token]) -> None:
        """Note the subject of a clause."""
        state, kinds = self._state, {token.kind for token in core}
        requests = [token for token in core if token.kind == "request" or token.word.startswith("依申请公开")]
        if requests and not kinds & {"dispute", "document", "decided"}:
            full = any(len(token.word) > 4 or token.word.startswith("依申请") for token in requests)
            if full or kinds & ACTS or state.domain == "requests":
                state.domain = "requests"
                state.named = state.named or full or bool(kinds & ACTS)
        if kinds & {*MONEY_KINDS, "notices"}:
            state.domain = "fees"
        elif kinds & {"row", "column"} and state.counted:
            state.domain = "requests"
        for token in core:
            if token.kind == "document":
                state.domain, state.document = "documents", token.rows[0]

    def _denials(self, clause: list[Token], denial: Token | None) -> Iterator[Claim | Silence]:
        """Yield a claim of 0 for each thing that a clause says there was none of."""
        state, span = self._state, _text(clause)
        for token in clause:
            self._follow(token)
        place = clause.index(denial) if denial is not None else -1
        after, before = clause[place + 1 :], clause[: max(place, 0)]
        core = [token for token in after if token.kind in CORE]
        if not any(token.kind in NOUNS | {"deed", "charged"} for token in core):
            core = [*state.waiting, *(token for token in before if token.kind in CORE), *core]
            after = clause if any(token.kind in CORE for token in before) else after
        word = denial.word if denial is not None else self._none
        self._none = word
        self._remember(core)
        why = self._elsewhere() or state.aside
        unknown = next((token.word for token in after if token.kind in ("unknown", "vague", "compare")), "")
        if not why and (unknown or sum(token.kind == "none" for token in clause) > 1):
            why = f"不认识“{unknown}”" if unknown else "说了两次“没有”"
        channels = channels_in(after)
        if not why and (channels == 1 or (channels and not any(token.word in _EITHER for token in after))):
            why = "只是一种提交方式的数"
        found = [] if why else self._meaning.denied(core, state, word)
        for meanings in found:
            yield Claim(Decimal(0), "件", meanings, denied=True, span=span)
        if not found and core:
            self._none = "" if why else self._none
            yield Silence(span, why or "没有说什么没有")


_EITHER = ("或", "或者")
"""What joins all ways in which nothing came; 无传真和邮件申请 says nothing of the others."""


def _has_number(tokens: Iterable[Token]) -> bool:
    return any(token.kind == "number" for token in tokens)


def _text(tokens: Iterable[Token]) -> str:
    return "".join(token.word for token in tokens)
