"""Same-luck duel: two to six plans on the same people with the same luck, and the difference with its interval."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts import disputes, duel_who, duel_why, duelling, errors, jobs, measures, panels, shell, taking, verdicts
from simulation.experiment import Experiment
from simulation.results import Results

t = shell.enter()
st.markdown(f"#### {t('duel.question')}")
with errors.told(t):
    scenario, plans, worlds = duelling.choose(t)
    t.currency = scenario.economy.currency
    if len(plans) < 2:
        st.info(t("duel.choose_two"), icon=":material/compare_arrows:")
        st.stop()
    names = duelling.names(plans, t)
    a, b = duelling.corners(names, t)

    def draw(results: Results, complete: bool) -> None:
        """Curves of all plans, then the difference between the two in the ring."""
        compared = panels.pairs(results, a, b)
        panels.say(verdicts.sentence(compared, names[a], names[b], t))
        duelling.round_of(results, a, b, duelling.outcome(t), names, t)
        st.markdown(f"**{t('duel.every')}**")
        panels.points([verdicts.each(pair, name, names[a], names[b], t) for name, pair in compared.items()])
        panels.note(verdicts.enough(compared, t))
        with st.expander(t("duel.numbers"), icon=":material/table:"):
            panels.table(verdicts.table(compared, t), t("duel.table"))
            panels.table(taking.levels(results, names, t), t("duel.numbers"))
        if complete:
            measures.draw(results, names, t, "duel")
            answer = verdicts.sentence(compared, names[a], names[b], t)
            ground = scenario.with_plan(next(plan for plan in plans if plan.name == a))
            drawn = partial(duelling.pictures, results, a, b, names, t)
            taking.draw(results, names, compared, answer, ground, drawn, t, "duel")
            panels.provenance(results, t)

    jobs.show("duel", Experiment.of(scenario, plans, seeds=worlds), t, draw)
    duel_why.show(scenario, a, b, plans, names, worlds, t)
    duel_who.show(scenario, a, b, plans, names, worlds, t)
    disputes.show("duel", scenario, a, b, plans, names, t)
