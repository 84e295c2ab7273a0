"""Writing results aside, then moving them into place."""

from __future__ import annotations

from pathlib import Path

import pytest

from gouji.runtime.output import write_aside


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_ctrl_c_while_a_file_is_written_leaves_the_older_file_and_nothing_else(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "汇总.xlsx").write_bytes(b"older")
    write = Path.write_bytes

    def interrupted(path: Path, data: bytes) -> None:
        if step == "write_bytes":
            write(path, b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_aside(tmp_path / "汇总.xlsx", b"newer")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["汇总.xlsx"]
    assert (tmp_path / "汇总.xlsx").read_bytes() == b"older"
