"""Columns for the many, objects for the few: people as rows, and a Mesa agent that views one row."""

from __future__ import annotations

from enum import IntEnum
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import mesa
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulation.model import CommunityModel

Floats = NDArray[np.float32]
Counts = NDArray[np.int32]

NEEDS = ("functional", "safety", "belonging", "esteem", "growth")
"""Maslow's five; contributions to satisfaction add (Tay & Diener 2011)."""


class Status(IntEnum):
    """Where a person stands with the community."""

    PROSPECT = 0
    MEMBER = 1
    LAPSED = 2


class Role(IntEnum):
    """What somebody does in the community, read from behaviour alone."""

    BYSTANDER = 0
    PARTICIPANT = 1
    CONTRIBUTOR = 2
    COCREATOR = 3
    ADVOCATE = 4


class Layer(IntEnum):
    """Where a member stands in the life cycle, read from behaviour alone."""

    NEW = 0
    CORE = 1
    POTENTIAL = 2
    WARNING = 3
    DORMANT = 4
    WON_BACK = 5


class Source(IntEnum):
    """How a person came the last time."""

    FOUNDER = 0
    ORGANIC = 1
    REFERRED = 2
    MEDIA = 3
    GROUP = 4
    RETURNED = 5


class Mode(IntEnum):
    """How a member decides this week (consumat)."""

    REPEAT = 0
    IMITATE = 1
    OPTIMISE = 2
    COMPARE = 3


class People(NamedTuple):
    """What a person *is*: fixed traits, one row a person; a function of (population, graph, seed) alone."""

    world: Counts  # world of the batch this row lives in
    need_weight: Floats  # (people, 5) weights ω of the needs, summing to 1
    base_churn: Floats  # log-odds of leaving in a week (per purchase where dropout follows purchases)
    rate: Floats  # purchases per week while a member
    spend: Floats  # mean order value at list price, ¥
    spend_shape: Floats  # gamma shape of one order's value around that mean
    posting: Floats  # posting propensity η, posts per week
    deal: Floats  # deal-proneness d ∈ [0, 1]
    privacy: Floats  # privacy concern c ∈ [0, 1]
    degree: Floats  # number of ties k
    mean_degree: Floats  # mean number of ties in the person's world
    arrival: Counts  # week of joining as a founder, −1 for everybody else


class Standing(NamedTuple):
    """What a person *has with the community*: carried from week to week."""

    status: NDArray[np.int8]  # see Status
    need: Floats  # (people, 5) satisfaction of each need n ∈ [0, 1]
    satisfaction: Floats  # S = Σ ω n
    aspiration: Floats  # A, what the person has come to expect
    trust_for: Floats  # evidence count a
    trust_against: Floats  # evidence count b
    trust: Floats  # T = a / (a + b)
    fatigue: Floats  # F ≥ 0
    motivation: Floats  # intrinsic motivation M ∈ [0, 1]
    points: Floats  # spend of about the last year, ¥
    tier: NDArray[np.int8]  # rung on the ladder, 0 at the bottom
    reference: Floats  # discount the person has come to expect, log price
    task_due: Counts  # week in which a co-creation task ends, 0 for none
    joined: Counts  # week of the latest joining
    left: Counts  # week of the latest leaving, −1 for never
    referrer: Counts  # row of the person who brought them, −1 for nobody
    recency: Counts  # weeks since the last order, −1 for never
    orders: Counts  # orders since the start
    spent: Floats  # ¥ paid since the start
    posts: Counts  # posts since the start
    departed: Floats  # 2^(−Δt/4) since leaving, 0 for members: how fresh the gap is for friends
    pressure: Floats  # last week's state-dependent log-odds of leaving
    active: NDArray[np.int8]  # 1 for who posted, bought or created last week
    echo: Floats  # quality-weighted posts of last week, what friends get to read
    source: NDArray[np.int8]  # how the person came the last time, see Source
    chain: Counts  # links of the chain of referrals above the person
    brought: Counts  # people this person has brought
    created: Counts  # week of the latest co-creation success, −1 for never
    idle: Counts  # weeks since the member last posted, bought, created, voted or met
    activity: Floats  # posts of about the last ten weeks, a ← .9a + posts
    role: NDArray[np.int8]  # see Role
    layer: NDArray[np.int8]  # see Layer
    mode: NDArray[np.int8]  # see Mode
    subscribed: Counts  # week in which the running subscription began, 0 for none
    tokens: Floats  # contributions on the ledger, aging by 1 % a week
    received: Floats  # ¥ that the person has had from the operator: discounts and payouts
    wary: Floats  # anxiety of being harvested, added to the person's privacy concern
    rival: NDArray[np.int8]  # 1 for people who are in a rival community too
    attention: Floats  # share of their attention that goes to this community


