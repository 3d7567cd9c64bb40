"""What every strategy and every shock owes the lab; a new file in their folders is tested without a word here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.model import CommunityModel
from simulation.params import Declared
from simulation.shocks import SHOCKS
from simulation.shocks.base import Shock
from simulation.strategies import STRATEGIES
from simulation.strategies.base import TOPICS, Strategy
from simulation.view import OBSERVABLE, Nature, WorldView
from tests.worlds import CONTACT, EVERYTHING, SEEDS, run, same, small

strategies = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=STRATEGIES)
shocks = pytest.mark.parametrize("shock", SHOCKS.values(), ids=SHOCKS)
MONEY = [
    "strategy_cost",
    "profit",
    "profit_cum",
    "revenue",
    "revenue_cum",
    "other_revenue",
    "arpu",
    "main_stream_share",
    "alarms",
]
"""Sums over strategies, in whose last bit the order of adding may show."""
KINDS: list[type[Strategy] | type[Shock]] = [*STRATEGIES.values(), *SHOCKS.values()]
HIDDEN = (
    "trust", "need", "satisfaction", "aspiration", "motivation", "fatigue", "deal", "privacy", "base_churn", "rate",
    "degree", "posting", "reference", "traits", "standing", "people", "flow", "model", "seeds",
)  # fmt: skip


def has_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def extreme(kind: type[Strategy] | type[Shock], high: bool) -> dict[str, float]:
    """Every number of a strategy or a shock at its end, the weeks in force apart."""

    def end(number: Declared) -> float:
        value = number.high if high else number.low
        return int(value) if number.integer else value

    return {d.name: end(d) for d in kind.declared() if d.name not in {"start", "stop", "week"}}


def finite(weekly: pd.DataFrame) -> bool:
    return bool(np.isfinite(weekly.to_numpy(float)).all())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_words_in_both_languages_and_a_source_for_every_number(kind):
    for words in (kind.label, kind.note):
        assert set(words) == {"zh", "en"}
        assert has_chinese(words["zh"])
        assert not has_chinese(words["en"])
    for number in kind.declared():
        assert has_chinese(number.zh), number.name
        assert has_chinese(number.help_zh), number.name
        assert number.en, number.name
        assert number.help_en, number.name
        assert number.source, number.name
        assert number.low <= number.default <= number.high
        assert number.low < number.high, f"{number.name} cannot be moved"


@strategies
def test_note_tells_mechanism_evidence_and_backfire(strategy):
    for heading in ("机制", "依据", "反噬"):
        assert f"{heading}：" in strategy.note["zh"]
    for heading in ("Mechanism:", "Evidence:", "Backfires:"):
        assert heading in strategy.note["en"]


@strategies
def test_identity(strategy):
    assert strategy.rows
    assert strategy.topic in TOPICS
    assert all(row.startswith("S") for row in strategy.rows)
    levers = {number.name for number in strategy.declared() if number.role == "lever"}
    assert set(strategy.neutral) <= levers
    assert strategy.__module__.endswith(strategy.id), "the file is named as the strategy"


@strategies
def test_neutral_levers_change_nothing_and_cost_nothing(strategy):
    others = {name: levers for name, levers in EVERYTHING.items() if name != strategy.id}
    without = run(small(others))
    neutral = run(small(others | {strategy.id: dict(strategy.neutral)}))
    same(without, neutral)
    assert neutral.ledger.query("item == @strategy.id").amount.sum() == 0


@strategies
def test_before_it_starts_the_worlds_are_the_same_and_after_it_costs(strategy):
    basis = {} if strategy.id == "contact" else CONTACT
    start = 9
    without, later = run(small(basis)), run(small(basis | {strategy.id: {"start": start}}))
    before = without.weekly.week < start
    pd.testing.assert_frame_equal(without.weekly[before], later.weekly[before], check_exact=True)
    assert not without.weekly[~before].equals(later.weekly[~before])
    assert later.ledger.query("item == @strategy.id").amount.sum() > 0


@strategies
def test_after_it_stops_it_costs_nothing(strategy):
    stopped = run(small({strategy.id: {"stop": 5}})).weekly
    assert stopped.loc[stopped.week > 5, "strategy_cost"].sum() == 0


@strategies
def test_extremes_stay_finite(strategy):
    for high in (False, True):
        world = run(small(CONTACT | {strategy.id: extreme(strategy, high)}, horizon=20))
        assert finite(world.weekly)
        assert world.weekly.trust.between(0, 1).all()


def test_order_of_strategies_does_not_matter():
    first = small(EVERYTHING)
    same(run(first), run(small(dict(reversed(EVERYTHING.items())))))
    turned = first.plan.model_copy(update={"strategies": dict(reversed(first.plan.strategies.items()))})
    assert list(turned.strategies) != list(first.plan.strategies)
    one, other = (run(first.with_plan(plan)).weekly.drop(columns=MONEY) for plan in (first.plan, turned))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_same_seed_gives_the_same_numbers_alone_or_in_a_batch():
    everything = [{"shock": name, "week": 8} for name in SHOCKS]
    scenario = small(EVERYTHING, shocks=everything)
    together, again = run(scenario), run(scenario)
    same(together, again)
    alone = [run(scenario, (seed,)) for seed in SEEDS]
    for table in ("weekly", "tenure", "worlds"):
        joined = pd.concat([getattr(world, table) for world in alone], ignore_index=True)
        pd.testing.assert_frame_equal(getattr(together, table), joined, check_exact=True)


@strategies
def test_the_world_is_read_only_to_a_strategy(strategy):
    model = CommunityModel(small(EVERYTHING), SEEDS)
    for _ in range(10):
        model.step()
    tables = (model.people, model.standing, model.flow, (model.sums, model.strength))
    before = [np.array(column, copy=True) for table in tables for column in table]
    plan = strategy()
    view = WorldView(model)
    view.notebook = plan.notebook(model.worlds, len(model.people.world))
    plan.act(view, model.effects)
    bill = plan.bill(view)
    after = [column for table in tables for column in table]
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    assert bill.shape == (len(SEEDS),)
    assert bill.dtype == np.float64
    assert (bill >= 0).all()


@pytest.mark.parametrize("kind", [WorldView, Nature])
def test_columns_refuse_to_be_written(kind):
    model = CommunityModel(small(CONTACT), SEEDS)
    view = kind(model)
    columns = [view.world, *view.members.values(), *view.totals.values()]
    if isinstance(view, Nature):
        columns += [*view.traits.values(), *view.standing.values()]
    for column in columns:
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1
    with pytest.raises(TypeError, match="assignment"):
        view.members["status"] = view.world
    assert model.people.world.flags.writeable


def test_an_operator_never_sees_what_is_hidden():
    view = WorldView(CommunityModel(small(CONTACT), SEEDS))
    assert set(view.members) == set(OBSERVABLE)
    for name in HIDDEN:
        assert not hasattr(view, name), name
        assert name not in view.members, name
    assert not any(isinstance(value, CommunityModel) for value in vars(view).values())


def test_a_tiny_budget_pauses_spending():
    budget = 5.0
    lavish = EVERYTHING | {"contact": {"frequency": 3, "service": 1}}
    weekly = run(small(lavish, budget=budget)).weekly.query("week > 0")
    for _, world in weekly.groupby("seed"):
        bills = world.strategy_cost.to_numpy()
        granted = budget * world.week.to_numpy()
        assert (bills == 0).any(), "never paused"
        assert (world.contacts[world.strategy_cost == 0] == 0).all(), "paused strategies reach nobody"
        # A week is begun only while the account is not overdrawn, so it can overspend by that week's bill alone.
        spent_before = bills.cumsum() - bills
        assert (spent_before[bills > 0] < granted[bills > 0]).all()


def test_an_ample_budget_is_no_budget():
    same(run(small(EVERYTHING, budget=1e6)), run(small(EVERYTHING)))


@shocks
def test_a_shock_of_no_size_changes_nothing(shock):
    same(run(small(EVERYTHING)), run(small(EVERYTHING, shocks=[{"shock": shock.id, "week": 8, "size": 0}])))


@shocks
def test_before_a_shock_the_worlds_are_the_same(shock):
    calm, struck = run(small(CONTACT)), run(small(CONTACT, shocks=[{"shock": shock.id, "week": 8}]))
    before = calm.weekly.week < 8
    pd.testing.assert_frame_equal(calm.weekly[before], struck.weekly[before], check_exact=True)
    assert not calm.weekly[~before].equals(struck.weekly[~before])


@shocks
def test_a_shock_at_its_extremes_stays_finite(shock):
    for high in (False, True):
        struck = run(small(EVERYTHING, horizon=20, shocks=[{"shock": shock.id, "week": 5} | extreme(shock, high)]))
        assert finite(struck.weekly)
