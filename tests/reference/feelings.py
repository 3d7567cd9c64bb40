"""The second half of a person's week: trust, tiers, needs, mood, ties and leaving."""

from __future__ import annotations

from math import exp, log, tanh

from simulation.members import NEEDS
from tests.reference.agent import LAPSED, MEMBER, Person, share, within


class FeelingPerson(Person):
    """A person who remembers what the week was like."""

    def come_to_trust(self) -> None:
        """E8: a ← 1 + .98(a − 1) + good + ω T̄; b ← 1 + .98(b − 1) + κ bad + doubt + ω(1 − T̄); T = a/(a + b)."""
        if self.status != MEMBER:
            return
        c, doubt = self.model.behaviour.trusting, max(self.offer.doubt, 0.0)
        self.trust_for = 1 + c.memory * (self.trust_for - 1) + self.good
        self.trust_against = 1 + c.memory * (self.trust_against - 1) + c.asymmetry * self.bad + doubt
        if self.member_ties > 0:
            heard = self.tie_trust / self.member_ties
            self.trust_for += c.hearsay * heard
            self.trust_against += c.hearsay * (1 - heard)
        self.trust = self.trust_for / (self.trust_for + self.trust_against)

    def climb(self) -> None:
        """Points ← .98 points + paid; rungs at 1, 2 and 4 steps, each kept down to 80 % of its threshold."""
        self.promoted = self.demoted = 0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.climbing
        self.points = c.memory * self.points + self.paid
        old, self.tier = self.tier, 0
        if self.offer.tier <= 0:
            return
        for rung in (1, 2, 3):
            threshold = max(self.offer.tier_step, 1.0) * 2 ** (rung - 1)
            if self.points >= threshold * (c.patience if old >= rung else 1):
                self.tier = rung
        self.promoted, self.demoted = int(self.tier > old), int(self.tier < old)

    def feel(self) -> None:
        """E5: n ← (1 − δ)n + (1 − n)·gain − n·pain; S = Σ ω n; E7: A ← A + η(S − A), faster for subscribers."""
        if self.status != MEMBER:
            return
        c = self.model.behaviour.feeling
        self.crowded = self.noise() / (self.noise() + c.overload)
        said = [getattr(self.offer, need) for need in NEEDS]
        self.need = [
            share((1 - c.decay) * n + (1 - n) * (gain + max(more, 0.0)) - n * (pain + max(-more, 0.0)))
            for n, gain, pain, more in zip(self.need, self.gains(), self.pains(), said, strict=True)
        ]
        weights = self.weights_of_needs()
        met = sum(weight * n for weight, n in zip(weights, self.need, strict=True))
        self.satisfaction = met / sum(weights) if sum(weights) > 0 else 0.0
        pace = c.adaptation * (c.indulgence if self.subscribed else 1)
        self.aspiration += pace * (self.satisfaction - self.aspiration)

    def weights_of_needs(self) -> list[float]:
        """ω_k Π_{j<k}(1 − h + h min(1, n_j/.5)): with prepotency h a need counts once those below it are met."""
        h, open_way, weights = self.model.behaviour.feeling.prepotency, 1.0, []
        for weight, n in zip(self.need_weight, self.need, strict=True):
            weights.append(weight * open_way)
            open_way *= 1 - h + h * min(1.0, n / 0.5)
        return weights

    def gains(self) -> tuple[float, ...]:
        """E6: what the week gave to each need."""
        c, offer = self.model.behaviour.feeling, self.offer
        events, recognition = max(offer.events, 0.0), share(offer.recognition)
        posted, replies = self.posts > 0, min(self.replies, 3)
        return (
            c.product_fit
            + 0.10 * self.relevance * tanh(self.contacts)
            + self.use_of_content()
            + 0.10 * (self.orders > 0),
            c.calm + 0.02 * share(offer.transparency) + 0.02 * share(offer.control),
            c.welcome * (1 - c.anonymity * self.crowded)
            + 0.07 * replies
            + 0.06 * tanh(self.member_ties / 3)
            + 0.10 * events / (1 + events)
            + 0.30 * self.salon,
            c.regard
            + 0.04 * replies
            + 0.30 * recognition * (1 - 0.45 * recognition) * posted
            + 0.15 * self.promoted
            + 0.15 * self.custom
            + 0.10 * self.voted
            + 0.15 * self.cocreated,
            c.learning
            + 0.50 * self.cocreated
            + 0.05 * posted
            + 0.10 * self.custom
            + 0.30 * self.course
            + 0.05 * self.voted,
        )

    def use_of_content(self) -> float:
        """.05 ln(1 + content)/(1 + (content + noise)/20); the operator's pieces count as .3 posts, less where alike."""
        c, offer = self.model.behaviour.feeling, self.offer
        own = c.supplied * max(offer.supply, 0.0)
        content = self.content + own
        fresh = 1 - share(offer.sameness) * own / content if own else 1.0
        return c.content * fresh * log(1 + content) / (1 + (content + self.noise()) / c.overload)

    def noise(self) -> float:
        """.04 of what everybody posts this week, less what recommendation keeps out."""
        written = self.model.written()
        return self.model.behaviour.feeling.strangers * written * (1 - share(self.offer.personalisation))

    def pains(self) -> tuple[float, ...]:
        """E6: what the week took from each need."""
        recognition = share(self.offer.recognition)
        return (
            0.05 * self.unresolved,
            0.10 * self.unresolved + 0.10 * self.intrusion + 0.05 * min(self.bad, 4.0),
            0.0,
            0.012 * recognition * (self.posts == 0)
            + 0.10 * self.model.behaviour.feeling.loss_aversion * self.demoted
            + 0.03 * (self.offer.tier > 0 and self.tier == 0),
            0.0,
        )

    def tire(self) -> None:
        """E10: F ← .75F + .08m(1.3 − rel) + .10e + .05·1[R > 0] + .03·invites seen + .06·sameness, at least 0."""
        if self.status != MEMBER:
            return
        c, offer = self.model.behaviour.tiring, self.offer
        self.fatigue = max(
            c.memory * self.fatigue
            + c.contact * self.contacts * (1.3 - self.relevance)
            + 0.10 * max(offer.events, 0.0)
            + 0.05 * (offer.reward > 0)
            + 0.03 * self.invites_seen
            + c.sameness * share(offer.sameness) * (offer.supply > 0)
            + offer.fatigue,
            0.0,
        )
        self.become_wary()
        self.be_driven()

    def become_wary(self) -> None:
        """Wariness ← min(.95w + .10 intrusion + .05[exposure(1 − control)c + sales pitches heard], 1)."""
        c, offer = self.model.behaviour.tiring, self.offer
        exposed = share(offer.exposure) * (1 - share(offer.control)) * self.privacy
        pitches = share(offer.commerce) * self.invites_seen
        self.wary = min(c.calming * self.wary + c.alarm * (self.intrusion + 0.5 * (exposed + pitches)), 1.0)

    def be_driven(self) -> None:
        """E12: M ← M + .03(1 − M)(rec·posted + .5 cocreated) − eaten + .01(.7 − M)·1[R = 0].

        Eaten is .05(M − .2)₊R(.3 + k/k̄)(1 − perf).
        """
        c, offer = self.model.behaviour.tiring, self.offer
        reward = share(offer.reward)
        m, hub = self.motivation, min(self.degree / self.mean_degree, 5.0) if self.mean_degree else 0.0
        fed = 0.03 * (1 - m) * (share(offer.recognition) * (self.posts > 0) + 0.5 * self.cocreated)
        eaten = c.crowding_out * max(m - c.core, 0.0) * reward * (0.3 + hub) * (1 - share(offer.performance))
        restored = c.restored * (0.7 - m) * (reward == 0)
        self.motivation = share(m + fed - eaten + restored)

    def take_part(self) -> None:
        """Active is who posted, bought or created something this week."""
        self.active = int(self.status == MEMBER and (self.posts > 0 or self.orders > 0 or self.cocreated > 0))

    def bond(self) -> None:
        """w ← w + .02(1 − w) on ties whose ends were both active, then + .10(1 − w) where both met in person."""
        c = self.model.behaviour.bonding
        for place, friend in enumerate(self.friends):
            if self.active and friend.active:
                self.strength[place] += c.growth * (1 - self.strength[place])
            if self.salon and friend.salon:
                self.strength[place] += c.meeting * (1 - self.strength[place])

    def decide_to_leave(self) -> None:
        """E14: logit h = logit θ − β_S v − β_T(T − .6) + 2β_F(F − .5)₊ + ln 1.8·X − .60 referred + .5 demoted.

        Further: −.4 subscribed + .8(1 − attention) + .4 crowded + offer·(1.5 dormancy − 1.5·2d(1 − dormancy)).
        """
        self.leaves = 0
        self.hazard = self.value = 0.0
        if self.status != MEMBER:
            return
        c = self.model.behaviour.leaving
        v = self.satisfaction - self.aspiration
        if v < 0:
            v *= self.model.behaviour.feeling.loss_aversion
        missing = 0.0
        if self.total_ties > 0:
            missing = min(self.departed_ties / (self.total_ties / self.degree), 3.0)
        pressure = (
            -c.satisfaction * v
            - c.trust * (self.trust - 0.6)
            + 2 * c.fatigue * max(self.fatigue - 0.5, 0.0)
            + log(c.contagion) * missing
            - c.referred * (self.referrer is not None and self.referrer.status == MEMBER)
            + c.demoted * self.demoted
            - c.subscribed * (self.subscribed > 0)
            + c.distracted * (1 - self.attention)
            + c.crowded * self.crowded
            + self.effect_of_rescue()
            + self.offer.churn
        )
        self.pressure = within(pressure, 8.0)
        hazard = 1 / (1 + exp(-(self.base_churn + self.pressure)))
        if self.model.dropout_after_purchase:
            leaves = self.dropout == 1
            self.hazard = 1 - exp(-self.rate * hazard)
        else:
            leaves = self.coins("churn")[0] < hazard
            self.hazard = hazard
        self.leaves = int(leaves or self.offer.depart > 0.5)
        self.value = self.expected_margin / (1 - (1 - self.hazard) * (1 - 0.002))
        if self.left < 0:
            self.model.note_tenure(self.model.week - self.joined, self.leaves)

    def effect_of_rescue(self) -> float:
        """A retention offer relieves the deal-prone and wakes the sleeping, who are asleep after eight idle weeks."""
        c = self.model.behaviour.leaving
        dormancy = min(self.idle / 8, 1.0)
        return share(self.offer.rescue) * (c.waking * dormancy - 2 * c.relief * self.deal * (1 - dormancy))

    def leave(self) -> None:
        """Those who left are missed, half as much after every four weeks."""
        self.departed *= 0.5**0.25
        if self.leaves:
            self.status, self.left, self.departed = LAPSED, self.model.week, 1.0
            self.active, self.echo, self.subscribed = 0, 0.0, 0
