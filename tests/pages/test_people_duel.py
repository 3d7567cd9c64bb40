from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from pages.parts import charts_people_duel, duel_who, duel_why
from pages.parts.settings import key
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import biography, deciders
from simulation.analysis.biography import Parting
from simulation.analysis.shapley import MEANS, Shares
from simulation.experiment import running_jobs
from simulation.outcomes import TOTALS
from simulation.scenario import Plan
from simulation.strategies import STRATEGIES
from tests.analysis.test_biography import SEED, lived
from tests.analysis.test_deciders import fond, made, persons
from tests.pages.test_charts import marks, spec
from tests.pages.test_pages import opened, served, sound, until

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)
ROUND = 4
"""Charts of a round of the duel: curves, difference by week, difference by world, enough worlds."""


def shares(rows: int = 3) -> Shares:
    table = pd.DataFrame(
        {
            "mechanism": ["contact", "tiers", MEANS], "mean": [0.03, -0.01, 0.0], "low": [0.02, -0.02, -0.01],
            "high": [0.04, 0.001, 0.01],
            "lost": [0.02, 0.0, 0.0], "lost_low": [0.01, 0.0, 0.0], "lost_high": [0.03, 0, 0],
        }
    ).head(rows)  # fmt: skip
    return Shares(table, 0.5, 0.5 + float(table["mean"].sum()), 30, 10)


@both
@pytest.mark.parametrize("rows", [1, 3])
def test_the_waterfall_leads_from_one_plan_to_the_other(language: str, rows: int) -> None:
    t = Words(language)
    outcome = TOTALS["retention_13"]
    found = shares(rows)
    names = {name: duel_why.mechanism(name, t) for name in found.table["mechanism"]}
    figure = charts_people_duel.waterfall(found, names, outcome, "Plan A", "方案乙", t)
    drawn = max(spec(figure)["datasets"].values(), key=len)
    assert [drawn[0]["name"], drawn[-1]["name"]] == ["“方案乙”", "“Plan A”"] and len(drawn) == rows + 2
    assert drawn[0]["to"] == pytest.approx(50) and drawn[-1]["to"] == pytest.approx(100 * found.end)
    for before, after in pairwise(drawn[:-1]):
        assert after["from"] == pytest.approx(before["to"]) and after["low"] <= after["to"] <= after["high"]
    assert drawn[-2]["to"] == pytest.approx(drawn[-1]["to"])
    assert marks(spec(figure)) == ["bar", "rule", "tick"]
    assert names["contact"] in figure.alt and "%" in figure.title
    told = duel_why.sentence(found, names, outcome, "A", "B", t)
    assert names["contact"] in told and t.points(0.03) in told
    if rows == 3:
        assert names["tiers"] not in told, "whose interval holds 0 is not named"
    assert len(duel_why.table(found, names, outcome, t)) == rows


@both
def test_what_works_against_the_difference_is_said_to_lower_it(language: str) -> None:
    t = Words(language)
    outcome = TOTALS["retention_13"]
    table = shares().table.assign(high=[0.04, -0.005, 0.01])
    names = {name: duel_why.mechanism(name, t) for name in table["mechanism"]}
    told = duel_why.sentence(Shares(table, 0.5, 0.52, 30, 10), names, outcome, "A", "B", t)
    up, down = told.index(names["contact"]), told.index(names["tiers"])
    word = t("why.lowered", down="").strip()
    assert up < told.index(word) < down and t.points(-0.01) in told
    alone = duel_why.sentence(Shares(table[1:2], 0.5, 0.49, 30, 10), names, outcome, "A", "B", t)
    assert word in alone and t("why.raised", up="").strip() not in alone


@both
def test_a_mechanism_that_plan_a_does_without_is_called_left_out(language: str) -> None:
    t = Words(language)
    contact, tiers, events = (STRATEGIES[name]() for name in ("contact", "tiers", "events"))
    often = contact.model_copy(update={"start": contact.start + 4})
    a = Plan(name="a", strategies={"contact": often, "events": events})
    b = Plan(name="b", strategies={"contact": contact, "tiers": tiers}, budget=500.0)
    assert duel_why.changes(a, b, t) == {
        "contact": t("why.changed", name=duel_why.mechanism("contact", t)),
        "events": duel_why.mechanism("events", t),
        "tiers": t("why.dropped", name=duel_why.mechanism("tiers", t)),
        MEANS: t("why.means"),
    }


@both
def test_where_nothing_is_certain_nobody_is_named(language: str) -> None:
    t = Words(language)
    found = shares()
    unsure = found._replace(table=found.table.assign(low=-1.0, high=1.0))
    names = {name: duel_why.mechanism(name, t) for name in found.table["mechanism"]}
    told = duel_why.sentence(unsure, names, TOTALS["profit"], "A", "B", t)
    assert duel_why.mechanism("contact", t) not in told and "⟦" not in told


