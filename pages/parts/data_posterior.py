"""The twin with the uncertainty of its coefficients: what the log says of each, and what that means for forecasts."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from pages.parts import charts_posterior, data_desk, panels
from pages.parts.words import Words
from simulation.analysis import tracking, twin_posterior
from simulation.analysis.order_twin import OrderTwin
from simulation.analysis.orderlog_report import OrderLog
from simulation.analysis.posterior import INFORMED, ROUND
from simulation.analysis.twin_posterior import Calibrated, Tracked
from simulation.factors import declared_at
from simulation.scenario import Scenario

key = data_desk.key


def show(found: OrderTwin, log: OrderLog, t: Words) -> Scenario:
    """A button that begins the calibration, and what it found.

    Returns:
        The twin with its posterior, or its likeliest point as long as there is none.
    """
    st.markdown(f"##### {t('data.posterior')}")
    panels.note(t("data.posterior_lead", worlds=2 * ROUND, range=f"{twin_posterior.RANGE:g}"))
    asked = key("posterior", str(found.calibration))
    if not st.session_state.get(asked):
        st.button(t("data.calibrate"), key=key("calibrate"), icon=":material/tune:",
                  on_click=st.session_state.__setitem__, args=(asked, True))  # fmt: skip
        return found.scenario
    make = partial(_made, found, log)
    ready = data_desk.made(("posterior", found.calibration, found.scenario.economy.margin), make, t)
    if ready is None:
        return found.scenario
    calibrated, tracked = ready
    _told(found, calibrated, tracked, t)
    return twin_posterior.carried(found.scenario, calibrated.posterior)


def _made(found: OrderTwin, log: OrderLog) -> tuple[Calibrated, Tracked]:
    orders = tracking.seen_customers(log.orders, found.calibration)
    calibrated = twin_posterior.fit(found.scenario, orders, found.calibration)
    return calibrated, twin_posterior.track(found.scenario, calibrated, found.real, found.calibration)


def _told(found: OrderTwin, calibrated: Calibrated, tracked: Tracked, t: Words) -> None:
    table = learnt(found, calibrated, t)
    known = [str(name) for name in table.loc[table["width"] < INFORMED, "name"]]
    unknown = [str(name) for name in table.loc[table["width"] >= INFORMED, "name"]]
    panels.say(t("data.identified", known=t.join(known) or t("data.none_of_them")))
    if unknown:
        panels.say(t("data.not_identified", unknown=t.join(unknown), ratio=f"{INFORMED:g}"))
    panels.figure(charts_posterior.learnt(table, t))
    _, mean, alone = tracking.errors(found.forecasts["bgnbd"], found.real, found.calibration)
    panels.say(
        t("data.posterior_tracked", covered=t.percent(tracked.covered), draws=tracked.draws,
          error=t.relative(tracked.error_new), alone=t.relative(alone))
    )  # fmt: skip
    panels.figure(charts_posterior.unseen(tracked.weekly, t))
    panels.points(
        [t("data.posterior_swing", swing=t.percent(calibrated.swing)),
         t("data.posterior_mean", error=t.percent(tracked.error_mean), alone=t.percent(mean))]
    )  # fmt: skip


def learnt(found: OrderTwin, calibrated: Calibrated, t: Words) -> pd.DataFrame:
    """Posterior and prior of each coefficient over its likeliest value, and how much narrower the one is.

    Returns:
        Columns name, low, middle, high, from, to, width (0: all is known, 1: nothing was learnt).
    """
    posterior = calibrated.posterior
    best = twin_posterior.likeliest(found.scenario)[:, None]
    ends, prior = posterior.interval() / best, posterior.prior / best
    table = pd.DataFrame(ends, columns=["low", "middle", "high"])
    table.insert(0, "name", [_name(path, t) for path in posterior.names])
    return table.assign(**{"from": prior[:, 0], "to": prior[:, 1], "width": posterior.widths()})


def _name(path: str, t: Words) -> str:
    declared = declared_at(path)
    return declared.label(t.language) if declared is not None else path
