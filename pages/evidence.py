"""Evidence: what the model does, from where every number comes, and what it reproduces."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import (
    cards,
    errors,
    evidence_facts,
    evidence_parameters,
    evidence_published,
    evidence_sensitivity,
    evidence_systems,
    evidence_validation,
    evidence_wrong,
    shell,
)
from pages.parts.words import Words


def facts(t: Words) -> None:
    """What is known about real communities, beside the model of today."""
    st.markdown(t("evidence.facts_note"))
    evidence_facts.show(t)
    evidence_validation.show_dilemmas(t)


def model(t: Words) -> None:
    """The model in words, its week and its outcomes."""
    st.markdown(t("evidence.model_text"))
    st.markdown(f"##### {t('evidence.week')}")
    st.markdown(cards.schedule(t))
    st.markdown(f"##### {t('evidence.outcomes')}")
    st.dataframe(cards.outcomes(t), hide_index=True, alt=t("evidence.outcomes"))


def sources(t: Words) -> None:
    """Everything the numbers rest on."""
    st.markdown(t("evidence.sources_note"))
    st.markdown(cards.sources(t))


SECTIONS: dict[str, Callable[[Words], None]] = {
    "facts": facts,
    "published": evidence_published.show,
    "claims": evidence_validation.show_claims,
    "wrong": evidence_wrong.show,
    "model": model,
    "parameters": evidence_parameters.show,
    "systems": evidence_systems.show,
    "sensitivity": evidence_sensitivity.show,
    "sources": sources,
}

t = shell.enter()
st.markdown(f"#### {t('evidence.question')}")
view = st.segmented_control(
    t("evidence.view"), list(SECTIONS), format_func=lambda name: t(f"evidence.{name}"), required=True, default="facts",
    key="evidence.view", label_visibility="collapsed", persist_state="session",
)  # fmt: skip
with errors.told(t):
    SECTIONS[view](t)
