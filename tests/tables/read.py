"""Reads every table given, as analysts do, and holds each cell against the text of the file.

Prints a line per reader: what it read, or that it is not installed. Anything that came out as something else ends it.
"""

import csv
import os
import pathlib
import re
import sys
import warnings

NUMBERS = {
    "value", "std_error", "base_value", "difference",
    "published", "simulated", "tolerance_percent", "deviation_percent", "published_low", "published_high",
}
INTEGERS = {"id"}

# What pandas warns of is wrong with the tables, but for what `in_chunks` says.
warnings.simplefilter("error")


def texts(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def hold(reader, path, name, want, got, is_missing):
    """Every cell of a column is what the file says."""
    for line, (text, cell) in enumerate(zip(want, got, strict=True), start=2):
        if text == "":
            same = is_missing(cell)
        elif name in NUMBERS:
            same = isinstance(cell, float) and cell == float(text)
        elif name in INTEGERS:
            same = int(cell) == int(text)
        else:
            same = cell == text
        if not same:
            sys.exit(f"{reader}: {path}, line {line}, {name}: {text!r} was read as {cell!r}")


def in_chunks(path):
    """As by default: types are guessed chunk by chunk, which warns where a column begins with empty cells only. Cells are right."""
    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pandas.errors.DtypeWarning)
        return pandas.read_csv(path)


def with_pandas(paths):
    import pandas

    for path in paths:
        header, rows = texts(path)
        for frame in [pandas.read_csv(path, low_memory=False), in_chunks(path)]:
            assert list(frame.columns) == header, path
            for place, name in enumerate(header):
                hold("pandas", path, name, [row[place] for row in rows], frame[name].tolist(), pandas.isna)
    totals(paths)


def totals(paths):
    """The lines of docs/tables.md do what it says there."""
    import pandas

    here = pathlib.Path(__file__).parent
    documented = (here / "../../docs/tables.md").read_text(encoding="utf-8")
    lines = re.findall(r"```python\n(.*?)```", documented, re.DOTALL)
    [folder] = {os.path.dirname(os.path.abspath(path)) for path in paths}
    names, before = {"pd": pandas}, os.getcwd()
    os.chdir(folder)
    for block in lines:
        exec(block, names)
    t, units = names["t"], pandas.read_csv("measures.csv")
    header, rows = texts("outcomes.csv")
    os.chdir(before)
    by_hand = [" ".join(n for n, cell in zip(header[2:10], row[2:10]) if cell) for row in rows]
    assert t["cut"].tolist() == by_hand
    total = t[t.cut == ""]
    assert len(total) > 50 and not total.duplicated(["arm", "measure"]).any()
    markets = t[(t.cut == "market") & (t.measure == "ad_clicks")].groupby("arm").value.sum()
    clicks = total[total.measure == "ad_clicks"].set_index("arm").value.sort_index()
    assert ((markets - clicks).abs() <= 1e-6 * clicks).all()
    units = t.merge(units, on="measure")
    assert len(units) == len(t) and units["unit"].notna().all()
    assert t["too_few"].any() and not t["too_few"].all()


def with_polars(paths):
    import polars

    for path in paths:
        header, rows = texts(path)
        frame = polars.read_csv(path)
        assert frame.columns == header, path
        for place, name in enumerate(header):
            got = frame[name].to_list()
            hold("polars", path, name, [row[place] for row in rows], got, lambda cell: cell is None)


for reader, read in [("pandas", with_pandas), ("polars", with_polars)]:
    try:
        read(sys.argv[1:])
    except ModuleNotFoundError:
        print(f"skipped: {reader} is not installed for {sys.executable}")
    else:
        print(f"read by {reader}: {len(sys.argv) - 1} tables")
