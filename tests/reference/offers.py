"""What people decide about beside buying: how, where else, with whom, what is on offer, and where that places them."""

from __future__ import annotations

from math import exp, log, sqrt

from simulation.members import Layer, Mode, Role
from tests.reference.agent import MEMBER, PROSPECT, Person, share, sigma, within

BILLING = 4


class ChoosingPerson(Person):
    """A person with more to choose than whether to buy."""

    def decide(self) -> None:
        """E17: who has S ≥ A − .02 repeats, or imitates where unsure; others optimise, or compare where unsure."""
        if self.status != MEMBER:
            return
        c, a, b = self.model.behaviour.deciding, self.trust_for, self.trust_against
        unsure = a * b / ((a + b) ** 2 * (a + b + 1)) > c.unsure
        if self.satisfaction >= self.aspiration - c.tolerance:
            self.mode = Mode.IMITATE if unsure else Mode.REPEAT
        else:
            self.mode = Mode.COMPARE if unsure else Mode.OPTIMISE
        self.share_attention()

    def share_attention(self) -> None:
        """E20: joins a rival by .002·look·e^{pull − hold}, quits by .02·e^{hold − pull}; keeps σ(1.1 + hold − pull)."""
        c = self.model.behaviour.deciding
        joins, quits, _, _ = self.coins("rival")
        pull = within(self.offer.rival * (0.5 + self.deal), 6.0)
        hold = 2 * (self.satisfaction - self.aspiration) + 1.5 * (self.trust - 0.6)
        if not self.rival:
            look = 2 if self.mode == Mode.COMPARE else 1
            self.rival = int(joins < c.rival_joining * look * exp(pull - hold))
        elif quits < c.rival_quitting * exp(hold - pull):
            self.rival = 0
        self.attention = sigma(c.home + hold - pull) if self.rival else 1.0

    def forget_groups(self) -> None:
        """A new week, no groups yet."""
        self.group_size = self.group_failed = self.grouped = self.group_order = 0

    def start_group(self) -> None:
        """E16: starts with rate·(.5 + d)·e^{.8(S − A)} and asks eight ties; it comes about if g − 1 of them answer."""
        if self.status != MEMBER or not self.friends or self.grouped:
            return
        starts, whom, _, _ = self.coins("group")
        if starts >= min(self.offer.group * (0.5 + self.deal) * exp(0.8 * (self.satisfaction - self.aspiration)), 1.0):
            return
        ties, first = len(self.friends), int(whom * len(self.friends))
        places = [(first + k) % ties for k in range(min(int(self.model.behaviour.grouping.asked), ties))]
        discount = 1 - exp(min(self.offer.group_price, 0.0))
        helping = 1 + self.model.behaviour.grouping.helping * share(self.offer.bargain)
        ready = [self.friends[k] for k in places if self.friends[k].answer_group(self.strength[k], discount, helping)]
        if len(ready) < max(int(self.offer.group_size + 0.5), 2) - 1:
            self.group_failed = 1
            return
        self.group_size = len(ready) + 1
        self.grouped = self.group_order = 1
        for friend in ready:
            friend.join_group(self)

    def answer_group(self, w: float, discount: float, helping: float) -> bool:
        """E16: answers with .25(.5 + d)(4w(1 − w) + .3)·discount/.2·(1 + .5 bargain), nobody to two groups."""
        if self.grouped or not (self.status == MEMBER or (self.status == PROSPECT and self.arrival < 0)):
            return False
        self.invites_seen += self.status == MEMBER
        c = self.model.behaviour.grouping
        keen = c.acceptance * (self.need_to_buy() if self.status == MEMBER else c.strangers) * (0.5 + self.deal)
        return self.coins("group_join")[0] < min(
            keen * helping * (4 * w * (1 - w) + 0.3) * (1 - exp(-5 * discount)) / (1 - exp(-1)), 0.95
        )

    def need_to_buy(self) -> float:
        """Who has just bought needs nothing: purchases per week · weeks since the last one, at most 1."""
        since = self.recency + 1 if self.recency >= 0 else self.model.week - self.joined
        return min(self.rate * since, 1.0)

    def join_group(self, starter: ChoosingPerson) -> None:
        """E16: one more in the group; the share ``bargain`` of them only helps to bring the price down."""
        self.grouped = 1
        self.group_order = int(self.coins("group_join")[1] >= share(starter.offer.bargain))
        if self.status != MEMBER:
            self.inviter = starter

    def subscribe(self) -> None:
        """E15: others consider subscribing about once in four weeks, subscribers giving up at every fourth."""
        self.renewal_due = self.renewed = 0
        if self.status != MEMBER or self.offer.subscription <= 0:
            self.subscribed = 0
            return
        subscribes, gives_up, _, _ = self.coins("subscribe")
        if not self.subscribed:
            if subscribes < sigma(self.wish_to_subscribe()) / BILLING:
                self.subscribed = self.model.week
        elif (self.model.week - self.subscribed) % BILLING == 0:
            self.renewal_due = 1
            self.renewed = int(gives_up >= sigma(self.wish_to_give_up()))
            if not self.renewed:
                self.subscribed = 0

    def wish_to_subscribe(self) -> float:
        """Logit = −4 + 2S + 2T + ln 1.6·(subscribed ties)/√k − 2 fee/5 + benefits."""
        c, offer = self.model.behaviour.subscribing, self.offer
        near = self.subscribed_ties / sqrt(self.degree) if self.degree > 0 else 0.0
        dear = c.price * max(offer.fee, 0.0) / 5
        return c.base + 2 * self.satisfaction + 2 * self.trust + log(c.peers) * near - dear + offer.perks

    def wish_to_give_up(self) -> float:
        """Logit = −2.5 − 2(S − A) − 1.5(T − .6) + .5·2(fee/5 − 1) − benefits + 1·unused for four weeks."""
        c, offer = self.model.behaviour.subscribing, self.offer
        return (
            c.giving_up
            - 2 * (self.satisfaction - self.aspiration)
            - 1.5 * (self.trust - 0.6)
            + 0.5 * c.price * (max(offer.fee, 0.0) / 5 - 1)
            - offer.perks
            + c.unused * (self.idle >= BILLING)
        )

    def choose(self) -> None:
        """Takes up with invitation·σ(link), warm = 2(T − .6) + 2(S − A) in each link; E18: votes with σ(turnout)."""
        self.custom = self.course = self.salon = self.voted = 0
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.choosing, self.offer
        _, _, belonging, esteem, growth = self.need_weight
        warm = 2 * (self.trust - 0.6) + 2 * (self.satisfaction - self.aspiration)
        to_measure = c.custom + 3 * (esteem + growth) - 4 * max(offer.custom_premium, 0.0) + warm
        to_learn = c.course + 6 * growth - max(offer.course_price, 0.0) / 50 + warm
        to_meet = c.salon + 4 * belonging + warm
        orders, learns, comes, _ = self.coins("choose")
        self.custom = int(orders < min(offer.custom, 1.0) * sigma(to_measure))
        self.course = int(learns < min(offer.course, 1.0) * sigma(to_learn))
        self.salon = int(comes < min(offer.salon, 1.0) * sigma(to_meet))
        if offer.vote > 0:
            turnout = c.turnout + 1.5 * (self.need[3] - 0.45) + 1.5 * (self.need[4] - 0.45)
            self.voted = int(self.coins("vote")[0] < sigma(turnout))

    def place(self) -> None:
        """Ledger: tokens ← .99 tokens + 4 posts + orders + 5 successes; then role and layer, from behaviour alone."""
        if self.status != MEMBER:
            return
        took_part = self.active or self.voted or self.salon or self.course or self.custom
        self.idle = 0 if took_part else self.idle + 1
        self.activity = 0.9 * self.activity + self.posts
        if self.cocreated:
            self.created = self.model.week
        self.tokens = 0.99 * self.tokens + 4 * self.posts + self.orders + 5 * self.cocreated
        self.received += self.list_value - self.paid + max(self.offer.payout, 0.0)
        self.role = self.what_they_do()
        self.layer = self.where_they_stand()

    def what_they_do(self) -> Role:
        """Advocates brought somebody, co-creators succeeded within 26 weeks, contributors post, others are active."""
        c = self.model.behaviour.placing
        if self.brought and self.idle < c.warning:
            return Role.ADVOCATE
        if self.created >= 0 and self.model.week - self.created < 26:
            return Role.COCREATOR
        if self.activity >= 1:
            return Role.CONTRIBUTOR
        return Role.PARTICIPANT if self.idle < c.warning else Role.BYSTANDER

    def where_they_stand(self) -> Layer:
        """Won back, new, dormant, a warning, core (a contributor who has bought twice), or potential."""
        c = self.model.behaviour.placing
        tenure = self.model.week - self.joined
        if self.left >= 0 and tenure < c.warning:
            return Layer.WON_BACK
        if tenure < c.newcomer:
            return Layer.NEW
        if self.idle >= c.dormant:
            return Layer.DORMANT
        if self.idle >= c.warning:
            return Layer.WARNING
        return Layer.CORE if self.role >= Role.CONTRIBUTOR and self.orders_so_far >= 2 else Layer.POTENTIAL
