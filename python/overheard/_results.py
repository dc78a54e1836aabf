"""Answers: a folder on the disk, its tables as Arrow."""

from __future__ import annotations

import html
import io
import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any, Union

import pyarrow as pa
import pyarrow.csv

from . import _core
from .errors import CallError

# Of tables that no datapackage.json describes: those of sweeps and decompositions.
_TEXTS = "arm against measure market app surface age topic source bucket of knob effect block state message provision".split()
_COUNTS = "draw draws difference_draws ratio_draws".split()
_KINDS = {"string": pa.string(), "date": pa.date32(), "number": pa.float64(), "integer": pa.int64()}


def read_csv(source: Any, fields: dict[str, dict[str, Any]] | None = None) -> pa.Table:
    """A table as the program writes it. An empty cell is null; what a column means is in its field's metadata."""
    kinds = {name: pa.string() for name in _TEXTS} | {name: pa.int64() for name in _COUNTS} | {"day": pa.date32()}
    described = {name: field["description"] for name, field in (fields or {}).items() if "description" in field}
    kinds |= {name: _KINDS[field["type"]] for name, field in (fields or {}).items() if field["type"] in _KINDS}
    options = pa.csv.ConvertOptions(
        column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
    )
    table = pa.csv.read_csv(source, convert_options=options)
    schema = []
    for field in table.schema:
        if pa.types.is_null(field.type):
            field = field.with_type(pa.float64())
        if field.name in described:
            field = field.with_metadata({"description": described[field.name]})
        schema.append(field)
    return table.cast(pa.schema(schema))


def from_bytes(table: bytes) -> pa.Table:
    """The same of bytes."""
    return read_csv(io.BytesIO(table))


class Report:
    """The page `report.html` of a run. A notebook shows it; elsewhere it is a path.

    >>> import overheard
    >>> overheard.open(example_run).report().path.name
    'report.html'
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return str(self.path)

    def _repr_html_(self) -> str:
        page = html.escape(self.path.read_text(encoding="utf-8"), quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:80vh;border:0"></iframe>'


class _Folder:
    def __init__(self, path: Union[str, os.PathLike[str]]) -> None:
        folder, sweep = _core.finished(Path(path))
        if sweep is not isinstance(self, Sweep):
            raise CallError(f"a {'sweep' if sweep else 'run'} is in {folder}", "overheard.open takes either")
        self.path = folder
        """The folder."""

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """`manifest.json`: what was run, by what, and how it went."""
        return dict(json.loads((self.path / "manifest.json").read_text(encoding="utf-8")))

    def to_toml(self) -> str:
        """`scenario.toml`: the scenario with every knob written out."""
        return (self.path / "scenario.toml").read_text(encoding="utf-8")

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        m = self.manifest
        arms = ", ".join(m["arms"])
        kind = type(self).__name__
        return f"<{kind} {m['scenario']}: {m['people']:,} people, seed {m['seed']}, {m['start']} to {m['end']}, arms {arms}: {self.path}>"


def _pairs(answer: Union[Run, Sweep]) -> pa.Table:
    if not (answer.path / "pairs.csv").is_file():
        raise CallError(
            "no arms are told beside each other: ads go back to chats in one arm at most, or there were no draws",
            "ask a scenario with two policies, with draws=64, for example",
        )
    return answer.table("pairs.csv")


class Run(_Folder):
    """A finished run. Tables are Arrow, read when they are asked for: `.to_pandas()`, `polars.from_arrow(…)`, and DuckDB by name.

    A table holds totals beside their cuts: an empty (null) `day`, `market`, … is summed over. docs/tables.md says what adds up.

    >>> import overheard
    >>> run = overheard.open(example_run)
    >>> run.outcomes.column_names[:4]
    ['arm', 'measure', 'day', 'market']
    >>> totals = run.outcomes.to_pandas().query("day.isna() and market.isna() and source == 'chat'")
    >>> bool((totals[totals.measure == "ad_impressions"].value >= 0).all())
    True
    """

    def table(self, name: str) -> pa.Table:
        """A table of the folder by its file's name, as `"outcomes.csv"`."""
        path = self.path / name
        if not path.is_file():
            raise CallError(f"there is no {name} in {self.path}")
        package = json.loads((self.path / "datapackage.json").read_text(encoding="utf-8"))
        own = [r for r in package["resources"] if r["path"] == name]
        fields = {field["name"]: field for r in own for field in r["schema"]["fields"]}
        return read_csv(str(path), fields)

    @cached_property
    def outcomes(self) -> pa.Table:
        """One number a row: arm, measure, day, market, app, surface, age, topic, source, bucket, value and std_error, both in the
        measure's unit (`unit`); the error is that of sampling."""
        return self.table("outcomes.csv")

    @cached_property
    def differences(self) -> pa.Table:
        """Every arm against the first: base_value, value, difference, and std_error of the difference, in the measure's unit."""
        return self.table("differences.csv")

    @cached_property
    def bands(self) -> pa.Table:
        """What the unknowns leave open of each number, in its unit: quantiles p05 to p95 over draws that agree with the evidence,
        around central, which is what the run itself found; then the same of the difference from the first arm."""
        if not (self.path / "bands.csv").is_file():
            raise CallError("this run has no bands: it was made without draws", "run it with draws=64, for example, into another out=")
        return self.table("bands.csv")

    @cached_property
    def pairs(self) -> pa.Table:
        """How each arm differs from those before it in which ads go back to chats, draw by draw: ratio and difference."""
        return _pairs(self)

    @cached_property
    def calibration(self) -> pa.Table:
        """Public figures, simulated beside published; figure names the unit in brackets, deviations are in percent."""
        return self.table("calibration.csv")

    @cached_property
    def measures(self) -> pa.Table:
        """The dictionary: unit and meaning of each measure, and over which columns its rows add up."""
        return self.table("measures.csv")

    def unit(self, measure: str) -> str:
        """The unit of a measure.

        >>> import overheard
        >>> overheard.open(example_run).unit("people")
        'people'
        """
        for row in self.measures.to_pylist():
            if row["measure"] == measure:
                return str(row["unit"])
        raise CallError(f"there is no measure {measure!r}", ".measures lists them")

    def report(self) -> Report:
        """The page with findings, charts and tables."""
        return Report(self.path / "report.html")

    @property
    def implausible_arms(self) -> list[str]:
        """Arms in which chats raise conversions by more than 3 %: no more than a whole new ranking model achieved."""
        return list(self.manifest["implausible_arms"])


