"""Members buy (E13); where dropout follows purchases, a purchase may be the last (BG/NBD)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from simulation.curves import exp, log, saturate_count
from simulation.effects import Channel, proposed
from simulation.members import Mode, Status
from simulation.params import Params, uncertainty
from simulation.streams import STREAMS, coin_block, gamma_wh, poisson, rows_of, uniforms

if TYPE_CHECKING:
    from simulation.model import CommunityModel

MEMBER = int(Status.MEMBER)
PRICE, TRANSPARENCY, SELLING, BUYING, TIER, TIER_STEP, SPEND, GROUP_PRICE = (
    int(Channel.PRICE), int(Channel.TRANSPARENCY), int(Channel.SELLING), int(Channel.BUYING), int(Channel.TIER),
    int(Channel.TIER_STEP), int(Channel.SPEND), int(Channel.GROUP_PRICE),
)  # fmt: skip
BUY = STREAMS["buy"]
FULL_DRAG = 0.3567  # −ln 0.7: prices 30 % above what people got used to drag in full
MOST_ORDERS = 30.0
MOST_PULL = 20.0
MOST_SPEND = 3.0
IMITATE, OPTIMISE = int(Mode.IMITATE), int(Mode.OPTIMISE)
USUAL_SHARE = 0.15
PROUD = 26  # weeks in which somebody counts as a co-creator, as in the roles


class Buying(Params):
    """What moves the purchase rate."""

    satisfaction: float = uncertainty(0.8, 0, 3, zh="满意对购买的影响", en="Effect of satisfaction on buying")
    trust: float = uncertainty(0.8, 0, 3, zh="信任对购买的影响", en="Effect of trust on buying")
    relevance: float = uncertainty(0.25, 0, 2, zh="相关度对购买的影响", en="Effect of relevance on buying")
    contact: float = uncertainty(0.30, 0, 1.5, zh="触达对购买的影响", en="Effect of contact on buying")
    fatigue: float = uncertainty(0.25, 0, 2, zh="疲劳对购买的影响", en="Effect of fatigue on buying")
    elasticity: float = uncertainty(-2, -4, 0, zh="价格弹性 ε", en="Price elasticity ε", grade="V",
                                    source="mean −2.62 over 1,851 estimates, Bijmolt et al. 2005")  # fmt: skip
    transparency: float = uncertainty(0.35, 0, 1.5, zh="透明度斜率", en="Slope of price transparency",
                                      source="sign: Mohan, Buell & John 2020; size is a teaching assumption")  # fmt: skip
    goal_gradient: float = uncertainty(
        0.2, 0, 1, zh="目标梯度", en="Goal gradient", grade="V", source="Kivetz et al. 2006"
    )
    reference_drag: float = uncertainty(0.15, 0, 0.6, zh="参照价拖累上限", en="Most that the reference price drags",
                                        grade="V", source="Elberg et al. 2019; size assumed")  # fmt: skip
    reference_weeks: float = uncertainty(
        26, 2, 104, unit="weeks", zh="参照价调整周数", en="Weeks to a new reference price"
    )
    satiety: float = uncertainty(4, 1.5, 20, plausible=(2.5, 8), zh="需求饱和倍数", en="Most orders relative to one's usual pace", grade="V",
                                 source="sign: promotions bring purchases forward rather than use, Bell, Chiang & Padmanabhan 1999; value assumed",
                                 help_zh="再便宜，一个人每周也用不了平时的多少倍。",
                                 help_en="However cheap, a person cannot use more than so many times the usual in a week.")  # fmt: skip
    own_work: float = uncertainty(0.25, 0, 1, unit="log rate", zh="自己参与之作多买", en="Buying of what one helped to make", grade="V",
                                  source="sign: Norton, Mochon & Ariely 2012; Franke, Schreier & Kaiser 2010; size assumed")  # fmt: skip
    imitation: float = uncertainty(0.3, 0, 2, zh="模仿强度", en="Effect of active friends on those who imitate",
                                   source="consumat, Jager & Janssen; value is a teaching assumption")  # fmt: skip
    optimising: float = uncertainty(1.25, 1, 3, zh="精打细算的弹性倍数", en="Elasticity multiple of those who optimise",
                                    source="consumat, Jager & Janssen; value is a teaching assumption")  # fmt: skip
    subscriber: float = uncertainty(0.15, 0, 1, zh="付费会员多买", en="Effect of subscribing on buying", grade="V",
                                    source="sign: Iyengar et al. 2022; size assumed")  # fmt: skip
    group_diversion: float = uncertainty(
        0.5, 0, 1, unit="share", zh="拼团替代的日常购买", en="Usual orders a group order replaces"
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _pull(
    first: Any, last: Any, world: int, week: int, s: Any, f: Any, e: Any, c: Any, margin: float
) -> tuple[Any, Any]:
    """How much more than usual each member of a world wants to buy, and the price they see, relative to the list price.

    Logs person by person, then the exponentials of all at once, which become vector code.
    """
    everybody, singled, slot = e
    people = int(last - first)
    log_rates, factors, prices = np.zeros(people), np.zeros(people), np.zeros(people)
    for i in range(first, last):
        if s.status[i] != MEMBER:
            continue
        log_price = proposed(everybody, singled, slot, PRICE, world, i)
        openness = min(max(proposed(everybody, singled, slot, TRANSPARENCY, world, i), 0.0), 1.0)
        push = 1.0 - min(max(proposed(everybody, singled, slot, SELLING, world, i), 0.0), 1.0)
        elasticity = c.elasticity * (c.optimising if s.mode[i] == OPTIMISE else 1.0)
        imitated = 0.0
        if s.mode[i] == IMITATE and f.member_ties[i] > 0.0:
            imitated = c.imitation * (f.active_ties[i] / f.member_ties[i] - USUAL_SHARE)
        log_rate = (
            c.satisfaction * (s.satisfaction[i] - s.aspiration[i])
            + c.trust * (s.trust[i] - 0.6)
            + c.relevance * (f.relevance[i] - 0.2)
            + c.contact * push * (1.0 - s.wary[i]) * saturate_count(f.contacts[i])
            - c.fatigue * max(s.fatigue[i] - 0.3, 0.0)
            + elasticity * log_price
            + imitated
            + (c.subscriber if s.subscribed[i] > 0 else 0.0)
            + (c.own_work if s.created[i] >= 0 and week - s.created[i] < PROUD else 0.0)
            + proposed(everybody, singled, slot, BUYING, world, i)
        )
        gap = min(max(max(log_price, 0.0) - s.reference[i], 0.0) / FULL_DRAG, 1.0)
        factor = (1.0 + c.transparency * openness * (1.0 - margin / 0.55)) * (1.0 - c.reference_drag * gap)
        if proposed(everybody, singled, slot, TIER, world, i) > 0.0 and s.tier[i] < 3:
            step = max(proposed(everybody, singled, slot, TIER_STEP, world, i), 1.0)
            below = 0.0 if s.tier[i] == 0 else step * 0.5 * (1 << s.tier[i])
            near = min(max((s.points[i] - below) / (step * (1 << s.tier[i]) - below), 0.0), 1.0)
            factor *= 1.0 + c.goal_gradient * near * near
        log_rates[i - first] = min(log_rate, MOST_PULL)
        factors[i - first] = factor
        prices[i - first] = log_price
    # What somebody can use in a week is bounded: a lower price cannot multiply orders without end.
    beyond = c.satiety - 1.0
    for k in range(people):
        prices[k] = exp(prices[k])
    for k in range(people):
        log_rates[k] = exp(log_rates[k]) * factors[k]
    for k in range(people):
        factors[k] = 1.0 + beyond * (1.0 - exp(-max(log_rates[k] - 1.0, 0.0) / beyond))
    for k in range(people):
        log_rates[k] = factors[k] if log_rates[k] > 1.0 else log_rates[k]
    return log_rates, prices


@njit(cache=True, nogil=True, error_model="numpy")
def _buy(
    seeds: Any, starts: Any, week: int, p: Any, s: Any, f: Any, e: Any, c: Any, margin: float, after: bool
) -> None:
    everybody, singled, slot = e
    pace = 1.0 - exp(-3.0 / c.reference_weeks)
    for world in range(len(seeds)):
        first, last = rows_of(starts, world)
        pulls, prices = _pull(first, last, world, week, s, f, e, c, margin)
        coins = coin_block(seeds[world], week, BUY, 0, int(last - first))
        for i in range(first, last):
            f.orders[i] = 0
            f.paid[i] = 0.0
            f.list_value[i] = 0.0
            f.dropout[i] = 0
            f.repeats[i] = 0
            f.expected_margin[i] = 0.0
            if s.status[i] != MEMBER:
                continue
            pull, price = pulls[i - first], prices[i - first]
            present = 0.5 if s.joined[i] == week else 1.0
            if s.attention[i] < 1.0:
                pull *= s.attention[i]
            in_group = f.group_order[i]
            log_price = proposed(everybody, singled, slot, PRICE, world, i)
            group_price, bargain = log_price, price
            if in_group == 1:
                pull *= 1.0 - c.group_diversion
                group_price = min(proposed(everybody, singled, slot, GROUP_PRICE, world, i), 0.0)
                bargain = exp(group_price)
            mean = min(p.rate[i] * pull * present, MOST_ORDERS)
            orders = poisson(coins[i - first], mean) + in_group
            spend = p.spend[i]
            larger = proposed(everybody, singled, slot, SPEND, world, i)
            if larger != 0.0:
                spend *= exp(min(max(larger, -MOST_SPEND), MOST_SPEND))
            u = uniforms(seeds[world], week, i - first, BUY) if orders > 0 else (0.0, 0.0, 0.0, 0.0)
            if after and orders > 0:
                # The number of purchases up to the last is geometric with the person's dropout probability.
                stay = 1.0 / (1.0 + exp(p.base_churn[i] + s.pressure[i]))
                lasts = 1 + int(log(u[2]) / log(stay)) if stay < 1.0 else orders + 1
                if lasts <= orders:
                    orders = lasts
                    f.dropout[i] = 1
            if orders > 0:
                value = spend * gamma_wh(u[1], p.spend_shape[i] * orders) / p.spend_shape[i]
                f.orders[i] = orders
                f.list_value[i] = value
                f.paid[i] = value * ((orders - in_group) * price + in_group * bargain) / orders
            f.expected_margin[i] = spend * (mean * (price - 1.0 + margin) + in_group * (bargain - 1.0 + margin))
            s.recency[i] = 0 if orders > 0 else (s.recency[i] + 1 if s.recency[i] >= 0 else -1)
            s.reference[i] += pace * (min(log_price, group_price) - s.reference[i])
            f.repeats[i] = orders if s.orders[i] > 0 else max(orders - 1, 0)
            s.orders[i] += orders
            s.spent[i] += f.paid[i]


def buy(model: CommunityModel) -> None:
    """E13: λ·exp(.8(S − A) + .8(T − .6) + .25(rel − .2) + .30 tanh m − .25(F − .3)₊)·(price)^ε·(…).

    The brackets: 1 + .35 τ (1 − margin/.55) for openness; 1 + .2 near² for the next rung; 1 − .15 min(gap/.36, 1) while
    the list price, or a dearer one, stands above what people got used to within 26 weeks: a discount that never ends
    loses its charm, and one that ends leaves the list price dear. All of it beyond the usual pace saturates, x ← 1 + 3(1 −
    e^{−(x − 1)/3}), since nobody can use goods without limit. Who joins in mid-week has half a week. Order
    values are gamma with the person's mean (Wilson–Hilferty quantile).

    E17: who imitates adds .3 (share of ties active − .15), who optimises has 1.25 ε. A subscriber adds .15, a success of co-creation .25 for 26 weeks; a rival takes
    its share of attention; who feels harvested hears less of the selling. A group order comes on top of half the usual
    ones, at the group price, which also lowers what people get used to.
    """
    _buy(model.seeds, model.starts, model.week, model.people, model.standing, model.flow, model.effect_arrays,
         model.coefficients["buying"], model.spec.economy.margin,
         model.spec.population.dropout == "after_purchase")  # fmt: skip
