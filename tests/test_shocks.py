"""Every shock strikes whom it should, in its weeks, alike in every twin world."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.effects import Channel
from simulation.errors import LabError
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.scenario import Scenario
from simulation.shocks.hub_loss import HubLoss
from simulation.shocks.price_war import PriceWar
from simulation.shocks.trust_scandal import TrustScandal

SEEDS = range(1, 7)
WEEK = 10


def community(strategies=None, **shock) -> CommunityModel:
    scenario = {"horizon": 40, "plan": {"strategies": strategies or {"contact": {}}}}
    return CommunityModel(Scenario.parse(scenario | ({"shocks": [shock]} if shock else {})), SEEDS)


def after(model: CommunityModel, weeks: int) -> CommunityModel:
    while model.week < weeks:
        model.step()
    return model


def series(model: CommunityModel, outcome: str) -> np.ndarray:
    return np.asarray(model.datacollector.model_vars[outcome]).mean(axis=1)


def test_strength_is_full_then_halves_then_ends():
    shock = PriceWar(week=5, size=0.8, length=2, recovery=3)
    assert [shock.strength(week) for week in (4, 5, 6)] == [0, 0.8, 0.8]
    assert shock.strength(9) == pytest.approx(0.4)
    assert shock.strength(200) == 0
    assert PriceWar(week=5, length=2, recovery=0).strength(7) == 0


def test_price_war_takes_the_deal_prone_first_and_orders_from_all():
    calm, war = after(community(), WEEK + 4), after(community(shock="price_war", week=WEEK, size=1), WEEK + 4)
    lost = (calm.standing.status == Status.MEMBER) & (war.standing.status != Status.MEMBER)
    stayed = war.standing.status == Status.MEMBER
    assert lost.sum() > 50
    assert calm.people.deal[lost].mean() > calm.people.deal[stayed].mean() + 0.05
    assert series(war, "orders")[WEEK:].sum() < 0.75 * series(calm, "orders")[WEEK:].sum()


def test_price_war_ends():
    calm, war = after(community(), 40), after(community(shock="price_war", week=WEEK, length=2, recovery=0), 40)
    for outcome, tolerance in (("leaves", 0.15), ("orders", 0.15)):
        per_member = [series(m, outcome)[25:].sum() / series(m, "members")[25:].sum() for m in (calm, war)]
        assert per_member[1] == pytest.approx(per_member[0], rel=tolerance)


def struck_by_scandal(strategies, size=0.4) -> np.ndarray:
    """Rows that had a bad experience beyond service failures in the week of the scandal."""
    model = after(community(strategies, shock="trust_scandal", week=WEEK, size=size, severity=0.5), WEEK)
    return np.isclose((model.flow.bad - model.flow.unresolved - model.flow.intrusion), 0.5)


def test_scandal_strikes_its_share_of_the_members_and_the_same_people_in_twin_worlds():
    model = after(community(), WEEK)
    members = model.standing.status == Status.MEMBER
    one, other = struck_by_scandal(None), struck_by_scandal({"recognition": {"intensity": 1}})
    assert one[members].mean() == pytest.approx(0.4, abs=0.04)
    lived_through_both = members & one | members & other
    # Only who joined or left in between differs.
    assert (one == other)[lived_through_both].mean() > 0.98
    assert not (struck_by_scandal(None, 0.2) & ~one).any(), "a smaller scandal strikes some of the same people"


def test_scandal_costs_trust_that_mends_slowly():
    calm, scandal = after(community(), 40), after(community(shock="trust_scandal", week=WEEK, size=0.6), 40)
    gap = series(calm, "trust") - series(scandal, "trust")
    assert gap[WEEK + 3] > 0.1
    assert 0.1 * gap.max() < gap[40] < gap.max()
    assert series(scandal, "members")[40] < series(calm, "members")[40]


def test_hub_loss_takes_exactly_the_best_connected():
    calm = after(community(), WEEK - 1)
    struck = after(community(shock="hub_loss", week=WEEK, count=12), WEEK)
    hit = struck.flow.leaves == 1
    for world in range(struck.worlds):
        rows = slice(struck.starts[world], struck.starts[world + 1])
        degree = struck.people.degree[rows]
        # Who joins in the very week cannot be named beforehand.
        known = np.flatnonzero(calm.standing.status[rows] == Status.MEMBER)
        named = known[np.argsort(-degree[known], kind="stable")[:12]]
        assert hit[rows][named].all()
    assert hit.sum() < 12 * struck.worlds + 3 * series(calm, "leaves")[1:].mean() * struck.worlds


def test_friends_of_lost_hubs_leave_more_easily_for_some_weeks():
    def hazards(weeks: int) -> tuple[float, float]:
        calm, struck = after(community(), weeks), after(community(shock="hub_loss", week=WEEK, count=20), weeks)
        there = (calm.flow.hazard > 0) & (struck.flow.hazard > 0)
        return float(struck.flow.hazard[there].mean()), float(calm.flow.hazard[there].mean())

    soon, calm_then = hazards(WEEK + 1)
    late, calm_later = hazards(WEEK + 26)
    assert soon > 1.02 * calm_then
    assert late / calm_later < soon / calm_then


def test_size_of_hub_loss_scales_how_many_leave_and_more_than_there_are_is_no_error():
    leaves = [series(after(community(shock="hub_loss", week=1, count=20, size=size), 1), "leaves")[1]
              for size in (0.0, 0.5, 1.0)]  # fmt: skip
    assert leaves[1] - leaves[0] == pytest.approx(10, abs=1)
    assert leaves[2] - leaves[0] == pytest.approx(20, abs=1)
    everybody = after(community(shock="hub_loss", week=2, count=1000), 3)
    assert series(everybody, "members")[2] < 20


def test_hub_loss_happens_in_one_week():
    with pytest.raises(LabError, match="length"):
        HubLoss.parse({"length": 3}, where="shocks.0")
    assert [HubLoss(week=5).strength(week) for week in (4, 5, 6)] == [0, 1, 0]


def test_stronger_scandals_are_worse():
    trust = [series(after(community(shock="trust_scandal", week=WEEK, severity=severity), WEEK + 3), "trust")[-1]
             for severity in (0.2, 1.0)]  # fmt: skip
    assert trust[1] < trust[0]
    assert TrustScandal().severity == 0.5


@pytest.mark.parametrize(
    ("shock", "falls", "rises"),
    [
        ("data_breach", ("trust", "joins"), ()),
        ("price_rise", ("orders", "trust"), ()),
        ("supply_failure", ("orders", "trust"), ()),
        ("downturn", ("orders", "revenue"), ()),
        ("algorithm_change", ("joins",), ()),
        ("viral_hit", (), ("joins", "members")),
        ("content_scandal", ("trust", "satisfaction"), ()),
        ("moderator_strike", ("posts", "trust"), ()),
        ("rival_community", ("orders", "posts"), ()),
    ],
)
def test_a_shock_moves_what_its_note_says(shock, falls, rises):
    calm = after(community(), WEEK + 4)
    struck = after(community(shock=shock, week=WEEK, size=1, length=4), WEEK + 4)
    for outcome, sign in [(name, -1) for name in falls] + [(name, 1) for name in rises]:
        moved = (series(struck, outcome) - series(calm, outcome))[WEEK : WEEK + 4].mean()
        assert sign * moved > 0, outcome


def test_a_breach_hurts_the_privacy_minded_most():
    model = after(community(shock="data_breach", week=WEEK, size=1), WEEK)
    member = model.standing.status == Status.MEMBER
    hit = model.flow.bad[member]
    concern = model.people.privacy[member]
    assert np.corrcoef(hit, concern)[0, 1] > 0.8


def test_a_downturn_spares_nobody_and_hits_the_deal_prone_hardest():
    calm, poor = (after(c, WEEK) for c in (community(), community(shock="downturn", week=WEEK, size=1)))
    member = (calm.standing.status == Status.MEMBER) & (poor.standing.status == Status.MEMBER)
    ratio = poor.flow.expected_margin[member] / calm.flow.expected_margin[member]
    assert (ratio < 1).all()
    assert np.corrcoef(ratio, calm.people.deal[member])[0, 1] < -0.9


def test_dearer_reach_hurts_those_who_live_on_advertising():
    advertising = {"growth": {"budget": 100, "seeds": 0, "niche": 0}}
    lost = []
    for strategies in (advertising, None):
        calm, dear = after(community(strategies), WEEK + 11), after(
            community(strategies, shock="acquisition_cost", week=WEEK, size=1, length=12), WEEK + 11
        )  # fmt: skip
        lost.append(1 - series(dear, "joins")[WEEK:].sum() / series(calm, "joins")[WEEK:].sum())
        assert series(dear, "strategy_cost")[WEEK] == pytest.approx(series(calm, "strategy_cost")[WEEK], rel=0.01)
    assert lost[0] > 0.3 > lost[1] > 0


def test_acquisition_gets_its_old_price_back():
    strategies = {"growth": {"budget": 100, "seeds": 0, "niche": 0}}
    calm = after(community(strategies), 40)
    dear = after(community(strategies, shock="acquisition_cost", week=5, size=1, length=4, recovery=2), 40)
    assert series(dear, "joins")[5:9].sum() < 0.7 * series(calm, "joins")[5:9].sum()
    assert series(dear, "joins")[20:].sum() > 0.9 * series(calm, "joins")[20:].sum()


def test_content_scandal_strikes_its_share_and_trust_mends_slowly():
    struck = after(community(shock="content_scandal", week=WEEK, size=0.5, misled=0.3), WEEK)
    member = struck.standing.status == Status.MEMBER
    plain = struck.flow.bad - struck.flow.unresolved - struck.flow.intrusion - 0.5 * struck.flow.hurt
    assert np.isclose(plain[member], 0.3, atol=1e-4).mean() == pytest.approx(0.5, abs=0.05)
    calm, scandal = after(community(), 40), after(community(shock="content_scandal", week=WEEK, size=1), 40)
    gap = series(calm, "trust") - series(scandal, "trust")
    assert gap[WEEK + 4] > 0.05
    assert 0.1 * gap.max() < gap[40] < gap.max()


def test_a_strike_of_moderators_lets_quarrels_through_and_they_calm_down_again():
    calm = after(community(), WEEK + 4)
    struck = community(shock="moderator_strike", week=WEEK, size=1, length=4, recovery=2)
    hurt = []
    while struck.week < 40:
        struck.step()
        hurt.append(struck.totals["hurt"].mean())
    assert np.mean(hurt[WEEK - 1 : WEEK + 3]) > 3 * np.mean(hurt[: WEEK - 1])
    assert np.mean(hurt[25:]) < 2 * np.mean(hurt[: WEEK - 1])
    assert series(struck, "posts")[WEEK : WEEK + 4].sum() < 0.9 * series(calm, "posts")[WEEK : WEEK + 4].sum()


def test_machines_miss_more_when_moderators_strike():
    def caught(size: float) -> float:
        strategies = {"moderation": {"coverage": 1, "strictness": 0, "appeal": 0}}
        model = after(community(strategies, shock="moderator_strike", week=2, size=size), 2)
        return float(model.effects.value(Channel.MODERATION)[0])

    assert caught(1) == pytest.approx(caught(0) - 0.2, abs=1e-4)


def test_a_rival_community_divides_attention_and_gives_it_back_slowly():
    calm = after(community(), 40)
    wooed = community(shock="rival_community", week=WEEK, size=1, length=6, recovery=0)
    shares = []
    while wooed.week < 40:
        wooed.step()
        shares.append(wooed.totals["rivals"].sum() / wooed.totals["members"].sum())
    before, during, later = shares[WEEK - 2], shares[WEEK + 4], shares[39]
    assert during > before + 0.1
    assert before < later < during
    both = (calm.standing.status == Status.MEMBER) & (wooed.standing.status == Status.MEMBER)
    torn = both & (wooed.standing.rival == 1) & (calm.standing.rival == 0)
    assert wooed.people.deal[torn].mean() > wooed.people.deal[both].mean() + 0.03
    assert (series(calm, "orders") - series(wooed, "orders"))[WEEK : WEEK + 6].sum() > 0
    assert series(wooed, "members")[40] < series(calm, "members")[40]
