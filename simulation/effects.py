"""Channels through which strategies and shocks act: they propose sums, the processes dispose.

Every channel starts at its neutral value 0 and only ever receives sums, in the space in which its quantity adds up
(log-odds, logs, rates, shares, money). Sums commute, so the order of strategies never matters.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Channel(IntEnum):
    """What a strategy or a shock may move; the comment gives the space and the unit."""

    CONTACT = 0  # messages per member and week
    RELEVANCE = 1  # added to the relevance of what arrives, 0–1
    SELLING = 2  # share of the contacts' selling push that is given up for service, 0–1
    REWARD = 3  # strength of the material reward for posting, R ∈ [0, 1]
    PERFORMANCE = 4  # share of the reward that depends on quality, 0–1
    RECOGNITION = 5  # intensity of honours and badges, 0–1
    TIER = 6  # 1 where a ladder of tiers is in force
    TIER_STEP = 7  # spend that one rung of the ladder takes, ¥ within about a year
    COCREATION = 8  # probability that an idle member is invited to a task this week
    COCREATION_SUCCESS = 9  # log-odds that a finished task succeeds
    REFERRAL = 10  # size of the referral reward, R_f ∈ [0, 1]
    PRICE = 11  # log of the price paid relative to the list price (a 30 % discount is ln 0.7)
    TRANSPARENCY = 12  # share of the cost structure that is disclosed, 0–1
    HUMAN = 13  # share of service failures that a human resolves, 0–1
    FAILURE = 14  # log-odds of a service failure
    PERSONALISATION = 15  # depth of personal data used, 0–1
    CONTROL = 16  # control people have over their data, 0–1
    EVENTS = 17  # events a member can attend per week
    CHURN = 18  # log-odds of leaving this week
    BUYING = 19  # log of the purchase rate
    POSTING = 20  # log of the posting rate
    JOINING = 21  # log of the hazard of joining through media and mouth
    BAD = 22  # bad experiences this week (evidence against trust)
    GOOD = 23  # good experiences this week (evidence for trust)
    DEPART = 24  # 1 for people whom an event takes away this week
    FUNCTIONAL = 25  # weekly gain of the functional need; below 0 a loss, and so for the other four needs
    SAFETY = 26
    BELONGING = 27
    ESTEEM = 28
    GROWTH = 29
    FATIGUE = 30  # fatigue added this week
    DOUBT = 31  # evidence against trust that weighs no more than evidence for it (matters of value)
    SPEND = 32  # log of the value of an order
    MEDIA = 33  # hazard of joining that paid media add, per week
    AD_COST = 34  # log by which reach became dearer
    RECALL = 35  # probability per week and unit of trust left that somebody who left comes back
    VOICE = 36  # log by which a member's word of mouth carries further
    REPLY = 37  # replies a post gets beside those of friends
    SUPPLY = 38  # pieces of the operator's own content in a member's feed per week
    SAMENESS = 39  # how much these pieces are like each other, 0–1
    MODERATION = 40  # share of hurtful posts that are taken down before they are read
    STRICTNESS = 41  # probability that a harmless post is taken down
    TOXICITY = 42  # log by which hurtful posts become more frequent
    MACHINE = 43  # further share of failures that machines put right
    EXPOSURE = 44  # use of personal data beyond the service, 0–1
    COMMERCE = 45  # how much an invitation is a sales pitch, 0–1
    SUBSCRIPTION = 46  # 1 where a paid membership is on offer
    FEE = 47  # its fee, ¥ per week
    PERKS = 48  # log-odds of subscribing that its benefits add
    GROUP = 49  # group purchases a member starts per week
    GROUP_SIZE = 50  # people a group purchase needs
    GROUP_PRICE = 51  # log price in a group relative to the list price
    BARGAIN = 52  # share of those who answer a group that only help to bring the price down
    CUSTOM = 53  # probability of being offered a made-to-order product this week
    CUSTOM_PREMIUM = 54  # its price above list, share
    COURSE = 55  # probability of being offered paid knowledge this week
    COURSE_PRICE = 56  # its price, ¥
    SALON = 57  # probability of being invited to meet in person this week
    VOTE = 58  # 1 in a week with a vote
    PAYOUT = 59  # ¥ that a person receives from the operator this week
    RESCUE = 60  # strength of a retention offer, 0–1
    RIVAL = 61  # pull of a rival community


FEW = 10
"""Fewer than one person in so many is few."""


class EffectArrays(NamedTuple):
    """What compiled processes read: a value per world and, where someone was singled out, per person."""

    world: Floats  # (channels, worlds)
    person: NDArray[np.float64]  # (singled-out channels, people)
    slot: NDArray[np.int8]  # (channels,) row in `person`, −1 where nobody was singled out


@njit(cache=True, nogil=True, error_model="numpy")
def _put(row: Any, amount: Any, starts: Any, funded: Any, first: bool) -> None:
    for world in range(len(funded)):
        # Loops over a slice of their own become vector code; loops from one row number to another do not.
        out, given = row[starts[world] : starts[world + 1]], amount[starts[world] : starts[world + 1]]
        if first:
            for i in range(len(out)):
                out[i] = given[i] if funded[world] else 0.0
        elif funded[world]:
            for i in range(len(out)):
                out[i] += given[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _put_where(row: Any, who: Any, amount: Any, starts: Any, funded: Any, first: bool) -> None:
    for world in range(len(funded)):
        out, chosen = row[starts[world] : starts[world + 1]], who[starts[world] : starts[world + 1]]
        each = float(amount[world]) if funded[world] else 0.0
        heads = 0
        for i in range(len(chosen)):
            heads += chosen[i]
        # Few are looked for one by one, which spares the memory of all others; many are served by vector code.
        if heads * FEW < len(out):
            if first:
                out[:] = 0.0
            for i in range(len(out) if heads > 0 else 0):
                if chosen[i]:
                    out[i] += each
        elif first:
            for i in range(len(out)):
                out[i] = each if chosen[i] else 0.0
        else:
            for i in range(len(out)):
                out[i] += each if chosen[i] else 0.0


class Effects:
    """This week's proposals of all strategies and shocks, for a batch of worlds.

    Args:
        world_of: (people,) world of each row, ascending.
        worlds: Number of worlds in the batch.
    """

    def __init__(self, world_of: NDArray[np.int32], worlds: int) -> None:
        self._starts = np.searchsorted(world_of, np.arange(worlds + 1))
        # Summed in double precision, so that the order in which many strategies add does not show in what people get.
        self._world = np.zeros((len(Channel), worlds))
        self._slot = np.full(len(Channel), -1, np.int8)
        # Rows are kept from week to week: the first proposal of a week for a channel overwrites its row.
        self._person = np.zeros((0, len(world_of)))
        self._used = 0
        self.funded = np.ones(worlds, np.bool_)
        """Worlds whose operator can pay this week; proposals reach only these."""

    def clear(self) -> None:
        """Forget last week's proposals."""
        self._world[:] = 0.0
        self._slot[:] = -1
        self._used = 0
        self.funded[:] = True

    def add(self, channel: Channel, amount: float | Floats) -> None:
        """Add a proposal for everybody: one number, or one per world."""
        self._world[channel] += np.asarray(amount, np.float32) * self.funded

    def add_to(self, channel: Channel, amount: Floats) -> None:
        """Add a proposal for singled-out people: shape (people,), 0 for all others."""
        row, first = self._row(channel)
        _put(row, amount, self._starts, self.funded, first)

    def add_where(self, channel: Channel, who: NDArray[np.bool_], amount: float | NDArray[Any]) -> None:
        """Add the same proposal, one number or one per world, for everybody in ``who``, shape (people,)."""
        each = np.empty(len(self.funded), np.float32)
        each[:] = amount
        row, first = self._row(channel)
        _put_where(row, who, each, self._starts, self.funded, first)

    def _row(self, channel: Channel) -> tuple[NDArray[np.float64], bool]:
        place = int(self._slot[channel])
        if place >= 0:
            return self._person[place], False
        place = self._slot[channel] = self._used
        self._used += 1
        if place == len(self._person):
            self._person = np.concatenate([self._person, np.zeros((1, self._person.shape[1]))])
        return self._person[place], True

    def value(self, channel: Channel) -> Floats:
        """Sum proposed for everybody, per world."""
        return self._world[channel].astype(np.float32)

    def arrays(self) -> EffectArrays:
        """The sums as compiled processes read them; they hold until proposals are cleared."""
        return EffectArrays(self._world.astype(np.float32), self._person[: self._used], self._slot)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def proposed(everybody: Any, singled: Any, slot: Any, channel: int, world: int, person: int) -> float:
    """Sum proposed for one person in one channel: what everybody gets plus what this person was singled out for.

    Takes the three arrays of :class:`EffectArrays` one by one: handing a compiled function a tuple of arrays inside a
    loop over people costs more than all the arithmetic of a process.
    """
    row = slot[channel]
    if row < 0:
        return everybody[channel, world]
    return everybody[channel, world] + singled[row, person]
