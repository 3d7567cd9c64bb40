"""What the communities of one market take from each other, and in which step of the week.

Everything is said through channels and columns that an ordinary run has too. Who is in one community, and has not just
left another, lives by the ordinary equations there; a market of one community is an ordinary run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import market_kernels as kernels
from simulation.effects import Channel
from simulation.model import CommunityModel, plan_week
from simulation.processes.buying import buy
from simulation.processes.joining import join
from simulation.processes.referral import invite

if TYPE_CHECKING:
    from simulation.market import MarketModel

LARGEST_DISCOUNT = 0.7
MOST_PULL = 6.0


def look_elsewhere(market: MarketModel) -> None:
    """Who is in another community joins less readily, tires of its messages too, and subscribes less readily.

    Joining channel of a community, for people who are not in it: ln(1 + 8·2^(−Δt/4)) where they left another Δt weeks
    ago, and for members of h others ln(1 − h/3) − hold, + ln 2 where they compare; hold = 2(S − A) + 1.5(T − .6) in the
    community that has the strongest, as in E20. Reach of media becomes dearer by the same. Fatigue channel, for
    members: .5 · .08 per message of other communities last week. Benefits of a paid membership: + ln(attention) for
    whoever is in several. Rivals that follow sell at the mean price, relative to list prices, of the team that had the
    highest profit last week.
    """
    terms = market.terms
    tiring = terms.spill * market.communities[0].spec.behaviour.tiring.contact
    contacts = np.stack([community.flow.contacts for community in market.communities])
    found = kernels.look_elsewhere(
        market.column("status"), market.hold(), market.column("mode"), market.column("attention"), contacts,
        market.column("departed"), float(terms.capacity), float(tiring), float(terms.seeking),
    )  # fmt: skip
    market.wish = found[0]
    price = _followed_price(market) if terms.rule == "follow" else None
    for place, (community, wish, tired, shared) in enumerate(zip(market.communities, *found, strict=True)):
        effects = community.effects
        effects.add_to(Channel.JOINING, wish)
        effects.add_to(Channel.AD_COST, -wish)
        effects.add_to(Channel.FATIGUE, tired)
        effects.add_to(Channel.PERKS, shared)
        if price is not None and place >= market.teams:
            effects.add(Channel.PRICE, price)
        community.effect_arrays = effects.arrays()


def _followed_price(market: MarketModel) -> NDArray[np.float32]:
    """(worlds,) log of the mean price last week at the team that earned most, relative to its list prices, ≥ ln .3."""
    teams = market.communities[: market.teams]
    best = np.argmax([team.operator.week_profit for team in teams], axis=0)
    sold = np.array([[team.totals["sales"], team.totals["list_value"]] for team in teams])
    sales, listed = sold[best, :, np.arange(len(best))].T
    paid = np.where(listed > 0, sales / np.where(listed > 0, listed, 1.0), 1.0)
    return np.log(np.clip(paid, 1 - LARGEST_DISCOUNT, 1.0)).astype(np.float32)


def weigh_invitations(market: MarketModel) -> None:
    """Invitations are accepted as much more or less readily as people join on their own: ln(1 − a) times e^wish."""
    for community, wish in zip(market.communities, market.wish, strict=True):
        community.flow.invite_refusal[:] *= kernels.powers(wish)


def share_attention(market: MarketModel) -> None:
    """Who is in several divides attention: a_k = e^{hold_k + 1.1}/(Σ_j e^{hold_j + 1.1} + e^pull), j over them all.

    The last term is there for people who are with the nameless rival too (E20), at the strongest pull that they feel.
    What attention does is told with posting, buying and leaving.
    """
    first = market.communities[0]
    deal = 0.5 + first.people.deal.astype(np.float64)
    pull = np.stack([each.channel(Channel.RIVAL) * deal for each in market.communities]).clip(-MOST_PULL, MOST_PULL)
    attention = market.column("attention")
    kernels.share_attention(market.column("status"), market.hold(), pull, market.column("rival"),
                            float(first.spec.behaviour.deciding.home), attention)  # fmt: skip
    for community, shared in zip(market.communities, attention, strict=True):
        community.standing.attention[:] = shared


def share_purse(market: MarketModel) -> None:
    """Nobody spends more than their purse in all communities together: baskets shrink by the same share in each.

    Every week the purse gets twice the person's usual spending λν; it holds at most what 13 weeks bring, or four
    ordinary orders if that is more, and is full at the start. It pays for goods, not for fees and tickets.
    """
    market.purse[:] = np.minimum(market.purse + market.allowance, market.most)
    paid = np.stack([community.flow.paid for community in market.communities])
    payable = kernels.share_purse(paid, market.purse)
    short = payable < 1.0
    if not short.any():
        return
    for community in market.communities:
        flow, standing = community.flow, community.standing
        before = flow.paid[short]
        flow.paid[short] = before * payable[short]
        flow.list_value[short] = flow.list_value[short] * payable[short]
        standing.spent[short] -= before - flow.paid[short]


COUPLING: dict[Callable[[CommunityModel], None], Callable[[MarketModel], None]] = {
    plan_week: look_elsewhere,
    invite: weigh_invitations,
    join: share_attention,
    buy: share_purse,
}
"""Process → what the communities take from each other right after it."""
