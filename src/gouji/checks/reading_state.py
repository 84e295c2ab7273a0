"""What a sentence passes on to its next words, and a paragraph to its next sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gouji.checks.claim_parts import Claim
from gouji.checks.kinds import ACTS, MONEY_KINDS, is_full, kind_of
from gouji.checks.tokens import Token

FOLLOWED = frozenset({"others", "own", "another_year", "row", "this_year", "year", "plan", "posts", "cumulative"})
"""The kinds of words that :meth:`State.follow` looks at."""


@dataclass(slots=True)
class State:
    """What a sentence passes on to the next words, and a paragraph to the next sentence."""

    domain: str
    spoken_of: bool
    """Whether the paragraph is about disclosure."""
    named: bool = False
    """Whether the paragraph has named requests in full."""
    counted: bool = False
    """Whether the paragraph has counted requests of the unit itself."""
    rows: tuple[tuple[str, ...], ...] = ()
    """The rows of the requests that were counted last."""
    last: str = ""
    """The kind of what was counted last."""
    outer: tuple[tuple[str, ...], ...] = ()
    """The same before the bracket that is open."""
    document: str = ""
    disputes: tuple[tuple[str, ...], ...] = ()
    narrowed: bool = False
    """Whether the sentence says later which of the disputes are about disclosure, or what else they are about."""
    outcome_told: bool = False
    # Until a full stop:
    others: str = ""
    another_year: str = ""
    plan: str = ""
    this_year: bool = False
    # Until the unit itself, this year or requests are named again:
    astray: str = ""
    """Whose requests were counted last, if not those of this unit and year."""
    # Until the end of a sentence:
    muted: str = ""
    """The number on which the next ones may depend, and which was not understood."""
    aside: str = ""
    posts: str = ""
    """The counter of what was published by itself; 依申请公开 in the same counter sorts documents. ``*`` for any."""
    counter: str = ""
    deed: tuple[str, ...] = ()
    """What was done with the documents that were counted last."""
    carried_over: bool = False
    """Whether the paragraph names requests carried in, which may be among those dealt with."""
    carried_in: bool = False
    """Whether the sentence names the requests carried in."""
    applicants: int = 0
    """How many kinds of applicants the sentence names."""
    depth: int = 0
    channels: int = 0
    whole: Claim | None = None
    """The number that was stated last, of which 均 and 全部 speak."""
    waiting: list[Token] = field(default_factory=list)
    """The words of an enumeration whose number has not come yet."""

    def full_stop(self) -> None:
        """Forget whose figures, and of which year, the sentence spoke."""
        self.others = self.another_year = self.plan = ""
        self.this_year = False

    def begin(self) -> None:
        """Forget what belongs to the sentence before."""
        self.muted = self.aside = ""
        self.posts, self.deed, self.carried_in = "", (), False
        self.depth = self.channels = 0
        self.waiting = []
        self.rows = ()
        self.whole = None

    def elsewhere(self) -> str:
        """Return why what is read here speaks of others, of another year or of what is to come."""
        if self.plan:
            return f"“{self.plan}”之后说的不是已有的数"
        if self.others:
            return f"说的是“{self.others}”，不是本单位"
        if self.another_year:
            return f"说的是“{self.another_year}”，不是本年度"
        return ""

    def follow(self, token: Token, before: Token | None = None) -> None:
        """Note whose figures a sentence speaks of, and of which year."""
        if token.kind == "others":
            self.others = token.word
        elif token.kind == "own":
            self.others = self.astray = ""
        elif token.kind == "another_year":
            self.another_year = token.word
        elif token.rows == ("carried_in",):
            self.another_year = ""
        elif token.kind == "this_year" and not (before is not None and before.word.endswith(("至", "到"))):
            self.another_year, self.astray, self.this_year = "", "", True
        elif token.kind == "year":
            self.this_year = True
        elif token.kind == "plan":
            self.plan = token.word
        elif token.kind == "posts":
            self.posts = "*"
        elif token.kind == "cumulative" and not self.this_year:
            self.another_year = token.word

    def remember(self, core: Sequence[Token]) -> None:
        """Note the subject of a clause."""
        kinds = {token.kind for token in core}
        requests = [token for token in core if token.kind == "request" or token.word.startswith("依申请公开")]
        if requests and not kinds & {"dispute", "document", "decided"}:
            full = any(is_full(token) or token.word.startswith("依申请") for token in requests)
            if full or kinds & ACTS or self.domain == "requests":
                self.domain = "requests"
                self.named = self.named or full or bool(kinds & ACTS)
        if kinds & {*MONEY_KINDS, "notices"}:
            self.domain = "fees"
        elif kinds & {"row", "column"} and self.counted:
            self.domain = "requests"
        for token in core:
            if token.kind == "document":
                self.domain, self.document = "documents", token.rows[0]
        self.last = kind_of(core) or self.last
