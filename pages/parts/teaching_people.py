"""Who sits in a class: the door with its code, the roster, and moving a student to another team."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import segno
import streamlit as st

from classroom import roster, seats, teaching
from classroom.access import Teacher
from classroom.record import setup_of
from classroom.setup import MOST_TEAMS
from pages.parts import downloads, errors, hosting
from pages.parts.classroom import database
from pages.parts.teaching_new import key
from pages.parts.words import Words, plain
from simulation.errors import LabError

ROOT = key("address")


def door(teacher: Teacher, class_id: int, row: Any, t: Words) -> None:
    """How people get in: code, QR and address, or a roster with a link for everybody."""
    code = teaching.join_code(row)
    with st.expander(t("teach.door", code=code), icon=":material/qr_code:"):
        here = _address(t)
        greeting = setup_of(row).language
        tail = "" if greeting == "visitor" else f"&lang={greeting}"
        picture, words = st.columns([1, 2], vertical_alignment="center")
        drawn = io.BytesIO()
        segno.make(f"{here}?code={code}{tail}", micro=False).save(drawn, kind="png", scale=6, border=3)
        picture.image(drawn.getvalue(), width=220, alt=t("teach.qr"))
        words.markdown(f"## {code}")
        words.markdown(t("teach.address"))
        words.code(here, language=None)
        if hosting.is_local(here):
            words.caption(t("teach.own_machine"))
        _roster(teacher, class_id, f"{here}?seat={{}}{tail}", t)


def _address(t: Words) -> str:
    """Address of the students' page: where this page is, as other machines can open it, unless typed here."""
    found = hosting.for_students(hosting.own(st.context.url or ""))
    typed = st.text_input(
        t("teach.host"), key=ROOT, placeholder=found, help=t("teach.host_help"), max_chars=hosting.LONGEST,
        persist_state="session",
    )  # fmt: skip
    if (typed or "").strip():
        try:
            found = hosting.checked(typed or "")
        except LabError as error:
            st.error(errors.sentence(error, t), icon=":material/error:")
    return f"{found}/classroom"


def _roster(teacher: Teacher, class_id: int, link: str, t: Words) -> None:
    st.caption(t("teach.roster_rules"))
    pasted = st.text_area(t("teach.roster"), key=key("roster"), placeholder=t("teach.roster_example"))
    given = st.file_uploader(t("teach.roster_file"), type=["csv", "txt", "tsv"], key=key("roster_file"))
    with st.container(horizontal=True):
        nothing = given is None and not (pasted or "").strip()
        if st.button(t("teach.enrol"), key=key("enrol"), icon=":material/group_add:", disabled=nothing):
            with errors.told(t):
                text = roster.text_of(given.getvalue()) if given is not None else pasted or ""
                done = roster.enrol(database(), teacher, class_id, text)
                st.session_state[key("links", str(class_id))] = done.tickets
                told = {"made": len(done.tickets), "moved": done.moved, "kept": done.kept, "repeated": done.repeated}
                st.success(t("teach.enrolled", **told), icon=":material/group_add:")
        if st.button(t("teach.new_links"), key=key("renew"), icon=":material/link:", help=t("teach.new_links_help")):
            with errors.told(t):
                st.session_state[key("links", str(class_id))] = seats.renewed(database(), teacher, class_id)
    _links(class_id, link, t)


def _links(class_id: int, link: str, t: Words) -> None:
    tickets = st.session_state.get(key("links", str(class_id)))
    if not tickets:
        return
    table = pd.DataFrame([{**ticket._asdict(), "link": link.format(ticket.token)} for ticket in tickets])
    st.success(t("teach.links_made", count=len(tickets)), icon=":material/link:")
    st.download_button(t("teach.links"), downloads.csv(table.drop(columns="token")), file_name="links.csv",
                       mime="text/csv", key=key("links_file"), on_click="ignore")  # fmt: skip


def people(teacher: Teacher, class_id: int, t: Words) -> None:
    """One student: to another team, or a new link where the old one was lost."""
    sitting = {one.id: one for one in seats.sitting(database(), teacher, class_id)}
    if not sitting:
        return
    with st.expander(t("teach.people"), icon=":material/swap_horiz:"):

        def called(number: int) -> str:
            one = sitting[number]
            known = f"{one.nickname} · {one.student_number}" if one.student_number else one.nickname
            return t("teach.person", name=known, team=t("classroom.team", team=one.place))

        if st.session_state.get(key("person")) not in sitting:
            st.session_state.pop(key("person"), None)
        left, right = st.columns([3, 1])
        chosen = left.selectbox(t("teach.student"), list(sitting), format_func=called, key=key("person"))
        place = right.number_input(t("teach.to_team"), 1, MOST_TEAMS, sitting[chosen].place)
        with st.container(horizontal=True):
            if st.button(t("teach.move"), key=key("move"), icon=":material/swap_horiz:",
                         disabled=place == sitting[chosen].place):  # fmt: skip
                with errors.told(t):
                    seats.move(database(), teacher, class_id, chosen, int(place))
                    st.rerun()
            if st.button(t("teach.new_link"), key=key("new_link"), icon=":material/link:"):
                with errors.told(t):
                    (ticket,) = seats.renewed(database(), teacher, class_id, chosen)
                    greeting = f"{hosting.for_students(hosting.own(st.context.url or ''))}/classroom"
                    st.success(plain(t("teach.new_link_made", name=ticket.nickname)), icon=":material/link:")
                    st.code(f"{greeting}?seat={ticket.token}", language=None)
        st.caption(t("teach.move_note"))
