"""People as figures: the network of one week, a life in lines and marks, and the ledger of a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from pages.parts.charts import NEITHER
from pages.parts.words import Words
from simulation.analysis.picturing import MEASURES, View
from simulation.members import Status

SCALE = ("#B3500F", "#E39A5B", "#94A0A4", "#5FA8D8", "#1568A6")
"""From low to high: orange over grey to blue, told apart with any colour vision and on light and dark ground."""
WIDE, HIGH = 1000.0, 800.0
"""Extent of the layout; nearly square, so that it fills a narrow screen as well as a wide one."""
NETWORK_HEIGHT = 480


class Network(NamedTuple):
    """An ECharts option, the sentence that stands for it, its title, and who stands at which place of its data."""

    spec: dict[str, Any]
    alt: str
    title: str
    people: tuple[int, ...]


def network(view: View, colouring: str, week: int, chosen: int | None, t: Words) -> Network:
    """The network of one week: people as dots, who is not drawn as one circle per community.

    Members are filled, who never joined is hollow, who left is a hollow diamond; size grows with the number of ties.

    Args:
        view: What is drawn.
        colouring: What the colours stand for.
        week: Which week.
        chosen: Number of the person who is marked, if any.
        t: Reader's words.
    """
    names = [group_name(colouring, group, t) for group in view.groups]
    graded = colouring in MEASURES
    kinds: list[dict[str, Any]] = [
        {"name": name} | ({"itemStyle": {"color": _grade(place, len(names))}} if graded else {})
        for place, name in enumerate(names)
    ]
    hollow = {"color": "transparent", "borderColor": NEITHER, "borderWidth": 1.2}
    kinds += [
        {"name": t("people.outside"), "itemStyle": hollow},
        {"name": t("people.left"), "symbol": "diamond", "itemStyle": hollow},
        {"name": t("people.rest"), "itemStyle": {"color": "rgba(127, 140, 144, 0.22)"}},
    ]
    circles = [_circle(row, len(kinds) - 1, t) for row in view.circles.to_dict("records")]
    dots = [_dot(row, view.groups, len(names), chosen, t) for row in view.nodes.to_dict("records")]
    links = [
        {
            "source": len(circles) + int(a),
            "target": len(circles) + int(b),
            "lineStyle": {"width": round(0.4 + 1.6 * w, 2)},
        }
        for a, b, w in zip(view.links["a"], view.links["b"], view.links["strength"], strict=True)
    ]
    spec = {
        "tooltip": {"formatter": "{b}"},
        "legend": {
            "data": [{"name": kind["name"], "icon": kind.get("symbol", "circle")} for kind in kinds],
            "top": 0, "itemWidth": 14, "itemGap": 9, "selectedMode": False,
        },
        "series": [
            {
                "type": "graph", "layout": "none", "roam": True, "preserveAspect": "contain",
                "scaleLimit": {"min": 0.6, "max": 8},
                "top": 84, "bottom": 10, "left": 26, "right": 26,
                "selectedMode": "single", "animation": False, "cursor": "pointer",
                "categories": kinds, "data": circles + dots, "links": links,
                "lineStyle": {"color": NEITHER, "opacity": 0.28, "curveness": 0},
                "emphasis": {"focus": "adjacency", "lineStyle": {"opacity": 0.8}},
                "select": {"itemStyle": {"borderColor": "#D81B60", "borderWidth": 3}},
            }
        ],
    }  # fmt: skip
    members = int((view.nodes["status"] == Status.MEMBER).sum())
    told = t("people.alt_network", week=week, drawn=len(view.nodes), members=members,
             rest=int(view.circles["people"].sum()), colouring=t(f"people.by_{colouring}"))  # fmt: skip
    title = t("people.network_title", week=week, colouring=t(f"people.by_{colouring}"))
    return Network(spec, told, title, (*([-1] * len(circles)), *view.nodes["person"].astype(int)))


def group_name(colouring: str, group: str, t: Words) -> str:
    """What people call a class of a colouring."""
    if colouring in MEASURES:
        return group
    if colouring == "community":
        return t("people.circle", number=group)
    if colouring == "tier":
        return t("people.tier", rung=group.removeprefix("tier_"))
    return t(f"people.{colouring}_{group}")


def _grade(place: int, many: int) -> str:
    return SCALE[round(place * (len(SCALE) - 1) / max(many - 1, 1))]


def _circle(row: Mapping[Any, Any], kind: int, t: Words) -> dict[str, Any]:
    label = t("people.circle_label", members=int(row["members"]), people=int(row["people"]))
    named = t(
        "people.circle_tip", number=int(row["community"]) + 1, people=int(row["people"]), members=int(row["members"])
    )
    if not np.isnan(row["mean"]):
        named += " · " + t("people.circle_mean", mean=t.number(float(row["mean"]), 2))
    return {
        "name": named, "x": WIDE * row["x"], "y": HIGH * row["y"], "category": kind,
        "symbolSize": round(10 + 2.6 * np.sqrt(row["people"]), 1),
        "label": {"show": True, "formatter": label, "color": NEITHER, "fontSize": 11},
    }  # fmt: skip


def _dot(row: Mapping[Any, Any], groups: Sequence[str], last: int, chosen: int | None, t: Words) -> dict[str, Any]:
    status = int(row["status"])
    kind = groups.index(row["group"]) if row["group"] else last + (status == Status.LAPSED)
    named = t("people.dot_tip", person=int(row["person"]), ties=int(row["ties"]))
    if not np.isnan(row["value"]):
        named += " · " + t.number(float(row["value"]), 2)
    dot = {
        "name": named, "x": WIDE * row["x"], "y": HIGH * row["y"], "category": kind,
        "symbolSize": round(5 + 1.5 * np.sqrt(row["ties"]), 1),
    }  # fmt: skip
    if row["person"] == chosen:
        dot |= {
            "itemStyle": {"borderColor": "#D81B60", "borderWidth": 3}, "symbolSize": 22,
            "label": {"show": True, "formatter": str(chosen), "position": "top", "fontWeight": "bold"},
        }  # fmt: skip
    return dot
