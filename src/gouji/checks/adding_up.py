"""Find parts in a sentence that do not add up to the number that they divide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gouji.checks.claim_parts import Claim, Parts, Silence, Stated, Sum
from gouji.checks.tokens import Token
from gouji.checks.vocabulary import Vocabulary

Reading = tuple[Stated, int, Sequence[Token]]
"""What was read, how deep in brackets, and the clause."""
_ALL = {"suits": 2, "outcomes": 4, "results": 6}
"""How many parts there are of each kind. Applicants are complete where 自然人 and 法人 are both there."""


def parts_of(several: Sequence[Reading], words: Vocabulary, *, carried_in: bool) -> Iterator[Parts]:
    """Yield the numbers of a sentence whose parts are more than the whole, or less where it is divided completely."""
    for place, (stated, depth, _) in enumerate(several):
        if isinstance(stated, Claim) and not stated.denied and stated.meanings[0][0][1] in words.wholes:
            found = _divided(stated, depth, several[place + 1 :], words, carried_in)
            if found is not None:
                yield found
        elif isinstance(stated, Silence):
            found = _added(several[place][2], several[:place], depth, words)
            if found is not None:
                yield found


def _added(clause: Sequence[Token], before: Sequence[Reading], depth: int, words: Vocabulary) -> Parts | None:
    """Return the numbers before a total without a noun, as in 新收33件，上年结转1件，共34件, if they do not add up."""
    kinds = [token.kind for token in clause]
    number = next((token for token in clause if token.kind == "number"), None)
    if number is None or number.value is None or {*kinds} - {"sum", "number", "filler"} or "sum" not in kinds:
        return None
    parts: list[tuple[Decimal, Sum]] = []
    for stated, at, around in reversed(before):
        if at > depth:
            continue
        if (
            any(token.kind == "within" for token in around)
            or not isinstance(stated, Claim)
            or stated.denied
            or stated.whole
        ):
            break
        parts.insert(0, (stated.value, stated.meanings[0]))
    cells = [ref for _, meaning in parts for _, ref in meaning]
    rows = {ref.split(".")[1] for ref in cells if ref.startswith("requests.") and ref.endswith(".total")}
    results = len(rows) == len(cells) > 1 and not any((row,) in words.sums["flow"] for row in rows)
    if len(parts) < 2 or not (results or (rows == {*words.sums["received"][1]} and len(cells) == 2)):
        return None
    whole = Claim(number.value, "件", (tuple((1, ref) for ref in cells),), denied=False, span=number.word)
    made = Parts(whole, tuple(parts))
    return made if made.total != number.value else None


def _divided(
    whole: Claim, depth: int, following: Sequence[Reading], words: Vocabulary, carried_in: bool
) -> Parts | None:
    parts: list[tuple[Decimal, Sum]] = []
    kind, level, begun = "", depth, False
    complete, within = False, False
    applicants: set[int] = set()
    counted: set[tuple[int, str]] = set()
    for stated, at, clause in following:
        kinds = {token.kind for token in clause}
        found = _part(whole, stated, clause, words)
        if found is None or (begun and at < level) or ("within" in kinds and len(parts) > 0):
            if begun and at > level:
                continue
            break
        if not begun:
            kind, level, begun = found[0], at, True
            # Brackets that do not begin with 其中 or 含 name all parts.
            complete = at > depth and "within" not in kinds and not clause[0].word.endswith("含")
        if found[0] != kind or at != level:
            if at > level:
                continue
            break
        within = within or "within" in kinds or at > depth
        complete = complete or bool(kinds & {"divided", "rest"}) or any("分别" in token.word for token in clause)
        # 公开和部分公开33件，其中公开30件 names some twice.
        if not counted.isdisjoint(found[2]):
            return None
        counted |= {*found[2]}
        if kind == "applicants":
            applicants.add(min(len(found[2]), 2))
        parts.append((found[1], found[2]))
    if len(parts) < 2 and not within:
        return None
    made = Parts(whole, tuple(parts))
    complete = complete or applicants == {1, 2} or len(parts) == _ALL.get(kind)
    surely = complete or kind in ("applicants", "ways", "outcomes", "suits") or (within and not carried_in)
    if surely and (made.total > whole.value or (complete and made.total < whole.value and not carried_in)):
        return made
    return None


def _part(whole: Claim, stated: Stated, clause: Sequence[Token], words: Vocabulary) -> tuple[str, Decimal, Sum] | None:
    """Return a part: what it divides by, its number and its cells."""
    if isinstance(stated, Silence):
        numbers = [token for token in clause if token.kind == "number"]
        ways = [token for token in clause if token.kind == "channel"]
        others = {token.kind for token in clause} & {"unknown", "row", "column", "received", "closed", "vague"}
        if len(numbers) == len(ways) == 1 and not others and numbers[0].value is not None and numbers[0].exact:
            return "ways", numbers[0].value, ()
        return None
    if isinstance(stated, Parts) or stated.denied or stated.whole:
        return None
    cells = stated.meanings[0]
    table, row, column = cells[0][1].split(".")
    wanted, wanted_row, _ = whole.meanings[0][0][1].split(".")
    if table != wanted:
        return None
    if column == "total" and len(whole.meanings[0]) > len(cells) and set(cells) < set(whole.meanings[0]):
        return "suits", stated.value, cells
    if table == "disputes":
        return ("outcomes", stated.value, cells) if column != "total" and row == wanted_row else None
    if column != "total" and row == wanted_row:
        return "applicants", stated.value, cells
    return ("results", stated.value, cells) if column == "total" and (row,) not in words.sums["flow"] else None
