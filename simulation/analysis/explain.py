"""Cause ledgers: what pushed a person to join, post, buy or leave, term by term of the engine's own equations.

A ledger takes the log-odds or log rate that an equation adds up for one person in one week (E11, E13, E14; hazards for
E3, E4, E21) and keeps its terms apart, each relative to a reference at which it is 0. Satisfaction enters all of them
as S − A = Σ_k ω_k (n_k − A), so that each need has a term of its own: how far it lies from what the person has come to
expect. Terms add up to what the engine computed, up to its limits (±8 for leaving, 40 posts, 30 orders).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.effects import Channel
from simulation.members import NEEDS, Mode, Status
from simulation.model import CommunityModel
from simulation.processes.buying import FULL_DRAG, PROUD, USUAL_SHARE
from simulation.processes.feeling import LADDER
from simulation.processes.leaving import ASLEEP

Terms = dict[str, NDArray[np.float64]]

RESTED = 0.7
"""Motivation at rest (E12), the reference of the motivation term."""

REFERENCES: dict[str, float] = {"trust": 0.6, "relevance": 0.2, "motivation": RESTED}
"""Level at which a term is 0; needs are compared with what the person expects, all else with its absence."""

DECISIONS = ("leaving", "buying", "posting", "joining")


def said(model: CommunityModel, channel: Channel) -> NDArray[np.float64]:
    """(people,) what strategies and shocks propose to each person in a channel this week."""
    offered = model.effect_arrays
    found = offered.world[channel][model.people.world].astype(np.float64)
    row = offered.slot[channel]
    return found if row < 0 else found + offered.person[row]


def _share(model: CommunityModel, channel: Channel) -> NDArray[np.float64]:
    return np.clip(said(model, channel), 0, 1)


def needs(model: CommunityModel) -> NDArray[np.float64]:
    """(people, 5) ω_k (n_k − A): how far each need lifts satisfaction above expectation, or drags it below.

    Rows add up to S − A; with prepotency the weights are those of the ladder.
    """
    s, weight = model.standing, model.people.need_weight.astype(np.float64)
    h = model.spec.behaviour.feeling.prepotency
    if h > 0:
        climbed = 1 - h + h * np.minimum(1, s.need[:, :-1] / LADDER)
        open_way = np.cumprod(np.column_stack([np.ones(len(climbed)), climbed]), axis=1)
        weight = weight * open_way
        weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(weight * (s.need - s.aspiration[:, None].astype(np.float64)))


def _by_need(model: CommunityModel, slope: NDArray[np.float64] | float) -> Terms:
    terms = needs(model) * np.reshape(slope, (-1, 1))
    return {name: terms[:, place] for place, name in enumerate(NEEDS)}


def leaving(model: CommunityModel) -> Terms:
    """Log-odds of leaving beside the person's own base churn (E14), read just before the process runs.

    Positive terms push out. Needs carry −β_S, doubled by loss aversion while satisfaction is below expectation; the
    reference is everything as expected, trust .6, fatigue up to .5, no friend just gone, no paid membership, nobody who
    brought the person still there, full attention, no demotion, no offer, no strategy or shock. ``taken`` is 1 for whom
    an event takes away, whatever the odds; it is no log-odds and adds to nothing.
    """
    p, s, f = model.people, model.standing, model.flow
    c, aversion = model.spec.behaviour.leaving, model.spec.behaviour.feeling.loss_aversion
    short = s.satisfaction < s.aspiration
    mean_tie = f.total_ties / np.maximum(p.degree, 1)
    gone = np.divide(f.departed_ties, mean_tie, out=np.zeros(len(mean_tie)), where=mean_tie > 0, dtype=np.float64)
    brought = (s.referrer >= 0) & (s.status[s.referrer] == Status.MEMBER)
    offer, asleep = _share(model, Channel.RESCUE), np.minimum(s.idle / ASLEEP, 1.0)
    return _by_need(model, -c.satisfaction * np.where(short, aversion, 1.0)) | {
        "trust": -c.trust * (s.trust.astype(np.float64) - REFERENCES["trust"]),
        "fatigue": 2 * c.fatigue * np.maximum(s.fatigue.astype(np.float64) - 0.5, 0),
        "friends": np.log(c.contagion) * np.minimum(gone, 3),
        "referrer": -c.referred * brought,
        "crowd": c.crowded * f.crowded.astype(np.float64),
        "demoted": c.demoted * f.demoted.astype(np.float64),
        "subscribed": -c.subscribed * (s.subscribed > 0),
        "attention": c.distracted * (1 - s.attention.astype(np.float64)),
        "rescue": offer * (c.waking * asleep - 2 * c.relief * p.deal * (1 - asleep)),
        "operator": said(model, Channel.CHURN),
        "taken": 1.0 * (said(model, Channel.DEPART) > 0.5),
    }


def posting(model: CommunityModel) -> Terms:
    """Log rate of posting beside η(.3 + .7·.7), the person's propensity at rest (E11), read just before the process."""
    p, s, f = model.people, model.standing, model.flow
    c = model.spec.behaviour.posting
    m, supply = f.contacts.astype(np.float64), np.maximum(said(model, Channel.SUPPLY), 0)
    return _by_need(model, 0.5) | {
        "motivation": np.log((0.3 + 0.7 * s.motivation) / (0.3 + 0.7 * RESTED)),
        "fatigue": -0.3 * s.fatigue.astype(np.float64),
        "contact": 0.25 * m - 0.06 * m * m,
        "events": np.log1p(0.25 * np.maximum(said(model, Channel.EVENTS), 0)),
        "reward": c.reward_pull * np.sqrt(_share(model, Channel.REWARD)) * (0.5 + 0.5 * p.deal),
        "crowding": -c.crowding * np.log1p(supply),
        "attention": _log(s.attention),
        "operator": said(model, Channel.POSTING),
    }


