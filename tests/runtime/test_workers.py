"""Worker processes that abort, exit, hang, use up memory or raise: only that item fails.

The functions that misbehave stand at the top of this module, since a worker imports them by name.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import pytest
import xlsxwriter
from nurseries import nurseries, workers
from pace import HANG, slow
from python_calamine import CalamineWorkbook

from gouji.form.forms import Forms
from gouji.jobs import batch
from gouji.jobs.batch import Checked, Previous, check_file, check_files
from gouji.runtime import worker_processes
from gouji.runtime import workers as isolation
from gouji.runtime.errors import DocumentError, GoujiError
from gouji.runtime.worker_processes import StartMethod
from gouji.runtime.workers import Failure, Limits, run_isolated

SAMPLES = Path(__file__).parents[2] / "samples"
STARTS: list[StartMethod] = ["spawn"] if sys.platform == "win32" else ["forkserver", "spawn"]
STARTS_EVERYDAY = [STARTS[0], *map(slow, STARTS[1:])]
"""The start that users get here; the others import everything anew in each worker."""

LIMITS = Limits(seconds=HANG, memory=600 * 2**20)
SHORT = Limits(seconds=2.0, memory=600 * 2**20)
"""For items that hang; the others take microseconds."""

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")
kernel_limits_only = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory by the kernel")

_kept: list[bytearray] = []
_LONGER_THAN_ANY_TEST_WAITS = 3600
"""A worker that ends by itself would look as if somebody had stopped it."""


# ---------------------------------------------------------------- what workers do


def misbehave(item: str) -> str:
    if item == "abort":
        os.abort()
    if item == "exit":
        os._exit(3)
    if item == "hang":
        time.sleep(_LONGER_THAN_ANY_TEST_WAITS)
    if item == "eat":
        len(bytearray(2**30))
    if item == "raise":
        raise ValueError("as asked")
    if item == "leave":
        raise SystemExit(0)
    if item == "unpicklable":
        return lambda: item  # type: ignore[return-value]
    return item.upper()


def eat_slowly(item: str) -> str:
    if item == "eat":
        for _ in range(200):
            _kept.append(bytearray(b"x" * 2**23))
            time.sleep(0.02)
    return item


def keep_or_use(item: str) -> str:
    """Use 300 MB, and keep them allocated if the item asks for it."""
    block = bytearray(300 * 2**20)
    if item == "keep":
        _kept.append(block)
    return item


OUT_OF_ORDER = 20


def take_time(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def note(item: tuple[Path, str]) -> str:
    """Record the start of the item; the first item takes until many others have started."""
    folder, name = item
    (folder / name).touch()
    if name == "0":
        end = time.monotonic() + HANG
        while len(list(folder.iterdir())) <= OUT_OF_ORDER // 2 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.5)  # whatever has no bound goes on
    return name


class Untravelled(Exception):  # noqa: N818
    """An exception that takes two arguments but keeps one, so that it cannot be unpickled."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


def raise_untravelled(item: str) -> str:
    raise Untravelled(item, item)


def read_first_sheet(path: Path) -> int:
    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False))


def check_badly(path: Path, previous: Previous, **options: Any) -> Checked:
    """Check a file normally, unless its name asks for a failure."""
    misbehave(path.stem)
    return check_file(path, previous, **options)


def pack_badly(path: Path, forms: Forms) -> object:
    misbehave(path.stem)
    return _really_packed(path, forms)


_really_packed = batch._packed


# ---------------------------------------------------------------- isolation


@pytest.mark.parametrize("start", STARTS_EVERYDAY)
@pytest.mark.parametrize(
    "item, kind",
    [
        ("abort", "crashed"),
        ("exit", "crashed"),
        ("leave", "crashed"),
        ("hang", "slow"),
        pytest.param("eat", "large", marks=kernel_limits_only),
        ("raise", "raised"),
        ("unpicklable", "raised"),
    ],
)
def test_one_item_fails_and_all_others_finish_in_order(start: StartMethod, item: str, kind: str) -> None:
    items = [f"good {n}" for n in range(50)]
    items[20] = items[21] = item
    limits = SHORT if item == "hang" else LIMITS
    outcomes = list(run_isolated(misbehave, items, limits=limits, start=start, workers=2))
    failed = [(n, outcome.kind) for n, outcome in enumerate(outcomes) if isinstance(outcome, Failure)]
    assert failed == [(20, kind), (21, kind)]
    expected = [name.upper() for n, name in enumerate(items) if n not in (20, 21)]
    assert [outcome for outcome in outcomes if not isinstance(outcome, Failure)] == expected


