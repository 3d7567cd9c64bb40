from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis import segments
from simulation.members import Layer, Status
from simulation.model import CommunityModel
from simulation.scenario import load_plan
from tests.analysis.test_biography import SEED, lived, scene


def test_the_last_week_agrees_with_what_the_engine_measures() -> None:
    lives = lived(("all_good",))["all_good", SEED]
    model = CommunityModel(scene().with_plan(load_plan("all_good")), (SEED,))
    tables = model.run()
    whole = tables.worlds.iloc[0]
    found = segments.densities(lives, model.spec.economy.margin).iloc[-1]
    assert found["relationship"] == pytest.approx(whole["relationship_density"], rel=0.05)
    assert found["potential"] == pytest.approx(whole["potential_density"], abs=1e-6)
    given = segments.contributions(lives, 52)
    assert segments.lorenz(given["tokens"])[1] == pytest.approx(whole["contribution_gini"], abs=1e-4)
    shares, fairness = segments.receipts(lives, 52)
    assert fairness == pytest.approx(whole["fairness"], abs=1e-4)
    assert shares["given"].sum() == pytest.approx(1) and shares["given"].is_monotonic_increasing
    here = model.standing.status == Status.MEMBER
    assert segments.lifetime_values(lives, 52) == pytest.approx(np.sort(model.flow.value[here]), rel=1e-5)


def test_the_grid_holds_every_member_who_has_bought() -> None:
    lives = lived(("all_good",))["all_good", SEED]
    cells = segments.rfm(lives, 52)
    here = lives.staying(52)
    assert cells["people"].sum() == (here["recency"] >= 0).sum()
    assert cells["recency"].between(0, 4).all() and cells["frequency"].between(0, 4).all()
    cells["whole"] = cells["spent"] * cells["people"]
    summed = cells.groupby("frequency")[["whole", "people"]].sum()
    often = summed["whole"] / summed["people"]
    assert often.is_monotonic_increasing


def test_moves_count_everybody_inside_once() -> None:
    lives = lived(("all_good",))["all_good", SEED]
    for kind in ("layer", "role"):
        moves = segments.moves(lives, 10, 30, kind)
        was = moves[~moves["origin"].isin({"outside", "left"})]["people"].sum()
        now = moves[~moves["destination"].isin({"outside", "left"})]["people"].sum()
        assert was == (lives.status[10] == Status.MEMBER).sum() and now == (lives.status[30] == Status.MEMBER).sum()
        assert not (moves["destination"] == "outside").any()
    assert set(segments.states(lives, 0, "layer")) <= {"outside", *(each.name.lower() for each in Layer)}


def test_a_lorenz_curve_of_known_shape() -> None:
    curve, gini, top = segments.lorenz(np.ones(100))
    assert (
        gini == pytest.approx(0)
        and top == pytest.approx(0.1)
        and curve["whole"].to_numpy() == pytest.approx(curve["people"])
    )
    curve, gini, top = segments.lorenz([0] * 9 + [1])
    assert gini == pytest.approx(0.9) and top == 1 and curve["whole"].iloc[-2] == 0
    curve, gini, top = segments.lorenz([0, 0])
    assert curve.empty and np.isnan(gini) and np.isnan(top)
