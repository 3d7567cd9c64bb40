"""Evidence: what the model does, from where every number comes, and what it reproduces."""

from __future__ import annotations

import streamlit as st

from pages.parts import cards, errors, shell

t = shell.enter()
st.markdown(f"#### {t('evidence.question')}")
views = ("facts", "model", "parameters", "sources")
view = st.segmented_control(
    t("evidence.view"), views, format_func=lambda name: t(f"evidence.{name}"), required=True, default=views[0],
    key="evidence.view", label_visibility="collapsed", persist_state="session",
)  # fmt: skip
with errors.told(t):
    if view == "facts":
        st.markdown(t("evidence.facts_note"))
        cards.facts(t)
    elif view == "model":
        st.markdown(t("evidence.model_text"))
        st.markdown(f"##### {t('evidence.week')}")
        st.markdown(cards.schedule(t))
        st.markdown(f"##### {t('evidence.outcomes')}")
        st.dataframe(cards.outcomes(t), hide_index=True, alt=t("evidence.outcomes"))
    elif view == "parameters":
        st.markdown(t("evidence.grades_note"))
        groups = cards.groups(t)
        chosen = st.selectbox(
            t("evidence.group"),
            list(groups),
            format_func=lambda name: groups[name][0],
            key="evidence.group",
            persist_state="session",
        )
        st.dataframe(cards.parameters(groups[chosen][1], t), hide_index=True, alt=groups[chosen][0], height="content")
    else:
        st.markdown(t("evidence.sources_note"))
        st.markdown(cards.sources(t))