class Sweep(_Folder):
    """A finished sweep. Tables are Arrow; docs/tables.md says what their columns are."""

    def table(self, name: str) -> pa.Table:
        """A table of the folder by its file's name, as `"bands.csv"`."""
        path = self.path / name
        if not path.is_file():
            raise CallError(f"there is no {name} in {self.path}")
        return read_csv(str(path))

    @cached_property
    def points(self) -> pa.Table:
        """What was asked: a row for each point, a column for each knob, in the knob's unit; null is the scenario's own value."""
        return self.table("points.csv")

    @cached_property
    def outcomes(self) -> pa.Table:
        """As a run's, with a column `draw`, the point; 0 is the scenario as it is."""
        return self.table("outcomes.csv")

    @cached_property
    def bands(self) -> pa.Table:
        """Quantiles of every number over the points, and of its difference from the first arm, in the measure's unit."""
        return self.table("bands.csv")

    @cached_property
    def pairs(self) -> pa.Table:
        """How each arm differs from those before it in which ads go back to chats, point by point: ratio and difference."""
        return _pairs(self)

    @cached_property
    def sensitivity(self) -> pa.Table:
        """Which unknown moves what: rank correlations, and indices of variance of the design `saltelli`."""
        return self.table("sensitivity.csv")

    @cached_property
    def one_at_a_time(self) -> pa.Table:
        """Each unknown alone at its ends; only of sweeps with `one_at_a_time=True`."""
        return self.table("one-at-a-time.csv")


def open(path: Union[str, os.PathLike[str]]) -> Union[Run, Sweep]:
    """A run or a sweep that was made before, by whatever means: its folder, or the folder's name in `./output`.

    >>> import overheard
    >>> overheard.open(example_run).manifest["seed"]
    1
    """
    _, sweep = _core.finished(Path(path))
    return Sweep(path) if sweep else Run(path)
