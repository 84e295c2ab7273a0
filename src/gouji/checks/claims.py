"""Read the numbers in a sentence: which cells of the form they refer to, and which values they claim.

A part of a sentence between two commas counts only if every word of it is known: a wrong question costs more trust
than a missed one. Three examples:

收到政府信息公开申请12件，其中予以公开8件，结转下年度办理2件。
    Three claims. 12 may be the new requests (``requests.new.total``), or the new ones and those carried in (plus
    ``requests.carried_in.total``): a claim agrees if one of its meanings does. 8 is ``requests.granted.total``, because
    the sentence is still about requests. 2 is ``requests.carried_out.total``.
全年未收到政府信息公开申请。
    One claim without a number: ``denied``, and its value is 0.
制发规章3件，废止1件。
    Two claims. The second part names no document: 废止 takes the one of the part before, so 1 is
    ``disclosure.rules.repealed``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from gouji.checks.claim_parts import Claim, Clause, Number, State, Sum, Token
from gouji.checks.lexicon import words_of
from gouji.checks.prose import without_spaces
from gouji.checks.words import WORDS, Term
from gouji.form.model import Form
from gouji.report.numerals import from_words

_WORDS = WORDS.narrative


class Claims:
    """Reads the claims in the sentences of one report."""

    def __init__(self, form: Form, year: int | None, names: Iterable[str], *, area: bool, apart: bool = False) -> None:
        """``names`` are the names of the unit. With ``area`` it may also call itself by its area, as in 我县.

        If the texts count its office ``apart``, the whole area is not the scope of the table for certain.
        """
        self._grammar = _grammar(form, year or 0, area)
        own = tuple(names)
        # 全县 is a county's own scope; of anybody else's report it is another's, and stays a word that is not known.
        whole = tuple(f"全{name[-1]}" for name in own if area and not apart and name[-1] in _AREAS)
        self._names = (*own, *dict.fromkeys(whole))

    def of(self, sentences: Sequence[str], topic: str) -> Iterator[tuple[str, Claim]]:
        """Yield the claims of the sentences of a paragraph, each with its sentence."""
        state = State(domain=topic.rpartition(".")[2])
        spoken_of = False
        for sentence in sentences:
            spoken_of = spoken_of or self._grammar.scope.search(sentence) is not None
            if not self._grammar.trigger.search(sentence) or self._grammar.speaks_of_another_year(sentence):
                continue
            state = replace(
                state, muted=False, aside=False, named=False, none=False, depth=0, waiting=[], columns=(), meanings=()
            )
            bare = without_spaces(sentence)
            for name in self._names:
                bare = bare.replace(name, "")
            bare = self._grammar.everybody.sub("", bare)
            for claim in self._grammar.claims(bare, state, spoken_of or state.domain in ("requests", "disputes")):
                yield sentence, claim


@lru_cache(maxsize=16)
def _grammar(form: Form, year: int, area: bool) -> _Grammar:
    return _Grammar(form, year, area)


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PARTS = re.compile(r"([，,：:、；;（）()。])")
_CALENDAR = re.compile(r"(?:(20\d\d)年度?)?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:至|到|-|—)?")
_ANOTHER_YEAR = re.compile(r"(20\d\d)年度?[，,]")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NUMERALS = re.compile("[零〇一二两三四五六七八九十百千万]+")
_MORE = "余多几"
_AREAS = "省市州盟县区旗"
_SIMPLE = ("request", "received", "closed", "answered", "about")
_TABLES_OF_THEIR_OWN = ("about", "request", "document")


class _Grammar:
    """The words of ``words.toml`` for one edition and year."""

    def __init__(self, form: Form, year: int, area: bool) -> None:
        self._form = form
        self._year = str(year)
        self._lexicon: dict[str, Token] = {}
        itself = (_WORDS.names_itself, _WORDS.names_its_area) if area else (_WORDS.names_itself,)
        for kind, patterns in {
            "unknown": (_WORDS.unknown,),
            "filler": (*_WORDS.filler, *itself),
            "joiner": (_WORDS.joiner,),
            "vague": (_WORDS.approximately,),
            "none": (_WORDS.none,),
        }.items():
            self._know(kind, (word for pattern in patterns for word in words_of(pattern)))
        for term in _WORDS.terms:
            pattern = term.words.replace("{last_year}", str(year - 1)).replace("{next_year}", str(year + 1))
            self._know(term.kind, words_of(pattern), term)
        self._lengths: dict[str, list[int]] = {}
        for word in sorted(self._lexicon, key=len, reverse=True):
            known = self._lengths.setdefault(word[0], [])
            if len(word) not in known:
                known.append(len(word))
        self.trigger = re.compile(_WORDS.trigger)
        self.scope = re.compile(_WORDS.scope)
        self.everybody = re.compile(_WORDS.everybody)
        self._aside = tuple(words_of(_WORDS.aside))

    def speaks_of_another_year(self, sentence: str) -> bool:
        """Tell whether a sentence begins with another year than the report's and a comma."""
        begins = _ANOTHER_YEAR.match(sentence)
        return begins is not None and begins[1] != self._year

    def _know(self, kind: str, words: Iterable[str], term: Term | None = None) -> None:
        """Add words to the lexicon. A word that is already there keeps its first meaning."""
        for word in words:
            if word:
                self._lexicon.setdefault(word, Token(kind, word, term))

    def claims(self, sentence: str, state: State, spoken_of: bool) -> Iterator[Claim]:
        """Yield the claims of a sentence. ``spoken_of`` is true if its paragraph is about disclosure."""
        separator = ""
        for part in _PARTS.split(_THOUSANDS.sub("", sentence)):
            if len(part) == 1 and _PARTS.match(part):
                separator = part
                state.depth = max(0, state.depth + ((part in "（(") - (part in "）)")))
            elif part:
                yield from self._part(part, separator, state, spoken_of)

    def _part(self, part: str, separator: str, state: State, spoken_of: bool) -> Iterator[Claim]:
        if separator != "、":
            state.none, state.waiting = False, []
        clause = self._taken_apart(part)
        if not clause.known:
            # A part that depends on a number that was not understood is not understood either.
            state.muted = state.muted or clause.counts
            state.aside = state.aside or (not clause.counts and part.startswith(self._aside))
            state.none, state.waiting = False, []
            return
        if state.aside:
            return
        self._remember(clause, state)
        if clause.numbers:
            for number in clause.numbers:
                tokens = _tokens_of(number, clause)
                meanings = self._meanings(tokens, state, number.unit, spoken_of or number.value == 0)
                if meanings and number.exact and not (clause.shared and number.value):
                    yield Claim(number.value, number.unit, meanings, denied=False)
                if number.value == 0:
                    others = [*state.waiting, *([] if meanings else tokens)]
                    yield from (replace(claim, denied=False) for claim in self._denials(others, state, ""))
            state.waiting = []
        elif clause.none or state.none:
            state.none = True
            yield from self._denials(clause.tokens, state, clause.none)
        else:
            state.waiting += [token for token in clause.tokens if token.kind in ("dispute", "decided")]

    def _taken_apart(self, part: str) -> Clause:
        """Split a part of a sentence into words and numbers, up to the first unknown word."""
        clause, at, exact, tokens = Clause(), 0, True, list[Token]()
        while at < len(part):
            token = self._longest(part, at)
            if token is None or (token.kind == "unknown"):
                number = self._number(part, at) if token is None else None
                if number is None:
                    dated = _CALENDAR.match(part, at)
                    end = dated.end() if dated and part[at].isdigit() else at
                    if dated and end > at and dated[1] in (None, self._year):
                        at = end
                        continue
                    clause.known, clause.counts = False, _DIGITS.search(part) is not None
                    return clause
                value, unit, at, more = number
                clause.numbers.append(Number(value, unit, exact and not more and bool(unit), tokens, []))
                tokens, exact = clause.numbers[-1].after, True
                continue
            at += len(token.word)
            if token.term is not None:
                tokens.append(token)
                clause.tokens.append(token)
            elif token.kind == "vague":
                exact = False
            elif token.kind == "none":
                clause.none = token.word
            elif token.kind == "joiner":
                clause.shared = True
        clause.known = not (clause.none and clause.numbers)
        return clause

    def _longest(self, part: str, at: int) -> Token | None:
        for length in self._lengths.get(part[at], ()):
            token = self._lexicon.get(part[at : at + length])
            if token is not None:
                return token
        return None

    def _number(self, part: str, at: int) -> tuple[Decimal, str, int, bool] | None:
        """Return a number, its unit, its end, and whether it is only a lower bound (20余件)."""
        match = _DIGITS.match(part, at) if part[at].isdigit() else _NUMERALS.match(part, at)
        if match is None:
            return None
        end = match.end()
        more = part[end : end + 1] in tuple(_MORE)
        end += more
        unit = next((unit for unit in _UNITS if part.startswith(unit, end)), "")
        end += len(unit)
        spelt = not match[0][0].isdigit() or not match[0][0].isascii()
        value = from_words(match[0]) if spelt else Decimal(match[0])
        if value is None or (spelt and not unit) or part[end : end + 1] in _CALENDAR_MARKS:
            return None
        counted = unit if unit in _MONEY else "件" if unit or value == 0 else ""
        return value, counted, end, more

    def _remember(self, clause: Clause, state: State) -> None:
        kinds = {token.kind for token in clause.tokens}
        # 依申请公开 alone may also mean documents that are open on request; with a verb of receiving it means requests.
        begun = state.named and "received" in kinds and not kinds & {"dispute", "document"}
        state.named = "request" in kinds or state.named
        if begun or ("request" in kinds and kinds & {"received", "closed", "answered"}):
            state.domain, state.muted = "requests", state.muted and not kinds & {"received", "closed"}
        if {"document", "deed"} <= kinds:
            state.muted = False
        if kinds & {"fees", "charged", "notices"}:
            state.domain, state.muted = "fees", False
        for token in clause.tokens:
            if token.kind == "document":
                state.domain, state.document = "documents", token.rows[0]
            elif token.kind == "columns":
                state.columns = token.columns

    # ------------------------------------------------------------ the meanings of a number

    def _meanings(self, tokens: Sequence[Token], state: State, unit: str, spoken_of: bool) -> tuple[Sum, ...]:
        by_kind: dict[str, list[Token]] = {}
        for token in tokens:
            by_kind.setdefault(token.kind, []).append(token)
        if any(len(same) > 1 for kind, same in by_kind.items() if kind not in _SIMPLE):
            return ()
        if unit in _MONEY or by_kind.keys() & {"fees", "charged", "billed", "notices"}:
            return self._of_money(by_kind, state, unit)
        if unit != "件":
            return ()
        if state.muted and not by_kind.keys() & set(_TABLES_OF_THEIR_OWN):
            return ()
        if "outcome" in by_kind:
            return self._of_outcomes(by_kind, state) if spoken_of else ()
        if "dispute" in by_kind:
            rows = by_kind["dispute"][0].rows
            before = () if state.outcome_told else tuple(kind for kind in state.disputes if kind != rows)
            state.disputes, state.outcome_told = (*before, rows), False
            return self._sums("disputes", [rows], ["total"]) if spoken_of else ()
        if "decided" in by_kind:
            return self._sums("disclosure", [by_kind["decided"][0].rows], ["decisions"])
        if "deed" in by_kind:
            return self._of_documents(by_kind, state)
        return self._of_requests(by_kind, state)

    def _of_money(self, by_kind: dict[str, list[Token]], state: State, unit: str) -> tuple[Sum, ...]:
        fee = self._form.fee
        if "fees" in by_kind and unit in _MONEY:
            return self._sums("disclosure", [["fees"]], ["amount"])
        if fee is None or state.domain != "fees":
            return ()
        if "notices" in by_kind and unit == "件":
            return self._sums(fee.table, [["fee"]], ["notices"])
        if "billed" in by_kind and unit in _MONEY:
            return self._sums(fee.table, [["fee"]], ["billed"])
        if "charged" in by_kind and unit in _MONEY:
            columns = by_kind["charged"][0].columns
            return tuple(meaning for column in columns for meaning in self._sums(fee.table, [["fee"]], [column]))
        return ()

    def _of_outcomes(self, by_kind: dict[str, list[Token]], state: State) -> tuple[Sum, ...]:
        """Return the disputes that were counted last and ended in this way; nothing if two kinds were counted."""
        state.outcome_told = True
        if len(state.disputes) != 1 or "dispute" in by_kind:
            return ()
        return self._sums("disputes", state.disputes, by_kind["outcome"][0].columns)

    def _of_documents(self, by_kind: dict[str, list[Token]], state: State) -> tuple[Sum, ...]:
        if state.domain != "documents":
            return ()
        return self._sums("disclosure", [[state.document]], by_kind["deed"][0].columns)

    def _of_requests(self, by_kind: dict[str, list[Token]], state: State) -> tuple[Sum, ...]:
        if state.domain != "requests" or "document" in by_kind:
            return ()
        rows = self._rows(by_kind, state)
        if "rows" in by_kind and by_kind.keys() & {"closed", "answered", "received"}:
            return ()
        own = by_kind["columns"][0].columns if "columns" in by_kind else ()
        if state.muted and not ("request" in by_kind and by_kind.keys() & {"received", "closed"}):
            return ()
        # In brackets, a sentence gives the reasons of a result, which are not results of their own.
        if "rows" in by_kind and state.depth and by_kind["rows"][0].rows != ("carried_in",):
            return ()
        if not rows:
            return ()
        state.meanings, state.spoken_of = rows, True
        made = self._sums("requests", rows, own or ["total"])
        if not own and state.columns:
            made = (*made, *self._sums("requests", rows, state.columns))
        return made

    def _rows(self, by_kind: dict[str, list[Token]], state: State) -> tuple[tuple[str, ...], ...]:
        if "rows" in by_kind:
            return (by_kind["rows"][0].rows,)
        if "received" in by_kind and not by_kind.keys() & {"closed", "answered"}:
            return _RECEIVED
        if "closed" in by_kind:
            return (*_CLOSED, *_RECEIVED) if "received" in by_kind else _CLOSED
        if "answered" in by_kind:
            return _ANSWERED
        if "request" in by_kind:
            return (*_RECEIVED, *_CLOSED)
        return (state.meanings or (*_RECEIVED, *_CLOSED)) if "columns" in by_kind and state.spoken_of else ()

    def _denials(self, tokens: Iterable[Token], state: State, none: str) -> Iterator[Claim]:
        """Yield a claim of 0 for each thing that a sentence says there was none of."""
        tokens = list(tokens)
        kinds = {token.kind for token in tokens}
        plainly = not none or none[-1] in _PLAINLY
        made: list[tuple[Sum, ...]] = []
        for token in tokens:
            if token.kind == "dispute":
                made.append(self._sums("disputes", [token.rows], ["total"]))
            elif token.kind == "decided":
                made.append(self._sums("disclosure", [token.rows], ["decisions"]))
            elif token.kind == "charged" and self._form.fee:
                made.append(self._sums(self._form.fee.table, [["fee"]], ["received"]))
            elif token.kind == "deed" and state.document and not kinds & {"request"}:
                made.append(self._sums("disclosure", [[state.document]], token.columns))
            elif token.kind == "rows" and state.domain == "requests" and plainly and len(tokens) == 1:
                made.append(self._sums("requests", [token.rows], ["total"]))
        about_requests = "request" in kinds and not kinds - {"request", "received"}
        if about_requests and ("received" in kinds or plainly):
            made.append(self._sums("requests", _RECEIVED, ["total"]))
        for meanings in made:
            if meanings:
                yield Claim(Decimal(0), "件", meanings, denied=True)

    def _sums(self, table: str, rows: Iterable[Sequence[str]], columns: Sequence[str]) -> tuple[Sum, ...]:
        """Return the sums over rows and columns, without cells that the edition does not have."""
        made: list[Sum] = []
        for several in rows:
            found = [
                (-1 if row.startswith("-") else 1, ref)
                for row in several
                for column in columns
                if (ref := f"{table}.{row.lstrip('-')}.{column}") in self._form.cells
            ]
            if found:
                made.append(tuple(found))
        return tuple(made)


_RECEIVED = (("new",), ("new", "carried_in"))
_CLOSED = (("closed",), ("closed", "-carried_in"))
_ANSWERED = (
    *_CLOSED,
    *_RECEIVED,
    ("closed", "-other_not_corrected", "-other_unpaid", "-other_other", "-other"),
    ("closed", "-carried_in", "-other_not_corrected", "-other_unpaid", "-other_other", "-other"),
)
"""The rows that a word such as 答复 may mean: with or without the requests carried in from last year."""
_MONEY = ("元", "万元", "亿元")
_UNITS = sorted((*words_of(_WORDS.money), *words_of(_WORDS.counted)), key=len, reverse=True)
_CALENDAR_MARKS = tuple("年月日")
_PLAINLY = "无有在"
"""The last characters of 无, 没有, 不存在: after them a noun needs no verb."""


def _tokens_of(number: Number, clause: Clause) -> list[Token]:
    """Return the terms that belong to a number: all around it, or those before it if there are several numbers."""
    if len(clause.numbers) == 1:
        return [*number.before, *number.after]
    return number.before or number.after
