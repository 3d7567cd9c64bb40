"""What drives the result: each uncertainty at its ends, Morris screening, Sobol indices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import charts_drivers, charts_studies, panels, state, stress_grounds, stress_settings, stress_studies
from pages.parts.stress import Asked, factor_name, key
from pages.parts.words import Words
from simulation.analysis import drivers
from simulation.analysis.drivers import Indices, Target
from simulation.factors import Factor
from simulation.jobs_studies import STUDIES
from simulation.outcomes import TOTALS
from simulation.scenario import Plan
from simulation.sweep_points import Points, Values

METHODS = ("tornado", "morris", "sobol")
WORLDS = (2, 5, 10, 20)
TRAJECTORIES = (2, 4, 6, 10)
DRAWN = 15
SLOT = key("drivers")


def show(asked: Asked, t: Words) -> None:
    """Choose the result and the way to look at it; the answer, its picture and all numbers."""
    stress_settings.one("drivers.method", METHODS, t("drivers.method"), t)
    stress_settings.one("drivers.worlds", WORLDS, t("studies.worlds"), t)
    stress_settings.one("drivers.trajectories", TRAJECTORIES, t("drivers.trajectories"), t)
    left, right = st.columns(2)
    target = _target(asked, left, t)
    state.remember(f"{SLOT}.method", METHODS[0])
    method = right.segmented_control(
        t("drivers.method"), METHODS, format_func=lambda name: t(f"drivers.{name}"), required=True,
        key=f"{SLOT}.method", persist_state="session", wrap=True,
    )  # fmt: skip
    panels.note(t(f"drivers.{method}_note"))
    {"tornado": _tornado, "morris": _morris, "sobol": _sobol}[method or METHODS[0]](asked, target, t)


def _target(asked: Asked, place: DeltaGenerator, t: Words) -> Target:
    plans = list(asked.plans)
    pairs: dict[str, tuple[str, str | None]] = {f"{a}|{b}": (a, b) for a, b in combinations(plans, 2)}
    pairs |= {plan: (plan, None) for plan in plans}
    stress_settings.one("drivers.target", list(pairs), t("drivers.target"), t)
    state.remember(f"{SLOT}.target", next(iter(pairs)))
    if st.session_state[f"{SLOT}.target"] not in pairs:
        st.session_state[f"{SLOT}.target"] = next(iter(pairs))
    chosen = place.selectbox(
        t("drivers.target"), list(pairs), key=f"{SLOT}.target", help=t("drivers.target_help"), persist_state="session",
        format_func=lambda name: _called(asked, *pairs[name], t),
    )  # fmt: skip
    return Target(asked.outcome, *pairs[chosen])


def _called(asked: Asked, a: str, b: str | None, t: Words) -> str:
    return asked.name(a) if b is None else t("charts.minus", a=asked.name(a), b=asked.name(b))


def _plans(asked: Asked, target: Target) -> tuple[Plan, ...]:
    return tuple(asked.plans[name] for name in (target.a, target.b) if name is not None)


def _points(asked: Asked, target: Target, values: tuple[Values, ...], worlds: int) -> Points:
    first = asked.scenario.seeds.first
    return Points(asked.scenario, _plans(asked, target), values, tuple(range(first, first + worlds)))


def _tornado_points(asked: Asked, target: Target) -> Points:
    worlds = int(st.session_state.get(f"{SLOT}.worlds", 10))
    return _points(asked, target, drivers.one_at_a_time(asked.uncertainties), worlds)


def _tornado(asked: Asked, target: Target, t: Words) -> None:
    state.remember(f"{SLOT}.worlds", 10)
    st.selectbox(t("studies.worlds"), WORLDS, key=f"{SLOT}.worlds", persist_state="session", width=220)
    factors = {factor.path: factor for factor in asked.uncertainties}

    def draw(frame: pd.DataFrame, complete: bool) -> None:
        table = drivers.tornado(frame, asked.uncertainties, target)
        if table.empty:
            return
        _so_far(len(table), len(factors), complete, t)
        panels.say(tornado_sentence(table, factors, asked, target, t))
        rows = [
            {"name": factor_name(factors[row["path"]], t), "end": end, "at": t.bare(row[f"{end}_value"]),
             "mean": row[side], "low": row[f"{side}_low"], "high": row[f"{side}_high"]}
            for row in table.head(DRAWN).to_dict("records") for end, side in (("low", "below"), ("high", "above"))
        ]  # fmt: skip
        outcome, called = TOTALS[target.outcome], _called(asked, target.a, target.b, t)
        title = t("drivers.tornado_title", outcome=outcome.label(t.language), of=called)
        panels.figure(charts_drivers.tornado(pd.DataFrame(rows), outcome, title, t))
        st.dataframe(pd.DataFrame([_told(row, factors, asked, target, t) for row in table.to_dict("records")]),
                     hide_index=True, alt=title)  # fmt: skip

    stress_studies.points(f"{SLOT}.tornado", asked, _tornado_points(asked, target),
                          t("drivers.tornado_offer", count=len(factors)), t, draw)  # fmt: skip


def tornado_sentence(table: pd.DataFrame, factors: dict[str, Factor], asked: Asked, target: Target, t: Words) -> str:
    """What moves the result most, how far, and how many move it for certain."""
    outcome, rows = TOTALS[target.outcome], table.to_dict("records")
    certain = [row for row in rows if drivers.sure(row)]
    values = {"outcome": outcome.label(t.language), "of": _called(asked, target.a, target.b, t), "count": len(rows)}
    if not certain:
        return t("drivers.tornado_none", **values)
    first = certain[0]
    ends = {
        side: f"{t.change(outcome, first[side])} "
        + t.interval(outcome, first[f"{side}_low"], first[f"{side}_high"], change=True)
        for side in ("below", "above")
    }
    return t(
        "drivers.tornado_answer", name=factor_name(factors[first["path"]], t), sure=len(certain),
        low=t.bare(first["low_value"]), high=t.bare(first["high_value"]), **ends, **values,
    )  # fmt: skip


def _told(row: dict, factors: dict[str, Factor], asked: Asked, target: Target, t: Words) -> dict[str, str]:
    outcome, factor = TOTALS[target.outcome], factors[row["path"]]

    def cell(side: str) -> str:
        interval = t.interval(outcome, row[f"{side}_low"], row[f"{side}_high"], change=True)
        return f"{t.change(outcome, row[side])} {interval}"

    return {
        t("drivers.uncertainty"): factor_name(factor, t),
        t("drivers.range"): f"{t.bare(factor.low)}–{t.bare(factor.high)}",
        t("drivers.low_end"): cell("below"), t("drivers.high_end"): cell("above"), t("drivers.swing"): cell("swing"),
        t("evidence.grade"): stress_grounds.grade(asked, factor, t),
    }  # fmt: skip


def _morris(asked: Asked, target: Target, t: Words) -> None:
    state.remember(f"{SLOT}.trajectories", 6)
    count = int(st.selectbox(t("drivers.trajectories"), TRAJECTORIES, key=f"{SLOT}.trajectories",
                             persist_state="session", width=220))  # fmt: skip
    factors = {factor.path: factor for factor in asked.uncertainties}
    if len(factors) < 2:
        st.info(t("drivers.too_few"), icon=":material/info:")
        return

    def draw(frame: pd.DataFrame, complete: bool) -> None:
        table = drivers.morris(frame, asked.uncertainties, count, target)
        if table is None:
            _nothing(complete, t)
            return
        outcome = TOTALS[target.outcome]
        scale = t.scale(outcome)
        names = [factor_name(factors[path], t) for path in table["path"]]
        size = f"{t.change(outcome, table['mu_star'][0])}".lstrip("+\u2060")
        panels.say(t("drivers.morris_answer", name=names[0], size=size, outcome=outcome.label(t.language),
                     of=_called(asked, target.a, target.b, t)))  # fmt: skip
        shown = pd.DataFrame({"name": names, "role": t("roles.uncertainty"), "mean": table["mu_star"] * scale})
        shown = shown.assign(low=table["low"] * scale, high=table["high"] * scale)
        title = t("drivers.morris_title", outcome=outcome.label(t.language), unit=t.unit_of(outcome))
        panels.figure(charts_studies.ranked(shown.head(DRAWN), title, t))
        told = {
            t("drivers.uncertainty"): names,
            "μ*": [f"{t.number(m * scale)} [{t.number(low * scale)}, {t.number(high * scale)}]"
                   for m, low, high in table[["mu_star", "low", "high"]].itertuples(index=False)],
            "μ": [t.number(value * scale, sign=True) for value in table["mu"]],
            "σ": [t.number(value * scale) for value in table["sigma"]],
        }  # fmt: skip
        st.dataframe(pd.DataFrame(told), hide_index=True, alt=title)

    given = _points(asked, target, drivers.trajectories(asked.uncertainties, count), asked.worlds)
    offer = t("drivers.morris_offer", count=len(factors), trajectories=count)
    stress_studies.points(f"{SLOT}.morris", asked, given, offer, t, draw)


def _sobol(asked: Asked, target: Target, t: Words) -> None:
    factors = {factor.path: factor for factor in asked.uncertainties}
    ranked = _ranked(asked, target)
    where = f"{SLOT}.paths"
    most = drivers.MOST_SOBOL
    stress_settings.several("drivers.paths", list(factors), most, t("drivers.uncertainty"), t)
    state.remember(where, (ranked or list(factors))[:most])
    st.session_state[where] = [path for path in st.session_state[where] if path in factors]
    if ranked is None and len(factors) > most:
        panels.note(t("drivers.tornado_first", most=most))
    picked = st.multiselect(
        t("drivers.paths", most=most), list(factors), key=where, max_selections=most,
        format_func=lambda path: factor_name(factors[path], t), persist_state="session",
    )  # fmt: skip
    if ranked is not None:
        st.button(t("drivers.take_ranked", most=min(most, len(ranked))), key=f"{SLOT}.take.run",
                  icon=":material/sort:", on_click=_take, args=(ranked,))  # fmt: skip
    chosen = tuple(factors[path] for path in factors if path in picked)
    if len(chosen) < 2:
        st.info(t("drivers.too_few"), icon=":material/info:")
        return
    worlds = min(asked.worlds, drivers.SOBOL_WORLDS)
    base = drivers.base_sample(len(chosen), asked.scenario, _plans(asked, target), worlds)

    def draw(frame: pd.DataFrame, complete: bool) -> None:
        found = drivers.sobol(frame, chosen, base, target)
        if found is None:
            _nothing(complete, t)
            return
        _so_far(found.rows, base, complete, t)
        _indices(found, factors, asked, target, worlds, t)

    given = _points(asked, target, drivers.saltelli(chosen, base), worlds)
    offer = t("drivers.sobol_offer", count=len(chosen), base=base)
    stress_studies.points(f"{SLOT}.sobol", asked, given, offer, t, draw)


def _ranked(asked: Asked, target: Target) -> list[str] | None:
    """Uncertainties as the tornado puts them, if it has been computed."""
    study = STUDIES.find(f"points-{_tornado_points(asked, target).fingerprint}")
    if study is None or not study.done or study.cancelled or study.failed is not None:
        return None
    return [str(path) for path in drivers.tornado(study.partial(), asked.uncertainties, target)["path"]]


def _take(ranked: Sequence[str]) -> None:
    st.session_state[f"{SLOT}.paths"] = list(ranked[: drivers.MOST_SOBOL])


def _indices(found: Indices, factors: dict[str, Factor], asked: Asked, target: Target, worlds: int, t: Words) -> None:
    outcome, of = TOTALS[target.outcome], _called(asked, target.a, target.b, t)
    values = {"outcome": outcome.label(t.language), "of": of}
    if not found.spread:
        panels.say(t("drivers.sobol_none", **values))
        return
    rows = found.table.to_dict("records")
    first = rows[0]
    name = factor_name(factors[first["path"]], t)
    share, alone = ([100 * first[f"{kind}{end}"] for end in ("", "_low", "_high")] for kind in ("total", "first"))
    panels.say(
        t("drivers.sobol_answer", name=name, spread=t.change(outcome, found.spread).lstrip("+\u2060"),
          total="{} [{}, {}]".format(*(t.number(value, 0) for value in share)),
          first="{} [{}, {}]".format(*(t.number(value, 0) for value in alone)), **values)
    )  # fmt: skip
    shown = [
        {"name": factor_name(factors[row["path"]], t), "kind": kind, "mean": row[kind], "low": row[f"{kind}_low"],
         "high": row[f"{kind}_high"]}
        for row in rows for kind in ("first", "total")
    ]  # fmt: skip
    title = t("drivers.sobol_title", **values)
    panels.figure(charts_drivers.indices(pd.DataFrame(shown), title, t))
    rest = 100 * (1 - found.table["first"].sum())
    panels.note(t("drivers.sobol_rest", rest=t.number(rest, 0), rows=found.rows, worlds=worlds))
    told = [
        {t("drivers.uncertainty"): factor_name(factors[row["path"]], t)}
        | {t(f"drivers.{kind}"): "{}% [{}, {}]".format(
            *(t.number(100 * row[f"{kind}{end}"], 1) for end in ("", "_low", "_high"))) for kind in ("first", "total")}
        for row in rows
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(told), hide_index=True, alt=title)


def _nothing(complete: bool, t: Words) -> None:
    if complete:
        st.info(t("drivers.no_value"), icon=":material/info:")
    else:
        st.skeleton(240)  # the first picture needs more than the first points


def _so_far(done: int, total: int, complete: bool, t: Words) -> None:
    if not complete:
        panels.note(t("studies.so_far", done=done, total=total))
