"""The living picture of the start page: one community in two worlds with the same luck, and two curves that part."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from pages.parts import library
from pages.parts.words import Words
from simulation.members import Status
from simulation.model import CommunityModel
from simulation.scenario import Plan, Scenario

PEOPLE = 240
FOUNDERS = 0.04
WEEKS = 104
SECONDS = 9.0
HOLD = 3.0


class Life(NamedTuple):
    """Who was a member in which week of one world: (weeks + 1, people) booleans."""

    member: NDArray[np.bool_]


class Twins(NamedTuple):
    """One small population under two plans with the same luck."""

    places: NDArray[np.float64]
    ties: list[tuple[int, int]]
    lives: tuple[Life, Life]


def live(scenario: Scenario, plans: tuple[Plan, Plan], seed: int) -> Twins:
    """Run a small world under both plans and note who belongs in each week."""
    small = scenario.model_copy(
        update={
            "population": scenario.population.model_copy(update={"size": PEOPLE, "founders": FOUNDERS}),
            "horizon": WEEKS,
        }
    )
    lives = []
    for plan in plans:
        model = CommunityModel(small.with_plan(plan), (seed,))
        weeks = [model.standing.status == Status.MEMBER]
        for _ in range(WEEKS):
            model.step()
            weeks.append(model.standing.status == Status.MEMBER)
        lives.append(Life(np.array(weeks)))
    rows = np.repeat(np.arange(PEOPLE), np.diff(model.graph.indptr))
    ties = [(int(i), int(j)) for i, j in zip(rows, model.graph.indices, strict=True) if i < j]
    graph = nx.Graph(ties)
    graph.add_nodes_from(range(PEOPLE))
    found = nx.spring_layout(graph, seed=7, k=2.2 / np.sqrt(PEOPLE), iterations=60)
    places = np.array([found[person] for person in range(PEOPLE)])
    return Twins(even(places), ties, (lives[0], lives[1]))


def even(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks blended with coordinates, 0–1: neither a clot in the middle nor a grid."""
    ranks = places.argsort(axis=0).argsort(axis=0) / (len(places) - 1)
    span = (places - places.min(axis=0)) / np.ptp(places, axis=0)
    return np.asarray(0.65 * ranks + 0.35 * span)


def svg(twins: Twins, names: tuple[str, str]) -> str:
    """The two worlds side by side and the member curves below; their whole course shows faintly from the start."""
    width, height, pad = 340.0, 250.0, 12.0
    frames: list[str] = []
    styles: list[str] = []
    for side, life in enumerate(twins.lives):
        left = side * (width + 40)
        spots = np.column_stack(
            [left + pad + twins.places[:, 0] * (width - 2 * pad), 34 + pad + twins.places[:, 1] * (height - 2 * pad)]
        )
        path = "".join(
            f"M{spots[i, 0]:.0f} {spots[i, 1]:.0f}L{spots[j, 0]:.0f} {spots[j, 1]:.0f}" for i, j in twins.ties
        )
        frames.append(f'<path d="{path}" class="tie"/>')
        frames.append(f'<text x="{left + pad:.0f}" y="20" class="name c{side}">{escape(names[side])}</text>')
        for (x, y), weeks in zip(spots, life.member.T, strict=True):
            frames.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="2.6" class="person"/>')
            if weeks.any():
                frames.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6.5" class="dot c{side} {_life(weeks, styles)}"/>')
    frames += _curves(twins, 2 * width + 40, 44 + height, 120)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * width + 40:.0f} {44 + height + 132:.0f}">'
        f"<style>{_STYLE}{''.join(dict.fromkeys(styles))}</style>{''.join(frames)}</svg>"
    )


def told(twins: Twins, names: tuple[str, str], t: Words) -> str:
    """The sentence that stands for the picture."""
    before, (end_a, end_b) = twins.lives[0].member[0].sum(), (life.member[-1].sum() for life in twins.lives)
    return t("start.picture_alt", a=names[0], b=names[1], start=before, end_a=end_a, end_b=end_b, weeks=WEEKS)


def _life(weeks: NDArray[np.bool_], styles: list[str]) -> str:
    """Class whose animation fades a dot in and out in the weeks in which the person comes and goes."""
    changes = np.flatnonzero(np.diff(weeks.astype(int))) + 1
    if not len(changes):
        return "in"
    name = "l" + "_".join([str(int(weeks[0])), *map(str, changes)])
    stay, now, steps = SECONDS / (SECONDS + HOLD), bool(weeks[0]), [f"0%{{opacity:{_seen(bool(weeks[0]))}}}"]
    for week in changes:
        at = 100 * stay * week / WEEKS
        steps.append(f"{max(at - 1.2, 0.01):.1f}%{{opacity:{_seen(now)}}}")
        now = not now
        steps.append(f"{at:.1f}%{{opacity:{_seen(now)}}}")
    steps.append(f"100%{{opacity:{_seen(now)}}}")
    styles.append(f"@keyframes {name}{{{''.join(steps)}}}.{name}{{opacity:{_seen(now)};animation-name:{name}}}")
    return name


def _seen(member: bool) -> str:
    return "1" if member else "0"


def _curves(twins: Twins, width: float, top: float, height: float) -> list[str]:
    counts = [life.member.sum(axis=1) for life in twins.lives]
    low, high = min(c.min() for c in counts) * 0.9, max(c.max() for c in counts) * 1.05
    drawn = []
    for side, count in enumerate(counts):
        xs = 12 + np.arange(WEEKS + 1) / WEEKS * (width - 60)
        ys = top + height - (count - low) / (high - low) * (height - 10)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        drawn.append(f'<polyline points="{points}" class="course c{side}"/>')
        drawn.append(f'<polyline points="{points}" pathLength="1" class="line c{side}"/>')
        drawn.append(f'<text x="{xs[-1] + 8:.0f}" y="{ys[-1] + 5:.0f}" class="end c{side}">{int(count[-1])}</text>')
    return drawn


_STYLE = """
svg{font-family:system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}
.c0{--c:#1480C0}.c1{--c:#DB6A1E}
.tie{stroke:#8A979B;stroke-opacity:.16;stroke-width:.6;fill:none}
.dot{fill:var(--c);animation-duration:12s;animation-iteration-count:infinite;animation-timing-function:linear}
.person{fill:#8A979B;fill-opacity:.55}
.name{font-size:23px;font-weight:600;fill:var(--c)}
.end{font-size:23px;font-weight:700;fill:var(--c);animation:end 12s linear infinite}
.course{fill:none;stroke:var(--c);stroke-opacity:.28;stroke-width:3}
.line{fill:none;stroke:var(--c);stroke-width:3;stroke-dasharray:1;animation:draw 12s linear infinite}
@keyframes draw{0%{stroke-dashoffset:1}75%{stroke-dashoffset:0}100%{stroke-dashoffset:0}}
@keyframes end{0%,73%{opacity:.35}76%,100%{opacity:1}}
@media (prefers-reduced-motion:reduce){*{animation:none!important}}
"""


@cache
def first_twins() -> Twins:
    """The twins of the start page: the scenario and plan that newcomers see first, beside the neutral plan.

    Lived once for the whole server, which asks for it before it opens its door, so that no first visitor waits.
    """
    scenario = library.first_scenario()
    return live(scenario, (scenario.plan, library.plans()[library.NEUTRAL]), scenario.seeds.first)
