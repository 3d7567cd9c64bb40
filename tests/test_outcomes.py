"""Every measure of a run, counted again from the event log, the columns or the tables (K1–K9)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.effects import Channel
from simulation.eventlog import EventLog, _Recorder
from simulation.members import Layer, Role, Status
from simulation.model import CommunityModel, WorldTables
from simulation.outcomes import TOTALS, WEEKLY
from simulation.outcomes_community import ALARMS
from simulation.scenario import Scenario

WEEKS = 60
PLAN: dict[str, Any] = {
    "contact": {"frequency": 1}, "referral": {"reward": 0.5}, "cocreation": {}, "content": {}, "subscription": {},
    "price_promotion": {"discount": 0.2, "cycle": 8},
}  # fmt: skip


class Seen:
    """One world, lived while everything that the measures rest on is written down beside the engine."""

    def __init__(self) -> None:
        scenario = Scenario.parse(
            {"population": {"size": 700, "founders": 0.6}, "plan": {"strategies": PLAN}, "horizon": WEEKS}
        )
        self.model = CommunityModel(scenario, (5,))
        recorder = _Recorder(self.model)
        self.sums: dict[str, list[float]] = {
            name: [] for name in ("cocreated", "due", "renewed", "creators", "creators_left")
        }
        self.pieces: list[float] = []
        self.alike: list[float] = []
        activity = np.zeros(700)
        while self.model.week < WEEKS:
            self.ties_before = self._ties()
            self.model.step()
            recorder.note()
            f = self.model.flow
            activity[f.joins > 0] = 0
            gone = f.leaves > 0
            self.sums["creators_left"].append(float((activity[gone] >= 1).sum()))
            activity = 0.9 * activity + f.posts
            self.sums["creators"].append(float((activity[self.here] >= 1).sum()))
            self.sums["cocreated"].append(float(f.cocreated.sum()))
            self.sums["due"].append(float(f.renewal_due.sum()))
            self.sums["renewed"].append(float(f.renewed.sum()))
            self.pieces.append(float(self.model.effects.value(Channel.SUPPLY)[0]))
            self.alike.append(float(self.model.effects.value(Channel.SAMENESS)[0]))
        self.log: EventLog = recorder.log()
        self.tables: WorldTables = self.model.tables()
        self.weekly = self.tables.weekly.set_index("week")
        self.total: Any = self.tables.worlds.iloc[0]
        self.last: Any = self.weekly.loc[WEEKS]

    @property
    def here(self) -> Any:
        return self.model.standing.status == Status.MEMBER

    def _ties(self) -> Any:
        """Σ w of each person's ties to members, edge by edge."""
        graph = self.model.graph
        found = np.zeros(graph.n)
        one = np.repeat(np.arange(graph.n), np.diff(graph.indptr))
        np.add.at(found, one, self.model.strength * self.here[graph.indices])
        return found


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


def test_every_measure_has_words_and_a_definition_in_both_languages() -> None:
    for outcome in (WEEKLY | TOTALS).values():
        for language in ("zh", "en"):
            assert outcome.label(language) and len(outcome.definition(language)) > 3


# K1


def test_retention_is_kaplan_meier_over_first_spells(seen: Seen) -> None:
    first = seen.log["members"].query("spell == 1")
    end = first["left"].fillna(WEEKS).to_numpy(int) - first["joined"].to_numpy(int)
    start = np.where(first["joined"] == 0, 1, 0)
    gone = first["left"].notna().to_numpy()
    for weeks in (13, 26, 52):
        kept = 1.0
        for t in range(weeks + 1):
            at_risk = ((start <= t) & (end >= t)).sum()
            kept *= 1 - (gone & (end == t)).sum() / at_risk
        assert seen.total[f"retention_{weeks}"] == pytest.approx(kept)
    assert np.isnan(seen.total["retention_104"])


def test_founders_kept_counts_who_never_left(seen: Seen) -> None:
    founders = seen.log["members"].query("joined == 0 and spell == 1")
    assert seen.last["founders_kept"] == pytest.approx(founders["left"].isna().mean())


def test_renewal_rate_counts_ended_terms(seen: Seen) -> None:
    assert seen.total["renewal_rate"] == pytest.approx(sum(seen.sums["renewed"]) / sum(seen.sums["due"]))
    assert 0.3 < seen.total["renewal_rate"] < 1


# K2


def test_revenue_is_the_sum_of_its_streams(seen: Seen) -> None:
    books = seen.tables.ledger.set_index("item")["amount"]
    streams = books[books.index.str.startswith("income.")]
    paid = seen.log["orders"]["paid"].sum()
    assert seen.total["revenue"] == pytest.approx(streams.sum())
    assert streams["income.sales"] == pytest.approx(paid, rel=1e-5)
    assert streams["income.subscription"] > 0
    assert seen.total["main_stream_share"] == pytest.approx(streams.max() / streams.sum())
    assert seen.weekly["sales"].sum() + seen.weekly["other_revenue"].sum() == pytest.approx(streams.sum())


