"""One person of the reference: the equations of the week as a textbook would write them, one method a process."""

from __future__ import annotations

from math import exp, log, sqrt, tanh
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import mesa

from simulation.members import NEEDS, Flow, Layer, Mode, Role, Source, Status
from tests.reference.luck import Coins, poisson

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel

PROSPECT, MEMBER, LAPSED = map(int, Status)
START_NEED = 0.4


def share(value: float) -> float:
    """The value within 0–1."""
    return min(max(value, 0.0), 1.0)


def within(value: float, most: float) -> float:
    """The value within ±most."""
    return min(max(value, -most), most)


def sigma(log_odds: float) -> float:
    """The probability that has these log-odds, which count within ±30."""
    return 1 / (1 + exp(-within(log_odds, 30.0)))


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
        self.offer = SimpleNamespace()  # by channel: what the operator and the world propose to this person this week
        self.__dict__.update(dict.fromkeys(Flow._fields, 0))  # nothing has happened yet
        founder = self.arrival == 0
        self.status = MEMBER if founder else PROSPECT
        self.joined, self.left = (0 if founder else -1), -1
        self.source: Source = Source.FOUNDER
        self.need = [START_NEED] * len(NEEDS)
        self.satisfaction, self.aspiration, self.motivation = START_NEED, aspiration, motivation
        self.trust_for, self.trust_against, self.trust = 3.0, 2.0, 0.6
        self.fatigue = self.points = self.spent = self.reference = 0.0
        self.departed = self.pressure = self.echo = 0.0
        self.activity = self.tokens = self.received = self.wary = 0.0
        self.attention = 1.0
        self.tier = self.task_due = self.posts_so_far = self.active = self.idle = 0
        self.chain = self.brought = self.subscribed = self.rival = 0
        self.mode: Mode = Mode.REPEAT
        self.role: Role = Role.PARTICIPANT if self.status == MEMBER else Role.BYSTANDER
        self.layer: Layer = Layer.NEW
        self.orders_so_far = 1 if model.dropout_after_purchase else 0
        self.recency = self.created = -1
        self.referrer: Person | None = None
        self.inviter: Person | None = None

    def coins(self, decision: str) -> Coins:
        """This week's luck of this person in one kind of decision."""
        return self.model.luck.toss(self.model.week, self.row, decision)

    def look_around(self) -> None:
        """Sum over ties what friends were and did last week."""
        ties = list(zip(self.friends, self.strength, strict=True))
        inside = [(friend, w) for friend, w in ties if friend.status == MEMBER]
        self.total_ties = sum(w for _, w in ties)
        self.content = sum(w * friend.echo for friend, w in ties)
        self.departed_ties = sum(w * friend.departed for friend, w in ties)
        self.member_ties = sum(w for _, w in inside)
        self.tie_trust = sum(w * friend.trust for friend, w in inside)
        self.active_ties = sum(w * friend.active for friend, w in inside)
        self.mouth_ties = sum(w * friend.loudness for friend, w in inside)
        self.subscribed_ties = sum(friend.subscribed > 0 for friend, _ in inside)

    @property
    def loudness(self) -> float:
        """E3: a member is heard with e^{voice · tone}, tone = (T − .5)/.1 within ±1."""
        return exp(within(self.offer.voice * within((self.trust - 0.5) / 0.1, 1.0), 3.0))

    def forget_invitations(self) -> None:
        """A new week, no invitations yet."""
        self.invite_refusal = self.invite_pull = 0.0
        self.inviter = None
        self.invites_sent = self.invites_seen = 0

    def invite(self) -> None:
        """E4: Poisson(.04(1 + 8R)(T + S − .6)₊ min(k, 40)/10) invitations, at most three, each to a random friend."""
        if self.status != MEMBER or not self.friends:
            return
        warmth = self.trust + self.satisfaction - 0.6
        if warmth <= 0:
            return
        c = self.model.behaviour.referral
        reward = share(self.offer.referral)
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
        """Founders come in their week, prospects through media, mouth, friends and groups, the lapsed by themselves."""
        self.joins = 0
        if self.status == MEMBER:
            return
        found = self.look_for_a_way_in()
        if found is None:
            return
        self.joins, self.status, self.joined, self.source = 1, MEMBER, self.model.week, found
        self.departed = self.fatigue = self.points = self.activity = 0.0
        self.tier = self.task_due = self.subscribed = self.idle = self.rival = 0
        self.attention = 1.0
        self.need, self.satisfaction = [START_NEED] * len(NEEDS), START_NEED
        if found in (Source.REFERRED, Source.GROUP) and self.inviter is not None:
            self.referrer = self.inviter
            self.chain = self.inviter.chain + 1
            self.inviter.brought += 1

    def look_for_a_way_in(self) -> Source | None:
        """E3: 1 − exp(−(p + q·loud ties/ties) − ads); E4: invitations; E16: groups; E21: (win-back/.6 + recall)·T."""
        c, offer = self.model.behaviour.joining, self.offer
        heard, persuaded, missed, seen = self.coins("join")
        if self.status == LAPSED:
            returns = missed < (c.win_back / 0.6 + max(offer.recall, 0.0)) * self.trust
            return Source.RETURNED if returns else None
        if self.arrival >= 0:
            return Source.FOUNDER if self.arrival == self.model.week else None
        if self.grouped:
            return Source.GROUP
        if self.inviter is not None and persuaded > exp(self.invite_refusal):
            return Source.REFERRED
        near = self.mouth_ties / self.total_ties if self.total_ties > 0 else 0.0
        ads = max(offer.media, 0.0) * exp(self.deal - 0.4 - within(offer.ad_cost, 8.0))
        pull = exp(offer.joining) * (c.media + c.mouth * near) + ads
        if heard > exp(-pull):
            return Source.MEDIA if seen * pull < ads else Source.ORGANIC
        return None

    def arrive(self) -> None:
        """Messages: the whole part of the frequency, and one more with the rest as probability."""
        self.contacts, self.relevance = 0, 0.0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.arriving
        frequency = max(self.offer.contact, 0.0)
        whole = int(frequency)
        self.contacts = whole + (self.coins("contact")[0] < frequency - whole)
        self.relevance = share(c.relevance + c.personal_lift * share(self.offer.personalisation) + self.offer.relevance)

    def post(self) -> None:
        """E11: y ~ Poisson(η(.3 + .7M) e^{.5(S − A)} e^{1.2√R(.5 + .5d)} (1 + .25e) e^{.25m − .06m²} e^{−.3F}).

        Own content crowds out by (1 + pieces)^−.15, a rival takes its share of attention; replies come from friends and
        from whom the operator leads to reply.
        """
        self.posts = self.replies = 0
        self.echo = 0.0
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.posting, self.offer
        reward, performance = share(offer.reward), share(offer.performance)
        m = self.contacts
        log_rate = (
            0.5 * (self.satisfaction - self.aspiration)
            + c.reward_pull * sqrt(reward) * (0.5 + 0.5 * self.deal)
            + 0.25 * m
            - 0.06 * m * m
            - 0.3 * self.fatigue
            - c.crowding * log(1 + max(offer.supply, 0.0))
            + offer.posting
        )
        keenness = self.posting * (0.3 + 0.7 * self.motivation) * (1 + 0.25 * max(offer.events, 0.0))
        mean = keenness * exp(min(log_rate, 20.0)) * self.attention
        how_many, how_answered, _, _ = self.coins("post")
        self.posts = poisson(how_many, min(mean, 40.0))
        self.posts_so_far += self.posts
        quality = 1 - c.quality_loss * reward * (1 - performance)
        self.echo = self.posts * quality
        if self.posts:
            a_post = c.replies * quality * tanh(self.member_ties / 3) + max(offer.reply, 0.0)
            self.replies = poisson(how_answered, min(self.posts * a_post, 40.0))

    def create(self) -> None:
        """An idle member starts a task with probability channel · M; when due it succeeds with σ(odds + 2(M − .5))."""
        self.invited_to_task = self.cocreated = 0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.creating
        if self.task_due == 0:
            chance = min(self.offer.cocreation, 1.0)
            if chance > 0 and self.coins("cocreate")[0] < chance * self.motivation:
                self.invited_to_task = 1
                self.task_due = self.model.week + int(c.task_weeks)
        elif self.task_due <= self.model.week:
            odds = c.base_success + c.motivation_slope * (self.motivation - 0.5) + self.offer.cocreation_success
            self.cocreated = int(self.coins("cocreate")[1] < 1 / (1 + exp(-odds)))
            self.task_due = 0
