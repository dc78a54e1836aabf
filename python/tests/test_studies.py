"""Sweeps, decompositions, comparisons: the command line's bytes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import same, told

import overheard


def test_a_sweep_is_that_of_the_command_line(cli: str, place: Path) -> None:
    vary = {"signals.chat_weight": (1, 6), "ads.alpha": None}
    swept = overheard.sweep("small.toml", vary=vary, draws=2, people=1000, one_at_a_time=True, out="a")
    command = swept.manifest["command"].split()
    assert command[-7:] == "--vary signals.chat_weight=1..6 --vary ads.alpha --draws 2 --one-at-a-time".split()
    told(cli, *command[1:], "--out", "b")
    same(place / "a", place / "b")
    assert swept.points.column_names[-2:] == ["signals.chat_weight", "ads.alpha"]
    assert swept.outcomes.schema.field("draw").type == pa.int64()
    for table in (swept.bands, swept.sensitivity, swept.one_at_a_time):
        assert table.num_rows > 0 and table.schema.field("measure").type == pa.string()
    assert isinstance(overheard.open("a"), overheard.Sweep) and "Sweep small" in repr(swept)
    with pytest.raises(overheard.CallError, match="a sweep is in"):
        overheard.Run("a")


def test_policies_of_a_sweep_are_told_beside_each_other(place: Path) -> None:
    with (place / "small.toml").open("a") as file:
        file.write('[[arm]]\nname = "half"\ncontrols.opt_out_available = true\ncontrols.opt_out_share = 0.5\n')
    swept = overheard.sweep("small.toml", vary={"ads.alpha": None}, draws=2, people=1000)
    pairs = swept.pairs.to_pylist()
    assert {(row["arm"], row["against"]) for row in pairs} == {("half", "policy")}
    assert all(row["ratio_draws"] in (None, 2) and row["difference_draws"] == 2 for row in pairs)


def test_points_of_a_file(place: Path) -> None:
    (place / "points.csv").write_text("signals.chat_weight\n2\n")
    swept = overheard.sweep("small.toml", from_="points.csv", people=1000)
    assert swept.points["signals.chat_weight"].to_pylist() == [None, 2.0]
    assert swept.path.parent.name == "output"


def test_rules_of_a_sweep_are_those_of_the_command_line(cli: str, place: Path) -> None:
    call = dict(vary={"ads.alpha": (1.5, 3)}, draws=2, people=1000)
    swept = overheard.sweep("small.toml", relevel=True, keep="calibrated", out="a", **call)
    command = swept.manifest["command"].split()
    assert command[-3:] == ["--relevel", "--keep", "calibrated"]
    told(cli, *command[1:], "--out", "b")
    same(place / "a", place / "b")
    assert swept.points["ads.click_rate"].null_count == 1
    with pytest.raises(overheard.CallError, match="--keep good"):
        overheard.sweep("small.toml", keep="good", **call)


def test_a_decomposition_is_that_of_the_command_line(cli: str, place: Path) -> None:
    by = {"region-gate": {"policy.excluded_markets": []}}
    table = overheard.decompose("small.toml", by=by, measures=["ad_clicks/chat"], draws=2, people=1000, out="a")
    by_hand = ["decompose", "small.toml", "--draws", "2", "--people", "1000", "--by", "region-gate=policy.excluded_markets=[]"]
    told(cli, *by_hand, "--measure", "ad_clicks/chat", "--out", "b")
    same(place / "a", place / "b")
    assert table.schema.field("shapley").type == pa.float64()
    assert table["draws"].to_pylist() == [2, 2] and table["shapley_p05"].null_count == 0
    assert table["measure"].unique().to_pylist() == ["ad_clicks"]


def test_a_comparison_is_that_of_the_command_line(cli: str, small: overheard.Run, place: Path) -> None:
    other = overheard.run("small.toml", set={"signals.chat_weight": 6}, out="other")
    table = overheard.compare(small, other)
    answer = subprocess.run([cli, "compare", str(small.path), "other"], capture_output=True)
    (place / "by-hand.csv").write_bytes(answer.stdout)
    rows = answer.stdout.decode().splitlines()
    assert table.num_rows == len(rows) - 1 and table.column_names == rows[0].split(",")
    notes = table.schema.metadata[b"notes"].decode()
    assert "signals.chat_weight: 3.0 against 6.0" in notes and "paired differences" in notes
    moved = table.to_pandas().query("arm == 'policy' and measure == 'ad_impressions' and source == 'chat'")
    assert moved.difference.iloc[0] > 0
    assert overheard.compare(small, base="policy")["arm"].unique().to_pylist() == ["no-policy"]


def test_ctrl_c_stops_a_sweep(place: Path) -> None:
    def stop(p: overheard.Progress) -> None:
        if p.what == "points" and p.done > 0:
            raise KeyboardInterrupt

    call = dict(vary={"signals.chat_weight": (1, 6)}, draws=8, people=1000, out="a", threads=1)
    with pytest.raises(KeyboardInterrupt):
        overheard.sweep("small.toml", progress=stop, **call)
    heard: list[str] = []
    overheard.sweep("small.toml", resume=True, progress=lambda p: heard.append(p.what), **call)
    assert any(text.startswith("resuming") for text in heard)
