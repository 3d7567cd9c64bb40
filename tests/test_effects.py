"""Channels: sums that commute, that single people out, and that reach only funded worlds."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.effects import Channel, Effects, proposed

WORLD_OF = np.array([0, 0, 0, 1, 1, 1], np.int32)


def value(effects: Effects, channel: Channel, person: int) -> float:
    everybody, singled, slot = effects.arrays()
    return float(proposed(everybody, singled, slot, int(channel), int(WORLD_OF[person]), person))


def test_proposals_add_up_in_any_order() -> None:
    one, other = Effects(WORLD_OF, 2), Effects(WORLD_OF, 2)
    for effects, amounts in ((one, (0.5, 0.25)), (other, (0.25, 0.5))):
        for amount in amounts:
            effects.add(Channel.CONTACT, amount)
    assert value(one, Channel.CONTACT, 0) == value(other, Channel.CONTACT, 0) == 0.75


def test_singled_out_people_get_more() -> None:
    effects = Effects(WORLD_OF, 2)
    effects.add(Channel.PRICE, np.array([-0.1, -0.2], np.float32))
    effects.add_to(Channel.PRICE, np.array([0, 1, 0, 0, 0, 2], np.float32))
    assert [value(effects, Channel.PRICE, i) for i in range(6)] == pytest.approx([-0.1, 0.9, -0.1, -0.2, -0.2, 1.8])
    assert value(effects, Channel.REWARD, 1) == 0


def test_unfunded_worlds_get_nothing() -> None:
    effects = Effects(WORLD_OF, 2)
    effects.funded[:] = [True, False]
    effects.add(Channel.EVENTS, 1.0)
    effects.add_to(Channel.GOOD, np.ones(6, np.float32))
    assert [value(effects, Channel.EVENTS, i) for i in (0, 5)] == [1, 0]
    assert [value(effects, Channel.GOOD, i) for i in (0, 5)] == [1, 0]


def test_a_new_week_starts_from_nothing() -> None:
    effects = Effects(WORLD_OF, 2)
    effects.add(Channel.EVENTS, 1.0)
    effects.add_to(Channel.GOOD, np.ones(6, np.float32))
    effects.clear()
    assert all(value(effects, channel, 2) == 0 for channel in Channel)
