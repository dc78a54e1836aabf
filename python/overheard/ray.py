"""Runs and sweeps on many machines, or many processes of one, by Ray: parts are tasks, tried again where a worker dies.

`pip install ray` is all it takes. What comes out is the same, byte for byte, as of `overheard.run` and `overheard.sweep`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Union

from . import _core
from ._calls import How, PathLike, Vary, command, warn_if_implausible, which
from ._progress import Hears, hearer
from ._results import Run, Sweep
from ._scenario import Scenario, Settings, scenario as _scenario
from .errors import CallError, RunError

__all__ = ["run", "sweep"]

FILES = ("scenario.toml", "part.bin", "manifest.json")
"""What a finished part is."""

Part = Callable[..., "dict[str, bytes]"]


def part(toml: str, name: str, engine: str, threads: int, build: str, call: str) -> dict[str, bytes]:
    """Runs a part `name`, K/N, of the scenario that `toml` is; gives its files. This is what a worker does.

    It goes on where a task of the same `call` was killed on the same machine.
    """

    def simulate(how: How) -> None:
        _core.run_part(_core.Typed.text("scenario.toml", toml), [], name, how, hearer(False))

    return _in_worker("run", simulate, name, engine, threads, build, call)


def sweep_part(toml: str, name: str, engine: str, threads: int, build: str, call: str, plan: bytes) -> dict[str, bytes]:
    """The same of a sweep over the points of `plan`."""

    def simulate(how: How) -> None:
        _core.sweep_part(_core.Typed.text("scenario.toml", toml), plan, name, how, hearer(False))

    return _in_worker("sweep", simulate, name, engine, threads, build, call)


def _in_worker(
    verb: str, simulate: Callable[[How], None], name: str, engine: str, threads: int, build: str, call: str
) -> dict[str, bytes]:
    if build != _core.BUILD:
        raise RunError(f"a worker has another build of overheard ({_core.BUILD}, not {build})", "install the same wheel everywhere")
    folder = Path(tempfile.gettempdir()) / f"overheard-{call}" / name.replace("/", "-of-")
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    simulate(How(engine, threads, folder, resume=True, command=f"overheard {verb} scenario.toml --part {name}"))
    files = {file: (folder / file).read_bytes() for file in FILES}
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        # Others of the call may still be at work there.
        folder.parent.rmdir()
    return files


def run(
    scenario: Union[PathLike, Scenario],
    *,
    parts: int | None = None,
    address: str | None = None,
    threads: int = 1,
    retries: int = 3,
    people: int | None = None,
    seed: int | None = None,
    set: Settings | None = None,
    draws: int | None = None,
    out: PathLike | None = None,
    engine: str = "thinned",
    progress: Hears = None,
    _part: Part = part,
) -> Run:
    """Runs the parts of a run as tasks of Ray and merges them here; the draws and the report follow here, too.

    `parts`: how many; as many as the cluster has places for by default. `address`: of a cluster, where the same wheel of overheard
    is installed on every node; by default the one that `ray.init` was called for, or else one of this machine alone, on loopback
    and without a dashboard, which ends with the call. `threads`: of each part, which are the CPUs that its task takes. `retries`:
    how often a part is tried again after its worker died or it failed. The rest as for `overheard.run`.

    A part that fails to the end is one `RunError`, which names it. The others are kept beside the run's folder, in
    `<folder>-parts`, and the same call takes them from there. On a failure of this process, too.

    >>> import overheard.ray
    >>> overheard.ray.run("december-16", parts=2, people=0)
    Traceback (most recent call last):
    ...
    overheard.errors.ScenarioError: error: ...
    """
    asked = _scenario(scenario)
    over = asked._over(people, seed, set, draws)
    known = asked._typed.resolved(over)
    own = _core.folder_of(asked._typed, over, How(engine, threads))
    _check(parts)
    folder = own if out is None else Path(out)
    how = How("thinned", None, folder, resume=True, command=command("run", asked, over))
    hear = hearer(progress)
    if not (folder / "manifest.json").is_file():
        task = _Task(_part, known["toml"], engine, threads, ())
        made, plausible = _merged(task, own, how, parts, address, retries, hear)
    else:
        # The same run, or another that must not be overwritten: the core knows.
        made, plausible = _core.run(asked._typed, over, how._replace(engine=engine), hear)
    warn_if_implausible(plausible)
    return Run(made)


def sweep(
    scenario: Union[PathLike, Scenario],
    *,
    vary: Vary = None,
    from_: PathLike | None = None,
    draws: int | None = None,
    design: str = "lhs",
    one_at_a_time: bool = False,
    relevel: bool = False,
    keep: Union[str, Sequence[str]] = (),
    parts: int | None = None,
    address: str | None = None,
    threads: int = 1,
    retries: int = 3,
    people: int | None = None,
    seed: int | None = None,
    set: Settings | None = None,
    out: PathLike | None = None,
    engine: str = "thinned",
    progress: Hears = None,
    _part: Part = sweep_part,
) -> Sweep:
    """Runs the parts of a sweep as tasks of Ray and merges them here: tables and charts follow here, too.

    Points are dealt in turn, every `parts`-th to a part. A file of points (`from_`) is read here. `parts`, `address`, `threads`,
    `retries` and what becomes of a part that fails: as for `run`. The rest as for `overheard.sweep`.

    >>> import overheard.ray
    >>> overheard.ray.sweep("december-16", vary={"signals.chat_weight": (6, 1)})
    Traceback (most recent call last):
    ...
    overheard.errors.CallError: --vary signals.chat_weight=6..1: `6..1` does not rise...
    """
    asked = _scenario(scenario)
    over = asked._over(people, seed, set)
    points = which(vary, from_, draws, design, one_at_a_time, relevel, keep)
    toml, plan, own = _core.sweep_asked(asked._typed, over, points, How(engine, threads))
    _check(parts)
    folder = own if out is None else Path(out)
    how = How("thinned", None, folder, resume=True, command=command("sweep", asked, over, points._words()))
    hear = hearer(progress)
    if not (folder / "manifest.json").is_file():
        made, _ = _merged(_Task(_part, toml, engine, threads, (plan,)), own, how, parts, address, retries, hear)
    else:
        made = _core.sweep(asked._typed, over, points, how._replace(engine=engine), hear)
    return Sweep(made)


class _Task(NamedTuple):
    """What every part is told."""

    work: Part
    toml: str
    engine: str
    threads: int
    more: tuple[Any, ...]


def _check(parts: int | None) -> None:
    if parts is not None and parts < 1:
        raise CallError(f"parts={parts}: there is a part at least", "leave it out for one per place in the cluster")


def _merged(
    task: _Task,
    own: Path,
    how: How,
    parts: int | None,
    address: str | None,
    retries: int,
    hear: Callable[[str, str, int, int], None],
) -> tuple[Path, bool]:
    """Runs the parts of what has the folder `own` by default, and merges them into the one of `how`."""
    folder = how.out or own
    kept = folder.with_name(folder.name + "-parts")
    done = _simulate(task, own.name.rsplit("-", 1)[1], kept, parts, address, retries, hear)
    made = _core.merge(done, how, hear)
    shutil.rmtree(kept)
    return made


def _simulate(
    of: _Task,
    hash: str,
    kept: Path,
    parts: int | None,
    address: str | None,
    retries: int,
    hear: Callable[[str, str, int, int], None],
) -> list[Path]:
    """Runs the parts that are not kept already, and keeps each as it comes."""
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError:
        raise CallError("overheard.ray needs Ray", "pip install ray") from None
    ours = not ray.is_initialized()
    if ours:
        _begin(ray, address)
    elif address is not None and address != "auto":
        warnings.warn(f"Ray is connected already: address={address!r} is not used", stacklevel=3)
    try:
        if parts is None:
            parts = max(1, int(ray.cluster_resources().get("CPU", 1)) // of.threads)
        folders = {f"{k}/{parts}": kept / f"{k}-of-{parts}" for k in range(1, parts + 1)}
        todo = [name for name, folder in folders.items() if not _is_part(folder, hash, name)]
        if len(todo) < parts:
            hear("say", f"{parts - len(todo)} of {parts} parts are kept from before", 0, 0)
        task = ray.remote(num_cpus=of.threads, max_retries=retries, retry_exceptions=True)(of.work)
        call = uuid.uuid4().hex[:12]
        told = (of.engine, of.threads, _core.BUILD, call, *of.more)
        waiting = {task.remote(of.toml, name, *told): name for name in todo}
        failed: dict[str, Exception] = {}
        hear("far", "parts", parts - len(todo), parts)
        try:
            while waiting:
                # Not for ever: Ctrl-C is heard between two looks.
                for ref in ray.wait(list(waiting), timeout=0.5)[0]:
                    name = waiting.pop(ref)
                    try:
                        _keep(folders[name], ray.get(ref))
                    except (ray.exceptions.RayError, RunError, OSError) as error:
                        failed[name] = error
                    hear("far", "parts", parts - len(waiting) - len(failed), parts)
        except BaseException:
            for ref in waiting:
                ray.cancel(ref, force=True)
            raise
    finally:
        if ours:
            ray.shutdown()
    if failed:
        name, first = next(iter(failed.items()))
        cause = getattr(first, "cause", None) or first
        why = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
        which = f"part {name} failed" if len(failed) == 1 else f"{len(failed)} parts failed ({', '.join(failed)}); part {name}"
        done = parts - len(failed)
        hint = f"{done} of {parts} parts are kept in {kept}: the same call with parts={parts} repeats only what failed"
        raise RunError(f"{which}, {retries + 1} times: {why}", hint) from first
    return list(folders.values())


def _begin(ray: Any, address: str | None) -> None:
    """Joins a cluster, or begins one that nobody else can reach."""
    if address is not None:
        ray.init(address=address, log_to_driver=False)
        return
    # Its own word for loopback only; it is read once, when Ray is imported.
    alone = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
    constants: Any = importlib.import_module("ray._private.ray_constants")
    before = {name: os.environ.get(name) for name in alone}, constants.ENABLE_RAY_CLUSTER
    os.environ.update(alone)
    constants.ENABLE_RAY_CLUSTER = False
    try:
        ray.init(num_cpus=os.cpu_count(), include_dashboard=False, log_to_driver=False, configure_logging=False)
    finally:
        constants.ENABLE_RAY_CLUSTER = before[1]
        for name, value in before[0].items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _is_part(folder: Path, hash: str, name: str) -> bool:
    """Whether a folder holds a finished part of this whole and build."""
    try:
        m = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    tied = str(m.get("inputs_hash")).startswith(hash)
    return tied and (m.get("build"), f"{m.get('part')}/{m.get('of')}") == (_core.BUILD, name)


def _keep(folder: Path, files: dict[str, bytes]) -> None:
    """Writes a part's files; the manifest comes last, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        beside = folder / f".{name}.new"
        with beside.open("wb") as file:
            file.write(files[name])
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / name)
