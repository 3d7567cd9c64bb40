"""Demand mining finds people whom the community fails, and does not cry wolf where nobody was planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import demand
from simulation.errors import LabError
from simulation.eventlog import EventLog, follow, record
from simulation.model import CommunityModel
from simulation.scenario import Scenario
from tests.worlds import small

SIZE = 3000


def lived(seed: int, *, neglected: bool) -> tuple[CommunityModel, demand.Segments, np.ndarray]:
    """A community that neglects safety; a fifth of its people, who talk a lot, care for nothing else."""
    feeling = {"calm": 0.01} if neglected else {}
    scenario = Scenario.parse(
        {"population": {"size": SIZE, "founders": 0.6}, "horizon": 40, "behaviour": {"feeling": feeling}}
    )
    model = CommunityModel(scenario, (seed,))
    planted = np.random.default_rng(seed).random(SIZE) < (0.2 if neglected else 0)
    model.people.need_weight[planted] = [0, 1, 0, 0, 0]
    model.people.posting[planted] = 1.5
    return model, demand.find(follow(model)), planted


@pytest.mark.parametrize("seed", [1, 2])
def test_the_planted_segment_is_found_and_really_less_satisfied(seed: int) -> None:
    model, found, planted = lived(seed, neglected=True)
    named = found.people.loc[found.people["segment"] == found.unmet, "person"]
    assert planted[named].mean() > 0.7
    members = found.people["person"][planted[found.people["person"]]]
    assert named.isin(members).sum() > 0.7 * len(members)
    assert found.convincing
    truth = demand.check(found, model).set_index("segment")
    assert truth["satisfaction"].idxmin() == truth["surplus"].idxmin() == found.unmet
    assert truth.loc[found.unmet, "worst_need"] == "safety"
    assert truth["named"].sum() == 1


def test_no_alarm_in_an_ordinary_community() -> None:
    model, found, _ = lived(1, neglected=False)
    assert not found.convincing
    truth = demand.check(found, model).set_index("segment")
    assert truth["satisfaction"].idxmin() != found.unmet


def test_the_profile_describes_the_people() -> None:
    _, found, _ = lived(1, neglected=True)
    assert found.profile["people"].sum() == len(found.people)
    assert found.profile["share"].sum() == pytest.approx(1)
    assert found.profile["unmet"].is_monotonic_decreasing
    assert -1 <= found.quality <= 1
    assert 2 <= len(found.profile) <= demand.MOST_SEGMENTS
    churn = found.people.groupby("segment")["churned"].mean()
    assert found.profile.set_index("segment")["churn"].to_dict() == pytest.approx(churn.to_dict())


def test_features_of_a_log_made_by_hand() -> None:
    def frame(columns: list[str], *rows: tuple[float | None, ...]) -> pd.DataFrame:
        return pd.DataFrame(list(rows), columns=columns)

    members = frame(["person", "spell", "joined", "left"], (1, 1, 0, 10), (2, 1, 4, None), (1, 2, 16, None))
    log = EventLog(
        {
            "members": members.astype({"left": "Int32"}),
            "orders": frame(["week", "person", "orders", "paid"], (3, 1, 1, 20.0), (18, 1, 2, 8.0)),
            "posts": frame(["week", "person", "posts"], (5, 2, 8)),
            "replies": frame(["week", "person", "replies"], (5, 2, 4)),
        },
        "by_hand", seed=1, weeks=20, people=5,
    )  # fmt: skip
    table = demand.features(log).set_index("person")
    assert table.loc[1].to_dict() == pytest.approx(
        {"weeks": 14, "recency": 2, "frequency": 3 / 14, "spend": 2, "posts": 0, "replies": 0, "churned": 0}
    )
    assert table.loc[2].to_dict() == pytest.approx(
        {"weeks": 16, "recency": 16, "frequency": 0, "spend": 0, "posts": 0.5, "replies": 0.25, "churned": 0}
    )


def test_the_same_log_gives_the_same_segments() -> None:
    log = record(small({}), 1)
    pd.testing.assert_frame_equal(demand.find(log).people, demand.find(log).people)


def test_people_who_are_all_alike_are_one_segment() -> None:
    label, quality = demand._cluster(np.zeros((50, 5)), 1)
    assert (label == 0).all()
    assert np.isnan(quality)


def test_one_outlier_among_many_is_no_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demand, "SILHOUETTE_SAMPLE", 20)
    z = np.random.default_rng(1).normal(0, 0.01, (400, 5))
    z[7] = 50
    label, _ = demand._cluster(z, 1)
    assert len(label) == 400


def test_too_few_people_are_refused() -> None:
    scenario = Scenario.parse({"population": {"size": 60, "founders": 0.2}, "horizon": 4})
    with pytest.raises(LabError, match="out of range"):
        demand.find(record(scenario, 1))
