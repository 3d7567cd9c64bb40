"""Demand mining: find the segment whose need is unmet, from what an operator can observe (K11).

Reads members, orders, posts and replies of an event log, never a hidden trait. Clusters are a description that always
exists, even in people who do not fall into kinds; ``quality`` (silhouette) says how clearly they part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans  # type: ignore[import-untyped, unused-ignore]
from sklearn.metrics import silhouette_score  # type: ignore[import-untyped, unused-ignore]

from simulation.errors import LabError
from simulation.eventlog import EventLog
from simulation.members import NEEDS
from simulation.model import CommunityModel

FEATURES = ("recency", "frequency", "spend", "posts", "replies")
"""What people are clustered by; leaving is not among them, it is what the segments are judged by."""

MOST_SEGMENTS = 6
SILHOUETTE_SAMPLE = 1500
"""People on whom the silhouette is measured; its cost grows with the square."""

FEWEST_WEEKS = 4
"""Somebody who came last week has no rate yet: rates are over at least so many weeks."""

FEWEST_PEOPLE = 20
"""Smallest segment that may be named; people below this number are an anecdote."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments found in an event log.

    Attributes:
        people: person, segment, then the columns of :func:`features`.
        profile: One row per segment: segment, people, share, mean recency … replies, churn (share of the people who
            were ever members and are gone at the end), voice, loyalty, buying (z over people, see :func:`find`),
            unmet. Largest unmet first.
        unmet: Number of the segment with the largest unmet need; there is always one.
        convincing: Whether that segment speaks up more than the average person and stays or buys less, each by more
            than two standard errors of a mean (2/√people). If not, it may merely be the talkative.
        quality: Mean silhouette, −1 to 1; below about .25 the segments are cuts through a cloud.
    """

    people: pd.DataFrame
    profile: pd.DataFrame
    unmet: int
    convincing: bool
    quality: float


def features(log: EventLog) -> pd.DataFrame:
    """One row per person who was ever a member.

    Returns:
        Columns person; weeks (as a member, all spells); recency (weeks without an order when last seen, since joining
        for who never ordered); frequency, posts, replies (per week of membership); spend (¥ per week of
        membership); churned (1 if gone at the end).
    """
    spells = log["members"]
    end = spells["left"].fillna(log.weeks).to_numpy(np.int64)
    stays = pd.DataFrame({"person": spells["person"], "weeks": end - spells["joined"], "seen": end})
    stays["joined"], stays["here"] = spells["joined"], spells["left"].isna()
    table = stays.groupby("person").agg(
        weeks=("weeks", "sum"), seen=("seen", "max"), joined=("joined", "max"), here=("here", "max")
    )

    def total(name: str, column: str) -> Any:
        return log[name].groupby("person")[column].sum().reindex(table.index, fill_value=0)

    rate = np.maximum(table["weeks"], FEWEST_WEEKS)
    last = log["orders"].groupby("person")["week"].max().reindex(table.index)
    # Counted up to when somebody was last seen, or else recency would tell who is gone.
    recency = table["seen"] - last.fillna(table["joined"])
    return pd.DataFrame(
        {
            "person": table.index.to_numpy(),
            "weeks": table["weeks"].to_numpy(),
            "recency": recency.to_numpy(float),
            "frequency": (total("orders", "orders") / rate).to_numpy(float),
            "spend": (total("orders", "paid") / rate).to_numpy(float),
            "posts": (total("posts", "posts") / rate).to_numpy(float),
            "replies": (total("replies", "replies") / rate).to_numpy(float),
            "churned": (~table["here"]).astype(int).to_numpy(),
        }
    )


def find(log: EventLog, *, seed: int = 1) -> Segments:
    """Cluster the people and name the segment whose need is unmet.

    Features are ln(1 + x/s), s being the mean, then standardised; k-means with 10 starts for k = 2 … 6, the k with the
    largest silhouette wins (Rousseeuw 1987). Unmet need = voice − min(loyalty, buying): who speaks up a lot yet leaves,
    or buys little, wants something from the community and does not get it. Voice is the mean z of posting and of
    replies, loyalty the z of staying, buying the z of the purchase frequency, each averaged over the segment. The rule
    is a heuristic (teaching assumption): it points at people to go and talk to.

    Args:
        log: Event log.
        seed: Luck of the starts.

    Raises:
        LabError: ``out_of_range`` if there are not enough people for two segments.
    """
    people = features(log)
    if len(people) < 2 * FEWEST_PEOPLE:
        raise LabError("out_of_range", field="people", given=str(len(people)), allowed=f"≥ {2 * FEWEST_PEOPLE}")
    z = pd.DataFrame({name: _standard(_tamed(people[name].to_numpy(float))) for name in FEATURES})
    label, quality = _cluster(z.to_numpy(), seed)
    people.insert(1, "segment", label)
    by = people.groupby("segment")
    profile = pd.DataFrame({"people": by.size(), "share": by.size() / len(people)})
    profile = profile.join(by[list(FEATURES)].mean()).join(by["churned"].mean().rename("churn"))
    scores = {
        "voice": (z["posts"] + z["replies"]) / 2,
        "loyalty": pd.Series(_standard(1.0 - people["churned"].to_numpy(float))),
        "buying": z["frequency"],
    }
    for name, values in scores.items():
        profile[name] = values.groupby(people["segment"]).mean()
    profile["unmet"] = profile["voice"] - profile[["loyalty", "buying"]].min(axis=1)
    profile = profile.sort_values("unmet", ascending=False).reset_index()
    enough = profile[profile["people"] >= FEWEST_PEOPLE]
    first = enough.iloc[0]
    error = 2 / np.sqrt(first["people"])
    convincing = bool(first["voice"] > error and min(first["loyalty"], first["buying"]) < -error)
    return Segments(people, profile, int(first["segment"]), convincing, quality)


def check(found: Segments, model: CommunityModel) -> pd.DataFrame:
    """Hold the segments against what only the model knows: was the named segment really the less satisfied?

    Args:
        found: Segments of the log that was recorded from this model.
        model: The model, one world, lived to the end; of those who left, the state at their leaving counts.

    Returns:
        One row per segment: segment, named (whether it is the one found), people, satisfaction S and surplus S − A
        (means), worst_need and worst_gap (need with the largest mean of ω(1 − n), and that mean).
    """
    rows = found.people["person"].to_numpy()
    standing, people = model.standing, model.people
    gap = people.need_weight[rows] * (1 - standing.need[rows])
    table = pd.DataFrame({"segment": found.people["segment"].to_numpy()})
    table["satisfaction"] = standing.satisfaction[rows].astype(float)
    table["surplus"] = table["satisfaction"] - standing.aspiration[rows]
    by = table.groupby("segment")
    needs = pd.DataFrame(gap.astype(float), columns=list(NEEDS)).groupby(table["segment"]).mean()
    result = pd.DataFrame({"people": by.size()}).join(by[["satisfaction", "surplus"]].mean())
    result.insert(0, "named", result.index == found.unmet)
    result["worst_need"], result["worst_gap"] = needs.idxmax(axis=1), needs.max(axis=1)
    return result.reset_index()


def _tamed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logs draw the long tails in; dividing by the mean first makes the unit irrelevant."""
    scale = values.mean()
    return np.log1p(values / scale) if scale > 0 else np.zeros_like(values)


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)


def _cluster(z: NDArray[np.float64], seed: int) -> tuple[NDArray[np.int64], float]:
    """Segment of each person, 0 being the largest, and the silhouette."""
    best: tuple[float, Any] = (-2.0, None)
    judged = np.random.default_rng(seed).permutation(len(z))[:SILHOUETTE_SAMPLE]
    for k in range(2, MOST_SEGMENTS + 1):
        if len(np.unique(z, axis=0)) <= k:
            break
        label = KMeans(k, n_init=10, random_state=seed).fit_predict(z)
        if len(np.unique(label[judged])) < 2:
            continue  # a segment so small that the sample has nobody of it says nothing about the people
        score = float(silhouette_score(z[judged], label[judged]))
        if score > best[0]:
            best = (score, label)
    if best[1] is None:
        return np.zeros(len(z), np.int64), float("nan")
    order = np.argsort(-np.bincount(best[1]), kind="stable")
    return np.argsort(order)[best[1]], best[0]
