"""A ledger of before took the sender of an attached mail for the sender: it is opened, and corrected."""

from __future__ import annotations

import contextlib
import sqlite3
from email.message import EmailMessage
from pathlib import Path

from county import TOWNS, County

from gouji.collection.ledger import ledger, schema

FIRST = TOWNS[0]
_KEPT = {
    "rounds": "id, started, ended",
    "files": "sha256, name, size, parcel, unpacked",
    "arrivals": "sha256, source, round, sent, sender, parcel",
    "letters": "sha256, message_id, answered",
}


def as_of_before(path: Path, sender: str) -> None:
    """Write a ledger again as the version before the senders did, which knew another ``sender``."""
    with contextlib.closing(sqlite3.connect(path)) as now:
        rows = {table: now.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in _KEPT.items()}
    path.unlink()
    before = schema._STEPS[: schema._STEPS.index(schema._SENDERS)]
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as old:
        for step in before:
            old.executescript(step)
        for table, columns in _KEPT.items():
            marks = ", ".join("?" * len(columns.split(",")))
            old.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
        old.execute("UPDATE arrivals SET sender = ? WHERE parcel != ''", (sender,))
        old.execute("INSERT INTO remarks VALUES ((SELECT sha256 FROM files WHERE parcel), '收到')")
        old.execute(f"PRAGMA user_version = {len(before)}")


def test_the_next_run_takes_mails_apart_again_and_corrects_their_senders(tmp_path: Path) -> None:
    office = County(tmp_path / "年报", TOWNS)
    office.run("issue")
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"], outer["From"] = FIRST.emails[0], "stranger@example.com"
    for message in (inner, outer):
        message["To"], message["Subject"] = "office@example.com", "年报"
        message.set_content("见附件")
    inner.add_attachment(office.saved(FIRST, office.filled(FIRST)), "a", "b", filename="年报.xlsx")
    outer.add_attachment(inner)
    (office.folder / "回收" / "转.eml").write_bytes(outer.as_bytes())
    office.run("collect")
    as_of_before(office.folder / ledger.FILE, FIRST.emails[0])
    with office.ledger() as opened:
        assert [arrival.sender for arrival in opened.arrivals() if arrival.container] == [FIRST.emails[0]]
        assert opened.remarks() == []
    office.run("collect")
    with office.ledger() as opened:
        assert [arrival.sender for arrival in opened.arrivals() if arrival.container] == ["stranger@example.com"]
    assert office.findings(FIRST) == ["mail.stranger"]
    assert len(office.status()["units"][0]["returns"]) == 1
