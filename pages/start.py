"""Start: a living picture of twin worlds, and the doors to learning, teaching and planning."""

from __future__ import annotations

import streamlit as st

from pages.parts import errors, jobs, library, panels, picture, shell, verdicts
from pages.parts.words import plain

t = shell.enter()


@st.cache_data(show_spinner=False)
def drawing(a: str, b: str) -> str:
    """The picture with the plans' names."""
    return picture.svg(picture.first_twins(), (a, b))


first, neutral = library.first_scenario().plan, library.plans()[library.NEUTRAL]
names = library.names((first, neutral), t)
st.markdown(f"#### {t('start.question')}")
left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
with left, errors.told(t):
    st.image(
        drawing(names[first.name], names[neutral.name]), width="stretch",
        alt=picture.told(picture.first_twins(), (names[first.name], names[neutral.name]), t),
    )  # fmt: skip
    st.caption(t("start.picture_note", people=picture.PEOPLE, weeks=picture.WEEKS))
with right:
    st.markdown(t("start.lead"))
    with errors.told(t):
        ready = jobs.gather("start", {"first": jobs.first_experiment()}, t)
        if ready is not None:
            results = ready["first"]
            compared = panels.pairs(results, first.name, neutral.name)
            answer = verdicts.sentence(compared, names[first.name], names[neutral.name], t)
            st.success(plain(answer), icon=":material/compare_arrows:")
            st.caption(t("start.verdict_note", worlds=len(results.seeds), weeks=results.provenance["horizon"]))

with st.grid(3, min_column_width=240):
    for door, icon, page in (
        ("learn", ":material/school:", "lessons"),
        ("teach", ":material/co_present:", "teach"),
        ("plan", ":material/tune:", "studio"),
    ):
        with st.container(border=True, height="stretch"):
            st.markdown(f"##### {icon} {t(f'start.{door}')}")
            st.markdown(t(f"start.{door}_text"))
            goes = [(f"start.{door}_go", page, {"lang": t.language})]
            if door == "teach":
                goes.append(("start.teach_guides", "lessons", {"lang": t.language, "view": "guide"}))
            for label, target, link in goes:
                st.page_link(f"pages/{target}.py", query_params=link, label=t(label), icon=":material/arrow_forward:")
