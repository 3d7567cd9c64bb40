"""Controls of the Studio: the widgets in which a scenario is set."""

from __future__ import annotations

import streamlit as st

from pages.parts import errors, forms, happenings, history, library, looks, panels, state, strategy_cards
from pages.parts.settings import (
    ASKED,
    BASE,
    COMMUNITY,
    DISPUTED,
    LAST,
    MINE,
    REFUSED,
    TEAM,
    collect,
    key,
    load,
    load_plan,
    same,
)
from pages.parts.words import Words
from simulation.errors import LabError
from simulation.files import MAX_BYTES
from simulation.results import Results
from simulation.scenario import Plan, Scenario, read_scenario

HORIZONS = (13, 26, 52, 104, 156, 260)
WORLDS = (5, 10, 20, 30, 50, 100)


def draw(t: Words, results: Results | None = None) -> None:
    """All controls with the Run button on top; moving one redraws the controls alone.

    Args:
        t: Reader's words.
        results: Run that is shown, once it is complete: the cards tell what strategies cost and earned in it.
    """

    @st.fragment
    def controls() -> None:
        with errors.told(t):
            _refusal(t)
            _choices(t)
            now = _run(t)
            _plan(t, results)
            happenings.draw(now.shocks, now.horizon, t)
            _world(t)
            _files(t)

    controls()


def _choices(t: Words) -> None:
    base: Scenario = st.session_state[BASE]
    options = list(library.scenarios()) + ([library.CUSTOM] if base.name not in library.scenarios() else [])
    st.selectbox(
        t("studio.scenario"),
        options,
        key=key("scenario"),
        on_change=_scenario_chosen,
        persist_state="session",
        format_func=lambda name: library.title(library.scenarios().get(name, base), t),
    )
    plans = list(library.plans()) + ([library.CUSTOM] if st.session_state[key("plan")] == library.CUSTOM else [])
    st.selectbox(
        t("studio.plan"),
        plans,
        key=key("plan"),
        on_change=_plan_chosen,
        help=t("studio.plan_help"),
        persist_state="session",
        format_func=lambda name: library.title(library.plans().get(name, _own(base)), t),
    )


def _run(t: Words) -> Scenario:
    """The Run button, undo and redo; gives the scenario as the widgets stand now."""
    now = collect()
    asked: Scenario = st.session_state[ASKED]
    changed = not same(now, asked)
    history.note(now)
    pressed = st.button(t("studio.run"), key=key("run"), type="primary", icon=":material/play_arrow:", width="stretch")
    st.caption(t("studio.changed") if changed else t("studio.unchanged"))
    looks.jump("studio.jump_back", looks.RESULTS, t)
    history.buttons(t)
    if pressed:
        if changed:
            st.session_state[LAST] = asked
        st.session_state[ASKED] = now
        state.share(now)
        st.rerun()
    return now


def _plan(t: Words, results: Results | None) -> None:
    asked: Scenario = st.session_state[ASKED]
    strategy_cards.draw(panels.books(results, asked.plan.name) if results is not None else {}, t)
    st.number_input(
        t("studio.budget", currency=t.unit("¥")),
        0.0,
        1e9,
        step=100.0,
        format="%.0f",
        key=key("budget"),
        help=t("studio.budget_help"),
        persist_state="session",
    )
    if results is not None:
        panels.budget(results, asked.plan, st.session_state[key("budget")], t)
    forms.form(key("team"), Plan(), t, fields=TEAM)


def _world(t: Words) -> None:
    base: Scenario = st.session_state[BASE]
    with st.expander(t("studio.time"), icon=":material/schedule:"):
        st.selectbox(
            t("studio.horizon"),
            sorted({*HORIZONS, base.horizon, st.session_state[key("horizon")]}),
            key=key("horizon"),
            persist_state="session",
            format_func=lambda weeks: t("studio.weeks", weeks=weeks),
        )
        st.selectbox(
            t("studio.worlds"),
            sorted({*WORLDS, st.session_state[key("worlds")]}),
            key=key("worlds"),
            help=t("studio.worlds_help"),
            persist_state="session",
        )
        forms.form(key("seeds"), base.seeds, t, fields=("first",))
    with st.expander(t("studio.community"), icon=":material/groups:"):
        forms.form(key("community"), base.population, t, fields=COMMUNITY)
        forms.form(key("economy"), base.economy, t)
    with st.expander(t("studio.disputed"), icon=":material/balance:"):
        st.caption(t("studio.disputed_note"))
        forms.form(key("leaving"), base.behaviour.leaving, t, fields=DISPUTED)


def _files(t: Words) -> None:
    with st.expander(t("studio.files"), icon=":material/folder_open:"):
        st.text_input(
            t("studio.name"), key=key("title"), max_chars=library.LONGEST_TITLE, placeholder=MINE.said(t.language),
            help=t("studio.name_help"), persist_state="session",
        )  # fmt: skip
        st.download_button(
            t("studio.save"),
            collect().to_yaml,
            file_name="scenario.yaml",
            mime="application/yaml",
            key=key("save"),
            icon=":material/download:",
            on_click="ignore",
        )
        st.file_uploader(
            t("studio.open"), type=["yaml", "yml"], key=key("upload"), on_change=_uploaded, max_upload_size=1
        )
        st.caption(t("studio.share_note"))
        link = state.share_link(st.session_state[ASKED])
        if link is not None:
            st.code(link, language=None, wrap_lines=True, height=90)


def _refusal(t: Words) -> None:
    refused = st.session_state.pop(REFUSED, None)
    if refused is not None:
        st.error(errors.sentence(refused, t), icon=":material/error:")


def _own(base: Scenario) -> Plan:
    """What stands for a plan that is not in the library: the scenario's own, else the visitor's."""
    return base.plan if base.plan.name not in library.plans() else Plan(title=MINE)


def _scenario_chosen() -> None:
    chosen = library.scenarios().get(st.session_state[key("scenario")])
    if chosen is not None:
        load(chosen)


def _plan_chosen() -> None:
    chosen = library.plans().get(st.session_state[key("plan")])
    if chosen is not None:
        load_plan(chosen)


def _uploaded() -> None:
    given = st.session_state[key("upload")]
    if given is None:
        return
    try:
        if given.size > MAX_BYTES:
            raise LabError("scenario_too_large", file=given.name, allowed=f"{MAX_BYTES // 1000} kB")
        try:
            text = given.getvalue().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise LabError("scenario_unreadable", file=given.name, reason="UTF-8") from None
        load(read_scenario(text))
    except LabError as error:
        st.session_state[REFUSED] = error
