"""The bundles: what is needed is in them, and one is unpacked and run where there is no network and no pip.

They are made of wheels from a registry. Where none can be reached these tests are skipped, with or without
``GOUJI_REQUIRE_ALL``: a failure would say nothing about us.
"""

from __future__ import annotations

import hashlib
import http.cookiejar
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools import wheels  # noqa: E402
from tools.bundle import DESKTOP, PLATFORMS, PYTHONS, SUMS, launcher  # noqa: E402

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
MACHINE = platform.machine()
QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}

WINDOWS_HAS = re.compile(
    r"api-ms-win-[\w-]+|advapi32|bcrypt\w*|crypt32|dbghelp|gdi32|iphlpapi|kernel(32|base)|ntdll|ole32|pdh|powrprof|psapi"
    r"|shell32|user32|userenv|wtsapi32|ws2_32"
)
EMBEDDABLE_HAS = re.compile(r"python3\d*|vcruntime140(_1)?")
NAMED_NOT_LOADED = {"libxml2", "cryptography_rust", "python_calamine"}
"""Names that modules have for themselves, or for what is linked into them."""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("probe")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), "olefile"]
    if subprocess.run(command, capture_output=True, env={**os.environ, **QUIET}).returncode:
        pytest.skip("no registry of Python packages can be reached")


