"""Sending killed at any moment: everyone gets the mail, and a second copy only where that cannot be avoided."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import mailserver
import pytest
from county import County, member
from mailserver import Authority

UNITS, KILLS = 200, 30
pytestmark = pytest.mark.soak


def test_after_thirty_kills_everyone_has_the_mail_and_copies_have_the_same_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOUJI_MAIL_PASSWORD", mailserver.PASSWORD)
    office = County(tmp_path / "年报", [member(number) for number in range(1, UNITS + 1)])
    office.run("issue")
    authority = Authority(tmp_path)
    chance = random.Random(5)
    in_the_window = 0
    with mailserver.smtp(authority) as (server, port):
        mailserver.with_smtp(office.folder, authority, port)
        command = [sys.executable, "-m", "gouji", "send", "-w", str(office.folder)]
        for kill in range(KILLS):
            # Somewhere during the next mails, not while Python is still starting.
            before = len(server.came)
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while len(server.came) < min(before + chance.randrange(1, 6), UNITS - KILLS + kill):
                assert process.poll() is None
                time.sleep(0.0005)
            time.sleep(chance.random() * 0.2)
            process.send_signal(signal.SIGKILL)
            process.wait()
            time.sleep(0.3)  # mails that are on their way arrive
            with office.ledger() as ledger:
                taken = {came.id for came in server.came}
                states = {mail.message_id: mail.state for mail in ledger.mail.mails()}
            # No mail is recorded as sent that the server has not accepted.
            assert {id for id, state in states.items() if state == "sent"} <= taken
            in_the_window += sum(state == "sending" and id in taken for id, state in states.items())
        office.run("send")
    copies = Counter(came.to for came in server.came)
    assert len(copies) == UNITS
    assert len({came.id for came in server.came}) == UNITS
    assert len({(came.to, came.id) for came in server.came}) == UNITS
    assert len(server.came) - UNITS <= in_the_window
    print(f"{UNITS} units, {KILLS} kills, {len(server.came) - UNITS} copies, {in_the_window} in the window")
