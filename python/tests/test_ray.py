"""Parts as tasks of Ray: the same bytes as in one process, whatever dies on the way."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL, same

import overheard
import overheard.ray as on_ray

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module", autouse=True)
def workers(own_cache: None) -> Iterator[None]:
    """Two workers on this machine."""
    # Ray puts workers behind everything else on the machine.
    os.environ.setdefault("RAY_worker_niceness", "0")
    on_ray._begin(ray, None)
    yield
    ray.shutdown()


def scenario() -> overheard.Scenario:
    return overheard.Scenario.from_text(SMALL, name="small.toml")


def test_parts_on_two_workers_are_the_run(small: overheard.Run, place: Path) -> None:
    heard: list[overheard.Progress] = []
    run = overheard.ray.run(scenario(), parts=3, draws=2, out="run", progress=heard.append)
    same(run.path, small.path)
    assert [p.done for p in heard if p.what == "parts"] == [0, 1, 2, 3]
    assert not (place / "run-parts").exists()
    # Made already: there is nothing to do.
    before = (run.path / "manifest.json").stat().st_mtime_ns
    overheard.ray.run(scenario(), parts=3, draws=2, out="run")
    assert (run.path / "manifest.json").stat().st_mtime_ns == before
    with pytest.raises(overheard.RunError, match="another finished run"):
        overheard.ray.run(scenario(), parts=3, draws=2, seed=9, out="run")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="it is read from /proc")
def test_nothing_listens_but_on_loopback() -> None:
    assert ray.nodes()[0]["NodeManagerAddress"] == "127.0.0.1"
    own = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(word in (process / "cmdline").read_bytes() for word in (b"ray::", b"raylet", b"gcs_server")):
                own |= {os.readlink(fd) for fd in (process / "fd").iterdir()}
        except OSError:
            continue
    loopback = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                listening.append(fields[1].split(":")[0])
    assert listening and set(listening) <= loopback, listening


def test_a_worker_that_is_killed_changes_nothing(small: overheard.Run, place: Path) -> None:
    killed = place / "killed"

    def dies_once(toml: str, name: str, engine: str, threads: int, build: str, call: str) -> dict[str, bytes]:
        import tempfile

        journal = Path(tempfile.gettempdir()) / f"overheard-{call}" / name.replace("/", "-of-") / "journal.bin"

        def kill() -> None:
            # In the middle: once some of its shards are there.
            while not journal.exists() or journal.stat().st_size < 100_000:
                time.sleep(0.001)
            killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)

        if name == "2/2" and not killed.exists():
            threading.Thread(target=kill, daemon=True).start()
        return on_ray.part(toml, name, engine, threads, build, call)

    run = overheard.ray.run(scenario(), parts=2, draws=2, out="run", _part=dies_once)
    assert killed.exists()
    same(run.path, small.path)


def test_a_part_that_always_fails_is_one_error_and_the_others_stay(small: overheard.Run, place: Path) -> None:
    log = place / "log"

    def broken(toml: str, name: str, *rest: Any) -> dict[str, bytes]:
        with log.open("a") as file:
            file.write(f"{name}\n")
        if name == "2/3":
            raise overheard.RunError("no room", "make some")
        return on_ray.part(toml, name, *rest)

    with pytest.raises(overheard.RunError, match=r"part 2/3 failed, 2 times: ") as error:
        overheard.ray.run(scenario(), parts=3, draws=2, out="run", retries=1, _part=broken)
    assert "no room" in str(error.value) and "2 of 3 parts are kept in run-parts" in str(error.value)
    assert sorted(log.read_text().split()) == ["1/3", "2/3", "2/3", "3/3"]
    assert not (place / "run").exists()

    def whole(toml: str, name: str, *rest: Any) -> dict[str, bytes]:
        with log.open("a") as file:
            file.write(f"again {name}\n")
        return on_ray.part(toml, name, *rest)

    run = overheard.ray.run(scenario(), parts=3, draws=2, out="run", _part=whole)
    assert [line for line in log.read_text().splitlines() if line.startswith("again")] == ["again 2/3"]
    same(run.path, small.path)


POINTS: dict[str, Any] = {"vary": {"signals.chat_weight": (1, 6), "ads.alpha": None}, "draws": 5, "people": 1000}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory, own_cache: None) -> overheard.Sweep:
    """Six points in one piece, once for all tests."""
    return overheard.sweep(scenario(), out=tmp_path_factory.mktemp("swept") / "sweep", threads=1, **POINTS)


def test_points_on_two_workers_are_the_sweep(swept: overheard.Sweep, place: Path) -> None:
    heard: list[overheard.Progress] = []
    made = overheard.ray.sweep(scenario(), parts=3, out="sweep", progress=heard.append, **POINTS)
    same(made.path, swept.path)
    assert [p.done for p in heard if p.what == "parts"] == [0, 1, 2, 3]
    assert made.manifest["command"] == swept.manifest["command"]
    assert not (place / "sweep-parts").exists()
    # Made already: there is nothing to do.
    before = (made.path / "manifest.json").stat().st_mtime_ns
    overheard.ray.sweep(scenario(), parts=3, out="sweep", **POINTS)
    assert (made.path / "manifest.json").stat().st_mtime_ns == before
    with pytest.raises(overheard.RunError, match="another finished run"):
        overheard.ray.sweep(scenario(), parts=3, seed=9, out="sweep", **POINTS)


def test_points_of_a_file_are_read_where_the_call_is_made(place: Path) -> None:
    (place / "points.csv").write_text("signals.chat_weight\n2\n3\n")
    made = overheard.ray.sweep(scenario(), from_="points.csv", parts=2, people=1000)
    whole = overheard.sweep(scenario(), from_="points.csv", people=1000, out="whole")
    same(made.path, whole.path)
    assert made.path.parent.name == "output"


def test_a_killed_worker_changes_no_sweep(swept: overheard.Sweep, place: Path) -> None:
    killed = place / "killed"

    def dies_once(toml: str, name: str, engine: str, threads: int, build: str, call: str, plan: bytes) -> dict[str, bytes]:
        import tempfile

        journal = Path(tempfile.gettempdir()) / f"overheard-{call}" / name.replace("/", "-of-") / "journal.bin"

        def kill() -> None:
            # In the middle: once one of its points is there.
            while not journal.exists() or journal.stat().st_size < 30_000:
                time.sleep(0.001)
            killed.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)

        if name == "2/2" and not killed.exists():
            threading.Thread(target=kill, daemon=True).start()
        return on_ray.sweep_part(toml, name, engine, threads, build, call, plan)

    made = overheard.ray.sweep(scenario(), parts=2, out="sweep", _part=dies_once, **POINTS)
    assert killed.exists()
    same(made.path, swept.path)


def test_finished_parts_of_a_sweep_are_taken_by_the_next_call(swept: overheard.Sweep, place: Path) -> None:
    log = place / "log"

    def broken(toml: str, name: str, *rest: Any) -> dict[str, bytes]:
        if name == "2/3":
            raise overheard.RunError("no room", "make some")
        return on_ray.sweep_part(toml, name, *rest)

    with pytest.raises(overheard.RunError, match=r"part 2/3 failed, 1 times: ") as error:
        overheard.ray.sweep(scenario(), parts=3, out="sweep", retries=0, _part=broken, **POINTS)
    assert "2 of 3 parts are kept in sweep-parts" in str(error.value)

    def whole(toml: str, name: str, *rest: Any) -> dict[str, bytes]:
        with log.open("a") as file:
            file.write(f"{name}\n")
        return on_ray.sweep_part(toml, name, *rest)

    made = overheard.ray.sweep(scenario(), parts=3, out="sweep", _part=whole, **POINTS)
    assert log.read_text().split() == ["2/3"]
    same(made.path, swept.path)


def test_another_build_is_refused() -> None:
    with pytest.raises(overheard.RunError, match="a worker has another build"):
        on_ray.part("", "1/1", "thinned", 1, "0000", "x")


def test_wrong_calls() -> None:
    with pytest.raises(overheard.CallError, match="parts=0"):
        overheard.ray.run(scenario(), parts=0)
    with pytest.raises(overheard.CallError, match="parts=0"):
        overheard.ray.sweep(scenario(), parts=0, **POINTS)
    with pytest.raises(overheard.ScenarioError, match="run.people"):
        overheard.ray.run(scenario(), people=0)