@pytest.fixture(scope="module")
def own(registry: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.own_wheel(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<p>指南</p>", "utf-8")
    return folder


def bundle(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.bundle", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def unpacked(archive: Path, folder: Path) -> Path:
    """Unpack as unzip does, with the modes of the files."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            Path(opened.extract(entry, folder)).chmod(entry.external_attr >> 16)
    (top,) = folder.iterdir()
    return top


def assert_sums_hold(top: Path) -> None:
    lines = (top / SUMS).read_text("utf-8").splitlines()
    digests = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = [path for path in top.rglob("*") if path.is_file() and path.name != SUMS]
    assert set(digests) == {path.relative_to(top).as_posix() for path in files}
    for path in files:
        assert digests[path.relative_to(top).as_posix()] == hashlib.sha256(path.read_bytes()).hexdigest()


# ---------------------------------------------------------------- the wheels


@pytest.mark.slow
@pytest.mark.parametrize("target", PLATFORMS)
def test_the_wheels_for_each_platform_are_complete(target: str, own: Path, tmp_path: Path) -> None:
    machine = wheels.Target(target, PYTHONS[-1])
    names = {path.name.split("-")[0].lower() for path in wheels.fetch(own, (), machine, tmp_path / "wheels")}
    assert {"flask", "waitress", "werkzeug", "markupsafe"} <= names
    assert {"gouji", "lxml", "pypdfium2", "rapidfuzz", "python_calamine", "psutil", "pycryptodomex"} <= names
    alone = ["--isolated", "install", "-q", "--dry-run", "--no-index", f"--find-links={tmp_path / 'wheels'}"]
    wheels.pip(*alone, "--ignore-installed", f"--target={tmp_path / 'none'}", *machine.options, "gouji[pdf]")


def test_a_missing_wheel_that_only_the_other_system_needs_is_named(tmp_path: Path) -> None:
    metadata = 'Requires-Dist: colorama>=0.4 ; sys_platform == "win32"\nRequires-Dist: pdf ; extra == "pdf"\n'
    with zipfile.ZipFile(tmp_path / "gouji-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("gouji-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: gouji\nVersion: 1\n{metadata}\n")
    first = wheels.Requirement("gouji")
    found, lacking = wheels.closure(first, tmp_path.glob("*.whl"), wheels.Target("linux_x86_64", HERE))
    assert ([path.name for path in found], lacking) == (["gouji-1-py3-none-any.whl"], [])
    _, lacking = wheels.closure(first, tmp_path.glob("*.whl"), wheels.Target("win_amd64", HERE))
    assert lacking == ["colorama>=0.4"]


@pytest.mark.parametrize(
    "name, fits",
    [
        ("x-1-py3-none-any.whl", True),
        ("x-1-cp312-cp312-win_amd64.whl", True),
        ("x-1-cp39-abi3-win_amd64.whl", True),
        ("x-1-cp313-abi3-win_amd64.whl", False),
        ("x-1-cp311-cp311-win_amd64.whl", False),
        ("x-1-cp312-cp312-win32.whl", False),
        ("x-1-cp312-cp312-manylinux_2_17_x86_64.whl", False),
        ("x-1-cp312-cp312t-win_amd64.whl", False),
    ],
)
def test_only_wheels_that_fit_the_machine_count(name: str, fits: bool) -> None:
    tags = wheels.parse_wheel_filename(name)[3]
    assert wheels.Target("win_amd64", "3.12").takes(tags) is fits


# ---------------------------------------------------------------- Windows


@pytest.fixture
def embeddable(tmp_path: Path) -> Path:
    """What is laid out like the embeddable Python; its program is empty."""
    path = tmp_path / "python-3.12.8-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("python.exe", b"MZ")
        archive.writestr("python312.zip", b"")
        archive.writestr("python312._pth", "python312.zip\r\n.\r\n\r\n#import site\r\n")
    return path


@pytest.mark.slow
def test_the_windows_bundle_contains_everything_that_it_loads(
    registry: None, embeddable: Path, site: Path, tmp_path: Path
) -> None:
    output = tmp_path / "gouji-win.zip"
    done = bundle("--platform", "win_amd64", "--python", embeddable, "--site", site, "-o", output)
    assert done.returncode == 0, done.stderr
    top = unpacked(output, tmp_path / "unpacked")
    assert_sums_hold(top)
    assert {path.name for path in top.iterdir()} == {
        "LICENSE.txt",
        SUMS,
        "gouji.bat",
        "guide",
        "python",
        "使用说明.html",
    }
    assert "Lib\\site-packages" in (top / "python" / "python312._pth").read_text("utf-8").splitlines()
    launcher = (top / "gouji.bat").read_bytes()
    assert launcher.isascii()
    assert launcher.count(b"\n") == launcher.count(b"\r\n")
    packages = top / "python" / "Lib" / "site-packages"
    assert (packages / "gouji" / "__main__.py").exists()
    assert (packages / "gouji" / "desk" / "templates" / "base.html").exists()
    assert not [*packages.rglob("*.so"), *packages.rglob("*.pyc")]
    assert [path.name for path in top.rglob("*.exe")] == ["python.exe"]
    assert max(len(str(path.relative_to(top))) for path in top.rglob("*")) < 150
    assert not _not_to_be_found(packages)


def _not_to_be_found(packages: Path) -> set[str]:
    """Return the libraries that compiled modules load and that neither Windows, Python nor the bundle has."""
    libraries = {path.stem.lower() for path in packages.rglob("*") if path.suffix in (".dll", ".pyd")}
    named = {
        name.decode().lower()[:-4]
        for path in packages.rglob("*")
        if path.suffix in (".dll", ".pyd")
        for name in re.findall(rb"(?i)\x00([a-z0-9_.-]+\.dll)(?=\x00)", path.read_bytes())
    }
    assert "kernel32" in named
    # Modules that need the C++ library load the copy that their wheel brings, under a name with its hash.
    own = {name.split("-")[0] for name in libraries if re.search("-[0-9a-f]{32}$", name)}
    known = libraries | own | NAMED_NOT_LOADED
    return {
        name
        for name in named
        if name not in known and not WINDOWS_HAS.fullmatch(name) and not EMBEDDABLE_HAS.fullmatch(name)
    }


def test_a_zip_that_is_not_the_embeddable_python_is_rejected(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    done = bundle("--platform", "win_amd64", "--python", tmp_path / "other.zip", "-o", tmp_path / "out.zip")
    assert done.returncode == 1
    assert "not the embeddable Python" in done.stderr
    assert not (tmp_path / "out.zip").exists()


def test_the_embeddable_python_belongs_to_windows(tmp_path: Path) -> None:
    for arguments in (("win_amd64",), ("linux_x86_64", "--python", tmp_path / "x.zip")):
        done = bundle("--platform", *arguments, "-o", tmp_path / "out.zip")
        assert done.returncode == 2
        assert "--python" in done.stderr


# ---------------------------------------------------------------- Linux


@pytest.fixture(scope="module")
def archive(registry: None, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if sys.platform != "linux" or HERE not in PYTHONS:
        pytest.skip("a Linux bundle cannot run here")
    output = tmp_path_factory.mktemp("made") / "gouji-linux.zip"
    arguments = ("--platform", f"linux_{MACHINE}", "--python-version", HERE, "--site", site, "-o", output)
    done = bundle(*arguments)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Give a way to run programs without a network, and an environment in which there is no pip."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "uname", "rm", "mv"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    (programs / "python3").symlink_to(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
    nowhere = "http://127.0.0.1:9"
    environment = {
        "PATH": str(programs),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PIP_CONFIG_FILE": os.devnull,
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nowhere),
    }
    for cut in (["unshare", "-n"], ["unshare", "-rn"]):
        whole = shutil.which(cut[0])
        if whole and subprocess.run([whole, cut[1], "true"], capture_output=True).returncode == 0:
            yield [whole, cut[1]], environment
            return
    yield [], environment


@pytest.mark.slow
def test_the_linux_bundle_runs_the_demo_without_a_network_and_without_pip(
    archive: Path, alone: tuple[list[str], dict[str, str]], tmp_path: Path
) -> None:
    top = unpacked(archive, tmp_path / "从 U 盘")
    assert_sums_hold(top)
    cut, environment = alone
    if cut:
        probe = "import socket; print([name for _, name in socket.if_nameindex()])"
        assert subprocess.check_output([*cut, sys.executable, "-c", probe], text=True).strip() == "['lo']"
    assert shutil.which("pip", path=environment["PATH"]) is None

    def gouji(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*cut, str(top / "gouji.sh"), *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )

    first = gouji("demo")
    assert first.returncode == 0, first.stderr
    assert "第一次使用" in first.stderr
    assert list((tmp_path / "gouji-demo").glob("*.docx"))
    again = gouji("--version")
    assert (again.returncode, again.stderr) == (0, "")
    top = top.rename(tmp_path / "别处")
    after = gouji("check", str(tmp_path / "gouji-demo" / "liutang-2025.xlsx"))
    assert (after.returncode, after.stderr) == (1, "")


@pytest.mark.slow
def test_the_desk_of_a_linux_bundle_answers(
    archive: Path, alone: tuple[list[str], dict[str, str]], tmp_path: Path
) -> None:
    top = unpacked(archive, tmp_path / "从 U 盘")
    command = [str(top / "gouji.sh"), "desk", "--no-browser"]
    environment = {**alone[1], "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as desk:
        assert desk.stdout
        address = next(line for line in desk.stdout if "http" in line).partition("：")[2].strip()
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        with opener.open(address, timeout=60) as answer:
            page = answer.read().decode()
        with opener.open(urljoin(address, "/static/desk.css"), timeout=60) as answer:
            assert answer.read()
        desk.terminate()
    assert "勾稽" in page


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """Return the folder of a Linux bundle whose Python prints where it is started, and with what."""
    if sys.platform == "win32":
        pytest.skip("needs a shell")
    folder = tmp_path / '勾稽 `x` "y" 100%'
    python = folder / f"venv-{HERE}" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\npwd\nprintf "%s\\n" "$@"\n', "utf-8")
    python.chmod(0o755)
    launcher(folder, "gouji.sh", {"@PYTHONS@": HERE, "@MACHINE@": MACHINE})
    launcher(folder, DESKTOP, {}, kept_as="start.desktop")
    return folder


def exec_line(entry: Path) -> str:
    """Return the script of a desktop entry, as a desktop reads it."""
    (line,) = re.findall(r"(?m)^Exec=(.*)$", entry.read_text("utf-8"))
    quoted = re.fullmatch(r'sh -c "((?:[^"`$\\]|\\.)*)" gouji %k %F', line.replace("\\\\", "\\"))
    assert quoted
    return re.sub(r"\\(.)", r"\1", quoted[1]).replace("%%", "%")


def started(*command: str | Path, cwd: Path) -> list[str]:
    environment = {**os.environ, "GOUJI_PYTHON": sys.executable}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=True)
    return os.fsdecode(done.stdout).splitlines()  # names are in the encoding of the locale


def test_a_linux_bundle_opens_the_desk_for_what_is_dropped_on_it(stub: Path, tmp_path: Path) -> None:
    start = [str(tmp_path), "-P", "-m", "gouji"]
    assert started(stub / "gouji.sh", "check", "a.xlsx", cwd=tmp_path) == [*start, "check", "a.xlsx"]
    assert started(stub / "gouji.sh", "/a b.xlsx", "/c.zip", cwd=tmp_path) == [*start, "desk", "/a b.xlsx", "/c.zip"]


def test_a_linux_desktop_starts_a_bundle_wherever_it_was_unpacked(stub: Path, tmp_path: Path) -> None:
    entry = next(stub.glob("*.desktop"))
    assert os.access(entry, os.X_OK)
    start = ["sh", "-c", exec_line(entry), "gouji", str(entry)]
    assert started(*start, "/a b.xlsx", cwd=tmp_path) == [str(stub), "-P", "-m", "gouji", "desk", "/a b.xlsx"]
    assert started(*start, cwd=tmp_path) == [str(stub), "-P", "-m", "gouji"]


@pytest.mark.slow
def test_a_linux_bundle_reports_a_wrong_machine_and_a_missing_python(archive: Path, tmp_path: Path) -> None:
    top = unpacked(archive, tmp_path / "unpacked")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "uname"):
        (programs / name).symlink_to(shutil.which(name) or "")
    done = subprocess.run([top / "gouji.sh"], env={"PATH": str(programs)}, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "没有能用的 Python" in done.stderr
    script = top / "gouji.sh"
    script.write_text(script.read_text("utf-8").replace(MACHINE, "riscv64"), "utf-8")
    done = subprocess.run([script], env={"PATH": str(programs)}, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "请换对应的包" in done.stderr
