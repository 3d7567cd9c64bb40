"""Claimed figures beside simulated ones: sign first, then size, and an honest word where there is no counterpart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import claim_runs, claims
from simulation.analysis.claimed import CLAIMS
from simulation.executor import SerialExecutor
from simulation.experiment import run
from simulation.results import Results
from simulation.strategies import STRATEGIES


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    runs = claim_runs.experiments(3, 500)
    results = {name: run(each, executor=SerialExecutor()) for name, each in runs.items()}
    return claims.table(results, CLAIMS).set_index("id")


def test_every_claim_has_a_counterpart_with_interval_or_says_why_not(table: pd.DataFrame) -> None:
    assert list(table.index) == [claim.id for claim in CLAIMS]
    for claim in CLAIMS:
        row = table.loc[claim.id]
        assert row["verdict"] in claims.VERDICTS
        assert (row["verdict"] == "outside") == (claim.read is None)
        if claim.read is not None:
            assert row["level_low"] <= row["level"] <= row["level_high"], claim.id
            assert row["worlds"] == 3


def test_the_lab_does_not_reproduce_the_boldest_claims(table):
    assert table.loc["nested_value", "ratio"] < 1.5
    assert table.loc["four_layers", "ratio"] < 1.2
    assert table.loc["creation_incentives", "ratio"] > 1.3
    assert table.loc["core_fans", "level"] < 5000


def test_all_twelve_claims_are_told_in_both_languages_with_literature() -> None:
    assert len({claim.id.split("_")[0] for claim in CLAIMS}) >= 12
    assert sum(claim.source == "S" for claim in CLAIMS) == 3
    for claim in CLAIMS:
        assert claim.zh and claim.en and claim.simulated_zh and claim.simulated_en
        assert claim.literature_zh and claim.literature_en


def test_plans_do_what_the_claims_say() -> None:
    for name, chosen in claim_runs._PLANS.items():
        assert set(chosen) <= set(STRATEGIES)
        assert set(chosen) <= set(claim_runs.made_of(name).strategies)


def judged(figure: float, kind: str, after: list[float], before: list[float]) -> str:
    rows = [(plan, seed, value) for plan, values in (("after", after), ("before", before))
            for seed, value in enumerate(values)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["plan", "seed", "clv"])
    results = Results(table, table, table, table, {"plans": {"after": "", "before": ""}, "seeds": [0, 1, 2]})
    claim = claims.Claim(
        "x", "x", "x", "O", kind, figure, "run", "after", "before", claims.outcome("clv"), "", "", "", ""
    )
    found = claims.judge(claim, {"run": results})
    assert found.worlds == len(after)
    return found.verdict


@pytest.mark.parametrize(
    ("figure", "kind", "after", "before", "verdict"),
    [
        (1.4, "ratio", [14, 28, 43], [10, 20, 30], "supported"),
        (3.2, "ratio", [11, 22, 32.5], [10, 20, 30], "smaller"),
        (1.1, "ratio", [20, 41, 60], [10, 20, 30], "larger"),
        (1.4, "ratio", [9, 22, 30], [10, 20, 30], "unsupported"),
        (1.4, "ratio", [5, 10, 16], [10, 20, 30], "unsupported"),
        (20, "level", [20, 21, 22], [10, 11, 13], "supported"),
        (20, "level", [5, 6, 7], [4, 4.9, 6], "smaller"),
        (20, "level", [50, 60, 70], [4, 4.9, 6], "larger"),
        (20, "level", [20, 21, 22], [20, 21, 22], "anyway"),
        (20, "level", [3, 4, 5], [3, 4, 5], "unsupported"),
        (np.nan, "ratio", [14, 28, 43], [10, 20, 30], "input"),
    ],
)
def test_verdict(figure: float, kind: str, after: list[float], before: list[float], verdict: str) -> None:
    assert judged(figure, kind, after, before) == verdict


def test_a_ratio_to_nothing_is_left_out() -> None:
    assert judged(0.27, "level", [0.25, 0.26, 0.27], [0, 0, 0]) == "supported"
