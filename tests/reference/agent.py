"""One person of the reference: the equations of the week as a textbook would write them, one method a process."""

from __future__ import annotations

from math import exp, log, sqrt, tanh
from typing import TYPE_CHECKING, Any

import mesa

from simulation.effects import Channel
from tests.reference.luck import Coins, gamma, poisson

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel

PROSPECT, MEMBER, LAPSED = 0, 1, 2
(CONTACT, RELEVANCE, SELLING, REWARD, PERFORMANCE, RECOGNITION, TIER, TIER_STEP, COCREATION, COCREATION_SUCCESS,
 REFERRAL, PRICE, TRANSPARENCY, HUMAN, FAILURE, PERSONALISATION, CONTROL, EVENTS, CHURN, BUYING, POSTING, JOINING, BAD,
 GOOD, DEPART) = map(int, Channel)  # fmt: skip
START_NEED = 0.4


def share(value: float) -> float:
    """The value within 0–1."""
    return min(max(value, 0.0), 1.0)


class Person(mesa.Agent):
    """Somebody of the population; attributes carry the names of the engine's columns.

    Args:
        model: World the person lives in.
        row: Number of the person.
        traits: What the person is: fixed values by name.
        aspiration: Expectation at the start.
        motivation: Intrinsic motivation at the start.
    """

    def __init__(
        self, model: ReferenceModel, row: int, traits: dict[str, Any], aspiration: float, motivation: float
    ) -> None:
        super().__init__(model)
        self.row = row
        self.__dict__.update(traits)
        self.friends: list[Person] = []
        self.strength: list[float] = []
        self.offer: list[float] = []  # by channel: what the operator and the world propose to this person this week
        founder = self.arrival == 0
        self.status = MEMBER if founder else PROSPECT
        self.joined, self.left = (0 if founder else -1), -1
        self.need = [START_NEED] * 5
        self.satisfaction, self.aspiration, self.motivation = START_NEED, aspiration, motivation
        self.trust_for, self.trust_against, self.trust = 3.0, 2.0, 0.6
        self.fatigue = self.points = self.spent = self.reference = 0.0
        self.departed = self.pressure = self.echo = 0.0
        self.tier = self.task_due = self.posts_so_far = self.active = 0
        self.orders_so_far = 1 if model.dropout_after_purchase else 0
        self.recency = -1
        self.referrer: Person | None = None
        self.leaves = self.joins = 0

    def coins(self, decision: str) -> Coins:
        """This week's luck of this person in one kind of decision."""
        return self.model.luck.toss(self.model.week, self.row, decision)

    def look_around(self) -> None:
        """Sum over ties what friends were and did last week."""
        members = total = trust = content = departed = 0.0
        for friend, w in zip(self.friends, self.strength, strict=True):
            total += w
            content += w * friend.echo
            departed += w * friend.departed
            if friend.status == MEMBER:
                members += w
                trust += w * friend.trust
        self.member_ties, self.total_ties, self.tie_trust = members, total, trust
        self.content, self.departed_ties = content, departed

    def forget_invitations(self) -> None:
        """A new week, no invitations yet."""
        self.invite_refusal = self.invite_pull = 0.0
        self.inviter: Person | None = None
        self.invites_sent = self.invites_seen = 0

    def invite(self) -> None:
        """E4: Poisson(.03(1 + 6R)(T + S − .6)₊ min(k, 40)/10) invitations, at most three, each to a random friend."""
        if self.status != MEMBER or not self.friends:
            return
        warmth = self.trust + self.satisfaction - 0.6
        if warmth <= 0:
            return
        c = self.model.behaviour.referral
        reward = share(self.offer[REFERRAL])
        number, *whom = self.coins("invite")
        mean = c.rate * (1 + c.reward_pull * reward) * warmth * min(self.degree, 40) / 10
        for pick in whom[: min(poisson(number, mean), 3)]:
            place = min(int(pick * len(self.friends)), len(self.friends) - 1)
            self.invites_sent += 1
            self.friends[place].hear_invitation(self, self.strength[place], reward)

    def hear_invitation(self, inviter: Person, w: float, reward: float) -> None:
        """E4: accepted with .10 [4w(1 − w) + .3] e^{2.5R(d − .35)}; several are refused independently."""
        if self.status == MEMBER:
            self.invites_seen += 1
        elif self.status == PROSPECT:
            c = self.model.behaviour.referral
            pull = min(c.acceptance * (4 * w * (1 - w) + 0.3) * exp(c.deal_pull * reward * (self.deal - 0.35)), 0.95)
            self.invite_refusal += log(1 - pull)
            if pull > self.invite_pull:
                self.invite_pull, self.inviter = pull, inviter

    def join(self) -> None:
        """E3: media and mouth, 1 − exp(−(p + q·share of ties inside)); E4: invitations; E21: the lapsed return."""
        self.joins = 0
        if self.status == MEMBER:
            return
        c = self.model.behaviour.joining
        heard, persuaded, missed, _ = self.coins("join")
        referred = False
        if self.status == LAPSED:
            comes = missed < c.win_back * self.trust / 0.6
        elif self.arrival >= 0:
            comes = self.arrival == self.model.week
        else:
            near = self.member_ties / self.total_ties if self.total_ties > 0 else 0.0
            comes = heard > exp(-exp(self.offer[JOINING]) * (c.media + c.mouth * near))
            referred = self.inviter is not None and persuaded > exp(self.invite_refusal)
        if comes or referred:
            self.joins, self.status, self.joined = 1, MEMBER, self.model.week
            self.departed = self.fatigue = self.points = 0.0
            self.tier = self.task_due = 0
            self.need, self.satisfaction = [START_NEED] * 5, START_NEED
            if referred:
                self.referrer = self.inviter

    def arrive(self) -> None:
        """Messages: the whole part of the frequency, and one more with the rest as probability."""
        self.contacts, self.relevance = 0, 0.0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.arriving
        frequency = max(self.offer[CONTACT], 0.0)
        whole = int(frequency)
        self.contacts = whole + (self.coins("contact")[0] < frequency - whole)
        self.relevance = share(
            c.relevance + c.personal_lift * share(self.offer[PERSONALISATION]) + self.offer[RELEVANCE]
        )

    def post(self) -> None:
        """E11: y ~ Poisson(η(.3 + .7M) e^{.5(S − A)} e^{1.2√R(.5 + .5d)} (1 + .25e) e^{.25m − .06m²} e^{−.3F})."""
        self.posts = self.replies = 0
        self.echo = 0.0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.posting
        reward, performance = share(self.offer[REWARD]), share(self.offer[PERFORMANCE])
        m = self.contacts
        log_rate = (
            0.5 * (self.satisfaction - self.aspiration)
            + c.reward_pull * sqrt(reward) * (0.5 + 0.5 * self.deal)
            + 0.25 * m
            - 0.06 * m * m
            - 0.3 * self.fatigue
            + self.offer[POSTING]
        )
        keenness = self.posting * (0.3 + 0.7 * self.motivation) * (1 + 0.25 * max(self.offer[EVENTS], 0.0))
        mean = keenness * exp(min(log_rate, 20.0))
        how_many, how_answered, _, _ = self.coins("post")
        self.posts = poisson(how_many, min(mean, 40.0))
        self.posts_so_far += self.posts
        quality = 1 - c.quality_loss * reward * (1 - performance)
        self.echo = self.posts * quality
        if self.posts:
            self.replies = poisson(how_answered, c.replies * self.posts * quality * tanh(self.member_ties / 3))

    def create(self) -> None:
        """An idle member starts a task with probability channel · M; when due it succeeds with σ(odds + 2(M − .5))."""
        self.invited_to_task = self.cocreated = 0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.creating
        if self.task_due == 0:
            chance = min(self.offer[COCREATION], 1.0)
            if chance > 0 and self.coins("cocreate")[0] < chance * self.motivation:
                self.invited_to_task = 1
                self.task_due = self.model.week + int(c.task_weeks)
        elif self.task_due <= self.model.week:
            odds = c.base_success + c.motivation_slope * (self.motivation - 0.5) + self.offer[COCREATION_SUCCESS]
            self.cocreated = int(self.coins("cocreate")[1] < 1 / (1 + exp(-odds)))
            self.task_due = 0

    def expected_orders(self) -> float:
        """E13: λ·exp(.8(S − A) + .8(T − .6) + .25(rel − .2) + .30 tanh m − .25(F − .3)₊)·price^ε·(…)."""
        c, offer = self.model.behaviour.buying, self.offer
        price = offer[PRICE]
        log_rate = (
            c.satisfaction * (self.satisfaction - self.aspiration)
            + c.trust * (self.trust - 0.6)
            + c.relevance * (self.relevance - 0.2)
            + c.contact * (1 - share(offer[SELLING])) * tanh(self.contacts)
            - c.fatigue * max(self.fatigue - 0.3, 0.0)
            + c.elasticity * price
            + offer[BUYING]
        )
        openness = 1 + c.transparency * share(offer[TRANSPARENCY]) * (1 - self.model.margin / 0.55)
        dearer = min(max(price - self.reference, 0.0) / 0.3567, 1.0)
        rate = self.rate * exp(min(log_rate, 20.0)) * openness * (1 - c.reference_drag * dearer)
        if offer[TIER] > 0 and self.tier < 3:
            step = max(offer[TIER_STEP], 1.0)
            below, above = (0.0 if self.tier == 0 else step * 2 ** (self.tier - 1)), step * 2**self.tier
            rate *= 1 + c.goal_gradient * share((self.points - below) / (above - below)) ** 2
        if self.joined == self.model.week:
            rate *= 0.5
        return min(rate, 30.0)

    def buy(self) -> None:
        """Orders ~ Poisson(E13), of gamma value; where dropout follows purchases, one of them may be the last."""
        self.orders = self.repeats = self.dropout = 0
        self.paid = self.list_value = self.expected_margin = 0.0
        if self.status != MEMBER:
            return
        mean = self.expected_orders()
        how_many, how_dear, how_long, _ = self.coins("buy")
        orders = poisson(how_many, mean)
        price = exp(self.offer[PRICE])
        if self.model.dropout_after_purchase and orders:
            stay = 1 / (1 + exp(self.base_churn + self.pressure))
            last = 1 + int(log(how_long) / log(stay))
            if last <= orders:
                orders, self.dropout = last, 1
        if orders:
            self.list_value = self.spend * gamma(how_dear, self.spend_shape * orders) / self.spend_shape
            self.paid = self.list_value * price
        self.expected_margin = mean * self.spend * (price - 1 + self.model.margin)
        self.orders = orders
        self.repeats = orders if self.orders_so_far else max(orders - 1, 0)
        self.orders_so_far += orders
        self.spent += self.paid
        if orders:
            self.recency = 0
        elif self.recency >= 0:
            self.recency += 1
        pace = 1 - exp(-3 / self.model.behaviour.buying.reference_weeks)
        self.reference += pace * (self.offer[PRICE] - self.reference)

    def serve(self) -> None:
        """E9: failures per order, unresolved with 1 − (.55 + .35 human); intrusion; a high margin laid open."""
        self.failures = self.unresolved = self.intrusion = 0
        self.good = self.bad = 0.0
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.serving, self.offer
        fails, fixed, watched, _ = self.coins("service")
        if self.orders:
            odds = c.failure / (1 - c.failure) * exp(offer[FAILURE])
            self.failures = int(fails > (1 / (1 + odds)) ** self.orders)
            if self.failures:
                self.unresolved = int(fixed < 1 - (c.machine_fix + c.human_fix * share(offer[HUMAN])))
        depth = share(offer[PERSONALISATION])
        if self.contacts:
            slope = c.intrusion * self.privacy * depth * depth
            self.intrusion = int(watched < min(0.5, slope * (1 - share(offer[CONTROL])) * (1 - self.trust)))
        openness = share(offer[TRANSPARENCY])
        self.good = (
            (c.good_order + c.good_openness * openness) * max(self.orders - self.failures, 0)
            + c.good_service * share(offer[SELLING]) * self.contacts
            + max(offer[GOOD], 0.0)
        )
        unfair = c.unfair_margin * openness * max(self.model.margin - 0.55, 0.0) * self.orders
        self.bad = self.unresolved + self.intrusion + unfair + max(offer[BAD], 0.0)
