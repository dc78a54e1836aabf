"""The questions."""

from __future__ import annotations

import os
import shlex
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Union

import pyarrow as pa

from . import _core
from ._progress import Hears, hearer
from ._results import Run, Sweep, from_bytes
from ._scenario import Scenario, Settings, scenario as _scenario, toml
from .errors import OverheardWarning

PathLike = Union[str, os.PathLike[str]]
Vary = Union[Mapping[str, Union[tuple[float, float], None]], Sequence[str], None]
"""Knobs with (low, high), or None for their prior; or as `--vary` takes them."""


class How(NamedTuple):
    """What simulates, and where to."""

    engine: str = "thinned"
    threads: int | None = None
    out: Path | None = None
    resume: bool = False
    command: str = ""


class Which(NamedTuple):
    """Which points."""

    vary: list[str]
    from_: str | None
    draws: int | None
    design: str
    one_at_a_time: bool
    relevel: bool
    keep: list[str]

    def _words(self) -> list[str]:
        """As the command line takes them."""
        words = [word for text in self.vary for word in ("--vary", text)]
        for option, value in (("--from", self.from_), ("--draws", self.draws)):
            words += [] if value is None else [option, str(value)]
        words += [] if self.design == "lhs" else ["--design", self.design]
        words += ["--one-at-a-time"] if self.one_at_a_time else []
        words += ["--relevel"] if self.relevel else []
        return words + [word for name in self.keep for word in ("--keep", name)]


def command(verb: str, asked: Scenario, over: list[tuple[str, str]], more: Sequence[str] = ()) -> str:
    """The command line that asks the same, for the manifest."""
    words = ["overheard", verb, asked._word]
    for option, text in over:
        words += [option, text if option == "--set" else text.split("=", 1)[1]]
    return shlex.join([*words, *more])


def _path(out: PathLike | None) -> Path | None:
    return None if out is None else Path(out)


def warn_if_implausible(plausible: bool) -> None:
    """What the command line has an exit code for."""
    if not plausible:
        text = "an effect is too large to be true: chats raise conversions by more than 3 % (Run.implausible_arms)"
        warnings.warn(text, OverheardWarning, stacklevel=3)


def run(
    scenario: Union[PathLike, Scenario],
    *,
    people: int | None = None,
    seed: int | None = None,
    set: Settings | None = None,
    draws: int | None = None,
    out: PathLike | None = None,
    resume: bool = False,
    engine: str = "thinned",
    threads: int | None = None,
    progress: Hears = None,
) -> Run:
    """Runs a scenario into a folder: the same bytes as `overheard run`.

    `people`: simulated assistant users; a sixteenth as many others come on top. `seed`: of every draw. `set`: knobs, laid over the
    scenario (`Scenario`). `draws`: of what nobody knows, for `.bands`; 0 leaves them out. `out`: the folder, by default
    `output/<scenario>-<hash of inputs>`; the same run made before is found there and not made again. `resume`: go on with an
    interrupted one. `engine`: "thinned", or "events", which draws every slot (slow; the judge). `threads`: one per core by
    default; they change no number. `progress`: a callback (`Progress`), True for a line, False for nothing; by default a line
    where somebody looks, as in a notebook. Ctrl-C stops it and keeps finished shards.

    >>> import overheard
    >>> from datetime import date
    >>> days = {"time.start": date(2025, 12, 15), "time.end": date(2025, 12, 16), "pilot.people": 1000}
    >>> run = overheard.run("december-16", people=2500, draws=0, set=days)
    >>> total = run.differences.to_pylist()[0]
    >>> total["measure"], total["difference"], run.unit(total["measure"])
    ('people', 0.0, 'people')
    """
    asked = _scenario(scenario)
    over = asked._over(people, seed, set, draws)
    how = How(engine, threads, _path(out), resume, command("run", asked, over))
    folder, plausible = _core.run(asked._typed, over, how, hearer(progress))
    warn_if_implausible(plausible)
    return Run(folder)


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
    people: int | None = None,
    seed: int | None = None,
    set: Settings | None = None,
    out: PathLike | None = None,
    resume: bool = False,
    engine: str = "thinned",
    threads: int | None = None,
    progress: Hears = None,
) -> Sweep:
    """The same scenario at many points of what nobody knows: the same bytes as `overheard sweep`.

    `vary`: knobs with (low, high) in the knob's unit, or None for its prior; without it, every prior. `from_`: "priors",
    "posterior", or a CSV file of points. `draws`: points, 64 by default; of `design="saltelli"` rows, with k unknowns k + 2 points
    each. `relevel`: revenue by market, click rate and friends' posts are met again at each point. `keep`: "calibrated" or "evidence",
    the draws that count for bands and sensitivity. `people`: assistant users at each point, 20,000 by default. The rest as for `run`.

    >>> import overheard
    >>> from datetime import date
    >>> days = {"time.start": date(2025, 12, 15), "time.end": date(2025, 12, 16), "pilot.people": 1000}
    >>> swept = overheard.sweep("december-16", vary={"signals.chat_weight": (1, 6)}, draws=2, people=2500, set=days)
    >>> swept.points["signals.chat_weight"].null_count
    1
    """
    asked = _scenario(scenario)
    over = asked._over(people, seed, set)
    points = which(vary, from_, draws, design, one_at_a_time, relevel, keep)
    how = How(engine, threads, _path(out), resume, command("sweep", asked, over, points._words()))
    return Sweep(_core.sweep(asked._typed, over, points, how, hearer(progress)))