class Flow(NamedTuple):
    """What happened to a person this week; made anew every week."""

    member_ties: Floats  # Σ w over ties to members
    total_ties: Floats  # Σ w over all ties
    tie_trust: Floats  # Σ w·T over ties to members
    content: Floats  # Σ w·echo over ties
    crowded: Floats  # share of attention that posts of strangers take, noise/(noise + overload)
    departed_ties: Floats  # Σ w·departed over ties
    subscribed_ties: Floats  # ties who subscribe
    mouth_ties: Floats  # Σ w·loudness over ties to members: who talks about the community
    active_ties: Floats  # Σ w over ties to members who were active last week
    invite_refusal: Floats  # Σ ln(1 − acceptance) over this week's invitations
    inviter: Counts  # row of the most convincing inviter, −1 for none
    invite_pull: Floats  # acceptance probability of that invitation
    invites_sent: Counts  # invitations the person sent
    invites_seen: Counts  # invitations that reached somebody who is a member already
    contacts: Counts  # messages received
    relevance: Floats  # relevance of what arrived, 0–1
    posts: Counts  # posts written
    replies: Counts  # replies received
    orders: Counts  # orders placed
    repeats: Counts  # of these, not the person's first
    paid: Floats  # ¥ paid
    list_value: Floats  # the same orders at list price, ¥
    dropout: NDArray[np.int8]  # 1 where a purchase ended the relation (dropout after purchases)
    expected_margin: Floats  # expected margin of the week before strategy costs, ¥
    failures: Counts  # 1 after a service failure
    unresolved: Counts  # 1 where nobody put it right
    intrusion: Counts  # 1 where personalisation felt like being watched
    good: Floats  # good experiences
    bad: Floats  # bad experiences
    promoted: NDArray[np.int8]  # 1 for who rose a tier
    demoted: NDArray[np.int8]  # 1 for who fell a tier
    invited_to_task: NDArray[np.int8]  # 1 for who was invited to a co-creation task
    cocreated: NDArray[np.int8]  # 1 where a co-creation task succeeded this week
    hazard: Floats  # probability of leaving this week
    value: Floats  # expected discounted margin still to come, ¥ (CLV)
    group_size: Counts  # people in a group purchase that this person started and that came about
    group_failed: NDArray[np.int8]  # 1 where a group this person started did not come about
    grouped: NDArray[np.int8]  # 1 for whom took part in one
    group_order: NDArray[np.int8]  # 1 where that brought an order
    custom: NDArray[np.int8]  # 1 for who had something made to order
    course: NDArray[np.int8]  # 1 for who paid for knowledge
    salon: NDArray[np.int8]  # 1 for who came to meet in person
    voted: NDArray[np.int8]  # 1 for who cast a vote
    renewal_due: NDArray[np.int8]  # 1 where a term of a paid membership ended
    renewed: NDArray[np.int8]  # 1 where it was renewed
    hurt: NDArray[np.int8]  # 1 for whom a hurtful post reached
    removed: NDArray[np.int8]  # 1 where a harmless post of this person was taken down
    joins: NDArray[np.int8]  # 1 for who came this week
    leaves: NDArray[np.int8]  # 1 for who left this week


_SHORT = {
    "status", "tier", "active", "dropout", "promoted", "demoted", "invited_to_task", "cocreated", "joins", "leaves",
    "source", "role", "layer", "mode", "rival", "group_failed", "grouped", "group_order", "custom", "course", "salon",
    "voted", "renewal_due", "renewed", "hurt", "removed",
}  # fmt: skip
_WHOLE = {
    "task_due", "joined", "left", "referrer", "recency", "orders", "posts", "inviter", "invites_sent", "invites_seen",
    "contacts", "repeats", "replies", "failures", "unresolved", "intrusion", "chain", "brought", "created", "idle",
    "subscribed", "group_size",
}  # fmt: skip


def columns(kind: Any, people: int) -> Any:
    """Make the zeroed columns of a :class:`Standing` or a :class:`Flow` for so many people."""
    made = {}
    for name in kind._fields:
        dtype: Any = np.int8 if name in _SHORT else np.int32 if name in _WHOLE else np.float32
        made[name] = np.zeros((people, len(NEEDS)) if name == "need" else people, dtype)
    return kind(**made)


class _Numbering(WeakKeyDictionary[Any, "count[int]"]):
    """Counters of agents by model that let go of a model when everybody else has."""

    def __getitem__(self, model: Any) -> count[int]:
        return self.setdefault(model, count(1))


class LabAgent(mesa.Agent):
    """Agent that lets its model go: Mesa 3.3 keeps every model that ever numbered one, with all its columns."""

    _ids = _Numbering()


class Member(LabAgent):
    """One person as a Mesa agent: a light view on a row of the model's columns.

    Attribute access reads the columns, so a view never goes stale: ``member.trust``, ``member.status``,
    ``member.deal``.

    Args:
        model: The batch of worlds.
        row: Row of the person in the batch.
    """

    def __init__(self, model: CommunityModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __getattr__(self, name: str) -> Any:
        """Read a trait, a standing or this week's flow of this person."""
        if not name.startswith("_") and "row" in self.__dict__:
            for table in (self.model.people, self.model.standing, self.model.flow):
                if name in table._fields:
                    return getattr(table, name)[self.row].copy()
        raise AttributeError(f"a member has no {name!r}")

    @property
    def ties(self) -> NDArray[np.int32]:
        """Rows of the people this person knows."""
        graph = self.model.graph
        return graph.indices[graph.indptr[self.row] : graph.indptr[self.row + 1]]
