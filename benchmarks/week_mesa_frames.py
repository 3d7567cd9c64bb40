"""The agreed week in mesa-frames: people as rows of a Polars frame, a week as expressions over its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.week_peer import answer

NEEDS = [f"need{k}" for k in range(5)]
FRESH = dict.fromkeys(NEEDS, 0.4) | {"satisfaction": 0.4, "aspiration": 0.38, "trust_for": 3.0, "trust_against": 2.0,
                                     "points": 0.0}  # fmt: skip


class People(AgentSetPolars):
    """A crowd with ties; see :mod:`benchmarks.week`."""

    agents: Any

    def __init__(self, model: ModelDF, crowd: Mapping[str, Any]) -> None:
        super().__init__(model)
        n = len(crowd["churn"])
        traits = {name: crowd[name] for name in ("churn", "posting", "buying", "spend")}
        traits |= {f"weight{k}": np.ascontiguousarray(crowd["weight"][:, k]) for k in range(5)}
        start = {name: np.full(n, value, np.float32) for name, value in FRESH.items()}
        self.add(pl.DataFrame({"unique_id": np.arange(n)} | traits | start | {"posted": np.zeros(n, bool)}))
        self.ties = pl.DataFrame(
            {"person": np.repeat(np.arange(n), np.diff(crowd["indptr"])), "other": crowd["indices"]}
        ).set_sorted("person")
        self.sums: dict[str, float] = {}

    def step(self) -> None:
        """Live one week."""
        now = self.agents
        luck = self.model.random
        over_ties = (
            self.ties.lazy()
            .with_columns(
                heard=now["posted"].gather(self.ties["other"]), mood=now["satisfaction"].gather(self.ties["other"])
            )
            .group_by("person")
            .agg(pl.col("heard").sum().clip(0, 3), pl.col("mood").mean())
        )
        col = pl.col
        gap = col("satisfaction") - col("aspiration")
        trusting = col("trust_for") / (col("trust_for") + col("trust_against")) - 0.6
        drive = (0.5 * (gap + trusting)).exp()
        gains = {"need0": 0.045 + 0.10 * col("bought"), "need1": 0.05, "need2": 0.03 + 0.02 * col("heard"),
                 "need3": 0.035 + 0.04 * col("heard") * col("posts"), "need4": 0.045 + 0.05 * col("posts")}  # fmt: skip
        lost = {"need1": 0.30 * col("failed") * col("need1")}
        coins = {f"u{k}": luck.random(len(now), np.float32) for k in range(4)}
        lived = (
            now.with_columns(**{name: pl.Series(values) for name, values in coins.items()})
            .lazy()
            .join(over_ties, left_on="unique_id", right_on="person", how="left")
            .with_columns(col("heard").fill_null(0).cast(pl.Float32), col("mood").fill_null(0.0))
            .with_columns(
                posts=(col("u0") < col("posting") * drive).cast(pl.Float32),
                bought=(col("u1") < col("buying") * drive).cast(pl.Float32),
                failed=(col("u2") < 0.08).cast(pl.Float32),
                left=col("u3") < 1 / (1 + (2 * gap + 1.5 * trusting - col("churn")).exp()),
            )
            .with_columns(
                **{
                    name: col(name) + (1 - col(name)) * gain - 0.08 * col(name) - lost.get(name, 0.0)
                    for name, gain in gains.items()
                },
                paid=col("spend") * col("bought"),
                trust_for=0.02
                + 0.98 * col("trust_for")
                + 0.5 * col("bought") * (1 - col("failed"))
                + 0.03 * col("mood"),
                trust_against=0.05 + 0.98 * col("trust_against") + 0.3 * col("failed") - 0.03 * col("mood"),
            )
            .with_columns(
                satisfaction=sum((col(f"weight{k}") * col(f"need{k}") for k in range(5)), start=pl.lit(0.0)),
                points=0.98 * col("points") + col("paid"),
            )
            .with_columns(aspiration=col("aspiration") + 0.02 * (col("satisfaction") - col("aspiration")))
            .with_columns(
                **{
                    name: pl.when(col("left")).then(pl.lit(value)).otherwise(col(name)).cast(pl.Float32)
                    for name, value in FRESH.items()
                },
                posted=(col("posts") > 0) & ~col("left"),
            )
            .collect()
        )
        points = col("points")
        tier = sum(((points >= step).cast(pl.Int64).sum() for step in (50, 150, 400)), start=pl.lit(0))
        self.sums = lived.select(
            posts=col("posts").sum(), orders=col("bought").sum(), revenue=col("paid").sum(), left=col("left").sum(),
            satisfaction=col("satisfaction").sum(), trust=(trusting + 0.6).sum(), tier=tier,
        ).row(0, named=True)  # fmt: skip
        self.agents = lived.select(now.columns)


def settle(crowd: Mapping[str, Any]) -> Callable[[], Mapping[str, float]]:
    """Make the model of a crowd."""
    model = ModelDF(1)
    people = People(model, crowd)

    def step() -> Mapping[str, float]:
        people.step()
        return people.sums

    return step


if __name__ == "__main__":
    answer("mesa-frames", settle)