def test_profit_is_revenue_less_everything_paid(seen: Seen) -> None:
    books = seen.tables.ledger.set_index("item")["amount"]
    costs = books[~books.index.str.startswith("income.")].drop("discounts")
    assert seen.total["profit"] == pytest.approx(seen.total["revenue"] - costs.sum())
    assert seen.total["strategy_cost"] == pytest.approx(costs.drop(["goods", "platform"]).sum())


def test_revenue_per_member_and_repurchase_rate(seen: Seen) -> None:
    week = seen.log["orders"].query(f"week == {WEEKS}")["paid"].sum()
    assert seen.last["arpu"] == pytest.approx((week + seen.last["other_revenue"]) / seen.here.sum(), rel=1e-5)
    bought = seen.log["orders"].groupby("person")["orders"].sum()
    assert seen.total["repurchase_rate"] == pytest.approx((bought >= 2).mean())


def test_concentration_of_buying_and_posting(seen: Seen) -> None:
    spent = seen.log["orders"].groupby("person")["paid"].sum().sort_values(ascending=False)
    top = spent.head(max(1, round(0.2 * len(spent)))).sum() / spent.sum()
    assert seen.total["top20_buyers_share"] == pytest.approx(top, rel=1e-5)
    ever = seen.log["members"]["person"].nunique()
    posts = seen.log["posts"].groupby("person")["posts"].sum().sort_values(ascending=False)
    assert seen.total["top10_posters_share"] == pytest.approx(posts.head(round(0.1 * ever)).sum() / posts.sum())
    assert seen.total["never_posted"] == pytest.approx(1 - len(posts) / ever)


# K3


def test_lifetime_value_is_the_discounted_margin_to_come(seen: Seen) -> None:
    f, here = seen.model.flow, seen.here
    margin, hazard = f.expected_margin[here].astype(float), f.hazard[here].astype(float)
    weeks = np.arange(20_000)[:, None]
    sample = slice(0, 40)
    to_come = (margin[sample] * ((1 - hazard[sample]) * (1 - 0.002)) ** weeks).sum(axis=0)
    assert f.value[here][sample] == pytest.approx(to_come, rel=1e-3)
    assert seen.total["clv"] == pytest.approx(f.value[here].mean(), rel=1e-5)


def test_acquisition_cost_payback_and_return(seen: Seen) -> None:
    books = seen.tables.ledger.set_index("item")["amount"]
    newcomers = seen.log["members"].query("joined > 0 and spell == 1")
    cost = books["referral"] / len(newcomers)
    assert seen.total["acquisition_cost"] == pytest.approx(cost)
    member_weeks = seen.weekly["members"].iloc[1:].sum()
    margin = (seen.total["revenue"] - books["goods"]) / member_weeks
    assert seen.total["value_density"] == pytest.approx(margin)
    assert seen.total["payback"] == pytest.approx(cost / margin)
    assert seen.total["budget_return"] == pytest.approx(seen.total["profit"] / seen.total["strategy_cost"])


# K4


def test_viral_coefficient_and_organic_growth(seen: Seen) -> None:
    spells = seen.log["members"]
    brought = spells.query("joined > 0 and spell == 1")["channel"].value_counts()
    invited = brought.get("referral", 0) + brought.get("group", 0)
    assert invited > 10
    assert seen.total["viral_coefficient"] == pytest.approx(invited / spells["person"].nunique())
    assert seen.total["organic_share"] == 1, "nobody was bought by paid media"
    assert seen.weekly["referred_joins"].sum() == brought["referral"]
    assert seen.weekly["returned"].sum() == (spells["spell"] > 1).sum()


def test_paid_media_lower_the_organic_share() -> None:
    scenario = Scenario.parse({"population": {"size": 500, "founders": 0.2}, "horizon": 20})
    plain = CommunityModel(scenario, (1,)).run().worlds
    model = CommunityModel(scenario, (1,))
    act = model.operator.act

    def act_and_advertise() -> None:
        act()
        model.effects.add(Channel.MEDIA, 0.02)

    model.operator.act = act_and_advertise  # type: ignore[method-assign]
    bought = model.run()
    media = bought.weekly["media_joins"].sum()
    newcomers = (model.standing.joined > 0).sum()
    assert media > 20
    assert plain["organic_share"].item() == 1
    assert bought.worlds["organic_share"].item() == pytest.approx(1 - media / newcomers, abs=0.05)


# K5


def test_three_densities(seen: Seen) -> None:
    assert seen.last["relationship_density"] == pytest.approx(seen.ties_before[seen.here].mean(), rel=1e-4)
    growing = np.isin(seen.model.standing.layer[seen.here], (Layer.NEW, Layer.POTENTIAL, Layer.WON_BACK))
    assert seen.total["potential_density"] == pytest.approx(growing.mean())
    assert seen.total["relationship_density"] == seen.last["relationship_density"]


