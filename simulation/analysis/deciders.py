"""Who decided a duel: which people and which segments the difference between two plans comes from.

Both plans meet the same people, so everybody can be asked in every world: were they kept, lost, won, missed, upgraded
or downgraded by the first plan? Segments are quarters of a trait within each world, which no plan changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from simulation import fingerprint
from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.recording import Recording
from simulation.scenario import Scenario

TRAITS = ("deal", "privacy", "rate", "posting", "degree", "base_churn")
"""Traits whose quarters are the segments; beside them, people are grouped by the need that weighs most."""
SEGMENTS = (*TRAITS, "need")
HAD = ("orders", "spent", "posts", "tier", "role")
FATES = ("kept", "won", "upgraded", "same", "downgraded", "missed", "lost")
"""kept: member at the end under a, has left under b; won: under a, never joined under b; upgraded: at the end in both,
with a higher role or tier under a and neither lower; downgraded, missed and lost: the same with the plans swapped.
Tiers count where both plans award them: a programme that one plan does without raises and lowers nobody."""
GAINED, MISSED = ("kept", "won"), ("lost", "missed")
QUARTERS = 4
MOST_ROWS = 4_000_000


class PersonTables(NamedTuple):
    """What became of everybody in some worlds."""

    people: pd.DataFrame  # seed, person, traits, need, ever, member, weeks, orders, spent, posts, tier, role

    def of_seeds(self, seeds: Collection[int]) -> Self:
        """The rows of some seeds."""
        return type(self)(*(frame[frame["seed"].isin(list(seeds))] for frame in self))


def record(scenario: Scenario, seeds: tuple[int, ...]) -> PersonTables:
    """Live through worlds and note what became of everybody."""
    model = CommunityModel(scenario, seeds)
    weeks = np.zeros(len(model.standing.status), np.int32)
    while model.week < scenario.horizon:
        model.step()
        weeks += model.standing.status == Status.MEMBER
    p, s = model.people, model.standing
    size = scenario.population.size
    made: dict[str, Any] = {
        "seed": np.repeat(np.asarray(seeds, np.int64), size),
        "person": np.tile(np.arange(size, dtype=np.int32), len(seeds)),
        **{name: getattr(p, name) for name in TRAITS},
        "need": p.need_weight.argmax(axis=1).astype(np.int8),
        "ever": (s.joined >= 0).astype(np.int8),
        "member": (s.status == Status.MEMBER).astype(np.int8),
        "weeks": weeks,
        **{name: getattr(s, name) for name in HAD},
    }
    return PersonTables(pd.DataFrame(made))


class Standout(NamedTuple):
    """A segment that decides beyond its size: its net per world, and the net that people of its number would have."""

    segment: str
    group: int
    mean: float
    low: float
    high: float
    expected: float


@dataclass(frozen=True, eq=False)
class Persons:
    """What became of everybody in the worlds of some plans.

    Attributes:
        people: plan and the columns of :class:`PersonTables`.
    """

    people: pd.DataFrame


def _assemble(pieces: Iterable[tuple[str, PersonTables]], _provenance: dict[str, Any]) -> Persons:
    return Persons(pd.concat([tables.people.assign(plan=plan) for plan, tables in pieces], ignore_index=True))


PERSONS = Recording(
    "persons_" + fingerprint([Path(__file__)]),
    PersonTables,
    record,
    _assemble,
    lambda scenario: scenario.population.size,
    MOST_ROWS,
)
"""Recording of what became of everybody."""


def fates(persons: Persons, a: str, b: str) -> pd.DataFrame:
    """What plan a made of each person, compared with plan b in the twin world.

    Args:
        persons: What a job with the recording :data:`PERSONS` gives.
        a: Plan that is judged.
        b: Plan it is judged against.

    Returns:
        seed, person, fate (of :data:`FATES`), weeks, spent (differences a − b), then a column per segment of
        :data:`SEGMENTS`: the quarter 0–3 within the world, or the place of the need that weighs most.

    Raises:
        LabError: ``not_paired`` where the plans' worlds differ.
    """
    index, people = ["seed", "person"], persons.people
    one, other = (people[people["plan"] == plan].set_index(index).sort_index() for plan in (a, b))
    alone = set(one.index.unique("seed")) ^ set(other.index.unique("seed"))
    if alone or len(one) != len(other):
        raise LabError("not_paired", a=a, b=b, worlds=max(len(alone), 1))
    here, there = one["member"].to_numpy() == 1, other["member"].to_numpy() == 1
    steps = ["role", "tier"] if one["tier"].any() and other["tier"].any() else ["role"]
    higher = (one[steps] > other[steps]).any(axis=1)
    lower = (one[steps] < other[steps]).any(axis=1)
    fate = np.select(
        [
            here & ~there & (other["ever"] == 1), here & ~there,
            there & ~here & (one["ever"] == 1), there & ~here,
            here & there & higher & ~lower, here & there & lower & ~higher,
        ],
        ["kept", "won", "lost", "missed", "upgraded", "downgraded"],
        "same",
    )  # fmt: skip
    found = one.index.to_frame(index=False).assign(fate=fate)
    for name in ("weeks", "spent"):
        found[name] = one[name].to_numpy(float) - other[name].to_numpy(float)
    for name in TRAITS:
        ranks = one.groupby("seed")[name].rank(method="first", pct=True).to_numpy()
        found[name] = np.minimum((ranks * QUARTERS - 1e-9).astype(int), QUARTERS - 1)
    return found.assign(need=one["need"].to_numpy())


def counts(found: pd.DataFrame, segment: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """People of each fate per world, by segment or in all.

    Args:
        found: Of :func:`fates`.
        segment: One of :data:`SEGMENTS`; everybody together if not given.
        level: Probability that the interval covers.

    Returns:
        group (−1 for everybody), fate, mean, low, high (people per world); the fate ``net`` is kept + won − lost −
        missed, which is the difference in members at the end, and ``spent`` the difference in what they spent, ¥.

    Raises:
        LabError: ``unknown_name`` for another segment.
    """
    if segment is not None and segment not in SEGMENTS:
        raise LabError("unknown_name", kind="segment", given=str(segment)[:60], known=", ".join(SEGMENTS))
    group = found[segment].to_numpy() if segment else np.full(len(found), -1)
    table = found[["seed", "fate", "spent"]].assign(group=group)
    seeds, groups = np.unique(table["seed"]), np.unique(group)
    wanted = pd.MultiIndex.from_product([groups, FATES, seeds], names=["group", "fate", "seed"])
    many = table.groupby(["group", "fate", "seed"]).size().reindex(wanted, fill_value=0).unstack("seed")
    spent = table.groupby(["group", "seed"])["spent"].sum().unstack("seed").fillna(0.0)
    rows = []
    for each in groups.tolist():
        own = many.loc[each]
        by_fate = {fate: own.loc[fate].to_numpy(float) for fate in FATES}
        by_fate["net"] = own.loc[list(GAINED)].sum().to_numpy(float) - own.loc[list(MISSED)].sum().to_numpy(float)
        by_fate["spent"] = spent.loc[each].to_numpy(float)
        for fate, values in by_fate.items():
            mean, low, high = mean_interval(values, level)
            rows.append({"group": int(each), "fate": fate, "mean": mean, "low": low, "high": high})
    return pd.DataFrame(rows)


def strongest(found: pd.DataFrame) -> Standout | None:
    """The segment whose net differs most from what people of its number would have, or None within noise.

    In every world the net of all is dealt out by head; a segment stands out where the 95 % interval of its surplus,
    widened for the number of segments looked at (Bonferroni), leaves out 0.
    """
    net = found["fate"].isin(GAINED).astype(float) - found["fate"].isin(MISSED).astype(float)
    whole = net.groupby(found["seed"]).mean()
    looked = sum(found[segment].nunique() for segment in SEGMENTS)
    best: Standout | None = None
    for segment in SEGMENTS:
        own = net.groupby([found[segment], found["seed"]]).agg(["sum", "size"]).unstack("seed")
        # A world without anybody of a segment has no surplus of it.
        totals, heads = own["sum"].fillna(0.0), own["size"].fillna(0.0)
        expected = heads * whole
        for group in own.index:
            surplus = mean_interval((totals - expected).loc[group].to_numpy(float), 1 - 0.05 / looked)
            sure = surplus.low > 0 or surplus.high < 0  # neither in a single world, which has no interval
            if sure and (best is None or abs(surplus.mean) > abs(best.mean - best.expected)):
                mean, low, high = mean_interval(totals.loc[group].to_numpy(float))
                best = Standout(segment, int(group), mean, low, high, float(expected.loc[group].mean()))
    return best


def leading(found: pd.DataFrame, seed: int, most: int = 20) -> pd.DataFrame:
    """The people of one world whose two lives differ most in weeks of membership, then in what they spent.

    First come those who lived in the community under both plans and are still there under one alone.

    Returns:
        person, fate, weeks, spent (differences a − b).
    """
    own = found[(found["seed"] == seed) & ((found["weeks"] != 0) | (found["fate"] != "same"))]
    both = own["fate"].isin(["kept", "lost"])
    order = own.assign(both=both, apart=own["weeks"].abs(), money=own["spent"].abs())
    order = order.sort_values(["both", "apart", "money", "person"], ascending=[False, False, False, True])
    return order.head(most)[["person", "fate", "weeks", "spent"]].reset_index(drop=True)
