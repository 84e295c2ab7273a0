"""The ledger of a round: what was received, what became of it, what the office decided, what it has written.

One SQLite file. It keeps a rollback journal, since the folder may lie on a network share, where WAL fails. Everything
that can be worked out from the archive, the roster and the decisions is only kept here to be quick; which return of a
unit stands is not kept at all, but worked out (:mod:`gouji.collection.review.in_force`).
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from gouji.collection.ledger.mail import SCHEMA as _MAIL
from gouji.collection.ledger.mail import MailBook
from gouji.findings.finding import Finding
from gouji.runtime.errors import GoujiError

FILE = "台账.sqlite"
_PATIENCE = 30.0
"""Seconds to wait for another program that just reads or writes."""

_FIRST = """
CREATE TABLE rounds (id INTEGER PRIMARY KEY, started TEXT NOT NULL, ended TEXT);
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, parcel INTEGER NOT NULL,
    unpacked INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE arrivals (
    sha256 TEXT NOT NULL REFERENCES files, source TEXT NOT NULL, round INTEGER NOT NULL REFERENCES rounds,
    sent TEXT NOT NULL, sender TEXT NOT NULL, parcel TEXT NOT NULL, PRIMARY KEY (sha256, source)
) WITHOUT ROWID;
CREATE TABLE remarks (sha256 TEXT NOT NULL REFERENCES files, text TEXT NOT NULL, PRIMARY KEY (sha256, text))
    WITHOUT ROWID;
CREATE TABLE returns (
    sha256 TEXT PRIMARY KEY REFERENCES files, context TEXT NOT NULL, code TEXT NOT NULL, matched TEXT NOT NULL,
    said_code TEXT NOT NULL, said_name TEXT NOT NULL, year INTEGER, edition TEXT NOT NULL, verdict TEXT NOT NULL,
    errors INTEGER NOT NULL, queries INTEGER NOT NULL, report BLOB, noted BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX returns_of_unit ON returns (code);
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, code TEXT NOT NULL, sha256 TEXT NOT NULL, finding TEXT NOT NULL,
    fingerprint TEXT NOT NULL, target INTEGER, reason TEXT NOT NULL, made TEXT NOT NULL, made_by TEXT NOT NULL
);
CREATE TABLE products (path TEXT PRIMARY KEY, code TEXT NOT NULL, fingerprint TEXT NOT NULL, sha256 TEXT NOT NULL)
    WITHOUT ROWID;