@both
@pytest.mark.parametrize("segment", deciders.SEGMENTS)
def test_fates_are_drawn_on_both_sides_with_their_net(language: str, segment: str) -> None:
    t = Words(language)
    told = deciders.fates(persons(), "flood", "calm")
    counts = deciders.counts(told, segment)
    groups = {group: duel_who.group_name(segment, group, t) for group in sorted(set(counts["group"]))}
    figure = charts_people_duel.fates(counts, groups, "title", t)
    assert marks(spec(figure)) == ["bar", "rule", "rule", "point"]
    rows = max(figure.spec["datasets"].values(), key=len)
    left = {t(f"who.fate_{fate}") for fate in (*deciders.MISSED, "downgraded")}
    assert all(row["people"] <= 0 if row["label"] in left else row["people"] >= 0 for row in rows)
    assert all(name in figure.alt for name in groups.values())
    assert "⟦" not in duel_who.answer(told, "A", "B", t)


@both
def test_a_group_is_named_only_where_it_stands_out(language: str) -> None:
    t = Words(language)
    told = duel_who.answer(deciders.fates(made(fond), "a", "b"), "A", "B", t)
    assert t("who.quarter_3") in told and "+200.0 [+200.0, +200.0]" in told and "+50.0" in told
    needs = made(lambda world: world["need"] == 2)
    assert f"“{t('people.belonging')}”" in duel_who.answer(deciders.fates(needs, "a", "b"), "A", "B", t)
    tenth = made(lambda world: world["person"] % 10 == 0)
    nobody = duel_who.answer(deciders.fates(tenth, "a", "b"), "A", "B", t)
    assert nobody == t("who.answer_all", a="A", b="B", net="+80.0", interval="[+80.0, +80.0]")


@both
def test_two_lives_are_drawn_with_gaps_and_told_by_their_coin(language: str) -> None:
    t = Words(language)
    flood, calm = (lived()[name, SEED] for name in ("flood", "calm"))
    kinds = set()
    for person in range(0, 800, 40):
        courses = biography.course(flood, person), biography.course(calm, person)
        parting = biography.part(flood, calm, person)
        kinds.add(parting.decided is None)
        told = duel_who.parting_sentence(parting, person, ("A", "B"), t)
        assert "⟦" not in told and str(person) in told
        figure = charts_people_duel.two_lives(courses, "trust", ("A", "B"), parting.decided, t)
        assert marks(spec(figure))[:2] == ["line", "point"]
        assert ("rule" in marks(figure.spec)) == (parting.decided is not None)
        stay = biography.part(flood, calm, person, duel_who.STAY)
        if stay.decided is not None:
            assert "⟦" not in duel_who.membership_sentence(stay, ("A", "B"), t)
    nowhere = courses[0].assign(trust=np.nan)
    assert "–" in charts_people_duel.two_lives((nowhere, nowhere), "trust", ("A", "B"), None, t).alt
    same = Parting(None, "", None, "", np.nan, (np.nan, np.nan), (0, 0))
    assert "3" in duel_who.parting_sentence(same, 3, ("A", "B"), t)
    felt = Parting(2, "contacts", None, "", np.nan, (np.nan, np.nan), (0, 0))
    assert t("people.contacts") in duel_who.parting_sentence(felt, 3, ("A", "B"), t)


@both
def test_the_duel_says_why_and_who(language: str) -> None:
    t = Words(language)
    app = opened("duel", language)
    app.selectbox(key="duel.worlds").select(10).run()
    app.multiselect(key="duel.plans").set_value(["pay_for_posts", "neutral"]).run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == ROUND and not app.progress)
    app.toggle(key=duel_why.SLOT).set_value(True).run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == ROUND + 1 and not app.progress)
    text = sound(app)
    assert t("why.heading") in text
    app.toggle(key=duel_why.SLOT).set_value(False).run()
    app.toggle(key=duel_who.SLOT).set_value(True).run()
    until(app, lambda app: len(app.get("vega_lite_chart")) >= ROUND + 1 + len(duel_who.COMPARED))
    sound(app)
    app.selectbox(key=f"{duel_who.SLOT}.segment").select("need").run()
    app.number_input(key=duel_who.PERSON).set_value(7).run()
    sound(app)


@both
def test_plans_that_are_alike_have_nothing_to_explain(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.analysis.shapley.mechanisms", lambda a, b: ())
    app = opened("duel", language)
    sound(app)
    assert Words(language)("why.alike") in [caption.value for caption in app.caption]


def test_a_long_explanation_can_be_cancelled_and_then_nothing_runs_on() -> None:
    t = Words("en")
    app = opened("studio", "en")
    names = ("contact", "tiers", "recognition", "referral", "price_promotion", "events")
    # A budget that was never granted before: nothing of it is in the store.
    strategies = ", ".join(f"{name}: {{}}" for name in names)
    plan = f"plan: {{name: mine, budget: {time.time_ns() % 10**8 + 1}, strategies: {{{strategies}}}}}"
    app.file_uploader(key=key("upload")).upload(
        "mine.yaml", f"horizon: 13\nseeds: {{count: 1}}\n{plan}\n".encode()
    ).run()
    app.button(key=key("run")).click().run()
    app.switch_page("pages/duel.py").run()
    app.selectbox(key="duel.worlds").select(30).run()
    until(app, lambda app: len(app.get("vega_lite_chart")) == ROUND and not app.progress)
    others = running_jobs()
    app.toggle(key=duel_why.SLOT).set_value(True).run()
    sound(app)
    assert app.progress and running_jobs() > others
    app.button(key=f"{duel_why.SLOT}.cancel").click().run()
    app.run()
    assert t("jobs.cancelled") in [info.value for info in app.info]
    assert app.button(key=f"{duel_why.SLOT}.again") and running_jobs() <= others
