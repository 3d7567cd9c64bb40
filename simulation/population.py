"""Who exists: a fixed population with fixed traits and a fixed social graph, drawn from (population, graph, seed)."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, model_validator
from scipy import special

from simulation.errors import LabError
from simulation.members import Floats, People
from simulation.network import Graph, build_graph
from simulation.params import Params, setting, uncertainty
from simulation.quantiles import beta_quantile, gamma_quantile
from simulation.streams import STREAMS, uniform_block

World = tuple[Graph, People, Floats, Floats]

LARGE = 20_000
"""People in the largest world that is kept beside others."""


class NeedWeights(Params):
    """Mean weight of each need in this type of community; they are scaled to sum to 1."""

    functional: float = setting(0.3, 0, 1, zh="功能需求权重", en="Weight of functional needs")
    safety: float = setting(0.2, 0, 1, zh="安全需求权重", en="Weight of safety")
    belonging: float = setting(0.2, 0, 1, zh="归属需求权重", en="Weight of belonging")
    esteem: float = setting(0.15, 0, 1, zh="尊重需求权重", en="Weight of esteem")
    growth: float = setting(0.15, 0, 1, zh="成长需求权重", en="Weight of growth")


class SocialGraph(Params):
    """Who knows whom."""

    kind: Literal["holme_kim", "barabasi_albert", "watts_strogatz", "random"] = "holme_kim"
    ties: int = setting(5, 1, 20, zh="每人带来的关系数", en="Ties a newcomer brings", unit="ties",
                        help_zh="平均关系数约为它的两倍。", help_en="Mean degree is about twice this number.")  # fmt: skip
    triad: float = setting(0.8, 0, 1, zh="三角闭合概率", en="Triad closure", source="Holme & Kim 2002")
    homophily: float = setting(0.2, 0, 1, zh="同好重连比例", en="Homophily rewiring")


def _shares(values: tuple[float, ...]) -> tuple[float, ...]:
    if values and (min(values) < 0 or sum(values) <= 0):
        raise LabError("out_of_range", field="population.arrivals", given=str(values)[:60], allowed="≥ 0, Σ > 0")
    return values


Shares = Annotated[tuple[float, ...], AfterValidator(_shares)]


Draws = Annotated[tuple[float, ...], Field(max_length=1000)]


class Drawn(Params):
    """Draws from a posterior, for what nobody knows exactly: each world has one of them instead of one best value.

    The k-th values of all coefficients belong together; the world with seed s has the (s mod draws)-th of each, so
    twins have the same. What is empty stays as the population says.
    """

    purchase_shape: Draws = ()
    purchase_weeks: Draws = ()
    churn_alpha: Draws = ()
    churn_beta: Draws = ()
    spend_gamma: Draws = ()

    @property
    def count(self) -> int:
        """Draws of each coefficient; 0 without a posterior."""
        return max(len(getattr(self, name)) for name in type(self).model_fields)

    def of(self, seed: int) -> dict[str, float]:
        """Coefficients of the world with this seed, by name."""
        told = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: values[seed % len(values)] for name, values in told.items() if values}


class Population(Params):
    """Size, founders and the distributions of traits, with the community type that they describe."""

    type: Literal["product", "interest", "brand", "knowledge", "tool", "customers"] = "product"
    size: int = setting(2000, 20, 1_000_000, unit="people", zh="人口规模", en="Population",
                        help_zh="社群内外的全部人数：潜在成员、成员与流失者。", help_en="Everybody: prospects, members and lapsed.")  # fmt: skip
    founders: float = setting(0.2, 0.0, 1, zh="创始成员占比", en="Share of founders",
                              help_zh="第 0 周就在社群里的人所占比例。", help_en="Share who are members from week 0.")  # fmt: skip
    needs: NeedWeights = NeedWeights()
    need_concentration: float = uncertainty(8, 1, 50, zh="需求权重集中度", en="Concentration of need weights")
    churn_alpha: float = uncertainty(
        0.45, 0.05, 5, zh="流失 α", en="Churn α", grade="V", source="sBG, Fader & Hardie 2007"
    )
    churn_beta: float = uncertainty(
        14, 0.5, 60, zh="流失 β", en="Churn β", grade="V", source="sBG, Fader & Hardie 2007"
    )
    dropout: Literal["weekly", "after_purchase"] = Field(
        "weekly", description="after_purchase: BG/NBD, a customer may be lost after each repeat purchase"
    )
    purchase_shape: float = uncertainty(1, 0.05, 10, zh="购买频率形状", en="Shape of purchase rates", grade="C",
                                        source="NBD, Fader, Hardie & Lee 2005")  # fmt: skip
    purchase_weeks: float = uncertainty(9, 0.5, 104, unit="weeks", zh="平均购买间隔", en="Mean weeks between purchases",
                                        grade="C", source="NBD, Fader, Hardie & Lee 2005")  # fmt: skip
    spend_p: float = uncertainty(
        6.25, 0.5, 50, zh="客单价 p", en="Spend p", grade="C", source="gamma-gamma, Fader et al. 2005"
    )
    spend_q: float = uncertainty(
        3.74, 1.1, 50, zh="客单价 q", en="Spend q", grade="C", source="gamma-gamma, Fader et al. 2005"
    )
    spend_gamma: float = uncertainty(15.45, 0.1, 1e4, unit="¥", zh="客单价 γ", en="Spend γ", grade="C",
                                     source="gamma-gamma, Fader et al. 2005")  # fmt: skip
    posting_median: float = uncertainty(0.02, 0, 5, unit="posts/week", zh="发帖倾向中位数", en="Median posting propensity",
                                        grade="V", source="van Mierlo 2014")  # fmt: skip
    posting_sd: float = uncertainty(2.0, 0, 3.5, zh="发帖倾向离散度", en="Spread of posting propensity", grade="V",
                                    source="van Mierlo 2014")  # fmt: skip
    deal_mean: float = uncertainty(0.4, 0.05, 0.95, zh="平均促销敏感度", en="Mean deal-proneness")
    privacy_mean: float = uncertainty(0.4, 0.05, 0.95, zh="平均隐私顾虑", en="Mean privacy concern")
    motivation_mean: float = uncertainty(5 / 7, 0.05, 0.95, zh="平均内在动机", en="Mean intrinsic motivation",
                                         grade="V", source="Beta(5, 2), Deci 1999")  # fmt: skip
    aspiration_mean: float = uncertainty(0.38, 0, 1, zh="平均期望", en="Mean aspiration")
    aspiration_sd: float = uncertainty(0.05, 0, 0.3, zh="期望离散度", en="Spread of aspiration")
    arrivals: Shares = Field((), max_length=520, description="shares of founders arriving in week 0, 1, …")
    drawn: Drawn = Drawn()

    @model_validator(mode="after")
    def _drawn_within_bounds(self) -> Self:
        declared = {each.name: each for each in self.declared()}
        for name in Drawn.model_fields:
            values, known = getattr(self.drawn, name), declared[name]
            if values and not known.low <= min(values) <= max(values) <= known.high:
                worst = min(values) if min(values) < known.low else max(values)
                raise LabError("out_of_range", field=f"population.drawn.{name}", given=worst, allowed=known.allowed)
            if len(values) not in (0, self.drawn.count):
                allowed = f"{self.drawn.count} values, as many as the others"
                raise LabError("out_of_range", field=f"population.drawn.{name}", given=len(values), allowed=allowed)
        return self

    def of_world(self, seed: int) -> Self:
        """The population of one world: its own draw of what is uncertain, if there are draws."""
        told = self.drawn.of(seed)
        return self.model_copy(update=told | {"drawn": Drawn()}) if told else self


def _beta(u: Any, mean: float, weight: float) -> Any:
    """Quantile of the Beta distribution with the given mean and α + β = weight."""
    return beta_quantile(u, mean * weight, (1 - mean) * weight)


def draw_people(population: Population, graph: Graph, seed: int, world: int = 0) -> People:
    """Draw the traits of one world.

    E1: logit θ + 1.5 (d − 0.4), deal-prone people leave sooner (Lewis 2006). E2: λ·e^{−(d − 0.4)}, and they buy less
    between deals (teaching assumption).

    Returns:
        Columns of ``population.size`` rows, the same for every plan.
    """
    n = population.size

    def coins(stream: str) -> Floats:
        return uniform_block(seed, 0, STREAMS[stream], n)

    first, second, third, fourth = (coins(name) for name in ("traits", "traits_2", "traits_3", "traits_4"))
    deal = _beta(first[:, 0], population.deal_mean, 5)
    theta = np.clip(beta_quantile(first[:, 1], population.churn_alpha, population.churn_beta), 1e-7, 0.98)
    selection = 1.5 * (deal - 0.4) if population.dropout == "weekly" else 0.0
    cadence = np.exp(-(deal - 0.4)) if population.dropout == "weekly" else 1.0
    rate = (
        gamma_quantile(first[:, 2], population.purchase_shape) / population.purchase_shape / population.purchase_weeks
    )
    nu = np.maximum(gamma_quantile(first[:, 3], population.spend_q) / population.spend_gamma, 1e-6)
    degree = np.diff(graph.indptr).astype(np.float32)

    def column(values: Any) -> Floats:
        return np.ascontiguousarray(np.broadcast_to(values, n), np.float32)

    return People(
        world=np.full(n, world, np.int32),
        need_weight=_need_weights(population, (*third.T, fourth[:, 0])),
        base_churn=column(special.logit(theta) + selection),
        rate=column(rate * cadence),
        spend=column(population.spend_p / nu),
        spend_shape=column(population.spend_p),
        posting=column(
            population.posting_median * np.exp(population.posting_sd * special.ndtri(second[:, 0].astype(np.float64)))
        ),
        deal=column(deal),
        privacy=column(_beta(second[:, 1], population.privacy_mean, 5)),
        degree=degree,
        mean_degree=column(degree.mean()),
        arrival=_arrivals(population, second[:, 2], second[:, 3]),
    )


def _need_weights(population: Population, u: tuple[Floats, ...]) -> Floats:
    """(people, 5) weights, Dirichlet: gamma variates over their sum."""
    weights = np.array([getattr(population.needs, name) for name in NeedWeights.model_fields]) + 1e-6
    shapes = weights / weights.sum() * population.need_concentration
    needs = np.stack([gamma_quantile(column, shape) for column, shape in zip(u, shapes, strict=True)], axis=1) + 1e-9
    needs /= needs.sum(axis=1, keepdims=True)
    return needs.astype(np.float32)


def _arrivals(population: Population, u_founder: Any, u_week: Any) -> Any:
    week = np.zeros(population.size, np.int32)
    if population.arrivals:
        edges = np.cumsum(np.asarray(population.arrivals, float)) / sum(population.arrivals)
        week = np.searchsorted(edges, u_week, side="right").clip(max=len(edges) - 1).astype(np.int32)
    return np.where(u_founder < population.founders, week, -1).astype(np.int32)


def starting_mind(population: Population, seed: int) -> tuple[Floats, Floats]:
    """Aspiration A ~ Normal and intrinsic motivation M ~ Beta with which each person starts, (people,) each."""
    u = uniform_block(seed, 0, STREAMS["traits_4"], population.size)[:, 1].astype(np.float64)
    v = uniform_block(seed, 0, STREAMS["traits_5"], population.size)[:, 0]
    aspiration = population.aspiration_mean + population.aspiration_sd * special.ndtri(u)
    return aspiration.clip(0, 1).astype(np.float32), _beta(v, population.motivation_mean, 7).astype(np.float32)


def world_of(population: Population, social: SocialGraph, seed: int) -> World:
    """Everything that is fixed in one world: graph, people, starting aspiration and motivation; to be read only.

    Twins share it, so ordinary worlds are kept; of large ones, at some 200 bytes a person, only the last.
    """
    return (_world if population.size <= LARGE else _large_world)(population.of_world(seed), social, seed)


def _made(population: Population, social: SocialGraph, seed: int) -> World:
    interests = uniform_block(seed, 1, STREAMS["traits"], population.size)[:, :2].copy()
    graph = build_graph(social.kind, population.size, social.ties, social.triad, social.homophily, interests, seed)
    return (graph, draw_people(population, graph, seed), *starting_mind(population, seed))


_world = lru_cache(maxsize=128)(_made)
_large_world = lru_cache(maxsize=1)(_made)
