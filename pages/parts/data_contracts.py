"""Contracts in an order log: what renewals show, or the reason why payments are no contract."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts import charts_data, data_desk, errors, panels
from pages.parts.words import Words
from simulation.analysis import contracts
from simulation.analysis.orderlog_report import OrderLog
from simulation.errors import LabError


def show(log: OrderLog, margin: float, t: Words) -> None:
    """Whether payments follow a contract, how many renew, and what its customers are worth."""
    st.markdown(f"##### {t('data.contracts')}")
    try:
        # The worth is proportional to the margin, so that moving it computes nothing anew.
        found = data_desk.made("contracts", partial(contracts.contracts, log.orders, 1.0), t)
    except LabError as error:
        st.info(errors.sentence(error, t), icon=":material/event_busy:")
        return
    if found is None:
        return
    low, mean, high = (t.money(value * margin) for value in (found.low, found.mean, found.high))
    panels.say(t("data.contracts_answer", term=t(f"data.term_{found.term}"), mean=mean, low=low, high=high))
    panels.figure(charts_data.renewals(found, t))
    errors_of = found.fitted.standard_errors or {}
    told = t("data.contracts_fit", alpha=f"{found.fitted.alpha:.3g}", beta=f"{found.fitted.beta:.3g}",
             alpha_error=f"{errors_of['alpha']:.1g}", beta_error=f"{errors_of['beta']:.1g}",
             payments=t.number(found.payments, 1))  # fmt: skip
    panels.points(
        [t("data.contracts_counts", share=t.percent(found.regular), customers=t.number(found.customers, 0),
           ended=t.number(found.ended, 0), grace=f"{contracts.GRACE:g}", term=t(f"data.term_{found.term}")),
         told, t("data.contracts_instead")]
    )  # fmt: skip
