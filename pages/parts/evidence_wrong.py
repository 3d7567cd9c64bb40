"""Measured wrong on purpose: naive comparisons beside the true effect that only twin worlds show."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import background, charts_studies, library, panels, state
from pages.parts.words import Words
from simulation.analysis import causal
from simulation.eventlog import record
from simulation.strategies import STRATEGIES

OUTCOMES = ("orders", "paid", "posts")
SEEDS = tuple(range(1, 9))
WEEKS = 52
POSTER_SEEDS = (1, 2, 3, 4)
FIRST_STRATEGY = "price_promotion"


def show(t: Words) -> None:
    """A strategy measured seven ways, posters against the rest, and how many people a test needs."""
    st.markdown(t("evidence.wrong_note", worlds=len(SEEDS), weeks=WEEKS))
    _seven_ways(t)
    _posters(t)
    _power(t)


def _seven_ways(t: Words) -> None:
    state.remember("evidence.wrong.strategy", FIRST_STRATEGY)
    one, other = st.columns(2)
    strategy = one.selectbox(
        t("evidence.wrong_strategy"), list(STRATEGIES), format_func=lambda name: STRATEGIES[name].label[t.language],
        key="evidence.wrong.strategy", persist_state="session",
    )  # fmt: skip
    outcome = other.selectbox(
        t("evidence.wrong_outcome"), OUTCOMES, format_func=lambda name: t(f"evidence.wrong_{name}"),
        key="evidence.wrong.outcome", persist_state="session",
    )  # fmt: skip
    table = background.made(("wrong", strategy, outcome), partial(_measure, strategy, outcome), t)
    if table is None:
        return
    title = t(
        "evidence.wrong_title", strategy=STRATEGIES[strategy].label[t.language], what=t(f"evidence.wrong_{outcome}")
    )
    ways = table[table["method"] != "twins"]
    truth: Any = table.set_index("method").loc["twins"]
    wrong = int(((ways["low"] > truth["truth"]) | (ways["high"] < truth["truth"])).sum())
    number = partial(t.number, decimals=3, sign=True)
    panels.say(
        t("evidence.wrong_answer", truth=number(truth["truth"]), low=number(truth["low"]), high=number(truth["high"]),
          wrong=wrong, methods=len(ways))
    )  # fmt: skip
    panels.figure(charts_studies.estimates(table, title, t))
    rows = []
    for _, row in table.iterrows():
        interval = f"[{number(row['low'])}, {number(row['high'])}]"
        bias = number(row["average"] - row["truth"])
        rows.append(
            [t(f"evidence.way_{row['method']}"), number(row["estimate"]), interval, number(row["average"]), bias]
        )
    heads = [t(f"evidence.{head}") for head in ("method", "estimate", "interval", "average", "bias")]
    st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, alt=title, height="content")
    found: Any = table.set_index("method")["average"]
    panels.points([t(f"evidence.why_{name}") for name in ("before_after", "participants", "differences", "ab")])
    panels.note(
        t("evidence.spill_over", people=number(found["ab_people"]), communities=number(found["ab_communities"]),
          truth=number(truth["truth"]))
    )  # fmt: skip


def _measure(strategy: str, outcome: Any) -> pd.DataFrame:
    scenario = library.scenarios()[library.FIRST_SCENARIO].with_plan(library.plans()[library.NEUTRAL])
    shorter = scenario.model_copy(update={"horizon": WEEKS})
    return causal.measured_wrong(shorter, {strategy: {}}, SEEDS, outcome=outcome)


def _posters(t: Words) -> None:
    st.markdown(f"##### {t('evidence.posters_title')}")
    st.markdown(t("evidence.posters_note"))
    table = background.made(("posters",), _ever_posted, t)
    if table is None:
        return
    rows = []
    for _, row in table.iterrows():
        shares = [t.percent(row[name]) for name in ("retained_posters", "retained_others")]
        rows.append([str(row[t.language]), *shares, t.points(row["estimate"])])
    heads = [t(f"evidence.{head}") for head in ("comparison", "posters", "others", "gap")]
    st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, alt=t("evidence.posters_title"), height="content")


def _ever_posted() -> pd.DataFrame:
    """Means over some worlds of the first community in which the operator does nothing."""
    scenario = library.scenarios()[library.FIRST_SCENARIO].with_plan(library.plans()[library.NEUTRAL])
    logs = [record(scenario, seed, WEEKS) for seed in POSTER_SEEDS]
    tables = pd.concat([causal.ever_posted(log) for log in logs])
    return tables.groupby(["method", "zh", "en"], sort=False).mean().reset_index()


def _power(t: Words) -> None:
    st.markdown(f"##### {t('evidence.power_title')}")
    panels.note(t("evidence.power_note"))
    with st.grid(4, min_column_width=150, gap="small"):
        baseline = st.slider(t("evidence.baseline"), 5, 90, 73, 1, format="%d%%", key="evidence.power.baseline")
        lift = st.slider(t("evidence.lift"), 1, 30, 5, 1, format="+%d%%", key="evidence.power.lift")
        cluster = st.slider(t("evidence.cluster"), 1, 100, 1, 1, key="evidence.power.cluster")
        within = st.slider(t("evidence.icc"), 0, 20, 2, 1, format="%d%%", key="evidence.power.icc")
    if baseline * (100 + lift) >= 10_000:
        st.info(t("evidence.power_impossible"))
        return
    needed = causal.power(baseline / 100, lift / 100, cluster_size=cluster, icc=within / 100)
    panels.say(
        t(
            "evidence.power_answer",
            people=f"{needed:,}",
            baseline=baseline,
            reached=f"{baseline * (1 + lift / 100):.1f}",
        )
    )