def which(
    vary: Vary,
    from_: PathLike | None,
    draws: int | None,
    design: str,
    one_at_a_time: bool,
    relevel: bool,
    keep: Union[str, Sequence[str]],
) -> Which:
    """Which points a call asks for."""
    names = [keep] if isinstance(keep, str) else list(keep)
    source = None if from_ is None else os.fspath(from_)
    return Which(_varied(vary), source, draws, design, one_at_a_time, relevel, names)


def _varied(vary: Vary) -> list[str]:
    if isinstance(vary, Mapping):
        ranges = {key: "" if ends is None else f"={ends[0]!r}..{ends[1]!r}" for key, ends in vary.items()}
        return [key + ends for key, ends in ranges.items()]
    return [vary] if isinstance(vary, str) else list(vary or [])


def decompose(
    scenario: Union[PathLike, Scenario],
    *,
    by: Union[Mapping[str, Settings], Sequence[str], None] = None,
    arm: str | None = None,
    measures: Sequence[str] = (),
    draws: int | None = None,
    people: int | None = None,
    seed: int | None = None,
    set: Settings | None = None,
    out: PathLike | None = None,
    engine: str = "thinned",
    threads: int | None = None,
    progress: Hears = None,
) -> pa.Table:
    """What each provision of a rule contributes, alone, as the last, and on the average over all orders (`shapley`), each with its
    error and its quantiles over draws of what nobody knows (`shapley_p05`, …), in the measure's unit: `decomposition.csv` of
    `overheard decompose`.

    `by`: provisions, and what an arm without each sets, `{"voice": {"extraction.voice_quality": 0}}`; by default those of the rule.
    `arm`: the arm to take apart, the last by default. `measures`: "MEASURE" or "MEASURE/SOURCE"; the headlines by default. `draws`:
    of what nobody knows, 16 by default; 0 leaves them out. `out`: a folder for the table, what each draw gives, and charts. The rest as for `run`.

    >>> import overheard
    >>> from datetime import date
    >>> days = {"time.start": date(2025, 12, 15), "time.end": date(2025, 12, 16), "pilot.people": 1000}
    >>> voice = {"voice": {"extraction.voice_quality": 0}}
    >>> table = overheard.decompose("december-16", by=voice, measures=["ad_clicks/chat"], draws=0, people=2500, set=days)
    >>> table["provision"].to_pylist()[0]
    'voice'
    """
    asked = _scenario(scenario)
    over = asked._over(people, seed, set)
    if isinstance(by, Mapping):
        by = [f"{name}=" + ",".join(f"{k}={toml(v)}" for k, v in without.items()) for name, without in by.items()]
    provisions = [by] if isinstance(by, str) else list(by or [])
    how = How(engine, threads, _path(out), False, "")
    table = _core.decompose(asked._typed, over, [provisions, list(measures)], arm, draws, how, hearer(progress))
    return from_bytes(table)


def compare(a: PathLike, b: PathLike | None = None, *, base: str | None = None) -> pa.Table:
    """What differs between two finished runs, `b` against `a`, arm by arm: base_value, value, difference and std_error, in the
    measure's unit. Or, with `base`, the other arms of one run against that arm.

    What the runs differ in, and whether errors are of paired differences, stands in the schema's metadata (`notes`).

    >>> import overheard
    >>> table = overheard.compare(example_run, base="policy")
    >>> table["arm"].unique().to_pylist(), table.schema.metadata[b"notes"].decode()
    (['no-policy'], 'no-policy against `policy`: errors are of paired differences')
    """
    table, notes, missing = _core.compare(Path(a), _path(b), base)
    for text in missing:
        warnings.warn(text, OverheardWarning, stacklevel=2)
    read: Any = from_bytes(table)
    return read.replace_schema_metadata({"notes": "\n".join(notes)})
