"""What files beside the orders add: members by tier and channel, the network, the invited, buying around a contact."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import charts_beside, data_desk, panels
from pages.parts.words import Words
from simulation.analysis import besides_studied, contacted
from simulation.analysis.besides import Beside, Kind
from simulation.analysis.estimators import Estimate
from simulation.analysis.orderlog_report import OrderLog

LISTED = 15
Show = Callable[[Beside, OrderLog, tuple[str, ...], Words], None]


def members(found: Beside, log: OrderLog, kept: tuple[str, ...], t: Words) -> None:
    """Members by channel and by tier; all together where the file names neither."""
    columns: list[str | None] = [name for name in ("channel", "tier") if name in found.rows]
    for column in columns or [None]:
        make = partial(besides_studied.members, found.rows, log.orders, column)
        table = data_desk.made(("members", column, *kept), make, t)
        if table is None:
            return
        nobody = t("data.not_told") if column else t("data.members_all")
        table = table.assign(group=[nobody if pd.isna(name) else name for name in table["group"]])
        heading = t(f"data.role_{column}") if column else t("data.group")
        if len(table) > 1:
            panels.figure(charts_beside.members(table, heading, t))
        told = {
            heading: table["group"],
            t("data.members_people"): table["people"],
            t("data.members_bought"): _each(table, "bought", t.percent),
            t("data.members_soon", weeks=besides_studied.SOON): _each(table, "soon", t.percent),
            t("data.members_watched"): table["watched"],
            t("data.members_spent"): _each(table, "spent", t.money),
        }
        st.dataframe(pd.DataFrame(told), hide_index=True)
    panels.note(t("data.members_note", weeks=besides_studied.SOON))


def _each(table: pd.DataFrame, name: str, say: Callable[[float], str]) -> list[str]:
    numbers = table[[name, f"{name}_low", f"{name}_high"]]
    return [_between(Estimate(*row), say) for row in numbers.itertuples(index=False)]


def _between(found: Estimate, say: Callable[[float], str]) -> str:
    if not np.isfinite(found.estimate):
        return "–"
    return say(found.estimate) + (f" [{say(found.low)}, {say(found.high)}]" if np.isfinite(found.low) else "")


def network(found: Beside, log: OrderLog, kept: tuple[str, ...], t: Words) -> None:
    """Key people and communities of the network that the rows draw."""
    drawn = data_desk.made(("network", *kept), partial(besides_studied.network, found.rows, log.orders), t)
    if drawn is None:
        return
    panels.say(
        t("data.network_answer", people=t.number(drawn.people, 0), pairs=t.number(drawn.pairs, 0),
          degree=t.number(drawn.degree, 1), communities=len(drawn.communities))
    )  # fmt: skip
    keys = drawn.keys.head(LISTED)
    st.markdown(f"**{t('desk.key_people')}**")
    st.dataframe(
        pd.DataFrame(
            {t("data.role_customer"): keys["person"].str[:8], t("desk.degree"): keys["degree"],
             t("data.sent"): keys["sent"], t("desk.pagerank"): keys["pagerank"].round(4),
             t("desk.betweenness"): keys["betweenness"].round(3), t("data.spent"): [t.money(x) for x in keys["spent"]]}
        ),
        hide_index=True,
    )  # fmt: skip
    panels.points([t("data.network_note"), t("data.network_twin")])


def invitations(found: Beside, log: OrderLog, kept: tuple[str, ...], t: Words) -> None:
    """Who came by invitation and what they spend, then the network."""
    told = data_desk.made(("invited", *kept), partial(besides_studied.invited, found.rows, log.orders), t)
    if told is None:
        return
    panels.say(
        t("data.invited_answer", invited=t.number(told.invited, 0), others=t.number(told.others, 0),
          share=_between(told.share, t.percent), k=t.number(told.k, 2))
    )  # fmt: skip
    if np.isfinite(told.spent.low):
        panels.points([t("data.invited_spent", spent=_between(told.spent, partial(t.money, sign=True)))])
    panels.note(t("data.invited_note" if "date" in found.rows else "data.invited_undated"))
    network(found, log, kept, t)


def contacts(found: Beside, log: OrderLog, kept: tuple[str, ...], t: Words) -> None:
    """Days of purchase before and after each campaign, beside customers whom nobody wrote to."""
    table = data_desk.made(("contacts", *kept), partial(contacted.around_contacts, found.rows, log.orders), t)
    if table is None:
        return
    often, close = contacted.pressure(found.rows)
    panels.say(t("data.pressure", often=t.number(often, 1), close=t.percent(close)))
    table = table.assign(campaign=[t("data.unnamed") if pd.isna(name) else name for name in table["campaign"]])
    if table["change"].notna().any():
        panels.figure(charts_beside.changes(table.dropna(subset=["change"]), t))
    number = partial(t.number, decimals=2)
    told = {
        t("data.role_campaign"): table["campaign"],
        t("data.campaign_day"): table["day"].dt.strftime("%Y-%m-%d"),
        t("data.campaign_reached"): table["reached"],
        t("data.campaign_customers"): table["customers"],
        t("data.campaign_change"): [
            _between(Estimate(*row), partial(number, sign=True))
            for row in table[["change", "low", "high"]].itertuples(index=False)
        ],
        t("data.campaign_before_after"): _pairs(table["before"], table["after"], number),
        t("data.campaign_others"): table["others"],
        t("data.campaign_others_before_after"): _pairs(table["others_before"], table["others_after"], number),
        t("data.campaign_unwatched"): table["unwatched"],
    }
    st.dataframe(pd.DataFrame(told), hide_index=True)
    panels.note(t("data.contacts_note", days=contacted.WINDOW, fewest=contacted.FEWEST))


def _pairs(before: pd.Series, after: pd.Series, number: Callable[[float], str]) -> list[str]:
    both = zip(before, after, strict=True)
    return [f"{number(one)} → {number(two)}" if np.isfinite(one) else "–" for one, two in both]


SHOWN: dict[Kind, Show] = {
    "members": members, "invitations": invitations, "messages": network, "contacts": contacts,
}  # fmt: skip
"""Kind of file → what is shown of it."""
