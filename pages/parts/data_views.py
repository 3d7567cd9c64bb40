"""What an order log shows: who comes back and when, how long they take, what they are worth."""

from __future__ import annotations

from functools import partial
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import charts_data, charts_people_groups, data_beside, data_contracts, data_desk, errors, panels
from pages.parts.words import Words
from simulation.analysis import besides_studied, clv, purchases
from simulation.analysis.orderlog_report import OrderLog
from simulation.analysis.purchases import Grouping, Second, Unit
from simulation.fairness import top_share

UNITS: tuple[Unit, ...] = ("month", "quarter")
HALVES = ("first_order", "arrival")
"""Groupings that the orders themselves make; the others are named by a column of a file."""
MARGIN = 0.55
SURE = 0.05
"""P-value below which groups are said to differ."""
NAMED = 8  # groups left out that are named; a column may have fifty
key = data_desk.key


def returning(log: OrderLog, t: Words) -> None:
    """Cohorts and orders by month, with what the log covers in part told apart."""
    unit = st.segmented_control(
        t("data.unit"), UNITS, format_func=lambda name: t(f"data.unit_{name}"), required=True, default=UNITS[0],
        key=key("unit"), persist_state="session",
    ) or UNITS[0]  # fmt: skip
    table = data_desk.made(("cohorts", unit), partial(purchases.cohorts, log.orders, unit), t)
    found = data_desk.made("months", partial(purchases.months, log.orders), t)
    if table is None or found is None:
        return
    last, partly = purchases.last_whole(log.orders, unit)
    first = table[table["since"] == 1]
    if len(first):
        share = float(np.average(first["share"], weights=first["people"]))
        panels.say(t("data.returning_answer", share=t.percent(share), unit=t(f"data.unit_{unit}")))
    if len(table[table["since"] > 0]):
        panels.figure(charts_data.cohorts(table, unit, t))
    else:
        st.info(t("data.no_cohorts"), icon=":material/hourglass_empty:")
    panels.note(t("data.cohorts_note") + (" " + t("data.broken_off", last=str(last)) if partly else ""))
    panels.figure(charts_data.months(found, t))
    if not found.separable:
        st.warning(t("data.season_unknown", weeks=found.weeks), icon=":material/calendar_month:")
    elif found.seasonal:
        st.warning(
            t("data.seasonal", times=t.number(found.strongest, 2), again=t.number(found.again, 2)),
            icon=":material/calendar_month:",
        )
    panels.note(t("data.months_note"))


def again(log: OrderLog, t: Words) -> None:
    """Time to the second purchase by group, and the intervals between purchases."""
    options: list[str] = list(HALVES)
    if "group" in log.orders:
        options.append("group")
    options += data_beside.groupings()
    grouping = st.segmented_control(
        t("data.by"), options, format_func=lambda name: t(f"data.by_{name}"), required=True, default=options[0],
        key=key("by"), persist_state="session",
    ) or options[0]  # fmt: skip
    if grouping not in options:  # chosen while a file of members was there that has been dropped since
        grouping = options[0]
    rows = data_beside.rows("members")  # here, because the thread that computes knows no session
    found = data_desk.made(("second", grouping, *data_beside.kept()), partial(_second, log, grouping, rows), t)
    days = data_desk.made("intervals", partial(purchases.intervals, log.orders), t)
    if found is None or days is None:
        return
    names = {
        group: t("data.group_named", name=t(f"data.{grouping}_{group}") if grouping in HALVES else group,
                 people=t.number(people, 0))
        for group, people in found.sizes.items()
    }  # fmt: skip
    panels.say(_differ(found, t))
    panels.figure(charts_data.waiting(found, names, t))
    panels.note(t("data.waiting_note"))
    if found.left_out:
        panels.note(_left_out(found.left_out, t))
    if len(found.pairs) > 1 and st.toggle(t("data.pairs"), key=key("pairs"), persist_state="session"):
        st.dataframe(_pairs(found, t), hide_index=True, alt=t("data.pairs"))
        panels.note(t("data.pairs_note", count=int(found.pairs["adjusted"].notna().sum())))
    if len(days):
        low, middle, high = np.quantile(days, [0.25, 0.5, 0.75])
        panels.say(t("data.intervals_answer", median=t.number(middle, 0), low=t.number(low, 0), high=t.number(high, 0)))
    panels.figure(charts_data.intervals(days, t))
    panels.note(t("data.intervals_note"))


