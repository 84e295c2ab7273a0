"""Split a sentence into words, numbers and marks: at every place the longest word that is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from gouji.checks.lexicon import words_of
from gouji.checks.vocabulary import Contextual, Reading, Term, Vocabulary
from gouji.report.numerals import from_words
from gouji.runtime.patterns import regex

MONEY = ("元", "万元", "亿元")
_THOUSANDS = regex(r"(?<=\d),(?=\d{3}(?!\d))")
_MARKS = "，,：:、；;（）()。！？!?"
_DIGITS = regex(r"\d+(?:\.\d+)?")
_NUMERAL = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMERALS = regex(f"[{_NUMERAL}]+")
_UNTIL = regex(r"截[至止]到?(?:20\d\d年)?(?!12月)\d{1,2}月(?:\d{1,2}日|底|末)?")
"""A part of the year that a whole sentence speaks of."""
_CALENDAR = regex(r"(?:20\d\d年)?\d{1,2}月份?(?:\d{1,2}日)?(?:至|到|-|—)?|20\d\d年(?=\d{1,2}月)")
_MONTHS = regex(r"(?:20\d\d年)?(?!1月[至到—-]|12月(?!份))\d{1,2}月份?[至到—-]?")
"""A part of the year, unless it is all of it."""
_SPAN = regex(r"(?:20\d\d年)?(\d{1,2})(?:月份?)?(?:至|到|[—–~～-]+)(\d{1,2})月份?(?!\d*日|底|末)")
"""Some months, written with one 月 or two."""
_YEAR = regex(r"20\d\d年?(?:度|至今|[至到—-]20\d\d年度?)?")
_TILL, _LAST = ("至", "到", "—", "-", "－"), ("底", "末")
_MORE = "余多几"
_ARTICLE = regex(f"第(?:\\d+|[{_NUMERAL}]+)[条款项章]")
_ITEMS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨⑩")
_NUMBERED = regex(r"\d[.．](?!\d)|[①-⑳]")
"""The number of an item in a list."""
_CALENDAR_MARKS = tuple("年月日")
_ENDS = (*_MARKS, "")


class Token(msgspec.Struct, frozen=True, eq=False):
    """A word, a number or a mark of a sentence."""

    kind: str
    word: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    value: Decimal | None = None
    unit: str = ""
    """The counter of a number; empty if it has none, ``?`` if it is not known."""
    exact: bool = True
    readings: tuple[Reading, ...] = ()
    """What a word may mean that depends on those before it."""


_SPECIAL = frozenset({*_NUMERAL, *_ITEMS, "第", "截"})
"""The first characters of what is more than a word of a list."""
_TOKENS_OF_MARKS = {mark: Token("mark", mark) for mark in _MARKS}


class Tokenizer:
    """The words of a vocabulary, for one year and the names of one unit.

    A vocabulary has tens of thousands of words and a report some hundreds of them, so a word becomes a token when it is
    first met.
    """

    def __init__(self, words: Vocabulary, year: int) -> None:
        self._year = str(year)
        self._known: dict[str, Token | Term | Contextual] = {}
        years = {"{year}": str(year), "{last_year}": str(year - 1), "{next_year}": str(year + 1)}
        # If several terms have a word, it belongs to the first.
        of_words: tuple[Term | Contextual, ...] = (*reversed(words.terms), *words.contextual)
        for term in of_words:
            self._known.update(dict.fromkeys(_words_in(term.words, years), term))
        self._counters = {word for one in words.counters for word in words_of(one.words)}
        self._units = sorted({len(word) for word in self._counters}, reverse=True)
        self._lengths = _lengths(self._known)
        starts = {first[0] for first in self._lengths}
        self._single = {word: self._token(word) for word in starts if word in self._known} | _TOKENS_OF_MARKS
        self._starts = starts | self._single.keys()
        self._particles = frozenset(words.particles)

    def _token(self, word: str) -> Token:
        """Return the token of a known word."""
        of = self._known[word]
        if isinstance(of, Term):
            of = self._known[word] = Token(of.kind, word, of.rows, of.columns)
        elif isinstance(of, Contextual):
            of = self._known[word] = Token("contextual", word, readings=of.readings)
        return of

    def tokens(self, sentence: str, own: Mapping[str, Sequence[Token]]) -> list[Token]:
        """Return the tokens of a sentence; ``own`` holds the names of places and units by their first character."""
        text = _THOUSANDS.sub("", sentence)
        made: list[Token] = []
        at, unknown = 0, 0
        known, lengths, single, starts = self._known, self._lengths, self._single, self._starts
        while at < len(text):
            first = text[at]
            token, end = None, at + 1
            if first in _SPECIAL or first in own:
                token, end = self._next(text, at, own)
            elif first in starts:
                for length in lengths.get(text[at : at + 2], ()):
                    if (word := text[at : at + length]) in known:
                        token, end = self._token(word), at + length
                        break
                else:
                    token = single.get(first)
            if token is None:
                at += 1
                continue
            if unknown < at:
                made.append(self._unknown(text[unknown:at]))
            made.append(token)
            unknown = at = end
        if unknown < at:
            made.append(self._unknown(text[unknown:at]))
        return made

    def _unknown(self, word: str) -> Token:
        return Token("filler" if self._particles.issuperset(word) else "unknown", word)

    def _next(self, text: str, at: int, own: Mapping[str, Sequence[Token]]) -> tuple[Token | None, int]:
        """Return the token of a name, a number or a date, or else the longest word."""
        first = text[at]
        if (
            first in _ITEMS
            and (at == 0 or text[at - 1] in _TOKENS_OF_MARKS)
            and (item := _NUMBERED.match(text, at)) is not None
        ):
            return _TOKENS_OF_MARKS["，"], item.end()
        if first == "截" and (until := _UNTIL.match(text, at)):
            return Token("another_year", until[0]), until.end()
        if first == "第" and (article := _ARTICLE.match(text, at)):
            return Token("filler", article[0]), article.end()
        known = self._longest(text, at)
        for name in own.get(first, ()):
            if text.startswith(name.word, at) and (known is None or len(known.word) <= len(name.word)):
                return name, at + len(name.word)
        digit = first.isdigit()
        if digit:
            if (span := _SPAN.match(text, at)) is not None:
                return Token("filler" if span.groups() == ("1", "12") else "vague", span[0]), span.end()
            calendar = _CALENDAR.match(text, at)
            if calendar and (not calendar[0].startswith("20") or calendar[0].startswith(self._year)):
                alone = calendar[0].endswith("12月") and text[:at][-1:] not in _TILL
                alone = alone and text[calendar.end() : calendar.end() + 1] not in _LAST
                kind = "vague" if alone or _MONTHS.fullmatch(calendar[0]) else "filler"
                return Token(kind, calendar[0]), calendar.end()
        may_count = (digit or first in _NUMERAL) and (known is None or known.kind == "none")
        counted = self._number(text, at) if may_count else None
        if counted is None and known is not None:
            return known, at + len(known.word)
        return counted or self._year_at(text, at)

    def _longest(self, text: str, at: int) -> Token | None:
        for length in self._lengths.get(text[at : at + 2], ()):
            if (word := text[at : at + length]) in self._known:
                return self._token(word)
        return self._single.get(text[at])

    @staticmethod
    def _year_at(text: str, at: int) -> tuple[Token | None, int]:
        year = _YEAR.match(text, at)
        return (Token("another_year", year[0]), year.end()) if year else (None, at)

    def _number(self, text: str, at: int) -> tuple[Token, int] | None:
        match = (_DIGITS if text[at].isdigit() else _NUMERALS).match(text, at)
        if match is None:
            return None
        end = match.end()
        more = text[end : end + 1] in tuple(_MORE)
        end += more
        if match[0].isascii() and text[end : end + 1] == "万" and text[end + 1 : end + 2] not in ("元", ""):
            more = True
            end += 1
        unit = next((word for n in self._units if (word := text[end : end + n]) in self._counters), "")
        end += len(unit)
        spelt = not match[0][0].isdigit() or not match[0][0].isascii()
        value = from_words(match[0]) if spelt else Decimal(match[0])
        if (
            value is None
            or (spelt and not unit and not (match[0] == "零" and text[end : end + 1] in _ENDS))
            or text[end : end + 1] in _CALENDAR_MARKS
        ):
            return None
        if not unit and text[end : end + 1] not in _ENDS:
            unit = "?"
        return Token("number", text[at:end], value=value, unit=unit, exact=not more), end


def _words_in(pattern: str, years: dict[str, str]) -> frozenset[str]:
    for name, year in years.items():
        pattern = pattern.replace(name, year)
    return words_of(pattern) - {""}


def _lengths(words: Iterable[str]) -> dict[str, list[int]]:
    """Return, for every two first characters, the lengths of the words that begin with them, the longest first."""
    lengths = defaultdict[str, set[int]](set)
    for word in words:
        lengths[word[:2]].add(len(word))
    return {first: sorted(several, reverse=True) for first, several in lengths.items()}
