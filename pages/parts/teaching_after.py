"""After a round: debriefing with intervals, the ranking's switch, the gradebook, the log, and clearing away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from classroom import debriefing, gradebook, interventions, machine, teaching
from classroom import setup as settings
from classroom.access import Teacher
from classroom.coursework import FIRST_ROUND, lesson_of
from classroom.machine import State
from classroom.record import setup_of
from pages.parts import class_lesson, downloads, errors, exports, teaching_list
from pages.parts.class_decision import levers_told
from pages.parts.classroom import board, database
from pages.parts.teaching_new import key
from pages.parts.words import Words, plain
from simulation.outcomes import TOTALS
from simulation.strategies import STRATEGIES


def debrief(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """What the teams' plans came to, how well the class foresaw it, and whether students see the ranking."""
    seen = debriefing.debriefing(database(), teacher, class_id)
    if not seen.standings:
        return
    st.markdown(f"**{t('teach.debrief', stage=stage_of(seen.stage, setup_of(row).rounds, t))}**")
    goal = setup_of(row).goal
    st.dataframe(board(seen.standings, goal, t), hide_index=True, alt=t("classroom.board"))
    outcome = TOTALS[goal].label(t.language)
    st.caption(t("classroom.board_note"))
    if seen.forecasts:
        st.markdown(plain(t("teach.surprise", inside=seen.inside, forecasts=len(seen.forecasts), outcome=outcome)))
    shown = st.toggle(
        t("teach.show_board"), value=bool(row.board), key=key("board", str(class_id), str(bool(row.board)))
    )
    if shown != bool(row.board):
        with errors.told(t):
            teaching.show_board(database(), teacher, class_id, shown)
            st.rerun()


def stage_of(stage: int, total: int, t: Words) -> str:
    """A round, or the final, in words."""
    return t("phases.final") if stage > total else t("teach.round", round=stage)


def unfolding(label: str, name: str, icon: str, t: Words, draw: Callable[[], None]) -> None:
    """Something long that is put together only while it is unfolded: the desk is drawn anew with every step."""

    @st.fragment
    def part() -> None:
        with errors.told(t):
            box = st.expander(label, key=key(name), icon=icon, on_change="rerun")
            if box.open:
                with box:
                    draw()

    part()


def grades(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """Gradebook to look at and to take away."""
    unfolding(t("teach.gradebook"), "gradebook", ":material/grading:", t, lambda: _grades(teacher, class_id, row, t))


def _grades(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    setup = setup_of(row)
    lesson = lesson_of(setup, class_id)
    shown = lesson is not None and machine.revealed(State(row.phase, row.round)) >= FIRST_ROUND
    truth = class_lesson.at_once(lesson) if lesson is not None and shown else None
    book = gradebook.gradebook(database(), teacher, class_id, truth)
    if book.empty:
        st.info(t("teach.nobody"), icon=":material/hourglass_empty:")
        return
    told = book.rename(columns={name: t(f"grades_of_class.{name}") for name in book.columns})
    st.dataframe(told, hide_index=True, alt=t("teach.gradebook"))
    st.caption(
        t("teach.formula" if lesson is None else "teach.formula_lesson", version=gradebook.VERSION, **setup.weights)
    )
    with st.container(horizontal=True):
        st.download_button("CSV", lambda: downloads.csv(told), file_name="gradebook.csv", mime="text/csv",
                           key=key("csv"), on_click="ignore", icon=":material/download:")  # fmt: skip
        st.download_button("XLSX", lambda: exports.workbook({t("teach.gradebook"): told}), key=key("xlsx"),
                           file_name="gradebook.xlsx", on_click="ignore", icon=":material/download:")  # fmt: skip
    marks = [name for name in ("total", *settings.WEIGHTS) if name in book]
    teaching_list.form(book, {name: t(f"grades_of_class.{name}") for name in marks}, t)


def log(teacher: Teacher, class_id: int, t: Words) -> None:
    """Every decision and intervention, the newest first."""
    unfolding(t("teach.log"), "log", ":material/history:", t, lambda: _log(teacher, class_id, t))


def _log(teacher: Teacher, class_id: int, t: Words) -> None:
    lines, places = debriefing.log(database(), teacher, class_id), debriefing.places(database(), class_id)
    if not lines:
        st.info(t("teach.log_empty"), icon=":material/hourglass_empty:")
        return
    table = pd.DataFrame(
        [
            {
                t("teach.seq"): line.seq,
                t("teach.at"): datetime.fromtimestamp(line.at).strftime("%Y-%m-%d %H:%M:%S"),
                t("teach.who"): t(f"teach.who_{line.who}"),
                t("classroom.team_column"): places.get(line.team_id, ""),
                t("teach.round_column"): line.round,
                t("teach.field"): _field(line.field, t),
                t("teach.old"): _value(line.field, line.old, t),
                t("teach.new"): _value(line.field, line.new, t),
                t("teach.reason"): line.reason,
            }
            for line in lines
        ]
    )
    st.dataframe(table, hide_index=True, alt=t("teach.log"))
    st.download_button("CSV", lambda: downloads.csv(table), file_name="log.csv", mime="text/csv",
                       key=key("log_csv"), on_click="ignore", icon=":material/download:")  # fmt: skip


def _field(name: str, t: Words) -> str:
    return STRATEGIES[name].label[t.language] if name in STRATEGIES else t(f"log_fields.{name}")


def _value(field: str, value: str, t: Words) -> str:
    """What a line says, in words where it has them; texts stay as they were written."""
    if field in STRATEGIES and value:
        return levers_told(field, json.loads(value), t)
    if field == interventions.NUDGE and value:
        return t(f"classroom.missing_{value}")
    if field == interventions.GRANT and value:
        given = json.loads(value)
        return t("teach.granted", amount=t.money(given["amount"]), week=given["week"])
    return t(f"phases.{value}") if field == "phase" and value else value


def clear(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """Delete a class for good, after its name has been typed."""
    with st.expander(t("teach.wipe"), icon=":material/delete_forever:"):
        if State(row.phase, row.round).phase not in machine.AFTER:
            st.warning(t("teach.wipe_early"), icon=":material/warning:")
        st.markdown(plain(t("teach.wipe_lead", title=row.title)))
        typed = st.text_input(t("teach.wipe_confirm"), key=key("typed"))
        if st.button(t("teach.wipe_now"), key=key("wipe"), icon=":material/delete_forever:",
                     disabled=(typed or "").strip() != row.title):  # fmt: skip
            with errors.told(t):
                teaching.wipe(database(), teacher, class_id)
                st.session_state.pop(key("typed"), None)
                st.rerun()