def buying(model: CommunityModel) -> Terms:
    """Log rate of buying beside the person's own rate λ (E13), read just before the process runs."""
    s, f = model.standing, model.flow
    c, margin = model.spec.behaviour.buying, model.spec.economy.margin
    price = said(model, Channel.PRICE)
    idle_push = (1 - _share(model, Channel.SELLING)) * (1 - s.wary.astype(np.float64))
    friends = np.divide(f.active_ties, f.member_ties, out=np.full(len(price), USUAL_SHARE), where=f.member_ties > 0)
    gap = np.clip((np.maximum(price, 0) - s.reference) / FULL_DRAG, 0, 1)
    step = np.maximum(said(model, Channel.TIER_STEP), 1)
    reach = step * 2.0**s.tier
    below = np.where(s.tier == 0, 0, reach / 2)
    near = np.clip((s.points - below) / (reach - below), 0, 1)
    climbing = (said(model, Channel.TIER) > 0) & (s.tier < 3)
    wish = _by_need(model, c.satisfaction) | {
        "trust": c.trust * (s.trust.astype(np.float64) - REFERENCES["trust"]),
        "relevance": c.relevance * (f.relevance.astype(np.float64) - REFERENCES["relevance"]),
        "contact": c.contact * idle_push * np.tanh(f.contacts),
        "fatigue": -c.fatigue * np.maximum(s.fatigue.astype(np.float64) - 0.3, 0),
        "price": c.elasticity * np.where(s.mode == Mode.OPTIMISE, c.optimising, 1.0) * price,
        "used_to_less": np.log(1 - c.reference_drag * gap),
        "imitation": np.where(s.mode == Mode.IMITATE, c.imitation * (friends - USUAL_SHARE), 0),
        "own_work": c.own_work * ((s.created >= 0) & (model.week - s.created < PROUD)),
        "subscribed": c.subscriber * (s.subscribed > 0),
        "transparency": np.log1p(c.transparency * _share(model, Channel.TRANSPARENCY) * (1 - margin / 0.55)),
        "next_tier": np.where(climbing, np.log1p(c.goal_gradient * near * near), 0),
        "operator": said(model, Channel.BUYING),
    }
    # What somebody can use in a week is bounded: beyond the usual pace wishes are cut back, see the process.
    pull = np.exp(np.minimum(np.sum(list(wish.values()), axis=0), 20))
    beyond = c.satiety - 1
    used = np.where(pull > 1, 1 + beyond * (1 - np.exp(-np.maximum(pull - 1, 0) / beyond)), pull)
    return wish | {
        "satiety": np.log(used / pull),
        "attention": _log(s.attention),
        "group": np.where(f.group_order == 1, np.log(max(1 - c.group_diversion, 1e-9)), 0),
        "half_week": np.where(s.joined == model.week, np.log(0.5), 0),
    }


def joining(model: CommunityModel) -> Terms:
    """Hazard of coming this week by cause, read just before the process; hazards add and nobody needs a reference.

    Media p and mouth q·near at the usual push; what a push of strategies adds to both (below 0, takes away); paid
    media; invitations −Σ ln(1 − acceptance); for who left, return by themselves and by being recalled. Founders come
    when their week has come, and a group purchase that comes about brings its people in for certain: both stand for a
    whole.
    """
    p, s, f = model.people, model.standing, model.flow
    c = model.spec.behaviour.joining
    fresh = (s.status == Status.PROSPECT) & (p.arrival < 0)
    lapsed = s.status == Status.LAPSED
    near = np.divide(f.mouth_ties, f.total_ties, out=np.zeros(len(fresh)), where=f.total_ties > 0)
    dearer = np.clip(said(model, Channel.AD_COST), -8, 8)
    mouth = c.mouth * near
    push = np.expm1(said(model, Channel.JOINING)) * (c.media + mouth)
    ads = np.maximum(said(model, Channel.MEDIA), 0) * np.exp(p.deal - 0.4 - dearer)
    recall = np.maximum(said(model, Channel.RECALL), 0)
    return {
        "founder": 1.0 * ((p.arrival == model.week) & (s.status == Status.PROSPECT)),
        "media": np.where(fresh, c.media, 0),
        "mouth": np.where(fresh, mouth, 0),
        "operator": np.where(fresh, push, 0),
        "ads": np.where(fresh, ads, 0),
        "invitation": np.where(fresh, -f.invite_refusal.astype(np.float64), 0),
        "group_purchase": np.where(fresh, f.grouped.astype(np.float64), 0),
        "win_back": np.where(lapsed, c.win_back / 0.6 * s.trust, 0),
        "recall": np.where(lapsed, recall * s.trust, 0),
    }


def _log(share: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(share.astype(np.float64), 1e-9)))


SPECIAL = ("founder", "group_purchase", "taken")
"""Causes that settle the matter by themselves, whatever the odds."""

CAUSES: dict[str, tuple[str, ...]] = {
    "leaving": (*NEEDS, "trust", "fatigue", "friends", "referrer", "crowd", "demoted", "subscribed", "attention",
                "rescue", "operator", "taken"),
    "posting": (*NEEDS, "motivation", "fatigue", "contact", "events", "reward", "crowding", "attention", "operator"),
    "buying": (*NEEDS, "trust", "relevance", "contact", "fatigue", "price", "used_to_less", "imitation", "own_work",
               "subscribed", "transparency", "next_tier", "satiety", "attention", "group", "half_week", "operator"),
    "joining": ("founder", "media", "mouth", "operator", "ads", "invitation", "group_purchase", "win_back", "recall"),
}  # fmt: skip
"""Terms of each ledger, in order."""