@pytest.mark.parametrize("start", STARTS_EVERYDAY)
@kernel_limits_only
def test_all_kinds_of_failure_can_occur_together(start: StartMethod) -> None:
    bad = {"abort": "crashed", "exit": "crashed", "eat": "large", "raise": "raised", "hang": "slow"}
    items = [name for n in range(3) for name in (f"good {n}", *list(bad)[: 4 + (n == 1)], f"more {n}")]
    outcomes = list(run_isolated(misbehave, items, limits=SHORT, start=start))
    for item, outcome in zip(items, outcomes, strict=True):
        assert outcome == item.upper() or (isinstance(outcome, Failure) and outcome.kind == bad[item])


@pytest.mark.parametrize("start", STARTS_EVERYDAY)
def test_a_reader_library_may_abort_the_process(tmp_path: Path, start: StartMethod) -> None:
    paths = [tmp_path / f"{n}.xlsx" for n in range(6)]
    for number, path in enumerate(paths):
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet().write(*((1048575, 16383, 1) if number == 3 else (0, 0, 1)))
    outcomes = list(run_isolated(read_first_sheet, paths, start=start))
    assert outcomes == [1, 1, 1, Failure("crashed"), 1, 1]


@pytest.mark.parametrize("place", [0, -1])
def test_the_first_and_the_last_item_may_fail(place: int) -> None:
    items = [f"good {n}" for n in range(10)]
    items[place] = "abort"
    outcomes = list(run_isolated(misbehave, items, limits=LIMITS))
    assert outcomes[place] == Failure("crashed")
    assert sum(isinstance(outcome, Failure) for outcome in outcomes) == 1


def test_one_item_and_no_item_work_too() -> None:
    assert list(run_isolated(misbehave, ["abort"])) == [Failure("crashed")]
    assert list(run_isolated(misbehave, [])) == []


def test_the_order_is_kept_regardless_of_duration() -> None:
    seconds = [0.3, 0.0, 0.1, 0.0, 0.0, 0.2, *[0.0] * 30]
    assert list(run_isolated(take_time, seconds, workers=4)) == seconds


def test_an_exception_is_returned_with_its_traceback() -> None:
    (failure,) = run_isolated(misbehave, ["raise"])
    assert isinstance(failure, Failure)
    assert isinstance(failure.error, ValueError)
    assert "as asked" in failure.traceback
    assert "in misbehave" in failure.traceback


def test_an_exception_that_cannot_be_pickled_is_reported_by_name() -> None:
    (failure,) = run_isolated(raise_untravelled, ["x"])
    assert isinstance(failure, Failure)
    assert failure.kind == "raised"
    assert "Untravelled" in str(failure.error)


@kernel_limits_only
def test_memory_left_by_an_earlier_item_does_not_fail_a_later_one() -> None:
    items = ["keep", "use", "keep", "use", "use"]
    assert list(run_isolated(keep_or_use, items, limits=Limits(memory=600 * 2**20), workers=1)) == items


def test_a_watchdog_limits_memory_if_the_kernel_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_KERNEL_LIMITS_MEMORY", False)
    items = ["a", "eat", "b", "c"]
    outcomes = list(run_isolated(eat_slowly, items, limits=Limits(seconds=HANG, memory=200 * 2**20), start="spawn"))
    assert outcomes == ["a", Failure("large"), "b", "c"]


def test_an_item_is_not_slow_because_its_result_is_not_fetched() -> None:
    got = []
    for outcome in run_isolated(take_time, [0.01] * 12, limits=Limits(seconds=0.4), workers=1):
        got.append(outcome)
        if len(got) in (1, 2, 5):
            time.sleep(0.8)
    assert got == [0.01] * 12


def test_the_number_of_outcomes_kept_out_of_order_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_OUT_OF_ORDER", OUT_OF_ORDER)
    items = [(tmp_path, str(n)) for n in range(200)]
    outcomes = run_isolated(note, items, limits=LIMITS, workers=2)
    assert next(outcomes) == "0"
    assert OUT_OF_ORDER // 2 < len(list(tmp_path.iterdir())) <= OUT_OF_ORDER
    assert list(outcomes) == [str(n) for n in range(1, 200)]


