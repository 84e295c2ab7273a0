"""A collection on a cluster of dask.distributed, with a real scheduler and real worker processes."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import own_forms
import pytest
from aftermath import ended, leftovers, state_of
from county import County, member
from dask_cluster import ProcessCluster
from deadly import MARK, deadly
from sendings import send_many

from gouji.collection.intake.collect import Tell, collect
from gouji.collection.workspace.workers import Cluster, local_workers
from gouji.runtime.errors import GoujiError

_CLUSTER = """
    import sys
    from distributed import LocalCluster

    if __name__ == "__main__":
        with LocalCluster(
            n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
        ) as cluster:
            print(cluster.scheduler_address, flush=True)
            sys.stdin.read()
"""


def cluster_of(workers: int, folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start a cluster; yield its address and its process, which ends with its input."""
    script = folder / "cluster.py"
    script.write_text(textwrap.dedent(_CLUSTER), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    with (
        (folder / "cluster.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, script, str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
            env=environment,
        ) as process,
    ):
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("tcp://"), (folder / "cluster.log").read_text()
        try:
            yield address, process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    for address, _ in cluster_of(2, tmp_path_factory.mktemp("cluster")):
        yield address


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has received 120 files: more than are sent to a worker together."""
    office = County(tmp_path_factory.mktemp("office") / "年报", [member(number) for number in range(1, 6)])
    office.run("issue")
    send_many(office, 120, workbooks=5)
    return office


@pytest.mark.soak
def test_a_collection_on_a_cluster_equals_one_on_this_computer(full: County, address: str, tmp_path: Path) -> None:
    local, clustered = full.copied(tmp_path / "here" / "年报"), full.copied(tmp_path / "there" / "年报")
    for command in (("issue",), ("collect",), ("return",), ("report", "--all")):
        local.run(*command)
        status, output = ended(clustered.folder, *command, "--dask", address)
        assert status == 0, output
    assert state_of(clustered) == state_of(local)
    assert leftovers(clustered.folder) == []


@pytest.mark.soak
def test_files_that_kill_a_worker_are_reported_the_same_and_the_others_are_done(
    full: County, address: str, tmp_path: Path
) -> None:
    local, clustered = full.copied(tmp_path / "here" / "年报"), full.copied(tmp_path / "there" / "年报")
    for office in (local, clustered):
        (office.folder / "回收" / f"050{MARK}.json").write_text("{}")
    collect(local.workspace, executor=deadly(local_workers))
    with contextlib.closing(Cluster(address)) as cluster:
        collected = collect(clustered.workspace, executor=deadly(cluster))
    assert collected.problems == []
    state = state_of(clustered)
    assert state == state_of(local)
    assert ["程序异常中止" in file["why"] for file in state["status"]["unknown"] if MARK in file["source"]] == [True]


@pytest.mark.soak
def test_a_lost_cluster_is_reported_and_the_same_command_continues(full: County, tmp_path: Path) -> None:
    whole, office = full.copied(tmp_path / "whole" / "年报"), full.copied(tmp_path / "lost" / "年报")
    whole.run("collect")
    with contextlib.contextmanager(cluster_of)(1, tmp_path) as (address, process):
        cluster = Cluster(address)
        with (
            contextlib.closing(cluster),
            pytest.raises(GoujiError, match=r"^dask 集群“tcp://.*”出错（.*已经记下的没有受影响"),
        ):
            collect(office.workspace, executor=cluster, tell=lambda task, returned: process.kill())
    office.run("collect")
    assert state_of(office) == state_of(whole)


@pytest.mark.slow
@pytest.mark.parametrize("accident", [ProcessCluster.restart_a_worker, ProcessCluster.lose_a_worker])
def test_work_goes_on_when_a_worker_is_killed(
    full: County, tmp_path: Path, accident: Callable[[ProcessCluster], None]
) -> None:
    local, office = full.copied(tmp_path / "here" / "年报"), full.copied(tmp_path / "there" / "年报")
    collect(local.workspace)
    with started(tmp_path) as processes, contextlib.closing(Cluster(processes.address)) as cluster:
        collected = collect(office.workspace, executor=cluster, tell=once(lambda: accident(processes)))
    assert collected.problems == []
    assert state_of(office) == state_of(local)


@pytest.mark.slow
def test_a_restart_of_the_scheduler_is_reported_and_the_same_command_continues(full: County, tmp_path: Path) -> None:
    local, office = full.copied(tmp_path / "here" / "年报"), full.copied(tmp_path / "there" / "年报")
    collect(local.workspace)
    with started(tmp_path) as processes:
        with (
            contextlib.closing(Cluster(processes.address)) as cluster,
            pytest.raises(GoujiError, match=r"已经记下的没有受影响，处理以后把同一个命令再运行一遍。$"),
        ):
            collect(office.workspace, executor=cluster, tell=once(processes.restart_the_scheduler))
        with contextlib.closing(Cluster(processes.address)) as cluster:
            collect(office.workspace, executor=cluster)
    assert state_of(office) == state_of(local)


def once(accident: Callable[[], None]) -> Tell:
    """Return what lets an accident happen when the first file has been examined."""
    accidents = [accident]
    return lambda task, submission: accidents.pop()() if accidents else None


@contextlib.contextmanager
def started(folder: Path) -> Iterator[ProcessCluster]:
    """Give a cluster whose processes can be killed."""
    processes = ProcessCluster(folder)
    try:
        yield processes
    finally:
        processes.close()


@pytest.mark.slow
def test_an_address_where_nobody_listens_is_reported_in_one_sentence(full: County, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        status, output = ended(full.folder, "collect", "--dask", address)
    assert (status, output) == (2, f"gouji：连不上 dask 调度器“{address}”。请检查地址，以及调度器是否在运行。\n")


@pytest.mark.parametrize("address", ["x", "", "ftp://127.0.0.1:1", "127.0.0.1"])
def test_an_invalid_address_is_reported_in_one_sentence(address: str) -> None:
    with pytest.raises(GoujiError, match=f"^连不上 dask 调度器“{address}”。"):
        Cluster(address)


@pytest.mark.slow
def test_the_workers_of_a_cluster_know_the_offices_own_form(address: str, tmp_path: Path) -> None:
    office = own_forms.Office(tmp_path / "年报", [member(1), member(2)])
    office.run("issue", "--dask", address)
    for unit in office.members:
        office.answers(unit)
    office.run("collect", "--dask", address)
    assert set(office.states().values()) == {"done"}
