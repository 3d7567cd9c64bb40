"""Files beside an order log as figures: members who have bought by group, and buying around campaigns."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pages.parts.charts import Figure, spec
from pages.parts.words import Words

MOST_GROUPS = 12
TEAL = "#0F7C86"
ROW = 30


def members(table: pd.DataFrame, heading: str, t: Words) -> Figure:
    """Share of members who have bought, by group, with its interval.

    Args:
        table: As :func:`simulation.analysis.besides_studied.members` gives it, every group named; the twelve largest
            are drawn.
        heading: What the groups are.
        t: Reader's words.
    """
    shown = table.head(MOST_GROUPS).copy()
    for column in ("bought", "bought_low", "bought_high"):
        shown[column] = shown[column] * 100
    rows = alt.Y("group:N", title=None, sort=list(shown["group"]), axis=alt.Axis(labelLimit=180))
    tips = [
        alt.Tooltip("group:N", title=heading),
        alt.Tooltip("people:Q", title=t("data.members_people"), format=",d"),
        alt.Tooltip("bought:Q", title="%", format=".1f"),
        alt.Tooltip("bought_low:Q", title=t("charts.low"), format=".1f"),
        alt.Tooltip("bought_high:Q", title=t("charts.high"), format=".1f"),
    ]
    base = alt.Chart(shown).encode(y=rows, tooltip=tips)
    reach = base.mark_rule(strokeWidth=2, color=TEAL).encode(
        x=alt.X("bought_low:Q", title="%", scale=alt.Scale(domain=[0, 100])), x2="bought_high:Q"
    )
    dots = base.mark_point(filled=True, size=80, opacity=1, color=TEAL).encode(x="bought:Q")
    told = [f"{row['group']} {t.percent(row['bought'])}" for _, row in table.head(MOST_GROUPS).iterrows()]
    alt_text = t("data.alt_members", groups=t.join(told))
    return Figure(spec([reach, dots], ROW * len(shown) + 60), alt_text, t("data.members_title", name=heading))


def changes(table: pd.DataFrame, t: Words) -> Figure:
    """Difference in differences of days of purchase around each campaign, with its interval.

    Args:
        table: As :func:`simulation.analysis.contacted.around_contacts` gives it, every campaign named and with a
            change; the twelve that reached most people are drawn.
        t: Reader's words.
    """
    shown = table.head(MOST_GROUPS).drop(columns="day")
    rows = alt.Y("campaign:N", title=None, sort=list(shown["campaign"]), axis=alt.Axis(labelLimit=180))
    tips = [
        alt.Tooltip("campaign:N", title=t("data.role_campaign")),
        alt.Tooltip("customers:Q", title=t("data.campaign_customers"), format=",d"),
        alt.Tooltip("change:Q", title=t("data.campaign_change"), format="+.2f"),
        alt.Tooltip("low:Q", title=t("charts.low"), format="+.2f"),
        alt.Tooltip("high:Q", title=t("charts.high"), format="+.2f"),
    ]
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(strokeDash=[4, 4], color="#888").encode(x="x:Q")
    base = alt.Chart(shown).encode(y=rows, tooltip=tips)
    reach = base.mark_rule(strokeWidth=2, color=TEAL).encode(
        x=alt.X("low:Q", title=t("data.changes_axis")), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=80, opacity=1, color=TEAL).encode(x="change:Q")
    told = [f"{row['campaign']} {t.number(row['change'], 2, sign=True)}" for _, row in shown.iterrows()]
    alt_text = t("data.alt_changes", campaigns=t.join(told))
    return Figure(spec([zero, reach, dots], ROW * len(shown) + 60), alt_text, t("data.changes"))
