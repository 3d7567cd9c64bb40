"""Exercises of the data desk: a task on the world at hand, an answer that is checked, a hint, a worked query."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import background, desk_queries, errors, panels, state
from pages.parts.desk_world import ADDRESS, World, recorded
from pages.parts.page_address import write
from pages.parts.words import Words
from simulation.analysis import exercises, query
from simulation.analysis.exercise_keys import STRATEGY, Case
from simulation.analysis.exercises import EXERCISES, Exercise, Verdict
from simulation.strategies import STRATEGIES

SOLVED, SHOWN = "solved", "shown"
HEAD = 5


def show(world: World, t: Words) -> None:
    """One exercise at a time, and how many of them are solved in this world."""
    found = recorded(world, t)
    if found is None:
        return
    case = background.made(("case", *world.key), partial(Case.of, found.log, world.scenario, world.seed), t)
    if case is None:
        return
    done = _progress(world)
    panels.note(t("exercises.lead", seed=world.seed))
    ADDRESS.one("exercise.which", list(EXERCISES), t("exercises.which"), t)
    first = next(iter(EXERCISES))
    state.remember(_key("which"), first)
    name = st.pills(
        t("exercises.which"), list(EXERCISES), required=True, key=_key("which"),
        format_func=lambda name: _marked(name, done, t), persist_state="session",
    ) or first  # fmt: skip
    solved = sum(mark == SOLVED for mark in done.values())
    st.progress(solved / len(EXERCISES), t("exercises.progress", solved=solved, of=len(EXERCISES)))
    exercise = EXERCISES[name]
    st.markdown(f"##### {t(f'exercises.{name}')}")
    try:
        exercises.answer_key(exercise, case)
    except Exception as error:
        st.info(errors.sentence(error, t), icon=":material/block:")
        return
    _task(exercise, case, t)
    _answer(exercise, case, world, t)
    _solution(exercise, case, done.get(name), t)


def _key(*parts: str) -> str:
    return ".".join((state.DESK, "exercise", *parts))


def _progress(world: World) -> dict[str, str]:
    """Exercise → solved or shown, in this world and session."""
    state.remember(_key("done"), {})
    kept: dict[tuple[str, int], dict[str, str]] = st.session_state[_key("done")]
    return kept.setdefault(world.key, {})


def _marked(name: str, done: dict[str, str], t: Words) -> str:
    icon = {SOLVED: ":material/check_circle: ", SHOWN: ":material/visibility: "}.get(done.get(name, ""), "")
    return f"{icon}{list(EXERCISES).index(name) + 1} {t(f'exercises.{name}')}"


def _task(exercise: Exercise, case: Case, t: Words) -> None:
    label = STRATEGIES[STRATEGY].label[t.language]
    told = {"weeks": case.log.weeks, "last": case.log.weeks - 12, "strategy": label, "start": case.tried.start,
            "window": case.tried.weeks, "watched": case.log.weeks - 8}  # fmt: skip
    st.markdown(t(f"exercises.{exercise.name}_task", **told))
    columns = t.join([f"`{column}`" for column in exercise.columns])
    st.markdown(t("exercises.columns_many" if exercise.many else "exercises.columns_one", columns=columns))
    for table in exercise.tables:
        frame = case.tables[table]
        panels.note(t(f"exercises.table_{table}", rows=len(frame)))
        st.dataframe(frame.head(HEAD).round(3), hide_index=True, alt=t(f"exercises.table_{table}", rows=len(frame)))
    with st.expander(t("exercises.hint"), icon=":material/lightbulb:"):
        st.markdown(t(f"exercises.{exercise.name}_hint"))


def _answer(exercise: Exercise, case: Case, world: World, t: Words) -> None:
    name = exercise.name
    desk_queries.bounds(t)
    ADDRESS.text(f"exercise.sql.{name}", desk_queries.LONGEST_TOLD)
    sql = st.text_area("SQL", key=_key("sql", name), max_chars=query.LONGEST, height=140, persist_state="session",
                       placeholder=f"SELECT … AS {next(iter(exercise.columns))}, …")  # fmt: skip
    # The question at hand alone: eight of them would be more than an address may hold.
    told = sql if len(sql) <= desk_queries.LONGEST_TOLD else ""
    write({f"exercise.sql.{each}": told if each == name else "" for each in EXERCISES})
    with st.container(horizontal=True):
        run = st.button(t("desk.ask"), key=_key("run", name), icon=":material/play_arrow:")
        judge = st.button(t("exercises.check_query"), key=_key("judge", name), type="primary",
                          icon=":material/task_alt:")  # fmt: skip
    given: pd.DataFrame | None = None
    if (run or judge) and sql.strip():
        with errors.told(t), st.spinner(t("exercises.asking")):
            answer = case.base.ask(sql)
            panels.note(t("desk.answer", rows=len(answer)))
            st.dataframe(answer, hide_index=True, alt=t("desk.sql"))
            given = answer if judge else None
    elif run or judge:
        st.info(t("exercises.nothing_asked"), icon=":material/edit:")
    if not exercise.many:
        given = _typed(exercise, t) if given is None else given
    if given is not None:
        with errors.told(t), st.spinner(t("exercises.asking")):
            verdict = exercises.check(exercise, case, given)
            if verdict.right:
                _progress(world).setdefault(name, SOLVED)
            st.session_state[_key("said", name)] = (world.key, verdict)
    kept: tuple[Any, Verdict] | None = st.session_state.get(_key("said", name))
    if kept is not None and kept[0] == world.key:
        (st.success if kept[1].right else st.warning)(sentence(exercise, kept[1], t))
    if not _progress(world).get(name):
        st.button(t("exercises.give_up"), key=_key("give_up", name), icon=":material/visibility:",
                  on_click=_progress(world).__setitem__, args=(name, SHOWN))  # fmt: skip


def _typed(exercise: Exercise, t: Words) -> pd.DataFrame | None:
    """Numbers that were typed in, when they are handed in."""
    name = exercise.name
    with st.form(_key("form", name), border=True):
        panels.note(t("exercises.typed"))
        with st.grid(4, min_column_width=140, gap="small"):
            values = {
                column: st.number_input(
                    t(f"exercises.col_{name}_{column}"), value=None, key=_key("number", name, column),
                    format="%d" if kind == "count" else "%.3f", step=1 if kind == "count" else 0.001,
                )
                for column, kind in exercise.columns.items()
            }  # fmt: skip
        if not st.form_submit_button(t("exercises.check_numbers"), icon=":material/task_alt:"):
            return None
    lacking = [t(f"exercises.col_{name}_{column}") for column, value in values.items() if value is None]
    if lacking:
        st.info(t("exercises.lacking", fields=t.join(lacking)), icon=":material/edit:")
        return None
    return pd.DataFrame({column: [float(value or 0)] for column, value in values.items()})


def sentence(exercise: Exercise, verdict: Verdict, t: Words) -> str:
    """What is said of an answer: right, or what is off, what is right already, and where to look."""
    told = dict(verdict.values)
    if verdict.right or verdict.said.startswith(f"{exercise.name}_slip"):
        return t(f"exercises.{verdict.said}", **told)
    told["by"] = t(f"exercises.by_{told['by']}") if told.get("by") else ""
    told["where"] = t("exercises.where", row=told["row"]) if told.get("row") else ""
    parts = [t(f"exercises.{verdict.said}", **told)]
    if told.get("wrong", 1) > 1:
        parts.append(t("exercises.more_wrong", wrong=told["wrong"], of=told["of"]))
    if told.get("right"):
        parts.append(t("exercises.right_already", columns=told["right"]))
    return t.after(*parts, t(f"exercises.{exercise.name}_look"))


def _solution(exercise: Exercise, case: Case, mark: str | None, t: Words) -> None:
    if mark is None:
        mark = _solved_now(exercise)
    if mark is None:
        return
    st.markdown(f"**{t('exercises.worked')}**")
    st.code(exercise.sql(case), language="sql")
    key = exercises.answer_key(exercise, case)
    st.dataframe(key.round(3), hide_index=True, alt=t("exercises.worked"))
    st.markdown(t(f"exercises.{exercise.name}_lesson", **_lesson(exercise, case, key, t)))


def _solved_now(exercise: Exercise) -> str | None:
    kept = st.session_state.get(_key("said", exercise.name))
    return SOLVED if kept is not None and kept[1].right else None


def _lesson(exercise: Exercise, case: Case, key: pd.DataFrame, t: Words) -> dict[str, str]:
    row: Any = key.iloc[0]
    if exercise.name == "ab_test":
        sure = row["low"] > 0 or row["high"] < 0
        smallest = int(case.tried.trial["arm"].value_counts().min())
        return {"verdict": t("exercises.ab_sure" if sure else "exercises.ab_unsure"), "people": t.number(smallest, 0),
                "needed": t.number(row["needed"], 0)}  # fmt: skip
    if exercise.name == "naive":
        return {"truth": t.number(case.tried.truth, 3, sign=True)}
    if exercise.name == "unmet" and case.found is not None:
        said = "desk.demand_found" if case.found.convincing else "desk.demand_none"
        told = {"segment": int(row["segment"]), "people": int(row["people"]),
                "share": t.percent(row["people"] / len(case.found.people))}  # fmt: skip
        return {"verdict": t(said, **told), "quality": t.number(case.found.quality, 2)}
    return {}
