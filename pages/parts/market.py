"""The shared market of a class on its pages: chosen when the class is made, seen by students and by the instructor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from classroom import market, market_seeing
from classroom.access import Student, Teacher
from classroom.market import Exchange
from classroom.market_terms import SharedMarket
from classroom.rounds import standings
from classroom.seeing import Seen
from classroom.setup import Setup
from pages.parts import charts_market, forms, panels, state
from pages.parts.classroom import database
from pages.parts.words import Words, plain
from simulation.intervals import Interval, mean_interval
from simulation.market import RIVAL
from simulation.market_results import SHARE

TWIN, MARKET = "twin", "market"


def choose(key: str, t: Words) -> SharedMarket | None:
    """Whether teams have twin worlds of their own or court one population, and on what terms; None for twin worlds.

    Args:
        key: Session key with which those of the widgets begin.
        t: Reader's words.
    """
    state.remember(f"{key}.shape", TWIN)
    shape = st.radio(
        t("market.shape"), (TWIN, MARKET), format_func=lambda name: t(f"market.shape_{name}"), key=f"{key}.shape",
        captions=[t(f"market.shape_{name}_help") for name in (TWIN, MARKET)],
    )  # fmt: skip
    if shape == TWIN:
        return None
    with st.container(border=True):
        return forms.form(key, SharedMarket(), t)


def note(setup: Setup, t: Words) -> None:
    """Tell whoever takes part that all teams court the same people."""
    if setup.market is not None:
        st.caption(t("market.note", people=t.number(setup.people, 0), places=setup.market.places))


def student(student: Student, seen: Seen, t: Words) -> None:
    """Share of the market of one's own team, and who won whom from whom."""
    if seen.setup.market is None:
        return
    body, places = market_seeing.own(database(), student)
    exchanges = market.exchanges(body)
    if not exchanges:
        return
    st.markdown(f"**{t('market.title')}**")
    share, money = (mean_interval(body[name]) for name in ("share", "revenue_share"))
    several = mean_interval(body["several"])
    with st.grid(3, min_column_width=130, gap="small"):
        for label, said, interval in (
            (SHARE.label(t.language), t.percent(share.mean), t.interval(SHARE, share.low, share.high)),
            (t("market.revenue_share"), t.percent(money.mean), t.interval(SHARE, money.low, money.high)),
            (t("market.several"), t.number(several.mean, 0), _ends(several, t)),
        ):
            st.metric(label, said, interval, delta_color="off", delta_arrow="off")
    own = f"{market.TEAM}{student.team}"
    names = named([own, *(one.other for one in exchanges if one.other)], places, t)
    curves = market.curves({own: body})
    drawn = {name: called for name, called in names.items() if name in set(curves["plan"])}
    panels.figure(charts_market.shares(curves, drawn, t), key=f"{state.CLASSROOM}.shares")
    others = {name: called for name, called in names.items() if name != own}
    if others:
        panels.figure(charts_market.exchanged(exchanges, others, t), key=f"{state.CLASSROOM}.exchanged")
        st.markdown(plain(_verdict(exchanges, others, t)))
        st.dataframe(by_name(exchanges, others, t), hide_index=True, alt=t("market.exchanged"))
    outside = next(one for one in exchanges if one.other == market.OUTSIDE)
    st.caption(t("market.outside", won=_people(outside.won, t), lost=_people(outside.lost, t)))
    st.caption(t("market.assumption", worlds=len(body["share"])))


def debrief(teacher: Teacher, class_id: int, t: Words) -> None:
    """The whole market for the class to talk over: shares, ranks, moves by name."""
    bodies, places = market_seeing.whole(database(), teacher, class_id)
    if not bodies:
        return
    st.markdown(f"**{t('market.title')}**")
    curves = market.curves(bodies)
    names = named(list(dict.fromkeys(curves["plan"])), places, t)
    panels.figure(charts_market.shares(curves, names, t), key=f"{state.TEACH}.shares")
    st.dataframe(table(bodies, places, t), hide_index=True, alt=t("market.title"))
    if len(names) > 1:
        panels.figure(charts_market.moved(market.moves(bodies), names, t), key=f"{state.TEACH}.moved")
    st.caption(t("market.table_note"))
    st.caption(t("market.assumption", worlds=len(next(iter(bodies.values()))["share"])))


def by_name(exchanges: list[Exchange], names: Mapping[str, str], t: Words) -> pd.DataFrame:
    """A row a community: people won from it, lost to it, the net gain, and members of both, with intervals."""
    return pd.DataFrame(
        [
            {
                t("market.community"): names[one.other],
                t("market.net"): f"{t.number(one.net.mean, 1, sign=True)} {_ends(one.net, t)}",
                t("market.won_from"): _people(one.won, t),
                t("market.lost_to"): _people(one.lost, t),
                t("market.both"): _people(one.both, t),
            }
            for one in exchanges
            if one.other in names
        ]
    )


def table(bodies: Mapping[str, market.Body], places: Mapping[int, int], t: Words) -> pd.DataFrame:
    """A row a team: rank and share, who came from other communities or none, who went there, who is elsewhere too."""
    numbers = {int(name.removeprefix(market.TEAM)): body for name, body in bodies.items()}
    rows = []
    for one in standings(numbers, {number: number for number in numbers}, "share"):
        body = numbers[one.team]
        found = {each.other: each for each in market.exchanges(body)}
        outside = found.pop(market.OUTSIDE)
        rows.append(
            {
                t("classroom.rank"): one.rank,
                t("classroom.team_column"): t("classroom.team", team=places[one.team]),
                SHARE.label(t.language): f"{t.percent(one.mean)} {t.interval(SHARE, one.low, one.high)}",
                t("market.won"): _sum(body, "won", found, t),
                t("market.lost"): _sum(body, "lost", found, t),
                t("market.from_none"): _people(outside.won, t),
                t("market.to_none"): _people(outside.lost, t),
                t("market.several"): _people(mean_interval(body["several"]), t),
            }
        )
    return pd.DataFrame(rows)


def named(communities: list[str], places: Mapping[int, int], t: Words) -> dict[str, str]:
    """Communities → what people call them: teams by their number, then rivals."""
    called: dict[str, str] = {}
    for name in communities:
        if market.is_team(name):
            number = int(name.removeprefix(market.TEAM))
            called[name] = t("classroom.team", team=places.get(number, number))
        else:
            called[name] = t("market.rival", number=name.removeprefix(RIVAL))
    return called


def _verdict(exchanges: list[Exchange], names: Mapping[str, str], t: Words) -> str:
    """Whom the team has certainly won people from, and to whom it has certainly lost them."""
    won = [names[one.other] for one in exchanges if one.other in names and one.net.low > 0]
    lost = [names[one.other] for one in exchanges if one.other in names and one.net.high < 0]
    said = [t(f"market.surely_{kind}", names=t.join(some)) for kind, some in (("won", won), ("lost", lost)) if some]
    return t.after(*said) or t("market.unclear")


def _sum(body: market.Body, kind: str, others: Mapping[str, Any], t: Words) -> str:
    columns = [body[f"{kind} {other}"] for other in others]
    return _people(mean_interval([sum(row) for row in zip(*columns, strict=True)]), t) if columns else "–"


def _people(people: Interval, t: Words) -> str:
    return f"{t.number(people.mean, 1)} {_ends(people, t)}"


def _ends(people: Interval, t: Words) -> str:
    return f"[{t.number(people.low, 1)},\u00a0{t.number(people.high, 1)}]"
