"""A strategy that knows no restraint: it moves every channel, remembers, earns and takes time."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from simulation.effects import Channel
from simulation.strategies import Strategy

STEADY = {
    Channel.TIER: 1.0, Channel.SUBSCRIPTION: 1.0, Channel.FEE: 2.0, Channel.GROUP_SIZE: 3.0,
    Channel.CUSTOM_PREMIUM: 0.2, Channel.COURSE_PRICE: 40.0, Channel.RECALL: 0.03,
}  # fmt: skip
"""Channel → what it gets every week."""
SWINGING = {
    Channel.CONTACT: 1.7, Channel.RELEVANCE: 0.2, Channel.SELLING: 0.4, Channel.REWARD: 0.6,
    Channel.PERFORMANCE: 0.5, Channel.RECOGNITION: 0.7, Channel.TIER_STEP: 60.0, Channel.COCREATION: 0.3,
    Channel.COCREATION_SUCCESS: 0.4, Channel.REFERRAL: 1.5, Channel.TRANSPARENCY: 0.8, Channel.HUMAN: 0.5,
    Channel.FAILURE: 0.9, Channel.PERSONALISATION: 0.9, Channel.CONTROL: 0.2, Channel.EVENTS: 0.6,
    Channel.BUYING: 0.5, Channel.POSTING: 0.4, Channel.JOINING: 1.5, Channel.BAD: 0.05,
    Channel.GOOD: 0.4, Channel.DOUBT: 0.1, Channel.MEDIA: 0.04, Channel.REPLY: 0.3, Channel.SUPPLY: 4.0,
    Channel.SAMENESS: 0.7, Channel.MODERATION: 0.3, Channel.STRICTNESS: 0.1, Channel.TOXICITY: 0.7,
    Channel.MACHINE: 0.2, Channel.EXPOSURE: 0.4, Channel.COMMERCE: 0.5, Channel.PERKS: 0.8, Channel.GROUP: 0.2,
    Channel.GROUP_PRICE: -0.3, Channel.BARGAIN: 0.4, Channel.CUSTOM: 0.4, Channel.COURSE: 0.5, Channel.SALON: 0.3,
    Channel.RESCUE: 0.6,
}  # fmt: skip
"""Channel → what it gets more and less of over five weeks."""
TURNING = {
    Channel.PRICE: 0.3, Channel.FUNCTIONAL: 0.03, Channel.SAFETY: 0.04, Channel.BELONGING: -0.03,
    Channel.ESTEEM: 0.05, Channel.GROWTH: -0.04, Channel.FATIGUE: 0.2, Channel.SPEND: 0.4, Channel.AD_COST: 0.5,
    Channel.VOICE: 1.2, Channel.CHURN: 0.6, Channel.RIVAL: 3.0,
}  # fmt: skip
"""Channel → how far it goes up and down again, above and below 0."""


class EveryChannel(Strategy):
    """Moves every channel at once, some for singled-out people only and some back and forth over the weeks."""

    id: ClassVar[str] = "every_channel"
    neutral: ClassVar[dict[str, float]] = {"strength": 0.0}
    earns: ClassVar[bool] = True
    strength: float = 1.0

    def notebook(self, worlds: int, people: int) -> Any:
        """Posts and orders of everybody as the log told them, fading, and how many weeks were read."""
        return {"seen": np.zeros(people, np.float32), "weeks": np.zeros(worlds)}

    def act(self, world, effects):
        """Propose something in every channel."""
        swing = self.strength * (1 + world.week % 5) / 5
        for channel, amount in STEADY.items():
            effects.add(channel, amount * self.strength)
        for channel, amount in SWINGING.items():
            effects.add(channel, amount * swing)
        for channel, amount in TURNING.items():
            effects.add(channel, amount * self.strength * np.sin(world.week))
        effects.add(Channel.VOTE, self.strength if world.week % 3 == 0 else 0.0)
        self._single_out(world, effects)

    def _single_out(self, world, effects) -> None:
        """Favour people for what they did, whom they know, when they were born and by lot."""
        members, book = world.members, world.notebook
        book["seen"] *= np.float32(0.8)
        book["seen"] += world.log["posts"] + world.log["orders"]
        book["weeks"] += 1
        here = members["status"] == 1
        lot = world.coins(1)[:, 0]
        known = np.diff(world.connections[0]) > 8
        for channel, amount, who in (
            (Channel.BUYING, 0.4, members["tier"] > 0),
            (Channel.CONTACT, 0.5, here & (members["recency"] > 6)),
            (Channel.DEPART, 1.0, np.arange(len(here)) % 61 == world.week % 61),
            (Channel.PAYOUT, 2.5, here & (book["seen"] > 1)),
            (Channel.VOICE, 0.5, known),
            (Channel.GROUP, 0.2, here & (lot < 0.2)),
            (Channel.RESCUE, 0.4, here & (members["idle"] > 3)),
            (Channel.ESTEEM, 0.05, here & (world.birthdays() == world.week % 52)),
        ):
            effects.add_to(channel, np.where(who, amount * self.strength, 0).astype(np.float32))

    def bill(self, world):
        """Messages, benefits of tiers, service, payouts and what the notebook holds."""
        kept = np.add.reduceat(world.notebook["seen"].astype(np.float64), world.starts[:-1])
        service = 0.05 * world.total("tier_spend") + 1.0 * world.total("failures")
        return 0.3 * world.total("contacts") + service + 0.01 * kept

    def income(self, world):
        """Fees, courses and orders made to measure, at the shop's margin."""
        made = world.total("custom_value") * world.margin
        return 2.0 * world.total("subscribers") + 40.0 * world.total("courses") + made

    def hours(self, world):
        """Time for messages, meetings and every year of keeping the notebook."""
        return 0.02 * world.total("contacts") + world.total("salon") + world.notebook["weeks"] / 52
