"""Loops over people who may be in several communities of one market.

Columns of all communities stand one above the other, shape (communities, people). Who is in one community at most is
left exactly as they are: a market of one community is an ordinary run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.curves import exp, log
from simulation.members import Mode, Status

MEMBER, COMPARE = int(Status.MEMBER), int(Mode.COMPARE)
NOBODY = 0
"""Home of people who are in no community; that of others is the number of theirs, from 1."""
FULL = -20.0  # log by which somebody whom nothing more fits is less likely to join

Floats = NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def hold(satisfaction: Any, aspiration: Any, trust: Any) -> Any:
    """Hold of every community on everybody, as in E20: 2(S − A) + 1.5(T − .6), (communities, people)."""
    held = np.empty(satisfaction.shape)
    for k in range(held.shape[0]):
        for i in range(held.shape[1]):
            held[k, i] = 2.0 * (satisfaction[k, i] - aspiration[k, i]) + 1.5 * (trust[k, i] - 0.6)
    return held


@njit(cache=True, nogil=True, error_model="numpy")
def look_elsewhere(
    status: Any, held: Any, mode: Any, attention: Any, contacts: Any, departed: Any, capacity: float, tiring: float,
    seeking: float,
) -> tuple[Any, Any, Any]:  # fmt: skip
    """What it means for each community that people are, or have just been, in others.

    Args:
        status: (communities, people), and so are the following.
        held: Hold of the community on the person.
        mode: How they decide.
        attention: Share of attention last week.
        contacts: Messages of last week.
        departed: Freshness of their leaving, 2^(−Δt/4).
        capacity: Communities that one person has time for.
        tiring: Fatigue that a message causes in the other communities.
        seeking: How much more readily people join another when they have just left one.

    Returns:
        Log by which people join more or less readily; fatigue that messages of others cause; log of the share of
        attention of members who are in several.
    """
    communities, people = status.shape
    joining = np.zeros((communities, people))
    tired, shared = np.zeros_like(joining), np.zeros_like(joining)
    for i in range(people):
        count = messages = 0
        home = -1
        gone = 0.0
        for k in range(communities):
            if status[k, i] == MEMBER:
                count += 1
                messages += contacts[k, i]
                if home < 0 or held[k, i] > held[home, i]:
                    home = k
            else:
                gone = max(gone, departed[k, i])
        wish = log(1.0 + seeking * gone) if gone > 0.0 else 0.0
        if count > 0:
            room = 1.0 - count / capacity
            wish += (log(room) if room > 0.0 else FULL) - held[home, i]
            wish += log(2.0) if mode[home, i] == COMPARE else 0.0
        for k in range(communities):
            if status[k, i] != MEMBER:
                joining[k, i] = wish
            else:
                tired[k, i] = tiring * (messages - contacts[k, i])
                shared[k, i] = log(max(attention[k, i], 1e-6)) if count > 1 else 0.0
    return joining, tired, shared


@njit(cache=True, nogil=True, error_model="numpy")
def powers(logs: Any) -> Any:
    """e^x of every number of a column, single precision, at most e^8."""
    raised = np.empty(len(logs), np.float32)
    for i in range(len(logs)):
        raised[i] = exp(min(logs[i], 8.0))
    return raised


@njit(cache=True, nogil=True, error_model="numpy")
def share_attention(status: Any, held: Any, pull: Any, outside: Any, home: float, attention: Any) -> None:
    """Divide the attention of everybody who is in several communities, in place (E20).

    a_k = e^{hold_k + home}/(Σ_j e^{hold_j + home} + 1[outside] e^{pull}), j over the person's communities; the nameless
    rival outside the market counts once, at the strongest pull that any of them feels.
    """
    communities, people = status.shape
    for i in range(people):
        count = 0
        beside = total = 0.0
        for k in range(communities):
            if status[k, i] == MEMBER:
                count += 1
                total += exp(held[k, i] + home)
                if outside[k, i] == 1:
                    beside = max(beside, exp(pull[k, i]))
        if count < 2:
            continue
        for k in range(communities):
            if status[k, i] == MEMBER:
                attention[k, i] = exp(held[k, i] + home) / (total + beside)


@njit(cache=True, nogil=True, error_model="numpy")
def share_purse(paid: Any, purse: Any) -> Any:
    """Share of this week's baskets that everybody can pay, (people,); what they pay is taken out of the purse."""
    communities, people = paid.shape
    payable = np.ones(people)
    for i in range(people):
        total = 0.0
        for k in range(communities):
            total += paid[k, i]
        if total > purse[i]:
            payable[i] = purse[i] / total
        purse[i] -= min(total, purse[i])
    return payable


@njit(cache=True, nogil=True, error_model="numpy")
def find_homes(status: Any, attention: Any, homes: Any) -> None:
    """Community that each person gives most of their attention to, in place; on a par they stay where they were."""
    communities, people = status.shape
    for i in range(people):
        best, most = NOBODY, -1.0
        for k in range(communities):
            if status[k, i] == MEMBER:
                more = attention[k, i] > most or (attention[k, i] == most and homes[i] == k + 1)
                if more:
                    best, most = k + 1, attention[k, i]
        homes[i] = best


@njit(cache=True, nogil=True, error_model="numpy")
def count_moves(before: Any, after: Any, starts: Any, communities: int) -> Any:
    """(worlds, communities + 1, communities + 1) people by home before and home after."""
    moves = np.zeros((len(starts) - 1, communities + 1, communities + 1), np.int64)
    for world in range(len(starts) - 1):
        for i in range(starts[world], starts[world + 1]):
            moves[world, before[i], after[i]] += 1
    return moves


@njit(cache=True, nogil=True, error_model="numpy")
def count_together(status: Any, starts: Any) -> tuple[Any, Any]:
    """People by number of communities, (worlds, communities + 1), and by pair, (worlds, communities, communities)."""
    communities = status.shape[0]
    number = np.zeros((len(starts) - 1, communities + 1), np.int64)
    pairs = np.zeros((len(starts) - 1, communities, communities), np.int64)
    for world in range(len(starts) - 1):
        for i in range(starts[world], starts[world + 1]):
            count = 0
            for k in range(communities):
                if status[k, i] == MEMBER:
                    count += 1
                    for j in range(communities):
                        if status[j, i] == MEMBER:
                            pairs[world, k, j] += 1
            number[world, count] += 1
    return number, pairs
