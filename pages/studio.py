"""Studio: choose a community and a plan, move the levers, see at once what it does to people and money."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts import (
    controls,
    disputes,
    errors,
    ghosts,
    holdout,
    jobs,
    library,
    living,
    looks,
    measures,
    panels,
    settings,
    shell,
    taking,
    verdicts,
    weekly,
)
from simulation.experiment import Experiment
from simulation.results import Results

t = shell.enter()
scenario = settings.settle()
t.currency = scenario.economy.currency
reference = library.reference(scenario)
plans = (scenario.plan,) if scenario.plan.name == reference.name else (scenario.plan, reference)
names = library.names(plans, t)
mine, other = names[scenario.plan.name], names[reference.name]


def draw(results: Results, complete: bool) -> None:
    """Answer, curves and numbers of the worlds that are ready."""
    own, several = scenario.plan.name, len(results.plans) > 1
    views, last = weekly.choose(t), ghosts.choose(scenario, t) if complete else None
    week = weekly.scrubber(scenario.horizon, t)
    shown = weekly.Shown(results, scenario, tuple(names.items()), weekly.events(scenario, t), *(last or ()))
    weekly.draw(shown, views[0], week, t)
    compared = panels.pairs(results, own, reference.name) if several else {}
    if compared:
        panels.say(verdicts.sentence(compared, mine, other, t))
    if last is not None:
        ghosts.tell(last, results, scenario, t)
    if week < scenario.horizon:
        panels.note(t("studio.at_week", week=week))
        there = weekly.pairs(results, own, reference.name, week) if several else {}
        panels.tiles(weekly.levels(results, own, week), there, t, weekly.outcomes(week))
    else:
        panels.tiles({name: panels.levels(results)[own, name] for name in verdicts.TOGETHER}, compared, t)
    if compared:
        panels.note(t.after(t("studio.tiles_note", a=mine, b=other), verdicts.enough(compared, t)))
    else:
        panels.note(t("studio.tiles_alone", worlds=len(results.seeds)))
    for view in views[1:]:
        weekly.draw(shown, view, week, t)
    panels.costs(results, own, t)
    if complete:
        holdout.show(results, scenario, reference.name, t)
        measures.draw(results, names, t, "studio")
        answer = verdicts.sentence(compared, mine, other, t) if compared else t("report.alone", plan=mine)
        drawn = partial(weekly.pictures, shown, views, t)
        taking.draw(results, names, compared, answer, scenario, drawn, t, "studio")
        panels.provenance(results, t)


looks.wear_studio()
looks.place(looks.RESULTS)
st.markdown(f"#### {t('studio.question')}")
experiment = None
picture, board = st.columns([7, 4], gap="large")
with picture, errors.told(t):
    where = library.title(scenario, t)
    panels.note(t("studio.shown", scenario=where, plan=mine, weeks=scenario.horizon, worlds=scenario.seeds.count))
    looks.jump("studio.jump", looks.BOARD, t)
    library.tell(scenario, t)
    with errors.told(t):
        living.draw(scenario, weekly.events(scenario, t), t)
    experiment = Experiment.of(scenario, plans)
    jobs.show("studio", experiment, t, draw)
    if len(plans) > 1:
        disputes.show("studio", scenario, scenario.plan.name, reference.name, plans, names, t)
with board, st.container(key=looks.BOARD):
    looks.place(looks.BOARD)
    controls.draw(t, jobs.finished(experiment))
