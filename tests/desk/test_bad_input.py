"""What happens to the unlucky: the folder is gone or broken, somebody is at work, the desk is ended."""

from __future__ import annotations

import contextlib
import datetime
import gc
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest
from aftermath import leftovers, state_of
from county import TODAY, TOWNS, County
from officer import Officer, at_the_desk

from gouji.collection.ledger.ledger import FILE
from gouji.collection.steps import collecting
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.watching import Watch
from gouji.desk.desk import Desk
from gouji.desk.server import serving, wait_for_the_end
from gouji.desk.tasks import Cancelled, Task
from gouji.runtime.errors import GoujiError

PAGES = (
    *("", "first", "send", "send/forms", "send/sent", "receive", "units", f"unit/{TOWNS[0].code}", "questions"),
    *("decisions", "finish", "finish/totals", "preview", "alike", "years", f"do/extend?unit={TOWNS[0].code}"),
    "file/" + "0" * 64,
)


@pytest.fixture(scope="module")
def received(issued: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    county = issued.copied(tmp_path_factory.mktemp("unlucky") / "year")
    county.writes(TOWNS[0])
    county.writes(TOWNS[1], requests__new__natural=7)
    return county


@pytest.fixture(scope="module")
def collected(received: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    county = received.copied(tmp_path_factory.mktemp("collected") / "year")
    county.run("collect")
    return county


@pytest.fixture
def county(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "desk" / "year")


@pytest.fixture
def officer(county: County) -> Iterator[Officer]:
    with at_the_desk(county.folder, TODAY) as officer:
        yield officer


def alert(officer: Officer) -> str:
    return "".join(officer.page.xpath("//*[@role='alert' and not(@hidden)]//text()"))


def test_what_a_step_says_is_shown_without_the_commands_that_it_names(officer: Officer) -> None:
    lines = Line("必须改正的共 9 处，用 gouji summary 看是哪些。"), Line("", more=("先用 gouji collect 收表。",))
    officer.desk.tasks.start(Task("填表", (), officer.place, lambda watch: Outcome(lines)))
    officer.waited()
    assert "共 9 处，请看是哪些。先收表。" in officer.text


def test_a_result_that_was_looked_at_is_not_shown_again_at_the_door(county: County, officer: Officer) -> None:
    place = officer.place
    officer.desk.tasks.start(Task("收表", (), place, lambda watch: Outcome((Line("收好了。"),))))
    officer.waited()
    assert "收好了。" in officer.text
    assert officer.open("/").address == f"/year/{place}/"


def test_a_year_whose_folder_is_gone_leaves_the_way_to_the_other_years(county: County, officer: Officer) -> None:
    place = officer.place
    officer.desk.tasks.start(Task("收表", (), place, lambda watch: Outcome()))
    task = officer.desk.tasks.last
    assert task is not None
    assert task.wait(60)
    _moved(county.folder)
    assert "找不到工作文件夹" in alert(officer.open("/"))
    officer.follow("打开别的年度").press("打开")
    assert officer.answer.status_code == 200


# ---------------------------------------------------------------- the folder


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _moved(folder: Path) -> None:
    folder.rename(folder.with_name("别处"))


def _newer(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / FILE)) as db:
        db.execute("PRAGMA user_version = 99")


def _no_ledger(folder: Path) -> None:
    (folder / FILE).write_bytes(b"no database" * 1000)


def _no_roster(folder: Path) -> None:
    (folder / "名册.xlsx").write_bytes(b"no workbook")


def _no_settings(folder: Path) -> None:
    (folder / "设置.toml").write_text("year = [", encoding="utf-8")


@pytest.mark.parametrize(
    "harm, sentence",
    [
        (_gone, "找不到"),
        (_moved, "找不到"),
        (_newer, "更新版本"),
        (_no_ledger, "损坏"),
        (_no_roster, "名册.xlsx"),
        (_no_settings, "设置.toml"),
    ],
    ids=["deleted", "moved", "newer ledger", "damaged ledger", "roster", "settings"],
)
def test_a_folder_that_cannot_be_used_any_more_is_said_in_a_sentence_and_left_as_it_is(
    harm: Callable[[Path], None], sentence: str, county: County, officer: Officer
) -> None:
    assert officer.at("").answer.status_code == 200
    harm(county.folder)
    before = sorted(county.folder.parent.rglob("*"))
    said = set()
    for address in PAGES:
        officer.at(address)
        assert officer.answer.status_code in {200, 404, 409}, f"{officer.answer.status_code} {address}\n{officer.text}"
        assert "程序出了错" not in officer.text
        assert "gouji " not in alert(officer), address
        said.add(alert(officer))
    assert sentence in "".join(said)
    assert sorted(county.folder.parent.rglob("*")) == before


# ---------------------------------------------------------------- writing


def _locked(county: County, monkeypatch: pytest.MonkeyPatch) -> contextlib.AbstractContextManager[Any]:
    return county.workspace.locked("备份")


def _read_only(county: County, monkeypatch: pytest.MonkeyPatch) -> contextlib.AbstractContextManager[Any]:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    return contextlib.nullcontext()


def _full(county: County, monkeypatch: pytest.MonkeyPatch) -> contextlib.AbstractContextManager[Any]:
    """No page may be added to the ledger: what SQLite says is what it says on a full disk."""
    really = sqlite3.connect

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        connection = really(*arguments, **more)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    return contextlib.nullcontext()


@pytest.mark.parametrize(
    "hinder, sentence",
    [(_locked, "另一个命令正在使用这个工作文件夹（备份，"), (_read_only, "写不了"), (_full, "磁盘满了")],
    ids=["locked", "read-only", "full disk"],
)
def test_a_decision_that_cannot_be_written_leaves_what_was_typed(
    hinder: Callable[..., Any], sentence: str, county: County, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "电话问过，属实。" * 4000
    officer.at(f"do/waive?unit={TOWNS[1].code}&rule=requests.balance")
    button = officer.page.xpath("string(//main//form[@method='post'][.//textarea]//button[last()])").strip()
    with hinder(county, monkeypatch):
        officer.press(button, reason=reason)
        assert sentence in alert(officer)
        assert officer.page.xpath("string(//textarea[@name='reason'])").strip() == reason
    monkeypatch.undo()
    with county.ledger() as ledger:
        assert ledger.decisions() == []
    officer.press(button)
    with county.ledger() as ledger:
        assert [one.reason for one in ledger.decisions()] == [reason]


# ---------------------------------------------------------------- tasks


def test_a_long_step_whose_button_is_pressed_twice_is_done_once(county: County, officer: Officer) -> None:
    begun, go = threading.Event(), threading.Event()

    def work(watch: Watch) -> Any:
        begun.set()
        go.wait(60)
        raise GoujiError("停")

    officer.at("receive")
    task = officer.desk.tasks.start(Task("收表", (), officer.place, work))
    assert begun.wait(60)
    officer.press("收“回收”文件夹")
    assert "正在收表，请等它做完" in alert(officer)
    assert officer.desk.tasks.last is task
    go.set()
    assert task.wait(60)


def test_a_next_year_whose_button_is_pressed_twice_is_begun_once(county: County, officer: Officer) -> None:
    officer.at("finish")
    page = officer.answer
    button = officer.page.xpath("string(//form[.//input[@name='deadline']]//button)").strip()
    officer.press(button, name="下一年")
    assert "下一年" in officer.text
    before = {path: path.stat().st_mtime_ns for path in (county.folder.parent / "下一年").rglob("*")}
    officer.answer, officer.address = page, page.request.path
    officer.press(button, name="下一年")
    assert alert(officer)
    assert {path: path.stat().st_mtime_ns for path in (county.folder.parent / "下一年").rglob("*")} == before


@pytest.mark.slow
@pytest.mark.parametrize("after", range(1, 9))
def test_collecting_that_is_cancelled_anywhere_is_finished_by_the_next_run(
    after: int, received: County, collected: County, tmp_path: Path
) -> None:
    office = received.copied(tmp_path / "year")

    def work(watch: Watch) -> Any:
        calls = iter(range(1, after))

        def counted(number: int, total: int, name: str) -> None:
            if next(calls, None) is None:
                task.cancel()
            watch(number, total, name)

        return collecting.collect(office.workspace, [], watch=counted, today=TODAY)

    task = Task("收表", (), "", work)
    task.run()
    assert task.outcome or "已中断" in task.trouble
    assert leftovers(office.folder) == []
    office.run("collect")
    assert state_of(office) == state_of(collected)


def test_a_desk_that_is_ended_while_it_works_stops_the_task_and_leaves_the_folder_in_order(
    received: County, collected: County, tmp_path: Path
) -> None:
    office = received.copied(tmp_path / "year")
    desk, at_work = Desk(tmp_path, lambda: TODAY), threading.Event()

    def work(watch: Watch) -> Any:
        def waiting(number: int, total: int, name: str) -> None:
            at_work.set()
            assert task._cancelled.wait(60)
            watch(number, total, name)

        return collecting.collect(office.workspace, [], watch=waiting, today=TODAY)

    with contextlib.suppress(KeyboardInterrupt), serving(desk):
        task = desk.tasks.start(Task("收表", (), desk.open(office.folder), work))
        assert at_work.wait(60)
        raise KeyboardInterrupt
    assert not task.working
    assert "已中断" in task.trouble
    assert leftovers(office.folder) == []
    with pytest.raises(GoujiError, match="正在关闭"):
        desk.tasks.start(Task("收表", (), "", lambda watch: pytest.fail("started")))
    office.run("collect")
    assert state_of(office) == state_of(collected)


@pytest.mark.parametrize("error", [None, GoujiError, SystemExit])
def test_a_task_that_has_ended_remembers_nothing_that_it_was_given(error: type[BaseException] | None) -> None:
    """Such as a password, or the files of a form."""

    class Password(str):
        pass

    def task_with(password: Password) -> Task:
        def work(watch: Watch) -> Any:
            assert password == "secret"
            if error:
                raise error("停")
            return Outcome()

        return Task("收邮件", (), "", work)

    password = Password("secret")
    held, task = weakref.ref(password), task_with(password)
    del password
    task.run()
    gc.collect()
    assert bool(task.outcome) != bool(task.trouble)
    assert held() is None


def test_a_task_that_ends_by_anything_else_says_so() -> None:
    """Also where somebody has interrupted it who was not the officer."""
    for error in (SystemExit(1), MemoryError(), OSError(28, "full"), sqlite3.OperationalError("x"), Cancelled()):

        def work(watch: Watch, error: BaseException = error) -> Any:
            raise error

        task = Task("收表", (), "", work)
        task.run()
        assert not task.working
        assert task.trouble


# ---------------------------------------------------------------- the end


def test_a_desk_ends_when_it_was_alone_for_long_and_never_while_it_works(tmp_path: Path) -> None:
    desk, go = Desk(tmp_path, lambda: TODAY), threading.Event()
    assert not desk.idle(10, 6)
    desk.touched()
    assert not desk.idle(10, 6)
    assert desk.idle(10, 6)

    def work(watch: Watch) -> Any:
        go.wait(60)
        raise GoujiError("完")

    task = desk.tasks.start(Task("收表", (), "", work))
    assert not desk.idle(10, 100)
    go.set()
    assert task.wait(60)
    assert not desk.idle(10, 6)  # its end is still to be seen
    assert desk.idle(10, 6)


def test_a_computer_that_slept_does_not_end_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks jump; the desk looks twice a second, and only what it has seen counts."""
    desk = Desk(tmp_path, lambda: TODAY)
    clock = iter(range(0, 10**9, 10**5))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
    looks: list[float] = []

    def wait(seconds: float) -> bool:
        looks.append(seconds)
        return len(looks) > 5

    monkeypatch.setattr(desk.ended, "wait", wait)
    wait_for_the_end(desk, 60)
    assert len(looks) == 6


def test_a_clock_that_was_set_back_changes_no_figure_and_breaks_no_page(county: County) -> None:
    with at_the_desk(county.folder, TODAY - datetime.timedelta(days=400)) as officer:
        for address in PAGES[:-1]:
            assert officer.at(address).answer.status_code == 200, address
        officer.at(f"do/waive?unit={TOWNS[1].code}&rule=requests.balance")
        button = officer.page.xpath("string(//main//form[@method='post'][.//textarea]//button[last()])").strip()
        officer.press(button, reason="电话问过，属实")
    with county.ledger() as ledger:
        assert [one.kind for one in ledger.decisions()] == ["waive"]
