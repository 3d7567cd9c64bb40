"""The screen for the projector: what the class foresaw and what came, a duel of two teams, what was decided."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from classroom import debriefing
from classroom.access import Teacher
from classroom.coursework import lesson_of
from classroom.debriefing import Debriefing
from classroom.record import setup_of
from classroom.rounds import SHOWN
from classroom.setup import Setup
from pages.parts import charts_class, charts_duel, class_lesson, market, observed, panels, verdicts
from pages.parts.class_decision import levers_told
from pages.parts.classroom import database
from pages.parts.teaching_after import stage_of
from pages.parts.teaching_new import key
from pages.parts.words import Words, plain
from simulation.analysis import settling
from simulation.analysis.compare import Paired, judged
from simulation.outcomes import TOTALS
from simulation.strategies import STRATEGIES

VIEW = "debrief"
LARGE = """<style>
[data-testid="stMainBlockContainer"] p, [data-testid="stMainBlockContainer"] li,
[data-testid="stMainBlockContainer"] label p {font-size: 1.35rem; line-height: 1.5}
[data-testid="stMainBlockContainer"] h2 {font-size: 2.2rem}
[data-testid="stMainBlockContainer"] table {font-size: 1.25rem}
[data-testid="stMetricValue"], [data-testid="stMetricValue"] p {font-size: 2.8rem; line-height: 1.2}
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] p, [data-testid="stMainBlockContainer"] li {font-size: 1.05rem}
  [data-testid="stMainBlockContainer"] table {font-size: .95rem}
  [data-testid="stMetricValue"], [data-testid="stMetricValue"] p {font-size: 2rem}
}
</style>"""
"""Letters that the last row reads, and on a phone ordinary ones."""


def wanted(t: Words) -> bool:
    """Whether the page is shown to the class; the address keeps it, so that a second window can be the projector's."""
    if key("projector") not in st.session_state:
        st.session_state[key("projector")] = st.query_params.get("view") == VIEW
    shown = st.toggle(t("debrief.view"), key=key("projector"), help=t("debrief.view_help"), persist_state="session")
    if shown and st.query_params.get("view") != VIEW:
        st.query_params["view"] = VIEW
    elif not shown and "view" in st.query_params:
        del st.query_params["view"]
    return bool(shown)


