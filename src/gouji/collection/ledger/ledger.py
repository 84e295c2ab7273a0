"""The ledger of a collection: what arrived, what was found in it, what the office decided, what it has written.

One SQLite file. Whatever can be worked out from the archive, the roster and the decisions is kept here only for speed.
Which submission of a unit is in force is not kept at all, but worked out
(:mod:`gouji.collection.review.in_force`).
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from gouji.collection.ledger.arrived import ArrivedFiles
from gouji.collection.ledger.connection import connected, explaining_errors, is_whole
from gouji.collection.ledger.former import states_before
from gouji.collection.ledger.history import History
from gouji.collection.ledger.mail import MailLedger
from gouji.collection.ledger.records import (
    NO_SUBMISSIONS,
    Arrival,
    Decision,
    Product,
    RecordedFinding,
    Remark,
    Submission,
    compressed,
    decompressed,
)
from gouji.collection.ledger.schema import VERSION, bring_up_to_date, version_of
from gouji.collection.ledger.seen import EXAMINED, SeenFiles
from gouji.findings.finding import Finding
from gouji.runtime.errors import GoujiError

FILE = "台账.sqlite"

_RENAMED = {"stated_code": "said_code", "stated_name": "said_name", "findings": "noted"}
"""The fields of a Submission whose columns have other names."""

_FIELDS = Submission.__struct_fields__
_COLUMNS = ", ".join(_RENAMED.get(field, field) for field in _FIELDS)

_SUBMISSIONS = f"verdict NOT IN ({', '.join(map(repr, NO_SUBMISSIONS))})"

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(list[dict[str, Any]], float_hook=Decimal)
"""Untyped: what a finding expects may be a text or a number, and a type cannot say that of a Decimal."""


class Ledger:
    """An open ledger. Changes made inside ``with ledger.transaction():`` are kept as a whole or not at all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def create(cls, path: Path) -> None:
        """Make an empty ledger; an existing one is left alone."""
        with explaining_errors(path), connected(path) as db:
            bring_up_to_date(db)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """Open a ledger; one of an older program is brought up to date and keeps everything.

        Raises GoujiError where there is none, where it is broken or of a newer program, or where the disk fails.
        """
        if not path.exists():
            raise GoujiError(f"找不到台账“{path}”。请用 gouji restore 从备份恢复，或者用 gouji init 新建工作文件夹。")
        with explaining_errors(path), connected(path) as db:
            version = version_of(db)
            if version > VERSION:
                raise GoujiError("台账是更新版本的程序建立的。请升级 gouji。")
            if version < 1:
                raise GoujiError(f"“{path}”不是完整的台账。请从备份恢复。")
            bring_up_to_date(db)
            opened = cls(db)
            opened._recall_the_former_rule()
            yield opened

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes made inside, or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    @property
    def mail(self) -> MailLedger:
        """The part of the ledger that is about mail."""
        return MailLedger(self._db)

    @property
    def arrived(self) -> ArrivedFiles:
        """The part of the ledger that ``collect`` asks about what has arrived, a few files at a time."""
        return ArrivedFiles(self._db)

    @property
    def seen(self) -> SeenFiles:
        """The part of the ledger that knows which files need not be read again."""
        return SeenFiles(self._db)

    @property
    def history(self) -> History:
        """The part of the ledger that remembers what was in force, and other facts of earlier runs."""
        return History(self._db)

    def _recall_the_former_rule(self) -> None:
        """Record once, in a ledger of before, what was in force by the rule of before."""
        if not self.history.mark("former"):
            return
        with self.transaction():
            if self.history.mark("former"):  # another program may have been first
                before = states_before(self.submissions(), self.arrivals(), self.decisions())
                self.history.record(before)
                self.history.set_mark("former", "")

    def is_whole(self) -> bool:
        """Tell whether nothing in the file is damaged; every page and every record of it is read."""
        return is_whole(self._db)

    def copy_to(self, path: Path) -> None:
        """Write the whole ledger into a file that is empty or not there, as it is at this moment.

        Raises OSError where the disk of that file is full: it may be another disk than the ledger's.
        """
        with closing(sqlite3.connect(path)) as copied:
            try:
                self._db.backup(copied)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path) from error
                raise

    # ---------------------------------------------------------------- runs of collect

    def begin_run(self, now: str) -> int:
        """Return the number of the current run of ``collect``: an interrupted one goes on, else a new one begins."""
        unfinished = self._db.execute("SELECT id FROM rounds WHERE ended IS NULL ORDER BY id").fetchone()
        if unfinished:
            return int(unfinished[0])
        return int(self._db.execute("INSERT INTO rounds (started) VALUES (?)", (now,)).lastrowid or 0)

    def has_unfinished_run(self) -> bool:
        """Tell whether a run is going on or was interrupted."""
        return self._db.execute("SELECT 1 FROM rounds WHERE ended IS NULL").fetchone() is not None

    def end_run(self, number: int, now: str) -> None:
        """Record that a run has finished; one that found nothing new is forgotten."""
        self._db.execute("UPDATE rounds SET ended = ? WHERE id = ?", (now, number))
        self._db.execute(
            "DELETE FROM rounds WHERE id = ? AND NOT EXISTS (SELECT 1 FROM arrivals WHERE round = rounds.id)", (number,)
        )

    def run_times(self) -> dict[int, str]:
        """Return when each run began, by its number."""
        return dict(self._db.execute("SELECT id, started FROM rounds"))

    def last_change(self) -> str:
        """Return when something last arrived or was decided; empty where nothing has."""
        row = self._db.execute(
            "SELECT max(time) FROM (SELECT started AS time FROM rounds UNION ALL SELECT ended FROM rounds "
            "UNION ALL SELECT made FROM decisions)"
        ).fetchone()
        return str(row[0] or "")

    # ---------------------------------------------------------------- what arrived

    def files(self) -> dict[str, int]:
        """Return the size of every file that has arrived, by its hash."""
        return dict(self._db.execute("SELECT sha256, size FROM files"))

    def file_names(self, hashes: Iterable[str] | None = None) -> dict[str, str]:
        """Return the name of each file in the archive, or of those of some hashes, by its hash."""
        if hashes is None:
            return dict(self._db.execute("SELECT sha256, name FROM files"))
        one = "SELECT sha256, name FROM files WHERE sha256 = ?"
        return dict(row for sha256 in hashes for row in self._db.execute(one, (sha256,)))

    def file_name(self, sha256: str) -> str:
        """Return the name of one file in the archive; empty where it never arrived."""
        row = self._db.execute("SELECT name FROM files WHERE sha256 = ?", (sha256,)).fetchone()
        return str(row[0]) if row else ""

    def arrivals(
        self, *, code: str | None = None, sha256: str | None = None, container: str | None = None
    ) -> Iterator[Arrival]:
        """Yield all arrivals, or those of a unit's submissions, of a file or in a container, by run, time and name."""
        where, values = "", ()  # type: tuple[str, tuple[str, ...]]
        if sha256 is not None:
            where, values = "WHERE sha256 = ?", (sha256,)
        elif container is not None:
            where, values = "WHERE parcel = ? AND parcel != ''", (container,)
        elif code is not None:
            where, values = f"WHERE sha256 IN (SELECT sha256 FROM returns WHERE code = ? AND {_SUBMISSIONS})", (code,)
        rows = self._db.execute(
            "SELECT sha256, source, sent, sender, parcel, round, forwarded, coalesce((SELECT min(came) FROM fetched "
            "WHERE fetched.sha256 IN (arrivals.sha256, arrivals.parcel) AND came != ''), '') FROM arrivals "
            f"{where} ORDER BY round, sent, source, sha256",
            values,
        )
        for row in rows:
            yield Arrival(*row)

    def receive(self, arrival: Arrival, size: int, *, is_container: bool) -> bool:
        """Record an arrival and return whether its file is new.

        A container is unpacked again each time it arrives: what is inside arrives again with it.
        """
        self.seen.drop(EXAMINED)
        files = self._db.execute(
            "INSERT OR IGNORE INTO files (sha256, name, size, parcel) VALUES (?, ?, ?, ?)",
            (arrival.sha256, arrival.name, size, is_container),
        )
        # An older program may have recorded another sender: who counts as the sender of a nested mail has changed.
        self._db.execute(
            "INSERT INTO arrivals (sha256, source, round, sent, sender, parcel, forwarded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET sent = excluded.sent, sender = excluded.sender, forwarded = excluded.forwarded",
            (
                *(arrival.sha256, arrival.source, arrival.run, arrival.sent, arrival.sender),
                *(arrival.container, arrival.forwarded),
            ),
        )
        if is_container:
            self.unpack_again(arrival.sha256)
        return files.rowcount == 1

    def unpack_again(self, sha256: str) -> None:
        """Mark a container as still to be unpacked."""
        self._db.execute("UPDATE files SET unpacked = 0 WHERE sha256 = ?", (sha256,))

    def packed_containers(self) -> list[str]:
        """Return the hashes of the containers that are still to be unpacked."""
        rows = self._db.execute("SELECT sha256 FROM files WHERE parcel AND NOT unpacked ORDER BY sha256")
        return [row[0] for row in rows]

    def containers(self) -> dict[str, bool]:
        """Return by its hash, for every container, whether it was unpacked."""
        return {row[0]: bool(row[1]) for row in self._db.execute("SELECT sha256, unpacked FROM files WHERE parcel")}

    def record_unpacked(self, sha256: str, remarks: Iterable[Remark]) -> None:
        """Record that a container was unpacked, with the remarks on it."""
        self._db.execute("UPDATE files SET unpacked = 1 WHERE sha256 = ?", (sha256,))
        self._db.execute("DELETE FROM remarks WHERE sha256 = ?", (sha256,))
        self._db.executemany(
            "INSERT INTO remarks (sha256, text, sender) VALUES (?, ?, ?)",
            [(remark.sha256, remark.text, remark.sender) for remark in remarks],
        )

    def remarks(self) -> list[Remark]:
        """Return the remarks on containers."""
        return [Remark(*row) for row in self._db.execute("SELECT sha256, text, sender FROM remarks ORDER BY 1, 2")]

    # ---------------------------------------------------------------- what was read

    def record(self, submission: Submission) -> None:
        """Record what was read in a file; an earlier record of the same file is replaced."""
        *values, findings = (getattr(submission, field) for field in _FIELDS)
        self._db.execute(
            f"INSERT OR REPLACE INTO returns ({_COLUMNS}) VALUES ({_placeholders(len(_FIELDS))})",
            (*values, compressed(_encoder.encode([finding.as_json() for finding in findings])) if findings else b""),
        )

    def submissions(self, code: str | None = None) -> Iterator[Submission]:
        """Yield all submissions, or those of one unit, sorted by unit; without their reports, which are large."""
        columns = _COLUMNS.replace("report", "NULL")
        where, values = ("", ()) if code is None else (" AND code = ?", (code,))
        rows = f"SELECT {columns} FROM returns WHERE {_SUBMISSIONS}{where} ORDER BY code, sha256"
        for row in self._db.execute(rows, values):
            yield _submission(row)

    def other_files(self) -> dict[str, tuple[str, str]]:
        """Return by its hash, for every file that is no submission, its verdict and its unit's code."""
        rows = self._db.execute(f"SELECT sha256, verdict, code FROM returns WHERE NOT {_SUBMISSIONS}")
        return {row[0]: (row[1], row[2]) for row in rows}

    def units_of(self, hashes: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return by its hash, for those of some files that were examined, its verdict and its unit's code."""
        one = "SELECT sha256, verdict, code FROM returns WHERE sha256 = ?"
        return {row[0]: (row[1], row[2]) for sha256 in hashes for row in self._db.execute(one, (sha256,))}

    def report(self, sha256: str) -> bytes | None:
        """Return the report that was read in a file, as JSON; None where it could not be read."""
        row = self._db.execute("SELECT report FROM returns WHERE sha256 = ?", (sha256,)).fetchone()
        return decompressed(row[0]) if row and row[0] is not None else None

    # ---------------------------------------------------------------- what was decided

    def decide(self, decision: Decision) -> int:
        """Record a decision and return its number; the last run of ``collect`` is recorded with it.

        A command that was interrupted and is run again decides the same once more: that is the decision of before.
        """
        last = self._db.execute("SELECT coalesce(max(id), 0) FROM rounds").fetchone()[0]
        decision = msgspec.structs.replace(decision, run=int(last))
        for before in reversed(self.decisions()):
            if msgspec.structs.replace(decision, id=before.id, made=before.made) == before:
                return before.id
            if _command(before) != _command(decision):
                break
        names = [name for name in Decision.__struct_fields__ if name != "id"]
        cursor = self._db.execute(
            f"INSERT INTO decisions ({', '.join(names)}) VALUES ({_placeholders(len(names))})",
            [getattr(decision, name) for name in names],
        )
        return int(cursor.lastrowid or 0)

    def decisions(self) -> list[Decision]:
        """Return all decisions, also those that were taken back, oldest first."""
        names = ", ".join(Decision.__struct_fields__)
        return [Decision(*row) for row in self._db.execute(f"SELECT {names} FROM decisions ORDER BY id")]

    # ---------------------------------------------------------------- what was written

    def products(self, folder: str) -> dict[str, Product]:
        """Return, by path, what we have written into a folder of the workspace; folders inside it are left out."""
        inside = f"{folder}/"
        rows = self._db.execute(
            "SELECT path, code, fingerprint, sha256 FROM products "
            "WHERE substr(path, 1, ?) = ? AND instr(substr(path, ? + 1), '/') = 0",
            (len(inside), inside, len(inside)),
        )
        return {row[0]: Product(*row) for row in rows}

    def every_product(self) -> list[Product]:
        """Return everything that we have written into the workspace, by its path."""
        rows = self._db.execute("SELECT path, code, fingerprint, sha256 FROM products ORDER BY path")
        return [Product(*row) for row in rows]

    def record_products(self, products: Sequence[Product]) -> None:
        """Record what was written."""
        self._db.executemany(
            "INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?)",
            [(product.path, product.code, product.fingerprint, product.sha256) for product in products],
        )

    def product_hashes(self) -> frozenset[str]:
        """Return the hashes of all files that we have written into the workspace."""
        return frozenset(row[0] for row in self._db.execute("SELECT DISTINCT sha256 FROM products"))

    def forget_products(self, paths: Iterable[str]) -> None:
        """Forget files of ours that are no longer there."""
        self._db.executemany("DELETE FROM products WHERE path = ?", [(path,) for path in paths])


def last_change_in(data: bytes) -> str:
    """Return when something last arrived or was decided, from the content of a ledger; empty where it has none."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.deserialize(data)
            return Ledger(db).last_change()
        except (sqlite3.Error, OverflowError):
            return ""


def _command(decision: Decision) -> tuple[str, str, int, str]:
    """Return what the decisions of one command have in common."""
    return decision.kind, decision.reason, decision.run, decision.made_by


def _placeholders(count: int) -> str:
    return ", ".join("?" * count)


def _submission(row: Sequence[Any]) -> Submission:
    *values, packed = row
    findings = tuple(map(_recorded_finding, _decoder.decode(decompressed(packed)))) if packed else ()
    return Submission(**dict(zip(_FIELDS, (*values, findings), strict=True)))


def _recorded_finding(record: dict[str, Any]) -> RecordedFinding:
    finding = record["finding"]
    finding["refs"], finding["cells"] = tuple(finding["refs"]), tuple(finding["cells"])
    # Ledgers of before have no former fingerprints: the one that they have is that of their own time.
    former = tuple(record.get("former", ()))
    several, piece = record.get("together") or ("", "")
    found = Finding(**finding, several=several, piece=piece)
    return RecordedFinding(found, record["fingerprint"], record["explanation"], former)