# K6


def test_user_content_and_creators(seen: Seen) -> None:
    posts = seen.log["posts"].groupby("week")["posts"].sum().reindex(range(1, WEEKS + 1), fill_value=0).to_numpy()
    pieces = np.maximum(seen.pieces, 0)
    share = np.divide(posts, posts + pieces, out=np.zeros(WEEKS), where=posts + pieces > 0)
    assert seen.weekly["user_content_share"].to_numpy()[1:] == pytest.approx(share)
    assert seen.total["user_content_share"] == pytest.approx(share.mean())
    varied = 1 - np.clip(seen.alike, 0, 1) * np.divide(pieces, posts + pieces, out=np.zeros(WEEKS), where=pieces > 0)
    assert seen.weekly["content_diversity"].to_numpy()[1:] == pytest.approx(varied, rel=1e-5)
    stayed, left = sum(seen.sums["creators"]), sum(seen.sums["creators_left"])
    assert seen.weekly["creators"].iloc[1:].to_numpy() == pytest.approx(seen.sums["creators"])
    assert seen.total["creator_retention"] == pytest.approx((1 - left / (stayed + left)) ** 13)


# K7


def test_behaviour_emotion_and_value_stand_side_by_side(seen: Seen) -> None:
    s, here = seen.model.standing, seen.here
    assert {"posts", "orders", "satisfaction", "trust", "fatigue", "revenue", "clv"} <= set(seen.weekly.columns)
    assert seen.last["trust"] == pytest.approx(s.trust[here].mean(), rel=1e-5)
    assert seen.last["satisfaction"] == pytest.approx(s.satisfaction[here].mean(), rel=1e-5)
    promoters = (s.trust[here] >= 0.7) & (s.satisfaction[here] >= s.aspiration[here])
    assert seen.total["advocacy"] == pytest.approx(promoters.mean() - (s.trust[here] < 0.45).mean())
    roles = [seen.last[name] for name in ("bystanders", "participants", "contributors", "cocreators", "advocates")]
    assert roles == np.bincount(s.role[here], minlength=len(Role)).tolist()
    between = seen.log["replies"].query(f"week == {WEEKS}")["replies"].sum() + len(
        seen.log["invitations"].query(f"week == {WEEKS}")
    )
    told = seen.log["contacts"].query(f"week == {WEEKS}")["messages"].sum()
    assert seen.last["self_organised"] == pytest.approx(between / (between + told))


# K8


def test_contributions_and_who_receives_the_value(seen: Seen) -> None:
    s, here = seen.model.standing, seen.here
    assert seen.total["cocreations"] == sum(seen.sums["cocreated"]) > 0
    tokens = s.tokens[here].astype(float)
    differences = np.abs(tokens[:, None] - tokens[None, :]).mean() / (2 * tokens.mean())
    assert seen.total["contribution_gini"] == pytest.approx(differences, rel=1e-6)
    ranks = pd.DataFrame({"gave": tokens, "got": s.received[here].astype(float)}).rank()
    assert seen.total["fairness"] == pytest.approx(ranks["gave"].corr(ranks["got"]))
    orders = seen.log["orders"]
    saved = (orders["list_value"] - orders["paid"]).groupby(orders["person"]).sum()
    got = pd.Series(s.received[here], np.flatnonzero(here))
    assert got.to_numpy() == pytest.approx(saved.reindex(got.index, fill_value=0).to_numpy(), abs=0.01)


# K9


def test_alarms_ring_at_their_levels(seen: Seen) -> None:
    weekly = seen.weekly.iloc[1:]
    ringing = (weekly["trust"] < 0.5).astype(int)
    ringing += weekly["leaves"] / (weekly["members"] + weekly["leaves"]) > 0.03
    ringing += weekly["fatigue"] > 0.4
    ringing += weekly["satisfaction"] - weekly["aspiration"] < -0.03
    ringing += (weekly["layer_warning"] + weekly["layer_dormant"]) / weekly["members"] > 0.5
    ringing += weekly["wariness"] > 0.1
    ringing += weekly["profit"] < 0
    assert weekly["alarms"].to_numpy() == pytest.approx(ringing.to_numpy())
    assert seen.total["alarms"] == seen.weekly["alarms"].sum()
    assert len(ALARMS) == 7


def test_a_scandal_sets_alarms_off() -> None:
    plain = {"population": {"size": 500, "founders": 0.5}, "horizon": 20}
    shock = {"shocks": [{"shock": "trust_scandal", "week": 10, "size": 1}]}
    calm, struck = (CommunityModel(Scenario.parse(plain | more), (1, 2)).run().weekly for more in ({}, shock))
    before, after = struck["week"] < 10, struck["week"].between(10, 14)
    assert struck.loc[before, "alarms"].tolist() == calm.loc[before, "alarms"].tolist()
    assert struck.loc[after, "alarms"].sum() > calm.loc[after, "alarms"].sum()