def test_workers_that_cannot_start_are_an_error_not_an_endless_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("only_here")
    exec("def function(item): return item", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(RuntimeError, match="cannot be started"):
        list(run_isolated(module.function, ["x"], start="spawn"))


def test_a_wrong_start_method_is_rejected() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        next(run_isolated(misbehave, ["x"], start="nonsense"))  # type: ignore[arg-type]


@pytest.mark.parametrize("start", STARTS)
def test_stopping_early_leaves_nothing_running(start: StartMethod) -> None:
    outcomes = run_isolated(misbehave, ["good", *["hang"] * 30], start=start, workers=2)
    assert next(outcomes) == "GOOD"
    outcomes.close()
    assert not [worker for worker in workers() if _works(worker)]


_BATCH = """
import contextlib, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/../support"]
from test_workers import misbehave
from gouji.runtime.workers import run_isolated
if __name__ == "__main__":
    for outcome in run_isolated(misbehave, ["good", *["hang"] * 30], start=sys.argv[2], workers=2):
        print(outcome, flush=True)
"""


def _hanging(folder: Path, start: StartMethod) -> subprocess.Popen[str]:
    """Start a program with hanging workers, in its own process group."""
    script = folder / "batch.py"
    script.write_text(_BATCH, "utf-8")
    program = subprocess.Popen(
        [sys.executable, str(script), str(Path(__file__).parent), start],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "GOOD\n"
    return program


@pytest.fixture(params=STARTS)
def hanging(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A program with hanging workers."""
    program = _hanging(tmp_path, request.param)
    yield program
    program.kill()
    program.communicate()


@posix_only
def test_an_interruption_leaves_nothing_running_and_only_the_parent_prints(hanging: subprocess.Popen[str]) -> None:
    family = _descendants(psutil.Process(hanging.pid))
    assert len(family) >= 2
    os.killpg(hanging.pid, signal.SIGINT)
    _, stderr = hanging.communicate(timeout=HANG)
    assert hanging.returncode != 0
    assert stderr.count("Traceback") == 1
    assert stderr.rstrip().endswith("KeyboardInterrupt")
    _, alive = psutil.wait_procs(family, timeout=HANG)
    assert alive == []


@posix_only
def test_a_program_that_is_killed_leaves_nothing_running(tmp_path: Path) -> None:
    program = _hanging(tmp_path, STARTS[0])
    family = _descendants(psutil.Process(program.pid))
    program.kill()
    _, alive = psutil.wait_procs(family, timeout=20)
    program.communicate()
    assert alive == []


_SCRIPT = """
from pathlib import Path
from gouji.jobs.batch import Previous, check_files
print("once", [checked.verdict for checked in check_files([Path({path!a})], Previous(None))])
"""


def test_workers_run_nothing_of_the_program_and_nothing_from_its_folder(tmp_path: Path) -> None:
    script = tmp_path / "elsewhere" / "script.py"
    script.parent.mkdir()
    script.write_text(_SCRIPT.format(path=str(SAMPLES / "qingxi-2025.xlsx")), "utf-8")
    received = tmp_path / "received"
    received.mkdir()
    for name in ("lxml", "msgspec", "pickle", "decimal"):
        (received / f"{name}.py").write_text("raise SystemExit('a module of the folder')", "utf-8")
    done = subprocess.run([sys.executable, str(script)], cwd=received, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("once ['pass']\n", "")


@pytest.mark.parametrize("start", STARTS)
def test_workers_find_relative_paths_from_the_folder_that_the_program_is_in(
    start: StartMethod, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        assert list(run_isolated(os.path.realpath, ["x"], start=start)) == [str(tmp_path / name / "x")]


@kernel_limits_only
def test_a_nursery_that_was_killed_is_replaced() -> None:
    assert list(run_isolated(misbehave, ["a"], start="forkserver")) == ["A"]
    for nursery in nurseries():
        nursery.kill()
        nursery.wait()
    assert list(run_isolated(misbehave, ["b"], start="forkserver")) == ["B"]


@pytest.mark.parametrize("start", STARTS)
def test_what_is_started_ahead_does_the_work_or_is_stopped(start: StartMethod, monkeypatch: pytest.MonkeyPatch) -> None:
    worker_processes.stop_all()
    monkeypatch.setattr(worker_processes, "start_method", lambda: start)
    others = psutil.Process().children()
    worker_processes.start_ahead(["test_workers"])
    (program,) = set(psutil.Process().children()).difference(others)
    (family,) = run_isolated(family_of, ["x"], start=start)
    assert not isinstance(family, Failure)
    assert program.pid in family
    worker_processes.stop_all()
    assert not program.is_running()


@kernel_limits_only
def test_what_every_worker_would_load_is_loaded_once_before_the_second_is_forked() -> None:
    worker_processes.stop_all()
    items = ["first", "abort", "second", "abort", "third"]
    first, _, second, _, third = run_isolated(
        where_prepared, items, workers=1, start="forkserver", preload=["test_workers:prepare", "test_workers:fail"]
    )
    assert first == ("first", [])
    assert not isinstance(second, Failure)
    (nursery,) = second[1]
    assert third == ("third", [nursery])
    assert nursery != os.getpid()


_prepared_in: list[int] = []


def prepare() -> None:
    """Note in which process something was prepared."""
    _prepared_in.append(os.getpid())


def fail() -> None:
    """Fail at preparing something."""
    raise ValueError


def where_prepared(item: str) -> tuple[str, list[int]]:
    """Return in which processes something was prepared before this one was forked."""
    if item == "abort":
        os.abort()
    return item, _prepared_in


def family_of(item: str) -> tuple[int, int]:
    """Return this process and the one that started it."""
    return os.getpid(), os.getppid()


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    return process.children(recursive=True)


def _works(worker: psutil.Process) -> bool:
    """Tell whether a worker has not ended: the nursery may still have to notice its end."""
    try:
        return worker.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# ---------------------------------------------------------------- files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """30 good workbooks."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.xlsx").write_bytes((SAMPLES / "qingxi-2025.xlsx").read_bytes())
    return folder


def _add(folder: Path, *names: str) -> None:
    for name in names:
        (folder / f"{name}.xlsx").write_bytes((SAMPLES / "qingxi-2025.xlsx").read_bytes() + name.encode())


def test_a_file_that_kills_its_worker_is_unreadable_and_the_others_are_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(batch, "_checked", check_badly)
    monkeypatch.setattr(batch, "LIMITS", Limits(seconds=HANG, memory=2**30))
    _add(folder, "abort", "raise")
    paths = sorted(folder.iterdir())
    results = list(check_files(paths, Previous(None)))
    assert [result.path for result in results] == [str(path) for path in paths]
    bad = {Path(result.path).stem: result for result in results if result.verdict == "unreadable"}
    assert {result.verdict for result in results if Path(result.path).stem not in bad} == {"pass"}
    messages = {name: result.findings[0].message for name, result in bad.items()}
    assert set(messages) == {"abort", "raise"}
    assert messages["abort"].startswith("读这个文件时程序异常中止，没有读取")
    assert messages["raise"].startswith("读这个文件时程序出错（ValueError）")
    assert [finding.rule for result in bad.values() for finding in result.findings] == ["unreadable"] * 2
    assert bad["abort"].sha256
    assert "as asked" in caplog.text


def test_a_file_that_takes_too_long_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_checked", check_badly)
    monkeypatch.setattr(batch, "LIMITS", Limits(seconds=0.5))
    _add(tmp_path, "hang")
    (result,) = check_files([tmp_path / "hang.xlsx"], Previous(None))
    assert result.verdict == "unreadable"
    assert [finding.message.partition("，")[0] for finding in result.findings] == ["超过 0.5 秒没有读完"]


@kernel_limits_only
def test_a_file_that_takes_too_much_memory_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_checked", check_badly)
    monkeypatch.setattr(batch, "LIMITS", Limits(memory=600 * 2**20))
    _add(folder, "eat")
    *good, bad = check_files(sorted(folder.iterdir()), Previous(None))
    assert {result.verdict for result in good} == {"pass"}
    assert "占用的内存过大（超过 600 MB）" in bad.findings[0].message


def test_workers_give_the_same_results_as_the_program_itself(wrong_year: Path) -> None:
    paths = sorted(SAMPLES.iterdir())
    for previous in (Previous(None), Previous(SAMPLES / "qingxi-2024.json"), Previous(wrong_year)):
        alone = [check_file(path, previous) for path in paths if "2025" in path.name]
        assert [result.reading for result in alone if result.verdict != "unreadable"].count(None) == 0
        isolated = list(check_files([path for path in paths if "2025" in path.name], previous))
        assert [result.as_json() for result in isolated] == [result.as_json() for result in alone]


@pytest.fixture
def wrong_year(tmp_path: Path) -> Path:
    """A folder with last year's report of another unit."""
    document = json.loads((SAMPLES / "qingxi-2024.json").read_text("utf-8"))
    document["unit"] = {"name": "别的乡", "code": "9"}
    (tmp_path / "last").mkdir()
    (tmp_path / "last" / "other.json").write_text(json.dumps(document), "utf-8")
    return tmp_path / "last"


def test_a_hostile_file_among_last_years_reports_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_packed", pack_badly)
    _add(tmp_path, "abort")
    (tmp_path / "own.json").write_bytes((SAMPLES / "qingxi-2024.json").read_bytes())
    reading = check_file(SAMPLES / "qingxi-2025.xlsx", Previous(None)).reading
    assert reading is not None
    last_year = Previous(tmp_path).of(reading.report.unit, reading.report.year)
    assert last_year is not None
    assert last_year.report.year == 2024
    with pytest.raises(DocumentError, match=r"abort\.xlsx.*异常中止"):
        Previous(tmp_path / "abort.xlsx")


def test_a_wrong_report_of_last_year_is_an_error_of_the_command() -> None:
    with pytest.raises(GoujiError, match="不是前后两年"):
        list(check_files([SAMPLES / "qingxi-2025.xlsx"], Previous(SAMPLES / "qingxi-2025.json")))


# ---------------------------------------------------------------- the command


def _gouji(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "gouji", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)


def test_check_reports_every_file_of_a_folder_in_order(folder: Path) -> None:
    (folder / "05-empty.xlsx").write_bytes(b"")
    (folder / "17-half.xlsx").write_bytes((SAMPLES / "qingxi-2025.xlsx").read_bytes()[:5000])
    (folder / "29-wrong.xlsx").write_bytes((SAMPLES / "liutang-2025.xlsx").read_bytes())
    done = _gouji("check", folder)
    assert done.returncode == 1
    assert done.stderr == ""
    paths = [line.partition("：")[0] for line in done.stdout.splitlines() if line.startswith(str(folder))]
    assert paths == [str(path) for path in sorted(folder.iterdir())]
    assert "共 33 个文件：通过 30 个，不通过 1 个，读不出来 2 个。" in done.stdout
    results = json.loads(_gouji("check", folder, "--format", "json").stdout)["files"]
    verdicts = {Path(result["path"]).stem: result["verdict"] for result in results if result["verdict"] != "pass"}
    assert verdicts == {"05-empty": "unreadable", "17-half": "unreadable", "29-wrong": "fail"}
    assert len(results) == 33


@posix_only
def test_a_terminal_shows_the_progress_of_a_batch(tmp_path: Path) -> None:
    import pty

    # A system with the encoding GBK cannot have such a name.
    odd = "乙\U00020000镇" if sys.getfilesystemencoding() == "utf-8" else "乙?镇"
    for name in ("甲镇", odd, "c\x1b[31m"):
        (tmp_path / f"{name}.xlsx").write_bytes((SAMPLES / "qingxi-2025.xlsx").read_bytes())
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gouji", "check", str(tmp_path)]
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "COLUMNS": "60"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    shown = os.read(ours, 65536).decode("gbk")
    os.close(ours)
    assert done.returncode == 0
    for line in ("1/3 c?[31m.xlsx", "2/3 乙?镇.xlsx", "3/3 甲镇.xlsx"):
        assert line in shown
    assert "\x1b" not in shown
    assert shown.split("\r")[-1] == ""
    assert done.stdout.decode("gbk").count("通过。") == 3


def test_workers_accept_a_partial_function() -> None:
    paths = [SAMPLES / "qingxi-2025.xlsx", SAMPLES / "liutang-2025.xlsx"]
    outcomes = run_isolated(partial(check_badly, previous=Previous(None)), paths)
    assert [outcome.verdict for outcome in outcomes if isinstance(outcome, Checked)] == ["pass", "fail"]
