"""What a team decides: strategies with their levers, the means they take, and the button that puts them on record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from classroom import decisions, seeing
from classroom.access import Student, hashed, new_token
from classroom.decisions import Levers
from classroom.interventions import DECISION, GRANT
from classroom.record import LONGEST_REASON
from classroom.seeing import Seen
from pages.parts import errors, forms, state
from pages.parts.classroom import LOADED, database, key, reminded
from pages.parts.words import Words, plain
from simulation.errors import LabError
from simulation.intervals import mean_interval
from simulation.strategies import STRATEGIES

BASED_ON = f"{state.CLASSROOM}.based_on"
NONCE = f"{state.CLASSROOM}.nonce"
DONE = f"{state.CLASSROOM}.done"
CARRIED = f"{state.CLASSROOM}.carried"
"""Whether the team has not spoken in this round yet."""


def decide(student: Student, seen: Seen, t: Words) -> None:
    """Strategies of the team with their levers, the means, and the button that puts them on record.

    Whatever is moved here draws this part of the page anew and no other.
    """
    st.markdown(f"**{t('classroom.decision')}**")
    _fill(seen)

    @st.fragment
    def board() -> None:
        with errors.told(t):
            _board(student, seen, t)

    board()


def _board(student: Student, seen: Seen, t: Words) -> None:
    if LOADED not in st.session_state:
        st.rerun()  # what team-mates decided has to be read first
    carried = st.empty()
    if st.session_state[CARRIED]:
        carried.caption(t("classroom.carried"))
    _plans(seen, t)
    wanted: Levers = {}
    for name in seen.setup.tools:
        kind = STRATEGIES[name]
        if st.toggle(kind.label[t.language], key=key("on", name), help=kind.note[t.language], persist_state="session"):
            levers = forms.names(kind, "lever")
            with st.container(border=True):
                chosen = forms.form(key("tool", name), kind(), t, fields=levers)
            wanted[name] = {lever: getattr(chosen, lever) for lever in levers}
    means(seen, wanted, seen.results, t)
    reason = st.text_area(t("classroom.why"), max_chars=LONGEST_REASON, key=key("reason"), height=80)
    ready = st.checkbox(t("classroom.ready"), key=key("ready"))
    if st.button(t("classroom.submit"), key=key("submit"), type="primary", icon=":material/send:", width="stretch"):
        with errors.told(t):
            _submit(student, wanted, reason or "", ready, t)
            carried.empty()
            if DECISION in reminded(seen):
                st.rerun()  # the reminder further up has done its work
    if st.session_state.pop(DONE, False):
        st.success(t("classroom.saved"), icon=":material/check_circle:")
    if st.session_state.get(key("conflict")):
        st.button(t("classroom.take_theirs"), key=key("theirs"), on_click=_take_theirs, icon=":material/sync:")


def _submit(student: Student, wanted: Levers, reason: str, ready: bool, t: Words) -> None:
    # The same submission sent again has the same receipt, another one has another.
    sent = hashed(f"{st.session_state[NONCE]}{json.dumps(wanted, sort_keys=True)}{reason}{ready}")[:20]
    try:
        seq = decisions.submit(database(), student, wanted, reason=reason, based_on=st.session_state[BASED_ON],
                               receipt=sent, ready=ready)  # fmt: skip
    except LabError as error:
        if error.key == "decision_conflict":
            st.session_state[key("conflict")] = True
            st.session_state[BASED_ON] = seeing.look(database(), student).decided.seq
            theirs, yours = (_version(error.values["field"], error.values[side], t) for side in ("theirs", "yours"))
            label = STRATEGIES[error.values["field"]].label[t.language]
            raise LabError("decision_conflict", field=label, theirs=theirs, yours=yours) from error
        raise
    st.session_state[BASED_ON], st.session_state[NONCE], st.session_state[DONE] = seq, new_token(), True
    st.session_state[CARRIED] = False
    st.session_state.pop(key("conflict"), None)


def _version(tool: str, said: str, t: Words) -> str:
    return levers_told(tool, json.loads(said), t) if said.startswith("{") else t("classroom.not_used")


def levers_told(tool: str, levers: Mapping[str, float], t: Words) -> str:
    """Levers of a strategy as people know them; that it is in use where it has none."""
    called = {declared.name: declared.label(t.language) for declared in STRATEGIES[tool].declared()}
    told = [f"{called[name]} {t.bare(value)}" for name, value in levers.items()]
    return ("，" if t.language == "zh" else ", ").join(told) or t("classroom.in_use")


def _take_theirs() -> None:
    st.session_state.pop(LOADED, None)
    st.session_state.pop(key("conflict"), None)


def _fill(seen: Seen) -> None:
    """Put the team's decision into the form when a round begins, and never over what somebody is working at."""
    st.session_state[CARRIED] = seen.decided.carried
    now = (seen.title, seen.place, seen.state.round)
    if st.session_state.get(LOADED) == now:
        return
    st.session_state[LOADED], st.session_state[BASED_ON], st.session_state[NONCE] = now, seen.decided.seq, new_token()
    st.session_state[key("ready")] = seen.decided.ready
    _load(seen, seen.decided.levers)


def _load(seen: Seen, decided: Mapping[str, Mapping[str, Any]]) -> None:
    for name in seen.setup.tools:
        kind, levers = STRATEGIES[name], decided.get(name)
        st.session_state[key("on", name)] = levers is not None
        forms.load(key("tool", name), kind.parse(levers or {}, where=name), forms.names(kind, "lever"))


def _plans(seen: Seen, t: Words) -> None:
    """The plans of the lesson as places to start from."""
    lesson = seen.setup.course()
    if lesson is None:
        return
    plans = {name: plan.label.said(t.language) for name, plan in lesson.plans.items()}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    chosen = left.selectbox(t("classroom.plan"), list(plans), format_func=plans.__getitem__, key=key("plan"))
    right.button(t("classroom.take_plan"), key=key("take_plan"), on_click=_take_plan, args=(seen, chosen),
                  icon=":material/content_copy:")  # fmt: skip


def _take_plan(seen: Seen, name: str) -> None:
    lesson = seen.setup.course()
    chosen = lesson.plan_of[name].strategies if lesson is not None else {}
    _load(seen, {tool: chosen[tool].model_dump() for tool in seen.setup.tools if tool in chosen})


def means(seen: Seen, wanted: Levers, results: dict[int, dict[str, list[float]]], t: Words) -> None:
    """Money spent so far of what was granted up to the end of this round, and hours that the decision takes."""
    setup = seen.setup
    if setup.budget:
        last = max((stage for stage in results if stage <= setup.rounds), default=0)
        spent = mean_interval(results[last]["strategy_cost"]).mean if last else 0.0
        gifts = sum(json.loads(line.new)["amount"] for line in seen.news
                    if line.field == GRANT and line.place in (None, seen.place))  # fmt: skip
        granted = setup.budget * setup.weeks * max(seen.state.round, 1) + gifts
        told = {"spent": t.money(spent), "granted": t.money(granted), "weekly": t.money(setup.budget)}
        text = t("classroom.money_gifts", gifts=t.money(gifts), **told) if gifts else t("classroom.money", **told)
        st.progress(min(spent / granted, 1.0), text=plain(text))
    if setup.hours:
        hours = sum(STRATEGIES[name]().effort for name in wanted)
        text = t("classroom.hours", hours=t.bare(hours), allowed=t.bare(setup.hours))
        st.progress(min(hours / setup.hours, 1.0), text=text)