def _differ(found: Second, t: Words) -> str:
    """Whether the groups differ in how soon they buy again."""
    test = found.test
    if np.isnan(test.p_value):
        return t("data.logrank_nothing", fewest=purchases.FEWEST_AT_RISK)
    differ = "differ" if test.p_value < SURE else "same"
    if len(found.sizes) == 2:
        return t(f"data.logrank_{differ}", p=_p(test.p_value, t))
    return t(
        f"data.logrank_{differ}_several", groups=len(found.sizes), statistic=t.number(test.statistic, 1),
        freedom=test.freedom, p=_p(test.p_value, t),
    )  # fmt: skip


def _left_out(left_out: dict[str, int], t: Words) -> str:
    named = [t("data.group_named", name=name, people=t.number(people, 0)) for name, people in left_out.items()]
    more = t("data.and_more", count=len(named) - NAMED) if len(named) > NAMED else ""
    return t("data.left_out", names=t.join(named[:NAMED]) + more, most=purchases.MOST_COMPARED,
             fewest=purchases.FEWEST_AT_RISK)  # fmt: skip


def _pairs(found: Second, t: Words) -> pd.DataFrame:
    """Every two groups, the surest difference first."""
    table = found.pairs.sort_values("adjusted", kind="stable")
    return pd.DataFrame(
        {
            t("data.group"): [t("data.against", a=a, b=b) for a, b in table[["a", "b"]].itertuples(index=False)],
            "χ²": [t.number(value, 1) for value in table["statistic"]],
            t("data.p_alone"): [_p(value, t) for value in table["p_value"]],
            t("data.p_adjusted"): [_p(value, t) for value in table["adjusted"]],
        }
    )


def _p(value: float, t: Words) -> str:
    return "–" if np.isnan(value) else t("data.p_small") if value < 0.001 else f"= {value:.3f}"


def _second(log: OrderLog, grouping: str, rows: pd.DataFrame | None) -> Second:
    if rows is not None and grouping in data_beside.GROUPINGS:
        return purchases.second_purchase(besides_studied.grouped(log.orders, rows, grouping), "group")
    return purchases.second_purchase(log.orders, cast("Grouping", grouping))


def worth(log: OrderLog, t: Words) -> None:
    """RFM grid, concentration of spending, and the expected value of customers by two models."""
    end = log.orders["date"].max()
    people = data_desk.made("histories", partial(purchases.histories_of, log.orders), t)
    if people is None:
        return
    left, right = st.columns(2, gap="large")
    with left:
        panels.figure(charts_people_groups.rfm(purchases.rfm(people, end), t))
        panels.note(t("data.rfm_note"))
    with right:
        curve, inequality, _ = purchases.pareto(people)
        drawn = charts_people_groups.lorenz({t("data.spent"): curve}, t)
        panels.figure(drawn._replace(title=t("data.pareto")))
        fifth = t.percent(top_share(people["spent"].to_numpy(float), 0.2))
        panels.note(t("data.pareto_note", fifth=fifth, gini=t.number(inequality, 2)))
    st.markdown(f"##### {t('data.clv')}")
    margin = st.slider(
        t("data.margin"), 0.05, 0.95, MARGIN, 0.05, key=key("margin"), help=t("data.margin_help"),
        persist_state="session",
    )  # fmt: skip
    # The worth of everybody is proportional to the margin, so that moving it computes nothing anew.
    valued = data_desk.made("clv", partial(clv.value, log.orders, 1.0), t)
    if valued is not None:
        _valued(valued, float(margin), t)
    data_contracts.show(log, float(margin), t)


def _valued(valued: clv.Valuation, margin: float, t: Words) -> None:
    rows = []
    for model, found in valued.worth.items():
        low, mean, high = (t.money(value * margin) for value in (found.low, found.mean, found.high))
        rows.append(
            {t("data.model"): t(f"data.model_{model}"), t("data.mean_worth"): f"{mean} [{low}, {high}]",
             t("data.repeats"): t.number(found.repeats, 2), t("data.alive"): t.percent(found.alive),
             t("data.parameters"): ", ".join(
                 f"{name} {getattr(found.fitted, name):.3g} ± {error:.1g}"
                 for name, error in found.fitted.standard_errors.items())}
        )  # fmt: skip
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True)
        first = next(iter(valued.worth.values()))
        panels.figure(charts_people_groups.values(first.values * margin, t))
    for model, error in valued.refused.items():
        name = t(f"data.model_{model}")
        st.warning(t("data.refused", model=name, reason=errors.sentence(error, t)), icon=":material/block:")
    told = [
        t("data.clv_note", customers=t.number(valued.customers, 0), of=t.number(valued.of, 0)),
        t("data.alive_note"),
    ]
    if not np.isnan(valued.correlation):
        told.append(t("data.correlation", value=t.number(valued.correlation, 2)))
    panels.points(told)
