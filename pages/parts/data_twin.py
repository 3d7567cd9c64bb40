"""Fitting a twin to an order log: weeks to learn from, weeks locked away, and how the twin stands up to them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import (
    charts,
    data_beside,
    data_desk,
    data_posterior,
    data_views,
    duelling,
    jobs,
    panels,
    settings,
    stress,
)
from pages.parts.words import Words
from simulation.analysis import order_twin, tracking
from simulation.analysis.order_twin import OrderTwin
from simulation.analysis.orderlog_report import OrderLog
from simulation.analysis.tracking import Holdout
from simulation.experiment import Experiment
from simulation.scenario import Scenario

WORLDS = 30
MOST_HORIZON = 520
GOALS = {"studio": "tune", "duel": "compare_arrows", "stress": "thunderstorm"}
GROUNDS = {"duel": duelling.key("scenario"), "stress": stress.key("scenario")}
"""Where the pages beside the Studio keep which community they are about."""
key = data_desk.key


def twin(log: OrderLog, t: Words) -> None:
    """Choose the weeks, lock the rest, fit, and hold the twin against what was locked away."""
    weeks = min(tracking.whole_weeks(log.orders), MOST_HORIZON)
    if weeks < 2 * tracking.FEWEST_WEEKS:
        st.info(t("data.too_short", weeks=weeks, needed=2 * tracking.FEWEST_WEEKS), icon=":material/hourglass_empty:")
        return
    panels.note(t("data.twin_lead"))
    locked: int | None = st.session_state.get(key("locked"))
    least, most = tracking.FEWEST_WEEKS, weeks - tracking.FEWEST_WEEKS
    calibration = st.number_input(
        t("data.calibration", weeks=weeks), least, most, locked or weeks // 2, disabled=locked is not None,
        key=key("calibration"), help=t("data.calibration_help", least=least, most=most), persist_state="session",
    )  # fmt: skip
    if locked is None:
        st.button(
            t("data.lock", weeks=weeks - int(calibration)), key=key("lock"), type="primary", icon=":material/lock:",
            on_click=_lock, args=(int(calibration),),
        )  # fmt: skip
        return
    st.button(t("data.unlock"), key=key("unlock"), icon=":material/lock_open:", on_click=_unlock)
    looks = st.session_state[key("looks")]
    if looks > 1:
        st.warning(t("data.looked", looks=looks), icon=":material/visibility:")
    margin = float(st.session_state.get(key("margin"), data_views.MARGIN))
    assumed = {"margin": margin, "currency": t.currency}
    make = partial(order_twin.fit_twin, log, locked, assumed)
    found = data_desk.made(("twin", locked, *assumed.values()), make, t)
    if found is None:
        return
    asked = {"twin": Experiment.of(found.scenario, seeds=WORLDS)}
    ready = jobs.gather(key("tracking"), asked, t)
    if ready is not None:
        _tracked(found, tracking.held_against(ready["twin"], found.real, found.calibration), t)
        _onward(data_posterior.show(found, log, t), log, t)


def _lock(calibration: int) -> None:
    st.session_state[key("locked")] = calibration
    st.session_state[key("looks")] = st.session_state.get(key("looks"), 0) + 1


def _unlock() -> None:
    st.session_state.pop(key("locked"), None)


def _tracked(found: OrderTwin, tested: Holdout, t: Words) -> None:
    panels.say(
        t("data.tracked", start=found.calibration + 1, end=found.weeks, error=t.relative(tested.error_new),
          covered=t.percent(tested.covered), worlds=tested.worlds)
    )  # fmt: skip
    panels.figure(charts.holdout(tested.curve, found.calibration, t))
    st.dataframe(beside(found, tested, t), hide_index=True)
    told = [t("data.baselines_note")]
    if "seasonal" not in found.forecasts:
        told.append(t("data.no_seasonal", needed=tracking.YEAR))
    told += [
        t("data.twin_of", customers=t.number(found.customers, 0), of=t.number(found.of, 0),
          later=t.number(found.later, 0)),
        t("data.unidentified"),
    ]  # fmt: skip
    panels.points(told)


def _onward(scenario: Scenario, log: OrderLog, t: Words) -> None:
    """Take the twin to other pages or away as a file, with all that is known of its coefficients and ties."""
    scenario = data_beside.tied(scenario, log, t)
    draws = scenario.population.drawn.count
    st.markdown(f"##### {t('data.onward')}")
    panels.note(t("data.onward_draws", draws=draws) if draws else t("data.onward_point"))
    with st.container(horizontal=True):
        for goal, icon in GOALS.items():
            st.button(
                t(f"data.to_{goal}"), key=key(goal), type="primary" if goal == "studio" else "secondary",
                icon=f":material/{icon}:", on_click=_open, args=(scenario, goal),
            )  # fmt: skip
        st.download_button(
            t("studio.save"), scenario.to_yaml, file_name="twin.yaml", mime="application/yaml",
            key=key("save"), icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    goal = st.session_state.pop(key("goal"), None)
    if goal is not None:
        st.switch_page(f"pages/{goal}.py")


def beside(found: OrderTwin, tested: Holdout, t: Words) -> pd.DataFrame:
    """The twin's errors in the hold-out weeks beside those of forecasts without simulated people."""
    rows = [(t("data.twin"), tested.error_new, tested.error_mean, t.percent(tested.covered))]
    for name, forecast in found.forecasts.items():
        _, mean, new = tracking.errors(forecast, found.real, found.calibration)
        rows.append((t(f"data.naive_{name}"), new, mean, "–"))
    columns = [t("data.forecast"), t("data.error_new"), t("data.error_mean"), t("data.coverage")]
    shown = [
        (name, t.relative(new) if np.isfinite(new) else "–", t.percent(mean), cover) for name, new, mean, cover in rows
    ]
    return pd.DataFrame(shown, columns=columns)


def _open(scenario: Scenario, goal: str) -> None:
    """Make the twin the scenario of the Studio, which other pages offer as their ground."""
    settings.load(scenario)
    st.session_state[settings.ASKED] = scenario
    if goal in GROUNDS:
        st.session_state[GROUNDS[goal]] = duelling.OURS
    st.session_state[key("goal")] = goal
