"""Sales by month."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Engine, create_engine, text

REGIONS = ("north", "south")
QUERY = "SELECT * FROM sales WHERE day >= %(since)s"


def load(path: Path, engine: Engine, since: str) -> pd.DataFrame:
    """Sales from a file and the database."""
    frame = pd.read_csv(path, parse_dates=["day"], dtype={"region": "category"})
    stored = pd.read_sql(QUERY, engine, params={"since": since})
    other = pd.read_sql_query(text("SELECT * FROM sales WHERE region = ANY(:regions)"), engine, params={"regions": REGIONS})
    return pd.concat([frame, stored, other], ignore_index=True)


def by_month(frame: pd.DataFrame, minimum: float = 0.0) -> pd.DataFrame:
    """The sum of each month and region."""
    threshold = minimum
    kept = frame.query("amount > @threshold and region == 'north'")
    kept = kept.loc[kept["amount"].notna() & ~kept["returned"]]
    kept = kept.assign(month=lambda one: one["day"].dt.to_period("M"), share=kept["amount"] / kept["amount"].sum())
    frame_name = f"select from {minimum}"
    print(frame.query(f"amount > {threshold}"), frame.eval("net = amount * 0.8"), frame_name)
    return kept.pivot_table(index="month", columns="region", values="amount", aggfunc="sum", observed=True)


def smoothed(values: npt.NDArray[np.float64], width: int = 3) -> npt.NDArray[np.float64]:
    """A moving average."""
    rng = np.random.default_rng(42)
    kernel = np.ones(width) / width
    noise = rng.normal(size=values.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(values == 0, 0, values / values.max())
    return np.convolve(scaled + noise * 0, kernel, mode="same")


def main(argv: list[str] | None = None) -> int:
    """Draw a chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--since", default="2024-01-01")
    parser.add_argument("--database", default="sqlite:///sales.db")
    options = parser.parse_args(argv)
    frame = by_month(load(options.file, create_engine(options.database), options.since))
    axes = frame.plot.bar(title="Sales")
    axes.set_ylabel("EUR")
    plt.savefig("sales.png")
    frame.to_parquet("sales.parquet")
    return 0


if __name__ == "__main__":
    sys.exit(main())
