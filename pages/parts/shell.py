"""Frame of every page: navigation, language, heading, and the way in from a deep link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.parts import errors, state
from pages.parts.words import LANGUAGES, Words

PAGES = {
    "learn": (("start", ":material/home:"), ("lessons", ":material/school:"), ("desk", ":material/database:")),
    "plan": (
        ("studio", ":material/tune:"),
        ("duel", ":material/compare_arrows:"),
        ("people", ":material/diversity_3:"),
        ("stress", ":material/thunderstorm:"),
        ("data", ":material/upload_file:"),
    ),
    "class": (("classroom", ":material/groups:"), ("teach", ":material/co_present:")),
    "about": (("evidence", ":material/fact_check:"),),
}
"""Groups of the navigation, and in each the page files with their icons."""


def navigation(t: Words) -> st.Page:
    """Tell Streamlit the name of the lab and its pages, in the reader's language; the first one is the home page."""
    st.set_page_config(page_title=t("app.name"), page_icon="🌱", layout="wide", menu_items={"about": t("app.about")})
    return st.navigation(
        {
            t(f"nav.{group}"): [
                st.Page(
                    f"pages/{name}.py",
                    title=t(f"{name}.title"),
                    icon=icon,
                    url_path=name,
                    default=name == "start",
                    help=t(f"{name}.help"),
                )
                for name, icon in pages
            ]
            for group, pages in PAGES.items()
        }
    )


@contextmanager
def frame(t: Words) -> Iterator[None]:
    """What surrounds a page while it runs: it is inside the application, and errors become sentences."""
    st.session_state[state.INSIDE] = True
    try:
        with errors.told(t):
            yield
    finally:
        st.session_state.pop(state.INSIDE, None)


def enter() -> Words:
    """Words of the session; every page begins with this call.

    On a fresh server Streamlit takes the folder ``pages/`` for the whole application and runs a deep link without
    ``app.py``. Naming the pages once ends that for the whole server; the second pass then goes through ``app.py``.
    """
    t = Words(state.settle_language())
    if state.INSIDE not in st.session_state:
        navigation(t)
        st.rerun()
    return t


def heading(title: str, t: Words) -> None:
    """Title of the page with the language switch beside it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(title, width="content", anchor=False)
        st.segmented_control(
            t("app.language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            required=True,
            key=state.LANGUAGE,
            on_change=state.language_was_chosen,
            label_visibility="collapsed",
            persist_state="session",
        )
