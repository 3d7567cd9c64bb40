"""What a stress test leaves to take away: a report that a boss can read, the runs, a bundle that does it again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from pages.parts import (
    downloads,
    exports,
    library,
    panels,
    stress_fail,
    stress_grounds,
    stress_robust,
    stress_rules,
    stress_runs,
    stress_shocks,
    stress_targets,
    stress_words,
    taking,
)
from pages.parts.exports import Report
from pages.parts.stress import Asked, factor_name, key
from pages.parts.stress_bundle import COMMAND, FILE, bundle
from pages.parts.words import Words
from simulation import ENGINE_VERSION
from simulation.analysis.futures import Futures
from simulation.analysis.stress_findings import Question, acting, fails, rules
from simulation.errors import LabError
from simulation.experiment import libraries
from simulation.outcomes import TOTALS
from simulation.results import Results
from simulation.strategies.base import Strategy
from simulation.sweep_jobs import SWEEPS


def show(asked: Asked, t: Words) -> None:
    """What the report says in short, and the buttons that make and give it."""
    ready = stress_targets.ready(asked, t)
    if ready is None:
        return
    nominal, targets = ready
    question = stress_fail.choose(asked, targets, t)

    def short(so_far: Futures, complete: bool) -> None:
        told = stress_words.findings(so_far, nominal, asked.outcome, targets)
        panels.say(stress_words.answer(asked, told, t))
        panels.note(t("stress.report_note") if complete else t("stress.so_far", done=len(so_far), asked=so_far.asked))

    stress_runs.show(asked, t, short)
    found = stress_runs.settled(asked)
    if found is None:
        return
    make = partial(report, asked, found, nominal, question, t)
    with st.container(horizontal=True):
        _button("report", "stress.html", "text/html", make, ":material/description:", t)
        folder = SWEEPS.folder(asked.sweep.fingerprint)
        packed = partial(bundle, asked, folder, found, nominal, question)
        _button("bundle", FILE, "application/zip", packed, ":material/folder_zip:", t)
        runs = found.runs.merge(found.places, left_on="future", right_index=True)
        _button("runs", "futures.csv", "text/csv", partial(downloads.csv, runs), ":material/download:", t)
    panels.note(t("stress.compute_again"))
    st.code(COMMAND, language=None)  # two hyphens in a sentence would be shown as a dash
    st.dataframe(assumptions(asked, t), hide_index=True, alt=t("stress.assumptions"))


def _button(name: str, file: str, mime: str, make: Callable[[], bytes], icon: str, t: Words) -> None:
    st.download_button(
        t(f"stress.take_{name}"), make, file_name=file, mime=mime, key=key(f"take.{name}"), on_click="ignore", icon=icon
    )


def assumptions(asked: Asked, t: Words) -> pd.DataFrame:
    """Everything that was uncertain: range, value as things stand, grade and source."""
    rows = [
        {
            t("evidence.parameter"): factor_name(factor, t),
            t("evidence.range_tried"): stress_rules.span(factor, t),
            t("stress.now"): stress_grounds.now(asked, factor, t),
            t("evidence.grade"): stress_grounds.grade(asked, factor, t),
            t("evidence.source"): stress_grounds.source(asked, factor, t),
            t("evidence.path"): factor.path,
        }
        for factor in asked.uncertainties
    ]
    return pd.DataFrame(rows)


def plans(asked: Asked, t: Words) -> pd.DataFrame:
    """What every plan does: its strategies with their levers, and what it may spend."""
    rows = []
    for name, plan in asked.plans.items():
        does = [strategy_told(strategy, t) for strategy in plan.strategies.values()] or [t("stress.plan_nothing")]
        rows += [
            {t("charts.plan"): asked.name(name) if first else "", t("stress.plan_does"): strategy}
            for first, strategy in ((place == 0, said) for place, said in enumerate(does))
        ]
    return pd.DataFrame(rows)


def strategy_told(strategy: Strategy, t: Words) -> str:
    """A strategy with the levers that it is used with."""
    levers = [
        t("stress.lever" if each.unit else "stress.lever_bare", label=each.label(t.language),
          value=t.bare(getattr(strategy, each.name)), unit=t.unit(each.unit))
        for each in strategy.declared() if each.role == "lever"
    ]  # fmt: skip
    label = strategy.label[t.language]
    return t("stress.strategy", label=label, levers=t.join(levers)) if levers else label


def failure(asked: Asked, question: Question, t: Words) -> str:
    """What counts as a failure."""
    if not question.behind:
        return t("stress.failure_told", what=t("stress.misses_targets"))
    outcome = TOTALS[question.outcome].label(t.language)
    return t("stress.failure_told", what=t("stress.behind", plan=asked.name(question.behind), outcome=outcome))


def report(asked: Asked, found: Futures, nominal: Results, question: Question, t: Words) -> bytes:
    """The report as one HTML file: which plan, on what evidence, where it fails, on which assumptions, made by what."""
    targets = question.targets
    told = stress_words.findings(found, nominal, asked.outcome, targets)
    names = {name: asked.name(name) for name in asked.plans}
    notes = [
        stress_words.regretted(asked, told, t),
        stress_words.priced(asked, told, t),
        t("stress.targets_told", targets=stress_targets.told(targets, t)),
    ]
    tables = {t("stress.plans"): plans(asked, t), t("stress.table"): stress_words.table(asked, told, t)}
    figures = stress_robust.pictures(asked, told, t)
    failing = fails(found, question)
    where = [t("stress.fails_so_far", plan=asked.name(question.plan), fails=int(failing.sum()), futures=len(found)),
             failure(asked, question, t)]  # fmt: skip
    try:
        places = acting(found, question, asked.plans)
        known = rules(places, failing)
    except LabError as error:
        where.append(t(f"errors.{error.key}", **error.values))
    else:
        where.append(stress_rules.answer(asked, question.plan, known.box, t))
        where += stress_rules.branches(asked, question.plan, known.tree, t)
        if known.box.box.ends:
            tables[t("stress.rule_table")] = stress_rules.table(asked, known.box, t)
            figures.append(stress_rules.picture(asked, places, failing, known.box, t))
    sections = {t("stress.section_fail"): where, t("stress.bounds"): stress_words.caveats(asked, found, told, t)}
    tables[t("stress.as_it_stands", worlds=len(nominal.seeds))] = taking.levels(nominal, names, t)
    shocks = asked.scenario.shocks
    appendix = {t("stress.shock_table"): stress_shocks.table(shocks, t)} if shocks else {}
    appendix[t("stress.assumptions")] = assumptions(asked, t)
    return exports.report(
        Report(
            title=t("stress.report_title", scenario=library.title(asked.scenario, t)),
            subtitle=t("stress.report_subtitle", plans=t.join(list(names.values())), weeks=asked.scenario.horizon,
                       people=f"{asked.scenario.population.size:,}", futures=len(found), asked=found.asked,
                       worlds=found.worlds, shocks=stress_shocks.told(shocks, t) or t("stress.no_shock")),
            answer=stress_words.answer(asked, told, t), notes=notes, tables=tables, figures=figures,
            settings=asked.sweep.recipe, provenance=provenance(asked, t),
            pictured=t("stress.pictures"), setting_note=f"{t('stress.compute_again')} {COMMAND}",
            assumed=t("stress.assumed"), sections=sections, appendix=appendix,
        ),
        t,
    )  # fmt: skip


def provenance(asked: Asked, t: Words) -> str:
    """Seeds, versions and fingerprint."""
    seeds = asked.sweep.seeds
    versions = t.join([f"{name} {version}" for name, version in libraries().items()])
    return t("stress.provenance", engine=ENGINE_VERSION, fingerprint=asked.sweep.fingerprint, first=min(seeds),
             last=max(seeds), kind=t(f"stress.kind_{asked.kind}"), draw=asked.draw, versions=versions)  # fmt: skip
