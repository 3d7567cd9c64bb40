"""Biography of the person who is picked: what happened, why, how it felt, what they did."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from pages.parts import charts_life, panels, people_words, state
from pages.parts.charts import Figure
from pages.parts.words import Words
from simulation.analysis import biography
from simulation.analysis.explain import DECISIONS
from simulation.analysis.lives import Lives
from simulation.members import NEEDS

PERSON = f"{state.PEOPLE}.person"
KEPT = 16
"""Lives whose pictures are kept: they stay as they are while the week that is looked at moves."""
FEELINGS = ("satisfaction", "aspiration", "trust", "fatigue", "motivation")


def settle(lives: Lives) -> None:
    """Begin with somebody whose life has a story; a number that this world does not have gives way."""
    if not 0 <= st.session_state.get(PERSON, -1) < len(lives.people):
        st.session_state[PERSON] = biography.telling(lives)


def draw(lives: Lives, t: Words, *, after_purchase: bool) -> None:
    """Who this is and what happened."""
    limits = 0, len(lives.people) - 1
    st.number_input(t("people.person"), *limits, key=PERSON, help=t("people.person_help"), persist_state="session")
    person = int(st.session_state[PERSON])
    panels.say(people_words.lead(lives, person, t))
    ending = people_words.ending(lives, person, t, after_purchase=after_purchase)
    if ending:
        panels.say(ending)
    story = people_words.story(lives, person, t, after_purchase=after_purchase)
    if not story:
        st.info(t("people.no_story"), icon=":material/person_off:")
        return
    with st.container(height=260 if len(story) > 6 else "content", border=False):
        panels.points(story)


def deeper(lives: Lives, week: int, t: Words, *, after_purchase: bool) -> None:
    """The ledger of a decision, and beside it how it felt, which needs were met, what was received and done."""
    person = int(st.session_state[PERSON])
    figures = _courses(lives, person, t)
    if not figures:  # never a member: there is nothing to tell
        return
    left, right = st.columns(2, gap="large")
    with left:
        _ledger(lives, person, week, t, after_purchase=after_purchase)
    with right:
        for figure in figures[:-1]:
            panels.figure(figure)
    panels.figure(figures[-1])


@lru_cache(maxsize=KEPT)
def _courses(lives: Lives, person: int, t: Words) -> tuple[Figure, ...]:
    course = biography.course(lives, person)
    if course["trust"].isna().all():
        return ()
    marks = marked(lives, person, t)
    return (
        charts_life.feelings(course, FEELINGS, marks, t("people.feelings"), t),
        charts_life.feelings(course, NEEDS, marks, t("people.needs"), t),
        charts_life.doings(course, marks, t("people.doings"), t),
    )


def marked(lives: Lives, person: int, t: Words) -> dict[int, str]:
    """Weeks of joining and leaving with a word for each."""
    rows = lives.changes[lives.changes["person"] == person]
    return {
        int(week): t("people.mark_joined" if joined else "people.mark_left")
        for week, joined in zip(rows["week"], rows["joined"], strict=True)
        if week > 0
    }


def _ledger(lives: Lives, person: int, week: int, t: Words, *, after_purchase: bool) -> None:
    st.markdown(f"##### {t('people.ledger')}")
    decision = st.segmented_control(
        t("people.decision"), DECISIONS, format_func=lambda name: t.heading(f"people.decision_{name}"), required=True,
        default=DECISIONS[0], key=f"{state.PEOPLE}.decision", label_visibility="collapsed", persist_state="session",
    ) or DECISIONS[0]  # fmt: skip
    weeks = people_words.weeks_of(lives, person, decision)
    if not weeks:
        panels.note(t("people.no_ledger"))
        return
    left = lives.changes[(lives.changes["person"] == person) & (lives.changes["joined"] == 0)]["week"]
    last = int(left.iloc[-1]) if decision == "leaving" and len(left) else weeks[-1]
    near = min(weeks, key=lambda each: abs(each - week))
    slot = f"{state.PEOPLE}.ledger_week.{person}.{decision}"
    if st.session_state.get(slot) not in weeks:  # another world has other weeks
        st.session_state[slot] = last if decision in {"leaving", "joining"} else near
    at = st.select_slider(t("people.ledger_week"), weeks, key=slot) if len(weeks) > 1 else weeks[0]
    found = _causes(lives, person, decision, int(at), after_purchase, t)
    if found is None:
        panels.note(t("people.no_ledger"))
        return
    panels.figure(found[0])
    panels.note(found[1])
    panels.note(t(f"people.reference_{decision}"))


@lru_cache(maxsize=KEPT)
def _causes(
    lives: Lives, person: int, decision: str, week: int, after_purchase: bool, t: Words
) -> tuple[Figure, str] | None:
    found = people_words.ledger(lives, person, decision, week, after_purchase=after_purchase)
    if found is None or found.terms.empty:
        return None
    title = t("people.ledger_title", person=person, week=week, decision=t(f"people.decision_{decision}"))
    return charts_life.causes(found.terms, decision, title, t), people_words.balance(found, decision, t)
