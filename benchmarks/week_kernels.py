"""The agreed week as the lab writes kernels: named luck drawn in the loop, blocks of people that become vector code.

People stand in blocks of 512; within a block each quantity is a row of one flat float32 array. Unsigned indices and a
single array let the compiler prove that rows do not overlap, polynomials instead of library exponentials let it
vectorise, and a post and a satisfaction share one integer, so that a tie costs one look.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from benchmarks.week import FRESH, STREAM, SUMS, Crowd
from simulation.streams import uniforms

BLOCK = 512
ROWS = ("n0", "n1", "n2", "n3", "n4", "w0", "w1", "w2", "w3", "w4", "satisfaction", "aspiration", "trust_for",
        "trust_against", "points", "churn", "posting", "buying", "spend", "per_tie", "u0", "u1", "u2", "u3", "heard",
        "mood", "here", "posted")  # fmt: skip
FIXED = 1 << 16
"""Satisfaction in a shared integer counts in units of 2⁻¹⁶."""

_POST = 30  # bit of a post; the bits below hold the satisfaction of up to 16,384 friends
_B = np.uint64(BLOCK)
_R = np.uint64(len(ROWS))
_PLACES = [np.uint64(place * BLOCK) for place in range(len(ROWS))]
(_N0, _N1, _N2, _N3, _N4, _W0, _W1, _W2, _W3, _W4, _S, _A, _FOR, _AGAINST, _POINTS, _CHURN, _ETA, _RATE, _SPEND,
 _PER_TIE, _U0, _U1, _U2, _U3, _HEARD, _MOOD, _HERE, _POSTED) = _PLACES  # fmt: skip
_F = np.float32


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _exp(x: Any) -> Any:
    """e^x for |x| ≤ 12 within 2e-6, as (e^{x/32})³² with a polynomial inside: no branch, no table."""
    y = x * _F(1 / 32)
    p = _F(1) + y * (_F(1) + y * (_F(1 / 2) + y * (_F(1 / 6) + y * (_F(1 / 24) + y * _F(1 / 120)))))
    p *= p
    p *= p
    p *= p
    p *= p
    return p * p


@njit(cache=True, nogil=True, error_model="numpy")
def _draw(s: Any, base: Any, first: Any, seed: Any, week: Any) -> None:
    for lane in range(_B):
        u0, u1, u2, u3 = uniforms(seed, week, first + lane, STREAM)
        s[base + _U0 + lane] = u0
        s[base + _U1 + lane] = u1
        s[base + _U2 + lane] = u2
        s[base + _U3 + lane] = u3


@njit(cache=True, nogil=True, error_model="numpy")
def _hear(s: Any, base: Any, first: int, people: int, shown: Any, indptr: Any, indices: Any) -> None:
    for person in range(first, min(first + BLOCK, people)):
        total = np.int64(0)
        for tie in range(indptr[person], indptr[person + 1]):
            total += shown[indices[tie]]
        lane = base + np.uint64(person - first)
        s[lane + _HEARD] = min(total >> _POST, 3)
        s[lane + _MOOD] = _F(total & ((1 << _POST) - 1)) * _F(1 / FIXED) * s[lane + _PER_TIE]


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "nsz", "contract"})
def _feel(s: Any, base: Any, sums: Any) -> None:
    posts = orders = revenue = gone = content = trusting = tiers = _F(0)
    for lane in range(_B):
        i = base + lane
        n0, n1, n2, n3, n4 = s[i + _N0], s[i + _N1], s[i + _N2], s[i + _N3], s[i + _N4]
        satisfaction, aspiration = s[i + _S], s[i + _A]
        good, bad = s[i + _FOR], s[i + _AGAINST]
        gap, trust = satisfaction - aspiration, good / (good + bad) - _F(0.6)
        drive = _exp(_F(0.5) * (gap + trust))
        here = s[i + _HERE]
        posted = here if s[i + _U0] < s[i + _ETA] * drive else _F(0)
        bought = here if s[i + _U1] < s[i + _RATE] * drive else _F(0)
        failed = here if s[i + _U2] < _F(0.08) else _F(0)
        stays = min(max(_F(2) * gap + _F(1.5) * trust - s[i + _CHURN], _F(-12)), _F(12))
        left = here if s[i + _U3] * (_F(1) + _exp(stays)) < _F(1) else _F(0)
        stay = _F(1) - left
        heard, mood = s[i + _HEARD], s[i + _MOOD]
        n0 += (_F(1) - n0) * (_F(0.045) + _F(0.10) * bought) - _F(0.08) * n0
        n1 += (_F(1) - n1) * _F(0.05) - _F(0.08) * n1 - _F(0.30) * failed * n1
        n2 += (_F(1) - n2) * (_F(0.03) + _F(0.02) * heard) - _F(0.08) * n2
        n3 += (_F(1) - n3) * (_F(0.035) + _F(0.04) * heard * posted) - _F(0.08) * n3
        n4 += (_F(1) - n4) * (_F(0.045) + _F(0.05) * posted) - _F(0.08) * n4
        satisfaction = s[i + _W0] * n0 + s[i + _W1] * n1 + s[i + _W2] * n2 + s[i + _W3] * n3 + s[i + _W4] * n4
        aspiration += _F(0.02) * (satisfaction - aspiration)
        good = _F(0.02) + _F(0.98) * good + _F(0.5) * bought * (_F(1) - failed) + _F(0.03) * mood
        bad = _F(0.05) + _F(0.98) * bad + _F(0.3) * failed - _F(0.03) * mood
        paid = s[i + _SPEND] * bought
        points = (_F(0.98) * s[i + _POINTS] + paid) * stay
        # A newcomer takes the place of who left; written as a blend, since a branch would stop vector code.
        fresh = _F(0.4) * left
        s[i + _N0] = n0 * stay + fresh
        s[i + _N1] = n1 * stay + fresh
        s[i + _N2] = n2 * stay + fresh
        s[i + _N3] = n3 * stay + fresh
        s[i + _N4] = n4 * stay + fresh
        satisfaction = satisfaction * stay + fresh
        good = good * stay + _F(3) * left
        bad = bad * stay + _F(2) * left
        s[i + _S] = satisfaction
        s[i + _A] = aspiration * stay + _F(0.38) * left
        s[i + _FOR] = good
        s[i + _AGAINST] = bad
        s[i + _POINTS] = points
        s[i + _POSTED] = posted * stay
        posts += posted
        orders += bought
        revenue += paid
        gone += left
        content += satisfaction * here
        trusting += good / (good + bad) * here
        tiers += (
            (_F(1) if points >= _F(50) else _F(0))
            + (_F(1) if points >= _F(150) else _F(0))
            + (_F(1) if points >= _F(400) else _F(0))
        )
    sums[0] += posts
    sums[1] += orders
    sums[2] += revenue
    sums[3] += gone
    sums[4] += content
    sums[5] += trusting
    sums[6] += tiers


@njit(cache=True, nogil=True, error_model="numpy")
def _show(s: Any, base: Any, first: int, people: int, shown: Any) -> None:
    for person in range(first, min(first + BLOCK, people)):
        i = base + np.uint64(person - first)
        shown[person] = (np.int32(s[i + _POSTED]) << _POST) + np.int32(s[i + _S] * _F(FIXED))


@njit(cache=True, nogil=True, error_model="numpy")
def live(s: Any, shown: Any, showing: Any, indptr: Any, indices: Any, seed: Any, week: Any, sums: Any) -> None:
    """Live one week: from what ties showed last week to what they show this week."""
    people = len(shown)
    for block in range(len(s) // (BLOCK * len(ROWS))):
        base = np.uint64(block) * _B * _R
        first = block * BLOCK
        _draw(s, base, np.uint64(first), seed, week)
        _hear(s, base, first, people, shown, indptr, indices)
        _feel(s, base, sums)
        _show(s, base, first, people, showing)


def blocks(crowd: Crowd) -> Any:
    """Lay a crowd out in blocks: flat float32 of blocks × rows × 512, places beyond the last person empty."""
    many = -(-crowd.people // BLOCK)
    traits: dict[str, Any] = {f"n{k}": FRESH["need"] for k in range(5)} | {
        name: FRESH[name] for name in FRESH if name in ROWS
    }
    traits |= {f"w{k}": crowd.weight[:, k] for k in range(5)}
    traits |= {"churn": crowd.churn, "posting": crowd.posting, "buying": crowd.buying, "spend": crowd.spend, "here": 1}
    traits["per_tie"] = 1 / np.maximum(np.diff(crowd.indptr), 1)
    state = np.zeros((many, len(ROWS), BLOCK), np.float32)
    state[:, ROWS.index("trust_for")] = state[:, ROWS.index("trust_against")] = 1
    for name, column in traits.items():
        padded = np.zeros(many * BLOCK, np.float32)
        padded[: crowd.people] = column
        padded[crowd.people :] = 1 if name in {"trust_for", "trust_against"} else 0
        state[:, ROWS.index(name)] = padded.reshape(many, BLOCK)
    return state.reshape(-1)


class Kernels:
    """A crowd that lives in compiled blocks."""

    live = staticmethod(live)

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.state = blocks(crowd)
        self.shown = np.full(crowd.people, int(FRESH["satisfaction"] * FIXED), np.int32)
        self.showing = self.shown.copy()
        self.week = 0
        self.sums: dict[str, float] = {}

    def step(self) -> None:
        """Live one week; its sums stand in ``sums``."""
        self.week += 1
        sums = np.zeros(len(SUMS))
        self.live(self.state, self.shown, self.showing, self.crowd.indptr, self.crowd.indices, self.crowd.seed,
                  self.week, sums)  # fmt: skip
        self.shown, self.showing = self.showing, self.shown
        self.sums = dict(zip(SUMS, sums.tolist(), strict=True))
