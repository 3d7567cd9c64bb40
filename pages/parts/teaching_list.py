"""The school's own list of marks, filled in by student number and given back."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from classroom import school_list
from pages.parts import errors
from pages.parts.teaching_new import key
from pages.parts.words import Words, plain

MOST_NAMED = 20
"""Student numbers that are listed one by one."""


def form(book: pd.DataFrame, marks: Mapping[str, str], t: Words) -> None:
    """Take the school's list, let the instructor say what goes where, and give it back filled in.

    Args:
        book: Gradebook, a row a student.
        marks: Columns of the gradebook that can be written into the list, with their names for people.
        t: Reader's words.
    """
    st.markdown(f"**{t('school_list.title')}**")
    st.caption(t("school_list.lead"))
    given = st.file_uploader(t("school_list.file"), type=["xlsx", "csv", "txt"], key=key("school_list"))
    if given is None:
        return
    with errors.told(t):
        read = school_list.read(given.getvalue())
        columns = {
            place: heading or t("school_list.column", number=place + 1)
            for place, heading in enumerate(read.headings)
            if place != read.numbers
        }
        if not columns:
            st.info(t("school_list.no_column"), icon=":material/view_column:")
            return
        left, right = st.columns(2)
        names = list(marks)
        what = left.selectbox(
            t("school_list.what"), names, names.index("total"), format_func=marks.__getitem__, key=key("school_what")
        )
        places = list(columns)
        first = places.index(read.marks) if read.marks in columns else len(places) - 1
        into = right.selectbox(t("school_list.into"), places, first, format_func=columns.__getitem__)
        done = school_list.fill(read, into, dict(zip(book["student_number"], book[what].astype(float), strict=True)))
        said = {"done": done.done, "strange": done.strange, "heading": read.headings[read.numbers]}
        st.markdown(plain(t("school_list.done", **said)))
        if done.absent:
            some = t.join(list(done.absent[:MOST_NAMED])) + ("…" if len(done.absent) > MOST_NAMED else "")
            st.warning(
                plain(t("school_list.absent", count=len(done.absent), numbers=some)), icon=":material/person_off:"
            )
        nameless = int((book["student_number"] == "").sum())
        if nameless:
            st.caption(t("school_list.nameless", count=nameless))
        st.download_button(
            t("school_list.take"), done.data, file_name=given.name, key=key("school_take"), on_click="ignore",
            icon=":material/download:", disabled=not done.done,
        )  # fmt: skip