"""

_STEPS = (_FIRST, _MAIL)
"""What makes each version of the ledger out of the one before; the first makes it out of nothing."""


class Noted(msgspec.Struct, frozen=True):
    """A finding on a return, with what its explanation is tied to."""

    finding: Finding
    fingerprint: str
    """What the finding says of which figures: an explanation holds as long as this stays the same."""
    explanation: str = ""
    """What the unit has written beside the check, in the same file."""


class Arrival(msgspec.Struct, frozen=True):
    """How a file came."""

    sha256: str
    source: str
    """The path under the folder that was collected; inside a parcel, the names from outside in."""
    sent: str = ""
    """When it was sent or last changed, as far as that is known (ISO, UTC)."""
    sender: str = ""
    parcel: str = ""
    """The hash of the parcel that it came in."""
    round: int = 0

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.source.rpartition("/")[2]


class Return(msgspec.Struct, frozen=True):
    """What was read in one file, and what is wrong with it."""

    sha256: str
    context: str
    """What it was checked against; when that changes it is checked anew."""
    verdict: str
    code: str = ""
    """The unit of the roster that it belongs to; empty where it is not known."""
    matched: str = ""
    said_code: str = ""
    said_name: str = ""
    year: int | None = None
    edition: str = ""
    errors: int = 0
    queries: int = 0
    report: bytes | None = None
    """The report as compressed JSON; see :func:`pack`."""
    noted: tuple[Noted, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """What the officer has decided, for good: only another decision takes it back."""

    id: int
    kind: str
    """``accept``, ``reject``, ``assign``, ``explain``, ``waive`` or ``undo``."""
    code: str = ""
    sha256: str = ""
    finding: str = ""
    fingerprint: str = ""
    target: int | None = None
    """For ``undo``: the decision that is taken back."""
    reason: str = ""
    made: str = ""
    made_by: str = ""


class Product(msgspec.Struct, frozen=True):
    """A file that we have written into the workspace."""

    path: str
    code: str
    fingerprint: str
    """What it was made from: as long as this is the same, it need not be made again."""
    sha256: str


def pack(data: bytes) -> bytes:
    """Return data in a tenth of its size."""
    return zlib.compress(data, 1)


def unpack(data: bytes) -> bytes:
    """Return what :func:`pack` was given.

    Raises GoujiError where it is damaged.
    """
    try:
        return zlib.decompress(data)
    except zlib.error:
        raise GoujiError(f"台账里的一条记录{_TROUBLES['CORRUPT']}") from None


class Ledger:
    """An open ledger. What is changed inside ``with ledger.transaction():`` is kept whole or not at all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def create(cls, path: Path) -> None:
        """Make an empty ledger; one that is there already is left alone."""
        with _plainly(path), _connected(path) as db:
            _bring_up_to_date(db)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Ledger]:
        """Open a ledger; one of an older program is brought up to date, and keeps everything.

        Raises GoujiError where there is none, where it is broken or of a newer program, or where the disk fails.
        """
        if not path.exists():
            raise GoujiError(f"找不到台账“{path}”。请用 gouji restore 从备份恢复，或者用 gouji init 新建工作文件夹。")
        with _plainly(path), _connected(path) as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(_STEPS):
                raise GoujiError("台账是更新版本的程序建立的。请升级 gouji。")
            if version < 1:
                raise GoujiError(f"“{path}”不是完整的台账。请从备份恢复。")
            _bring_up_to_date(db)
            yield cls(db)

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
    def mail(self) -> MailBook:
        """The part of it that is about mail."""
        return MailBook(self._db)

    def copy(self) -> bytes:
        """Return the whole ledger as a file, as it is at this moment."""
        return self._db.serialize()

    # ---------------------------------------------------------------- rounds

    def begin_round(self, now: str) -> int:
        """Return the number of the collection that is going on: an interrupted one goes on, else a new one begins."""
        going_on = self._db.execute("SELECT id FROM rounds WHERE ended IS NULL ORDER BY id").fetchone()
        if going_on:
            return int(going_on[0])
        return int(self._db.execute("INSERT INTO rounds (started) VALUES (?)", (now,)).lastrowid or 0)

    def end_round(self, number: int, now: str) -> None:
        """Say that a collection has come to its end."""
        self._db.execute("UPDATE rounds SET ended = ? WHERE id = ?", (now, number))

    def drop_round(self, number: int) -> None:
        """Forget a collection that found nothing new."""
        self._db.execute(
            "DELETE FROM rounds WHERE id = ? AND NOT EXISTS (SELECT 1 FROM arrivals WHERE round = rounds.id)", (number,)
        )

    def last_change(self) -> str:
        """Return when something last came or was decided; empty where nothing has."""
        row = self._db.execute(
            "SELECT max(time) FROM (SELECT started AS time FROM rounds UNION ALL SELECT ended FROM rounds "
            "UNION ALL SELECT made FROM decisions)"
        ).fetchone()
        return str(row[0] or "")

    # ---------------------------------------------------------------- what was received

    def files(self) -> dict[str, int]:
        """Return the size of every file that was received, by its hash."""
        return dict(self._db.execute("SELECT sha256, size FROM files"))

    def file_names(self) -> dict[str, str]:
        """Return under which name each file stands in the archive, by its hash."""
        return dict(self._db.execute("SELECT sha256, name FROM files"))

    def file_name(self, sha256: str) -> str:
        """Return under which name a file stands in the archive."""
        row = self._db.execute("SELECT name FROM files WHERE sha256 = ?", (sha256,)).fetchone()
        return str(row[0])

    def arrival_keys(self) -> set[tuple[str, str]]:
        """Return which file has come in which way already."""
        return {(row[0], row[1]) for row in self._db.execute("SELECT sha256, source FROM arrivals")}

    def arrivals(self, *, code: str | None = None, sha256: str | None = None) -> Iterator[Arrival]:
        """Yield how everything came, or all of one unit or one file: by collection, then by time, then by name."""
        where, values = "", ()  # type: tuple[str, tuple[str, ...]]
        if sha256 is not None:
            where, values = "WHERE sha256 = ?", (sha256,)
        elif code is not None:
            where, values = "WHERE sha256 IN (SELECT sha256 FROM returns WHERE code = ?)", (code,)
        rows = self._db.execute(
            "SELECT sha256, source, sent, sender, parcel, round FROM arrivals "
            f"{where} ORDER BY round, sent, source, sha256",
            values,
        )
        for row in rows:
            yield Arrival(*row)

    def receive(self, arrival: Arrival, size: int, *, parcel: bool) -> bool:
        """Record that a file has come, and return whether it is new; a parcel's content comes with it each time."""
        files = self._db.execute(
            "INSERT OR IGNORE INTO files (sha256, name, size, parcel) VALUES (?, ?, ?, ?)",
            (arrival.sha256, arrival.name, size, parcel),
        )
        self._db.execute(
            "INSERT OR IGNORE INTO arrivals (sha256, source, round, sent, sender, parcel) VALUES (?, ?, ?, ?, ?, ?)",
            (arrival.sha256, arrival.source, arrival.round, arrival.sent, arrival.sender, arrival.parcel),
        )
        if parcel:
            self.reopen(arrival.sha256)
        return files.rowcount == 1

    def contents(self) -> dict[str, list[tuple[str, str]]]:
        """Return what was in each parcel: hashes, and names in the archive."""
        inside: dict[str, list[tuple[str, str]]] = {}
        for parcel, sha256, name in self._db.execute(
            "SELECT DISTINCT a.parcel, f.sha256, f.name "
            "FROM arrivals a JOIN files f USING (sha256) WHERE a.parcel != ''"
        ):
            inside.setdefault(parcel, []).append((sha256, name))
        return inside

    def reopen(self, sha256: str) -> None:
        """Let a parcel be unpacked, also where it was before."""
        self._db.execute("UPDATE files SET unpacked = 0 WHERE sha256 = ?", (sha256,))

    def unopened_parcels(self) -> list[str]:
        """Return the hashes of the parcels that have not been unpacked."""
        rows = self._db.execute("SELECT sha256 FROM files WHERE parcel AND NOT unpacked ORDER BY sha256")
        return [row[0] for row in rows]

    def opened(self, sha256: str, remarks: Iterable[str]) -> None:
        """Record that a parcel was unpacked, and what is to be said of it."""
        self._db.execute("UPDATE files SET unpacked = 1 WHERE sha256 = ?", (sha256,))
        self._db.executemany("INSERT OR IGNORE INTO remarks VALUES (?, ?)", [(sha256, text) for text in remarks])

    def remarks(self) -> list[tuple[str, str]]:
        """Return what is to be said of parcels: the hash and the sentence."""
        return [(row[0], row[1]) for row in self._db.execute("SELECT sha256, text FROM remarks ORDER BY 1, 2")]

    def contexts(self) -> dict[str, tuple[str, str, str]]:
        """Return of every file that is no parcel: its context (empty before it was read), and whom it says it is of."""
        rows = self._db.execute(
            "SELECT f.sha256, coalesce(r.context, ''), coalesce(r.said_code, ''), coalesce(r.said_name, '') "
            "FROM files f LEFT JOIN returns r USING (sha256) WHERE NOT f.parcel"
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    # ---------------------------------------------------------------- what became of it

    _COLUMNS = (
        "sha256, context, verdict, code, matched, said_code, said_name, year, edition, errors, queries, report, noted"
    )

    def record(self, returned: Return) -> None:
        """Record what was read; what was recorded of the same file before is replaced."""
        values = [getattr(returned, name) for name in self._COLUMNS.split(", ")[:-1]]
        self._db.execute(
            f"INSERT OR REPLACE INTO returns ({self._COLUMNS}) VALUES ({', '.join('?' * (len(values) + 1))})",
            (*values, pack(_encoder.encode(returned.noted)) if returned.noted else b""),
        )

    def returns(self, code: str | None = None) -> Iterator[Return]:
        """Yield what was read, of all units or of one, those of one unit together; without the reports themselves."""
        columns = self._COLUMNS.replace("report", "NULL")
        where, values = ("", ()) if code is None else (" WHERE code = ?", (code,))
        for row in self._db.execute(f"SELECT {columns} FROM returns{where} ORDER BY code, sha256", values):
            yield _return(row)

    def report(self, sha256: str) -> bytes | None:
        """Return the report that was read in a file, as JSON; None where it could not be read."""
        row = self._db.execute("SELECT report FROM returns WHERE sha256 = ?", (sha256,)).fetchone()
        return unpack(row[0]) if row and row[0] is not None else None

    # ---------------------------------------------------------------- what was decided

    def decide(self, decision: Decision) -> int:
        """Record a decision and return its number."""
        names = [name for name in Decision.__struct_fields__ if name != "id"]
        cursor = self._db.execute(
            f"INSERT INTO decisions ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [getattr(decision, name) for name in names],
        )
        return int(cursor.lastrowid or 0)

    def decisions(self) -> list[Decision]:
        """Return all decisions, also those that were taken back, oldest first."""
        names = ", ".join(Decision.__struct_fields__)
        return [Decision(*row) for row in self._db.execute(f"SELECT {names} FROM decisions ORDER BY id")]

    # ---------------------------------------------------------------- what was written

    def products(self, folder: str) -> dict[str, Product]:
        """Return what we have written into a folder of the workspace, not into one inside it, by path."""
        rows = self._db.execute(
            "SELECT path, code, fingerprint, sha256 FROM products "
            "WHERE substr(path, 1, :length) = :inside AND instr(substr(path, :length + 1), '/') = 0",
            {"inside": f"{folder}/", "length": len(folder) + 1},
        )
        return {row[0]: Product(*row) for row in rows}

    def produced(self, products: Sequence[Product]) -> None:
        """Record what was written."""
        self._db.executemany(
            "INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?)",
            [(product.path, product.code, product.fingerprint, product.sha256) for product in products],
        )

    def withdrawn(self, paths: Iterable[str]) -> None:
        """Forget files of ours that are no longer there."""
        self._db.executemany("DELETE FROM products WHERE path = ?", [(path,) for path in paths])


_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(list[dict[str, Any]], float_hook=Decimal)
"""Untyped: what a finding expects may be a text or a number, and a type cannot say that of a Decimal."""


def _return(row: Sequence[Any]) -> Return:
    noted = tuple(map(_noted, _decoder.decode(unpack(row[-1])))) if row[-1] else ()
    return Return(**dict(zip(Return.__struct_fields__, (*row[:-1], noted), strict=True)))


def _noted(said: dict[str, Any]) -> Noted:
    finding = said["finding"]
    finding["refs"], finding["cells"] = tuple(finding["refs"]), tuple(finding["cells"])
    return Noted(Finding(**finding), said["fingerprint"], said["explanation"])


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    # Closed even where a broken file fails the first statement.
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        yield db


def _bring_up_to_date(db: sqlite3.Connection) -> None:
    """Take the steps that are missing, all or none; of two programs at once, one does it."""
    if db.execute("PRAGMA user_version").fetchone()[0] >= len(_STEPS):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[db.execute("PRAGMA user_version").fetchone()[0] :]:
            for statement in filter(str.strip, step.split(";")):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(_STEPS)}")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """Say in Chinese what SQLite cannot do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        raise GoujiError(f"台账“{path}”{_TROUBLES.get(code.partition('_')[2].partition('_')[0], _TROUBLE)}") from error


_TROUBLE = "读写不了。请检查磁盘和网络，必要时用 gouji restore 从备份恢复。"
_TROUBLES = {
    "FULL": "写不了：磁盘满了。已经记下的没有受影响。请腾出空间以后，把同一个命令再运行一遍。",
    "BUSY": "正被别的程序占用。请关闭打开台账的程序以后再试。",
    "READONLY": "是只读的，写不了。请检查文件夹的权限。",
    "IOERR": "读写出错，可能是磁盘或者网络的问题。已经记下的没有受影响。请稍后把同一个命令再运行一遍。",
    "CANTOPEN": "打不开。请检查文件夹的权限和网络。",
    "NOTADB": "已经损坏，不是台账文件。请用 gouji restore 从备份恢复。",
    "CORRUPT": "已经损坏。请用 gouji restore 从备份恢复。",
}