def screen(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """Everything of the last round that has results, in large letters."""
    st.html(LARGE)
    seen, setup = debriefing.debriefing(database(), teacher, class_id), setup_of(row)
    if not seen.stage:
        st.info(t("debrief.nothing"), icon=":material/hourglass_empty:")
        return
    st.markdown(f"## {plain(row.title)} · {stage_of(seen.stage, setup.rounds, t)}")
    _foreseen(seen, t)
    _duel(seen, setup, t)
    market.debrief(teacher, class_id, t)
    _decided(seen, t)
    with st.expander(t("debrief.ranking"), icon=":material/leaderboard:"):  # closed: a rank is not the point
        panels.figure(charts_class.standings(seen.standings, TOTALS[setup.goal], t))
        st.caption(t("classroom.board_note"))
    lesson = lesson_of(setup, class_id)
    if lesson is not None:
        with st.expander(t("debrief.lesson", title=lesson.title.said(t.language)), icon=":material/monitoring:"):
            truth = class_lesson.at_once(lesson)
            if truth is None:
                st.caption(t("debrief.lesson_waits"))
            else:
                observed.pictures(lesson, truth, truth, t)


def _foreseen(seen: Debriefing, t: Words) -> None:
    if not seen.forecasts:
        st.caption(t("debrief.no_forecasts"))
        return
    points = [one.points for one in seen.forecasts]
    with st.container(horizontal=True):
        st.metric(t("debrief.hits"), t("debrief.of", part=seen.inside, whole=len(seen.forecasts)), width="content")
        st.metric(t("debrief.expected"), t("debrief.about", count=round(0.8 * len(seen.forecasts))), width="content")
        st.metric(
            t("debrief.score"), t.number(float(np.mean(points)), 0), width="content", help=t("debrief.score_help")
        )
    named = st.toggle(t("debrief.names"), key=key("names"), persist_state="session")
    panels.figure(charts_class.forecasts(seen.forecasts, t, named=bool(named)))
    st.caption(t("debrief.forecasts_note"))


def pairs(seen: Debriefing, a: int, b: int) -> dict[str, Paired]:
    """Outcome → team ``a`` minus team ``b`` in the same worlds."""
    found = {}
    for name in SHOWN:
        if all(name in seen.results[team] for team in (a, b)):  # an older lab kept fewer
            both = _both(seen, a, b, name)
            found[name] = judged(both["a"].to_numpy(), both["b"].to_numpy(), TOTALS[name].better or 1)
    return found


def _both(seen: Debriefing, a: int, b: int, name: str) -> pd.DataFrame:
    values = {side: np.asarray(seen.results[team][name], float) for side, team in (("a", a), ("b", b))}
    frame = pd.DataFrame(values)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return frame.dropna()


def _duel(seen: Debriefing, setup: Setup, t: Words) -> None:
    teams = [row.team for row in seen.standings]
    if len(teams) < 2:
        return
    st.markdown(f"## {t('debrief.duel')}")
    called = {team: t("classroom.team", team=team) for team in sorted(teams)}
    for name, first in (("a", teams[0]), ("b", teams[-1])):
        if st.session_state.get(key("duel", name)) not in called:
            st.session_state[key("duel", name)] = first
    left, right = st.columns(2)
    a = left.selectbox(t("duel.corner_a"), list(called), format_func=called.__getitem__, key=key("duel", "a"))
    rest = [team for team in called if team != a]
    if st.session_state[key("duel", "b")] not in rest:
        st.session_state[key("duel", "b")] = rest[0]
    b = right.selectbox(t("duel.corner_b"), rest, format_func=called.__getitem__, key=key("duel", "b"))
    found = pairs(seen, a, b)
    panels.say(verdicts.sentence(found, called[a], called[b], t))
    st.table(verdicts.table(found, t).set_index(t("verdict.outcome")))
    goal = found[setup.goal]
    panels.note(verdicts.each(goal, setup.goal, called[a], called[b], t))
    each = settling.won(_both(seen, a, b, setup.goal), setup.goal)
    figure = charts_duel.worlds(each, TOTALS[setup.goal], called[a], called[b], [called[a], called[b]], t)
    panels.figure(charts_class.enlarged(figure))


def _decided(seen: Debriefing, t: Words) -> None:
    st.markdown(f"## {t('debrief.decisions')}")
    rows = []
    for team, levers in seen.decisions.items():
        tools = [
            t("debrief.tool", tool=STRATEGIES[tool].label[t.language], levers=levers_told(tool, of, t))
            for tool, of in levers.items()
        ]
        rows.append({t("classroom.team_column"): t("classroom.team", team=team),
                     t("teach.in_use"): plain(t.join(tools) or t("debrief.none")),
                     t("teach.carried"): "✓" if team in seen.carried else ""})  # fmt: skip
    st.table(pd.DataFrame(rows).set_index(t("classroom.team_column")))
    spread = debriefing.spread(seen.decisions)
    if not spread:
        return
    st.markdown(f"**{t('debrief.spread')}**")
    table = [
        {
            t("debrief.lever"): f"{STRATEGIES[row.tool].label[t.language]} · {_label(row.tool, row.lever, t)}",
            t("debrief.teams_using"): t("debrief.of", part=len(row.teams), whole=len(seen.decisions)),
            t("debrief.range"): f"{t.bare(row.low)} – {t.bare(row.middle)} – {t.bare(row.high)}",
        }
        for row in spread
    ]
    st.table(pd.DataFrame(table).set_index(t("debrief.lever")))


def _label(tool: str, lever: str, t: Words) -> str:
    return next(declared.label(t.language) for declared in STRATEGIES[tool].declared() if declared.name == lever)
