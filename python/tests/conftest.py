"""What tests share: a small question, and its answer by the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import overheard

SMALL = """\
name = "small"
description = "two days"
[time]
start = 2025-12-15
end = 2025-12-16
[run]
people = 2500
[pilot]
people = 1000
[ensemble]
draws = 0
people = 1000
[[arm]]
name = "no-policy"
policy.enabled = false
[[arm]]
name = "policy"
"""


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Markets that others left are none of a test's."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for each test, with `small.toml` there."""
    (tmp_path / "small.toml").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def cli() -> str:
    """The command line's program, of the same build."""
    root = Path(__file__).resolve().parents[2]
    target = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"))
    found = os.environ.get("OVERHEARD") or shutil.which("overheard", path=f"{target}/debug:{target}/release:{os.defpath}")
    if not found:
        pytest.skip("there is no program to compare with: cargo build, or OVERHEARD=/path/to/overheard")
    return found


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, own_cache: None) -> overheard.Run:
    """`small.toml` with two draws, once for all tests."""
    folder = tmp_path_factory.mktemp("small")
    scenario = overheard.Scenario.from_text(SMALL, name="small.toml")
    return overheard.run(scenario, draws=2, out=folder / "run", threads=1)


def told(cli: str, *arguments: str, code: int = 0) -> str:
    """What the program says on stderr."""
    answer = subprocess.run([cli, *arguments], capture_output=True, text=True)
    assert answer.returncode == code, answer.stderr
    return answer.stderr


def same(a: Path, b: Path) -> None:
    """The same files with the same bytes, but for what says how it went and by which command."""
    names = [sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()) for folder in (a, b)]
    assert names[0] == names[1]
    for name in names[0]:
        if not name.endswith(("manifest.json", "report.html")):
            assert (a / name).read_bytes() == (b / name).read_bytes(), name
