"""The records that the ledger keeps."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from gouji.collection.ledger.connection import CORRUPT
from gouji.findings.finding import Finding
from gouji.runtime.errors import GoujiError


class RecordedFinding(msgspec.Struct, frozen=True):
    """A finding on a submission, with what its explanation is tied to."""

    finding: Finding
    fingerprint: str
    """What the finding says about which figures: an answer holds for other submissions while this stays the same."""
    explanation: str = ""
    """What the unit wrote beside the check, in the same file."""
    former: tuple[str, ...] = ()
    """The fingerprints that older programs gave it: what was decided under one of them still holds for the submission
    that it was decided on."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """All fingerprints under which something may have been decided about it, today's first."""
        return (self.fingerprint, *self.former)

    def as_json(self) -> dict[str, Any]:
        """Return it as the ledger keeps it."""
        return {
            "finding": self.finding.as_json(),
            "fingerprint": self.fingerprint,
            "explanation": self.explanation,
            "former": self.former,
            "together": [self.finding.several, self.finding.piece] if self.finding.several else [],
        }


class Arrival(msgspec.Struct, frozen=True):
    """How a file arrived."""

    sha256: str
    source: str
    """The path below the folder that was collected; inside a container, the names from the outside in."""
    sent: str = ""
    """When it was sent or last changed, as far as that is known (ISO, UTC)."""
    sender: str = ""
    container: str = ""
    """The hash of the zip or mail that it arrived in."""
    run: int = 0
    """The run of ``collect`` that took it in."""
    forwarded: str = ""
    """Who wrote it, as a mail says that another one has passed on; nobody vouches for it."""
    received: str = ""
    """When the mail server received it, as ``fetch`` has learned from it (ISO, UTC); empty where nobody knows."""

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.source.rpartition("/")[2]


NO_SUBMISSIONS = ("blank", "compared", "other", "ours")
"""The verdicts on files that are no submissions. ``blank``: a form in which nothing is filled in. ``compared``: a
document that came with the signed form of its unit, and was compared with it. ``ours``: a letter or list that the
office has sent out. ``other``: any other file that holds no report."""


class Remark(msgspec.Struct, frozen=True):
    """What the officer has to know or to do about a mail or an archive."""

    sha256: str
    text: str
    sender: str = ""
    """Who has to do with it: the sender of the mail, or the address that a bounce is about; empty if unknown."""


class Submission(msgspec.Struct, frozen=True):
    """What was read in one file, and what is wrong with it."""

    sha256: str
    context: str
    """What it was checked with; when that changes, the file is checked again."""
    verdict: str
    code: str = ""
    """The unit of the roster that it belongs to; empty where that is not known."""
    matched: str = ""
    """How the unit was recognised; see :class:`gouji.collection.intake.matching.Match`."""
    stated_code: str = ""
    stated_name: str = ""
    year: int | None = None
    edition: str = ""
    errors: int = 0
    queries: int = 0
    report: bytes | None = None
    """The report as JSON, :func:`compressed`."""
    findings: tuple[RecordedFinding, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """What the officer has decided. It is kept for good: only another decision takes it back."""

    id: int
    kind: str
    """``accept``, ``reject``, ``remark``, ``assign``, ``amend``, ``repair``, ``explain``, ``waive``, ``dismiss``,
    ``extend`` or ``undo``."""
    code: str = ""
    sha256: str = ""
    finding: str = ""
    """The finding that is answered; for ``reject`` and ``remark`` the entries that are meant, for ``accept`` the hashes
    of the other files of the report; one a line. For ``amend`` and ``repair`` the amended cells
    (:mod:`gouji.collection.ledger.amended`), for ``extend`` the new deadline (ISO)."""
    fingerprint: str = ""
    target: int | None = None
    """For ``undo``: the decision that is taken back."""
    reason: str = ""
    made: str = ""
    made_by: str = ""
    run: int = 0
    """The last run of ``collect`` before it: the officer had seen what had arrived by then."""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data, as commands print it."""
        data: dict[str, Any] = msgspec.structs.asdict(self)
        del data["run"]
        return data


class StateRecord(msgspec.Struct, frozen=True):
    """What was recorded of a unit at some time: which submission was in force, and how far the unit was."""

    code: str
    sha256: str
    """Empty where none was in force."""
    state: str
    time: str = ""
    why: str = ""
    """Why it came into force, for the officer."""


class SendBack(msgspec.Struct, frozen=True):
    """That a submission went back to its unit to be corrected."""

    code: str
    sha256: str
    """The submission."""
    day: str
    """The day on which the files that go back were written (ISO)."""
    told: frozenset[str] = frozenset()
    """The ids of what the unit was told."""


class Product(msgspec.Struct, frozen=True):
    """A file that we have written into the workspace."""

    path: str
    code: str
    fingerprint: str
    """What it was made from: as long as this is the same, it need not be made again."""
    sha256: str


def compressed(data: bytes) -> bytes:
    """Return data in about a tenth of its size."""
    return zlib.compress(data, 1)


def decompressed(data: bytes) -> bytes:
    """Return the data that :func:`compressed` was given.

    Raises GoujiError where it is damaged.
    """
    try:
        return zlib.decompress(data)
    except zlib.error:
        raise GoujiError(f"台账里的一条记录{CORRUPT}") from None
