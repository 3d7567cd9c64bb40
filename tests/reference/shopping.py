"""Buying and being served: orders, groups, failures, and what of it counts as a good or a bad experience."""

from __future__ import annotations

from math import exp, log, tanh

from simulation.members import Mode
from tests.reference.agent import MEMBER, Person, share, within
from tests.reference.luck import gamma, poisson


class Customer(Person):
    """A person who buys."""

    def expected_orders(self) -> float:
        """E13: λ·exp(.8(S − A) + .8(T − .6) + .25(rel − .2) + .30 tanh m − .25(F − .3)₊)·price^ε·(…).

        Beyond the usual pace it saturates: x ← 1 + 3(1 − e^{−(x − 1)/3}). E17: who imitates adds .3 (share of ties
        active − .15), who optimises has 1.25 ε.
        """
        c, offer = self.model.behaviour.buying, self.offer
        elasticity = c.elasticity * (c.optimising if self.mode == Mode.OPTIMISE else 1)
        imitated = 0.0
        if self.mode == Mode.IMITATE and self.member_ties > 0:
            imitated = c.imitation * (self.active_ties / self.member_ties - 0.15)
        log_rate = (
            c.satisfaction * (self.satisfaction - self.aspiration)
            + c.trust * (self.trust - 0.6)
            + c.relevance * (self.relevance - 0.2)
            + c.contact * (1 - share(offer.selling)) * (1 - self.wary) * tanh(self.contacts)
            - c.fatigue * max(self.fatigue - 0.3, 0.0)
            + elasticity * offer.price
            + imitated
            + c.subscriber * (self.subscribed > 0)
            + c.own_work * (self.created >= 0 and self.model.week - self.created < 26)
            + offer.buying
        )
        openness = 1 + c.transparency * share(offer.transparency) * (1 - self.model.margin / 0.55)
        dearer = share((max(offer.price, 0.0) - self.reference) / 0.3567)
        pull = exp(min(log_rate, 20.0)) * openness * (1 - c.reference_drag * dearer)
        pull *= 1 + c.goal_gradient * self.nearness_of_next_rung() ** 2
        if pull > 1:
            pull = 1 + (c.satiety - 1) * (1 - exp(-(pull - 1) / (c.satiety - 1)))
        rate = self.rate * pull * self.attention
        if self.group_order:
            rate *= 1 - c.group_diversion
        if self.joined == self.model.week:
            rate *= 0.5
        return min(rate, 30.0)

    def nearness_of_next_rung(self) -> float:
        """Share of the way from the rung the person stands on to the next one, where there is a ladder."""
        if self.offer.tier <= 0 or self.tier >= 3:
            return 0.0
        step = max(self.offer.tier_step, 1.0)
        below, above = (0.0 if self.tier == 0 else step * 2 ** (self.tier - 1)), step * 2**self.tier
        return share((self.points - below) / (above - below))

    def buy(self) -> None:
        """Orders ~ Poisson(E13) and one of a group, of gamma value; with dropout by purchase one may be the last."""
        self.orders = self.repeats = self.dropout = 0
        self.paid = self.list_value = self.expected_margin = 0.0
        if self.status != MEMBER:
            return
        offer, margin = self.offer, self.model.margin
        mean, in_group = self.expected_orders(), self.group_order
        how_many, how_dear, how_long, _ = self.coins("buy")
        orders = poisson(how_many, mean) + in_group
        log_bargain = min(offer.group_price, 0.0) if in_group else offer.price
        price, bargain = exp(offer.price), exp(log_bargain)
        spend = self.spend * exp(within(offer.spend, 3.0))
        if self.model.dropout_after_purchase and orders:
            stay = 1 / (1 + exp(self.base_churn + self.pressure))
            last = 1 + int(log(how_long) / log(stay))
            if last <= orders:
                orders, self.dropout = last, 1
        if orders:
            self.list_value = spend * gamma(how_dear, self.spend_shape * orders) / self.spend_shape
            self.paid = self.list_value * ((orders - in_group) * price + in_group * bargain) / orders
        self.expected_margin = spend * (mean * (price - 1 + margin) + in_group * (bargain - 1 + margin))
        self.orders = orders
        self.repeats = orders if self.orders_so_far else max(orders - 1, 0)
        self.orders_so_far += orders
        self.spent += self.paid
        if orders:
            self.recency = 0
        elif self.recency >= 0:
            self.recency += 1
        pace = 1 - exp(-3 / self.model.behaviour.buying.reference_weeks)
        self.reference += pace * (min(offer.price, log_bargain) - self.reference)

    def serve(self) -> None:
        """E9: service fails or not, data are used or not, posts hurt or are taken down; all of it is evidence."""
        self.failures = self.unresolved = self.intrusion = self.hurt = self.removed = 0
        self.good = self.bad = 0.0
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.serving, self.offer
        self._be_served()
        self._be_watched()
        self._read_and_be_read()
        openness = share(offer.transparency)
        self.good = (
            (c.good_order + c.good_openness * openness) * max(self.orders - self.failures, 0)
            + c.good_service * share(offer.selling) * self.contacts
            + max(offer.good, 0.0)
        )
        self.bad = (
            self.unresolved
            + self.intrusion
            + c.unfair_margin * openness * max(self.model.margin - 0.55, 0.0) * self.orders
            + c.hurt * self.hurt
            + c.removed * self.removed
            + c.pitch * share(offer.commerce) * self.invites_seen
            + c.group_failed * self.group_failed
            + max(offer.bad, 0.0)
        )

    def _be_served(self) -> None:
        """A failure per order with probability .08, unresolved with 1 − (.55 + .35 human + machines)."""
        if not self.orders:
            return
        c, offer = self.model.behaviour.serving, self.offer
        fails, fixed, _, _ = self.coins("service")
        odds = c.failure / (1 - c.failure) * exp(offer.failure)
        self.failures = int(fails > (1 / (1 + odds)) ** self.orders)
        if self.failures:
            self.unresolved = int(fixed < 1 - (c.machine_fix + c.human_fix * share(offer.human) + offer.machine))

    def _be_watched(self) -> None:
        """Intrusion: min(.5, .5(c + wariness)(p² + exposure²)(1 − control)(1 − T)), p where something arrives."""
        offer = self.offer
        depth = share(offer.personalisation) if self.contacts else 0.0
        used = depth**2 + share(offer.exposure) ** 2
        if used > 0:
            _, _, watched, _ = self.coins("service")
            concern = share(self.privacy + self.wary)
            chance = self.model.behaviour.serving.intrusion * concern * used
            self.intrusion = int(watched < min(0.5, chance * (1 - share(offer.control)) * (1 - self.trust)))

    def _read_and_be_read(self) -> None:
        """Hurt: .02·e^{toxicity}·posts read·(1 − moderation), at most .3; a post is taken down by ``strictness``."""
        offer, toxicity = self.offer, self.model.behaviour.serving.toxicity
        hurts, falls, _, _ = self.coins("moderate")
        nasty = toxicity * exp(within(offer.toxicity, 6.0)) * self.content * (1 - share(offer.moderation))
        self.hurt = int(hurts < min(nasty, 0.3))
        if self.posts and falls < 1 - (1 - share(offer.strictness)) ** self.posts:
            self.removed, self.echo = 1, 0.0
