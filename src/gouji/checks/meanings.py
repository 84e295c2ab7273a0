"""What the words around a number mean: the cells of the form that it may count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gouji.checks.claim_parts import Sum
from gouji.checks.kinds import ACTS, MONEY_KINDS
from gouji.checks.lexicon import words_of
from gouji.checks.reading_state import State
from gouji.checks.tokens import MONEY, Token
from gouji.checks.vocabulary import Vocabulary
from gouji.form.model import Form

Meanings = tuple[Sum, ...]


_BARE = 4
"""Characters: a longer word, such as 作出处罚决定, says by itself what is counted."""


class Meaning:
    """The cells of one edition that words may mean."""

    def __init__(self, form: Form, words: Vocabulary) -> None:
        self._form = form
        self._new, self._plain, self._judged = (tuple(one) for one in (words.new, words.plain, words.judged.split("|")))
        self._sums, self._flow = words.sums, {row for (row,) in words.sums["flow"]}
        self._anybody = words_of(words.anybody)
        self._alone, self._sorted = words_of(words.alone), words_of(words.sorted)

    def of(self, tokens: Sequence[Token], state: State, unit: str, *, zero: bool) -> Meanings | str:
        """Return the meanings of a number between these words, or why it has none."""
        kinds: dict[str, list[Token]] = {}
        for token in tokens:
            kinds.setdefault(token.kind, []).append(token)
        if unit in MONEY or kinds.keys() & {*MONEY_KINDS, "notices"}:
            return self._of_money(kinds, state, unit) or "金额说的是哪一格不清楚"
        if "dispute" in kinds:
            return self._of_disputes(kinds, state, zero)
        if "outcome" in kinds:
            return self._of_outcomes(kinds, state)
        if "decided" in kinds:
            return self._of_decisions(kinds, state)
        if kinds.keys() & {"deed", "document"}:
            return self._of_documents(kinds, state)
        return self._of_requests(kinds, state)

    def _of_money(self, kinds: dict[str, list[Token]], state: State, unit: str) -> Meanings:
        fee = self._form.fee
        if "fees" in kinds and unit in MONEY:
            return self.sums("disclosure", [["fees"]], ["amount"])
        if fee is None or state.domain != "fees":
            return ()
        if "notices" in kinds and unit == "件":
            return self.sums(fee.table, [["fee"]], ["notices"])
        if "billed" in kinds and unit in MONEY:
            return self.sums(fee.table, [["fee"]], ["billed"])
        if "charged" in kinds and unit in MONEY:
            columns = kinds["charged"][0].columns
            return tuple(meaning for column in columns for meaning in self.sums(fee.table, [["fee"]], [column]))
        return ()

    def _of_disputes(self, kinds: dict[str, list[Token]], state: State, zero: bool) -> Meanings | str:
        several = kinds["dispute"]
        rows = tuple(dict.fromkeys(row for token in several for row in token.rows))
        if "outcome" in kinds:
            own = "about" in kinds or state.domain == "disputes" or bool(state.disputes)
            if len({token.rows for token in several}) == 1 and own and (state.spoken_of or zero):
                state.disputes = (rows,)
                return self._of_outcomes(kinds, state)
            state.outcome_told, state.disputes = True, ()
            return "几件事合在一个数里"
        narrow = min((token.rows for token in several), key=len)
        if len(several) > 1 and all(set(narrow) <= set(token.rows) for token in several):
            rows = narrow
        elif len(several) > 1 and not kinds.keys() & {"sum", "waiting", "joiner"}:
            return "几件事合在一个数里"
        if not (state.spoken_of or zero):
            return "没有说与信息公开有关"
        judged = bool(kinds.keys() & {"judging", "closed", "answered"})
        judged = judged or any(token.word.endswith(self._judged) for token in kinds.get("received", ()))
        judged = judged or ("received" in kinds and several[-1].word.endswith("申请"))
        doubtful = judged or state.muted or (state.narrowed and not zero)
        if "about" not in kinds and "request" not in kinds and doubtful:
            return "可能是受理别人的复议、诉讼"
        before = () if state.outcome_told else tuple(kind for kind in state.disputes if kind != rows)
        state.disputes, state.outcome_told = (*before, rows), False
        return self.sums("disputes", [rows], ["total"])

    def _of_outcomes(self, kinds: dict[str, list[Token]], state: State) -> Meanings | str:
        """Return the disputes that were counted last and ended in this way; nothing if two kinds were counted."""
        state.outcome_told = True
        if len(state.disputes) != 1 or len(kinds["outcome"]) > 1 or not state.spoken_of or state.muted:
            return "不清楚是复议还是诉讼的结果"
        return self.sums("disputes", state.disputes, kinds["outcome"][0].columns)

    def _of_decisions(self, kinds: dict[str, list[Token]], state: State) -> Meanings | str:
        if len(kinds["decided"]) > 1 or kinds.keys() & {"published", "posts", "request"} or state.aside:
            return "不是全部决定的数量"
        if state.muted and len(kinds["decided"][0].word) <= _BARE:
            return state.muted
        return self.sums("disclosure", [kinds["decided"][0].rows], ["decisions"])

    def _of_documents(self, kinds: dict[str, list[Token]], state: State) -> Meanings | str:
        named = kinds.get("document", [])
        deeds = {token.columns for token in (*kinds.get("deed", ()), *named) if token.columns}
        deeds = deeds or ({state.deed} if state.deed and named else set())
        if not deeds:
            return "没有说制发、废止还是现行有效"
        if len({token.rows for token in named}) > 1 or len(deeds) > 1:
            return "几件事合在一个数里"
        if "request" in kinds or state.domain != "documents" or not (named or state.document):
            return "没有说是哪一种文件"
        if not named and (state.muted or state.aside):
            return state.muted or state.aside
        state.deed = deeds.pop()
        return self.sums("disclosure", [[state.document]], state.deed)

    def _of_requests(self, kinds: dict[str, list[Token]], state: State) -> Meanings | str:
        acts, asked, named = kinds.keys() & ACTS, kinds.get("request", []), kinds.get("row", [])
        anchored = bool(asked) and bool(acts & {"received", "closed"})
        if state.domain != "requests" or "again" in kinds or (kinds.keys() & {"published"} and not asked and not named):
            return "没有说是信息公开申请"
        new = any(token.word.startswith(self._new) for token in kinds.get("received", ()))
        if "within" in kinds and not (named or acts - {"received"} or "column" in kinds or new):
            return "只是其中的一部分"
        if state.muted and not anchored and not (asked and "row" in kinds):
            return state.muted
        if state.astray and not anchored:
            return state.astray
        if state.aside and not (anchored and asked[0].word not in self._alone):
            return state.aside
        if not (asked or state.named or state.counted):
            return "没有说是信息公开申请"
        if not acts and state.posts and state.posts in ("*", state.counter) and not state.rows:
            return "按公开方式分类的信息"
        rows = self._rows(kinds, state)
        if isinstance(rows, str):
            return rows
        own = kinds.get("column", [])
        if len(own) > 1:
            return "几件事合在一个数里"
        found = self.sums("requests", rows, own[0].columns if own else ["total"])
        if own and own[0].word in self._anybody and state.applicants == 1:
            return (*found, *self.sums("requests", rows, ["total"]))
        return found

    def _rows(self, kinds: dict[str, list[Token]], state: State) -> tuple[tuple[str, ...], ...] | str:
        acts, asked, named = kinds.keys() & ACTS, kinds.get("request", []), kinds.get("row", [])
        if named:
            inner = state.depth and state.outer and state.outer[0][0] not in self._flow
            if inner and not {*named[0].rows} <= {*state.outer[0]}:
                return "结果的理由，不是结果"
            if acts - {"answered"} and (acts - {"closed", "answered"} or named[0].rows[0] in self._flow):
                return "几件事合在一个数里"
            narrow = min((token.rows for token in named), key=len)
            if all(set(narrow) <= set(token.rows) for token in named):
                named = [named[0]] if named[0].rows == narrow else [named[-1]]
            if len(named) > 1 and (("joiner" not in kinds and "waiting" not in kinds) or "each" in kinds):
                return "几件事合在一个数里"
            rows: tuple[tuple[str, ...], ...] = (tuple(row for token in named for row in token.rows),)
        elif "carried" in kinds and acts:
            return "几件事合在一个数里"
        elif "answered" in acts:
            handled = "received" in acts or any(token.rows for token in kinds["answered"])
            rows = (*self._sums["received"], *self._sums["answered"]) if handled else self._sums["answered"]
        elif acts == {"closed"}:
            rows = self._sums["closed"] if state.carried_in else self._sums["closed"][:1]
        elif "received" in acts and "closed" in acts:
            rows = (*self._sums["received"], *self._sums["closed"])
        elif "received" in acts:
            new = any(token.word.startswith(self._new) for token in kinds["received"])
            rows = self._sums["received"] if state.carried_in and not new else self._sums["received"][:1]
        elif "carried" in kinds and not acts:
            rows = self._sums["carried"]
        elif asked:
            weak = asked[0].word in self._sorted and "column" not in kinds
            if "column" in kinds:
                return state.rows or self._sums["received"]
            rows = (*self._sums["received"], *self._sums["closed"]) if not weak or not state.muted else ()
        elif "column" in kinds:
            rows = state.rows or self._sums["received"]
        else:
            return "没有说数的是什么"
        if not ("column" in kinds and not (acts or asked or named)):
            state.rows = rows
        state.counted = True
        return rows

    def denied(self, tokens: Sequence[Token], state: State, none: str) -> list[Meanings]:
        """Return the cells of each thing that a sentence says there was none of."""
        kinds = {token.kind for token in tokens}
        plainly = not none or none[-1] in self._plain
        made: list[Meanings] = []
        for token in tokens:
            if token.kind == "dispute" and not kinds & {"closed", "answered", "outcome", "judging"}:
                made.append(self.sums("disputes", [token.rows], ["total"]))
            elif token.kind == "outcome" and "dispute" in kinds:
                rows = [row for one in tokens if one.kind == "dispute" for row in one.rows]
                made.append(self.sums("disputes", [rows], token.columns))
            elif token.kind == "decided" and "published" not in kinds:
                made.append(self.sums("disclosure", [token.rows], ["decisions"]))
            elif token.kind == "fees":
                made.append(self.sums("disclosure", [["fees"]], ["amount"]))
            elif token.kind == "charged" and self._form.fee:
                made.append(self.sums(self._form.fee.table, [["fee"]], ["received"]))
            elif token.kind == "deed" and "request" not in kinds:
                documents = [one.rows[0] for one in tokens if one.kind == "document"] or [state.document]
                made += [self.sums("disclosure", [[document]], token.columns) for document in documents if document]
            elif token.kind == "row" and state.domain == "requests" and plainly and kinds <= {"row", "request"}:
                made.append(self.sums("requests", [token.rows], ["total"]))
        asked = "request" in kinds or (kinds == {"about"} and any(token.word.startswith("依申请") for token in tokens))
        kinds -= {token.kind for token in tokens if token.kind == "answered" and token.rows}  # 未办理
        if asked and not kinds - {"request", "received", "about", "column"}:
            told = [token for token in tokens if token.kind == "column" and token.word not in self._anybody]
            columns = [column for token in told for column in token.columns]
            if columns:
                made.append(self.sums("requests", self._sums["received"][:1], columns))
            elif "received" in kinds or plainly:
                made.append(self.sums("requests", self._sums["received"], ["total"]))
        return [meanings for meanings in made if meanings]

    def sums(self, table: str, rows: Iterable[Sequence[str]], columns: Sequence[str]) -> Meanings:
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
