"""Read one sentence clause by clause, and make claims of its numbers and denials (claims.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from gouji.checks.adding_up import parts_of
from gouji.checks.claim_parts import Claim, Silence, Stated
from gouji.checks.clauses import (
    has,
    is_narrowed,
    noun_of,
    of_another_year,
    side_by_side,
    silence,
    text_of,
    without_examples,
    without_other_things,
)
from gouji.checks.doubts import ONE_WAY, channels_in, doubt_of, unknown_in
from gouji.checks.kinds import ACTS, CORE, KEPT, MONEY_KINDS, NOUNS, in_context
from gouji.checks.lexicon import words_of
from gouji.checks.meanings import Meaning, Meanings
from gouji.checks.reading_state import FOLLOWED, State
from gouji.checks.tokens import MONEY, Token
from gouji.checks.vocabulary import Sums, Vocabulary

_WAITING = ("dispute", "decided", "row", "column", "carried", "received", "closed", "answered")
_THINGS = ("dispute", "decided", "row", "carried", "column", "outcome", "deed", "received", "closed", "answered")
_NAMES = ("request", "about", "document")
_TOLD_OF_ALL = ("row", "outcome", "closed", "answered", "column", "dispute")
_END = Token("mark", "。")


class Reader:
    """Reads one sentence."""

    def __init__(self, meaning: Meaning, words: Vocabulary, state: State) -> None:
        """``state`` is what the sentences before it pass on; it is changed."""
        self._meaning, self._words, self._state = meaning, words, state
        self._ended, self._all = words_of(words.ended), tuple(words_of(words.all))
        self._deeds = tuple(words_of(words.deeds))
        self._none = self._opened = ""
        self._undone: list[Token] = []
        """What was not done with the documents that come next, as in 未制定、未废止文件."""
        self._pairs: list[Token] = []
        """What the next numbers count, in 受理和办结分别为5件、4件."""
        self._earlier: list[Token] = []
        """The clause before, if it had no number; it may say what the number of this one counts."""
        self._outside: list[list[Token]] = []
        """The same for every bracket that is open: what stands before it."""

    def read(self, tokens: list[Token]) -> Iterator[Stated]:
        """Yield what the sentence of these tokens states."""
        state = self._state
        kinds = [token.kind for token in tokens]
        if "posts" in kinds and kinds.count("number") > 1:
            state.posts = "*"
        state.carried_in = state.carried_over or (
            "row" in kinds and any(token.rows == ("carried_in",) for token in tokens)
        )
        state.applicants = kinds.count("column")
        state.narrowed = "dispute" in kinds and is_narrowed(tokens, self._deeds)
        made: list[tuple[Stated, int, Sequence[Token]]] = []
        clause: list[Token] = []
        before = ""
        for token, following in pairwise((*tokens, _END, _END)):
            kind = clause[-1].kind if token.word == "、" and clause else ""
            # A number before an enumeration, as in 其余4件分别不予公开、无法提供, counts all of it.
            if kind == following.kind and (kind == "channel" or (kind == "row" and has(clause, "number"))):
                clause.append(Token("joiner", "、"))
            elif token.kind != "mark":
                clause.append(token)
            else:
                if before != "、":
                    self._none, state.waiting = "", []
                self._opened = before
                made += [(stated, state.depth, tuple(clause)) for stated in self._clause(clause)]
                if token.word != "、":
                    state.deed = ()
                self._bracket(token.word)
                clause, before = [], token.word
        yield from (stated for stated, _, _ in made)
        yield from parts_of(made, self._words, carried_in=state.carried_in)

    def _bracket(self, mark: str) -> None:
        """Note that a bracket begins or ends. What stood before it goes on after it."""
        if mark in "（(":
            self._outside.append(self._earlier)
            self._earlier, self._state.outer = [], self._state.rows
        elif mark in "）)" and self._outside:
            inside = [token for token in self._earlier if token.kind == "row"]
            earlier = self._outside.pop()
            # 公开（含部分公开）12件 counts both.
            self._earlier = [*earlier, Token("joiner", ""), *inside] if inside and earlier else earlier
        self._state.depth = len(self._outside)

    def _clause(self, clause: list[Token]) -> Iterator[Stated]:
        if not clause:
            return
        clause = in_context(clause, self._state.last)
        kinds = {token.kind for token in clause}
        if not self._none and "number" not in kinds and "none" not in kinds:
            yield from self._of_all(clause)
            self._pass_on(clause)
            self._earlier = [*self._earlier, *clause] if self._opened == "、" else clause
            return
        denials = [place for place, token in enumerate(clause) if token.kind == "none"] if "none" in kinds else []
        numbers = [place for place, token in enumerate(clause) if token.kind == "number"]
        cut = self._end_of_numbers(clause, numbers[-1], denials) if numbers else 0
        if cut:
            yield from self._numbers(clause[:cut])
            yield from self._clause(clause[cut:])
            return
        if denials and any(clause[place].value and clause[place].word[0] != "一" for place in numbers):
            for token in clause:
                self._state.follow(token)
            yield silence(clause, "又有“没有”又有数")
        elif denials or (self._none and not numbers):
            denial = next((token for token in clause if token.kind == "none"), None)
            yield from self._denials(clause, denial)
        else:
            yield from self._numbers(clause)
        self._earlier = []

    def _end_of_numbers(self, clause: list[Token], last: int, denials: list[int]) -> int:
        """Return where a clause after the last number begins without a comma, as in 5件均予以公开, or 0."""
        known = any(token.kind in CORE for token in clause[:last])
        for place in range(last + 1, len(clause)):
            if place in denials and clause[last].value and denials[0] > last:
                return place
            if known and (clause[place].word in self._ended or self._is_of_all(clause[place])):
                return place
            known = known or clause[place].kind in NOUNS
        return 0

    def _numbers(self, clause: list[Token]) -> Iterator[Stated]:
        before: list[Token] = []
        numbers = [token for token in clause if token.kind == "number"]
        for place, token in enumerate(clause):
            if token.kind in FOLLOWED:
                self._state.follow(token, clause[place - 1] if place else None)
            if token.kind == "number":
                after = clause[place + 1 :] if token is numbers[-1] else []
                if not after and CORE.isdisjoint([one.kind for one in before]):
                    after = noun_of(clause[place + 1 :])
                yield from self._number(token, before, after)
                before = before if self._state.another_year else []
            else:
                before.append(token)
        self._state.waiting = []

    def _of_all(self, clause: list[Token]) -> Iterator[Stated]:
        """Yield what a clause without a number says of all that was counted last: 5件，均予以公开."""
        state, whole = self._state, self._state.whole
        if whole is None or not whole.value:
            return
        told = [token for token in clause if token.kind in _TOLD_OF_ALL]
        every = any(self._is_of_all(token) for token in clause)
        if not told or self._state.elsewhere() or state.muted or channels_in(clause):
            return
        if not every and not (whole.value == 1 and {token.kind for token in told} == {"outcome"}):
            return
        if not _may_be_all(whole, told, self._words.sums) or unknown_in(
            [*clause, Token("number", "")], [], self._words
        ):
            return
        keep = [token for token in clause if token.kind in KEPT and token.kind != "request"]
        if any(token.kind == "outcome" for token in told):
            keep = [token for token in keep if token.kind != "dispute"]
        rows, counted, disputes = state.rows, state.counted, state.disputes
        found = self._meaning.of(keep, state, "件", zero=False)
        state.rows, state.counted, state.disputes = rows, counted, disputes
        if not isinstance(found, str) and found:
            yield Claim(whole.value, "件", found, denied=False, span=text_of(clause), whole=whole.meanings[0][0][1])

    def _is_of_all(self, token: Token) -> bool:
        return token.word.startswith(self._all)

    def _pass_on(self, clause: list[Token]) -> None:
        """Remember what a clause without a number says for those that follow."""
        state = self._state
        kinds = {token.kind for token in clause}
        if not FOLLOWED.isdisjoint(kinds):
            for token in clause:
                if token.kind in FOLLOWED:
                    self._state.follow(token)
        unknown = "unknown" in kinds
        channels = channels_in(clause) if "channel" in kinds else 0
        first = next((token for token in clause if token.kind not in ("within", "year", "this_year")), None)
        if first is not None and (
            (first.kind == "aside" and (unknown or channels == 1)) or (first.kind == "setting" and unknown)
        ):
            state.aside = f"“{text_of(clause)}”说的可能只是一部分"
        elif not unknown:
            state.waiting += [token for token in clause if token.kind in _WAITING]
        if CORE.isdisjoint(kinds):
            return
        core = [token for token in clause if token.kind in CORE]
        self._state.remember(core)
        disputes = {token.rows for token in core if token.kind == "dispute"}
        if len(disputes) == 1 and not any(token.kind == "outcome" for token in core):
            state.disputes, state.outcome_told = (disputes.pop(),), False
        if not unknown and any(token.kind in ("request", "about") for token in core):
            state.muted = ""

    def _number(self, number: Token, before: list[Token], after: list[Token]) -> Iterator[Stated]:
        state = self._state
        if number.unit == "?":
            if core := [token for token in before if token.kind in CORE]:
                self._state.remember(core)
            yield silence([*before, number, *after], "没有认识的量词")
            return
        reason = self._earlier and self._earlier[0].word.startswith("因") and has(self._earlier, "row")
        joined = reason or CORE.isdisjoint([token.kind for token in (*before, *after)])
        if joined:
            before = [*self._earlier, *before]
        span = [*before, number, *after]
        core = [token for token in before if token.kind in CORE]
        if NOUNS.isdisjoint([token.kind for token in core]):
            core = [token for token in before + after if token.kind in CORE]
        if core:
            self._state.remember(core)
        elsewhere = self._state.elsewhere() or of_another_year(after) or self._is_a_part(before)
        if elsewhere:
            state.astray = elsewhere
            yield silence(span, elsewhere)
            return
        kinds = {token.kind for token in core}
        if "posts" in kinds:
            state.posts = number.unit
        state.counter = number.unit
        why = doubt_of(number, before, after, self._words, joined=joined)
        state.channels += why == ONE_WAY
        if why:
            parts = {"row", "column", "outcome", "published", "posts"}
            dependent = not kinds and state.last in ("dispute", "outcome", "deed")
            if not why.startswith("与") and not kinds & parts and not dependent:
                state.muted = "" if state.channels > 1 else f"“{text_of(span)}”没有读懂"
            if not why.startswith("与"):
                state.whole = None
            yield silence(span, why)
            return
        found = self._meant(number, before, after, core)
        if isinstance(found, str):
            if not kinds & {"dispute", "outcome"} and not found.startswith(("几件事", "结果的理由")):
                state.muted = state.muted or f"“{text_of(span)}”没有读懂"
            state.whole = None
            yield silence(span, found)
            return
        assert number.value is not None
        unit = number.unit if number.unit in MONEY else "件"
        for meanings in found:
            claim = Claim(number.value, unit, meanings, denied=False, span=text_of(span))
            state.whole = claim
            yield claim

    def _is_a_part(self, before: Sequence[Token]) -> str:
        """Return why requests that came in are only a part of those that were dealt with, or else an empty text."""
        if not any(token.kind == "received" for token in before):
            return ""
        outer = self._state.outer[0] if self._state.depth and self._state.outer else ()
        inside = tuple(outer) == tuple(self._words.sums["closed"][0])
        definite = self._state.carried_in and before[-1].word == "的"
        return "只是其中的一部分" if inside or definite else ""

    def _meant(self, number: Token, before: list[Token], after: list[Token], core: list[Token]) -> list[Meanings] | str:
        """Return what a number counts, each thing with its meanings; or why it is not known."""
        state, anchor = self._state, {token.kind for token in core}
        around = {token.kind for token in before}
        unit = number.unit if number.unit in MONEY else "件"
        zero = number.value == 0
        things = [token for token in (*state.waiting, *core) if token.kind in _THINGS]
        if "outcome" in anchor:
            things = [token for token in things if token.kind != "dispute"]
        named = [token for token in core if token.kind in _NAMES]
        if self._pairs and not core and not after:
            things = [self._pairs.pop(0)]
            return self._each(things, named, unit, zero=zero)
        if not core:
            return "没有说数的是什么"
        if (
            ("request" in anchor and anchor & {"received", "closed"})
            or {"document", "deed"} <= anchor
            or anchor & (MONEY_KINDS | {"notices"})
        ):
            state.muted = state.astray = ""
        each = next((token for token in before if token.kind == "each"), None)
        if len(things) > 1 and (zero or (each is not None and before.index(each) > before.index(core[-1]))):
            if each is not None and each.word.startswith("分别") and not zero:
                self._pairs = things[1:]
                things = things[:1]
            return self._each(things, named, unit, zero=zero)
        said = [*before, *after]
        if has(said, "row"):
            said = list(without_examples(said))
        waiting = state.waiting if len(said) == len(before) + len(after) else []
        words = [token for token in said if token.kind in KEPT]
        if not any(token.kind in CORE for token in before) and any(
            token.rows[:1] in self._words.sums["flow"] for token in words
        ):
            words = [token for token in words if token.kind not in ACTS]
        total = "sum" in around
        if any(token.kind == "dispute" for token in waiting):
            if not total or "dispute" not in anchor:
                return "几件事合在一个数里"
            words += [*waiting, Token("sum", "")]
        elif waiting and all(token.kind == "row" for token in waiting):
            words += [*waiting, Token("joiner" if total else "each", "")]
        elif waiting and {token.kind for token in waiting} <= ACTS and anchor & ACTS:
            words = [*waiting, *words]
        elif {"joiner", "each"} <= around:
            return "几件事合在一个数里"
        acts = {token.kind for token in words if token.kind in ACTS}
        if acts == {"received", "closed"}:
            if not side_by_side(words):
                return "几件事合在一个数里"
            return self._each([token for token in words if token.kind in ACTS], named, unit, zero=zero)
        found = self._meaning.of(words, state, unit, zero=zero)
        return found if isinstance(found, str) else [found] if found else "这一版式没有这一格"

    def _each(self, things: list[Token], named: list[Token], unit: str, *, zero: bool) -> list[Meanings] | str:
        """Return the meanings of each of several things that have the same number."""
        made: dict[Meanings, None] = {}
        for token in things:
            found = self._meaning.of([token, *named], self._state, unit, zero=zero)
            if isinstance(found, str):
                return found
            if found:
                made[found] = None
        return list(made) or "这一版式没有这一格"

    def _denials(self, clause: list[Token], denial: Token | None) -> Iterator[Claim | Silence]:
        """Yield a claim of 0 for each thing that a clause says there was none of."""
        state, span = self._state, text_of(clause)
        clause = self._of_last_year(clause)
        for place, token in enumerate(clause):
            self._state.follow(token, clause[place - 1] if place else None)
        place = clause.index(denial) if denial is not None else -1
        after, before = without_other_things(clause[place + 1 :]), clause[: max(place, 0)]
        core = [token for token in after if token.kind in CORE]
        if any(token.kind == "document" for token in core):
            core = [*self._undone, *core]
        self._undone = core if {token.kind for token in core} == {"deed"} else []
        if not any(token.kind in NOUNS | {"deed", "charged"} for token in core):
            core = [*state.waiting, *(token for token in before if token.kind in CORE), *core]
            core = core or [token for token in self._earlier if token.kind in CORE]
            after = clause if any(token.kind in CORE for token in before) else after
        core = [*(token for token in state.waiting if token.kind == "deed" and token not in core), *core]
        word = denial.word if denial is not None else self._none
        self._none = word
        self._state.remember(core)
        why = self._state.elsewhere() or state.aside
        unknown = next((token.word for token in after if token.kind in ("unknown", "vague", "compare")), "")
        if after is clause:
            vague = next((token.word for token in clause if token.kind in ("vague", "compare")), "")
            unknown = vague or unknown_in(before, clause[place + 1 :], self._words)
        if not why and (unknown or sum(token.kind == "none" for token in clause) > 1):
            why = f"不认识“{unknown}”" if unknown else "说了两次“没有”"
        channels = channels_in(after)
        either = words_of(self._words.either)
        if not why and (channels == 1 or (channels and not any(token.word in either for token in after))):
            why = ONE_WAY
        found = [] if why else self._meaning.denied(core, state, word)
        for meanings in found:
            yield Claim(Decimal(0), "件", meanings, denied=True, span=span)
        if not found and core:
            self._none = "" if why else self._none
            state.waiting = [token for token in core if token.kind == "deed"]
            yield silence(clause, why or "没有说什么没有")

    def _of_last_year(self, clause: list[Token]) -> list[Token]:
        """Return a denial with 上年 and 结转 as one word, as in 上年无结转申请."""
        year = next((token for token in clause if token.kind == "another_year"), None)
        if year is None or not any(token.kind == "carried" for token in clause):
            return clause
        rows = tuple(self._words.sums["carried"][0])
        said = [token for token in clause if token is not year]
        return [Token("row", token.word, rows) if token.kind == "carried" else token for token in said]


def _may_be_all(whole: Claim, told: Sequence[Token], sums: Sums) -> bool:
    """Tell whether what is told may be true of all that a number counts."""
    refs = [ref for _, ref in whole.meanings[0]]
    table, row, column = refs[0].split(".")
    kinds, rows = {token.kind for token in told}, {ref.split(".")[1] for ref in refs}
    if column != "total" or table not in ("requests", "disputes") or kinds == {"answered"}:
        return False
    if table == "disputes":
        return "outcome" in kinds or (kinds == {"dispute"} and rows > {*told[0].rows})
    if kinds & {"outcome", "dispute"}:
        return False
    named = [token.rows for token in told if token.kind == "row"]
    if any(one[:1] in sums["flow"] for one in named):
        return False
    return (row,) in (sums["received"][0], sums["closed"][0]) or (bool(named) and all(rows > {*one} for one in named))
